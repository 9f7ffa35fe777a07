"""The page that says whether the migrations make the dump. Of the built site only."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from schemabook.pages.history_words import event_link, linked
from schemabook.pages.links import Links
from schemabook.pages.markdown import Markdown, code, text
from schemabook.pages.paths import Beside
from schemabook.pages.places import has_place
from schemabook.pages.render import page_of
from schemabook.pages.wording import count, listed
from schemabook.project.book import Book, Page
from schemabook.project.history import Difference, Drift, Which
from schemabook.secrets import without_secrets

TITLE = "Migrations and the dump"


def drift_page(book: Book) -> Iterator[Page]:
    """What differs, what of that is accepted and why, and what could not be compared."""
    if book.history.drift:
        yield page_of(book, Beside.DRIFT.page, "drift.md.j2", _context)


def verdict(drift: Drift) -> Markdown:
    """`make the dump, but for 2 differences that are accepted`."""
    failing = sum(found.fails for found in drift.differences)
    accepted = sum(bool(found.accepted) for found in drift.differences)
    if failing:
        return Markdown(f"do not make the dump: **{count(failing, 'difference')}**")
    but = f", but for {count(accepted, 'difference')} that {_are(accepted)} accepted" if accepted else ""
    return Markdown(f"make the dump{but}")


def _are(number: int) -> str:
    return "is" if number == 1 else "are"


def _context(links: Links) -> dict[str, Any]:
    drift = links.book.history.drift
    assert drift
    found = drift.differences
    shown = links.book.config.shown
    return {
        "title": TITLE,
        "what": count(drift.migrations, "migration"),
        "verdict": verdict(drift),
        "migrations": links.url(Beside.MIGRATIONS.page),
        "differences": [_line(links, one) for one in found if one.fails],
        "accepted": [_line(links, one) for one in found if one.accepted],
        "not_compared": [
            _line(links, one) for one in found if one.which is Which.NOT_COMPARED and not one.accepted
        ],
        "unread": [
            Markdown(f"{code(f'{shown(one.source.path)}:{one.source.line}')}: {_safe(one.reason)}")
            for one in drift.unread
        ],
        "notes": [_safe(note) for note in drift.notes],
    }


def _safe(sentence: str) -> Markdown:
    return text(without_secrets(f"{sentence[:1].upper()}{sentence[1:]}"))


def _line(links: Links, found: Difference) -> Markdown:
    """The sentence, the object and the migration that made it, where it is read, and why it may be."""
    sentence = _safe(found.sentence)
    parts = [sentence if sentence.endswith("?") else f"{sentence}."]
    if see := list(_see(links, found)):
        parts.append(f"See {listed(see)}.")
    if found.source:
        place = f"{links.book.config.shown(found.source.path)}:{found.source.line}"
        parts.append(f'<span class="sb-event">{code(place)}</span>')
    reason = f"<br>*Accepted:* {text(found.accepted)}" if found.accepted else ""
    return Markdown(f"{' '.join(parts)}{reason}")


def _see(links: Links, found: Difference) -> Iterator[Markdown]:
    if found.object and has_place(links.book, found.object):
        yield linked(links, found.object)
    for event in links.book.history.migrations:
        if found.migration and event.file == links.book.config.shown(found.migration):
            yield Markdown(f"migration {event_link(links, event, event.title, Beside.MIGRATIONS)}")
