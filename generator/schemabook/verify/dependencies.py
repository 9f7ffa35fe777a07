"""Who mentions whom, as the catalog has it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from schemabook.model import Name, ObjectId, ObjectKind, Reference
from schemabook.verify.query import FIRST_USER_OID, SystemCatalog

if TYPE_CHECKING:
    import psycopg

# What mentions: a relation with the part of it that does, or a routine. Rule "_RETURN" is a view's query.
# What is mentioned: an array counts as the type of its elements, the type of a table's rows as the table.
# Inner workings are left out: the copies of a foreign key for each partition that it points to, and the
# constructors of a range.
DEPENDENCIES = f"""
with part (classid, objid, kind, name, relation) as (
  select 'pg_rewrite'::regclass, r.oid, case when r.rulename = '_RETURN' then 'relation' else 'rule' end,
         case when r.rulename = '_RETURN' then '' else r.rulename end, r.ev_class
  from pg_rewrite r
  union all
  select 'pg_policy'::regclass, p.oid, 'policy', p.polname, p.polrelid from pg_policy p
  union all
  select 'pg_trigger'::regclass, t.oid, 'trigger', t.tgname, t.tgrelid
  from pg_trigger t
  where not t.tgisinternal
  union all
  select 'pg_attrdef'::regclass, d.oid, 'column', a.attname, d.adrelid
  from pg_attrdef d join pg_attribute a on a.attrelid = d.adrelid and a.attnum = d.adnum
  union all
  select 'pg_constraint'::regclass, k.oid, 'constraint', k.conname, k.conrelid
  from pg_constraint k left join pg_constraint o on o.oid = k.conparentid
  where k.contype in ('c', 'f') and (o.oid is null or k.contype = 'c' or o.confrelid = k.confrelid)
  union all
  select 'pg_class'::regclass, i.oid, 'index', i.relname, x.indrelid
  from pg_class i join pg_index x on x.indexrelid = i.oid
),
mention (classid, objid, kind, schema, name, part, self) as (
  select p.classid, p.objid, p.kind, n.nspname, c.relname, p.name, c.oid
  from part p join pg_class c on c.oid = p.relation join pg_namespace n on n.oid = c.relnamespace
  union all
  select 'pg_proc'::regclass, p.oid, 'routine', n.nspname, p.proname, '', 0
  from pg_proc p join pg_namespace n on n.oid = p.pronamespace
  where not exists (
    select from pg_depend i
    where i.classid = 'pg_proc'::regclass and i.objid = p.oid
      and i.refclassid = 'pg_type'::regclass and i.deptype = 'i'
  )
),
mentioned (classid, objid, objsubid, kind, schema, name, "column") as (
  select 'pg_class'::regclass, c.oid, coalesce(a.attnum, 0),
         case when c.relkind = 'S' then 'sequence' else 'relation' end,
         n.nspname, c.relname, coalesce(a.attname, '')
  from pg_class c
  join pg_namespace n on n.oid = c.relnamespace
  left join lateral (
    select 0::int2, null::name
    union all
    select u.attnum, u.attname
    from pg_attribute u
    where u.attrelid = c.oid and u.attnum > 0 and not u.attisdropped and c.relkind <> 'S'
  ) a (attnum, attname) on true
  where c.relkind in ('r', 'p', 'v', 'm', 'f', 'S')
  union all
  select 'pg_proc'::regclass, p.oid, 0, 'routine', n.nspname, p.proname, ''
  from pg_proc p join pg_namespace n on n.oid = p.pronamespace
  union all
  select 'pg_type'::regclass, t.oid, 0, case when c.oid is null then 'type' else 'relation' end,
         n.nspname, e.typname, ''
  from pg_type t
  join pg_type e on e.oid = case when t.typcategory = 'A' and t.typelem <> 0 then t.typelem else t.oid end
  join pg_namespace n on n.oid = e.typnamespace
  left join pg_class c on c.oid = e.typrelid and c.relkind <> 'c'
)
select distinct f.kind as from_kind, f.schema as from_schema, f.name as from_name, f.part,
       t.kind as to_kind, t.schema as to_schema, t.name as to_name, t.column
from pg_depend d
join mention f on f.classid = d.classid and f.objid = d.objid
join mentioned t on t.classid = d.refclassid and t.objid = d.refobjid and t.objsubid = d.refobjsubid
where d.deptype in ('n', 'a')
  and d.objid >= {FIRST_USER_OID} and d.refobjid >= {FIRST_USER_OID}
  and d.refobjid <> f.self
  and not exists (
    select from pg_depend e
    where e.deptype = 'e'
      and (e.classid = d.classid and e.objid = d.objid
           or e.classid = 'pg_class'::regclass and e.objid = f.self)
  )
order by 1, 2, 3, 4, 5, 6, 7, 8
"""


def read_dependencies(connection: psycopg.Connection[Any]) -> tuple[Reference, ...]:
    """What views, rules, policies, triggers, defaults, constraints, indexes and routines mention.

    `pg_depend` knows the bodies of routines only where they are standard SQL (BEGIN ATOMIC); of the others it
    has the types of the arguments. What mentions a column of its own relation is left out.
    """
    return tuple(
        Reference(
            origin=ObjectId(ObjectKind(row.from_kind), Name(row.from_schema, row.from_name), row.part),
            place="",
            target=ObjectId(
                ObjectKind.COLUMN if row.column else ObjectKind(row.to_kind),
                Name(row.to_schema, row.to_name),
                row.column,
            ),
            how="declared",
        )
        for row in SystemCatalog(connection).rows(DEPENDENCIES)
    )
