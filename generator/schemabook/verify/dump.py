"""A dump held against a real PostgreSQL: restored there, and compared with what its catalog says."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

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
    failures: tuple[SchemaError, ...] = ()
    """The statements that PostgreSQL itself refused, such as those of an extension that it lacks."""
    accepted: Verification | None = None
    """Where some were refused: the same for what it accepted, dumped again and read from that dump."""


Read = Callable[[list[Path]], Database]
SqlOf = Callable[[str], Sql]


def verify(paths: Iterable[Path], read: Read, sql_of: SqlOf) -> Verification:
    """Restores the dumps into a throw-away PostgreSQL 18 and compares *read* of them with its catalog.

    Expressions are compared to the letter where pg_dump printed them, and by presence where a person
    wrote them, since PostgreSQL does not keep a person's spelling.

    Raises SchemaError for an unreadable dump, or where the extra `verify` is not installed.
    """
    files = list(paths)
    database = read(files)
    exact = all(PRINTED_BY_PG_DUMP in _text(path)[:4096] for path in files)
    with server() as postgres:
        postgres.create_database(NAME)
        postgres.create_roles({role for path in files for role in mentioned_roles(_text(path))})
        failures = tuple(failure for path in files for failure in postgres.failures(path, NAME))
        with postgres.connect(NAME) as connection:
            catalog = read_catalog(connection, sql_of)
        accepted = _dumped_again(postgres, catalog, read) if failures else None
    return Verification(facts(catalog), differences(database, catalog, exact=exact), failures, accepted)


def _dumped_again(postgres: Server, catalog: Database, read: Read) -> Verification:
    with TemporaryDirectory() as folder:
        dump = Path(folder) / "accepted.sql"
        dump.write_text(postgres.dump(NAME, "--schema-only"), "utf-8")
        return Verification(facts(catalog), differences(read([dump]), catalog))


def _text(path: Path) -> str:
    return path.read_text("utf-8", "replace")
