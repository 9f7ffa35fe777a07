"""Schemas, extensions, roles, and the search path."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from schemabook.model import Exposed, Extension, Name, ObjectKind, Role, Schema, Statement, schema_id
from schemabook.read.state.builder import AlreadyExists, Builder
from schemabook.read.statements.kinds_by_words import Reader
from schemabook.read.statements.others import move_other
from schemabook.read.statements.publications import follow_schema
from schemabook.read.statements.rename import move_relation, move_sequence
from schemabook.read.statements.roles import named_role
from schemabook.read.statements.routines import move_routine
from schemabook.read.statements.user_types import move_type
from schemabook.read.text.cursor import Cursor
from schemabook.read.text.tokens import STRING

EXPOSED = "pgrst.db_schemas"
"""https://docs.postgrest.org/en/stable/references/configuration.html#db-schemas."""
ROLE_OPTIONS = {
    "superuser": ("superuser", True),
    "nosuperuser": ("superuser", False),
    "inherit": ("inherit", True),
    "noinherit": ("inherit", False),
    "login": ("login", True),
    "nologin": ("login", False),
    "bypassrls": ("bypass_rls", True),
    "nobypassrls": ("bypass_rls", False),
}


def create_schema(c: Cursor, database: Builder, element: Reader) -> None:
    """CREATE SCHEMA [ IF NOT EXISTS ] name [ AUTHORIZATION role ] [ element … ]; *element* reads one."""
    optional = c.accept("if", "not", "exists")
    owner = named_role(c, database) if c.accept("authorization") else None
    name = owner or c.name()
    if c.accept("authorization"):
        owner = named_role(c, database)
    if not (optional and name in database.schemas):
        database.create(Schema(source=c.source(), name=name, owner=owner))
    with database.path((name, *database.session.search_path)):
        for part in _elements(c):
            element(Cursor(part), database)


def _elements(c: Cursor) -> Iterator[Statement]:
    """The statements in CREATE SCHEMA, which no semicolon parts: each begins with CREATE or GRANT."""
    while not c.done:
        start = c.position
        if c.skip() not in ("create", "grant"):
            raise c.unexpected("CREATE or GRANT")
        c.skip_until("create", "grant")
        yield Statement(c.source(), c.statement.text[c.starts[start] : c.ends[c.position - 1]])


def alter_schema(c: Cursor, database: Builder) -> None:
    """ALTER SCHEMA name { OWNER TO role | RENAME TO name }."""
    name = c.name()
    fact = database.schemas.get(name) or Schema(source=c.source(), name=name)
    if c.accept("rename", "to"):
        move_schema(database, fact, c.name())
        c.end()
        return
    c.expect("owner", "to")
    database.change(fact, owner=named_role(c, database))
    c.end()


def move_schema(database: Builder, fact: Schema, new: str) -> None:
    """Gives a schema another name, and each object in it."""
    old = fact.name
    if new in database.schemas:
        raise AlreadyExists(ObjectKind.SCHEMA, new)
    database.remove(database.schemas, old)
    database.add(replace(fact, name=new))
    database.acl.rename(schema_id(old), schema_id(new))
    follow_schema(database, old, new)
    for kind in [kind for kind in database.types.values() if kind.name.schema == old]:
        move_type(database, kind, Name(new, kind.name.name))
    for sequence in [name for name in database.sequences if name.schema == old]:
        move_sequence(database, sequence, Name(new, sequence.name))
    for relation in [name for name in database.relations if name.schema == old]:
        move_relation(database, relation, Name(new, relation.name))
    for routine in [routine for routine in database.routines.values() if routine.name.schema == old]:
        move_routine(database, routine, Name(new, routine.name.name))
    for other in [other for other in database.others.values() if other.name.startswith(f"{old}.")]:
        move_other(database, other, schema=new)


def set_search_path(c: Cursor, database: Builder) -> None:
    """SET [ LOCAL | SESSION ] search_path { TO | = } schema, …."""
    local = c.one_of("local", "session") == "local"
    c.expect("search_path")
    if not c.accept("to"):
        c.expect("=")
    names = c.separated(lambda: c.string() if c.key == STRING else c.name())
    c.end()
    path = database.session.default_path if names == ("default",) else tuple(n for n in names if n)
    database.enter(database.session.with_path(path, local=local))


def set_config(c: Cursor, database: Builder) -> None:
    """SELECT pg_catalog.set_config('search_path', '…', false): how pg_dump sets it."""
    if c.accept("pg_catalog"):
        c.expect(".")
    c.expect("set_config", "(")
    if c.string() != "search_path":
        raise c.unexpected("search_path")
    c.expect(",")
    value = c.string()
    local = c.accept(",") and c.accept("true")
    c.rest()
    path = tuple(part.strip().strip('"') for part in value.split(",") if part.strip())
    database.enter(database.session.with_path(path, local=local))


def create_extension(c: Cursor, database: Builder) -> None:
    """CREATE EXTENSION [ IF NOT EXISTS ] name [ WITH ] [ SCHEMA name ] [ VERSION … ] [ CASCADE ]."""
    optional = c.accept("if", "not", "exists")
    name = c.name()
    schema = None
    c.accept("with")
    while not c.done:
        if c.accept("schema"):
            schema = c.name()
        elif c.accept("version"):
            c.skip()
        else:
            c.expect("cascade")
    is_of_every_database = name == "plpgsql"
    if not is_of_every_database and not (optional and name in database.extensions):
        schema = schema or database.session.creation_schema
        database.add(Extension(source=c.source(), name=name, schema=schema))


def create_role(c: Cursor, database: Builder) -> None:
    """CREATE { ROLE | USER | GROUP } name [ option … ]."""
    login = "user" in c.modifiers
    role = Role(
        source=c.source(), name=c.name(), bypass_rls=False, inherit=True, login=login, superuser=False
    )
    if known := database.roles.get(role.name):  # from a GRANT in a file that came first
        role = replace(role, member_of=known.member_of)
    database.add(_role_options(c, role))


def alter_role(c: Cursor, database: Builder) -> None:
    """ALTER ROLE name { [ WITH ] option … | [ IN DATABASE name ] { SET | RESET } … }."""
    name = c.name()
    if c.accept("in", "database"):
        c.name()
    if c.accept("set"):
        _setting(c, database)
        return
    if c.sees("reset") or name == "all":
        c.rest()
        return
    role = database.roles.get(name) or Role(source=c.source(), name=name)
    database.add(_role_options(c, role))


def _setting(c: Cursor, database: Builder) -> None:
    """Parameter { TO | = } value: of a role, only the schemas that the Data API exposes are a fact."""
    parameter = ".".join(c.parts())
    if parameter == EXPOSED and c.one_of("to", "="):
        value = ",".join(c.separated(lambda: c.string() if c.key == STRING else c.name()))
        schemas = tuple(name.strip() for name in value.split(",") if name.strip())
        database.expose(Exposed(schemas, c.source()))
    c.rest()


def _role_options(c: Cursor, role: Role) -> Role:
    c.accept("with")
    while not c.done:
        if c.key in ROLE_OPTIONS:
            field, value = ROLE_OPTIONS[c.skip()]
            role = replace(role, **{field: value})  # type: ignore[arg-type]  # the fields are those above
        elif c.accept("in"):
            c.skip()
            role = replace(role, member_of=tuple(sorted({*role.member_of, *c.names()})))
        else:
            c.skip()  # PASSWORD 'x', CONNECTION LIMIT n, VALID UNTIL 't', CREATEDB, REPLICATION …
    return role
