"""What a database has beside what statements make: names of PostgreSQL itself, and of its extensions."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import cache
from importlib.resources import files
from typing import Any

from schemabook.read.queries.system import functions, relation_columns
from schemabook.read.text.builtin import TYPES

SYSTEM_SCHEMAS = ("pg_catalog", "information_schema", "pg_toast")
DOMAINS = frozenset("cardinal_number character_data sql_identifier time_stamp yes_or_no".split())
WITHOUT_TYPES = frozenset(
    """
    adminpack amcheck autoinc bloom btree_gin dict_int dict_xsyn file_fdw fuzzystrmatch index_advisor
    insert_username intagg moddatetime pageinspect pg_freespacemap pg_hashids pg_jsonschema pg_prewarm
    pg_surgery pg_visibility pg_walinspect pgaudit pgcrypto pgjwt pgrowlocks pgstattuple plpgsql plpgsql_check
    plv8 postgres_fdw refint tcn tsm_system_rows tsm_system_time unaccent uuid-ossp xml2
    """.split()
)
"""Extensions that bring no types and no relations."""
TYPES_OF = {
    "btree_gist": r"gbtreekey.*",
    "citext": r"citext",
    "cube": r"cube",
    "dblink": r"dblink_pkey_results",
    "earthdistance": r"earth",
    "hstore": r"g?hstore",
    "http": r"http_(?:header|method|request|response)",
    "hypopg": r"hypopg_.*",
    "intarray": r"intbig_gkey|query_int",
    "isn": r"ean13|is[bms]n(?:13)?|upc",
    "lo": r"lo",
    "ltree": r"lquery|ltree|ltree_gist|ltxtquery",
    "pg_buffercache": r"pg_buffercache.*",
    "pg_cron": r"job|job_run_details|jobid_seq|runid_seq",
    "pg_graphql": r"_.*|seq_schema_version",
    "pg_net": r"_?http_.*|request_status",
    "pg_stat_statements": r"pg_stat_statements.*",
    "pg_trgm": r"gtrgm",
    "pgmq": r"message_record|meta|.*metrics.*|[aq]_.*",
    "pgsodium": r".*key.*|mask.*",
    "pgtap": r"tap_funky|pg_all_foreign_keys|_.*",
    "seg": r"seg",
    "supabase_vault": r".*secrets?(?:_.*)?",
    "tablefunc": r"tablefunc_crosstab_\d",
    "vector": r"halfvec|sparsevec|vector",
    "wrappers": r"wrappers_fdw_stats",
}
"""The types and relations of others, by name."""
SCHEMAS_OF = {
    "pg_cron": "cron",
    "pg_graphql": "graphql graphql_public",
    "pg_net": "net",
    "pgmq": "pgmq",
    "pgsodium": "pgsodium pgsodium_masks",
    "supabase_vault": "vault",
}
"""The schemas that extensions make, by extension."""
ROUTINES_OF = {
    "btree_gin": r"gin_.*",
    "citext": r"citext.*|textic.*|regexp_.*|replace|split_part|strpos|translate|min|max",
    "fuzzystrmatch": r"daitch_mokotoff|difference|dmetaphone.*|levenshtein.*|metaphone|.*soundex",
    "http": r"http.*|urlencode|bytea_to_text|text_to_bytea",
    "moddatetime": r"moddatetime",
    "pg_cron": r"schedule.*|unschedule|alter_job|job_cache_invalidate",
    "pg_graphql": r"_.*|resolve|comment_directive|exception|graphql|(?:get|increment)_schema_version",
    "pg_net": r"_.*|http_.*|check_worker_is_up|wait_until_running|wake|worker_restart",
    "pg_stat_statements": r"pg_stat_statements.*",
    "pg_trgm": r"gin_.*|gtrgm_.*|set_limit|show_.*|similarity.*|(?:strict_)?word_.*",
    "pgcrypto": r"armor|dearmor|crypt|decrypt.*|digest|encrypt.*|fips_mode|gen_.*|hmac|pgp_.*",
    "pgjwt": r"sign|verify|url_(?:de|en)code|algorithm_sign|try_cast_double",
    "supabase_vault": r"_.*|(?:create|update)_secret",
    "unaccent": r"unaccent.*",
    "uuid-ossp": r"uuid_.*",
}
"""The routines of some, by name."""


def could_be_type_of(extension: str) -> Callable[[Any], bool]:
    """Whether an extension may bring a type or a relation of a name."""
    if extension in WITHOUT_TYPES:
        return lambda _: False
    return _fits(TYPES_OF.get(extension))


def could_be_routine_of(extension: str) -> Callable[[Any], bool]:
    """Whether an extension may bring a routine of a name."""
    return _fits(ROUTINES_OF.get(extension))


def could_be_schema_of(extension: str) -> Callable[[Any], bool]:
    """Whether an extension may make a schema of a name."""
    is_known = extension in WITHOUT_TYPES or extension in TYPES_OF
    return one_of(SCHEMAS_OF.get(extension, "").split()) if is_known else _fits(None)


def _fits(pattern: str | None) -> Callable[[Any], bool]:
    if pattern is None:
        return lambda _: True
    compiled = re.compile(pattern)
    return lambda name: not isinstance(name, str) or bool(compiled.fullmatch(name))


def is_system_relation(name: Any) -> bool:
    """Whether a relation of PostgreSQL's own may have this name."""
    return (
        not isinstance(name, str)
        or name.startswith(("pg_", "_pg_"))
        or bool(relation_columns(f"information_schema.{name}"))
    )


@cache
def _other_routines() -> frozenset[str]:
    """Those of PostgreSQL's own routines that no query calls, read off a server."""
    return frozenset(files("schemabook.read.blocks").joinpath("routines.txt").read_text("utf-8").split())


def is_system_routine(name: Any) -> bool:
    """Whether a routine of PostgreSQL's own has this name."""
    return not isinstance(name, str) or bool(functions(name)) or name in _other_routines()


def is_system_type(name: Any) -> bool:
    """Whether a type of PostgreSQL's own may have this name; names of arrays begin with an underscore."""
    return is_system_relation(name) or name in TYPES or name in DOMAINS or name.startswith("_")


def one_of(names: Iterable[str]) -> Callable[[Any], bool]:
    """Whether a value is one of these names, or no name at all."""
    known = frozenset(names)
    return lambda name: not isinstance(name, str) or name in known
