"""Renaming and moving: the facts that hang on an object follow it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from schemabook.errors import Source
from schemabook.model import (
    Column,
    ColumnName,
    Constraint,
    Index,
    IndexKey,
    Name,
    ObjectKind,
    Policy,
    PublishedTable,
    Sql,
    Statement,
    Target,
    Trigger,
    relation_id,
    sequence_id,
)
from schemabook.model.keywords import quoted
from schemabook.read.state.builder import AlreadyExists, Builder, P
from schemabook.read.statements import not_nulls
from schemabook.read.statements.publications import follow
from schemabook.read.statements.replica_identity import follow_index
from schemabook.read.text.cursor import Cursor, expression
from schemabook.read.text.tokens import NAME
from schemabook.read.text.words import column_words_at

PARTS: tuple[type[Any], ...] = (Column, Constraint, Index, Trigger, Policy)
LITERAL = re.compile(r"'((?:[^']|'')*)'")
NAME_PART = re.compile(r'"((?:[^"]|"")*)"|([^."]+)')


def move_relation(database: Builder, old: Name, new: Name) -> None:
    """Gives a relation another name or schema; what refers to it follows."""
    if database.has_relation(new):
        raise AlreadyExists(ObjectKind.RELATION, new)
    not_nulls.keep_names(database, old)
    relation = database.relations[old]
    database.remove(database.relations, old)
    if statements := database.remove(database.log, relation_id(old)):
        database.put(database.log, relation_id(new), statements)
    for kind in PARTS:
        for part in (database.remove(database.parts[kind], old) or {}).values():
            database.add(replace(part, relation=new))
    not_nulls.move_not_nulls(database, old, new)
    database.acl.rename(relation_id(old), relation_id(new))
    database.add(replace(relation, name=new))
    _redirect(database, old, new)
    _redirect_copies(database, old, new)
    if moved_query := database.remove(database.queries, old):
        database.put(database.queries, new, moved_query)
    _redirect_queries(database, lambda read: ColumnName(new, read.column) if read.relation == old else read)
    for sequence in database.sequences_of(old):
        column = sequence.owned_by.column if sequence.owned_by else ""
        moved = database.change(sequence, owned_by=ColumnName(new, column))
        if old.schema != new.schema:
            move_sequence(database, moved.name, Name(new.schema, moved.name.name))


def _redirect(database: Builder, old: Name, new: Name) -> None:
    """Foreign keys, inheritance, partitions, publications and rules that name the relation."""
    for constraint in database.all_parts(Constraint):
        if constraint.references and constraint.references.relation == old:
            database.put_part(replace(constraint, references=Target(new, constraint.references.columns)))
    for trigger in database.all_parts(Trigger):
        if trigger.from_relation == old:
            database.put_part(replace(trigger, from_relation=new))
    for child in database.children(old):
        relation = database.relations[child]
        inherits = tuple(new if parent == old else parent for parent in relation.inherits)
        parent = new if relation.partition_of == old else relation.partition_of
        database.add(replace(relation, inherits=inherits, partition_of=parent))
    follow(database, old, lambda table: replace(table, relation=new))
    for key in [key for key, relation in database.on_relation.items() if relation == old]:
        other = database.others[key]
        database.remove(database.others, key)
        database.remove(database.on_relation, key)
        name = other.name.replace(f" on {old}", f" on {new}")
        database.change(other, name=name)
        database.put(database.on_relation, (other.kind, name), new)


def _redirect_copies(database: Builder, old: Name, new: Name) -> None:
    for (kind, relation, name), places in list(database.copies.items()):
        if relation == old or any(at == old for at, _ in places):
            database.remove(database.copies, (kind, relation, name))
            key = (kind, new if relation == old else relation, name)
            for at, copy in places:
                database.put_in(database.copies, key, (new if at == old else at, copy), None)
    for column in [column for column in database.inherited if column.relation == old]:
        database.exclude(database.inherited, column)
        database.include(database.inherited, ColumnName(new, column.column))


def _redirect_queries(database: Builder, renamed: Callable[[ColumnName], ColumnName]) -> None:
    """Gives the columns that views read their new names."""
    for view, query in database.queries.items():
        reads = frozenset(map(renamed, query.reads))
        if reads != query.reads:
            outputs = tuple(o._replace(sources=frozenset(map(renamed, o.sources))) for o in query.outputs)
            database.put(database.queries, view, query._replace(reads=reads, outputs=outputs))


def rename_part(database: Builder, kind: type[P], relation: Name, old: str, new: str) -> None:
    """Gives a constraint, index, trigger or policy another name; copies of a check or trigger follow."""
    is_there = kind is not Constraint or old in database.parts_of(kind, relation)
    if not is_there and (column := not_nulls.column_of(database, relation, old)):
        database.remove(database.not_nulls[relation], old)
        database.put_in(database.not_nulls, relation, new, column.column)
        return
    part = database.part(kind, relation, old)
    if new in database.parts_of(kind, part.relation):
        raise ValueError(f'name "{new}" is taken')
    database.remove(database.parts_of(kind, part.relation), old)
    database.change(part, name=new)
    follow_index(database, part, new)
    for child, name in database.remove(database.copies, (kind, part.relation, old)) or ():
        follows = name == old and kind in (Constraint, Trigger) and not getattr(part, "references", None)
        if follows:
            rename_part(database, kind, child, name, new)
        copy = (child, new if follows else name)
        database.put_in(database.copies, (kind, part.relation, new), copy, None)


def rename_column(database: Builder, relation: Name, old: str, new: str) -> None:
    """Gives a column another name, here and in what lists it, and in the tables that inherit it."""
    column = database.part(Column, relation, old)
    columns = database.parts_of(Column, relation)
    if new in columns:
        raise ValueError(f'column "{new}" of relation "{relation}" already exists')
    not_nulls.keep_names(database, relation)
    before, after = ColumnName(relation, old), ColumnName(relation, new)
    not_nulls.rename_not_null(database, before, after)
    renamed = replace(column, name=new)
    database.set_parts(Column, relation, [renamed if fact is column else fact for fact in columns.values()])
    database.add(renamed)
    database.acl.rename_column(relation_id(relation), old, new)
    _rename_in_constraints(database, relation, old, new)
    _rename_in_parts(database, relation, old, new)
    for sequence in database.sequences_of_column(before):
        database.add(replace(sequence, owned_by=after))
    _redirect_queries(database, lambda read: after if read == before else read)
    follow(database, relation, lambda table: _with_column(table, old, new))
    for child in database.children(relation):
        if old in database.parts_of(Column, child):
            rename_column(database, child, old, new)


def _with_column(table: PublishedTable, old: str, new: str) -> PublishedTable:
    columns = None if table.columns is None else _renamed(table.columns, old, new)
    return replace(table, columns=columns, where=_in_expression(table.where, table.relation, old, new))


def _rename_in_constraints(database: Builder, relation: Name, old: str, new: str) -> None:
    for constraint in database.parts_of(Constraint, relation).values():
        constraint = replace(
            constraint,
            columns=_renamed(constraint.columns, old, new),
            on_delete=_in_action(constraint.on_delete, old, new),
            include=_renamed(constraint.include, old, new),
            expression=_in_expression(constraint.expression, relation, old, new),
        )
        database.put_part(constraint)
    for constraint in database.all_parts(Constraint):
        target = constraint.references
        if target and target.relation == relation and old in target.columns:
            renamed = Target(relation, _renamed(target.columns, old, new))
            database.put_part(replace(constraint, references=renamed))


def _rename_in_parts(database: Builder, relation: Name, old: str, new: str) -> None:
    def changed(sql: Sql | None) -> Sql | None:
        return _in_expression(sql, relation, old, new)

    def key(fact: IndexKey) -> IndexKey:
        column = new if fact.column == old else fact.column
        return replace(fact, column=column, expression=changed(fact.expression))

    for index in database.parts_of(Index, relation).values():
        include = _renamed(index.include, old, new)
        index = replace(index, keys=tuple(map(key, index.keys)), include=include, where=changed(index.where))
        database.put_part(index)
    for trigger in database.parts_of(Trigger, relation).values():
        columns = _renamed(trigger.update_columns, old, new)
        trigger = replace(trigger, update_columns=columns, when=changed(trigger.when))
        database.put_part(trigger)
    for policy in database.parts_of(Policy, relation).values():
        policy = replace(policy, using=changed(policy.using), with_check=changed(policy.with_check))
        database.put_part(policy)
    for column in database.parts_of(Column, relation).values():
        database.put_part(replace(column, generated=changed(column.generated)))
    fact = database.relations[relation]
    if fact.partition_key and (text := changed(expression(fact.partition_key))):
        database.put(database.relations, relation, replace(fact, partition_key=text.text))


def _renamed(names: tuple[str, ...], old: str, new: str) -> tuple[str, ...]:
    return tuple(new if name == old else name for name in names)


def _in_action(action: str, old: str, new: str) -> str:
    """`set null (a, b)` with the column's new name."""
    words, parenthesis, columns = action.partition("(")
    if not parenthesis:
        return action
    names = (quoted(new) if name == quoted(old) else name for name in columns[:-1].split(", "))
    return f"{words}({', '.join(names)})"


def _in_expression(sql: Sql | None, relation: Name, old: str, new: str) -> Sql | None:
    """The expression with the column's new name; in a subquery only where the table stands before it."""
    if sql is None or quoted(old) not in sql.tokens:
        return sql
    c = Cursor(Statement(Source("", 0), sql.text))
    has_query = "select" in c.keys
    text, copied = "", 0
    for i in column_words_at(c.keys[:-1], relation.name):
        name = c.values[i] if c.keys[i] is NAME else c.keys[i]
        if name == old and not (has_query and c.keys[i - 1 : i] != ["."]):
            text += sql.text[copied : c.starts[i]] + quoted(new)
            copied = c.ends[i]
    return expression(text + sql.text[copied:])


def move_sequence(database: Builder, old: Name, new: Name) -> None:
    """Gives a sequence another name; the defaults that call it follow."""
    if database.has_relation(new):
        raise AlreadyExists(ObjectKind.RELATION, new)
    fact = database.sequences[old]
    database.remove(database.sequences, old)
    database.add(replace(fact, name=new))
    database.acl.rename(sequence_id(old), sequence_id(new))
    text = ".".join(quoted(part) for part in new).replace("'", "''")

    def renamed(match: re.Match[str]) -> str:
        return f"'{text}'" if database.relation_name(named_in_literal(match[1])) == old else match[0]

    for column in database.all_parts(Column):
        if (found := column.default) and "nextval (" in found.tokens:
            changed = Sql(LITERAL.sub(renamed, found.text), LITERAL.sub(renamed, found.tokens))
            database.put_part(replace(column, default=changed))


def named_in_literal(text: str) -> Name:
    """The name in a string such as 'public."T_id_seq"', as `regclass` reads it."""
    found = NAME_PART.findall(text.replace("''", "'"))
    names = [quoted_part.replace('""', '"') if quoted_part else plain.lower() for quoted_part, plain in found]
    return Name(names[-2] if len(names) > 1 else "", names[-1]) if names else Name("", text)
