"""Relations, their columns and the sequences, as the catalog has them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from schemabook.model import Column, ColumnName, Identity, Name, Relation, RelationKind, Sequence
from schemabook.verify.query import USER_SCHEMA, SystemCatalog, no_member

KINDS = {
    "r": RelationKind.TABLE,
    "p": RelationKind.PARTITIONED_TABLE,
    "v": RelationKind.VIEW,
    "m": RelationKind.MATERIALIZED_VIEW,
    "f": RelationKind.FOREIGN_TABLE,
}
IDENTITIES = {"a": Identity.ALWAYS, "d": Identity.BY_DEFAULT, "": None}
STORAGES = {"p": "plain", "e": "external", "x": "extended", "m": "main"}
COMPRESSIONS = {"p": "pglz", "l": "lz4"}
GENERATED = {"s": "stored", "v": "virtual", "": None}


def option(name: str) -> str:
    """An option of a relation; see https://www.postgresql.org/docs/current/catalog-pg-class.html."""
    return f"(select option_value from pg_options_to_table(c.reloptions) where option_name = '{name}')"


RELATIONS = f"""
select n.nspname as schema, c.relname as name, c.relkind as kind,
       c.relpersistence = 'u' as unlogged,
       pg_get_userbyid(c.relowner) as owner,
       obj_description(c.oid, 'pg_class') as comment,
       case when c.relkind in ('v', 'm') then pg_get_viewdef(c.oid) end as definition,
       array(
         select array[pn.nspname, p.relname]
         from pg_inherits i
         join pg_class p on p.oid = i.inhparent
         join pg_namespace pn on pn.oid = p.relnamespace
         where i.inhrelid = c.oid
         order by i.inhseqno
       )::text[] as parents,
       c.relispartition as is_partition,
       case when c.relkind = 'p' then pg_get_partkeydef(c.oid) end as partition_key,
       pg_get_expr(c.relpartbound, c.oid) as partition_bound,
       c.relrowsecurity as row_security,
       c.relforcerowsecurity as row_security_forced,
       {option("security_invoker")}::boolean as security_invoker,
       {option("security_barrier")}::boolean as security_barrier,
       {option("check_option")} as check_option,
       s.srvname as server
from pg_class c
join pg_namespace n on n.oid = c.relnamespace
left join pg_foreign_table f on f.ftrelid = c.oid
left join pg_foreign_server s on s.oid = f.ftserver
where c.relkind in ('r', 'p', 'v', 'm', 'f') and {USER_SCHEMA} and {no_member("pg_class", "c")}
order by 1, 2
"""

COLUMNS = f"""
select n.nspname as schema, c.relname as relation, a.attname as name,
       row_number() over (partition by c.oid order by a.attnum) as position,
       format_type(a.atttypid, a.atttypmod) as type,
       a.attnotnull as not_null,
       pg_get_expr(d.adbin, d.adrelid) as expression,
       a.attidentity as identity,
       a.attgenerated as generated,
       case when a.attcollation <> t.typcollation then
         (select case when cn.nspname <> 'pg_catalog' then cn.nspname || '.' else '' end || o.collname
          from pg_collation o
          join pg_namespace cn on cn.oid = o.collnamespace
          where o.oid = a.attcollation)
       end as collation,
       case when a.attstorage <> t.typstorage then a.attstorage end as storage,
       nullif(a.attcompression, '') as compression,
       a.attstattarget as statistics_target,
       col_description(c.oid, a.attnum) as comment
from pg_attribute a
join pg_class c on c.oid = a.attrelid
join pg_namespace n on n.oid = c.relnamespace
join pg_type t on t.oid = a.atttypid
left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
where a.attnum > 0 and not a.attisdropped
  and c.relkind in ('r', 'p', 'v', 'm', 'f') and {USER_SCHEMA} and {no_member("pg_class", "c")}
order by 1, 2, 4
"""

SEQUENCES = f"""
select n.nspname as schema, c.relname as name,
       format_type(s.seqtypid, null) as type,
       s.seqstart as start, s.seqincrement as increment,
       s.seqmin as min, s.seqmax as max, s.seqcycle as cycle, s.seqcache as cache,
       (select array[tn.nspname, t.relname, a.attname]::text[]
        from pg_class t
        join pg_namespace tn on tn.oid = t.relnamespace
        join pg_attribute a on a.attrelid = t.oid and a.attnum = d.refobjsubid
        where t.oid = d.refobjid) as owned_by,
       coalesce(d.deptype = 'i', false) as identity,
       pg_get_userbyid(c.relowner) as owner,
       obj_description(c.oid, 'pg_class') as comment
from pg_sequence s
join pg_class c on c.oid = s.seqrelid
join pg_namespace n on n.oid = c.relnamespace
left join pg_depend d on d.classid = 'pg_class'::regclass and d.objid = c.oid and d.objsubid = 0
  and d.refclassid = 'pg_class'::regclass and d.refobjsubid > 0 and d.deptype in ('a', 'i')
where {USER_SCHEMA} and {no_member("pg_class", "c")}
order by 1, 2
"""


def relations(catalog: SystemCatalog) -> Iterator[Relation]:
    """Tables, views, materialized and foreign tables; `pg_class`."""
    for row in catalog.rows(RELATIONS):
        parents = tuple(Name(*pair) for pair in row.parents)
        yield catalog.fact(
            Relation,
            row,
            name=Name(row.schema, row.name),
            kind=KINDS[row.kind],
            columns_known=True,
            definition=catalog.sql(row.definition and row.definition.strip().rstrip(";")),
            inherits=() if row.is_partition else parents,
            partition_of=parents[0] if row.is_partition else None,
            security_invoker=bool(row.security_invoker),
            security_barrier=bool(row.security_barrier),
        )


def columns(catalog: SystemCatalog) -> Iterator[Column]:
    """Columns of tables and views; `pg_attribute`. Positions skip no number, unlike `attnum`."""
    for row in catalog.rows(COLUMNS):
        expression = catalog.sql(row.expression)
        yield catalog.fact(
            Column,
            row,
            default=None if row.generated else expression,
            identity=IDENTITIES[row.identity],
            generated=expression if row.generated else None,
            generated_kind=GENERATED[row.generated],
            storage=STORAGES.get(row.storage),
            compression=COMPRESSIONS.get(row.compression),
        )


def sequences(catalog: SystemCatalog) -> Iterator[Sequence]:
    """Sequences, also those of identity columns; `pg_sequence`."""
    for row in catalog.rows(SEQUENCES):
        yield catalog.fact(
            Sequence, row, name=Name(row.schema, row.name), owned_by=_column_name(row.owned_by)
        )


def _column_name(parts: Any) -> ColumnName | None:
    return ColumnName(Name(parts[0], parts[1]), parts[2]) if parts else None
