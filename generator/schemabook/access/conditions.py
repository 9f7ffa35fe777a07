"""The condition of a policy as a tree, read from its tokens; what is not read here is no idiom.

Precedence: https://www.postgresql.org/docs/current/sql-syntax-lexical.html#SQL-PRECEDENCE.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from schemabook.access.roles import SESSION
from schemabook.model import split_tokens

NAME = re.compile(r'[a-z_][\w$]*|"(?:[^"]|"")*"')
LITERAL = re.compile(r"'(?:[^']|'')*'|\d[\d.]*|true|false|null")
OPERATOR = re.compile(r"[-+*/<>=~!@#%^&|`?]+")
SESSION_VALUES = SESSION | {"user"}
"""Words for the role of the session; `user` is one only as a value."""
TIME = frozenset({"current_date", "current_time", "current_timestamp", "localtime", "localtimestamp"})
OTHER_SYNTAX = frozenset(
    {"case", "cast", "row", "with", "values", "collate", "interval", "overlaps", "system_user"}
)
BINDING = {
    "or": 1,
    "and": 2,
    "is": 4,
    "between": 6,
    "in": 6,
    "like": 6,
    "ilike": 6,
    "not": 6,
    "[": 11,
    "::": 12,
}
BINDING |= dict.fromkeys(("=", "<", ">", "<=", ">=", "<>", "!="), 5) | dict.fromkeys("+-", 8)
BINDING |= dict.fromkeys("*/%", 9) | {"^": 10}
ANY_OTHER_OPERATOR, NEGATION, SIGN = 7, 3, 10
TYPE_WORDS = frozenset({"varying", "precision", "with", "without", "time", "zone"})
ENDS_QUERY = frozenset({"group", "having", "order", "limit", "offset", "fetch", "union", "for", "window"})


class Node(NamedTuple):
    """An operator or a form with its parts, or a leaf: `column`, `literal`, `session`, `time`, `star`."""

    kind: str
    parts: tuple[Node, ...] = ()
    names: tuple[str, ...] = ()
    """Of a column, a function or a type: its names; of a literal: its text."""
    query: Query | None = None

    def walk(self) -> Iterator[Node]:
        """The node and all below it, without those of queries."""
        yield self
        for part in self.parts:
            yield from part.walk()

    def whole(self) -> Iterator[Node]:
        """The node and all below it, those of queries as well."""
        for node in self.walk():
            yield node
            for below in (*node.query.items, *node.query.where) if node.query else ():
                yield from below.whole()


class Query(NamedTuple):
    """A sub-select of columns from tables that are joined with no outer join, and its conditions."""

    items: tuple[Node, ...]
    tables: tuple[tuple[str, tuple[str, ...]], ...]
    """The name that each goes by, and its own names."""
    where: tuple[Node, ...]


class UnreadError(Exception):
    """The condition has a form that is not read."""


@lru_cache(1024)
def condition(tokens: str) -> Node | None:
    """The tree of an expression; None where it has a form that is not read."""
    reader = Reader(split_tokens(tokens))
    try:
        found = reader.expression()
        reader.expect("")
    except (UnreadError, RecursionError):
        return None
    return found


def flat(node: Node, operator: str) -> tuple[Node, ...]:
    """The parts between ANDs or ORs, however they are nested."""
    if node.kind != operator:
        return (node,)
    return tuple(found for part in node.parts for found in flat(part, operator))


def equal(node: Node) -> tuple[tuple[Node, Node], ...]:
    """What must be equal, in both orders; IN (SELECT f()) and = ANY (f()) want what f() returns."""
    if node.kind == "=":
        return (node.parts[0], node.parts[1]), (node.parts[1], node.parts[0])
    if node.kind in ("in", "= any"):
        of_query = node.query.items if node.query and not (node.query.tables or node.query.where) else ()
        other = (*node.parts[1:], *of_query)
        return ((node.parts[0], other[0]),) if len(other) == 1 else ()
    return ()


class Reader:
    """Walks over the tokens of one expression."""

    def __init__(self, tokens: list[str]) -> None:
        self.tokens = [*tokens, ""]
        self.at = 0

    @property
    def word(self) -> str:
        """The token that comes next; empty at the end."""
        return self.tokens[self.at]

    def take(self) -> str:
        """The next token, which is behind then."""
        self.at += 1
        return self.tokens[self.at - 1]

    def accept(self, *words: str) -> bool:
        """Goes over these words if they come next."""
        if tuple(self.tokens[self.at : self.at + len(words)]) != words:
            return False
        self.at += len(words)
        return True

    def expect(self, word: str) -> None:
        """Goes over a word that must come next."""
        if not self.accept(word):
            raise UnreadError

    def expression(self, least: int = 0) -> Node:
        """An expression of operators that bind at least so."""
        left = self._prefixed()
        while (binding := self._binding()) > least:
            left = self._infix(left, self.take(), binding)
        return left

    def _binding(self) -> int:
        return BINDING.get(self.word) or (ANY_OTHER_OPERATOR if OPERATOR.fullmatch(self.word) else 0)

    def _prefixed(self) -> Node:
        if self.accept("not"):
            return Node("not", (self.expression(NEGATION),))
        if self.word in ("+", "-"):
            return Node(self.take(), (self.expression(SIGN),))
        return self._operand()

    def _infix(self, left: Node, word: str, binding: int) -> Node:
        match word:
            case "not":
                return Node("not", (self._infix(left, self.take(), binding),))
            case "is":
                return self._is(left)
            case "in":
                self.expect("(")
                return self._among("in", left)
            case "between":
                low = self.expression(binding)
                self.expect("and")
                return Node("between", (left, low, self.expression(binding)))
            case "::":
                return Node("cast", (left,), self._type())
            case "[":
                index = self.expression()
                self.expect("]")
                return Node("[]", (left, index))
            case "and" | "or":
                # Thousands of conditions in a row are no deep tree.
                before = left.parts if left.kind == word else (left,)
                return Node(word, (*before, self.expression(binding)))
            case "like" | "ilike":
                return Node(word, (left, self.expression(binding)))
        if not OPERATOR.fullmatch(word):
            raise UnreadError
        if self.accept("any", "("):
            return self._among(f"{word} any", left)
        return Node("<>" if word == "!=" else word, (left, self.expression(binding)))

    def _is(self, left: Node) -> Node:
        negated = "not " if self.accept("not") else ""
        if self.accept("distinct", "from"):
            return Node(f"is {negated}distinct from", (left, self.expression(BINDING["="])))
        if self.word not in ("null", "true", "false", "unknown"):
            raise UnreadError
        return Node(f"is {negated}{self.take()}", (left,))

    def _among(self, kind: str, left: Node) -> Node:
        """What stands between the parentheses of IN or ANY: a query, or expressions."""
        if self.word == "select":
            query = self._query()
            self.expect(")")
            return Node(kind, (left,), query=query)
        return Node(kind, (left, *self._list(")")))

    def _list(self, end: str) -> tuple[Node, ...]:
        found: list[Node] = []
        while not self.accept(end):
            if found:
                self.expect(",")
            found.append(self.expression())
        return tuple(found)

    def _operand(self) -> Node:
        word = self.take()
        if word == "(":
            found = self._selected() if self.word == "select" else self.expression()
            self.expect(")")
            return found
        if word == "exists":
            self.expect("(")
            query = self._query()
            self.expect(")")
            return Node("exists", query=query)
        if word == "array" and self.accept("["):
            return Node("array", self._list("]"))
        if word in SESSION_VALUES or word in TIME:
            return Node("session" if word in SESSION_VALUES else "time", names=(word,))
        if LITERAL.fullmatch(word):
            return Node("literal", names=(word,))
        if word == "*":
            return Node("star")
        return self._named(word)

    def _named(self, word: str) -> Node:
        """A column or the call of a function."""
        names = self._names(word)
        if self.accept(".", "*"):
            return Node("star")
        if self.accept("("):
            return Node("call", self._list(")"), names)
        if self.word.startswith("'"):
            raise UnreadError
        return Node("column", names=names)

    def _names(self, word: str) -> tuple[str, ...]:
        found = [_name(word)]
        while self.word == "." and self.tokens[self.at + 1] != "*":
            self.take()
            found.append(_name(self.take()))
        return tuple(found)

    def _type(self) -> tuple[str, ...]:
        names = self._names(self.take())
        words = [names[-1]]
        while self.word in TYPE_WORDS:
            words.append(self.take())
        if self.accept("("):
            words.append(f"({self.take()})")
            self.expect(")")
        if self.accept("[", "]"):
            words.append("[]")
        return (*names[:-1], " ".join(words))

    def _selected(self) -> Node:
        """A scalar sub-select: `(select auth.uid())` is what it selects."""
        query = self._query()
        if query.tables or query.where or len(query.items) != 1:
            return Node("select", query=query)
        return query.items[0]

    def _query(self) -> Query:
        self.expect("select")
        self.accept("distinct")
        items = tuple(self._items())
        tables: list[tuple[str, tuple[str, ...]]] = []
        where: list[Node] = []
        if self.accept("from"):
            self._from(tables, where)
        if self.accept("where"):
            where += flat(self.expression(), "and")
        if self.word in ENDS_QUERY:
            raise UnreadError
        return Query(items, tuple(tables), tuple(where))

    def _items(self) -> Iterator[Node]:
        while self.word not in ("from", "where", ")"):
            yield self.expression()
            if self.accept("as") or (NAME.fullmatch(self.word) and self.word not in ("from", "where")):
                _name(self.take())
            if not self.accept(","):
                return

    def _from(self, tables: list[tuple[str, tuple[str, ...]]], where: list[Node]) -> None:
        """Tables with commas or JOIN … ON between; pg_dump puts parentheses around joins."""
        if self.accept("("):
            self._from(tables, where)
            self.expect(")")
        else:
            tables.append(self._table())
        if self.accept(","):
            self._from(tables, where)
        while self.accept("join") or self.accept("inner", "join"):
            tables.append(self._table())
            self.expect("on")
            where += flat(self.expression(), "and")

    def _table(self) -> tuple[str, tuple[str, ...]]:
        names = self._names(self.take())
        reserved = ("where", "join", "inner", "on", "left", "right", "full", "cross", "natural")
        is_alias = self.accept("as") or (NAME.fullmatch(self.word) and self.word not in reserved)
        return (_name(self.take()) if is_alias else names[-1]), names


def _name(word: str) -> str:
    if word in OTHER_SYNTAX or word == "select" or not NAME.fullmatch(word):
        raise UnreadError
    return word[1:-1].replace('""', '"') if word.startswith('"') else word
