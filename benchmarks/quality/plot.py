"""The comparison as a picture: ``python plot.py RESULTS.json PICTURE.svg``, in an environment that has matplotlib."""

import json
import sys
from pathlib import Path

import matplotlib  # type: ignore[import-not-found,unused-ignore]  # lives in .venv-quality

matplotlib.use("svg")
matplotlib.rcParams["svg.hashsalt"] = "quality"  # the same figures, the same file
import matplotlib.pyplot as plt  # type: ignore[import-not-found,unused-ignore]  # noqa: E402

_PANELS = (
    ("f1", "prose F1", "{:.3f}"),
    ("doubled_once", "doubled bodies once and complete", "{:.0%}"),
    ("grid_slots", "table slots in place", "{:.1%}"),
    ("chrome_left", "chrome strings left, a page", "{:.2f}"),
    ("pages_per_second", "pages per CPU second", "{:.0f}"),
)
_OURS, _PEERS = "#b3402a", "#8a9299"


def main(results: Path, picture: Path) -> None:
    """One panel a measure, one bar a tool."""
    found = json.loads(results.read_text(encoding="utf-8"))
    tools = found["tools"]
    names = list(tools)[::-1]
    figure, axes = plt.subplots(1, len(_PANELS), figsize=(15, 0.55 * len(names) + 1.2), sharey=True)
    for axis, (key, title, form) in zip(axes, _PANELS, strict=True):
        values = [tools[name][key] for name in names]
        bars = axis.barh(
            names, [value or 0 for value in values], color=[_OURS if n == "kaijuan" else _PEERS for n in names]
        )
        axis.bar_label(
            bars, ["none" if value is None else form.format(value) for value in values], padding=3, fontsize=9
        )
        axis.set_title(title, fontsize=10)
        axis.set_xlim(0, max([value or 0 for value in values] + [0.01]) * 1.3)
        axis.set_xticks([])
        for side in ("top", "right", "bottom"):
            axis.spines[side].set_visible(False)
    figure.suptitle(
        f"{found['reports']} made-up report pages, seed {found['seed']}: the same pages, the same run", fontsize=11
    )
    figure.tight_layout()
    figure.savefig(picture, metadata={"Date": None})


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
