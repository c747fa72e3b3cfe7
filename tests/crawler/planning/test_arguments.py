import pytest
from scrapy.exceptions import UsageError

from crawler.planning.arguments import CHOICE, FEEDS, read_arguments, read_years

KNOWN = FEEDS | CHOICE


@pytest.mark.parametrize(
    ("text", "years"),
    [("2022", {2022}), ("2019-2021", {2019, 2020, 2021}), ("2014, 2019-2020", {2014, 2019, 2020})],
)
def test_years_are_single_spans_and_lists(text: str, years: set[int]) -> None:
    assert read_years(text) == years


@pytest.mark.parametrize("text", ["22", "2024-2019", "2019–", "last", "", "1066", "2019-20"])
def test_what_is_no_year_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="years="):
        read_years(text)


@pytest.mark.parametrize(("code", "prefix"), [("330000", "33"), ("330100", "3301"), ("330108", "330108"), ("33", "33")])
def test_region_stands_for_all_below_it(code: str, prefix: str) -> None:
    assert read_arguments({"region": code}, KNOWN).regions == (prefix,)


@pytest.mark.parametrize(
    "given",
    [
        {"region": "3300000"},
        {"region": "浙江"},
        {"limit": "0"},
        {"limit": "many"},
        {"dry_run": "maybe"},
    ],
)
def test_wrong_values_are_usage_errors(given: dict[str, str]) -> None:
    with pytest.raises(UsageError, match=next(iter(given))):
        read_arguments(given, KNOWN)


def test_unknown_argument_names_the_near_one() -> None:
    with pytest.raises(UsageError, match="did you mean region"):
        read_arguments({"regoin": "33"}, KNOWN)


def test_empty_wishes_are_none() -> None:
    arguments = read_arguments({"documents": "", "limit": "", "region": ""}, KNOWN)
    assert (arguments.documents, arguments.limit, arguments.regions, arguments.catalogue) == (None, None, (), "real")
