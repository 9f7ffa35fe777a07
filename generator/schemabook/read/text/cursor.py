"""A cursor over the tokens of one statement.

What is shown to a reader is always a slice of the statement's own text, so nothing that a tokenizer
normalizes can get into a page.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from itertools import islice
from typing import TypeVar

from sqlglot.errors import TokenError

from schemabook.errors import Source
from schemabook.model import Name, Sql, Statement
from schemabook.model.keywords import quoted
from schemabook.read.text.again import once
from schemabook.read.text.tokens import LONGEST_NAME, NAME, NUMBER, STRING, tokens_in, truncated
from schemabook.read.text.words import is_label

T = TypeVar("T")

QUOTED_PART = re.compile(r'"((?:[^"]|"")*)"')
END = ""
"""The key after the last token."""

OPENING = frozenset("([")
CLOSING = frozenset(")]")


OBJECT_IDENTIFIERS = frozenset({"regclass", "regconfig", "regdictionary", "regnamespace", "regrole"})
"""Types whose values are names; https://www.postgresql.org/docs/current/datatype-oid.html."""


class UnexpectedToken(Exception):
    """The statement is not of the form that its reader knows."""


def without_quotes(literal: str) -> str:
    """A string constant that holds a name, without the quotes that the name does not need."""
    if '"' not in literal or "\\" in literal:
        return literal
    parts = QUOTED_PART.sub(
        lambda match: quoted(match[1].replace('""', '"')), literal[1:-1].replace("''", "'")
    )
    return "'" + parts.replace("'", "''") + "'"


class Cursor:
    """Reads a statement from left to right.

    `keys` holds for each token what a reader matches against: a word in lower case, a symbol, or
    a constant of `tokens` for a quoted name, a string and a number.
    """

    __slots__ = ("ends", "keys", "modifiers", "position", "starts", "statement", "values")

    def __init__(self, statement: Statement) -> None:
        self.statement = statement
        self.position = 0
        self.modifiers: frozenset[str] = frozenset()
        """The words between CREATE and what is created, such as UNIQUE and REPLACE."""
        try:
            text = statement.text
            keys, self.values, self.starts, self.ends = once((tokens_in, text), lambda: tokens_in(text))
        except TokenError as error:
            raise UnexpectedToken(str(error)) from error
        self.keys = [*keys, END]

    def source(self) -> Source:
        """Where the statement begins."""
        return self.statement.source

    @property
    def key(self) -> str:
        """The key of the next token."""
        return self.keys[self.position]

    @property
    def done(self) -> bool:
        """Whether all tokens are read."""
        return self.position >= len(self.values)

    def peek(self, offset: int = 1) -> str:
        """The key of a token further on."""
        position = self.position + offset
        return self.keys[position] if position < len(self.keys) else END

    def sees(self, *words: str) -> bool:
        """Whether these words come next."""
        return tuple(self.keys[self.position : self.position + len(words)]) == words

    def accept(self, word: str, *more: str) -> bool:
        """Reads these words if all of them come next."""
        # The first word alone decides most calls, and nothing is called as often.
        if self.keys[self.position] != word or (more and not self.sees(word, *more)):
            return False
        self.position += 1 + len(more)
        return True

    def expect(self, *words: str) -> None:
        """Reads these words.

        Raises UnexpectedToken if something else comes next.
        """
        if not self.accept(*words):
            raise self.unexpected(" ".join(words).upper())

    def one_of(self, *words: str) -> str | None:
        """Reads one of these words and returns it, or None."""
        if self.key in words and self.key:
            self.position += 1
            return self.keys[self.position - 1]
        return None

    def one_of_phrases(self, *phrases: tuple[str, ...]) -> str | None:
        """Reads one of these phrases and returns it with spaces, or None."""
        return next((" ".join(words) for words in phrases if self.accept(*words)), None)

    def unexpected(self, wanted: str) -> UnexpectedToken:
        """The error that says what stands here instead of what was wanted."""
        found = "the end" if self.done else f'"{self.values[self.position]}"'
        return UnexpectedToken(f"expected {wanted}, found {found}")

    def end(self) -> None:
        """Expects that nothing is left: a clause that nobody read is never lost in silence."""
        if not self.done:
            raise self.unexpected("the end")

    def skip(self) -> str:
        """Reads one token, whatever it is, and returns its key."""
        if self.done:
            raise self.unexpected("more")
        self.position += 1
        return self.keys[self.position - 1]

    def sees_name(self) -> bool:
        """Whether an identifier comes next."""
        key = self.keys[self.position]
        return key is NAME or key[:1].isalpha() or key[:1] == "_"

    def name(self) -> str:
        """An identifier: folded to lower case unless quoted."""
        position = self.position
        key = self.keys[position]
        if key is NAME:
            self.position = position + 1
            return self.values[position]
        if key[:1].isalpha() or key[:1] == "_":
            self.position = position + 1
            return truncated(key)
        raise self.unexpected("a name")

    def parts(self) -> list[str]:
        """The parts of a dotted name."""
        parts = [self.name()]
        while self.accept("."):
            parts.append(self.name())
        return parts

    def qualified_name(self) -> Name:
        """A name as written; its schema is empty where the statement gives none."""
        parts = self.parts()
        return Name(parts[-2] if len(parts) > 1 else "", parts[-1])

    def name_on(self) -> tuple[str, Name]:
        """Name ON relation, of a part of a relation."""
        name = self.name()
        self.expect("on")
        return name, self.qualified_name()

    def names(self) -> tuple[str, ...]:
        """Names between commas."""
        return self.separated(self.name)

    def name_list(self) -> tuple[str, ...]:
        """Names between commas, in parentheses."""
        return self.in_parentheses(self.name)

    def separated(self, read: Callable[[], T]) -> tuple[T, ...]:
        """What *read* returns, once and again after each comma."""
        items = [read()]
        while self.accept(","):
            items.append(read())
        return tuple(items)

    def in_parentheses(self, read: Callable[[], T]) -> tuple[T, ...]:
        """What *read* returns for each element of a list in parentheses."""
        self.expect("(")
        if self.accept(")"):
            return ()
        items = self.separated(read)
        self.expect(")")
        return items

    def string(self) -> str:
        """The value of a string constant; constants on several lines are one, as in SQL."""
        if self.key != STRING:
            raise self.unexpected("a string")
        value = ""
        while self.key == STRING:
            value += self.values[self.position]
            self.position += 1
        return value

    def integer(self) -> int:
        """An integer, with its sign."""
        sign = -1 if self.accept("-") else 1
        if self.key != NUMBER:
            raise self.unexpected("a number")
        self.position += 1
        return sign * int(self.values[self.position - 1])

    def parenthesized(self) -> Sql:
        """What stands between the next parenthesis and the one that closes it."""
        self.expect("(")
        start = self.position
        self.skip_until(")")
        inner = self.sql(start, self.position)
        self.expect(")")
        return inner

    def skip_parentheses(self) -> None:
        """Moves behind what `parenthesized` reads."""
        self.expect("(")
        self.skip_until(")")
        self.expect(")")

    def skip_until(self, *words: str) -> None:
        """Moves to the next of these words outside of parentheses, or to where the parentheses end.

        They are reserved words, which no expression has between its parts, or symbols.
        """
        # One loop with local names: it passes the tokens of whole tables.
        depth, position = 0, self.position
        for key in islice(self.keys, position, len(self.values)):
            if depth == 0 and (key in words or key in CLOSING) and not self._is_label(position):
                break
            if key in OPENING:
                depth += 1
            elif key in CLOSING:
                depth -= 1
            position += 1
        self.position = position

    def _is_label(self, position: int) -> bool:
        """Whether a word is a name whatever it says: after a dot, and as the label of a column after AS."""
        return self.keys[position].isalpha() and is_label(self.keys, position)

    def sql_until(self, *words: str) -> Sql:
        """The expression before the next of these words; it has at least one token."""
        start = self.position
        self.skip_until_after_one(*words)
        return self.sql(start, self.position)

    def skip_until_after_one(self, *words: str) -> None:
        """As `skip_until`, but the first token may be one of the words."""
        if self.key in OPENING:
            self.skip()
            self.skip_until(")", "]")
        self.skip()
        self.skip_until(*words)

    def rest(self) -> Sql:
        """Everything up to the end of the statement."""
        start, self.position = self.position, len(self.values)
        return self.sql(start, self.position)

    def text(self) -> str:
        """The whole statement without needless quotes."""
        if '"' not in self.statement.text:
            return self.statement.text
        return self.sql(0, len(self.values)).text

    def sql(self, start: int, end: int) -> Sql:
        """The tokens from *start* up to *end* as SQL text without needless quotes."""
        if start >= end:
            return Sql("", "")
        keys = self.keys[start:end]
        if NAME in keys or STRING in keys or max(map(len, keys)) > LONGEST_NAME:
            key = (Cursor, self.statement.text, start, end)
            return once(key, lambda: self._without_needless_quotes(start, end))
        text = self.statement.text[self.starts[start] : self.ends[end - 1]]
        if NUMBER in keys:
            values = self.values[start:end]
            keys = [value if key is NUMBER else key for key, value in zip(keys, values, strict=True)]
        return Sql(text, " ".join(keys))

    def _without_needless_quotes(self, start: int, end: int) -> Sql:
        text, keys = self.statement.text, self.keys
        pieces: list[str] = []
        tokens: list[str] = []
        copied = self.starts[start]
        for i in range(start, end):
            key = keys[i]
            if key is NAME:
                key = quoted(self.values[i])
                pieces += (text[copied : self.starts[i]], key)
                copied = self.ends[i]
            elif key is STRING and self._is_object_name(i):
                key = without_quotes(text[self.starts[i] : self.ends[i]])
                pieces += (text[copied : self.starts[i]], key)
                copied = self.ends[i]
            elif key is STRING or key is NUMBER:
                key = text[self.starts[i] : self.ends[i]]
            elif len(key) > LONGEST_NAME:
                key = truncated(key)
            tokens.append(key)
        pieces.append(text[copied : self.ends[end - 1]])
        return Sql("".join(pieces), " ".join(tokens))

    def _is_object_name(self, position: int) -> bool:
        """Whether the string is cast to the identifier of an object, as in 'public."T_id_seq"'::regclass."""
        if self.keys[position + 1] != "::":
            return False
        key = self.keys[position + 2]
        return (self.values[position + 2] if key is NAME else key) in OBJECT_IDENTIFIERS


def by_first_word(phrases: Iterable[tuple[str, ...]]) -> dict[str, list[tuple[str, ...]]]:
    """The phrases by the first of their words, in their order."""
    found: dict[str, list[tuple[str, ...]]] = {}
    for words in phrases:
        found.setdefault(words[0], []).append(words)
    return found


def expression(text: str) -> Sql:
    """An expression or a query that stands alone, read as in a statement: for comparing with what was read.

    Raises UnexpectedToken where the tokenizer finds no end of a quote.
    """
    return Cursor(Statement(Source("expression", 1), text)).rest()


def tokens_of(text: str) -> str:
    """The tokens of any text: without white space, comments, needless quotes and capitals in words.

    Where the tokenizer finds no end of a quote it is the text itself.
    """
    try:
        return expression(text).tokens
    except UnexpectedToken:
        return text
