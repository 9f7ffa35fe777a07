"""The bodies of routines: their statements, and the relations that they name."""

from __future__ import annotations

import re
from collections.abc import Iterator

from schemabook.errors import Source
from schemabook.model import Name, Sql, Statement
from schemabook.read.text.cursor import Cursor, UnexpectedToken
from schemabook.read.text.statements import Splitter

BEFORE_RELATION = frozenset({"from", "join", "into", "update", "using", "table", "only"})
BEFORE_RELATION |= {"view", "concurrently", "truncate", "exists"}
BEFORE_LIST = BEFORE_RELATION - {"into", "update"}
"""What several relations may follow, between commas; INTO may have variables."""
BEFORE_NAME = frozenset({"lateral", "select"})
AFTER_LIST = frozenset({"where", "group", "having", "window", "order", "limit", "offset", "fetch", "for"})
AFTER_LIST |= {"select", "values", "set", "returning", "union", "intersect", "except", ";"}
AFTER_LIST |= {"add", "alter", "drop", "rename", "owner", "into"}
"""What ends such a list."""
ATOMIC = re.compile(r"\s*BEGIN\b(?=.*?\bATOMIC\b)", re.I | re.S)
"""How a block may begin: comments may stand between its words."""
RETURN = re.compile(r"\s*RETURN\b", re.I)


def statements_of(body: str) -> Iterator[Sql]:
    """The statements of a body in SQL: a string, BEGIN ATOMIC … END, or RETURN expression.

    Raises SchemaError or UnexpectedToken where the body is broken.
    """
    body = _block(body) or body
    body = RETURN.sub("SELECT ", body, count=1) if RETURN.match(body) else body
    for statement in Splitter(body.encode(), "body").statements():
        yield Cursor(statement).rest()


def is_parsed_when_created(body: str) -> bool:
    """Whether it is BEGIN ATOMIC … END or RETURN expression: its names are found when it is created."""
    return _block(body) is not None or bool(RETURN.match(body))


def _block(body: str) -> str | None:
    """What stands in BEGIN ATOMIC … END."""
    if not ATOMIC.match(body):
        return None
    try:
        c = Cursor(Statement(Source("body", 1), body))
    except UnexpectedToken:
        return None
    is_block = c.keys[:2] == ["begin", "atomic"] and c.keys[-2] == "end"
    return body[c.ends[1] : c.starts[-1]] if is_block else None


def relations_in(body: str) -> Iterator[Name]:
    """The names in SQL that stand where it names a relation: after FROM, JOIN, INTO, UPDATE, TABLE.

    After the comma of a list another one follows; each parenthesis may hold a list of its own.
    """
    try:
        c = Cursor(Statement(Source("body", 1), body))
    except UnexpectedToken:
        return
    in_list = [False]
    while not c.done:
        before = c.skip()
        if before == "(":
            in_list.append(False)
        elif before == ")":
            in_list = in_list[:-1] or [False]
        elif before in BEFORE_LIST:
            in_list[-1] = True
        elif before in AFTER_LIST:
            in_list[-1] = False
        is_next = before in BEFORE_RELATION or (before in (",", "lateral") and in_list[-1])
        if is_next and c.key not in BEFORE_RELATION and c.key not in BEFORE_NAME:
            yield from _whole_name(c)


def _whole_name(c: Cursor) -> Iterator[Name]:
    """The name that comes next, if any does; none where dynamic SQL puts its last part in, as in `s.%I`."""
    parts: list[str] = []
    while c.sees_name():
        parts.append(c.name())
        if not c.accept("."):
            yield Name(parts[-2] if len(parts) > 1 else "", parts[-1])
            return


def rule_commands(sql: str) -> Iterator[Sql]:
    """The commands of CREATE RULE … DO [ ALSO | INSTEAD ] { NOTHING | command | ( command; … ) }.

    Raises UnexpectedToken where there are none, or as `statements_of`.
    """
    c = Cursor(Statement(Source("rule", 1), sql))
    c.skip_until("do")
    c.expect("do")
    c.one_of("also", "instead")
    commands = c.parenthesized() if c.key == "(" else c.rest()
    if commands.tokens != "nothing":
        yield from statements_of(commands.text)
