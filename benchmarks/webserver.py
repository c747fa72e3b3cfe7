"""A static web server on loopback for the benchmarks: the system's nginx, with a configuration of its own."""

import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep

from benchmarks.ports import find_port

INSTALL = ("apt-get", "install", "--yes", "--quiet", "--no-install-recommends", "nginx-light")

_CONFIGURATION = """
worker_processes 1; daemon off; pid {folder}/pid; error_log {folder}/error.log; {user}
events {{ worker_connections 1024; }}
http {{
  access_log off; types {{ text/html html; }} charset utf-8; keepalive_requests 1000000;
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
  server {{ listen 127.0.0.1:{port}; root {root}; }}
}}
"""


class NoServerError(Exception):
    """nginx is not there and cannot be put there, or does not start; the text says what to do."""


@contextmanager
def serve(root: Path, folder: Path) -> Iterator[str]:
    """Serve the files below ``root``, and stop at the end; gives ``http://127.0.0.1:PORT``."""
    program = _find_nginx()
    folder.mkdir(parents=True, exist_ok=True)
    port = find_port()
    user = "user root;" if os.geteuid() == 0 else ""  # its workers would else not be let into a temporary folder
    configuration = folder / "nginx.conf"
    configuration.write_text(_CONFIGURATION.format(folder=folder, root=root, port=port, user=user))
    process = subprocess.Popen([program, "-c", str(configuration)], stderr=subprocess.DEVNULL)
    try:
        _await(process, port, folder)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(timeout=20)


def _find_nginx() -> str:
    paths = os.pathsep.join((os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin"))
    found = shutil.which("nginx", path=paths)
    if found is None and os.geteuid() == 0 and shutil.which("apt-get"):
        subprocess.run(INSTALL, check=False, stdout=subprocess.DEVNULL)
        found = shutil.which("nginx", path=paths)
    if found is None:
        raise NoServerError(f"nginx is not installed and could not be: {' '.join(INSTALL)}, as root, puts it there")
    return found


def _await(process: "subprocess.Popen[bytes]", port: int, folder: Path) -> None:
    deadline = monotonic() + 20
    while monotonic() < deadline and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            sleep(0.05)
        else:
            return
    raise NoServerError(f"nginx does not start; {folder / 'error.log'} says why")
