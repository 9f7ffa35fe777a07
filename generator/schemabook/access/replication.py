"""Changes that a publication forbids, whoever makes them.

https://www.postgresql.org/docs/current/logical-replication-row-filter.html
"""

from __future__ import annotations

from collections.abc import Iterator

from schemabook.access.cells import Step, Word
from schemabook.access.found import Found
from schemabook.model import (
    Database,
    Name,
    ObjectKind,
    Publication,
    PublishedTable,
    split_tokens,
    without_schema,
)


def refusals(database: Database, command: str) -> Iterator[tuple[Name, Found]]:
    """The tables of which a command fails unless their replica identity has more than the primary key."""
    for publication in database.publications.values():
        for table in publication.tables if command in publication.operations else ():
            if _needs_more(database, table):
                yield table.relation, _unknown(publication)


def _needs_more(database: Database, table: PublishedTable) -> bool:
    key = database.primary_key(table.relation)
    identity = set(key.columns) if key else set()
    if table.columns is not None and not identity <= set(table.columns):
        return True
    words = {word.strip('"') for word in split_tokens(table.where.tokens)} if table.where else set()
    return bool(words & {column.name for column in database.columns_of(table.relation)} - identity)


def _unknown(publication: Publication) -> Found:
    on = without_schema(ObjectKind.PUBLICATION, publication.name)
    words = f'publication "{publication.name}" needs columns in the replica identity, which is not read'
    return Found(Word.UNKNOWN, (Step(on, words),))
