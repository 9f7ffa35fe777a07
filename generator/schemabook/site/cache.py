"""What a build made, kept for the next one: in one file, by keys that name all that a value depends on.

Nothing depends on it, and it may be anybody's: where it is not of the kind that we write the build is slower,
and nothing else. The file is read and replaced as a whole; no link is followed.
"""

from __future__ import annotations

import json
import os
import stat
import zlib
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar

from schemabook.site.shapes import Misfit, restored

FILE = "pages"
HEAD = b"schemabook's cache, 1\n"
"""What the file begins with; then come the length of the index, the index, and the values."""
MOST_BYTES = 512 << 20
"""How large the file and a value of it may be; the file of a thousand tables has 15 MB."""
NO_LINK = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)

T = TypeVar("T")


class Cache:
    """Values that JSON has, by key; those that a build does not use are dropped at its end."""

    def __init__(self, folder: Path | None, *, remembers: bool = False) -> None:
        self.folder = folder
        """Where the file is; None for a cache that keeps nothing."""
        self.remembers = remembers
        """Whether values stay in memory, for a process that builds again and again."""
        self.memory: dict[str, Any] = {}
        self.used: set[str] = set()
        self.new: dict[str, bytes] = {}
        self.packed: dict[str, bytes] | None = None
        """What is in the file, once somebody has asked."""

    def find(self, keys: Iterable[str], kind: type[T]) -> dict[str, T]:
        """The values that are there, and are of this kind."""
        found: dict[str, T] = {}
        for key in keys:
            if key in self.memory:
                found[key] = self.memory[key]
            elif data := self._packed().get(key):
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
        before = self._packed()
        after = {key: data for key, data in {**before, **self.new}.items() if key in self.used}
        if self.folder and (self.new or after.keys() != before.keys()):
            with suppress(OSError):  # Then the next build is slower.
                _write(self.folder, after)
        self.memory = {key: value for key, value in self.memory.items() if key in self.used}
        self.new, self.used, self.packed = {}, set(), None

    def _packed(self) -> dict[str, bytes]:
        if self.packed is None:
            self.packed = _read(self.folder) if self.folder else {}
        return self.packed


def _is_folder(folder: Path) -> bool:
    """Whether it is a folder, and no link leads there from the project."""
    return folder.is_dir() and not (folder.is_symlink() or folder.parent.is_symlink())


def _read(folder: Path) -> dict[str, bytes]:
    """The values by key, packed; none where there is no regular file of one name."""
    if not _is_folder(folder):
        return {}
    try:
        with os.fdopen(os.open(folder / FILE, os.O_RDONLY | NO_LINK), "rb") as file:
            status = os.fstat(file.fileno())
            is_plain = stat.S_ISREG(status.st_mode) and status.st_nlink == 1
            data = file.read() if is_plain and status.st_size <= MOST_BYTES else b""
        return dict(_parts(data))
    except (OSError, ValueError, RecursionError, MemoryError):
        return {}


def _parts(data: bytes) -> Iterator[tuple[str, bytes]]:
    """Keys and values; raises ValueError where it is another file."""
    head, length, rest = data[: len(HEAD)], *data[len(HEAD) :].split(b"\n", 1)
    if head != HEAD:
        raise Misfit
    index = restored(json.loads(rest[: int(length)]), list[tuple[str, int]])
    position = int(length)
    for key, size in index:
        yield key, rest[position : position + size]
        position += max(size, 0)


def _write(folder: Path, values: dict[str, bytes]) -> None:
    """Writes the file whole; git overlooks its folder."""
    folder.mkdir(parents=True, exist_ok=True)
    file, part = folder / FILE, folder / f"{FILE}.{os.getpid()}.part"
    if not _is_folder(folder) or file.is_symlink():
        return
    with suppress(FileExistsError), (folder / ".gitignore").open("x") as ignored:
        ignored.write("*\n")
    index = json.dumps([(key, len(data)) for key, data in values.items()]).encode()
    part.unlink(missing_ok=True)
    try:
        with part.open("xb") as written:
            written.writelines((HEAD, b"%d\n" % len(index), index, *values.values()))
        part.replace(file)
    except OSError:
        part.unlink(missing_ok=True)
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
