"""Pages that would run, fetch, lead away or break out, each by a trick of ``hostile.yaml``; and hostile addresses."""

from functools import lru_cache
from pathlib import Path

import yaml

CANARY = "http://canary.example"
# Addresses that would lead out of the archive.
OUTSIDE = [
    "/archived/../../kaijuan.db",
    "/archived/..%2f..%2fkaijuan.db",
    "/archived/%2e%2e%2f%2e%2e%2fkaijuan.db",
    "/archived/..%252f..%252fkaijuan.db",
    "/archived/..%c0%af..%c0%afkaijuan.db:0",
    "/archived/..\\..\\kaijuan.db:0",
    "/archived/..%5c..%5ckaijuan.db:0",
    "/archived/%2fetc%2fpasswd:0",
    "/archived/..%2fkaijuan.db:0",
    "/archived/.:0",
    "/archived/..:0",
    "/archived/kaijuan.db:0",
    "/archived/index%2fmanifest.json:0",
    "/archived/http%3A%2F%2F127.0.0.1:0",
    "/archived/a%00.warc.gz:0",
    "/archived/%00",
    "/archived/a%0d%0aX-Evil:%201:0",
    "/archived/made-20230101000000000-00000-1.warc.gz:7",
    "/archived/made-20230101000000000-00000-1.warc.gz:999999999999999",
    "/archived/made-20230101000000000-00000-1.warc.gz:-1",
    "/originals/..%2f..%2fkaijuan.db",
    "/originals/..%2fkaijuan.db:0",
    "/originals/%00:0",
    "/zh/captures/..%2f..%2fkaijuan.db",
    "/zh/captures/..%2fkaijuan.db:0",
    "/static/..%2f..%2fapplication.py",
    "/static/%2e%2e/application.py",
    "/static//etc/passwd",
    "/static/..\\application.py",
    "/zh/reports/%00/2022",
    "/zh/reports/..%2f..%2f/2022",
    "/zh/captures/x/cells/..%2f..%2f",
    "/..%2f..%2fetc/passwd",
    "//evil.example/zh/coverage",
    "/zh/reports/x/99999999999999999999",
    "/zh/reports/x/-1",
    "/zh/captures/" + "a" * 400,
    "/xx/coverage/" + "%F0%9F" * 9,
]


@lru_cache(maxsize=1)
def load_tricks() -> dict[str, str]:
    """What stands in the body of each page."""
    tricks: dict[str, str] = yaml.safe_load(Path(__file__).with_name("hostile.yaml").read_text(encoding="utf-8"))
    tricks["nested"] = "<b>" * 600 + tricks["handler"] + "<table><tr><td>" * 200 + tricks["script"]
    return tricks


def write_page(name: str, canary: str = CANARY) -> str:
    """A page of one trick, that calls at ``canary``."""
    run = f"document.title=`ran`;new Image().src=`{canary}/ran`;alert(1)"
    coded = "".join(f"&#{ord(letter)};" for letter in f"javascript:{run}")
    body = load_tricks()[name].replace("CODED", coded).replace("RUN", run).replace("CANARY", canary)
    return f"<html><head><title>{name}</title></head><body><h1>{name}</h1>{body}</body></html>"
