"""What each role may do with schemas, sequences, types and routines, held against a real server."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from schemabook.access.contract import USED
from schemabook.access.doors import may_call
from schemabook.access.matrix import Matrix
from schemabook.model import KIND_OF, Name, ObjectId, ObjectKind, routine_id

if TYPE_CHECKING:
    import psycopg

HELD = """
select kind, case kind when 'schema' then '' else n.nspname end, name, types, array(
  select p from unnest(asked) p where case kind
    when 'schema' then has_schema_privilege(r.oid, o.oid, p)
    when 'sequence' then has_sequence_privilege(r.oid, o.oid, p)
    when 'type' then has_type_privilege(r.oid, o.oid, p)
    else has_schema_privilege(r.oid, n.oid, 'usage') and has_function_privilege(r.oid, o.oid, p) end)
from pg_roles r, (
  select 'schema' as kind, oid, oid as namespace, nspname as name, null::text[] as types,
    '{create,usage}'::text[] as asked from pg_namespace
  union all
  select 'sequence', oid, relnamespace, relname, null, '{select,update,usage}'
  from pg_class where relkind = 'S'
  union all
  select 'type', oid, typnamespace, typname, null, '{usage}' from pg_type
  union all
  select 'routine', oid, pronamespace, proname, array(
      select format_type(t.type, null)
      from unnest(proargtypes::oid[]) with ordinality t(type, position) order by t.position),
    '{execute}' from pg_proc
) o join pg_namespace n on n.oid = o.namespace
where r.rolname = %s and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
"""
"""A routine is called by its name, which needs usage of the schema."""
Held = tuple[ObjectId, frozenset[str], frozenset[str]]


def held(superuser: psycopg.Connection[Any], role: str, matrix: Matrix) -> Iterator[Held]:
    """The objects of the server that are known, what the matrix says of them, and what the server says."""
    said = dict(_said(role, matrix))
    for kind, schema, name, types, privileges in superuser.execute(HELD.encode(), [role]).fetchall():
        on = ObjectId(ObjectKind(kind), Name(schema, name), types=None if types is None else tuple(types))
        if on in said:
            yield on, said[on], frozenset(privileges)


def _said(role: str, matrix: Matrix) -> Iterator[tuple[ObjectId, frozenset[str]]]:
    for kind in USED:
        for on, _ in KIND_OF[kind].facts(matrix.database):
            yield on, matrix.rights.roles.privileges(role, on)
    for signature, routine in matrix.database.routines.items():
        yield routine_id(signature), frozenset({"execute"} if may_call(matrix, role, routine) else ())
