"""What INSERT, UPDATE, DELETE and MERGE touch: their relations, and the columns that they name.

A column is looked for as PostgreSQL does: in the relations of its own query, then in those of the query
around it. A name that none of them has is a variable of a routine, or wrong.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from sqlglot import exp

from schemabook.model import Column, ColumnName, Name
from schemabook.read.queries.catalog import Catalog
from schemabook.read.queries.levels import SYSTEM_COLUMNS, Unknown

CHANGES = (exp.Insert, exp.Update, exp.Delete, exp.Merge)
LEVELS = (exp.Select, *CHANGES)
FROM = ("from_", "joins", "laterals", "using")
"""The arguments of a query that hold what it reads from."""


class Level(NamedTuple):
    """The relations that the names of one query can mean, by alias; None for what is no relation."""

    sources: dict[str, Name | None]
    outer: Level | None


def has_changes(parsed: exp.Expr) -> bool:
    """Whether rows are changed, be it in WITH."""
    return any(True for _ in parsed.find_all(*CHANGES))


class Touched:
    """A walk over the tree of a statement, from the outermost query inwards."""

    def __init__(self, parsed: exp.Expr, database: Catalog) -> None:
        self.database = database
        self.made = {name_text(cte.args["alias"].this) for cte in parsed.find_all(exp.CTE)}
        aliases = parsed.find_all(exp.TableAlias)
        self.renamed = {name_text(alias.this) for alias in aliases if alias.args.get("columns")}
        """The aliases that give columns other names."""
        self.found: set[ColumnName] = set()
        self.unknown: set[Unknown] = set()
        """The relations, and the columns of a target, that are not there."""
        waiting: list[tuple[exp.Expr, Level | None]] = [(parsed, None)]
        while waiting:
            node, level = waiting.pop()
            waiting += self._visited(node, level)

    def _visited(self, node: exp.Expr, level: Level | None) -> Iterator[tuple[exp.Expr, Level | None]]:
        """Notes what a node names; the nodes below it, each with the level where it stands."""
        if isinstance(node, exp.Column):
            self.found |= set(self._columns(node, level))
            return
        inner = level
        if isinstance(node, LEVELS) and not isinstance(node.parent, exp.When):
            inner = Level(dict(self._sources(node)), level)
            self._note_whole(node, inner)
        for child in node.iter_expressions():
            yield child, self._level_of(child, level, inner)

    def _level_of(self, child: exp.Expr, level: Level | None, inner: Level | None) -> Level | None:
        """A subquery in FROM, WITH, and the rows of INSERT do not see the relations beside them."""
        parent = child.parent
        is_beside = child.arg_key == "with_" or (
            child.arg_key == "expression" and isinstance(parent, exp.Insert)
        )
        if is_beside and not isinstance(parent and parent.parent, exp.When):
            return level
        if isinstance(child, exp.Subquery) and isinstance(parent, exp.From | exp.Join | exp.Merge):
            return inner.outer if inner else None
        return inner

    def _sources(self, node: exp.Expr) -> Iterator[tuple[str, Name | None]]:
        """What a query reads from, the target of a change first."""
        waiting: list[object] = [node.args.get(key) for key in reversed(FROM)]
        if isinstance(node, CHANGES):
            target = node.this.this if isinstance(node.this, exp.Schema) else node.this
            waiting.append(target)
            if isinstance(node, exp.Insert) and isinstance(target, exp.Table):
                yield "excluded", self._relation(target)
        while waiting:
            item = waiting.pop()
            if isinstance(item, list):
                waiting += reversed(item)
            elif isinstance(item, exp.From | exp.Join):
                waiting.append(item.this)
            elif isinstance(item, exp.Expr):
                yield alias_of(item), self._relation(item)
                waiting += [item.args.get("laterals"), item.args.get("joins")]

    def _relation(self, item: exp.Expr) -> Name | None:
        if not isinstance(item, exp.Table) or not isinstance(item.this, exp.Identifier):
            return None
        name = table_name(item)
        if not name.schema and name.name in self.made:
            return None
        full = self.database.relation_name(name)
        if full not in self.database.relations and full not in self.database.sequences:
            self.unknown.add(Unknown(name))
        return full

    def _note_whole(self, node: exp.Expr, level: Level) -> None:
        """The relations of a query, the columns that INSERT lists, and all of them for `*`."""
        self.found |= {ColumnName(relation, "") for relation in level.sources.values() if relation}
        returning = node.args.get("returning")
        listed = node if isinstance(node, exp.Select) else returning
        if isinstance(listed, exp.Expr) and any(isinstance(e, exp.Star) for e in listed.expressions):
            for relation in level.sources.values():
                self.found |= set(self._all_of(relation))
        if isinstance(node, exp.Insert):
            whole = set(self._all_of(level.sources.get("excluded")))
            schema = node.this if isinstance(node.this, exp.Schema) else None
            names = {name_text(e) for e in schema.expressions} if schema else None
            self.found |= {column for column in whole if names is None or column.column in names}
            self._note_unknown(level.sources.get("excluded"), names or ())
        if isinstance(node, exp.Update) and isinstance(node.this, exp.Table):
            pairs = (e for e in node.expressions if isinstance(e, exp.EQ) and isinstance(e.this, exp.Column))
            target = level.sources.get(alias_of(node.this))
            self._note_unknown(target, {name_text(e.this.this) for e in pairs})

    def _note_unknown(self, relation: Name | None, columns: Iterable[str], qualifier: str = "") -> None:
        """Notes which of the columns, that must be those of the relation, it has not."""
        fact = self.database.relations.get(relation) if relation else None
        if fact and fact.columns_known:
            known = {*self.database.parts_of(Column, fact.name), *SYSTEM_COLUMNS}
            names = {name for name in columns if name not in known}
            self.unknown |= {Unknown(fact.name, name, qualifier or fact.name.name) for name in names}

    def _columns(self, column: exp.Column, level: Level | None) -> Iterator[ColumnName]:
        """The column that a name means, or all of them for `t.*`."""
        table, name = name_text(column.args.get("table")), name_text(column.this)
        while level:
            for relation in [level.sources.get(table)] if table else level.sources.values():
                if table and isinstance(column.this, exp.Star):
                    yield from self._all_of(relation)
                elif relation and name in self.database.parts_of(Column, relation):
                    yield ColumnName(relation, name)
                    return
            if table in level.sources or (not table and None in level.sources.values()):
                if table not in self.renamed and not isinstance(column.this, exp.Star):
                    self._note_unknown(level.sources.get(table), [name], table)
                return
            level = level.outer

    def _all_of(self, relation: Name | None) -> Iterator[ColumnName]:
        if relation:
            for name in self.database.parts_of(Column, relation):
                yield ColumnName(relation, name)


def alias_of(item: exp.Expr) -> str:
    """The name under which a query knows an item of FROM; it may have none."""
    alias = item.args.get("alias")
    return name_text(alias.this if isinstance(alias, exp.TableAlias) else item.this) or "?"


def table_name(table: exp.Table) -> Name:
    """The name of a table as the query writes it."""
    return Name(name_text(table.args.get("db")), name_text(table.this))


def name_text(part: object) -> str:
    """The name that an identifier stands for; else the empty string."""
    if isinstance(part, exp.ColumnDef):
        part = part.this
    if not isinstance(part, exp.Identifier):
        return ""
    return str(part.this) if part.quoted else str(part.this).lower()
