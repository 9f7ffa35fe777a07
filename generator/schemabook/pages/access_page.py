"""The page of who can do what, on the site: the matrix, the ways past it, and the definers' functions.

The matrix itself comes as data, of which a script makes a table; where none runs, a small one is on the page.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from schemabook.access.cells import Act, Word
from schemabook.access.doors import NOT_CALLED, may_call
from schemabook.model import Name, ObjectId, ObjectKind, routine_id
from schemabook.pages.access_data import doors_of, relations_of, roles_of
from schemabook.pages.links import Links
from schemabook.pages.markdown import Markdown, code, link
from schemabook.pages.paths import Beside
from schemabook.pages.places import place_of
from schemabook.pages.render import page_of
from schemabook.pages.tables import Row, Table
from schemabook.pages.wording import listed
from schemabook.project.book import Book, Page

MOST_RELATIONS, MOST_ROLES = 40, 4
"""How many rows and columns the table has where no script runs."""
MOST = 15
"""How many lines each list has."""
MOST_NAMED = 12
"""How many names a line has."""
WORDS = {
    Word.NO_GRANT: "the role lacks the privilege, or `USAGE` on the schema: PostgreSQL refuses",
    Word.COLUMNS: "the privilege covers some columns only; the rows are named after the colon",
    Word.NOT_UPDATABLE: "rows cannot be changed through this view",
    Word.NO_ROWS: "the command is allowed, but row security hides every row",
    Word.FILTERED: "only the rows that the policies allow",
    Word.ALL: "every row: row security is off, a policy allows all rows, or the command is `TRUNCATE`",
    Word.BYPASSES: "every row: row security is on, but not for this role or for the owner of the view",
    Word.ERROR: "the command fails, for example because a policy reads a table that the role may not read",
    Word.UNKNOWN: "the dump does not hold enough to tell",
}
"""What the word of a cell means."""
WAYS = {
    "view": "Views that read with their owner's privileges",
    "materialized view": "Materialized views, which are copies without row security",
    "partition": "Partitions, which have privileges and row security of their own",
    "child": "Tables that inherit, which have privileges and row security of their own",
    "foreign table": "Foreign tables, whose rows the other server protects",
    "function": "Functions that run with their owner's privileges",
    "trigger": "Triggers that touch other tables with their owner's privileges",
    "rule": "Rules, which act with the privileges of the table's owner",
    "publication": "Publications, which send all rows to every subscriber",
}
"""What the side doors are, in the order in which they are told."""


class Way(NamedTuple):
    """Through what, and who goes through."""

    through: ObjectId
    roles: tuple[str, ...]


def has_access(book: Book) -> bool:
    """Whether there is anybody who could do something."""
    return bool(roles_of(book) and relations_of(book))


def access_page(book: Book) -> Iterator[Page]:
    """The page."""
    yield page_of(book, Beside.ACCESS.page, "access.md.j2", _context)


def _context(links: Links) -> dict[str, Any]:
    book = links.book
    return {
        "words": [(word.value, about) for word, about in WORDS.items()],
        "table": _table(book, links),
        "ways": [{"title": title, "items": items} for title, items in _ways(book, links)],
        "routines": list(_routines(book, links)),
    }


def _table(book: Book, links: Links) -> Table | None:
    """Who reads what, as the page has it where no script runs; None where that is too large."""
    relations, roles = relations_of(book), roles_of(book)[:MOST_ROLES]
    if len(relations) > MOST_RELATIONS:
        return None
    rows: list[Row] = [
        (links.relation(r.name), *(str(book.access[r.name][role][Act.SELECT].word) for role in roles))
        for r in relations
    ]
    return Table(Markdown(""), ("Table or view", *map(code, roles)), rows)


def _ways(book: Book, links: Links) -> Iterator[tuple[str, list[Markdown]]]:
    """The side doors of each kind: a line for what lets the same roles through."""
    order = roles_of(book)
    found: dict[str, dict[ObjectId, dict[Name, list[str]]]] = defaultdict(dict)
    for door in doors_of(book):
        relations = found[door.is_].setdefault(door.through, {})
        relations.setdefault(door.relation, []).append(door.role)
    for is_, title in WAYS.items():
        lines = [
            _way(links, Way(through, roles), names)
            for through, relations in found[is_].items()
            for roles, names in _by_roles(order, relations)
        ]
        if lines:
            yield title, _few(lines)


def _by_roles(
    order: tuple[str, ...], relations: dict[Name, list[str]]
) -> Iterable[tuple[tuple[str, ...], list[Name]]]:
    """The relations that the same roles reach."""
    found: dict[tuple[str, ...], list[Name]] = defaultdict(list)
    for name, reached in relations.items():
        found[tuple(role for role in order if role in reached)].append(name)
    return found.items()


def _way(links: Links, way: Way, names: list[Name]) -> Markdown:
    to = _named([links.relation(name) for name in names])
    who = _named([links.role(role) for role in way.roles])
    return Markdown(f"{_through(links, way.through)} leads to {to}" + (f", for {who}" if who else ""))


def _through(links: Links, through: ObjectId) -> Markdown:
    """What lets through, with a link."""
    if through.kind is ObjectKind.ROUTINE:
        return links.routine(through.name)
    words = f"{through.part} on {links.shown(through.name)}" if through.part else links.shown(through.name)
    return link(code(words.lstrip(".")), links.url(*place_of(links.book, through)))


def _routines(book: Book, links: Links) -> Iterator[Markdown]:
    """The functions that run with their owner's rights, by who may execute them."""
    roles, found = roles_of(book), dict[tuple[str, ...], dict[Name, None]]()
    for routine in book.database.routines.values():
        is_callable = routine.returns not in NOT_CALLED
        if routine.security_definer and is_callable and routine_id(routine.name) not in book.reduced:
            who = tuple(role for role in roles if may_call(book.matrix, role, routine))
            found.setdefault(who, {})[routine.name] = None
    for who, names in sorted(found.items(), key=lambda item: -len(item[0])):
        shown = listed([links.role(role) for role in who]) or "None of these roles"
        functions = ", ".join(_few([links.routine(name) for name in names]))
        yield Markdown(f"{shown} may execute {functions}")


def _named(found: list[Markdown]) -> Markdown:
    if len(found) <= MOST_NAMED:
        return listed(found)
    return Markdown(f"{', '.join(found[:MOST_NAMED])} and {len(found) - MOST_NAMED:,} more")


def _few(lines: list[Markdown]) -> list[Markdown]:
    more = len(lines) - MOST
    return [*lines[:MOST], Markdown(f"and {more:,} more")] if more > 0 else lines
