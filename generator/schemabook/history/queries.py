"""Text of SQL → a tree: expressions, and the queries that stand in them, as PostgreSQL prints both.

What is not read here cannot be compared.
https://www.postgresql.org/docs/current/sql-select.html
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

from schemabook.model import split_tokens
from schemabook.read.text.tokens import tokens_in
from schemabook.review.expressions import (
    CUT_SIGN,
    NAME,
    OTHER,
    TYPE_WORDS,
    TYPES,
    Reader,
    Tree,
    UnreadError,
)

BEGIN_QUERY = ("select", "with", "values")
SETS = {"union": 1, "except": 1, "intersect": 2}
"""What puts two queries together, and how closely it binds."""
CLAUSES = frozenset(
    {"from", "where", "group", "having", "window", "order", "limit", "offset", "fetch", "for", *SETS}
)
JOINS = frozenset({"join", "inner", "cross", "left", "right", "full", "natural", "on", "using"})
NO_ALIAS = CLAUSES | JOINS | {"tablesample", "as", "returning"}
FRAMES = frozenset({"range", "rows", "groups"})
FIELDS = re.compile(r"'?(\w+)'?")


def tree_of(tokens: str) -> Tree:
    """The tree of an expression or a query; empty where it has a form that is not read."""
    return _tree(tokens, "expression")


def statements_of(tokens: str) -> Tree:
    """The trees of the statements of a body that PostgreSQL keeps parsed; empty as above."""
    return _tree(tokens, "statements")


@lru_cache(4096)
def _tree(tokens: str, what: str) -> Tree:
    reader = Queries(split_tokens(CUT_SIGN.sub("!", tokens)))
    try:
        found: Tree = reader.statements() if what == "statements" else reader.whole()
        reader.expect("")
    except (UnreadError, RecursionError):
        return ""
    return found


class Queries(Reader):
    """Walks over the tokens of an expression or a query."""

    def whole(self) -> Tree:
        """All of it."""
        return self._query() if self._begins_query() else self.expression()

    def statements(self) -> Tree:
        """`BEGIN ATOMIC …; END`, or `RETURN expression`."""
        if self.accept("return"):
            return ("return", self.expression())
        self.expect("begin", "atomic")
        found: list[Tree] = []
        while not self.accept("end"):
            found.append(("return", self.expression()) if self.accept("return") else self._query())
            self.accept(";")
        return ("atomic", *found)

    @property
    def _behind_it(self) -> str:
        """The token after the next one."""
        return self.tokens[self.at + 1] if self.at + 1 < len(self.tokens) else ""

    def _begins_query(self) -> bool:
        """Whether a query comes next, be it in parentheses."""
        at = self.at
        while self.tokens[at] == "(":
            at += 1
        return self.tokens[at] in BEGIN_QUERY

    # queries

    def _query(self) -> Tree:
        common: list[Tree] = []
        if self.accept("with"):
            recursive = self.accept("recursive")
            common.append("recursive" if recursive else "")
            common.append(self._common())
            while self.accept(","):
                common.append(self._common())
        body = self._set()
        order: tuple[Tree, ...] = ()
        limit: Tree = ""
        offset: Tree = ""
        locks: list[str] = []
        while True:
            if self.accept("order", "by"):
                order = self._order()
            elif self.accept("limit"):
                limit = "" if self.accept("all") else self.expression()
            elif self.accept("offset"):
                offset = self.expression()
                _ = self.accept("rows") or self.accept("row")
            elif self.accept("fetch"):
                limit = self._fetch()
            elif self.word == "for":
                while self.word not in ("", ")", ";"):
                    locks.append(self.take())
            else:
                return ("query", tuple(common), body, order, limit, offset, tuple(locks))

    def _fetch(self) -> Tree:
        if not (self.accept("first") or self.accept("next")):
            raise UnreadError
        limit: Tree = "1" if self.word in ("row", "rows") else self.expression()
        if not (self.accept("row") or self.accept("rows")) or not self.accept("only"):
            raise UnreadError
        return limit

    def _common(self) -> Tree:
        name = self._names(self.take())
        columns = self._columns()
        self.expect("as")
        if self.accept("not", "materialized"):
            how = "not materialized"
        else:
            how = "materialized" if self.accept("materialized") else ""
        self.expect("(")
        query = self._query()
        self.expect(")")
        return (name, columns, how, query)

    def _columns(self) -> tuple[str, ...]:
        """The names of columns in parentheses; a function's with their types."""
        found: list[str] = []
        if self.accept("("):
            while not self.accept(")"):
                if found:
                    self.expect(",")
                found.append(self._names(self.take()))
                if self.word not in (",", ")"):
                    self._type()
        return tuple(found)

    def _set(self, least: int = 0) -> Tree:
        left = self._simple()
        while (binding := SETS.get(self.word, 0)) > least:
            word = self.take()
            every = " all" if self.accept("all") else ""
            self.accept("distinct")
            left = ("set", f"{word}{every}", left, self._set(binding))
        return left

    def _simple(self) -> Tree:
        if self.accept("("):
            found = self._query()
            self.expect(")")
            is_plain = found[1] == found[3] == found[6] == () and found[4] == found[5] == ""
            return found[2] if is_plain else found
        if self.accept("values"):
            rows: list[Tree] = []
            while not rows or self.accept(","):
                self.expect("(")
                rows.append(("row", *self._list(")")))
            return ("values", *rows)
        self.expect("select")
        distinct: Tree = "all"
        if self.accept("distinct"):
            distinct = "distinct"
            if self.accept("on", "("):
                distinct = ("on", *self._list(")"))
        else:
            self.accept("all")
        ends = self.word in CLAUSES or self.word in (")", "")
        items = () if ends else self._separated(self._item)
        sources = self._separated(self._source) if self.accept("from") else ()
        where: Tree = self.expression() if self.accept("where") else ""
        group = self._separated(self._group) if self.accept("group", "by") else ()
        having: Tree = self.expression() if self.accept("having") else ""
        windows = self._separated(self._named_window) if self.accept("window") else ()
        return ("select", distinct, items, sources, where, group, having, windows)

    def _separated(self, read: Callable[[], Tree]) -> tuple[Tree, ...]:
        found = [read()]
        while self.accept(","):
            found.append(read())
        return tuple(found)

    def _item(self) -> Tree:
        """A value and the name that it is given."""
        value: Tree = self.take() if self.word == "*" else self.expression()
        if self.accept("as"):
            return ("item", value, self._label())
        is_named = NAME.fullmatch(self.word) and self.word not in NO_ALIAS
        return ("item", value, self._label() if is_named else "")

    def _label(self) -> str:
        """A name behind AS, where any word is one."""
        word = self.take()
        if not NAME.fullmatch(word):
            raise UnreadError
        return _plain(word)

    def _group(self) -> Tree:
        if self.word in ("grouping", "rollup", "cube"):
            raise UnreadError
        return self.expression()

    def _order(self) -> tuple[Tree, ...]:
        return self._separated(self._sorted)

    def _sorted(self) -> Tree:
        value = self.expression()
        way = "desc" if self.accept("desc") else "asc"
        if way == "asc":
            self.accept("asc")
        nulls = "first" if way == "desc" else "last"
        if self.accept("nulls"):
            nulls = self.take()
        return (way, value, nulls)

    # what is read

    def _source(self) -> Tree:
        left = self._single()
        while self.word in JOINS and self.word not in ("on", "using"):
            natural = "natural " if self.accept("natural") else ""
            way = self.take() if self.word in ("inner", "cross", "left", "right", "full") else "inner"
            self.accept("outer")
            self.expect("join")
            right = self._single()
            left = ("join", natural + way, left, right, self._condition(bool(natural) or way == "cross"))
        return left

    def _condition(self, is_none: bool) -> Tree:
        if is_none:
            return ""
        if self.accept("using"):
            return ("using", *self._columns())
        self.expect("on")
        return ("on", self.expression())

    def _single(self) -> Tree:
        lateral = self.accept("lateral")
        if self.word == "(" and not self._begins_query():
            self.take()
            found = self._source()
            self.expect(")")
            if self.accept("as") or (NAME.fullmatch(self.word) and self.word not in NO_ALIAS):
                raise UnreadError  # A join with a name of its own.
            return found
        if self.accept("("):
            query = self._query()
            self.expect(")")
            return ("lateral" if lateral else "subquery", query, *self._alias())
        if self.accept("rows", "from"):
            raise UnreadError
        only = "only" if self.accept("only") else ""
        name = self._names(self.take())
        if self.accept("("):
            call = ("call", name, *self._list(")"))
            ordinal = "ordinality" if self.accept("with", "ordinality") else ""
            return ("function", call, ordinal, *self._alias(name))
        self.accept("*")
        found = ("table", name, only, *self._alias(name))
        if self.word == "tablesample":
            raise UnreadError
        return found

    def _alias(self, name: str = "") -> tuple[Tree, Tree]:
        """What it goes by, and what its columns are called."""
        is_named = self.accept("as")
        if is_named and self.word == "(":
            return parts_of(name)[-1] if name else "", self._columns()
        if is_named or (NAME.fullmatch(self.word) and self.word not in NO_ALIAS):
            return self._label(), self._columns()
        return parts_of(name)[-1] if name else "", ()

    # expressions

    def _binding(self) -> int:
        if self.word == "operator" and self._behind_it == "(":
            return OTHER
        return super()._binding()

    def _infix(self, left: Tree, word: str, binding: int) -> Tree:
        if word == "operator":
            self.expect("(")
            while self._behind_it == ".":
                self.take()
                self.take()
            word = self.take()
            self.expect(")")
            return super()._infix(left, word, OTHER)
        if word == "at" and self.accept("local"):
            return ("at local", left)
        return super()._infix(left, word, binding)

    def _among(self, left: Tree, sign: str, quantifier: str) -> Tree:
        if self.word == "(" and self._behind_it in ("(", *BEGIN_QUERY):
            at = self.at
            self.take()
            if self._begins_query():
                query = self._query()
                self.expect(")")
                return (f"{sign} {quantifier}", left, query)
            self.at = at
        return super()._among(left, sign, quantifier)

    def expression(self, least: int = 0) -> Tree:
        """An expression; a query only where `= ANY (` and the like have taken the parenthesis."""
        if self.word in BEGIN_QUERY:
            return self._query()
        return super().expression(least)

    def _operand(self) -> Tree:
        word = self.word
        if word == "(":
            self.take()
            found: Tree
            if self._begins_query() and self.word in BEGIN_QUERY:
                found = self._query()
                self.expect(")")
            else:
                inner = self._list(")")
                found = inner[0] if len(inner) == 1 else ("row", *inner)
            while self.accept("."):
                found = ("field", found, self._label() if self.word != "*" else self.take())
            return found
        if word in ("exists", "array") and self._behind_it == "(":
            self.at += 2
            query = self._query()
            self.expect(")")
            return (word, query) if word == "exists" else ("array query", query)
        if word == "row" and self._behind_it == "(":
            self.at += 2
            return ("row", *self._list(")"))
        if self._behind_it == "(" and (special := SPECIAL.get(word)):
            self.at += 2
            return special(self)
        if word == "interval" and self.tokens[self.at + 2 : self.at + 3] in INTERVAL_FIELDS:
            raise UnreadError
        if constant := _constant(word):
            self.take()
            return constant
        found = super()._operand()
        return found

    def _list(self, end: str) -> tuple[Tree, ...]:
        """Values between commas; of a call also DISTINCT, ORDER BY, and what comes behind it."""
        found: list[Tree] = []
        if end == ")" and self.accept("distinct"):
            found.append("distinct!")
        first = True
        while not self.accept(end):
            if self.accept("order", "by"):
                found.append(("order!", *self._order()))
                continue
            if not first:
                self.expect(",")
            first = False
            if self.accept("variadic"):
                found.append(("variadic!", self.expression()))
            else:
                found.append(self.expression())
        if end == ")":
            found += self._behind()
        return tuple(found)

    def _behind(self) -> list[Tree]:
        """WITHIN GROUP, FILTER and OVER of a call."""
        found: list[Tree] = []
        if self.accept("within", "group", "(", "order", "by"):
            found.append(("within!", *self._order()))
            self.expect(")")
        if self.accept("filter", "(", "where"):
            found.append(("filter!", self.expression()))
            self.expect(")")
        if self.accept("over"):
            found.append(("over!", self._window() if self.accept("(") else self._label()))
        return found

    def _named_window(self) -> Tree:
        name = self._label()
        self.expect("as", "(")
        return ("named window", name, self._window())

    def _window(self) -> Tree:
        base = ""
        if NAME.fullmatch(self.word) and self.word not in ("partition", "order", *FRAMES):
            base = self._label()
        partition = self._separated(self.expression) if self.accept("partition", "by") else ()
        order = self._order() if self.accept("order", "by") else ()
        frame: list[Tree] = []
        if self.word in FRAMES:
            while self.word not in (")", ""):
                frame.append(self.take())
        self.expect(")")
        return ("window", base, ("list", *partition), ("list", *order), ("list", *frame))

    def _type(self) -> str:
        words = [self._names(self.take())]
        sizes = ""
        while self.word in TYPE_WORDS or self.word == "(":
            if self.accept("("):
                sizes = f"({','.join(str(size) for size in super()._list(')'))})"
            else:
                words.append(self.take())
        name = " ".join(words)
        found = TYPES.get(name, name) + sizes
        while self.accept("["):
            if self.word != "]":
                self.take()
            self.expect("]")
            found = found.removesuffix("[]") + "[]"  # PostgreSQL keeps no number of dimensions.
        return found

    # functions with words between their arguments

    def _extract(self) -> Tree:
        match = FIELDS.fullmatch(self.take())
        if not match:
            raise UnreadError
        self.expect("from")
        value = self.expression()
        self.expect(")")
        return ("call", "extract", f"'{match[1].lower()}'", value)

    def _trim(self) -> Tree:
        side = self.take() if self.word in ("both", "leading", "trailing") else "both"
        name = {"both": "btrim", "leading": "ltrim", "trailing": "rtrim"}[side]
        values = [] if self.word == "from" else [self.expression()]
        if self.accept("from"):
            values.insert(0, self.expression())
        while self.accept(","):
            values.append(self.expression())
        self.expect(")")
        return ("call", name, *values)

    def _substring(self) -> Tree:
        values = [self.expression()]
        while self.word in (",", "from", "for"):
            if self.take() == "for" and len(values) == 1:
                values.append("1")
            values.append(self.expression())
        self.expect(")")
        return ("call", "substring", *values)

    def _position(self) -> Tree:
        value = self.expression(OTHER - 1)
        self.expect("in")
        whole = self.expression()
        self.expect(")")
        return ("call", "position", whole, value)


def _constant(word: str) -> Tree:
    """A constant of another form than `'…'`, in that form; empty for all else."""
    if word[:2] in ("B'", "b'"):
        return ("cast", word[1:], "bit")
    if word[:2] in ("X'", "x'"):
        bits = "".join(f"{int(digit, 16):04b}" for digit in word[2:-1])
        return ("cast", f"'{bits}'", "bit")
    if word[:1] in "EeUu$" and word[-1:] in ("'", "$") and len(word) > 1:
        value = tokens_in(word).values[0]
        if word[0] in "Uu":
            value = re.sub(
                r"\\(?:\+([0-9a-f]{6})|([0-9a-f]{4}))",
                lambda m: chr(int(m[1] or m[2], 16)),
                value,
                flags=re.I,
            )
        return "'" + value.replace("'", "''") + "'"
    return ""


SPECIAL: dict[str, Callable[[Queries], Tree]] = {
    "extract": Queries._extract,
    "trim": Queries._trim,
    "substring": Queries._substring,
    '"substring"': Queries._substring,
    "position": Queries._position,
}
INTERVAL_FIELDS = (["year"], ["month"], ["day"], ["hour"], ["minute"], ["second"])


def _plain(word: str) -> str:
    return word[1:-1] if re.fullmatch(r'"[a-z_][a-z0-9_$]*"', word) else word


PARTS = re.compile(r'"(?:[^"]|"")*"|[^."]+')


def parts_of(name: str) -> list[str]:
    """The parts of a dotted name."""
    return PARTS.findall(name) or [""]
