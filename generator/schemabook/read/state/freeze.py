"""What was read, as a `Database`: frozen, complete and in order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from schemabook.model import (
    Column,
    ColumnName,
    Constraint,
    Database,
    Index,
    Input,
    Name,
    Policy,
    Publication,
    Receipt,
    RelationKind,
    Schema,
    Trigger,
)
from schemabook.read.state.builder import Builder, P
from schemabook.read.state.state import PUBLIC

TABLES = (RelationKind.TABLE, RelationKind.PARTITIONED_TABLE)


def freeze(builder: Builder, inputs: tuple[Input, ...], receipt: Receipt) -> Database:
    """All facts of the builder."""
    _add_missing_schemas(builder)
    return Database(
        schemas=dict(sorted(builder.schemas.items())),
        extensions=dict(sorted(builder.extensions.items())),
        roles=dict(sorted(builder.roles.items())),
        types=dict(sorted(builder.types.items())),
        sequences=dict(sorted(builder.sequences.items())),
        relations=dict(sorted(builder.relations.items())),
        columns={ColumnName(r, n): c for r, n, c in _sorted(builder, Column)},
        constraints={(r, n): c for r, n, c in _sorted(builder, Constraint)},
        indexes={(r, n): c for r, n, c in _sorted(builder, Index)},
        triggers={(r, n): c for r, n, c in _sorted(builder, Trigger)},
        policies={(r, n): c for r, n, c in _sorted(builder, Policy)},
        routines=dict(sorted(builder.routines.items())),
        privileges=builder.acl.privileges(),
        publications={name: _published(builder, p) for name, p in sorted(builder.publications.items())},
        default_privileges=builder.default_privileges.sorted(),
        others={
            key: replace(other, relation=builder.on_relation.get(key))
            for key, other in sorted(builder.others.items())
        },
        lineage=dict(sorted(_lineage(builder))),
        exposed=builder.exposed,
        inputs=inputs,
        receipt=receipt,
        secrets=tuple(builder.secrets),
        statements={owner: tuple(found) for owner, found in builder.log.items() if found},
    )


def _lineage(builder: Builder) -> Iterator[tuple[ColumnName, tuple[ColumnName, ...]]]:
    """Of each column of a view, the columns that its value is made of."""
    for view, query in builder.queries.items():
        names = builder.parts_of(Column, view)
        for name, output in zip(names, query.outputs, strict=False):
            found = sorted(s for s in output.sources if s.column in builder.parts_of(Column, s.relation))
            if found:
                yield ColumnName(view, name), tuple(found)


def _sorted(builder: Builder, kind: type[P]) -> Iterator[tuple[Name, str, P]]:
    for relation, parts in sorted(builder.parts[kind].items()):
        for name, part in sorted(parts.items()):
            yield relation, name, part


def _add_missing_schemas(builder: Builder) -> None:
    """Schemas that exist without a statement, as `public` does."""
    facts: list[Any] = [
        *builder.relations.values(),
        *builder.types.values(),
        *builder.sequences.values(),
        *builder.routines.values(),
    ]
    if not any(fact.name.schema == "public" for fact in facts) and builder.schemas.get("public") is PUBLIC:
        builder.remove(builder.schemas, "public")
    for fact in facts:
        if fact.name.schema not in builder.schemas:
            builder.add(Schema(name=fact.name.schema, source=fact.source))


def _published(database: Builder, fact: Publication) -> Publication:
    """The publication with all tables that it names, alone or by their schema, as they are now."""
    relations = {table.relation for table in fact.tables}
    for name, relation in database.relations.items() if fact.schemas else ():
        if name.schema in fact.schemas and relation.kind in TABLES:
            relations.add(name)
    return replace(fact, relations=tuple(sorted(relations)))
