"""Where a page is: the path below docs/reference/, a function of the object's name alone."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from functools import lru_cache

from schemabook.model import Name

PLAIN = re.compile(r"[a-z0-9_]+")
RESERVED = frozenset({"index", "readme", "con", "prn", "aux", "nul"})
"""Names that MkDocs or a file system gives a meaning of its own."""

SITE_PAGES = frozenset(
    {"columns", "coverage", "functions", "groups", "others", "policies", "receipt", "roles", "sequences"}
    | {"tables", "triggers", "types", "views"}
)
"""Pages and folders beside those of the schemas; a schema of such a name has another folder."""


@lru_cache(4096)
def slug(name: str) -> str:
    """A name as a file name and an anchor: itself if plain, else its plain part and six hex digits.

    The digits tell names apart that differ in case, in punctuation or in letters beyond ASCII,
    also where a file system does not. A plain name is never equal to a made one: that has a hyphen.
    """
    return name if PLAIN.fullmatch(name) and name not in RESERVED else _with_digits(name)


def _with_digits(name: str) -> str:
    ascii_part = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    readable = re.sub(r"[^a-z0-9_]+", "-", ascii_part).strip("-")
    return f"{readable or 'x'}-{hashlib.sha256(name.encode('utf-8', 'replace')).hexdigest()[:6]}"


def schema_folder(schema: str) -> str:
    """The folder of a schema's pages."""
    return _with_digits(schema) if schema in SITE_PAGES else slug(schema)


def schema_page(schema: str) -> str:
    """The index page of a schema."""
    return f"{schema_folder(schema)}/index.md"


def object_page(folder: str, name: Name) -> str:
    """The page of an object; *folder* is `tables`, `views`, `functions`, `types` or `sequences`."""
    return f"{schema_folder(name.schema)}/{folder}/{slug(name.name)}.md"


def role_page(role: str) -> str:
    """The page of a role, on the site only."""
    return f"roles/{slug(role)}.md"


def group_page(group: str) -> str:
    """The page of a group of the settings, on the site only."""
    return f"groups/{slug(group)}.md"
