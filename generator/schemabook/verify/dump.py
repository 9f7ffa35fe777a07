"""A dump held against a real PostgreSQL: restored there, and compared with what its catalog says."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from schemabook.errors import SchemaError
from schemabook.model import Database, Sql, Statement
from schemabook.platforms import Platform
from schemabook.secrets import one_line
from schemabook.verify.catalog import read_catalog
from schemabook.verify.differences import differences, facts
from schemabook.verify.platform import bring, give_way
from schemabook.verify.restoring import ROLE, SETTINGS, Restoration, Restored, new_database
from schemabook.verify.roles import mentioned_roles
from schemabook.verify.server import Server, server

if TYPE_CHECKING:
    import psycopg

ENOUGH = 0.9
"""The share of the statements, and of the facts, that has to be compared."""
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

    @property
    def is_little(self) -> bool:
        """Whether so many statements were refused, or facts left out, that the rest says little."""
        return self.accepted < ENOUGH * self.sent or self.facts < ENOUGH * self.all_facts

    @property
    def fails(self) -> bool:
        """Whether a fact differs, or too little was compared."""
        return bool(self.differences) or self.is_little

    def lines(self) -> Iterator[str]:
        """All of it in words."""
        restored, compared = _share(self.accepted, self.sent), _share(self.facts, self.all_facts)
        yield f"{restored} statements restored, {compared} facts compared, {len(self.differences)} differ"
        for reason, count in sorted(self.skipped.items()):
            yield f"not sent to PostgreSQL, as it says nothing about the schema: {reason} ({count})"
        for refused in self.failures:
            yield f"refused by PostgreSQL: {refused.source}: {one_line(refused.message, 160)}"
        yield from self.differences
        if self.is_little:
            yield "too little was compared: PostgreSQL refused more than a tenth"


def _share(part: int, whole: int) -> str:
    """`1,980 of 2,000 (99 %)`; what is not all is not 100 %."""
    percent = 100 if part >= whole else min(99, part * 100 // whole)
    return f"{part:,} of {whole:,} ({percent} %)"


@dataclass(frozen=True, slots=True)
class Dump:
    """A file to restore."""

    path: str
    is_of_pg_dump: bool
    """Whether pg_dump printed it: then expressions must be the catalog's, in whatever spelling."""
    statements: Callable[[], Iterable[tuple[Statement, str | None]]]
    """Each with the reason why it is ignored, if it is."""


@dataclass(frozen=True, slots=True)
class Reader:
    """What read the dumps: it is judged here, so it comes from outside."""

    read: Callable[[Mapping[str, bytes]], Database]
    """The database of texts by path."""
    expression: Callable[[str], Sql]


def verify(
    dumps: Iterable[Dump], database: Database, reader: Reader, platform: Platform | None = None
) -> Verification:
    """Restores the dumps into a throw-away PostgreSQL 18 and compares what was read of them with its catalog.

    This executes what the dumps say, by a role that is no superuser, on top of what a *platform* brings.
    What depends on a statement that PostgreSQL refused is left out on both sides. Expressions are compared as
    the server spells them; where it does not take what a person wrote, as after a rename, by their presence.

    Raises SchemaError where a statement does not end, or where the extra `verify` is not installed.
    """
    with server(superuser=SUPERUSER, settings=SETTINGS) as postgres:
        return held_against(postgres, list(dumps), database, reader, platform)


def held_against(
    postgres: Server, dumps: list[Dump], database: Database, reader: Reader, platform: Platform | None = None
) -> Verification:
    """As `verify`, on a running server; *database* is what was read of the dumps."""
    from psycopg import Error

    try:
        with new_database(postgres, NAME) as superuser:
            before = _begun(superuser, dumps, database, reader, platform)
            postgres.create_roles(roles_of(dumps))
            with postgres.connect(NAME, ROLE) as role:
                restoring = Restoration(role, superuser)
                for dump in dumps:
                    path = platform.search_path if platform and not dump.is_of_pg_dump else ()
                    restoring.run(dump.statements(), path)
                return _compared(restoring, dumps, database, reader, before)
    except Error as error:
        raise SchemaError(f"PostgreSQL ended: {error}") from None


def _begun(
    superuser: psycopg.Connection[Any],
    dumps: list[Dump],
    database: Database,
    reader: Reader,
    platform: Platform | None,
) -> Database | None:
    """The catalog with what the platform brings, and nothing else."""
    if not platform:
        return None
    bring(superuser, platform)
    with superuser.transaction(force_rollback=True):
        before = read_catalog(superuser, reader.expression)
    give_way(superuser, database, {dump.path for dump in dumps if dump.is_of_pg_dump})
    return before


def _compared(
    restoring: Restoration, dumps: list[Dump], database: Database, reader: Reader, before: Database | None
) -> Verification:
    with restoring.completed() as superuser:
        catalog = read_catalog(superuser, reader.expression)
    restored = restoring.restored
    read = reader.read(accepted(dumps, restored)) if restored.failures else database
    found = differences(
        read,
        catalog,
        exact=all(dump.is_of_pg_dump for dump in dumps),
        is_same=restoring.spelling(catalog).is_same,
        before=before,
    )
    return Verification(
        sent=restored.sent,
        accepted=len(restored.accepted),
        skipped=restored.skipped,
        facts=facts(read),
        all_facts=facts(database),
        differences=found,
        failures=tuple(sorted(restored.failures, key=lambda failure: str(failure.source))),
    )


def roles_of(dumps: list[Dump]) -> frozenset[str]:
    """The roles that the dumps mention, and do not create."""
    every = (pair for dump in dumps for pair in dump.statements())
    said = (statement.text for statement, reason in every if reason != "data")
    return mentioned_roles(";\n".join(said))


def accepted(dumps: list[Dump], restored: Restored) -> dict[str, bytes]:
    """The files with nothing in them but what was accepted, each statement on its line."""
    texts: dict[str, list[str]] = {}
    lines: dict[str, int] = {}
    for _, statement in sorted(restored.accepted.items(), key=lambda item: item[0]):
        path, line = statement.source
        before = lines.get(path, 1)
        texts.setdefault(path, []).append("\n" * (line - before) + statement.text + ";")
        lines[path] = max(line, before) + statement.text.count("\n")
    return {path: "".join(parts).encode() for path, parts in texts.items()}
