"""Pages of the site that list all objects of a kind: tables, views, functions, triggers, policies, …"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import groupby
from typing import Any, NamedTuple

from schemabook.model import Name, Policy, Relation, Routine, RoutineKind, Sequence, Trigger, Type, TypeKind
from schemabook.pages.links import Links
from schemabook.pages.markdown import Markdown, badge, code, link, sentence
from schemabook.pages.notes import NotesOnPage
from schemabook.pages.paths import Beside, object_page
from schemabook.pages.relations import RelationPage
from schemabook.pages.render import render
from schemabook.pages.security import policy_words
from schemabook.pages.sequences import sequence_words
from schemabook.pages.statistics import table_row
from schemabook.pages.wording import count, listed, trigger
from schemabook.project.book import Book

Row = tuple[Markdown | str, ...]
NUMBERS = frozenset({"Rows", "Size", "Columns"})


class Table(NamedTuple):
    """A table of a page: its heading, the heads of its columns, and its rows."""

    heading: Markdown
    head: tuple[str, ...]
    rows: list[Row]
    numbers: frozenset[str] = NUMBERS
    """The heads of the columns that are aligned to the right."""

    @property
    def rule(self) -> Markdown:
        """The line under the heads."""
        return Markdown(" | ".join("--:" if head in self.numbers else "---" for head in self.head))


def dense(heading: Markdown, head: tuple[str, ...], rows: list[Row]) -> Table:
    """A table without the columns that are empty in every row."""
    kept = [i for i in range(len(head)) if i == 0 or any(row[i] for row in rows)]
    return Table(heading, tuple(head[i] for i in kept), [tuple(row[i] for i in kept) for row in rows])


class Listing(NamedTuple):
    """A page that lists a kind of object, a table for each schema."""

    name: Beside
    head: tuple[str, ...]
    objects: Callable[[Book], Iterable[tuple[str, Any]]]
    """The objects with their schema, by schema and name."""
    row: Callable[[Book, Links, Any], Row]

    def exists(self, book: Book) -> bool:
        """Whether there is any object."""
        return any(True for _ in self.objects(book))

    def pages(self, book: Book) -> Iterator[tuple[str, str]]:
        """Path and Markdown of the list."""
        context = {"title": self.name.capitalize(), "tables": list(self._by_schema(book))}
        yield self.name.page, render(book, "listing.md.j2", context)

    def _by_schema(self, book: Book) -> Iterator[Table]:
        page = Links(book, self.name.page)
        for schema, pairs in groupby(self.objects(book), key=lambda pair: pair[0]):
            links = page.within(schema)
            rows = [self.row(book, links, fact) for _, fact in pairs]
            yield dense(links.schema(schema), self.head, rows)


def _tables(book: Book) -> Iterator[tuple[str, Relation]]:
    return ((r.name.schema, r) for r in _whole(book, is_view=False))


def _table(book: Book, links: Links, fact: Relation) -> Row:
    found = table_row(book, links, fact)
    hidden = {"row security"} if book.has_row_security else {"row security", "no row security"}
    comment = _marked(book, fact, hidden, Markdown(found["comment"]))
    return found["link"], found["rows"], found["size"], comment


def _views(book: Book) -> Iterator[tuple[str, Relation]]:
    return ((r.name.schema, r) for r in _whole(book, is_view=True))


def _view(book: Book, links: Links, fact: Relation) -> Row:
    return links.relation(fact.name), fact.kind.words, _marked(book, fact, set(), sentence(fact.comment))


def _whole(book: Book, *, is_view: bool) -> Iterator[Relation]:
    """The relations without partitions, which are on the page of their table."""
    for relation in book.database.relations.values():
        if relation.is_view == is_view and not relation.partition_of:
            yield relation


def _marked(book: Book, relation: Relation, hidden: set[str], comment: Markdown) -> Markdown:
    """What is special about a relation, then its comment."""
    page = RelationPage(book, relation, "")
    badges = [badge(words, for_site=True) for words in page.badge_words() if words not in hidden]
    return Markdown(" ".join([*badges, comment]).strip())


def _functions(book: Book) -> Iterator[tuple[str, Name]]:
    return ((name.schema, name) for name in dict.fromkeys(s.name for s in book.database.routines))


def _function(book: Book, links: Links, name: Name) -> Row:
    overloads = book.database.overloads(name)
    returns = listed([code(kind) for kind in dict.fromkeys(map(_returned, overloads)) if kind])
    comment = next((routine.comment for routine in overloads if routine.comment), None)
    badges = [badge(words, for_site=True) for words in _routine_badges(overloads)]
    about = Markdown(" ".join([*badges, sentence(comment)]).strip())
    return links.routine(name), returns, NotesOnPage(links).in_list("routine", name, about)


def _returned(fact: Routine) -> str:
    """The type that it returns; the columns of a table are for its own page."""
    returns = fact.returns or ""
    return "TABLE (…)" if returns.startswith("TABLE(") else returns


def _routine_badges(overloads: tuple[Routine, ...]) -> Iterator[str]:
    kinds = {routine.kind for routine in overloads} - {RoutineKind.FUNCTION}
    yield from sorted(kinds)
    if len(overloads) > 1:
        yield f"{len(overloads)} overloads"
    if any(routine.security_definer for routine in overloads):
        yield "security definer"


def _types(book: Book) -> Iterator[tuple[str, Type]]:
    return ((name.schema, fact) for name, fact in book.database.types.items())


def _type(_: Book, links: Links, fact: Type) -> Row:
    shown = link(code(links.shown(fact.name)), links.url(object_page("types", fact.name)))
    about = NotesOnPage(links).in_list("type", fact.name, sentence(fact.comment))
    return shown, _type_words(fact, links), about


def _type_words(fact: Type, links: Links) -> Markdown:
    """`Enum of 3 labels`, `domain over text`."""
    match fact.kind:
        case TypeKind.ENUM:
            return Markdown(f"enum of {count(len(fact.labels), 'label')}")
        case TypeKind.COMPOSITE:
            return Markdown(f"composite of {count(len(fact.attributes), 'attribute')}")
        case _:
            return Markdown(f"{fact.kind} over {links.type(fact.base_type)}" if fact.base_type else fact.kind)


def _sequences(book: Book) -> Iterator[tuple[str, Sequence]]:
    return ((name.schema, fact) for name, fact in book.database.sequences.items() if not fact.identity)


def _sequence(_: Book, links: Links, fact: Sequence) -> Row:
    words = sequence_words(fact, links)
    about = Markdown(f"{sentence(fact.comment)} {words}" if fact.comment else words)
    return links.sequence(fact.name), about


def _triggers(book: Book) -> Iterator[tuple[str, Trigger]]:
    return ((fact.relation.schema, fact) for fact in book.database.triggers.values())


def _trigger(_: Book, links: Links, fact: Trigger) -> Row:
    shown = links.part(fact.relation, "trigger", fact.name, fact.name)
    return links.relation(fact.relation), shown, trigger(fact, links)


def _policies(book: Book) -> Iterator[tuple[str, Policy]]:
    return ((fact.relation.schema, fact) for fact in book.database.policies.values())


def _policy(book: Book, links: Links, fact: Policy) -> Row:
    who = Markdown(f"{fact.command}<br>{listed([links.role(role) for role in fact.roles])}")
    return links.relation(fact.relation), links.policy(fact), who, _policy_about(book, fact)


def _policy_about(book: Book, fact: Policy) -> Markdown:
    """What it says; where it counts for nothing, that first."""
    relation = book.database.relations.get(fact.relation)
    words = policy_words(fact, is_above=False)
    if relation and not relation.row_security:
        return Markdown(f"{badge('no row security', for_site=True)} {words}")
    return words


LISTINGS = (
    Listing(Beside.TABLES, ("Table", "Rows", "Size", "Description"), _tables, _table),
    Listing(Beside.VIEWS, ("View", "Kind", "Description"), _views, _view),
    Listing(Beside.FUNCTIONS, ("Function", "Returns", "Description"), _functions, _function),
    Listing(Beside.TYPES, ("Type", "Kind", "Description"), _types, _type),
    Listing(Beside.SEQUENCES, ("Sequence", "Description"), _sequences, _sequence),
    Listing(Beside.TRIGGERS, ("Table", "Trigger", "Runs"), _triggers, _trigger),
    Listing(Beside.POLICIES, ("Table", "Policy", "For", "In words"), _policies, _policy),
)
