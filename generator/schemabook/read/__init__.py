"""Text → `Database`: dumps, schema files and migrations, statement by statement."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from schemabook.errors import SchemaError
from schemabook.model import Database, Input, Receipt, Statement, Unread
from schemabook.read.builder import Builder, DoesNotExist
from schemabook.read.cursor import Cursor, UnexpectedToken, expression
from schemabook.read.encoding import checked
from schemabook.read.readers import reader_of, reason_to_ignore
from schemabook.read.references import references
from schemabook.read.statements import statements

__all__ = ["expression", "read", "read_files"]


def read(dumps: Iterable[tuple[str, bytes]]) -> Database:
    """The database that the dumps, one after the other, describe; each is a path and its bytes.

    Raises SchemaError for a file that is no SQL text, or is cut off.
    """
    reading = Reading()
    inputs = tuple(reading.file(path, data) for path, data in dumps)
    return reading.database(inputs)


def read_files(paths: Iterable[Path]) -> Database:
    """As `read`, from files."""
    return read((str(path), path.read_bytes()) for path in paths)


class Reading:
    """Statements go through here, each into the database, among the ignored, or among the unread."""

    def __init__(self) -> None:
        self.builder = Builder()
        self.understood = 0
        self.ignored: Counter[str] = Counter()
        self.unread: list[Unread] = []

    def file(self, path: str, data: bytes) -> Input:
        """Reads one dump."""
        count = 0
        before = self.understood
        for statement in statements(checked(data, path), path):
            self.statement(statement)
            count += 1
        self._expect_schema(path, count, before)
        return Input(path=path, sha256=hashlib.sha256(data).hexdigest(), bytes=len(data), statements=count)

    def _expect_schema(self, path: str, count: int, before: int) -> None:
        if not count:
            raise SchemaError("no statement in this file", source=path, hint="dump again: it is empty")
        if self.understood == before and self.unread:
            first = self.unread[0]
            raise SchemaError(
                f"this is not a PostgreSQL schema: {first.reason}",
                source=first.statement.source,
                hint="give the SQL of pg_dump --schema-only or supabase db dump",
            )

    def statement(self, statement: Statement) -> None:
        """Puts the statement where it belongs."""
        if reason := reason_to_ignore(statement.text):
            self.ignored[reason] += 1
            return
        try:
            self._read(statement)
            self.understood += 1
        except (UnexpectedToken, DoesNotExist, ValueError) as error:
            self.builder.roll_back()
            self.unread.append(Unread(statement, str(error)))

    def _read(self, statement: Statement) -> None:
        cursor = Cursor(statement)
        self.builder.begin(Statement(statement.source, cursor.text()))
        reader_of(cursor)(cursor, self.builder)

    def database(self, inputs: tuple[Input, ...]) -> Database:
        """All that was read."""
        receipt = Receipt(self.understood, dict(sorted(self.ignored.items())), tuple(self.unread))
        return references(self.builder.build(inputs, receipt))
