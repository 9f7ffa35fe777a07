"""What a platform brings, on the server: there before a dump, and giving way to what that makes itself."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from schemabook.model import KINDS, Database, Name, Relation, Signature
from schemabook.platforms import Platform
from schemabook.verify.roles import quoted
from schemabook.verify.sending import send

if TYPE_CHECKING:
    import psycopg

DROPPED = "relations sequences types routines publications triggers policies".split()
"""What may give way, in this order, by the fields of a database."""
DEFINERS = """
select oid::regprocedure::text from pg_proc
where prosecdef and oid >= 16384 and proowner = (select oid from pg_roles where rolname = current_user)
"""
"""Whoever calls them does what their owner may."""
PUBLIC = """
update pg_namespace set nspacl = acldefault('n', nspowner) || makeaclitem(0, nspowner, 'usage', false)
where nspname = 'public'
"""
"""Who may do what in schema public of a new database."""


def bring(superuser: psycopg.Connection[Any], platform: Platform) -> None:
    """Runs what the platform brings; no role of it stays a superuser, no function of it runs as one."""
    superuser.execute(platform.sql.encode())
    roles = "select rolname from pg_roles where rolsuper and oid >= 16384"
    for (name,) in superuser.execute(roles.encode()).fetchall():
        superuser.execute(f"alter role {quoted(name)} nosuperuser".encode())
    for (signature,) in superuser.execute(DEFINERS.encode()).fetchall():
        superuser.execute(f"alter function {signature} owner to {platform.role}".encode())


def give_way(superuser: psycopg.Connection[Any], database: Database, dumps: set[str]) -> None:
    """Removes what the *dumps* make themselves, and what says who may do what; a dump says that itself."""
    if not database.platform or not dumps:
        return
    for statement in _drops(database, database.platform.database, dumps):
        send(superuser, statement)
    superuser.execute("delete from pg_default_acl")
    made = [name for name, fact in database.schemas.items() if fact.source.path in dumps]
    superuser.execute("update pg_namespace set nspacl = null where nspname = any(%s)", [made])
    superuser.execute(PUBLIC.encode())


def _drops(database: Database, brought: Database, dumps: set[str]) -> Iterator[str]:
    kinds = {row.field: row.kind for row in KINDS}
    for field in DROPPED:
        now = getattr(database, field)
        for key, fact in getattr(brought, field).items():
            if key in now and now[key].source.path in dumps:
                kind = (
                    fact.kind.words.removeprefix("partitioned ")
                    if isinstance(fact, Relation)
                    else kinds[field]
                )
                yield f"drop {kind} if exists {_shown(key)} cascade"


def _shown(key: Any) -> str:
    match key:
        case str():
            return quoted(key)
        case Signature(name, types):
            return f"{_shown(name)}({', '.join(types)})"
        case Name(schema, name):
            return f"{quoted(schema)}.{quoted(name)}"
    relation, name = key
    return f"{quoted(name)} on {_shown(relation)}"
