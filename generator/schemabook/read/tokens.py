"""Text of SQL → its tokens.

Nearly all that pg_dump prints is made of plain words, names, numbers, strings and operators: one regular
expression cuts it at the speed of C. Where anything else stands in a text, sqlglot's tokenizer takes all
of it; both find the same tokens, and a test holds them to it.
"""

from __future__ import annotations

import re
from itertools import accumulate, compress
from typing import ClassVar, NamedTuple

from sqlglot.dialects.postgres import Postgres
from sqlglot.tokenizer_core import TokenType

LONGEST_NAME = 63
"""Bytes that PostgreSQL keeps of a name; NAMEDATALEN - 1."""
ASCII_LOWER = {ord(upper): ord(upper.lower()) for upper in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"}
NAME = '"'
"""The key of a quoted name: no keyword equals it."""
STRING = "'"
"""The key of any string constant."""
NUMBER = "0"
"""The key of a number."""
LITERALS = {'"': NAME, "'": STRING, "$": STRING, **dict.fromkeys("0123456789", NUMBER)}
"""The key of a plain token by its first character; that of a word or an operator is itself, in lower case."""


class Tokenizer(Postgres.Tokenizer):
    """PostgreSQL's tokens; sqlglot takes what follows EXECUTE, REFRESH and the like as one string."""

    COMMANDS: ClassVar[set[TokenType]] = set()


TOKENIZER = Tokenizer()
STRINGS = frozenset(
    {
        TokenType.STRING,
        TokenType.BYTE_STRING,
        TokenType.BIT_STRING,
        TokenType.HEX_STRING,
        TokenType.NATIONAL_STRING,
        TokenType.UNICODE_STRING,
        TokenType.HEREDOC_STRING,
        TokenType.RAW_STRING,
    }
)
OPERATORS = sorted((word for word in TOKENIZER.KEYWORDS if not re.search(r"[\w{} ]", word)), key=len)
"""The operators of more than one sign that sqlglot knows; others are cut into single signs."""
PLAIN = re.compile(
    rf"""(
    \b[A-Za-z_]\w*+(?!['$]|(?i:-defined))
    | [][(),;]
    | "[^"]+(?:""[^"]*)*"
    | '[^']*(?:''[^']*)*'
    | \b\d++(?:\.\d++)?+(?![\w.])
    | --[^\r\n]*
    | /\*(?!\+)[^*/]*\*/
    | \$\$.*?\$\$
    | \$_\$.*?\$_\$
    | {"|".join(map(re.escape, reversed(OPERATORS)))}
    | [.:=<>+*%|~!?\#^-]
    | /(?!\*)
    | &(?!')
    )""",
    re.X | re.S | re.A,
)
"""Without `e'…'`, `1e5`, `$1`, words of other letters, and sqlglot's word `user-defined`.

Its parts are possessive or begin at the edge of a word: hostile text takes linear time as well.
"""
COMMENTS = ("--", "/*")
PARAMETER = re.compile(r"(?<![\w$])\$(\d+)(?!\w)", re.A)
"""The number of a parameter: sqlglot takes `$1) + f($` for the beginning of a dollar-quoted string."""


class Tokens(NamedTuple):
    """The tokens of a text, each by what a reader matches, by its value, and by where it stands."""

    keys: list[str]
    values: list[str]
    starts: list[int]
    ends: list[int]


def truncated(name: str) -> str:
    """The name as PostgreSQL keeps it: at most 63 bytes, no character cut in two."""
    if len(name) * 4 <= LONGEST_NAME or len(encoded := name.encode()) <= LONGEST_NAME:
        return name
    return encoded[:LONGEST_NAME].decode(errors="ignore")


def folded(word: str) -> str:
    """An unquoted word as PostgreSQL reads it: only the letters of ASCII turn into lower case."""
    return word.lower() if word.isascii() else word.translate(ASCII_LOWER)


def tokens_in(text: str) -> Tokens:
    """The tokens of a text.

    Raises TokenError where a quote has no end.
    """
    return plain_tokens(text) or sqlglot_tokens(text)


def plain_tokens(text: str) -> Tokens | None:
    """The tokens of a text in which only plain ones stand, else None: a gap between them is no blank."""
    parts = PLAIN.split(text)
    if "".join(parts[::2]).strip():
        return None
    edges = list(accumulate(map(len, parts)))
    words, starts, ends = parts[1::2], edges[:-1:2], edges[1::2]
    if "--" in text or "/*" in text:
        kept = [not word.startswith(COMMENTS) for word in words]
        words = list(compress(words, kept))
        starts, ends = list(compress(starts, kept)), list(compress(ends, kept))
    keys = [LITERALS.get(word[0]) or word.lower() for word in words]
    if '"' in text or "'" in text or "$" in text:
        words = [_value(word) if word[0] in "\"'$" else word for word in words]
    return Tokens(keys, words, starts, ends)


def _value(word: str) -> str:
    """The name between quotes, or the value of a string."""
    if word[0] == '"':
        return truncated(word[1:-1].replace('""', '"'))
    if word[0] == "'":
        return word[1:-1].replace("''", "'")
    return word[2:-2] if word[1] == "$" else word[3:-3]


def sqlglot_tokens(text: str) -> Tokens:
    """The tokens that sqlglot finds in any text.

    Raises TokenError where a quote has no end.
    """
    found = Tokens([], [], [], [])
    keys, values, starts, ends = found
    without_parameters = PARAMETER.sub(lambda found: ";" + "p" * len(found[1]), text)
    for token in TOKENIZER.tokenize(without_parameters):
        kind, start, end = token.token_type, token.start, token.end + 1
        word = text[start:end]
        if word != without_parameters[start:end] and word[:1] in "0123456789":
            kind = TokenType.NUMBER
        elif word != without_parameters[start:end] and len(word) > 1:  # It stands inside of quotes.
            token = TOKENIZER.tokenize(word)[0]
        if kind is TokenType.IDENTIFIER:
            key, word = NAME, truncated(token.text)
        elif kind in STRINGS:
            key, word = STRING, token.text
        elif kind is TokenType.NUMBER:
            key = NUMBER
        else:
            key = folded(word)
        if " " in token.text and key is not NAME and key is not STRING:
            _add_joined(found, text, start, end)
            continue
        keys.append(key)
        values.append(word)
        starts.append(start)
        ends.append(end)
    return found


def _add_joined(found: Tokens, text: str, start: int, end: int) -> None:
    """Adds words that the tokenizer joins, such as PRIMARY KEY, one by one."""
    for part in re.compile(r"\S+").finditer(text, start, end):
        found.keys.append(folded(part.group()))
        found.values.append(part.group())
        found.starts.append(part.start())
        found.ends.append(part.end())
