"""The catalogue rows of the demo portals: files for the default ports beside this module, and a writer for others."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from demo.panorama import ALL, PROVINCES
from demo.portals import BASE_PORT, PORTALS, PROVINCE, Portal, origin

FOLDER = Path(__file__).parent
FILE_NAME = "990000-yunling.yaml"
_PROVINCES = (
    (*PROVINCE, FILE_NAME),
    *((region, name, f"{region}.yaml") for region, name in PROVINCES.items()),
)


def write_catalogue(folder: Path, base_port: int = BASE_PORT, portals: Sequence[Portal] = PORTALS) -> Path:
    """Write the rows of ``portals``, served from ``base_port`` on, into ``folder``; gives the first file."""
    folder.mkdir(parents=True, exist_ok=True)
    files = [_write_province(folder, *province, base_port, portals) for province in _PROVINCES]
    return next(file for file in files if file is not None)


def _write_province(
    folder: Path, region: str, name: str, file_name: str, base_port: int, portals: Sequence[Portal]
) -> Path | None:
    own = [portal for portal in portals if portal.agency.region.startswith(region[:2])]
    if not own:
        return None
    lines = [f'province: "{region}"', f"name: {name}", "portals:"]
    for portal in own:
        lines += _row_lines(portal, base_port)
    file = folder / file_name
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return file


def _row_lines(portal: Portal, base_port: int) -> Iterator[str]:
    agency = portal.agency
    yield f"  - id: {portal.id}"
    yield f"    agency: {agency.name}"
    yield f"    level: {agency.level}"
    yield f'    region: "{agency.region}"'
    yield f"    home: {origin(portal, base_port, ALL)}/"
    if portal.walkable:
        if portal.pinned:
            yield f"    family: {portal.family}"
            yield f"    list: {origin(portal, base_port, ALL)}{portal.list_path}"
        if agency.looks and portal.is_whole:
            since = min(look.year for look in agency.looks)
            count = sum("images_only" not in look.quirks for look in agency.looks)
            yield f"    expect: {{since: {since}, count: {count}}}"
    yield "    evidence: seen"
    yield "    reached: never"
    yield "    note: made up, served on loopback by python -m demo serve"
