"""What a statement would make is there already, or what it drops is not: PostgreSQL fails then."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeVar

from schemabook.model import KIND_OF, Constraint, Name, ObjectKind, Policy, Trigger
from schemabook.read.blocks.brought import could_be_routine_of
from schemabook.read.state.builder import AlreadyExists, Builder, DoesNotExist
from schemabook.read.statements.others import KINDS, kind_of
from schemabook.read.statements.routines import signature
from schemabook.read.text.cursor import Cursor, UnexpectedToken

EVERYWHERE = frozenset({"public", "current_user", "current_role", "session_user"})
"""Words for roles that are always there."""
MODIFIERS = frozenset({"unique", "constraint", "unlogged", "recursive", "default", "trusted", "procedural"})
P = TypeVar("P", Policy, Trigger)
Check = Callable[[Cursor, Builder], None]
Find = Callable[[Cursor, Builder, str], None]


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
    while c.key in MODIFIERS:
        c.skip()
    words = next((words for words in CREATED if c.sees(*words)), ())
    if words:
        c.position += len(words)
        c.accept("concurrently")
        if not c.accept("if", "not", "exists"):
            CREATED[words](c, database)


def _policy(c: Cursor, database: Builder) -> None:
    name = c.name()
    c.expect("on")
    relation = database.relation_name(c.qualified_name())
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
    known = any(signature in database.routines for signature in database.overloads.get(full, ()))
    if not known and not brought and full.schema != "pg_catalog":
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


def _other(words: tuple[str, ...]) -> Check:
    def check(c: Cursor, database: Builder) -> None:
        name = KINDS[words].new(c, database)
        if (kind_of(words), name) in database.others:
            raise AlreadyExists(kind_of(words), name)

    return check


def _nothing(_: Cursor, __: Builder) -> None:
    """Its reader looks for itself."""


CREATED: Mapping[tuple[str, ...], Check] = {
    ("policy",): _policy,
    ("trigger",): _trigger,
    ("index",): _index,
    ("table",): _relation,
    ("view",): _relation,
    ("materialized", "view"): _relation,
    ("sequence",): _relation,
    ("role",): _plain(ObjectKind.ROLE),
    ("user",): _plain(ObjectKind.ROLE),
    ("publication",): _publication,
    ("extension",): _plain(ObjectKind.EXTENSION),
    **{words: _other(words) for words in KINDS},
}


def _altered(c: Cursor, database: Builder) -> None:
    if c.accept("publication"):
        _published(c, database)
    elif c.accept("table"):
        c.accept("if", "exists")
        c.accept("only")
        relation = database.relation_name(c.qualified_name())
        while not c.done:
            if c.accept("add", "constraint"):
                _constraint(relation, c.name(), database)
            c.skip_until(",", "references")
            if c.accept("references"):
                database.relation(c.qualified_name())
                c.skip_until(",")
            c.accept(",")
            if c.key in (")", "]"):
                return


def _constraint(relation: Name, name: str, database: Builder) -> None:
    if name in database.parts_of(Constraint, relation) or name in database.not_nulls.get(relation, {}):
        raise AlreadyExists(ObjectKind.CONSTRAINT, name)


def _dropped(c: Cursor, database: Builder) -> None:
    words = next((words for words in DROPPED if c.accept(*words)), ())
    c.accept("concurrently")
    if words and not c.accept("if", "exists"):
        c.separated(lambda: DROPPED[words](c, database, " ".join(words)))


def drops_nothing(c: Cursor, database: Builder) -> bool:
    """Whether what DROP IF EXISTS names is not there; leaves the cursor where it was."""
    position = c.position
    try:
        words = next((words for words in DROPPED if c.accept("drop", *words)), ())
        if words and c.accept("if", "exists"):
            DROPPED[words](c, database, " ".join(words))
    except DoesNotExist:
        return c.key != ","
    except UnexpectedToken:
        return False
    finally:
        c.position = position
    return False


def _find_relation(c: Cursor, database: Builder, kind: str) -> None:
    name = database.relation_name(c.qualified_name())
    if name not in database.relations and name not in database.sequences:
        raise DoesNotExist(kind, name)


def _find_type(c: Cursor, database: Builder, _: str) -> None:
    database.user_type(c.qualified_name())


def _find_routine(c: Cursor, database: Builder, _: str) -> None:
    name, types = signature(c, database)
    database.routine(name, types)


def _find_index(c: Cursor, database: Builder, _: str) -> None:
    database.index_owner(c.qualified_name())


def _find_part(kind: type[P]) -> Find:
    def find(c: Cursor, database: Builder, _: str) -> None:
        name = c.name()
        c.expect("on")
        relation = database.relation(c.qualified_name()).name
        database.part(kind, relation, name)

    return find


def _find_plain(c: Cursor, database: Builder, kind: str) -> None:
    if (name := c.name()) not in getattr(database, KIND_OF[ObjectKind(kind)].field):
        raise DoesNotExist(kind, name)


DROPPED: Mapping[tuple[str, ...], Find] = {
    ("table",): _find_relation,
    ("view",): _find_relation,
    ("materialized", "view"): _find_relation,
    ("foreign", "table"): _find_relation,
    ("sequence",): _find_relation,
    ("type",): _find_type,
    ("domain",): _find_type,
    ("function",): _find_routine,
    ("procedure",): _find_routine,
    ("routine",): _find_routine,
    ("aggregate",): _find_routine,
    ("index",): _find_index,
    ("trigger",): _find_part(Trigger),
    ("policy",): _find_part(Policy),
    ("schema",): _find_plain,
    ("extension",): _find_plain,
    ("publication",): _find_plain,
}


def _granted(c: Cursor, database: Builder) -> None:
    c.skip_until("on", "to", "from")
    if not c.accept("on"):
        return
    words = next((words for words in GRANTED if c.accept(*words)), ())
    if words or (c.key not in OTHER_GRANTS and c.peek() != "tables"):
        find = GRANTED.get(words, _find_relation)
        c.separated(lambda: find(c, database, " ".join(words) or "relation"))


def _published(c: Cursor, database: Builder) -> None:
    fact = database.publications.get(c.name())
    if not c.accept("add", "table"):
        return
    c.accept("only")
    relation = database.relation(c.qualified_name()).name
    if fact and any(table.relation == relation for table in fact.tables):
        raise AlreadyExists("publication member", relation)


GRANTED: Mapping[tuple[str, ...], Find] = {
    ("table",): _find_relation,
    ("sequence",): _find_relation,
    ("schema",): _find_plain,
    ("type",): _find_type,
    ("domain",): _find_type,
    ("function",): _find_routine,
    ("procedure",): _find_routine,
    ("routine",): _find_routine,
}
OTHER_GRANTS = frozenset({"all", "database", "foreign", "language", "large", "parameter", "tablespace"})
"""What GRANT ON may name that is not looked for."""
