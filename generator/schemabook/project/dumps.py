"""Dumps named on the command line or in the settings: files, and folders of files read in order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from schemabook.files import is_folder
from schemabook.model import Database
from schemabook.platforms import Platform
from schemabook.platforms.signs import platform_of
from schemabook.project.layouts import Found, found_in
from schemabook.project.provided import without_unused
from schemabook.read import NOBODY, Script, read_files


def read_dumps(dumps: Iterable[Path], layout: str = "") -> Database:
    """The database that files and folders of files describe, with what they use of their platform.

    *layout* says how folders are laid out. Raises SchemaError for one that is missing or unreadable.
    """
    return without_unused(read_whole(dumps, layout)).database


def read_whole(dumps: Iterable[Path], layout: str = "") -> Database:
    """As `read_dumps`, with all that their platform brings."""
    scripts = scripts_of([(dump, layout) for dump in dumps])
    return read_scripts(scripts, platform=platform_of(paths_of(scripts)))


def scripts_of(dumps: Iterable[tuple[Path, str]]) -> list[Path | Found]:
    """Each file, and what is read of each folder; a dump comes with the name of its layout, or none.

    Raises SchemaError for a folder without anything to read.
    """
    return [found_in(dump, layout) if is_folder(dump) else dump for dump, layout in dumps]


def read_scripts(
    dumps: Iterable[Path | Found | Script],
    named: Mapping[Path, str] = NOBODY,
    platform: Platform | None = None,
) -> Database:
    """The database that they describe on a *platform*; its receipt says how folders are laid out.

    *named* says in a hint who names a file. Raises SchemaError for what is no dump, or cannot be read.
    """
    dumps = list(dumps)
    database = read_files(scripts_in(dumps), named, platform)
    folders = tuple((str(dump.folder), dump.words) for dump in dumps if isinstance(dump, Found))
    return replace(database, receipt=replace(database.receipt, folders=folders)) if folders else database


def paths_of(dumps: Iterable[Path | Found]) -> list[Path]:
    """The files themselves."""
    return [path for dump in dumps for path in (dump.files if isinstance(dump, Found) else (dump,))]


def scripts_in(dumps: Iterable[Path | Found | Script]) -> Iterator[Path | Script]:
    """Each file, and what counts of it."""
    for dump in dumps:
        if isinstance(dump, Found):
            yield from (Script(path, dump.layout.part) for path in dump.files)
        else:
            yield dump
