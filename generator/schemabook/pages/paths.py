"""Where a page is: the path below docs/reference/, a function of the object's name alone.

Every path is made here. No two can be one, also where a file system knows no case, and where MkDocs makes
`a.md` and `a/index.md` the same address: a schema that is named like what is beside the schemas has another
folder.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable
from enum import StrEnum, auto
from functools import lru_cache
from html import unescape

from schemabook.errors import SchemaError
from schemabook.model import KIND_OF, ObjectId
from schemabook.project.book import Page

PLAIN = re.compile(r"[a-z0-9_]+")
SPECIAL = frozenset({"index", "readme", "con", "prn", "aux", "nul"}) | {
    f"{device}{number}" for device in ("com", "lpt") for number in range(10)
}
"""Names that MkDocs or a file system gives a meaning of its own."""
LONGEST = 100
"""How many characters of a name that is not plain are told: a file's name may have 255 bytes."""
OVERVIEW = "index.md"


class Beside(StrEnum):
    """The names of pages and folders beside the folders of the schemas; each is in a row of `kinds.KINDS`."""

    ACCESS = auto()
    CHANGELOG = auto()
    COLUMNS = auto()
    COVERAGE = auto()
    DRIFT = auto()
    FUNCTIONS = auto()
    GROUPS = auto()
    MAP = auto()
    MIGRATIONS = auto()
    OTHERS = auto()
    POLICIES = auto()
    RECEIPT = auto()
    ROLES = auto()
    SEQUENCES = auto()
    TABLES = auto()
    TRIGGERS = auto()
    TYPES = auto()
    VIEWS = auto()
    WHAT_CHANGED = "what-changed"
    """No schema's folder has a hyphen but before six digits."""

    @property
    def page(self) -> str:
        """The page of the name."""
        return f"{self}.md"


FEED = "changes.xml"
"""The changelog as a feed, beside the pages."""
RESERVED = frozenset(Beside)
"""Names that no folder of a schema has."""


@lru_cache(4096)
def slug(name: str) -> str:
    """A name as a file name and an anchor: itself if plain, else its plain part and six hex digits.

    The digits tell names apart that differ in case, in punctuation or in letters beyond ASCII,
    also where a file system does not. A plain name is never equal to a made one: that has a hyphen.
    """
    is_plain = PLAIN.fullmatch(name) and name not in SPECIAL and len(name) <= LONGEST
    return name if is_plain else _with_digits(name)


def _with_digits(name: str) -> str:
    ascii_part = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    readable = re.sub(r"[^a-z0-9_]+", "-", ascii_part).strip("-")[:LONGEST]
    return f"{readable or 'x'}-{hashlib.sha256(name.encode('utf-8', 'surrogatepass')).hexdigest()[:6]}"


def schema_folder(schema: str) -> str:
    """The folder of a schema's pages."""
    return _with_digits(schema) if schema in RESERVED else slug(schema)


def schema_page(schema: str) -> str:
    """The index page of a schema."""
    return f"{schema_folder(schema)}/index.md"


def object_page(found: ObjectId, folder: str = "") -> str:
    """The page of an object, in the folder of its kind or another *folder*."""
    name, folder = found.name, folder or KIND_OF[found.kind].folder
    return f"{schema_folder(name.schema)}/{folder}/{slug(name.name)}.md"


def role_page(role: str) -> str:
    """The page of a role, on the site only."""
    return f"{Beside.ROLES}/{slug(role)}.md"


def group_page(group: str) -> str:
    """The page of a group of the settings, on the site only."""
    return f"{Beside.GROUPS}/{slug(group)}.md"


def column_page(column: str) -> str:
    """The page of a name that very many columns have, on the site only."""
    return f"{Beside.COLUMNS}/of/{slug(column)}.md"


def letter_page(letter: str, number: int) -> str:
    """A page of the columns that begin with a letter, on the site only."""
    return f"{Beside.COLUMNS}/{letter.lower()}{'' if number == 1 else f'-{number}'}.md"


def address(path: str) -> str:
    """What is equal for pages that may end up at one place, whatever the site's URLs and the file system."""
    plain = unicodedata.normalize("NFC", path).casefold().removesuffix(".md")
    return plain.removesuffix("index").rstrip("/")


def at_own_addresses(pages: Iterable[Page]) -> list[Page]:
    """The pages; SchemaError where two would be at one address.

    Only the six digits of two names that are no plain words could be the same.
    """
    found: dict[str, Page] = {}
    for page in pages:
        other = found.setdefault(address(page.path), page)
        if other is not page:
            titles = " and ".join(f'"{_heading(one.make())}"' for one in (other, page))
            hint = "rename one of them, or leave one out with hidden: in the settings"
            raise SchemaError(f"the pages of {titles} would be at one address", source=page.path, hint=hint)
    return list(found.values())


def _heading(markdown: str) -> str:
    line = next((line for line in markdown.split("\n") if line.startswith("# ")), "")
    return unescape(re.sub("</?code>|`", "", line.removeprefix("# ")))
