"""Which migrations a database has run: as its own table says, in the dump, or a list of their versions."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from mmap import mmap
from pathlib import Path
from typing import NamedTuple

from schemabook.errors import SchemaError, Source
from schemabook.files import large_content, text
from schemabook.history.migrations import Migration


class Kept(NamedTuple):
    """How a tool keeps what it has run."""

    version: str
    """The column that names it."""
    undone: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """A column, and its values in rows that say that it is not there."""
    is_last: bool = False
    """Whether the one row names only the last one."""


FALSE = ("f", "false")
TABLES = {
    "schema_migrations": Kept("version"),  # Supabase, Rails, dbmate; golang-migrate with `dirty`
    "flyway_schema_history": Kept("version", (("success", FALSE), ("version", ("\\N", "null")))),
    "_prisma_migrations": Kept("migration_name", (("finished_at", ("\\N", "null")),)),
    "_sqlx_migrations": Kept("version", (("success", FALSE),)),
    "__diesel_schema_migrations": Kept("version"),
    "goose_db_version": Kept("version_id", (("is_applied", FALSE), ("version_id", ("0",)))),
    "atlas_schema_revisions": Kept("version", (("version", (".atlas_cloud_identifier",)),)),
    "pgmigrations": Kept("name"),
}
OF_TOOLS = frozenset(
    {*TABLES, "__drizzle_migrations", "ar_internal_metadata", "databasechangelog", "databasechangeloglock"}
    | {"knex_migrations", "knex_migrations_lock", "schema_version", "seed_files"}
)
"""The tables of tools: no migration makes them."""
NAME = rb'(?:(?:"?\w+"?)\s*\.\s*)?"?(?P<name>\w+)"?'
COLUMNS = rb"\((?P<columns>[^()]*)\)"
COPY = re.compile(rb"^COPY\s+" + NAME + rb"\s*" + COLUMNS + rb"\s+FROM\s+stdin;\r?\n", re.M | re.I)
INSERT = re.compile(
    rb"^INSERT\s+INTO\s+" + NAME + rb"\s*" + COLUMNS + rb"\s*(?:OVERRIDING\s+SYSTEM\s+VALUE\s+)?VALUES",
    re.M | re.I,
)
VALUE = re.compile(
    rb"\s*(E?'(?:[^'\\]|''|\\.)*'|(?:[^',()\s]|\([^()]*\))+(?:\s+[^',()\s]+)*)\s*(?P<end>[,)])", re.S
)
ROW = re.compile(rb"\s*,?\s*\(")
BAR = re.compile("[│|┃]")
PLAIN = re.compile(r"[\w.+-]+")


class Applied(NamedTuple):
    """The versions that a database has, each with where that is said."""

    versions: dict[str, Source]
    is_last: bool = False
    """Whether only the last one is known: those before it are there as well."""


def in_dump(path: Path) -> Applied | None:
    """What the data in a dump say; None where they say nothing."""
    with large_content(path) as data:
        for pattern, read in ((COPY, _copied), (INSERT, _inserted)):
            for match in pattern.finditer(data):
                kept = TABLES.get(match["name"].decode().lower())
                columns = [name.strip(' "').lower() for name in match["columns"].decode().split(",")]
                if kept and kept.version in columns:
                    line = data[: match.start()].count(b"\n") + 1
                    rows = (dict(zip(columns, row, strict=False)) for row in read(data, match.end()))
                    told = (row.get(kept.version) for row in rows if not _is_undone(row, kept))
                    versions = list(filter(None, told))
                    source = Source(path.as_posix(), line)
                    return Applied(dict.fromkeys(versions, source), "dirty" in columns)
    return None


def _is_undone(row: dict[str, str], kept: Kept) -> bool:
    return any(row.get(column, "").lower() in map(str.lower, values) for column, values in kept.undone)


def _copied(data: bytes | mmap, start: int) -> Iterator[list[str]]:
    end = data.find(b"\n\\.", start - 1)
    for line in data[start : end if end >= 0 else len(data)].splitlines():
        yield line.decode("utf-8", "replace").split("\t")


def _inserted(data: bytes | mmap, start: int) -> Iterator[list[str]]:
    while match := ROW.match(data, start):
        values, start = [], match.end()
        while found := VALUE.match(data, start):
            values.append(found[1].decode("utf-8", "replace").removeprefix("E").strip("'"))
            start = found.end()
            if found["end"] == b")":
                break
        yield values


def in_list(path: Path) -> Applied:
    """The versions of a list: one a line, or the column REMOTE of what `supabase migration list` prints.

    Raises SchemaError where there is none, and for a line that is no version.
    """
    found: dict[str, Source] = {}
    column: int | None = None
    for number, line in enumerate(text(path).splitlines(), 1):
        cells = [cell.strip(" `\t") for cell in BAR.split(line)]
        if "remote" in (titles := [cell.lower() for cell in cells]):
            column = titles.index("remote")
            continue
        if not any(character.isalnum() for character in line) or line.lstrip().startswith(("#", "--")):
            continue
        cell = cells[column] if column is not None and column < len(cells) else cells[0]
        if cell and not PLAIN.fullmatch(cell):
            hint = "write one a line, or keep what `supabase migration list` prints"
            raise SchemaError("this line is no version", source=Source(path.as_posix(), number), hint=hint)
        if cell:
            found.setdefault(cell, Source(path.as_posix(), number))
    if not found:
        raise SchemaError("no version is in this list", source=path.as_posix())
    return Applied(found)


def key_of(version: str) -> tuple[object, ...]:
    """What tells whether two versions are one: `000001` is 1, and Flyway's `1_2` is 1.2."""
    parts: list[object] = [
        int(part) if part.isdecimal() else part.lower() for part in re.split(r"[._-]", version)
    ]
    while len(parts) > 1 and parts[-1] in (0, ""):
        parts.pop()
    return tuple(parts)


def keys_of(migration: Migration) -> set[tuple[object, ...]]:
    """All that a migration may be called: its version, its name, and its version as Diesel writes it."""
    file = migration.file
    names = [migration.version, migration.version.replace("-", ""), file.stem, file.parent.name]
    return {key_of(name) for name in names if name}


def missing(steps: list[Migration], applied: Applied) -> Iterator[tuple[Migration | None, str, Source]]:
    """The migrations that the database has not, and the versions of it that have no file."""
    known = {key_of(version): version for version in applied.versions}
    if applied.is_last:
        with suppress(StopIteration):
            last = next(at for at, step in enumerate(steps) if keys_of(step) & known.keys())
            yield from ((step, step.version, Source(step.file.as_posix(), 1)) for step in steps[last + 1 :])
            return
    else:
        for step in steps:
            if step.version and not keys_of(step) & known.keys():
                yield step, step.version, Source(step.file.as_posix(), 1)
    files = set().union(*map(keys_of, steps))
    for key, version in known.items():
        if key not in files:
            yield None, version, applied.versions[version]
