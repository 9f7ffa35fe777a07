"""DROP, of every kind; https://www.postgresql.org/docs/current/sql-droptable.html and its kin.

All objects are found before the first of them goes. An object that an extension or the server may have
brought is gone without a word.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from schemabook.model import KIND_OF, Index, Name, ObjectKind, Policy, RelationKind, Trigger, schema_id
from schemabook.read.state.builder import Builder, DoesNotExist, P
from schemabook.read.statements.dependents import drop_relation, drop_routine, drop_sequence, drop_type
from schemabook.read.statements.inheritance import drop_part
from schemabook.read.statements.kinds_by_words import Words, by_words, next_words
from schemabook.read.statements.others import KINDS as OTHERS
from schemabook.read.statements.others import drop_other, existing_other
from schemabook.read.statements.publications import follow_schema
from schemabook.read.statements.routines import signature
from schemabook.read.text.cursor import Cursor

Drop = Callable[[Builder], None]
Find = Callable[[Cursor, Builder], Drop]
"""Finds the object that is named next, and returns how it goes; raises DoesNotExist."""
TABLES = (RelationKind.TABLE, RelationKind.PARTITIONED_TABLE)


def drop(c: Cursor, database: Builder) -> None:
    """DROP kind [ IF EXISTS ] name, … [ CASCADE | RESTRICT ]."""
    words = next_words(c, KINDS)
    if not words:
        raise c.unexpected("a kind of object")
    c.accept("concurrently")
    optional = c.accept("if", "exists")

    def found() -> Drop:
        try:
            return KINDS[words](c, database)
        except DoesNotExist:
            if optional:
                return _nothing
            raise

    drops = c.separated(found)
    c.one_of("cascade", "restrict")
    c.end()
    for one in drops:
        one(database)


def _nothing(_: Builder) -> None:
    """What is not there needs no dropping."""


def other(kind: ObjectKind) -> Find:
    """An object that the model knows by its SQL only."""

    def find(c: Cursor, database: Builder) -> Drop:
        start = c.position
        fact = existing_other(c, database, kind)
        if fact is None and kind not in OF_THE_SERVER:
            raise DoesNotExist(kind, c.sql(start, c.position).text)
        return partial(drop_other, fact=fact) if fact else _nothing

    return find


def relation(*kinds: RelationKind) -> Find:
    """TABLE, VIEW, MATERIALIZED VIEW or FOREIGN TABLE."""

    def find(c: Cursor, database: Builder) -> Drop:
        name = database.relation_name(c.qualified_name())
        if name not in database.relations:
            return _unknown(database, ObjectKind.RELATION, name)
        if database.relations[name].kind not in kinds:
            raise ValueError(f'"{name}" is not a {kinds[0].words}')
        return partial(_drop_relation, name=name)

    return find


def _drop_relation(database: Builder, name: Name) -> None:
    if name in database.relations:
        drop_relation(database, database.relations[name])


def _unknown(database: Builder, kind: ObjectKind, name: Name) -> Drop:
    """What the input did not make: raises DoesNotExist unless an extension may have brought it."""
    if not database.may_be_brought(name):
        raise DoesNotExist(kind, name)
    return _nothing


def sequence(c: Cursor, database: Builder) -> Drop:
    """SEQUENCE."""
    name = database.relation_name(c.qualified_name())
    if name not in database.sequences:
        return _unknown(database, ObjectKind.SEQUENCE, name)
    return partial(drop_sequence, name=name)


def type_(c: Cursor, database: Builder) -> Drop:
    """TYPE or DOMAIN."""
    name = database.type_name(c.qualified_name())
    if name not in database.types:
        return _unknown(database, ObjectKind.TYPE, name)
    return partial(drop_type, name=name)


def routine(c: Cursor, database: Builder) -> Drop:
    """FUNCTION, PROCEDURE, ROUTINE or AGGREGATE."""
    name, types = signature(c, database)
    try:
        fact = database.routine(name, types)
    except DoesNotExist:
        if not database.may_be_brought(database.routine_name(name)):
            raise
        return _nothing
    return partial(drop_routine, routine=fact)


def index(c: Cursor, database: Builder) -> Drop:
    """INDEX."""
    name = c.qualified_name()
    owner = database.index_owner(name)
    if name.name not in database.parts_of(Index, owner):
        raise ValueError(f'a constraint of "{owner}" needs index "{name.name}"')
    return partial(drop_part, kind=Index, relation=owner, name=name.name)


def part_on(kind: type[P]) -> Find:
    """TRIGGER or POLICY name ON relation."""

    def find(c: Cursor, database: Builder) -> Drop:
        name, on = c.name_on()
        owner = database.relation_name(on)
        database.part(kind, owner, name)
        return partial(drop_part, kind=kind, relation=owner, name=name)

    return find


def schema(c: Cursor, database: Builder) -> Drop:
    """SCHEMA: with all that is in it, as CASCADE does."""
    name = c.name()
    if name not in database.schemas and not _is_used(database, name):
        return _unknown(database, ObjectKind.SCHEMA, Name(name, ""))
    return partial(_drop_schema, name=name)


def _is_used(database: Builder, schema: str) -> bool:
    """Whether objects are in a schema that no statement made."""
    mappings: tuple[Mapping[Any, Any], ...] = (database.relations, database.types, database.sequences)
    return any(name.schema == schema for known in mappings for name in known) or any(
        signature.name.schema == schema for signature in database.routines
    )


def _drop_schema(database: Builder, name: str) -> None:
    database.remove(database.schemas, name)
    follow_schema(database, name, None)
    for relation in [found for found in database.relations if found.schema == name]:
        _drop_relation(database, relation)
    for kind in [kind for kind in database.types if kind.schema == name]:
        drop_type(database, kind)
    for sequence_name in [found for found in database.sequences if found.schema == name]:
        drop_sequence(database, sequence_name)
    for found_routine in [r for r in database.routines.values() if r.name.schema == name]:
        drop_routine(database, found_routine)
    for other in [key for key in database.others if key[1].startswith(f"{name}.")]:
        database.remove(database.others, other)
    database.acl.drop(schema_id(name))


def plain(kind: ObjectKind) -> Find:
    """EXTENSION, ROLE or PUBLICATION; roles are of the server, so that others than those of the input are."""

    def find(c: Cursor, database: Builder) -> Drop:
        name = c.name()
        is_known = name in getattr(database, KIND_OF[kind].field) or name in OF_EVERY_DATABASE
        if not is_known and kind is not ObjectKind.ROLE:
            raise DoesNotExist(kind, name)
        return lambda database: database.remove(getattr(database, KIND_OF[kind].field), name) and None

    return find


OF_THE_SERVER = (ObjectKind.LANGUAGE, ObjectKind.ACCESS_METHOD)
"""The kinds of which a new database has some."""
OF_EVERY_DATABASE = ("plpgsql",)
KINDS: Mapping[Words, Find] = {
    **by_words(
        {
            **{kind: other(kind) for kind in OTHERS},
            ObjectKind.SEQUENCE: sequence,
            ObjectKind.TYPE: type_,
            ObjectKind.ROUTINE: routine,
            ObjectKind.INDEX: index,
            ObjectKind.TRIGGER: part_on(Trigger),
            ObjectKind.POLICY: part_on(Policy),
            ObjectKind.SCHEMA: schema,
            ObjectKind.EXTENSION: plain(ObjectKind.EXTENSION),
            ObjectKind.PUBLICATION: plain(ObjectKind.PUBLICATION),
        }
    ),
    ("table",): relation(*TABLES),
    ("view",): relation(RelationKind.VIEW),
    ("materialized", "view"): relation(RelationKind.MATERIALIZED_VIEW),
    ("foreign", "table"): relation(RelationKind.FOREIGN_TABLE),
    ("role",): plain(ObjectKind.ROLE),
    ("user",): plain(ObjectKind.ROLE),
}
