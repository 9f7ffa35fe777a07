"""Database → Database without what the platform brings, but for what the input uses of it.

What the input only refers to stays reduced, as what is hidden does: a relation to the columns that are named
and its primary key, a routine to its signature. What the input adds to a relation, as a policy or a trigger,
stays as well, and then the privileges do, which decide together with it.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from functools import cached_property
from typing import Any, NamedTuple

from schemabook.model import (
    KINDS,
    Column,
    ColumnName,
    Constraint,
    ConstraintKind,
    Database,
    Name,
    ObjectId,
    ObjectKind,
    Privilege,
    Provided,
    Reference,
    Relation,
    Routine,
    Sql,
    VirtualForeignKey,
    key_of,
    relation_id,
    routine_id,
    type_id,
)
from schemabook.project.hidden.objects import HIDDEN, KEYED

OBJECTS = tuple(row for row in HIDDEN if row.kind in KEYED)
PARTS = {row.kind: row.field for row in KINDS if row.is_part}
"""By the kind of what hangs on a relation: the mapping."""
ONLY_OWN = ("indexes", "triggers", "policies", "extensions", "roles", "publications")
"""The mappings of what stays only where the input made or changed it."""
PUBLIC = "public"
"""The schema of every database: it is there to hold something."""
UNSAID = ("source", "relation", "name", "comment")
ROW = re.compile(r'\b(?:new|old)\s*\.\s*"?(\w+)', re.I)
"""A column in the body of a trigger's function."""


class Used(NamedTuple):
    """What pages, maps and exports are about."""

    database: Database
    provided: frozenset[ObjectId] = frozenset()
    """The objects in it that the platform brings."""
    reduced: frozenset[ObjectId] = frozenset()
    """Of these, those that the input only refers to."""


def without_unused(
    database: Database, keys: Iterable[VirtualForeignKey] = (), named: Iterable[ObjectId] = ()
) -> Used:
    """What the input says, and what that uses of its platform; *keys* and settings that *name* it do, too."""
    if not database.platform:
        return Used(database)
    return _Part(database, database.platform, tuple(keys), tuple(named)).used()


@dataclass(frozen=True)
class _Part:
    """The part of a database that the input made, changed or uses."""

    whole: Database
    platform: Provided
    keys: tuple[VirtualForeignKey, ...]
    named: tuple[ObjectId, ...]

    def used(self) -> Used:
        """The part, and what in it is the platform's."""
        whole = self.whole
        kept: dict[str, Any] = {
            row.field: {
                key: self._reduced(fact)
                for key, fact in getattr(whole, row.field).items()
                if self._stays(ObjectId(row.kind, fact.name))
            }
            for row in OBJECTS
        }
        schemas = self._schemas({fact.name.schema for facts in kept.values() for fact in facts.values()})
        own: dict[str, Any] = {field: self._own(field) for field in ONLY_OWN}
        database = replace(
            whole,
            **kept,
            **own,
            columns=dict(self._columns(kept["relations"])),
            constraints={key: fact for key, fact in whole.constraints.items() if self._has_constraint(fact)},
            schemas={name: fact for name, fact in whole.schemas.items() if name in schemas},
            privileges=tuple(fact for fact in whole.privileges if self._has_privilege(fact, schemas)),
            default_privileges=tuple(fact for fact in whole.default_privileges if self._counts(fact)),
            lineage={key: found for key, found in whole.lineage.items() if self._is_made(key.relation)},
            references=self._references,
            platform=replace(self.platform, gone=self._gone),
        )
        brought = {ObjectId(row.kind, fact.name) for row in OBJECTS for fact in kept[row.field].values()}
        provided = frozenset(brought & self._brought)
        return Used(database, provided, provided - self._touched)

    # what the input made or changed

    def _own(self, field: str) -> dict[Any, Any]:
        before, path = getattr(self.platform.database, field), self.platform.path
        return {
            key: fact
            for key, fact in getattr(self.whole, field).items()
            if not (old := before.get(key)) or fact != old or fact.source.path not in (path, old.source.path)
        }

    @cached_property
    def _own_parts(self) -> Mapping[str, dict[Any, Any]]:
        return {field: self._own(field) for field in PARTS.values()}

    @property
    def _gone(self) -> frozenset[ObjectId]:
        """What the platform brought and the input has removed."""
        before, after = (
            {name for row in KINDS for name, _ in row.facts(side)}
            for side in (self.platform.database, self.whole)
        )
        return frozenset(before - after)

    @cached_property
    def _brought(self) -> frozenset[ObjectId]:
        """The objects that the platform made, whatever has become of them since."""
        own = {found for found, fact in self._objects if fact.source.path != self.platform.path}
        return frozenset(found for found, _ in self._objects) - own

    @cached_property
    def _objects(self) -> tuple[tuple[ObjectId, Any], ...]:
        """All objects; overloads are one."""
        return tuple((found.whole, fact) for row in OBJECTS for found, fact in row.facts(self.whole))

    @cached_property
    def _brought_relations(self) -> frozenset[Name]:
        return frozenset(found.name for found in self._brought if found.kind is ObjectKind.RELATION)

    def _is_made(self, relation: Name) -> bool:
        return relation not in self._brought_relations

    @cached_property
    def _own_privileges(self) -> frozenset[Privilege]:
        return frozenset(self.whole.privileges) - frozenset(self.platform.database.privileges)

    @cached_property
    def _touched(self) -> frozenset[ObjectId]:
        """The objects of the platform that the input changed, added a part to, or granted."""
        changed = {ObjectId(row.kind, fact.name) for row in OBJECTS for fact in self._own(row.field).values()}
        parts = {relation for found in self._own_parts.values() for relation, _ in found}
        added = {relation_id(relation) for relation in parts}
        granted = {fact.on.whole for fact in self._own_privileges}
        return frozenset((changed | added | granted) & self._brought)

    # what it uses

    @cached_property
    def _references(self) -> tuple[Reference, ...]:
        return tuple(fact for fact in self.whole.references if self._is_from_own(fact))

    def _is_from_own(self, fact: Reference) -> bool:
        whole, (kind, relation, part) = fact.origin.whole, fact.origin[:3]
        if whole not in self._brought:
            return True
        return (relation, part) in self._own_parts[PARTS[kind]] if kind in PARTS else kind is ObjectKind.RULE

    @cached_property
    def _needed(self) -> Mapping[ObjectId, set[str]]:
        """What the input refers to, and of a relation which columns; of its own it has them all."""
        needed: dict[ObjectId, set[str]] = defaultdict(set)
        for reference in self._references:
            needed[reference.target.whole].add(reference.target.part)
        for found in self.named:
            needed[found.whole].add(found.part)
        for key in self.keys:
            needed[relation_id(key.relation)].update(key.columns)
            needed[relation_id(key.references.relation)].update(key.references.columns)
        for relation in self.whole.relations.values():
            if self._is_made(relation.name):
                for parent in filter(None, (relation.partition_of, *relation.inherits)):
                    needed[relation_id(parent)].update(())
        for trigger in self._own_parts["triggers"].values():
            for routine in self.whole.overloads(trigger.routine):
                needed[relation_id(trigger.relation)].update(ROW.findall(routine.body or ""))
        for parts in self._own_parts.values():
            for (relation, _), part in parts.items():
                if not self._is_made(relation):
                    needed[relation_id(relation)].update(words(part))
        return needed

    @cached_property
    def _needed_types(self) -> frozenset[Name]:
        spelled = {column.type for column in self.whole.columns.values() if self._has_column(column)}
        for name, fact in self.whole.types.items():
            if type_id(name) not in self._brought:
                spelled |= {fact.base_type or "", *(attribute.type for attribute in fact.attributes)}
        found = map(self.whole.types_by_spelling.get, (text.removesuffix("[]") for text in spelled))
        return frozenset(fact.name for fact in found if fact)

    def _stays(self, found: ObjectId) -> bool:
        if found not in self._brought or found in self._touched or found in self._needed:
            return True
        return found.kind is ObjectKind.TYPE and found.name in self._needed_types

    def _schemas(self, holding: set[str]) -> frozenset[str]:
        granted = {fact.on.name.name for fact in self._own_privileges if fact.on.kind is ObjectKind.SCHEMA}
        return frozenset(holding | granted - {PUBLIC} | self._own("schemas").keys())

    # what stays of it

    def _reduced(self, fact: Any) -> Any:
        if isinstance(fact, Relation) and not self._is_made(fact.name):
            return replace(fact, definition=None)
        if isinstance(fact, Routine) and routine_id(fact.name) in self._brought:
            return replace(fact, body=None, settings=())
        return fact

    def _has_column(self, column: Column) -> bool:
        relation = column.relation
        if self._is_made(relation) or (relation, column.name) in self._own_parts["columns"]:
            return True
        if not self._stays(relation_id(relation)):
            return False
        key = self.whole.primary_key(relation)
        return column.name in self._needed.get(relation_id(relation), ()) or bool(
            key and column.name in key.columns
        )

    def _columns(self, relations: Iterable[Name]) -> Iterator[tuple[ColumnName, Column]]:
        for relation in relations:
            kept = filter(self._has_column, self.whole.columns_of(relation))
            for position, column in enumerate(kept, 1):
                if column.position != position:
                    column = replace(column, position=position)
                yield ColumnName(relation, column.name), column

    def _has_constraint(self, fact: Constraint) -> bool:
        if (fact.relation, fact.name) in self._own_parts["constraints"]:
            return True
        return fact.kind is ConstraintKind.PRIMARY_KEY and self._stays(relation_id(fact.relation))

    def _has_privilege(self, fact: Privilege, schemas: frozenset[str]) -> bool:
        """Those on what the input made or changed; and who may use the schemas that are shown."""
        if fact in self._own_privileges:
            return True
        on = fact.on
        if on.kind is ObjectKind.SCHEMA:
            return on.name.name in schemas
        return on.whole not in self._brought or on.whole in self._touched

    def _counts(self, fact: Any) -> bool:
        """Whether a default privilege is the input's, or for what its owner makes in a schema of his."""
        if fact not in self.platform.database.default_privileges or fact.source.path != self.platform.path:
            return True
        return fact.role == self.platform.role and fact.schema in self._made_schemas

    @cached_property
    def _made_schemas(self) -> frozenset[str]:
        """The schemas that hold something of the input."""
        return frozenset(found.name.schema for found, _ in self._objects if found not in self._brought)


def words(value: object) -> set[str]:
    """The names and other words in a part of a relation, its expressions included."""
    if isinstance(value, Sql):
        return {token.strip('"') for token in value.tokens.split()}
    if isinstance(value, str):
        return {value}
    if isinstance(value, tuple):
        return {word for item in value for word in words(item)}
    if hasattr(value, "__dataclass_fields__"):
        said = (getattr(value, f.name) for f in fields(value) if f.name not in UNSAID)  # type: ignore[arg-type]
        return {word for item in said for word in words(item)}
    return set()


def with_unused(database: Database, brought: Database) -> Database:
    """The way back: a database that `without_unused` has left, with all else that its platform *brought*.

    But for what the input has removed of that, which is in `Provided.gone`.
    """
    gone = database.platform.gone if database.platform else frozenset[ObjectId]()
    facts: dict[str, list[Any]] = defaultdict(list)
    for row in KINDS:
        own = dict(row.facts(database))
        facts[row.field] += (_restored(fact, brought) for _, fact in row.facts(database))
        facts[row.field] += (
            fact for name, fact in row.facts(brought) if name not in own and name not in gone
        )
    facts["columns"] = list(_in_place(facts["columns"], database, brought))
    lists = ("privileges", "default_privileges")
    held: dict[str, Any] = {
        field: tuple(found) if field in lists else dict(sorted((key_of(fact), fact) for fact in found))
        for field, found in facts.items()
    }
    return replace(
        database,
        **held,
        lineage={**brought.lineage, **database.lineage},
        references=tuple(dict.fromkeys((*database.references, *brought.references))),
    )


def _restored(fact: Any, brought: Database) -> Any:
    """A fact as it was before it was reduced."""
    if isinstance(fact, Relation) and fact.definition is None and fact.name in brought.relations:
        return replace(fact, definition=brought.relations[fact.name].definition)
    if isinstance(fact, Routine) and fact.body is None and fact.signature in brought.routines:
        whole = brought.routines[fact.signature]
        return replace(fact, body=whole.body, settings=whole.settings)
    return fact


def _in_place(columns: Iterable[Column], own: Database, brought: Database) -> Iterator[Column]:
    """The columns, those that were left out at their places again, and what was added to them last."""
    by_relation: dict[Name, list[Column]] = defaultdict(list)
    for column in columns:
        by_relation[column.relation].append(column)
    for relation, found in by_relation.items():
        places: dict[str, int] = {}
        if len(found) > len(own.columns_of(relation)):
            places = {column.name: column.position for column in brought.columns_of(relation)}
        ordered = sorted(found, key=lambda c: (places.get(c.name, len(places)), c.position))
        yield from (replace(column, position=position) for position, column in enumerate(ordered, 1))
