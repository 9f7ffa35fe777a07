"""Triggers and policies, as the catalog has them."""

from __future__ import annotations

from collections.abc import Iterator

from schemabook.model import Trigger
from schemabook.verify.query import USER_SCHEMA, SystemCatalog, no_member, word

# The bits of `tgtype` are in catalog/pg_trigger.h.
TRIGGERS = rf"""
select n.nspname as schema, c.relname as relation, t.tgname as name,
       case when t.tgtype & 64 > 0 then 'instead of' when t.tgtype & 2 > 0 then 'before' else 'after' end
         as timing,
       array(
         select u.event
         from (values (4, 'insert'), (8, 'delete'), (16, 'update'), (32, 'truncate')) u (bit, event)
         where t.tgtype & u.bit > 0
         order by u.bit
       ) as events,
       case when t.tgtype & 1 > 0 then 'row' else 'statement' end as level,
       array[pn.nspname, p.proname]::text[] as routine,
       array(
         select a.attname
         from unnest(t.tgattr::int2[]) with ordinality u(attnum, position)
         join pg_attribute a on a.attrelid = t.tgrelid and a.attnum = u.attnum
         order by u.position
       )::text[] as update_columns,
       case when t.tgqual is not null then substring(
         pg_get_triggerdef(t.oid) from ' FOR EACH (?:ROW|STATEMENT) WHEN \((.*)\) EXECUTE FUNCTION '
       ) end as when,
       t.tgargs as arguments,
       t.tgconstraint <> 0 as "constraint",
       t.tgdeferrable as deferrable, t.tginitdeferred as initially_deferred,
       (select array[fn.nspname, f.relname]::text[]
        from pg_class f
        join pg_namespace fn on fn.oid = f.relnamespace
        where f.oid = t.tgconstrrelid) as from_relation,
       t.tgoldtable as old_table, t.tgnewtable as new_table,
       {word("t.tgenabled", O="origin", R="replica", A="always", D="disabled")} as enabled,
       obj_description(t.oid, 'pg_trigger') as comment
from pg_trigger t
join pg_class c on c.oid = t.tgrelid
join pg_namespace n on n.oid = c.relnamespace
join pg_proc p on p.oid = t.tgfoid
join pg_namespace pn on pn.oid = p.pronamespace
where not t.tgisinternal
  and {USER_SCHEMA} and {no_member("pg_class", "c")} and {no_member("pg_trigger", "t")}
order by 1, 2, 3
"""

POLICIES = f"""
select n.nspname as schema, c.relname as relation, p.polname as name,
       {word("p.polcmd", "all", r="select", a="insert", w="update", d="delete")} as command,
       p.polpermissive as permissive,
       array(
         select case when u.role = 0 then 'public' else pg_get_userbyid(u.role) end
         from unnest(p.polroles) u(role)
         order by 1
       )::text[] as roles,
       pg_get_expr(p.polqual, p.polrelid) as using,
       pg_get_expr(p.polwithcheck, p.polrelid) as with_check,
       obj_description(p.oid, 'pg_policy') as comment
from pg_policy p
join pg_class c on c.oid = p.polrelid
join pg_namespace n on n.oid = c.relnamespace
where {USER_SCHEMA} and {no_member("pg_class", "c")} and {no_member("pg_policy", "p")}
order by 1, 2, 3
"""


def triggers(catalog: SystemCatalog) -> Iterator[Trigger]:
    """Triggers of the user, with the copies in partitions; `pg_trigger`."""
    for row in catalog.rows(TRIGGERS):
        arguments = tuple(part.decode() for part in row.arguments.split(b"\0")[:-1])
        yield catalog.fact(Trigger, row, arguments=arguments)
