"""The layouts: a row says how a folder is recognised, what runs of it, and in which order.

The first row that fits a folder counts.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from schemabook.errors import SchemaError
from schemabook.project.layouts import plans, sections
from schemabook.project.layouts.folder import Folder, by_number, natural
from schemabook.project.layouts.sections import Marks, Part

UP = re.compile(r"(?P<before>|.*[._-])up(?P<after>\.sql)|(?P<number>\d+[._-])do(?P<name>[._-].*\.sql)", re.I)
DOWNS = {"up": ("down", "undo", "revert", "rollback"), "do": ("undo",)}
"""What stands in the name of the file that takes a migration back."""
NUMBERED_UP = re.compile(r"\d+_.*\.up\.sql", re.I)
NUMBERED = re.compile(r"\d+.*\.sql", re.I)
FLYWAY = re.compile(r"(?P<kind>[VUBR])(?P<version>\d[\d._]*)?__(?P<name>.*)\.sql")
CALLBACK = re.compile(r"(?P<when>before|after)Migrate(?:__.*)?\.sql")
SQLX = re.compile(r"\d+_.*\.sql", re.I)
SUPABASE = re.compile(r"\d+_.*\.sql")
MILLISECONDS = re.compile(r"\d{13}_")


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """How a tool lays out a folder."""

    key: str
    """Its name in the settings and on the command line."""
    title: str
    what: str = "migrations"
    """What its files are."""
    fits: Callable[[Folder], bool]
    """Whether a folder is laid out so."""
    files: Callable[[Folder], Iterable[PurePosixPath]]
    """What runs, in order."""
    part: Part | None = None
    """The part of a file that runs; None for all of it."""
    controls: Sequence[str] = ()
    """The files that say something about the order."""


# Which folders


def _has(*names: str) -> Callable[[Folder], bool]:
    return lambda folder: any(folder.has(name) for name in names)


def _any(pattern: re.Pattern[str]) -> Callable[[Folder], bool]:
    return lambda folder: any(pattern.fullmatch(file.name) for file in folder.own_scripts)


def _marked(marks: Marks) -> Callable[[Folder], bool]:
    return lambda folder: any(marks.are_in(folder.head(file)) for file in folder.own_scripts)


def _is_paired(folder: Folder) -> bool:
    """Whether a file is there to take another one back: `clean_up.sql` alone says nothing."""
    names = {file.name.lower() for file in folder.own_scripts}
    for match in filter(None, map(UP.fullmatch, names)):
        before, after = match["before"] or match["number"] or "", match["after"] or match["name"]
        word = "do" if match["number"] else "up"
        if any(f"{before}{down}{after}" in names for down in DOWNS[word]):
            return True
    return False


def _in_each(name: str, depth: int) -> Callable[[Folder], bool]:
    """Whether files of this name lie so many folders below."""
    return lambda folder: any(len(f.parts) == depth + 1 and f.name == name for f in folder.scripts)


def _is_drizzle(folder: Folder) -> bool:
    return folder.has("meta/_journal.json") or (
        _in_each("migration.sql", 1)(folder) and any(f.name == "snapshot.json" for f in folder.files)
    )


def _is_hasura(folder: Folder) -> bool:
    if _in_each("up.sql", 2)(folder):
        return True
    ups = [file for file in folder.scripts if UP.fullmatch(file.name) and len(file.parts) <= 2]
    return bool(ups) and all(MILLISECONDS.match(file.parts[0]) for file in ups)


def _is_flyway(folder: Folder) -> bool:
    return any(FLYWAY.fullmatch(file.name) for file in folder.scripts)


def _is_liquibase(folder: Folder) -> bool:
    return any(sections.LIQUIBASE.match(folder.head(file)) for file in folder.scripts)


def _is_of_supabase(name: str) -> Callable[[Folder], bool]:
    def fits(folder: Folder) -> bool:
        path = folder.path.resolve()
        is_project = path.parent.name == "supabase" or (path.parent / "config.toml").is_file()
        return path.name == name and is_project

    return fits


def _is_sqlx(folder: Folder) -> bool:
    """Whether the project, a folder above, is one of Rust's sqlx."""
    project = Folder(folder.path.resolve().parent)
    of_rust = project.has("Cargo.toml") and "sqlx" in project.text("Cargo.toml")
    return bool(folder.own_scripts) and (of_rust or (project.path / ".sqlx").is_dir())


def _is_numbered(folder: Folder) -> bool:
    found = folder.own_scripts
    numbered = [file for file in found if NUMBERED.fullmatch(file.name)]
    return len(numbered) * 2 > len(found) and len(folder.scripts) == len(found)


# Which files


def _matching(
    pattern: re.Pattern[str], key: Callable[[PurePosixPath], Any] = by_number
) -> Callable[[Folder], Iterable[PurePosixPath]]:
    """The files in the folder itself whose names fit, in the order of *key*."""
    return lambda folder: sorted((f for f in folder.own_scripts if pattern.fullmatch(f.name)), key=key)


def _by_name(file: PurePosixPath) -> tuple[str, ...]:
    return file.parts


def _sqlx(folder: Folder) -> Iterable[PurePosixPath]:
    """Pairs, and files that nothing takes back."""
    return (file for file in _matching(SQLX)(folder) if not file.name.lower().endswith(".down.sql"))


def _below(name: str) -> Callable[[Folder], Iterable[PurePosixPath]]:
    """The files of this name in the folders below, in the order of these."""
    return lambda folder: (f for f in folder.scripts if f.name == name and len(f.parts) == 2)


def _drizzle(folder: Folder) -> Iterable[PurePosixPath]:
    return plans.journal(folder) if folder.has("meta/_journal.json") else _below("migration.sql")(folder)


def _diesel(folder: Folder) -> Iterable[PurePosixPath]:
    """A version is what stands before the first underscore, without its hyphens."""
    return sorted(
        _below("up.sql")(folder), key=lambda f: (f.parts[0].split("_")[0].replace("-", ""), f.parts)
    )


def _hasura(folder: Folder) -> Iterable[PurePosixPath]:
    """In the order of their times; SchemaError where they are of several databases."""
    ups = [f for f in folder.scripts if UP.fullmatch(f.name) and len(f.parts) <= 3]
    if len(databases := sorted({f.parts[0] for f in ups if len(f.parts) == 3})) > 1:
        message = f"these are migrations of several databases: {', '.join(databases)}"
        hint = f"name one of them: {(folder.path / databases[0]).as_posix()}"
        raise SchemaError(message, source=folder.path.as_posix(), hint=hint)
    return sorted(ups, key=lambda f: by_number(PurePosixPath(*f.parts[-2:-1] or f.parts)))


def _flyway(folder: Folder) -> Iterator[PurePosixPath]:
    """Callbacks before, the last baseline, the versions after it, what is repeatable, callbacks after.

    https://documentation.red-gate.com/fd/migrations-184127470.html
    """
    named = [(match, file) for file in folder.scripts if (match := FLYWAY.fullmatch(file.name))]
    callbacks = [(match["when"], file) for file in folder.scripts if (match := CALLBACK.fullmatch(file.name))]
    baselines = sorted((_version(match), file) for match, file in named if match["kind"] == "B")
    start = baselines[-1][0] if baselines else ()
    yield from (file for when, file in callbacks if when == "before")
    yield from (file for _, file in baselines[-1:])
    versions = sorted((_version(match), file) for match, file in named if match["kind"] == "V")
    yield from (file for version, file in versions if version > start)
    yield from (file for _, file in sorted((m["name"], file) for m, file in named if m["kind"] == "R"))
    yield from (file for when, file in callbacks if when == "after")


def _version(match: re.Match[str]) -> tuple[int, ...]:
    """A version's numbers; zeros at its end say nothing: 1.0 is 1."""
    numbers = [int(number) for number in re.split(r"[._]", match["version"] or "") if number]
    while numbers and not numbers[-1]:
        numbers.pop()
    return (0, *numbers)


def _liquibase(folder: Folder) -> Iterator[PurePosixPath]:
    yield from (file for file in plans.changelog(folder) if sections.LIQUIBASE.match(folder.head(file)))


LAYOUTS: Sequence[Layout] = (
    Layout(
        key="sqitch",
        title="Sqitch",
        what="changes",
        fits=_has("sqitch.plan"),
        files=plans.sqitch_plan,
        controls=("sqitch.plan", "sqitch.conf"),
    ),
    Layout(
        key="drizzle",
        title="Drizzle",
        fits=_is_drizzle,
        files=_drizzle,
        part=sections.DRIZZLE.part,
        controls=("meta/_journal.json",),
    ),
    Layout(
        key="prisma",
        title="Prisma",
        fits=_in_each("migration.sql", 1),
        files=_below("migration.sql"),
        controls=("migration_lock.toml",),
    ),
    Layout(
        key="supabase",
        title="Supabase",
        fits=_is_of_supabase("migrations"),
        files=_matching(SUPABASE, _by_name),
    ),
    Layout(
        key="supabase-schemas",
        title="Supabase, declarative",
        what="schema files",
        fits=_is_of_supabase("schemas"),
        files=plans.schema_paths,
        controls=("../config.toml",),
    ),
    Layout(key="hasura", title="Hasura", fits=_is_hasura, files=_hasura),
    Layout(key="diesel", title="Diesel", fits=_in_each("up.sql", 1), files=_diesel),
    Layout(key="flyway", title="Flyway", fits=_is_flyway, files=_flyway),
    Layout(
        key="liquibase",
        title="Liquibase",
        what="changelogs",
        fits=_is_liquibase,
        files=_liquibase,
        part=sections.changesets,
    ),
    *(
        Layout(key=key, title=title, fits=_marked(marks), files=_matching(NUMBERED, order), part=marks.part)
        for key, title, marks, order in (
            ("goose", "goose", sections.GOOSE, by_number),
            ("sql-migrate", "sql-migrate", sections.SQL_MIGRATE, by_number),
            ("dbmate", "dbmate", sections.DBMATE, _by_name),
            ("node-pg-migrate", "node-pg-migrate", sections.NODE_PG_MIGRATE, by_number),
            ("tern", "tern", sections.TERN, by_number),
            ("mybatis", "MyBatis Migrations", sections.MYBATIS, by_number),
            ("evolutions", "Play evolutions", sections.EVOLUTIONS, by_number),
        )
    ),
    Layout(key="sqlx", title="sqlx", fits=_is_sqlx, files=_sqlx),
    Layout(
        key="golang-migrate", title="golang-migrate", fits=_any(NUMBERED_UP), files=_matching(NUMBERED_UP)
    ),
    Layout(key="up-down", title="up and down files", fits=_is_paired, files=_matching(UP)),
    Layout(
        key="atlas", title="Atlas", fits=_has("atlas.sum"), files=plans.atlas_sum, controls=("atlas.sum",)
    ),
    Layout(
        key="structure",
        title="Rails",
        what="dumps",
        fits=_has("structure.sql"),
        files=lambda folder: [PurePosixPath("structure.sql")],
    ),
    Layout(key="numbered", title="numbered files", fits=_is_numbered, files=_matching(NUMBERED)),
    Layout(
        key="plain",
        title="no tool's layout",
        what="files by name",
        fits=lambda folder: True,
        files=lambda folder: sorted(folder.scripts, key=natural),
    ),
)
"""In the order in which they are tried; the last one fits any folder."""
