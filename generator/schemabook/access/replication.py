"""Changes that a publication forbids, whoever makes them: a subscriber could not tell which row they are of.

https://www.postgresql.org/docs/current/logical-replication-publication.html#LOGICAL-REPLICATION-PUBLICATION-REPLICA-IDENTITY
and `CheckCmdReplicaIdentity` of `executor/execReplication.c`.
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
    Relation,
    RelationKind,
    relation_id,
    split_tokens,
    without_schema,
)


def refusals(database: Database, command: str) -> Iterator[tuple[Name, Found]]:
    """The tables of which a command fails; one with partitions or children does where one of those does."""
    for publication in database.publications.values():
        named = frozenset(publication.relations)
        for relation in database.relations.values() if command in publication.operations else ():
            if relation.kind is not RelationKind.TABLE or relation.unlogged:
                continue
            names = list(_upwards(database, relation))
            own = names if relation.partition_of else names[:1]
            published = [name for name in own if publication.all_tables or name in named]
            as_ = published[-1] if publication.via_root and published else relation.name
            table = next((table for table in publication.tables if table.relation == as_), None)
            if published and (why := _missing(database, relation, publication, table)):
                on = without_schema(ObjectKind.PUBLICATION, publication.name)
                forbids = Step(on, f'publication "{publication.name}" forbids it')
                steps = (forbids, Step(relation_id(relation.name), why))
                yield from ((name, Found(Word.ERROR, steps)) for name in names)


def _upwards(database: Database, relation: Relation) -> Iterator[Name]:
    """A table, and those that a command on would reach it."""
    yield relation.name
    for name in filter(None, (relation.partition_of, *relation.inherits)):
        if parent := database.relations.get(name):
            yield from _upwards(database, parent)


def _missing(
    database: Database, relation: Relation, publication: Publication, table: PublishedTable | None
) -> str:
    """What the replica identity lacks; empty where it has all."""
    columns = database.columns_of(relation.name)
    is_full = relation.replica_identity == "full"
    identity = {column.name for column in columns} if is_full else _identity(database, relation)
    if not identity and not is_full:
        return f'"{relation.name}" is published without a replica identity'
    if table and table.where and not is_full:
        words = {word.strip('"') for word in split_tokens(table.where.tokens)}
        if words & {column.name for column in columns} - identity:
            return "the filter of its publication reads columns that are not in the replica identity"
    if table and table.columns is not None:
        is_whole = not is_full and identity <= set(table.columns)
        return "" if is_whole else "the published columns lack some of the replica identity"
    kinds = {column.generated_kind for column in columns if column.name in identity} - {None}
    is_sent = kinds <= ({"stored"} if publication.generated_columns == "stored" else set())
    return "" if is_sent else "generated columns of the replica identity are not published"


def _identity(database: Database, relation: Relation) -> set[str]:
    """The columns of the index that tells old rows apart."""
    if relation.replica_identity == "default":
        key = database.primary_key(relation.name)
        return set(key.columns) if key and not key.deferrable else set()
    name = relation.replica_identity_index
    for constraint in database.constraints_of(relation.name):
        if constraint.name == name:
            return set(constraint.columns)
    indexes = (index for index in database.indexes_of(relation.name) if index.name == name)
    return {key.column for index in indexes for key in index.keys if key.column}
