"""Queries: which columns they return, of which types, and which columns of the database they read.

Here sqlglot's parser is used. It only answers questions; what a reader sees is the source's text.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple, Protocol

from sqlglot import exp
from sqlglot.optimizer.scope import Scope

from schemabook.errors import Source
from schemabook.model import Column, ColumnName, Name, Sql, Statement
from schemabook.read.changes import changed, has_changes, name_text, table_name
from schemabook.read.cursor import Cursor, UnexpectedToken
from schemabook.read.figure import item_name, select_items
from schemabook.read.following import attempt
from schemabook.read.parsing import parse, scopes_of
from schemabook.read.same_names import with_own_names
from schemabook.read.types import type_name
from schemabook.read.value_types import Find, common_type, value_type
from schemabook.read.words import tokens_of


class Catalog(Protocol):
    """What a query needs to know of the database around it."""

    def relation_name(self, name: Name) -> Name:
        """The full name of a relation."""

    def type_name(self, name: Name) -> Name:
        """The full name of a type."""

    def column_type(self, parts: list[str]) -> str:
        """The type of a column, for %TYPE."""

    def parts_of(self, kind: type[Column], relation: Name) -> Mapping[str, Column]:
        """The columns of a relation."""


class Output(NamedTuple):
    """A column of a query's result; *column* is where it comes from, if it is taken as it is."""

    name: str
    type: str
    column: ColumnName | None = None
    collation: str | None = None
    sources: frozenset[ColumnName] = frozenset()
    """The columns of the database that its value is made of, through all subqueries."""


class Query(NamedTuple):
    """What a query returns and reads."""

    outputs: tuple[Output, ...] = ()
    reads: frozenset[ColumnName] = frozenset()
    """The columns it reads; of a relation of which it reads no column, the relation with an empty column."""
    is_parsed: bool = False
    """Whether sqlglot could read it, so that *reads* is all that it reads."""


def query(sql: Sql, database: Catalog) -> Query:
    """What a query returns and reads; of one that sqlglot cannot parse only the names in its SELECT list."""
    tokens = tokens_of(sql)
    items = select_items(tokens)
    found = attempt(lambda: _parsed(sql, tokens, items, database))
    if found:
        return found
    names = [item_name(item) or "?column?" for item in items if item[-1:] != ["*"]]
    return Query(tuple(Output(name, "") for name in names))


def _parsed(sql: Sql, tokens: list[str], items: list[list[str]], database: Catalog) -> Query | None:
    parsed = parse(sql.tokens, tokens)  # not the text: in the tokens, case is folded as PostgreSQL does
    if parsed:
        with_own_names(parsed, database.relation_name)
    if parsed and has_changes(parsed):
        return Query((), frozenset(without_implied(changed(parsed, database))), is_parsed=True)
    if isinstance(parsed, exp.Values):
        return Query(tuple(_values(parsed, lambda value: value_type(value, lambda _: ""))), is_parsed=True)
    scopes = scopes_of(parsed) if parsed else []
    if not scopes:
        return None
    reading = Reading(database)
    outputs = reading.named_outputs(scopes[-1], items)
    reads = {read for scope in scopes for read in reading.reads(scope)}
    return Query(tuple(outputs), frozenset(without_implied(reads)), is_parsed=True)


def without_implied(reads: set[ColumnName]) -> set[ColumnName]:
    """Without the relations of which a column is among them."""
    with_column = {read.relation for read in reads if read.column}
    return {read for read in reads if read.column or read.relation not in with_column}


class Reading:
    """Resolves the names of a query against the database."""

    def __init__(self, database: Catalog) -> None:
        self.database = database
        self.known: dict[int, tuple[Output, ...]] = {}
        """The columns of each scope; none while they are being looked for, as in a recursive query."""

    def named_outputs(self, scope: Scope, items: list[list[str]]) -> list[Output]:
        """The outputs, named as PostgreSQL names them: *items* are the tokens of the SELECT list."""
        found = list(self.outputs(scope))
        first = _first_select(scope)
        select = first.expression
        if not isinstance(select, exp.Select) or len(items) != len(select.expressions):
            return found
        position = 0
        for projection, item in zip(select.expressions, items, strict=True):
            if _is_star(projection):
                position += len(list(self._projected(projection, first)))
                continue
            if position < len(found):
                found[position] = found[position]._replace(name=item_name(item) or "?column?")
            position += 1
        return found

    def outputs(self, scope: Scope) -> tuple[Output, ...]:
        """The columns that a scope returns."""
        if id(scope) not in self.known:
            self.known[id(scope)] = ()
            self.known[id(scope)] = _united([list(self._outputs(branch)) for branch in _branches(scope)])
        return self.known[id(scope)]

    def _outputs(self, scope: Scope) -> Iterator[Output]:
        select = scope.expression
        if isinstance(select, exp.Values):
            yield from _values(select, lambda value: self.type_of(value, scope))
        elif isinstance(select, exp.Unnest):
            yield from _unnested(select)
        elif isinstance(select, exp.Select):
            for projection in select.expressions:
                yield from self._projected(projection, scope)

    def _projected(self, projection: exp.Expr, scope: Scope) -> Iterator[Output]:
        if isinstance(projection, exp.Star):
            yield from self._all_columns(scope)
        elif isinstance(projection, exp.Column) and isinstance(projection.this, exp.Star):
            yield from self.columns_of(name_text(projection.args.get("table")), scope)
        else:
            value = projection.unalias()
            origin = self.origin(value, scope)
            alias = projection.args.get("alias")
            name = name_text(alias) if isinstance(alias, exp.Identifier) else _name_of(value)
            if origin:
                yield origin._replace(name=name)
            else:
                sources = frozenset(self.sources_of(value, scope))
                yield Output(name, self.type_of(value, scope), sources=sources)

    def _all_columns(self, scope: Scope) -> Iterator[Output]:
        """SELECT *: the columns of USING once and first, then the others of each item of FROM."""
        merged: dict[str, list[Output]] = {}
        using = _using(scope)
        for name in scope.selected_sources:
            for output in self.columns_of(name, scope):
                if output.name in using:
                    merged.setdefault(output.name, []).append(output)
        yield from map(_merged, merged.values())
        for name in scope.selected_sources:
            yield from (o for o in self.columns_of(name, scope) if o.name not in using)

    def columns_of(self, source: str, scope: Scope) -> tuple[Output, ...]:
        """The columns of one item of FROM, under its column aliases if it has them."""
        found = scope.sources.get(source)
        if isinstance(found, Scope):
            return self._columns_of_scope(found)
        if not isinstance(found, exp.Table):
            return ()
        if not isinstance(found.this, exp.Identifier):
            return _function_columns(found)
        relation = self.database.relation_name(table_name(found))
        columns = self.database.parts_of(Column, relation).values()
        outputs = [_output(c) for c in columns]
        return _under_aliases(outputs, found)

    def _columns_of_scope(self, found: Scope) -> tuple[Output, ...]:
        outputs = list(self.outputs(found))
        names = [str(name) for name in found.outer_columns]
        return tuple(o._replace(name=names[i]) if i < len(names) else o for i, o in enumerate(outputs))

    def origin(self, value: exp.Expr, scope: Scope) -> Output | None:
        """The column of an item of FROM that the expression is, if it is just a column."""
        if not isinstance(value, exp.Column):
            return None
        name, table = name_text(value.this), name_text(value.args.get("table"))
        # Only a source that FROM names: WITH may define more.
        found = [
            output
            for source in ([table] if table else scope.selected_sources)
            for output in self.columns_of(source, scope)
            if output.name == name
        ]
        if found:
            return _merged(found)
        return self.origin(value, scope.parent) if scope.parent else None

    def reads(self, scope: Scope) -> Iterator[ColumnName]:
        """The columns and relations that a scope itself reads, without its subqueries."""
        for source in scope.sources.values():
            if isinstance(source, exp.Table) and isinstance(source.this, exp.Identifier):
                yield ColumnName(self.database.relation_name(table_name(source)), "")
        for column in scope.columns:
            yield from self._read(column, scope)
        for name in _using(scope):
            for item in scope.sources:
                yield from (o.column for o in self.columns_of(item, scope) if o.name == name and o.column)
        if isinstance(scope.expression, exp.Select):
            for projection in scope.expression.expressions:
                if _is_star(projection):
                    yield from (o.column for o in self._projected(projection, scope) if o.column)

    def _read(self, column: exp.Column, scope: Scope) -> Iterator[ColumnName]:
        origin = self.origin(column, scope)
        if origin and origin.column:
            yield origin.column

    def sources_of(self, value: exp.Expr, scope: Scope) -> Iterator[ColumnName]:
        """The columns of the database that an expression is computed from; of a subquery, what it returns."""
        for part in value.walk(prune=lambda node: isinstance(node, exp.Query)):
            if isinstance(part, exp.Column):
                origin = self.origin(part, scope)
                yield from origin.sources if origin else ()
            elif isinstance(part, exp.Query):
                select = part.this if isinstance(part, exp.Subquery) else part
                inner = (found for found in scope.subquery_scopes if found.expression is select)
                yield from (source for found in inner for o in self.outputs(found) for source in o.sources)

    def type_of(self, value: exp.Expr, scope: Scope) -> str:
        """The type of an expression, as far as it is plain; else the empty string."""
        if isinstance(value, exp.Column):
            origin = self.origin(value, scope)
            return origin.type if origin else ""
        if isinstance(value, exp.Cast):
            return _type_text(value, self.database)
        if isinstance(value, exp.Subquery):
            return self._type_of_subquery(value, scope)
        return value_type(value, lambda part: self.type_of(part, scope))

    def _type_of_subquery(self, value: exp.Subquery, scope: Scope) -> str:
        """The type of the only column of (SELECT …)."""
        found = next((inner for inner in scope.subquery_scopes if inner.expression is value.this), None)
        outputs = self.outputs(found) if found else ()
        return outputs[0].type if len(outputs) == 1 else ""


def _output(fact: Column) -> Output:
    """A column of the database, taken as it is."""
    name = ColumnName(fact.relation, fact.name)
    return Output(fact.name, fact.type, name, fact.collation, frozenset({name}))


def _values(values: exp.Values, find: Find) -> Iterator[Output]:
    """The columns of VALUES; without aliases they are `column1`, `column2`."""
    rows = [row.expressions for row in values.expressions if isinstance(row, exp.Tuple)]
    for position, column in enumerate(zip(*rows, strict=False), 1):
        yield Output(f"column{position}", common_type(map(find, column)))


def _unnested(unnest: exp.Unnest) -> Iterator[Output]:
    """The columns of unnest() in FROM, WITH ORDINALITY or without."""
    alias = unnest.args.get("alias")
    names = alias.args.get("columns") or [alias.this] if isinstance(alias, exp.TableAlias) else []
    for name in [*names, unnest.args.get("offset")]:
        if isinstance(name, exp.Identifier):
            yield Output(name_text(name), "")


def _merged(outputs: list[Output]) -> Output:
    """A column of USING: the first one, with its type if the others have the same."""
    sources = frozenset().union(*(other.sources for other in outputs))
    first = outputs[0]._replace(sources=sources)
    return first if all(other.type == first.type for other in outputs) else first._replace(type="")


def _branches(scope: Scope) -> list[Scope]:
    """The queries that UNION, INTERSECT and EXCEPT put together; of a recursive query the first decides."""
    if not scope.set_operation_scopes:
        return [scope]
    parts = [_branches(part) for part in scope.set_operation_scopes]
    return parts[0] if _is_recursive(scope) else [branch for part in parts for branch in part]


def _is_recursive(scope: Scope) -> bool:
    cte = scope.expression.parent
    if not isinstance(cte, exp.CTE) or not (isinstance(cte.parent, exp.With) and cte.parent.recursive):
        return False
    return any(table.name == cte.alias for table in scope.expression.find_all(exp.Table))


def _united(branches: list[list[Output]]) -> tuple[Output, ...]:
    """The outputs of the first branch, with the types that all branches agree on."""

    def united(position: int, output: Output) -> Output:
        found = [branch[position] for branch in branches if position < len(branch)]
        types = [other.type for other in found] + [""] * (len(branches) - len(found))
        sources = frozenset().union(*(other.sources for other in found))
        return output._replace(type=common_type(types), sources=sources)

    return tuple(united(position, output) for position, output in enumerate(branches[0]))


def _first_select(scope: Scope) -> Scope:
    """The scope of the first SELECT of a UNION, which names the columns."""
    while scope.set_operation_scopes:
        scope = scope.set_operation_scopes[0]
    return scope


def _is_star(projection: exp.Expr) -> bool:
    return isinstance(projection, exp.Star) or (
        isinstance(projection, exp.Column) and isinstance(projection.this, exp.Star)
    )


def _using(scope: Scope) -> list[str]:
    joins = scope.find_all(exp.Join)
    return [name_text(name) for join in joins for name in join.args.get("using") or []]


def _function_columns(table: exp.Table) -> tuple[Output, ...]:
    """The columns of a function in FROM: those of its alias, else one of the alias's name."""
    alias = table.args.get("alias")
    if not isinstance(alias, exp.TableAlias):
        return ()
    names = [name_text(column) for column in alias.args.get("columns") or []]
    return tuple(Output(name, "") for name in names or [name_text(alias.this)])


def _under_aliases(outputs: list[Output], table: exp.Table) -> tuple[Output, ...]:
    alias = table.args.get("alias")
    names = alias.args.get("columns") if isinstance(alias, exp.TableAlias) else None
    if not names:
        return tuple(outputs)
    renamed = [name_text(name) for name in names]
    return tuple(o._replace(name=renamed[i]) if i < len(renamed) else o for i, o in enumerate(outputs))


def _cast_type(value: exp.Cast) -> str:
    kind = value.to
    return kind.sql(dialect="postgres").lower() if isinstance(kind, exp.DataType) else ""


def _type_text(value: exp.Cast, database: Catalog) -> str:
    """The type of a cast as `format_type` prints it; sqlglot has its own spellings.

    It prints the precision of an interval in a way that is not PostgreSQL's.
    """
    text = _cast_type(value)
    if value.to.is_type("interval") and value.to.expressions:
        return ""
    try:
        return type_name(Cursor(Statement(Source("", 0), text)), database) if text else ""
    except (UnexpectedToken, ValueError):
        return ""


def _name_of(value: exp.Expr) -> str:
    """The name of a column without AS in a subquery, roughly; `figure` is exact, but needs tokens."""
    if isinstance(value, exp.Column):
        return name_text(value.this)
    if isinstance(value, exp.Cast):
        inner = _name_of(value.this)
        return _cast_type(value) if inner == "?column?" else inner
    if isinstance(value, exp.Case):
        return "case"
    if isinstance(value, exp.Anonymous):
        return str(value.this).lower()
    return value.sql_name().lower() if isinstance(value, exp.Func) else "?column?"
