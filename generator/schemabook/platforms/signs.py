"""Which platform the inputs are for, as their place and the names in them tell."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from schemabook.files import is_file
from schemabook.platforms import PLATFORMS, Platform

MOST = 16 * 1024 * 1024
"""How many bytes of a file are looked at; after the schema come the data."""
COMMENT = re.compile(rb"--[^\n]*")


def platform_of(paths: Iterable[Path]) -> Platform | None:
    """The platform that the files are for, where they show one; OSError for a file that cannot be read."""
    files = [path for path in paths if is_file(path)]
    for platform in PLATFORMS.values():
        if project_files(platform, files):
            return platform
    text = b"\n".join(_plain(path) for path in files)
    return next((platform for platform in PLATFORMS.values() if is_named(platform, text)), None)


def project_files(platform: Platform, paths: Iterable[Path]) -> frozenset[Path]:
    """What the platform's projects, which the files are in, have beside their folders of SQL."""
    folder, _, name = platform.project.partition("/")
    folders = {parent for path in paths for parent in path.resolve().parents if parent.name == folder}
    return frozenset(file for found in folders if (file := found / name).is_file())


def is_named(platform: Platform, text: bytes) -> bool:
    """Whether the text names what only the platform has; it is in small letters, without quotes."""
    if any(mark.encode() in text for mark in platform.marks):
        return True
    if all(re.search(rb"\b%s\b" % role.encode(), text) for role in platform.roles):
        return True
    if any(mark.encode() in text for mark in platform.marks_of_others):
        return False
    return any(_is_mentioned(schema.encode(), names, text) for schema, names in platform.names.items())


def _is_mentioned(schema: bytes, names: tuple[str, ...], text: bytes) -> bool:
    """Whether one of the names stands in the text, and the schema is not made there."""
    if schema + b"." not in text:
        return False
    mention = rb"(?<![\w.])%s\.(?:%s)" % (schema, b"|".join(_pattern(name) for name in names))
    made = rb"create\s++(?:schema|table)\s++(?:if\s++not\s++exists\s++)?%s\b" % schema
    return bool(re.search(mention, text)) and not re.search(made, text)


def _pattern(name: str) -> bytes:
    plain = re.escape(name.removesuffix("(")).encode()
    return plain + (rb"\s*\(" if name.endswith("(") else rb"\b")


def _plain(path: Path) -> bytes:
    with path.open("rb") as file:
        text = file.read(MOST)
    plain = COMMENT.sub(b"", text).replace(b'"', b"").lower()
    return b".".join(part.strip() for part in plain.split(b"."))
