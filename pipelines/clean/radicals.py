"""CJK radicals, which fonts of PDF files print for characters, folded back to the characters: ⽐ ⼈ ⺠ ⻔ ⻅."""

from pathlib import Path

_FILE = Path(__file__).with_name("radicals.txt")


def read_radicals(path: Path = _FILE) -> dict[int, int]:
    """Code point of a radical → code point of its ideograph. Raises ``ValueError`` naming the line that is no pair."""
    table = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if line and not line.startswith("#"):
            try:
                radical, ideograph = line.split()
                table[int(radical, 16)] = int(ideograph, 16)
            except ValueError as error:
                raise ValueError(f"{path}:{number}: not a pair of code points: {line}") from error
    return table


# Unicode names the traditional form; fonts of the mainland draw the simplified one (账户, 户籍) at this radical.
_SIMPLIFIED = {0x2F3E: 0x6237}
_RADICALS = read_radicals() | _SIMPLIFIED


def fold_radicals(text: str) -> str:
    """The text with every radical replaced by the character that it stands for; nothing else changes."""
    return text.translate(_RADICALS)
