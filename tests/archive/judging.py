"""The tools of others that judge our archives, each in a process of its own: from ``.venv-judges/`` and the system.

``make judges`` installs them (``requirements-judges.txt``). Some are GPL: they are run, never imported.
"""

import os
import shutil
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.ports import find_port
from tests.commands import PROJECT

TOOLS = PROJECT / ".venv-judges" / "bin"
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
COLLECTION = "judged"
_PATIENCE = 60  # seconds for a server to answer


def run_judge(name: str, *words: str | Path, folder: Path | None = None) -> subprocess.CompletedProcess[str]:
    """A tool's command with its output caught."""
    command = [str(TOOLS / name), *map(str, words)]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=180, check=False)


@contextmanager
def replaying(folder: Path, *files: Path) -> Iterator[str]:
    """pywb on loopback over a collection of files, while the block runs; gives the collection's address."""
    folder.mkdir(parents=True)
    (folder / "config.yaml").write_text("framed_replay: false\n")  # the page itself, not a frame around it
    for given in (["init", COLLECTION], ["add", "--unpack-wacz", COLLECTION, *map(str, files)]):
        done = run_judge("wb-manager", *given, folder=folder)
        assert done.returncode == 0, done.stderr
    port = find_port()
    words = [str(TOOLS / "wayback"), "-b", "127.0.0.1", "-p", str(port), "-d", str(folder)]
    with (folder / "wayback.log").open("wb") as log, subprocess.Popen(words, stdout=log, stderr=log) as server:
        try:
            _await(f"http://127.0.0.1:{port}/{COLLECTION}/", server, folder / "wayback.log")
            yield f"http://127.0.0.1:{port}/{COLLECTION}"
        finally:
            server.terminate()


def see(address: str, profile: Path) -> str:
    """What headless Chromium makes of a page, as the text of its tree after scripts have run."""
    assert CHROMIUM
    words = [CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run"]
    words += ["--disable-background-networking", f"--user-data-dir={profile}", "--virtual-time-budget=15000"]
    # No address but loopback: what the archive lacks must not come from the web.
    words += ["--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1", "--dump-dom", address]
    environment = {**os.environ, "HOME": str(profile)}
    done = subprocess.run(words, capture_output=True, timeout=180, check=False, env=environment)
    return done.stdout.decode("utf-8", "replace")


def _await(address: str, server: "subprocess.Popen[bytes]", log: Path) -> None:
    until = time.monotonic() + _PATIENCE
    while time.monotonic() < until:
        assert server.poll() is None, log.read_text(errors="replace")
        try:
            with urllib.request.urlopen(address, timeout=10):
                return
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.2)
    raise AssertionError(f"pywb did not answer: {log.read_text(errors='replace')}")
