"""What a refining process is to do."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RefiningPlan:
    """Where lines go (``pipelines.sink``), and how many processes refine."""

    documents: str | None
    reports: str | None
    database_url: str | None
    workers: int
