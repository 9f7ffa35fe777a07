"""Names as a guide writes them, and the places in the reference that they lead to."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from schemabook.model import (
    KIND_OF,
    ConstraintKind,
    Database,
    Name,
    ObjectKind,
    routine_id,
    sequence_id,
    type_id,
)
from schemabook.model import Sequence as SequenceFact
from schemabook.model.written_names import Part, read_part
from schemabook.pages.links import column_anchor, part_anchor, relation_page
from schemabook.pages.paths import object_page, schema_page

PLAIN = re.compile(r"[^\W\d][\w$]*")
PART = rf'{PLAIN.pattern}|"(?:[^"]|"")+"'
WRITTEN = re.compile(rf"({PART})(?:\.({PART}))?(?:\.({PART}))?(\(\))?")
WITH_INDEX = (ConstraintKind.PRIMARY_KEY, ConstraintKind.UNIQUE, ConstraintKind.EXCLUSION)


class Written(NamedTuple):
    """A name in a guide: one to three parts, and whether it is a routine's."""

    parts: tuple[Part, ...]
    is_routine: bool

    @property
    def texts(self) -> tuple[str, ...]:
        """The parts without their quotes, as written."""
        return tuple(part.text for part in self.parts)

    @property
    def folded(self) -> tuple[str, ...]:
        """The parts as PostgreSQL takes them: lower case unless quoted."""
        return tuple(part.text if part.quoted else part.text.lower() for part in self.parts)


class Place(NamedTuple):
    """Where an object is in the reference."""

    page: str
    """Its page, from the folder of the reference."""
    anchor: str
    name: str
    """What tells it apart, with its schema."""


def read_name(text: str) -> Written | None:
    """The name that the text is; None where it is none."""
    found = WRITTEN.fullmatch(text)
    if not found or (found[3] and found[4]):
        return None
    return Written(tuple(read_part(part) for part in found.groups()[:3] if part), bool(found[4]))


def spelled(*parts: str) -> str:
    """The parts as a guide would write them, in quotes where they need them."""
    return ".".join(p if PLAIN.fullmatch(p) else '"' + p.replace('"', '""') + '"' for p in parts)


@dataclass(frozen=True)
class Names:
    """All that a guide may name."""

    database: Database

    def places(self, name: Written) -> tuple[Place, ...]:
        """Where the name may lead: nowhere, to one place, or to several that it does not tell apart."""
        return self.exactly(name.texts, name.is_routine) or self.exactly(name.folded, name.is_routine)

    def exactly(self, parts: tuple[str, ...], is_routine: bool) -> tuple[Place, ...]:
        """The same for parts as the catalog has them."""
        return tuple(dict.fromkeys(self._found(parts, is_routine)))

    def owners(self, parts: Sequence[str]) -> tuple[Name, ...]:
        """The relations and types that one part or two mean; without schema public's, else any other's."""
        if len(parts) == 2:
            return tuple({Name(*parts)} & self._members.keys())
        return _public_first(self._owners.get(parts[0], ())) if parts else ()

    def members(self, owner: Name) -> Mapping[str, str]:
        """The anchors of a relation's columns and other parts, or of an enum's labels, by name."""
        return self._members.get(owner, {})

    def objects(self, schema: str | None = None) -> tuple[Name, ...]:
        """All relations, types and sequences, or those of a schema."""
        return tuple(name for name in self._pages if schema in (None, name.schema))

    def routines(self, schema: str | None = None) -> tuple[Name, ...]:
        """The names that routines have, or those of a schema."""
        return tuple(name for name in self._routines if schema in (None, name.schema))

    def is_routine(self, name: Written) -> bool:
        """Whether it is a routine's name, although without parentheses."""
        return len(name.parts) == 2 and Name(*name.texts) in self._routines

    def _found(self, parts: tuple[str, ...], is_routine: bool) -> Iterator[Place]:
        *first, last = parts
        if is_routine:
            yield from self._named(self._routines, parts)
        elif len(parts) == 1:
            found = list(self._named(self._pages, parts))
            yield from found
            if not found and last in self.database.schemas:
                yield Place(schema_page(last), "", last)
        else:
            if len(parts) == 2:
                yield from self._named(self._pages, parts)
                yield from self._index(Name(*parts))
            yield from self._parts(self.owners(first), last)

    def _named(self, pages: Mapping[Name, str], parts: tuple[str, ...]) -> Iterator[Place]:
        if len(parts) == 2:
            names = tuple(name for name in (Name(*parts),) if name in pages)
        else:
            names = _public_first(tuple(name for name in pages if name.name == parts[0]))
        yield from (Place(pages[name], "", spelled(*name)) for name in names)

    def _parts(self, owners: Iterable[Name], part: str) -> Iterator[Place]:
        for name in owners:
            if part in self.members(name):
                yield Place(self._pages[name], self.members(name)[part], spelled(*name, part))

    def _index(self, index: Name) -> Iterator[Place]:
        """An index by its schema and name, as PostgreSQL names it without its table."""
        if table := self._tables_of_indexes.get(index):
            yield from self._parts([table], index.name)

    @cached_property
    def _pages(self) -> Mapping[Name, str]:
        types = {name: object_page(type_id(name)) for name in self.database.types}
        relations = {name: relation_page(relation) for name, relation in self.database.relations.items()}
        sequences = {name: self._page_of(sequence) for name, sequence in self.database.sequences.items()}
        return {**sequences, **types, **relations}

    def _page_of(self, sequence: SequenceFact) -> str:
        """A sequence behind an identity column is told of at its table."""
        if not sequence.identity:
            return object_page(sequence_id(sequence.name))
        table = self.database.relations.get(sequence.owned_by.relation) if sequence.owned_by else None
        return relation_page(table) if table else schema_page(sequence.name.schema)

    @cached_property
    def _routines(self) -> Mapping[Name, str]:
        names = dict.fromkeys(signature.name for signature in self.database.routines)
        return {name: object_page(routine_id(name)) for name in names}

    @cached_property
    def _owners(self) -> Mapping[str, tuple[Name, ...]]:
        found: dict[str, list[Name]] = defaultdict(list)
        for name in self._members:
            found[name.name].append(name)
        return {name: tuple(names) for name, names in found.items()}

    @cached_property
    def _tables_of_indexes(self) -> Mapping[Name, Name]:
        keys = (key for key, fact in self.database.constraints.items() if fact.kind in WITH_INDEX)
        return {Name(table.schema, name): table for table, name in (*self.database.indexes, *keys)}

    @cached_property
    def _members(self) -> Mapping[Name, Mapping[str, str]]:
        found: dict[Name, dict[str, str]] = {name: {} for name in self.database.relations}
        for name, fact in self.database.types.items():
            found[name] = {label: part_anchor("label", label) for label in fact.labels}
        for relation, column in self.database.columns:
            found.setdefault(relation, {})[column] = column_anchor(column)
        for kind in (ObjectKind.CONSTRAINT, ObjectKind.INDEX, ObjectKind.POLICY, ObjectKind.TRIGGER):
            for relation, part in getattr(self.database, KIND_OF[kind].field):
                own = found.setdefault(relation, {})
                own.setdefault(part, part_anchor(kind, part))  # A column's goes first.
        return {name: members for name, members in found.items() if name in self._pages}


def _public_first(names: tuple[Name, ...]) -> tuple[Name, ...]:
    return tuple(name for name in names if name.schema == "public") or names
