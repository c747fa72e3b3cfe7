"""A made-up capture's lines for tests that need no page."""

from pipelines.feeds import Line, Refined


def made_lines(record_id: str = "<urn:uuid:1>", value: int = 18) -> Refined:
    shared: Line = {
        "url": "http://127.0.0.1/report.html",
        "captured_at": "2026-01-20T08:00:00Z",
        "record_id": record_id,
        "warc": "a.warc.gz",
        "offset": 512,
        "payload_digest": "sha1:" + "A" * 32,
        "run": "r1",
        "portal": "yunling-yjt",
        "via": None,
        "anchor": None,
        "parser": "test",
        "title": "云岭省应急管理厅2025年政府信息公开工作年度报告",
        "agency": "云岭省应急管理厅",
        "level": "provincial",
        "region": "990000",
        "year": 2025,
        "form": "2021",
        "published": "2026-01-19",
        "source": None,
        "index_number": None,
        "from": {"title": "meta"},
        "body_digest": "sha256:" + "0" * 64,
    }
    document: Line = {
        **shared,
        "kind": "report",
        "rejected": None,
        "media_type": "text/html",
        "charset": "utf-8",
        "blocks": [{"kind": "paragraph", "text": "一、总体情况", "path": "/html/body/p[1]"}],
        "attachments": [],
        "dropped": [],
    }
    cell: Line = {
        "id": "requests.new.total",
        "raw": str(value),
        "value": value,
        "state": "number",
        "unit": "item",
        "parts": None,
        "note": None,
        "path": "/html/body/table/tr[4]/td[9]",
    }
    report: Line = {
        **shared,
        "form_expected": "2021",
        "sections": [{"number": "一", "heading": "总体情况", "text": "全年公开信息3条。"}],
        "cells": [cell],
        "extra_rows": [],
        "unmapped": [],
        "stated": [],
        "identities": [
            {
                "id": "I1.total",
                "standing": "official",
                "result": "holds",
                "left": 18,
                "right": 18,
                "cells": [cell["id"]],
            }
        ],
        "findings": [],
    }
    return Refined(document, report)
