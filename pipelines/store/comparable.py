"""The tables of what is compared: each report's figures, and their totals by level and province."""

from sqlalchemy import BigInteger, Column, Float, Index, Integer, String, Table

from pipelines.store.figures import load_figures, load_wholes
from pipelines.store.tables import metadata

KNOWN = "known_{}"  # the column of ``totals`` that counts the reports which give all of a whole


def _figures() -> list[Column[float]]:
    return [Column(name, Float) for name in load_figures()]


# By the capture that shows a report best. What is not known of its agency is empty: groups are made of these.
figures = Table(
    "figures",
    metadata,
    Column("agency", String, primary_key=True),
    Column("year", Integer, primary_key=True, autoincrement=False),
    Column("name", String, nullable=False, index=True),
    Column("level", String, nullable=False),
    Column("province", String, nullable=False),  # the first two digits of the region
    Column("region", String, nullable=False),
    Column("organ", String, nullable=False),  # place (the government of one), department
    Column("form", String, nullable=False),
    Column("captured_at", String, nullable=False),
    Column("record_id", String, nullable=False),
    Column("broken", Integer, nullable=False),  # how many of its identities are
    *_figures(),
    Index("figures_by_place", "level", "province", "year"),
    Index("figures_by_region", "region", "year"),
    Index("figures_by_year", "year", "level", "organ"),
)
totals = Table(
    "totals",
    metadata,
    Column("level", String, primary_key=True),
    Column("province", String, primary_key=True),
    Column("organ", String, primary_key=True),
    Column("year", Integer, primary_key=True, autoincrement=False),
    Column("form", String, primary_key=True),
    Column("reports", BigInteger, nullable=False),
    Column("broken", BigInteger, nullable=False),  # reports with broken identities
    Column("captured_at", String, nullable=False),  # of the latest capture
    *(Column(KNOWN.format(whole), BigInteger, nullable=False) for whole in load_wholes()),
    *_figures(),
)
