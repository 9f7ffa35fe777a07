"""Routines that statements call: whether their bodies make DDL."""

from __future__ import annotations

from collections.abc import Iterator

from schemabook.errors import Source
from schemabook.model import Name, Routine, Statement
from schemabook.read.blocks.failures import RunsCode
from schemabook.read.queries.bodies import statements_of
from schemabook.read.queries.plpgsql import segments
from schemabook.read.state.builder import Builder
from schemabook.read.text.cursor import Cursor, UnexpectedToken
from schemabook.read.text.tokens import NAME

DDL = frozenset({"alter", "comment", "create", "drop", "grant", "import", "reassign", "revoke", "security"})
"""What statements begin with that change the schema."""
TEMPORARY = frozenset({"temp", "temporary", "local", "global"})
DEEPEST = 20


def call(c: Cursor, database: Builder) -> None:
    """https://www.postgresql.org/docs/current/sql-call.html: a procedure may make anything.

    Raises RunsCode for one that makes DDL, and for one that the input does not have.
    """
    name = c.qualified_name()
    if not routines_of(name, database):
        raise RunsCode(f"it calls {name}, which is not in the input, so what it makes is not known")
    c.position = 0
    if made := ddl_called(c.statement.text, database):
        raise RunsCode(made)


def ddl_called(text: str, database: Builder) -> str | None:
    """That a statement calls a routine that makes DDL, in words; None where no body tells so."""
    if not database.routines:
        return None
    for name in called(text):
        if (found := _maker(name, database, frozenset())) is not None:
            return f"it calls {found}, which makes DDL when it runs"
    return None


def called(text: str) -> Iterator[Name]:
    """The names before a parenthesis."""
    try:
        c = Cursor(Statement(Source("call", 1), text))
    except UnexpectedToken:
        return
    for position, key in enumerate(c.keys):
        if key == "(" and position and _is_name(c, position - 1):
            start = position - 1
            while start >= 2 and c.keys[start - 1] == "." and _is_name(c, start - 2):
                start -= 2
            c.position = start
            yield c.qualified_name()


def _is_name(c: Cursor, position: int) -> bool:
    key = c.keys[position]
    return key is NAME or key[:1].isalpha() or key[:1] == "_"


def routines_of(name: Name, database: Builder) -> list[Routine]:
    """The routines of a name."""
    full = database.routine_name(name)
    found = (database.routines.get(signature) for signature in database.overloads.get(full, ()))
    return [routine for routine in found if routine]


def _maker(name: Name, database: Builder, seen: frozenset[Name]) -> Name | None:
    """The routine, or one that it calls, whose body makes DDL."""
    if name in seen or len(seen) > DEEPEST:
        return None
    for routine in routines_of(name, database):
        if routine.returns == "trigger" or not routine.body:
            continue
        if makes_ddl(routine):
            return routine.name
        for inner in called(routine.body):
            if found := _maker(inner, database, seen | {name}):
                return found
    return None


def makes_ddl(routine: Routine) -> bool:
    """Whether a body in SQL or PL/pgSQL has such a statement, or runs a string that begins like one."""
    if routine.language == "sql":
        return any(_is_ddl(sql.tokens.split(" ")) for sql in statements_of(routine.body or ""))
    if routine.language != "plpgsql":
        return False
    try:
        c = Cursor(Statement(Source("body", 1), routine.body or ""))
    except UnexpectedToken:
        return False
    return any(_is_ddl(c.keys[start:end]) or _runs_ddl(c, start, end) for start, end in segments(c.keys))


def _is_ddl(keys: list[str]) -> bool:
    return keys[0] in DDL and not (keys[0] == "create" and keys[1:2] and keys[1] in TEMPORARY)


def _runs_ddl(c: Cursor, start: int, end: int) -> bool:
    if c.keys[start] != "execute":
        return False
    words = " ".join(str(value) for value in c.values[start + 1 : end]).replace("(", " ").lower().split()
    return any(word.strip("'\"") in DDL for word in words[:4])
