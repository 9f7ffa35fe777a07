"""Where statements end, which of them count, and which file is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from schemabook.errors import SchemaError
from schemabook.model import Database, Name
from schemabook.read import read, read_files
from schemabook.read.text.statements import Splitter

T = Name("public", "t")


def database(sql: str) -> Database:
    return read([("test.sql", sql.encode())])


def texts(sql: str) -> list[str]:
    return [statement.text for statement in Splitter(sql.encode(), "test.sql").statements()]


def test_a_semicolon_inside_begin_atomic_does_not_end_the_statement() -> None:
    body = "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT CASE WHEN true THEN 1 END; SELECT 2; END"
    assert texts(f"{body}; SELECT 3;") == [body, "SELECT 3"]


def test_a_comment_is_no_word_of_a_routine() -> None:
    body = "CREATE -- a\n /* b */ FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; END"
    assert texts(f"{body}; SELECT 3;") == [body, "SELECT 3"]


def test_the_column_begin_of_a_table_is_no_block() -> None:
    assert len(texts("CREATE TABLE t (a int); ALTER TABLE t ADD begin int; SELECT 1;")) == 3


def test_a_typed_constant_is_no_string_with_escapes() -> None:
    assert texts(r"SELECT date'\'; SELECT 2;") == [r"SELECT date'\'", "SELECT 2"]


def test_a_dollar_inside_of_a_name_begins_no_string() -> None:
    assert texts("SELECT a$b$c; SELECT d$b$e;") == ["SELECT a$b$c", "SELECT d$b$e"]


def test_the_data_of_copy_ends_at_a_line_of_its_own() -> None:
    sql = "COPY t FROM stdin;\nx\\.\n \\.\n;'\n\\.\nSELECT 1;"
    assert texts(sql) == ["COPY t FROM stdin", "SELECT 1"]


def test_a_do_block_is_reported_and_does_not_make_a_file_foreign() -> None:
    receipt = database(
        "CREATE TABLE t (a int); DO $$ BEGIN COMMIT; END $$; DO $$ BEGIN COMMIT; END $$;"
    ).receipt
    assert [u.reason for u in receipt.unread] == ["the DO block runs COMMIT, which is about the session"] * 2


def test_a_table_that_is_made_twice_is_said() -> None:
    receipt = database("CREATE TABLE t (a int); CREATE TABLE t (b int);").receipt
    assert [u.reason for u in receipt.unread] == ['relation "public.t" already exists']


@pytest.mark.parametrize(
    ("sql", "product"),
    [
        ("CREATE TABLE `a` (`b` int) ENGINE=InnoDB; CREATE TABLE `c` (`b` int) ENGINE=InnoDB;", "MySQL"),
        (
            "PRAGMA foreign_keys=OFF;\nPRAGMA x=1;\nCREATE TABLE t (a INTEGER PRIMARY KEY AUTOINCREMENT);",
            "SQLite",
        ),
        (
            "CREATE TABLE [dbo].[a] ([b] NVARCHAR(5))\nGO\nCREATE TABLE [dbo].[c] ([b] NVARCHAR(5))\nGO\n",
            "SQL Server",
        ),
    ],
)
def test_the_sql_of_another_product_is_refused_by_name(sql: str, product: str) -> None:
    with pytest.raises(SchemaError, match="not a PostgreSQL schema") as raised:
        database(sql)
    assert product in raised.value.hint


def test_a_file_with_two_databases_is_refused_with_their_names() -> None:
    sql = "\\connect one\nCREATE TABLE t (a int);\n\\connect two\nCREATE TABLE t (a int);\n"
    with pytest.raises(SchemaError, match='"one", "two"'):
        database(sql)


def test_a_database_without_objects_does_not_count() -> None:
    sql = "CREATE ROLE r;\n\\connect template1\nSET x = 1;\n\\connect shop\nCREATE TABLE t (a int);\n"
    assert list(database(sql).relations) == [T]


def test_connecting_as_another_role_makes_that_role_the_owner() -> None:
    found = database("\\connect - app\nCREATE TABLE t (a int);")
    assert found.relations[T].owner == "app"


def test_a_schema_may_be_made_with_its_elements() -> None:
    sql = "CREATE SCHEMA s CREATE TABLE t (a int PRIMARY KEY) CREATE VIEW v AS SELECT a FROM t;"
    assert [str(name) for name in database(sql).relations] == ["s.t", "s.v"]


def test_a_file_is_read_without_loading_it(tmp_path: Path) -> None:
    path = tmp_path / "dump.sql"
    data = b"CREATE TABLE t (a text);\nCOPY t FROM stdin;\n" + b"some text of a row\n" * 2_000_000 + b"\\.\n"
    path.write_bytes(data + b"CREATE TABLE u (a int);\n")
    found = read_files([path])
    assert found == read([(str(path), path.read_bytes())])
    assert found.relations[Name("public", "u")].source.line == 2_000_004
