"""The whole catalog of a database as a `Database`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from schemabook.model import KINDS, Column, ColumnName, Database, Other, Routine, Sql
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


FACTS: Mapping[str, str | Callable[[SystemCatalog], Iterable[Any]]] = {
    "schemas": SCHEMAS,
    "extensions": EXTENSIONS,
    "roles": ROLES,
    "types": types,
    "sequences": SEQUENCES,
    "relations": relations,
    "columns": COLUMNS,
    "constraints": constraints,
    "indexes": indexes,
    "triggers": triggers,
    "policies": POLICIES,
    "routines": routines,
    "privileges": privileges,
    "publications": publications,
    "default_privileges": default_privileges,
    "others": OTHERS,
}
"""By the field of `Database` the query whose rows are its facts, or who makes them of more than a row."""
LISTS = ("privileges", "default_privileges")


def read_catalog(connection: psycopg.Connection[Any], sql_of: Callable[[str], Sql] = verbatim) -> Database:
    """All facts of the schemas that are the user's own, as PostgreSQL's catalog has them.

    *sql_of* makes `Sql` of a text; to compare with what was read from a dump it must be the reader's.
    Left out is what belongs to an extension, what initdb made, and the inner workings of constraints.
    """
    # An empty search path, so that every name is printed with its schema.
    connection.execute("select set_config('search_path', '', false)")
    catalog = SystemCatalog(connection, sql_of)
    kinds = {row.field: row.fact for row in KINDS}
    return Database(**{field: _facts(catalog, field, kind) for field, kind in kinds.items()})


def _facts(catalog: SystemCatalog, field: str, kind: type) -> Any:
    """The facts of a kind, as a database holds them."""
    made = FACTS[field]
    if isinstance(made, str):
        found: Iterable[Any] = [catalog.fact(kind, row) for row in catalog.rows(made)]
    else:
        found = made(catalog)
    return tuple(found) if field in LISTS else {_key(fact): fact for fact in found}


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
