"""Guides: Markdown by hand, whose names of the schema become links or are found to be wrong.

`` `[[user_profiles.email]]` `` is a link; a name that does not exist is an error. A plain name in backticks,
`` `user_profiles.email` ``, is a link where it exists, and a warning where it looks like ours and does not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from schemabook.errors import Source
from schemabook.guides.names import Names, Place, read_name
from schemabook.guides.nearby import looks_like_ours, suggestion
from schemabook.guides.spans import Span, Where, spans
from schemabook.model import Code, Finding
from schemabook.nearest import did_you_mean
from schemabook.pages.markdown import Markdown, code, link

__all__ = ["FIRST_PAGE", "PART", "Guide", "Names", "read_guide"]

FIRST_PAGE = "first page"
PART = re.compile(rf"<!--\s*schemabook:\s*{FIRST_PAGE}\s*-->".replace(" ", r"\s+"))
"""The mark in whose place the built site has what its first page begins with."""
MARK = re.compile(r"<!--\s*schemabook:\s*(.*?)\s*-->")
"""Any mark, also one that says nothing."""
MARKS = (f"<!-- schemabook: {FIRST_PAGE} -->", "<!-- schemabook: ignore NAME -->")
MARKED = re.compile(r"\[\[(\S|\S.*\S)\]\]")
IGNORED = re.compile(r"<!--\s*schemabook:\s*ignore\s+(.*?)\s*-->")
FORMS = 'write table, table.column, schema.table.column or function(), with quotes around odd names: "a b"'


class Guide(NamedTuple):
    """A guide with links, and what is wrong in it, from top to bottom."""

    text: str
    problems: tuple[Finding, ...]


def read_guide(text: str, names: Names, source: Source, reference: str = "reference") -> Guide:
    """The guide with links for names; *source* is its first line, *reference* the way to that folder."""
    found = tuple(spans(text))
    ignored = set(_ignored(found))
    pieces, position = [], 0
    problems: list[Finding] = []
    nothing: set[tuple[str, Where]] = set()
    """What is certainly no name, so that it is not looked for a second time."""
    for span in found:
        if span.where is Where.COMMENT:
            problems += _unknown(span, Source(source.path, source.line + span.line - 1))
            continue
        if span.code in ignored or (span.code, span.where) in nothing:
            continue
        at = Source(source.path, source.line + span.line - 1)
        marked = MARKED.fullmatch(span.code)
        place = _marked(marked[1], names, at) if marked else _plain(span, names, at)
        if isinstance(place, Finding):
            problems.append(place)
        elif place is None:
            nothing.add((span.code, span.where))
        else:
            shown = code(marked[1] if marked else span.code)
            is_link = span.where is not Where.LINK and text[span.start - 1 : span.start] != "!"
            pieces += [text[position : span.start], _linked(shown, place, reference) if is_link else shown]
            position = span.end
    return Guide("".join([*pieces, text[position:]]), tuple(problems))


def _ignored(found: tuple[Span, ...]) -> Iterator[str]:
    """What the comments `<!-- schemabook: ignore a.b, c.d -->` name."""
    for span in found:
        if span.where is Where.COMMENT and (names := IGNORED.fullmatch(span.code)):
            yield from (name.strip(" `") for name in names[1].split(","))


def _unknown(comment: Span, at: Source) -> Iterator[Finding]:
    """That a comment is a mark for us that says nothing."""
    found = MARK.fullmatch(comment.code)
    if found and not (PART.fullmatch(comment.code) or IGNORED.fullmatch(comment.code)):
        yield _found(Code.UNKNOWN_MARK, f'"{found[1]}" is no mark', at, f"write {' or '.join(MARKS)}")


def _marked(text: str, names: Names, at: Source) -> Place | Finding | None:
    """Where a name in double brackets leads; None where it is none, a finding where it leads nowhere."""
    name = read_name(text)
    if not name:
        if re.match(r"[^\W\d]", text):
            return _found(Code.MARKED_NAME, f'"[[{text}]]" is not a name', at, FORMS)
        return None  # `[[1, 2]]` and `[[:alpha:]]` are other things.
    places = names.places(name)
    if len(places) > 1:
        hint = f"write {' or '.join(f'[[{place.name}]]' for place in places)}"
        return _found(Code.MARKED_NAME, f'"{text}" is ambiguous', at, hint)
    if not places:
        silence = f"nothing there has a similar name; {_silence(f'[[{text}]]')}"
        hint = did_you_mean(suggestion(name, names), silence)
        return _found(Code.MARKED_NAME, f'"{text}" does not exist', at, hint)
    return places[0]


def _plain(span: Span, names: Names, at: Source) -> Place | Finding | None:
    """Where a plain name leads; a finding where it should be ours and is not."""
    name = read_name(span.code)
    if not name or (len(name.parts) == 1 and not name.is_routine):
        return None
    places = names.exactly(name.texts, name.is_routine)
    if places:
        return places[0] if len(places) == 1 and span.where is Where.TEXT else None
    if names.is_routine(name) or not looks_like_ours(name, names):
        return None
    hint = " ".join(filter(None, (did_you_mean(suggestion(name, names)), _silence(span.code))))
    return _found(Code.PLAIN_NAME, f'"{span.code}" does not exist', at, hint)


def _found(code: Code, message: str, at: Source, hint: str) -> Finding:
    return Finding(code=code, message=message, source=at, hint=hint)


def _silence(text: str) -> str:
    return f"write <!-- schemabook: ignore {text} --> if it is no name of the schema"


def _linked(shown: Markdown, place: Place, reference: str) -> Markdown:
    anchor = f"#{place.anchor}" if place.anchor else ""
    return link(shown, f"{reference}/{place.page}{anchor}")
