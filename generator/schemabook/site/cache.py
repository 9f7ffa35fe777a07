"""What a build made, kept for the next one: in one file, by keys that name all that a value depends on.

Nothing depends on it, and it may be anybody's: where it is not of the kind that we write the build is slower,
and nothing else. The file is read and replaced as a whole; no link is followed.
"""

from __future__ import annotations

import os
import stat
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeVar

import msgspec

FILE = "pages"
HEAD = b"schemabook's cache, 2\n"
"""What the file begins with; then come the digest of the rest, the length of the index, it, the values."""
MOST_BYTES = 512 << 20
"""How large the file and a value of it may be; the file of a thousand tables has 15 MB."""
NO_LINK = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)

T = TypeVar("T")
Packed = bytes | memoryview
"""A value as it is kept."""


class Cache:
    """Values that MessagePack has, by key; those that a build does not use are dropped at its end."""

    def __init__(self, folder: Path | None) -> None:
        self.folder = folder
        """Where the file is; None for a cache that keeps nothing."""
        self.before = _read(folder) if folder else {}
        """What is in the file, packed."""
        self.after: dict[str, Packed] = {}
        """What will be."""

    def find(self, key: str, kind: type[T]) -> T | None:
        """The value; None where there is none, or one of another kind."""
        data = self.after.get(key) or self.before.get(key)
        if not data:
            return None
        try:
            unpacking = zlib.decompressobj()
            text = unpacking.decompress(data, MOST_BYTES)
            return msgspec.msgpack.decode(text, type=kind) if unpacking.eof else None
        except (zlib.error, ValueError, RecursionError, MemoryError):
            return None

    def keep(self, key: str, data: bytes | None = None) -> None:
        """Keeps a value for the next build: a new one, packed, or the one that is there."""
        if found := data or self.before.get(key):
            self.after[key] = found

    def save(self) -> None:
        """Writes what was kept, and nothing else."""
        if self.folder and self.after != self.before:
            with suppress(OSError):  # Then the next build is slower.
                _write(self.folder, self.after)


def packed(value: Any) -> bytes | None:
    """A value as it is kept; None for what has no encoding, as half of a surrogate pair."""
    with suppress(UnicodeEncodeError):
        return zlib.compress(msgspec.msgpack.encode(value), 1)
    return None


def _is_folder(folder: Path) -> bool:
    """Whether it is a folder, and no link leads there from the project."""
    return folder.is_dir() and not (folder.is_symlink() or folder.parent.is_symlink())


def _read(folder: Path) -> dict[str, Packed]:
    """The values by key, packed; none where there is no regular file of one name."""
    if not _is_folder(folder):
        return {}
    try:
        with os.fdopen(os.open(folder / FILE, os.O_RDONLY | NO_LINK), "rb") as file:
            status = os.fstat(file.fileno())
            is_plain = stat.S_ISREG(status.st_mode) and status.st_nlink == 1
            is_ours = not hasattr(os, "geteuid") or status.st_uid == os.geteuid()
            data = file.read() if is_plain and is_ours and status.st_size <= MOST_BYTES else b""
        return dict(_parts(data))
    except (OSError, ValueError, RecursionError, MemoryError):
        return {}


def _parts(data: bytes) -> Iterator[tuple[str, memoryview]]:
    """Keys and values; raises ValueError where it is another file."""
    whole = data.index(b"\n", len(HEAD)) + 1
    index = data.index(b"\n", whole) + 1
    view = memoryview(data)  # Values are not copied out of it.
    if not data.startswith(HEAD) or data[len(HEAD) : whole - 1] != _digest([view[whole:]]):
        raise ValueError
    position = index + int(data[whole:index])
    for key, size in msgspec.msgpack.decode(view[index:position], type=list[tuple[str, int]]):
        yield key, view[position : position + size]
        position += max(size, 0)


def _write(folder: Path, values: Mapping[str, Packed]) -> None:
    """Writes the file whole; git overlooks its folder."""
    folder.mkdir(parents=True, exist_ok=True)
    file, part = folder / FILE, folder / f"{FILE}.{os.getpid()}.part"
    if not _is_folder(folder) or file.is_symlink():
        return
    with suppress(FileExistsError), (folder / ".gitignore").open("x") as ignored:
        ignored.write("*\n")
    index = msgspec.msgpack.encode([(key, len(data)) for key, data in values.items()])
    part.unlink(missing_ok=True)
    try:
        with part.open("xb") as written:
            parts = (b"%d\n" % len(index), index, *values.values())
            written.writelines((HEAD, _digest(parts), b"\n", *parts))
        part.replace(file)
    except OSError:
        part.unlink(missing_ok=True)
        raise


def _digest(parts: Iterable[Packed]) -> bytes:
    found = sha256()
    for part in parts:
        found.update(part)
    return found.hexdigest().encode()
