"""Which characters the bytes stand for: the bytes themselves are asked first, the server and the page only after them.

Headers and meta tags of the portals are often wrong, and strict decoding hardly ever succeeds by accident, so the order
is BOM, strict UTF-8, nearly UTF-8 (a title cut inside a character), strict GB18030, then what header and meta declare,
then the candidate that reads most like Chinese. ``gb2312`` and ``gbk`` are read as their superset ``gb18030``.
"""

import codecs
import contextlib
import re
from dataclasses import dataclass, field

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_SUPERSETS = {"gb2312": "gb18030", "gbk": "gb18030", "hz": "gb18030", "cp936": "gb18030", "iso8859-1": "cp1252"}
_DECLARED = re.compile(rb"""(?:charset|encoding)\s*=\s*["']?\s*([A-Za-z0-9_.:-]{2,30})""", re.IGNORECASE)
_META_WINDOW = 4096
# The characters that any page of this kind holds by the dozen; mojibake of any sort holds next to none of them.
_FREQUENT = frozenset("的一是在有和为年月日人公开政府信息工作不国中上市区县局法行理报告部情况要发部門開資訊")
_SURE = re.compile(rb"[\x00-\x2f\x3a-\x3f]+")  # bytes that are no part of a pair of GB18030
_ROWS = (0xA1, 0xA3, *range(0xB0, 0xD8))
_PAIRS = bytes(byte for row in _ROWS for cell in range(0xA1, 0xFF) for byte in (row, cell))
_COMMON = frozenset(_PAIRS.decode("gb18030"))  # punctuation and the first level of GB 2312: few pairs out of step
_LONGEST_MENDED, _MOST_MENDED = 1_200, 10  # bytes of a run, and runs
_SAMPLE = 20_000
_HIGH = bytes(range(128, 256))
_PIECE = 4096  # bytes read at once: the first of them show that a text of pairs is none
_CUTS_FORGIVEN = 20  # well-formed characters for each broken one


@dataclass(frozen=True, slots=True)
class Decoded:
    """The text and the charset it was read as; ``broken`` counts bytes that stand for nothing in that charset."""

    text: str = field(repr=False)
    charset: str
    broken: int = 0


def decode(payload: bytes, content_type: str | None = None) -> Decoded | None:
    """The payload as text, or ``None`` where no charset makes text of it. Never raises."""
    for bom, charset in _BOMS:
        if payload.startswith(bom):
            return _lenient(payload[len(bom) :], charset)
    return _strict(payload, "utf-8") or _wide(payload) or _nearly_utf8(payload) or _chinese(payload, content_type)


def declared_charsets(payload: bytes, content_type: str | None) -> tuple[str, ...]:
    """The charsets that header and meta declare, header first, by Python's names; unknown names are left out."""
    names = _DECLARED.findall((content_type or "").encode("ascii", "replace")) + _DECLARED.findall(
        payload[:_META_WINDOW]
    )
    found = [_known(name.decode("ascii")) for name in names]
    return tuple(dict.fromkeys(name for name in found if name))


def _known(name: str) -> str | None:
    try:
        canonical = codecs.lookup(name).name
        "a".encode(canonical)  # refuses the transforms (hex, zlib …) that share the registry
    except (LookupError, UnicodeError, TypeError, ValueError, AssertionError):
        return None
    return _SUPERSETS.get(canonical, canonical)


def _strict(payload: bytes, charset: str) -> Decoded | None:
    try:
        return Decoded(payload.decode(charset), charset)
    except (UnicodeError, ValueError):
        return None


def _lenient(payload: bytes, charset: str) -> Decoded:
    text = payload.decode(charset, "replace")
    return Decoded(text, charset, text.count("\ufffd"))


def _wide(payload: bytes) -> Decoded | None:
    """UTF-16 without a BOM: every second byte of its markup is zero."""
    head = payload[:400]
    if head.count(0) * 50 < len(head):
        return None
    return _strict(payload, "utf-16-le" if head[1::2].count(0) >= head[::2].count(0) else "utf-16-be")


def _nearly_utf8(payload: bytes) -> Decoded | None:
    if not _may_be_utf8(payload):
        return None
    decoded = _lenient(payload, "utf-8")
    sound = len(decoded.text.encode("utf-8")) - 3 * decoded.broken  # no more characters than that
    if sound > _CUTS_FORGIVEN * decoded.broken:
        sound = sum(1 for character in decoded.text if "\u0080" <= character != "\ufffd")
    return decoded if sound > _CUTS_FORGIVEN * decoded.broken else None


def _may_be_utf8(payload: bytes) -> bool:
    """A cheap look: no more cuts than could be forgiven if all the rest were characters of two bytes."""
    wide = len(payload) - len(payload.translate(None, _HIGH))
    cuts, decoder = wide // (2 * _CUTS_FORGIVEN), codecs.getincrementaldecoder("utf-8")("replace")
    for at in range(0, len(payload), _PIECE):
        cuts -= decoder.decode(payload[at : at + _PIECE], at + _PIECE >= len(payload)).count("\ufffd")
        if cuts < 0:
            return False
    return True


def _chinese(payload: bytes, content_type: str | None) -> Decoded | None:
    declared = declared_charsets(payload, content_type)
    gb18030 = _strict(payload, "gb18030")
    others = [name for name in (*declared, "big5") if name not in ("gb18030", "utf-8")]
    if gb18030 and "big5" not in "".join(declared):
        return gb18030
    if gb18030:
        return max([gb18030, *filter(None, (_strict(payload, name) for name in others))], key=_plausibility)
    candidates = [_lenient(payload, name) for name in dict.fromkeys((*declared, "gb18030", "utf-8", "big5"))]
    best = max(candidates, key=lambda item: _plausibility(item) - item.broken / max(1, len(item.text)))
    if best.charset == "gb18030":
        best = _in_step(payload)
    return best if best.broken * 5 <= len(best.text) else None


def _in_step(payload: bytes) -> Decoded:
    """GB18030 in which a lone byte puts only itself out of step, not all pairs of bytes up to the next tag."""
    texts: list[str] = []
    at = 0
    for _ in range(_MOST_MENDED + 1):
        try:
            texts.append(payload[at:].decode("gb18030"))
        except UnicodeDecodeError as error:
            start, end = _find_run(payload, at, at + error.start)
            if end - start > _LONGEST_MENDED:
                break
            texts += [payload[at:start].decode("gb18030", "replace"), _without_lone(payload[start:end])]
            at = end
        else:
            text = "".join(texts)
            return Decoded(text, "gb18030", text.count("\ufffd"))
    return _lenient(payload, "gb18030")


def _find_run(payload: bytes, first: int, place: int) -> tuple[int, int]:
    """The run of bytes around a place in which a pair may be out of step: from one that is no part of a pair on."""
    floor = max(first, place - _LONGEST_MENDED)
    before = max((match.end() for match in _SURE.finditer(payload, floor, place)), default=floor)
    behind = _SURE.search(payload, place + 1)
    return before, behind.start() if behind else len(payload)


def _without_lone(piece: bytes) -> str:
    """A run of bytes as text, without the byte whose absence leaves most that reads like Chinese."""
    found = [piece.decode("gb18030", "replace")]
    for at in range(len(piece)):
        if piece[at] < 0x80:
            continue
        before, behind = piece[:at], piece[at + 1 :]
        with contextlib.suppress(UnicodeDecodeError):
            found.append(f"{before.decode('gb18030')}\ufffd{behind.decode('gb18030')}")
    return max(found, key=lambda item: sum(character in _COMMON for character in item))


def _plausibility(decoded: Decoded) -> float:
    sample = [character for character in decoded.text[:_SAMPLE] if character > "\u007f"]
    return sum(character in _FREQUENT for character in sample) / max(1, len(sample))
