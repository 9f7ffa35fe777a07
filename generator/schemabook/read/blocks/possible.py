"""What a statement would make is there already, or what it drops is not: PostgreSQL fails then."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from schemabook.model import KIND_OF, Constraint, Name, ObjectKind, Policy, Trigger
from schemabook.read.blocks.brought import could_be_routine_of
from schemabook.read.blocks.calls import routines_of
from schemabook.read.state.builder import AlreadyExists, Builder, DoesNotExist
from schemabook.read.statements.comments import FIND
from schemabook.read.statements.kinds_by_words import (
    KIND_OF_WORDS,
    Words,
    by_words,
    next_words,
    skip_modifiers,
)
from schemabook.read.statements.others import KINDS as OTHERS
from schemabook.read.statements.privileges import KINDS
from schemabook.read.text.cursor import Cursor, UnexpectedToken

EVERYWHERE = frozenset({"public", "current_user", "current_role", "session_user"})
"""Words for roles that are always there."""
P = TypeVar("P", Policy, Trigger)
Check = Callable[[Cursor, Builder], None]
Find = Callable[[Cursor, Builder], Any]


def expect_possible(c: Cursor, database: Builder) -> None:
    """AlreadyExists for what a statement would make anew, DoesNotExist for what it would drop in vain.

    Outside of a block that is no error: a dump made with --clean begins with dropping what is not there.
    Leaves the cursor where it was.
    """
    position = c.position
    try:
        if c.accept("create"):
            _created(c, database)
        elif c.accept("alter"):
            _altered(c, database)
        elif c.accept("drop"):
            _dropped(c, database)
        elif c.one_of("grant", "revoke"):
            _granted(c, database)
    except UnexpectedToken:
        return  # Its reader says what is wrong with it.
    finally:
        c.position = position


def unknown_role(c: Cursor, database: Builder) -> str | None:
    """A role that a statement names and nothing has made; leaves the cursor where it was."""
    position, words = c.position, ("to", "from") if c.keys[0] in ("grant", "revoke") else ("to",)
    if c.keys[0] not in ("grant", "revoke") and "owner" not in c.keys and "policy" not in c.keys:
        return None
    try:
        c.skip_until(*words)
        c.skip()
        names = c.separated(lambda: (c.accept("group"), c.name())[1])
    except UnexpectedToken:
        return None
    finally:
        c.position = position
    known = {*database.roles, *EVERYWHERE}
    return next((name for name in names if name not in known and not name.startswith("pg_")), None)


def _created(c: Cursor, database: Builder) -> None:
    if c.accept("or", "replace"):
        return
    skip_modifiers(c)
    if words := next_words(c, CREATED):
        c.accept("concurrently")
        if not c.accept("if", "not", "exists"):
            CREATED[words](c, database)


def _policy(c: Cursor, database: Builder) -> None:
    name, on = c.name_on()
    relation = database.relation_name(on)
    if name in database.parts_of(Policy, relation):
        raise AlreadyExists(ObjectKind.POLICY, name)


def _trigger(c: Cursor, database: Builder) -> None:
    name = c.name()
    c.skip_until("on")
    c.expect("on")
    relation = database.relation(c.qualified_name()).name
    c.skip_until("execute")
    if c.accept("execute") and c.one_of("function", "procedure"):
        _expect_routine(c.qualified_name(), database)
    if name in database.parts_of(Trigger, relation):
        raise AlreadyExists(ObjectKind.TRIGGER, name)


def _expect_routine(name: Name, database: Builder) -> None:
    """DoesNotExist where neither the input nor an extension makes it."""
    full = database.routine_name(name)
    brought = any(could_be_routine_of(extension)(full.name) for extension in database.extensions)
    if not routines_of(name, database) and not brought and full.schema != "pg_catalog":
        raise DoesNotExist(ObjectKind.ROUTINE.word, full)


def _index(c: Cursor, database: Builder) -> None:
    if c.key == "on":
        return  # PostgreSQL finds a name that is free.
    name = c.name()
    c.expect("on")
    c.accept("only")
    schema = database.relation_name(c.qualified_name()).schema
    _expect_free(Name(schema, name), database)


def _relation(c: Cursor, database: Builder) -> None:
    _expect_free(database.new(c.qualified_name()), database)


def _expect_free(name: Name, database: Builder) -> None:
    if database.has_relation(name):
        raise AlreadyExists(ObjectKind.RELATION, name)


def _plain(kind: ObjectKind) -> Check:
    def check(c: Cursor, database: Builder) -> None:
        if (name := c.name()) in getattr(database, KIND_OF[kind].field):
            raise AlreadyExists(kind, name)

    return check


def _publication(c: Cursor, database: Builder) -> None:
    _plain(ObjectKind.PUBLICATION)(c, database)
    while c.accept("for", "table") or c.accept(","):
        c.accept("table")
        c.accept("only")
        if c.key == "tables":
            return
        database.relation(c.qualified_name())
        c.skip_until(",", "with")


def _other(kind: ObjectKind) -> Check:
    def check(c: Cursor, database: Builder) -> None:
        name = OTHERS[kind].new(c, database)
        if (kind, name) in database.others:
            raise AlreadyExists(kind, name)

    return check


CREATED = by_words(
    {
        **{kind: _other(kind) for kind in OTHERS},
        ObjectKind.POLICY: _policy,
        ObjectKind.TRIGGER: _trigger,
        ObjectKind.INDEX: _index,
        ObjectKind.RELATION: _relation,
        ObjectKind.SEQUENCE: _relation,
        ObjectKind.ROLE: _plain(ObjectKind.ROLE),
        ObjectKind.PUBLICATION: _publication,
        ObjectKind.EXTENSION: _plain(ObjectKind.EXTENSION),
    }
)
"""What is looked for before CREATE; the readers of all other kinds look for themselves."""


def _altered(c: Cursor, database: Builder) -> None:
    if c.accept("publication"):
        _published(c, database)
    elif c.accept("table"):
        c.accept("if", "exists")
        c.accept("only")
        relation = database.relation_name(c.qualified_name())
        while not c.done:
            if c.accept("add", "constraint"):
                name = c.name()
                if name in database.parts_of(Constraint, relation) or name in database.not_nulls[relation]:
                    raise AlreadyExists(ObjectKind.CONSTRAINT, name)
            c.skip_until(",", "references")
            if c.accept("references"):
                database.relation(c.qualified_name())
                c.skip_until(",")
            c.accept(",")
            if c.key in (")", "]"):
                return


def _dropped(c: Cursor, database: Builder) -> None:
    words = next_words(c, DROPPED)
    c.accept("concurrently")
    if words and not c.accept("if", "exists"):
        c.separated(lambda: DROPPED[words](c, database))


def drops_nothing(c: Cursor, database: Builder) -> bool:
    """Whether what DROP IF EXISTS names is not there; leaves the cursor where it was."""
    position = c.position
    try:
        c.expect("drop")
        if (words := next_words(c, DROPPED)) and c.accept("if", "exists"):
            DROPPED[words](c, database)
    except DoesNotExist:
        return c.key != ","
    except UnexpectedToken:
        return False
    finally:
        c.position = position
    return False


def _relation_as(words: str) -> Find:
    """What finds a relation or a sequence, and calls it so where it is not there."""

    def find(c: Cursor, database: Builder) -> None:
        name = database.relation_name(c.qualified_name())
        if name not in database.relations and name not in database.sequences:
            raise DoesNotExist(words, name)

    return find


def _part(kind: type[P]) -> Find:
    def find(c: Cursor, database: Builder) -> None:
        name, on = c.name_on()
        database.part(kind, database.relation(on).name, name)

    return find


RELATIONS = (ObjectKind.RELATION, ObjectKind.SEQUENCE)
OTHER_KINDS = (
    *(ObjectKind.TYPE, ObjectKind.ROUTINE, ObjectKind.INDEX),
    *(ObjectKind.SCHEMA, ObjectKind.EXTENSION, ObjectKind.PUBLICATION),
)
DROPPED: Mapping[Words, Find] = {
    **{words: _relation_as(" ".join(words)) for words, kind in KIND_OF_WORDS.items() if kind in RELATIONS},
    **by_words({kind: FIND[kind] for kind in OTHER_KINDS}),
    **by_words({ObjectKind.TRIGGER: _part(Trigger), ObjectKind.POLICY: _part(Policy)}),
}


def _granted(c: Cursor, database: Builder) -> None:
    c.skip_until("on", "to", "from")
    if not c.accept("on"):
        return
    words = next_words(c, GRANTED)
    if words or (c.key not in OTHER_GRANTS and c.peek() != "tables"):
        find = GRANTED[words] if words else _relation_as(ObjectKind.RELATION)
        c.separated(lambda: find(c, database))


def _published(c: Cursor, database: Builder) -> None:
    fact = database.publications.get(c.name())
    if not c.accept("add", "table"):
        return
    c.accept("only")
    relation = database.relation(c.qualified_name()).name
    if fact and any(table.relation == relation for table in fact.tables):
        raise AlreadyExists("publication member", relation)


GRANTED: Mapping[Words, Find] = {
    words: DROPPED[words] for words in ((word,) for word in KINDS if word != "language")
}
OTHER_GRANTS = frozenset({"all", "database", "foreign", "language", "large", "parameter", "tablespace"})
"""What GRANT ON may name that is not looked for."""
