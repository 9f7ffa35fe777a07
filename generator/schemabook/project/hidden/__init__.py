"""Database → Database without what the settings hide, but for what the other objects reference.

Such an object stays reduced: a table to the referenced columns and its primary key, a routine to its
signature, a type to what it is made of. What hangs on a hidden object goes with it.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass

from schemabook.errors import SchemaError, Source
from schemabook.model import Database, Name, ObjectId, ObjectKind, VirtualForeignKey, relation_id
from schemabook.nearest import did_you_mean, nearest_name
from schemabook.project.config import Config, HiddenPattern
from schemabook.project.groups import check_names
from schemabook.project.hidden.objects import KEYED, objects
from schemabook.project.hidden.part import Part
from schemabook.project.notes import Notes


@dataclass(frozen=True, slots=True)
class Shown:
    """What the pages are about."""

    database: Database
    reduced: frozenset[ObjectId] = frozenset()
    """The hidden objects that are in the database for what references them."""


def hide(
    database: Database,
    patterns: tuple[HiddenPattern, ...],
    virtual_foreign_keys: Iterable[VirtualForeignKey] = (),
) -> Shown:
    """What stays; SchemaError for a pattern that nothing fits, and where nothing would stay."""
    if not patterns:
        return Shown(database)
    _expect_matches(patterns, objects(database))
    part = part_shown(database, patterns, virtual_foreign_keys)
    if not any(found.kind in KEYED for found in part.visible):
        hint = "name what is to be shown after an exclamation mark: !public.*"
        raise SchemaError("everything is hidden", source=patterns[-1].pattern.source, hint=hint)
    shown = part.database()
    return Shown(shown, frozenset(objects(shown)) - part.visible)


def part_shown(
    database: Database,
    patterns: tuple[HiddenPattern, ...],
    virtual_foreign_keys: Iterable[VirtualForeignKey] = (),
) -> Part:
    """The part that stays of a database, of which the patterns may fit nothing or all."""
    every = frozenset(objects(database))
    visible = every - frozenset(_hidden(database, patterns, every))
    return Part(database, visible, virtual_foreign_keys, lambda name: _is_hidden(patterns, name))


def expect_shown(config: Config, notes: Notes, shown: Database) -> None:
    """SchemaError at the first object that the settings or a note name, but that is not among the shown."""
    known = frozenset(objects(shown))
    parts: dict[ObjectKind, Container[object]] = {
        ObjectKind.COLUMN: shown.columns,
        ObjectKind.POLICY: shown.policies,
    }
    for subject, source in _named(config, notes):
        is_part = (subject.name, subject.part) in parts.get(subject.kind, ())
        if not (is_part or subject in known):
            pattern = _decisive(config.hidden, subject.name)
            hint = f'"{pattern.pattern.text}" in {pattern.pattern.source} hides it' if pattern else ""
            raise SchemaError(f"{subject.words} is hidden", source=source, hint=hint)
    check_names(config, shown)  # A pattern of a group or of the hubs may fit hidden relations only.


def _named(config: Config, notes: Notes) -> Iterator[tuple[ObjectId, Source | str]]:
    patterns = (*(pattern for group in config.groups for pattern in group.tables), *(config.hubs or ()))
    for pattern in (pattern for pattern in patterns if not pattern.glob):
        yield relation_id(Name(pattern.schema, pattern.name)), pattern.source
    for table in config.important_tables:
        yield relation_id(table.name), table.source
    for key in config.virtual_foreign_keys:
        for relation, columns in ((key.relation, key.columns), key.references):
            yield from ((ObjectId(ObjectKind.COLUMN, relation, column), key.source) for column in columns)
    yield from ((subject, note.source) for subject, note in notes.settings.items())
    yield from ((subject, file.path.as_posix()) for subject, file in notes.files.items())


def _decisive(patterns: tuple[HiddenPattern, ...], name: Name) -> HiddenPattern | None:
    """The last pattern that the name fits."""
    return next((found for found in reversed(patterns) if found.pattern.matches(name)), None)


def _is_hidden(patterns: tuple[HiddenPattern, ...], name: Name) -> bool:
    found = _decisive(patterns, name)
    return found is not None and found.hides


def _expect_matches(patterns: tuple[HiddenPattern, ...], every: Iterable[ObjectId]) -> None:
    names = {found.name for found in every}
    for pattern in (found.pattern for found in patterns):
        if not any(pattern.matches(name) for name in names):
            near = None if pattern.glob else nearest_name(Name(pattern.schema, pattern.name), names)
            hint = did_you_mean(near, "patterns know * and ?; without a schema they mean public")
            message = f'there is nothing that "{pattern.text}" would hide or show'
            raise SchemaError(message, source=pattern.source, hint=hint)


def _hidden(
    database: Database, patterns: tuple[HiddenPattern, ...], every: Iterable[ObjectId]
) -> Iterator[ObjectId]:
    """What the patterns hide; partitions go with their table, and sequences with the one that owns them."""
    for found in every:
        if any(_is_hidden(patterns, name) for name in (found.name, *_holders(database, *found[:2]))):
            yield found


def _holders(database: Database, kind: ObjectKind, name: Name) -> Iterator[Name]:
    if kind is ObjectKind.SEQUENCE and (owner := database.sequences[name].owned_by):
        yield owner.relation
        yield from _holders(database, ObjectKind.RELATION, owner.relation)
    if kind is ObjectKind.RELATION:
        seen = {name}
        while (found := database.relations.get(name)) and (name := found.partition_of or name) not in seen:
            seen.add(name)
            yield name
