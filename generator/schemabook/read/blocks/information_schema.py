"""The information schema as far as the model knows it: https://www.postgresql.org/docs/current/information-schema.html."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from schemabook.model import (
    Column,
    Constraint,
    ConstraintKind,
    Name,
    RelationKind,
    RoutineKind,
    Trigger,
    TypeKind,
)
from schemabook.read.blocks import brought
from schemabook.read.blocks.catalogs import CONTYPES, TABLES, named, pg_namespace, sequences
from schemabook.read.blocks.rows import (
    NOT_NULL_NAME,
    SYSTEM_CONSTRAINT,
    SYSTEM_NAME,
    SYSTEM_SCHEMA,
    Row,
    Rows,
    all_parts,
    in_schema,
    of_extensions,
)
from schemabook.read.blocks.values import MAYBE, Maybe
from schemabook.read.state.builder import Builder

TABLE_TYPES = {
    RelationKind.TABLE: "BASE TABLE",
    RelationKind.PARTITIONED_TABLE: "BASE TABLE",
    RelationKind.VIEW: "VIEW",
    RelationKind.FOREIGN_TABLE: "FOREIGN",
}
"""`information_schema.tables.table_type`; materialized views are not among them."""


def tables(database: Builder) -> Rows:
    """information_schema.tables."""
    for fact in database.relations.values():
        if fact.kind in TABLE_TYPES:
            yield {**in_schema("table", fact.name), "table_type": TABLE_TYPES[fact.kind]}
    yield {"table_schema": SYSTEM_SCHEMA, "table_name": SYSTEM_NAME}
    yield from of_extensions(database, "table_name", "table_schema", brought.could_be_type_of, oid=False)


def columns(database: Builder) -> Rows:
    """information_schema.columns, which has those of views, but not those of materialized views."""
    for relation, fact in database.relations.items():
        if fact.kind is RelationKind.MATERIALIZED_VIEW:
            continue
        for column in database.parts_of(Column, relation).values():
            row = {**in_schema("table", relation), "column_name": column.name}
            if fact.kind in TABLES:
                row["is_nullable"] = "NO" if column.not_null else "YES"
                row["is_identity"] = "YES" if column.identity else "NO"
                # Only whether there is a default: its text is PostgreSQL's own.
                row["column_default"] = MAYBE if column.default else None
                row.update(_data_type(column))
            yield row
    yield {"table_schema": SYSTEM_SCHEMA, "table_name": SYSTEM_NAME, "column_name": MAYBE}
    yield from of_extensions(database, "table_name", "table_schema", brought.could_be_type_of, oid=False)


def _data_type(column: Column) -> Row:
    """The words of the standard for types of pg_catalog that have no other ones."""
    base = column.type.partition("(")[0].strip()
    if column.type.endswith("]"):
        return {"data_type": "ARRAY"}
    if "." in column.type:
        return {"udt_schema": column.type.split(".")[0].strip('"')}
    return {"data_type": base} if "(" not in column.type or column.type.endswith(")") else {}


def table_constraints(database: Builder) -> Rows:
    """information_schema.table_constraints."""
    for fact in all_parts(database, Constraint):
        if fact.kind is not ConstraintKind.EXCLUSION:
            yield {**_constraint(fact.relation, fact.name), "constraint_type": CONTYPES[fact.kind][1]}
    for relation, names in database.not_nulls.items():
        for name in names:
            yield {**_constraint(relation, name), "constraint_type": "CHECK"}
    yield {"constraint_name": NOT_NULL_NAME, "constraint_type": "CHECK"}
    yield {"table_schema": SYSTEM_SCHEMA, "table_name": SYSTEM_NAME, "constraint_name": SYSTEM_CONSTRAINT}


def _constraint(relation: Name, name: str) -> Row:
    return {**in_schema("constraint", Name(relation.schema, name)), **in_schema("table", relation)}


def key_column_usage(database: Builder) -> Rows:
    """information_schema.key_column_usage."""
    for fact in all_parts(database, Constraint):
        if fact.kind in (ConstraintKind.PRIMARY_KEY, ConstraintKind.UNIQUE, ConstraintKind.FOREIGN_KEY):
            for name in fact.columns:
                yield {**_constraint(fact.relation, fact.name), "column_name": name}
    yield {"table_schema": SYSTEM_SCHEMA, "table_name": SYSTEM_NAME, "constraint_name": SYSTEM_CONSTRAINT}


def referential_constraints(database: Builder) -> Rows:
    """information_schema.referential_constraints."""
    for fact in all_parts(database, Constraint):
        if fact.kind is ConstraintKind.FOREIGN_KEY:
            yield in_schema("constraint", Name(fact.relation.schema, fact.name))


def schemata(database: Builder) -> Rows:
    """information_schema.schemata."""
    yield from ({"schema_name": row["nspname"]} for row in pg_namespace(database))


def routines(database: Builder) -> Rows:
    """information_schema.routines, which has no aggregates."""
    for fact in database.routines.values():
        if fact.kind in (RoutineKind.FUNCTION, RoutineKind.PROCEDURE):
            yield {**in_schema("routine", fact.name), "routine_type": fact.kind.value.upper()}
    yield {"routine_schema": SYSTEM_SCHEMA, "routine_name": Maybe(brought.is_system_routine)}
    yield from of_extensions(
        database, "routine_name", "routine_schema", brought.could_be_routine_of, oid=False
    )


def triggers(database: Builder) -> Rows:
    """information_schema.triggers: a row for each event."""
    for fact in all_parts(database, Trigger):
        for event in fact.events:
            if event != "truncate":
                yield {
                    **in_schema("trigger", Name(fact.relation.schema, fact.name)),
                    "event_object_schema": fact.relation.schema,
                    "event_object_table": fact.relation.name,
                    "event_manipulation": event.upper(),
                }


def domains(database: Builder) -> Rows:
    """information_schema.domains."""
    for fact in database.types.values():
        if fact.kind is TypeKind.DOMAIN:
            yield in_schema("domain", fact.name)
    yield {"domain_schema": SYSTEM_SCHEMA, "domain_name": Maybe(brought.one_of(brought.DOMAINS))}
    yield from of_extensions(database, "domain_name", "domain_schema", brought.could_be_type_of, oid=False)


VIEWS: Mapping[str, Callable[[Builder], Rows]] = {
    "columns": columns,
    "domains": domains,
    "key_column_usage": key_column_usage,
    "referential_constraints": referential_constraints,
    "routines": routines,
    "schemata": schemata,
    "sequences": sequences("sequence_schema", "sequence_name"),
    "table_constraints": table_constraints,
    "tables": tables,
    "triggers": triggers,
    "views": named("table_schema", "table_name", RelationKind.VIEW),
}
"""By their names."""
