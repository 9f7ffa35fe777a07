"""Partitions: keys, bounds, and what a partition takes over.

https://www.postgresql.org/docs/current/ddl-partitioning.html
"""

from __future__ import annotations

import re
from dataclasses import replace

from schemabook.model import Column, Constraint, Index, Name, Relation, RelationKind, Trigger
from schemabook.read.state.builder import Builder
from schemabook.read.statements.inheritance import give, inherit
from schemabook.read.text.cursor import Cursor
from schemabook.read.text.tokens import NAME, STRING

UPPER = frozenset({"for", "values", "in", "from", "to", "with", "minvalue", "maxvalue", "null"})
CALL = re.compile(r"[^()]+\((?:[^()]|\([^()]*\))*\)")


def partition_by(c: Cursor, database: Builder, relation: Name) -> None:
    """PARTITION BY method ( key, … ), kept as `pg_get_partkeydef` prints it."""
    method = c.name().upper()
    keys = ", ".join(c.in_parentheses(lambda: _key(c)))
    fact = database.relations[relation]
    database.change(fact, kind=RelationKind.PARTITIONED_TABLE, partition_key=f"{method} ({keys})")


def _key(c: Cursor) -> str:
    """A column, a call, or an expression, which PostgreSQL prints in two pairs of parentheses."""
    start = c.position
    if c.key == "(":
        inner = c.parenthesized().text
        is_plain = CALL.fullmatch(inner) or (inner.startswith("(") and inner.endswith(")"))
        text = inner if CALL.fullmatch(inner) else f"({inner})" if is_plain else f"(({inner}))"
        start = c.position
        c.skip_until(",")
        return " ".join((text, c.sql(start, c.position).text)).rstrip()
    c.skip_until(",")
    return c.sql(start, c.position).text


def partition_bound(c: Cursor) -> str:
    """DEFAULT or FOR VALUES …, as `pg_get_expr(relpartbound)` prints it."""
    if c.accept("default"):
        return "DEFAULT"
    start = c.position
    c.expect("for", "values")
    if not c.one_of("in", "with"):
        c.expect("from")
        c.skip_parentheses()
        c.expect("to")
    c.skip_parentheses()
    return _normal(c, start, c.position)


def _normal(c: Cursor, start: int, end: int) -> str:
    """The text with PostgreSQL's capitals and spaces: keywords upper, names of hash options lower."""
    text, at = "", c.ends[start]
    for i in range(start, end):
        key = c.keys[i]
        gap = c.statement.text[at : c.starts[i]]
        word = c.statement.text[c.starts[i] : c.ends[i]]
        text += (" " if gap and i > start else "") + _word(key, word)
        at = c.ends[i]
    return text


def _word(key: str, word: str) -> str:
    if key in (NAME, STRING):
        return word
    return key.upper() if key in UPPER else key if key.isalpha() else word


def add_partition(database: Builder, fact: Relation, parent: Name) -> None:
    """Adds a partition with its parent's columns and checks; the rest comes with `complete`."""
    database.create(replace(fact, partition_of=parent))
    inherit(database, fact.name, parent)


def complete(database: Builder, partition: Name, parent: Name) -> None:
    """Gives a partition the identity columns, keys, indexes and triggers of its parent."""
    columns = database.parts_of(Column, partition)
    for column in list(database.parts_of(Column, parent).values()):
        if column.identity and column.name in columns:
            database.change(columns[column.name], identity=column.identity, not_null=True)
    for kind in (Constraint, Index, Trigger):
        for part in list(database.parts[kind].get(parent, {}).values()):
            give(database, partition, part)
