"""What those reach whom nobody knows, where no policy limits them to their own: for the overview."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from typing import Any

from schemabook.access.cells import WITH_CHECK, Act, Cell, Word
from schemabook.access.doors import NOT_CALLED, doors, may_call
from schemabook.access.idioms import read_by_anyone
from schemabook.access.policies import decisive
from schemabook.access.roles import DATA_API
from schemabook.access.words import Rows
from schemabook.model import PUBLIC, Name, Relation, RelationKind, relation_id, routine_id
from schemabook.pages.access_words import AccessWords
from schemabook.pages.links import Links
from schemabook.pages.markdown import Markdown, code
from schemabook.pages.wording import TABLE_KINDS, listed
from schemabook.project.book import Book

ANONYMOUS, SIGNED_IN = OUTSIDE = DATA_API[:2]
"""Who comes from outside: callers without a session, and any signed-in user."""
REACHED = frozenset({Word.ALL, Word.FILTERED, Word.BYPASSES})
CHANGES = (Act.INSERT, Act.UPDATE, Act.DELETE)


def outside(roles: Iterable[str]) -> tuple[str, ...]:
    """The roles of callers without a session and of signed-in users; without these every role."""
    known = set(roles)
    return tuple(role for role in OUTSIDE if role in known) or (PUBLIC,)


def is_exposed(book: Book, relation: Relation) -> bool:
    """Whether callers from outside reach rows of a table, and no row security limits them."""
    return _is_reached(book, relation, [role for role in OUTSIDE if role in book.role_names])


def unprotected(book: Book) -> tuple[Name, ...]:
    """The tables that those reach whom nobody knows, see `outside`, and that have no row security."""
    roles, left_out = outside(book.role_names), book.reduced | book.provided
    return tuple(
        relation.name
        for relation in book.database.relations.values()
        if relation_id(relation.name) not in left_out and _is_reached(book, relation, roles)
    )


def _is_reached(book: Book, relation: Relation, roles: Iterable[str]) -> bool:
    is_served = book.exposed is None or relation.name.schema in book.exposed
    if relation.is_view or relation.row_security or not is_served:
        return False
    cells = (book.matrix.cells(role, relation.name) for role in roles)
    return any(by_act[act].reached in REACHED for by_act in cells for act in (Act.SELECT, *CHANGES))


class Exposure:
    """Lists of objects, each with what is said of it."""

    def __init__(self, links: Links) -> None:
        self.links = links
        self.words = AccessWords(links)
        self.book = links.book
        self.database = links.database
        self.matrix = self.book.matrix
        self.left_out = self.book.reduced | self.book.provided
        exposed = self.book.exposed
        self.relations = [
            relation
            for relation in self.database.relations.values()
            if relation_id(relation.name) not in self.left_out
            and (exposed is None or relation.name.schema in exposed)
        ]

    def lists(self) -> Iterator[dict[str, Any]]:
        """What each role from outside reaches; of a signed-in user only what others do not."""
        told: dict[str, set[Markdown]] = defaultdict(set)
        also = ""
        for role in outside(self.book.role_names):
            who = "every role" if role == PUBLIC else code(role)
            for what, items in self._of(role).items():
                if new := [item for item in items if item not in told[what]]:
                    yield {"title": Markdown(f"**{who}{also} {what}**"), "tables": new}
                told[what].update(items)
            also = " also" if any(told.values()) else ""

    def is_open(self, role: str, name: Name, act: Act, seen: frozenset[Name] = frozenset()) -> bool:
        """Whether a command of a role reaches rows whoever the caller is."""
        relation = self.book.whole.relations.get(name)
        if relation is None or name in seen:
            return False
        cell = self.matrix.cells(role, name)[act]
        if cell.reached is not Word.FILTERED:
            return cell.reached in REACHED
        opens: dict[bool, list[bool]] = {True: [], False: []}
        for policy in self.words.policies(relation, act, cell):
            tables = read_by_anyone(decisive(policy, is_check=act in WITH_CHECK), name, self.book.whole)
            is_open = tables is not None and all(
                self.is_open(role, table, Act.SELECT, seen | {name}) for table in tables
            )
            is_signed_in = self.words.idiom(policy, act).rows is Rows.SIGNED_IN and role == SIGNED_IN
            opens[policy.permissive].append(is_open or is_signed_in)
        return any(opens[True]) and all(opens[False])

    def _of(self, role: str) -> dict[str, list[Markdown]]:
        """What is reached, by how, the worst first."""
        reads: dict[str, list[Name]] = defaultdict(list)
        changes: dict[str, list[Name]] = defaultdict(list)
        empties: dict[str, list[Name]] = defaultdict(list)
        for relation in self.relations:
            cells, name = self.matrix.cells(role, relation.name), relation.name
            if how := _unlimited(relation, cells):
                some = " of some columns" if cells[Act.SELECT].rows else ""
                reads[f"reads all rows{some}: {how}"].append(name)
            if acts := [act.value for act in CHANGES if self._changes(role, name, act, cells)]:
                what = "what a view shows" if relation.is_view else "rows, whoever the caller is"
                changes[f"changes {what} ({', '.join(acts)})"].append(name)
            if cells[Act.TRUNCATE].word is Word.ALL:
                empties["may empty with TRUNCATE, to which row security never applies"].append(name)
        named = {how: list(self.covered(names)) for how, names in {**reads, **changes, **empties}.items()}
        return self._through_views(role) | named | self._functions(role)

    def _changes(self, role: str, name: Name, act: Act, cells: Mapping[Act, Cell]) -> bool:
        may_write = act is not Act.UPDATE or cells[Act.UPDATE_CHECK].reached in REACHED
        return may_write and self.is_open(role, name, act)

    def tables_in(self, schema: str) -> Iterator[Relation]:
        """The tables but for the hidden ones, whose policies are not here, and those of the platform."""
        tables = self.database.relations_in(schema, *TABLE_KINDS)
        return (table for table in tables if relation_id(table.name) not in self.left_out)

    def covered(self, names: list[Name]) -> Iterator[Markdown]:
        """The tables by name; where they are nearly all of a schema, those that are not."""
        for schema, found in groupby(names, key=lambda name: name.schema):
            some = list(found)
            others = {r.name for r in self.tables_in(schema)}.difference(some)
            if len(some) > 6 and len(others) <= len(some) // 4:
                lacks = f" but {listed([self.links.relation(n) for n in sorted(others)])}" if others else ""
                yield Markdown(f"all tables of {self.links.schema(schema)}{lacks}")
            else:
                yield from (self.links.relation(name) for name in some)

    def _through_views(self, role: str) -> dict[str, list[Markdown]]:
        """Views that show more of tables than the role may read itself."""
        views = {relation.name for relation in self.relations if relation.is_view}
        found: dict[Name, set[Name]] = defaultdict(set)
        for door in doors(self.matrix, (role,)):
            if door.through.name in views and door.relation in self.database.relations:
                found[door.through.name].add(door.relation)
        shown = self.links.relation
        items = [
            Markdown(f"{shown(view)}: {listed([shown(table) for table in sorted(tables)])}")
            for view, tables in sorted(found.items())
        ]
        return {"reads tables through a view that it may not read directly": items} if items else {}

    def _functions(self, role: str) -> dict[str, list[Markdown]]:
        """The functions with their owner's rights that the role may call."""
        found = {
            routine.name
            for routine in self.database.routines.values()
            if routine.security_definer
            and routine.returns not in NOT_CALLED
            and routine_id(routine.name) not in self.left_out
            and (self.book.exposed is None or routine.name.schema in self.book.exposed)
            and may_call(self.matrix, role, routine)
        }
        items = [self.links.routine(name) for name in sorted(found)]
        return {"calls functions that run with their owner's privileges": items} if items else {}


def _unlimited(relation: Relation, cells: Mapping[Act, Cell]) -> str:
    """How it comes that all rows are read though no policy says so; empty where that is not so."""
    if cells[Act.SELECT].reached is not Word.ALL or relation.row_security:
        return ""
    if relation.kind is RelationKind.FOREIGN_TABLE:
        return "a foreign table has no row security"
    if relation.partition_of:
        return "it is a partition, and its own row security is off"
    return "row security is off" if relation.kind in TABLE_KINDS else ""
