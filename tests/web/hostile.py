"""Pages that would run, fetch, lead away or break out of our frame, each by one trick of ``hostile.yaml``."""

from functools import lru_cache
from pathlib import Path

import yaml

CANARY = "http://canary.example"


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
