"""Queries: which columns they return, of which types, and which columns of the database they read."""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Sequence as Names
from itertools import zip_longest
from typing import NamedTuple

from schemabook.model import Column, ColumnName, Name, Sql
from schemabook.model.keywords import quoted
from schemabook.read.queries import tree
from schemabook.read.queries.catalog import Catalog
from schemabook.read.queries.conversion import UNKNOWN
from schemabook.read.queries.following import attempt
from schemabook.read.queries.levels import SEQUENCE, Items, Level, Output, Rows, Unknown, all_sources, renamed
from schemabook.read.queries.levels import of_column as _output
from schemabook.read.queries.output_names import item_name
from schemabook.read.queries.parsing import parse
from schemabook.read.queries.same_names import with_own_names
from schemabook.read.queries.selects import read_query
from schemabook.read.queries.system import relation_columns
from schemabook.read.queries.touched import Touched, has_changes
from schemabook.read.queries.tree import Node
from schemabook.read.queries.value_types import ValueTypes
from schemabook.read.text.words import tokens_of, with_quoted_names


class Query(NamedTuple):
    """What a query returns and reads."""

    outputs: tuple[Output, ...] = ()
    reads: frozenset[ColumnName] = frozenset()
    """The columns it reads; of a relation of which it reads no column, the relation with an empty column."""
    is_parsed: bool = False
    """Whether it could be read, so that *reads* is all that it reads."""
    complete: bool = False
    """Whether the outputs are certainly all."""
    unknown: frozenset[Unknown] = frozenset()
    """The names in it that lead nowhere, or to what only its surroundings know, as a routine's variables."""


def query(sql: Sql, database: Catalog, *, typed: bool = False) -> Query:
    """What a query returns and reads; the types of its columns only where they are asked for."""
    return attempt(lambda: _followed(sql, database, typed)) or Query()


def _followed(sql: Sql, database: Catalog, typed: bool) -> Query:
    found = read_query(sql.text, database)
    return _read(found, database, typed) if found else _changes(sql, database)


def _read(query: tree.Query, database: Catalog, typed: bool) -> Query:
    reading = QueryReader(database, typed=typed)
    result = settled(reading.result(query, Level()))
    names = (name for name in reading.unknown if name.qualifier or name.column not in reading.aliases)
    reads = frozenset(without_implied(reading.reads))
    return Query(result.outputs, reads, True, result.complete, frozenset(names))


def _changes(sql: Sql, database: Catalog) -> Query:
    """What a statement touches that changes rows."""
    tokens = with_quoted_names(tokens_of(sql))
    parsed = parse(" ".join(tokens), tokens)  # Not the text: in the tokens, case is folded.
    if not parsed or not has_changes(parsed):
        return Query()
    with_own_names(parsed, database.relation_name)
    touched = Touched(parsed, database)
    return Query((), frozenset(without_implied(touched.found)), True, unknown=frozenset(touched.unknown))


def without_implied(reads: set[ColumnName]) -> set[ColumnName]:
    """Without the relations of which a column is among them."""
    with_column = {read.relation for read in reads if read.column}
    return {read for read in reads if read.column or read.relation not in with_column}


def settled(items: Items) -> Items:
    """With text for what is still a constant in quotes."""
    outputs = tuple(o._replace(type="text") if o.type == UNKNOWN else o for o in items.outputs)
    return items._replace(outputs=outputs)


class Seen(NamedTuple):
    """A level, as values see it whose types are asked for."""

    reading: QueryReader
    level: Level

    def type_of_name(self, names: Names[str]) -> str:
        """The type of a column or a row; of a function, where it is called as if it were a column."""
        if names[-1] == "*":
            whole = self.level.rows(names[:-1]) if len(names) > 1 else None
            return whole.type if whole else ""
        found = self.level.column(names)
        if found is None and len(names) > 1 and (rows := self.level.rows(names[:-1])):
            return self.reading.types.field(rows.type, names[-1]) if rows.complete else ""
        return found.type if found else ""

    def types_of_query(self, query: tree.Query) -> list[str]:
        """The types of a subquery's columns."""
        return [output.type for output in settled(self.reading.result(query, self.level)).outputs]


class QueryReader:
    """Resolves the names of a query against the database."""

    def __init__(self, database: Catalog, *, typed: bool) -> None:
        self.database = database
        self.types = ValueTypes(database)
        self.typed = typed
        self.reads: set[ColumnName] = set()
        self.unknown: set[Unknown] = set()
        self.aliases: set[str] = set()
        """What GROUP BY and ORDER BY may name beside columns."""
        self.known: dict[int, Items] = {}
        """What each query returns."""

    def type_of(self, node: Node, level: Level) -> str:
        """The type of a value, where types are asked for."""
        return self.types.type_of(node, Seen(self, level)) if self.typed else ""

    def result(self, query: tree.Query, outer: Level) -> Items:
        """The columns that a query returns."""
        if id(query) not in self.known:
            level = Level(outer)
            for table in query.tables:
                level.tables[table.name] = self._table(table, level, recursive=query.recursive)
            found = self._result(query, level)
            names = {output.name for output in found.outputs}
            for node in query.rest:
                if not (isinstance(node, tree.Reference) and node.names[0] in names and len(node.names) == 1):
                    self.sources_of(node, level)
            self.known[id(query)] = found
        return self.known[id(query)]

    def _table(self, table: tree.Table, level: Level, *, recursive: bool) -> Items:
        """What WITH defines; of a recursive query the first part decides."""
        if recursive and isinstance(table.query, tree.Union):
            inner = Level(level)
            for other in table.query.tables:
                inner.tables[other.name] = self._table(other, inner, recursive=table.query.recursive)
            first = settled(self.result(table.query.left, inner))
            level.tables[table.name] = _added(under(first, table.columns), table)
            self.result(table.query, level)
            return level.tables[table.name]
        return _added(under(settled(self.result(table.query, level)), table.columns), table)

    def _result(self, query: tree.Query, level: Level) -> Items:
        match query:
            case tree.Select():
                return self._selected(query, level)
            case tree.Values():
                return self._values(query, level)
            case tree.Union():
                return self._united(self.result(query.left, level), self.result(query.right, level))
        return Items(complete=False)

    def _united(self, left: Items, right: Items) -> Items:
        """UNION and the like: the names of the first, the types that both have in common."""

        def united(first: Output | None, second: Output | None) -> Iterator[Output]:
            if first:
                types = (first.type, second.type if second else "")
                kind = self.types.common(iter(types)) if self.typed else ""
                sources = all_sources([first, *([second] if second else [])])
                yield first._replace(type=kind, sources=sources, expression="")

        pairs = zip_longest(left.outputs, right.outputs)
        outputs = tuple(output for first, second in pairs for output in united(first, second))
        return Items(outputs, complete=left.complete)

    def _values(self, query: tree.Values, level: Level) -> Items:
        """The columns of VALUES: `column1`, `column2`."""
        outputs = []
        for position, column in enumerate(zip(*query.rows, strict=False), 1):
            sources = frozenset().union(*(self.sources_of(node, level) for node in column))
            kind = self.types.common(self.type_of(node, level) for node in column) if self.typed else ""
            outputs.append(Output(f"column{position}", kind, sources=sources))
        return Items(tuple(outputs))

    def _selected(self, query: tree.Select, level: Level) -> Items:
        for source in query.sources:
            level.items += self.source(source, level)
        found = Items()
        self.aliases.update(item.alias for item in query.items if item.alias)
        for item in query.items:
            found += self._item(item, level)
        for node in query.conditions:
            self.sources_of(node, level)
        return found

    def _item(self, item: tree.Item, level: Level) -> Items:
        value = item.value
        if isinstance(value, tree.Reference) and value.names[-1] == "*":
            return self._star(value.names[:-1], level)
        if isinstance(value, tree.Field) and value.name == "*":
            return self._fields(value, level)
        name = item_name(item, lambda inner: self._first_name(inner, level))
        sources = frozenset(self.sources_of(value, level))
        found = level.column(value.names) if isinstance(value, tree.Reference) else None
        if found:
            return Items((found._replace(name=name),))
        collation = quoted(value.collation) if isinstance(value, tree.Collated) else None
        return Items((Output(name, self.type_of(value, level), None, collation, sources, item.text),))

    def _first_name(self, query: tree.Query, level: Level) -> str:
        outputs = self.result(query, level).outputs
        return outputs[0].name if outputs else ""

    def _star(self, names: Names[str], level: Level) -> Items:
        """`*` or `table.*`."""
        found: Items | Rows | None = level.rows(names) if names else level.items
        if found is None:
            return Items(complete=False)
        self.reads |= {output.column for output in found.outputs if output.column}
        return Items(found.outputs, complete=found.complete)

    def _fields(self, value: tree.Field, level: Level) -> Items:
        """`(value).*`."""
        sources = frozenset(self.sources_of(value, level))
        inner = value.parts[0]
        names = inner.names if isinstance(inner, tree.Reference) else ()
        rows = level.rows(names) if names else None
        if rows and level.column(names) == rows.whole():
            return self._star(names, level)
        columns = self.types.row_columns(inner, Seen(self, level)) if isinstance(inner, Node) else None
        if columns is None:
            return Items(complete=False)
        return Items(tuple(Output(name, kind, sources=sources) for name, kind in columns))

    def sources_of(self, part: tree.Part, level: Level) -> set[ColumnName]:
        """The columns of the database that a value is made of; all that it reads is noted."""
        if isinstance(part, tree.Query):
            return set(all_sources(self.result(part, level).outputs))
        found: set[ColumnName] = set()
        waiting: list[tree.Part] = [part]
        while waiting:
            node = waiting.pop()
            if isinstance(node, tree.Query):
                found |= all_sources(self.result(node, level).outputs)
            elif isinstance(node, tree.Reference):
                found |= self._named(node, level)
            else:
                waiting += node.parts
        return found

    def _named(self, node: tree.Reference, level: Level) -> frozenset[ColumnName]:
        if node.names[-1] == "*":
            rows = level.rows(node.names[:-1]) if len(node.names) > 1 else None
            return all_sources(rows.outputs) if rows else frozenset()
        found = level.column(node.names)
        if found and found.column:
            self.reads.add(found.column)
        if found is None and (unknown := level.unknown(node.names)):
            self.unknown.add(unknown)
        return found.sources if found else frozenset()

    # FROM

    def source(self, source: tree.From, level: Level) -> Items:
        """What an item of FROM makes known."""
        match source:
            case tree.Named():
                return self._relation(source, level)
            case tree.Derived():
                around = level if source.lateral else level.beside()
                return _named(settled(self.result(source.query, around)), source)
            case tree.Functions():
                return self._functions(source, level)
            case tree.Join():
                return self._joined(source, level)
        return Items(complete=False)

    def _relation(self, source: tree.Named, level: Level) -> Items:
        name = source.alias or source.name.name
        table = None if source.name.schema else level.table(source.name.name)
        if table is not None:
            return _named(table, source, name)
        relation = self.database.relation_name(source.name)
        self.reads.add(ColumnName(relation, ""))
        known = relation in self.database.relations
        outputs = tuple(_output(column) for column in self.database.parts_of(Column, relation).values())
        if relation in self.database.sequences:
            outputs, known = SEQUENCE, True
        if not known and (found := _system_relation(source.name)):
            outputs, known = tuple(Output(column, kind) for column, kind in found), True
        if not known:
            self.unknown.add(Unknown(source.name))
        fact = self.database.relations.get(relation)
        complete = known and (fact is None or fact.columns_known)
        items = under(Items(outputs, complete=complete), source.columns)
        row_type = ".".join(quoted(part) for part in relation if part)
        rows = Rows(name, items.outputs, items.complete, row_type if known else "", relation)
        if source.alias:
            rows = rows._replace(relation=Name("", relation.name))
        return items._replace(rows=(rows,))

    def _functions(self, source: tree.Functions, level: Level) -> Items:
        outputs: list[Output] = []
        complete = True
        kinds: list[str] = []
        calls = [part for call in source.calls for part in _apart(call)]
        for call, definitions in calls:
            sources = frozenset(self.sources_of(call, level))
            alias = source.alias if len(calls) == 1 else ""
            columns = definitions or self.types.columns_in_from(call, alias, Seen(self, level))
            complete = complete and columns is not None
            outputs += (Output(name, kind, sources=sources) for name, kind in columns or ())
            kinds.append(self.type_of(call, level))
        if source.ordinality:
            outputs.append(Output("ordinality", "bigint"))
        is_one = len(calls) == 1 and not source.ordinality
        name = source.alias or (calls[0][0].output_name if isinstance(calls[0][0], tree.Call) else "")
        items = under(Items(tuple(outputs), complete=complete), source.columns)
        rows = Rows(name, items.outputs, items.complete, kinds[0] if is_one else "record")
        return items._replace(rows=(rows,))

    def _joined(self, join: tree.Join, level: Level) -> Items:
        before = level.items
        left = self.source(join.left, level)
        level.items = before + left
        right = self.source(join.right, level)
        level.items = left + right
        if join.condition:
            self.sources_of(join.condition, level)
        level.items = before
        using = join.using
        if using is None:
            names = {output.name for output in right.outputs}
            using = tuple(output.name for output in left.outputs if output.name in names)
        merged = tuple(self._merged(name, left, right) for name in using)
        rest = tuple(o for o in left.outputs + right.outputs if o.name not in using)
        items = (left + right)._replace(outputs=merged + rest)
        if join.alias:
            return _named(items, join)
        if join.merged:
            items += Items(rows=(Rows(join.merged, merged),))._replace(complete=True)
        return items

    def _merged(self, name: str, left: Items, right: Items) -> Output:
        """A column of USING: the first one, of the type that both have in common."""
        found = [o for items in (left, right) for o in items.outputs if o.name == name][:2]
        self.reads |= {output.column for output in found if output.column}
        if not found:
            return Output(name, "")
        types = [output.type for output in found] + [""] * (2 - len(found))
        kind = self.types.common(iter(types)) if self.typed else ""
        return found[0]._replace(type=kind, sources=all_sources(found))


def _system_relation(name: Name) -> tuple[tuple[str, str], ...]:
    schema = name.schema or "pg_catalog"
    is_system = schema in ("pg_catalog", "information_schema")
    return relation_columns(f"{schema}.{name.name}") if is_system else ()


def _apart(
    call: tuple[Node, tuple[tuple[str, str], ...]],
) -> Iterator[tuple[Node, tuple[tuple[str, str], ...]]]:
    """unnest(a, b) in FROM is unnest(a) beside unnest(b)."""
    value, definitions = call
    if isinstance(value, tree.Call) and value.name.name == "unnest" and value.count > 1:
        for argument in value.arguments:
            yield tree.Call((argument,), value.name, 1, output_name="unnest"), ()
    else:
        yield value, definitions


def _named(items: Items, source: tree.From, name: str = "") -> Items:
    """The columns of a subquery, a join or a table of WITH, under the alias only."""
    items = under(items, source.columns)
    rows = Rows(name or source.alias, items.outputs, items.complete)
    return items._replace(rows=(rows,))


def under(items: Items, names: Names[str]) -> Items:
    """The columns under the names that the query gives to the first of them."""
    return items._replace(outputs=renamed(items.outputs, names))


def _added(items: Items, table: tree.Table) -> Items:
    """With the columns of SEARCH and CYCLE."""
    return items._replace(outputs=items.outputs + tuple(Output(*column) for column in table.added))
