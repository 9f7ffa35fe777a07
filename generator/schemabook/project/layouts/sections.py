"""The part of a file that a migration runs; all else turns into blanks, so that lines keep their numbers."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import pairwise
from typing import NamedTuple

Part = Callable[[bytes], bytes]

NOT_LINE_END = re.compile(rb"[^\r\n]")


class Marks(NamedTuple):
    """The lines that divide the files of a tool."""

    up: re.Pattern[bytes] | None = None
    """Where the part begins that counts; without such a line all of a file may."""
    down: re.Pattern[bytes] | None = None
    """Where the part begins that takes it back."""
    end: re.Pattern[bytes] | None = None
    """What ends a statement, with its semicolon or without."""

    def part(self, data: bytes) -> bytes:
        """What counts of a file."""
        up = self.up.search(data) if self.up else None
        start = up.end() if up else 0
        down = self.down.search(data, start) if self.down else None
        stop = down.start() if down else len(data)
        kept = blank(data[:start]) + data[start:stop] + blank(data[stop:])
        return self.end.sub(_semicolon, kept) if self.end else kept

    def are_in(self, data: bytes) -> bool:
        """Whether a file has been written for the tool."""
        return bool((self.up or self.down or NEVER).search(data))


def _line(pattern: str) -> re.Pattern[bytes]:
    return re.compile(rb"^[ \t]*" + pattern.encode() + rb"[^\r\n]*", re.M | re.I)


NEVER = re.compile(rb"(?!)")
GOOSE = Marks(
    _line(r"--\s*\+goose\s+up\b"), _line(r"--\s*\+goose\s+down\b"), _line(r"--\s*\+goose\s+StatementEnd\b")
)
SQL_MIGRATE = Marks(
    _line(r"--\s*\+migrate\s+up\b"),
    _line(r"--\s*\+migrate\s+down\b"),
    _line(r"--\s*\+migrate\s+StatementEnd\b"),
)
DBMATE = Marks(_line(r"--\s*migrate:up\b"), _line(r"--\s*migrate:down\b"))
NODE_PG_MIGRATE = Marks(_line(r"--[\s-]*up\s+migration"), _line(r"--[\s-]*down\s+migration"))
TERN = Marks(down=_line(r"---- create above / drop below ----"))
MYBATIS = Marks(down=_line(r"--\s*//\s*@UNDO\b"))
EVOLUTIONS = Marks(_line(r"(?:#|--)\s*---\s*!Ups\b"), _line(r"(?:#|--)\s*---\s*!Downs\b"))
DRIZZLE = Marks(end=re.compile(rb"--> statement-breakpoint"))

LIQUIBASE = re.compile(rb"\A(?:\xef\xbb\xbf)?\s*--\s*liquibase\s+formatted\s+sql\b", re.I)
CHANGESET = re.compile(rb"^[ \t]*--\s*changeset\s+(?P<rest>[^\r\n]*)", re.M | re.I)
DBMS = re.compile(r'\bdbms\s*:\s*"?([^"\s]+(?:\s*,\s*[^"\s:]+(?=[\s",]|$))*)', re.I)
IGNORED = re.compile(r"\bignore\s*:\s*\"?true\b", re.I)
NAMES_OF_POSTGRESQL = frozenset({"postgresql", "all"})


def blank(data: bytes) -> bytes:
    """As many lines, and as many bytes, with nothing on them."""
    return NOT_LINE_END.sub(b" ", data)


def _semicolon(match: re.Match[bytes]) -> bytes:
    return b";" + blank(match[0][1:])


def changesets(data: bytes) -> bytes:
    """Of Liquibase's formatted SQL what runs in PostgreSQL.

    https://docs.liquibase.com/concepts/changelogs/sql-format.html
    """
    starts = [*(match.start() for match in CHANGESET.finditer(data)), len(data)]
    kept = data[: starts[0]]
    for start, stop in pairwise(starts):
        piece = data[start:stop]
        head = CHANGESET.match(piece)
        attributes = head["rest"].decode("utf-8", "replace") if head else ""
        kept += piece if _runs_in_postgresql(attributes) else blank(piece)
    return kept


def _runs_in_postgresql(attributes: str) -> bool:
    if IGNORED.search(attributes):
        return False
    names = DBMS.search(attributes)
    if not names:
        return True
    wanted = {name.strip().lower() for name in names[1].split(",")}
    if excluded := {name[1:] for name in wanted if name.startswith("!")}:
        return "postgresql" not in excluded
    return bool(wanted & NAMES_OF_POSTGRESQL)
