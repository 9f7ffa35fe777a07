"""A dump on its way into a database, statement by statement, by a role that is no superuser.

Dumps run code: DO blocks, defaults, functions that SELECT calls. As this role it reaches the database and
nothing else: no program, no file, no language that could. Where PostgreSQL wants a superuser, `harmless` says
what is done for the role and how. Commands of psql are never run: statements are sent, not scripts.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from schemabook.errors import SchemaError
from schemabook.model import Database, Statement
from schemabook.platforms import stage_extensions
from schemabook.verify.harmless import How, how_to_help
from schemabook.verify.keeper import hand_over
from schemabook.verify.roles import CREATED, quoted
from schemabook.verify.roles import ROLE as IDENTIFIER
from schemabook.verify.sending import Endless, Refusal, send
from schemabook.verify.server import Server
from schemabook.verify.spelling import Spelling

if TYPE_CHECKING:
    import psycopg

ROLE = "postgres"
"""Who restores; the reader takes this name for whoever runs a dump."""
OWNERS = "schemabook_owners"
"""A member of every role of the dump: through it the role that restores may do what the owners may."""
DENIED = "42501"
NOT_GRANTED = ("01006", "01007")
"""Warnings that GRANT or REVOKE did nothing."""
DUPLICATE = ("42710", "42P06")
NOT_SENT = frozenset({"data", "psql command", "maintenance", "database or tablespace"})
"""Reasons why a reader ignores a statement for which the server need not run it either."""
CONTROL = re.compile(r"(?:BEGIN|START|COMMIT|END|ROLLBACK|ABORT|SAVEPOINT|RELEASE)\b", re.I)
AUTHORIZATION = re.compile(r"(RESET|SET\s+(?:SESSION\s+|LOCAL\s+)?)\s*SESSION\s+AUTHORIZATION\b", re.I)
MADE_BEFORE = re.compile(
    rf"CREATE\s+(?:ROLE\s+{IDENTIFIER}|SCHEMA\s+({IDENTIFIER})(?:\s+AUTHORIZATION\s+({IDENTIFIER}))?)", re.I
)
"""What may be there already: the role that restores, schema public, what a platform has."""
SETTINGS = {
    "event_triggers": "off",
    "autovacuum": "off",
    "max_logical_replication_workers": "0",
    "temp_file_limit": "1GB",
}
"""Nothing of the dump runs by itself, in the name of somebody else."""
HELPER = {
    "search_path": "",
    "event_triggers": "off",
    "statement_timeout": "600s",
    "check_function_bodies": "off",
}
"""Settings of the superuser's session: the owner of a database may set others for everybody who connects."""
OWNED = """
select (select count(*) from pg_shdepend where deptype = 'o' and dbid in (0, (
          select oid from pg_database where datname = current_database())))
  + (select count(*) from pg_namespace where nspname = 'public' and nspowner < 16384)
"""
"""`pg_shdepend` has every owner but PostgreSQL's own superuser."""
ENDLESS = "verify executes what the dump says; take the statement out of a copy of the dump"


@dataclass(slots=True)
class Restored:
    """What became of the statements."""

    sent: int = 0
    accepted: dict[int, Statement] = field(default_factory=dict)
    """By their number among those sent."""
    failures: list[SchemaError] = field(default_factory=list)
    skipped: Counter[str] = field(default_factory=Counter)
    """How many were not sent, by reason."""


class Restoration:
    """Two sessions in one database: of the role that restores, and of the superuser who helps it."""

    def __init__(self, role: psycopg.Connection[Any], superuser: psycopg.Connection[Any]) -> None:
        self.role = role
        self.superuser = superuser
        adopt(superuser)
        self.restored = Restored()
        self.last: list[tuple[int, Statement, str, Refusal]] = []
        """What is done last: its number, and the search path at its place."""
        self.denied = False
        """Whether a GRANT or REVOKE did nothing for want of privileges."""
        role.add_notice_handler(self._see)

    def run(self, statements: Iterable[tuple[Statement, str | None]], path: tuple[str, ...] = ()) -> None:
        """Sends the statements of a dump; each comes with the reason why a reader ignores it, if it does.

        The search path is the usual one, or *path*.
        """
        send(self.role, "discard all")
        if path:
            send(self.role, f"set search_path = {', '.join(map(quoted, path))}")
        for statement, reason in statements:
            if reason in NOT_SENT:
                self.restored.skipped[reason or ""] += 1
            else:
                self._statement(statement)
        if send(self.role, "commit"):
            send(self.role, "rollback")

    @contextmanager
    def completed(self) -> Iterator[psycopg.Connection[Any]]:
        """The superuser's session, after what comes last, which is taken back after the block."""
        with self.superuser.transaction(force_rollback=True):
            self._do_last()
            self.superuser.execute(f"revoke {OWNERS} from {ROLE}".encode())
            yield self.superuser

    def finish(self) -> None:
        """Does what comes last for good; before anything of the dump runs after that, its roles are tamed."""
        with self.superuser.transaction():
            self._do_last()

    def _do_last(self) -> None:
        for number, statement, path, refusal in self.last:
            still = self._in_savepoint(self.superuser, statement.text, path)
            self._note(number, statement, refusal if still else None)
        self.last = []

    def spelling(self, catalog: Database) -> Spelling:
        """Who knows whether two spellings of an expression in the database are one."""
        send(self.role, "discard all")
        send(self.role, "set search_path = ''")
        return Spelling(
            self.role, {name: [c.name for c in catalog.columns_of(name)] for name in catalog.relations}
        )

    def _statement(self, statement: Statement) -> None:
        self.restored.sent += 1
        try:
            how, owner = how_to_help(statement.text) or (None, None)
            refusal = None if how is How.SUPERUSER else self._by_role(statement.text)
            if refusal and how is How.LAST:
                self.last.append((self.restored.sent, statement, self._search_path(), refusal))
                return
            if how is How.SUPERUSER or (how and refusal and refusal.state == DENIED):
                refusal = self._for_role(statement.text, how, owner)
        except Endless as error:
            raise SchemaError(error.message, source=statement.source, hint=ENDLESS) from None
        if not refusal and CREATED.match(statement.text):
            adopt(self.superuser)
        self._note(self.restored.sent, statement, refusal)

    def _note(self, number: int, statement: Statement, refusal: Refusal | None) -> None:
        if refusal:
            error = SchemaError(refusal.message, source=statement.source, hint=refusal.hint)
            self.restored.failures.append(error)
        else:
            self.restored.accepted[number] = statement

    def _by_role(self, text: str) -> Refusal | None:
        # Only a superuser may change the user of a session, and that is what this session must not be.
        sent = AUTHORIZATION.sub(r"\1 ROLE", text)
        self.denied = False
        if self._is_in_transaction() and not CONTROL.match(text):
            refusal = self._in_savepoint(self.role, sent)
        else:
            refusal = send(self.role, sent)
        if refusal and refusal.state in DUPLICATE and (made := MADE_BEFORE.fullmatch(text)):
            return send(self.role, f"alter schema {made[1]} owner to {made[2]}") if made[2] else None
        did_nothing = self.denied and re.match("GRANT|REVOKE", text, re.I)
        return refusal or (Refusal(DENIED, "no privileges were granted or revoked") if did_nothing else None)

    def _for_role(self, text: str, how: How, owner: str | None) -> Refusal | None:
        """Does the statement for the role, or says why that is refused too."""
        from psycopg import Rollback

        if self._is_in_transaction():
            send(self.role, "commit and chain")
        path = self._search_path()
        (current,) = self.role.execute("select current_user").fetchone() or ("",)
        name = owner or str(current)
        with self.superuser.transaction() as transaction:
            before = self._owned()
            roles = self.superuser.execute("select rolsuper from pg_roles where rolname = %s", [name])
            if roles.fetchone() != (False,):
                return Refusal(DENIED, f'"{name}" must be a role that is no superuser')
            if how is not How.SUPERUSER:
                self.superuser.execute(f"alter role {quoted(name)} superuser".encode())
            if how is How.PROMOTED:
                self.superuser.execute(f"set local role {quoted(name)}".encode())
            refusal = self._in_savepoint(self.superuser, text, path)
            if how is not How.SUPERUSER:
                self.superuser.execute(f"reset role; alter role {quoted(name)} nosuperuser".encode())
            if how is How.OWNER and self._owned() != before:
                refusal = Refusal(DENIED, "what belongs to PostgreSQL, or to an extension, keeps its owner")
                raise Rollback(transaction)
        return refusal

    def _owned(self) -> int:
        """How many objects belong to others than PostgreSQL's own superuser; schema public does to nobody."""
        (count,) = self.superuser.execute(OWNED.encode()).fetchone() or (0,)
        return int(count)

    def _in_savepoint(
        self, connection: psycopg.Connection[Any], text: str, path: str | None = None
    ) -> Refusal | None:
        send(connection, "savepoint schemabook")
        if path is not None:
            connection.execute("select pg_catalog.set_config('search_path', %s, true)", [path])
        if refusal := send(connection, text):
            send(connection, "rollback to savepoint schemabook")
        send(connection, "release savepoint schemabook")
        return refusal

    def _search_path(self) -> str:
        (path,) = self.role.execute("select pg_catalog.current_setting('search_path')").fetchone() or ("",)
        return str(path)

    def _is_in_transaction(self) -> bool:
        return self.role.info.transaction_status.name in ("INTRANS", "INERROR")

    def _see(self, notice: Any) -> None:
        self.denied = self.denied or notice.sqlstate in NOT_GRANTED


@contextmanager
def new_database(server: Server, name: str) -> Iterator[psycopg.Connection[Any]]:
    """The superuser's session in a new database of the role that restores; dropped after the block."""
    server.create_roles([ROLE, OWNERS])
    server.create_database(name, owner=ROLE)
    path = stage_extensions(server.directory / "extensions")
    hand_over(server.directory / "extensions", server.directory)
    try:
        with server.connect(name, **HELPER, extension_control_path=path) as superuser:
            superuser.execute(f"alter role {ROLE} login createrole replication bypassrls".encode())
            superuser.execute(f"alter database {quoted(name)} set extension_control_path = '{path}'".encode())
            superuser.execute(f"grant {OWNERS} to {ROLE}".encode())
            yield superuser
    finally:
        server.drop_database(name)
        server.drop_roles()


def adopt(superuser: psycopg.Connection[Any]) -> None:
    """Makes the role that restores a member of every role there is, by way of `OWNERS`."""
    names = superuser.execute(
        "select rolname from pg_catalog.pg_roles where oid >= 16384 and rolname not in (%s, %s)"
        " and not pg_has_role(%s, oid, 'member')",
        [ROLE, OWNERS, OWNERS],
    ).fetchall()
    for (name,) in names:
        send(superuser, f"grant {quoted(name)} to {OWNERS}")
