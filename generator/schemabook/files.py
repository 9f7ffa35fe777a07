"""Opening what a user names: each input is a regular file, and what is read of it is from one moment."""

from __future__ import annotations

import mmap
import os
import shutil
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryFile
from typing import BinaryIO

from schemabook.errors import SchemaError

IN_MEMORY = 64 << 20
"""Bytes up to which a file is read into memory; a larger one is copied to where nobody else can change it."""
NO_WAITING = getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
"""Opening a pipe waits for somebody who writes into it; with this it does not."""
KINDS = {
    stat.S_IFDIR: "a directory",
    stat.S_IFIFO: "a pipe",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
    stat.S_IFSOCK: "a socket",
}


def is_file(path: Path) -> bool:
    """Whether there is such a regular file; no name is an error, however long."""
    return os.path.isfile(path)  # noqa: PTH113  Path.is_file() raises where a name is too long


def is_folder(path: Path) -> bool:
    """Whether there is such a folder; no name is an error, however long."""
    return os.path.isdir(path)  # noqa: PTH112  as above


def content(path: Path, *, hint: str = "") -> bytes:
    """The bytes of a file; *hint* says who names it.

    Raises SchemaError for one that is missing, unreadable, no regular file, or changes meanwhile.
    """
    with _opened(path, hint) as file:
        before = os.fstat(file.fileno())
        data = file.read()
        _expect_same(file, before, len(data), path)
        return data


def text(path: Path, *, hint: str = "") -> str:
    """The text of a file in UTF-8, without a byte order mark; raises SchemaError as `content` does."""
    try:
        return content(path, hint=hint).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise SchemaError("cannot be read: it is not UTF-8 text", source=path.as_posix()) from None


@contextmanager
def large_content(path: Path, *, hint: str = "") -> Iterator[bytes | mmap.mmap]:
    """As `content`, for a file that may be larger than memory.

    What others may cut short must not be mapped: to look behind its end would end the process.
    """
    with _opened(path, hint) as file:
        before = os.fstat(file.fileno())
        if before.st_size <= IN_MEMORY:
            data = file.read()
            _expect_same(file, before, len(data), path)
            yield data
            return
        with TemporaryFile() as copy:
            shutil.copyfileobj(file, copy, 1 << 20)
            copy.flush()
            _expect_same(file, before, copy.tell(), path)
            with mmap.mmap(copy.fileno(), 0, access=mmap.ACCESS_READ) as mapped:
                yield mapped


@contextmanager
def _opened(path: Path, hint: str) -> Iterator[BinaryIO]:
    try:
        handle = os.open(path, os.O_RDONLY | NO_WAITING)
    except FileNotFoundError:
        raise SchemaError("there is no such file", source=path.as_posix(), hint=hint) from None
    except (OSError, ValueError) as error:
        raise _unreadable(path, error, hint) from None
    try:
        kind = stat.S_IFMT(os.fstat(handle).st_mode)
        if kind != stat.S_IFREG:
            what = KINDS.get(kind, "something else")
            raise SchemaError(f"this is {what}, not a file", source=path.as_posix(), hint=hint)
        with os.fdopen(handle, "rb", closefd=False) as file:
            yield file
    except OSError as error:
        raise _unreadable(path, error, hint) from None
    finally:
        os.close(handle)


def _unreadable(path: Path, error: Exception, hint: str) -> SchemaError:
    reason = getattr(error, "strerror", None) or "no file can have such a name"
    return SchemaError(f"cannot be read: {reason}", source=path.as_posix(), hint=hint)


def _expect_same(file: BinaryIO, before: os.stat_result, size: int, path: Path) -> None:
    """SchemaError where a file is another now than when it was opened."""
    after = os.fstat(file.fileno())
    if (after.st_size, after.st_mtime_ns) != (before.st_size, before.st_mtime_ns) or size != after.st_size:
        hint = "read it again when it is whole"
        raise SchemaError("the file changed while it was read", source=path.as_posix(), hint=hint)
