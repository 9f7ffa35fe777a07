"""Pages of the site that list all objects of a kind: tables, views, functions, triggers, policies, …"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from itertools import groupby
from typing import Any, NamedTuple

from schemabook.model import (
    Database,
    Name,
    ObjectKind,
    Policy,
    Relation,
    Routine,
    RoutineKind,
    Sequence,
    Trigger,
    Type,
    TypeKind,
    routine_id,
    type_id,
)
from schemabook.pages.glance import badge_words
from schemabook.pages.letters import lettered
from schemabook.pages.links import Links
from schemabook.pages.markdown import PROTECTED, UNPROTECTED, Markdown, badge, code, link, sentence
from schemabook.pages.notes import NotesOnPage
from schemabook.pages.paths import Beside, object_page, schema_folder
from schemabook.pages.render import page_of
from schemabook.pages.security import policy_words
from schemabook.pages.sequences import sequence_words
from schemabook.pages.table_rows import HEAD, about, table_row
from schemabook.pages.tables import Row, Table, dense
from schemabook.pages.wording import count, listed, trigger
from schemabook.project.book import Book, Page


class Listing(NamedTuple):
    """A page that lists a kind of object, a table for each schema."""

    name: Beside
    head: tuple[str, ...]
    objects: Callable[[Database], Iterable[Any]]
    """By schema and name."""
    row: Callable[[Links, Any], Row]

    def exists(self, book: Book) -> bool:
        """Whether there is any object."""
        return any(True for _ in self.objects(book.database))

    def pages(self, book: Book) -> Iterator[Page]:
        """The list."""
        yield page_of(book, self.name.page, "listing.md.j2", self._context)

    def _context(self, links: Links) -> dict[str, Any]:
        return {"title": self.name.capitalize(), "tables": list(self._by_schema(links))}

    def _by_schema(self, page: Links) -> Iterator[Table]:
        for schema, facts in groupby(self.objects(page.database), key=schema_of):
            links = page.within(schema)
            found = list(facts)
            table = dense(links.schema(schema), self.head, [self.row(links, fact) for fact in found])
            yield lettered(links, table, [_name_of(fact).name for fact in found], schema_folder(schema))


def schema_of(fact: Any) -> str:
    """The schema of an object, of a policy's or trigger's table, or of a name."""
    return _name_of(fact).schema


def _name_of(fact: Any) -> Name:
    if isinstance(fact, Policy | Trigger):
        return fact.relation
    name: Name = fact if isinstance(fact, Name) else fact.name
    return name


def _table(links: Links, fact: Relation) -> Row:
    hidden = {PROTECTED} if links.book.has_row_security else {PROTECTED, UNPROTECTED}
    return table_row(links, fact, _marked(links, fact, hidden, about(links, fact)))


def _view(links: Links, fact: Relation) -> Row:
    return links.relation(fact.name), fact.kind.words, _marked(links, fact, set(), about(links, fact))


def _marked(links: Links, relation: Relation, hidden: set[str], comment: Markdown) -> Markdown:
    """What is special about a relation, then its comment."""
    found = badge_words(links, relation)
    badges = [badge(words, for_site=True) for words in found if words not in hidden]
    return Markdown(" ".join([*badges, comment]).strip())


def _function(links: Links, name: Name) -> Row:
    overloads = links.database.overloads(name)
    returns = listed([code(kind) for kind in dict.fromkeys(map(_returned, overloads)) if kind])
    comment = next((routine.comment for routine in overloads if routine.comment), None)
    badges = [badge(words, for_site=True) for words in _routine_badges(overloads)]
    about = Markdown(" ".join([*badges, sentence(comment)]).strip())
    return links.routine(name), returns, NotesOnPage(links).in_list(routine_id(name), about)


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


def _type(links: Links, fact: Type) -> Row:
    shown = link(code(links.shown(fact.name)), links.url(object_page(type_id(fact.name))))
    about = NotesOnPage(links).in_list(type_id(fact.name), sentence(fact.comment))
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


def _sequence(links: Links, fact: Sequence) -> Row:
    words = sequence_words(fact, links)
    about = Markdown(f"{sentence(fact.comment)} {words}" if fact.comment else words)
    return links.sequence(fact.name), about


def _trigger(links: Links, fact: Trigger) -> Row:
    shown = links.part(fact.relation, ObjectKind.TRIGGER, fact.name)
    return links.relation(fact.relation), shown, trigger(fact, links)


def _policy(links: Links, fact: Policy) -> Row:
    who = Markdown(f"{fact.command}<br>{listed([links.role(role) for role in fact.roles])}")
    return links.relation(fact.relation), links.policy(fact), who, _policy_about(links.database, fact)


def _policy_about(database: Database, fact: Policy) -> Markdown:
    """What it says; where it counts for nothing, that first."""
    relation = database.relations.get(fact.relation)
    words = policy_words(fact, database, is_above=False)
    if relation and not relation.row_security:
        return Markdown(f"{badge(UNPROTECTED, for_site=True)} {words}")
    return words


def _relations(database: Database, *, is_view: bool) -> Iterator[Relation]:
    """Without partitions, which are on the page of their table."""
    return (r for r in database.relations.values() if r.is_view == is_view and not r.partition_of)


_tables, _views = partial(_relations, is_view=False), partial(_relations, is_view=True)
LISTINGS = (
    Listing(Beside.TABLES, HEAD, _tables, _table),
    Listing(Beside.VIEWS, ("View", "Kind", "Description"), _views, _view),
    Listing(
        Beside.FUNCTIONS,
        ("Function", "Returns", "Description"),
        lambda found: dict.fromkeys(signature.name for signature in found.routines),
        _function,
    ),
    Listing(Beside.TYPES, ("Type", "Kind", "Description"), lambda found: found.types.values(), _type),
    Listing(
        Beside.SEQUENCES,
        ("Sequence", "Description"),
        lambda found: (fact for fact in found.sequences.values() if not fact.identity),
        _sequence,
    ),
    Listing(Beside.TRIGGERS, ("Table", "Trigger", "Runs"), lambda found: found.triggers.values(), _trigger),
    Listing(
        Beside.POLICIES,
        ("Table", "Policy", "For", "In words"),
        lambda found: found.policies.values(),
        _policy,
    ),
)
