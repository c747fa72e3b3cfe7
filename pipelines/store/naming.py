"""Whose report a capture is, by name: the folded name that all captures of an agency share.

One capture decides it alone. Several agencies of one name (朝阳区人民政府) are told apart when their reports are known.
"""

import re
import unicodedata

# A name that leaves its place to be guessed: 市应急管理局, 区人民政府.
_BARE = re.compile(r"^(?:自治区|自治州|自治县|[省市州盟区县旗镇乡])(?=[\u4e00-\u9fff]{2})")
_SPACE = re.compile(r"\s+")


def fold_name(agency: str | None, region: str | None, portal: str | None) -> str | None:
    """A name in NFKC without white space; one that lacks its place has the region behind it, else the portal."""
    if not agency:
        return None
    name = _SPACE.sub("", unicodedata.normalize("NFKC", agency))
    if not _BARE.match(name):
        return name or None
    place = region or portal
    return f"{name}@{place}" if place else name
