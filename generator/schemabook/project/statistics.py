"""Which table has which statistics: several files put together, and held against the schema."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from schemabook.model import Code, Database, Finding, Name, Relation, RelationKind, TableStatistics
from schemabook.nearest import did_you_mean, nearest_name

NUMBERS = ("rows", "table_bytes", "index_bytes", "total_bytes", "seq_scans")
NAME_BYTES = 63
NAMED = 20
"""How many unknown tables a warning names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchedStatistics:
    """Statistics beside the schema that they should describe."""

    statistics: Mapping[Name, TableStatistics]
    """By the relation's name in the schema; a partitioned table has the sum of its partitions."""
    without: tuple[Name, ...]
    """The tables that have none, of all schemas."""
    unknown: tuple[TableStatistics, ...]
    """Those that name no relation of the schema."""
    relations: tuple[Name, ...] = field(repr=False)

    def about(self, database: Database) -> MatchedStatistics:
        """Those of a part of the database: without the tables that it does not have."""
        statistics = {name: found for name, found in self.statistics.items() if name in database.relations}
        without = tuple(name for name in self.without if name in database.relations)
        return replace(self, statistics=statistics, without=without)

    def warning(self) -> Finding | None:
        """The warning that names what the schema does not have; None where it has all."""
        if not self.unknown:
            return None
        names = [str(s.name) for s in self.unknown[:NAMED]]
        more = [f"{len(self.unknown) - NAMED} more"] if len(self.unknown) > NAMED else []
        return Finding(
            code=Code.UNKNOWN_STATISTICS,
            message=f"statistics of what the schema does not have: {', '.join(names + more)}",
            source=self.unknown[0].source,
            hint=self._hint(),
        )

    def _hint(self) -> str:
        found = nearest_name(self.unknown[0].name, self.relations)
        other = "the statistics are older than the dump or of another database; refresh both"
        return f"{did_you_mean(found)} {other}" if found else other


def match_statistics(statistics: Mapping[Name, TableStatistics], database: Database) -> MatchedStatistics:
    """Which table has which statistics, which has none, and which statistics name no table."""
    relations = {_truncated(name): name for name in database.relations}
    own = {relations[name]: s for name, s in statistics.items() if name in relations}
    found = own | dict(_sums(own, database))
    tables = (r for r in database.relations.values() if _has_storage(r, database))
    return MatchedStatistics(
        statistics=dict(sorted(found.items())),
        without=tuple(sorted(r.name for r in tables if r.name not in found)),
        unknown=tuple(s for name, s in sorted(statistics.items()) if name not in relations),
        relations=tuple(database.relations),
    )


def merge_statistics(files: Iterable[Mapping[Name, TableStatistics]]) -> Mapping[Name, TableStatistics]:
    """One mapping of several files; each number is of the first file that says it."""
    merged: dict[Name, TableStatistics] = {}
    for statistics in files:
        for name, new in statistics.items():
            merged[name] = _filled(merged[name], new) if name in merged else new
    return dict(sorted(merged.items()))


def _filled(first: TableStatistics, second: TableStatistics) -> TableStatistics:
    unknown = {name: getattr(second, name) for name in NUMBERS if getattr(first, name) is None}
    return replace(first, **unknown)


def _sums(own: Mapping[Name, TableStatistics], database: Database) -> Iterator[tuple[Name, TableStatistics]]:
    # A partitioned table stores nothing, so what a file says of it beside its partitions does not count.
    parts: dict[Name, list[TableStatistics]] = defaultdict(list)
    for name, statistics in own.items():
        if database.relations[name].kind is not RelationKind.PARTITIONED_TABLE:
            for ancestor in _ancestors(name, database):
                parts[ancestor].append(statistics)
    for name, statistics_of_parts in parts.items():
        yield name, _sum(name, statistics_of_parts)


def _ancestors(name: Name, database: Database) -> Iterator[Name]:
    seen = {name}
    while (relation := database.relations.get(name)) and relation.partition_of:
        name = relation.partition_of
        if name in seen or name not in database.relations:
            return
        seen.add(name)
        yield name


def _sum(name: Name, parts: Iterable[TableStatistics]) -> TableStatistics:
    parts = tuple(parts)
    known = {key: [n for part in parts if (n := getattr(part, key)) is not None] for key in NUMBERS}
    totals = {key: sum(numbers) for key, numbers in known.items() if numbers}
    return TableStatistics(name=name, **totals, source=parts[0].source)


def _has_storage(relation: Relation, database: Database) -> bool:
    if relation.kind is RelationKind.PARTITIONED_TABLE:
        return bool(database.partitions_of(relation.name))
    return relation.kind is RelationKind.TABLE


def _truncated(name: Name) -> Name:
    # PostgreSQL cuts a name at 63 bytes, between characters; a hand-written schema may be longer.
    schema, table = (part.encode()[:NAME_BYTES].decode(errors="ignore") for part in name)
    return Name(schema, table)
