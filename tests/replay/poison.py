"""One page that kills every process that refines it."""

import os
import signal

from archive.capture import Capture
from archive.format.pieces import Piece
from pipelines import refine as steps
from pipelines.feeds import Refined
from pipelines.replay import refining
from pipelines.replay.refining import Job, Outcome

POISON = "http://a.example/nb/"


def poison() -> None:
    """Make this process die of it."""
    refining.__dict__["refine"] = _refine


def die_at_one_page(job: Job, piece: Piece) -> Outcome:
    """As ``refine_piece``, in a process that dies of it."""
    poison()
    return refining.refine_piece(job, piece)


def _refine(capture: Capture) -> Refined:
    if capture.url == POISON:
        os.kill(os.getpid(), signal.SIGKILL)
    return steps.refine(capture)
