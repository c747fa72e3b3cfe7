"""The process that reads files (``apart`` starts it): questions come in by standard input, answers go out."""

import contextlib
import logging
import os
import resource
import signal
import sys
import traceback

from pipelines.clean.bounds import PageTooLargeError
from pipelines.clean.files.apart import receive, send
from pipelines.clean.files.options import FileOptions
from pipelines.clean.files.outcome import FileError
from pipelines.clean.files.reading import read_file
from pipelines.clean.grids import GridTooLargeError

MEMORY = 768 * 2**20  # bytes of data; a process that recognises characters needs more
MEMORY_FOR_OCR = 3 * 2**30


def serve() -> None:
    """Read the files that come in by standard input until it ends; what is in the way is given up with the process."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C goes to the whole group; the parent decides
    signal.signal(signal.SIGPROF, signal.SIG_DFL)
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints is no answer
    logging.disable(logging.CRITICAL)
    with contextlib.suppress(EOFError):
        while True:
            media, payload, name, options, seconds = receive(sys.stdin.buffer)
            _limit_memory(MEMORY_FOR_OCR if options.ocr else MEMORY)
            signal.setitimer(signal.ITIMER_PROF, seconds)
            answer, sound = _answer(media, payload, name, options)
            signal.setitimer(signal.ITIMER_PROF, 0)
            send(answers, answer)
            if not sound:
                return  # memory ran out: a fresh process has no half-made things


def _answer(media: str, payload: bytes, name: str, options: FileOptions) -> tuple[tuple[str, object], bool]:
    try:
        return ("read", read_file(media, payload, name, options)), True
    except FileError as error:
        return ("rejected", (error.reason, error.readers)), True
    except (GridTooLargeError, PageTooLargeError, RecursionError):
        return ("rejected", ("too-large",)), True
    except MemoryError:
        return ("rejected", ("too-large",)), False
    except Exception:  # noqa: BLE001 told by the parent, which can log it
        return ("fault", traceback.format_exc()), True
    except BaseException:  # noqa: BLE001 a panic of a library in Rust
        return ("rejected", ("unreadable",)), False


def _limit_memory(most: int) -> None:
    hard = resource.getrlimit(resource.RLIMIT_DATA)[1]
    with contextlib.suppress(ValueError, OSError):  # a smaller limit that the system has set stands
        resource.setrlimit(resource.RLIMIT_DATA, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))


if __name__ == "__main__":
    serve()
