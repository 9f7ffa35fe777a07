"""What the first page of a site begins with: where to look, and what there is. Of the built site only."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from schemabook.model import PUBLIC, Name, Relation, relation_id
from schemabook.pages.access_page import has_access
from schemabook.pages.exposure import outside, unprotected
from schemabook.pages.history_words import day
from schemabook.pages.links import Links
from schemabook.pages.listings import LISTINGS
from schemabook.pages.markdown import Markdown, code, link, sentence
from schemabook.pages.notes import NotesOnPage
from schemabook.pages.paths import OVERVIEW, Beside
from schemabook.pages.render import render
from schemabook.pages.statistics import rows_and_size
from schemabook.pages.table_rows import first_referenced, most_referenced, of_main_schema, of_their_schema
from schemabook.pages.wording import count, listed, plural
from schemabook.project.book import Book

MOST = 10
"""How many tables each list has."""
MOST_GROUPS = 60
MOST_OF_GROUP = 3
"""How many of its tables a group names."""
SINGULAR = {
    plural(word): word
    for word in ("table", "view", "function", "type", "sequence", "trigger", "policy", "column", "role")
}


def first_page(book: Book) -> str:
    """The Markdown, whose links lead from where the overview is."""
    book = book.of_site()
    return render(book, "first_page.md.j2", FirstPage(Links(book, OVERVIEW)).context())


class FirstPage:
    """What the template shows."""

    def __init__(self, links: Links) -> None:
        self.book, self.database = links.book, links.database
        self.links = of_main_schema(links)
        self.tables = [r for r in self.database.relations.values() if not r.is_view and not r.partition_of]

    def context(self) -> dict[str, Any]:
        """All values of the template; what there is not is empty."""
        groups = list(self._groups()) or list(self._schemas())
        more = len(groups) - MOST_GROUPS
        return {
            "list": Beside.TABLES.page if self.tables else OVERVIEW,
            "overview": OVERVIEW,
            "counts": list(self._counts()),
            "map": Beside.MAP.page if len(self.tables) > 1 else "",
            "most": [
                {"table": self.links.relation(relation.name), "number": f"referenced by {number:,}"}
                for relation, number in most_referenced(self.book, self.tables, MOST)
            ],
            "recent": list(self._recent()),
            "largest": list(self._largest()),
            "is_grouped": bool(self.book.groups.groups),
            "groups": groups[:MOST_GROUPS] if len(groups) > 1 else [],
            "more": link(f"and {more:,} more", OVERVIEW) if more > 0 else "",
            **self._access(),
        }

    def _counts(self) -> Iterator[dict[str, str]]:
        """How many there are of each kind, with the list of them."""
        found = [(listing.name, len(list(listing.objects(self.database)))) for listing in LISTINGS]
        found.append((Beside.COLUMNS, sum(map(len, self.book.columns_by_name.values()))))
        found.append((Beside.ROLES, len(self.book.roles.names)))
        for name, number in found:
            if number:
                words = SINGULAR[name] if number == 1 else name
                yield {"number": f"{number:,}", "words": words, "page": name.page}

    def _largest(self) -> Iterator[dict[str, str]]:
        """The largest tables by size; where no size is known, those with most rows."""
        known = self.book.statistics.statistics
        sizes = [
            (known[r.name].total_bytes or 0, known[r.name].rows or 0, r.name)
            for r in self.tables
            if r.name in known
        ]
        for *_, name in sorted(sizes, key=lambda size: (-size[0], -size[1], size[2]))[:MOST]:
            yield {"table": self.links.relation(name), "number": rows_and_size(known[name])}

    def _recent(self) -> Iterator[dict[str, str]]:
        """The tables that a migration or a commit made or changed last."""
        last = {r.name: self.book.history.last_changed(relation_id(r.name)) for r in self.tables}
        times = {name: event.time for name, event in last.items() if event and event.time}
        for name in sorted(times, key=lambda name: (-times[name].timestamp(), name))[:MOST]:
            yield {"table": self.links.relation(name), "number": day(times[name])}

    def _groups(self) -> Iterator[dict[str, Markdown]]:
        notes = NotesOnPage(self.links)
        for group, relations in self.book.groups.groups:
            words = notes.line(group.description)
            yield self._card(self.links.group(group.name), relations, words)

    def _schemas(self) -> Iterator[dict[str, Markdown]]:
        """The schemas with tables or views."""
        for name, schema in self.database.schemas.items():
            found = [r for r in self.database.relations_in(name) if not r.partition_of]
            if found:
                yield self._card(self.links.schema(name), found, sentence(schema.comment))

    def _card(self, name: Markdown, relations: Iterable[Relation], words: Markdown) -> dict[str, Markdown]:
        """A group: what it is, how many tables it has, and some, those that others reference first."""
        found = tuple(relations)
        views = sum(relation.is_view for relation in found)
        numbers = ((len(found) - views, "table"), (views, "view"))
        links = of_their_schema(self.links, found)
        some = first_referenced(self.book, found, MOST_OF_GROUP)
        return {
            "name": name,
            "number": Markdown(", ".join(count(number, word) for number, word in numbers if number)),
            "words": words,
            "tables": Markdown(" ".join(links.relation(r.name) for r in some)),
        }

    def _access(self) -> dict[str, Any]:
        """Which tables nothing protects; that there are none is said, too, where anybody may do anything."""
        if not has_access(self.book):
            return {"access": "", "is_open": False}
        found, roles = unprotected(self.book), outside(self.book.role_names)
        who = Markdown("every role") if roles == (PUBLIC,) else listed([code(r) for r in roles], "or")
        if found:
            verb = "is" if len(found) == 1 else "are"
            words = f"**{count(len(found), 'table')} without row security {verb} open to {who}:** "
            words += self._named(found)
        else:
            words = f"No table without row security is open to {who}"
        why = link("Who can do what", Beside.ACCESS.page)
        return {"access": Markdown(f"{words}. {why}."), "is_open": bool(found)}

    def _named(self, names: tuple[Name, ...]) -> Markdown:
        shown = [self.links.relation(name) for name in names[:MOST]]
        more = len(names) - MOST
        return Markdown(f"{', '.join(shown)} and {more:,} more") if more > 0 else listed(shown)
