"""What a platform brings, on the server: there before a dump, and giving way to what that makes itself."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from schemabook.model import Database, Name, Relation, RelationKind, Signature
from schemabook.platforms import Platform
from schemabook.verify.roles import quoted
from schemabook.verify.sending import send

if TYPE_CHECKING:
    import psycopg

KINDS = {
    RelationKind.TABLE: "table",
    RelationKind.PARTITIONED_TABLE: "table",
    RelationKind.FOREIGN_TABLE: "foreign table",
    RelationKind.VIEW: "view",
    RelationKind.MATERIALIZED_VIEW: "materialized view",
}
NAMED = {"relations": "", "sequences": "sequence", "types": "type", "routines": "routine"}
PARTS = {"triggers": "trigger", "policies": "policy"}
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
    for mapping, kind in NAMED.items():
        for key in getattr(brought, mapping):
            fact = getattr(database, mapping).get(key)
            if fact and fact.source.path in dumps:
                kind_of_it = (
                    KINDS[getattr(brought, mapping)[key].kind] if isinstance(fact, Relation) else kind
                )
                yield f"drop {kind_of_it} if exists {_shown(key)} cascade"
    for name in brought.publications:
        if name in database.publications and database.publications[name].source.path in dumps:
            yield f"drop publication {quoted(name)}"
    for mapping, kind in PARTS.items():
        for relation, name in getattr(brought, mapping):
            fact = getattr(database, mapping).get((relation, name))
            if fact and fact.source.path in dumps:
                yield f"drop {kind} if exists {quoted(name)} on {_shown(relation)}"


def _shown(key: Name | Signature) -> str:
    if isinstance(key, Signature):
        return f"{_shown(key.name)}({', '.join(key.types)})"
    return f"{quoted(key.schema)}.{quoted(key.name)}"
