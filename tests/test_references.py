"""What objects mention must be what PostgreSQL's own `pg_depend` says."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from schemabook.model import Database, Name, Reference, Signature
from schemabook.read import read, read_files
from schemabook.verify import Server, read_dependencies

FIXTURES = sorted((Path(__file__).parent / "fixtures").glob("*.sql"))
WHOLE = ("definition", "body")
"""Parts that are the whole of their object; the catalog has no word for them."""


@pytest.mark.parametrize("fixture", FIXTURES, ids=lambda path: path.stem)
def test_references_are_the_dependencies_of_the_catalog(
    fixture: Path, restored: Callable[[Path], str], postgres: Server, tmp_path: Path
) -> None:
    name = restored(fixture)
    dump = tmp_path / "dump.sql"
    dump.write_text(postgres.dump(name, "--schema-only"))
    with postgres.connect(name) as connection:
        catalog = read_dependencies(connection)
    database = read_files([dump])
    assert plain(r for r in database.references if is_known_to_the_catalog(database, r)) == plain(catalog)


def is_known_to_the_catalog(database: Database, reference: Reference) -> bool:
    """Whether it does not come from a body that is a string."""
    bodies = {r.body or "" for r in database.overloads(reference.origin.name)}
    return reference.part != "body" or any(body.startswith(("BEGIN ATOMIC", "RETURN")) for body in bodies)


def plain(references: Iterable[Reference]) -> list[str]:
    return sorted({f"{r.origin} {r.origin.kind} {r.target} {r.target.kind}" for r in references})


def references(sql: str) -> set[tuple[str, str, str, str]]:
    found = read([("test.sql", sql.encode())]).references
    return {(r.part, str(r.target.name), r.target.part, r.how) for r in found}


def test_a_view_references_the_columns_that_it_reads() -> None:
    sql = "CREATE TABLE t (a int, b int, c int); CREATE VIEW v AS SELECT x.a FROM t x WHERE x.b > 0;"
    assert references(sql) == {
        ("definition", "public.t", "a", "parsed"),
        ("definition", "public.t", "b", "parsed"),
    }


def test_a_star_references_every_column() -> None:
    sql = "CREATE TABLE t (a int, b int); CREATE VIEW v AS SELECT * FROM t;"
    assert {column for _, _, column, _ in references(sql)} == {"a", "b"}


def test_a_count_of_rows_references_the_relation_alone() -> None:
    sql = "CREATE TABLE t (a int); CREATE VIEW v AS SELECT count(*) FROM t;"
    assert references(sql) == {("definition", "public.t", "", "parsed")}


def test_a_name_that_a_query_makes_itself_is_no_reference() -> None:
    sql = "CREATE TABLE t (a int); CREATE VIEW v AS WITH t AS (SELECT 1 AS a) SELECT t.a FROM t;"
    assert not references(sql)


def test_the_subquery_of_a_policy_references_its_columns() -> None:
    sql = """
        CREATE TABLE member (team int, name text);
        CREATE TABLE doc (team int);
        CREATE POLICY p ON doc USING (team IN (SELECT m.team FROM member m WHERE m.name = current_user));
    """
    assert references(sql) == {
        ("policy p", "public.member", "team", "parsed"),
        ("policy p", "public.member", "name", "parsed"),
    }


def test_the_body_of_plpgsql_is_parsed() -> None:
    sql = """
        CREATE TABLE t (a int);
        CREATE FUNCTION g() RETURNS int LANGUAGE sql AS 'SELECT 1';
        CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ BEGIN UPDATE t SET a = g(); END $$;
    """
    assert references(sql) == {("body", "public.t", "a", "parsed"), ("body", "public.g", "", "parsed")}


def test_a_word_that_is_a_column_is_no_type() -> None:
    sql = """
        CREATE DOMAIN year AS integer;
        CREATE TABLE t (d date, y int GENERATED ALWAYS AS (extract(year FROM d)) STORED);
        ALTER TABLE t ADD COLUMN z int CHECK (z::year > 1);
    """
    assert references(sql) == {("constraint t_z_check", "public.year", "", "parsed")}


def test_a_renamed_column_keeps_its_references() -> None:
    sql = """
        CREATE TABLE t (a int);
        CREATE VIEW v AS SELECT a FROM t;
        ALTER TABLE t RENAME COLUMN a TO b;
        ALTER TABLE t RENAME TO u;
    """
    assert references(sql) == {("definition", "public.u", "b", "parsed")}


def test_a_nested_query_too_deep_for_the_parser_is_still_read() -> None:
    deep = "(" * 10_000 + "1" + ")" * 10_000
    database = read([("test.sql", f"CREATE VIEW v AS SELECT {deep} AS one;".encode())])
    assert [c.name for c in database.columns_of(Name("public", "v"))] == ["one"]


def test_overloads_are_told_apart_by_their_types() -> None:
    sql = """
        CREATE FUNCTION f(a integer) RETURNS int LANGUAGE sql AS 'SELECT 1';
        CREATE FUNCTION f(a text) RETURNS int LANGUAGE sql AS 'SELECT 1';
    """
    database = read([("test.sql", sql.encode())])
    name = Name("public", "f")
    assert set(database.routines) == {Signature(name, ("integer",)), Signature(name, ("text",))}
