"""What the pages of objects say of their history: since when they are there, and what has touched them.

Only the built site says it; the committed pages would change with each commit.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime

from schemabook.model import ObjectId
from schemabook.pages.links import Links
from schemabook.pages.markdown import Markdown, attribute, code, link, text
from schemabook.pages.paths import Beside, slug
from schemabook.pages.places import has_place, place_of
from schemabook.pages.since_words import became
from schemabook.pages.wording import count, listed, plural
from schemabook.project.history import Event, Told
from schemabook.review.privileges import OF_PRIVILEGES

MOST_NAMED = 8
"""Objects that are named where one thing became of many."""
MOST_EVENTS = 20
"""What the page of an object tells of its history."""
ADDED = "added"


def day(time: datetime | None) -> str:
    """`2024-06-03`; empty where nothing is known."""
    return f"{time:%Y-%m-%d}" if time else ""


def event_anchor(event: Event) -> str:
    """Where a page tells of a commit or a migration."""
    return f"at-{slug(event.name)}"


def event_link(links: Links, event: Event, words: str, page: Beside = Beside.CHANGELOG) -> Markdown:
    """A link to where a page tells of it."""
    return link(words, links.url(page.page, event_anchor(event)))


def history_line(links: Links, found: ObjectId) -> Markdown:
    """`since 2024-06-03, last changed 2025-02-10`; empty where nothing is known."""
    history = links.book.history
    return _line(links, history.since(found), history.last_changed(found))


def _line(links: Links, since: Event | None, last: Event | None) -> Markdown:
    if not links.book.for_site or not (since or last):
        return Markdown("")
    parts = [f"since {_titled(links, since)}"] if since else []
    if last and last is not since:
        parts.append(f"last changed {_titled(links, last)}")
    return Markdown(f'<span class="sb-history">{", ".join(parts)}</span>')


def _titled(links: Links, event: Event) -> Markdown:
    """The date as a link, its title for whoever points at it."""
    url = links.url(Beside.CHANGELOG.page, event_anchor(event))
    shown = text(day(event.time) or event.name)
    return Markdown(f'<a href="{attribute(url)}" title="{attribute(event.title)}">{shown}</a>')


def history_of_part(links: Links, part: ObjectId) -> Markdown:
    """`since 2025-02-10`, where that is later than its relation, and when it was changed after that."""
    history = links.book.history
    since, last = history.since(part), history.last_changed(part)
    if since and since is history.since(part.whole):
        return _line(links, None, None if last is since else last)
    return _line(links, since, last)


def history_section(links: Links, whole: ObjectId) -> list[Markdown]:
    """What each commit or migration did to an object and its parts, the newest first."""
    history = links.book.history
    touched = list(history.touched(whole)) if links.book.for_site else []
    lines = []
    for event, changes in touched[:MOST_EVENTS]:
        title = event_link(links, event, event.title)
        lines.append(Markdown(f"{day(event.time)} {title}: {'; '.join(in_short(links, changes, whole))}"))
    if (more := len(touched) - MOST_EVENTS) > 0:
        lines.append(Markdown(f"and {more:,} older ones"))
    if links.book.for_site and history.source == "git":
        made = [event for event, _ in history.of_migrations.touched(whole)][:MOST_EVENTS]
        found = [event_link(links, event, event.title, Beside.MIGRATIONS) for event in made]
        lines += [Markdown(f"Migrations: {', '.join(found)}")] if found else []
    return lines


def in_short(links: Links, changes: Iterable[Told], whole: ObjectId | None = None) -> Iterator[Markdown]:
    """What became of which objects, those of one kind together; of what came with a new one nothing.

    On the page of *whole* its own parts have no more than their names.
    """
    changes = list(changes)
    new = {told.object for told in changes if told.became == ADDED}
    found: dict[tuple[str, str], list[Told]] = defaultdict(list)
    for told in changes:
        of = told.object.on or (told.object.whole if told.object.part else None)
        if told.became != ADDED or of not in new:
            found[told.became, told.word].append(told)
    for (word, kind), same in found.items():
        yield Markdown(f"{became(word)} {named(links, kind, same, whole)}")


def named(links: Links, kind: str, same: list[Told], whole: ObjectId | None = None) -> Markdown:
    """Several objects of one kind: `columns a and b of t`, `privileges of anon on 12 tables`."""
    if same[0].object.kind in OF_PRIVILEGES:
        return _privileges(links, kind, same, whole)
    if whole and [told.object.whole for told in same] == [whole] and not same[0].object.part:
        return Markdown(kind)
    of = {told.object.whole for told in same if told.object.part}
    is_of_one = len(of) == 1 and len(same) == sum(bool(told.object.part) for told in same)
    names = [_name(links, told, alone=is_of_one) for told in same[:MOST_NAMED]]
    if (more := len(same) - MOST_NAMED) > 0:
        names.append(Markdown(f"{more:,} more"))
    owner = next(iter(of), None) if is_of_one else None
    below = f" of {linked(links, owner)}" if owner and owner != whole else ""
    return Markdown(f"{kind if len(same) == 1 else plural(kind)} {listed(names)}{below}")


def _privileges(links: Links, kind: str, same: list[Told], whole: ObjectId | None) -> Markdown:
    """Whose they are, and on what."""
    grantees = [links.role(name) for name in dict.fromkeys(told.object.part for told in same)]
    on = list(dict.fromkeys(told.object.on for told in same if told.object.on))
    who = listed(grantees) if len(grantees) <= MOST_NAMED else count(len(grantees), "role")
    if not on or on == [whole]:
        return Markdown(f"{plural(kind)} of {who}")
    where = (
        listed([linked(links, found) for found in on]) if len(on) <= MOST_NAMED else count(len(on), "object")
    )
    return Markdown(f"{plural(kind)} of {who} on {where}")


def _name(links: Links, told: Told, *, alone: bool) -> Markdown:
    """The name of an object or a part; what it was called before."""
    found = told.object
    is_gone = told.became == "removed"
    shown = linked(links, found, is_gone=is_gone)
    if told.was:
        was = told.was.part or links.shown(told.was.name)
        shown = Markdown(f"{shown} (was {code(was)})")
    if found.part and not alone:
        shown = Markdown(f"{shown} of {linked(links, found.whole)}")
    return shown


def linked(links: Links, found: ObjectId, *, is_gone: bool = False) -> Markdown:
    """The name of an object or of a part, with a link where the site tells of it now."""
    book = links.book
    types = f"({', '.join(found.types)})" if found.types is not None else ""
    shown = code(found.part or f"{links.shown(found.name)}{types}")
    return shown if is_gone or not has_place(book, found) else link(shown, links.url(*place_of(book, found)))
