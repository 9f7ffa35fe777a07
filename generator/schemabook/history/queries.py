"""Text of SQL → a tree: expressions, and the queries that stand in them, as PostgreSQL prints both.

What is not read here cannot be compared.
https://www.postgresql.org/docs/current/sql-select.html
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache

from schemabook.history.values import Values, parts_of
from schemabook.model import split_tokens
from schemabook.review.expressions import CUT_SIGN, NAME, Tree, UnreadError

SETS = {"union": 1, "except": 1, "intersect": 2}
"""What puts two queries together, and how closely it binds."""
CLAUSES = frozenset(
    {"from", "where", "group", "having", "window", "order", "limit", "offset", "fetch", "for", *SETS}
)
JOINS = frozenset({"join", "inner", "cross", "left", "right", "full", "natural", "on", "using"})
NO_ALIAS = CLAUSES | JOINS | {"tablesample", "as", "returning"}


def tree_of(tokens: str) -> Tree:
    """The tree of an expression or a query; empty where it has a form that is not read."""
    return _tree(tokens, "expression")


def exclusion_of(tokens: str) -> Tree:
    """The tree of what an exclusion constraint excludes; empty as above."""
    return _tree(tokens, "exclusion")


def statements_of(tokens: str) -> Tree:
    """The trees of the statements of a body that PostgreSQL keeps parsed; empty as above."""
    return _tree(tokens, "statements")


@lru_cache(4096)
def _tree(tokens: str, what: str) -> Tree:
    words = split_tokens(CUT_SIGN.sub("!", tokens))
    # `(select …) = 1` begins as a query does.
    for begin in ("query", "value") if what == "expression" else (what,):
        reader = Queries(words)
        try:
            found: Tree = READERS[begin](reader)
            reader.expect("")
        except (UnreadError, RecursionError, IndexError):  # The last: it ends in the middle.
            continue
        return found
    return ""


class Queries(Values):
    """Walks over the tokens of an expression or a query."""

    def query(self) -> Tree:
        """A query alone."""
        if not self._begins_query():
            raise UnreadError
        return self._query()

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

    # queries

    def exclusion(self) -> Tree:
        """`USING method (element WITH operator, …) WHERE (condition)`."""
        method = self.take() if self.accept("using") else "btree"
        self.expect("(")
        elements = self._separated(self._element)
        self.expect(")")
        where: Tree = self.expression() if self.accept("where") else "true"
        return ("exclusion", method, ("list", *elements), where)

    def _element(self) -> Tree:
        value, words = self.expression(), list[Tree]()
        while self.word not in (",", ")", ""):
            words.append(self.take())
        return ("element", value, *words)

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

    def _item(self) -> Tree:
        """A value and the name that it is given."""
        value: Tree = self.take() if self.word == "*" else self.expression()
        if self.accept("as"):
            return ("item", value, self._label())
        is_named = NAME.fullmatch(self.word) and self.word not in NO_ALIAS
        return ("item", value, self._label() if is_named else "")

    def _group(self) -> Tree:
        if self.word in ("grouping", "rollup", "cube"):
            raise UnreadError
        return self.expression()

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


READERS: Mapping[str, Callable[[Queries], Tree]] = {
    "query": Queries.query,
    "value": Queries.expression,
    "statements": Queries.statements,
    "exclusion": Queries.exclusion,
}
