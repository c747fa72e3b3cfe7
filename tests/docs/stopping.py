"""``python -m tests.docs.stopping serve …``: a command that runs until Ctrl-C gets it once it says where it is."""

import signal
import subprocess
import sys
from threading import Timer

_PATIENCE = 60  # seconds


def main() -> int:
    """Exit code 0 where the command said an address, and ended when it was told to."""
    words = [sys.executable, "-m", "scrapy", *sys.argv[1:]]
    with subprocess.Popen(words, stderr=subprocess.PIPE, text=True) as server:
        assert server.stderr is not None
        timer = Timer(_PATIENCE, server.kill)
        timer.start()
        said = ""
        for line in server.stderr:
            said += line
            if "http://" in line:
                server.send_signal(signal.SIGINT)
                break
        said += server.stderr.read()
        server.wait()
        timer.cancel()
    print(said, file=sys.stderr)
    return 0 if "http://" in said else server.returncode or 1


if __name__ == "__main__":
    sys.exit(main())
