"""What all pages are made from: the database, the settings, the statistics, and which edition is wanted.

The committed edition is for review: each fact stands once, on its own object's page. The site's edition has
beside that what would be noise in a diff: statistics, SQL in full, labels of enums at the columns that have
them, permanent links, and the pages of what follows from others.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from copy import copy
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from schemabook.access.cells import Act, Cell
from schemabook.access.matrix import Matrix
from schemabook.access.roles import Roles
from schemabook.model import KIND_OF, Column, Database, Finding, Name, ObjectId, ObjectKind, Type
from schemabook.project.config import Config
from schemabook.project.coverage import Coverage, coverage
from schemabook.project.groups import GroupedRelations, group_relations, hub_tables
from schemabook.project.history import History
from schemabook.project.notes import Notes
from schemabook.project.statistics import MatchedStatistics


class Page(NamedTuple):
    """A page that can be made; `make` may also be called in another process that was forked from this one."""

    path: str
    """Below the output folder."""
    make: Callable[[], str]
    """Its Markdown."""


class Mark(NamedTuple):
    """What became of an object since a revision."""

    became: str
    """`added`, `changed` or `renamed`; of what no page has, `removed`."""
    severity: str = ""
    """The class of the worst that it does, where that is dangerous."""


class Access(dict[Name, Mapping[str, Mapping[Act, Cell]]]):
    """The cells of relations by role and command, computed when they are looked up."""

    def __init__(self, matrix: Matrix) -> None:
        self.matrix = matrix

    def __missing__(self, relation: Name) -> Mapping[str, Mapping[Act, Cell]]:
        cells = {role: self.matrix.cells(role, relation) for role in self.matrix.roles}
        return self.setdefault(relation, cells)


@dataclass(frozen=True)
class Since:
    """What is another than in a revision; without a revision nothing is."""

    name: str = ""
    """As people call the revision."""
    marks: Mapping[ObjectId, Mark] = field(default_factory=dict)
    """What became of each object that is told of."""
    parts: Mapping[ObjectId, tuple[ObjectId, ...]] = field(default_factory=dict)
    """By object, itself and those of its parts that became something."""
    anchors: Mapping[ObjectId, str] = field(default_factory=dict)
    """Where on the page it is told, as far as there is room."""
    page: Callable[[Book], str] | None = None
    """Makes the page that tells all of it."""


@dataclass(frozen=True)
class Book:
    """The input of every page."""

    database: Database
    config: Config
    statistics: MatchedStatistics
    sizes: Mapping[str, int] = field(default_factory=dict)
    """The bytes of each statistics file, by its path."""
    exposed: tuple[str, ...] | None = None
    """The schemas that the Data API exposes; None where no input says."""
    warnings: tuple[Finding, ...] = ()
    """What the inputs say that does not fit together."""
    notes: Notes = field(default_factory=Notes)
    reduced: frozenset[ObjectId] = frozenset()
    """The objects of which only what others reference is here."""
    provided: frozenset[ObjectId] = frozenset()
    """The objects that the platform brings, and that the input uses."""
    whole: Database = field(default_factory=Database)
    """All that was read, also what is hidden or not used: what decides who can do what."""
    since: Since = field(default_factory=Since)
    """What the site says to be another than in the revision of the settings."""
    history: History = field(default_factory=History)
    """How the schema came to be, on the site."""
    for_site: bool = False
    """Whether the pages are those of the built site, and not those that are committed."""

    def of_site(self) -> Book:
        """The same for the built site; what was computed of the book holds for both editions."""
        _ = self.access
        book = copy(self)
        vars(book)["for_site"] = True
        return book

    @cached_property
    def types(self) -> Mapping[str, Type]:
        """The types that the dump defines, by the ways in which a column spells them."""
        return self.database.types_by_spelling

    @cached_property
    def groups(self) -> GroupedRelations:
        """The relations of each group of the settings."""
        return group_relations(self.config, self.database)

    def provided_by(self, found: ObjectId) -> str:
        """The platform that brings an object; empty where the input makes it."""
        platform = self.database.platform
        return platform.title if platform and found in self.provided else ""

    @cached_property
    def group_of(self) -> Mapping[Name, str]:
        """The name of each relation's group."""
        return {fact.name: group.name for group, facts in self.groups.groups for fact in facts}

    @cached_property
    def hubs(self) -> tuple[Name, ...] | None:
        """The tables in the map's core, where the settings name them."""
        return hub_tables(self.config, self.database)

    @cached_property
    def roles(self) -> Roles:
        """All roles, with what they own and may do."""
        return Roles(self.database)

    @cached_property
    def matrix(self) -> Matrix:
        """Who can do what, by all that was read; pages look at `access`."""
        return Matrix(self.whole)

    @cached_property
    def access(self) -> Access:
        """The cells of the relations that are shown, by role and command."""
        return Access(self.matrix)

    @cached_property
    def role_names(self) -> frozenset[str]:
        """The roles that have a page on the site."""
        return self.roles.known

    @cached_property
    def coverage(self) -> Coverage:
        """What has a comment or a note with a text; what the settings hide does not count."""
        settings = (subject for subject, note in self.notes.settings.items() if note.text)
        return coverage(self.database, {*settings, *self.notes.files}, self.reduced | self.provided)

    @cached_property
    def has_row_security(self) -> bool:
        """Whether any table has it."""
        return any(relation.row_security for relation in self.database.relations.values())

    @cached_property
    def objects(self) -> Counter[tuple[str, str]]:
        """How many objects of a kind a schema has: `table`, `view`, `function`, `type` and `sequence`."""
        database = self.database
        found = Counter(
            ("view" if r.is_view else "table", r.name.schema) for r in database.relations.values()
        )
        found.update(("function", name.schema) for name in {s.name for s in database.routines})
        found.update(("type", name.schema) for name in database.types)
        found.update(("sequence", name.schema) for name, s in database.sequences.items() if not s.identity)
        return found

    @cached_property
    def parts(self) -> frozenset[ObjectId]:
        """All parts of relations, rules too."""
        kinds = [row for kind, row in KIND_OF.items() if row.is_part or kind is ObjectKind.RULE]
        return frozenset(found for row in kinds for found, _ in row.facts(self.database))

    @cached_property
    def columns_by_name(self) -> Mapping[str, tuple[Column, ...]]:
        """All columns of one name; those of partitions are those of their table."""
        found: dict[str, list[Column]] = {}
        relations = self.database.relations
        for column in self.database.columns.values():
            relation = relations.get(column.relation)
            if relation and not relation.partition_of:
                found.setdefault(column.name, []).append(column)
        return {name: tuple(columns) for name, columns in found.items()}

    @cached_property
    def users_of_type(self) -> Mapping[Name, tuple[Name, ...]]:
        """The relations that have a column of a type."""
        users: dict[Name, dict[Name, None]] = {}
        for column in self.database.columns.values():
            if found := self.types.get(column.type.removesuffix("[]")):
                users.setdefault(found.name, {})[column.relation] = None
        return {name: tuple(found) for name, found in users.items()}
