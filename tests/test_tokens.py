"""Both ways to cut a text find the same tokens."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlglot.errors import TokenError

from schemabook.read.text.statements import Splitter
from schemabook.read.text.tokens import OPERATORS, Tokens, plain_tokens, sqlglot_tokens, tokens_in

HERE = Path(__file__).parent
EXAMPLE = HERE.parent / "schema" / "schema_backup.sql"

SIGNS = "[](),.;:=<>+*/%|~!?#^-&@$`{}\\'\" \n\t\r_"
WORDS = ("user", "begin", "do", "declare", "execute", "Order", "by", "null", "x_1", "a$b", "e", "U")
JOINED = ("primary key", "GROUP  by", "double\tprecision", "character varying", "user-defined")
QUOTED = ("'a''b'", "'a\\'", "''", "'--'", "e'x'", "e'\\''", "u&'x'", "b'1'", "x'f'", "n'x'", '"A"', '"a""b"')
DOLLARS = ("$$x y$$", "$_$ z $_$", "$f$ ' $f$", "$1", "$$", "$_$")
NUMBERS = ("1", "1.5", "1.", ".5", "1e5", "1e-5", "0x1", "0b1", "1_000", "1a")
COMMENTS = ("--c\n", "-- c", "/*c*/", "/* a /* b */ c */", "/*+x*/")
OTHERS = ("é", "ſ", "٣", "\xa0", "\u2028", "\x1c", "\0")
PIECES = (*OPERATORS, *SIGNS, *WORDS, *JOINED, *QUOTED, *DOLLARS, *NUMBERS, *COMMENTS, *OTHERS)

pieces = st.sampled_from(PIECES)
many = settings(max_examples=400, deadline=None)


def statements(path: Path) -> list[str]:
    return [statement.text for statement in Splitter(path.read_bytes(), path.name).statements()]


FIXTURES = sorted((HERE / "fixtures").glob("*.sql"))
STATEMENTS = sorted({text for path in (EXAMPLE, *FIXTURES) for text in statements(path)})


def all_tokens(text: str) -> Tokens | None:
    """What sqlglot finds, if it can read the text."""
    try:
        return sqlglot_tokens(text)
    except TokenError:
        return None


def assert_same(text: str) -> None:
    plain = plain_tokens(text)
    assert plain is None or plain == all_tokens(text)


@many
@given(st.lists(pieces | st.just(" "), max_size=12).map("".join))
def test_any_mixture_of_what_sql_is_made_of_has_the_same_tokens(text: str) -> None:
    assert_same(text)


@many
@given(st.sampled_from(STATEMENTS), st.integers(0, 400), st.integers(0, 6), st.just("") | pieces)
def test_a_mangled_statement_has_the_same_tokens(text: str, start: int, length: int, piece: str) -> None:
    assert_same(text[:start] + piece + text[start + length :])


@given(st.text())
def test_any_text_has_the_same_tokens(text: str) -> None:
    assert_same(text)


def test_the_statements_of_dumps_have_the_same_tokens() -> None:
    for text in STATEMENTS:
        assert_same(text)


def test_nearly_all_of_a_dump_is_plain() -> None:
    texts = statements(EXAMPLE)
    assert sum(plain_tokens(text) is not None for text in texts) > 0.9 * len(texts)


@pytest.mark.parametrize("piece", ["a", "1", "'", '"', "$$", "$_$ $", "/*", "1.", "a$", "' ''", "-"])
def test_hostile_text_takes_linear_time(piece: str) -> None:
    started = time.monotonic()
    plain_tokens(piece * 100_001 + "'a")
    assert time.monotonic() - started < 2


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("f($1)+f($1)", ["f", "(", "$", "1", ")", "+", "f", "(", "$", "1", ")"]),
        ("f($1)+f($1)+f($12)", [*("f", "(", "$", "1", ")", "+") * 2, "f", "(", "$", "12", ")"]),
        ("$1.a", ["$", "1", ".", "a"]),
        ("$1::int", ["$", "1", "::", "int"]),
        ("e'$1' || $1", ["$1", "||", "$", "1"]),
        ("$q$ $1 $q$ || $1", [" $1 ", "||", "$", "1"]),
        ('"a $1" = $1', ["a $1", "=", "$", "1"]),
        ("a$1", ["a$1"]),
    ],
)
def test_a_parameter_begins_no_string(text: str, values: list[str]) -> None:
    assert tokens_in(text).values == values
