"""DROP, of every kind; https://www.postgresql.org/docs/current/sql-droptable.html and its kin.

Dropping what does not exist is no error here: a dump made with --clean begins with that.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from schemabook.model import Constraint, Index, Policy, Trigger
from schemabook.read.builder import Builder, DoesNotExist
from schemabook.read.cursor import Cursor
from schemabook.read.rename import drop_relation
from schemabook.read.routines import signature

Drop = Callable[[Cursor, Builder], None]


def drop(c: Cursor, database: Builder) -> None:
    """DROP kind [ IF EXISTS ] name, … [ CASCADE | RESTRICT ]."""
    for words, one in KINDS.items():
        if c.accept(*words):
            c.accept("concurrently")
            c.accept("if", "exists")
            c.separated(lambda action=one: action(c, database))  # type: ignore[misc]  # bound at once
            c.one_of("cascade", "restrict")
            c.end()
            return
    _drop_other(c, database)


def relation(c: Cursor, database: Builder) -> None:
    """TABLE, VIEW, MATERIALIZED VIEW or FOREIGN TABLE."""
    fact = database.relations.get(database.relation_name(c.qualified_name()))
    if fact:
        drop_relation(database, fact)


def sequence(c: Cursor, database: Builder) -> None:
    """SEQUENCE."""
    database.sequences.pop(database.relation_name(c.qualified_name()), None)


def type_(c: Cursor, database: Builder) -> None:
    """TYPE or DOMAIN."""
    name = database.type_name(c.qualified_name())
    database.types.pop(name, None)
    database.log.pop(("type", name), None)
    database.acl.drop(name)


def routine(c: Cursor, database: Builder) -> None:
    """FUNCTION, PROCEDURE, ROUTINE or AGGREGATE."""
    name, types = signature(c, database)
    try:
        fact = database.routine(name, types)
    except DoesNotExist:
        return
    del database.routines[fact.signature]
    database.acl.drop(fact.signature)
    if all(known.name != fact.name for known in database.routines):
        database.log.pop(("routine", fact.name), None)


def index(c: Cursor, database: Builder) -> None:
    """INDEX."""
    name = c.qualified_name()
    try:
        owner = database.index_owner(name)
    except DoesNotExist:
        return
    database.parts_of(Index, owner).pop(name.name, None)


def part_on(kind: type[Constraint] | type[Trigger] | type[Policy]) -> Drop:
    """TRIGGER or POLICY name ON relation."""

    def action(c: Cursor, database: Builder) -> None:
        name = c.name()
        c.expect("on")
        owner = database.relation_name(c.qualified_name())
        database.parts[kind][owner].pop(name, None)

    return action


def schema(c: Cursor, database: Builder) -> None:
    """SCHEMA: with all that is in it, as CASCADE does."""
    name = c.name()
    database.schemas.pop(name, None)
    for fact in [r for r in database.relations.values() if r.name.schema == name]:
        if fact.name in database.relations:
            drop_relation(database, fact)
    for mapping in (database.types, database.sequences):
        for key in [key for key in mapping if key.schema == name]:
            del mapping[key]
    for found in [s for s in database.routines if s.name.schema == name]:
        del database.routines[found]


def plain(mapping: str) -> Drop:
    """EXTENSION, ROLE or PUBLICATION."""

    def action(c: Cursor, database: Builder) -> None:
        getattr(database, mapping).pop(c.name(), None)

    return action


KINDS: Mapping[tuple[str, ...], Drop] = {
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


def _drop_other(c: Cursor, database: Builder) -> None:
    """DROP of an object that the model knows by its SQL only."""
    target = "".join(c.rest().tokens.replace("if exists ", "").split())
    for key in list(database.others):
        kind, name = ("".join(word.lower().split()) for word in key)
        if target.removeprefix(kind) in (name, f"{name}cascade", f"{name}restrict"):
            del database.others[key]
