"""The part of a database that stays, by what is visible: one row for each kind of fact."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cached_property
from typing import Any, TypeVar

from schemabook.model import (
    KIND_OF,
    Column,
    ColumnName,
    Constraint,
    ConstraintKind,
    Database,
    Finding,
    Name,
    ObjectId,
    ObjectKind,
    Other,
    Publication,
    PublishedTable,
    Receipt,
    VirtualForeignKey,
    relation_id,
    spellings,
    type_id,
)
from schemabook.project.hidden.fields import Says, named, reduced, types_in
from schemabook.project.hidden.objects import HIDDEN, KEYED, as_named, objects
from schemabook.project.hidden.words import Unspeakable

V = TypeVar("V")
KIND_OF_FACT = {row.fact: row.kind for row in HIDDEN if row.kind in KEYED}


class Part:
    """What stays: what is *visible* as it is, and reduced what that needs."""

    def __init__(
        self,
        database: Database,
        visible: frozenset[ObjectId],
        keys: Iterable[VirtualForeignKey],
        hides: Callable[[Name], bool],
    ) -> None:
        self.whole = database
        self.visible = visible
        self.needed: dict[ObjectId, set[str]] = defaultdict(set)
        """What visible objects name, and of a relation which columns."""
        self._collect(keys)
        shown = {found.name for found in self.every if self.stays(found)}
        gone = {found.name for found in self.every if not self.stays(found)}
        self.unspeakable = Unspeakable(hides, gone, shown)

    def database(self) -> Database:
        """The database as it is shown."""
        return replace(
            self.whole, **{name: stays(self, getattr(self.whole, name)) for name, stays in KINDS.items()}
        )

    # what is needed

    def _collect(self, keys: Iterable[VirtualForeignKey]) -> None:
        for reference in self.whole.references:
            if reference.origin.whole in self.visible:
                self._need(reference.target.whole, reference.target.part)
        for key in keys:
            if self.is_visible(key.relation):
                self._need(relation_id(key.references.relation), *key.references.columns)
        for found in self.visible:
            self._need_types(found)
        for name, relation in self.whole.relations.items():
            if self.is_visible(name):
                for parent in filter(None, (relation.partition_of, *relation.inherits)):
                    self._need(relation_id(parent))
        self._complete()

    def _need(self, found: ObjectId, *columns: str) -> None:
        if found in self.every:
            self.needed[found].update(columns)

    def _complete(self) -> None:
        """What is reduced still says of which types it is."""
        done: set[ObjectId] = set()
        while waiting := self.needed.keys() - self.visible - done:
            done |= waiting
            for found in sorted(waiting):
                self._need_types(found)

    def _need_types(self, found: ObjectId) -> None:
        for fact in self._facts(found):
            for spelled in types_in(fact):
                if named_type := self._types.get(spelled.removeprefix("SETOF ").rstrip("[]")):
                    self._need(named_type)

    def _facts(self, found: ObjectId) -> Iterator[Any]:
        """The object, and its columns that stay."""
        kind, name = found[:2]
        if kind is ObjectKind.RELATION:
            wanted = self.columns_of(name)
            columns = self.whole.columns_of(name)
            yield from (column for column in columns if wanted is None or column.name in wanted)
        elif kind is ObjectKind.ROUTINE:
            yield from self.whole.overloads(name)
        elif kind is ObjectKind.TYPE:
            yield self.whole.types[name]

    @cached_property
    def every(self) -> frozenset[ObjectId]:
        """All objects of the database."""
        return frozenset(objects(self.whole))

    @cached_property
    def _types(self) -> Mapping[str, ObjectId]:
        """The types, and the relations whose rows may be values, by their spellings."""
        found: dict[str, ObjectId] = {
            spelling: relation_id(name) for name in self.whole.relations for spelling in spellings(name)
        }
        found.update((spelled, type_id(fact.name)) for spelled, fact in self.whole.types_by_spelling.items())
        return found

    # what stays

    def is_visible(self, relation: Name) -> bool:
        """Whether a relation is there as it is."""
        return relation_id(relation) in self.visible

    def stays(self, found: ObjectId) -> bool:
        """Whether an object is there, at least reduced."""
        return found in self.visible or found in self.needed

    def columns_of(self, relation: Name) -> set[str] | None:
        """The columns of a relation that stay; None for all."""
        if self.is_visible(relation):
            return None
        if relation_id(relation) not in self.needed:
            return set()
        key = self.whole.primary_key(relation)
        return self.needed[relation_id(relation)] | set(key.columns if key else ())

    def has_column(self, name: ColumnName) -> bool:
        """Whether a column stays."""
        wanted = self.columns_of(name.relation)
        return name in self.whole.columns and (wanted is None or name.column in wanted)

    @cached_property
    def schemas(self) -> frozenset[str]:
        """The schemas but for those that held something and now hold nothing."""
        held = {found.name.schema for found in self.every}
        holding = {found.name.schema for found in self.every if self.stays(found)}
        return frozenset(name for name in self.whole.schemas if name in holding or name not in held)

    def shown(self, fact: V) -> V:
        """An object or a part of one: as it is or reduced, without what is left out of it."""
        return self.without_hidden(fact if _whole(fact) in self.visible else _reduced(self, fact))

    def without_hidden(self, fact: V) -> V:
        """The fact without what is left out of it."""
        changes = {}
        for name in named(type(fact), Says.LEFT_OUT):
            value = getattr(fact, name)
            is_one = value is None or isinstance(value, (str, ColumnName))
            kept = tuple(found for found in ((value,) if is_one else value) if self._may_name(found))
            changes[name] = next(iter(kept), None) if is_one else kept
        if isinstance(fact, tuple):
            return fact._replace(**changes)  # type: ignore[attr-defined,no-any-return]  # A NamedTuple.
        return replace(fact, **changes)  # type: ignore[type-var]  # A fact is one of the two.

    def _may_name(self, found: Any) -> bool:
        """Whether a schema, a column, a relation or a published relation is shown."""
        match found:
            case str():
                return found in self.schemas
            case ColumnName():
                return self.has_column(found)
            case PublishedTable():
                return self.is_visible(found.relation)
            case Name():
                return self.is_visible(found)
        return found is not None


def _whole(fact: Any) -> ObjectId:
    """The object, or the relation that a part is of."""
    kind = KIND_OF_FACT.get(type(fact))
    return ObjectId(kind, fact.name) if kind else relation_id(fact.relation)


def _reduced(part: Part, fact: Any) -> Any:
    """The object without details, and without the relations that are not there."""
    changes: dict[str, Any] = {}
    for name in named(type(fact), Says.NEEDED):
        value = getattr(fact, name)
        if isinstance(value, Name):
            changes[name] = value if part.stays(relation_id(value)) else None
        elif value:
            changes[name] = tuple(parent for parent in value if part.stays(relation_id(parent)))
    bound = getattr(fact, "partition_bound", None)
    small = replace(reduced(fact), **changes)
    return replace(small, partition_bound=bound) if bound and small.partition_of else small


# Each kind of fact


def _those(
    stays: Callable[[Part, Any], bool], shown: Callable[[Part, Any], Any] = lambda _, fact: fact
) -> Callable[[Part, Any], Any]:
    """The facts that stay, in a mapping or a tuple, each as it is shown."""

    def found(part: Part, facts: Any) -> Any:
        if isinstance(facts, Mapping):
            return {key: shown(part, fact) for key, fact in facts.items() if stays(part, fact)}
        return tuple(shown(part, fact) for fact in facts if stays(part, fact))

    return found


def _same(_: Part, facts: V) -> V:
    return facts


def _columns(part: Part, facts: Mapping[ColumnName, Column]) -> Mapping[ColumnName, Column]:
    """The columns that stay, counted anew."""
    positions: Counter[Name] = Counter()
    found: dict[ColumnName, Column] = {}
    for column in sorted(facts.values(), key=lambda column: (column.relation, column.position)):
        name = ColumnName(column.relation, column.name)
        if part.has_column(name):
            positions[column.relation] += 1
            found[name] = replace(part.shown(column), position=positions[column.relation])
    return {name: found[name] for name in facts if name in found}


def _has_constraint(part: Part, fact: Constraint) -> bool:
    """Whether it is of what is visible, or the primary key of what is reduced."""
    is_primary = fact.kind is ConstraintKind.PRIMARY_KEY
    return part.is_visible(fact.relation) or (is_primary and part.stays(relation_id(fact.relation)))


def has_privileges_on(part: Part, on: ObjectId) -> bool:
    """Whether it is told who may do what with an object."""
    if on.kind is ObjectKind.SCHEMA:
        return on.name.name in part.schemas
    return on.kind not in KEYED or on.whole in part.visible


def publications_of(part: Part, facts: Mapping[str, Publication]) -> Mapping[str, Publication]:
    """Those that still publish something, or never did."""

    def publishes(fact: Publication) -> bool:
        return bool(fact.all_tables or fact.tables or fact.schemas)

    shown = {name: part.without_hidden(fact) for name, fact in facts.items()}
    return {name: fact for name, fact in shown.items() if publishes(fact) or not publishes(facts[name])}


def has_other(part: Part, fact: Other) -> bool:
    """Whether it is of what is visible, and its name, which may hold types, names nothing that is gone."""
    if fact.relation and not part.is_visible(fact.relation):
        return False
    row = KIND_OF[fact.kind]
    is_own = row in HIDDEN and not fact.relation
    if is_own and as_named(row.identity(fact, part.whole)) not in part.visible:
        return False
    return not part.unspeakable.is_named(fact.name)


def _lineage(
    part: Part, facts: Mapping[ColumnName, tuple[ColumnName, ...]]
) -> Mapping[ColumnName, tuple[ColumnName, ...]]:
    """Of the columns that are there, the columns that are there."""
    found = {
        column: tuple(filter(part.has_column, sources))
        for column, sources in facts.items()
        if part.is_visible(column.relation)
    }
    return {column: sources for column, sources in found.items() if sources}


def _has_warning(part: Part, fact: Finding) -> bool:
    """Whether it is of what is visible, and names nothing hidden."""
    is_visible = fact.object and fact.object.whole in part.visible
    return bool(is_visible) and not part.unspeakable.is_named(fact.message)


def _receipt(part: Part, fact: Receipt) -> Receipt:
    """All statements count; what is not understood is marked where it names what is hidden."""
    unread = tuple(
        found._replace(is_hidden=part.unspeakable.is_named(f"{found.statement.text} {found.reason}"))
        for found in fact.unread
    )
    return replace(fact, unread=unread)


OBJECTS = _those(lambda part, fact: part.stays(_whole(fact)), Part.shown)
PARTS = _those(lambda part, fact: part.is_visible(fact.relation))
KINDS: Mapping[str, Callable[[Part, Any], Any]] = {
    "schemas": _those(lambda part, fact: fact.name in part.schemas),
    "extensions": _those(lambda part, fact: True, Part.without_hidden),
    "roles": _same,
    "types": OBJECTS,
    "sequences": OBJECTS,
    "relations": OBJECTS,
    "columns": _columns,
    "constraints": _those(_has_constraint, Part.shown),
    "indexes": PARTS,
    "triggers": PARTS,
    "policies": PARTS,
    "routines": OBJECTS,
    "privileges": _those(lambda part, fact: has_privileges_on(part, fact.on)),
    "publications": publications_of,
    "default_privileges": _those(lambda part, fact: fact.schema is None or fact.schema in part.schemas),
    "others": _those(has_other),
    "lineage": _lineage,
    "exposed": lambda part, fact: fact and part.without_hidden(fact),
    "references": _those(lambda part, fact: fact.origin.whole in part.visible),
    "inputs": _same,
    "receipt": _receipt,
    "warnings": _those(_has_warning),
    "statements": lambda part, facts: {key: facts[key] for key in facts if key in part.visible},
    "secrets": _same,
    "platform": lambda part, fact: fact and replace(fact, gone=frozenset()),
}
"""How each field of a database passes: a row for every one."""
