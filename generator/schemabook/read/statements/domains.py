"""Domains and their constraints, of which NOT NULL has a name, too.

https://www.postgresql.org/docs/current/sql-createdomain.html
https://www.postgresql.org/docs/current/sql-alterdomain.html
"""

from __future__ import annotations

from dataclasses import replace

from schemabook.model import DomainCheck, ObjectKind, Type, TypeKind
from schemabook.read.state.builder import AlreadyExists, Builder, DoesNotExist
from schemabook.read.statements.columns import default_of
from schemabook.read.statements.naming import chosen_name
from schemabook.read.statements.user_types import alter_type_name
from schemabook.read.text.cursor import Cursor
from schemabook.read.text.type_names import type_name

AFTER_DEFAULT = ("not", "null", "constraint", "check", "collate")


def create_domain(c: Cursor, database: Builder) -> None:
    """CREATE DOMAIN name [ AS ] type [ COLLATE … ] [ DEFAULT … ] [ constraint … ]."""
    name = database.new(c.qualified_name())
    c.accept("as")
    fact = Type(source=c.source(), name=name, kind=TypeKind.DOMAIN)
    fact = database.create(replace(fact, base_type=type_name(c, database)))
    nulls = 0
    while not c.done:
        nulls += c.sees("null")
        before, fact = fact, _clause(c, database, fact)
        if before.not_null and c.keys[c.position - 2 : c.position] == ["not", "null"]:
            raise ValueError("redundant NOT NULL constraint definition")
        if nulls and fact.not_null:
            raise ValueError("conflicting NULL/NOT NULL constraints")


def _clause(c: Cursor, database: Builder, fact: Type) -> Type:
    if c.accept("collate"):
        name = ".".join(part for part in c.parts() if part != "pg_catalog")
        return database.change(fact, options=(("collation", name),))
    if c.accept("default"):
        return database.change(fact, default=default_of(c.sql_until(*AFTER_DEFAULT)))
    return _constraint(c, database, fact)


def _constraint(c: Cursor, database: Builder, fact: Type) -> Type:
    """[ CONSTRAINT name ] { NOT NULL | NULL | CHECK ( expression ) }."""
    name = c.name() if c.accept("constraint") else None
    if c.accept("not", "null"):
        return _with_not_null(database, fact, name)
    if c.accept("null"):
        return fact
    c.expect("check")
    name = _new_name(database, fact, name, "check")
    found = DomainCheck(name, c.parenthesized(), validated=not c.accept("not", "valid"))
    return _with_checks(database, fact, (*fact.checks, found))


def _with_checks(database: Builder, fact: Type, checks: tuple[DomainCheck, ...]) -> Type:
    return database.change(fact, checks=tuple(sorted(checks, key=lambda check: check.name)))


def _with_not_null(database: Builder, fact: Type, name: str | None) -> Type:
    """One that is not null stays as it is: its constraint keeps its name."""
    if fact.not_null:
        return fact
    database.put(database.domain_not_nulls, fact.name, _new_name(database, fact, name, "not_null"))
    return database.change(fact, not_null=True)


def _new_name(database: Builder, fact: Type, name: str | None, label: str) -> str:
    """The name that is given, or the first that no constraint of the schema has.

    Raises AlreadyExists for a name that another constraint of the domain has.
    """
    if name is None:
        return chosen_name(fact.name.name, "", label, database.taken(fact.name.schema, relations=False))
    if database.has_constraint(fact, name):
        raise AlreadyExists(ObjectKind.CONSTRAINT, f"{fact.name}.{name}")
    return name


def alter_domain(c: Cursor, database: Builder) -> None:
    """ALTER DOMAIN name { SET | DROP } { DEFAULT | NOT NULL }; ADD, DROP or RENAME CONSTRAINT; …."""
    fact = database.user_type(c.qualified_name())
    if fact.kind is not TypeKind.DOMAIN:
        raise ValueError(f'"{fact.name}" is not a domain')
    if c.accept("set", "default"):
        database.change(fact, default=default_of(c.rest()))
    elif c.accept("drop", "default"):
        database.change(fact, default=None)
    elif c.accept("set", "not", "null"):
        _with_not_null(database, fact, None)
    elif c.accept("drop", "not", "null"):
        _drop_not_null(database, fact)
    elif c.accept("add"):
        _constraint(c, database, fact)
    elif c.accept("drop", "constraint"):
        _drop_constraint(c, database, fact)
    elif c.accept("rename", "constraint"):
        _rename_constraint(c, database, fact)
    elif c.accept("validate", "constraint"):
        _validate(database, fact, c.name())
    else:
        alter_type_name(c, database, fact)
        return
    c.end()


def _expect_constraint(database: Builder, fact: Type, name: str) -> None:
    if not database.has_constraint(fact, name):
        raise DoesNotExist(ObjectKind.CONSTRAINT, f"{fact.name}.{name}")


def _validate(database: Builder, fact: Type, name: str) -> None:
    _expect_constraint(database, fact, name)
    checks = (replace(check, validated=True) if check.name == name else check for check in fact.checks)
    _with_checks(database, fact, tuple(checks))


def _drop_not_null(database: Builder, fact: Type) -> None:
    database.remove(database.domain_not_nulls, fact.name)
    database.change(fact, not_null=False)


def _drop_constraint(c: Cursor, database: Builder, fact: Type) -> None:
    """[ IF EXISTS ] name [ RESTRICT | CASCADE ]."""
    optional = c.accept("if", "exists")
    name = c.name()
    c.one_of("cascade", "restrict")
    if not optional:
        _expect_constraint(database, fact, name)
    if database.domain_not_nulls.get(fact.name) == name:
        _drop_not_null(database, fact)
    elif any(check.name == name for check in fact.checks):
        _with_checks(database, fact, tuple(check for check in fact.checks if check.name != name))


def _rename_constraint(c: Cursor, database: Builder, fact: Type) -> None:
    """Name TO name."""
    old = c.name()
    c.expect("to")
    new = c.name()
    _expect_constraint(database, fact, old)
    _new_name(database, fact, new, "")
    if database.domain_not_nulls.get(fact.name) == old:
        database.put(database.domain_not_nulls, fact.name, new)
        database.change(fact)
        return
    checks = (replace(check, name=new) if check.name == old else check for check in fact.checks)
    _with_checks(database, fact, tuple(checks))
