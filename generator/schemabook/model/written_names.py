"""Names as people write them in settings, statistics and guides: their parts."""

from __future__ import annotations

import re
from typing import NamedTuple

PART = r'(?:"(?:[^"]|"")+"|[^".]+)'
PARTS = re.compile(rf"(?:({PART})\.)?({PART})", re.DOTALL)
COLUMN_PARTS = re.compile(rf"(?:({PART})\.)?({PART})\.({PART})", re.DOTALL)


class Part(NamedTuple):
    """One word of a qualified name, without its quotes."""

    text: str
    quoted: bool


def name_parts(text: str) -> tuple[Part | None, Part] | None:
    """The schema, where one is written, and the name; None where the text is no name.

    Case is kept: statistics and configurations write names as the catalog has them.
    """
    match = PARTS.fullmatch(text.strip())
    if not match or not is_text(text):
        return None
    schema, name = match.groups()
    return (read_part(schema) if schema else None), read_part(name)


def column_parts(text: str) -> tuple[Part | None, Part, Part] | None:
    """The schema, where one is written, the table and the column; None where the text is no column."""
    match = COLUMN_PARTS.fullmatch(text.strip())
    if not match or not is_text(text):
        return None
    schema, table, column = match.groups()
    return (read_part(schema) if schema else None), read_part(table), read_part(column)


def is_text(text: str) -> bool:
    """Whether it can be written as UTF-8: an escape may stand for half a character."""
    return not any("\ud800" <= character <= "\udfff" for character in text)


def unquoted(text: str) -> str:
    """The name that PostgreSQL makes of an identifier."""
    return text[1:-1].replace('""', '"') if text.startswith('"') else text.lower()


def read_part(text: str) -> Part:
    """One word of a name, with its quotes or without."""
    if text.startswith('"'):
        return Part(text[1:-1].replace('""', '"'), quoted=True)
    return Part(text, quoted=False)
