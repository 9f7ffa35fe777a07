"""The changelog as a feed that people can subscribe to: Atom, https://www.rfc-editor.org/rfc/rfc4287."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from itertools import islice
from uuid import NAMESPACE_URL, uuid5
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from schemabook.pages import Book
from schemabook.pages.history_words import event_anchor
from schemabook.pages.markdown import clean
from schemabook.pages.paths import Beside
from schemabook.project.history import Event, Told

ATOM = "http://www.w3.org/2005/Atom"
MOST = 50
"""How many events it has: the newest."""
MOST_LINES = 40
NOT_XML = re.compile("[\ud800-\udfff\ufffe\uffff]")
NEVER = datetime(1970, 1, 1, tzinfo=UTC)
"""The time of what has none: the standard wants one."""


def feed(book: Book, site: str, suffix: str) -> str:
    """The newest events; *site* is the URL of the folder of the pages, empty where it is not known.

    Empty where there is no history.
    """
    told = (event for event in reversed(book.history.events) if event.changes)
    events = list(islice(told, MOST))
    if not events:
        return ""
    root = Element("feed", xmlns=ATOM)
    name = site or book.config.title
    _text(root, "id", _urn(name))
    _text(root, "title", f"{book.config.title}: changes")
    _text(root, "updated", max(_time(event) for event in events).isoformat())
    _text(SubElement(root, "author"), "name", book.config.title)
    changelog = f"{site}{Beside.CHANGELOG}{suffix}"
    SubElement(root, "link", rel="alternate", type="text/html", href=changelog)
    for event in events:
        entry = SubElement(root, "entry")
        _text(entry, "id", _urn(f"{name}#{event.name}"))
        _text(entry, "title", event.title)
        _text(entry, "updated", _time(event).isoformat())
        SubElement(entry, "link", rel="alternate", href=f"{changelog}#{event_anchor(event)}")
        lines = list(map(_line, event.changes))
        more = [f"and {len(lines) - MOST_LINES:,} more"] if len(lines) > MOST_LINES else []
        _text(entry, "summary", "\n".join([*lines[:MOST_LINES], *more]))
    indent(root)
    return f'<?xml version="1.0" encoding="utf-8"?>\n{tostring(root, encoding="unicode")}\n'


def _urn(name: str) -> str:
    return uuid5(NAMESPACE_URL, name.encode("utf-8", "backslashreplace").decode()).urn


def _time(event: Event) -> datetime:
    return event.time or NEVER


def _line(told: Told) -> str:
    """`breaks readers: renamed column body of public.content: Queries that use the old name fail`."""
    name = f"{told.object.part} of {told.object.name}" if told.object.part else str(told.object.name)
    what = f"{told.became} {told.word} {name}"
    if not told.is_dangerous:
        return what
    severity, sentence = told.effects[0]
    return f"{severity}: {what}: {sentence}"


def _text(parent: Element, name: str, text: str) -> None:
    SubElement(parent, name).text = NOT_XML.sub("\ufffd", clean(text))
