"""The catalogue rows of the demo portals: files for the default ports beside this module, and a writer for others."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from demo.portals import BASE_PORT, PORTALS, PROVINCE, Portal, origin

FOLDER = Path(__file__).parent
FILE_NAME = "990000-yunling.yaml"


def write_catalogue(folder: Path, base_port: int = BASE_PORT, portals: Sequence[Portal] = PORTALS) -> Path:
    """Write the rows of ``portals``, served from ``base_port`` on, into ``folder``; returns the file."""
    region, name = PROVINCE
    lines = [f'province: "{region}"', f"name: {name}", "portals:"]
    for portal in portals:
        lines += _row_lines(portal, base_port)
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / FILE_NAME
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return file


def _row_lines(portal: Portal, base_port: int) -> Iterator[str]:
    agency = portal.agency
    yield f"  - id: {portal.id}"
    yield f"    agency: {agency.name}"
    yield f"    level: {agency.level}"
    yield f'    region: "{agency.region}"'
    yield f"    home: {origin(portal, base_port)}/"
    if portal.walkable:
        if portal.pinned:
            yield f"    family: {portal.family}"
            yield f"    list: {origin(portal, base_port)}{portal.list_path}"
        if agency.looks and portal.is_whole:
            since = min(look.year for look in agency.looks)
            count = sum("images_only" not in look.quirks for look in agency.looks)
            yield f"    expect: {{since: {since}, count: {count}}}"
    yield "    evidence: seen"
    yield "    reached: never"
    yield "    note: made up, served on loopback by python -m demo serve"
