"""The session that runs the statements: its search path, its role, and whether a transaction is open."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

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


@dataclass(frozen=True, slots=True)
class Session:
    """What SET, BEGIN and COMMIT change."""

    search_path: tuple[str, ...] = DEFAULT_PATH
    role: str | None = None
    """The role that logged in, where it is known, or that the input itself sets; else None."""
    login: str | None = None
    default_path: tuple[str, ...] = DEFAULT_PATH
    in_transaction: bool = False
    path_before: tuple[str, ...] | None = None

    @classmethod
    def of(cls, login: str, path: tuple[str, ...]) -> Session:
        """The session of a role that has its own search path."""
        return cls(path, login, login, path)

    def after(self, text: str) -> Session:
        """The session after a statement that says nothing about the schema."""
        text, new = without_comments(text), self
        if match := CONNECT.match(text):
            new = self._connected(match[1], match[2])
        elif BEGIN.match(text):
            new = replace(self, in_transaction=True)
        elif END.match(text):
            before = self.search_path if self.path_before is None else self.path_before
            new = replace(self, in_transaction=False, search_path=before, path_before=None)
        elif match := ROLE.match(text):
            word = match[1].strip().strip("'\"")
            new = replace(self, role=self.login if word.lower() in ("default", "none") else word)
        if NO_ROLE.match(text):
            new = replace(new, role=self.login)
        if NO_PATH.match(text):
            new = replace(new, search_path=self.default_path)
        return new

    def _connected(self, database: str, role: str | None) -> Session:
        """The psql line for another database starts a new session, and may change the role."""
        path, said = self.default_path, role.strip('"') if role and role != "-" else self.role
        return Session(path, said, self.login, path)

    def with_path(self, path: tuple[str, ...], *, local: bool = False) -> Session:
        """After SET [ LOCAL ] search_path; outside of a transaction LOCAL has no effect."""
        if not local:
            return replace(self, search_path=path)
        if self.in_transaction:
            before = self.search_path if self.path_before is None else self.path_before
            return replace(self, search_path=path, path_before=before)
        return self

    @property
    def creation_schema(self) -> str:
        """The schema that takes objects created without one."""
        return next((s for s in self.search_path if s not in ("$user", "pg_catalog")), "public")
