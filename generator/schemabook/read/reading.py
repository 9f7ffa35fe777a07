"""Dumps on their way into the database: where each statement goes, and what is wrong with a file."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import replace

from schemabook.errors import SchemaError, Source
from schemabook.model import Database, Input, Receipt, Statement, Unread
from schemabook.platforms import Platform
from schemabook.read.blocks import RunsCode, ddl_called
from schemabook.read.lost import Lost
from schemabook.read.platform import Brought
from schemabook.read.queries import following
from schemabook.read.queries.following import OUR_FAULT, TOO_DEEP
from schemabook.read.readers import DATA, QUERY, read_statement, reason_to_ignore
from schemabook.read.references import references
from schemabook.read.secrets import secrets_of
from schemabook.read.several.repetition import CLEANED, REPEATED, Contradiction, Dumps
from schemabook.read.state.acl import AccessControl, DefaultPrivileges
from schemabook.read.state.builder import AlreadyExists, Builder, DoesNotExist
from schemabook.read.state.freeze import freeze
from schemabook.read.state.journal import copied
from schemabook.read.statements.too_early import take_back
from schemabook.read.text.again import once
from schemabook.read.text.cursor import Cursor, UnexpectedToken
from schemabook.read.text.encoding import Data, checked, expect_last_statement, product
from schemabook.read.text.session import CONNECT, Session, without_comments
from schemabook.read.text.statements import Splitter
from schemabook.read.text.transactions import UNDONE, settled

Part = Callable[[bytes], bytes]
CHANGING = (Builder, AccessControl, DefaultPrivileges, Brought)
"""What is written to while statements are read."""
OBJECT = re.compile(r"CREATE\s+(?!ROLE|USER|GROUP|DATABASE|TABLESPACE)", re.I)


class Reading:
    """Statements go through here, each into the database, among the ignored, or among the unread."""

    def __init__(self, platform: Platform | None = None) -> None:
        self.builder = Builder()
        self.dumps = Dumps(self.builder)
        self.understood = 0
        self.ignored: Counter[str] = Counter()
        self.unread: list[Unread] = []
        self.lost = Lost()
        self.databases: dict[str, Source] = {}
        """The databases of one file that have objects, each with its first."""
        self.connected = ""
        self.unknown: list[Unread] = []
        """The statements of one file that are of no form that PostgreSQL knows."""
        self.platform = platform
        self.brought: Brought | None = None
        if platform:
            known = once((Reading, platform.name), lambda: self._brought(platform))
            self.builder, self.brought = copied(known[0], CHANGING, {}), copied(known[1], CHANGING, {})
            self.dumps = Dumps(self.builder)

    def _brought(self, platform: Platform) -> tuple[Builder, Brought]:
        """Reads what a platform brings; the receipt does not count it."""
        for statement in Splitter(platform.sql.encode(), platform.path).statements():
            self.statement(statement)
        brought = Brought(platform, freeze(self.builder, (), Receipt(0, {}, ())))
        self.understood = 0
        self.ignored.clear()
        self.builder.forget_statements()
        self.builder.forget_changes()
        return self.builder, brought

    def file(self, path: str, data: Data, part: Part | None = None, *, is_step: bool = False) -> Input:
        """Reads one dump, or *part* of it; a step of several may say nothing, or what another one says."""
        check = checked(data, path, may_be_empty=is_step)
        self.dumps.file(path, data, check.sha256, is_step=is_step)
        data = part(data[:]) if part else data
        splitter = Splitter(data, path, check.start)
        self.databases, self.connected, self.unknown = {}, "", []
        self.builder.enter(self._session())
        read, count = self.understood, 0
        statements = settled(splitter.statements(), lambda found: reason_to_ignore(found.text) == DATA)
        try:
            for statement, is_undone in statements:
                count += 1
                if is_undone:
                    self.ignored[UNDONE] += 1
                else:
                    self.statement(statement)
        except SchemaError:
            self._expect_postgresql(data, self.understood - read)
            raise
        if not count and not is_step:
            raise SchemaError("no statement in this file", source=path, hint="dump again: it is empty")
        self._expect_postgresql(data, self.understood - read, is_step=is_step)
        self._expect_end(splitter)
        expect_last_statement(data, path)
        self._expect_one_database()
        return Input(path=path, sha256=check.sha256, bytes=len(data), statements=count)

    def _session(self) -> Session:
        """Who runs the file: on a platform, what is no dump is run by its role for that."""
        if not (self.brought and self.platform):
            return Session()
        return self.brought.session(self.platform, is_dump=self.dumps.is_dump, database=self.builder)

    def _expect_postgresql(self, data: Data, read: int, *, is_step: bool = False) -> None:
        """More statements of an unknown form than read ones: this is not what PostgreSQL prints.

        A quarter of them is enough where the text has the marks of another product. A step may be a single
        statement, so that it needs such marks.
        """
        unknown = len(self.unknown)
        found = product(data) if unknown * 4 > read + unknown else None
        if (unknown <= read or is_step) and not found:
            return
        raise SchemaError(
            f"this is not a PostgreSQL schema: of {len(self.unknown) + read} statements {len(self.unknown)} "
            f"are of no known form; the first: {self.unknown[0].reason}",
            source=self.unknown[0].statement.source,
            hint=f"it looks like {found}; " * bool(found)
            + "give the SQL of pg_dump --schema-only or supabase db dump",
        )

    def _expect_end(self, splitter: Splitter) -> None:
        last = self.unknown[-1] if self.unknown else None
        if last and splitter.open_statement is last.statement:
            raise SchemaError(
                f"the file ends in the middle of a statement: {last.reason}",
                source=last.statement.source,
                hint="the dump is cut off; dump again",
            )

    def _expect_one_database(self) -> None:
        if len(self.databases) > 1:
            names = ", ".join(f'"{name}"' for name in self.databases)
            second = list(self.databases)[1]
            raise SchemaError(
                f"the file holds several databases: {names}",
                source=self.databases[second],
                hint=f"dump one of them: pg_dump --schema-only {second}",
            )

    def statement(self, statement: Statement) -> None:
        """Puts the statement where it belongs."""
        text = statement.text
        reason = once((reason_to_ignore, text), lambda: reason_to_ignore(text))
        if reason != DATA:
            self.builder.note_secrets(secrets_of(statement, self.builder))
        if reason == QUERY and (made := ddl_called(statement.text, self.builder)):
            self.unread.append(Unread(statement, made))
            return
        if reason:
            self.ignored[reason] += 1
            self.builder.enter(self.builder.session.after(statement.text))
            if match := CONNECT.match(statement.text):
                self.connected = self.connected if match[1] == "-" else match[1].strip('"')
            return
        if self.connected not in self.databases and OBJECT.match(without_comments(statement.text)):
            self.databases[self.connected] = statement.source
        try:
            self._read(statement)
        except (UnexpectedToken, DoesNotExist, AlreadyExists, Contradiction, ValueError) as error:
            self._refuse(statement, str(error), error)
            if isinstance(error, UnexpectedToken) and not isinstance(error, RunsCode):
                self.unknown.append(self.unread[-1])
            if isinstance(error, DoesNotExist):
                self.dumps.note_refused(self.unread[-1])
        except LookupError as error:
            self._refuse(statement, f"it names what is not there: {error}")
        except RecursionError:
            self._refuse(statement, TOO_DEEP)
        except Exception as error:
            if following.RAISES:
                raise
            self._refuse(statement, f"{OUR_FAULT}: {type(error).__name__}: {error}")

    def _refuse(self, statement: Statement, reason: str, error: Exception | None = None) -> None:
        self.builder.roll_back()
        cause = self.lost.cause(error, self.builder) if isinstance(error, DoesNotExist) else None
        self.unread.append(Unread(statement, reason, cause=cause))
        self.lost.note(statement, cause, self.builder)

    def _read(self, statement: Statement) -> None:
        self.builder.begin(statement)
        cursor = Cursor(statement)
        plain = Statement(statement.source, cursor.text())
        self.builder.begin(plain)
        if reason := self.dumps.reason_to_ignore(cursor):
            self.ignored[reason] += 1
            return
        if self.brought:
            self.brought.give_way(cursor, self.builder, is_dump=self.dumps.is_dump)
        try:
            read_statement(cursor, self.builder)
        except DoesNotExist:
            if not self.dumps.cleans(cursor):
                raise
            self.builder.roll_back()
            self.ignored[CLEANED] += 1
            return
        self.understood += 1
        self.dumps.note(plain)
        if refused := self.dumps.made_good(cursor):
            self.unread.remove(refused)
            self.ignored[REPEATED] += 1

    def database(self, inputs: tuple[Input, ...], *, is_step: bool = False) -> Database:
        """All that was read; after a *step* others may follow."""
        self.dumps.complete()
        early = take_back(self.builder) if len(self.dumps.paths) < 2 and not is_step else ()
        self.understood -= len(early)
        order = {found.path: number for number, found in enumerate(inputs)}
        self.unread = sorted(
            (*self.unread, *early),
            key=lambda u: (order.get(u.statement.source.path, 0), u.statement.source.line),
        )
        receipt = Receipt(self.understood, dict(sorted(self.ignored.items())), tuple(self.unread))
        found = freeze(self.builder, inputs, receipt)
        if self.brought:
            found = replace(found, platform=self.brought.provided)
        return references(found, self.builder)
