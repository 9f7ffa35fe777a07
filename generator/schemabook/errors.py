"""Where something was read, and the one error that says what is wrong there."""

from __future__ import annotations

from typing import NamedTuple


class Source(NamedTuple):
    """A place in an input file; *line* counts from 1."""

    path: str
    line: int

    def __str__(self) -> str:
        return f"{self.path}:{self.line}"


class SchemaError(Exception):
    """Bad input, in PostgreSQL's style: where, what, and a hint how to go on."""

    def __init__(self, message: str, *, source: Source | str | None = None, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.source = source
        self.hint = hint

    def __str__(self) -> str:
        return said(self.message, self.source, self.hint)


def said(message: str, source: Source | str | None, hint: str) -> str:
    """`schema/dump.sql:12: what`, and a line with the hint."""
    where = f"{source}: " if source else ""
    return f"{where}{message}\nhint: {hint}" if hint else f"{where}{message}"
