"""The page of a table, view, materialized or foreign table."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property, partial
from typing import Any

from schemabook.map.mermaid import mermaid
from schemabook.map.neighbourhood import neighbourhood
from schemabook.model import (
    Column,
    ColumnName,
    Constraint,
    ConstraintKind,
    Name,
    ObjectId,
    ObjectKind,
    Other,
    Policy,
    Privilege,
    Reference,
    Relation,
    VirtualForeignKey,
    relation_id,
)
from schemabook.pages.access_words import AccessWords
from schemabook.pages.glance import badge_words, glance_line
from schemabook.pages.history_words import history_of_part
from schemabook.pages.links import Links, access_anchor, column_anchor, map_anchor, relation_page
from schemabook.pages.markdown import Markdown, attribute, badge, cell, code, link, paragraphs
from schemabook.pages.notes import NotesOnPage
from schemabook.pages.paths import Beside
from schemabook.pages.receipt import warnings_on_page
from schemabook.pages.render import page_of
from schemabook.pages.security import policy_sql, policy_words, row_security
from schemabook.pages.since_words import mark
from schemabook.pages.statistics import statistics_words
from schemabook.pages.wording import codes, constraint, index, listed, nullability, trigger
from schemabook.project.book import Book, Page

MOST_LABELS = 40
"""How many labels of an enum a column's row shows."""
FOLDED = 6
"""With more labels than these a reader opens the list."""
LONGEST_EXPRESSION = 100
"""Characters of what computes a view's column; a longer one is folded."""
LINE_ENDS = re.compile(r"\s*\n\s*")
NOT_ENFORCED = "not enforced by the database"
ALL_PRIVILEGES = {"delete", "insert", "references", "select", "trigger", "truncate", "update"}


def relation_pages(book: Book) -> Iterator[Page]:
    """The page of each relation."""
    for relation in book.database.relations.values():
        context = partial(_context, relation)
        yield page_of(book, relation_page(relation), "relation.md.j2", context)


def _context(relation: Relation, links: Links) -> dict[str, Any]:
    return RelationPage(relation, links).context()


class RelationPage:
    """What the template of a relation shows."""

    def __init__(self, relation: Relation, links: Links) -> None:
        self.book = links.book
        self.database = links.database
        self.relation = relation
        self.name = relation.name
        self.id = relation_id(self.name)
        self.links = links
        self.notes = NotesOnPage(links)
        self.words = AccessWords(links)
        self.is_reduced = self.id in self.book.reduced

    @cached_property
    def who_by_column(self) -> Mapping[str, Markdown]:
        """Who can do what with each column, where that is not the same for all."""
        return self.words.of_columns(self.relation)

    def context(self) -> dict[str, Any]:
        """All values of the template; what a relation does not have is empty."""
        relation, database = self.relation, self.database
        policies, keys = database.policies_of(self.name), database.constraints_of(self.name)
        referenced_by, references = sorted(self._referenced_by()), list(self._references())
        badges = [badge(words, for_site=self.book.for_site) for words in badge_words(self.links, relation)]
        return {
            "name": str(self.name),
            "kind": relation.kind.words,
            "about": Markdown(" ".join((f"{', '.join(self._about())}{self.links.stop}", *badges))),
            "on_map": self._on_map() if self.book.for_site else "",
            **self._access(referenced_by, references),
            "statistics": statistics_words(self.book, self.name) if self.book.for_site else "",
            "comment": paragraphs(relation.comment or ""),
            "notes": self.notes.of(self.id),
            "warnings": warnings_on_page(self.book, self.id),
            "important": [
                self.notes.line(note)
                for table in self.book.config.important_tables
                if table.name == self.name
                for note in table.notes
            ],
            "is_view": relation.is_view,
            "diagram": mermaid(neighbourhood(database, self.name, self.book.config.virtual_foreign_keys)),
            "columns": [self._column(column, keys) for column in database.columns_of(self.name)],
            "constraints": list(self._constraints()),
            "indexes": [
                self._part(ObjectKind.INDEX, i.name, index(i), i.comment)
                for i in database.indexes_of(self.name)
            ],
            "referenced_by": referenced_by,
            "references": references,
            "used_by": used_by(self.links, self._users()),
            "security": "" if relation.is_view or self.is_reduced else row_security(relation, policies),
            "policies": [self._policy(policy) for policy in policies],
            "triggers": [
                self._part(ObjectKind.TRIGGER, t.name, trigger(t, self.links), t.comment)
                for t in database.triggers_of(self.name)
            ],
            "rules": self._others(ObjectKind.RULE),
            "extended_statistics": self._others(ObjectKind.STATISTICS),
            "privileges": [privilege(p, self.links) for p in database.privileges_on(self.id)],
            "partitions": [
                Markdown(f"{self.links.relation(part.name)} {code(part.partition_bound or '')}")
                for part in database.partitions_of(self.name)
            ],
            "inherited_by": [self.links.relation(name) for name in database.children_of(self.name)],
            "definition": relation.definition.text if relation.definition else "",
            "sql": statements_sql(self.book, self.id) if self.book.for_site else "",
        }

    def _access(self, referenced_by: list[Markdown], references: list[Markdown]) -> dict[str, Any]:
        """All at a glance, and who can do what in full; on the site only, as it follows from other facts."""
        found: dict[str, Any] = {"glance": "", "access": None, "without": "", "why": ""}
        if not self.book.for_site:
            return found
        who, relation = "", self.relation
        if not (self.is_reduced or self.id in self.book.provided):
            table, without = self.words.section(relation)
            why = link("Why, step by step", self.links.url(Beside.ACCESS.page, access_anchor(self.name)))
            found |= {"access": table, "without": without, "why": why}
            who = self.words.glance(relation)
        numbers = len(referenced_by), len(references)
        return found | {"glance": glance_line(self.links, relation, who, numbers)}

    def _about(self) -> Iterator[Markdown]:
        """What kind of relation it is, where it belongs, and what is special about it."""
        relation = self.relation
        yield self.links.kind_in(relation.kind.words, self.name.schema)
        group = self.book.group_of.get(self.name)
        if group and not self.book.for_site:
            yield Markdown(f"group {self.links.group(group)}")
        if relation.partition_key:
            yield Markdown(f"partitioned by {code(relation.partition_key)}")
        if relation.partition_of:
            bound = code(relation.partition_bound or "")
            yield Markdown(f"partition of {self.links.relation(relation.partition_of)} {bound}")
        if relation.inherits:
            yield Markdown(
                f"inherits {listed([self.links.relation(parent) for parent in relation.inherits])}"
            )
        if relation.server:
            yield Markdown(f"on server {code(relation.server)}")
        if relation.replica_identity != "default":
            index = relation.replica_identity_index
            yield Markdown(f"replica identity {code(index) if index else relation.replica_identity}")
        if relation.kind == "view" and not relation.security_invoker:
            yield Markdown("reads tables with the privileges of its owner")
        if relation.security_barrier:
            yield Markdown("security barrier")
        if relation.check_option:
            yield Markdown(f"{relation.check_option} check option")

    def _on_map(self) -> Markdown:
        anchor = map_anchor(self.database, self.name)
        url = attribute(self.links.url(Beside.MAP.page, anchor))
        return Markdown(f' <a class="sb-on-map" href="{url}">Show on map</a>')

    def _column(self, column: Column, keys: tuple[Constraint, ...]) -> dict[str, Any]:
        own = [key for key in keys if column.name in key.columns]
        found = ObjectId(ObjectKind.COLUMN, self.name, column.name)
        return {
            "name": column.name,
            "anchor": self.links.anchor(column_anchor(column.name), column.name),
            "since": mark(self.book, found),
            "marks": Markdown("".join(f" **{mark}**" for mark in _marks(own))),
            "type": self.links.type(column.type) if column.type else "",
            "null": nullability(column),
            "description": self._description(column, found, own),
        }

    def _description(self, column: Column, found: ObjectId, keys: list[Constraint]) -> Markdown:
        note = self.notes.of_part(found)
        lines = [line for line in (cell(column.comment or ""), note) if line]
        for key in keys:
            if key.references:
                position = key.columns.index(column.name)
                target = key.references.columns[position : position + 1]
                name = ColumnName(key.references.relation, target[0]) if target else None
                lines.append(Markdown(f"→ {self.links.column(name) if name else ''}"))
        for virtual in self._virtual:
            if column.name in virtual.columns:
                to, columns = virtual.references
                shown = self.links.column(ColumnName(to, columns[virtual.columns.index(column.name)]))
                lines.append(Markdown(f"→ {shown}, {NOT_ENFORCED}"))
        if self.book.for_site and column.expression:
            lines.append(_expression(column.expression))
        if self.book.for_site and (sources := self._sources(column)):
            lines.append(sources)
        if self.book.for_site and (labels := self._labels(column)):
            lines.append(labels)
        if self.book.for_site and not self.is_reduced and column.name in self.who_by_column:
            who = f"[Who can do what](#who-can-do-what): {self.who_by_column[column.name]}"
            lines.append(Markdown(f'<span class="sb-who">{who}</span>'))
        if history := history_of_part(self.links, found):
            lines.append(history)
        return Markdown("<br>".join(dict.fromkeys(lines)))

    def _sources(self, column: Column) -> Markdown | None:
        """The columns that the value of a view's column is made of."""
        found = self.database.lineage.get(ColumnName(self.name, column.name))
        return Markdown(f"From {listed([self.links.column(name) for name in found])}") if found else None

    def _labels(self, column: Column) -> Markdown | None:
        """The labels of an enum, as many as a row can hold; many are folded."""
        found = self.book.types.get(column.type.removesuffix("[]"))
        if not found or not found.labels:
            return None
        more = len(found.labels) - MOST_LABELS
        labels = codes(found.labels[:MOST_LABELS]) + (f" and {more} more" if more > 0 else "")
        if len(found.labels) <= FOLDED:
            return Markdown(f"One of {labels}")
        return Markdown(f"<details><summary>One of {len(found.labels)} labels</summary>{labels}</details>")

    def _constraints(self) -> Iterator[Markdown]:
        for fact in self.database.constraints_of(self.name):
            if fact.kind is not ConstraintKind.FOREIGN_KEY:
                words = Markdown(f"{fact.kind.words} {constraint(fact, self.links)}")
                yield self._part(ObjectKind.CONSTRAINT, fact.name, words, fact.comment)

    def _references(self) -> Iterator[Markdown]:
        for fact in self.database.foreign_keys_of(self.name):
            yield self._part(ObjectKind.CONSTRAINT, fact.name, constraint(fact, self.links), fact.comment)
        yield from sorted(self._virtual_reference(key) for key in self._virtual)
        if self.relation.is_view:
            every = self.database.references_from(self.id)
            found = sorted({r.target.whole for r in every if r.place == "definition"})
            yield from (self.links.relation(o.name) for o in found if o.kind is ObjectKind.RELATION)
            yield from (self.links.routine(o.name) for o in found if o.kind is ObjectKind.ROUTINE)

    def _referenced_by(self) -> Iterator[Markdown]:
        for fact in self.database.foreign_keys_to(self.name):
            columns = self._columns(fact.relation, fact.columns)
            own = fact.references.columns if fact.references else ()
            action = f", on delete {fact.on_delete}" if fact.on_delete != "no action" else ""
            yield Markdown(f"{columns} → {codes(own)}{action}")

        for key in self.book.config.virtual_foreign_keys:
            if key.references.relation == self.name:
                columns = self._columns(key.relation, key.columns)
                yield Markdown(f"{columns} → {codes(key.references.columns)}, {NOT_ENFORCED}")

    @cached_property
    def _virtual(self) -> list[VirtualForeignKey]:
        """The foreign keys of this relation that no constraint enforces."""
        return [key for key in self.book.config.virtual_foreign_keys if key.relation == self.name]

    def _virtual_reference(self, key: VirtualForeignKey) -> Markdown:
        to, columns = key.references
        note = f". {self.notes.line(key.note)}" if key.note else ""
        return Markdown(f"{codes(key.columns)} → {self._columns(to, columns)}, {NOT_ENFORCED}{note}")

    def _columns(self, relation: Name, columns: tuple[str, ...]) -> Markdown:
        return listed([self.links.column(ColumnName(relation, column)) for column in columns])

    def _users(self) -> Iterator[Reference]:
        for reference in self.database.references_to(self.id):
            if reference.origin.whole != self.id:
                yield reference

    def _part(self, kind: ObjectKind, name: str, words: Markdown, comment: str | None) -> Markdown:
        """One line: the name with its anchor, what it says, and its comment."""
        line = f"{self.links.anchor_of(kind, name)}{code(name)}{self._mark(kind, name)}: {words}"
        return Markdown(f"{line}. {cell(comment)}" if comment else line)

    def _mark(self, kind: ObjectKind, name: str) -> Markdown:
        """What became of a part since the revision that the site is compared with."""
        return mark(self.book, ObjectId(kind, self.name, name))

    def _others(self, kind: ObjectKind) -> list[dict[str, Any]]:
        """The rules or extended statistics, of which the SQL tells everything."""
        return [self._other(kind, other) for other in self.database.others_of(self.name, kind)]

    def _other(self, kind: ObjectKind, other: Other) -> dict[str, Any]:
        name = other.name.removesuffix(f" on {self.name}").removeprefix("public.")
        return {
            "name": name,
            "anchor": self.links.anchor_of(kind, name),
            "comment": cell(other.comment or ""),
            "sql": other.sql,
        }

    def _policy(self, policy: Policy) -> dict[str, Any]:
        found = ObjectId(ObjectKind.POLICY, self.name, policy.name)
        return {
            "name": policy.name,
            "anchor": self.links.anchor_of(ObjectKind.POLICY, policy.name),
            "since": self._mark(ObjectKind.POLICY, policy.name),
            "command": policy.command.value,
            "roles": listed([self.links.role(role) for role in policy.roles]),
            "permissive": policy.permissive,
            "words": policy_words(policy, self.book.database),
            "comment": cell(policy.comment or ""),
            "note": self.notes.of_part(found),
            "history": history_of_part(self.links, found),
            "sql": policy_sql(policy),
        }


def _expression(sql: str) -> Markdown:
    """What computes a view's column, in a line; a long one is folded."""
    shown = code(LINE_ENDS.sub(" ", sql))
    if len(sql) <= LONGEST_EXPRESSION:
        return Markdown(f"= {shown}")
    return Markdown(f"<details><summary>Expression</summary>{shown}</details>")


def _marks(keys: list[Constraint]) -> Iterator[str]:
    """PK, FK and unique: which keys a column belongs to."""
    kinds = {key.kind for key in keys}
    if ConstraintKind.PRIMARY_KEY in kinds:
        yield "PK"
    if ConstraintKind.FOREIGN_KEY in kinds:
        yield "FK"
    if any(key.kind is ConstraintKind.UNIQUE and len(key.columns) == 1 for key in keys):
        yield "unique"


def privilege(fact: Privilege, links: Links) -> Markdown:
    """`authenticated`: delete, insert, select on `email`."""
    said = mark(links.book, ObjectId(ObjectKind.PRIVILEGE, fact.on.name, fact.grantee, on=fact.on))
    return Markdown(
        f"{links.role(fact.grantee)}{said}: {granted(fact.privileges, fact.columns, fact.grantable)}"
    )


def granted(privileges: tuple[str, ...], columns: tuple[str, ...] | None, grantable: bool) -> Markdown:
    """`update` on `email`, with grant option."""
    words = "all privileges" if set(privileges) >= ALL_PRIVILEGES else ", ".join(privileges)
    on = f" on {codes(columns)}" if columns else ""
    return Markdown(f"{words or 'nothing'}{on}{', with grant option' if grantable else ''}")


def used_by(links: Links, references: Iterable[Reference]) -> list[Markdown]:
    """Who mentions an object, in order."""
    return sorted({words for found in references if (words := _user_words(links, found))})


def _user_words(links: Links, reference: Reference) -> Markdown | None:
    """Who mentions an object, in words; None for what other sections show."""
    kind, name, part = reference.origin[:3]
    if kind is ObjectKind.ROUTINE:
        routine = links.database.overloads(name)
        word = routine[0].kind.value if routine else "function"
        return Markdown(f"{word} {links.routine(name)}")
    relation = links.relation(name)
    if reference.place == "definition":
        return Markdown(f"view {relation}")
    if kind is ObjectKind.COLUMN:
        return Markdown(f"column {links.column(ColumnName(name, part))}")
    is_call = kind is ObjectKind.CONSTRAINT and reference.target.kind is ObjectKind.ROUTINE
    if is_call or kind in (ObjectKind.POLICY, ObjectKind.RULE, ObjectKind.TRIGGER):
        return Markdown(f"{kind} {links.part(name, kind, part)} on {relation}")
    return None


def statements_sql(book: Book, found: ObjectId) -> str:
    """The statements of the dump that make an object."""
    return "\n\n".join(f"{s.text};" for s in book.database.statements.get(found, ()))
