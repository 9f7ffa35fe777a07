"""The tables and views that a role has privileges on: which ones, through whom, and on which rows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from itertools import groupby
from typing import NamedTuple

from schemabook.access.roles import Reason
from schemabook.model import PUBLIC, Name, ObjectKind, Policy, Relation, RelationKind, relation_id
from schemabook.pages.links import Links
from schemabook.pages.listings import Row, Table
from schemabook.pages.markdown import Markdown, code
from schemabook.pages.relations import granted
from schemabook.pages.security import policy_words
from schemabook.project.book import Book

MOST_ROWS = 250
"""Of more relations those with the same privileges on the same rows are told together."""
TOUCHING = frozenset({"select", "insert", "update", "delete"})
"""The privileges that row security limits."""


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
        granted_on = {on.name for on in self.roles.granted.get(role, {}) if on.kind is ObjectKind.RELATION}
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
        if relation.is_view:
            yield from self._rights(relation)
        elif held & TOUCHING:
            yield from self._reached(relation, held)
        elif not held:
            yield Markdown("A policy names it, but it has no privilege.")

    def _rights(self, relation: Relation) -> Iterator[Markdown]:
        """With whose rights a view reads; a materialized one holds its rows."""
        if relation.kind is RelationKind.VIEW and relation.security_invoker:
            yield Markdown("What it may read of the view's tables.")
        elif relation.kind is RelationKind.VIEW:
            owner = code(relation.owner) if relation.owner else "its owner"
            yield Markdown(f"Read with the rights of {owner}.")

    def _reached(self, relation: Relation, held: set[str]) -> Iterator[Markdown]:
        """Whether row security limits it, and by which policies."""
        if not relation.row_security:
            yield Markdown("All rows: row security is off.")
            return
        if why := self.roles.exempt(self.role, relation):
            yield Markdown(f"All rows: {why}.")
            return
        policies = self.roles.policies(self.role, relation.name, held)
        if not any(policy.permissive for policy in policies):
            who = "everybody" if self.role == PUBLIC else "it"
            yield Markdown(f"**No rows**: no policy permits {who} any.")
            return
        yield from (self._policy(policy) for policy in policies)

    def _policy(self, policy: Policy) -> Markdown:
        words = policy_words(policy, self.roles.database, is_above=False)
        if self.is_large:  # With a name that only one table has, few tables would be alike.
            return Markdown(words.removesuffix("."))
        return Markdown(f"{self.links.policy(policy)}: {words}")
