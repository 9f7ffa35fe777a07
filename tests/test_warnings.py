"""What is said of single objects: texts that are not followed, and names that lead nowhere."""

from __future__ import annotations

import json
import random
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import mangling
import psycopg
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from schemabook.cli import cli
from schemabook.export.contract import contract
from schemabook.model import ColumnName, Database, Name, relation_id
from schemabook.read import read, read_files
from schemabook.read.queries import following
from schemabook.read.queries.bodies import relations_in
from schemabook.read.references import Finder
from schemabook.read.text import tokens
from schemabook.verify import Server

FIXTURES = sorted((Path(__file__).parent / "fixtures").glob("*.sql"))
TABLES = """
    CREATE SCHEMA x;
    CREATE TABLE public.t (a int PRIMARY KEY, b text, c jsonb);
    CREATE TABLE public.u (a int, t_a int);
    CREATE VIEW public.v AS SELECT a, b FROM public.t;
    CREATE TYPE public.k AS (p int, q text);
    CREATE SEQUENCE public.s;
    CREATE FUNCTION public.full_name(public.t) RETURNS text LANGUAGE sql AS 'SELECT $1.b';
"""


def database_of(sql: str) -> Database:
    return read([("dump.sql", (TABLES + sql).encode())])


def messages(sql: str) -> list[str]:
    return [f"{warning.about}: {warning.message}" for warning in database_of(sql).warnings]


def body(text: str, *, language: str = "plpgsql", arguments: str = "", returns: str = "void") -> str:
    head = f"CREATE FUNCTION public.f({arguments}) RETURNS {returns} LANGUAGE {language}"
    return f"{head} AS $body$\n{text}\n$body$;"


# Texts that are not followed


@pytest.mark.parametrize(
    "rest",
    [
        "$1",
        ":x",
        "{x}",
        "(x)",
        "'x'",
        "*",
        "1",
        "",
        "%I",
        "%s",
        '"',
        "[x]",
        "?",
        "@x",
        "#",
        ".y",
        "; z",
        "--",
    ],
)
def test_a_name_that_dynamic_sql_completes_names_no_relation(rest: str) -> None:
    dynamic = f"SELECT 1 FROM public.{rest}"
    sql = body(f"BEGIN EXECUTE $q$ {dynamic} $q$ USING 1; EXECUTE format($q${dynamic}$q$, 'x') || 'y'; END")
    database = database_of(sql)
    assert Name("public", "f") not in {reference.origin.name for reference in database.references}
    assert not database.warnings


@settings(max_examples=100, deadline=None, database=None)
@given(st.lists(st.sampled_from(mangling.PIECES), max_size=12).map(" ".join))
def test_any_text_names_relations_or_none(text: str) -> None:
    assert all(isinstance(name, Name) for name in relations_in(text))


@pytest.mark.parametrize("path", FIXTURES[::3], ids=lambda path: path.stem)
def test_all_is_made_of_a_dump_whose_strings_are_mangled(path: Path) -> None:
    mangled = mangling.dumps(mangling.statements_in(path.read_bytes()), random.Random(path.stem))
    for _ in range(2):
        mangling.everything(next(mangled))


def test_a_body_with_an_open_quote_is_said_to_be_not_followed() -> None:
    found = messages(body("BEGIN PERFORM 'open; END"))
    assert len(found) == 1
    assert found[0].startswith("public.f(): it is not followed, so what it uses is not known: ")


def test_a_body_that_is_very_long_is_said_to_be_not_followed() -> None:
    words = "word, " * 200_000
    found = messages(body(f"BEGIN EXECUTE '{words}'; END") + "CREATE TABLE public.after (a int);")
    assert [text.partition(": ")[0] for text in found] == ["public.f()"]
    assert "it has 1,200," in found[0]


def test_a_statement_that_is_very_long_is_unread_and_the_others_are_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(tokens, "LONGEST_TEXT", 10_000)
    database = database_of(f"CREATE VIEW public.long AS SELECT {'a, ' * 5_000} a FROM public.t;")
    assert [found.reason for found in database.receipt.unread] == [
        "it has more than 10,000 characters without its string constants"
    ]
    assert Name("public", "u") in database.relations


def test_a_string_of_any_length_is_read() -> None:
    comment = "word, " * 100_000
    database = database_of(
        f"COMMENT ON TABLE public.t IS '{comment}'; COMMENT ON TABLE public.u IS E'\\n{comment}';"
    )
    assert database.relations[Name("public", "t")].comment == comment
    assert database.relations[Name("public", "u")].comment == f"\n{comment}"


def test_a_fault_of_ours_is_said_of_its_object_and_the_others_are_followed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail(*_: object) -> None:
        raise KeyError("oops")

    monkeypatch.setattr(following, "RAISES", False)
    monkeypatch.setattr(Finder, "_of_body", fail)
    database = database_of(body("BEGIN PERFORM a FROM t; END"))
    assert "public.f(): schemabook fails on it, which is a fault of ours: KeyError: 'oops'" in [
        f"{warning.about}: {warning.message}" for warning in database.warnings
    ]
    assert database.references_from(relation_id(Name("public", "v")))


def test_two_relations_of_one_name_have_their_columns() -> None:
    sql = """
        CREATE TABLE x.t (d int, e int);
        CREATE VIEW public.w AS SELECT * FROM public.t, x.t;
        CREATE VIEW public.w2 AS SELECT x.t.d, public.t.a AS d2 FROM public.t JOIN x.t ON x.t.d = public.t.a;
    """
    database = database_of(sql)
    columns = {c.name: c.type for c in database.columns_of(Name("public", "w"))}
    assert columns == {"a": "integer", "b": "text", "c": "jsonb", "d": "integer", "e": "integer"}
    assert database.lineage[ColumnName(Name("public", "w2"), "d")] == (ColumnName(Name("x", "t"), "d"),)
    assert database.lineage[ColumnName(Name("public", "w2"), "d2")] == (ColumnName(Name("public", "t"), "a"),)
    assert not database.warnings


# Names that lead nowhere

WRONG = [
    (body("BEGIN INSERT INTO public.gone (a) VALUES (1); END"), 'relation "public.gone" is not in the dump'),
    (body("BEGIN UPDATE gone SET a = 1; END"), 'relation "gone" is not in the dump'),
    (body("BEGIN UPDATE t SET gone = 1; END"), 'column "t.gone" is not in the dump'),
    (body("BEGIN INSERT INTO t (a, gone) VALUES (1, 2); END"), 'column "t.gone" is not in the dump'),
    (body("BEGIN PERFORM 1 FROM t z WHERE z.gone = 1; END"), 'column "t.gone" is not in the dump'),
    (body("BEGIN DELETE FROM t z WHERE z.gone = 1; END"), 'column "t.gone" is not in the dump'),
    (
        body("BEGIN PERFORM 1 FROM t WHERE gone = 1; END"),
        'column "gone" is in none of the relations that it reads',
    ),
    (body("DECLARE r public.gone%ROWTYPE; BEGIN NULL; END"), 'relation "public.gone" is not in the dump'),
    (body("DECLARE r public.t.gone%TYPE; BEGIN NULL; END"), 'column "t.gone" is not in the dump'),
    (body("DECLARE r t.gone%TYPE; BEGIN NULL; END"), 'column "t.gone" is not in the dump'),
    (body("BEGIN PERFORM public.gone(1); END"), 'function "public.gone" is not in the dump'),
    (body("BEGIN CALL public.gone(1); END"), 'function "public.gone" is not in the dump'),
    (body("BEGIN TRUNCATE public.gone; END"), 'relation "public.gone" is not in the dump'),
    (
        body("DECLARE r record; BEGIN FOR r IN SELECT * FROM public.gone LOOP NULL; END LOOP; END"),
        'relation "public.gone" is not in the dump',
    ),
    (
        body("BEGIN IF EXISTS (SELECT 1 FROM public.gone) THEN NULL; END IF; END"),
        'relation "public.gone" is not in the dump',
    ),
]
"""Bodies of PL/pgSQL: the server looks into them only when they run."""


@pytest.mark.parametrize(("sql", "message"), WRONG, ids=range(len(WRONG)))
def test_a_name_that_leads_nowhere_is_said(sql: str, message: str) -> None:
    assert messages(sql) == [f"public.f(): {message}"]


def test_the_line_is_that_of_the_name() -> None:
    sql = body("BEGIN\n  -- public.gone was here\n  PERFORM 1\n  FROM public.gone;\nEND")
    database = read([("dump.sql", (TABLES.strip() + "\n" + sql).encode())])
    line = (TABLES.strip() + "\n" + sql).split("\n").index("  FROM public.gone;") + 1
    assert [warning.source for warning in database.warnings] == [("dump.sql", line)]


def test_a_column_of_new_is_one_of_a_table_with_the_trigger() -> None:
    function = (
        "CREATE FUNCTION public.tf() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.gone := NEW.a; END $$;"
    )
    trigger = "CREATE TRIGGER z BEFORE INSERT ON public.t FOR EACH ROW EXECUTE FUNCTION public.tf();"
    assert messages(function) == []
    assert messages(function + trigger) == [
        'public.tf(): column "new.gone" is in no table with a trigger that calls it'
    ]


def test_a_body_does_not_follow_a_rename_but_a_policy_does() -> None:
    sql = """
        CREATE POLICY p ON public.u USING (EXISTS (SELECT FROM public.t WHERE t.a = u.t_a));
        ALTER TABLE public.t RENAME TO t2;
    """ + body("SELECT b FROM public.t", language="sql", returns="text")
    assert messages(sql) == ['public.f(): relation "public.t" is not in the dump']


RIGHT = [
    body("BEGIN CREATE TEMP TABLE tmp (a int); INSERT INTO tmp VALUES (1); PERFORM * FROM tmp; END"),
    body("BEGIN WITH q AS (SELECT 1 AS z) INSERT INTO t SELECT z FROM q; END"),
    body("DECLARE z int; BEGIN SELECT a INTO z FROM t WHERE a = z AND b = y; END", arguments="y text"),
    body(
        "DECLARE r record; BEGIN FOR r IN SELECT a AS q FROM t LOOP UPDATE t SET a = r.q WHERE a = r.w;"
        " END LOOP; END"
    ),
    body("BEGIN PERFORM t.full_name, t.ctid, t, row_to_json(t) FROM t; PERFORM tableoid FROM t; END"),
    body("BEGIN PERFORM * FROM pg_class, information_schema.tables, pg_catalog.pg_proc; END"),
    body("BEGIN PERFORM auth.uid(), x.gone() FROM auth.users, other.gone; END"),
    body(
        "BEGIN PERFORM g FROM generate_series(1, 2) g; PERFORM o.y FROM json_to_record('{}') AS o(y int); END"
    ),
    body("BEGIN EXECUTE 'SELECT * FROM public.gone'; EXECUTE format('SELECT 1 FROM public.%I', 'x'); END"),
    body("BEGIN PERFORM 1 FROM public.gone; EXCEPTION WHEN undefined_table THEN NULL; END"),
    body("BEGIN IF to_regclass('public.gone') IS NOT NULL THEN DELETE FROM public.gone; END IF; END"),
    body("BEGIN DROP TABLE IF EXISTS public.gone; TRUNCATE t; END"),
    body("BEGIN INSERT INTO t AS e (a) VALUES (1) ON CONFLICT (a) DO UPDATE SET a = excluded.a + e.a; END"),
    body("BEGIN RETURN QUERY SELECT f.y, y, o FROM t WHERE f.y = a; END", arguments="y int, OUT o int"),
    body("BEGIN UPDATE t m SET a = n.a FROM u n WHERE n.t_a = m.a; END"),
    body("DECLARE c CURSOR (k int) FOR SELECT a FROM t WHERE a = k; BEGIN NULL; END"),
    body(
        "DECLARE -- v\n v int; /* w */ w CONSTANT t.b%TYPE := 'x';"
        " BEGIN PERFORM FROM t WHERE a = v AND b = w; END"
    ),
    body("BEGIN FOR i IN 1..2 LOOP UPDATE t SET a = i; END LOOP; END"),
    body('DECLARE "V x" int; BEGIN PERFORM FROM t WHERE a = "V x"; END'),
    body("DECLARE x ALIAS FOR $1; BEGIN PERFORM FROM t WHERE a = x; END", arguments="int"),
    body("<<l>> DECLARE n int; BEGIN DECLARE m int; BEGIN PERFORM FROM t WHERE a = l.n AND a = m; END; END"),
    body("BEGIN FOR p, q IN SELECT a, b FROM t LOOP UPDATE t SET a = p, b = q; END LOOP; END"),
    body("BEGIN PERFORM FROM t WHERE b = tg_op OR b = TG_TABLE_NAME OR b = sqlerrm; END", returns="trigger"),
    body("BEGIN PERFORM public.uuid_generate_v4(), public.st_x(1), public.similarity(b, b) FROM t; END"),
    body("BEGIN PERFORM * FROM public.geometry_columns, public.pg_stat_statements; END"),
    """
        CREATE FUNCTION public.tf() RETURNS trigger LANGUAGE plpgsql AS
            $$ BEGIN INSERT INTO u SELECT a FROM new_rows; RETURN NULL; END $$;
        CREATE TRIGGER z AFTER INSERT ON public.t REFERENCING NEW TABLE AS new_rows
            FOR EACH STATEMENT EXECUTE FUNCTION public.tf();
    """,
    body("SELECT a FROM gone", language="sql SET search_path = x, other", returns="int"),
    "DO $$ BEGIN CREATE TABLE public.made (a int); RAISE NOTICE '%', now(); END $$;"
    + body("SELECT a FROM public.made", language="sql", returns="int"),
]


@pytest.mark.parametrize("sql", RIGHT, ids=range(len(RIGHT)))
def test_nothing_is_said_of_what_may_be_there(sql: str) -> None:
    assert messages(sql) == []


ASKED = [
    body("SELECT a FROM public.gone", language="sql", returns="int"),
    body("SELECT gone FROM public.t", language="sql", returns="text"),
    body("SELECT t.b FROM public.t JOIN public.u ON u.gone = t.a", language="sql", returns="text"),
    body("SELECT public.gone(1)", language="sql", returns="int"),
    body("UPDATE public.t SET gone = 1", language="sql"),
    body("INSERT INTO public.u (gone) VALUES (1)", language="sql"),
    body("SELECT a AS z FROM t GROUP BY z ORDER BY z", language="sql", returns="int"),
    body("SELECT a FROM t UNION SELECT t_a FROM u ORDER BY a", language="sql", returns="int"),
    body("SELECT n.one FROM t AS n(one, two)", language="sql", returns="int"),
    body("SELECT last_value FROM public.s", language="sql", returns="bigint"),
    body("SELECT (o).p FROM (SELECT ROW(1, 'x')::public.k AS o) i", language="sql", returns="int"),
    body("SELECT sum(a) OVER w FROM t WINDOW w AS (PARTITION BY b)", language="sql", returns="bigint"),
    body("SELECT a FROM t JOIN u USING (a) WHERE a = 1 AND t_a = 2", language="sql", returns="int"),
    body(
        "SELECT t.a FROM t, LATERAL (SELECT t.a + u.a AS w FROM u) l ORDER BY w",
        language="sql",
        returns="int",
    ),
    body("SELECT a FROM t WHERE a = y AND f.y = a", language="sql", arguments="y int", returns="int"),
    body('SELECT a FROM t WHERE b COLLATE "C" = current_user', language="sql", returns="int"),
    body(
        "SELECT extract(epoch FROM now())::int FROM t WHERE now() > date '2020-01-01'",
        language="sql",
        returns="int",
    ),
    body("MERGE INTO t USING u ON t.a = u.a WHEN MATCHED THEN UPDATE SET b = u.t_a::text", language="sql"),
    body("DELETE FROM t USING u WHERE t.a = u.t_a AND b = 'x' RETURNING t.b", language="sql", returns="text"),
    "CREATE VIEW public.w AS SELECT * FROM public.gone;",
    "CREATE VIEW public.w AS SELECT t.gone FROM public.t;",
    "CREATE VIEW public.w AS SELECT t.full_name, xmin FROM public.t;",
    "CREATE POLICY p ON public.t USING (a IN (SELECT a FROM public.gone));",
    "CREATE POLICY p ON public.t USING (gone = 1);",
    "CREATE POLICY p ON public.t USING (EXISTS (SELECT FROM public.u WHERE u.gone = t.a));",
    "CREATE POLICY p ON public.t USING (EXISTS (SELECT FROM public.u WHERE t_a = a AND b = 'x'));",
    "CREATE TRIGGER z BEFORE INSERT ON public.t FOR EACH ROW EXECUTE FUNCTION public.gone();",
    "ALTER TABLE public.t ADD CHECK (gone > 1);",
    "ALTER TABLE public.t ADD CHECK (public.gone(a));",
    "ALTER TABLE public.t ADD CHECK (a > 1 AND b::varchar(3) <> 'x' AND (c ->> 'k') IS NOT NULL);",
    "ALTER TABLE public.t ALTER a SET DEFAULT public.gone(1);",
    "CREATE INDEX i ON public.t ((gone || 'x'));",
    "CREATE INDEX i ON public.t (lower(b)) WHERE b IS NOT NULL;",
]
"""What the server looks into when it is made."""
MISSING = (
    psycopg.errors.UndefinedTable,
    psycopg.errors.UndefinedColumn,
    psycopg.errors.UndefinedFunction,
)


def test_what_is_said_is_what_postgresql_refuses(postgres: Server) -> None:
    postgres.create_database("warnings")
    with postgres.connect("warnings") as connection:
        connection.execute(TABLES.encode())
        for sql in ASKED:
            refused = ""
            try:
                with connection.transaction(force_rollback=True):
                    connection.execute(sql.encode())
            except MISSING as error:
                refused = str(error)
            assert bool(messages(sql)) == bool(refused), (sql, refused, messages(sql))
    postgres.drop_database("warnings")


@pytest.mark.parametrize("path", FIXTURES, ids=lambda path: path.stem)
def test_nothing_is_said_of_what_a_server_takes(path: Path) -> None:
    assert read_files([path]).warnings == ()


# Where it is said

GONE = body("BEGIN\n  DELETE FROM public.gone;\nEND")


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "dump.sql").write_text(TABLES + GONE)
    (tmp_path / "schemabook.yml").write_text("dumps: [dump.sql]\noutput: reference\n")
    return tmp_path


def run(*arguments: str) -> Any:
    return CliRunner().invoke(cli, arguments)


def test_a_warning_is_in_the_receipt_and_on_the_page_and_fails_nothing(project: Path) -> None:
    line = (TABLES + GONE).split("\n").index("  DELETE FROM public.gone;") + 1
    said = f'dump.sql:{line}: warning: public.f(): relation "public.gone" is not in the dump'
    assert said in run("build").output
    page = next((project / "reference").rglob("f.md")).read_text()
    assert '- **Warning:** relation "public.gone" is not in the dump\n' in page
    checked = run("check")
    assert checked.exit_code == 0
    assert said in checked.output


def test_the_json_has_the_warnings() -> None:
    schema = json.loads(files("schemabook.export").joinpath("contract.schema.json").read_text("utf-8"))
    exported = contract(database_of(GONE))
    jsonschema.validate(exported, schema)
    (warning,) = exported["receipt"]["warnings"]
    assert (warning["kind"], warning["schema"], warning["name"]) == ("routine", "public", "f")
    assert (warning["part"], warning["message"]) == ("body", 'relation "public.gone" is not in the dump')
