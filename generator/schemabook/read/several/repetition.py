"""Several dumps of one database: what a later one repeats counts once, and what it contradicts is said."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import NamedTuple

from schemabook.errors import SchemaError, Source
from schemabook.model import Statement, Unread
from schemabook.read.several.subjects import Identity, content, identity
from schemabook.read.state.builder import Builder, DoesNotExist
from schemabook.read.state.state import PUBLIC
from schemabook.read.statements.views import complete_views
from schemabook.read.text.cursor import Cursor, UnexpectedToken
from schemabook.read.text.encoding import Data

REPEATED = "repeated in another dump"
CLEANED = "dropped only to be made again"
OF_EVERY_DATABASE = "every database has it"
FIRST_SETTINGS = re.compile(
    rb"^\s*SET\s+(?:statement_timeout\s*=\s*0|default_transaction_read_only\s*=\s*off)\s*;", re.I | re.M
)
"""What pg_dump and pg_dumpall begin with; `supabase db dump` keeps it, and so do formatters in their way."""
HEAD = 4096
MIGRATION = re.compile(r"(?:^|[/\\])\d{14}_[^/\\]*$")
"""A migration runs after another one, even if pg_dump wrote its text: it changes what is there."""
READ_ALWAYS = ("set", "select")
"""They change the session of their own file."""


def is_of_pg_dump(path: str, head: bytes, *, is_step: bool = False) -> bool:
    """Whether a file with this beginning is a dump, and not a migration with the text of one."""
    return not (is_step or MIGRATION.search(path)) and bool(FIRST_SETTINGS.search(head))


class Contradiction(Exception):
    """Two dumps say different things of one object."""


class Said(NamedTuple):
    """A statement that was read from a dump, and the search path that it was read with."""

    statement: Statement
    path: tuple[str, ...]


class Dumps:
    """What dumps said. Only a second dump has its statements looked up; a single one costs a list."""

    def __init__(self, database: Builder) -> None:
        self.database = database
        self.digests: dict[str, str] = {}
        """The path of each file by its hash."""
        self.paths: list[str] = []
        """The dumps; the last one may be the current file."""
        self.is_dump = False
        self.has_created = False
        """Whether the current file has come to what it makes, after what it drops."""
        self.said: list[Said] = []
        """What is not yet among the known."""
        self.known: dict[Identity, dict[str, Source]] = defaultdict(dict)
        """What dumps said of an object, and where."""
        self.refused: dict[str, Unread] = {}
        """What a dump said of objects that it does not have."""

    def file(self, path: str, data: Data, sha256: str, *, is_step: bool = False) -> None:
        """Begins with a file.

        Raises SchemaError for one that was read before, maybe under another name.
        """
        if (first := self.digests.get(sha256)) and not (is_step or MIGRATION.search(path)):
            raise SchemaError(f"this is the same file as {first}", source=path, hint="name it once")
        self.digests[sha256] = path
        self.is_dump = is_of_pg_dump(path, data[:HEAD], is_step=is_step)
        self.has_created = False
        # A dump names all privileges on its own objects: default privileges of another are not for them.
        self.database.default_privileges.sleep(frozenset(self.paths if self.is_dump else ()))
        if self.is_dump:
            self._know()
            self.paths.append(path)

    def _know(self) -> None:
        for statement, path in self.said:
            c = Cursor(statement)
            with self.database.path(path):
                self.known[self._identity(c)[0]].setdefault(content(c), statement.source)
        self.said.clear()

    def note(self, statement: Statement) -> None:
        """Keeps a statement that was read for the dumps to come."""
        if self.is_dump:
            self.said.append(Said(statement, self.database.session.search_path))

    def note_refused(self, unread: Unread) -> None:
        """Keeps a statement that came too early: a later dump may repeat it in time."""
        if self.is_dump:
            self.refused[content(Cursor(unread.statement))] = unread

    def made_good(self, c: Cursor) -> Unread | None:
        """The statement that another dump said too early, now that it was read."""
        return self.refused.pop(content(c), None) if self.refused and len(self.paths) > 1 else None

    def complete(self) -> None:
        """Ends after the last file."""
        if len(self.paths) > 1:
            complete_views(self.database)

    def reason_to_ignore(self, c: Cursor) -> str | None:
        """Why the statement of a later dump adds nothing; None if it does.

        Raises Contradiction for one that says of an object what another dump does not.
        """
        if not self.is_dump:
            return None
        if c.sees("create", "schema") and self._makes_public(c):
            return OF_EVERY_DATABASE
        self.has_created = self.has_created or (c.key == "create" and c.peek() != "or")
        if len(self.paths) < 2 or c.key in READ_ALWAYS:
            return None
        if not self.has_created and _is_drop(c):
            return CLEANED
        about, shown = self._identity(c)
        known = self.known.get(about)
        if not known:
            return None
        if content(c) in known:
            return REPEATED
        raise Contradiction(f"{' '.join(shown.split())} is {_verb(shown)} in {next(iter(known.values()))}")

    def cleans(self, c: Cursor) -> bool:
        """Whether a dump drops, before it makes anything, what it will make: it need not be there."""
        return self.is_dump and not self.has_created and _is_drop(c)

    def _makes_public(self, c: Cursor) -> bool:
        """Whether the schema is the one that pg_dump --schema=public makes although it is there."""
        known = self.database.schemas.get("public")
        is_there = known is not None and known.source == PUBLIC.source
        return is_there and c.sql(0, len(c.values)).tokens == "create schema public"

    def _identity(self, c: Cursor) -> tuple[Identity, str]:
        """As `identity`; a statement of no known form is its own."""
        try:
            return identity(c, self.database)
        except (UnexpectedToken, LookupError, ValueError, DoesNotExist):
            return (content(c),), ""
        finally:
            c.position = 0


def _is_drop(c: Cursor) -> bool:
    """Whether pg_dump --clean printed it: DROP, or ALTER TABLE … DROP."""
    return c.keys[0] == "drop" or (c.keys[0] == "alter" and "drop" in c.keys)


def _verb(shown: str) -> str:
    """An object is defined; a comment, an owner or a privilege just is."""
    return "different" if shown[:1].isupper() else "defined differently"
