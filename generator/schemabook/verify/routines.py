"""Functions, procedures and aggregates, as the catalog has them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from schemabook.model import Argument, Routine
from schemabook.verify.query import USER_SCHEMA, SystemCatalog, no_member, pairs, word

MODES = {"i": "in", "o": "out", "b": "inout", "v": "variadic", "t": "table"}

# A range type makes its constructor functions; they hang on the type by an internal dependency.
ROUTINES = f"""
select n.nspname as schema, p.proname as name,
       {word("p.prokind", f="function", p="procedure", a="aggregate", w="window")} as kind,
       array(
         select format_type(u.type, null)
         from unnest(coalesce(p.proallargtypes, p.proargtypes::oid[])) with ordinality u(type, position)
         order by u.position
       ) as types,
       p.proargmodes::text[] as modes,
       p.proargnames as names,
       array(
         select pg_get_function_arg_default(p.oid, u.position::int)
         from unnest(coalesce(p.proallargtypes, p.proargtypes::oid[])) with ordinality u(type, position)
         order by u.position
       ) as defaults,
       pg_get_function_result(p.oid) as returns,
       l.lanname as language,
       {word("p.provolatile", i="immutable", s="stable", v="volatile")} as volatility,
       {word("p.proparallel", s="safe", r="restricted", u="unsafe")} as parallel,
       p.proisstrict as strict, p.prosecdef as security_definer, p.proleakproof as leakproof,
       coalesce(p.proconfig, '{{}}') as settings,
       case when p.prokind <> 'a' then coalesce(pg_get_function_sqlbody(p.oid), p.prosrc) end as body,
       pg_get_userbyid(p.proowner) as owner,
       obj_description(p.oid, 'pg_proc') as comment
from pg_proc p
join pg_namespace n on n.oid = p.pronamespace
join pg_language l on l.oid = p.prolang
where {USER_SCHEMA} and {no_member("pg_proc", "p")}
  and not exists (
    select from pg_depend d
    where d.classid = 'pg_proc'::regclass and d.objid = p.oid
      and d.refclassid = 'pg_type'::regclass and d.deptype = 'i'
  )
order by 1, 2, 4
"""


def routines(catalog: SystemCatalog) -> Iterator[Routine]:
    """Functions, procedures, aggregates and window functions; `pg_proc`. An aggregate has no body."""
    for row in catalog.rows(ROUTINES):
        yield catalog.fact(
            Routine,
            row,
            arguments=tuple(_arguments(catalog, row)),
            settings=pairs(row.settings),
        )


def _arguments(catalog: SystemCatalog, row: Any) -> Iterator[Argument]:
    modes = row.modes or "i" * len(row.types)
    names = row.names or [""] * len(row.types)
    for name, mode, type_, default in zip(names, modes, row.types, row.defaults, strict=True):
        yield Argument(name, MODES[mode], type_, catalog.sql(default))
