"""The pages of how the schema came to be: the changelog, and what each migration did. On the site only."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any

from schemabook.pages.drift_page import TITLE, verdict
from schemabook.pages.history_words import (
    day,
    event_anchor,
    event_link,
    in_short,
    named,
)
from schemabook.pages.links import Links
from schemabook.pages.markdown import Markdown, code, link, text
from schemabook.pages.paths import FEED, Beside
from schemabook.pages.render import page_of
from schemabook.pages.since_words import WORDS, became
from schemabook.pages.wording import count
from schemabook.project.book import Book, Page
from schemabook.project.history import Event, Told
from schemabook.review.effect import WORST_FIRST, Severity

MOST = 100
"""How many events a page tells in full, and how many more in one line each."""
MOST_LINES = 40
"""How many lines are told of one event."""
SOURCES = {"git": "commit", "migrations": "migration"}
"""What an event is, by where the history is from."""


def changelog_page(book: Book) -> Iterator[Page]:
    """All that has changed, by commit or migration."""
    yield page_of(book, Beside.CHANGELOG.page, "changelog.md.j2", _changelog)


def migrations_page(book: Book) -> Iterator[Page]:
    """What each migration did."""
    yield page_of(book, Beside.MIGRATIONS.page, "migrations.md.j2", _migrations)


def _changelog(links: Links) -> dict[str, Any]:
    history = links.book.history
    events = [event for event in reversed(history.events) if event.changes or event.error]
    return {
        "note": history.note,
        "what": count(len(events), SOURCES[history.source]) if events else "",
        "feed": FEED if any(event.changes for event in events) else "",
        "years": list(_by_year(_event(links, event) for event in events[:MOST])),
        "older": [_older(event, _where(event), _verdict(event)) for event in events[MOST:]],
    }


def _migrations(links: Links) -> dict[str, Any]:
    found = links.book.history.migrations[::-1]
    return {
        "what": count(len(found), "migration"),
        "drift": _drift(links),
        "years": list(_by_year(_migration(links, event) for event in found[:MOST])),
        "older": [_older(event, code(event.file), _counted(event)) for event in found[MOST:]],
    }


def _drift(links: Links) -> Markdown:
    """Whether they make the dump."""
    drift = links.book.history.drift
    if not drift:
        return Markdown("")
    return Markdown(f"Together they {verdict(drift)}. {link(TITLE, links.url(Beside.DRIFT.page))}")


def _by_year(events: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for year, found in groupby(events, key=lambda event: event["date"][:4]):
        yield {"year": year or "Without a date", "events": list(found)}


def _head(event: Event) -> dict[str, Any]:
    return {
        "anchor": Markdown(f'<a id="{event_anchor(event)}"></a>'),
        "date": day(event.time),
        "title": event.title,
        "error": text(event.error) if event.error else "",
        "unread": [text(line) for line in event.unread],
    }


def _event(links: Links, event: Event) -> dict[str, Any]:
    """A commit or a migration: where it is, how many changes of each class, and what they do."""
    lines = list(_lines(links, event))
    return {
        **_head(event),
        "where": _where(event),
        "verdict": _verdict(event),
        "lines": lines[:MOST_LINES],
        "more": f"{len(lines) - MOST_LINES:,}" if len(lines) > MOST_LINES else "",
    }


def _migration(links: Links, event: Event) -> dict[str, Any]:
    in_full = event_link(links, event, "What that means") if _is_in_changelog(links, event) else ""
    return {
        **_head(event),
        "file": code(event.file),
        "lines": list(in_short(links, event.changes)),
        "in_full": in_full,
    }


def _is_in_changelog(links: Links, event: Event) -> bool:
    return links.book.history.source == "migrations" and bool(event.changes or event.error)


def _older(event: Event, where: Markdown, did: Markdown) -> Markdown:
    """An old event in one line, with the anchor that links to it lead to."""
    anchor = f'<a id="{event_anchor(event)}"></a>'
    return Markdown(f"{anchor}{day(event.time)} {where} {text(event.title)}: {did or text(event.error)}")


def _where(event: Event) -> Markdown:
    """The commit, or the file of the migration."""
    return link(code(event.name), event.url) if event.url else code(event.file or event.name)


def _counted(event: Event) -> Markdown:
    """`8 new tables, 1 removed column`; what came with something new counts as well."""
    counts = Counter((told.became, told.word) for told in event.changes)
    found = (count(number, f"{WORDS[became]} {word}") for (became, word), number in counts.items())
    return Markdown(", ".join(found) or "no change of the schema")


def _verdict(event: Event) -> Markdown:
    """`**1 security**, 2 compatible`: how many changes there are of each class, the dangerous ones bold."""
    counts = Counter(told.effects[0][0] for told in event.changes if told.effects)
    found = [(severity, f"{counts[severity]:,} {severity}") for severity in Severity if counts[severity]]
    return Markdown(
        ", ".join(f"**{words}**" if severity.is_dangerous else words for severity, words in found)
    )


def _lines(links: Links, event: Event) -> Iterator[Markdown]:
    """First what is dangerous, the worst class first, a line for what is alike; then the rest in short."""
    alike: dict[tuple[str, str, str, str, str], list[Told]] = defaultdict(list)
    for told in event.changes:
        if told.is_dangerous:
            alike[told.effects[0][0], told.became, told.word, _said(told), told.accepted].append(told)
    for (severity, word, kind, said, accepted), same in sorted(alike.items(), key=_place):
        mark = f'<span class="sb-severity">{severity.capitalize()}:</span>'
        reason = f" – accepted: {text(accepted)}" if accepted else ""
        yield Markdown(f"{mark} {became(word)} {named(links, kind, same)}: {text(said)}{reason}")
    yield from in_short(links, [told for told in event.changes if not told.is_dangerous])


def _place(found: tuple[tuple[str, ...], list[Told]]) -> int:
    return WORST_FIRST[Severity(found[0][0])]


def _said(told: Told) -> str:
    """The first sentence of its worst class, and how many more there are."""
    first, *more = (sentence for severity, sentence in told.effects if severity == told.effects[0][0])
    return f"{first} And {count(len(more), 'more effect')}." if more else first
