"""SELECT … FROM … WHERE … over the catalogs: which rows it finds, and how certain that is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Protocol

from sqlglot import exp

from schemabook.model import Name
from schemabook.read.blocks.catalogs import CATALOGS
from schemabook.read.blocks.failures import Failed, RunsCode
from schemabook.read.blocks.information_schema import VIEWS
from schemabook.read.blocks.rows import Row
from schemabook.read.blocks.values import MAYBE, all_of
from schemabook.read.state.builder import Builder
from schemabook.read.text.tokens import folded

SCHEMAS = {"": CATALOGS, "pg_catalog": CATALOGS, "information_schema": VIEWS}
Scope = dict[str, Row]
"""The row of each table by the name that the query gives it."""
Rows = list[tuple[Any, tuple[Scope, ...]]]
"""For each row found whether it is there, TRUE or MAYBE, and its scopes, inner ones first."""

MOST = 200_000
"""Combinations of rows beyond which a question is not followed."""
NOT_FOLLOWED = ("having", "offset", "with_", "with", "laterals", "qualify")


class Evaluator(Protocol):
    """Who answers what a condition asks."""

    database: Builder
    catalogs: set[str]
    """The catalogs that were looked at."""

    def of(self, node: Any, scopes: tuple[Scope, ...]) -> Any:
        """The value of a part of an expression."""


def rows_of(e: Evaluator, query: Any, outer: tuple[Scope, ...]) -> Rows:
    """What a query finds.

    Raises RunsCode for one that is not followed, and Failed where a table does not exist.
    """
    if not isinstance(query, exp.Select) or any(query.args.get(key) for key in NOT_FOLLOWED):
        raise RunsCode("the DO block asks what is not followed")
    if (limit := query.args.get("limit")) and e.of(limit.expression, ()) != 1:
        raise RunsCode("the DO block asks what is not followed: LIMIT")
    return _Search(e, query, outer).rows()


class _Search:
    def __init__(self, e: Evaluator, query: exp.Select, outer: tuple[Scope, ...]) -> None:
        self.e, self.outer = e, outer
        self.tables: dict[str, list[Row]] = {}
        self.left: dict[str, Any] = {}
        """The conditions of LEFT JOIN."""
        self.conditions: list[Any] = []
        source = query.args.get("from_") or query.args.get("from")
        if source:
            self._add(source.this)
        for join in query.args.get("joins") or ():
            self._join(join)
        if where := query.args.get("where"):
            self.conditions += _parts(where.this)

    def _join(self, join: exp.Join) -> None:
        side, kind = (join.side or "").lower(), (join.kind or "").lower()
        name = self._add(join.this)
        condition = join.args.get("on")
        if join.args.get("using") or join.args.get("method") or side not in ("", "left"):
            raise RunsCode("the DO block asks what is not followed: a JOIN")
        if side == "left":
            self.left[name] = condition
        elif condition is not None and kind != "cross":
            self.conditions += _parts(condition)

    def _add(self, table: Any) -> str:
        if not isinstance(table, exp.Table) or not isinstance(table.this, exp.Identifier):
            raise RunsCode("the DO block asks what is not followed: FROM")
        schema, name = name_of(table.args.get("db")), name_of(table.this)
        alias = table.args.get("alias")
        if alias is not None and alias.args.get("columns"):
            raise RunsCode("the DO block asks what is not followed: names of columns")
        shown = name_of(alias.this) if alias is not None else name
        known = SCHEMAS.get(schema, {})
        if name not in known:
            raise self._unknown(schema, name)
        self.e.catalogs.add(name)
        self.tables[shown] = list(known[name](self.e.database))
        return shown

    def _unknown(self, schema: str, name: str) -> Exception:
        found = self.e.database.relation_name(Name(schema, name))
        if found in self.e.database.relations:
            return RunsCode(f"the DO block asks for the rows of {found}")
        if name.startswith("pg_") or schema == "information_schema":
            return RunsCode(f"the DO block asks {name}, which the model does not have")
        return Failed("undefined_table", f'relation "{found}" does not exist')

    def rows(self) -> Rows:
        """The combinations of rows that fit."""
        waiting = [(condition, self._names(condition)) for condition in self.conditions]
        found: list[tuple[Any, Scope]] = [(True, {})]
        seen: set[str] = set()
        for name, rows in self.tables.items():
            seen.add(name)
            ready = [c for c, names in waiting if names is not None and names <= seen]
            alone = [c for c, names in waiting if names == {name}]
            waiting = [(c, n) for c, n in waiting if c not in ready]
            if name not in self.left:
                rows = [row for row in rows if self._fits(alone, {name: row}) in (True, MAYBE)]
            if len(found) * len(rows) > MOST:
                raise RunsCode("the DO block asks more than is followed")
            found = list(self._combined(found, name, rows, ready))
        rest = [condition for condition, _ in waiting]
        return [
            (certainty, (scope, *self.outer))
            for before, scope in found
            if (certainty := all_of((before, self._fits(rest, scope)))) in (True, MAYBE)
        ]

    def _combined(
        self, found: list[tuple[Any, Scope]], name: str, rows: list[Row], ready: list[Any]
    ) -> Iterator[tuple[Any, Scope]]:
        for before, scope in found:
            matches = [(before, {**scope, name: row}) for row in rows]
            if name in self.left:
                matches = self._left(before, scope, name, rows)
            for certainty, one in matches:
                fits = all_of((certainty, self._fits(ready, one)))
                if fits is True or fits is MAYBE:
                    yield fits, one

    def _left(self, before: Any, scope: Scope, name: str, rows: list[Row]) -> list[tuple[Any, Scope]]:
        """The rows that fit the condition of the join; where none does for certain, NULLs as well."""
        condition = [self.left[name]] if self.left[name] is not None else []
        matches = []
        for row in rows:
            fits = self._fits(condition, {**scope, name: row})
            if fits is True or fits is MAYBE:
                matches.append((all_of((before, fits)), {**scope, name: row}))
        if not any(certainty is True for certainty, _ in matches):
            nothing = dict.fromkeys({key for row in rows for key in row})
            matches.append((MAYBE if matches else before, {**scope, name: nothing}))
        return matches

    def _fits(self, conditions: list[Any], scope: Scope) -> Any:
        return all_of(self.e.of(condition, (scope, *self.outer)) for condition in conditions)

    def _names(self, condition: Any) -> set[str] | None:
        """The tables that a condition is about; None where it is to be looked at last."""
        if condition.find(exp.Select):
            return None
        names = set()
        for column in condition.find_all(exp.Column):
            table, name = name_of(column.args.get("table")), name_of(column.this)
            if table:
                names |= {table} & set(self.tables)
                continue
            names |= {one for one, rows in self.tables.items() if any(name in row for row in rows)}
        return names or None


def _parts(condition: Any) -> list[Any]:
    """The conditions between AND."""
    if isinstance(condition, exp.Paren):
        return _parts(condition.this)
    if isinstance(condition, exp.And):
        return [*_parts(condition.this), *_parts(condition.expression)]
    return [condition]


def name_of(node: Any) -> str:
    """The name that an identifier is; empty for none."""
    if not isinstance(node, exp.Identifier):
        return ""
    return str(node.this) if node.args.get("quoted") else folded(str(node.this))
