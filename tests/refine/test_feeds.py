"""Lines of the feeds: the digest of a body, and the same bytes for the same line."""

import hashlib
import json

from pipelines.document import Block, Slot
from pipelines.feeds import body_digest, write_line


def digest(text: str) -> str:
    return "sha256:" + hashlib.sha256(text.encode()).hexdigest()


def test_body_digest_joins_blocks_rows_and_cells() -> None:
    table = Block("table", "t", grid=((Slot("规章", "a"), Slot("0", "b")), (Slot("合计", "c"), Slot("", "d"))))
    blocks = [Block("heading", "h", "一、 总体\n情况"), table]
    assert body_digest(blocks) == digest("一、 总体 情况\n规章\t0\n合计\t")


def test_body_digest_leaves_images_out() -> None:
    blocks = [Block("paragraph", "p", "正文"), Block("image", "i", "图一", src="a.png")]
    assert body_digest(blocks) == digest("正文")


def test_page_without_a_body_has_no_digest() -> None:
    assert body_digest([]) is None


def test_line_is_compact_json_in_chinese() -> None:
    assert write_line({"agency": "清河市", "year": None}) == '{"agency":"清河市","year":null}\n'
    assert json.loads(write_line({"value": 14.4})) == {"value": 14.4}
