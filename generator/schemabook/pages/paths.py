"""Where a page is: the path below docs/reference/, a function of the object's name alone."""

from __future__ import annotations

import hashlib
import re
import unicodedata

from schemabook.model import Name

PLAIN = re.compile(r"[a-z0-9_]+")
RESERVED = frozenset({"index", "readme", "con", "prn", "aux", "nul"})
"""Names that MkDocs or a file system gives a meaning of its own."""


def slug(name: str) -> str:
    """A name as a file name and an anchor: itself if plain, else its plain part and six hex digits.

    The digits tell names apart that differ in case, in punctuation or in letters beyond ASCII,
    also where a file system does not. A plain name is never equal to a made one: that has a hyphen.
    """
    if PLAIN.fullmatch(name) and name not in RESERVED:
        return name
    ascii_part = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    readable = re.sub(r"[^a-z0-9_]+", "-", ascii_part).strip("-")
    return f"{readable or 'x'}-{hashlib.sha256(name.encode('utf-8', 'replace')).hexdigest()[:6]}"


def schema_page(schema: str) -> str:
    """The index page of a schema."""
    return f"{slug(schema)}/index.md"


def object_page(folder: str, name: Name) -> str:
    """The page of an object; *folder* is `tables`, `views`, `functions`, `types` or `sequences`."""
    return f"{slug(name.schema)}/{folder}/{slug(name.name)}.md"
