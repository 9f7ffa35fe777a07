"""The words of SQL that need quotes as names: `pg_get_keywords()` of PostgreSQL 18 without the unreserved."""

from __future__ import annotations

import re

PLAIN_NAME = re.compile(r"[a-z_][a-z0-9_]*")
RESERVED = frozenset(
    """
    all analyse analyze and any array as asc asymmetric both case cast check collate column
    constraint create current_catalog current_date current_role current_time current_timestamp
    current_user default deferrable desc distinct do else end except false fetch for foreign from
    grant group having in initially intersect into lateral leading limit localtime localtimestamp
    not null offset on only or order placing primary references returning select session_user some
    symmetric system_user table then to trailing true union unique user using variadic when where
    window with
    """.split()
)
"""Words that name nothing without quotes but after a dot, and a column after AS."""
FUNCTION_NAMES = frozenset(
    """
    authorization binary collation concurrently cross current_schema freeze full ilike inner is
    isnull join left like natural notnull outer overlaps right similar tablesample verbose
    """.split()
)
"""Words that may name functions and types, and nothing else."""
COLUMN_NAMES = frozenset(
    """
    between bigint bit boolean char character coalesce dec decimal exists extract float greatest
    grouping inout int integer interval json json_array json_arrayagg json_exists json_object
    json_objectagg json_query json_scalar json_serialize json_table json_value least merge_action
    national nchar none normalize nullif numeric out overlay position precision real row setof
    smallint substring time timestamp treat trim values varchar xmlattributes xmlconcat xmlelement
    xmlexists xmlforest xmlnamespaces xmlparse xmlpi xmlroot xmlserialize xmltable
    """.split()
)
"""Words that may name anything but functions and types."""
NO_COLUMNS = RESERVED | FUNCTION_NAMES
"""Words that are no column and no alias without quotes, but after a dot."""
KEYWORDS = NO_COLUMNS | COLUMN_NAMES
"""Words that `quote_identifier` quotes: all but the unreserved."""


def quoted(name: str) -> str:
    """The name as SQL: with quotes only where PostgreSQL's `quote_identifier` puts them."""
    if PLAIN_NAME.fullmatch(name) and name not in KEYWORDS:
        return name
    return '"' + name.replace('"', '""') + '"'
