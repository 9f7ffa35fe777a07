"""What must hold for any text: spelling changes nothing, and nothing but SchemaError is ever raised."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from schemabook.errors import SchemaError, Source
from schemabook.model import Database, Sql, Statement
from schemabook.read import expression, read
from schemabook.read.text.cursor import Cursor, UnexpectedToken
from schemabook.read.text.statements import Splitter

HERE = Path(__file__).parent
FIXTURES = {path.stem: path.read_bytes() for path in sorted((HERE / "fixtures").glob("*.sql"))}
EXAMPLE = (HERE.parent / "schema" / "schema_backup.sql").read_bytes()
GAPS = (" ", "\n", "\t\n  ", " -- a comment; with ' and (\n", " /* one; /* in ' another */ ) */ ", "\r\n")

few = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    database=None,
    phases=(Phase.explicit, Phase.generate),  # shrinking whole files takes minutes
)
fixtures = st.sampled_from(list(FIXTURES.values()))


def outcome(data: bytes) -> Database | None:
    """What is read, or None for a file that is refused with a message."""
    try:
        return read([("dump.sql", data)])
    except SchemaError:
        return None


def facts(database: Database) -> Database:
    """The database without the spelling of what is kept as text."""
    routines = {key: replace(fact, body=tokens(fact.body)) for key, fact in database.routines.items()}
    relations = {
        key: replace(
            fact, partition_key=tokens(fact.partition_key), partition_bound=tokens(fact.partition_bound)
        )
        for key, fact in database.relations.items()
    }
    others = {key: replace(fact, sql="", also=()) for key, fact in database.others.items()}
    return replace(database, routines=routines, relations=relations, others=others)


def tokens(text: str | None) -> str | None:
    if text is None:
        return None
    try:
        return expression(text).tokens
    except UnexpectedToken:
        return text


def respelled(data: bytes, seed: int) -> bytes:
    """The same statements with other white space, comments and cases of letters."""
    done, position = b"", 0
    for statement in Splitter(data, "dump.sql").statements():
        text = statement.text.encode()
        start = data.index(text, position)
        done += data[position:start] + respelled_statement(statement.text, seed + start).encode()
        position = start + len(text)
    return done + data[position:]


def respelled_statement(text: str, seed: int) -> str:
    if text.startswith("\\") or re.match(r"COPY\b", text, re.I):
        return text
    return "".join(pieces(text, seed))


def pieces(text: str, seed: int) -> Iterator[str]:
    c = Cursor(Statement(Source("", 1), text))
    at = 0
    for number, (start, end) in enumerate(zip(c.starts, c.ends, strict=True)):
        gap, word = text[at:start], text[start:end]
        seed = (seed * 1103515245 + 12345) % 2**31
        if gap and not (gap.count("\n") and is_string(word)):
            gap = GAPS[seed // 7 % len(GAPS)] if number else gap
        yield gap
        yield word.swapcase() if word.isascii() and word.isidentifier() and seed % 3 == 0 else word
        at = end


def is_string(word: str) -> bool:
    return word.endswith("'")


@few
@given(data=fixtures, seed=st.integers(0, 2**30))
def test_white_space_comments_and_the_case_of_keywords_change_nothing(data: bytes, seed: int) -> None:
    changed = respelled(data, seed)
    assert facts(read([("a", changed)])) == facts(read([("a", data)]))


@few
@given(data=fixtures)
def test_carriage_returns_change_nothing(data: bytes) -> None:
    changed = data.replace(b"\n", b"\r\n")
    first, second = facts(read([("a", data)])), facts(read([("a", changed)]))
    assert first.columns.keys() == second.columns.keys()
    assert first.constraints == second.constraints
    assert first.privileges == second.privileges


@few
@given(data=fixtures, cut=st.floats(0, 1))
def test_a_dump_cut_at_any_byte_is_read_or_refused(data: bytes, cut: float) -> None:
    outcome(data[: int(len(data) * cut)])


@settings(few, max_examples=15)
@given(cut=st.floats(0, 1))
def test_the_example_cut_at_any_byte_is_read_or_refused(cut: float) -> None:
    outcome(EXAMPLE[: int(len(EXAMPLE) * cut)])


@few
@given(data=fixtures, kept=st.randoms(use_true_random=False))
def test_lines_may_be_missing(data: bytes, kept: object) -> None:
    outcome(b"\n".join(line for line in data.split(b"\n") if kept.random() > 0.1))  # type: ignore[attr-defined]


@few
@given(data=fixtures, order=st.randoms(use_true_random=False))
def test_statements_may_come_in_any_order(data: bytes, order: object) -> None:
    texts = [s.text for s in Splitter(data, "a").statements() if not s.text.startswith(("\\", "COPY"))]
    order.shuffle(texts)  # type: ignore[attr-defined]
    outcome(";\n".join(texts).encode())


@few
@given(data=fixtures, order=st.randoms(use_true_random=False))
def test_tokens_may_be_mangled(data: bytes, order: object) -> None:
    words = re.split(rb"(\s+)", data)
    for _ in range(20):
        i = order.randrange(len(words))  # type: ignore[attr-defined]
        j = order.randrange(len(words))  # type: ignore[attr-defined]
        words[i] = words[j]
    outcome(b"".join(words))


@few
@given(data=fixtures, at=st.floats(0, 1), noise=st.binary(min_size=1, max_size=8))
def test_bytes_may_be_noise(data: bytes, at: float, noise: bytes) -> None:
    position = int(len(data) * at)
    outcome(data[:position] + noise + data[position + len(noise) :])


@settings(few, max_examples=200)
@given(text=st.text(alphabet=st.sampled_from("()[]'\"$;,.:-/*\\ \nabeE$1CREATETABLEx"), max_size=80))
def test_any_text_is_read_or_refused(text: str) -> None:
    outcome(text.encode())


DEEP = 10_000


@pytest.mark.parametrize(
    "text",
    [
        "CREATE TABLE t (a int DEFAULT " + "(" * DEEP + "1" + ")" * DEEP + ");",
        "CREATE TABLE t (a int CHECK (" + "(" * DEEP + "a > 1" + ")" * DEEP + "));",
        "CREATE VIEW v AS SELECT " + "(" * DEEP + "1" + ")" * DEEP + " AS a;",
        "CREATE VIEW v AS " + "SELECT * FROM (" * DEEP + "SELECT 1" + ") x" * DEEP + ";",
        "CREATE VIEW v AS SELECT " + "NOT " * DEEP + "true AS a;",
        "CREATE VIEW v AS SELECT " + "- " * DEEP + "1 AS a;",
        "CREATE VIEW v AS SELECT 1" + " + 1" * DEEP + " AS a;",
        "CREATE VIEW v AS SELECT 1" + "::int" * DEEP + " AS a;",
        "CREATE VIEW v AS SELECT 1 AS a" + " UNION SELECT 1" * DEEP + ";",
        "CREATE VIEW v AS SELECT " + "CASE WHEN true THEN " * DEEP + "1" + " END" * DEEP + " AS a;",
        "CREATE VIEW v AS SELECT true" + " AND true" * DEEP + " AS a;",
        "CREATE INDEX i ON t (" + "(" * DEEP + "a" + ")" * DEEP + ");",
        "CREATE TABLE t (a int" + "[]" * DEEP + ");",
        "CREATE TABLE t (a int); " + "/*" * DEEP + "*/" * DEEP,
        "SELECT " + "[" * DEEP + ";",
        "CREATE TABLE " + "a." * DEEP + "t (a int);",
        "CREATE TABLE " + "x" * 65536 + " (" + "y" * 65536 + " int UNIQUE);",
        'CREATE TABLE "' + "é" * 65536 + '" (a int);',
        "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT " + "(" * DEEP + "1" + ")" * DEEP + "';",
        "CREATE POLICY p ON t USING (" + "a IN (SELECT " * 5000 + "1" + ")" * 5001 + ");",
    ],
    ids=range(20),
)
def test_depth_and_length_are_no_danger(text: str) -> None:
    outcome(b"CREATE TABLE other (a int);\n" + text.encode())


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "the file is empty"),
        (b" \n\t\n", "the file is empty"),
        (b"-- only a comment\n", "no statement"),
        (b"CREATE TABLE t (a int);\0", "a NUL byte"),
        ("CREATE TABLE t (a int);".encode("utf-16"), "UTF-16"),
        (b"CREATE TABLE t (a int); COMMENT ON TABLE t IS '\xff';", "invalid UTF-8"),
        (b"PGDMP\x01\x0e", "custom format"),
        (b"CREATE TABLE t (a text DEFAULT 'x);", "ends inside of a string"),
        (b"CREATE TABLE t (a int;\n", "ends inside of a parenthesis"),
        (b"CREATE TABLE t (a int); CREATE FUNCTION f() RETURNS int AS $$ SELECT 1;", "dollar-quoted"),
        (b"CREATE TABLE t (a int); /* and so on", "comment"),
        (b"CREATE TABLE t (a int); COPY t FROM stdin;\n1\n2\n", "data of COPY"),
        (b"CREATE TABLE t (a int);\nALTER TABLE t ADD CONSTR", "ends in the middle of a statement"),
        (b"--\n-- PostgreSQL database dump\n--\nCREATE TABLE t (a int);\n", "the dump is cut off"),
    ],
)
def test_a_bad_file_is_refused_with_a_reason(data: bytes, message: str) -> None:
    with pytest.raises(SchemaError, match=message):
        read([("dump.sql", data)])


def test_a_byte_order_mark_is_no_part_of_the_text() -> None:
    database = read([("dump.sql", b"\xef\xbb\xbfCREATE TABLE t (a int);")])
    assert [str(name) for name in database.relations] == ["public.t"]


def test_sql_text_is_equal_when_its_tokens_are() -> None:
    assert expression("a  >\n1 -- why") == expression("A > 1")
    assert isinstance(expression("1"), Sql)
