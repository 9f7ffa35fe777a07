"""Renaming, moving and dropping: the facts that hang on an object follow it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from schemabook.model import Column, ColumnName, Constraint, Index, Name, Policy, Relation, Target, Trigger
from schemabook.read.builder import Builder, P

PARTS: tuple[type[Any], ...] = (Column, Constraint, Index, Trigger, Policy)


def move_relation(database: Builder, old: Name, new: Name) -> None:
    """Gives a relation another name or schema; what refers to it follows."""
    relation = database.relations.pop(old)
    database.log["relation", new] = database.log.pop(("relation", old), [])
    for kind in PARTS:
        parts = database.parts[kind].pop(old, {})
        database.parts[kind][new] = {name: replace(part, relation=new) for name, part in parts.items()}
    database.acl.rename(old, new)
    database.add(replace(relation, name=new))
    _redirect(database, old, new)
    for sequence in database.sequences_of(old):
        column = sequence.owned_by.column if sequence.owned_by else ""
        del database.sequences[sequence.name]
        moved = Name(new.schema, sequence.name.name)
        database.add(replace(sequence, name=moved, owned_by=ColumnName(new, column)))


def _redirect(database: Builder, old: Name, new: Name) -> None:
    """Foreign keys, inheritance and partitions that name the relation."""
    for constraints in database.parts[Constraint].values():
        for name, constraint in constraints.items():
            if constraint.references and constraint.references.relation == old:
                target = Target(new, constraint.references.columns)
                constraints[name] = replace(constraint, references=target)
    for relation in list(database.relations.values()):
        if old in relation.inherits or relation.partition_of == old:
            inherits = tuple(new if parent == old else parent for parent in relation.inherits)
            parent = new if relation.partition_of == old else relation.partition_of
            database.relations[relation.name] = replace(relation, inherits=inherits, partition_of=parent)


def rename_part(database: Builder, kind: type[P], relation: Name, old: str, new: str) -> None:
    """Gives a constraint, index, trigger or policy another name."""
    part = database.part(kind, relation, old)
    del database.parts_of(kind, relation)[old]
    database.change(part, name=new)


def rename_column(database: Builder, relation: Name, old: str, new: str) -> None:
    """Gives a column another name, here and in what lists it, and in the tables that inherit it."""
    column = database.part(Column, relation, old)
    columns = database.parts_of(Column, relation)
    renamed = replace(column, name=new)
    items = [(new, renamed) if name == old else (name, fact) for name, fact in columns.items()]
    columns.clear()
    columns.update(items)
    database.add(renamed)
    _rename_in_constraints(database, relation, old, new)
    indexes = database.parts_of(Index, relation)
    for name, index in indexes.items():
        keys = tuple(replace(key, column=new) if key.column == old else key for key in index.keys)
        indexes[name] = replace(index, keys=keys, include=_renamed(index.include, old, new))
    for sequence in database.sequences_of(relation):
        if sequence.owned_by == ColumnName(relation, old):
            database.add(replace(sequence, owned_by=ColumnName(relation, new)))
    for child in database.children(relation):
        rename_column(database, child, old, new)


def _rename_in_constraints(database: Builder, relation: Name, old: str, new: str) -> None:
    own = database.parts_of(Constraint, relation)
    for name, constraint in own.items():
        columns, include = constraint.columns, constraint.include
        own[name] = replace(
            constraint, columns=_renamed(columns, old, new), include=_renamed(include, old, new)
        )
    for constraints in database.parts[Constraint].values():
        for name, constraint in constraints.items():
            target = constraint.references
            if target and target.relation == relation and old in target.columns:
                renamed = Target(relation, _renamed(target.columns, old, new))
                constraints[name] = replace(constraint, references=renamed)


def _renamed(names: tuple[str, ...], old: str, new: str) -> tuple[str, ...]:
    return tuple(new if name == old else name for name in names)


def drop_column(database: Builder, relation: Name, name: str) -> None:
    """Removes a column, the constraints and indexes that use it, and the sequence that it owns."""
    columns = database.parts_of(Column, relation)
    del columns[name]
    database.note("relation", relation)
    for position, column in enumerate(columns.values(), 1):
        columns[column.name] = replace(column, position=position)
    constraints = database.parts_of(Constraint, relation)
    for key in [k for k, constraint in constraints.items() if name in constraint.columns]:
        del constraints[key]
    indexes = database.parts_of(Index, relation)
    for key in [k for k, index in indexes.items() if _uses(index, name)]:
        del indexes[key]
    for foreign in database.parts[Constraint].values():
        for key in [k for k, constraint in foreign.items() if _points_to(constraint, relation, name)]:
            del foreign[key]
    for sequence in database.sequences_of(relation):
        if sequence.owned_by == ColumnName(relation, name):
            del database.sequences[sequence.name]
    for child in database.children(relation):
        if name in database.parts_of(Column, child):
            drop_column(database, child, name)


def _uses(index: Index, column: str) -> bool:
    expressions = [key.expression for key in index.keys] + [index.where]
    words = {word for sql in expressions if sql for word in sql.tokens.split(" ")}
    return column in words or column in index.include or any(k.column == column for k in index.keys)


def _points_to(constraint: Constraint, relation: Name, column: str) -> bool:
    target = constraint.references
    return bool(target and target.relation == relation and column in target.columns)


def drop_relation(database: Builder, relation: Relation) -> None:
    """Removes a relation with all that hangs on it, and foreign keys to it."""
    name = relation.name
    del database.relations[name]
    database.log.pop(("relation", name), None)
    database.acl.drop(name)
    for kind in PARTS:
        database.parts[kind].pop(name, None)
    for constraints in database.parts[Constraint].values():
        for key in [k for k, c in constraints.items() if c.references and c.references.relation == name]:
            del constraints[key]
    for sequence in database.sequences_of(name):
        del database.sequences[sequence.name]
    for child in list(database.relations.values()):
        if child.partition_of == name or name in child.inherits:
            drop_relation(database, child)
