"""What leaves the database by logical replication."""

from __future__ import annotations

from dataclasses import dataclass, field

from schemabook.errors import Source
from schemabook.model.names import Name, Sql


@dataclass(frozen=True, slots=True)
class PublishedTable:
    """A table that a publication names; `pg_publication_rel`."""

    relation: Name
    columns: tuple[str, ...] | None = None
    """The only columns that are published, by position; None: all."""
    where: Sql | None = None
    """What a row must fulfil to be published."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """A publication; `pg_publication`."""

    name: str
    all_tables: bool = False
    tables: tuple[PublishedTable, ...] = ()
    schemas: tuple[str, ...] = ()
    """The schemas whose tables are published, also those to come."""
    relations: tuple[Name, ...] = ()
    """The tables that it names, alone or by their schema."""
    operations: tuple[str, ...] = ("insert", "update", "delete", "truncate")
    via_root: bool = False
    """Whether the changes of a partition are those of its partitioned table."""
    generated_columns: str = "none"
    """`none` or `stored`: which generated columns are published."""
    owner: str | None = None
    comment: str | None = None
    source: Source = field(compare=False, repr=False)
