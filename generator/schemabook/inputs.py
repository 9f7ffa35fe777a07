"""From settings to what pages are made of: reads the files that schemabook.yml names."""

from __future__ import annotations

from pathlib import Path

from schemabook.config import Config, InputFile, check_names
from schemabook.errors import SchemaError
from schemabook.model import match_statistics, merge_statistics
from schemabook.pages import Book
from schemabook.read import read
from schemabook.read.statistics import decode_statistics, read_statistics


def load_book(config: Config) -> Book:
    """The database, the settings and the statistics, as the files hold them now.

    Raises SchemaError for a file that is missing or unreadable, and for settings that name what the
    dumps do not hold.
    """
    database = read((file.path.as_posix(), contents(file)) for file in config.dumps)
    check_names(config, database)
    texts = {file.path.as_posix(): contents(file) for file in config.statistics}
    files = [read_statistics(decode_statistics(data, path), path) for path, data in texts.items()]
    statistics = match_statistics(merge_statistics(files), database)
    return Book(database, config, statistics, {path: len(data) for path, data in texts.items()})


def contents(file: InputFile) -> bytes:
    """The bytes of a file that the settings name."""
    try:
        return file.path.read_bytes()
    except FileNotFoundError:
        hint = f'{Path(file.source.path).as_posix()} names it as "{file.file}"'
        raise SchemaError("there is no such file", source=file.path.as_posix(), hint=hint) from None
    except OSError as error:
        message = f"cannot be read: {error.strerror}"
        raise SchemaError(message, source=file.path.as_posix()) from None
