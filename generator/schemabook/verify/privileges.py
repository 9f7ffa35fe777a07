"""Privileges, default privileges and roles, as the catalog has them.

An access control list says more than a dump: PostgreSQL starts from built-in defaults (the owner may do
everything; PUBLIC may execute a routine, use a type, a language and schema public), and GRANT and REVOKE
change that. What is kept is the effective list where it differs from the defaults:

- an item for each grantee whose privileges are not those that he has by default;
- an item without any privilege for a grantee who lost all that he had by default: grantee `public` with `()`
  on a routine says that PUBLIC may not execute it. The owner has an item only where he lost privileges;
- privileges with and without grant option are two items; the grantor does not count, and GRANT OPTION wins;
- the privileges on columns: the columns of a table on which a grantee has the same ones are one item;
- privileges and columns in an item are sorted by name, and ALL is what PostgreSQL 18 makes of it.

Default privileges go the same way: those for all schemas are held against the built-in defaults, those of one
schema are added to them. Databases, parameters and large objects have no schema and are left out.

See https://www.postgresql.org/docs/current/ddl-priv.html.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from schemabook.model import DefaultPrivilege, Name, ObjectId, ObjectKind, Privilege, relation_id
from schemabook.verify.query import SOURCE, USER_SCHEMA, SystemCatalog, no_member, word

Grants = dict[str, dict[str, bool]]
"""By grantee: each privilege, and whether it is grantable."""


def _exploded(acl: str) -> str:
    return f"""array(
         select array[
           case when x.grantee = 0 then 'public' else pg_get_userbyid(x.grantee) end,
           lower(x.privilege_type), x.is_grantable::text
         ]
         from aclexplode({acl}) x
       )::text[]"""


# An extension may grant and revoke too: what it left behind is the base of its members.
GRANTED = f"""
with object (kind, schema, name, types, owner, acl, classid, objid, base) as (
  select case when c.relkind = 'S' then 'sequence' else 'relation' end,
         n.nspname, c.relname, null::text[], c.relowner, c.relacl, 'pg_class'::regclass, c.oid,
         acldefault((case when c.relkind = 'S' then 's' else 'r' end)::"char", c.relowner)
  from pg_class c
  join pg_namespace n on n.oid = c.relnamespace
  where {USER_SCHEMA}
  union all
  select 'routine', n.nspname, p.proname,
         array(
           select format_type(u.type, null)
           from unnest(p.proargtypes::oid[]) with ordinality u(type, position)
           order by u.position
         ),
         p.proowner, p.proacl, 'pg_proc'::regclass, p.oid, acldefault('f', p.proowner)
  from pg_proc p
  join pg_namespace n on n.oid = p.pronamespace
  where {USER_SCHEMA}
  union all
  select 'type', n.nspname, t.typname, null, t.typowner, t.typacl, 'pg_type'::regclass, t.oid,
         acldefault('T', t.typowner)
  from pg_type t
  join pg_namespace n on n.oid = t.typnamespace
  where {USER_SCHEMA}
  union all
  select 'schema', '', n.nspname, null, n.nspowner, n.nspacl, 'pg_namespace'::regclass,
         case when n.nspname <> 'public' then n.oid end,
         case when n.nspname = 'public'
              then acldefault('n', n.nspowner) || makeaclitem(0, n.nspowner, 'usage', false)
              else acldefault('n', n.nspowner)
         end
  from pg_namespace n
  where {USER_SCHEMA}
  union all
  select 'language', '', l.lanname, null, l.lanowner, l.lanacl, 'pg_language'::regclass, l.oid,
         acldefault('l', l.lanowner)
  from pg_language l
  union all
  select 'foreign data wrapper', '', w.fdwname, null, w.fdwowner, w.fdwacl,
         'pg_foreign_data_wrapper'::regclass, w.oid, acldefault('F', w.fdwowner)
  from pg_foreign_data_wrapper w
  union all
  select 'server', '', s.srvname, null, s.srvowner, s.srvacl, 'pg_foreign_server'::regclass, s.oid,
         acldefault('S', s.srvowner)
  from pg_foreign_server s
)
select o.kind, o.schema, o.name, o.types, pg_get_userbyid(o.owner) as owner,
       {_exploded("o.acl")} as granted,
       {_exploded("coalesce(i.initprivs, o.base)")} as base
from object o
left join pg_init_privs i on i.classoid = o.classid and i.objoid = o.objid and i.objsubid = 0
where o.acl is not null
order by 1, 2, 3, 4
"""

COLUMNS = f"""
select n.nspname as schema, c.relname as relation, a.attname as name,
       {_exploded("a.attacl")} as granted
from pg_attribute a
join pg_class c on c.oid = a.attrelid
join pg_namespace n on n.oid = c.relnamespace
where a.attacl is not null and not a.attisdropped and {USER_SCHEMA} and {no_member("pg_class", "c")}
order by 1, 2, 3
"""

OBJECTS = {"r": "tables", "S": "sequences", "f": "functions", "T": "types", "n": "schemas"}
BUILT_IN = (
    "acldefault(case d.defaclobjtype when 'S' then 's'::\"char\" else d.defaclobjtype end, d.defaclrole)"
)
DEFAULTS = f"""
select pg_get_userbyid(d.defaclrole) as role, n.nspname as schema,
       {word("d.defaclobjtype", "large objects", **OBJECTS)} as objects,
       {_exploded("d.defaclacl")} as granted,
       {_exploded(BUILT_IN)} as base
from pg_default_acl d
left join pg_namespace n on n.oid = d.defaclnamespace
order by 1, 2 nulls first, d.defaclobjtype
"""

# But PostgreSQL's own.
ROLES = """
select r.rolname as name, r.rolbypassrls as bypass_rls, r.rolinherit as inherit, r.rolcanlogin as login,
       r.rolsuper as superuser,
       array(
         select pg_get_userbyid(m.roleid) from pg_auth_members m
         where m.member = r.oid and (m.inherit_option or m.set_option)  -- not who only made the role
         order by 1
       )::text[] as member_of
from pg_roles r
where r.rolname !~ '^pg_'
order by 1
"""


def privileges(catalog: SystemCatalog) -> Iterator[Privilege]:
    """The privileges that differ from the built-in ones, by object and grantee; `aclexplode`."""
    for row in catalog.rows(GRANTED):
        types = None if row.types is None else tuple(row.types)
        on = ObjectId(ObjectKind(row.kind), Name(row.schema, row.name), types=types)
        for grantee, names, grantable in _items(_grants(row.granted, row.owner), _grants(row.base)):
            yield Privilege(on=on, grantee=grantee, privileges=names, grantable=grantable, source=SOURCE)
    yield from _column_privileges(catalog)


def default_privileges(catalog: SystemCatalog) -> Iterator[DefaultPrivilege]:
    """What new objects grant; `pg_default_acl`."""
    for row in catalog.rows(DEFAULTS):
        base = _grants(row.base) if row.schema is None else {}
        for grantee, names, _ in _items(_grants(row.granted), base):
            yield catalog.fact(DefaultPrivilege, row, grantee=grantee, privileges=names)


def _grants(exploded: list[list[str]], owner: str = "") -> Grants:
    """The privileges by grantee. An owner may always grant, so his grant options say nothing."""
    grants: Grants = defaultdict(dict)
    for grantee, privilege, option in exploded:
        grantable = option == "true" and grantee != owner
        grants[grantee][privilege] = grantable or grants[grantee].get(privilege, False)
    return dict(grants)


def _items(granted: Grants, base: Grants) -> Iterator[tuple[str, tuple[str, ...], bool]]:
    """Grantee, privileges, grantable, wherever they differ from the base."""
    for grantee in sorted(granted.keys() | base.keys()):
        own = granted.get(grantee, {})
        if own == base.get(grantee):
            continue
        if not own:
            yield grantee, (), False
        for grantable in (False, True):
            if names := tuple(sorted(name for name, option in own.items() if option is grantable)):
                yield grantee, names, grantable


def _column_privileges(catalog: SystemCatalog) -> Iterator[Privilege]:
    groups: dict[tuple[Name, str, tuple[str, ...], bool], list[str]] = defaultdict(list)
    for row in catalog.rows(COLUMNS):
        for grantee, names, grantable in _items(_grants(row.granted), {}):
            groups[Name(row.schema, row.relation), grantee, names, grantable].append(row.name)
    for (relation, grantee, names, grantable), columns in sorted(groups.items()):
        yield Privilege(
            on=relation_id(relation),
            grantee=grantee,
            privileges=names,
            columns=tuple(sorted(columns)),
            grantable=grantable,
            source=SOURCE,
        )
