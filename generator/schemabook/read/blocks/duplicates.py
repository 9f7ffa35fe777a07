"""What a statement would make is there already: PostgreSQL fails then, which a block may catch."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from schemabook.model import Constraint, ConstraintKind, Index, Name, Policy, Trigger
from schemabook.read.builder import AlreadyExists, Builder
from schemabook.read.cursor import Cursor, UnexpectedToken
from schemabook.read.others import KINDS

MODIFIERS = frozenset({"unique", "constraint", "unlogged", "recursive", "default", "trusted", "procedural"})
Check = Callable[[Cursor, Builder], None]


def expect_new(c: Cursor, database: Builder) -> None:
    """AlreadyExists for a statement that makes what is there; leaves the cursor where it was."""
    position = c.position
    try:
        if c.accept("create"):
            _created(c, database)
        elif c.accept("alter"):
            _altered(c, database)
    except UnexpectedToken:
        return  # Its reader says what is wrong with it.
    finally:
        c.position = position


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
        raise AlreadyExists("policy", name)


def _trigger(c: Cursor, database: Builder) -> None:
    name = c.name()
    c.skip_until("on")
    c.expect("on")
    relation = database.relation_name(c.qualified_name())
    if name in database.parts_of(Trigger, relation):
        raise AlreadyExists("trigger", name)


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
    """Relations, sequences and indexes share their names."""
    is_index = any(
        name.name in database.parts_of(Index, relation)
        or ((found := database.parts_of(Constraint, relation).get(name.name)) and found.kind in WITH_INDEX)
        for relation in database.relations
        if relation.schema == name.schema
    )
    if is_index or name in database.relations or name in database.sequences:
        raise AlreadyExists("relation", name)


def _plain(kind: str) -> Check:
    def check(c: Cursor, database: Builder) -> None:
        if (name := c.name()) in getattr(database, f"{kind}s"):
            raise AlreadyExists(kind, name)

    return check


def _other(words: tuple[str, ...]) -> Check:
    def check(c: Cursor, database: Builder) -> None:
        name = KINDS[words].new(c, database)
        if (" ".join(words), name) in database.others:
            raise AlreadyExists(" ".join(words), name)

    return check


def _nothing(_: Cursor, __: Builder) -> None:
    """Its reader looks for itself."""


WITH_INDEX = (ConstraintKind.PRIMARY_KEY, ConstraintKind.UNIQUE, ConstraintKind.EXCLUSION)
CREATED: Mapping[tuple[str, ...], Check] = {
    ("policy",): _policy,
    ("trigger",): _trigger,
    ("index",): _index,
    ("table",): _relation,
    ("view",): _relation,
    ("materialized", "view"): _relation,
    ("sequence",): _relation,
    ("role",): _plain("role"),
    ("user",): _plain("role"),
    ("publication",): _plain("publication"),
    ("extension",): _plain("extension"),
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
            c.skip_until(",")
            c.accept(",")
            if c.key in (")", "]"):
                return


def _constraint(relation: Name, name: str, database: Builder) -> None:
    if name in database.parts_of(Constraint, relation) or name in database.not_nulls.get(relation, {}):
        raise AlreadyExists("constraint", name)


def _published(c: Cursor, database: Builder) -> None:
    fact = database.publications.get(c.name())
    if fact is None or not c.accept("add", "table"):
        return
    c.accept("only")
    relation = database.relation_name(c.qualified_name())
    if any(table.relation == relation for table in fact.tables):
        raise AlreadyExists("publication member", relation)
