from pathlib import Path

import pytest
from scrapy.exceptions import UsageError

from crawler.catalogue import Catalogue, Portal
from crawler.planning.arguments import Arguments
from crawler.planning.choosing import choose_portals


def portal(name: str, level: str, region: str | None, list_url: str | None = None) -> Portal:
    return Portal(
        name, f"{name}局", level, f"https://{name}.example.com/", region, region or "650000", list_url=list_url
    )


CATALOGUE = Catalogue(
    str(Path("made") / "up"),
    (
        portal("yunling", "provincial", "990000", "https://yunling.example.com/nb/"),
        portal("qinghe", "municipal", "990100"),
        portal("lanwan", "county", "990102"),
        portal("corps", "municipal", None),
    ),
    {},
)


def chosen(*levels: str, **wishes: object) -> list[str]:
    plan = choose_portals(CATALOGUE, Arguments(**wishes), levels)  # type: ignore[arg-type]
    return [portal.id for portal in plan.portals]


def test_level_chooses() -> None:
    assert chosen("municipal") == ["qinghe", "corps"]


def test_named_portal_is_taken_whatever_its_level() -> None:
    assert chosen("provincial", portals=("lanwan",)) == ["lanwan"]


def test_region_chooses_by_prefix_and_by_the_file_where_a_row_has_none() -> None:
    assert chosen("municipal", regions=("9901",)) == ["qinghe"]
    assert chosen("municipal", regions=("65",)) == ["corps"]


def test_limit_takes_the_first() -> None:
    assert chosen("municipal", limit=1) == ["qinghe"]


def test_unknown_portal_names_the_near_one() -> None:
    with pytest.raises(UsageError, match="did you mean lanwan"):
        chosen("county", portals=("lanwam",))


def test_choice_that_leaves_nothing_is_wrong_usage() -> None:
    with pytest.raises(UsageError, match="region=11"):
        chosen("county", regions=("11",))


def test_plan_says_what_would_be_fetched_first() -> None:
    lines = choose_portals(CATALOGUE, Arguments(), ("provincial", "municipal")).lines
    assert lines[0] == "yunling  yunling局  https://yunling.example.com/nb/"
    assert lines[1] == "qinghe  qinghe局  https://qinghe.example.com/"
    assert lines[3] == "1 of 3 portals have a report list to begin with"
    assert "searched from the home page" in lines[4]
