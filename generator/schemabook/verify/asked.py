"""Dumps restored into a throw-away server, to hold their access matrix against it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from schemabook.access.contract import USED
from schemabook.access.matrix import Matrix
from schemabook.access.roles import PUBLIC_SCHEMA
from schemabook.errors import SchemaError
from schemabook.model import KIND_OF, Database, RoutineKind
from schemabook.platforms import Platform
from schemabook.verify.access import AccessVerification, compare_access
from schemabook.verify.dump import NAME, SUPERUSER, Dump, Reader, accepted, roles_of
from schemabook.verify.platform import bring, give_way
from schemabook.verify.restoring import OWNERS, ROLE, SETTINGS, Restoration, new_database
from schemabook.verify.roles import quoted
from schemabook.verify.sending import send
from schemabook.verify.server import Server, server

if TYPE_CHECKING:
    import psycopg

OWNER = "schemabook_owner"
HARMLESS = ("pg_read_all_data", "pg_write_all_data", "pg_maintain", "pg_database_owner")
MEMBERS = """
select quote_ident(g.rolname), quote_ident(m.rolname) from pg_auth_members a
join pg_roles g on g.oid = a.roleid join pg_roles m on m.oid = a.member
where g.oid < 16384 and m.oid >= 16384 and g.rolname <> all(%s)
"""
"""Who is a member of a role of PostgreSQL's own that reaches more than the database."""


def verify_access(
    dumps: list[Dump], database: Database, reader: Reader, platform: Platform | None = None
) -> AccessVerification:
    """Restores the dumps into a throw-away PostgreSQL 18, and asks it for every cell of their matrix."""
    with server(superuser=SUPERUSER, settings=SETTINGS) as postgres:
        return asked(postgres, dumps, database, reader, platform)


def asked(
    postgres: Server, dumps: list[Dump], database: Database, reader: Reader, platform: Platform | None = None
) -> AccessVerification:
    """As `verify_access`, on a running server."""
    from psycopg import Error

    try:
        with new_database(postgres, NAME) as superuser:
            if platform:
                bring(superuser, platform)
                give_way(superuser, database, {dump.path for dump in dumps if dump.is_of_pg_dump})
            postgres.create_roles(roles_of(dumps))
            with postgres.connect(NAME, ROLE) as role:
                restoring = Restoration(role, superuser)
                for dump in dumps:
                    path = platform.search_path if platform and not dump.is_of_pg_dump else ()
                    restoring.run(dump.statements(), path)
            restoring.finish()
            restored = restoring.restored
            read = reader.read(accepted(dumps, restored)) if restored.failures else database
            matrix = Matrix(read)
            _tame(superuser, matrix)
            found = compare_access(postgres, superuser, NAME, matrix)
            found.sent, found.accepted = restored.sent, len(restored.accepted)
            return found
    except Error as error:
        raise SchemaError(f"PostgreSQL ended: {error}") from None


def _unsaid(matrix: Matrix) -> Iterator[tuple[str, str]]:
    """What the dump names no owner of; who restores it is nobody that the dump knows."""
    yield "database", quoted(NAME)
    for relation in matrix.database.relations.values():
        if relation.owner is None:
            yield relation.kind.words.removeprefix("partitioned "), ".".join(map(quoted, relation.name))
    for routine in matrix.database.routines.values():
        if routine.owner is None and routine.kind is RoutineKind.FUNCTION:
            yield "function", f"{'.'.join(map(quoted, routine.name))}({', '.join(routine.signature.types)})"
    for kind in USED:
        for on, fact in KIND_OF[kind].facts(matrix.database):
            if fact.owner is None and on != PUBLIC_SCHEMA:
                yield kind.value, ".".join(quoted(part) for part in on.name if part)


def _tame(superuser: psycopg.Connection[Any], matrix: Matrix) -> None:
    """Gives each role what the dump says of it, and none what reaches more than the database."""
    superuser.execute(f"revoke {OWNERS} from {ROLE}; create role {OWNER}".encode())
    names = "select rolname from pg_roles where oid >= 16384"
    for (name,) in superuser.execute(names.encode()).fetchall():
        bypasses = "bypassrls" if matrix.rights.roles.bypasses(name) else "nobypassrls"
        superuser.execute(f"alter role {quoted(name)} nosuperuser nocreaterole {bypasses}".encode())
    for kind, name in _unsaid(matrix):
        send(superuser, f"alter {kind} {name} owner to {OWNER}")
    for group, member in superuser.execute(MEMBERS.encode(), [list(HARMLESS)]).fetchall():
        superuser.execute(f"revoke {group} from {member} cascade".encode())
