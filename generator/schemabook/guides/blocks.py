"""Markdown → the stretches of it that are text: no blocks of code and no HTML.

A scanner of lines, because Python-Markdown keeps no positions. It knows what encloses blocks: lists, quotes,
admonitions and tabs, in which four blanks are no code yet.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

LINE = re.compile(r"[^\n]*\n|[^\n]+")
QUOTE = re.compile(r"(?: {0,3}> ?)+")
FENCE = re.compile(r"([> \t]*)(?:[-*+] +|\d+\. +)?(?:(`{3,})[^`\n]*|(~{3,}).*)$")
FENCE_END = re.compile(r"([> \t]*)(`{3,}|~{3,})[ \t]*$")
HEADING = re.compile(r"\s*#{1,6}")
UNDERLINE = re.compile(r" {0,3}(?:=+|-+)[ \t]*$")
RULE = re.compile(r" {0,3}([-*_])[ \t]*(?:\1[ \t]*){2,}$")
ITEM = re.compile(r"\s*(?:[-*+]|\d+\.|:|\[\^[^\]]+\]:)[ \t]+")
"""An item of a list, a definition or a footnote: what is indented below belongs to it."""
TITLE = re.compile(r"\s*(?:!!!|\?\?\?\+?|===[!+]?)[ \t]+\S")
"""The first line of an admonition or a tab."""
COLUMNS = re.compile(r"(?=.*\|)[ \t]*\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*$")
"""The line below the head of a table."""
COMMENT = re.compile(r"[ \t]*<!--")
TAG = re.compile(r"\s*<(/?)([A-Za-z][\w-]*)(?=[\s/>])([^>]*)>")
MARKDOWN_INSIDE = re.compile(r"""\bmarkdown(?:=["']?(?:1|block|span|markdown)\b|(?!=))""")
BLOCK_TAGS = frozenset(
    """address article aside blockquote body canvas center colgroup dd details div dl dt fieldset figcaption
    figure footer form group h1 h2 h3 h4 h5 h6 header hgroup hr html iframe legend li main map math menu nav
    noscript object ol option output p pre progress script section style summary table tbody td textarea tfoot
    th thead tr ul video""".split()
)
"""What Python-Markdown takes for blocks; anything else is HTML within a line of text."""


class Stretch(NamedTuple):
    """A paragraph, a line of a table, a heading or an HTML comment, by its place in the text."""

    start: int
    end: int
    heading: bool = False


class _Fence(NamedTuple):
    """An open block of code."""

    marks: str
    indent: int
    quotes: int

    def ends_at(self, line: str) -> bool:
        found = FENCE_END.match(line)
        return bool(found and found[2].startswith(self.marks) and found[1].count(">") == self.quotes)

    def is_left_at(self, line: str) -> bool:
        """Whether the list or quote that holds it has ended before this line."""
        return bool(line.strip()) and (_indent(line) < self.indent or line.count(">") < self.quotes)


def stretches(text: str) -> Iterator[Stretch]:
    """The stretches of text in Markdown, in order."""
    scanner = _Scanner(text)
    for line in LINE.finditer(text):
        if line.start() >= scanner.skipped:
            yield from scanner.line(line.group().rstrip("\n"), line.start(), line.end())
    yield from scanner.flush()


class _Scanner:
    """What is open at a line."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.skipped = 0
        """Where the HTML ends that has been passed."""
        self.start, self.end = 0, 0
        """The open paragraph; empty where none is open."""
        self.fence: _Fence | None = None
        self.depth = 0
        """How many lists, admonitions and the like an indented block may belong to."""
        self.quotes = 0
        self.in_item = False
        """Whether the open paragraph is that of an item."""
        self.in_table = False

    def flush(self, heading: bool = False) -> Iterator[Stretch]:
        """The open paragraph, which ends here."""
        if self.end > self.start:
            yield Stretch(self.start, self.end, heading)
        self.start = self.end
        self.in_table = False

    def line(self, line: str, start: int, end: int) -> Iterator[Stretch]:
        """What ends at this line."""
        if self.fence:
            if self.fence.ends_at(line):
                self.fence = None
                return
            if not self.fence.is_left_at(line):
                return
            self.fence = None
        quote = QUOTE.match(line)
        body = line[quote.end() :] if quote else line
        quotes = quote.group().count(">") if quote else 0
        if quotes > self.quotes or not body.strip():
            yield from self.flush()
        if quotes > self.quotes or (quotes < self.quotes and not body.strip()):
            self.quotes, self.depth = quotes, 0
        if not body.strip():
            return
        level = min(_indent(body) // 4, self.depth)
        if self.start == self.end:
            if _indent(body) - 4 * level >= 4:
                return
            self.depth = level
        yield from self._text(line, body, level, start, end)

    def _text(self, line: str, body: str, level: int, start: int, end: int) -> Iterator[Stretch]:
        """A line that is no code by its indentation."""
        if found := FENCE.match(line):
            yield from self.flush()
            self.fence = _Fence(found[2] or found[3], _indent(line), found[1].count(">"))
        elif self.start < self.end and UNDERLINE.match(body) and not self.in_table:
            self.depth = level if self.in_item else self.depth
            yield from self.flush(heading=True)
        elif RULE.match(body):
            yield from self.flush()
            self.depth = level
        elif HEADING.match(body):
            yield from self.flush()
            self.depth = level
            yield Stretch(start, end, heading=True)
        elif (after := self._html(start + len(line) - len(body))) is not None:
            yield from self.flush()
            self.skipped, self.depth = after, level
            yield from self._comment(start, after)
        elif TITLE.match(body):
            yield from self.flush()
            self.depth = level + 1
            yield Stretch(start, end)
        else:
            yield from self._paragraph(body, level, start, end)

    def _paragraph(self, body: str, level: int, start: int, end: int) -> Iterator[Stretch]:
        # Within a paragraph that is no item itself, Python-Markdown begins no list.
        is_item = bool(ITEM.match(body)) and (self.start == self.end or self.in_item)
        is_row = self.start < self.end and (self.in_table or bool(COLUMNS.match(body)))
        if is_item or is_row:
            yield from self.flush()
        if self.start == self.end:
            self.start, self.in_item, self.in_table = start, is_item, is_row
        if is_item:
            self.depth = level + 1
        self.end = end

    def _comment(self, start: int, end: int) -> Iterator[Stretch]:
        if self.text.startswith("-->", end - 3):
            yield Stretch(start, end)
            self.start = self.end = end

    def _html(self, start: int) -> int | None:
        """Where the block of HTML ends that begins here; None where none does."""
        if COMMENT.match(self.text, start):
            end = self.text.find("-->", start) + 3
            return end if end > 2 and self.text[end : end + 1] in ("", "\n") else None
        tag = TAG.match(self.text, start)
        if not tag or tag[2].lower() not in BLOCK_TAGS:
            return None
        if tag[1] or tag[3].endswith("/") or tag[2].lower() == "hr" or MARKDOWN_INSIDE.search(tag[3]):
            return tag.end()
        return _closed(self.text, tag) or len(self.text)


def _closed(text: str, tag: re.Match[str]) -> int | None:
    """Where the element ends that the tag opens."""
    depth = 0
    for found in re.compile(rf"<(/?){tag[2]}(?=[\s/>])[^>]*>", re.I).finditer(text, tag.start()):
        depth += -1 if found[1] else 1
        if depth == 0:
            return found.end()
    return None


def _indent(line: str) -> int:
    """How many columns the line is indented; a tab goes to the next fourth."""
    expanded = line.expandtabs(4)
    return len(expanded) - len(expanded.lstrip(" "))
