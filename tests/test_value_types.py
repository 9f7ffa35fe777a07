"""The columns of views, and their types, are those that PostgreSQL gives the same views."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import psycopg
import pytest
from random_values import Typed, expressions
from server_table import FILE, table

from schemabook.model import Name
from schemabook.read import read
from schemabook.verify import Server

FOLDER = Path(__file__).parent / "types"
SCHEMA = (FOLDER / "schema.sql").read_text("utf-8")
EXPRESSIONS = (FOLDER / "expressions.txt").read_text("utf-8").splitlines()
QUERIES = (FOLDER / "queries.txt").read_text("utf-8").splitlines()
COLUMNS = """
    SELECT attname, format_type(atttypid, atttypmod) FROM pg_attribute
    WHERE attrelid = %s::regclass AND attnum > 0 ORDER BY attnum
"""
Columns = list[tuple[str, str]]


@pytest.fixture(scope="module")
def connection(postgres: Server) -> Iterator[psycopg.Connection[Any]]:
    """A database with the schema of the expressions."""
    postgres.create_database("types")
    postgres.run(FOLDER / "schema.sql", "types")
    with postgres.connect("types") as connection:
        connection.autocommit = True
        yield connection
    postgres.drop_database("types")


def as_the_server_says(connection: psycopg.Connection[Any], name: str, query: str) -> Columns:
    """The columns of a view."""
    connection.execute(f"CREATE VIEW o.{name} AS {query}".encode())
    return connection.execute(COLUMNS, [f"o.{name}"]).fetchall()


def as_read(queries: dict[str, str]) -> dict[str, Columns]:
    """The columns of views, by their names."""
    views = "".join(f"CREATE VIEW o.{name} AS {query};\n" for name, query in queries.items())
    database = read([("schema.sql", f"{SCHEMA}\n{views}".encode())])
    names = {name: Name("o", name) for name in queries}
    assert all(database.relations[name].columns_known for name in names.values())
    return {name: [(c.name, c.type) for c in database.columns_of(full)] for name, full in names.items()}


def differences(connection: psycopg.Connection[Any], queries: dict[str, str]) -> str:
    found = as_read(queries)
    lines = []
    for name, query in queries.items():
        said = as_the_server_says(connection, name, query)
        lines += [f"{query}\n  read {found[name]}\n  said {said}"] if said != found[name] else []
    return "\n".join(lines)


def test_the_table_of_functions_is_what_the_server_says(connection: psycopg.Connection[Any]) -> None:
    assert FILE.read_text("utf-8") == table(connection), "python tests/server_table.py writes it anew"


def test_an_expression_has_the_type_that_postgresql_gives_it(connection: psycopg.Connection[Any]) -> None:
    queries = {f"e{i}": f"SELECT {value} FROM o.t" for i, value in enumerate(EXPRESSIONS)}
    assert not differences(connection, queries)


def test_a_query_has_the_columns_that_postgresql_gives_it(connection: psycopg.Connection[Any]) -> None:
    assert not differences(connection, {f"q{i}": query for i, query in enumerate(QUERIES)})


def test_a_table_made_by_a_query_has_its_columns(connection: psycopg.Connection[Any]) -> None:
    made = "CREATE TABLE o.made AS SELECT i4, max(m) AS s, 'x' AS c, max(vc) AS v FROM o.t GROUP BY i4"
    connection.execute(made.encode())
    said = connection.execute(COLUMNS, ["o.made"]).fetchall()
    database = read([("schema.sql", f"{SCHEMA}\n{made};".encode())])
    assert [(c.name, c.type) for c in database.columns_of(Name("o", "made"))] == said


@pytest.mark.parametrize("seed", range(2))
def test_any_expression_has_the_type_that_postgresql_gives_it(
    connection: psycopg.Connection[Any], seed: int
) -> None:
    random = Random(seed)
    pool = [Typed(*column) for column in connection.execute(COLUMNS, ["o.t"]).fetchall()]
    valid: list[Typed] = []
    for _ in range(3):  # those of one round are parts of the next ones
        valid += accepted(connection, expressions(pool + valid, random, 250), f"r{seed}_{len(valid)}")
    assert len(valid) > 200
    found = as_read({f"v{i}": f"SELECT {value.sql} AS c FROM o.t" for i, value in enumerate(valid)})
    wrong = [(v, found[f"v{i}"]) for i, v in enumerate(valid) if found[f"v{i}"] != [("c", v.type)]]
    assert not wrong, "\n".join(map(str, wrong))


def accepted(connection: psycopg.Connection[Any], values: Iterator[str], prefix: str) -> Iterator[Typed]:
    """Those expressions that the server takes, with their types."""
    for i, value in enumerate(values):
        try:
            said = as_the_server_says(connection, f"{prefix}_{i}", f"SELECT {value} AS c FROM o.t")
        except psycopg.Error:
            continue
        yield Typed(value, said[0][1])


NOT_KNOWN = [
    "SELECT * FROM missing",
    "SELECT m.*, 1 AS x FROM missing m",
    "SELECT * FROM a JOIN missing USING (id)",
    "SELECT * FROM missing AS m(p, q)",
    "SELECT * FROM unknown_function(1) f",
    "SELECT (unknown_function(id)).* FROM a",
    "WITH w AS (SELECT * FROM missing) SELECT * FROM w",
    "SELECT * FROM (SELECT * FROM missing) x",
    "SELECT * FROM v_known NATURAL JOIN missing",
    "SELECT " + "(" * 2000 + "1" + " + 1)" * 2000 + " AS deep",
]


@pytest.mark.parametrize("query", NOT_KNOWN, ids=range(len(NOT_KNOWN)))
def test_a_view_whose_columns_cannot_be_told_says_so(query: str) -> None:
    sql = f"CREATE TABLE a (id int); CREATE VIEW v_known AS SELECT id FROM a; CREATE VIEW v AS {query};"
    database = read([("schema.sql", sql.encode())])
    said = {w.about for w in database.warnings if "columns" in w.message}
    assert said == {"public.v"}
    assert database.relations[Name("public", "v_known")].columns_known


def test_a_view_of_such_a_view_says_so_too() -> None:
    views = "CREATE VIEW v AS SELECT * FROM missing; CREATE VIEW w AS SELECT * FROM v;"
    database = read([("schema.sql", f"{views} CREATE TABLE t AS TABLE v;".encode())])
    said = {w.about for w in database.warnings if "columns" in w.message}
    assert said == {"public.v", "public.w", "public.t"}


def test_a_view_of_a_later_dump_gets_its_columns() -> None:
    head = b"SET statement_timeout = 0;"
    view, table = b"CREATE VIEW v AS SELECT * FROM later;", b"CREATE TABLE later (a int, b text);"
    database = read([("view.sql", head + view), ("table.sql", head + table)])
    found = database.columns_of(Name("public", "v"))
    assert [(c.name, c.type) for c in found] == [("a", "integer"), ("b", "text")]
    assert database.relations[Name("public", "v")].columns_known
