"""From settings to what pages are made of: reads the files that schemabook.yml names."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from schemabook.config import Config, InputFile
from schemabook.dumps import files_of
from schemabook.errors import SchemaError
from schemabook.groups import check_names
from schemabook.hidden import expect_shown, hide
from schemabook.model import Database, Exposed, match_statistics, merge_statistics
from schemabook.notes import find_notes, is_note, note_folder
from schemabook.pages import Book
from schemabook.platforms import PLATFORMS, SUPABASE, Platform
from schemabook.platforms.signs import platform_of
from schemabook.provided import without_unused
from schemabook.read import read_files
from schemabook.read.statistics import decode_statistics, read_statistics
from schemabook.supabase import exposed_schemas, source_of_schemas

FIRST_SETTING = b"SET statement_timeout = 0;"
"""What pg_dump and `supabase db dump` begin with."""
SEEN = 4096
"""How many bytes of each end of a dump are looked at for what wrote it, and whether it came to its end."""


def load_book(config: Config) -> Book:
    """The database, the settings and the statistics, as the files hold them now.

    Raises SchemaError for a file that is missing, unreadable or cut off, and for settings that name what
    the dumps do not hold.
    """
    if config.templates and not config.templates.is_dir():
        raise SchemaError("there is no such folder of templates", source=config.templates.as_posix())
    read = _read_dumps(config)
    used = without_unused(read, config.virtual_foreign_keys)
    whole = used.database
    _expect_objects(config, whole)
    check_names(config, whole)
    notes = find_notes(config, _notes(config), whole)
    shown = hide(whole, config.hidden, config.virtual_foreign_keys)
    database = shown.database
    expect_shown(config, notes, database)
    texts = {file.path.as_posix(): _contents(file) for file in config.statistics}
    files = [read_statistics(decode_statistics(data, path), path) for path, data in texts.items()]
    statistics = match_statistics(merge_statistics(files), read).about(database)
    sizes = {path: len(data) for path, data in texts.items()}
    exposed, warnings = _exposed(config.supabase, database)
    return Book(
        database,
        config,
        statistics,
        sizes,
        exposed,
        warnings,
        notes=notes,
        reduced=shown.reduced | used.reduced,
        provided=used.provided,
    )


def _exposed(path: Path | None, database: Database) -> tuple[tuple[str, ...] | None, tuple[SchemaError, ...]]:
    """The schemas that the Data API exposes; the settings' file counts before the roles of the dumps."""
    said = database.exposed
    if path is None:
        return database.exposed_schemas, ()
    configured = _configured(path)
    if said is None or set(said.schemas) == set(configured.schemas):
        return configured.schemas, ()
    warning = SchemaError(
        f"the Data API exposes {_listed(said)} here, but {_listed(configured)} in {configured.source}",
        source=said.source,
        hint=f"the pages say what {configured.source} says; make them equal",
    )
    return configured.schemas, (warning,)


def _configured(path: Path) -> Exposed:
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not UTF-8 text"
        raise SchemaError(f"cannot be read: {reason}", source=path.as_posix()) from None
    return Exposed(exposed_schemas(text, path.as_posix()), source_of_schemas(text, path.as_posix()))


def _listed(exposed: Exposed) -> str:
    return ", ".join(f'"{name}"' for name in exposed.schemas) or "no schema"


def paths(config: Config) -> Iterator[Path]:
    """The settings and every file that they name."""
    yield Path(config.source.path)
    yield from (path for dump in config.dumps for path in files_of(dump.path))
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
    if folder and not folder.path.is_dir():
        hint = f'{folder.source} names it as "{folder.file}"'
        raise SchemaError("there is no such folder", source=folder.path.as_posix(), hint=hint)
    found = {}
    for path in _note_files(config):
        try:
            found[path] = path.read_bytes()
        except OSError as error:
            raise SchemaError(f"cannot be read: {error.strerror}", source=path.as_posix()) from None
    return found


def _note_files(config: Config) -> tuple[Path, ...]:
    folder = note_folder(config)
    return tuple(sorted(path for path in folder.iterdir() if is_note(path))) if folder.is_dir() else ()


def _read_dumps(config: Config) -> Database:
    try:
        files = [path for dump in config.dumps for path in files_of(dump.path)]
        database = read_files(files, _platform(config, files))
        for path in files:
            _expect_end(path)
    except OSError as error:
        found = (file for file in config.dumps if str(file.path) == str(error.filename))
        raise _unreadable(next(found, config.dumps[0]), error) from None
    return database


def _platform(config: Config, files: list[Path]) -> Platform | None:
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


def _expect_end(path: Path) -> None:
    """SchemaError where a tool's dump ends within a statement, although what is there could be understood."""
    if not path.is_file():
        return
    with path.open("rb") as file:
        head = file.read(SEEN)
        file.seek(max(0, path.stat().st_size - SEEN))
        last = file.read().rstrip().rpartition(b"\n")[2]
    if FIRST_SETTING in head and not (last.endswith(b";") or last.startswith((b"--", b"\\"))):
        hint = "the dump is cut off; dump again, or end the statement with a semicolon"
        raise SchemaError("the file ends in the middle of a statement", source=path.as_posix(), hint=hint)


def _contents(file: InputFile) -> bytes:
    try:
        return file.path.read_bytes()
    except OSError as error:
        raise _unreadable(file, error) from None


def _unreadable(file: InputFile, error: OSError) -> SchemaError:
    source, named = file.path.as_posix(), f'{file.source} names it as "{file.file}"'
    if isinstance(error, FileNotFoundError):
        return SchemaError("there is no such file", source=source, hint=named)
    if isinstance(error, IsADirectoryError):
        hint = f"{named}; name the files in it instead, in order"
        return SchemaError("this is a directory", source=source, hint=hint)
    return SchemaError(f"cannot be read: {error.strerror}", source=source, hint=named)
