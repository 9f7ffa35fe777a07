"""GRANT, REVOKE and ALTER DEFAULT PRIVILEGES.

https://www.postgresql.org/docs/current/sql-grant.html
"""

from __future__ import annotations

from dataclasses import replace

from schemabook.model import (
    PUBLIC,
    DefaultPrivilege,
    Name,
    ObjectId,
    ObjectKind,
    Privilege,
    Role,
    Signature,
    routine_id,
    without_schema,
)
from schemabook.read.state.acl import CREATOR
from schemabook.read.state.builder import Builder, DoesNotExist
from schemabook.read.statements.kinds_by_words import KIND_OF_WORDS
from schemabook.read.statements.roles import named_role, role_or_public
from schemabook.read.statements.routines import signature
from schemabook.read.text.cursor import Cursor

KINDS = {
    word: KIND_OF_WORDS[word,]
    for word in "table sequence function procedure routine schema type domain language".split()
}
OUTSIDE = ("database", "tablespace", "parameter")
"""What privileges can be granted on, but is no part of a schema; large objects are not, either."""


def grant(c: Cursor, database: Builder) -> None:
    """GRANT privileges ON objects TO roles [ WITH GRANT OPTION ], or GRANT roles TO roles."""
    _change(c, database, revoke=False)


def revoke(c: Cursor, database: Builder) -> None:
    """REVOKE [ GRANT OPTION FOR ] privileges ON objects FROM roles, or REVOKE roles FROM roles."""
    if c.accept("admin", "option", "for"):
        c.rest()
        return
    _change(c, database, revoke=True, option=c.accept("grant", "option", "for"))


def _change(c: Cursor, database: Builder, *, revoke: bool, option: bool = False) -> None:
    if not _is_on_objects(c):
        _membership(c, database, revoke=revoke)
        return
    wanted = _privileges(c)
    c.expect("on")
    objects = _objects(c, database)
    c.expect("from" if revoke else "to")
    grantees = c.separated(lambda: _grantee(c, database))
    is_grantable = c.accept("with", "grant", "option")
    if is_grantable and PUBLIC in grantees:
        raise ValueError("grant options can only be granted to roles")
    grantable = is_grantable or option
    if c.accept("granted", "by"):
        c.name()
    c.one_of("cascade", "restrict")
    c.end()
    for found in objects:
        for grantee in grantees:
            for privileges, columns in wanted:
                fact = Privilege(
                    source=c.source(),
                    on=found,
                    grantee=grantee,
                    privileges=privileges,
                    columns=columns,
                    grantable=grantable,
                )
                database.acl.grant(fact, database.owner_of(found), revoke=revoke)


def _is_on_objects(c: Cursor) -> bool:
    position = c.position
    c.skip_until("on", "to", "from")
    found = c.key == "on"
    c.position = position
    return found


def _grantee(c: Cursor, database: Builder) -> str:
    c.accept("group")
    return role_or_public(c, database)


def _privileges(c: Cursor) -> list[tuple[tuple[str, ...], tuple[str, ...] | None]]:
    """Words of privileges, each with the columns that it is limited to."""
    plain: list[str] = []
    limited: list[tuple[tuple[str, ...], tuple[str, ...] | None]] = []

    def one() -> None:
        word = c.name()
        if word == "all":
            c.accept("privileges")
        if c.accept("system"):  # ALTER SYSTEM
            word += " system"
        if c.key == "(":
            limited.append(((word,), c.name_list()))
        else:
            plain.append(word)

    c.separated(one)
    return limited + ([(tuple(sorted(plain)), None)] if plain else [])


def _objects(c: Cursor, database: Builder) -> list[ObjectId]:
    if c.accept("all"):
        return _all_in_schema(c, database)
    if c.accept("foreign"):
        kind = ObjectKind.SERVER if c.accept("server") else ObjectKind.FOREIGN_DATA_WRAPPER
        c.accept("data", "wrapper")
        return [without_schema(kind, name) for name in c.names()]
    if c.accept("large", "object"):
        c.skip()
        return []
    is_word = c.peek() not in (".", ",", "to", "from")
    if is_word and c.one_of(*OUTSIDE):
        c.names()
        return []
    word = c.one_of(*KINDS) if is_word else None
    kind = KINDS[word or "table"]
    if kind is ObjectKind.ROUTINE:
        return [routine_id(found) for found in c.separated(lambda: _routine(c, database))]
    if kind in (ObjectKind.RELATION, ObjectKind.SEQUENCE, ObjectKind.TYPE):
        names = c.separated(c.qualified_name)
        return [_relation_or_sequence(database, kind, name) for name in names]
    return [without_schema(kind, name) for name in c.names()]


def _relation_or_sequence(database: Builder, kind: ObjectKind, name: Name) -> ObjectId:
    if kind is ObjectKind.TYPE:
        return ObjectId(kind, database.type_name(name))
    full = database.relation_name(name)
    is_there = full in database.relations or full in database.sequences
    if not is_there and not database.may_be_brought(full):
        raise DoesNotExist(ObjectKind.RELATION, full)
    return ObjectId(ObjectKind.SEQUENCE if full in database.sequences else kind, full)


def _routine(c: Cursor, database: Builder) -> Signature:
    name, types = signature(c, database)
    full = database.routine_name(name)
    found = Signature(full, types or ())
    if types is None or (found not in database.routines and not database.may_be_brought(full)):
        return database.routine(full, types).signature
    return found


def _all_in_schema(c: Cursor, database: Builder) -> list[ObjectId]:
    """ALL TABLES IN SCHEMA …: the objects that exist at this point."""
    word = c.name()
    c.expect("in", "schema")
    schemas = c.names()
    if word in ("functions", "routines", "procedures"):
        return [routine_id(found) for found in database.routines if found.name.schema in schemas]
    kind = {"tables": ObjectKind.RELATION, "sequences": ObjectKind.SEQUENCE}[word]
    mapping = database.sequences if kind is ObjectKind.SEQUENCE else database.relations
    return [ObjectId(kind, name) for name in mapping if name.schema in schemas]


def _membership(c: Cursor, database: Builder, *, revoke: bool) -> None:
    """GRANT roles TO roles: membership."""
    granted = c.names()
    c.expect("from" if revoke else "to")
    members = c.separated(lambda: named_role(c, database))
    c.rest()
    for member in members:
        fact = database.roles.get(member) or Role(source=c.source(), name=member)
        others = set(fact.member_of) - set(granted) if revoke else {*fact.member_of, *granted}
        database.add(replace(fact, member_of=tuple(sorted(others))))


def alter_default_privileges(c: Cursor, database: Builder) -> None:
    """ALTER DEFAULT PRIVILEGES [ FOR ROLE … ] [ IN SCHEMA … ] { GRANT | REVOKE } …."""
    roles: tuple[str, ...] = (database.session.role or CREATOR,)
    schemas: tuple[str | None, ...] = (None,)
    while c.key in ("for", "in"):
        if c.accept("in", "schema"):
            schemas = c.names()
        else:
            c.expect("for")
            c.one_of("role", "user")
            roles = c.separated(lambda: _grantee(c, database))
    revoked = c.one_of("grant", "revoke") == "revoke"
    if c.accept("grant", "option", "for"):
        c.rest()
        return
    words = tuple(privilege for found, _ in _privileges(c) for privilege in found)
    c.expect("on")
    objects = c.name()
    c.expect("from" if revoked else "to")
    grantees = c.separated(lambda: _grantee(c, database))
    c.accept("with", "grant", "option")
    c.one_of("cascade", "restrict")
    c.end()
    for role in roles:
        for schema in schemas:
            for grantee in grantees:
                fact = DefaultPrivilege(
                    source=c.source(),
                    role=role,
                    schema=schema,
                    objects=objects,
                    grantee=grantee,
                    privileges=words,
                )
                database.default_privileges.change(fact, revoke=revoked)
