"""Queries → trees; https://www.postgresql.org/docs/current/sql-select.html."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from schemabook.model.keywords import NO_COLUMNS
from schemabook.read.queries import tree
from schemabook.read.queries.expressions import Expressions
from schemabook.read.queries.signs import sql_cursor
from schemabook.read.queries.tree import Node
from schemabook.read.text.cursor import UnexpectedToken
from schemabook.read.text.type_names import Types

T = TypeVar("T")
NO_BARE_ALIAS = frozenset(
    """
    array as char character create day except fetch filter for from grant group having hour intersect into
    isnull limit minute month notnull offset on order over overlaps precision returning second to union
    varying where window with within without year
    """.split()
)
"""What needs AS to be the alias of an item; `pg_get_keywords()` without `barelabel`."""
AFTER_ITEMS = frozenset({"", ")", "into", "from", "where", "group", "having", "window"})
AFTER_ITEMS |= {"union", "intersect", "except", "order", "limit", "offset", "fetch", "for"}
JOINING = frozenset({"join", "inner", "left", "right", "full", "cross", "natural"})
DEFINING_TABLES = ("xmltable", "json_table")


def read_query(text: str, types: Types) -> tree.Query | None:
    """The tree of a query; None where it is no query, or none that PostgreSQL would take."""
    return _read(text, types, lambda reader: reader.query())


def read_expression(text: str, types: Types) -> Node | None:
    """The tree of an expression, or None."""
    return _read(text, types, lambda reader: reader.expression())


def _read(text: str, types: Types, read: Callable[[Queries], T]) -> T | None:
    try:
        reader = Queries(sql_cursor(text), types)
        found = read(reader)
        reader.c.end()
    except (UnexpectedToken, RecursionError, ValueError):
        return None
    return found


class Queries(Expressions):
    """Reads queries, and the expressions in them."""

    def query(self) -> tree.Query:
        """[ WITH … ] SELECT … [ UNION … ] [ ORDER BY … ] [ LIMIT … ]."""
        c = self.c
        recursive, tables = self._with()
        found = self._united()
        rest = list(self.order_by())
        while c.key in ("limit", "offset", "fetch", "for"):
            rest += self._limit()
        found.tables, found.recursive = tables + found.tables, recursive or found.recursive
        found.rest += tuple(rest)
        return found

    def _with(self) -> tuple[bool, tuple[tree.Table, ...]]:
        if not self.c.accept("with"):
            return False, ()
        recursive = self.c.accept("recursive")
        return recursive, self.c.separated(self._table)

    def _table(self) -> tree.Table:
        """Name [ (columns) ] AS [ [ NOT ] MATERIALIZED ] (query) [ SEARCH … ] [ CYCLE … ]."""
        c = self.c
        name = c.name()
        columns = c.name_list() if c.key == "(" else ()
        c.expect("as")
        c.accept("not")
        c.accept("materialized")
        query = self.query_in_parentheses()
        added: list[tuple[str, str]] = []
        if c.accept("search"):
            word = c.one_of("depth", "breadth")
            c.expect("first", "by")
            c.names()
            c.expect("set")
            added.append((c.name(), "record[]" if word == "depth" else "record"))
        if c.accept("cycle"):
            c.names()
            c.expect("set")
            added += self._cycle()
        return tree.Table(name, columns, query, tuple(added))

    def _cycle(self) -> list[tuple[str, str]]:
        """Mark [ TO value DEFAULT value ] USING path."""
        c = self.c
        mark, kind = c.name(), "boolean"
        if c.accept("to"):
            value = self.expression()
            c.expect("default")
            self.expression()
            kind = value.type if isinstance(value, tree.Constant | tree.Cast) else ""
        c.expect("using")
        return [(mark, "text" if kind == "unknown" else kind), (c.name(), "record[]")]

    def _united(self) -> tree.Query:
        """Queries between UNION and EXCEPT."""
        left = self._intersected()
        while self.c.one_of("union", "except"):
            self.c.one_of("all", "distinct")
            left = tree.Union(left=left, right=self._intersected())
        return left

    def _intersected(self) -> tree.Query:
        left = self._simple()
        while self.c.accept("intersect"):
            self.c.one_of("all", "distinct")
            left = tree.Union(left=left, right=self._simple())
        return left

    def _simple(self) -> tree.Query:
        c = self.c
        if c.key == "(":
            return self.query_in_parentheses()
        if c.accept("values"):
            return tree.Values(rows=c.separated(self.in_parentheses))
        if c.accept("table"):
            star = tree.Item(tree.Reference((), ("*",)))
            return tree.Select(items=(star,), sources=(self._relation(),))
        c.expect("select")
        conditions = self._distinct()
        items = () if c.key in AFTER_ITEMS else c.separated(self.item)
        if c.accept("into"):
            c.skip_until("from", "where")
        sources = c.separated(self.source) if c.accept("from") else ()
        conditions += self._conditions()
        return tree.Select(items=items, sources=sources, conditions=tuple(conditions))

    def _distinct(self) -> list[Node]:
        c = self.c
        if not c.accept("all") and c.accept("distinct") and c.accept("on"):
            return list(self.in_parentheses())
        return []

    def _conditions(self) -> list[Node]:
        """WHERE, GROUP BY, HAVING, WINDOW."""
        c = self.c
        found: list[Node] = []
        if c.accept("where"):
            found.append(self.expression())
        if c.accept("group", "by"):
            c.one_of("all", "distinct")
            found += (node for nodes in c.separated(self._grouped) for node in nodes)
        if c.accept("having"):
            found.append(self.expression())
        if c.accept("window"):
            found += (node for nodes in c.separated(self._window) for node in nodes)
        return found

    def _grouped(self) -> list[Node]:
        """An expression, (), ROLLUP (…), CUBE (…) or GROUPING SETS (…)."""
        c = self.c
        if c.accept("grouping", "sets"):
            return [node for nodes in c.in_parentheses(self._grouped) for node in nodes]
        if c.sees("(", ")"):
            c.skip_parentheses()
            return []
        return [self.expression()]

    def _window(self) -> list[Node]:
        self.c.name()
        self.c.expect("as")
        return self.window()

    def _limit(self) -> list[Node]:
        c = self.c
        word = c.skip()
        if word == "for":
            c.skip_until("limit", "offset", "fetch", "for")
            return []
        if word == "fetch":
            c.one_of("first", "next")
            found = [] if c.key in ("row", "rows") else [self.expression()]
            c.one_of("row", "rows")
            if not c.accept("only"):
                c.expect("with", "ties")
            return found
        found = [] if c.accept("all") else [self.expression()]
        c.one_of("row", "rows")
        return found

    def item(self) -> tree.Item:
        """An expression, with its alias."""
        c = self.c
        if c.accept("*"):
            return tree.Item(tree.Reference((), ("*",)))
        start = c.starts[c.position : c.position + 1]
        value = self.expression()
        text = c.statement.text[start[0] : c.ends[c.position - 1]]
        has_alias = c.accept("as") or (c.sees_name() and c.key not in NO_BARE_ALIAS)
        return tree.Item(value, c.name() if has_alias else "", text)

    # FROM

    def source(self) -> tree.From:
        """An item of FROM, with all that is joined to it."""
        left = self._source()
        while self.c.key in JOINING:
            left = self._joined(left)
        return left

    def _joined(self, left: tree.From) -> tree.From:
        c = self.c
        natural, cross = c.accept("natural"), c.accept("cross")
        if c.one_of("left", "right", "full"):
            c.accept("outer")
        else:
            c.accept("inner")
        c.expect("join")
        right = self._source()
        if natural or cross:
            return tree.Join(left=left, right=right, using=None if natural else ())
        while c.key in JOINING:  # a JOIN b JOIN c ON … ON …
            right = self._joined(right)
        if c.accept("using"):
            using = c.name_list()
            merged = c.name() if c.accept("as") else ""
            return tree.Join(left=left, right=right, using=using, merged=merged)
        c.expect("on")
        return tree.Join(left=left, right=right, condition=self.expression())

    def _source(self) -> tree.From:
        c = self.c
        lateral = c.accept("lateral")
        if c.key == "(":
            if self.is_query():
                return self._aliased(tree.Derived(query=self.query_in_parentheses(), lateral=lateral))
            c.skip()
            found = self.source()
            c.expect(")")
            is_aliased = c.key == "as" or (c.sees_name() and c.key not in NO_COLUMNS)
            return self._aliased(found) if is_aliased and isinstance(found, tree.Join) else found
        if c.accept("rows", "from"):
            return self._functions(c.in_parentheses(self._function))
        if c.key in DEFINING_TABLES and c.peek() == "(":
            return self._aliased(self._defining_table())
        return self._relation_or_function()

    def _relation_or_function(self) -> tree.From:
        c = self.c
        position = c.position
        is_call = c.key in SPECIAL_CALLS
        if not is_call:
            c.accept("only")
            if c.key != "(":
                c.parts()
            is_call = c.key == "(" and c.keys[position] != "only"
        c.position = position
        return self._functions((self._function(),)) if is_call else self._relation()

    def _relation(self) -> tree.From:
        """[ ONLY ] name [ * ] [ alias ] [ TABLESAMPLE … ]."""
        c = self.c
        if c.accept("only") and c.key == "(":
            (name,) = c.in_parentheses(c.qualified_name)
        else:
            name = c.qualified_name()
        c.accept("*")
        found = self._aliased(tree.Named(name=name))
        if c.accept("tablesample"):
            c.parts()
            c.skip_parentheses()
            if c.accept("repeatable"):
                c.skip_parentheses()
        return found

    def _function(self) -> tree.InFrom:
        """A call, with its columns where they are defined: ROWS FROM (f() AS (a int))."""
        return self.primary(), self._definitions() if self.c.sees("as", "(") else ()

    def _definitions(self) -> tuple[tuple[str, str], ...]:
        """[ AS ] (name type, …)."""
        self.c.accept("as")
        return self.c.in_parentheses(self._definition)

    def _definition(self) -> tuple[str, str]:
        found = self.c.name(), self.read_type()
        if self.c.accept("collate"):
            self.c.parts()
        return found

    def _functions(self, calls: tuple[tree.InFrom, ...]) -> tree.From:
        c = self.c
        found = tree.Functions(calls=calls, ordinality=c.accept("with", "ordinality"))
        if c.key == "as" and c.peek() == "(":
            found.calls = ((calls[0][0], self._definitions()),)
            return found
        self._aliased(found, with_columns=False)
        if c.key == "(":
            if c.peek(2) in (",", ")"):
                found.columns = c.name_list()
            else:
                found.calls = ((calls[0][0], self._definitions()),)
        return found

    def _aliased(self, found: tree.From, *, with_columns: bool = True) -> tree.From:
        """[ AS ] alias [ (columns) ]."""
        c = self.c
        if c.accept("as") or (c.sees_name() and c.key not in NO_COLUMNS):
            found.alias = c.name()
            if with_columns and c.key == "(":
                found.columns = c.name_list()
        return found

    def _defining_table(self) -> tree.From:
        """XMLTABLE or JSON_TABLE: its columns are behind COLUMNS."""
        c = self.c
        parts: list[Node] = []
        columns: list[tuple[str, str]] = []
        c.skip()
        c.expect("(")
        while c.key not in (")", "columns", ""):
            if c.accept("xmlnamespaces"):
                c.skip_parentheses()
            elif c.key in (",", "passing", "as", "by", "ref", "value", "path"):
                c.skip()
            else:
                parts.append(self.expression())
        if c.key == "columns":
            columns = self._columns()
        while not c.accept(")"):
            c.skip()
        call = tree.Fixed(tuple(parts), "record")
        return tree.Functions(calls=((call, tuple(columns)),))

    def _columns(self) -> list[tuple[str, str]]:
        """COLUMNS name type …, or in JSON_TABLE with parentheses; those of NESTED ones come last."""
        c = self.c
        c.expect("columns")
        in_parentheses = c.accept("(")
        found: list[tuple[str, str]] = []
        nested: list[tuple[str, str]] = []
        while True:
            if c.accept("nested"):
                c.skip_until("columns", ",")
                nested += self._columns()
            else:
                name = c.name()
                found.append((name, "integer" if c.accept("for", "ordinality") else self.read_type()))
                c.skip_until(",")
            if not c.accept(","):
                break
        if in_parentheses:
            c.expect(")")
        return found + nested


SPECIAL_CALLS = frozenset({"current_date", "current_timestamp", "current_user", "session_user", "coalesce"})
"""What looks like no call in FROM and is one."""
