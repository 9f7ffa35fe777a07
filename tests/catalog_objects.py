"""All objects of a database as its catalog tells them: kind, identity, and what each is, as text.

The truth that a review is held against. It asks PostgreSQL alone, and knows nothing of what is read here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import psycopg

from schemabook.model import ObjectKind

Key = tuple[str, str]
"""Kind and identity."""


class Objects(NamedTuple):
    """What each object is, and of relations the order of their columns."""

    said: Mapping[Key, str]
    columns: Mapping[str, list[str]]


OWN = "{row}.oid >= 16384"
NO_MEMBER = (
    "not exists (select from pg_depend e where e.classid = '{catalog}'::regclass"
    " and e.objid = {row}.oid and e.deptype in ('e'{also}))"
)
OF_OWNER, OF_IDENTITY = "of the owner", "of an identity column"
"""Marks of what comes and goes with another object, so that only its change counts."""
KINDS = {
    ObjectKind.SCHEMA: ("pg_namespace", "nspname !~ '^pg_(toast|temp)'", "nspowner"),
    ObjectKind.EXTENSION: ("pg_extension", "true", "0", "extname, extnamespace::regnamespace"),
    ObjectKind.RELATION: (
        "pg_class",
        "relkind in ('r', 'p', 'v', 'm', 'f') and o.relnamespace <> 'pg_toast'::regnamespace",
        "relowner",
        """relkind, relpersistence, relrowsecurity, relforcerowsecurity, relreplident, relispartition,
        pg_get_viewdef(o.oid), pg_get_partkeydef(o.oid), pg_get_expr(relpartbound, o.oid),
        array(select x from unnest(reloptions) x where x ~ '^(security_|check_option)'),
        array(select inhparent::regclass from pg_inherits where inhrelid = o.oid order by inhseqno),
        (select array[s.srvname::text] || f.ftoptions from pg_foreign_table f
         join pg_foreign_server s on s.oid = f.ftserver where f.ftrelid = o.oid),
        (select indexrelid::regclass from pg_index where indrelid = o.oid and indisreplident)""",
    ),
    ObjectKind.SEQUENCE: (
        "pg_class",
        "relkind = 'S'",
        "relowner",
        f"""(select case deptype when 'i' then '{OF_IDENTITY} ' end from pg_depend
         where classid = 'pg_class'::regclass and objid = o.oid and deptype = 'i'),
        (select (s.seqtypid::regtype, seqstart, seqincrement, seqmax, seqmin, seqcache, seqcycle)
         from pg_sequence s where seqrelid = o.oid),
        (select pg_describe_object(refclassid, refobjid, refobjsubid) from pg_depend
         where classid = 'pg_class'::regclass and objid = o.oid and deptype = 'a')""",
    ),
    ObjectKind.CONSTRAINT: (
        "pg_constraint",
        """conrelid <> 0 and contype not in ('n', 't') and not exists (
        select from pg_constraint p where p.oid = o.conparentid and p.conrelid = o.conrelid)""",
        "0",
        "pg_get_constraintdef(o.oid), connoinherit",
    ),
    ObjectKind.INDEX: (
        "pg_class",
        """relkind in ('i', 'I') and o.relnamespace <> 'pg_toast'::regnamespace and not exists (
        select from pg_constraint c where c.conindid = o.oid and contype in ('p', 'u', 'x'))""",
        "0",
        "pg_get_indexdef(o.oid)",
    ),
    ObjectKind.TRIGGER: (
        "pg_trigger",
        "not tgisinternal and tgparentid = 0",
        "0",
        "pg_get_triggerdef(o.oid), tgenabled",
    ),
    ObjectKind.POLICY: (
        "pg_policy",
        "true",
        "0",
        """polcmd, polpermissive, pg_get_expr(polqual, polrelid), pg_get_expr(polwithcheck, polrelid),
        array(select coalesce(nullif(r, 0)::regrole::text, 'public') from unnest(polroles) r order by 1)""",
    ),
    ObjectKind.RULE: ("pg_rewrite", "rulename <> '_RETURN'", "0", "pg_get_ruledef(o.oid), ev_enabled"),
    ObjectKind.ROUTINE: (
        "pg_proc",
        "true",
        "proowner",
        """prokind, prosrc, pg_get_function_arguments(o.oid), pg_get_function_result(o.oid), provolatile,
        proisstrict, prosecdef, proleakproof, proparallel, proconfig, pg_get_function_sqlbody(o.oid), probin,
        (select lanname from pg_language l where l.oid = prolang),
        (select (aggkind, aggtransfn, aggfinalfn, aggcombinefn, aggtranstype::regtype, agginitval,
                 aggsortop::regoperator, aggfinalmodify) from pg_aggregate where aggfnoid = o.oid)""",
    ),
    ObjectKind.TYPE: (
        "pg_type",
        """typtype <> 'm' and typcategory <> 'A' and o.typnamespace <> 'pg_toast'::regnamespace
        and (typrelid = 0 or (select relkind = 'c' from pg_class c where c.oid = typrelid))""",
        "typowner",
        """typtype, format_type(typbasetype, typtypmod), typnotnull, typdefault, typcategory, typlen,
        nullif(typcollation, 0)::regcollation,
        array(select enumlabel from pg_enum where enumtypid = o.oid order by enumsortorder),
        array(select (attname, format_type(atttypid, atttypmod), attcollation::regcollation)::text
              from pg_attribute where attrelid = typrelid and attnum > 0 and not attisdropped
              order by attnum),
        array(select (conname, pg_get_constraintdef(c.oid))::text from pg_constraint c
              where contypid = o.oid and contype <> 'n' order by conname),
        (select (rngsubtype::regtype, rngcollation, rngsubdiff, rngcanonical)
         from pg_range where rngtypid = o.oid)""",
    ),
    ObjectKind.PUBLICATION: (
        "pg_publication",
        "true",
        "pubowner",
        """puballtables, pubinsert, pubupdate, pubdelete, pubtruncate, pubviaroot, pubgencols,
        array(select (prrelid::regclass, pg_get_expr(prqual, prrelid),
                      array(select attname from pg_attribute where attrelid = prrelid
                            and attnum = any (prattrs::int2[]) order by attnum))::text
              from pg_publication_rel where prpubid = o.oid order by 1),
        array(select pnnspid::regnamespace::text from pg_publication_namespace
              where pnpubid = o.oid order by 1)""",
    ),
    ObjectKind.ACCESS_METHOD: ("pg_am", "true", "0", "amhandler, amtype"),
    ObjectKind.CAST: (
        "pg_cast",
        "true",
        "0",
        "nullif(castfunc, 0)::regprocedure, castcontext, castmethod",
    ),
    ObjectKind.COLLATION: (
        "pg_collation",
        "true",
        "collowner",
        "collprovider, collisdeterministic, collcollate, collctype, colllocale, collicurules",
    ),
    ObjectKind.CONVERSION: (
        "pg_conversion",
        "true",
        "conowner",
        "conforencoding, contoencoding, conproc, condefault",
    ),
    ObjectKind.EVENT_TRIGGER: (
        "pg_event_trigger",
        "true",
        "evtowner",
        "evtevent, evtfoid::regproc, evtenabled, evttags",
    ),
    ObjectKind.FOREIGN_DATA_WRAPPER: (
        "pg_foreign_data_wrapper",
        "true",
        "fdwowner",
        "nullif(fdwhandler, 0)::regproc, nullif(fdwvalidator, 0)::regproc, fdwoptions",
    ),
    ObjectKind.LANGUAGE: (
        "pg_language",
        "true",
        "lanowner",
        "lanpltrusted, lanplcallfoid::regproc, laninline::regproc, lanvalidator::regproc",
    ),
    ObjectKind.OPERATOR: (
        "pg_operator",
        "true",
        "oprowner",
        """oprcode, nullif(oprcom, 0)::regoperator, nullif(oprnegate, 0)::regoperator, oprcanhash,
        oprcanmerge, nullif(oprrest, 0)::regproc, nullif(oprjoin, 0)::regproc""",
    ),
    ObjectKind.OPERATOR_CLASS: (
        "pg_opclass",
        "true",
        "opcowner",
        """opcdefault, opcintype::regtype, opckeytype::regtype,
        array(select (amopstrategy, amopopr::regoperator, amoppurpose)::text from pg_amop
              where amopfamily = opcfamily order by 1),
        array(select (amprocnum, amproc::regprocedure)::text from pg_amproc
              where amprocfamily = opcfamily order by 1)""",
    ),
    ObjectKind.OPERATOR_FAMILY: (
        "pg_opfamily",
        "true",
        "opfowner",
        """array(select (amopstrategy, amopopr::regoperator, amoppurpose)::text from pg_amop
              where amopfamily = o.oid order by 1),
        array(select (amprocnum, amproc::regprocedure)::text from pg_amproc
              where amprocfamily = o.oid order by 1)""",
    ),
    ObjectKind.SERVER: (
        "pg_foreign_server",
        "true",
        "srvowner",
        """srvtype, srvversion, srvoptions,
        (select fdwname from pg_foreign_data_wrapper w where w.oid = srvfdw)""",
    ),
    ObjectKind.STATISTICS: (
        "pg_statistic_ext",
        "true",
        "stxowner",
        "pg_get_statisticsobjdef(o.oid), stxstattarget",
    ),
    ObjectKind.SUBSCRIPTION: (
        "pg_subscription",
        "true",
        "subowner",
        "subconninfo, subpublications, subenabled, subbinary, subslotname, subtwophasestate, subfailover",
    ),
    ObjectKind.TEXT_SEARCH_CONFIGURATION: (
        "pg_ts_config",
        "true",
        "cfgowner",
        """cfgparser, array(select (maptokentype, mapseqno, mapdict::regdictionary)::text
                         from pg_ts_config_map where mapcfg = o.oid order by 1)""",
    ),
    ObjectKind.TEXT_SEARCH_DICTIONARY: ("pg_ts_dict", "true", "dictowner", "dicttemplate, dictinitoption"),
    ObjectKind.TEXT_SEARCH_PARSER: (
        "pg_ts_parser",
        "true",
        "0",
        "prsstart, prstoken, prsend, prslextype, prsheadline",
    ),
    ObjectKind.TEXT_SEARCH_TEMPLATE: ("pg_ts_template", "true", "0", "tmplinit, tmpllexize"),
    ObjectKind.TRANSFORM: ("pg_transform", "true", "0", "trffromsql::regproc, trftosql::regproc"),
    ObjectKind.USER_MAPPING: ("pg_user_mapping", "true", "0", "umoptions"),
}
"""By kind: its catalog, which of its rows count, the owner, and what else it is, of the row `o`."""
ACL = {
    ObjectKind.SCHEMA: ("nspacl", "'n'", "nspowner"),
    ObjectKind.RELATION: ("relacl", "'r'", "relowner"),
    ObjectKind.SEQUENCE: ("relacl", "'s'", "relowner"),
    ObjectKind.ROUTINE: ("proacl", "'f'", "proowner"),
    ObjectKind.TYPE: ("typacl", "'T'", "typowner"),
    ObjectKind.LANGUAGE: ("lanacl", "'l'", "lanowner"),
    ObjectKind.FOREIGN_DATA_WRAPPER: ("fdwacl", "'F'", "fdwowner"),
    ObjectKind.SERVER: ("srvacl", "'S'", "srvowner"),
}
COLUMNS = """
select 'column', (pg_identify_object('pg_class'::regclass, attrelid, attnum)).identity, row(
  format_type(atttypid, atttypmod), attnotnull, attidentity, attgenerated, pg_get_expr(adbin, adrelid),
  nullif(attcollation, typcollation)::regcollation, nullif(attstorage, typstorage), attcompression,
  attstattarget, attfdwoptions, col_description(attrelid, attnum))::text
from pg_attribute a join pg_class c on c.oid = attrelid join pg_type t on t.oid = atttypid
left join pg_attrdef d on adrelid = attrelid and adnum = attnum
where c.oid >= 16384 and relkind in ('r', 'p', 'v', 'm', 'f') and attnum > 0 and not attisdropped
  and relnamespace <> 'pg_toast'::regnamespace
"""
ROLES = """
select 'role', rolname::text, row(rolsuper, rolinherit, rolcanlogin, rolbypassrls,
  array(select roleid::regrole::text from pg_auth_members where member = r.oid order by 1))::text
from pg_roles r where oid >= 16384
"""
DEFAULTS = """
select 'default privilege', concat_ws(' ', defaclrole::regrole, nullif(defaclnamespace, 0)::regnamespace,
  defaclobjtype, to_grantee),
  string_agg(privilege_type || is_grantable, ' ' order by privilege_type)
from (
  select d.*, coalesce(nullif(grantee, 0)::regrole::text, 'public') as to_grantee, privilege_type,
         is_grantable
  from pg_default_acl d, aclexplode(defaclacl)
  union all  -- What goes without saying, of a role that says something of such objects outside of a schema.
  select 0, d.oid, 0, k, '{}', coalesce(nullif(grantee, 0)::regrole::text, 'public'), privilege_type,
         is_grantable
  from pg_roles d, unnest('{r,S,f,T,n}'::"char"[]) k,
       aclexplode(acldefault(case k when 'S' then 's' else k end, d.oid))
  where rolname in (current_user, 'joe') and not exists (
    select from pg_default_acl where defaclrole = d.oid and defaclobjtype = k and defaclnamespace = 0)
) x group by defaclrole, defaclnamespace, defaclobjtype, to_grantee
"""


OF_OTHERS = (ObjectKind.CAST, ObjectKind.ROUTINE, ObjectKind.RULE, ObjectKind.TRIGGER)
"""What may be part of another object without any name of its own, as the constructors of a range are."""


def _objects(kind: ObjectKind) -> str:
    catalog, where, owner, *said = KINDS[kind]
    also = ", 'i'" if kind in OF_OTHERS else ""
    no_member = NO_MEMBER.format(catalog=catalog, row="o", also=also)
    own = "(oid >= 16384 or nspname = 'public')" if kind is ObjectKind.SCHEMA else "oid >= 16384"
    return f"""
    select '{kind}', (pg_identify_object('{catalog}'::regclass, o.oid, 0)).identity,
      row({", ".join(said) or "1"}, nullif({owner}, 0)::regrole, obj_description(o.oid, '{catalog}'))::text
    from {catalog} o where {where} and {own} and {no_member}"""


def _privileges(kind: ObjectKind) -> str:
    catalog, where, *_ = KINDS[kind]
    acl, letter, owner = ACL[kind]
    own = "(oid >= 16384 or nspname = 'public')" if kind is ObjectKind.SCHEMA else "oid >= 16384"
    also = ", 'i'" if kind in OF_OTHERS else ""
    no_member = NO_MEMBER.format(catalog=catalog, row="o", also=also)
    columns = ""
    if kind is ObjectKind.RELATION:
        columns = """union all select attrelid, grantee, privilege_type || ' ' || attname, is_grantable
        from pg_attribute, aclexplode(attacl) where attnum > 0 and not attisdropped"""
    return f"""
    select 'privilege', (pg_identify_object('{catalog}'::regclass, o.oid, 0)).identity || ' to '
        || coalesce(quote_ident(nullif(grantee, 0)::regrole::text), 'public'),
      case when grantee = {owner} then '{OF_OWNER} ' else '' end ||
      string_agg(distinct privilege_type || is_grantable, ' ' order by privilege_type || is_grantable)
    from {catalog} o join (
      select oid, grantee, privilege_type, is_grantable
      from {catalog}, aclexplode(coalesce({acl}, acldefault({letter}, {owner}))) {columns}
    ) g (id, grantee, privilege_type, is_grantable) on id = o.oid
    where {where} and {own} and {no_member}
    group by o.oid, grantee, {owner}"""


ORDERS = """
select (pg_identify_object('pg_class'::regclass, attrelid, 0)).identity,
       array_agg(attname::text order by attnum)
from pg_attribute join pg_class c on c.oid = attrelid
where c.oid >= 16384 and relkind in ('r', 'p', 'v', 'm', 'f') and attnum > 0 and not attisdropped
  and relnamespace <> 'pg_toast'::regnamespace
group by attrelid
"""
QUERY = " union all ".join(
    [*map(_objects, KINDS), *map(_privileges, ACL), COLUMNS, ROLES, DEFAULTS],
)


def catalog_objects(connection: psycopg.Connection[Any]) -> Objects:
    """All objects of the connected database."""
    connection.execute("set local search_path = ''")
    said = {(kind, name): said for kind, name, said in connection.execute(QUERY.encode(), prepare=True)}
    return Objects(said, dict(connection.execute(ORDERS, prepare=True).fetchall()))
