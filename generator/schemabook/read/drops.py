"""DROP, of every kind; https://www.postgresql.org/docs/current/sql-droptable.html and its kin.

Dropping what does not exist is no error here: a dump made with --clean begins with that.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from schemabook.model import Constraint, Index, Name, Policy, Trigger
from schemabook.read import others
from schemabook.read.builder import Builder, DoesNotExist
from schemabook.read.cursor import Cursor
from schemabook.read.dependents import drop_relation, drop_routine, drop_sequence, drop_type
from schemabook.read.inheritance import drop_part
from schemabook.read.others import drop_other
from schemabook.read.publications import follow_schema
from schemabook.read.routines import signature

Drop = Callable[[Cursor, Builder], None]


def drop(c: Cursor, database: Builder) -> None:
    """DROP kind [ IF EXISTS ] name, … [ CASCADE | RESTRICT ]."""
    action = _action(c)
    c.accept("concurrently")
    c.accept("if", "exists")
    c.separated(lambda: action(c, database))
    c.one_of("cascade", "restrict")
    c.end()


def _action(c: Cursor) -> Drop:
    for words, action in KINDS.items():
        if c.accept(*words):
            return action
    raise c.unexpected("a kind of object")


def other(words: tuple[str, ...]) -> Drop:
    """An object that the model knows by its SQL only."""
    return lambda c, database: drop_other(c, database, words)


def relation(c: Cursor, database: Builder) -> None:
    """TABLE, VIEW, MATERIALIZED VIEW or FOREIGN TABLE."""
    fact = database.relations.get(database.relation_name(c.qualified_name()))
    if fact:
        drop_relation(database, fact)


def sequence(c: Cursor, database: Builder) -> None:
    """SEQUENCE."""
    drop_sequence(database, database.relation_name(c.qualified_name()))


def type_(c: Cursor, database: Builder) -> None:
    """TYPE or DOMAIN."""
    name = database.type_name(c.qualified_name())
    if name in database.types:
        drop_type(database, name)


def routine(c: Cursor, database: Builder) -> None:
    """FUNCTION, PROCEDURE, ROUTINE or AGGREGATE."""
    name, types = signature(c, database)
    try:
        fact = database.routine(name, types)
    except DoesNotExist:
        return
    drop_routine(database, fact)


def index(c: Cursor, database: Builder) -> None:
    """INDEX."""
    name = c.qualified_name()
    if owner := database.index_owner_or_none(name):
        drop_part(database, Index, owner, name.name)


def part_on(kind: type[Constraint] | type[Trigger] | type[Policy]) -> Drop:
    """TRIGGER or POLICY name ON relation."""

    def action(c: Cursor, database: Builder) -> None:
        name = c.name()
        c.expect("on")
        owner = database.relation_name(c.qualified_name())
        drop_part(database, kind, owner, name)

    return action


def schema(c: Cursor, database: Builder) -> None:
    """SCHEMA: with all that is in it, as CASCADE does."""
    name = c.name()
    database.remove(database.schemas, name)
    follow_schema(database, name, None)
    for fact in [r for r in database.relations.values() if r.name.schema == name]:
        if fact.name in database.relations:
            drop_relation(database, fact)
    for kind in [kind for kind in database.types if kind.schema == name]:
        drop_type(database, kind)
    for sequence_name in [found for found in database.sequences if found.schema == name]:
        drop_sequence(database, sequence_name)
    for found_routine in [r for r in database.routines.values() if r.name.schema == name]:
        drop_routine(database, found_routine)
    for other in [key for key in database.others if key[1].startswith(f"{name}.")]:
        database.remove(database.others, other)
    database.acl.drop(Name(name, ""))


def plain(mapping: str) -> Drop:
    """EXTENSION, ROLE or PUBLICATION."""

    def action(c: Cursor, database: Builder) -> None:
        database.remove(getattr(database, mapping), c.name())

    return action


KINDS: Mapping[tuple[str, ...], Drop] = {
    **{words: other(words) for words in others.KINDS},
    ("table",): relation,
    ("view",): relation,
    ("materialized", "view"): relation,
    ("foreign", "table"): relation,
    ("sequence",): sequence,
    ("type",): type_,
    ("domain",): type_,
    ("function",): routine,
    ("procedure",): routine,
    ("routine",): routine,
    ("aggregate",): routine,
    ("index",): index,
    ("trigger",): part_on(Trigger),
    ("policy",): part_on(Policy),
    ("schema",): schema,
    ("extension",): plain("extensions"),
    ("role",): plain("roles"),
    ("user",): plain("roles"),
    ("publication",): plain("publications"),
}
