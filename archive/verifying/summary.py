"""A verification told: a few lines for a person, everything for a program."""

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

from archive.verifying.files import FileReport
from archive.verifying.problems import SEVERITIES, Problem, Severity
from archive.verifying.run import Report

# What a person reads: so many of the worst files, and so many problems of each. The rest is counted, and in the JSON.
_MOST_FILES = 20
_MOST_PROBLEMS = 4


def show_report(report: Report, seconds: float) -> Iterator[str]:
    """Lines: each file that is not sound with its first problems, worst first; the totals last."""
    bad = sorted((file for file in report.files if file.verdict != "sound"), key=_badness)
    for file in bad[:_MOST_FILES]:
        yield f"{file.verdict.upper():8}{file.path}  ({_count_problems(file)})"
        yield from _show_problems(file)
    if len(bad) > _MOST_FILES:
        yield f"… and {len(bad) - _MOST_FILES} more files that are not sound (--json FILE lists all)"
    yield from _show_totals(report, seconds)


def write_report(report: Report) -> Iterator[str]:
    """The JSON text in pieces, a line a file. Nothing in it depends on the clock or the machine's speed."""
    head = {
        "verdict": "error" if report.errors else "warning" if report.warnings else "sound",
        **{f"{severity}s": report.count(severity) for severity in SEVERITIES},
        "bytes": _total_size(report),
        "records": dict(sorted(report.records.items())),
        "kinds": _kinds(report.kinds),
    }
    yield json.dumps(head, ensure_ascii=False)[:-1] + ', "files": [\n'
    for number, file in enumerate(report.files):
        yield (",\n" if number else "") + json.dumps(_as_dict(file), ensure_ascii=False)
    yield "\n]}\n"


def _badness(file: FileReport) -> tuple[int, int, str]:
    return -file.findings.count("error"), -file.findings.count("warning"), file.path


def _show_problems(file: FileReport) -> Iterator[str]:
    told = [problem for problem in file.findings.problems if problem.severity != "note"]
    told.sort(key=lambda problem: SEVERITIES.index(problem.severity))
    for problem in told[:_MOST_PROBLEMS]:
        yield f"  {_show_place(problem)}{problem.severity}: {problem.code}: {problem.text}"
    rest = file.findings.count("error") + file.findings.count("warning") - min(len(told), _MOST_PROBLEMS)
    if rest:
        yield f"  … and {rest} more"


def _show_place(problem: Problem) -> str:
    place = f"at {problem.offset} " if problem.offset is not None else ""
    named = " ".join(filter(None, (problem.record_type, problem.record_id)))
    return f"{place}{named + ' ' if named else ''}"


def _count_problems(file: FileReport) -> str:
    counts = [(severity, file.findings.count(severity)) for severity in SEVERITIES]
    told = [f"{count} {severity}{'s' if count > 1 else ''}" for severity, count in counts if count]
    return f"{', '.join(told)} in {sum(file.records.values())} records"


def _show_totals(report: Report, seconds: float) -> Iterator[str]:
    verdicts = Counter(file.verdict for file in report.files)
    size = _total_size(report)
    rate = f", {size / 1e6 / seconds:.0f} MB/s" if seconds > 0 else ""
    verdict = ", ".join(f"{verdicts[name]} {word}" for name, word in _VERDICTS if verdicts[name])
    yield f"{len(report.files)} files: {verdict}"
    types = ", ".join(f"{count} {name}" for name, count in sorted(report.records.items(), key=_by_count))
    yield f"{sum(report.records.values())} records{': ' if types else ''}{types}"
    for severity in SEVERITIES:
        found = [(code, count) for (each, code), count in report.kinds.items() if each == severity]
        if found:
            yield f"{severity}s: " + ", ".join(f"{count} {code}" for code, count in sorted(found, key=_by_count))
    yield f"{size / 1e6:.1f} MB in {seconds:.1f} s{rate}"


_VERDICTS = (("sound", "sound"), ("warning", "with warnings"), ("error", "broken"))


def _by_count(pair: tuple[str, int]) -> tuple[int, str]:
    return -pair[1], pair[0]


def _total_size(report: Report) -> int:
    """Of the files named, not again of those inside packages."""
    return sum(file.size for file in report.files if "!" not in file.path)


def _kinds(kinds: Counter[tuple[Severity, str]]) -> list[dict[str, Any]]:
    rows = sorted(kinds.items(), key=lambda item: (SEVERITIES.index(item[0][0]), -item[1], item[0][1]))
    return [{"severity": severity, "code": code, "count": count} for (severity, code), count in rows]


def _as_dict(file: FileReport) -> dict[str, Any]:
    return {
        "path": file.path,
        "verdict": file.verdict,
        "bytes": file.size,
        "members": file.members,
        "records": dict(sorted(file.records.items())),
        "kinds": _kinds(file.findings.counts),
        "problems": [problem.as_dict() for problem in file.findings.problems],
    }
