"""Types that the schema defines, as the catalog has them."""

from __future__ import annotations

from collections.abc import Iterator

from schemabook.model import Attribute, DomainCheck, Type
from schemabook.verify.query import USER_SCHEMA, SystemCatalog, no_member, word

# A type that is named but not defined yet, a shell, counts as a base type.
# Every table has a composite type, every type an array, every range a multirange: no objects of their own.
TYPES = f"""
select n.nspname as schema, t.typname as name,
       {word("t.typtype", "base", e="enum", c="composite", d="domain", r="range")} as kind,
       array(
         select e.enumlabel from pg_enum e where e.enumtypid = t.oid order by e.enumsortorder
       )::text[] as labels,
       array(
         select array[a.attname::text, format_type(a.atttypid, a.atttypmod)]
         from pg_attribute a
         where a.attrelid = nullif(t.typrelid, 0) and a.attnum > 0 and not a.attisdropped
         order by a.attnum
       )::text[] as attributes,
       case t.typtype
         when 'd' then format_type(t.typbasetype, t.typtypmod)
         when 'r' then (select format_type(r.rngsubtype, null) from pg_range r where r.rngtypid = t.oid)
       end as base_type,
       t.typnotnull as not_null,
       pg_get_expr(t.typdefaultbin, 0) as default,
       array(
         select array[k.conname::text, pg_get_expr(k.conbin, 0), k.convalidated::text]
         from pg_constraint k
         where k.contypid = t.oid and k.contype = 'c'
         order by k.conname
       )::text[] as checks,
       pg_get_userbyid(t.typowner) as owner,
       obj_description(t.oid, 'pg_type') as comment
from pg_type t
join pg_namespace n on n.oid = t.typnamespace
left join pg_class c on c.oid = t.typrelid
where (t.typtype in ('e', 'd', 'r', 'b') or t.typtype = 'c' and c.relkind = 'c' or not t.typisdefined)
  and not exists (select from pg_type element where element.typarray = t.oid)
  and {USER_SCHEMA} and {no_member("pg_type", "t")}
order by 1, 2
"""


def types(catalog: SystemCatalog) -> Iterator[Type]:
    """Enums, composites, domains, ranges and base types; `pg_type`."""
    for row in catalog.rows(TYPES):
        yield catalog.fact(
            Type,
            row,
            attributes=tuple(Attribute(name, type_) for name, type_ in row.attributes),
            checks=tuple(
                DomainCheck(name, catalog.sql_of(text), valid == "true") for name, text, valid in row.checks
            ),
        )
