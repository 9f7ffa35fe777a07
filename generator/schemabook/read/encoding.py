"""Whether a file is SQL text at all, before anything is read from it."""

from __future__ import annotations

from schemabook.errors import SchemaError, Source

UTF8_BOM = b"\xef\xbb\xbf"
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
}


def checked(data: bytes, path: str) -> bytes:
    """The bytes without a byte order mark.

    Raises SchemaError if the file is empty, or is not text.
    """
    for magic, (what, hint) in FOREIGN.items():
        if data.startswith(magic):
            raise SchemaError(f"this is {what}, not SQL text", source=path, hint=hint)
    data = data.removeprefix(UTF8_BOM)
    if not data.strip():
        raise SchemaError("the file is empty", source=path, hint="dump again; was the disk full?")
    position = data.find(b"\0")
    if position >= 0:
        source = Source(path, data.count(b"\n", 0, position) + 1)
        raise SchemaError(
            "a NUL byte: this is not SQL text", source=source, hint="give a dump in plain format"
        )
    return data
