"""Specimens from a seed: which family, which quirks, which way of doubling; then page and truth.

Families, ways of doubling, traps and quirks take turns, so that a run of some hundred pages has each of them several
times; everything else is drawn. Seed and number decide a specimen alone: a page can be made again by itself.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from random import Random

from demo.cast import Look
from demo.specimens import parting, tabling
from demo.specimens.around import Site
from demo.specimens.casting import CELL_QUIRKS, FLAT_QUIRKS, TABLE_QUIRKS, draw_agency, draw_look
from demo.specimens.content import TRAPS, Content, make_content
from demo.specimens.doubling import WAYS
from demo.specimens.dressing import INLINES, STYLES
from demo.specimens.encoding import PLAIN, SENDINGS, Sending, send
from demo.specimens.families import HOST, load_families
from demo.specimens.heads import BARE_TITLES, FULL_TITLES
from demo.specimens.nondocuments import NONDOCUMENTS, column_of, make_nondocument
from demo.specimens.plain import TEXTS, write_text
from demo.specimens.specimen import Specimen, Truth
from demo.specimens.writing import Manner, write_page
from demo.truth import Report, make_reports

_TURN = 20  # of so many pages, these are doubled, trapped, no documents; the others are single
_DOUBLED, _TRAPPED, _NONE, _TEXT = range(7), range(7, 10), range(10, 11), range(11, 12)
_SINGLE_QUIRKS = (*CELL_QUIRKS, *TABLE_QUIRKS, *FLAT_QUIRKS)


@dataclass(frozen=True, slots=True)
class _Turn:
    """What the number of a specimen decides."""

    family: str
    way: str | None = None
    trap: str | None = None
    none: str | None = None
    text: str | None = None
    quirk: str | None = None
    habit: str | None = None
    sending: Sending | None = None


def draw_specimens(seed: int, count: int) -> Iterator[Specimen]:
    """``count`` pages; the same arguments, the same bytes."""
    return (draw_specimen(seed, number) for number in range(count))


def draw_specimen(seed: int, number: int) -> Specimen:
    """One page of a seed."""
    draw = Random(f"specimen/{seed}/{number}")
    turn = _take_turn(number)
    if turn.none:
        return _draw_nondocument(seed, number, turn.none, draw)
    look = draw_look(draw, turn.quirk, calm=turn.trap is not None or turn.text is not None)
    report = _draw_report(seed, draw, number, look)
    other = _draw_other(seed, draw, report, turn.trap) if turn.trap else None
    flat = turn.text or next((quirk for quirk in FLAT_QUIRKS if quirk in look.quirks), None)
    content = make_content(report, turn.trap, draw, other, pictures=not flat)
    if turn.text:
        return _finish_text(f"{seed}-{number}", turn.text, content, draw)
    manner = Manner(
        family=load_families()[turn.family],
        style=draw.choice(("paragraphs", "aligned", *STYLES)),
        inline="plain" if flat else draw.choice(("plain", *INLINES)),
        habit=turn.habit or draw.choice(("plain", "plain", "word", *tabling.HABITS)),
        sending=turn.sending or draw.choice((PLAIN, PLAIN, *SENDINGS)),
        title=report.title,
        way=turn.way,
        flat=flat,
        parted=turn.trap if turn.trap in parting.WAYS else None,
    )
    return _finish(f"{seed}-{number}", turn, manner, content, draw)


def _take_turn(number: int) -> _Turn:
    round_, place = divmod(number, _TURN)
    families = tuple(load_families())
    family = families[number % len(families)]
    if place in _DOUBLED:
        return _Turn(family, way=WAYS[(round_ * len(_DOUBLED) + place) % len(WAYS)])
    if place in _TRAPPED:
        return _Turn(family, trap=TRAPS[(round_ * len(_TRAPPED) + place) % len(TRAPS)])
    if place in _NONE:
        return _Turn(family, none=NONDOCUMENTS[round_ % len(NONDOCUMENTS)])
    if place in _TEXT and round_ % 2:
        return _Turn("text", text=TEXTS[round_ // 2 % len(TEXTS)])
    turns = (*((quirk, None, None) for quirk in _SINGLE_QUIRKS), *((None, habit, None) for habit in tabling.HABITS))
    single = round_ * (_TURN - 11) + place - 11
    everything = (*turns, *((None, None, sending) for sending in SENDINGS))
    quirk, habit, sending = everything[single % len(everything)]
    return _Turn(family, quirk=quirk, habit=habit, sending=sending)


def _draw_report(seed: int, draw: Random, number: int, look: Look) -> Report:
    titles = FULL_TITLES if draw.random() < 0.75 else BARE_TITLES
    agency = draw_agency(draw, number, replace(look, title=draw.choice(titles)))
    return make_reports(seed, (agency,))[0]


def _draw_other(seed: int, draw: Random, report: Report, trap: str) -> Report:
    """The second report of a page: of the same agency the year before, or of another agency."""
    look = replace(report.look, quirks=(), title=FULL_TITLES[0])
    if trap == "two_years":
        agency = replace(report.agency, id=f"{report.agency.id}-before", looks=(replace(look, year=look.year - 1),))
    else:
        agency = draw_agency(draw, 100_000 + draw.randrange(1000), look)
    return make_reports(seed, (agency,))[0]


def _finish(name: str, turn: _Turn, manner: Manner, content: Content, draw: Random) -> Specimen:
    page = write_page(manner, content, draw)
    headers, payload = send(page.markup, manner.sending)
    quirks = (*content.report.look.quirks, manner.sending.name)
    traits = (f"style:{manner.style}", f"inline:{manner.inline}", f"table:{manner.habit}", *quirks, *page.traits)
    return Specimen(
        id=name,
        family=turn.family,
        traits=traits,
        doubled=turn.way,
        trap=turn.trap,
        url=page.url,
        headers=headers,
        payload=payload,
        markup=page.markup,
        context=page.context,
        truth=page.truth,
    )


def _finish_text(name: str, kind: str, content: Content, draw: Random) -> Specimen:
    media, text, truth = write_text(kind, content, draw)
    return Specimen(
        id=name,
        family="text",
        traits=(kind, *content.report.look.quirks),
        doubled=None,
        trap=None,
        url=f"{HOST}/export/{draw.getrandbits(32):x}.{'md' if kind == 'markdown' else 'txt'}",
        headers=(("Content-Type", f"{media}; charset=utf-8"),),
        payload=text.encode(),
        markup=text,
        context={},
        truth=truth,
    )


def _draw_nondocument(seed: int, number: int, none: str, draw: Random) -> Specimen:
    agency = draw_agency(draw, number, Look(2022))
    kind, rejected, markup = make_nondocument(none, Site(agency.name, "", column_of(draw), draw))
    headers, payload = send(markup, PLAIN)
    return Specimen(
        id=f"{seed}-{number}",
        family="none",
        traits=(none,),
        doubled=None,
        trap=None,
        url=f"{HOST}/{number}/{draw.getrandbits(32):x}.html",
        headers=headers,
        payload=payload,
        markup=markup,
        context={},
        truth=Truth(kind=kind, rejected=rejected),
    )
