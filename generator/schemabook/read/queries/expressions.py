"""Expressions → trees; https://www.postgresql.org/docs/current/sql-expressions.html.

As the grammar of PostgreSQL has it: https://github.com/postgres/postgres/blob/REL_18_STABLE/src/backend/parser/gram.y
"""

from __future__ import annotations

from schemabook.model import Name
from schemabook.read.queries import tree
from schemabook.read.queries.signs import SIGNS
from schemabook.read.queries.special import called
from schemabook.read.queries.tree import Node
from schemabook.read.queries.values import Values, number_type
from schemabook.read.text.tokens import NUMBER

COMPARISONS = frozenset({"<", ">", "=", "<=", ">=", "<>", "!="})
OR, AND, NOT, IS, COMPARISON, PATTERN, OTHER = range(7)
SUM, PRODUCT, POWER, ZONE, COLLATE, MINUS, INDEX, CAST = range(7, 15)
"""How tightly operators bind, the loosest first."""
LEVELS = {
    "or": OR,
    "and": AND,
    **dict.fromkeys(("is", "isnull", "notnull"), IS),
    **dict.fromkeys(COMPARISONS, COMPARISON),
    **dict.fromkeys(("between", "in", "like", "ilike", "similar"), PATTERN),
    "overlaps": OTHER,
    **dict.fromkeys("+-", SUM),
    **dict.fromkeys("*/%", PRODUCT),
    "^": POWER,
    "at": ZONE,
    "collate": COLLATE,
    "[": INDEX,
    "::": CAST,
}
PATTERNS = ("between", "in", "like", "ilike", "similar")


class Expressions(Values):
    """Reads expressions; `selects` reads the queries in them."""

    def expression(self, level: int = OR) -> Node:
        """An expression whose operators bind at least as tightly as *level*."""
        left = self._prefixed()
        while (found := self._level()) is not None and found >= level:
            left = self._behind(left, found)
        return left

    def operand(self) -> Node:
        """What stands beside BETWEEN and IN."""
        return self.expression(OTHER)

    def _level(self) -> int | None:
        """How tightly the next operator binds; None where none follows."""
        c = self.c
        key = c.key
        if key == "not":
            return PATTERN if c.peek() in PATTERNS else None
        if key == "at":
            return ZONE if c.peek() in ("time", "local") else None
        if key == "operator":
            return OTHER if c.peek() == "(" else None
        if key == "similar":
            return PATTERN if c.peek() == "to" else None
        found = LEVELS.get(key)
        return OTHER if found is None and SIGNS.fullmatch(key) and key != "=>" else found

    def _prefixed(self) -> Node:
        c = self.c
        if c.accept("not"):
            return tree.Fixed((self.expression(NOT),), "boolean")
        if c.key in ("+", "-"):
            sign = c.skip()
            if sign == "-" and c.key is NUMBER and c.peek() not in ("::", "["):
                return tree.Constant((), number_type("-" + self.number()))
            return tree.Operation((self.expression(MINUS),), Name("", sign))
        if (SIGNS.fullmatch(c.key) and c.key != "*") or c.sees("operator", "("):
            name = self.operator()
            return tree.Operation((self.expression(SUM),), name)
        return self.primary()

    def operator(self) -> Name:
        """`+`, or OPERATOR(pg_catalog.+)."""
        c = self.c
        if not c.accept("operator"):
            return Name("", c.skip())
        c.expect("(")
        schema = ""
        while c.peek() == ".":
            schema = c.name()
            c.expect(".")
        found = Name(schema, c.skip())
        c.expect(")")
        return found

    def _behind(self, left: Node, level: int) -> Node:
        """What an operator makes of the expression before it."""
        c = self.c
        match c.key:
            case "or" | "and":
                word = c.key
                parts = [left]
                while c.accept(word):
                    parts.append(self.expression(level + 1))
                return tree.Fixed(tuple(parts), "boolean")
            case "is":
                return self._is(left)
            case "isnull" | "notnull":
                c.skip()
                return tree.Fixed((left,), "boolean")
            case "at":
                c.skip()
                local = c.accept("local") or not c.accept("time", "zone")
                return called("timezone", *(() if local else (self.expression(COLLATE),)), left)
            case "collate":
                c.skip()
                return tree.Collated((left,), c.parts()[-1])
            case "[":
                return self._element(left)
            case "::":
                c.skip()
                return tree.Cast((left,), self.read_type())
            case "overlaps":
                c.skip()
                return tree.Fixed((left, self.expression(SUM)), "boolean", "overlaps")
            case "not":
                c.skip()
                return self._pattern(left)
        if level == PATTERN:
            return self._pattern(left)
        operator = self.operator()
        if c.key in ("any", "all", "some") and c.peek() == "(":
            c.skip()
            return tree.Fixed((left, self._in_list()), "boolean")
        return tree.Operation((left, self.expression(level + 1)), operator)

    def _is(self, left: Node) -> Node:
        c = self.c
        c.expect("is")
        c.accept("not")
        if c.accept("distinct", "from"):
            return tree.Fixed((left, self.expression(COMPARISON)), "boolean")
        if c.accept("normalized") or c.one_of("nfc", "nfd", "nfkc", "nfkd"):
            c.accept("normalized")
            return tree.Fixed((left,), "boolean", "is_normalized")
        if c.accept("json"):
            c.one_of("value", "array", "object", "scalar")
            if c.one_of("with", "without"):
                c.expect("unique")
                c.accept("keys")
        elif not c.one_of("null", "true", "false", "unknown", "document"):
            raise c.unexpected("NULL")
        return tree.Fixed((left,), "boolean")

    def _pattern(self, left: Node) -> Node:
        """BETWEEN, IN, LIKE, ILIKE, SIMILAR TO."""
        c = self.c
        word = c.skip()
        if word == "in":
            return tree.Fixed((left, self._in_list()), "boolean")
        if word == "between":
            c.one_of("symmetric", "asymmetric")
            lower = self.operand()
            c.expect("and")
            return tree.Fixed((left, lower, self.operand()), "boolean")
        if word == "similar":
            c.expect("to")
        if c.one_of("any", "all", "some"):
            return tree.Fixed((left, self._in_list()), "boolean")
        pattern = self.operand()
        escape = (self.operand(),) if c.accept("escape") else ()
        return tree.Fixed((left, pattern, *escape), "boolean")

    def _in_list(self) -> tree.Part:
        """(query) or (a, b)."""
        if self.is_query():
            return self.query_in_parentheses()
        return tree.Row(self.in_parentheses())

    def _element(self, left: Node) -> Node:
        """One or more [index] or [from:to]."""
        c = self.c
        parts = [left]
        is_slice = False
        while c.accept("["):
            for _ in range(2):
                if c.key not in (":", "]"):
                    parts.append(self.expression())
                is_slice = c.accept(":") or is_slice
            c.expect("]")
        found: Node = tree.Element(tuple(parts), is_slice)
        return self.fields(found)
