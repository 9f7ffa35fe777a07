"""From settings to what pages are made of: reads the files that schemabook.yml names."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from schemabook.config import Config, InputFile
from schemabook.errors import SchemaError, Source
from schemabook.groups import check_names
from schemabook.model import Database, match_statistics, merge_statistics
from schemabook.pages import Book
from schemabook.read import read
from schemabook.read.statistics import decode_statistics, read_statistics

HEADER, TRAILER = b"-- PostgreSQL database dump\n", b"-- PostgreSQL database dump complete"
"""What pg_dump writes first and last; `supabase db dump` removes both."""
FIRST_SETTING = b"SET statement_timeout = 0;\n"
BEGINNING = 4096
"""In how many bytes a dump has shown who wrote it."""


def load_book(config: Config) -> Book:
    """The database, the settings and the statistics, as the files hold them now.

    Raises SchemaError for a file that is missing, unreadable or cut off, and for settings that name what
    the dumps do not hold.
    """
    dumps = {file.path.as_posix(): contents(file) for file in config.dumps}
    database = read(dumps.items())
    for path, data in dumps.items():
        expect_whole(data, path, database)
    expect_objects(database)
    check_names(config, database)
    texts = {file.path.as_posix(): contents(file) for file in config.statistics}
    files = [read_statistics(decode_statistics(data, path), path) for path, data in texts.items()]
    statistics = match_statistics(merge_statistics(files), database)
    return Book(database, config, statistics, {path: len(data) for path, data in texts.items()})


def paths(config: Config) -> Iterator[Path]:
    """The settings and every file that they name."""
    yield Path(config.source.path)
    yield from (file.path for file in (*config.dumps, *config.statistics))


def contents(file: InputFile) -> bytes:
    """The bytes of a file that the settings name."""
    named = f'{file.source} names it as "{file.file}"'
    try:
        return file.path.read_bytes()
    except FileNotFoundError:
        raise SchemaError("there is no such file", source=file.path.as_posix(), hint=named) from None
    except IsADirectoryError:
        hint = f"{named}; name the files in it instead, in order"
        raise SchemaError("this is a directory", source=file.path.as_posix(), hint=hint) from None
    except OSError as error:
        message = f"cannot be read: {error.strerror}"
        raise SchemaError(message, source=file.path.as_posix(), hint=named) from None


def expect_whole(data: bytes, path: str, database: Database) -> None:
    """SchemaError where a dump ends too early: within its last statement, or before pg_dump's last line."""
    source = Source(path, data.rstrip().count(b"\n") + 1)
    beginning = data[:BEGINNING].replace(b"\r\n", b"\n")
    if HEADER in beginning and TRAILER not in data:
        hint = f"dump again; if it is whole, remove the line {HEADER.decode().strip()}"
        raise SchemaError("the dump is cut off: pg_dump's last line is missing", source=source, hint=hint)
    by_tool = FIRST_SETTING in beginning and not _is_ended(data)
    if by_tool or _is_unread(data, path, database):
        hint = "dump again; or end the statement with a semicolon"
        raise SchemaError("the file ends inside of a statement", source=source, hint=hint)


def expect_objects(database: Database) -> None:
    """SchemaError where there is nothing to document: the old pages would all be removed."""
    if not (database.relations or database.routines or database.types):
        hint = "is it a dump of data only? give the SQL of pg_dump --schema-only or supabase db dump"
        source = ", ".join(read.path for read in database.inputs)
        raise SchemaError("no table, view, function or type is defined here", source=source, hint=hint)


def _is_ended(data: bytes) -> bool:
    """Whether the last line is the end of a statement, a comment or a command of psql."""
    last = data.rstrip().rpartition(b"\n")[2]
    return last.endswith(b";") or last.startswith((b"--", b"\\"))


def _is_unread(data: bytes, path: str, database: Database) -> bool:
    """Whether the file's last statement was not understood, and lacks its semicolon."""
    unread = [found.statement for found in database.receipt.unread if found.statement.source.path == path]
    last = unread[-1].text if unread else ""
    return bool(last) and not last.startswith("\\") and data.rstrip().endswith(last.encode())
