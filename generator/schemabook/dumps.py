"""Dumps named on the command line or in the settings: files, and folders of files read in order."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from schemabook.errors import SchemaError
from schemabook.model import Database
from schemabook.platforms import Platform
from schemabook.platforms.signs import platform_of
from schemabook.provided import without_unused
from schemabook.read import expression, read_files

if TYPE_CHECKING:
    from schemabook.verify.dump import Verification


def read_dumps(dumps: Iterable[Path]) -> Database:
    """The database that files and folders of files describe, with what they use of their platform.

    Raises SchemaError for one that is missing or unreadable.
    """
    files = [file for dump in dumps for file in files_of(dump)]
    return without_unused(_read(files, platform_of(files))).database


def files_of(dump: Path) -> tuple[Path, ...]:
    """The file itself, or the SQL files of a folder by name: of migrations, that is their order.

    Raises SchemaError for a folder without any.
    """
    if not dump.is_dir():
        return (dump,)
    found = tuple(sorted(path for path in dump.iterdir() if path.suffix == ".sql" and path.is_file()))
    if not found:
        hint = "name a dump, or a folder of migrations"
        raise SchemaError("no file in this folder ends in .sql", source=dump.as_posix(), hint=hint)
    return found


def verified(dumps: Iterable[Path]) -> Verification:
    """The dumps held against a real PostgreSQL; see `schemabook.verify.dump.verify`.

    Raises SchemaError for an unreadable dump, or where the extra `verify` is not installed.
    """
    try:
        from schemabook.verify.dump import verify
    except ImportError as error:
        hint = "pip install 'schemabook[verify]'"
        raise SchemaError(f'this needs the package "{error.name}", which is missing', hint=hint) from None
    return verify([file for dump in dumps for file in files_of(dump)], _read, expression)


def _read(files: list[Path], platform: Platform | None = None) -> Database:
    try:
        return read_files(files, platform)
    except FileNotFoundError as error:
        raise SchemaError("there is no such file", source=str(error.filename)) from None
    except OSError as error:
        raise SchemaError(f"cannot be read: {error.strerror}", source=str(error.filename)) from None
