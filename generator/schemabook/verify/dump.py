"""A dump held against a real PostgreSQL: restored there, and compared with what its catalog says."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from schemabook.errors import SchemaError
from schemabook.model import Database, Sql
from schemabook.verify.catalog import read_catalog
from schemabook.verify.differences import differences, facts
from schemabook.verify.server import Server, mentioned_roles, server

PRINTED_BY_PG_DUMP = "SET statement_timeout = 0;"
"""What pg_dump prints before the first object, and `supabase db dump` keeps."""
NAME = "schemabook_verify"


@dataclass(frozen=True, slots=True)
class Verification:
    """How far what was read is what PostgreSQL says."""

    facts: int
    """How many facts were compared."""
    differences: tuple[str, ...]
    """Each fact that is missing, invented or different, in words."""
    failures: tuple[SchemaError, ...]
    """The statements that PostgreSQL itself refused, such as those of an extension that it lacks."""


def verify(
    paths: Iterable[Path], read: Callable[[list[Path]], Database], sql_of: Callable[[str], Sql]
) -> Verification:
    """Restores the dumps into a throw-away PostgreSQL 18 and compares *read* of them with its catalog.

    Expressions are compared to the letter where pg_dump printed them, and by presence where a person
    wrote them, since PostgreSQL does not keep a person's spelling.

    Raises SchemaError for an unreadable dump, or where the extra `verify` is not installed.
    """
    files = list(paths)
    database = read(files)
    with server() as postgres:
        failures, catalog = _restored(postgres, files, sql_of)
    exact = all(PRINTED_BY_PG_DUMP in path.read_text("utf-8", "replace")[:4096] for path in files)
    return Verification(facts(catalog), differences(database, catalog, exact=exact), failures)


def _restored(
    postgres: Server, files: list[Path], sql_of: Callable[[str], Sql]
) -> tuple[tuple[SchemaError, ...], Database]:
    postgres.create_database(NAME)
    for path in files:
        postgres.create_roles(mentioned_roles(path.read_text("utf-8", "replace")))
    failures = tuple(failure for path in files for failure in postgres.failures(path, NAME))
    with postgres.connect(NAME) as connection:
        return failures, read_catalog(connection, sql_of)
