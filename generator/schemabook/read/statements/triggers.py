"""Triggers and policies.

https://www.postgresql.org/docs/current/sql-createtrigger.html
https://www.postgresql.org/docs/current/sql-createpolicy.html
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from schemabook.model import Command, ObjectKind, Policy, Trigger
from schemabook.read.state.builder import AlreadyExists, Builder
from schemabook.read.statements.inheritance import pass_on
from schemabook.read.statements.rename import rename_part
from schemabook.read.statements.roles import policy_roles
from schemabook.read.statements.too_early import await_relations
from schemabook.read.text.cursor import Cursor
from schemabook.read.text.tokens import NAME, NUMBER, STRING

EVENTS = ("insert", "delete", "update", "truncate")


def create_trigger(c: Cursor, database: Builder) -> None:
    """CREATE [ OR REPLACE ] [ CONSTRAINT ] TRIGGER name timing event … ON table …."""
    name = c.name()
    timing = c.one_of_phrases(("before",), ("after",), ("instead", "of"))
    if not timing:
        raise c.unexpected("BEFORE, AFTER or INSTEAD OF")
    events, columns = _events(c)
    c.expect("on")
    relation = database.relation(c.qualified_name()).name
    from_relation = database.relation_name(c.qualified_name()) if c.accept("from") else None
    deferrable, initially_deferred = _deferrable(c)
    transition = _transition_tables(c)
    level = _level(c)
    when = c.parenthesized() if c.accept("when") else None
    c.expect("execute")
    if not c.accept("function"):
        c.expect("procedure")
    routine = database.routine_name(c.qualified_name())
    arguments = c.in_parentheses(lambda: _argument(c))
    c.end()
    fact = Trigger(
        source=c.source(),
        relation=relation,
        name=name,
        timing=timing,
        events=events,
        update_columns=columns,
        level=level,
        when=when,
        routine=routine,
        arguments=arguments,
        constraint="constraint" in c.modifiers,
        deferrable=deferrable,
        initially_deferred=initially_deferred,
        from_relation=from_relation,
        old_table=transition.get("old"),
        new_table=transition.get("new"),
    )
    if name in database.parts_of(Trigger, relation) and "or replace" not in c.modifiers:
        raise AlreadyExists(ObjectKind.TRIGGER, f"{name} on {relation}")
    database.add(fact)
    pass_on(database, fact)


def _events(c: Cursor) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The events in the model's order, and the columns of UPDATE OF."""
    found: set[str] = set()
    columns: tuple[str, ...] = ()
    while True:
        event = c.one_of(*EVENTS)
        if not event:
            raise c.unexpected("an event")
        found.add(event)
        if event == "update" and c.accept("of"):
            columns = c.names()
        if not c.accept("or"):
            return tuple(event for event in EVENTS if event in found), columns


def _deferrable(c: Cursor) -> tuple[bool, bool]:
    """Whether it may be deferred, and is so at first: [ NOT ] DEFERRABLE, INITIALLY …."""
    deferrable = initially_deferred = False
    while not c.done:
        if c.accept("deferrable"):
            deferrable = True
        elif c.accept("initially", "deferred"):
            deferrable = initially_deferred = True
        elif not (c.accept("not", "deferrable") or c.accept("initially", "immediate")):
            break
    return deferrable, initially_deferred


def _transition_tables(c: Cursor) -> dict[str, str]:
    """REFERENCING { OLD | NEW } TABLE [ AS ] name …: names inside of the trigger, by old and new."""
    found: dict[str, str] = {}
    if c.accept("referencing"):
        while which := c.one_of("old", "new"):
            c.expect("table")
            c.accept("as")
            found[which] = c.name()
    return found


def _level(c: Cursor) -> str:
    if not c.accept("for"):
        return "statement"
    c.accept("each")
    return c.one_of("row", "statement") or "statement"


def _argument(c: Cursor) -> str:
    """An argument of a trigger: always a string, even where written as a number or a word."""
    if c.key == STRING:
        return c.string()
    key = c.skip()
    return c.values[c.position - 1] if key in (NAME, NUMBER) else key


def alter_trigger(c: Cursor, database: Builder) -> None:
    """ALTER TRIGGER name ON table RENAME TO name."""
    name, on = c.name_on()
    relation = database.relation(on).name
    if c.accept("rename", "to"):
        rename_part(database, Trigger, relation, name, c.name())
    else:
        c.rest()  # DEPENDS ON EXTENSION
    c.end()


def create_policy(c: Cursor, database: Builder) -> None:
    """CREATE POLICY name ON table [ AS … ] [ FOR … ] [ TO … ] [ USING (…) ] [ WITH CHECK (…) ]."""
    name, on = c.name_on()
    policy = Policy(source=c.source(), name=name, relation=database.relation(on).name)
    if c.accept("as"):
        policy = replace(policy, permissive=c.name() != "restrictive")
    if c.accept("for"):
        policy = replace(policy, command=Command(c.name()))
    if name in database.parts_of(Policy, policy.relation):
        raise AlreadyExists(ObjectKind.POLICY, f"{name} on {policy.relation}")
    policy = database.add(_policy_clauses(c, database, policy))
    c.end()
    await_relations(database, policy)


def _policy_clauses(c: Cursor, database: Builder, policy: Policy) -> Policy:
    given: dict[str, Any] = {}
    if c.accept("to"):
        given["roles"] = policy_roles(c, database)
    if c.accept("using"):
        given["using"] = c.parenthesized()
    if c.accept("with", "check"):
        given["with_check"] = c.parenthesized()
    policy = replace(policy, **given)
    if policy.using and policy.command is Command.INSERT:
        raise ValueError("only WITH CHECK expression allowed for INSERT")
    if policy.with_check and policy.command in (Command.SELECT, Command.DELETE):
        raise ValueError("WITH CHECK cannot be applied to SELECT or DELETE")
    return policy


def alter_policy(c: Cursor, database: Builder) -> None:
    """ALTER POLICY name ON table { RENAME TO … | [ TO … ] [ USING (…) ] [ WITH CHECK (…) ] }."""
    name, on = c.name_on()
    relation = database.relation(on).name
    if c.accept("rename", "to"):
        rename_part(database, Policy, relation, name, c.name())
    else:
        database.add(_policy_clauses(c, database, database.part(Policy, relation, name)))
    c.end()
