"""One statement of a real dump is another: the review finds just that, and nothing else."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from schemabook.model import Database, ObjectKind
from schemabook.read import read
from schemabook.review import review

HERE = Path(__file__).parent
CORPUS = HERE.resolve().parents[1] / "shared" / "corpus"
DUMPS = [
    HERE / "review" / "pg-dump-15-quoted-and-18" / "new.sql",
    HERE.parent / "schema" / "schema_backup.sql",
]
MOST = 3
"""How many places of a dump are tried for each mutation."""
FOLLOWS = {
    "inheritance": "removed column",  # that it had from its parent
    "not null added": "changed column",  # of partitions
    "type longer": "changed column",  # of views
}
"""What else a mutation changes in PostgreSQL, too."""
K = ObjectKind


class Mutation(NamedTuple):
    """How a statement becomes another one, and what the review must say of it."""

    name: str
    pattern: str
    replacement: str
    kind: ObjectKind | None
    said: str
    """A field that must be among those told, or what became of the object."""


NAME = r'(?:"[^"\n]+"|[\w$]+)'
REL = rf"{NAME}\.{NAME}"
POLICY = rf"^(CREATE POLICY {NAME} ON {REL}"
FUNCTION = rf"^(CREATE (?:OR REPLACE )?FUNCTION {REL}\((?:[^;$]|\n)*?"
TRIGGER = rf"^(CREATE (?:OR REPLACE )?TRIGGER {NAME} "
FOREIGN_KEY = r"(FOREIGN KEY \([^)\n]*\) REFERENCES [^;\n]*?)"
INDEX = rf"^(CREATE INDEX (?:IF NOT EXISTS )?{NAME} ON {REL} USING "
COLUMN = rf"^(    {NAME} "
TABLE = rf"(?<=^CREATE TABLE )(?:IF NOT EXISTS )?{REL} \(\n(?:    [^\n]*\n)*?"
MUTATIONS = [
    Mutation("policy dropped", rf"{POLICY}[^;]*;)", "", K.POLICY, "removed"),
    Mutation("policy loosened", rf"{POLICY}[^;]*? USING )\([^;]*?\)(?=;| WITH CHECK)", r"\1(true)", K.POLICY, "using"),
    Mutation("policy for all", rf"{POLICY}[^;(]*?) FOR SELECT", r"\1", K.POLICY, "command"),
    Mutation("policy to public", rf"{POLICY}[^;(]*?) TO [^;(]*?(?= USING| WITH)", r"\1", K.POLICY, "roles"),
    Mutation("policy restrictive", rf"{POLICY})(?! AS)", r"\1 AS RESTRICTIVE", K.POLICY, "permissive"),
    Mutation("policy permissive", rf"{POLICY}) AS RESTRICTIVE", r"\1", K.POLICY, "permissive"),
    Mutation("policy check", rf"{POLICY}[^;]*? WITH CHECK )\([^;]*\);", r"\1(false);", K.POLICY, "with_check"),
    Mutation("row security off", rf"^ALTER TABLE {REL} ENABLE ROW LEVEL SECURITY;", "", K.RELATION, "row_security"),
    Mutation("row security forced", r"\bFORCE ROW LEVEL", "NO FORCE ROW LEVEL", K.RELATION, "row_security_forced"),
    Mutation("grant dropped", rf"^GRANT \w+(?:,\w+)* ON TABLE {REL} TO {NAME};", "", K.PRIVILEGE, "removed"),
    Mutation("grant widened", rf"^(GRANT SELECT) ON TABLE ({REL}) TO", r"\1,DELETE ON TABLE \2 TO", K.PRIVILEGE, "privileges"),
    Mutation("grant to another", rf"^(GRANT (?:SELECT|ALL) ON TABLE {REL} TO) {NAME};", r"\g<0>\1 newcomer;", K.PRIVILEGE, "added"),
    Mutation("grant option", rf"^(GRANT (?:SELECT|ALL) ON TABLE {REL} TO (?!\"?postgres){NAME});", r"\1 WITH GRANT OPTION;", K.PRIVILEGE, "grantable"),
    Mutation("grant of columns", rf"^(GRANT UPDATE)(\({NAME}\))", r"\1(id)", K.PRIVILEGE, "columns"),
    Mutation("schema usage", rf"^GRANT USAGE ON SCHEMA {NAME} TO {NAME};", "", K.PRIVILEGE, "removed"),
    Mutation("execute from public", rf"^REVOKE ALL ON FUNCTION {REL}\([^;]*\) FROM PUBLIC;", "", K.PRIVILEGE, "added"),
    Mutation("default privilege", r"^ALTER DEFAULT PRIVILEGES [^;]*GRANT [^;]*;", "", K.DEFAULT_PRIVILEGE, "removed"),
    Mutation("foreign key dropped", rf"^ALTER TABLE ONLY {REL}\n\s+ADD CONSTRAINT {NAME} {FOREIGN_KEY};", "", K.CONSTRAINT, "removed"),
    Mutation("foreign key cascades", rf"{FOREIGN_KEY}(?: ON DELETE \w+)?;", r"\1 ON DELETE SET DEFAULT;", K.CONSTRAINT, "on_delete"),
    Mutation("foreign key not valid", rf"{FOREIGN_KEY};", r"\1 NOT VALID;", K.CONSTRAINT, "validated"),
    Mutation("foreign key deferrable", rf"{FOREIGN_KEY};", r"\1 DEFERRABLE;", K.CONSTRAINT, "deferrable"),
    Mutation("unique dropped", rf"^ALTER TABLE ONLY {REL}\n\s+ADD CONSTRAINT {NAME} UNIQUE [^;]*;", "", K.CONSTRAINT, "removed"),
    Mutation("nulls not distinct", rf"^(ALTER TABLE ONLY {REL}\n\s+ADD CONSTRAINT {NAME} UNIQUE) \(", r"\1 NULLS NOT DISTINCT (", K.CONSTRAINT, "nulls_not_distinct"),
    Mutation("check dropped", rf"^    CONSTRAINT {NAME} CHECK [^\n]*,\n", "", K.CONSTRAINT, "removed"),
    Mutation("check changed", rf"(CONSTRAINT {NAME} CHECK \()(\([^\n]*\))(?=\),?$)", r"\1(\2 OR (1 = 2))", K.CONSTRAINT, "expression"),
    Mutation("default changed", rf"{COLUMN}[^\n]*?DEFAULT )[^\n]*?(?=( NOT NULL)?,?$)", r"\1NULL::text", K.COLUMN, "default"),
    Mutation("default dropped", rf"{COLUMN}[^\n]*?) DEFAULT [^\n]*?(?=( NOT NULL)?,?$)", r"\1", K.COLUMN, "default"),
    Mutation("not null dropped", rf"{COLUMN}(?:text|jsonb|date|timestamp[\w ]*)(?: DEFAULT [^\n]*?)?) NOT NULL(?=,$)", r"\1", K.COLUMN, "not_null"),
    Mutation("not null added", rf"{COLUMN}(?:text|jsonb|date))(?=,?$)", r"\1 NOT NULL", K.COLUMN, "not_null"),
    Mutation("type changed", rf"{COLUMN})jsonb(?=,?$)", r"\1json", K.COLUMN, "type"),
    Mutation("type longer", r"character varying\((\d+)\)(?=[^\n;(]*,?$)", r"character varying(\g<1>0)", K.COLUMN, "type"),
    Mutation("collation", rf"{COLUMN}text)(?= NOT NULL,?$|,$|$)", r'\1 COLLATE pg_catalog."C"', K.COLUMN, "collation"),
    Mutation("column added", rf"^(CREATE TABLE (?:IF NOT EXISTS )?{REL} \(\n)", r"\1    newcomer text,\n", K.COLUMN, "added"),
    Mutation("generated", r"GENERATED ALWAYS AS \((?!IDENTITY)([^\n]*)\) STORED", r"GENERATED ALWAYS AS (('x' || \1)) STORED", K.COLUMN, "generated"),
    Mutation("identity", r"ADD GENERATED ALWAYS AS IDENTITY", "ADD GENERATED BY DEFAULT AS IDENTITY", K.COLUMN, "identity"),
    Mutation("identity by default", r"GENERATED BY DEFAULT AS IDENTITY", "GENERATED ALWAYS AS IDENTITY", K.COLUMN, "identity"),
    Mutation("unlogged", rf"^CREATE TABLE (?=(?:IF NOT EXISTS )?{REL} \()", "CREATE UNLOGGED TABLE ", K.RELATION, "unlogged"),
    Mutation("table's owner", rf"^(ALTER TABLE {REL} OWNER TO ){NAME};", r"\1newcomer;", K.RELATION, "owner"),
    Mutation("function's owner", rf"^(ALTER FUNCTION {REL}\([^;]*\) OWNER TO ){NAME};", r"\1newcomer;", K.ROUTINE, "owner"),
    Mutation("replica identity", rf"^(ALTER TABLE (?:ONLY )?({REL}) ENABLE ROW LEVEL SECURITY;)", r"\1 ALTER TABLE \2 REPLICA IDENTITY FULL;", K.RELATION, "replica_identity"),
    Mutation("body", r"(AS \$(?:\w*)\$(?:.|\n)*?)(?=\$\w*\$;)", r"\1-- and more\n", K.ROUTINE, "body"),
    Mutation("volatility", rf"{FUNCTION}LANGUAGE {NAME}(?= ?\n|\s+SECURITY|\s+SET|\s+AS))", r"\1 STABLE COST 7", K.ROUTINE, "volatility"),
    Mutation("definer lost", rf"{FUNCTION}) SECURITY DEFINER", r"\1", K.ROUTINE, "security_definer"),
    Mutation("definer", rf"{FUNCTION}LANGUAGE {NAME})(?=\n\s+AS)", r"\1 SECURITY DEFINER", K.ROUTINE, "security_definer"),
    Mutation("search_path lost", rf"{FUNCTION})\n\s+SET \"?search_path\"? TO [^\n]*", r"\1", K.ROUTINE, "settings"),
    Mutation("search_path", rf"{FUNCTION}LANGUAGE {NAME}[^$\n]*)(?=\n\s+AS)", r"\1 SET search_path TO 'newcomer'", K.ROUTINE, "settings"),
    Mutation("function dropped", r"^COMMENT ON FUNCTION [^;]*;", "", K.ROUTINE, "comment"),
    Mutation("security_invoker lost", r"security_invoker='?\"?true\"?'?", "security_invoker=false", K.RELATION, "security_invoker"),
    Mutation("security_invoker", rf"^(CREATE (?:OR REPLACE )?VIEW {REL}) AS", r"\1 WITH (security_invoker='true') AS", K.RELATION, "security_invoker"),
    Mutation("check option", r"WITH LOCAL CHECK OPTION", "WITH CASCADED CHECK OPTION", K.RELATION, "check_option"),
    Mutation("view's filter", rf"^(CREATE (?:OR REPLACE )?VIEW {REL}(?:[^;']|'[^']*')*?\n\s+WHERE )(?=[^;]*;)", r"\1(1 = 2) AND ", K.RELATION, "definition"),
    Mutation("materialized view", rf"^(CREATE MATERIALIZED VIEW {REL} AS\n SELECT date_trunc\()'month'", r"\1'day'", K.RELATION, "definition"),
    Mutation("partition's bound", r"FOR VALUES FROM \('2025-01-01'\)", "FOR VALUES FROM ('2025-02-01')", K.RELATION, "partition_bound"),
    Mutation("partition key", r"PARTITION BY RANGE \((\w+)\)", r"PARTITION BY LIST (\1)", K.RELATION, "partition_key"),
    Mutation("inheritance", rf"\nINHERITS \({REL}\);", ";", K.RELATION, "inherits"),
    Mutation("index dropped", rf"^CREATE INDEX (?:IF NOT EXISTS )?{NAME} ON {REL} [^;]*;", "", K.INDEX, "removed"),
    Mutation("index unique", rf"^CREATE (INDEX (?:IF NOT EXISTS )?{NAME} ON {REL} USING \"?btree)", r"CREATE UNIQUE \1", K.INDEX, "unique"),
    Mutation("index where", rf"{INDEX}\"?btree\"? \([^;]*\))(?: WHERE [^;]*)?;", r"\1 WHERE (1 = 2);", K.INDEX, "where"),
    Mutation("index order", rf"{INDEX}\"?btree\"? \({NAME})(?=[,)])", r"\1 DESC NULLS LAST", K.INDEX, "keys"),
    Mutation("index method", rf"{INDEX})\"?btree\"? \(({NAME})\);", r"\1hash (\2);", K.INDEX, "method"),
    Mutation("trigger dropped", rf"{TRIGGER}[^;]*;)", "", K.TRIGGER, "removed"),
    Mutation("trigger's timing", rf"{TRIGGER})BEFORE (?=[^;]*FOR EACH ROW)", r"\1AFTER ", K.TRIGGER, "timing"),
    Mutation("trigger's function", rf"{TRIGGER}[^;]*EXECUTE FUNCTION ){REL}\(", r"\1newcomer.f(", K.TRIGGER, "routine"),
    Mutation("trigger's events", rf"{TRIGGER}(?:BEFORE|AFTER) )(?:INSERT|UPDATE) ON", r"\1DELETE ON", K.TRIGGER, "events"),
    Mutation("enum label", r"^(CREATE TYPE [^;]* AS ENUM \()", r"\1\n    'newcomer',", K.TYPE, "labels"),
    Mutation("enum label lost", r"^(CREATE TYPE [^;]* AS ENUM \(\n    '[^\n]*'),\n    '[^\n]*'", r"\1", K.TYPE, "labels"),
    Mutation("composite", rf"^(CREATE TYPE {REL} AS \(\n\s+{NAME}) \w+", r"\1 date", K.TYPE, "attributes"),
    Mutation("domain's check", r"^(CREATE DOMAIN [^;]*CHECK \()", r"\1(1 = 2) OR ", K.TYPE, "checks"),
    Mutation("domain not null", r"^(CREATE DOMAIN [^;]*) NOT NULL", r"\1", K.TYPE, "not_null"),
    Mutation("increment", r"(?<=^    INCREMENT BY )\d+", "11", K.SEQUENCE, "increment"),
    Mutation("sequence cycles", r"(^    CACHE \d+)(?=;)", r"\1 CYCLE", K.SEQUENCE, "cycle"),
    Mutation("owner of a sequence", r"^ALTER SEQUENCE [^;]* OWNED BY [^;]*;", "", K.SEQUENCE, "owned_by"),
    Mutation("published columns", r"^(ALTER PUBLICATION [^;]*?) \([^;]*?\)(?= WHERE)", r"\1", K.PUBLICATION, "tables"),
    Mutation("published rows", r"^(ALTER PUBLICATION [^;]*?) WHERE [^;]*;", r"\1;", K.PUBLICATION, "tables"),
    Mutation("published operations", r"publish = '[^']*'", "publish = 'insert'", K.PUBLICATION, "operations"),
    Mutation("comment", r"^(COMMENT ON (?:TABLE|FUNCTION|COLUMN|POLICY|TYPE) [^;']* IS )'(?:[^']|'')*';", r"\1'newcomer';", None, "comment"),
    Mutation("extension", rf"^(CREATE EXTENSION [^;]* WITH SCHEMA ){NAME};", r"\1newcomer;", K.EXTENSION, "schema"),
    Mutation("rule", r"(^CREATE RULE [^;]* ON) DELETE (TO [^;]*;)", r"\1 UPDATE \2", K.RULE, "sql"),
    Mutation("statistics", r"(^CREATE STATISTICS [^;(]*)\(dependencies\)", r"\1(ndistinct)", K.STATISTICS, "sql"),
    Mutation("aggregate", r"(?<=INITCOND = ')\w+(?=')", "7", K.ROUTINE, "options"),
    Mutation("foreign option", r"(?<=^OPTIONS \(\n    t )'x'", "'y'", K.RELATION, "options"),
    Mutation("server's option", r"(?<=^    host )'h'", "'i'", K.SERVER, "sql"),
    Mutation("text search", r"^ALTER TEXT SEARCH CONFIGURATION [^;]* MAPPING FOR url [^;]*;", "", K.TEXT_SEARCH_CONFIGURATION, "also"),
    Mutation("cast", r"AS ASSIGNMENT;", "AS IMPLICIT;", K.CAST, "sql"),
    Mutation("operator", r",\n    COMMUTATOR = OPERATOR\([^\n]*\)", "", K.OPERATOR, "sql"),
    Mutation("schema's owner", rf"^(ALTER SCHEMA {NAME} OWNER TO ){NAME};", r"\1newcomer;", K.SCHEMA, "owner"),
    Mutation("procedure", r"(?<=begin x := )1", "2", K.ROUTINE, "body"),
]  # fmt: skip


def mutants(mutation: Mutation, text: str, most: int) -> Iterator[str]:
    """The text with one statement changed: at places far from each other."""
    found = list(re.finditer(mutation.pattern, text, re.M))
    for match in found[:: max(1, -(-len(found) // most))]:
        yield text[: match.start()] + match.expand(mutation.replacement) + text[match.end() :]


def database_of(text: str) -> Database:
    return read([("a.sql", text.encode())])


def faults(dump: Path, mutations: Iterable[Mutation], most: int) -> tuple[Counter[str], list[str]]:
    """How many mutants of each kind were tried, and what the review says amiss of them."""
    text = dump.read_text("utf-8")
    before, tried, wrong = database_of(text), Counter[str](), list[str]()
    for mutation in mutations:
        for mutant in mutants(mutation, text, most):
            tried[mutation.name] += 1
            found = review(before, database_of(mutant))
            told = [f"{change.change} {change.object.kind} {change.object}" for change in found]
            right = [
                change
                for change in found
                if mutation.kind in (None, change.object.kind)
                and mutation.said in (change.change, *(fact.name for fact in change.facts))
                and change.effects
            ]
            if not right and database_of(mutant) == before:
                tried[mutation.name] -= 1  # Another statement says the same.
            elif not right:
                wrong.append(f"{mutation.name}: missed, but {told}")
            elif [one for one in told if not one.startswith(FOLLOWS.get(mutation.name, "nothing"))][1:]:
                wrong.append(f"{mutation.name}: with noise: {told}")
    return tried, wrong


def test_there_are_many_kinds_of_mutations() -> None:
    assert len(MUTATIONS) == len({mutation.name for mutation in MUTATIONS}) > 80


def test_each_mutation_is_found_and_nothing_else() -> None:
    """Each in the smallest dump that has such a statement: reading a dump again takes its time."""
    left, wrong = MUTATIONS, list[str]()
    for dump in DUMPS:
        tried, found = faults(dump, left, MOST)
        wrong += found
        left = [mutation for mutation in left if not tried[mutation.name]]
    assert [mutation.name for mutation in left] == []
    assert "\n".join(wrong) == ""


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus is not here")
@pytest.mark.parametrize("name", ["postgres-image-15", "beacon-postgis"])
def test_so_it_is_in_real_dumps(name: str) -> None:
    tried, wrong = faults(CORPUS / f"supabase-{name}.sql", MUTATIONS, 1)
    assert sum(tried.values()) > 10
    assert "\n".join(wrong) == ""
