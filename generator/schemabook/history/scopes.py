"""What names in a query mean: its tables with their columns, and those of the queries around it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from functools import cached_property

from schemabook.history.types import Types
from schemabook.history.values import parts_of
from schemabook.model import Database, Name
from schemabook.review.expressions import NAME


class Verdict(Enum):
    """What a comparison has found; the worst of the parts is that of the whole."""

    SAME = 0
    UNKNOWN = 1
    """Written otherwise, and not known to say the same."""
    OTHER = 2

    @classmethod
    def of(cls, is_same: bool | None) -> Verdict:
        """Where None is what nobody knows."""
        return cls.UNKNOWN if is_same is None else cls.SAME if is_same else cls.OTHER


SAME, UNKNOWN, OTHER = Verdict


def worst(verdicts: Iterable[Verdict]) -> Verdict:
    """That of the whole, of its parts."""
    return max(verdicts, key=lambda verdict: verdict.value, default=SAME)


@dataclass(frozen=True, slots=True)
class Table:
    """What a query reads, as far as names of columns tell."""

    alias: str
    columns: Mapping[str, str] | None
    """Its columns with their types, empty where they are not known; None where no column is known."""
    joined: tuple[str, ...] = ()
    """The columns of USING, which are those of a table before it."""
    renamed: Mapping[str, str] = field(default_factory=dict)
    """The names that columns had when the query was written, with those that they have now."""


@dataclass(frozen=True)
class Scope:
    """The tables of a query, and those of the queries around it."""

    database: Database
    tables: tuple[Table, ...] = ()
    outer: Scope | None = None
    common: Mapping[str, Mapping[str, str] | None] = field(default_factory=dict)
    """The columns of the queries of WITH."""
    renames: Mapping[str, str] = field(default_factory=dict)
    """Old names with new ones, where objects were renamed after something was written."""

    def inside(self) -> Scope:
        """The scope of a query in this one."""
        return replace(self, tables=(), outer=self, common={})

    def now(self, name: str) -> str:
        """A name in all its parts as it is now."""
        found = ".".join(self.renames.get(part, part) for part in parts_of(name))
        return self.renames.get(name) or self.renames.get(found, found)

    def table(self, alias: str, columns: Mapping[str, str] | None) -> Table:
        """A table, whose columns may have had other names."""
        known = columns or {}
        renamed = {old: new for old, new in self.renames.items() if new in known and old not in known}
        return Table(alias, columns, renamed=renamed)

    @property
    def depth(self) -> int:
        """How many queries are around it."""
        return self.outer.depth + 1 if self.outer else 0

    def column(self, name: str) -> tuple[int, int, str] | None:
        """Which table's column a name means: the query's depth, the place of the table, its own name."""
        *before, column = parts_of(name)
        scope: Scope | None = self
        while scope:
            found = scope._own(before, column)
            if found is not None:
                return (scope.depth, *found) if found[0] >= 0 else None
            scope = scope.outer
        return None

    def _own(self, before: list[str], column: str) -> tuple[int, str] | None:
        """The place of the table here; -1 where that may be or not."""
        places = []
        for place, table in enumerate(self.tables):
            if before and table.alias != before[-1]:
                continue
            if before and table.columns is None:
                return place, column
            if table.columns is None:
                return -1, column
            now = table.renamed.get(column, column)
            if now in table.columns and (before or now not in table.joined):
                places.append((place, now))
        if len(places) == 1:
            return places[0]
        return (-1, column) if places else None

    def type_of(self, name: str) -> str:
        """The type of a column; empty where it is not known."""
        found = self.column(name)
        scope: Scope | None = self
        while found and scope:
            if scope.depth == found[0]:
                return (scope.tables[found[1]].columns or {}).get(found[2], "")
            scope = scope.outer
        return ""

    def common_of(self, name: str) -> Mapping[str, str] | bool | None:
        """The columns of a query of WITH; False where there is none of this name."""
        if name in self.common:
            return self.common[name]
        return self.outer.common_of(name) if self.outer else False

    @cached_property
    def types(self) -> Types:
        """What knows the types of expressions here."""
        return Types(self.database, self.type_of)


def same_name(old: str, new: str, schemas: set[str]) -> Verdict:
    """Whether two dotted names are one, where one may lack the schema; *schemas* have something so named."""
    if old == new:
        return SAME
    first, second = parts_of(old), parts_of(new)
    if first[-1] != second[-1] or len(first) == len(second):
        return OTHER
    said = (first if len(first) > len(second) else second)[-2]
    if said == "public" and not schemas:
        return SAME
    return SAME if schemas == {said} else UNKNOWN


def schemas_of_relation(database: Database, name: str) -> set[str]:
    """The schemas with a relation of this name."""
    return {found.schema for found in database.relations if found.name == name}


def columns_of(scope: Scope, name: str) -> Mapping[str, str] | None:
    """The columns of a relation by the name that a query has for it; None where that is not certain."""
    for spelled in (name, scope.now(name)):
        parts = [part.strip('"') for part in parts_of(spelled)]
        schemas = {parts[-2]} if len(parts) > 1 else schemas_of_relation(scope.database, parts[0])
        found = [Name(schema, parts[-1]) for schema in schemas]
        if len(found) == 1 and found[0] in scope.database.relations:
            columns = scope.database.columns_of(found[0])
            return {_spelled(column.name): column.type for column in columns} or None
    return None


def _spelled(name: str) -> str:
    """A column as the tokens of a query spell it."""
    return name if NAME.fullmatch(name) and name == name.lower() else '"' + name.replace('"', '""') + '"'
