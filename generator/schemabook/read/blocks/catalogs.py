"""The system catalogs as far as the model knows them: https://www.postgresql.org/docs/current/catalogs.html.

A row is a mapping of columns; a column that is not in it is one that the model does not know. Rows whose
values are `Maybe` stand for what PostgreSQL or an extension may have there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from schemabook.model import (
    Column,
    Constraint,
    ConstraintKind,
    Index,
    Name,
    Policy,
    RelationKind,
    RoutineKind,
    Trigger,
    TypeKind,
)
from schemabook.read.blocks import brought
from schemabook.read.blocks.rows import (
    NOT_NULL_NAME,
    OTHER_OID,
    SYSTEM_CONSTRAINT,
    SYSTEM_NAME,
    SYSTEM_NAMESPACE,
    SYSTEM_OID,
    SYSTEM_SCHEMA,
    Row,
    Rows,
    all_parts,
    class_oid,
    in_namespace,
    namespace,
    of_extensions,
    type_oid,
)
from schemabook.read.blocks.values import MAYBE, Maybe
from schemabook.read.state.builder import KEYS, Builder

RELKINDS = {
    RelationKind.TABLE: "r",
    RelationKind.PARTITIONED_TABLE: "p",
    RelationKind.VIEW: "v",
    RelationKind.MATERIALIZED_VIEW: "m",
    RelationKind.FOREIGN_TABLE: "f",
}
TABLES = (RelationKind.TABLE, RelationKind.PARTITIONED_TABLE)
TYPTYPES = {
    TypeKind.ENUM: "e",
    TypeKind.COMPOSITE: "c",
    TypeKind.DOMAIN: "d",
    TypeKind.RANGE: "r",
    TypeKind.BASE: "b",
}
CONTYPES = {
    ConstraintKind.PRIMARY_KEY: ("p", "PRIMARY KEY"),
    ConstraintKind.UNIQUE: ("u", "UNIQUE"),
    ConstraintKind.FOREIGN_KEY: ("f", "FOREIGN KEY"),
    ConstraintKind.CHECK: ("c", "CHECK"),
    ConstraintKind.EXCLUSION: ("x", ""),
}
PROKINDS = {
    RoutineKind.FUNCTION: "f",
    RoutineKind.PROCEDURE: "p",
    RoutineKind.AGGREGATE: "a",
    RoutineKind.WINDOW: "w",
}


def pg_namespace(database: Builder) -> Rows:
    """Schemas."""
    for name in (*database.schemas, *brought.SYSTEM_SCHEMAS):
        yield {"oid": namespace(name), "nspname": name}
    known = frozenset(database.schemas)
    made = [brought.could_be_schema_of(extension) for extension in database.extensions]
    new = Maybe(lambda name: name not in known and any(fits(name) for fits in made))
    yield {"oid": OTHER_OID, "nspname": new}
    yield {
        "oid": OTHER_OID,
        "nspname": Maybe(lambda name: not isinstance(name, str) or name.startswith("pg_temp")),
    }


def pg_class(database: Builder) -> Rows:
    """Relations, sequences, indexes and composite types."""
    for fact in database.relations.values():
        yield {
            **_class(fact.name, RELKINDS[fact.kind]),
            "relrowsecurity": fact.row_security,
            "relforcerowsecurity": fact.row_security_forced,
            "relispartition": fact.partition_of is not None,
        }
    for name in database.sequences:
        yield _class(name, "S")
    for index in _indexes(database):
        partitioned = database.relations[index.table].kind is RelationKind.PARTITIONED_TABLE
        yield _class(index.name, "I" if partitioned else "i")
    for kind in database.types.values():
        if kind.kind is TypeKind.COMPOSITE:
            yield _class(kind.name, "c")
    yield {"oid": SYSTEM_OID, "relname": SYSTEM_NAME, "relnamespace": SYSTEM_NAMESPACE}
    yield from of_extensions(database, "relname", "relnamespace", brought.could_be_type_of, oid=True)


def _class(name: Name, kind: str) -> Row:
    return {"oid": class_oid(name), **in_namespace("rel", name), "relkind": kind}


class _Indexed(NamedTuple):
    """An index, be it of a constraint."""

    name: Name
    table: Name
    unique: bool
    primary: bool


def _indexes(database: Builder) -> Iterator[_Indexed]:
    for index in all_parts(database, Index):
        yield _Indexed(Name(index.relation.schema, index.name), index.relation, index.unique, False)
    for fact in all_parts(database, Constraint):
        if fact.kind in KEYS:
            name, is_primary = Name(fact.relation.schema, fact.name), fact.kind is ConstraintKind.PRIMARY_KEY
            yield _Indexed(name, fact.relation, fact.kind is not ConstraintKind.EXCLUSION, is_primary)


def pg_index(database: Builder) -> Rows:
    """Indexes by their oids."""
    for index in _indexes(database):
        yield {
            "indexrelid": class_oid(index.name),
            "indrelid": class_oid(index.table),
            "indisunique": index.unique,
            "indisprimary": index.primary,
        }
    yield {"indexrelid": SYSTEM_OID, "indrelid": SYSTEM_OID}


def pg_indexes(database: Builder) -> Rows:
    """Indexes by their names."""
    for index in _indexes(database):
        yield {**_named("tablename", index.table), "indexname": index.name.name}
    yield {"schemaname": SYSTEM_SCHEMA, "tablename": SYSTEM_NAME, "indexname": SYSTEM_NAME}


def pg_attribute(database: Builder) -> Rows:
    """Columns; those that every table has are not asked for."""
    for relation in database.relations:
        for place, column in enumerate(database.parts_of(Column, relation).values(), 1):
            yield {
                "attrelid": class_oid(relation),
                "attname": column.name,
                "attisdropped": False,
                "attnum": Maybe(lambda n: not isinstance(n, int) or n > 0) if place else MAYBE,
                "attnotnull": column.not_null,
                "atthasdef": column.default is not None or column.generated is not None,
            }
    for kind in database.types.values():
        for attribute in kind.attributes:
            yield {"attrelid": class_oid(kind.name), "attname": attribute.name, "attisdropped": False}
    yield {"attrelid": SYSTEM_OID, "attname": MAYBE}
    dropped = Maybe(lambda name: not isinstance(name, str) or name.startswith("........pg.dropped."))
    yield {"attrelid": MAYBE, "attname": dropped, "attisdropped": True}


def pg_type(database: Builder) -> Rows:
    """Types, and those of rows."""
    for fact in database.types.values():
        yield {**_type(fact.name, TYPTYPES[fact.kind]), "typnotnull": fact.not_null}
    for name in database.relations:
        yield _type(name, "c")
    yield {
        "oid": OTHER_OID,
        "typname": Maybe(
            lambda name: not isinstance(name, str) or name.startswith("_") or "multirange" in name
        ),
        "typnamespace": MAYBE,
    }
    yield {"oid": SYSTEM_OID, "typname": Maybe(brought.is_system_type), "typnamespace": SYSTEM_NAMESPACE}
    yield from of_extensions(database, "typname", "typnamespace", brought.could_be_type_of, oid=True)


def _type(name: Name, kind: str) -> Row:
    return {"oid": type_oid(name), **in_namespace("typ", name), "typtype": kind}


def pg_enum(database: Builder) -> Rows:
    """The labels of enums."""
    for fact in database.types.values():
        for label in fact.labels:
            yield {"enumtypid": type_oid(fact.name), "enumlabel": label}


def pg_constraint(database: Builder) -> Rows:
    """Constraints of tables and domains; those of NOT NULL have names that are not all known."""
    for fact in all_parts(database, Constraint):
        yield {
            **in_namespace("con", Name(fact.relation.schema, fact.name)),
            "conrelid": class_oid(fact.relation),
            "contype": CONTYPES[fact.kind][0],
            "confrelid": class_oid(fact.references.relation) if fact.references else 0,
            "convalidated": fact.validated,
        }
    for kind in database.types.values():
        for check in kind.checks:
            name = in_namespace("con", Name(kind.name.schema, check.name))
            yield {**name, "contypid": type_oid(kind.name), "conrelid": 0, "contype": "c"}
    for relation, named in database.not_nulls.items():
        for label in named:
            yield {"conname": label, "conrelid": class_oid(relation), "contype": "n"}
    for trigger in all_parts(database, Trigger):
        if trigger.constraint:
            yield {"conname": trigger.name, "conrelid": class_oid(trigger.relation), "contype": "t"}
    yield {"conname": NOT_NULL_NAME, "contype": "n"}
    yield {"conname": SYSTEM_CONSTRAINT, "connamespace": SYSTEM_NAMESPACE, "conrelid": SYSTEM_OID}


def pg_proc(database: Builder) -> Rows:
    """Routines."""
    for signature, fact in database.routines.items():
        yield {"oid": ("proc", signature), **in_namespace("pro", fact.name), "prokind": PROKINDS[fact.kind]}
    system = Maybe(brought.is_system_routine)
    yield {"oid": OTHER_OID, "proname": system, "pronamespace": SYSTEM_NAMESPACE}
    yield from of_extensions(database, "proname", "pronamespace", brought.could_be_routine_of, oid=True)


def pg_trigger(database: Builder) -> Rows:
    """Triggers, and those that PostgreSQL makes for foreign keys."""
    for fact in all_parts(database, Trigger):
        yield {"tgname": fact.name, "tgrelid": class_oid(fact.relation), "tgisinternal": False}
    internal = Maybe(lambda name: not isinstance(name, str) or name.startswith("RI_ConstraintTrigger"))
    yield {"tgname": internal, "tgisinternal": True}


def pg_policy(database: Builder) -> Rows:
    """Policies by their oids."""
    for fact in all_parts(database, Policy):
        yield {"polname": fact.name, "polrelid": class_oid(fact.relation), "polpermissive": fact.permissive}


def pg_policies(database: Builder) -> Rows:
    """Policies by their names."""
    for fact in all_parts(database, Policy):
        yield {
            **_named("tablename", fact.relation),
            "policyname": fact.name,
            "permissive": "PERMISSIVE" if fact.permissive else "RESTRICTIVE",
            "cmd": fact.command.value.upper(),
        }


def _named(column: str, name: Name) -> Row:
    """A name in a view of pg_catalog, under its own name, and its schema."""
    return {"schemaname": name.schema, column: name.name}


def named(schema: str, name: str, *kinds: RelationKind) -> Callable[[Builder], Rows]:
    """Relations of some kinds, by the names that their schema and name have in a view."""

    def rows(database: Builder) -> Rows:
        for fact in database.relations.values():
            if fact.kind in kinds:
                yield {schema: fact.name.schema, name: fact.name.name, "rowsecurity": fact.row_security}
        yield {schema: SYSTEM_SCHEMA, name: SYSTEM_NAME}
        yield from of_extensions(database, name, schema, brought.could_be_type_of, oid=False)

    return rows


def sequences(schema: str, name: str) -> Callable[[Builder], Rows]:
    """Sequences, by the names that their schema and name have in a view."""

    def rows(database: Builder) -> Rows:
        yield from ({schema: found.schema, name: found.name} for found in database.sequences)
        yield from of_extensions(database, name, schema, brought.could_be_type_of, oid=False)

    return rows


def pg_extension(database: Builder) -> Rows:
    """Extensions; every database has plpgsql."""
    for name in {*database.extensions, "plpgsql"}:
        yield {"extname": name}


def pg_publication(database: Builder) -> Rows:
    """Publications."""
    for fact in database.publications.values():
        yield {"oid": ("publication", fact.name), "pubname": fact.name, "puballtables": fact.all_tables}


def pg_publication_rel(database: Builder) -> Rows:
    """The tables of publications by their oids."""
    for fact in database.publications.values():
        for table in fact.tables:
            yield {"prpubid": ("publication", fact.name), "prrelid": class_oid(table.relation)}


def pg_publication_tables(database: Builder) -> Rows:
    """The tables of publications by their names."""
    for fact in database.publications.values():
        for table in fact.tables:
            yield {"pubname": fact.name, **_named("tablename", table.relation)}
        if fact.all_tables or fact.schemas:
            yield {"pubname": fact.name, "schemaname": MAYBE, "tablename": MAYBE}


def roles(column: str) -> Callable[[Builder], Rows]:
    """Roles, by the name that theirs has; others may be there."""

    def rows(database: Builder) -> Rows:
        known = frozenset(database.roles)
        yield from ({column: name} for name in known)
        # Roles are of the whole server: other databases and the platform make them as well.
        yield {column: Maybe(lambda name: name not in known)}

    return rows


CATALOGS: Mapping[str, Callable[[Builder], Rows]] = {
    "pg_attribute": pg_attribute,
    "pg_authid": roles("rolname"),
    "pg_class": pg_class,
    "pg_constraint": pg_constraint,
    "pg_enum": pg_enum,
    "pg_extension": pg_extension,
    "pg_group": roles("groname"),
    "pg_index": pg_index,
    "pg_indexes": pg_indexes,
    "pg_matviews": named("schemaname", "matviewname", RelationKind.MATERIALIZED_VIEW),
    "pg_namespace": pg_namespace,
    "pg_policies": pg_policies,
    "pg_policy": pg_policy,
    "pg_proc": pg_proc,
    "pg_publication": pg_publication,
    "pg_publication_rel": pg_publication_rel,
    "pg_publication_tables": pg_publication_tables,
    "pg_roles": roles("rolname"),
    "pg_sequences": sequences("schemaname", "sequencename"),
    "pg_shadow": roles("usename"),
    "pg_tables": named("schemaname", "tablename", *TABLES),
    "pg_trigger": pg_trigger,
    "pg_type": pg_type,
    "pg_user": roles("usename"),
    "pg_views": named("schemaname", "viewname", RelationKind.VIEW),
}
"""Those of pg_catalog by their names."""
