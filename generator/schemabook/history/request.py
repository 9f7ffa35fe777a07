"""From settings, or a folder and a dump, to whether the migrations make the dump."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from schemabook.errors import SchemaError
from schemabook.files import is_folder
from schemabook.history.applied import Applied, in_dump, in_list, missing
from schemabook.history.differing import Words
from schemabook.history.drift import differences, left_out, ungranted
from schemabook.history.migrations import Migration, migrations
from schemabook.history.renames import renames_in
from schemabook.history.traces import Trace, traces
from schemabook.model import Database, ObjectKind, Unread
from schemabook.platforms import PLATFORMS, Platform
from schemabook.platforms.signs import platform_of
from schemabook.project.config import AcceptedDrift, Config, load
from schemabook.project.dumps import read_scripts
from schemabook.project.history import Difference, Drift, NotFollowed, Which
from schemabook.project.inputs import dumps_of, load_whole, migrations_of
from schemabook.project.layouts import Found, found_in
from schemabook.review.escaping import code


class Inputs(NamedTuple):
    """What is compared, and what the settings say of it."""

    migrations: Found
    dump: Database
    dumps: tuple[Path, ...]
    """The files of the dump, which may say what has run."""
    applied: Path | None = None
    """A list of what has run."""
    accept: tuple[AcceptedDrift, ...] = ()
    accepts_unread: Callable[[Unread], bool] = lambda found: False


def of_project(config: Config, whole: Database) -> Drift | None:
    """Whether the migrations of the settings make their dump, *whole* as it was read.

    None where the settings name no migrations beside it. Raises SchemaError for what cannot be read.
    """
    found = migrations_of(config)
    if not found:
        return None
    dumps = dumps_of(config)
    files = tuple(dump for dump in dumps if isinstance(dump, Path))
    applied = config.applied_migrations.path if config.applied_migrations else None
    return drift(Inputs(found, whole, files, applied, config.accept_drift, config.accepts))


def asked(paths: tuple[Path, ...], layout: str, settings: Path | None) -> Drift:
    """Whether the migrations make the dump: of two paths, or of the settings in a file or a usual place.

    Raises SchemaError for what cannot be read, and where the settings name no migrations.
    """
    if paths:
        return of_paths(paths[0], paths[1], layout)
    if layout:
        raise SchemaError("the settings say how the folder is laid out", hint="name it, and the dump")
    config = load(settings)
    found = of_project(config, load_whole(config))
    if found is None:
        hint = "migrations: migrations"
        message = '"migrations" is not set, so there is nothing to compare the dump with'
        raise SchemaError(message, source=config.source, hint=hint)
    return found


def of_paths(folder: Path, dump: Path, layout: str = "") -> Drift:
    """Whether the migrations of a folder make a dump; SchemaError for what cannot be read."""
    if not is_folder(folder):
        hint = "name the folder first, then the dump"
        raise SchemaError("this is no folder of migrations", source=folder.as_posix(), hint=hint)
    found = found_in(folder, layout)
    platform = platform_of([dump, *found.files])
    return drift(Inputs(found, read_scripts([dump], platform=platform), (dump,)))


def drift(inputs: Inputs) -> Drift:
    """Whether the migrations make the dump."""
    found, dump = inputs.migrations, inputs.dump
    platform = PLATFORMS.get(dump.platform.name) if dump.platform else None
    made = read_scripts([found], platform=platform)
    told = [*_of_objects(found, platform, made, dump), *_of_versions(inputs)]
    return Drift(
        migrations=len(found.files),
        differences=tuple(_accepted(difference, inputs.accept) for difference in told),
        unread=tuple(
            NotFollowed(unread.statement.source, unread.reason)
            for unread in made.receipt.unread
            if not inputs.accepts_unread(unread)
        ),
        notes=tuple(_notes(made, dump)),
        unused=tuple(
            (pattern.pattern, pattern.source)
            for pattern in inputs.accept
            if not any(pattern.matches(difference.title) for difference in told)
        ),
    )


def _notes(made: Database, dump: Database) -> Iterator[str]:
    for kind in left_out(made, dump):
        if kind is not ObjectKind.ROLE:  # Roles are of the server: pg_dump prints none.
            yield f"the dump has no {kind.word} at all, so those of the migrations are not compared"
    for kind in ungranted(made, dump):
        of = "objects to come" if kind is ObjectKind.DEFAULT_PRIVILEGE else f"any {kind.word}"
        yield f"the dump grants nothing on {of}, so what the migrations grant there is not compared"


def _of_objects(
    found: Found, platform: Platform | None, made: Database, dump: Database
) -> Iterator[Difference]:
    texts = [path.read_text("utf-8", "replace") for path in found.files]
    differing = tuple(differences(made, dump, renames_in(texts)))
    known = "\n".join(texts).lower()
    wanted = {
        one.object
        for one in differing
        if one.made is not None or (one.object.part or one.object.name.name).lower() in known
    }
    told = traces(found, platform, wanted) if wanted else {}
    words = Words(made, dump, found.folder)
    for one in differing:
        yield words.difference(one, told.get(one.object, Trace()))


def _of_versions(inputs: Inputs) -> Iterator[Difference]:
    """The migrations that one side does not know, where it is known what the database has run."""
    applied = in_list(inputs.applied) if inputs.applied else _in_dumps(inputs.dumps)
    if not applied:
        return
    for migration, version, source in missing(list(migrations(inputs.migrations)), applied):
        yield Difference(
            title=f"migration {version}",
            which=Which.ONLY_MIGRATIONS if migration else Which.ONLY_DUMP,
            sentence=_of_version(migration, version, inputs.migrations.folder),
            word="migration",
            source=source,
            migration=migration.file.as_posix() if migration else "",
        )


def _of_version(migration: Migration | None, version: str, folder: Path) -> str:
    if not migration:
        return f"migration {code(version)} has run on the database and has no file"
    name = migration.file.relative_to(folder) if migration.file.is_relative_to(folder) else migration.file
    return f"migration {code(name.as_posix())} is not in the database's list of what has run"


def _in_dumps(paths: Iterable[Path]) -> Applied | None:
    return next(filter(None, map(in_dump, paths)), None)


def _accepted(difference: Difference, patterns: Iterable[AcceptedDrift]) -> Difference:
    reason = next((pattern.reason for pattern in patterns if pattern.matches(difference.title)), "")
    return difference._replace(accepted=reason)
