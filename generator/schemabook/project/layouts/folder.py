"""A folder that is looked at once: which files lie in it and below, and what they hold."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path, PurePosixPath

from schemabook.errors import SchemaError

MOST = 20_000
"""Files in a folder of migrations, with all folders below; a home folder is named by mistake."""
HEAD = 1 << 16
"""How many bytes of a file are looked at for the mark of a tool."""
SKIPPED = frozenset({"node_modules", "__pycache__"})
NUMBER = re.compile(r"\d+")


class Folder:
    """A folder and the names in it; its paths are relative to it, and in the order of their names."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @cached_property
    def files(self) -> tuple[PurePosixPath, ...]:
        """All files in it and below, but for hidden ones.

        Raises SchemaError where it cannot be read, or holds far more than a folder of migrations.
        """
        found = []
        for file in self._walk():
            found.append(file)
            if len(found) > MOST:
                message = f"there are more than {MOST:,} files in this folder"
                hint = "name the folder of the migrations itself"
                raise SchemaError(message, source=self.path.as_posix(), hint=hint)
        return tuple(sorted(found, key=lambda file: file.parts))

    def _walk(self) -> Iterator[PurePosixPath]:
        def fail(error: OSError) -> None:
            raise SchemaError(f"cannot be read: {error.strerror}", source=str(error.filename)) from None

        for folder, inner, names in os.walk(self.path, onerror=fail):
            inner[:] = [name for name in inner if not name.startswith(".") and name not in SKIPPED]
            place = PurePosixPath(Path(folder).relative_to(self.path).as_posix())
            yield from (place / name for name in names if not name.startswith("."))

    @cached_property
    def scripts(self) -> tuple[PurePosixPath, ...]:
        """Those that end in `.sql`."""
        return tuple(file for file in self.files if file.suffix.lower() == ".sql")

    @cached_property
    def own_scripts(self) -> tuple[PurePosixPath, ...]:
        """Those of them that lie in the folder itself."""
        return tuple(file for file in self.scripts if len(file.parts) == 1)

    def has(self, name: str) -> bool:
        """Whether there is such a file."""
        return (self.path / name).is_file()

    def text(self, name: str | PurePosixPath) -> str:
        """What a small file holds.

        Raises SchemaError where it cannot be read.
        """
        path = self.path / name
        try:
            return path.read_bytes().decode("utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            reason = getattr(error, "strerror", None) or "it is not UTF-8 text"
            raise SchemaError(f"cannot be read: {reason}", source=path.as_posix()) from None

    def head(self, file: PurePosixPath) -> bytes:
        """The beginning of a file; nothing of one that cannot be read: its reader says so."""
        try:
            with (self.path / file).open("rb") as opened:
                return opened.read(HEAD)
        except OSError:
            return b""


def by_number(file: PurePosixPath) -> tuple[tuple[int, ...], tuple[str, ...]]:
    """The order of versions that are numbers: 9 is before 10, and what has no number comes last."""
    number = NUMBER.match(file.name)
    return ((0, int(number[0])) if number else (1,)), file.parts


def natural(file: PurePosixPath) -> tuple[tuple[tuple[int, int | str], ...], ...]:
    """The order of names in which 9 is before 10, wherever the numbers stand."""
    return tuple(
        tuple(
            (0, int(piece)) if piece.isdecimal() else (1, piece)
            for piece in re.split(r"(\d+)", part)
            if piece
        )
        for part in file.parts
    )
