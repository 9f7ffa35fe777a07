"""Dumps named on the command line or in the settings: files, and folders of files read in order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from schemabook.errors import SchemaError, Source
from schemabook.files import content, is_folder
from schemabook.layouts import Found, found_in
from schemabook.model import Database
from schemabook.platforms import Platform
from schemabook.platforms.signs import platform_of
from schemabook.provided import without_unused
from schemabook.read import NOBODY, Script, expression, read_files

if TYPE_CHECKING:
    from schemabook.verify.dump import Verification


def read_dumps(dumps: Iterable[Path], layout: str = "") -> Database:
    """The database that files and folders of files describe, with what they use of their platform.

    *layout* says how folders are laid out. Raises SchemaError for one that is missing or unreadable.
    """
    scripts = scripts_of([(dump, layout) for dump in dumps])
    return without_unused(read_scripts(scripts, platform=platform_of(paths_of(scripts)))).database


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
    files: list[Path | Script] = []
    for dump in dumps:
        files += (
            [Script(path, dump.layout.part) for path in dump.files] if isinstance(dump, Found) else [dump]
        )
    database = read_files(files, named, platform)
    folders = tuple(str(dump) for dump in dumps if isinstance(dump, Found))
    return replace(database, receipt=replace(database.receipt, folders=folders)) if folders else database


def verified(dumps: Iterable[Path], layout: str = "") -> Verification:
    """The dumps held against a real PostgreSQL; see `schemabook.verify.dump.verify`.

    Raises SchemaError for an unreadable dump, or where the extra `verify` is not installed.
    """
    try:
        from schemabook.verify.dump import verify
    except ImportError as error:
        hint = "pip install 'schemabook[verify]'"
        raise SchemaError(f'this needs the package "{error.name}", which is missing', hint=hint) from None
    with TemporaryDirectory() as copies:
        scripts = scripts_of([(dump, layout) for dump in dumps])
        platform = platform_of(paths_of(scripts))
        files = _files(scripts, Path(copies))
        original = {script.path: path for path, script in files if isinstance(script, Script)}

        def read(paths: list[Path]) -> Database:
            steps = [Script(path) if path in original else path for path in paths]
            return read_scripts(steps, platform=platform)

        found = verify(
            [script if isinstance(script, Path) else script.path for _, script in files], read, expression
        )
    for failure in found.failures:
        if isinstance(failure.source, Source) and (path := original.get(Path(failure.source.path))):
            failure.source = failure.source._replace(path=str(path))
    return found


def paths_of(dumps: Iterable[Path | Found]) -> list[Path]:
    """The files themselves."""
    return [path for dump in dumps for path in (dump.files if isinstance(dump, Found) else (dump,))]


def _files(dumps: Iterable[Path | Found], copies: Path) -> Iterable[tuple[Path, Path | Script]]:
    """Each file, and where a server finds what counts of it: in a copy, where that is a part."""
    files: list[tuple[Path, Path | Script]] = []
    for dump in dumps:
        if isinstance(dump, Path):
            files.append((dump, dump))
            continue
        for path in dump.files:
            script = Script(path)
            if dump.layout.part:
                script = Script(copies / f"{len(files)}_{path.name}")
                script.path.write_bytes(dump.layout.part(content(path)))
            files.append((path, script))
    return files
