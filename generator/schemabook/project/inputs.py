"""From settings to what pages are made of: reads the files that schemabook.yml names."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from schemabook.errors import SchemaError
from schemabook.files import content, is_folder, text
from schemabook.model import Code, Database, Exposed, Finding, Name, ObjectId, relation_id
from schemabook.platforms import PLATFORMS, SUPABASE, Platform
from schemabook.platforms.signs import platform_of, project_files
from schemabook.project.book import Book
from schemabook.project.config import Config, InputFile
from schemabook.project.dumps import paths_of, read_scripts, scripts_of
from schemabook.project.groups import check_names
from schemabook.project.hidden import expect_shown, hide
from schemabook.project.layouts import Found, found_in
from schemabook.project.notes import find_notes, is_note, note_folder
from schemabook.project.provided import without_unused
from schemabook.project.statistics import match_statistics, merge_statistics
from schemabook.project.supabase import exposed_schemas, source_of_schemas
from schemabook.read import rare_collections
from schemabook.read.statistics import decode_statistics, read_statistics


@rare_collections()
def load_book(config: Config) -> Book:
    """The database, the settings and the statistics, as the files hold them now.

    Raises SchemaError for a file that is missing, unreadable or cut off, and for settings that name what
    the dumps do not hold.
    """
    if config.templates and not is_folder(config.templates):
        raise SchemaError("there is no such folder of templates", source=config.templates.as_posix())
    read = load_whole(config)
    used = without_unused(read, config.virtual_foreign_keys, _spoken_of(config))
    whole = used.database
    _expect_objects(config, whole)
    check_names(config, whole)
    notes = find_notes(config, _notes(config), whole)
    shown = hide(whole, config.hidden, config.virtual_foreign_keys)
    database = shown.database
    expect_shown(config, notes, database)
    printed = {file.path.as_posix(): content(file.path, hint=_named(file)) for file in config.statistics}
    files = [read_statistics(decode_statistics(data, path), path) for path, data in printed.items()]
    statistics = match_statistics(merge_statistics(files), read).about(database)
    sizes = {path: len(data) for path, data in printed.items()}
    exposed, warnings = _exposed(config.supabase, whole)
    return Book(
        database,
        config,
        statistics,
        sizes,
        exposed,
        (*warnings, *filter(None, [statistics.warning()])),
        notes=notes,
        reduced=shown.reduced | used.reduced,
        provided=used.provided,
        whole=read,
    )


def _spoken_of(config: Config) -> Iterator[ObjectId]:
    """The objects and columns that the settings name."""
    yield from (note.subject for note in config.notes)
    yield from (relation_id(table.name) for table in config.important_tables)
    patterns = (*(config.hubs or ()), *(pattern for group in config.groups for pattern in group.tables))
    for pattern in patterns:
        if not pattern.glob:
            yield relation_id(Name(pattern.schema, pattern.name))


def _exposed(path: Path | None, database: Database) -> tuple[tuple[str, ...] | None, tuple[Finding, ...]]:
    """The schemas that the Data API exposes; the settings' file counts before the roles of the dumps."""
    said = database.exposed
    if path is None:
        return database.exposed_schemas, ()
    configured = _configured(path)
    if said is None or set(said.schemas) == set(configured.schemas):
        return configured.schemas, ()
    there = f"{_listed(configured)} in {configured.source}"
    warning = Finding(
        code=Code.EXPOSED_SCHEMAS,
        message=f"the Data API exposes {_listed(said)} here, but {there}",
        source=said.source,
        hint=f"the pages say what {configured.source} says; make them equal",
    )
    return configured.schemas, (warning,)


def _configured(path: Path) -> Exposed:
    toml, source = text(path), path.as_posix()
    return Exposed(exposed_schemas(toml, source), source_of_schemas(toml, source))


def _listed(exposed: Exposed) -> str:
    return ", ".join(f'"{name}"' for name in exposed.schemas) or "no schema"


def paths(config: Config) -> Iterator[Path]:
    """The settings and every file that they name."""
    yield Path(config.source.path)
    dumps = dumps_of(config)
    for dump in dumps:
        yield from [dump] if isinstance(dump, Path) else (*dump.files, *dump.controls)
    for platform in PLATFORMS.values():
        yield from sorted(project_files(platform, paths_of(dumps)))
    if config.migrations and (found := migrations_of(config)):
        yield from (*found.files, *found.controls)
    if config.applied_migrations:
        yield config.applied_migrations.path
    yield from (file.path for file in config.statistics)
    yield from _note_files(config)
    if config.supabase:
        yield config.supabase
    if config.templates:
        yield from sorted(config.templates.rglob("*.j2"))


def texts(config: Config) -> Iterator[tuple[str, Path]]:
    """The files whose own words get onto pages, each with what it is: settings, notes and templates."""
    yield "settings", Path(config.source.path)
    yield from (("note", path) for path in _note_files(config))
    if config.templates:
        yield from (("template", path) for path in sorted(config.templates.rglob("*.j2")))


def _notes(config: Config) -> dict[Path, bytes]:
    """The notes that are files; SchemaError for a folder that the settings name and that is none."""
    folder = config.notes_folder
    if folder and not is_folder(folder.path):
        raise SchemaError("there is no such folder", source=folder.path.as_posix(), hint=_named(folder))
    found = {}
    for path in _note_files(config):
        if not path.resolve().is_relative_to(path.parent.resolve()):
            hint = "put a copy of it there"
            raise SchemaError("the note is a link out of its folder", source=path.as_posix(), hint=hint)
        found[path] = content(path)
    return found


def _note_files(config: Config) -> tuple[Path, ...]:
    folder = note_folder(config)
    return tuple(sorted(path for path in folder.iterdir() if is_note(path))) if is_folder(folder) else ()


def folders(config: Config) -> Iterator[Path]:
    """The folders whose files are read: a new one in them may count as well."""
    named = (*config.dumps, *filter(None, [config.migrations]))
    yield from (dump.path for dump in named if is_folder(dump.path))


def dumps_of(config: Config) -> list[Path | Found]:
    """The files that are read, and the folders with what is read of them."""
    return scripts_of((dump.path, dump.layout) for dump in config.dumps)


def migrations_of(config: Config) -> Found | None:
    """The migrations that make the dump, or are it; None where the settings name none."""
    named = config.migrations
    folders_ = [named] if named else [dump for dump in config.dumps if is_folder(dump.path)]
    if len(folders_) != 1:
        return None
    [folder] = folders_
    if not is_folder(folder.path):
        message = "there is no such folder of migrations"
        raise SchemaError(message, source=folder.path.as_posix(), hint=_named(folder))
    return found_in(folder.path, folder.layout)


def load_whole(config: Config) -> Database:
    """The database of the dumps, with all that their platform brings; SchemaError for what cannot be read."""
    dumps = dumps_of(config)
    named = {dump.path: _named(dump) for dump in config.dumps}
    return read_scripts(dumps, named, platform_in(config, paths_of(dumps)))


def platform_in(config: Config, files: list[Path]) -> Platform | None:
    """The platform of the settings, or else of what the files show."""
    if config.platform:
        return PLATFORMS.get(config.platform)
    return SUPABASE if config.supabase else platform_of(files)


def _expect_objects(config: Config, database: Database) -> None:
    if not (database.relations or database.routines or database.types):
        # A build would remove every page.
        hint = "is it a dump of data only? give the SQL of pg_dump --schema-only or supabase db dump"
        source = ", ".join(file.path.as_posix() for file in config.dumps)
        raise SchemaError("no table, view, function or type is defined here", source=source, hint=hint)


def _named(file: InputFile) -> str:
    """The hint that says who names a file."""
    return f'{file.source} names it as "{file.file}"'
