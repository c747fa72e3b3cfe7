"""``-a resume=last`` or a run's id: which run goes on."""

import shutil
from pathlib import Path

from scrapy.settings import BaseSettings

from archive.writing.runbook import find_run_files
from crawler.planning.arguments import wrong
from crawler.planning.run import is_part

LAST = "last"


def find_run_to_resume(wish: str, spider: str, settings: BaseSettings) -> str:
    """The id of the run that goes on: the named one, or the last of this spider. Anything else is a ``UsageError``."""
    folder = Path(settings["ARCHIVE_DIR"])
    files = find_run_files(folder)
    own = [file for file in files if file.spider == spider and not is_part(file.run)]
    if wish == LAST and not own:
        raise wrong(f"resume=last: {folder} holds no run of {spider}; leave resume out to begin one")
    run = own[-1].run if wish == LAST else wish
    chosen = [file for file in files if file.run == run]
    if not chosen:
        known = f"; the last of {spider} is {own[-1].run}" if own else ""
        raise wrong(f"resume={wish}: no such run in {folder}{known}")
    if others := {file.spider or "another tool" for file in chosen} - {spider}:
        raise wrong(f"resume={wish}: that run is not of {spider} but of {min(others)}")
    if any(file.is_being_written for file in chosen):
        raise wrong(f"resume={wish}: run {run} is still being crawled; wait for its end or stop it")
    return run


def forget_job(settings: BaseSettings) -> None:
    """Take away what Scrapy remembers of a job: after a crash it knows requests as seen that were never answered.

    The archive knows better, and the run is walked again from it.
    """
    job = settings.get("JOBDIR")
    if job:
        (Path(job) / "requests.seen").unlink(missing_ok=True)
        shutil.rmtree(Path(job) / "requests.queue", ignore_errors=True)
