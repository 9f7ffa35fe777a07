"""The whole catalog of a database as a `Database`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from schemabook.model import (
    KINDS,
    Column,
    ColumnName,
    Constraint,
    Database,
    DefaultPrivilege,
    Extension,
    Index,
    Other,
    Policy,
    Privilege,
    Publication,
    Relation,
    Role,
    Routine,
    Schema,
    Sequence,
    Sql,
    Trigger,
    Type,
)
from schemabook.verify.actions import POLICIES, triggers
from schemabook.verify.constraints import constraints, indexes
from schemabook.verify.objects import EXTENSIONS, OTHERS, SCHEMAS, publications
from schemabook.verify.privileges import ROLES, default_privileges, privileges
from schemabook.verify.query import SystemCatalog, verbatim
from schemabook.verify.relations import COLUMNS, SEQUENCES, relations
from schemabook.verify.routines import routines
from schemabook.verify.types import types

if TYPE_CHECKING:
    import psycopg


QUERIES: Mapping[type, str] = {
    Schema: SCHEMAS,
    Extension: EXTENSIONS,
    Role: ROLES,
    Sequence: SEQUENCES,
    Column: COLUMNS,
    Policy: POLICIES,
    Other: OTHERS,
}
"""By the kind of facts the query whose rows they are."""
MADE: Mapping[type, Callable[[SystemCatalog], Iterable[Any]]] = {
    Type: types,
    Relation: relations,
    Constraint: constraints,
    Index: indexes,
    Trigger: triggers,
    Routine: routines,
    Privilege: privileges,
    Publication: publications,
    DefaultPrivilege: default_privileges,
}
"""Those that are more than a row."""


def read_catalog(connection: psycopg.Connection[Any], sql_of: Callable[[str], Sql] = verbatim) -> Database:
    """All facts of the schemas that are the user's own, as PostgreSQL's catalog has them.

    *sql_of* makes `Sql` of a text; to compare with what was read from a dump it must be the reader's.
    Left out is what belongs to an extension, what initdb made, and the inner workings of constraints.
    """
    # An empty search path, so that every name is printed with its schema.
    connection.execute("select set_config('search_path', '', false)")
    catalog = SystemCatalog(connection, sql_of)
    kinds = {row.field: row.fact for row in KINDS}
    return Database(**{field: _facts(catalog, kind) for field, kind in kinds.items()})


def _facts(catalog: SystemCatalog, kind: type) -> Any:
    """The facts of a kind, as a database holds them."""
    rows = () if kind in MADE else catalog.rows(QUERIES[kind])
    found = MADE[kind](catalog) if kind in MADE else (catalog.fact(kind, row) for row in rows)
    return tuple(found) if kind in (Privilege, DefaultPrivilege) else {_key(fact): fact for fact in found}


def _key(fact: Any) -> Any:
    """What a database finds a fact by."""
    match fact:
        case Column():
            return ColumnName(fact.relation, fact.name)
        case Routine():
            return fact.signature
        case Other():
            return fact.kind, fact.name
    return (fact.relation, fact.name) if hasattr(fact, "relation") else fact.name
