"""What a build made, kept for the next one: a file for each value, by a key that names all it depends on.

Nothing depends on it, and it may be anybody's: where a file is not of the kind that we write the build is
slower, and nothing else. No link is followed, and no file touched that is not called as ours are.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import stat
import tempfile
import zlib
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar

from schemabook.site.shapes import Misfit, restored

NAME = re.compile(r"[0-9a-f]{64}(?:\.\w+\.part)?")
"""How a file is called: by its key, and while it is written by something behind that."""
MOST_BYTES = 256 << 20
"""How large a value may be; one of a thousand tables has 20 MB."""
NO_LINK = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)

T = TypeVar("T")


class Cache:
    """Values that JSON has, by key; those that a build does not use are dropped at its end."""

    def __init__(self, folder: Path | None, *, remembers: bool = False) -> None:
        self.folder = folder
        """Where the files are; None for a cache that keeps nothing."""
        self.remembers = remembers
        """Whether values stay in memory, for a process that builds again and again."""
        self.memory: dict[str, Any] = {}
        self.used: set[str] = set()
        self.new: dict[str, bytes] = {}

    def find(self, keys: Iterable[str], kind: type[T]) -> dict[str, T]:
        """The values that are there, and are of this kind."""
        found: dict[str, T] = {}
        is_there = self.folder is not None and _is_folder(self.folder)
        for key in keys:
            if key in self.memory:
                found[key] = self.memory[key]
            elif self.folder and is_there and (data := _read(self.folder / _name(key))):
                with suppress(Misfit):
                    found[key] = restored(_value(data), kind)
        if self.remembers:
            self.memory.update(found)
        self.used.update(found)
        return found

    def keep(self, key: str, value: Any) -> None:
        """Has the value ready for `save`."""
        if not self.folder:
            return
        data = json.dumps(value, separators=(",", ":")).encode()
        self.new[key] = zlib.compress(data, 1)
        self.used.add(key)
        if self.remembers:
            self.memory[key] = value

    def use(self, key: str) -> None:
        """Has a value stay that is known already."""
        self.used.add(key)

    def drop(self, key: str) -> None:
        """Forgets a value that turned out to be wrong."""
        self.used.discard(key)
        self.memory.pop(key, None)

    def save(self) -> None:
        """Writes what is new, and drops what was not used."""
        if self.folder:
            with suppress(OSError):  # Then the next build is slower.
                self._save(self.folder)
        self.memory = {key: value for key, value in self.memory.items() if key in self.used}
        self.new, self.used = {}, set()

    def _save(self, folder: Path) -> None:
        if self.new:
            _make(folder)
        if not _is_folder(folder):
            return
        for key, data in self.new.items():
            _write(folder / _name(key), data)
        used = set(map(_name, self.used))
        with os.scandir(folder) as entries:
            old = [entry.path for entry in entries if _is_ours(entry) and entry.name not in used]
        for path in old:
            Path(path).unlink(missing_ok=True)


def _name(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()


def _is_ours(entry: os.DirEntry[str]) -> bool:
    return bool(NAME.fullmatch(entry.name)) and entry.is_file(follow_symlinks=False)


def _is_folder(folder: Path) -> bool:
    """Whether it is a folder, and no link leads there from the project."""
    return folder.is_dir() and not (folder.is_symlink() or folder.parent.is_symlink())


def _make(folder: Path) -> None:
    """The folder, which git overlooks."""
    folder.mkdir(parents=True, exist_ok=True)
    if _is_folder(folder):
        with suppress(FileExistsError), (folder / ".gitignore").open("x") as file:
            file.write("*\n")


def _read(path: Path) -> bytes | None:
    """The bytes of a regular file of one name; None for anything else."""
    try:
        with os.fdopen(os.open(path, os.O_RDONLY | NO_LINK), "rb") as file:
            status = os.fstat(file.fileno())
            is_plain = stat.S_ISREG(status.st_mode) and status.st_nlink == 1
            return file.read() if is_plain and status.st_size <= MOST_BYTES else None
    except OSError:
        return None


def _write(path: Path, data: bytes) -> None:
    """Writes a file whole; what was there before is replaced and not written into."""
    handle, part = tempfile.mkstemp(prefix=f"{path.name}.", suffix=".part", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        Path(part).replace(path)
    except OSError:
        Path(part).unlink(missing_ok=True)
        raise


def _value(data: bytes) -> Any:
    """What was kept; raises Misfit."""
    try:
        unpacking = zlib.decompressobj()
        text = unpacking.decompress(data, MOST_BYTES)
        if not unpacking.eof:
            raise Misfit
        return json.loads(text)
    except (zlib.error, ValueError, RecursionError, MemoryError):
        raise Misfit from None


def digest(*parts: object) -> str:
    """One key for all the parts, which must be values that JSON has."""
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()
