"""Words: the tokens of an expression without its text, and the values of strings."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from schemabook.model import Sql, split_tokens
from schemabook.model.keywords import COLUMN_NAMES, KEYWORDS, NO_COLUMNS, RESERVED


def tokens_of(sql: Sql) -> list[str]:
    """The tokens of an expression; one may hold spaces, as `"Mixed case"` and `'a string'` do."""
    return split_tokens(sql.tokens)


def is_label(words: Sequence[str], position: int) -> bool:
    """Whether any word would be a name here: after a dot, and after AS where a query names its columns."""
    first = position  # In `a AS as` and `b.as AS c` one AS of two is a name itself.
    while first and words[first - 1] == "as":
        first -= 1
    return (first > 0 and words[first - 1] == ".") ^ bool((position - first) % 2)


def with_quoted_names(tokens: list[str]) -> list[str]:
    """The tokens of a query with quotes around keywords that are names, as PostgreSQL prints them."""
    return [
        f'"{token}"' if token in KEYWORDS and _is_name(tokens, i) else token for i, token in enumerate(tokens)
    ]


def _is_name(tokens: list[str], position: int) -> bool:
    """Whether a keyword is a name here: a label, before a dot, or an alias after the name of a relation."""
    word, after = tokens[position], tokens[position + 1 : position + 2]
    if word in COLUMN_NAMES:
        is_alias = tokens[max(position - 2, 0) : position - 1] == ["."] and word not in ("between", "values")
        return after == ["."] or (is_alias and after != ["("])
    return word in RESERVED and word != "not" and is_label(tokens, position)  # not: AS NOT MATERIALIZED


def column_words_at(tokens: list[str], relation: str) -> Iterator[int]:
    """Where the words are that may be columns of the relation: no functions, no types, no parts of others."""
    for i, token in enumerate(tokens):
        before = tokens[i - 1] if i else ""
        after = tokens[i + 1] if i + 1 < len(tokens) else ""
        if after == "(" or after.endswith("'") or before in ("::", "as", "collate"):
            continue
        if after == "." and tokens[i + 3 : i + 4] == ["("]:  # the schema of a function
            continue
        if before != "." and token in NO_COLUMNS:
            continue
        if before == "." and (i < 2 or unquoted(tokens[i - 2]) not in (relation, "old", "new")):
            continue
        if token[:1] in '"_' or token[:1].isalpha():
            yield i


def unquoted(token: str) -> str:
    """The name that a token of an expression stands for."""
    return token[1:-1].replace('""', '"') if token.startswith('"') else token


ESCAPE = re.compile(
    r"\\(?:([0-7]{1,3})|x([0-9A-Fa-f]{1,2})|u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))|''", re.S
)
LAST_CHARACTER = 0x10FFFF
ESCAPED = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}


def unescaped(text: str) -> str:
    """The value of E'text'; https://www.postgresql.org/docs/current/sql-syntax-lexical.html."""

    def value(match: re.Match[str]) -> str:
        octal, byte, short, long, other = match.groups()
        if octal:
            return chr(int(octal, 8) & 0xFF)
        if digits := byte or short or long:
            return chr(int(digits, 16)) if int(digits, 16) <= LAST_CHARACTER else match[0]
        return ESCAPED.get(other, other) if other else "'"

    found = ESCAPE.sub(value, text)
    # Two halves of a character, as JSON writes them, are one; a half alone is none.
    return found if found.isascii() else found.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
