"""DO blocks are read as PostgreSQL runs them, or they are unread with the reason."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemabook.model import Database, Name
from schemabook.read import expression, read
from schemabook.verify import Server, differences, read_catalog

Restore = Callable[[Path], str]

SETUP = """\
CREATE SCHEMA app;
CREATE EXTENSION citext WITH SCHEMA app;
CREATE TYPE public.mood AS ENUM ('sad', 'ok');
CREATE TABLE public.t (id integer PRIMARY KEY, name text NOT NULL, m public.mood, CONSTRAINT named CHECK (id > 0));
CREATE TABLE app.u (id integer REFERENCES public.t (id));
CREATE INDEX t_name ON public.t (name);
CREATE VIEW public.v AS SELECT id FROM public.t;
CREATE FUNCTION public.f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
CREATE TRIGGER tr BEFORE INSERT ON public.t FOR EACH ROW EXECUTE FUNCTION public.f();
ALTER TABLE public.t ENABLE ROW LEVEL SECURITY;
CREATE POLICY p ON public.t FOR SELECT USING (true);
CREATE SEQUENCE public.sq;
CREATE DOMAIN public.dom AS text CONSTRAINT dc CHECK (VALUE <> '');
CREATE PUBLICATION pub FOR TABLE public.t;
CREATE FUNCTION public.quiet() RETURNS void LANGUAGE sql AS 'SELECT 1';
"""
ASKED = {
    "SELECT 1 FROM pg_type WHERE typname = 'mood'": True,
    "SELECT 1 FROM pg_type WHERE typname = 'moody'": False,
    "SELECT 1 FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace WHERE t.typname = 'mood' AND n.nspname = 'public'": True,
    "SELECT 1 FROM pg_type t, pg_namespace n WHERE n.oid = t.typnamespace AND t.typname = 'mood' AND n.nspname = 'app'": False,
    "SELECT 1 FROM pg_catalog.pg_type WHERE typname = 'text'": None,
    "SELECT 1 FROM pg_type WHERE typname = 'dom' AND typtype = 'd'": True,
    "SELECT 1 FROM pg_type WHERE typname = 'citext'": None,
    "SELECT 1 FROM pg_type WHERE typname = 't'": True,
    "SELECT 1 FROM pg_type WHERE typnamespace = 'public'::regnamespace AND typname = 'mood'": True,
    "SELECT FROM pg_class WHERE relname = 't_name' AND relkind = 'i'": True,
    "SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relname = 't_pkey' AND n.nspname = 'public'": True,
    "SELECT FROM pg_class WHERE relname = 'nope'": False,
    "SELECT FROM pg_class WHERE oid = 'public.t'::regclass AND relrowsecurity": True,
    "SELECT FROM pg_class WHERE relname = 'sq' AND relkind = 'S'": True,
    "SELECT 1 FROM pg_namespace WHERE nspname = 'app'": True,
    "SELECT 1 FROM pg_namespace WHERE nspname = 'apps'": False,
    "SELECT 1 FROM pg_constraint WHERE conname = 'named'": True,
    "SELECT 1 FROM pg_constraint WHERE conname = 'u_id_fkey' AND conrelid = 'app.u'::regclass": True,
    "SELECT 1 FROM pg_constraint WHERE conname = 'u_id_fkey' AND conrelid = 'public.t'::regclass": False,
    "SELECT 1 FROM pg_constraint WHERE conname = 'missing' AND contype = 'f'": False,
    "SELECT 1 FROM pg_constraint WHERE conname = 't_name_not_null'": None,
    "SELECT 1 FROM pg_constraint WHERE conname = 'dc'": True,
    "SELECT 1 FROM pg_constraint c JOIN pg_class r ON r.oid = c.conrelid WHERE r.relname = 't' AND c.contype = 'p'": True,
    "SELECT 1 FROM pg_policies WHERE schemaname = 'public' AND tablename = 't' AND policyname = 'p'": True,
    "SELECT 1 FROM pg_policies WHERE tablename = 't' AND policyname = 'q'": False,
    "SELECT 1 FROM pg_policy WHERE polname = 'p' AND polrelid = 'public.t'::regclass": True,
    "SELECT 1 FROM pg_proc WHERE proname = 'f'": True,
    "SELECT 1 FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE n.nspname = 'public' AND p.proname = 'g'": False,
    "SELECT 1 FROM pg_trigger WHERE tgname = 'tr' AND NOT tgisinternal": True,
    "SELECT 1 FROM pg_trigger WHERE tgname = 'tr' AND tgrelid = 'app.u'::regclass": False,
    "SELECT 1 FROM pg_indexes WHERE indexname = 't_name'": True,
    "SELECT 1 FROM pg_indexes WHERE schemaname = 'public' AND tablename = 't' AND indexname = 'nope'": False,
    "SELECT 1 FROM pg_extension WHERE extname = 'citext'": True,
    "SELECT 1 FROM pg_extension WHERE extname = 'plpgsql'": True,
    "SELECT 1 FROM pg_extension WHERE extname = 'postgis'": False,
    "SELECT 1 FROM pg_publication WHERE pubname = 'pub'": True,
    "SELECT 1 FROM pg_publication_tables WHERE pubname = 'pub' AND schemaname = 'public' AND tablename = 't'": True,
    "SELECT 1 FROM pg_publication_tables WHERE pubname = 'pub' AND tablename = 'u'": False,
    "SELECT 1 FROM pg_enum WHERE enumlabel = 'ok' AND enumtypid = 'public.mood'::regtype": True,
    "SELECT 1 FROM pg_enum e JOIN pg_type t ON t.oid = e.enumtypid WHERE t.typname = 'mood' AND e.enumlabel = 'new'": False,
    "SELECT 1 FROM pg_enum WHERE enumlabel = 'ok' AND enumtypid = (SELECT oid FROM pg_type WHERE typname = 'mood')": True,
    "SELECT 1 FROM pg_attribute WHERE attrelid = 'public.t'::regclass AND attname = 'name' AND NOT attisdropped": True,
    "SELECT 1 FROM pg_attribute WHERE attrelid = 'public.t'::regclass AND attname = 'nope' AND attnum > 0": False,
    "SELECT 1 FROM pg_tables WHERE schemaname = 'public' AND tablename = 't'": True,
    "SELECT 1 FROM pg_tables WHERE tablename = 'v'": False,
    "SELECT 1 FROM pg_views WHERE viewname = 'v'": True,
    "SELECT 1 FROM pg_matviews WHERE matviewname = 'v'": False,
    "SELECT 1 FROM pg_sequences WHERE sequencename = 'sq'": True,
    "SELECT 1 FROM information_schema.tables WHERE table_schema = 'public' AND table_name = 't'": True,
    "SELECT 1 FROM information_schema.tables WHERE table_name = 'nope'": False,
    "SELECT 1 FROM information_schema.tables WHERE table_name = 'tables'": None,
    "SELECT 1 FROM information_schema.columns WHERE table_schema = 'public' AND table_name = 't' AND column_name = 'name'": True,
    "SELECT 1 FROM information_schema.columns WHERE table_name = 't' AND column_name = 'nope'": False,
    "SELECT 1 FROM information_schema.columns WHERE table_name = 't' AND column_name = 'name' AND is_nullable = 'NO'": True,
    "SELECT 1 FROM information_schema.columns WHERE table_name = 't' AND column_name = 'name' AND data_type = 'text'": True,
    "SELECT 1 FROM information_schema.columns WHERE table_name = 'v' AND column_name = 'id'": True,
    "SELECT 1 FROM information_schema.table_constraints WHERE constraint_name = 'named' AND table_name = 't'": True,
    "SELECT 1 FROM information_schema.table_constraints WHERE constraint_type = 'FOREIGN KEY' AND table_name = 'u'": True,
    "SELECT 1 FROM information_schema.table_constraints WHERE constraint_name = 'nope'": False,
    "SELECT 1 FROM information_schema.key_column_usage WHERE table_name = 'u' AND column_name = 'id'": True,
    "SELECT 1 FROM information_schema.schemata WHERE schema_name = 'app'": True,
    "SELECT 1 FROM information_schema.views WHERE table_name = 'v'": True,
    "SELECT 1 FROM information_schema.routines WHERE routine_schema = 'public' AND routine_name = 'f'": True,
    "SELECT 1 FROM information_schema.triggers WHERE trigger_name = 'tr' AND event_object_table = 't'": True,
    "SELECT 1 FROM information_schema.sequences WHERE sequence_name = 'nope'": False,
    "SELECT 1 FROM information_schema.domains WHERE domain_name = 'dom'": True,
    "SELECT 1 FROM pg_roles WHERE rolname = 'nobody_knows'": None,
    "SELECT 1 FROM pg_settings": None,
    "SELECT 1 FROM public.t": None,
    "SELECT count(*) FROM pg_type WHERE typname = 'nope'": True,
    "SELECT 1 FROM pg_type WHERE typname = 'nope' UNION SELECT 1 FROM pg_class WHERE relname = 't'": True,
    "SELECT 1 FROM pg_class c LEFT JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relname = 't' AND n.nspname IS NULL": False,
    "SELECT 1 FROM pg_class c WHERE c.relname = 't' AND EXISTS (SELECT 1 FROM pg_constraint WHERE conrelid = c.oid)": True,
    "SELECT 1 FROM pg_class WHERE relname IN ('t', 'x') AND relname LIKE 't%' AND relkind = ANY (ARRAY['r', 'p'])": True,
    "SELECT 1 FROM pg_class WHERE relname ~ '^t$'": None,
}
"""Queries, and whether PostgreSQL finds a row: None where the model cannot tell."""
CONDITIONS = {
    "to_regclass('public.t') IS NULL": False,
    "to_regclass('t') IS NOT NULL": True,
    "to_regclass('public.nope') IS NULL": True,
    "to_regclass('public.t_name') IS NULL": False,
    "to_regclass('pg_class') IS NULL": None,
    "to_regtype('public.mood') IS NULL": False,
    "to_regtype('nope') IS NULL": True,
    "to_regtype('integer') IS NULL": None,
    "to_regnamespace('app') IS NULL": False,
    "current_setting('server_version_num')::int >= 100000": True,
    "current_setting('server_version_num')::int < 90500": False,
    "current_setting('application_name') = 'x'": None,
    "current_schema() = 'public'": True,
    "(SELECT count(*) FROM pg_type WHERE typname = 'nope') = 0": True,
    "(SELECT count(*) FROM information_schema.columns WHERE table_name = 't') = 3": True,
    "'sq' = ANY (SELECT relname FROM pg_class WHERE relkind = 'S')": True,
    "'mood' IN (SELECT typname FROM pg_type WHERE typtype = 'e')": True,
    "NULL": False,
    "true AND NOT false": True,
    "lower('A') || 'b' = 'ab'": True,
}
CERTAIN = [
    "BEGIN CREATE TABLE public.n1 (id integer); END",
    "BEGIN CREATE TYPE public.mood AS ENUM ('x'); EXCEPTION WHEN duplicate_object THEN NULL; END",
    "BEGIN CREATE TYPE public.mood2 AS ENUM ('x'); EXCEPTION WHEN duplicate_object THEN null; END",
    "BEGIN CREATE TABLE public.t (x integer); EXCEPTION WHEN duplicate_table THEN RAISE NOTICE 'there'; END",
    "BEGIN CREATE TABLE app.t2 (x integer); CREATE TABLE public.t (x integer); EXCEPTION WHEN others THEN NULL; END",
    "BEGIN ALTER TABLE public.t ADD COLUMN name integer; EXCEPTION WHEN duplicate_column THEN NULL; END",
    "BEGIN ALTER TABLE public.t ADD CONSTRAINT named CHECK (id > 5); EXCEPTION WHEN duplicate_object THEN NULL; END",
    "BEGIN ALTER TABLE app.u ADD CONSTRAINT u_id_fkey FOREIGN KEY (id) REFERENCES public.t (id) ON DELETE CASCADE;"
    " EXCEPTION WHEN duplicate_object THEN NULL; END",
    "BEGIN CREATE POLICY p ON public.t FOR ALL USING (false); EXCEPTION WHEN duplicate_object THEN NULL; END",
    "BEGIN CREATE TRIGGER tr AFTER UPDATE ON public.t FOR EACH ROW EXECUTE FUNCTION public.f();"
    " EXCEPTION WHEN duplicate_object THEN NULL; END",
    "BEGIN CREATE INDEX t_name ON public.t (id); EXCEPTION WHEN duplicate_table THEN NULL; END",
    "BEGIN CREATE VIEW public.v AS SELECT 2 AS id; EXCEPTION WHEN duplicate_table THEN NULL; END",
    "BEGIN CREATE SCHEMA app; EXCEPTION WHEN duplicate_schema THEN NULL; END",
    "BEGIN CREATE DOMAIN public.dom AS integer; EXCEPTION WHEN duplicate_object THEN NULL; END",
    "BEGIN CREATE SEQUENCE public.sq START 7; EXCEPTION WHEN duplicate_table THEN NULL; END",
    "BEGIN CREATE FUNCTION public.f() RETURNS trigger LANGUAGE plpgsql AS $f$ BEGIN RETURN NULL; END $f$;"
    " EXCEPTION WHEN duplicate_function THEN NULL; END",
    "BEGIN CREATE PUBLICATION pub; EXCEPTION WHEN duplicate_object THEN NULL; END",
    "BEGIN ALTER PUBLICATION pub ADD TABLE public.t; EXCEPTION WHEN duplicate_object THEN NULL; END",
    "BEGIN ALTER PUBLICATION pub ADD TABLE app.u; EXCEPTION WHEN duplicate_object THEN NULL; END",
    "BEGIN ALTER TYPE public.mood ADD VALUE 'fine'; END",
    "BEGIN CREATE EXTENSION citext; EXCEPTION WHEN duplicate_object THEN NULL; END",
    "BEGIN ALTER TABLE public.nope ADD COLUMN x integer; EXCEPTION WHEN undefined_table THEN NULL; END",
    "BEGIN ALTER TABLE public.t DROP COLUMN nope; EXCEPTION WHEN undefined_column THEN NULL; END",
    "BEGIN DROP TYPE public.nope; EXCEPTION WHEN undefined_object THEN NULL; END",
    "BEGIN DROP FUNCTION public.nope(); EXCEPTION WHEN undefined_function THEN NULL; END",
    "BEGIN DROP TABLE public.nope; EXCEPTION WHEN SQLSTATE '42P01' THEN NULL; END",
    "BEGIN CREATE TABLE public.n2 (x integer); RAISE EXCEPTION 'no'; EXCEPTION WHEN raise_exception THEN"
    " CREATE TABLE public.n3 (x integer); END",
    "BEGIN RAISE NOTICE 'hello %', now(); PERFORM 1; PERFORM public.quiet(); END",
    "BEGIN EXECUTE 'CREATE TABLE public.n4 (x integer)'; EXECUTE $q$COMMENT ON TABLE public.n4 IS 'it''s'$q$; END",
    "DECLARE there boolean; BEGIN SELECT EXISTS (SELECT 1 FROM pg_type WHERE typname = 'mood') INTO there;"
    " IF NOT there THEN CREATE TABLE public.trap (x integer); ELSE CREATE TABLE public.n5 (x integer); END IF; END",
    "DECLARE n integer := 2; BEGIN IF n = 1 THEN CREATE TABLE public.trap (x integer); ELSIF n = 2 THEN"
    " CREATE TABLE public.n6 (x integer); ELSE CREATE TABLE public.trap (y integer); END IF; END",
    "BEGIN BEGIN CREATE TABLE public.t (x integer); EXCEPTION WHEN duplicate_table THEN NULL; END;"
    " CREATE TABLE public.n7 (x integer); END",
    "BEGIN BEGIN CREATE TABLE public.t (x integer); EXCEPTION WHEN duplicate_column THEN NULL; END;"
    " EXCEPTION WHEN duplicate_table THEN CREATE TABLE public.n8 (x integer); END",
    "<<top>> BEGIN IF to_regclass('public.n9') IS NOT NULL THEN RETURN; END IF; CREATE TABLE public.n9 (x integer);"
    " RETURN; CREATE TABLE public.trap (x integer); END top",
    "BEGIN IF false THEN FOR r IN SELECT 1 LOOP NULL; END LOOP; END IF; CREATE TABLE public.n10 (x integer); END",
    "BEGIN INSERT INTO public.t VALUES (1, 'a', 'ok'); CREATE TABLE public.n11 (x integer); END",
    "BEGIN DROP TABLE IF EXISTS public.n11; GRANT SELECT ON public.t TO PUBLIC; END",
    "BEGIN IF 'public.missing'::regclass IS NULL THEN NULL; END IF;"
    " EXCEPTION WHEN undefined_table THEN CREATE TABLE public.n12 (x integer); END",
    "BEGIN ALTER TABLE public.t RENAME COLUMN m TO feels; EXCEPTION WHEN undefined_column THEN NULL; END",
    "BEGIN ALTER TABLE public.t RENAME COLUMN m TO feels; EXCEPTION WHEN undefined_column THEN NULL; END",
]
"""Blocks whose effect is certain, to be run one after the other."""
UNCERTAIN = {
    "DECLARE r record; BEGIN FOR r IN SELECT tablename FROM pg_tables LOOP EXECUTE 'DROP TABLE ' || r.tablename; END LOOP; END": "loop",
    "BEGIN EXECUTE format('CREATE TABLE %I (x integer)', 'n'); END": "string that it builds",
    "BEGIN EXECUTE 'CREATE TABLE ' || 'public.n (x integer)'; END": "string that it builds",
    "BEGIN SET search_path = app; CREATE TABLE n (x integer); END": "session",
    "BEGIN PERFORM set_config('search_path', 'app', false); END": "session",
    "BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'me') THEN CREATE ROLE me; END IF; END": "which roles",
    "BEGIN IF EXISTS (SELECT FROM public.t) THEN DROP TABLE public.t; END IF; END": "rows of public.t",
    "BEGIN INSERT INTO public.t VALUES (1, 'a', 'ok'); CREATE TABLE public.n (x integer);"
    " EXCEPTION WHEN others THEN NULL; END": "changes rows",
    "BEGIN PERFORM public.makes(); END": "makes DDL",
    "BEGIN CREATE TABLE public.t (x integer); END": "already exists",
    "BEGIN RAISE EXCEPTION 'stop'; END": "raises",
    "BEGIN CASE WHEN true THEN NULL; END CASE; END": "CASE",
    "BEGIN COMMIT; END": "session",
    "BEGIN CREATE TABLE public.n (x integer)": "",
    "nonsense": "",
}


def do(body: str, tag: str = "do") -> str:
    return f"DO ${tag}$ {body} ${tag}$;\n"


def reasons(database: Database) -> list[str]:
    return [found.reason for found in database.receipt.unread]


def asks(condition: str) -> bool | None:
    """What the reader thinks of a condition."""
    text = SETUP + do(f"BEGIN IF {condition} THEN CREATE TABLE public.yes (x integer); END IF; END")
    database = read([("a.sql", text.encode())])
    if database.receipt.unread:
        return None
    return Name("public", "yes") in database.relations


@pytest.fixture(scope="module")
def asked(postgres: Server, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bool]:
    """What PostgreSQL says of each condition."""
    path = tmp_path_factory.mktemp("asked") / "setup.sql"
    path.write_text(SETUP)
    postgres.create_database("asked")
    postgres.run(path, "asked")
    found = {}
    with postgres.connect("asked") as connection:
        for condition in (*(f"EXISTS ({query})" for query in ASKED), *CONDITIONS):
            row = connection.execute(f"SELECT coalesce({condition}, false)").fetchone()  # type: ignore[arg-type]
            assert row
            found[condition] = row[0]
    postgres.drop_database("asked")
    return found


@pytest.mark.parametrize("query", ASKED)
def test_what_a_block_asks_of_catalogs_is_what_postgresql_says(query: str, asked: dict[str, bool]) -> None:
    found = asks(f"EXISTS ({query})")
    assert found == ASKED[query]
    assert found in (None, asked[f"EXISTS ({query})"])
    assert asks(f"NOT EXISTS ({query})") == (None if found is None else not found)


@pytest.mark.parametrize("condition", CONDITIONS)
def test_other_conditions_are_what_postgresql_says(condition: str, asked: dict[str, bool]) -> None:
    found = asks(condition)
    assert found == CONDITIONS[condition]
    assert found in (None, asked[condition])


def test_certain_blocks_make_what_a_server_makes(
    tmp_path: Path, restored: Restore, catalog_of: Callable[..., Database]
) -> None:
    path = tmp_path / "blocks.sql"
    path.write_text(SETUP + "".join(map(do, CERTAIN)))
    database = read([("blocks.sql", path.read_bytes())])
    assert reasons(database) == []
    assert differences(database, catalog_of(restored(path), expression), exact=False) == ()


@pytest.mark.parametrize("body", UNCERTAIN)
def test_a_block_that_is_not_certain_is_unread_with_the_reason_and_changes_nothing(body: str) -> None:
    makes = "CREATE FUNCTION public.makes() RETURNS void LANGUAGE plpgsql AS $$ BEGIN CREATE TABLE x (); END $$;"
    setup = SETUP + makes
    database = read([("a.sql", (setup + do(body)).encode())])
    (reason,) = reasons(database)
    assert UNCERTAIN[body] in reason
    assert database == read([("a.sql", setup.encode())])


@pytest.mark.parametrize(
    ("statement", "unread"),
    [
        ("CALL public.makes();", True),
        ("SELECT public.makes();", True),
        ("SELECT public.through();", True),
        ("CALL public.unknown();", True),
        ("CALL public.rows();", False),
        ("SELECT public.quiet();", False),
    ],
)
def test_a_call_of_what_makes_ddl_is_unread(statement: str, unread: bool) -> None:
    setup = SETUP + (
        "CREATE PROCEDURE public.makes() LANGUAGE plpgsql AS $$ BEGIN EXECUTE 'CREATE TABLE x ()'; END $$;"
        "CREATE FUNCTION public.through() RETURNS void LANGUAGE plpgsql AS $$ BEGIN CALL public.makes(); END $$;"
        "CREATE PROCEDURE public.rows() LANGUAGE sql AS 'DELETE FROM public.t';"
    )
    database = read([("a.sql", (setup + statement).encode())])
    assert bool(database.receipt.unread) == unread


def test_what_a_block_makes_has_its_own_line_and_its_own_statement() -> None:
    text = "DO $$\nBEGIN\n  -- it\n  CREATE TABLE public.a (x integer);\nEND $$;\n"
    database = read([("a.sql", text.encode())])
    assert database.relations[Name("public", "a")].source.line == 4
    (statement,) = database.statements["relation", Name("public", "a")]
    assert statement.text == "CREATE TABLE public.a (x integer)"


PIECES = [
    "CREATE TABLE public.a (x integer);",
    "CREATE TABLE public.b (x integer, y text);",
    "DROP TABLE public.a;",
    "ALTER TABLE public.a ADD COLUMN z text;",
    "ALTER TABLE public.a ADD CONSTRAINT k UNIQUE (x);",
    "CREATE TYPE public.mood AS ENUM ('a');",
    "CREATE INDEX i ON public.a (x);",
    "CREATE POLICY p ON public.b USING (true);",
    "RAISE EXCEPTION 'no';",
    "RAISE NOTICE 'yes';",
    "RETURN;",
    "NULL;",
]
HANDLED = ["duplicate_object", "duplicate_table", "undefined_table", "duplicate_column", "others", "raise_exception"]
TESTS = [
    "to_regclass('public.a') IS NULL",
    "EXISTS (SELECT FROM pg_type WHERE typname = 'mood')",
    "EXISTS (SELECT FROM information_schema.columns WHERE table_name = 'a' AND column_name = 'z')",
    "NOT EXISTS (SELECT FROM pg_constraint WHERE conname = 'k')",
    "EXISTS (SELECT FROM pg_policies WHERE policyname = 'p')",
]
statements = st.recursive(
    st.sampled_from(PIECES),
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map("\n".join),
        st.tuples(st.lists(inner, max_size=3), st.sampled_from(HANDLED), inner).map(
            lambda t: f"BEGIN {' '.join(t[0])} EXCEPTION WHEN {t[1]} THEN {t[2]} END;"
        ),
        st.tuples(st.sampled_from(TESTS), inner, inner).map(lambda t: f"IF {t[0]} THEN {t[1]} ELSE {t[2]} END IF;"),
    ),
    max_leaves=8,
)


@settings(max_examples=30, deadline=None, database=None)
@given(blocks=st.lists(statements, min_size=1, max_size=4))
def test_any_block_is_unread_or_makes_what_a_server_makes(postgres: Server, blocks: list[str]) -> None:
    texts = [do(f"BEGIN {body} END") for body in blocks]
    postgres.create_database("any_block")
    try:
        with postgres.connect("any_block") as connection:
            for text in texts:
                try:
                    connection.execute(text)  # type: ignore[arg-type]
                    connection.commit()
                except psycopg.Error:
                    connection.rollback()
            catalog = read_catalog(connection, expression)
    finally:
        postgres.drop_database("any_block")
    database = read([("a.sql", "".join(texts).encode())])
    uncertain = [reason for reason in reasons(database) if not reason.startswith("the DO block fails")]
    assert uncertain or differences(database, catalog, exact=False) == ()
