"""Dropping: what depends on an object goes with it, as CASCADE says."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any, NamedTuple

from schemabook.model import (
    Column,
    ColumnName,
    Constraint,
    Index,
    Name,
    Policy,
    Relation,
    Routine,
    Sql,
    Trigger,
    relation_id,
    routine_id,
    sequence_id,
    type_id,
)
from schemabook.model.keywords import COLUMN_NAMES, RESERVED, quoted
from schemabook.read.state.builder import Builder
from schemabook.read.statements.inheritance import drop_part
from schemabook.read.statements.not_nulls import forget
from schemabook.read.statements.publications import follow
from schemabook.read.statements.rename import LITERAL, PARTS, named_in_literal
from schemabook.read.text.words import tokens_of, unquoted

INFIX = frozenset({"ilike", "like", "overlaps", "similar"})
AFTER_CALL = frozenset({"filter", "over", "within"})


class Mention(NamedTuple):
    """A name in an expression: is it called, or used as a type?"""

    name: Name
    is_called: bool
    is_type: bool


def names_in(tokens: list[str]) -> Iterator[Mention]:
    """The names in an expression."""
    i = 0
    cast = tokens.index("cast") if "cast" in tokens else len(tokens)
    while i < len(tokens):
        first, token = i, tokens[i]
        if token[:1] in '"_' or token[:1].isalpha():
            parts = [unquoted(token)]
            while tokens[i + 1 : i + 2] == ["."] and i + 2 < len(tokens):
                parts.append(unquoted(tokens[i + 2]))
                i += 2
            name = Name(parts[-2] if len(parts) > 1 else "", parts[-1])
            if i == first and _is_syntax(token, tokens[i - 1] if i else ""):
                i += 1
                continue
            after = tokens[i + 1] if i + 1 < len(tokens) else ""
            yield Mention(name, after == "(", after.endswith("'") or _is_cast(tokens, first, cast))
        i += 1


def _is_syntax(word: str, before: str) -> bool:
    """Whether a word can be the name of no routine and no type where no dot is before: `a AND (b)`."""
    return word in RESERVED or word in COLUMN_NAMES or word in INFIX or (before == ")" and word in AFTER_CALL)


def _is_cast(tokens: list[str], position: int, cast: int) -> bool:
    """Whether a type stands here: after `::`, or after AS behind the first CAST."""
    before = tokens[position - 1] if position else ""
    return before == "::" or (before == "as" and cast < position)


def sequences_in(sql: Sql | None, find: Callable[[Name], Name]) -> set[Name]:
    """The sequences that a default such as nextval('s') names."""
    if sql is None or "val (" not in sql.tokens:
        return set()
    return {find(named_in_literal(match[1])) for match in LITERAL.finditer(sql.text)}


def views_on(database: Builder, relation: Name, column: str = "") -> list[Name]:
    """The views that read a relation, or one of its columns."""
    return [
        view
        for view, query in database.queries.items()
        if view in database.relations
        and any(read.relation == relation and column in ("", read.column) for read in query.reads)
    ]


def drop_relation(database: Builder, relation: Relation) -> None:
    """Removes a relation with all that hangs on it, the views that read it, and foreign keys to it."""
    name = relation.name
    database.remove(database.relations, name)
    database.remove(database.log, relation_id(name))
    database.remove(database.queries, name)
    database.acl.drop(relation_id(name))
    forget(database, name, *database.parts_of(Column, name))
    for kind in PARTS:
        database.remove(database.parts[kind], name)
    _drop_parts(database, Constraint, lambda part: part.references and part.references.relation == name)
    _drop_parts(database, Trigger, lambda part: part.from_relation == name)
    for sequence in database.sequences_of(name):
        drop_sequence(database, sequence.name)
    follow(database, name, lambda _: None)
    for other in [key for key, on in database.on_relation.items() if on == name]:
        database.remove(database.others, other)
        database.remove(database.on_relation, other)
    for dependent in [*views_on(database, name), *database.children(name)]:
        if dependent in database.relations:
            drop_relation(database, database.relations[dependent])


def drop_column(database: Builder, relation: Name, name: str) -> None:
    """Removes a column, the constraints and indexes that use it, the views, and the sequence that it owns."""
    columns = database.parts_of(Column, relation)
    database.remove(columns, name)
    database.note(relation_id(relation))
    for position, column in enumerate(columns.values(), 1):
        database.put_part(replace(column, position=position))
    database.acl.rename_column(relation_id(relation), name, None)
    for key, constraint in list(database.parts_of(Constraint, relation).items()):
        if name in constraint.columns or name in constraint.include:
            drop_part(database, Constraint, relation, key)
    for key, index in list(database.parts_of(Index, relation).items()):
        if _uses(database, index, name):
            drop_part(database, Index, relation, key)
    _drop_parts(database, Constraint, lambda part: _points_to(part, relation, name))
    for sequence in database.sequences_of_column(ColumnName(relation, name)):
        drop_sequence(database, sequence.name)
    for view in views_on(database, relation, name):
        if view in database.relations:
            drop_relation(database, database.relations[view])
    for child in database.children(relation):
        if ColumnName(child, name) in database.inherited and name in database.parts_of(Column, child):
            drop_column(database, child, name)
    forget(database, relation, name)
    follow(database, relation, lambda table: None if name in (table.columns or ()) else table)


def _uses(database: Builder, index: Index, column: str) -> bool:
    words = {key.column for key in index.keys if key.column} | set(index.include)
    for sql in (index.where, *(key.expression for key in index.keys)):
        if sql:
            words |= {unquoted(token) for token in tokens_of(sql)}
    return column in words


def _points_to(constraint: Constraint, relation: Name, column: str) -> bool:
    target = constraint.references
    return bool(target and target.relation == relation and column in target.columns)


def drop_sequence(database: Builder, name: Name) -> None:
    """Removes a sequence, and empties the defaults that name it."""
    if database.remove(database.sequences, name):
        database.acl.drop(sequence_id(name))
        database.remove(database.log, sequence_id(name))
        for column in database.all_parts(Column):
            if name in sequences_in(column.default, database.relation_name):
                database.put_part(replace(column, default=None))


def drop_type(database: Builder, name: Name) -> None:
    """Removes a type, and the columns, arguments, attributes and domains of this type."""
    database.remove(database.types, name)
    database.remove(database.log, type_id(name))
    database.remove(database.domain_not_nulls, name)
    database.acl.drop(type_id(name))
    spelled = ".".join(quoted(part) for part in name)
    of_type = {spelled, f"{spelled}[]", f"SETOF {spelled}"}
    for relation, columns in list(database.parts[Column].items()):
        for column in [column.name for column in columns.values() if column.type in of_type]:
            if column in columns:
                drop_column(database, relation, column)
    for routine in list(database.routines.values()):
        if routine.returns in of_type or any(argument.type in of_type for argument in routine.arguments):
            drop_routine(database, routine)
    for fact in list(database.types.values()):
        if fact.base_type in of_type:
            drop_type(database, fact.name)
        elif any(attribute.type in of_type for attribute in fact.attributes):
            kept = tuple(attribute for attribute in fact.attributes if attribute.type not in of_type)
            database.change(fact, attributes=kept)


def drop_routine(database: Builder, routine: Routine) -> None:
    """Removes a routine; what calls it goes along, but defaults are emptied."""
    if database.remove(database.routines, routine.signature) is None:
        return
    database.acl.drop(routine_id(routine.signature))
    if all(known.name != routine.name for known in database.routines):
        database.remove(database.log, routine_id(routine.name))
        _drop_uses(database, lambda sql: _calls(sql, routine.name))
        _drop_parts(database, Trigger, lambda part: part.routine == routine.name)


def _calls(sql: Sql | None, routine: Name) -> bool:
    named = (Name("", routine.name), routine)
    return sql is not None and any(m.is_called and m.name in named for m in names_in(tokens_of(sql)))


def _drop_uses(database: Builder, uses: Callable[[Sql | None], bool]) -> None:
    for relation in [r for r in database.relations.values() if uses(r.definition)]:
        if relation.name in database.relations:
            drop_relation(database, relation)
    _drop_parts(database, Constraint, lambda part: uses(part.expression))
    _drop_parts(database, Policy, lambda part: uses(part.using) or uses(part.with_check))
    _drop_parts(database, Trigger, lambda part: uses(part.when))
    _drop_parts(database, Index, lambda part: uses(part.where) or any(uses(k.expression) for k in part.keys))
    for column in database.all_parts(Column):
        if uses(column.default):
            database.put_part(replace(column, default=None))


def _drop_parts(database: Builder, kind: type[Any], condition: Callable[[Any], Any]) -> None:
    for parts in database.parts[kind].values():
        for name in [name for name, part in parts.items() if condition(part)]:
            database.remove(parts, name)
