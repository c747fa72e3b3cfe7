"""What a crawl says of its portals, in the reader's language: why one needs a look, what failed, who refused."""

import re
from collections.abc import Callable, Mapping

from web.tables import show_number
from web.telling.sentences import RUNS, read_sentence
from web.words import Words

_REFUSAL = re.compile(r"(\d{3}) (forbidden|blocked|script challenge|cookie challenge)(?: \((.+)\))?")
_COUNTED = re.compile(r"(\d+) (.+)")
_SPAN = re.compile(r"(since|for) (\S+)")


def tell_why(words: Words, text: str) -> str:
    """Why a portal needs a look; as it was written where we have no words for it."""
    return _tell(words, "why", text) or text


def tell_note(words: Words, text: str) -> str:
    """What is said of an address; as it was written where we have no words for it."""
    return _tell(words, "note", text) or text


def name_refusal(words: Words, name: str) -> str:
    """What a refusal is called."""
    found = _REFUSAL.fullmatch(name)
    if found is None:
        return name
    status, what, whose = found.groups()
    whose = f"（{whose}）" if whose and words.language == "zh" else f" ({whose})" if whose else ""
    return f"{status} {words(f'refusal.{what}')}{whose}"


def name_reason(words: Words, reason: str) -> str:
    """Why a page was rejected."""
    return words.get(f"rejected.{reason}", reason)


def tell_span(words: Words, seconds: float) -> str:
    """A time in the largest fitting unit."""
    minutes = round(seconds / 60)
    if seconds < 90:
        return words("spans.seconds", count=f"{seconds:.0f}")
    if minutes < 90:
        return words("spans.minutes", count=minutes)
    return words("spans.hours", hours=minutes // 60, minutes=minutes % 60)


def _tell(words: Words, kind: str, text: str) -> str | None:
    said = read_sentence(kind, text, RUNS)
    if said is None:
        return None
    shown = {name: _SHOWN[name](words, value) if name in _SHOWN else value for name, value in said.fields.items()}
    return words(f"{kind}.{said.name}", **shown)


def _show_counts(words: Words, value: str) -> str:
    """``3 soft-404, 1 login``: counts with their names, refusals or reasons."""
    found = [_COUNTED.fullmatch(part) for part in value.split(", ")]
    between = "、" if words.language == "zh" else ", "
    return between.join(
        f"{show_number(int(part[1]))} × {name_reason(words, name_refusal(words, part[2]))}" for part in found if part
    )


def _show_span(words: Words, value: str) -> str:
    found = _SPAN.fullmatch(value)
    return words(f"spans.{found[1]}", years=found[2]) if found else value


_SHOWN: Mapping[str, Callable[[Words, str], str]] = {
    "counts": _show_counts,
    "span": _show_span,
    "note": tell_note,
}
