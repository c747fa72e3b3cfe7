"""What a parser would change, written for programs: one JSON object in a file, captures first, counts last."""

import json
from pathlib import Path
from typing import IO, Any

from pipelines.comparing.foresight import Foreseen
from pipelines.comparing.rereading import Reread
from pipelines.errors import PipelineError

_PLACE = ("warc", "offset", "record_id", "url", "captured_at", "agency", "year", "kind")


class Recorder:
    """A file that grows by a line with each capture. Raises ``PipelineError`` where it cannot be written."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._count = 0
        try:
            Path(path).parent.mkdir(parents=True, exist_ok=True)
            self._file: IO[str] = Path(path).open("w", encoding="utf-8", errors="replace")  # noqa: SIM115 open as long as the object
        except OSError as error:
            raise self._failed(error) from error
        self._write('{"captures":[')

    def tell(self, reread: Reread) -> None:
        """Write one capture with everything in which it differs."""
        line = reread.after.document
        before = reread.before.document["parser"] if reread.before else None
        found = {
            **{key: line[key] for key in _PLACE},
            "form": reread.form,
            "portal": reread.portal,
            "parser": [before, line["parser"]],
            **{
                what.replace(" ", "_"): [{"id": one.id, "before": one.before, "after": one.after} for one in changes]
                for what, changes in reread.changes.items()
            },
        }
        self._write(("," if self._count else "") + "\n" + json.dumps(found, ensure_ascii=False))
        self._count += 1

    def finish(self, foreseen: Foreseen, parser: str, is_applied: bool) -> None:
        """Write the counts, and close the file."""
        rest: dict[str, Any] = {
            "same": foreseen.same,
            "differ": foreseen.differ,
            "new": foreseen.new,
            "new_reports": foreseen.new_reports,
            "new_sightings": foreseen.new_sightings,
            "by_form": foreseen.by_form,
            "by_portal": foreseen.by_portal,
            "total": foreseen.total,
            "parser": parser,
            "stored_parsers": foreseen.parsers,
            "applied": is_applied,
        }
        self._write(f"\n],{json.dumps(rest, ensure_ascii=False, sort_keys=True)[1:]}\n")
        self.close()

    def close(self) -> None:
        """Close the file; one that is not finished is no JSON."""
        try:
            self._file.close()
        except OSError as error:
            raise self._failed(error) from error

    def _write(self, text: str) -> None:
        try:
            self._file.write(text)
        except OSError as error:
            raise self._failed(error) from error

    def _failed(self, error: OSError) -> PipelineError:
        return PipelineError(f"{self._path}: what would change cannot be written ({error.strerror}); name another file")
