"""The SQL inside of a body of PL/pgSQL: https://www.postgresql.org/docs/current/plpgsql-statements.html.

A small scan over the tokens cuts the body into statements, and takes from each the SQL that PL/pgSQL hands
to the server. Whether that SQL makes sense is for its reader to find out; a broken body yields less.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum, auto
from typing import NamedTuple

from schemabook.errors import Source
from schemabook.model import Sql, Statement
from schemabook.read.text.cursor import CLOSING, OPENING, Cursor, UnexpectedToken
from schemabook.read.text.tokens import NAME, STRING

QUERIES = frozenset({"select", "with", "values", "insert", "update", "delete", "merge"})
COMMANDS = frozenset(
    {"alter", "analyze", "cluster", "comment", "copy", "create", "drop", "explain", "grant", "lock"}
    | {"refresh", "reindex", "revoke", "truncate", "vacuum"}
)
"""Statements of SQL that name relations and are no queries."""
ALONE = frozenset({"begin", "declare", "else", "exception", "loop"})
"""Words after which a statement begins."""
THEN = frozenset({"if", "elsif", "elseif", "when", "case"})
LOOPS = frozenset({"for", "foreach", "while"})
CONDITIONS = THEN | LOOPS | {"return", "assert", "raise", "call", "open"}
"""Words before an expression; after any other word an assignment may come."""

AFTER_TYPE = frozenset({"collate", "not", "default", ":=", "=", ":"})
NO_TYPES = frozenset({"alias", "cursor", "no", "scroll"})
"""What may stand in a declaration where others have a type."""


class Kind(Enum):
    """What is to be done with a part of a body."""

    QUERY = auto()
    """To be parsed."""
    EXPRESSION = auto()
    """It calls routines; its subqueries are parts of their own."""
    COMMAND = auto()
    """It names relations as a query does."""
    TYPE = auto()
    """The type of a variable, `t%ROWTYPE` and `t.c%TYPE` among them."""
    DYNAMIC = auto()
    """The value of a string constant that EXECUTE runs, whole or in part."""


class Part(NamedTuple):
    """A piece of SQL in a body."""

    kind: Kind
    sql: Sql


class Segment(NamedTuple):
    """One statement of PL/pgSQL, or its head up to THEN or LOOP: from one token up to another."""

    start: int
    end: int


def parts(body: str) -> Iterator[Part]:
    """The SQL inside of a body; raises UnexpectedToken where a quote in it has no end."""
    c = Cursor(Statement(Source("body", 1), body))
    found = list(segments(c.keys))
    executed = _executed(c, found)
    declares = False
    for segment, is_executed in zip(found, executed, strict=True):
        first = c.keys[segment.start]
        declares = first == "declare" or (declares and first != "begin")
        if declares and first != "declare":
            yield from _type_of_variable(c, segment)
        yield from _parts_of(c, segment)
        if is_executed:
            yield from _strings(c, segment)


def segments(keys: list[str]) -> Iterator[Segment]:
    """The statements; *keys* end with one for the end."""
    start, last = 0, len(keys) - 1
    while start < last:
        end = _end(keys, start, last)
        if end > start:
            yield Segment(start, end)
        start = end + (end == start or keys[end] in (";", "then", "loop"))


def _end(keys: list[str], start: int, last: int) -> int:
    """Where a statement ends: at its semicolon, or at its THEN or LOOP, not those inside of CASE."""
    first = keys[start]
    if first in ALONE:
        return start + 1
    if first == "#":  # an option of the compiler, such as #variable_conflict use_column
        return min(start + 3, last)
    if keys[start : start + 2] == ["<", "<"]:
        return min(start + 5, last)
    stop = "then" if first in THEN else "loop" if first in LOOPS else ";"
    depth = 0
    for position in range(start + 1 if first == "case" else start, last):
        key = keys[position]
        if keys[position - 1] == ".":  # a name, whatever it says
            continue
        if key == ";" or (key == stop and depth == 0):
            return position
        if key in OPENING or key == "case":
            depth += 1
        elif key in CLOSING or key == "end":
            depth = max(depth - 1, 0)
    return last


def _parts_of(c: Cursor, segment: Segment) -> Iterator[Part]:
    start, end = _query(c.keys, segment)
    if start < end:
        before = "select" if c.keys[segment.start] == "perform" else ""
        yield Part(Kind.QUERY, _without_into(c, start, end, before))
        if start - segment.start > 1:  # The arguments of a cursor, or what CREATE TABLE … AS creates.
            yield Part(Kind.EXPRESSION, c.sql(segment.start, start))
        return
    is_command = c.keys[segment.start] in COMMANDS
    yield Part(Kind.COMMAND if is_command else Kind.EXPRESSION, c.sql(*segment))
    yield from _queries_within(c, segment)


def _type_of_variable(c: Cursor, segment: Segment) -> Iterator[Part]:
    """The type in name [ CONSTANT ] type [ COLLATE … ] [ NOT NULL ] [ { DEFAULT | := | = } … ]."""
    start = segment.start + 1 + (c.keys[segment.start + 1] == "constant")
    end = next((i for i in range(start, segment.end) if c.keys[i] in AFTER_TYPE), segment.end)
    if start < end and c.keys[start] not in NO_TYPES:
        yield Part(Kind.TYPE, c.sql(start, end))


def _query(keys: list[str], segment: Segment) -> Segment:
    """The query that a statement is or ends with; empty if there is none."""
    start, end = segment
    first = keys[start]
    if first == "perform":
        return Segment(start + 1, end)
    if first == "return" and keys[start + 1] == "query":
        start += 2
    elif first == "for":
        start = _after(keys, segment, "in")
    elif first == "open" or "cursor" in keys[start : start + 4]:
        start = _after(keys, segment, "for", "is")
    elif first == "create":
        start = _after(keys, segment, "as")
    opened = start
    while opened < end and keys[opened] == "(":
        opened += 1
    return Segment(start, end) if opened < end and keys[opened] in QUERIES else Segment(end, end)


def _after(keys: list[str], segment: Segment, *words: str) -> int:
    """The position after the first of the words."""
    return next((i + 1 for i in range(*segment) if keys[i] in words), segment.end)


def _queries_within(c: Cursor, segment: Segment) -> Iterator[Part]:
    """The queries in an expression: its subqueries, or all of it, as in `n := count(*) FROM t`."""
    start = _expression(c.keys, segment)
    subqueries: list[Part] = []
    depth = opened = 0
    for i in range(start, segment.end):
        key = c.keys[i]
        if key == "from" and depth == 0 and start > segment.start:
            yield Part(Kind.QUERY, _without_into(c, start, segment.end, "select"))
            return
        if key in OPENING:
            depth += 1
            if not opened and c.keys[i + 1] in QUERIES:
                opened, first = depth, i
        elif key in CLOSING:
            if opened and depth == opened:
                subqueries.append(Part(Kind.QUERY, c.sql(first + 1, i)))
                opened = 0
            depth = max(depth - 1, 0)
    yield from subqueries


def _expression(keys: list[str], segment: Segment) -> int:
    """Where the expression of a statement begins: after its keyword, or after the sign of an assignment."""
    start = segment.start
    if keys[start] in ("exit", "continue"):
        return _after(keys, segment, "when")
    if keys[start] in CONDITIONS:
        return start + 1
    return start if keys[start] in COMMANDS else _after(keys, segment, ":=", "=", "default")


def _without_into(c: Cursor, start: int, end: int, before: str) -> Sql:
    """The query without the variables of INTO, and without WHERE CURRENT OF, which only PL/pgSQL knows."""
    kept = [Sql(before, before)] if before else []
    depth, copied = 0, start
    for i in range(start, end):
        key = c.keys[i]
        depth += (key in OPENING) - (key in CLOSING)
        is_target = key == "into" and depth == 0 and i >= copied and c.keys[i - 1] not in ("insert", "merge")
        if is_target or (key == "where" and c.keys[i + 1 : i + 3] == ["current", "of"]):
            kept.append(c.sql(copied, i))
            copied = _end_of_targets(c.keys, i + 1, end) if is_target else min(i + 4, end)
    kept.append(c.sql(copied, end))
    return Sql(" ".join(sql.text for sql in kept), " ".join(sql.tokens for sql in kept if sql.tokens))


def _end_of_targets(keys: list[str], position: int, end: int) -> int:
    """The position after INTO [ STRICT ] target [, …]; a target may have fields and subscripts."""
    position += keys[position] == "strict"
    wants_name = True
    while position < end:
        key = keys[position]
        if key == "[":
            position = _after(keys, Segment(position, end), "]") - 1
        elif key in (",", "."):
            wants_name = True
        elif wants_name:
            wants_name = False
        else:
            break
        position += 1
    return min(position, end)


def _executed(c: Cursor, found: list[Segment]) -> list[bool]:
    """Which statements run, or prepare, dynamic SQL: EXECUTE, and assignments to variables that it uses."""
    names: set[str] = set()
    executed: list[bool] = []
    for segment in reversed(found):
        keys = c.keys[segment.start : segment.end]
        is_executed = _runs(keys) or (_name(c, segment.start) in names and (":=" in keys or "=" in keys))
        if is_executed:
            names |= {_name(c, i) for i in range(*segment)} - {""}
        executed.append(is_executed)
    return executed[::-1]


def _runs(keys: list[str]) -> bool:
    """Whether a statement has EXECUTE where PL/pgSQL has it, and is no GRANT EXECUTE."""
    return "execute" in keys and keys[0] in ("execute", "return", "for", "open")


def _name(c: Cursor, position: int) -> str:
    """The name that a token is, or the empty string."""
    key = c.keys[position]
    return c.values[position] if key is NAME else key if key[:1].isalpha() or key[:1] == "_" else ""


def _strings(c: Cursor, segment: Segment) -> Iterator[Part]:
    """The values of the string constants in a statement, as SQL as far as they have tokens."""
    for i in range(*segment):
        if c.keys[i] is STRING:
            c.position = i
            yield from _dynamic(c.string())


def _dynamic(text: str) -> Iterator[Part]:
    """A piece of dynamic SQL: a quote in it may end in another piece."""
    for readable in (text, text.replace("'", " ").replace('"', " ")):
        try:
            yield Part(Kind.DYNAMIC, Cursor(Statement(Source("string", 1), readable)).rest())
            return
        except UnexpectedToken:
            continue
