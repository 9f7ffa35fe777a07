"""The whole catalog of a database as a `Database`."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from schemabook.model import ColumnName, Database, Sql
from schemabook.verify.actions import policies, triggers
from schemabook.verify.constraints import constraints, indexes
from schemabook.verify.objects import extensions, others, publications, schemas
from schemabook.verify.privileges import default_privileges, privileges, roles
from schemabook.verify.query import SystemCatalog, verbatim
from schemabook.verify.relations import columns, relations, sequences
from schemabook.verify.routines import routines
from schemabook.verify.types import types

if TYPE_CHECKING:
    import psycopg


def read_catalog(connection: psycopg.Connection[Any], sql_of: Callable[[str], Sql] = verbatim) -> Database:
    """All facts of the schemas that are the user's own, as PostgreSQL's catalog has them.

    *sql_of* makes `Sql` of a text; to compare with what was read from a dump it must be the reader's.
    Left out is what belongs to an extension, what initdb made, and the inner workings of constraints.
    """
    # An empty search path, so that every name is printed with its schema.
    connection.execute("select set_config('search_path', '', false)")
    catalog = SystemCatalog(connection, sql_of)
    return Database(
        schemas={s.name: s for s in schemas(catalog)},
        extensions={e.name: e for e in extensions(catalog)},
        roles={r.name: r for r in roles(catalog)},
        types={t.name: t for t in types(catalog)},
        sequences={s.name: s for s in sequences(catalog)},
        relations={r.name: r for r in relations(catalog)},
        columns={ColumnName(c.relation, c.name): c for c in columns(catalog)},
        constraints={(c.relation, c.name): c for c in constraints(catalog)},
        indexes={(i.relation, i.name): i for i in indexes(catalog)},
        triggers={(t.relation, t.name): t for t in triggers(catalog)},
        policies={(p.relation, p.name): p for p in policies(catalog)},
        routines={r.signature: r for r in routines(catalog)},
        privileges=tuple(privileges(catalog)),
        publications={p.name: p for p in publications(catalog)},
        default_privileges=tuple(default_privileges(catalog)),
        others={(o.kind, o.name): o for o in others(catalog)},
    )
