"""A drawn crowd is as true as the demo's own cast."""

from demo.crowd import draw_agencies
from demo.portals import Portal
from demo.printing import CELL_QUIRKS
from demo.site import build_site
from demo.truth import make_reports


def test_one_seed_one_crowd_and_another_seed_another() -> None:
    assert draw_agencies(3, 20) == draw_agencies(3, 20)
    assert draw_agencies(3, 20) != draw_agencies(4, 20)


def test_a_crowd_breaks_no_identity() -> None:
    reports = make_reports(3, draw_agencies(3, 60))
    assert not [report.title for report in reports if report.broken]


def test_a_crowd_has_every_form_and_every_cell_quirk() -> None:
    looks = [look for agency in draw_agencies(1, 120) for look in agency.looks]
    assert {look.form for look in looks} == {"2021", "2019", "narrative"}
    assert {quirk for look in looks for quirk in look.quirks} >= set(CELL_QUIRKS)


def test_a_portal_can_be_built_for_anyone_of_the_crowd() -> None:
    agency = draw_agencies(7, 1, years=3)[0]
    site = build_site(Portal(agency, "trs", "/nb/", rows=12), "http://127.0.0.1:1", make_reports(7, (agency,)), 7)
    assert len([article for article in site.articles if article.report and article.own]) == 3
    assert len(site.articles) == 12
