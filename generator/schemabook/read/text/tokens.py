"""Text of SQL → its tokens.

Nearly all that pg_dump prints is made of plain words, names, numbers, strings and operators: one regular
expression cuts it at the speed of C. Where anything else stands in a text, its strings are cut out, and
sqlglot's tokenizer takes what is not plain of the rest; a test holds both to the same tokens.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import accumulate, compress
from typing import ClassVar, NamedTuple

from sqlglot.dialects.postgres import Postgres
from sqlglot.errors import TokenError
from sqlglot.tokenizer_core import TokenType

from schemabook.read.text.words import unescaped

LONGEST_NAME = 63
"""Bytes that PostgreSQL keeps of a name; NAMEDATALEN - 1."""
ASCII_LOWER = {ord(upper): ord(upper.lower()) for upper in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"}
NAME = '"'
"""The key of a quoted name: no keyword equals it."""
STRING = "'"
"""The key of any string constant."""
NUMBER = "0"
"""The key of a number."""
LITERALS = {'"': NAME, "'": STRING, **dict.fromkeys("0123456789", NUMBER)}
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
APART = re.compile(
    r"""
    (?P<string> (?<![\w$&]) '[^']*'(?:'[^']*')*+ )
    | (?P<escapes> (?<![\w$]) [eE]'[^'\\]*+(?:(?:\\.|'')[^'\\]*+)*+' )
    | (?<![\w$]) \$ (?:(?P<parameter>[0-9]++)(?!\w) | (?P<tag>(?:[^\W\d]\w*+)?\$))
    | "[^"]*+" | '[^']*+' | --[^\r\n]*+ | (?P<comment>/\*)
    """,
    re.X | re.S,
)
"""Strings and parameters, which are cut out before sqlglot sees a text, and what they may stand in."""
EDGE_OF_COMMENT = re.compile(r"/\*|\*/")
LONG = 1000
LONGEST_TEXT = 4_000_000
"""Characters, but for long strings, beyond which a text is not read: its tokens need much more memory."""


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

    Raises TokenError where a quote has no end, and where the text is far too long.
    """
    if len(text) <= LONGEST_TEXT and "$" not in text and (found := plain_tokens(text)):
        return found
    cuts = list(_cuts(text))
    if len(text) - sum(cut.size for cut in cuts if cut.size > LONG) > LONGEST_TEXT:
        raise TokenError(f"it has more than {LONGEST_TEXT:,} characters without its string constants")
    found, position = Tokens([], [], [], []), 0
    for cut in cuts:
        _add_tokens(found, text, position, cut.start)
        _add_cut(found, cut)
        position = cut.start + cut.size
    _add_tokens(found, text, position, len(text))
    return found


class Cut(NamedTuple):
    """A string or a parameter, by its place in the text."""

    start: int
    size: int
    value: str
    is_string: bool


def _cuts(text: str) -> Iterator[Cut]:
    """What is cut out of a text: sqlglot is slow in long strings, and takes `$1) + f($` for a quote."""
    position = 0
    while found := APART.search(text, position):
        start, position = found.span()
        if found["comment"]:
            position = _end_of_comment(text, start)
        elif found["string"]:
            yield Cut(start, position - start, text[start + 1 : position - 1].replace("''", "'"), True)
        elif found["escapes"]:
            yield Cut(start, position - start, unescaped(text[start + 2 : position - 1]), True)
        elif found["parameter"]:
            yield Cut(start, position - start, found["parameter"], False)
        elif found["tag"]:
            end = text.find(found[0], position)
            if end < 0:
                raise TokenError(f"{found[0]} has no end")
            yield Cut(start, end - start + len(found[0]), text[position:end], True)
            position = end + len(found[0])


def _end_of_comment(text: str, start: int) -> int:
    """Comments nest; one without an end is for sqlglot to find."""
    depth = 0
    for edge in EDGE_OF_COMMENT.finditer(text, start):
        depth += 1 if edge[0] == "/*" else -1
        if not depth:
            return edge.end()
    return len(text)


def _add_tokens(found: Tokens, text: str, start: int, end: int) -> None:
    """Adds the tokens of a part of the text without cuts."""
    part = text[start:end]
    if part and not part.isspace():
        keys, values, starts, ends = plain_tokens(part) or sqlglot_tokens(part)
        found.keys.extend(keys)
        found.values.extend(values)
        found.starts.extend(start + position for position in starts)
        found.ends.extend(start + position for position in ends)


def _add_cut(found: Tokens, cut: Cut) -> None:
    """Adds a string, or the two tokens of a parameter."""
    found.keys.extend([STRING] if cut.is_string else ["$", NUMBER])
    found.values.extend([cut.value] if cut.is_string else ["$", cut.value])
    end = cut.start + cut.size
    found.starts.extend([cut.start] if cut.is_string else [cut.start, cut.start + 1])
    found.ends.extend([end] if cut.is_string else [cut.start + 1, end])


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
    if '"' in text or "'" in text:
        words = [_value(word) if word[0] in "\"'" else word for word in words]
    return Tokens(keys, words, starts, ends)


def _value(word: str) -> str:
    """The name between quotes, or the value of a string."""
    if word[0] == '"':
        return truncated(word[1:-1].replace('""', '"'))
    return word[1:-1].replace("''", "'")


def sqlglot_tokens(text: str) -> Tokens:
    """The tokens that sqlglot finds in any text.

    Raises TokenError where a quote has no end.
    """
    found = Tokens([], [], [], [])
    keys, values, starts, ends = found
    for token in TOKENIZER.tokenize(text):
        kind, start, end = token.token_type, token.start, token.end + 1
        word = text[start:end]
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
