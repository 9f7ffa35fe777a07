"""The session that runs the statements: its search path, its role, and whether a transaction is open."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

DEFAULT_PATH = ("public",)
"""`"$user", public`, as far as it matters: the schema of a role's name is not there."""
LONGEST_HEAD = 1000
COMMENT = re.compile(r"--[^\n]*(?:\n|\Z)|/\*(?:(?!/\*|\*/).)*\*/", re.S)
ROLE = re.compile(r"SET\s+(?:SESSION\s+|LOCAL\s+)?(?:SESSION\s+AUTHORIZATION|ROLE)\s+(.+)", re.I | re.S)
CONNECT = re.compile(r'\\c(?:onnect)?\s+(?:-reuse-previous=\w+\s+)?("[^"]*"|\S+)(?:\s+("[^"]*"|\S+))?')
NO_ROLE = re.compile(r"RESET\s+(?:SESSION\s+AUTHORIZATION|ROLE|ALL)|DISCARD\s+ALL", re.I)
NO_PATH = re.compile(r"RESET\s+(?:search_path|ALL)|DISCARD\s+ALL", re.I)
BEGIN = re.compile(r"BEGIN\b|START\s+TRANSACTION", re.I)
END = re.compile(r"(?:COMMIT|END|ROLLBACK|ABORT)\b(?!\s+(?:WORK\s+|TRANSACTION\s+)?TO\b)", re.I)


def without_comments(text: str) -> str:
    """The beginning of a statement with a space for each comment."""
    head = text[:LONGEST_HEAD]
    while "--" in head or "/*" in head:
        head, count = COMMENT.subn(" ", head)
        if not count:
            break
    return head


class Session:
    """What SET, BEGIN and COMMIT change."""

    def __init__(self, login: str | None = None, path: tuple[str, ...] = DEFAULT_PATH) -> None:
        self.login = login
        self.default_path = path
        self.search_path = path
        self.role = login
        """The role that logged in, where it is known, or that the input itself sets; else None."""
        self.in_transaction = False
        self.path_before: tuple[str, ...] | None = None

    def see(self, text: str) -> None:
        """Takes a statement into account that says nothing about the schema."""
        text = without_comments(text)
        if match := CONNECT.match(text):
            self._connect(match[1], match[2])
        elif BEGIN.match(text):
            self.in_transaction = True
        elif END.match(text):
            self._end_transaction()
        elif match := ROLE.match(text):
            word = match[1].strip().strip("'\"")
            self.role = self.login if word.lower() in ("default", "none") else word
        if NO_ROLE.match(text):
            self.role = self.login
        if NO_PATH.match(text):
            self.search_path = self.default_path

    def _connect(self, database: str, role: str | None) -> None:
        """The psql line for another database starts a new session, and may change the role."""
        self.search_path, self.path_before, self.in_transaction = self.default_path, None, False
        if role and role != "-":
            self.role = role.strip('"')

    def _end_transaction(self) -> None:
        self.in_transaction = False
        if self.path_before is not None:
            self.search_path, self.path_before = self.path_before, None

    def set_path(self, path: tuple[str, ...], *, local: bool = False) -> None:
        """SET [ LOCAL ] search_path; outside of a transaction LOCAL has no effect."""
        if not local:
            self.search_path = path
        elif self.in_transaction:
            self.path_before = self.path_before or self.search_path
            self.search_path = path

    @contextmanager
    def path(self, path: tuple[str, ...]) -> Iterator[None]:
        """With another search path for a while."""
        before, self.search_path = self.search_path, path
        try:
            yield
        finally:
            self.search_path = before

    @property
    def creation_schema(self) -> str:
        """The schema that takes objects created without one."""
        return next((s for s in self.search_path if s not in ("$user", "pg_catalog")), "public")
