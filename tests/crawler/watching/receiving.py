"""Real receivers on loopback: a webhook that notes what is posted to it, a mail server with STARTTLS and a login."""

import json
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from time import sleep
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from benchmarks.ports import find_port

USER, PASSWORD = "kaijuan", "geheim-7141"


@dataclass
class Hook:
    """A webhook. ``status``: what it answers; ``pause``: seconds before it does."""

    address: str = ""
    status: int = 200
    pause: float = 0.0
    posted: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)


@contextmanager
def hooking(**more: Any) -> Iterator[Hook]:
    """A webhook at work."""
    hook = Hook(**more)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            hook.asked.append(f"POST {self.path}")
            sleep(hook.pause)
            if hook.status == 200:
                hook.posted.append(json.loads(body))
                hook.headers.append(dict(self.headers))
            self.send_response(hook.status)
            if hook.status == 302:
                self.send_header("Location", "/elsewhere")
            self.end_headers()

        def do_GET(self) -> None:
            hook.asked.append(f"GET {self.path}")
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    hook.address = f"http://127.0.0.1:{server.server_port}/hooks/T0P-S3CRET-5501"
    try:
        yield hook
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@dataclass
class Postbox:
    """A mail server. ``refuses``: the answer to each recipient in place of 250."""

    port: int = 0
    refuses: str = ""
    mails: list[EmailMessage] = field(default_factory=list)
    envelopes: list[Envelope] = field(default_factory=list)


@contextmanager
def receiving_mail(certificate: Path | None) -> Iterator[Postbox]:
    """A mail server at work; with a certificate (PEM, key included) it asks for STARTTLS and a login."""
    box = Postbox(port=find_port())

    class Handler:
        async def handle_RCPT(  # noqa: N802 - the server's name
            self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
        ) -> str:
            if not box.refuses:
                envelope.rcpt_tos.append(address)
            return box.refuses or "250 OK"

        async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
            assert isinstance(envelope.content, bytes)
            box.mails.append(message_from_bytes(envelope.content, policy=policy.default))
            box.envelopes.append(envelope)
            return "250 OK"

    def authenticate(server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any) -> AuthResult:
        assert isinstance(data, LoginPassword)
        is_right = data == LoginPassword(USER.encode(), PASSWORD.encode())
        return AuthResult(success=is_right, handled=False, auth_data=data)

    more: dict[str, Any] = {}
    if certificate is not None:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(certificate)
        more = {"tls_context": context, "require_starttls": True, "authenticator": authenticate, "auth_required": True}
        more["auth_exclude_mechanism"] = ["LOGIN"]
    controller = Controller(Handler(), hostname="127.0.0.1", port=box.port, ready_timeout=60, **more)
    controller.start()
    try:
        yield box
    finally:
        controller.stop()


def write_certificate(path: Path) -> Path:
    """A certificate for ``localhost`` that vouches for itself, with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = (
        builder.serial_number(1).not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=2))
    )
    builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
    certificate = builder.sign(key, hashes.SHA256())
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path.write_bytes(pem + certificate.public_bytes(Encoding.PEM))
    return path
