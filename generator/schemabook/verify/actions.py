"""Triggers and policies, as the catalog has them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from schemabook.model import Command, Name, Policy, Trigger
from schemabook.verify.query import USER_SCHEMA, SystemCatalog, name_of, no_member

ROW, BEFORE, INSTEAD = 1, 2, 64
EVENTS = {"insert": 4, "delete": 8, "update": 16, "truncate": 32}
"""The bits of `pg_trigger.tgtype`; catalog/pg_trigger.h."""
ENABLED = {"O": "origin", "R": "replica", "A": "always", "D": "disabled"}
COMMANDS = {
    "*": Command.ALL,
    "r": Command.SELECT,
    "a": Command.INSERT,
    "w": Command.UPDATE,
    "d": Command.DELETE,
}
WHEN = re.compile(r" FOR EACH (?:ROW|STATEMENT) WHEN \((?P<when>.*)\) EXECUTE FUNCTION ", re.DOTALL)

TRIGGERS = f"""
select n.nspname as schema, c.relname as relation, t.tgname as name, t.tgtype as type,
       pn.nspname as routine_schema, p.proname as routine,
       array(
         select a.attname
         from unnest(t.tgattr::int2[]) with ordinality u(attnum, position)
         join pg_attribute a on a.attrelid = t.tgrelid and a.attnum = u.attnum
         order by u.position
       )::text[] as update_columns,
       case when t.tgqual is not null then pg_get_triggerdef(t.oid) end as definition,
       t.tgargs as arguments,
       t.tgconstraint <> 0 as "constraint",
       t.tgdeferrable as deferrable, t.tginitdeferred as initially_deferred,
       (select array[fn.nspname, f.relname]::text[]
        from pg_class f
        join pg_namespace fn on fn.oid = f.relnamespace
        where f.oid = t.tgconstrrelid) as from_relation,
       t.tgoldtable as old_table, t.tgnewtable as new_table,
       t.tgenabled as enabled,
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
select n.nspname as schema, c.relname as relation, p.polname as name, p.polcmd as command,
       p.polpermissive as permissive,
       array(
         select case when u.role = 0 then 'public' else pg_get_userbyid(u.role) end
         from unnest(p.polroles) u(role)
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
        when = row.definition and WHEN.search(row.definition)
        yield catalog.fact(
            Trigger,
            row,
            timing=_timing(row.type),
            events=tuple(event for event, bit in EVENTS.items() if row.type & bit),
            routine=Name(row.routine_schema, row.routine),
            level="row" if row.type & ROW else "statement",
            when=catalog.sql(when["when"] if when else None),
            arguments=tuple(part.decode() for part in row.arguments.split(b"\0")[:-1]),
            from_relation=name_of(row.from_relation),
            enabled=ENABLED[row.enabled],
        )


def policies(catalog: SystemCatalog) -> Iterator[Policy]:
    """Row security policies, their roles sorted by name; `pg_policy`."""
    for row in catalog.rows(POLICIES):
        yield catalog.fact(
            Policy,
            row,
            command=COMMANDS[row.command],
            roles=tuple(sorted(row.roles)),
            using=catalog.sql(row.using),
            with_check=catalog.sql(row.with_check),
        )


def _timing(bits: int) -> str:
    if bits & INSTEAD:
        return "instead of"
    return "before" if bits & BEFORE else "after"
