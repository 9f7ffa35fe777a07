"""The groups, hubs and important tables of the settings, looked up in the database."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from schemabook.errors import SchemaError, Source
from schemabook.model import Database, Name, Relation
from schemabook.nearest import did_you_mean, nearest_name
from schemabook.project.config import Config, Group, NamePattern


class GroupedRelations(NamedTuple):
    """The relations of each group in the configuration's order, and those in none."""

    groups: tuple[tuple[Group, tuple[Relation, ...]], ...]
    others: tuple[Relation, ...]


def check_names(config: Config, database: Database) -> None:
    """SchemaError at the first group, hub or important table whose name the database does not have."""
    group_relations(config, database)
    hub_tables(config, database)
    for table in config.important_tables:
        if table.name not in database.relations:
            raise _unknown_relation(table.name, table.source, database)


def group_relations(config: Config, database: Database) -> GroupedRelations:
    """Which relations are in which group.

    Partitions stay with their table: no pattern names them, and they are not among the others. The others
    are of the schemas that the groups name; without groups, of `public`, or of all schemas if that is empty.
    """
    groups = tuple((group, _members(group, database)) for group in config.groups)
    homes: dict[Name, Group] = {}
    for group, relations in groups:
        for relation in relations:
            home = homes.setdefault(relation.name, group)
            if home is not group:
                raise _in_two_groups(relation.name, home, group)
    every = {name.schema for name in database.relations}
    schemas = {name.schema for name in homes} or {"public"} & every or every
    others = (r for r in database.relations.values() if r.name.schema in schemas and not r.partition_of)
    return GroupedRelations(groups, tuple(r for r in others if r.name not in homes))


def hub_tables(config: Config, database: Database) -> tuple[Name, ...] | None:
    """The hubs of the map that the settings name; None where they leave that to the map."""
    if config.hubs is None:
        return None
    found = [(pattern, relation) for pattern in config.hubs for relation in _matches(pattern, database)]
    for pattern, relation in found:
        if relation.partition_of:
            hint = f'it is part of "{relation.partition_of}"'
            raise SchemaError(f'relation "{relation.name}" is a partition', source=pattern.source, hint=hint)
    return tuple(dict.fromkeys(relation.name for _, relation in found))


def _members(group: Group, database: Database) -> tuple[Relation, ...]:
    members = {r.name: r for pattern in group.tables for r in _matches(pattern, database)}
    return tuple(members.values())


def _matches(pattern: NamePattern, database: Database) -> Iterator[Relation]:
    if not pattern.glob:
        name = Name(pattern.schema, pattern.name)
        if name not in database.relations:
            raise _unknown_relation(name, pattern.source, database)
        yield database.relations[name]
        return
    whole = (r for r in database.relations.values() if not r.partition_of)
    found = [r for r in whole if pattern.matches(r.name)]
    if not found:
        hint = "patterns know * and ?; without a schema they mean public"
        raise SchemaError(f'no relation matches "{pattern.text}"', source=pattern.source, hint=hint)
    yield from sorted(found, key=lambda r: r.name)


def _unknown_relation(name: Name, source: Source, database: Database) -> SchemaError:
    otherwise = "the dump has no relation with a similar name; is it of the same database?"
    hint = did_you_mean(nearest_name(name, database.relations), otherwise)
    return SchemaError(f'relation "{name}" does not exist', source=source, hint=hint)


def _in_two_groups(name: Name, first: Group, second: Group) -> SchemaError:
    message = f'relation "{name}" is in two groups, "{first.name}" and "{second.name}"'
    return SchemaError(message, source=second.source, hint=f"the first is on line {first.source.line}")
