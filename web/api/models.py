"""Models: the shapes of the answers, from which the description is made."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

_UUID = "5136cd0e-e98a-43cf-b906-8dab18f38e3d"
_AGENCY = "宁波市应急管理局"


class Page(BaseModel):
    """A page of a list."""

    next: str | None = Field(description="the address of the next page; null on the last", examples=[None])


class CoverageCell(BaseModel):
    """What is known of one report."""

    state: str = Field(description="parsed, broken, late, archived, missing, withdrawn or refused", examples=["parsed"])
    detail: str | None = Field(description="by how much it is late, why it was not parsed", examples=[None])
    report: str | None = Field(description="its address here", examples=[f"/api/v1/reports/{_AGENCY}/2023"])


class CoverageRow(BaseModel):
    """One agency."""

    agency: str = Field(examples=[_AGENCY])
    portal: str | None = Field(examples=["ningbo-yjj"])
    level: str | None = Field(examples=["municipal"])
    region: str | None = Field(description="GB/T 2260", examples=["330200"])
    years: dict[int, CoverageCell]


class Coverage(Page):
    """Agency by year, with totals over all pages."""

    years: list[int]
    totals: dict[str, int] = Field(description="reports by state", examples=[{"parsed": 40, "missing": 2}])
    agencies: int
    rows: list[CoverageRow]


class ReportHead(BaseModel):
    """A report: an agency and a year."""

    report: str = Field(description="its identifier", examples=[f"{_AGENCY}/2023"])
    agency: str = Field(examples=[_AGENCY])
    year: int = Field(examples=[2023])
    province: str | None = Field(examples=["浙江省"])
    region: str | None = Field(examples=["330200"])
    level: str | None = Field(examples=["municipal"])
    title: str | None
    form: str | None = Field(description="2021, 2019, 2014 or narrative", examples=["2021"])
    published: str | None = Field(description="YYYY-MM-DD", examples=["2024-01-18"])
    state: str = Field(description="published or withdrawn", examples=["published"])
    broken: int = Field(description="sums that do not hold", examples=[0])
    record_id: str = Field(examples=[f"<urn:uuid:{_UUID}>"])
    url: str = Field(description="where it was captured")
    address: str = Field(description="of the whole report here")
    page: str = Field(description="of its page for people")


class Reports(Page):
    """A page of reports, by agency and year."""

    total: int
    reports: list[ReportHead]


class Cell(BaseModel):
    """A cell of the official tables."""

    id: str = Field(examples=["requests.new.total"])
    raw: str = Field(description="as printed", examples=["1,234"])
    value: float | int | None = Field(description="null where it prints no number, never 0", examples=[1234])
    state: str = Field(description="number, blank, dash, text or image", examples=["number"])
    unit: str | None = Field(description="item, 10k_yuan or yuan", examples=["item"])
    parts: list[Any] | None = Field(description="several numbers in one cell, each with its label")
    note: str | None
    path: str = Field(description="where it stands in the page", examples=["/html/body/table[2]/tr[4]/td[9]"])


class Identity(BaseModel):
    """A sum that must hold."""

    id: str = Field(examples=["I1.total"])
    standing: str = Field(description="official, implied or weak", examples=["official"])
    result: str = Field(description="holds, broken or not evaluable", examples=["holds"])
    left: float | int | None
    right: float | int | None
    cells: list[str]


class Line(BaseModel):
    """What one capture says: a line of ``reports.jsonl`` (docs/feeds.md), other keys included."""

    model_config = ConfigDict(extra="allow")

    record_id: str
    url: str
    captured_at: str
    form: str | None
    sections: list[dict[str, Any]]
    cells: list[Cell]
    identities: list[Identity]
    findings: list[dict[str, Any]]


class Report(BaseModel):
    """A whole report."""

    head: ReportHead
    line: Line
    versions: list[dict[str, Any]] = Field(description="what it said over time")
    manifestations: list[dict[str, Any]] = Field(description="where it stands")
    withdrawals: list[dict[str, Any]]
    findings: list[dict[str, Any]] = Field(description="what its captures say together; pairs: cells by record")
    identities: list[dict[str, Any]] = Field(description="sums that compare years")
    years: list[int] = Field(description="of which there are reports of the agency")


class CellProof(BaseModel):
    """A cell with what proves it."""

    cell: Cell
    label_zh: str | None = Field(examples=["一、本年新收政府信息公开申请数量 · 总计"])
    label_en: str | None = Field(examples=["Requests received this year · total"])
    identities: list[Identity] = Field(description="the sums it takes part in")
    capture: str = Field(description="the capture's address here")
    archived: str = Field(description="the archived page with the cell marked")
    page: str = Field(description="the proof for people")


class Capture(BaseModel):
    """An archived answer, and what was read in it; keys as in ``documents.jsonl`` (docs/feeds.md), without the body."""

    model_config = ConfigDict(extra="allow")

    record_id: str = Field(examples=[f"<urn:uuid:{_UUID}>"])
    url: str
    captured_at: str = Field(examples=["2024-01-29T03:12:45Z"])
    warc: str
    offset: int
    payload_digest: str | None
    kind: str = Field(description="report, list, attachment, other or rejected", examples=["report"])
    media_type: str | None
    report: str | None = Field(description="the address of the report it shows")
    archived: str = Field(description="the archived page, safe to show")
    original: str = Field(description="the archived file itself")


class Finding(BaseModel):
    """What a reader of a report should know."""

    agency: str
    year: int
    id: str = Field(examples=["broken-identity"])
    severity: str = Field(description="error, warning or info", examples=["error"])
    text: str
    cells: list[list[str]] = Field(description="pairs of record and cell: its proof")
    report: str = Field(description="the report's address")


class Findings(Page):
    """A page of findings, worst first."""

    total: int
    kinds: dict[str, int]
    findings: list[Finding]


class Hit(BaseModel):
    """A report that was found."""

    report: ReportHead
    where: str = Field(description="name (agency or title) or text", examples=["text"])
    passages: list[str] = Field(description="with 【】 around the words", examples=[["…到【海淀】区…"]])


class Hits(Page):
    """A page of hits: by name first, then by text, the newest first in each."""

    words: list[str]
    by_name: int = Field(description="how many by name; counted up to 1,001")
    by_text: int = Field(description="how many by text, those by name among them; counted up to 1,001")
    hits: list[Hit]


class DictionaryCell(BaseModel):
    """A cell of the forms."""

    cell: str
    table: str
    row: str
    column: str | None
    forms: list[str]
    label_zh: str
    label_en: str
    unit: str


class Dictionary(BaseModel):
    """Every cell of every form, and the columns of every exported table."""

    cells: list[DictionaryCell]
    tables: dict[str, list[dict[str, str]]]


class Run(BaseModel):
    """A crawl; more keys as its journal has them."""

    model_config = ConfigDict(extra="allow")

    run: str = Field(examples=["20240105T020000Z-1a2b3c"])
    state: str = Field(description="running, finished, lacking, stopped, failed or broken-off", examples=["finished"])
    spider: str = Field(examples=["provincial"])
    arguments: dict[str, str]
    began: str = Field(examples=["2024-01-05T02:00:00Z"])
    ended: str | None
    captures: int
    reports: int
    refusals: int
    failures: int
    rate: float = Field(description="captures a minute: of late while it runs, else of the whole")
    address: str


class Runs(Page):
    """A page of crawls, the latest first."""

    total: int
    runs: list[Run]


class RunPortals(BaseModel):
    """A crawl with its portals."""

    run: Run
    portals: list[dict[str, Any]]
