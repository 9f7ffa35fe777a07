"""How the tables are protected, for the overview: row security by schema, policies by kind."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from schemabook.access.idioms import is_anonymous_read, is_for_service, isolates
from schemabook.model import Name, Relation, relation_id
from schemabook.pages.links import Links
from schemabook.pages.markdown import Markdown
from schemabook.pages.wording import TABLE_KINDS, count, listed
from schemabook.project.book import Book


class Protection:
    """Lists of lists: what is said, and the tables of which it is said."""

    def __init__(self, book: Book, links: Links) -> None:
        self.book = book
        self.database = book.database
        self.links = links

    def tables(self) -> Iterator[dict[str, Any]]:
        """What the Data API exposes, and row security of each schema's tables, in words."""
        if self.book.exposed is not None:
            found = [name for name in self.book.exposed if name in self.database.schemas]
            shown = listed([self.links.schema(name) for name in found]) or "no schema"
            yield {"title": Markdown(f"The Data API exposes {shown}"), "tables": []}
        for schema in self.database.schemas:
            tables = [relation for relation in self._tables_in(schema) if not relation.partition_of]
            if tables:
                yield self._row_security(schema, tables)

    def _tables_in(self, schema: str) -> Iterator[Relation]:
        """The tables but for the hidden ones, whose policies are not here, and those of the platform."""
        left_out = self.book.reduced | self.book.provided
        tables = self.database.relations_in(schema, *TABLE_KINDS)
        return (table for table in tables if relation_id(table.name) not in left_out)

    def _row_security(self, schema: str, tables: list[Relation]) -> dict[str, Any]:
        """For how many tables it is on; below that, those of which no policy permits anything."""
        off = [r for r in tables if not r.row_security]
        bare = [r for r in tables if r.row_security and not self._permits(r)]
        words = f"{self.links.schema(schema)}: row security is on for {self._on(tables, off)}"
        if not bare:
            return {"title": Markdown(words), "tables": []}
        every = len(bare) == len(tables)
        words += f"; no policy permits anything{'' if every else ' on the following'}: only the owner and "
        words += "roles that bypass row security reach rows there"
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
        return any(policy.permissive for policy in self.database.policies_of(relation.name))

    def _named(self, relations: list[Relation]) -> Markdown:
        if len(relations) > 6:
            return Markdown(count(len(relations), "table") if self.book.for_site else "others")
        return listed([self.links.relation(r.name) for r in relations])

    def policies(self) -> Iterator[dict[str, Any]]:
        """The kinds of policy that the schema really has, with their tables."""
        relations = self.database.relations
        policies = [p for p in self.database.policies.values() if relations[p.relation].row_security]
        kinds = (
            ("User data isolation", isolates),
            ("Service role access", is_for_service),
            ("Anonymous read access", is_anonymous_read),
            ("Restrictive, narrowing what others permit", lambda policy, _: not policy.permissive),
        )
        for title, belongs in kinds:
            found = [policy for policy in policies if belongs(policy, self.database)]
            if found:
                number = f": {count(len(found), 'policy')}" if self.book.for_site else ""
                yield {
                    "title": Markdown(f"**{title}**{number}"),
                    "tables": list(self._covered(sorted({p.relation for p in found}))),
                }

    def _covered(self, names: list[Name]) -> Iterator[Markdown]:
        """The tables by name; where they are nearly all of a schema, those that are not."""
        for schema, found in groupby(names, key=lambda name: name.schema):
            some = list(found)
            others = {r.name for r in self._tables_in(schema)}.difference(some)
            if len(some) > 6 and len(others) <= len(some) // 4:
                lacks = f" but {listed([self.links.relation(n) for n in sorted(others)])}" if others else ""
                yield Markdown(f"all tables of {self.links.schema(schema)}{lacks}")
            else:
                yield from (self.links.relation(name) for name in some)
