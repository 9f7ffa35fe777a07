"""Bytes of a dump → its statements, each with the line where it begins.

Statements end where PostgreSQL's grammar ends them, at a semicolon outside of quotes, comments, parentheses
and `BEGIN ATOMIC … END`, or at a backslash command of psql. The data of COPY is skipped, not tokenized.
Splitting first and tokenizing each statement on its own is faster than one pass of the tokenizer
over the file, and one broken statement cannot swallow the rest.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from schemabook.errors import SchemaError, Source
from schemabook.model import Statement
from schemabook.read.text.encoding import Data, count_lines, release

LETTER = rb"[A-Za-z0-9_$\x80-\xff]"
BEFORE = rb"(?<!" + LETTER + rb")"
"""Not inside of a word."""
ESCAPED = rb"""'[^'\\]*(?:(?:\\.|'')[^'\\]*)*'"""
NEXT_LINE = rb"[\ \t\f\v]*(?:--[^\r\n]*)?[\r\n](?:\s|--[^\r\n]*[\r\n])*"
STRING = rb"[eE]" + ESCAPED + rb"(?:" + NEXT_LINE + ESCAPED + rb")*"
"""A string with escapes, and its parts on the next lines."""
SYMBOLS = (
    BEFORE
    + STRING
    + rb"""
    | '[^']*'
    | "[^"]*"
    | --[^\r\n]*
    | /\*
    | """
    + BEFORE
    + rb"""\$(?:[A-Za-z_\x80-\xff][A-Za-z0-9_\x80-\xff]*)?\$
    | [;()\\'"]"""
)
SIGNIFICANT = re.compile(SYMBOLS, re.X | re.S)
IN_ROUTINE = re.compile(SYMBOLS + rb"|" + BEFORE + rb"begin(?!" + LETTER + rb")", re.X | re.S | re.I)
"""With BEGIN as well: it may open a block."""
CREATE = re.compile(rb"create\b(?=\s*+(?:or|function|procedure|--|/\*))", re.I)
"""Before what may be a routine."""
WORD = re.compile(rb"[A-Za-z_\x80-\xff]" + LETTER + rb"*")
ROUTINE = ([b"function"], [b"procedure"], [b"or", b"replace", b"function"], [b"or", b"replace", b"procedure"])
"""What stands after CREATE where a block may follow."""
WITHOUT_PARENTHESES = rb"""[^;'"()$\\/-]++ | '[^'\\]*+' | "[^"]*+" | --[^\r\n]*+ | -(?!-) | /(?!\*)"""
NESTED = WITHOUT_PARENTHESES
for _ in range(5):
    NESTED = WITHOUT_PARENTHESES + rb"| \( (?:" + NESTED + rb")*+ \)"
PLAIN = re.compile(rb"(?:" + NESTED + rb")*+;", re.X)
"""A whole statement of the usual kind, for speed: any other is walked through symbol by symbol."""
BLANKS = re.compile(rb"(?:[\s;]++|--[^\r\n]*+)*+")
GAP = re.compile(rb"(?:\s++|--[^\r\n]*+)*+")
COMMENT_EDGE = re.compile(rb"/\*|\*/")
NAME = rb"""(?: "(?:[^"]|"")*+" | [A-Za-z0-9_$\x80-\xff]++ )"""
BETWEEN = rb"""(?: \s | --[^\r\n]*+ | /\*(?:[^*]|\*(?!/))*+\*/ )*+"""
QUALIFIED_NAME = NAME + rb"(?:" + BETWEEN.join((b"", rb"\.", NAME)) + rb")*+"
COPY_FROM_STDIN = re.compile(
    BETWEEN.join(
        (
            rb"\\?COPY\b",
            rb"(?: BINARY\b" + BETWEEN + rb")?" + QUALIFIED_NAME,
            rb"""(?: \((?:"[^"]*"|[^()"])*+\) )?""",
            rb"FROM\b",
            rb"STDIN\b",
        )
    ),
    re.I | re.X,
)
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
        while (start := self._after(BLANKS, self.position)) < len(self.data):
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

    def _after(self, blanks: re.Pattern[bytes], position: int) -> int:
        """The position after blanks and comments."""
        found = blanks.match(self.data, position)
        position = found.end() if found else position
        while self.data[position : position + 2] == b"/*":
            position = self._after(blanks, self._end_of_comment(position))
        return position

    def _word(self, position: int) -> bytes:
        """The word that begins here, in lower case, or nothing."""
        found = WORD.match(self.data, position)
        return found[0].lower() if found else b""

    def _is_routine(self, position: int) -> bool:
        """Whether CREATE [ OR REPLACE ] FUNCTION or PROCEDURE begins here."""
        if not CREATE.match(self.data, position):
            return False
        words: list[bytes] = []
        position += len(b"create")
        while len(words) < 3 and words not in ROUTINE:
            position = self._after(GAP, position)
            words.append(self._word(position))
            position += len(words[-1])
        return words in ROUTINE

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
        is_routine = self._is_routine(start)
        if not is_routine and (plain := PLAIN.match(self.data, start)):
            self.position = plain.end()
            return self.position - 1
        return self._walk(start, IN_ROUTINE if is_routine else SIGNIFICANT)

    def _walk(self, start: int, symbols: re.Pattern[bytes]) -> int:
        """As `_end_of_statement`, for any statement; *opens* says whether a block may begin."""
        parentheses: list[int] = []
        blocks: list[int] = []
        position, opens = start, symbols is IN_ROUTINE
        while token := symbols.search(self.data, position):
            text, position = token.group(), token.end()
            match text[:1]:
                case b";" if not parentheses and not blocks:
                    self.position = position
                    return token.start()
                case b";" if not parentheses:
                    opens = self._end_block(blocks, position)
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
                case b"b" | b"B" if opens and not parentheses:
                    opens = self._begin_block(blocks, token.start(), position)
        if parentheses or blocks:
            raise self._unterminated((parentheses or blocks)[0], "parenthesis" if parentheses else "block")
        self.position = len(self.data)
        self.ends_open = True
        return len(self.data)

    def _begin_block(self, blocks: list[int], begin: int, position: int) -> bool:
        """Begins a block if ATOMIC follows BEGIN, else it is a name; returns whether another may begin."""
        atomic = self._after(GAP, position)
        if self._word(atomic) != b"atomic":
            return True
        blocks.append(begin)
        return self._end_block(blocks, atomic + len(b"atomic"))

    def _end_block(self, blocks: list[int], position: int) -> bool:
        """Ends the block where END begins a statement: elsewhere it is a name, or the end of CASE.

        Returns whether the statement that begins here instead may have a block of its own.
        """
        position = self._after(GAP, position)
        if self._word(position) != b"end":
            return self._is_routine(position)
        blocks.pop()
        return False

    def _end_of_dollar(self, start: int, tag: bytes) -> int:
        end = self.data.find(tag, start + len(tag))
        if end < 0:
            raise self._unterminated(start, "dollar-quoted string")
        return end + len(tag)

    def _skip_data(self, start: int) -> None:
        """Moves behind the line that ends the data, which may be larger than memory."""
        position = self.position
        size = len(self.data)
        while (found := self.data.find(b"\\.", position, position + WINDOW)) >= 0 or position < size:
            begins_line = self.data[found - 1 : found] in (b"\n", b"")
            if found >= 0 and begins_line and (end := END_OF_DATA.match(self.data, found)):
                self.position = end.end()
                return
            if found < 0:
                release(self.data, position, position + WINDOW)
            position = found + 2 if found >= 0 else position + WINDOW - 1
        raise self._unterminated(start, "data of COPY")

    def _unterminated(self, start: int, what: str) -> SchemaError:
        return SchemaError(
            f"the file ends inside of a {what} that begins here",
            source=self.source(start),
            hint="the dump is cut off or its quotes do not match; dump again",
        )
