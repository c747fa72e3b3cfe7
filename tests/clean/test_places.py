"""Which place and level the name of an agency gives."""

import pytest

from pipelines.clean.agencies import complete_agency, find_level, find_place, find_region


@pytest.mark.parametrize(
    ("agency", "level", "region"),
    [
        ("铜陵市城市管理局", "municipal", "340700"),
        ("湖南省城市管理厅", "provincial", "430000"),
        ("白溪省梯田水利局", "provincial", None),
        ("长沙市社区矫正管理局", "municipal", "430100"),
        ("铜陵市郊区应急管理局", "county", None),
        ("县城市管理局", "county", None),
        ("市城市管理局", "municipal", None),
    ],
)
def test_a_word_that_ends_like_a_place_is_none(agency: str, level: str, region: str | None) -> None:
    assert find_level(agency) == level
    assert find_region(agency, level) == region


def test_a_county_stays_a_county() -> None:
    assert find_place("铜陵市郊区应急管理局").county == "郊区"


def test_a_county_is_completed_by_the_city_that_the_text_puts_before_it() -> None:
    text = "本报告由青岛市崂山区应急管理局编制。崂山区位于青岛市东部。"
    assert complete_agency("崂山区应急管理局", text) == "青岛市崂山区应急管理局"
    assert complete_agency("崂山区应急管理局", "崂山区。") == "崂山区应急管理局"
