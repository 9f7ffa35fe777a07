"""A dump held against a real PostgreSQL: restored there, and compared with what its catalog says."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from schemabook.errors import SchemaError
from schemabook.model import Database, Sql, Statement
from schemabook.verify.catalog import read_catalog
from schemabook.verify.differences import differences, facts
from schemabook.verify.restoring import SETTINGS, Restored, restoration
from schemabook.verify.roles import mentioned_roles
from schemabook.verify.server import Server, server

PRINTED_BY_PG_DUMP = "SET statement_timeout = 0;"
"""What pg_dump prints before the first object, and `supabase db dump` keeps."""
NAME = "schemabook_verify"
SUPERUSER = "schemabook_superuser"
"""Not `postgres`, who often restores and owns: who is what a dump mentions has no more rights than others."""


@dataclass(frozen=True, slots=True)
class Verification:
    """How far what was read is what PostgreSQL says."""

    sent: int
    """How many statements were sent to PostgreSQL."""
    accepted: int
    skipped: Mapping[str, int]
    """How many were not sent, by reason: psql's own commands, rows."""
    facts: int
    """How many facts were compared."""
    all_facts: int
    """How many there are to compare when no statement is refused."""
    differences: tuple[str, ...]
    """Each fact that is missing, invented or different, in words."""
    failures: tuple[SchemaError, ...] = ()
    """The statements that PostgreSQL itself refused, such as those of an extension that it lacks."""


@dataclass(frozen=True, slots=True)
class Reader:
    """What reads the dumps: it is judged here, so it comes from outside."""

    files: Callable[[list[Path]], Database]
    statements: Callable[[Path], Iterator[tuple[Statement, str | None]]]
    """Those of a file, each with the reason why it is ignored, if it is."""
    texts: Callable[[list[tuple[str, bytes]]], Database]
    expression: Callable[[str], Sql]


def verify(paths: Iterable[Path], reader: Reader) -> Verification:
    """Restores the dumps into a throw-away PostgreSQL 18 and compares what was read of them with its catalog.

    This executes what the dumps say, by a role that is no superuser. Expressions are compared to the letter
    where pg_dump printed them, and by presence where a person wrote them, since PostgreSQL does not keep a
    person's spelling. What depends on a statement that was refused is left out on both sides.

    Raises SchemaError for an unreadable dump, or where the extra `verify` is not installed.
    """
    files = list(paths)
    database = reader.files(files)
    with server(superuser=SUPERUSER, settings=SETTINGS) as postgres:
        return held_against(postgres, files, database, reader)


def held_against(postgres: Server, files: list[Path], database: Database, reader: Reader) -> Verification:
    """As `verify`, on a running server; *database* is what was read of the files."""
    texts = [path.read_text("utf-8", "replace") for path in files]
    exact = all(PRINTED_BY_PG_DUMP in text[:4096] for text in texts)
    with restoration(postgres, NAME, mentioned_roles("\n".join(texts))) as restoring:
        for path in files:
            restoring.run(reader.statements(path))
        with restoring.completed() as superuser:
            catalog = read_catalog(superuser, reader.expression)
        restored = restoring.restored
        read = reader.texts(_accepted(files, restored)) if restored.failures else database
        found = differences(read, catalog, exact=exact, is_same=restoring.spelling(catalog).is_same)
    return Verification(
        sent=restored.sent,
        accepted=len(restored.accepted),
        skipped=restored.skipped,
        facts=facts(read),
        all_facts=facts(database),
        differences=found,
        failures=tuple(restored.failures),
    )


def _accepted(files: list[Path], restored: Restored) -> list[tuple[str, bytes]]:
    """The files with nothing in them but what was accepted, each statement on its line."""
    texts: dict[str, list[str]] = {str(path): [] for path in files}
    lines = dict.fromkeys(texts, 1)
    for _, (source, text) in sorted((n, (s.source, s.text)) for n, s in restored.accepted.items()):
        texts[source.path].append("\n" * (source.line - lines[source.path]) + text + ";")
        lines[source.path] = source.line + text.count("\n")
    return [(path, "".join(parts).encode()) for path, parts in texts.items()]
