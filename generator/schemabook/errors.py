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
        where = f"{self.source}: " if self.source else ""
        hint = f"\nhint: {self.hint}" if self.hint else ""
        return f"{where}{self.message}{hint}"
