"""What a hard portal's server does to requests before its pages see them, and to answers on their way out.

A guard remembers what it was asked, as firewalls and sessions do; the pages behind it stay what they are.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from hashlib import sha1
from threading import Lock

from demo.answers import Answer
from demo.portals import Portal

BEFORE_WALL = 9  # requests that a firewall lets pass
REFUSALS = 2  # of a firewall that opens again
SESSION = 7  # requests that a cookie lasts
PIECE = 0.04  # seconds between the pieces of a dripping answer
_SCRIPTED = (
    "<html><head><title></title></head><body><script>document.cookie='w=1';location.reload();</script></body></html>"
)
_CLEARANCE = (
    "<script>document.cookie='__jsl_clearance_s='+[1]+Math.floor(1e3)+';path=/';"
    "location.href=location.pathname</script>"
)
_BREAKS = ("short", "reset", "chunk")


@dataclass(frozen=True, slots=True)
class Asked:
    """One request: method, target (path and query), what was posted, and its headers by lower-case names."""

    method: str
    target: str
    body: str = ""
    headers: Mapping[str, str] | None = None

    def header(self, name: str) -> str:
        """A header's value; empty where it was not sent."""
        return (self.headers or {}).get(name, "")

    @property
    def path(self) -> str:
        """The target without its query."""
        return self.target.partition("?")[0]


Serve = Callable[[Asked], Answer]


class Guard:
    """Stands before one portal's pages, with the traits that its portal has."""

    def __init__(self, portal: Portal, broken: frozenset[str]) -> None:
        self._before = [_BEFORE[trait] for trait in portal.traits if trait in _BEFORE]
        self._after = [_AFTER[trait] for trait in portal.traits if trait in _AFTER]
        self._broken = broken
        self._lock = Lock()
        self.met: Counter[str] = Counter()  # what was asked, and how often
        self.sessions: set[str] = set()

    def answer(self, asked: Asked, serve: Serve) -> Answer:
        """The answer, as the portal's manners let it out."""
        with self._lock:
            self.met["*"] += 1
            self.met[asked.target] += 1
            for hold in self._before:
                if held := hold(self, asked):
                    return held
            answer = serve(asked)
            for change in self._after:
                answer = change(self, asked, answer)
            return answer

    def breaks(self, asked: Asked) -> Iterator[str]:
        """How the first answer for an address is cut, if it is one of those that are."""
        if self.met[asked.target] == 1 and asked.path in self._broken:
            self.met["broken"] += 1
            yield _BREAKS[self.met["broken"] % len(_BREAKS)]


def _close_for_a_while(guard: Guard, asked: Asked) -> Answer | None:
    met = guard.met["*"]
    status = 412 if met == BEFORE_WALL + 1 else 200  # one product answers 200 all along
    return Answer(_SCRIPTED.encode(), status=status) if BEFORE_WALL < met <= BEFORE_WALL + REFUSALS else None


def _shut(guard: Guard, asked: Asked) -> Answer | None:
    return Answer(_CLEARANCE.encode(), status=521) if guard.met["*"] > BEFORE_WALL else None


def _want_cookie(guard: Guard, asked: Asked) -> Answer | None:
    """To the same address again, with a cookie; whoever does not bring it goes round for ever."""
    session = asked.header("cookie").partition("SESSION=")[2].partition(";")[0]
    if session in guard.sessions and guard.met[session] < SESSION:
        guard.met[session] += 1
        return None
    session = sha1(f"session/{len(guard.sessions)}".encode(), usedforsecurity=False).hexdigest()[:16]
    guard.sessions.add(session)
    cookie = ("Set-Cookie", f"SESSION={session}; Path=/; HttpOnly")
    return Answer(b"", status=302, location=asked.target, headers=(cookie,))


def _drip(guard: Guard, asked: Asked, answer: Answer) -> Answer:
    return replace(answer, piece=PIECE)


def _break(guard: Guard, asked: Asked, answer: Answer) -> Answer:
    return replace(answer, broken=next(guard.breaks(asked), None))


def _validate(guard: Guard, asked: Asked, answer: Answer) -> Answer:
    """304 to whoever has the page already."""
    if answer.status != 200:
        return answer
    tag = f'"{sha1(answer.body, usedforsecurity=False).hexdigest()[:12]}"'
    headers = (("ETag", tag), ("Last-Modified", "Tue, 20 Feb 2024 02:00:00 GMT"))
    if tag in asked.header("if-none-match"):
        return Answer(b"", answer.media_type, 304, headers=headers)
    return replace(answer, headers=headers)


_BEFORE: dict[str, Callable[[Guard, Asked], Answer | None]] = {
    "wall-opens": _close_for_a_while,
    "wall-shuts": _shut,
    "cookies": _want_cookie,
}
_AFTER: dict[str, Callable[[Guard, Asked, Answer], Answer]] = {
    "drips": _drip,
    "breaks": _break,
    "validators": _validate,
}
