"""The tables and views that a role has privileges on: which ones, through whom, and on which rows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from itertools import groupby
from typing import NamedTuple

from schemabook.access.roles import Reason
from schemabook.model import PUBLIC, Name, ObjectKind, Relation, relation_id
from schemabook.pages.access_words import AccessWords
from schemabook.pages.links import Links
from schemabook.pages.markdown import Markdown
from schemabook.pages.relations import granted
from schemabook.pages.tables import Row, Table
from schemabook.project.book import Book

MOST_ROWS = 250
"""Of more relations those with the same privileges on the same rows are told together."""


class Access(NamedTuple):
    """What a role may do with a relation, and which rows it reaches, in words."""

    name: Name
    privileges: list[Markdown]
    rows: list[Markdown]


class RoleRelations:
    """The relations that a role has privileges on itself, or that a policy names it for."""

    def __init__(self, book: Book, role: str, links: Links) -> None:
        self.roles = book.roles
        self.relations = book.database.relations
        self.role = role
        self.links = links
        self.book = book
        self.words = AccessWords(links)
        has = (*self.roles.granted.get(role, {}), *self.roles.owned.get(role, ()))
        granted_on = {on.name for on in has if on.kind is ObjectKind.RELATION}
        # A policy for everybody says nothing of privileges.
        named = () if role == PUBLIC else self.roles.named_by_policies.get(role, ())
        self.names = sorted(granted_on | set(named))
        self.is_large = len(self.names) > MOST_ROWS

    def tables(self) -> Iterator[Table]:
        """A table for each schema, where there are not too many rows."""
        if self.is_large:
            return
        for schema, names in groupby(self.names, key=lambda name: name.schema):
            links, rows = self.links.within(schema), list[Row]()
            for access in map(self._access, names):
                privileges, reached = Markdown("<br>".join(access.privileges)), "<br>".join(access.rows)
                rows.append((links.relation(access.name), privileges, Markdown(reached)))
            yield Table(self.links.schema(schema), ("Table", "Privileges", "Which rows"), rows)

    def together(self) -> Iterator[Markdown]:
        """A line for all relations with the same privileges on the same rows, where there are many."""
        if not self.is_large:
            return
        found: dict[str, list[Name]] = defaultdict(list)
        for access in map(self._access, self.names):
            found["; ".join([*access.privileges, *access.rows])].append(access.name)
        for words, names in found.items():
            yield Markdown(f"{words}: {', '.join(self.links.relation(name) for name in names)}")

    def _access(self, name: Name) -> Access:
        reasons = list(self.roles.reasons(self.role, relation_id(name)))
        held = {privilege for reason in reasons for privilege in reason.privileges}
        relation = self.relations.get(name)
        rows = list(self._rows(relation, held)) if relation else []
        return Access(name, list(self._privileges(reasons)) or [Markdown("none")], rows)

    def _privileges(self, reasons: list[Reason]) -> Iterator[Markdown]:
        """Its own privileges, then what others add to them."""
        held: set[str] = set()
        for reason in sorted(reasons, key=lambda reason: (bool(reason.through), bool(reason.columns))):
            if set(reason.privileges) <= held:
                continue
            words = granted(reason.privileges, reason.columns, reason.grantable)
            if reason.through:
                yield Markdown(f"through {self.links.role(reason.through)}: {words}")
            else:
                yield Markdown(f"owner: {words}" if reason.as_owner else words)
            if reason.columns is None:
                held |= set(reason.privileges)

    def _rows(self, relation: Relation, held: set[str]) -> Iterator[Markdown]:
        """Which rows each of its commands reaches."""
        cells = self.book.matrix.cells(self.role, relation.name)
        if not held:
            yield Markdown("A policy names it, but it has no privilege.")
        elif self.is_large and (words := self.words.summary(relation, cells)) != "nothing":
            yield Markdown(words)  # With links that only one table has, few tables would be alike.
        else:
            yield from self.words.by_phrase(relation, cells)
