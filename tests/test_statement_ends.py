"""Statements end where PostgreSQL's own parser ends them."""

from __future__ import annotations

import re
from pathlib import Path

import pglast
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pglast.parser import ParseError, scan

from schemabook.errors import SchemaError
from schemabook.read import read
from schemabook.read.text.statements import Splitter

HERE = Path(__file__).parent
FIXTURES = [*sorted((HERE / "fixtures").glob("*.sql")), HERE.parent / "schema" / "schema_backup.sql"]
CORPUS = sorted((HERE.resolve().parents[1] / "shared" / "corpus").glob("*.sql"))
FOREIGN = ("mysql", "sqlite", "sqlserver", "pgadmin-schema-diff-ppas")
"""The beginnings of file names that are of other products."""

BLOCK = "CREATE FUNCTION f(begin date) RETURNS int LANGUAGE sql BEGIN ATOMIC {} END; SELECT 1;"
IN_BLOCK = (
    "SELECT s.begin FROM public.slot s;",
    "SELECT s.end FROM public.slot s;",
    "SELECT s.case FROM public.slot s;",
    "SELECT 1 AS end, 2 AS case, 3 AS atomic, 4 AS begin;",
    "SELECT 1 end; SELECT 2 case; SELECT 3 begin;",
    "SELECT CASE WHEN true THEN CASE 1 WHEN 1 THEN 2 END END end;",
    "SELECT CASE WHEN a.end THEN a.case ELSE a.begin END AS end FROM a;",
    'SELECT "end", "case" FROM "begin" AS "atomic";',
    "SELECT (SELECT 1 AS end), (CASE WHEN true THEN 1 END);",
    "SELECT begin atomic FROM slot;",
    "INSERT INTO t (a) VALUES (CASE WHEN true THEN 1 END); UPDATE t SET a = 1; DELETE FROM t;",
    "SELECT 'end; end'; SELECT $$ ; end $$; SELECT 1 /* ; end; */; -- ; END\n",
    "RETURN begin;",
    "RETURN CASE WHEN begin IS NULL THEN 1 ELSE 2 END;",
    "CREATE FUNCTION g() RETURNS int BEGIN ATOMIC SELECT 1; END; SELECT 2;",
    "",
    ";;",
)
OTHERS = (
    "CREATE FUNCTION f(begin date) RETURNS date LANGUAGE sql RETURN begin; SELECT 1;",
    "CREATE FUNCTION f(a int) RETURNS int LANGUAGE sql RETURN CASE WHEN a > 1 THEN 1 END; SELECT 1;",
    "CREATE FUNCTION public.begin() RETURNS int LANGUAGE sql AS 'select 1'; SELECT 1;",
    "CREATE FUNCTION f() RETURNS begin LANGUAGE sql AS 'select 1'; SELECT 1;",
    "CREATE FUNCTION f() RETURNS s.begin LANGUAGE begin AS 'begin atomic'; SELECT 1;",
    "CREATE FUNCTION f(atomic int, v begin) RETURNS int BEGIN ATOMIC SELECT atomic; END; SELECT 1;",
    "CREATE FUNCTION begin(\n) RETURNS int SET a TO begin BEGIN ATOMIC SELECT 1; END; SELECT 1;",
    'CREATE FUNCTION "end"() RETURNS int BEGIN ATOMIC SELECT 1; END; SELECT 1;',
    "CREATE FUNCTION s.end() RETURNS int LANGUAGE sql AS $$ begin atomic; end $$; SELECT 1;",
    "CREATE PROCEDURE p() BEGIN ATOMIC INSERT INTO t SELECT 1; END; SELECT 1;",
    "create or replace procedure p() begin atomic insert into t select 1; end; select 1;",
    "CREATE OR REPLACE FUNCTION f() BEGIN -- ; END;\n /* ATOMIC /* ; */ */ ATOMIC SELECT 1; END; END;",
    "CREATE /* /* a */ function */ OR -- b\n REPLACE /* c */ FUNCTION f() BEGIN ATOMIC END; SELECT 1;",
    "CREATE FUNCTION f() RETURNS int BEGIN/**/ATOMIC/**/SELECT 1;/**/END; SELECT 1;",
    "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ begin a; case b; end $$; SELECT 1;",
    'CREATE TABLE begin (atomic int, begin int, "end" int); SELECT 1;',
    "CREATE TYPE begin AS ENUM ('begin atomic', 'end;', 'case'); SELECT 1;",
    "CREATE VIEW v AS SELECT 1 AS begin, 2 AS end, begin.end FROM begin; SELECT 1;",
    "BEGIN; CREATE TABLE t (a int); END; BEGIN WORK; END TRANSACTION; SELECT 1;",
    "CREATE RULE r AS ON INSERT TO t DO (SELECT 1; SELECT 2 AS end; SELECT 3); SELECT 1;",
    "CREATE AGGREGATE begin (int) (sfunc = begin, stype = int); SELECT 1;",
    "DO $$ begin atomic; end $$; SELECT 1;",
    "COMMENT ON FUNCTION begin() IS 'begin atomic'; SELECT 1;",
    "COPY (SELECT * FROM stdin) TO '/dev/null'; SELECT 1;",
    "COPY t TO STDOUT (DELIMITER '\\', NULL '\\N'); SELECT 1;",
    "SELECT E'a\\''\n  'b\\';c'; SELECT 1;",
    "SELECT E'a' -- b\n -- c\r\n 'b\\';c'; SELECT 1;",
    "SELECT 'a'\n'b\\'; SELECT 1;",
    "SELECT 1 -- a\r, 2; SELECT ';';",
    "SELECT U&'\\0041;' || U&\"\\0041;\" || b'1' || x'F' || n';'; SELECT 1;",
    "SELECT a$b$c; SELECT d$b$e; SELECT $é$;$é$; SELECT 1;",
)


def found(text: str) -> list[list[str]] | None:
    """The statements that we find, token by token; None where we refuse the text."""
    try:
        return [tokens(statement.text) for statement in Splitter(text.encode(), "a").statements()]
    except SchemaError:
        return None


def wanted(text: str) -> list[list[str]] | None:
    """The statements that PostgreSQL's parser finds; None where it refuses the text."""
    try:
        return [tokens(statement) for statement in pglast.split(text)]
    except ParseError:
        return None


def tokens(text: str) -> list[str]:
    comments = ("SQL_COMMENT", "C_COMMENT")
    return [text[token.start : token.end + 1] for token in scan(text) if token.name not in comments]


def without_psql(text: str) -> str:
    """The text without what the parser never sees: psql's commands, and the data of COPY."""
    text = re.sub(r"^(COPY\b[^;']* FROM stdin[^;]*;\n)(?:.*\n)*?\\\.$", "", text, flags=re.M)
    return re.sub(r"^\\.*$", "", text, flags=re.M)


@pytest.mark.parametrize("text", [*map(BLOCK.format, IN_BLOCK), *OTHERS])
def test_a_statement_ends_where_the_grammar_ends_it(text: str) -> None:
    assert found(text) == wanted(text) is not None


@pytest.mark.parametrize("path", FIXTURES, ids=lambda path: path.stem)
def test_the_statements_of_a_file_end_where_the_parser_ends_them(path: Path) -> None:
    text = without_psql(path.read_text("utf-8"))
    assert found(text) == wanted(text) is not None


@pytest.mark.skipif(not CORPUS, reason="the corpus is not here")
@pytest.mark.parametrize("path", [p for p in CORPUS if not p.name.startswith(FOREIGN)], ids=lambda p: p.stem)
def test_the_statements_of_real_dumps_end_where_the_parser_ends_them(path: Path) -> None:
    text = without_psql(path.read_text("utf-8"))
    assert found(text) == wanted(text) is not None


PIECES = (
    *(
        "begin",
        "BEGIN ATOMIC",
        "begin atomic",
        "atomic",
        "end",
        "END;",
        "case",
        "CASE WHEN a THEN b END",
        ";",
    ),
    *(".end", "AS end", "AS case", '"end"', "'end;'", "$$;$$", "$a$ end; $a$", "(", ")", "(a)", "/* ; */"),
    *(
        "-- ;\n",
        "E'\\';'",
        "E'a'\n'\\';'",
        "'a'\n'b'",
        "RETURN 1",
        "SELECT 1",
        "CREATE FUNCTION f() RETURNS int",
    ),
    *(
        "CREATE PROCEDURE p()",
        "LANGUAGE sql",
        "CREATE RULE r AS ON INSERT TO t DO",
        ",",
        "begin.",
        "s.begin",
        "\r",
    ),
)
pieces = st.sampled_from(PIECES)
many = settings(max_examples=300, deadline=None)
STATEMENTS = sorted(
    {
        statement.text
        for path in FIXTURES
        for statement in Splitter(path.read_bytes(), path.name).statements()
        if not statement.text.startswith("\\") and "stdin" not in statement.text
    }
    | {*map(BLOCK.format, IN_BLOCK), *OTHERS}
)


def assert_same(text: str) -> None:
    """What the parser refuses may end anywhere."""
    if "\\\\" not in text and (statements := wanted(text)) is not None:
        assert found(text) == statements


@many
@given(st.lists(pieces, max_size=14).map(" ".join), st.sampled_from(["", *OTHERS]))
def test_any_mixture_of_what_may_end_a_statement_is_cut_as_the_parser_does(text: str, before: str) -> None:
    assert_same(f"{before} {text}")


@many
@given(st.sampled_from(STATEMENTS), st.data())
def test_a_mangled_statement_is_cut_as_the_parser_does(text: str, data: st.DataObject) -> None:
    words = re.split(r"(\s+)", text)
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(words) - 1))
        words[at : at + data.draw(st.integers(0, 2))] = [f" {data.draw(pieces)} "]
    assert_same("".join(words) + "; SELECT 1;")


@many
@given(st.lists(pieces, max_size=6).map(" ".join))
def test_any_block_that_the_parser_reads_ends_where_it_says(text: str) -> None:
    assert_same(BLOCK.format(f"SELECT {text};"))
    assert_same(BLOCK.format(text))


@pytest.mark.parametrize(
    "text",
    [
        "CREATE /*" + "c" * 500_000 + "*/ FUNCTION f() " + "begin " * 20_000,
        "CREATE FUNCTION f() " + "begin /* atomic */ " * 20_000,
        "CREATE FUNCTION f() BEGIN ATOMIC " + "CREATE FUNCTION f() BEGIN ATOMIC " * 20_000,
        "CREATE FUNCTION f() BEGIN ATOMIC " + "; /* end */ -- end\n" * 20_000,
    ],
    ids=range(4),
)
def test_hostile_blocks_take_linear_time(text: str) -> None:
    found(text)


def test_nothing_after_a_block_is_lost() -> None:
    text = "CREATE TABLE a (begin int);" + BLOCK.format("SELECT a.begin FROM a;") + "CREATE TABLE b (c int);"
    database = read([("a", text.encode())])
    assert [str(name) for name in database.relations] == ["public.a", "public.b"]
    assert not database.receipt.unread


def test_a_block_without_its_end_is_refused() -> None:
    with pytest.raises(SchemaError, match="inside of a block that begins here"):
        read([("a", b"CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1;\nCREATE TABLE t (a int);")])


@pytest.mark.parametrize(
    "command", ["\\copy t from stdin", "COPY BINARY t FROM stdin;", 'COPY "a b" (c) FROM STDIN;']
)
def test_rows_after_copy_are_no_statements(command: str) -> None:
    text = f"{command}\n1\tend; begin\\n \\x\n\\.\nSELECT 1;"
    assert [s.text for s in Splitter(text.encode(), "a").statements()][1:] == ["SELECT 1"]
