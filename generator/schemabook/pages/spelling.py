"""Committed pages in the spelling that they have: SQL that says the same leaves no line of a diff.

A dump that is only formatted otherwise would change a line for each expression, and the one line that says
something else would be among a thousand. So SQL whose tokens are those of the page as it is stays as it is
there; only letter case and white space are no tokens. The pages of the site have the spelling of the dump.
"""

from __future__ import annotations

import html
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

from schemabook.model import KINDS, Database, Routine, Sql, as_said
from schemabook.model.keywords import KEYWORDS, RESERVED
from schemabook.pages.markdown import clean
from schemabook.pages.wording import bare

PIECE = re.compile(
    r"""
    ^(?P<ticks>`{3,})(?:plpg)?sql\n(?P<block>.*?)\n(?P=ticks)$
    | `(?P<span>[^`\n]+)`
    | <code>(?P<html>[^<\n]*)</code>""",
    re.M | re.S | re.X,
)
"""A block of SQL, or a span of code, which may be a name as well."""
PLAIN = re.compile(r"[\w. ()]*")
"""What may be a name with the arguments of a function: in it only keywords have no case."""
Piece = tuple[bool, tuple[str, ...]]
"""Whether it is a block, and its tokens."""


def in_its_spelling(
    pages: Mapping[str, str], folder: Path, database: Callable[[], Database]
) -> Mapping[str, str]:
    """The pages, with SQL as those in the folder have it where it says the same."""
    known: list[frozenset[str]] = []

    def has_sql(piece: str) -> bool:
        """Whether the database says something in SQL that is in a piece of a page, so that it is no name."""
        if not known:
            known.append(frozenset(_texts(database())))
        return piece in known[0] or any(text in piece for text in known[0])

    return {path: _respelled(_there(folder / path), page, has_sql) for path, page in pages.items()}


def _there(path: Path) -> str:
    """The page as it is; empty where there is none to read."""
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeError, ValueError):
        return ""


def _texts(database: Database) -> Iterator[str]:
    """All that a database says in SQL, as pages show it."""
    for row in KINDS:
        for _, fact in row.facts(database):
            for found in _sql(fact):
                text = clean(found).strip("\n")
                yield from filter(None, (text, " ".join(text.split())))


def _sql(value: Any) -> Iterator[str]:
    if isinstance(value, Sql):
        yield from (value.text, bare(value))
    elif isinstance(value, tuple):
        for item in value:
            yield from _sql(item)
    elif is_dataclass(value):
        if isinstance(value, Routine) and value.body:
            yield value.body
        for field in fields(value):
            yield from _sql(getattr(value, field.name))


def _respelled(before: str, page: str, has_sql: Callable[[str], bool]) -> str:
    """A page with the SQL of the page *before* where that says the same."""
    if not before or before == page:
        return page
    there: dict[Piece, list[str]] = defaultdict(list)
    for found in PIECE.finditer(before):
        there[_said(found)].append(found[0])

    def spelled(found: re.Match[str]) -> str:
        piece = _said(found)
        spellings = there.get(piece, [])
        if not spellings or found[0] in spellings or _may_be_a_name(piece) or not has_sql(_content(found)):
            return found[0]
        return spellings.pop(0) if len(spellings) > 1 else spellings[0]

    return PIECE.sub(spelled, page)


def _may_be_a_name(piece: Piece) -> bool:
    """Whether it is one word that somebody may have named something: not `true` or `null`."""
    return len(piece[1]) == 1 and piece[1][0] not in RESERVED


def _content(found: re.Match[str]) -> str:
    return found["block"] or found["span"] or html.unescape(found["html"] or "")


def _said(found: re.Match[str]) -> Piece:
    """What a piece of a page says, whatever its letter case and white space."""
    content, is_block = _content(found), found["block"] is not None
    has_case = not is_block and PLAIN.fullmatch(content)
    return is_block, as_said(content, KEYWORDS if has_case else None)
