"""Constraints and indexes, as the catalog has them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from schemabook.model import Constraint, Index, IndexKey, Name, Sql, Target
from schemabook.verify.query import USER_SCHEMA, SystemCatalog, no_member, pairs, word

ACTIONS = {"r": "restrict", "c": "cascade", "n": "set null", "d": "set default"}
"""What a foreign key does; else nothing."""

EXCLUSION = re.compile(
    r"EXCLUDE (?P<exclusion>.*?)(?: INCLUDE \([^()]*\))?(?: DEFERRABLE)?(?: INITIALLY DEFERRED)?", re.DOTALL
)

# A foreign key to a partitioned table has a row more for each of its partitions: inner workings, left out.
# The copy of a foreign key in a partition points to the same table as the original does, and stays.
# The columns of a check have no order of their own: they come by position.
CONSTRAINTS = f"""
select n.nspname as schema, c.relname as relation, k.conname as name,
       {word("k.contype", p="primary_key", u="unique", f="foreign_key", c="check", x="exclusion")} as kind,
       array(
         select a.attname
         from unnest(k.conkey) with ordinality u(attnum, position)
         join pg_attribute a on a.attrelid = k.conrelid and a.attnum = u.attnum
         order by case when k.contype = 'c' then u.attnum else u.position end
       )::text[] as columns,
       pg_get_expr(k.conbin, k.conrelid) as condition,
       case when k.contype = 'x' then pg_get_constraintdef(k.oid) end as definition,
       (select array[rn.nspname, r.relname]::text[]
        from pg_class r
        join pg_namespace rn on rn.oid = r.relnamespace
        where r.oid = nullif(k.confrelid, 0)) as target,
       array(
         select a.attname
         from unnest(k.confkey) with ordinality u(attnum, position)
         join pg_attribute a on a.attrelid = k.confrelid and a.attnum = u.attnum
         order by u.position
       )::text[] as target_columns,
       {word("k.confmatchtype", "simple", f="full", p="partial")} as match,
       {word("k.confupdtype", "no action", **ACTIONS)} as on_update,
       {word("k.confdeltype", "no action", **ACTIONS)} || (
         select coalesce(' (' || string_agg(quote_ident(a.attname), ', ' order by u.position) || ')', '')
         from unnest(k.confdelsetcols) with ordinality u(attnum, position)
         join pg_attribute a on a.attrelid = k.conrelid and a.attnum = u.attnum
       ) as on_delete,
       k.condeferrable as deferrable, k.condeferred as initially_deferred, k.convalidated as validated,
       k.conenforced as enforced, k.conperiod as period,
       -- A key that no child can inherit has the mark, too: it says nothing there.
       k.connoinherit and k.contype = 'c' as no_inherit,
       coalesce(i.indnullsnotdistinct, false) as nulls_not_distinct,
       array(
         select a.attname
         from unnest(i.indkey::int2[]) with ordinality u(attnum, position)
         join pg_attribute a on a.attrelid = k.conrelid and a.attnum = u.attnum
         where u.position > i.indnkeyatts
         order by u.position
       )::text[] as include,
       obj_description(k.oid, 'pg_constraint') as comment
from pg_constraint k
join pg_class c on c.oid = k.conrelid
join pg_namespace n on n.oid = c.relnamespace
left join pg_index i on i.indexrelid = k.conindid and k.contype in ('p', 'u', 'x')
left join pg_constraint o on o.oid = k.conparentid and k.contype = 'f'
where k.contype in ('p', 'u', 'f', 'c', 'x')
  and (o.oid is null or o.confrelid = k.confrelid)
  and {USER_SCHEMA} and {no_member("pg_class", "c")} and {no_member("pg_constraint", "k")}
order by 1, 2, 3
"""

# An operator class goes without saying where its access method has no other default for the type of the key.
INDEXES = f"""
select n.nspname as schema, t.relname as relation, c.relname as name, am.amname as method,
       i.indisunique as "unique",
       pg_get_expr(i.indpred, i.indrelid) as where,
       i.indnullsnotdistinct as nulls_not_distinct,
       i.indnkeyatts as keys,
       array(
         select a.attname
         from unnest(i.indkey::int2[]) with ordinality u(attnum, position)
         left join pg_attribute a on a.attrelid = i.indrelid and a.attnum = u.attnum
         order by u.position
       )::text[] as columns,
       array(
         select pg_get_indexdef(i.indexrelid, u.position::int, false)
         from unnest(i.indkey::int2[]) with ordinality u(attnum, position)
         order by u.position
       ) as definitions,
       pg_get_indexdef(i.indexrelid) as definition,
       array(
         select case when cn.nspname <> 'pg_catalog' then cn.nspname || '.' else '' end || o.collname
         from unnest(i.indcollation::oid[]) with ordinality u(oid, position)
         left join pg_collation o on o.oid = u.oid
         left join pg_namespace cn on cn.oid = o.collnamespace
         order by u.position
       )::text[] as collations,
       array(
         select to_json(a.attoptions)::text
         from pg_attribute a
         where a.attrelid = i.indexrelid and a.attnum > 0
         order by a.attnum
       )::text[] as opclass_options,
       i.indoption::int2[] as options,
       array(
         select case
                  when o.opcdefault and not exists (
                    select from pg_opclass d
                    where d.opcmethod = o.opcmethod and d.opcdefault and d.oid <> o.oid
                      and d.opcintype = a.atttypid
                  ) then null
                  when cn.nspname = 'pg_catalog' then o.opcname
                  else cn.nspname || '.' || o.opcname
                end
         from unnest(i.indclass::oid[]) with ordinality u(opclass, position)
         join pg_opclass o on o.oid = u.opclass
         join pg_namespace cn on cn.oid = o.opcnamespace
         left join pg_attribute a on a.attrelid = i.indrelid and a.attnum = i.indkey[u.position - 1]
         order by u.position
       )::text[] as opclasses,
       obj_description(c.oid, 'pg_class') as comment
from pg_index i
join pg_class c on c.oid = i.indexrelid
join pg_class t on t.oid = i.indrelid
join pg_namespace n on n.oid = t.relnamespace
join pg_am am on am.oid = c.relam
where not exists (
    select from pg_constraint k where k.conindid = i.indexrelid and k.contype in ('p', 'u', 'x')
  )
  and {USER_SCHEMA} and {no_member("pg_class", "t")} and {no_member("pg_class", "c")}
order by 1, 2, 3
"""


def constraints(catalog: SystemCatalog) -> Iterator[Constraint]:
    """Constraints of tables but NOT NULL, with the inherited copies; `pg_constraint`."""
    for row in catalog.rows(CONSTRAINTS):
        yield catalog.fact(
            Constraint,
            row,
            expression=catalog.sql(row.condition or _exclusion(row.definition)),
            references=Target(Name(*row.target), tuple(row.target_columns)) if row.target else None,
        )


def indexes(catalog: SystemCatalog) -> Iterator[Index]:
    """Indexes that no constraint owns; `pg_index`."""
    for row in catalog.rows(INDEXES):
        yield catalog.fact(
            Index,
            row,
            keys=tuple(_key(catalog, row, position) for position in range(row.keys)),
            include=tuple(row.columns[row.keys :]),
        )


def _collated(row: Any) -> list[bool]:
    """Which keys have a COLLATE in the definition: those with another collation than what they are of."""
    found, position = [], row.definition.index("(", row.definition.index(" USING ")) + 1
    for text in row.definitions[: row.keys]:
        position = row.definition.index(text, position) + len(text)
        found.append(row.definition.startswith(" COLLATE ", position))
    return found


def _key(catalog: SystemCatalog, row: Any, position: int) -> IndexKey:
    column = row.columns[position]
    return IndexKey(
        column=column,
        expression=None if column is not None else _key_expression(catalog, row.definitions[position]),
        descending=bool(row.options[position] & 1),
        nulls_first=bool(row.options[position] & 2),
        collation=row.collations[position] if _collated(row)[position] else None,
        opclass=row.opclasses[position],
        opclass_options=pairs(json.loads(row.opclass_options[position] or "null")),
    )


def _key_expression(catalog: SystemCatalog, definition: str) -> Sql:
    """The key without the parentheses that CREATE INDEX wants around all but a function call."""
    return catalog.sql_of(definition[1:-1] if definition.startswith("(") else definition)


def _exclusion(definition: str | None) -> str | None:
    """`USING gist (room WITH =) WHERE (…)` out of `EXCLUDE USING gist (room WITH =) WHERE (…) DEFERRABLE`."""
    match = definition and EXCLUSION.fullmatch(definition)
    return match["exclusion"] if match else None
