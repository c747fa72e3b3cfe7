"""Archived style sheets with nothing left in them that fetches, runs or covers the page they dress.

What is known to do neither is kept, rule by rule; the rest goes. A sheet is taken apart into tokens and written anew,
so that escapes and comments hide nothing. Grammar: CSS Syntax Module Level 3.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Literal

import tinycss2  # type: ignore[import-untyped]  # ships no types
from tinycss2.ast import IdentToken, URLToken  # type: ignore[import-untyped]

from web.archived.harmless import FUNCTIONS

LONGEST = 512 * 1024  # characters of a sheet that are read
Kind = Literal["picture", "sheet"]
Find = Callable[[str, Kind], str | None]  # an address as the sheet writes it → one of ours, if it is archived

_GROUPS = frozenset({"media", "supports", "layer", "container"})  # at-rules that hold rules
_POSITIONS = frozenset({"static", "relative", "absolute", "inherit", "initial", "unset"})
_NEVER = frozenset({"behavior", "-moz-binding", "-ms-behavior"})
Token = Any  # tinycss2 ships no types


def clean_sheet(text: str, find: Find) -> str:
    """A style sheet. What is longer than ``LONGEST`` is no sheet that means well, and is dropped whole."""
    if len(text) > LONGEST:
        return ""
    try:
        rules = tinycss2.parse_stylesheet(text, skip_comments=True, skip_whitespace=True)
        return _close("\n".join(_clean_rules(rules, find, first=True)))
    except RecursionError:  # blocks in blocks a thousand deep
        return ""


def clean_declarations(text: str, find: Find) -> str:
    """What stands in an element's ``style``."""
    if len(text) > LONGEST:
        return ""
    try:
        parts = tinycss2.parse_blocks_contents(text, skip_comments=True, skip_whitespace=True)
        return "; ".join(_clean_contents([part for part in parts if part.type == "declaration"], find))
    except RecursionError:
        return ""


def _close(text: str) -> str:
    """What ends a ``style`` element may stand in a string, written with escapes: written so that it does not."""
    return text.replace("</", "<\\/").replace("<!", "<\\!")


def _clean_rules(rules: Iterable[Token], find: Find, *, first: bool = False) -> Iterable[str]:
    for rule in rules:
        if rule.type == "qualified-rule":
            contents = tinycss2.parse_blocks_contents(rule.content, skip_comments=True, skip_whitespace=True)
            kept = list(_clean_contents(contents, find))
            if kept and not _is_ours(rule.prelude):
                yield f"{_write(rule.prelude)}{{{'; '.join(kept)}}}"
        elif rule.type == "at-rule":
            yield from _clean_at_rule(rule, find, first=first)


def _clean_at_rule(rule: Token, find: Find, *, first: bool) -> Iterable[str]:
    name = rule.lower_at_keyword
    if name == "import" and first:
        address, rest = _read_import(rule.prelude)
        ours = find(address, "sheet") if address else None
        if ours and all(token.type in ("whitespace", "ident", "() block", "literal") for token in rest):
            yield f'@import url("{ours}"){_write(rest)};'
    elif name in _GROUPS and rule.content is not None:
        parts = tinycss2.parse_rule_list(rule.content, skip_comments=True, skip_whitespace=True)
        yield f"@{name}{_write(rule.prelude)}{{{' '.join(_clean_rules(parts, find))}}}"


def _read_import(prelude: Sequence[Token]) -> tuple[str | None, Sequence[Token]]:
    """The address of an import, and the media behind it."""
    for place, token in enumerate(prelude):
        if token.type in ("string", "url"):
            return token.value, prelude[place + 1 :]
        if token.type != "whitespace":
            break
    return None, ()


def _clean_contents(parts: Iterable[Token], find: Find) -> Iterable[str]:
    """The declarations of a block, and the rules nested in it."""
    for part in parts:
        if part.type != "declaration":
            yield from _clean_rules([part], find)
            continue
        value = _clean_value(part.value, find) if _may_stay(part) else None
        if value is not None:
            yield f"{part.name}:{tinycss2.serialize(value)}{' !important' if part.important else ''}"


def _may_stay(declaration: Token) -> bool:
    if declaration.lower_name == "position":
        words = [token for token in declaration.value if token.type != "whitespace"]
        return len(words) == 1 and words[0].type == "ident" and words[0].lower_value in _POSITIONS
    return declaration.lower_name not in _NEVER


def _clean_value(tokens: Iterable[Token], find: Find, *, inside: bool = False) -> list[Token] | None:
    """The tokens, addresses in them replaced by ours or by ``none``; ``None`` where one may do more than look."""
    kept: list[Token] = []
    for token in tokens:
        if token.type == "url":
            kept.append(_point(token, token.value, find))
        elif token.type == "function" and token.lower_name == "url":
            strings = [each.value for each in token.arguments if each.type == "string"]
            kept.append(_point(token, strings[0] if strings else "", find))
        elif token.type == "function":
            inner = _clean_value(token.arguments, find, inside=True) if token.lower_name in FUNCTIONS else None
            if inner is None:
                return None
            token.arguments[:] = inner
            kept.append(token)
        elif token.type in ("error", "{} block") or (token.type == "() block" and not inside):
            return None
        elif token.type in ("() block", "[] block"):
            inner = _clean_value(token.content, find, inside=inside)
            if inner is None:
                return None
            token.content[:] = inner
            kept.append(token)
        else:
            kept.append(token)
    return kept


def _point(token: Token, address: str, find: Find) -> Token:
    ours = find(address, "picture") if address else None
    if ours is None:
        return IdentToken(token.source_line, token.source_column, "none")
    return URLToken(token.source_line, token.source_column, ours, f'url("{ours}")')


def _is_ours(prelude: Iterable[Token]) -> bool:
    """Whether a selector means what we mark: no page decides over that."""
    return any(str(getattr(token, "value", "")).lower().startswith("kaijuan") for token in _flatten(prelude))


def _flatten(tokens: Iterable[Token]) -> Iterable[Token]:
    for token in tokens:
        yield token
        yield from _flatten(getattr(token, "arguments", None) or getattr(token, "content", None) or ())


def _write(tokens: Sequence[Token]) -> str:
    return str(tinycss2.serialize(tokens))
