"""How a folder is laid out: the first row of the table that fits it, or the one that the user names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from schemabook.errors import SchemaError
from schemabook.nearest import did_you_mean, nearest
from schemabook.project.layouts.folder import Folder
from schemabook.project.layouts.table import LAYOUTS, Layout

GENERAL = ("numbered", "plain")
"""The layouts of no tool: a folder named `migrations` inside is not looked at for them."""
IN_CODE = re.compile(r"(?:V?\d.*|up)\.(?:go|[cm]?[jt]s|java|kt|cs|rb|py|php|ya?ml|xml)")
"""Migrations that are no SQL."""
NAMED = 3
"""How many of the files that are left out are named."""


class Found(NamedTuple):
    """What is read of a folder."""

    folder: Path
    """As it was named."""
    layout: Layout
    files: tuple[Path, ...]
    """What runs, in order."""
    controls: tuple[Path, ...]
    """What else says which files run."""
    left_out: tuple[Path, ...]
    """The other files of SQL, and migrations in other languages."""

    def __str__(self) -> str:
        return f"{self.folder.as_posix()}: {self.words}"

    @property
    def words(self) -> str:
        """How it is laid out, how much is read, and what is not."""
        number = len(self.files)
        what = (
            self.layout.what if number != 1 else self.layout.what.removesuffix("s").replace("files", "file")
        )
        said = f"{self.layout.title}: {number} {what}"
        if not self.left_out:
            return said
        names = [path.relative_to(self.folder).as_posix() for path in self.left_out[:NAMED]]
        more = ", …" if len(self.left_out) > NAMED else ""
        return f"{said}; not read: {', '.join(names)}{more} ({len(self.left_out)})"


def found_in(folder: Path, key: str = "") -> Found:
    """What is read of a folder: laid out as *key* says, else as it is recognised.

    Raises SchemaError for a layout that is not known, and for a folder without anything to read.
    """
    root, layout = _chosen(folder, key)
    files = tuple(dict.fromkeys(root.path / file for file in layout.files(root)))
    if not files:
        hint = "name a dump, or a folder of migrations"
        if key:
            hint = f'as "{layout.key}" it holds nothing; leave the layout away to have it recognised'
        raise SchemaError("no file in this folder ends in .sql", source=folder.as_posix(), hint=hint)
    controls = tuple(path for name in layout.controls if (path := root.path / name).is_file())
    read = {file.resolve() for file in files}
    others = [folder / file for file in Folder(folder).scripts]
    in_code = [
        root.path / file for file in root.files if IN_CODE.fullmatch(file.name) and _is_step(file.parts)
    ]
    left_out = tuple(path for path in (*others, *in_code) if path.resolve() not in read)
    return Found(folder, layout, files, controls, left_out)


def _is_step(parts: tuple[str, ...]) -> bool:
    """Whether a file in another language stands where migrations stand."""
    return len(parts) == 1 or parts[-1].startswith("up.")


def _chosen(folder: Path, key: str) -> tuple[Folder, Layout]:
    roots = list(_roots(folder))
    if key:
        layout = layout_of(key)
        return next((root for root in roots if layout.fits(root)), Folder(folder)), layout
    tools = [layout for layout in LAYOUTS if layout.key not in GENERAL]
    for root in roots:
        for layout in tools:
            if layout.fits(root):
                return root, layout
    whole = Folder(folder)
    return whole, next(layout for layout in LAYOUTS if layout.key in GENERAL and layout.fits(whole))


def _roots(folder: Path) -> Iterator[Folder]:
    """Where the files of a layout may be that a user means by naming the folder."""
    if (folder / "migrations").is_dir():
        yield Folder(folder / "migrations")
    yield Folder(folder)
    if (folder / "schemas").is_dir():
        yield Folder(folder / "schemas")
    if folder.resolve().name == "deploy" and (folder.resolve().parent / "sqitch.plan").is_file():
        yield Folder(folder.parent)


def layout_of(key: str) -> Layout:
    """The layout of this name.

    Raises SchemaError.
    """
    keys = [layout.key for layout in LAYOUTS]
    if key not in keys:
        known = f"the layouts are {', '.join(keys)}"
        raise SchemaError(f'there is no layout "{key}"', hint=did_you_mean(nearest(key, keys), known))
    return LAYOUTS[keys.index(key)]
