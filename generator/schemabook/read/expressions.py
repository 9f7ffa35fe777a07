"""Expressions → trees; https://www.postgresql.org/docs/current/sql-expressions.html.

As the grammar of PostgreSQL has it: https://github.com/postgres/postgres/blob/REL_18_STABLE/src/backend/parser/gram.y
"""

from __future__ import annotations

import re

from schemabook.errors import Source
from schemabook.model import Name, Statement
from schemabook.read import tree
from schemabook.read.cursor import Cursor, UnexpectedToken
from schemabook.read.special import SPECIAL, VALUES, called
from schemabook.read.tokens import NUMBER, STRING
from schemabook.read.tree import Node
from schemabook.read.types import INTERVAL_FIELDS, OWN_SYNTAX, SQL_NAMES, Types, type_name

SIGNS = re.compile(r"[-+*/<>=~!@#%^&|`?]+")
"""What operators are made of."""
DIGITS = re.compile(r"[_\d.]+")
RADIX = re.compile("-?0[xob]", re.I)
KEEPS_SIGN = frozenset("~!@#%^&|`?")
"""An operator may end in + or - only if it has one of these."""
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
TYPE_WORDS = OWN_SYNTAX | SQL_NAMES.keys()
"""Words of types that are no plain names, so that a constant may follow them."""
QUERIES = frozenset({"select", "with", "values", "table"})
AFTER_QUERY = frozenset({"union", "intersect", "except", "order", "limit", "offset", "fetch", "for", ")"})


def sql_cursor(text: str) -> Cursor:
    """A cursor over an expression or a query, with operators whole, as PostgreSQL cuts them.

    Raises UnexpectedToken where a quote has no end.
    """
    c = Cursor(Statement(Source("query", 1), text))
    if "".join(c.keys).isalnum():
        return c
    keys, values, starts, ends = c.keys, c.values, c.starts, c.ends
    c.keys, c.values, c.starts, c.ends = [], [], [], []
    i = 0
    while i < len(values):
        start, end = starts[i], ends[i]
        key, value = keys[i], values[i]
        i += 1
        if SIGNS.fullmatch(key):
            while i < len(values) and starts[i] == end and SIGNS.fullmatch(keys[i]):
                end = ends[i]
                i += 1
            for word in _cut(text[start:end]):
                _append(c, word, word, start, start + len(word))
                start += len(word)
            continue
        after = keys[i] if i < len(values) and starts[i] == end else ""
        if key == "$" and after is NUMBER:
            i += 1
            key = "$1"
        elif (key == "." and after is NUMBER) or (key is NUMBER and DIGITS.fullmatch(after)):
            end = ends[i]  # .5 and 1_000
            i += 1
            key = NUMBER
        _append(c, key, value, start, end)
    c.keys.append("")
    return c


def _append(c: Cursor, key: str, value: str, start: int, end: int) -> None:
    c.keys.append(key)
    c.values.append(value)
    c.starts.append(start)
    c.ends.append(end)


def _cut(signs: str) -> list[str]:
    """One operator, and the signs behind it that are none of its own: `=-` is `=` and `-`."""
    operator = signs
    while len(operator) > 1 and operator[-1] in "+-" and KEEPS_SIGN.isdisjoint(operator):
        operator = operator[:-1]
    return [operator, *signs[len(operator) :]]


class Expressions:
    """Reads expressions; `selects` reads the queries in them."""

    def __init__(self, c: Cursor, types: Types) -> None:
        self.c = c
        self.types = types
        self.closing = _closing(c.keys)

    def query(self) -> tree.Query:
        """A query, without parentheses around it."""
        raise NotImplementedError

    def read_type(self) -> str:
        """A type, as `format_type` prints it."""
        return type_name(self.c, self.types)

    # operators

    def expression(self, level: int = OR) -> Node:
        """An expression whose operators bind at least as tightly as *level*."""
        left = self._prefixed()
        while (found := self._level()) is not None and found >= level:
            left = self._behind(left, found)
        return left

    def operand(self) -> Node:
        """What stands beside BETWEEN and IN."""
        return self.expression(OTHER)

    def expressions(self) -> tuple[Node, ...]:
        """Expressions between commas."""
        return self.c.separated(self.expression)

    def in_parentheses(self) -> tuple[Node, ...]:
        """Expressions between commas in parentheses; there may be none."""
        return self.c.in_parentheses(self.expression)

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
                return tree.Constant((), _number("-" + self._number()))
            return tree.Operation((self.expression(MINUS),), Name("", sign))
        if (SIGNS.fullmatch(c.key) and c.key != "*") or c.sees("operator", "("):
            name = self.operator()
            return tree.Operation((self.expression(SUM),), name)
        return self._primary()

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
        return self._fields(found)

    def _fields(self, value: Node) -> Node:
        """.name behind a value."""
        c = self.c
        while c.accept("."):
            value = tree.Field((value,), "*" if c.accept("*") else c.name())
        return value

    # values

    def _primary(self) -> Node:
        c = self.c
        key = c.key
        if key is NUMBER:
            return tree.Constant((), _number(self._number()))
        if key is STRING:
            return self._string()
        if key == "(":
            return self._fields(self._parenthesized())
        if key == "$1":
            c.skip()
            return self._fields(tree.Fixed())
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
            return tree.Constant((), _number(self._number()))
        while self.c.key is STRING:
            self.c.skip()
        return tree.Constant((), '"bit"' if raw in "bBxX" else "unknown")

    def _number(self) -> str:
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
                return self._fields(found)
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


def _number(digits: str) -> str:
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
