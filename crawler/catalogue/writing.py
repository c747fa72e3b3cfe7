"""A row added to the catalogue: at the end of its province's file, the rest of the file left as it is."""

import re
from collections.abc import Collection
from pathlib import Path

from crawler.catalogue.portals import Portal
from crawler.catalogue.reading import find_files, read_catalogue
from crawler.errors import CatalogueError
from crawler.fetching.scope import split

_PROVINCE = re.compile(r"^province:\s*[\"']?(\d{6})", re.MULTILINE)


def add_row(where: str | Path, portal: Portal, families: Collection[str]) -> Path:
    """Append a portal's row to the file of its province; returns the file.

    Raises ``CatalogueError`` where the host has a row already, where no file is of the province, or where the catalogue
    could not be read with the row in it (the file is then as it was).
    """
    _, host, port = split(portal.home)
    for row in read_catalogue(where, families).portals:
        if split(row.home)[1:] == (host, port):
            raise CatalogueError(f"{portal.home}: the catalogue has it already, as {row.id}; edit that row")
    file = _find_file(where, portal)
    before = file.read_text(encoding="utf-8")
    file.write_text(before.rstrip("\n") + "\n" + "\n".join(write_row(portal)) + "\n", encoding="utf-8")
    try:
        read_catalogue(where, families)
    except CatalogueError:
        file.write_text(before, encoding="utf-8")
        raise
    return file


def write_row(portal: Portal) -> list[str]:
    """A row's lines."""
    lines = [f"  - id: {portal.id}", f"    agency: {portal.agency}", f"    level: {portal.level}"]
    lines += [f'    region: "{portal.region}"'] if portal.region else []
    lines += [f"    home: {portal.home}"]
    lines += [f"    family: {portal.family}"] if portal.family else []
    lines += [f"    list: {portal.list_url}"] if portal.list_url else []
    if portal.more_lists:
        lines += ["    lists:", *(f"      - {url}" for url in portal.more_lists)]
    return [*lines, f"    evidence: {portal.evidence}", f"    reached: {portal.reached}"]


def _find_file(where: str | Path, portal: Portal) -> Path:
    files = find_files(where)
    province = f"{portal.region[:2]}0000" if portal.region else ""
    provinces = {file: _PROVINCE.search(file.read_text(encoding="utf-8")) for file in files}
    own = [file for file, code in provinces.items() if code and code[1] == province]
    if not own and len(files) == 1:
        own = files
    if not own:
        what = f"province {province}" if province else "a province that is not known"
        raise CatalogueError(f"catalogue {where}: no file of {what}; name the region with --region, six digits")
    return own[0]
