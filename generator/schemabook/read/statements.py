"""Bytes of a dump → its statements, each with the line where it begins.

Statements end where psql ends them: at a semicolon outside of quotes, comments, parentheses and
`BEGIN ATOMIC … END`, or at a backslash command. The data of COPY is skipped, not tokenized.
Splitting first and tokenizing each statement on its own is faster than one pass of the tokenizer
over the file, and one broken statement cannot swallow the rest.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from schemabook.errors import SchemaError, Source
from schemabook.model import Statement
from schemabook.read.encoding import Data, count_lines, release

BEFORE = rb"(?<![A-Za-z0-9_$\x80-\xff])"
"""Not inside of a word."""
SYMBOLS = (
    BEFORE
    + rb"""[eE]'[^'\\]*(?:(?:\\.|'')[^'\\]*)*'   # a string with escapes
    | '[^']*'
    | "[^"]*"
    | --[^\n]*
    | /\*
    | """
    + BEFORE
    + rb"""\$(?:[A-Za-z_\x80-\xff][A-Za-z0-9_\x80-\xff]*)?\$
    | [;()\\'"]"""
)
SIGNIFICANT = re.compile(SYMBOLS, re.X | re.S)
IN_ROUTINE = re.compile(SYMBOLS + rb"| [A-Za-z_\x80-\xff][A-Za-z0-9_$\x80-\xff]*", re.X | re.S)
"""With the words as well: BEGIN ATOMIC counts in a routine."""
ROUTINE = re.compile(rb"create\b.{0,200}?\b(?:function|procedure)\b", re.I | re.S)
WITHOUT_PARENTHESES = rb"""[^;'"()$\\/-]++ | '[^'\\]*+' | "[^"]*+" | --[^\n]*+ | -(?!-) | /(?!\*)"""
NESTED = WITHOUT_PARENTHESES
for _ in range(5):
    NESTED = WITHOUT_PARENTHESES + rb"| \( (?:" + NESTED + rb")*+ \)"
PLAIN = re.compile(rb"(?:" + NESTED + rb")*+;", re.X)
"""A whole statement of the usual kind, for speed: any other is walked through symbol by symbol."""
BLANKS = re.compile(rb"(?:[\s;]++|--[^\n]*+)*+")
COMMENT_EDGE = re.compile(rb"/\*|\*/")
COPY_FROM_STDIN = re.compile(rb"\s*COPY\b.*\bFROM\s+STDIN\b", re.I | re.S)
END_OF_DATA = re.compile(rb"\\\.\r?(?:\n|\Z)")
WINDOW = 1 << 24

QUOTES = {b"'": "string", b'"': "quoted identifier", b"$": "dollar-quoted string", b"/*": "comment"}


class Splitter:
    """A walk over the bytes of one dump; `path` is only for messages."""

    def __init__(self, data: Data, path: str, start: int = 0) -> None:
        self.data = data
        self.path = path
        self.position = start
        self.counted = 0
        self.line = 1
        self.ends_open = False
        self.open_statement: Statement | None = None
        """The last statement, if the file ends without its semicolon."""

    def statements(self) -> Iterator[Statement]:
        """Every statement in order; a backslash command is one as well.

        Raises SchemaError where the file ends inside of a quote, a comment, parentheses or COPY data.
        """
        while (start := self._skip_blanks()) < len(self.data):
            if self.data[start : start + 1] == b"\\":
                end = self._end_of_line(start)
                self.position = end
            else:
                end = self._end_of_statement(start)
            if end > start:
                yield self._statement(start, end)

    def source(self, position: int) -> Source:
        """The line of a position; positions must not go back."""
        self.line += count_lines(self.data, self.counted, position)
        self.counted = position
        return Source(self.path, self.line)

    def _statement(self, start: int, end: int) -> Statement:
        source = self.source(start)
        try:
            text = self.data[start:end].decode("utf-8")
        except UnicodeDecodeError as error:
            raise SchemaError(
                f"invalid UTF-8: byte 0x{self.data[start + error.start]:02x}",
                source=self.source(start + error.start),
                hint="dump with pg_dump --encoding=UTF8",
            ) from None
        if COPY_FROM_STDIN.match(self.data, start, end):
            self._skip_data(start)
        found = Statement(source, text.rstrip())
        self.open_statement = found if self.ends_open else None
        return found

    def _skip_blanks(self) -> int:
        """The position of the next statement, after white space, comments and lone semicolons."""
        position = self._after(BLANKS, self.position)
        while self.data[position : position + 2] == b"/*":
            position = self._after(BLANKS, self._end_of_comment(position))
        return position

    def _after(self, pattern: re.Pattern[bytes], position: int) -> int:
        found = pattern.match(self.data, position)
        return found.end() if found else position

    def _end_of_line(self, position: int) -> int:
        end = self.data.find(b"\n", position)
        return len(self.data) if end < 0 else end

    def _end_of_comment(self, start: int) -> int:
        """Comments nest in PostgreSQL."""
        depth = 0
        for edge in COMMENT_EDGE.finditer(self.data, start):
            depth += 1 if edge.group() == b"/*" else -1
            if depth == 0:
                return edge.end()
        raise self._unterminated(start, "comment")

    def _end_of_statement(self, start: int) -> int:
        """The end of the statement's text; leaves `position` after its semicolon."""
        is_routine = ROUTINE.match(self.data, start)
        if not is_routine and (plain := PLAIN.match(self.data, start)):
            self.position = plain.end()
            return self.position - 1
        return self._walk(start, IN_ROUTINE if is_routine else SIGNIFICANT)

    def _walk(self, start: int, symbols: re.Pattern[bytes]) -> int:
        """As `_end_of_statement`, for any statement."""
        parentheses: list[int] = []
        block = AtomicBlock()
        position = start
        while token := symbols.search(self.data, position):
            text, position = token.group(), token.end()
            match text[:1]:
                case b";" if not parentheses and not block.depth:
                    self.position = position
                    return token.start()
                case b"(":
                    parentheses.append(token.start())
                case b")" if parentheses:
                    parentheses.pop()
                case b"$":
                    position = self._end_of_dollar(token.start(), text)
                case b"/":
                    position = self._end_of_comment(token.start())
                case b"'" | b'"' if len(text) == 1:
                    raise self._unterminated(token.start(), QUOTES[text])
                case b"\\" if not parentheses:
                    self.position = token.start()
                    return token.start()
                case _ if not parentheses and (text[:1].isalpha() or text[:1] == b"_"):
                    block.see(text)
        if parentheses:
            raise self._unterminated(parentheses[0], "parenthesis")
        self.position = len(self.data)
        self.ends_open = True
        return len(self.data)

    def _end_of_dollar(self, start: int, tag: bytes) -> int:
        end = self.data.find(tag, start + len(tag))
        if end < 0:
            raise self._unterminated(start, "dollar-quoted string")
        return end + len(tag)

    def _skip_data(self, start: int) -> None:
        """Moves behind the line that ends the data, which may be larger than memory."""
        position = self.position
        while (found := self.data.find(b"\\.", position, position + WINDOW)) >= 0 or position < len(
            self.data
        ):
            if found >= 0 and (end := END_OF_DATA.match(self.data, found)) and self._begins_line(found):
                self.position = end.end()
                return
            if found < 0:
                release(self.data, position, position + WINDOW)
            position = found + 2 if found >= 0 else position + WINDOW - 1
        raise self._unterminated(start, "data of COPY")

    def _begins_line(self, position: int) -> bool:
        return self.data[position - 1 : position] in (b"\n", b"")

    def _unterminated(self, start: int, what: str) -> SchemaError:
        return SchemaError(
            f"the file ends inside of a {what} that begins here",
            source=self.source(start),
            hint="the dump is cut off or its quotes do not match; dump again",
        )


class AtomicBlock:
    """Follows `BEGIN ATOMIC … END` in a routine: its semicolons do not end the statement.

    The rule is psql's: BEGIN counts in CREATE [OR REPLACE] FUNCTION or PROCEDURE, and CASE inside of it.
    """

    def __init__(self) -> None:
        self.depth = 0
        self.words: list[bytes] = []

    def see(self, token: bytes) -> None:
        """Takes the next token outside of parentheses into account."""
        word = token.lower()
        if len(self.words) < 4:
            self.words.append(word)
        if (word == b"begin" and self._in_routine()) or (word == b"case" and self.depth):
            self.depth += 1
        elif word == b"end" and self.depth:
            self.depth -= 1

    def _in_routine(self) -> bool:
        words = [w for w in self.words if w not in (b"or", b"replace")]
        return words[:1] == [b"create"] and words[1:2] in ([b"function"], [b"procedure"])
