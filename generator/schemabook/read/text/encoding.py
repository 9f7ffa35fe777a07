"""Whether a file is SQL text of PostgreSQL at all, and whole, before anything is read from it."""

from __future__ import annotations

import hashlib
import mmap
import re
from collections.abc import Iterator
from typing import NamedTuple

from schemabook.errors import SchemaError, Source

Data = bytes | mmap.mmap
"""The bytes of a dump: in memory, or a file that the system pages in."""

UTF8_BOM = b"\xef\xbb\xbf"
SLICE = 1 << 20
FOREIGN = {
    b"PGDMP": (
        "a dump in pg_dump's custom format",
        "turn it into SQL with pg_restore --schema-only -f dump.sql",
    ),
    b"\x1f\x8b": ("a file compressed with gzip", "unpack it first: gunzip dump.sql.gz"),
    b"PK\x03\x04": ("a zip archive", "unpack it first"),
    b"BZh": ("a file compressed with bzip2", "unpack it first"),
    b"\x28\xb5\x2f\xfd": ("a file compressed with zstd", "unpack it first"),
    b"\xff\xfe": ("UTF-16 text", "save it as UTF-8; in PowerShell: … | Out-File -Encoding utf8 dump.sql"),
    b"\xfe\xff": ("UTF-16 text", "save it as UTF-8"),
    b"SQLite format 3": ("an SQLite database", "give the SQL of pg_dump --schema-only"),
    b"-- WARNING: This schema is for context only": (
        "the dashboard's picture of a schema",
        "it cannot be run: types are missing; use supabase db dump",
    ),
}
PRODUCTS = {
    "MySQL": re.compile(rb"\bENGINE\s*=|AUTO_INCREMENT|^DELIMITER\s|`\w+`|^-- MySQL dump", re.I | re.M),
    "SQLite": re.compile(rb"\bAUTOINCREMENT\b|^PRAGMA\s|\bON\s+\w+\s+BEGIN\b", re.I | re.M),
    "SQL Server": re.compile(rb"^GO\s*$|\[dbo\]|\bNVARCHAR\b|\bIDENTITY\s*\(\d", re.I | re.M),
    "Oracle": re.compile(rb"\bVARCHAR2\b|\bNUMBER\s*\(", re.I),
}
DUMP = b"-- PostgreSQL database dump"
FIRST_SETTING = b"SET statement_timeout = 0;"
"""What pg_dump and `supabase db dump` begin with, if comments are left out."""
SEEN = 4096
"""How many bytes of each end of a dump are looked at for that, and for whether it came to its end."""
BLANKS = re.compile(rb"[\s;]*")


class Checked(NamedTuple):
    """What is known of the bytes before they are read."""

    sha256: str
    start: int
    """Where the text begins: after a byte order mark."""


def checked(data: Data, path: str, *, may_be_empty: bool = False) -> Checked:
    """The bytes' hash and beginning.

    Raises SchemaError if the file is empty, is not text, or is the beginning of a dump only.
    """
    head = data[:64]
    for magic, (what, hint) in FOREIGN.items():
        if head.startswith(magic):
            raise SchemaError(f"this is {what}, not SQL text", source=path, hint=hint)
    start = len(UTF8_BOM) if head.startswith(UTF8_BOM) else 0
    is_blank = not data[start : start + SLICE].strip()
    if not may_be_empty and is_blank and not any(part.strip() for part in slices(data, start)):
        raise SchemaError("the file is empty", source=path, hint="dump again; was the disk full?")
    digest = _digest(data, path)
    _expect_end(data, start, path)
    return Checked(digest, start)


def slices(data: Data, start: int = 0, end: int | None = None) -> Iterator[bytes]:
    """The bytes piece by piece; what was passed need not stay in memory."""
    end = len(data) if end is None else end
    for position in range(start, end, SLICE):
        yield data[position : min(position + SLICE, end)]
        release(data, position, position + SLICE)


def release(data: Data, start: int, end: int) -> None:
    """Tells the system that this part of a file will not be read again soon."""
    if isinstance(data, mmap.mmap) and hasattr(mmap, "MADV_DONTNEED"):
        first = start - start % mmap.PAGESIZE
        if first < len(data):
            data.madvise(mmap.MADV_DONTNEED, first, min(end, len(data)) - first)


def count_lines(data: Data, start: int, end: int) -> int:
    """How many lines end between two positions."""
    if isinstance(data, bytes):
        return data.count(b"\n", start, end)
    if end - start <= SLICE:
        return data[start:end].count(b"\n")
    return sum(part.count(b"\n") for part in slices(data, start, end))


def _digest(data: Data, path: str) -> str:
    digest, position = hashlib.sha256(), 0
    for part in slices(data):
        digest.update(part)
        if (at := part.find(b"\0")) >= 0:
            source = Source(path, count_lines(data, 0, position + at) + 1)
            hint = "give a dump in plain format"
            raise SchemaError("a NUL byte: this is not SQL text", source=source, hint=hint)
        position += len(part)
    return digest.hexdigest()


def _expect_end(data: Data, start: int, path: str) -> None:
    """A dump that begins with pg_dump's first comment ends with its last one."""
    if DUMP not in data[start : start + 200]:
        return
    if data.rfind(DUMP + b" complete") < 0:
        lines = count_lines(data, 0, len(data)) + 1
        raise SchemaError(
            'the dump is cut off: its last line "-- PostgreSQL database dump complete" is missing',
            source=Source(path, lines),
            hint="dump again; was the disk full?",
        )


def expect_last_statement(data: Data, path: str) -> None:
    """SchemaError where a tool's dump ends within a statement, although what is there could be understood."""
    last = data[-SEEN:].rstrip().rpartition(b"\n")[2]
    if FIRST_SETTING in data[:SEEN] and not (last.endswith(b";") or last.startswith((b"--", b"\\"))):
        hint = "the dump is cut off; dump again, or end the statement with a semicolon"
        raise SchemaError("the file ends in the middle of a statement", source=path, hint=hint)


def product(data: Data) -> str | None:
    """The other product whose SQL this looks like."""
    head = data[: 4 * SLICE]
    found = {name: len(pattern.findall(head)) for name, pattern in PRODUCTS.items()}
    name = max(found, key=lambda name: found[name])
    return name if found[name] > 1 else None
