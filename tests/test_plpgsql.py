"""The SQL inside of bodies of PL/pgSQL: which statements are found, and what they reference."""

from __future__ import annotations

import time
from contextlib import suppress
from pathlib import Path

import pytest

from schemabook.model import Name
from schemabook.read import read
from schemabook.read.queries.plpgsql import Kind, parts
from schemabook.read.text.cursor import UnexpectedToken

DUMP = Path(__file__).parent.parent / "schema" / "schema_backup.sql"
TABLES = """
    CREATE TABLE t (a int, b int, c int);
    CREATE TABLE u (a int, d int, doc jsonb);
    CREATE FUNCTION g(x int) RETURNS int LANGUAGE sql AS 'SELECT 1';
    CREATE MATERIALIZED VIEW m AS SELECT 1 AS one;
"""


def references(body: str, options: str = "", before: str = TABLES) -> set[str]:
    """What a routine with this body references, as `t.a`; with a `?` what it only mentions."""
    sql = f"{before} CREATE FUNCTION f(p int) RETURNS void LANGUAGE plpgsql {options} AS $f${body}$f$;"
    found = read([("test.sql", sql.encode())]).references
    return {
        str(r.target.name).removeprefix("public.")
        + f".{r.target.part}" * bool(r.target.part)
        + "?" * (r.how == "mentioned")
        for r in found
        if r.part == "body" and r.origin.name == Name("public", "f")
    }


def queries(body: str) -> list[str]:
    return [part.sql.tokens for part in parts(body) if part.kind is Kind.QUERY]


FORMS = {
    "SELECT a INTO v FROM t WHERE b = p;": {"t.a", "t.b"},
    "SELECT INTO STRICT r.x, v[1] a, b FROM t;": {"t.a", "t.b"},
    "SELECT a, b FROM t INTO v, w;": {"t.a", "t.b"},
    "PERFORM 1 FROM t WHERE a = 1 FOR UPDATE;": {"t.a"},
    "PERFORM g(1);": {"g"},
    "INSERT INTO t (a) VALUES (p);": {"t.a"},
    "INSERT INTO t (a) VALUES (b) RETURNING c INTO v;": {"t.a", "t.c"},
    "INSERT INTO t (a, b) SELECT u.a, d FROM u;": {"t.a", "t.b", "u.a", "u.d"},
    "INSERT INTO t (a) VALUES (1) ON CONFLICT (b) DO UPDATE SET c = excluded.c;": {"t.a", "t.b", "t.c"},
    "UPDATE t SET a = u.d FROM u WHERE t.b = u.a;": {"t.a", "t.b", "u.a", "u.d"},
    "UPDATE t AS x SET a = 1 WHERE x.b = 2 RETURNING x.c INTO STRICT v;": {"t.a", "t.b", "t.c"},
    "UPDATE ONLY t SET a = 1 WHERE CURRENT OF cur;": {"t.a"},
    "DELETE FROM t USING u WHERE u.a = t.b;": {"t.b", "u.a"},
    "DELETE FROM t WHERE a IN (SELECT d FROM u) RETURNING * INTO r;": {"t.a", "t.b", "t.c", "u.d"},
    "MERGE INTO t USING u ON t.a = u.a WHEN MATCHED THEN UPDATE SET b = u.d "
    "WHEN NOT MATCHED THEN INSERT (c) VALUES (u.d);": {"t.a", "t.b", "t.c", "u.a", "u.d"},
    "WITH x AS (DELETE FROM t WHERE a = 1 RETURNING b) INSERT INTO u (d) SELECT b FROM x;": {
        "t.a",
        "t.b",
        "u.d",
    },
    "FOR r IN SELECT a FROM t LOOP PERFORM g(r.a); UPDATE u SET d = 1; END LOOP;": {"t.a", "g", "u.d"},
    "FOR r IN (SELECT a FROM t) LOOP NULL; END LOOP;": {"t.a"},
    "FOR i IN 1 .. (SELECT max(a) FROM t) LOOP NULL; END LOOP;": {"t.a"},
    "FOREACH v IN ARRAY (SELECT array_agg(a) FROM t) LOOP NULL; END LOOP;": {"t.a"},
    "WHILE EXISTS (SELECT 1 FROM t WHERE a = p) LOOP NULL; END LOOP;": {"t.a"},
    "RETURN QUERY SELECT a FROM t;": {"t.a"},
    "RETURN QUERY WITH x AS (SELECT a FROM t) SELECT * FROM x;": {"t.a"},
    "RETURN QUERY INSERT INTO t (a) VALUES (1) RETURNING b;": {"t.a", "t.b"},
    "RETURN (SELECT a FROM t) + g(1);": {"t.a", "g"},
    "RETURN NEXT g(1);": {"g"},
    "RETURN EXISTS (SELECT FROM t WHERE a = 1);": {"t.a"},
    "IF EXISTS (SELECT 1 FROM t WHERE a = p) THEN v := 1; ELSIF g(2) > (SELECT d FROM u) THEN END IF;": {
        "t.a",
        "u.d",
        "g",
    },
    "v := (SELECT a FROM t WHERE b = 1);": {"t.a", "t.b"},
    "v = (SELECT a FROM t) + (SELECT d FROM u);": {"t.a", "u.d"},
    "v := count(*) FROM t WHERE a = 1;": {"t.a"},
    "v := ARRAY(SELECT a FROM t);": {"t.a"},
    "v := a IS DISTINCT FROM b;": set(),
    "OPEN c FOR SELECT a FROM t;": {"t.a"},
    "OPEN c NO SCROLL FOR SELECT a FROM t FOR UPDATE;": {"t.a"},
    "CREATE TEMP TABLE x ON COMMIT DROP AS SELECT a FROM t;": {"t.a"},
    "REFRESH MATERIALIZED VIEW CONCURRENTLY m;": {"m?"},
    "TRUNCATE t;": {"t?"},
    "EXIT WHEN NOT EXISTS (SELECT 1 FROM t WHERE a = 1);": {"t.a"},
    "ASSERT (SELECT count(*) FROM t) > 0, 'from u';": {"t"},
    "RAISE NOTICE 'update u: %', (SELECT a FROM t);": {"t.a"},
    "CASE (SELECT a FROM t) WHEN 1 THEN PERFORM g(1); WHEN 2 THEN UPDATE u SET d = 1; "
    "ELSE DELETE FROM u; END CASE;": {"t.a", "g", "u.d"},
    "UPDATE t SET a = CASE WHEN b = 1 THEN c ELSE 2 END; DELETE FROM u WHERE d = 1;": {
        "t.a",
        "t.b",
        "t.c",
        "u.d",
    },
    "PERFORM 1 FROM u WHERE doc ->> 'a' = 'b' AND doc #>> '{x}' IS NULL AND doc @> '{}';": {"u.doc"},
    "CALL g((SELECT a FROM t));": {"t.a", "g"},
    "REVOKE ALL ON TABLE t FROM public;": {"t?"},
    "FETCH NEXT FROM c INTO v;": set(),
    "MOVE FORWARD 2 FROM c;": set(),
    "COPY (SELECT a FROM t) TO '/dev/null';": {"t.a"},
    "GET DIAGNOSTICS v = ROW_COUNT;": set(),
    "DELETE FROM t": {"t"},
}


@pytest.mark.parametrize("statement", FORMS)
def test_a_statement_in_a_body_is_parsed(statement: str) -> None:
    assert references(f"BEGIN {statement} END") == FORMS[statement]


def test_a_declaration_is_parsed() -> None:
    body = """
        DECLARE
            c CURSOR (x int) FOR SELECT a FROM t WHERE b = x;
            d NO SCROLL CURSOR IS SELECT d FROM u;
            v int := (SELECT c FROM t);
            w int DEFAULT g(1);
        BEGIN END
    """
    assert references(body) == {"t.a", "t.b", "u.d", "t.c", "g"}


@pytest.mark.parametrize(
    ("declaration", "found"),
    [
        ("r t%ROWTYPE;", {"t"}),
        ("r public.t%rowtype;", {"t"}),
        ("v t.a%TYPE;", {"t.a"}),
        ("v CONSTANT public.t.b%TYPE := 1;", {"t.b"}),
        ("v t.a%TYPE[] DEFAULT '{}';", {"t.a"}),
        ("r t;", {"t"}),
        ("m mood NOT NULL = 'ok';", {"mood"}),
        ('m public."Mood"[];', {"Mood"}),
        ("v other%TYPE; w other.x%TYPE; n text; d double precision; z numeric(4,2);", set()),
        ("a ALIAS FOR p;", set()),
        ("v int = (SELECT max(d) FROM u);", {"u.d"}),
    ],
)
def test_the_type_of_a_variable_is_a_reference(declaration: str, found: set[str]) -> None:
    types = "CREATE TYPE mood AS ENUM ('ok'); CREATE TYPE \"Mood\" AS ENUM ('ok');"
    assert references(f"DECLARE {declaration} BEGIN NULL; END", before=TABLES + types) == found


def test_what_follows_the_declarations_declares_nothing() -> None:
    assert references("DECLARE v int; BEGIN t u; DECLARE w t; BEGIN NULL; END; END") == {"t"}


def test_blocks_labels_handlers_and_options_are_no_part_of_a_statement() -> None:
    body = """
        #variable_conflict use_column
        <<outer>>
        DECLARE n int;
        BEGIN
            <<inner>>
            FOR r IN SELECT a FROM t LOOP
                BEGIN
                    UPDATE t SET b = 1;
                EXCEPTION WHEN unique_violation OR others THEN
                    INSERT INTO u (d) VALUES (1);
                END;
                CONTINUE inner WHEN r.a > 1;
            END LOOP inner;
        END outer
    """
    assert queries(body) == [
        "select a from t",
        "update t set b = 1",
        "insert into u ( d ) values ( 1 )",
    ]


def test_a_variable_is_no_column_of_a_relation_that_the_statement_does_not_read() -> None:
    assert references("DECLARE d int; BEGIN UPDATE t SET a = d; SELECT doc INTO a FROM u; END") == {
        "t.a",
        "u.doc",
    }


def test_a_row_or_a_parameter_is_no_relation() -> None:
    assert references("BEGIN UPDATE t SET a = new.b, c = f.p WHERE old.c = r.b; END") == {"t.a", "t.c"}


def test_the_rows_of_an_insert_do_not_see_its_columns() -> None:
    assert references("BEGIN INSERT INTO t (a) SELECT b FROM u; END") == {"t.a", "u"}


def test_comments_and_strings_mention_nothing() -> None:
    body = """
        BEGIN -- SELECT a FROM t;
            /* DELETE FROM u; */
            v := 'SELECT a FROM t';
            RAISE NOTICE 'nothing FROM t %', format('FROM u');
        END
    """
    assert not references(body)


@pytest.mark.parametrize(
    "statement",
    [
        "EXECUTE 'SELECT a FROM t WHERE b = $1' INTO v USING p;",
        "EXECUTE format('SELECT %I FROM t', p);",
        "EXECUTE 'DELETE FROM t WHERE x = ''' || p || '''';",
        "EXECUTE $q$ UPDATE t SET a = 'x' $q$;",
        "FOR r IN EXECUTE 'SELECT a FROM t' LOOP NULL; END LOOP;",
        "RETURN QUERY EXECUTE 'SELECT a FROM t';",
        "OPEN c FOR EXECUTE 'SELECT a FROM t';",
        "v := 'SELECT a FROM t'; EXECUTE v;",
        "w := format('SELECT a FROM t'); v := w || ' LIMIT 1'; EXECUTE v;",
    ],
)
def test_dynamic_sql_mentions(statement: str) -> None:
    assert references(f"BEGIN {statement} END") == {"t?"}


def test_a_routine_in_dynamic_sql_is_mentioned() -> None:
    assert references("BEGIN EXECUTE 'SELECT g(1)'; END") == {"g?"}


def test_what_is_parsed_is_not_mentioned() -> None:
    assert references("BEGIN EXECUTE 'DELETE FROM t'; SELECT a INTO v FROM t; END") == {"t.a"}


def test_a_query_that_cannot_be_parsed_mentions() -> None:
    assert references("BEGIN SELECT a FROM t WHERE ((; UPDATE u SET d = 1; END") == {"t?", "u.d"}


def test_the_search_path_of_the_routine_counts() -> None:
    before = "CREATE SCHEMA s; CREATE TABLE s.t (a int); CREATE TABLE t (a int); CREATE TABLE w (a int);"
    body = "BEGIN SELECT a INTO v FROM t; SELECT a INTO v FROM w; END"
    assert references(body, "SET search_path = s, pg_temp", before) == {"s.t.a"}
    assert references(body, "SET search_path = s, public", before) == {"s.t.a", "w.a"}
    assert references(body, "SET search_path = ''", before) == set()
    assert references(body, "", before) == {"t.a", "w.a"}


def test_the_schema_of_a_routine_comes_after_the_search_path() -> None:
    sql = """
        SELECT pg_catalog.set_config('search_path', '', false);
        CREATE SCHEMA s; CREATE TABLE s.t (a int); CREATE TABLE s.u (a int); CREATE TABLE public.u (b int);
        CREATE FUNCTION s.f() RETURNS void LANGUAGE plpgsql AS 'BEGIN DELETE FROM t; DELETE FROM u; END';
    """
    found = read([("test.sql", sql.encode())]).references
    assert {str(r.target.name) for r in found} == {"s.t", "public.u"}


def test_a_body_in_sql_uses_the_search_path_of_its_routine() -> None:
    sql = """
        CREATE SCHEMA s; CREATE TABLE s.t (a int);
        CREATE FUNCTION f() RETURNS int LANGUAGE sql SET search_path = s AS 'SELECT a FROM t';
    """
    found = read([("test.sql", sql.encode())]).references
    assert {(str(r.target.name), r.target.part, r.how) for r in found} == {("s.t", "a", "parsed")}


WHOLE = """<<l>> DECLARE v int := (SELECT a FROM t); BEGIN
    FOR r IN SELECT a FROM t LOOP IF EXISTS (SELECT 1 FROM u WHERE doc->>'x' = 'y') THEN
    CASE v WHEN 1 THEN EXECUTE $q$SELECT 'x' FROM t$q$;
    ELSE INSERT INTO t (a) VALUES (1) RETURNING a INTO v; END CASE;
    END IF; END LOOP; EXCEPTION WHEN others THEN RAISE; END"""


def test_a_body_cut_anywhere_is_no_error() -> None:
    for end in range(len(WHOLE)):
        with suppress(UnexpectedToken):
            assert all(part.sql is not None for part in parts(WHOLE[:end]))
    for end in range(0, len(WHOLE), 7):
        references(WHOLE[:end].replace("$f$", ""))


HOSTILE = [
    ") ] END END; BEGIN ) SELECT",
    "BEGIN IF THEN LOOP ELSE CASE WHEN",
    "INTO INTO, INTO .",
    "SELECT INTO x[",
    "SELECT a INTO",
    "# ",
    "<<",
    "FOR",
    "RETURN",
    "OPEN",
    "PERFORM",
    "EXECUTE",
    "x := := (((SELECT",
    "BEGIN END IF CASE; 'open",
    "MERGE INTO t USING",
    "v :=",
    "BEGIN SELECT " + "(" * 5000 + "SELECT a FROM t" + ")" * 5000 + "; UPDATE t SET b = 1; END",
    "BEGIN " * 5000 + "END; " * 5000,
    "v := " + "CASE WHEN a THEN " * 3000,
    "EXECUTE " + "'''' || " * 3000 + "'FROM t'",
    "SELECT 1 " + "UNION SELECT 1 " * 5000,
    "SELECT a FROM " + "(SELECT * FROM " * 99 + "t" + ") x" * 99,
    "SELECT a INTO " + ", ".join(["x"] * 10_000) + " FROM t;",
    "INSERT INTO t VALUES " + ", ".join(["(a, b, c)"] * 3000),
    "UPDATE t SET a = 1 WHERE " + " AND ".join(["b = p"] * 2900),
]


@pytest.mark.parametrize("body", HOSTILE, ids=lambda body: body[:30])
def test_a_hostile_body_is_read_in_time(body: str) -> None:
    start = time.process_time()
    references(body)
    assert time.process_time() - start < 5


def test_a_body_of_64_kb_is_read_in_well_under_a_second() -> None:
    statement = "IF p > 1 THEN SELECT a INTO v FROM t WHERE b = p AND c > 1; v := g(v) + 1; END IF;\n"
    start = time.process_time()
    found = references("BEGIN " + statement * (65536 // len(statement)) + " END")
    assert found == {"t.a", "t.b", "t.c", "g"}
    assert time.process_time() - start < 2  # With a wide margin for a busy machine.


EXAMPLE = {
    "archive_old_content": "content: deleted_at, id",
    "consume_generation": "auth.uid; generation_usage: last_generated_at, period_end, period_start, "
    "stories_generated, user_id, vignettes_generated; remaining_generations",
    "enforce_character_limit": "character_profiles: archived_at, user_id; "
    "subscription_tiers: id, max_characters; user_profiles: id, tier_id",
    "handle_new_user": "subscription_tiers: code, id; user_profiles: display_name, id, locale, tier_id",
    "publish_story": "content: status, story_id; slugify; stories: id, published_at, slug, title, visibility",
    "refresh_monthly_costs": "monthly_api_costs?",
    "set_updated_at": "",
    "touch_content": "content: id, updated_at",
}
"""What the bodies of the example name, read by hand."""


@pytest.mark.parametrize("routine", EXAMPLE)
def test_the_example_references_what_its_bodies_name(routine: str) -> None:
    database = read([("dump.sql", DUMP.read_bytes())])
    columns: dict[str, list[str]] = {}
    for r in database.references:
        if r.part == "body" and r.origin.name == Name("public", routine):
            name = str(r.target.name).removeprefix("public.") + "?" * (r.how == "mentioned")
            columns.setdefault(name, []).extend([r.target.part] * bool(r.target.part))
    found = (
        f"{name}: {', '.join(sorted(names))}" if names else name for name, names in sorted(columns.items())
    )
    assert "; ".join(found) == EXAMPLE[routine]


@pytest.mark.parametrize(
    ("sql", "found"),
    [
        ("SELECT 1 FROM t, u x, m AS y WHERE a, b", {"t?", "u?", "m?"}),
        ("SELECT * FROM t JOIN x ON a = b, u", {"t?", "u?"}),
        ("SELECT 1 FROM (SELECT 1 FROM t, x), u", {"t?", "u?"}),
        ("TRUNCATE t, ONLY u", {"t?", "u?"}),
        ("DROP TABLE IF EXISTS t, u", {"t?", "u?"}),
        ("DELETE FROM t USING x, u WHERE m", {"t?", "u?"}),
        ("SELECT t, u FROM m ORDER BY t, u", {"m?"}),
        ("UPDATE t SET a = 1, u = 2", {"t?"}),
        ("SELECT f(x, t) FROM %I, LATERAL (SELECT t, u), m", {"m?"}),
    ],
)
def test_a_list_of_relations_mentions_each(sql: str, found: set[str]) -> None:
    assert references(f"BEGIN EXECUTE '{sql}'; END") == found
