"""Lines for the pages that wait for them: in the refining process, until the crawl wishes for them."""

import threading
from collections import OrderedDict

from pipelines.feeds import Refined
from pipelines.live.messages import Speaker, Wished

# Captures whose lines are kept for a page that the spider is about to yield; for one that comes later they are made
# again.
KEPT = 64


class Shelf:
    """Sends a capture's lines once, when they are there and wished for, whichever comes first.

    Most captures of a crawl are list pages, images and robots.txt, whose lines no page waits for.
    """

    def __init__(self, speaker: Speaker) -> None:
        self._speaker = speaker
        self._lock = threading.Lock()  # wishes come in a thread of their own
        self._wished: set[int] = set()  # hashes: a crawl may wish for lines by the hundred thousand
        self._kept: OrderedDict[str, Refined] = OrderedDict()

    def put(self, lines: Refined) -> None:
        """Send the lines, or keep them for a while."""
        record_id = lines.document["record_id"]
        with self._lock:
            is_wished = hash(record_id) in self._wished
            if is_wished:
                self._wished.discard(hash(record_id))
            else:
                self._keep(record_id, lines)
        if is_wished:
            self._speaker.say(Wished(lines))

    def wish(self, record_id: str) -> None:
        """Send the lines of a record now or as soon as they are there."""
        with self._lock:
            lines = self._kept.get(record_id)
            if lines is None:
                self._wished.add(hash(record_id))
        if lines is not None:
            self._speaker.say(Wished(lines))

    def _keep(self, record_id: str, lines: Refined) -> None:
        self._kept[record_id] = lines
        if len(self._kept) > KEPT:
            self._kept.popitem(last=False)
