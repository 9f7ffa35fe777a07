"""Schemas, extensions, publications, and what is known by kind and name only, as the catalog has them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from schemabook.model import Name, Publication, PublishedTable
from schemabook.verify.query import FIRST_USER_OID, USER_SCHEMA, SystemCatalog, no_member, word

# Public is among them.
SCHEMAS = f"""
select n.nspname as name, pg_get_userbyid(n.nspowner) as owner,
       obj_description(n.oid, 'pg_namespace') as comment
from pg_namespace n
where {USER_SCHEMA} and {no_member("pg_namespace", "n")}
order by 1
"""

# All but plpgsql, which every database has.
EXTENSIONS = f"""
select e.extname as name, n.nspname as schema, obj_description(e.oid, 'pg_extension') as comment
from pg_extension e
join pg_namespace n on n.oid = e.extnamespace
where e.oid >= {FIRST_USER_OID}
order by 1
"""

PUBLICATIONS = f"""
select p.pubname as name, pg_get_userbyid(p.pubowner) as owner, p.puballtables as all_tables,
       array(
         select array[n.nspname, c.relname]
         from (
           select r.prrelid from pg_publication_rel r where r.prpubid = p.oid
           union
           select t.oid
           from pg_publication_namespace s
           join pg_class t on t.relnamespace = s.pnnspid and t.relkind in ('r', 'p')
           where s.pnpubid = p.oid
         ) u (oid)
         join pg_class c on c.oid = u.oid
         join pg_namespace n on n.oid = c.relnamespace
         order by 1
       )::text[] as relations,
       array(
         select s.nspname
         from pg_publication_namespace u join pg_namespace s on s.oid = u.pnnspid
         where u.pnpubid = p.oid
         order by 1
       )::text[] as schemas,
       p.pubviaroot as via_root,
       {word("p.pubgencols", n="none", s="stored")} as generated_columns,
       p.pubinsert as insert, p.pubupdate as update, p.pubdelete as delete, p.pubtruncate as truncate,
       obj_description(p.oid, 'pg_publication') as comment
from pg_publication p
order by 1
"""

PUBLISHED = """
select p.pubname as publication, n.nspname as schema, c.relname as name,
       r.prattrs is not null as is_limited,
       array(
         select a.attname
         from unnest(r.prattrs::int2[]) u (attnum)
         join pg_attribute a on a.attrelid = r.prrelid and a.attnum = u.attnum
         order by u.attnum
       )::text[] as columns,
       pg_get_expr(r.prqual, r.prrelid) as condition
from pg_publication_rel r
join pg_publication p on p.oid = r.prpubid
join pg_class c on c.oid = r.prrelid
join pg_namespace n on n.oid = c.relnamespace
order by 1, 2, 3
"""

# Kind and name are much as COMMENT ON has them, with types as format_type prints them.
NAMED = {
    "statistics": ("pg_statistic_ext", "o.stxnamespace", "o.stxname"),
    "collation": ("pg_collation", "o.collnamespace", "o.collname"),
    "conversion": ("pg_conversion", "o.connamespace", "o.conname"),
    "text search configuration": ("pg_ts_config", "o.cfgnamespace", "o.cfgname"),
    "text search dictionary": ("pg_ts_dict", "o.dictnamespace", "o.dictname"),
    "text search parser": ("pg_ts_parser", "o.prsnamespace", "o.prsname"),
    "text search template": ("pg_ts_template", "o.tmplnamespace", "o.tmplname"),
    "operator": (
        "pg_operator",
        "o.oprnamespace",
        "o.oprname || format(' (%s, %s)',"
        " coalesce(format_type(nullif(o.oprleft, 0), null), 'NONE'), format_type(o.oprright, null))",
    ),
    "operator class": (
        "pg_opclass",
        "o.opcnamespace",
        "o.opcname || ' using ' || (select m.amname from pg_am m where m.oid = o.opcmethod)",
    ),
    "operator family": (
        "pg_opfamily",
        "o.opfnamespace",
        "o.opfname || ' using ' || (select m.amname from pg_am m where m.oid = o.opfmethod)",
    ),
}
"""By kind: its catalog, the column of its schema, and its name."""

UNNAMED = {
    "event trigger": ("pg_event_trigger", "o.evtname"),
    "access method": ("pg_am", "o.amname"),
    "language": ("pg_language", "o.lanname"),
    "foreign data wrapper": ("pg_foreign_data_wrapper", "o.fdwname"),
    "server": ("pg_foreign_server", "o.srvname"),
    "cast": (
        "pg_cast",
        "format('(%s AS %s)', format_type(o.castsource, null), format_type(o.casttarget, null))",
    ),
    "transform": (
        "pg_transform",
        "format('%s language %s', format_type(o.trftype, null),"
        " (select l.lanname from pg_language l where l.oid = o.trflang))",
    ),
}
"""By kind without a schema: its catalog and its name."""

RULES = f"""
select 'rule', o.rulename || ' on ' || n.nspname || '.' || c.relname, obj_description(o.oid, 'pg_rewrite'),
       c.oid
from pg_rewrite o
join pg_class c on c.oid = o.ev_class
join pg_namespace n on n.oid = c.relnamespace
where o.rulename <> '_RETURN' and {USER_SCHEMA} and {no_member("pg_class", "c")}
"""

# A mapping for all users has the user 0.
USER_MAPPINGS = """
select 'user mapping',
       format('%s on %s',
              case o.umuser when 0 then 'public' else pg_get_userbyid(o.umuser) end, s.srvname),
       null, null
from pg_user_mapping o
join pg_foreign_server s on s.oid = o.umserver
"""

SUBSCRIPTIONS = """
select 'subscription', o.subname, obj_description(o.oid, 'pg_subscription'), null
from pg_subscription o
where o.subdbid = (select d.oid from pg_database d where d.datname = current_database())
"""


def _in_a_schema(kind: str, table: str, namespace: str, name: str) -> str:
    relation = "o.stxrelid" if table == "pg_statistic_ext" else "null::oid"
    return f"""
select '{kind}', n.nspname || '.' || {name}, obj_description(o.oid, '{table}'), {relation}
from {table} o
join pg_namespace n on n.oid = {namespace}
where {USER_SCHEMA} and {no_member(table, "o")}
"""


# A cast of a range to its multirange is made with the range, and hangs on it by an internal dependency.
def _in_no_schema(kind: str, table: str, name: str) -> str:
    return f"""
select '{kind}', {name}, obj_description(o.oid, '{table}'), null::oid
from {table} o
where o.oid >= {FIRST_USER_OID} and {no_member(table, "o", "'e', 'i'")}
"""


EVERY = "\nunion all".join(
    [
        *(_in_a_schema(kind, *parts) for kind, parts in NAMED.items()),
        *(_in_no_schema(kind, *parts) for kind, parts in UNNAMED.items()),
        RULES,
        USER_MAPPINGS,
        SUBSCRIPTIONS,
    ]
)
# The SQL is not the catalog's to know.
OTHERS = f"""
select o.kind, o.name, o.comment, '' as sql, null as owner,
       case when c.oid is not null then array[n.nspname, c.relname]::text[] end as relation
from ({EVERY}) o (kind, name, comment, on_relation)
left join pg_class c on c.oid = o.on_relation
left join pg_namespace n on n.oid = c.relnamespace
order by 1, 2
"""


def publications(catalog: SystemCatalog) -> Iterator[Publication]:
    """Publications, with the tables that they name, alone or by schema; `pg_publication`."""
    tables: dict[str, list[PublishedTable]] = defaultdict(list)
    for row in catalog.rows(PUBLISHED):
        columns = tuple(row.columns) if row.is_limited else None
        table = PublishedTable(Name(row.schema, row.name), columns, catalog.sql(row.condition))
        tables[row.publication].append(table)
    for row in catalog.rows(PUBLICATIONS):
        yield catalog.fact(
            Publication,
            row,
            tables=tuple(sorted(tables[row.name], key=lambda table: table.relation)),
            relations=tuple(sorted(Name(*pair) for pair in row.relations)),
            operations=tuple(o for o in ("insert", "update", "delete", "truncate") if getattr(row, o)),
        )
