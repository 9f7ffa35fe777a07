"""Files of the site that would be at one place."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator

from mkdocs.exceptions import PluginError
from mkdocs.structure.files import File, Files, InclusionLevel

from schemabook.errors import SchemaError

INSIDE = re.compile(r"(?:(?!\.)[^/\\\0]+/)*(?!\.)[^/\\\0]+")
"""The path of a file below the site: no part is empty or hidden, or leads upwards."""


def add(files: Files, made: File, *, is_committed: bool = False) -> None:
    """Adds a generated file, in place of one that is *committed*; PluginError where there is another.

    Each file that MkDocs writes for us comes by here, so none is outside of the site.
    """
    if not INSIDE.fullmatch(made.src_uri):
        raise PluginError(str(SchemaError("no page may be there", source=made.src_uri)))
    if other := files.get_file_from_path(made.src_uri):
        if not is_committed:
            raise _taken(other, made)
        files.remove(other)
    files.append(made)


def expect_own_places(files: Iterable[File]) -> None:
    """PluginError where a generated file would take the place of another, or of its folder.

    Places are equal also where only case or the normal form of letters differs: some file systems know
    neither.
    """
    found: dict[str, File] = {}
    for file in files:
        if file.inclusion is not InclusionLevel.EXCLUDED:
            other = found.setdefault(_place(file), file)
            if other is not file:
                _expect_others(file, other)
    for place, file in found.items():
        for folder in _folders(place):
            if folder in found:
                _expect_others(file, found[folder])


def _expect_others(file: File, other: File) -> None:
    if file.generated_by or other.generated_by:
        raise _taken(other, file) if file.generated_by else _taken(file, other)


def _taken(theirs: File, ours: File) -> PluginError:
    message = f'this would be at the address of "{ours.src_uri}", which is generated'
    source = theirs.abs_src_path or theirs.src_uri
    return PluginError(str(SchemaError(message, source=source, hint="move or rename it")))


def _place(file: File) -> str:
    return unicodedata.normalize("NFC", file.dest_uri).casefold()


def _folders(place: str) -> Iterator[str]:
    while (place := place.rpartition("/")[0]) != "":
        yield place
