"""What was read, as a `Database`: frozen, complete and in order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from schemabook.model import (
    KINDS,
    Column,
    ColumnName,
    Database,
    Input,
    Kind,
    ObjectKind,
    Publication,
    Receipt,
    RelationKind,
    Schema,
)
from schemabook.read.state.builder import Builder
from schemabook.read.state.state import PUBLIC

LISTS = ("privileges", "default_privileges")
"""What access control lists say, and no statement makes."""
TABLES = (RelationKind.TABLE, RelationKind.PARTITIONED_TABLE)


def freeze(builder: Builder, inputs: tuple[Input, ...], receipt: Receipt) -> Database:
    """All facts of the builder, which stays as it is."""
    objects: dict[str, Any] = {row.field: _sorted(builder, row) for row in KINDS if row.field not in LISTS}
    objects["schemas"] = dict(sorted(_schemas(builder).items()))
    published = objects["publications"].items()
    objects["publications"] = {name: _published(builder, fact) for name, fact in published}
    objects["others"] = {
        key: replace(other, relation=builder.on_relation.get(key)) for key, other in objects["others"].items()
    }
    return Database(
        **objects,
        privileges=builder.acl.privileges(),
        default_privileges=builder.default_privileges.sorted(),
        lineage=dict(sorted(_lineage(builder))),
        exposed=builder.exposed,
        inputs=inputs,
        receipt=receipt,
        secrets=tuple(builder.secrets),
        statements={owner: tuple(found) for owner, found in builder.log.items() if found},
    )


def _sorted(builder: Builder, row: Kind) -> dict[Any, Any]:
    """The facts of a kind by what the database finds them by."""
    if not row.is_part:
        return dict(sorted(getattr(builder, row.field).items()))
    key = ColumnName if row.kind is ObjectKind.COLUMN else lambda *names: names
    return {
        key(relation, name): fact
        for relation, facts in sorted(builder.parts[row.fact].items())
        for name, fact in sorted(facts.items())
    }


def _lineage(builder: Builder) -> Iterator[tuple[ColumnName, tuple[ColumnName, ...]]]:
    """Of each column of a view, the columns that its value is made of."""
    for view, query in builder.queries.items():
        names = builder.parts_of(Column, view)
        for name, output in zip(names, query.outputs, strict=False):
            found = sorted(s for s in output.sources if s.column in builder.parts_of(Column, s.relation))
            if found:
                yield ColumnName(view, name), tuple(found)


def _schemas(builder: Builder) -> dict[str, Schema]:
    """The schemas, also those that exist without a statement, as `public` does where something is in it."""
    schemas = dict(builder.schemas)
    facts: list[Any] = [
        *builder.relations.values(),
        *builder.types.values(),
        *builder.sequences.values(),
        *builder.routines.values(),
    ]
    if not any(fact.name.schema == "public" for fact in facts) and schemas.get("public") is PUBLIC:
        del schemas["public"]
    for fact in facts:
        schemas.setdefault(fact.name.schema, Schema(name=fact.name.schema, source=fact.source))
    return schemas


def _published(database: Builder, fact: Publication) -> Publication:
    """The publication with all tables that it names, alone or by their schema, as they are now."""
    relations = {table.relation for table in fact.tables}
    for name, relation in database.relations.items() if fact.schemas else ():
        if name.schema in fact.schemas and relation.kind in TABLES:
            relations.add(name)
    return replace(fact, relations=tuple(sorted(relations)))
