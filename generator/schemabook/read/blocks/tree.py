"""The text of a block of PL/pgSQL as a tree: https://www.postgresql.org/docs/current/plpgsql-structure.html."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from schemabook.read.blocks.failures import RunsCode
from schemabook.read.queries.plpgsql import Segment, segments
from schemabook.read.text.cursor import Cursor
from schemabook.read.text.tokens import STRING

DEEPEST = 50
"""Blocks in blocks beyond which nothing is read."""
LOOPS = frozenset({"for", "foreach", "while", "loop"})
BRANCHES = frozenset({"elsif", "elseif", "else"})


@dataclass(frozen=True, slots=True)
class Simple:
    """A statement that holds no others."""

    segment: Segment


@dataclass(frozen=True, slots=True)
class Unknown:
    """A loop or a CASE: what it does is not followed."""

    reason: str


@dataclass(frozen=True, slots=True)
class If:
    """IF … THEN … ELSIF … ELSE … END IF; ELSE has no condition."""

    branches: list[tuple[Segment | None, list[Node]]]


@dataclass(frozen=True, slots=True)
class Block:
    """[ DECLARE … ] BEGIN … [ EXCEPTION WHEN … THEN … ] END."""

    declarations: list[Segment] = field(default_factory=list)
    body: list[Node] = field(default_factory=list)
    handlers: list[tuple[list[str], list[Node]]] = field(default_factory=list)
    """The conditions of each, and what runs then."""


Node = Simple | Unknown | If | Block


def tree(c: Cursor) -> Block:
    """The block that a body is.

    Raises RunsCode for one that is not of the form that PL/pgSQL has.
    """
    return _Parser(c).whole()


class _Parser:
    def __init__(self, c: Cursor) -> None:
        self.c = c
        self.found: Sequence[Segment] = list(segments(c.keys))
        self.position = 0
        self.depth = 0

    def whole(self) -> Block:
        while self._first() == "#":
            self.position += 1
        block = self._one()
        if not isinstance(block, Block) or self._first():
            raise RunsCode("the DO block is not of a form that is known")
        return block

    def _first(self) -> str:
        if self.position >= len(self.found):
            return ""
        return self.c.keys[self.found[self.position].start]

    def _next(self) -> Segment:
        if self.position >= len(self.found):
            raise RunsCode("the DO block has no end")
        self.position += 1
        return self.found[self.position - 1]

    def _one(self) -> Node:
        self.depth += 1
        if self.depth > DEEPEST:
            raise RunsCode("the DO block is nested too deep")
        try:
            return self._node()
        finally:
            self.depth -= 1

    def _node(self) -> Node:
        while self._first() == "<" and self.c.keys[self.found[self.position].start + 1] == "<":
            self._next()
        segment = self._next()
        match self.c.keys[segment.start]:
            case "declare":
                return self._declared()
            case "begin":
                return self._block([])
            case "if":
                return self._if(segment)
            case "case":
                self._until("end")
                while self._first() in ("when", "else"):
                    self._next()
                    self._until("end")
                self._next()
                return Unknown("a CASE in the DO block is not followed")
            case first if first in LOOPS:
                if first != "loop" and self._first() == "loop":
                    self._next()
                self._until("end")
                self._next()
                return Unknown("the DO block runs a loop, so what it makes is not known")
        return Simple(segment)

    def _until(self, *ends: str) -> list[Node]:
        found = []
        while self._first() and self._first() not in (*ends, "exception", "when", *BRANCHES):
            found.append(self._one())
        return found

    def _declared(self) -> Block:
        declarations = []
        while self._first() not in ("begin", ""):
            if self._first() != "declare":
                declarations.append(self.found[self.position])
            self._next()
        self._next()
        return self._block(declarations)

    def _block(self, declarations: list[Segment]) -> Block:
        block = Block(declarations, self._until("end"))
        if self._first() == "exception":
            self._next()
            while self._first() == "when":
                block.handlers.append((self._conditions(self._next()), self._until("end")))
        self._end()
        return block

    def _end(self) -> Segment:
        if self._first() != "end":
            raise RunsCode("the DO block is not of a form that is known")
        return self._next()

    def _conditions(self, segment: Segment) -> list[str]:
        """Of WHEN condition [ OR condition … ], or SQLSTATE '…'."""
        self.c.position = segment.start + 1
        found = []
        while self.c.position < segment.end:
            if self.c.key == STRING:
                found.append(self.c.string().upper())
            else:
                word = self.c.skip()
                found += [] if word in ("or", "sqlstate") else [word]
        return found

    def _if(self, head: Segment) -> If:
        branches: list[tuple[Segment | None, list[Node]]] = []
        condition: Segment | None = Segment(head.start + 1, head.end)
        while True:
            branches.append((condition, self._until("end")))
            if self._first() not in BRANCHES:
                break
            head = self._next()
            is_last = self.c.keys[head.start] == "else"
            condition = None if is_last else Segment(head.start + 1, head.end)
        self._end()
        return If(branches)
