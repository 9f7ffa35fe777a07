"""The guides of a project: which files they are, and what is wrong in them."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from schemabook.errors import SchemaError, Source
from schemabook.files import is_file, is_folder, text
from schemabook.guides import Names, read_guide
from schemabook.model import Database, Finding
from schemabook.project.config import Config, InputFile

PROJECT = ("mkdocs.yml", ".git")
"""What a project's own folder holds: guides are in a folder of their own."""
FRONT_MATTER = re.compile(r"---[ \t]*\n.*?\n(?:\.{3}|---)[ \t]*\n", re.S)


def guide_problems(config: Config, database: Database) -> Iterator[Finding]:
    """What is wrong in all guides; raises SchemaError for one that cannot be read."""
    names = Names(database)
    for path in guide_files(config):
        guide = text(path)
        front = FRONT_MATTER.match(guide)
        start = front.end() if front else 0
        first = Source(path.as_posix(), guide.count("\n", 0, start) + 1)
        yield from read_guide(guide[start:], names, first).problems


def guide_files(config: Config) -> tuple[Path, ...]:
    """The Markdown files that the settings name, or those in the folder around the output."""
    if config.guides is not None:
        found = {path for named in config.guides for path in _named(named)}
    elif any((config.output.parent / name).exists() for name in PROJECT):
        found = set[Path]()
    else:
        found = set(_markdown_in(config.output.parent))
    return tuple(sorted(path for path in found if config.output not in path.parents))


def _named(named: InputFile) -> tuple[Path, ...]:
    if is_folder(named.path):
        return tuple(_markdown_in(named.path))
    root = named.path.anchor
    with suppress(OSError):  # A name may be too long.
        found = [path for path in Path(root).glob(str(named.path.relative_to(root))) if is_file(path)]
        if found:
            return tuple(found)
    hint = f'{named.source} names it as "{named.file}"'
    raise SchemaError("there is no such guide", source=named.path.as_posix(), hint=hint)


def _markdown_in(folder: Path) -> Iterator[Path]:
    """The Markdown files of a folder and those below it, but for hidden ones."""
    for path, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        yield from (Path(path, name) for name in files if name.endswith(".md") and not name.startswith("."))
