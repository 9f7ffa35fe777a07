"""DO blocks are read as PostgreSQL runs them, or they are unread with the reason."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import psycopg
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from schemabook.model import Database, Name, relation_id
from schemabook.read import expression, read
from schemabook.read.blocks import brought
from schemabook.verify import Server, differences, read_catalog

Restore = Callable[[Path], str]

HERE = Path(__file__).parent / "blocks"
SETUP = (HERE / "setup.sql").read_text("utf-8")
CERTAIN = HERE / "certain.sql"
"""Blocks whose effect is certain, to be run one after the other."""
ANSWERS = {"yes": True, "no": False, "unknown": None}
ASKED = {
    query: ANSWERS[answer]
    for line in (HERE / "asked.txt").read_text("utf-8").splitlines()
    for answer, _, query in [line.partition(": ")]
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
UNCERTAIN = {
    "DECLARE r record; BEGIN FOR r IN SELECT tablename FROM pg_tables LOOP"
    " EXECUTE 'DROP TABLE ' || r.tablename; END LOOP; END": "loop",
    "BEGIN EXECUTE format('CREATE TABLE %I (x integer)', 'n'); END": "string that it builds",
    "BEGIN EXECUTE 'CREATE TABLE ' || 'public.n (x integer)'; END": "string that it builds",
    "BEGIN SET search_path = app; CREATE TABLE n (x integer); END": "session",
    "BEGIN PERFORM set_config('search_path', 'app', false); END": "session",
    "BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'me') THEN CREATE ROLE me;"
    " END IF; END": "which roles",
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
            row = connection.execute(f"SELECT coalesce({condition}, false)").fetchone()
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
    path.write_text(SETUP + CERTAIN.read_text("utf-8"))
    database = read([("blocks.sql", path.read_bytes())])
    assert reasons(database) == []
    assert differences(database, catalog_of(restored(path), expression), exact=False) == ()


@pytest.mark.parametrize("body", UNCERTAIN)
def test_a_block_that_is_not_certain_is_unread_with_the_reason_and_changes_nothing(body: str) -> None:
    makes = (
        "CREATE FUNCTION public.makes() RETURNS void LANGUAGE plpgsql AS $$ BEGIN CREATE TABLE x (); END $$;"
    )
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
        "CREATE FUNCTION public.through() RETURNS void LANGUAGE plpgsql"
        " AS $$ BEGIN CALL public.makes(); END $$;"
        "CREATE PROCEDURE public.rows() LANGUAGE sql AS 'DELETE FROM public.t';"
    )
    database = read([("a.sql", (setup + statement).encode())])
    assert bool(database.receipt.unread) == unread


def test_what_a_block_makes_has_its_own_line_and_its_own_statement() -> None:
    text = "DO $$\nBEGIN\n  -- it\n  CREATE TABLE public.a (x integer);\nEND $$;\n"
    database = read([("a.sql", text.encode())])
    assert database.relations[Name("public", "a")].source.line == 4
    (statement,) = database.statements[relation_id(Name("public", "a"))]
    assert statement.text == "CREATE TABLE public.a (x integer)"


def test_the_names_of_postgresqls_own_objects_are_known(postgres: Server) -> None:
    system = "('pg_catalog'::regnamespace, 'information_schema'::regnamespace)"
    asked: dict[str, Callable[[Any], bool]] = {
        f"SELECT proname FROM pg_proc WHERE pronamespace IN {system}": brought.is_system_routine,
        f"SELECT typname FROM pg_type WHERE typnamespace IN {system}": brought.is_system_type,
        f"SELECT relname FROM pg_class WHERE relnamespace IN {system}": brought.is_system_relation,
        "SELECT nspname FROM pg_namespace WHERE nspname ~ '_'": brought.SYSTEM_SCHEMAS.__contains__,
    }
    with postgres.connect() as connection:
        for query, is_known in asked.items():
            names = [row[0] for row in connection.execute(query.encode()).fetchall()]
            assert names
            assert [name for name in names if not is_known(name)] == []


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
HANDLED = [
    "duplicate_object",
    "duplicate_table",
    "undefined_table",
    "duplicate_column",
    "others",
    "raise_exception",
]
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
        st.tuples(st.sampled_from(TESTS), inner, inner).map(
            lambda t: f"IF {t[0]} THEN {t[1]} ELSE {t[2]} END IF;"
        ),
    ),
    max_leaves=8,
)


@pytest.fixture(scope="module")
def nothing(postgres: Server) -> Iterator[psycopg.Connection[Any]]:
    """A connection to an empty database."""
    postgres.create_database("any_block")
    with postgres.connect("any_block") as connection:
        yield connection
    postgres.drop_database("any_block")


@settings(max_examples=60, deadline=None, database=None, phases=(Phase.generate,))
@given(blocks=st.lists(statements, min_size=1, max_size=4))
def test_any_block_is_unread_or_makes_what_a_server_makes(
    nothing: psycopg.Connection[Any], blocks: list[str]
) -> None:
    texts = [do(f"BEGIN {body} END") for body in blocks]
    with nothing.transaction(force_rollback=True):
        for text in texts:
            with suppress(psycopg.Error), nothing.transaction():
                nothing.execute(text.encode())
        catalog = read_catalog(nothing, expression)
    database = read([("a.sql", "".join(texts).encode())])
    uncertain = [reason for reason in reasons(database) if not reason.startswith("the DO block fails")]
    assert uncertain or differences(database, catalog, exact=False) == ()
