"""Markdown → its spans of code, each with its place in the text."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from enum import Enum, auto
from typing import NamedTuple

from schemabook.guides.blocks import stretches

INLINE = re.compile(r"(?P<comment><!--.*?-->)|\\.|(?P<ticks>`++)(?P<code>.+?)(?<!`)(?P=ticks)(?!`)|`++", re.S)
DEFINITION = re.compile(r"^ {0,3}\[([^\]\n]+)\]:", re.M)
HTML_LINK = re.compile(r"<a\b(?=[\s>])")
HTML_LINK_END = "</a>"
LONGEST_ADDRESS = 10_000
"""Characters: what goes on for longer is no address."""


class Where(Enum):
    """What a span stands in."""

    TEXT = auto()
    HEADING = auto()
    LINK = auto()
    COMMENT = auto()
    """Not code but an HTML comment itself."""


class Span(NamedTuple):
    """A span of code with its backticks, or an HTML comment."""

    start: int
    end: int
    line: int
    """Counts from 1."""
    where: Where
    code: str
    """What stands between the backticks, on one line."""


def spans(text: str) -> Iterator[Span]:
    """The spans of code and the comments of Markdown, in order."""
    line_ends = [found.end() for found in re.finditer("\n", text)]
    defined = {_label(found[1]) for found in DEFINITION.finditer(text)}
    for stretch in stretches(text):
        part = text[stretch.start : stretch.end]
        found = [match for match in INLINE.finditer(part) if match["comment"] or match["code"]]
        links = _together(_links(part, defined)) if any(match["code"] for match in found) else []
        for match in found:
            start = stretch.start + match.start()
            where = Where.HEADING if stretch.heading else Where.TEXT
            if match["comment"]:
                where = Where.COMMENT
            elif _is_inside(match.start(), links):
                where = Where.LINK
            code = " ".join((match["comment"] or match["code"]).split())
            yield Span(start, stretch.start + match.end(), bisect_right(line_ends, start) + 1, where, code)


def _links(text: str, defined: set[str]) -> list[tuple[int, int]]:
    """Where links begin and end, with their addresses."""
    masked = INLINE.sub(lambda found: "x" * len(found.group()), text)
    found = list(_html_links(masked))
    open_brackets: list[int] = []
    for bracket in re.finditer(r"[\[\]]", masked):
        if bracket.group() == "[":
            open_brackets.append(bracket.start())
        elif open_brackets:
            start = open_brackets.pop()
            end = _address_end(masked, bracket.end())
            if end > bracket.end() or _label(text[start + 1 : bracket.start()]) in defined:
                found.append((start, end))
    return found


def _html_links(text: str) -> Iterator[tuple[int, int]]:
    """Where `<a …>…</a>` begins and ends."""
    folded, end = text.lower(), 0
    while opening := HTML_LINK.search(folded, end):
        end = folded.find(HTML_LINK_END, opening.end()) + len(HTML_LINK_END)
        if end < opening.end():
            return
        yield opening.start(), end


def _together(links: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The same places in order, those that overlap as one."""
    found: list[tuple[int, int]] = []
    for begin, end in sorted(links):
        if found and begin < found[-1][1]:
            found[-1] = found[-1][0], max(end, found[-1][1])
        else:
            found.append((begin, end))
    return found


def _is_inside(position: int, links: list[tuple[int, int]]) -> bool:
    before = bisect_left(links, (position,))
    return before > 0 and position < links[before - 1][1]


def _address_end(text: str, start: int) -> int:
    """Where the `(address)` or `[reference]` ends that may follow a label."""
    closing = {"(": ")", "[": "]"}.get(text[start : start + 1])
    if not closing:
        return start
    depth = 0
    for found in re.compile(re.escape(text[start]) + "|" + re.escape(closing)).finditer(
        text, start, start + LONGEST_ADDRESS
    ):
        depth += 1 if found.group() == text[start] else -1
        if depth == 0:
            return found.end()
    return start


def _label(text: str) -> str:
    return " ".join(text.lower().split())
