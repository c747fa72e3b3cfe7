"""Receivers: a webhook that is posted to, a mail server. What they need that is secret comes from the environment."""

import json
import smtplib
import ssl
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from http.client import HTTPException
from typing import Any, Protocol
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from scrapy.settings import BaseSettings

from crawler.planning.arguments import wrong
from crawler.watching.letters import Letter, find_name

_LOCAL = ("localhost", "127.0.0.1", "::1")


class DeliveryError(Exception):
    """A letter that was not taken: says why in one line that holds no secret."""


class Receiver(Protocol):
    """Somebody who is told."""

    @property
    def name(self) -> str:
        """``webhook`` or ``mail``."""

    def send(self, letter: Letter, seconds: float) -> None:
        """Return once it was taken; raises ``DeliveryError``."""


def read_receivers(settings: BaseSettings) -> list[Receiver]:
    """Who is to be told; raises ``UsageError`` where a setting cannot be used."""
    return list(_read_receivers(settings))


def _read_receivers(settings: BaseSettings) -> Iterator[Receiver]:
    if address := settings.get("ALERT_WEBHOOK"):
        if urlsplit(address).scheme not in ("http", "https") or not urlsplit(address).netloc:
            raise wrong("ALERT_WEBHOOK: no address; set KAIJUAN_ALERT_WEBHOOK=https://… in the environment")
        yield Webhook(address, _read_template(settings), settings.get("ALERT_TOKEN") or "")
    if recipients := settings.getlist("ALERT_MAIL_TO"):
        if unfit := next((each for each in recipients if not _is_address(each)), None):
            raise wrong(f"ALERT_MAIL_TO={unfit}: no mail address; write name@example.org")
        yield _read_mail(settings, recipients)


def _read_template(settings: BaseSettings) -> Any:
    text = settings.get("ALERT_TEMPLATE")
    try:
        return json.loads(text) if text else None
    except ValueError as error:
        raise wrong(f'ALERT_TEMPLATE is no JSON ({error}); write it like {{"text": "{{title}}\\n{{text}}"}}') from None


def _read_mail(settings: BaseSettings, recipients: list[str]) -> "Mail":
    host, _, port = str(settings.get("ALERT_MAIL_HOST")).rpartition(":")
    if not host or not port.isdigit():
        raise wrong(
            f"ALERT_MAIL_HOST={settings.get('ALERT_MAIL_HOST')}: write host and port, like mail.example.org:587"
        )
    mail = Mail(
        host=host.strip("[]"),
        port=int(port),
        sender=settings.get("ALERT_MAIL_FROM") or recipients[0],
        recipients=tuple(recipients),
        tls=str(settings.get("ALERT_MAIL_TLS")),
        user=settings.get("ALERT_MAIL_USER") or "",
        password=settings.get("ALERT_MAIL_PASSWORD") or "",
        machine=find_name(settings),
    )
    if mail.user and mail.tls == "none" and mail.host not in _LOCAL:
        raise wrong("ALERT_MAIL_TLS=none would send the password in the clear; write starttls or tls")
    return mail


def _is_address(text: str) -> bool:
    try:
        return bool(Address(addr_spec=text).domain)
    except (ValueError, IndexError):
        return False


class _NoRedirect(HTTPRedirectHandler):
    """A POST that is sent elsewhere would arrive as a GET, without its body."""

    def redirect_request(self, *_: Any) -> None:
        return None


@dataclass(frozen=True, slots=True)
class Webhook:
    """Posts JSON: the template with the letter's words in it, or the whole letter."""

    address: str = field(repr=False)
    template: Any = None
    token: str = field(default="", repr=False)
    name: str = "webhook"

    def send(self, letter: Letter, seconds: float) -> None:
        """Any answer of 2xx is a yes."""
        body = letter.as_dict() if self.template is None else _fill(self.template, letter)
        headers = {"Content-Type": "application/json; charset=utf-8", "User-Agent": "Kaijuan"}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        data = json.dumps(body, ensure_ascii=False).encode()
        try:
            request = Request(self.address, data=data, headers=headers, method="POST")
            with build_opener(_NoRedirect).open(request, timeout=seconds):
                pass
        except HTTPError as error:
            raise DeliveryError(f"the webhook answers {error.code}") from None
        except (OSError, HTTPException, ValueError) as error:
            raise DeliveryError(f"the webhook cannot be reached ({_name_cause(error)})") from None


@dataclass(frozen=True, slots=True)
class Mail:
    """Sends by SMTP; ``tls``: ``starttls``, ``tls`` or ``none``."""

    host: str
    port: int
    sender: str
    recipients: tuple[str, ...]
    tls: str = "starttls"
    user: str = ""
    password: str = field(default="", repr=False)
    machine: str = "kaijuan"
    name: str = "mail"

    def send(self, letter: Letter, seconds: float) -> None:
        """A server that takes it for one recipient has taken it."""
        try:
            with self._connect(seconds) as server:
                if self.tls == "starttls":
                    server.starttls(context=ssl.create_default_context())
                if self.user:
                    server.login(self.user, self.password)
                server.send_message(self.write(letter), self.sender, self.recipients)
        except smtplib.SMTPNotSupportedError:
            way = "ALERT_MAIL_TLS=tls or, on this machine, none"
            raise DeliveryError(f"the mail server {self.host}:{self.port} offers no STARTTLS or login; {way}") from None
        except smtplib.SMTPResponseException as error:
            raise DeliveryError(f"the mail server {self.host}:{self.port} answers {error.smtp_code}") from None
        except (OSError, smtplib.SMTPException, ValueError) as error:
            raise DeliveryError(f"the mail server {self.host}:{self.port}: {_name_cause(error)}") from None

    def write(self, letter: Letter) -> EmailMessage:
        """The mail of a letter; sent twice it has the same Message-ID."""
        mail = EmailMessage(policy=SMTP)
        mail["Subject"] = " ".join(letter.title.split())
        mail["From"] = self.sender
        mail["To"] = ", ".join(self.recipients)
        mail["Message-ID"] = f"<{letter.id}@{_as_domain(self.machine)}>"
        mail["Auto-Submitted"] = "auto-generated"
        mail.set_content(f"{letter.text}\n\n{letter.at}\n")
        return mail

    def _connect(self, seconds: float) -> smtplib.SMTP:
        if self.tls == "tls":
            return smtplib.SMTP_SSL(self.host, self.port, timeout=seconds, context=ssl.create_default_context())
        return smtplib.SMTP(self.host, self.port, timeout=seconds)


def _fill(template: Any, letter: Letter) -> Any:
    """A template with words in the place of ``{title}``, ``{text}`` and ``{name}``; what is no text stays."""
    if isinstance(template, dict):
        return {key: _fill(value, letter) for key, value in template.items()}
    if isinstance(template, list):
        return [_fill(value, letter) for value in template]
    if not isinstance(template, str):
        return template
    pieces = template.split("{")
    words = {"title}": letter.title, "text}": letter.text, "name}": letter.name}
    filled = [pieces[0]]
    for piece in pieces[1:]:
        word = next((word for word in words if piece.startswith(word)), None)
        filled.append(words[word] + piece[len(word) :] if word else "{" + piece)
    return "".join(filled)


def _name_cause(error: BaseException) -> str:
    """What went wrong, never with an address in it: for that of a webhook is a secret."""
    if isinstance(error, URLError) and isinstance(error.reason, BaseException):
        error = error.reason
    if isinstance(error, TimeoutError):
        return "it took too long"
    if isinstance(error, UnicodeError):
        return "user and password must be ASCII"
    if isinstance(error, ssl.SSLError):
        return "its certificate is not accepted" if isinstance(error, ssl.SSLCertVerificationError) else "no TLS"
    said = error.strerror if isinstance(error, OSError) else None
    return said or type(error).__name__


def _as_domain(name: str) -> str:
    return "".join(letter if letter.isascii() and (letter.isalnum() or letter in ".-") else "-" for letter in name)
