"""How the tables are protected, for the overview: row security by schema, policies by kind."""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum
from typing import Any

from schemabook.access.cells import Act, Word
from schemabook.access.idioms import is_for_service
from schemabook.model import Name, Relation
from schemabook.pages.access_words import AccessWords
from schemabook.pages.exposure import CHANGES, REACHED, Exposure, outside
from schemabook.pages.links import Links
from schemabook.pages.markdown import Markdown
from schemabook.pages.wording import count, listed
from schemabook.project.book import Book


class PolicyKind(Enum):
    """What policies are for, in the order in which it is told."""

    ISOLATED = (
        "**User data isolation**: users read only rows of these tables that are theirs or connected to them"
    )
    OWN_AND_MORE = "**Own rows**: users reach their own rows, or those connected to them, and read more"
    READ_BY_ALL = "**Anonymous read access** to all rows"
    READ_IN_PART = "**Anonymous read access** to some rows"
    SERVICE = "**Service role access**"
    RESTRICTIVE = "**Restrictive**, narrowing what others permit"


class Protection:
    """Lists of lists: what is said, and the tables of which it is said."""

    def __init__(self, book: Book, links: Links) -> None:
        self.book = book
        self.database = book.database
        self.links = links
        self.words = AccessWords(links)
        self.exposure = Exposure(links)

    def exposed(self) -> Iterator[dict[str, Any]]:
        """What is reached from outside."""
        return self.exposure.lists()

    def data_api(self) -> Iterator[Markdown]:
        """What the Data API exposes, where an input says it."""
        if self.book.exposed is not None:
            found = [name for name in self.book.exposed if name in self.database.schemas]
            shown = listed([self.links.schema(name) for name in found]) or "no schema"
            yield Markdown(f"The Data API exposes {shown}.")

    def tables(self) -> Iterator[dict[str, Any]]:
        """Row security of each schema's tables, in words."""
        for schema in self.database.schemas:
            tables = [relation for relation in self.exposure.tables_in(schema) if not relation.partition_of]
            if tables:
                yield self._row_security(schema, tables)

    def _row_security(self, schema: str, tables: list[Relation]) -> dict[str, Any]:
        """For how many tables it is on; below that, those of which no policy permits anything."""
        off = [r for r in tables if not r.row_security]
        bare = [r for r in tables if r.row_security and not self._permits(r)]
        words = f"{self.links.schema(schema)}: row security is on for {self._on(tables, off)}"
        if not bare:
            return {"title": Markdown(words), "tables": []}
        every = len(bare) == len(tables)
        forced = {r.row_security_forced for r in bare}
        owner = (
            "the owner and " if forced == {False} else "owners without FORCE and " if False in forced else ""
        )
        words += (
            f"; no policy permits anything{'' if every else ' on the following'}: only {owner}roles that "
        )
        words += "bypass row security reach rows there"
        return {
            "title": Markdown(words),
            "tables": [] if every else [self.links.relation(r.name) for r in bare],
        }

    def _on(self, tables: list[Relation], off: list[Relation]) -> str:
        """`all tables but a and b`, of those that have row security."""
        if len(off) == len(tables):
            return "no table"
        if len(tables) == 1:
            return "its only table"
        number = f"{len(tables)} " if self.book.for_site else ""
        return f"all {number}tables{f' but {self._named(off)}' if off else ''}"

    def _permits(self, relation: Relation) -> bool:
        """Whether a policy lets any role reach anything."""
        policies = self.book.matrix.rows.policies
        return any(
            policies.conditions(relation.name, act, frozenset({role})).word is not Word.NO_ROWS
            for role in policies.named(relation.name)
            for act in (Act.SELECT, *CHANGES)
        )

    def _named(self, relations: list[Relation]) -> Markdown:
        if len(relations) > 6:
            return Markdown(count(len(relations), "table") if self.book.for_site else "others")
        return listed([self.links.relation(r.name) for r in relations])

    def policies(self) -> Iterator[dict[str, Any]]:
        """The kinds of policy that the schema really has, with their tables."""
        found: dict[PolicyKind, list[Name]] = {kind: [] for kind in PolicyKind}
        tables = [
            r for schema in self.database.schemas for r in self.exposure.tables_in(schema) if r.row_security
        ]
        for relation in sorted(tables, key=lambda relation: relation.name):
            for kind in set(self._kinds(relation)):
                found[kind].append(relation.name)
        for kind, names in found.items():
            if names:
                number = f" ({count(len(names), 'table')})" if self.book.for_site else ""
                yield {
                    "title": Markdown(f"{kind.value}{number}"),
                    "tables": list(self.exposure.covered(names)),
                }

    def _kinds(self, relation: Relation) -> Iterator[PolicyKind]:
        """What the policies of a table are for, by what comes of them."""
        name, matrix = relation.name, self.book.matrix
        policies = self.database.policies_of(name)
        if any(is_for_service(policy, self.database) for policy in policies):
            yield PolicyKind.SERVICE
        if not all(policy.permissive for policy in policies):
            yield PolicyKind.RESTRICTIVE
        strangers = outside(self.book.role_names)
        named = matrix.rows.policies.named(name) & self.book.role_names
        are_own = {role: self._are_own(relation, role) for role in {*strangers, *named}}
        reads_more = (
            matrix.cells(role, name)[Act.SELECT].reached in REACHED and not are_own[role][0]
            for role in strangers
        )
        if any(only for only, _ in are_own.values()) and not any(reads_more):
            yield PolicyKind.ISOLATED
        elif any(some for _, some in are_own.values()):
            yield PolicyKind.OWN_AND_MORE
        if self.exposure.is_open(strangers[0], name, Act.SELECT):
            is_whole = matrix.cells(strangers[0], name)[Act.SELECT].reached is Word.ALL
            yield PolicyKind.READ_BY_ALL if is_whole else PolicyKind.READ_IN_PART

    def _are_own(self, relation: Relation, role: str) -> tuple[bool, bool]:
        """Whether a role reads only a user's own rows; whether it reaches such rows at all."""
        cells = self.book.matrix.cells(role, relation.name)
        found = {act: self.words.are_own(relation, act, cells) for act in (Act.SELECT, *CHANGES)}
        only = bool(found[Act.SELECT]) and all(found[Act.SELECT])
        return only, any(any(own) for own in found.values())
