"""Writes down what PostgreSQL brings along that decides types: its types, casts, operators and functions.

    python tests/server_table.py

asks a throw-away server and writes `generator/schemabook/read/queries/builtin.tsv`, one fact a line:

    type      name, name in SQL, category, preferred, element of a subscript, subtype of a range
    cast      source, target, context, method: `pg_cast`
    operator  name, left, right, result
    function  name, arguments, result, `set`, least number of arguments, variadic, their names, OUT columns
    final     function that ends an aggregate, result
    relation  name of pg_catalog or information_schema, columns
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import psycopg

from schemabook.verify import server

FILE = Path(__file__).parent.parent / "generator" / "schemabook" / "read" / "queries" / "builtin.tsv"
UNCALLABLE = "'internal','cstring','trigger','event_trigger'"
"""Pseudo-types: no query has a value of them."""
QUERIES = (
    """
    SELECT 'type', t.typname, format_type(t.oid, -1), t.typcategory,
           CASE WHEN t.typispreferred THEN 'preferred' END,
           CASE WHEN t.typsubscript = 'raw_array_subscript_handler'::regproc
                THEN format_type(t.typelem, -1) END,
           coalesce(format_type(r.rngsubtype, -1), format_type(m.rngtypid, -1))
    FROM pg_type t
    LEFT JOIN pg_range r ON r.rngtypid = t.oid
    LEFT JOIN pg_range m ON m.rngmultitypid = t.oid
    WHERE t.typnamespace = 'pg_catalog'::regnamespace
      AND t.typtype NOT IN ('c', 'd') AND t.typname NOT LIKE '\\_%'
    """,
    """
    SELECT 'cast', format_type(castsource, -1), format_type(casttarget, -1), castcontext, castmethod
    FROM pg_cast WHERE castsource <> casttarget AND oid < 16384
    """,
    """
    SELECT 'operator', oprname, CASE WHEN oprleft <> 0 THEN format_type(oprleft, -1) END,
           format_type(oprright, -1), format_type(oprresult, -1)
    FROM pg_operator WHERE oprnamespace = 'pg_catalog'::regnamespace
    """,
    f"""
    SELECT 'function', p.proname,
           (SELECT string_agg(format_type(a, -1), ',' ORDER BY n)
            FROM unnest(p.proargtypes) WITH ORDINALITY u(a, n)),
           format_type(p.prorettype, -1), CASE WHEN p.proretset THEN 'set' END,
           CASE WHEN p.pronargdefaults > 0 THEN p.pronargs - p.pronargdefaults END,
           CASE WHEN p.provariadic <> 0 THEN 'variadic' END,
           CASE WHEN p.pronargdefaults > 0 THEN array_to_string(p.proargnames[:p.pronargs], ',') END,
           (SELECT string_agg(p.proargnames[n] || ' ' || format_type(a, -1), ',' ORDER BY n)
            FROM unnest(p.proallargtypes) WITH ORDINALITY u(a, n) WHERE p.proargmodes[n] IN ('o', 'b', 't'))
    FROM pg_proc p
    WHERE p.pronamespace = 'pg_catalog'::regnamespace AND p.prokind <> 'p'
      AND NOT EXISTS (SELECT FROM pg_type t WHERE t.oid = ANY (p.proargtypes::oid[] || p.prorettype)
                      AND (t.typname IN ({UNCALLABLE}) OR t.typname LIKE '%handler'))
      AND NOT EXISTS (SELECT FROM pg_type t WHERE t.oid = p.prorettype AND t.typname IN ('pg_ddl_command'))
    """,
    """
    SELECT DISTINCT 'final', p.proname, format_type(p.prorettype, -1)
    FROM pg_aggregate a JOIN pg_proc p ON p.oid = a.aggfinalfn
    WHERE p.pronamespace = 'pg_catalog'::regnamespace
    """,
    """
    SELECT 'relation', n.nspname || '.' || c.relname,
           string_agg(a.attname || ' ' || format_type(a.atttypid, a.atttypmod), ';' ORDER BY a.attnum)
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_attribute a ON a.attrelid = c.oid
    WHERE n.nspname IN ('pg_catalog', 'information_schema') AND c.relkind IN ('r', 'v')
      AND a.attnum > 0 AND NOT a.attisdropped
    GROUP BY 2
    """,
)


def table(connection: psycopg.Connection[Any]) -> str:
    """All facts, as the file has them."""
    lines = []
    for query in QUERIES:
        found = connection.execute(query).fetchall()
        lines += sorted(
            "\t".join("" if value is None else str(value) for value in row).rstrip("\t") for row in found
        )
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    with server() as running, running.connect("postgres") as connection:
        FILE.write_text(table(connection), encoding="utf-8")
