"""Relations, their columns and the sequences, as the catalog has them."""

from __future__ import annotations

from collections.abc import Iterator

from schemabook.model import Name, Relation
from schemabook.verify.query import USER_SCHEMA, SystemCatalog, no_member, word

KINDS = {"r": "table", "p": "partitioned_table", "v": "view", "m": "materialized_view", "f": "foreign_table"}
STORAGES = {"p": "plain", "e": "external", "x": "extended", "m": "main"}


def option(name: str) -> str:
    """An option of a relation; see https://www.postgresql.org/docs/current/catalog-pg-class.html."""
    return f"(select option_value from pg_options_to_table(c.reloptions) where option_name = '{name}')"


RELATIONS = f"""
select n.nspname as schema, c.relname as name, {word("c.relkind", **KINDS)} as kind,
       true as columns_known,
       c.relpersistence = 'u' as unlogged,
       pg_get_userbyid(c.relowner) as owner,
       obj_description(c.oid, 'pg_class') as comment,
       case when c.relkind in ('v', 'm') then rtrim(ltrim(pg_get_viewdef(c.oid)), ';') end as definition,
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
       -- A view and a foreign table have none, which the catalog calls nothing.
       case when c.relkind in ('v', 'f') then 'default'
       else {word("c.relreplident", d="default", f="full", n="nothing", i="index")} end as replica_identity,
       (select o.relname from pg_index i join pg_class o on o.oid = i.indexrelid
        where i.indrelid = c.oid and i.indisreplident) as replica_identity_index,
       coalesce({option("security_invoker")}::boolean, false) as security_invoker,
       coalesce({option("security_barrier")}::boolean, false) as security_barrier,
       {option("check_option")} as check_option,
       s.srvname as server
from pg_class c
join pg_namespace n on n.oid = c.relnamespace
left join pg_foreign_table f on f.ftrelid = c.oid
left join pg_foreign_server s on s.oid = f.ftserver
where c.relkind in ('r', 'p', 'v', 'm', 'f') and {USER_SCHEMA} and {no_member("pg_class", "c")}
order by 1, 2
"""

# Positions skip no number, unlike `attnum`.
COLUMNS = f"""
select n.nspname as schema, c.relname as relation, a.attname as name,
       row_number() over (partition by c.oid order by a.attnum) as position,
       format_type(a.atttypid, a.atttypmod) as type,
       a.attnotnull as not_null,
       {word("a.attidentity", a="always", d="by default")} as identity,
       case when a.attgenerated = '' then pg_get_expr(d.adbin, d.adrelid) end as default,
       case when a.attgenerated <> '' then pg_get_expr(d.adbin, d.adrelid) end as generated,
       {word("a.attgenerated", s="stored", v="virtual")} as generated_kind,
       case when a.attcollation <> t.typcollation then
         (select case when cn.nspname <> 'pg_catalog' then cn.nspname || '.' else '' end || o.collname
          from pg_collation o
          join pg_namespace cn on cn.oid = o.collnamespace
          where o.oid = a.attcollation)
       end as collation,
       case when a.attstorage <> t.typstorage then {word("a.attstorage", **STORAGES)} end as storage,
       {word("a.attcompression", p="pglz", l="lz4")} as compression,
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

# Also those of identity columns.
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
            inherits=() if row.is_partition else parents,
            partition_of=parents[0] if row.is_partition else None,
        )
