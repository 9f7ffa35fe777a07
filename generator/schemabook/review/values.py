"""What a field of an object said and says, in words; secrets are masked."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from textwrap import wrap
from typing import Any, NamedTuple

from schemabook.diff import Fact
from schemabook.export.contract import value_of
from schemabook.model import Sql
from schemabook.secrets import one_line, without_secrets

WIDE = 100
"""Characters of old and new value that fit on one line."""
AROUND = 1
"""Lines around what differs in a long text."""
GAP = ("…",)
"""What stands for lines that are left out."""
MOST_LINES = 40
"""Lines of a difference that are shown."""
LONG = frozenset({"body", "definition", "sql"})
"""Texts that are too long to be told of what was added or removed."""
CLAUSE = re.compile(
    r"(?<!natural)(?<!inner)(?<!left)(?<!right)(?<!full)(?<!cross)(?<!outer)"
    r"\s+(?=(?:(?:natural|inner|left|right|full|cross)\s+(?:outer\s+)?)?join\b"
    r"|(?:from|where|group\s+by|having|order\s+by|limit|union|intersect|except)\b)|(?<=,)\s+",
    re.I,
)
"""Where a query is broken into lines, so that those of another pg_dump are compared as well."""


def shown(value: Any) -> str:
    """A value as people read it."""
    return without_secrets(_plain(value_of(value))).strip()


def _plain(value: Any) -> str:
    match value:
        case None | [] | "":
            return "none"
        case bool():
            return "yes" if value else "no"
        case list():
            return ", ".join(_plain(item) for item in value if not _is_of_result(item))
        case {"schema": schema, "name": name, **rest} if not rest:
            return f"{schema}.{name}"
        case {"schema": schema, "relation": relation, "columns": columns}:
            return f"{schema}.{relation} ({', '.join(columns)})"
        case dict():
            return " ".join(
                key if part is True else _plain(part)
                for key, part in value.items()
                if part not in (None, False, "", [], {}) and (key, part) != ("mode", "in")
            )
    return str(getattr(value, "words", value))


def field_lines(fact: Fact) -> tuple[str, ...]:
    """What a field said and says: on one line, or its name and the lines that differ."""
    before, after, name = shown(fact.old), shown(fact.new), words(fact.name)
    if before == after:
        return (f"{name}: differs in what is not shown",)
    if _is_short(before, after):
        return (f"{name}: {before} → {after}",)
    lines = tuple(f"  {line}" for line in _difference(*texts(fact, before, after)))
    return (f"{name}:", *lines) if lines else (f"{name}: white space only",)


def _is_short(before: str, after: str) -> bool:
    return "\n" not in before + after and len(before) + len(after) <= WIDE


def texts(fact: Fact, before: str, after: str) -> tuple[list[str], list[str]]:
    """What it said and says, as lines: a long list by its items, an expression where its clauses begin."""
    if isinstance(fact.old, Sql) and isinstance(fact.new, Sql):
        return CLAUSE.split(" ".join(before.split())), CLAUSE.split(" ".join(after.split()))
    if isinstance(fact.old, tuple) and isinstance(fact.new, tuple) and not _is_short(before, after):
        return [shown(item) for item in fact.old], [shown(item) for item in fact.new]
    return before.splitlines(), after.splitlines()


class Piece(NamedTuple):
    """Lines of both sides that follow each other; both the old ones where they are the same."""

    old: Sequence[str]
    new: Sequence[str]


def compared(old: Sequence[str], new: Sequence[str], around: int) -> Iterator[Piece]:
    """The lines that differ and as many around each; white space does not count."""
    before, after = ([" ".join(line.split()) for line in side] for side in (old, new))
    if before == after:
        return
    old, new = ([line.rstrip() for line in side] for side in (old, new))
    for number, group in enumerate(SequenceMatcher(None, before, after, False).get_grouped_opcodes(around)):
        if number:
            yield Piece(GAP, GAP)
        for tag, i, j, k, m in group:
            yield Piece(old[i:j], old[i:j] if tag == "equal" else new[k:m])


def gained_and_lost(fact: Fact) -> str:
    """Which privileges are new, and which have gone: `gains insert; loses grant option for select`."""
    old, new = set(fact.old or ()), set(fact.new or ())
    what = "grant option for " if fact.name == "grantable" else ""
    gained, lost = ", ".join(sorted(new - old)), ", ".join(sorted(old - new))
    return "; ".join(filter(None, (gained and f"gains {what}{gained}", lost and f"loses {what}{lost}")))


def said_lines(facts: Sequence[Fact]) -> Iterator[str]:
    """What an object says that came or went."""
    values = ((fact.name, fact.old if fact.new is None else fact.new) for fact in facts)
    said = (f"{words(name)}: {_cut(shown(value))}" for name, value in values if name not in LONG)
    return wrapped("; ".join(said))


def _cut(text: str) -> str:
    line = one_line(text, WIDE + 1)
    return line if len(line) <= WIDE else f"{line[:WIDE]}…"


def _is_of_result(item: Any) -> bool:
    """Whether it is a column of what a function returns, which says that itself."""
    return isinstance(item, dict) and item.get("mode") == "table"


def wrapped(text: str) -> Iterator[str]:
    """A text on lines that are no longer than a terminal is wide."""
    yield from wrap(text, WIDE, break_long_words=False, break_on_hyphens=False)


def words(field: str) -> str:
    """The name of a field in words."""
    return field.replace("_", " ")


def _difference(old: Sequence[str], new: Sequence[str]) -> Iterator[str]:
    """The lines that differ, each with a sign, and those around them."""
    found = [line for piece in compared(old, new, AROUND) for line in _signed(piece)]
    yield from found[:MOST_LINES]
    if len(found) > MOST_LINES:
        yield f"… {len(found) - MOST_LINES} more lines"


def _signed(piece: Piece) -> Iterator[str]:
    if piece.old == piece.new:
        yield from (line if piece.old is GAP else f"  {line}" for line in piece.old)
    else:
        yield from (f"- {line}" for line in piece.old)
        yield from (f"+ {line}" for line in piece.new)
