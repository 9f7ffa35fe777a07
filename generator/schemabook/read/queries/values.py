"""Values → trees: constants, columns, calls, and what stands in parentheses.

https://www.postgresql.org/docs/current/sql-expressions.html
"""

from __future__ import annotations

from schemabook.model import Name
from schemabook.read.queries import tree
from schemabook.read.queries.special import SPECIAL, VALUES
from schemabook.read.queries.tree import Node
from schemabook.read.text.cursor import Cursor, UnexpectedToken
from schemabook.read.text.tokens import NUMBER, STRING
from schemabook.read.text.type_names import INTERVAL_FIELDS, OWN_SYNTAX, SQL_NAMES, Types, type_name

TYPE_WORDS = OWN_SYNTAX | SQL_NAMES.keys()
"""Words of types that are no plain names, so that a constant may follow them."""
QUERIES = frozenset({"select", "with", "values", "table"})
AFTER_QUERY = frozenset({"union", "intersect", "except", "order", "limit", "offset", "fetch", "for", ")"})


class Values:
    """Reads values; `expressions` reads the operators between them, `selects` the queries in them."""

    def __init__(self, c: Cursor, types: Types) -> None:
        self.c = c
        self.types = types
        self.closing = _closing(c.keys)

    def expression(self, level: int = 0) -> Node:
        """An expression whose operators bind at least as tightly as *level*, if one is given."""
        raise NotImplementedError

    def operator(self) -> Name:
        """An operator."""
        raise NotImplementedError

    def query(self) -> tree.Query:
        """A query, without parentheses around it."""
        raise NotImplementedError

    def read_type(self) -> str:
        """A type, as `format_type` prints it."""
        return type_name(self.c, self.types)

    def expressions(self) -> tuple[Node, ...]:
        """Expressions between commas."""
        return self.c.separated(self.expression)

    def in_parentheses(self) -> tuple[Node, ...]:
        """Expressions between commas in parentheses; there may be none."""
        return self.c.in_parentheses(self.expression)

    def fields(self, value: Node) -> Node:
        """.name behind a value."""
        c = self.c
        while c.accept("."):
            value = tree.Field((value,), "*" if c.accept("*") else c.name())
        return value

    def primary(self) -> Node:
        """A value, with all that binds more tightly than an operator."""
        c = self.c
        key = c.key
        if key is NUMBER:
            return tree.Constant((), number_type(self.number()))
        if key is STRING:
            return self._string()
        if key == "(":
            return self.fields(self._parenthesized())
        if key == "$1":
            c.skip()
            return self.fields(tree.Fixed())
        if key in ("null", "true", "false"):
            c.skip()
            return tree.Constant((), "unknown" if key == "null" else "boolean")
        if key in VALUES and c.peek() != "." and not c.sees(key, "(", ")"):
            return self._value(key)
        if c.accept("collation", "for"):
            return tree.Fixed(self.in_parentheses(), "text", "pg_collation_for")
        if (special := SPECIAL.get(key)) and c.peek() in ("(", "["):
            c.skip()
            return special(self)
        if key == "case":
            return self._case()
        return self._typed_constant() or self._named()

    def _string(self) -> Node:
        raw = self.c.statement.text[self.c.starts[self.c.position]]
        if raw.isdigit():  # 0x1F
            return tree.Constant((), number_type(self.number()))
        while self.c.key is STRING:
            self.c.skip()
        return tree.Constant((), '"bit"' if raw in "bBxX" else "unknown")

    def number(self) -> str:
        """The digits of a number."""
        c = self.c
        c.skip()
        return c.statement.text[c.starts[c.position - 1] : c.ends[c.position - 1]]

    def is_query(self) -> bool:
        """Whether the next parenthesis holds a query, and not an expression that begins with one."""
        keys = self.c.keys
        position = self.c.position
        while keys[position] == "(":
            position += 1
        depth = position - self.c.position
        if not depth or keys[position] not in QUERIES:
            return False
        inner = self.c.position + 1
        return all(keys[self.closing[i] + 1] in AFTER_QUERY for i in range(inner, position))

    def query_in_parentheses(self) -> tree.Query:
        """(query)."""
        self.c.expect("(")
        found = self.query()
        self.c.expect(")")
        return found

    def _parenthesized(self) -> Node:
        doubled = self._skip_doubled()
        found = self._in_one_parenthesis()
        for _ in range(doubled):
            self.c.expect(")")
        return found

    def _skip_doubled(self) -> int:
        """Moves to the last of several parentheses that hold the same, and counts the others."""
        c, start = self.c, self.c.position
        while c.peek() == "(" and self.closing[c.position + 1] == self.closing[c.position] - 1:
            c.position += 1
        return c.position - start

    def _in_one_parenthesis(self) -> Node:
        if self.is_query():
            return tree.Subquery((self.query_in_parentheses(),))
        inner = self.in_parentheses()
        return inner[0] if len(inner) == 1 else tree.Row(inner)

    def _value(self, word: str) -> Node:
        """CURRENT_DATE and the like; some have a precision."""
        c = self.c
        c.skip()
        kind = VALUES[word]
        if c.key == "(":
            (precision,) = c.in_parentheses(c.integer)
            first, _, rest = kind.partition(" ")
            kind = f"{first}({precision}) {rest}"
        return tree.Fixed((), kind, word)

    def _case(self) -> Node:
        c = self.c
        c.expect("case")
        parts = [] if c.key == "when" else [self.expression()]
        results = []
        while c.accept("when"):
            parts.append(self.expression())
            c.expect("then")
            results.append(self.expression())
        otherwise = self.expression() if c.accept("else") else tree.Constant()
        c.expect("end")
        # The type of ELSE is looked at first.
        return tree.Choice((*parts, *results, otherwise), (otherwise, *results), "case")

    def _typed_constant(self) -> Node | None:
        """Type 'value', where the type is spelled in SQL's own way."""
        c = self.c
        if c.key not in TYPE_WORDS:
            return None
        position = c.position
        try:
            kind = self.read_type()
        except (UnexpectedToken, ValueError):
            kind = ""
        if not kind or c.key is not STRING:
            c.position = position
            return None
        if c.keys[c.position - 1] != ")":  # without a length, a constant may have any
            kind = {"character(1)": "bpchar", "bit(1)": '"bit"'}.get(kind, kind)
        self._string()
        while kind.startswith("interval") and c.key in INTERVAL_FIELDS:
            kind += " " + c.skip()
            if c.key == "(" and kind.endswith("second"):
                (precision,) = c.in_parentheses(c.integer)
                kind += f"({precision})"
        return tree.Cast((tree.Constant(),), kind)

    def _named(self) -> Node:
        """A column, a call, or a constant behind the name of its type."""
        c = self.c
        position = c.position
        names = [c.name()]
        while c.accept("."):
            names.append("*" if c.accept("*") else c.name())
        if c.key == "(":
            name = Name(names[-2] if len(names) > 1 else "", names[-1])
            found = self.call(name)
            if c.key is not STRING:
                return self.fields(found)
        if c.key is STRING:
            c.position = position
            kind = self.read_type()
            return tree.Cast((self._string(),), kind)
        return tree.Reference((), tuple(names))

    def call(self, name: Name) -> Node:
        """( arguments ) of a function, and what may follow."""
        c = self.c
        c.expect("(")
        c.one_of("all", "distinct")
        arguments: list[Node] = []
        named: list[str] = []
        variadic = False
        while c.key != ")" and not c.accept("*"):
            if c.key == "order":
                break
            variadic = c.accept("variadic") or variadic
            if c.peek() in ("=>", ":="):
                named.append(c.name())
                c.skip()
            arguments.append(self.expression())
            if not c.accept(","):
                break
        others = list(self.order_by())
        c.expect(")")
        if c.accept("within", "group"):
            c.expect("(")
            arguments += self.order_by()
            c.expect(")")
        others += self.filter_and_over()
        return tree.Call((*arguments, *others), name, len(arguments), tuple(named), variadic, name.name)

    def filter_and_over(self) -> list[Node]:
        """FILTER (WHERE …) and OVER (…) or OVER name: the expressions in them."""
        c = self.c
        found: list[Node] = []
        if c.sees("filter", "("):
            c.skip()
            c.expect("(")
            c.expect("where")
            found.append(self.expression())
            c.expect(")")
        if c.accept("over"):
            if c.key == "(":
                found += self.window()
            else:
                c.name()
        return found

    def window(self) -> list[Node]:
        """( [ name ] PARTITION BY … ORDER BY … frame )."""
        c = self.c
        c.expect("(")
        if c.key not in ("partition", "order", "range", "rows", "groups", ")"):
            c.name()
        found: list[Node] = []
        if c.accept("partition", "by"):
            found += self.expressions()
        found += self.order_by()
        c.skip_until(")")
        c.expect(")")
        return found

    def order_by(self) -> tuple[Node, ...]:
        """ORDER BY …, if it comes next."""
        return self.c.separated(self._ordered) if self.c.accept("order", "by") else ()

    def _ordered(self) -> Node:
        found = self.expression()
        if not self.c.one_of("asc", "desc") and self.c.accept("using"):
            self.operator()
        if self.c.accept("nulls"):
            self.c.one_of("first", "last")
        return found


def _closing(keys: list[str]) -> dict[int, int]:
    """Where each parenthesis closes."""
    found: dict[int, int] = {}
    opened: list[int] = []
    for i, key in enumerate(keys):
        if key == "(":
            opened.append(i)
        elif key == ")" and opened:
            found[opened.pop()] = i
    if opened:
        raise UnexpectedToken("a parenthesis is not closed")
    return found


def number_type(digits: str) -> str:
    """The type of a number."""
    try:
        number = int(
            digits.replace("_", ""), 0 if digits.lstrip("-")[:2].lower() in ("0x", "0o", "0b") else 10
        )
    except ValueError:
        return "numeric"
    if -(2**31) <= number < 2**31:
        return "integer"
    return "bigint" if -(2**63) <= number < 2**63 else "numeric"
