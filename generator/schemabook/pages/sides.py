"""What a field said and says, side by side: a table of HTML, its lines with signs, its words marked.

On a phone the styles put the sides below each other, so a line that is the same on both is there only once.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from difflib import SequenceMatcher
from itertools import zip_longest
from typing import NamedTuple

from schemabook.diff import Fact
from schemabook.pages.markdown import Markdown, html
from schemabook.review.values import compared, shown, texts, words

AROUND = 2
"""Lines around what differs in a long text."""
MOST_LINES = 60
"""Lines of a field that are shown."""
FEW_LINES = 14
"""Lines of a change from which on they are folded."""
LONGEST = 400
"""Characters of a line that are shown."""
ALIKE = 0.5
"""How much of two lines must be the same for their words to be compared."""
WORD = re.compile(r"\w+|\s+|[^\w\s]")


class Line(NamedTuple):
    """A line of both sides; None where a side has none."""

    old: str | None
    new: str | None


def sides(facts: Iterable[Fact], head: tuple[str, str]) -> Markdown:
    """The table of these fields; empty where they say nothing."""
    bodies = [(words(fact.name), found) for fact in facts if (found := list(_lines(fact)))]
    lines = sum(len(found) for _, found in bodies)
    if not lines:
        return Markdown("")
    headings = "".join(f'<th scope="col">{html(name)}</th>' for name in head)
    parts = "".join(_body(name, found) for name, found in bodies)
    table = f'<table class="sb-sides"><thead><tr>{headings}</tr></thead>{parts}</table>'
    return _folded(table, ", ".join(name for name, _ in bodies), lines)


def one_side(facts: Iterable[Fact]) -> Markdown:
    """The table of what came or went; empty where that says nothing."""
    rows = []
    for fact in facts:
        is_gone = fact.new is None
        text = _cut(shown(fact.old if is_gone else fact.new))
        cell = _cell("old", "−", text) if is_gone else _cell("new", "+", text)
        rows.append(f'<tr><th scope="row">{html(words(fact.name))}</th>{cell}</tr>')
    return Markdown(f'<table class="sb-sides sb-sides--one">{"".join(rows)}</table>' if rows else "")


def _folded(table: str, names: str, lines: int) -> Markdown:
    """A table, which a reader has to open where it is long."""
    if lines <= FEW_LINES:
        return Markdown(table)
    return Markdown(f"<details><summary>{html(names)}: {lines} lines</summary>{table}</details>")


def _body(name: str, lines: Iterable[Line]) -> str:
    rows = "".join(map(_row, lines))
    return f'<tbody><tr><th colspan="2" scope="rowgroup">{html(name)}</th></tr>{rows}</tbody>'


def _row(line: Line) -> str:
    old, new = line
    if old == new and old is not None:
        cell = f"<td><code>{_cut(old)}</code></td>"
        return f'<tr class="sb-same">{cell}{cell}</tr>'
    before, after = _marked(old, new)
    return f"<tr>{_cell('old', '−', before)}{_cell('new', '+', after)}</tr>"


def _cell(side: str, sign: str, marked: str | None) -> str:
    if marked is None:
        return "<td></td>"
    tag = "del" if side == "old" else "ins"
    shown_ = f"<{tag}><code>{marked}</code></{tag}>"
    return f'<td class="sb-{side}"><span class="sb-sign">{sign}</span>{shown_}</td>'


def _marked(old: str | None, new: str | None) -> tuple[str | None, str | None]:
    """Both lines as HTML, the words marked by which they differ."""
    if old is None or new is None:
        return (None if side is None else _cut(side) for side in (old, new))  # type: ignore[return-value]
    if max(len(old), len(new)) > LONGEST:
        return _cut(old), _cut(new)
    before, after = WORD.findall(old), WORD.findall(new)
    matcher = SequenceMatcher(None, before, after, False)
    if matcher.ratio() < ALIKE:
        return _cut(old), _cut(new)
    codes = matcher.get_opcodes()
    return (
        "".join(_span("".join(before[i:j]), tag) for tag, i, j, _, _ in codes),
        "".join(_span("".join(after[k:m]), tag) for tag, _, _, k, m in codes),
    )


def _span(text: str, tag: str) -> str:
    return html(text) if tag == "equal" or not text else f"<mark>{html(text)}</mark>"


def _cut(text: str) -> str:
    return html(text if len(text) <= LONGEST else f"{text[:LONGEST]}…")


def _lines(fact: Fact) -> Iterator[Line]:
    """The lines that differ and those around them; white space does not count."""
    pieces = compared(*texts(fact, shown(fact.old), shown(fact.new)), AROUND)
    found = [Line(*line) for piece in pieces for line in zip_longest(piece.old, piece.new)]
    yield from found[:MOST_LINES] or [Line("white space only", "white space only")]
    if (more := len(found) - MOST_LINES) > 0:
        yield Line(f"… {more} more lines", f"… {more} more lines")
