"""Database → Database without what the settings hide, but for what the other objects reference.

Such an object stays reduced: a table to the referenced columns and its primary key, a routine to its
signature; a type stays as it is. What hangs on a hidden object goes with it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TypeVar

from schemabook.config import Config, HiddenPattern, Subject
from schemabook.errors import SchemaError, Source
from schemabook.groups import check_names
from schemabook.model import (
    Column,
    ColumnName,
    Constraint,
    ConstraintKind,
    Database,
    Name,
    Privilege,
    Reference,
    Relation,
    Signature,
    VirtualForeignKey,
)
from schemabook.nearest import did_you_mean, nearest_name
from schemabook.notes import Notes

Object = tuple[str, Name]
"""An object by its kind, `relation`, `routine`, `type` or `sequence`, and its name; overloads are one."""
V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class Shown:
    """What the pages are about."""

    database: Database
    reduced: frozenset[Object] = frozenset()
    """The hidden objects that are in the database for what references them."""


def hide(
    database: Database,
    patterns: tuple[HiddenPattern, ...],
    virtual_foreign_keys: Iterable[VirtualForeignKey] = (),
) -> Shown:
    """What stays; SchemaError for a pattern that nothing fits, and where nothing would stay."""
    if not patterns:
        return Shown(database)
    every = frozenset(_objects(database))
    _expect_matches(patterns, every)
    hidden = frozenset(_hidden(database, patterns, every))
    if hidden == every:
        hint = "name what is to be shown after an exclamation mark: !public.*"
        raise SchemaError("everything is hidden", source=patterns[-1].pattern.source, hint=hint)
    return _Part(database, every - hidden, _needed(database, every - hidden, virtual_foreign_keys)).shown()


def expect_shown(config: Config, notes: Notes, shown: Database) -> None:
    """SchemaError at the first object that the settings or a note name, but that is not among the shown."""
    shown_subjects = frozenset(_subjects(shown))
    for subject, source in _named(config, notes):
        if subject not in shown_subjects:
            pattern = _decisive(config.hidden, subject.object)
            hint = f'"{pattern.pattern.text}" in {pattern.pattern.source} hides it' if pattern else ""
            raise SchemaError(f"{subject} is hidden", source=source, hint=hint)
    check_names(config, shown)  # A pattern of a group or of the hubs may fit hidden relations only.


def _named(config: Config, notes: Notes) -> Iterator[tuple[Subject, Source | str]]:
    for pattern in (pattern for group in config.groups for pattern in group.tables if not pattern.glob):
        yield Subject("relation", Name(pattern.schema, pattern.name)), pattern.source
    for pattern in (pattern for pattern in config.hubs or () if not pattern.glob):
        yield Subject("relation", Name(pattern.schema, pattern.name)), pattern.source
    for table in config.important_tables:
        yield Subject("relation", table.name), table.source
    for key in config.virtual_foreign_keys:
        for relation, columns in ((key.relation, key.columns), key.references):
            yield from ((Subject("column", relation, column), key.source) for column in columns)
    yield from ((subject, note.source) for subject, note in notes.settings.items())
    yield from ((subject, file.path.as_posix()) for subject, file in notes.files.items())


def _subjects(database: Database) -> Iterator[Subject]:
    yield from (Subject(*found) for found in _objects(database))
    yield from (Subject("column", *column) for column in database.columns)
    yield from (Subject("policy", *policy) for policy in database.policies)


def _decisive(patterns: tuple[HiddenPattern, ...], name: Name) -> HiddenPattern | None:
    """The last pattern that the name fits."""
    return next((found for found in reversed(patterns) if found.pattern.matches(name)), None)


def _objects(database: Database) -> Iterator[Object]:
    yield from (("relation", name) for name in database.relations)
    yield from (("routine", signature.name) for signature in database.routines)
    yield from (("type", name) for name in database.types)
    yield from (("sequence", name) for name in database.sequences)


def _expect_matches(patterns: tuple[HiddenPattern, ...], every: Iterable[Object]) -> None:
    names = {name for _, name in every}
    for pattern in (found.pattern for found in patterns):
        if not any(pattern.matches(name) for name in names):
            near = None if pattern.glob else nearest_name(Name(pattern.schema, pattern.name), names)
            hint = did_you_mean(near, "patterns know * and ?; without a schema they mean public")
            message = f'there is nothing that "{pattern.text}" would hide or show'
            raise SchemaError(message, source=pattern.source, hint=hint)


def _hidden(
    database: Database, patterns: tuple[HiddenPattern, ...], every: Iterable[Object]
) -> Iterator[Object]:
    """What the patterns hide; partitions go with their table, and sequences with the one that owns them."""

    def fits(name: Name) -> bool:
        found = _decisive(patterns, name)
        return found is not None and found.hides

    for kind, name in every:
        if fits(name) or any(fits(holder) for holder in _holders(database, kind, name)):
            yield kind, name


def _holders(database: Database, kind: str, name: Name) -> Iterator[Name]:
    if kind == "sequence" and (owner := database.sequences[name].owned_by):
        yield owner.relation
        yield from _holders(database, "relation", owner.relation)
    if kind == "relation":
        seen = {name}
        while (found := database.relations.get(name)) and (name := found.partition_of or name) not in seen:
            seen.add(name)
            yield name


def _needed(
    database: Database, visible: Collection[Object], keys: Iterable[VirtualForeignKey]
) -> Mapping[Object, set[str]]:
    """What visible objects reference, and of a relation which columns."""
    needed: dict[Object, set[str]] = defaultdict(set)
    for reference in database.references:
        if (reference.from_kind, reference.from_name) in visible:
            needed[reference.to_kind, reference.to_name].add(reference.column)
    for key in keys:
        if ("relation", key.relation) in visible:
            needed["relation", key.references.relation].update(key.references.columns)
    for relation in database.relations.values():
        if ("relation", relation.name) in visible:
            for parent in filter(None, (relation.partition_of, *relation.inherits)):
                needed["relation", parent].update(())
    for spelled in _types(database, visible):
        if found := database.types_by_spelling.get(spelled.removesuffix("[]")):
            needed["type", found.name].update(())
    return needed


def _types(database: Database, visible: Collection[Object]) -> Iterator[str]:
    """The types of visible columns and types; those of routines are references."""
    for column in database.columns.values():
        if ("relation", column.relation) in visible:
            yield column.type
    for name, fact in database.types.items():
        if ("type", name) in visible:
            yield from (fact.base_type or "", *(attribute.type for attribute in fact.attributes))


@dataclass(frozen=True)
class _Part:
    """The part of a database that stays."""

    database: Database
    visible: frozenset[Object]
    needed: Mapping[Object, set[str]] = field(default_factory=dict)

    def shown(self) -> Shown:
        whole = self.database
        schemas = self._schemas()
        database = replace(
            whole,
            schemas={name: fact for name, fact in whole.schemas.items() if name in schemas},
            types={name: fact for name, fact in whole.types.items() if self._stays("type", name)},
            sequences={name: fact for name, fact in whole.sequences.items() if self._stays("sequence", name)},
            relations={
                name: self._relation(fact)
                for name, fact in whole.relations.items()
                if self._stays("relation", name)
            },
            columns=dict(self._columns()),
            constraints={key: fact for key, fact in whole.constraints.items() if self._has_constraint(fact)},
            indexes=self._of_visible(whole.indexes),
            triggers=self._of_visible(whole.triggers),
            policies=self._of_visible(whole.policies),
            routines={
                signature: fact
                if ("routine", fact.name) in self.visible
                else replace(fact, body=None, settings=())
                for signature, fact in whole.routines.items()
                if self._stays("routine", fact.name)
            },
            privileges=tuple(fact for fact in whole.privileges if self._has_privilege(fact, schemas)),
            default_privileges=tuple(
                fact for fact in whole.default_privileges if fact.schema is None or fact.schema in schemas
            ),
            others={
                key: fact
                for key, fact in whole.others.items()
                if fact.relation is None or self._is_visible(fact.relation)
            },
            references=tuple(fact for fact in whole.references if self._has_reference(fact)),
            warnings=tuple(fact for fact in whole.warnings if (fact.kind, fact.name) in self.visible),
            statements={key: found for key, found in whole.statements.items() if key in self.visible},
        )
        return Shown(database, frozenset(_objects(database)) - self.visible)

    def _stays(self, kind: str, name: Name) -> bool:
        return (kind, name) in self.visible or (kind, name) in self.needed

    def _schemas(self) -> frozenset[str]:
        """The schemas but for those that held something and now hold nothing."""
        every = list(_objects(self.database))
        held = {name.schema for _, name in every}
        holding = {name.schema for kind, name in every if self._stays(kind, name)}
        return frozenset(name for name in self.database.schemas if name in holding or name not in held)

    def _relation(self, fact: Relation) -> Relation:
        if self._is_visible(fact.name):
            return fact
        parent = fact.partition_of if self._stays("relation", fact.partition_of or fact.name) else None
        return replace(
            fact,
            definition=None,
            partition_of=parent,
            partition_bound=fact.partition_bound if parent else None,
            inherits=tuple(name for name in fact.inherits if self._stays("relation", name)),
        )

    def _columns(self) -> Iterator[tuple[ColumnName, Column]]:
        positions: dict[Name, int] = defaultdict(int)
        for relation in self.database.relations:
            wanted = self._columns_of(relation)
            for column in self.database.columns_of(relation):
                if wanted is None or column.name in wanted:
                    positions[relation] += 1
                    yield ColumnName(relation, column.name), replace(column, position=positions[relation])

    def _columns_of(self, relation: Name) -> set[str] | None:
        """The columns that stay; None for all."""
        if self._is_visible(relation):
            return None
        if ("relation", relation) not in self.needed:
            return set()
        key = self.database.primary_key(relation)
        return self.needed["relation", relation] | set(key.columns if key else ())

    def _has_constraint(self, fact: Constraint) -> bool:
        is_primary = fact.kind is ConstraintKind.PRIMARY_KEY
        return self._is_visible(fact.relation) or (is_primary and self._stays("relation", fact.relation))

    def _of_visible(self, facts: Mapping[tuple[Name, str], V]) -> Mapping[tuple[Name, str], V]:
        return {key: fact for key, fact in facts.items() if self._is_visible(key[0])}

    def _has_privilege(self, fact: Privilege, schemas: frozenset[str]) -> bool:
        if fact.kind == "schema":
            return isinstance(fact.object, Name) and fact.object.schema in schemas
        name = fact.object.name if isinstance(fact.object, Signature) else fact.object
        known = fact.kind in ("relation", "routine", "sequence", "type")
        return not known or (fact.kind, name) in self.visible

    def _is_visible(self, relation: Name) -> bool:
        return ("relation", relation) in self.visible

    def _has_reference(self, fact: Reference) -> bool:
        return (fact.from_kind, fact.from_name) in self.visible
