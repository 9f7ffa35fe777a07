"""The access matrix as data for its page: two scripts, as a page from disk can load nothing else.

The first has the cells, the second, which is loaded when somebody asks why, the steps to each of them and the
side doors. What repeats is told once, and numbers stand for it: roles and relations are spelled out in no
reason, so that it is one for all of them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, NamedTuple

from schemabook.access.cells import Act, Cell, Step
from schemabook.access.doors import Door, doors
from schemabook.access.idioms import idiom
from schemabook.access.request import HIDDEN
from schemabook.access.words import Rows
from schemabook.model import Name, ObjectId, ObjectKind, Policy, Relation, RelationKind, Sql, relation_id
from schemabook.pages.links import relation_page
from schemabook.pages.markdown import clean
from schemabook.pages.places import OF_RELATIONS, is_shown, place_of
from schemabook.project.book import Book

ROLE = "\x01"
"""Stands for the cell's role; `clean` leaves no such character in a name."""
TABLE_KINDS = frozenset({RelationKind.TABLE, RelationKind.PARTITIONED_TABLE})


class Numbers:
    """Each value once, and its number."""

    def __init__(self) -> None:
        self.of: dict[Any, int] = {}

    def __call__(self, value: Any) -> int:
        """The number of a value, which is a new one where it was not there."""
        return self.of.setdefault(value, len(self.of))

    @property
    def values(self) -> list[Any]:
        """The values by number."""
        return list(self.of)


def roles_of(book: Book) -> tuple[str, ...]:
    """The roles that are shown: those of the Data API, then the others by name."""
    return tuple(role for role in book.matrix.roles if role in book.role_names)


def relations_of(book: Book) -> tuple[Relation, ...]:
    """The relations that are shown in full, and that the dump makes itself."""
    left_out = book.reduced | book.provided
    return tuple(r for r in book.database.relations.values() if relation_id(r.name) not in left_out)


def doors_of(book: Book) -> Iterator[Door]:
    """The side doors of which everything is shown."""
    relations = {relation.name for relation in relations_of(book)}
    for door in doors(book.matrix, roles_of(book)):
        if door.relation in relations and is_shown(book, door.through):
            yield door


def cells_script(book: Book) -> str:
    """The words of all cells."""
    roles, relations = roles_of(book), relations_of(book)
    schemas, groups, words, sets = Numbers(), Numbers(), Numbers(), Numbers()
    for group, _ in book.groups.groups:  # In the order of the settings.
        groups(group.name)
    found = [
        [
            relation.name.name,
            schemas(relation.name.schema),
            groups(book.group_of.get(relation.name, "")),
            0 if relation.kind in TABLE_KINDS else relation.kind.words,
            _page(relation),
            [
                sets(tuple(words(_shown(cell)) for cell in book.access[relation.name][role].values()))
                for role in roles
            ],
        ]
        for relation in relations
    ]
    data = {
        "acts": [act.value for act in Act],
        "roles": [[role, _path(book, ObjectId(ObjectKind.ROLE, Name("", role)))] for role in roles],
        "schemas": schemas.values,
        "groups": groups.values,
        "words": words.values,
        "sets": sets.values,
        "relations": found,
    }
    return _script("cells", data)


def reasons_script(book: Book) -> str:
    """The steps to all cells, and the side doors."""
    reasons = _Reasons(book)
    roles, relations = roles_of(book), relations_of(book)
    found = [
        [reasons.number(name, role, book.access[name][role]) for role in roles]
        for name in (relation.name for relation in relations)
    ]
    data = {
        "steps": reasons.steps.values,
        "lists": reasons.lists.values,
        "sets": reasons.sets.values,
        "cells": found,
        "doors": list(_doors(book, roles, relations)),
    }
    return _script("reasons", data)


class _Told(NamedTuple):
    """What is told of an object beside the words of a step."""

    path: str
    anchor: str = ""
    relation: Name | None = None
    """The relation that it is, or is part of."""
    label: str = ""
    """What a policy lets through."""


class _Reasons:
    """The steps to cells, each once."""

    def __init__(self, book: Book) -> None:
        self.book = book
        self.steps, self.lists, self.sets = Numbers(), Numbers(), Numbers()
        self.told = cache(self._told)

    def number(self, name: Name, role: str, cells: Mapping[Act, Cell]) -> int:
        """The number of what is told of a role and a relation: for each command the steps."""
        known: dict[Step, int] = {}
        lists = []
        for cell in cells.values():
            for step in cell.because:
                if step not in known:
                    known[step] = self.steps(self._step(name, role, step))
            lists.append(self.lists(tuple([known[step] for step in cell.because])))
        return self.sets(tuple(lists))

    def _step(self, name: Name, role: str, step: Step) -> tuple[str, ...]:
        """Its words, where it leads to, of which other relation it speaks, and what a policy lets through.

        `#…` leads to the cell's relation, the sign for the role to its page; what ends empty is left out.
        """
        found = self._found(step.object)
        if not found:
            return (HIDDEN,)
        words = clean(step.words).replace(f'"{clean(role)}"', f'"{ROLE}"')
        if step.object.kind is ObjectKind.ROLE and step.object.name.name == role:
            return words, ROLE
        anchor = f"#{found.anchor}" if found.anchor or found.relation == name else ""
        path, about = found.path + anchor, clean(str(found.relation or ""))
        if found.relation == name:
            path, about = anchor, ""
        values = (words, path, about, found.label)
        return values if found.label else values[:3] if about else values[:2]

    def _found(self, on: ObjectId) -> _Told | None:
        """What is told of an object; None where the settings hide it."""
        if on.kind is not ObjectKind.PRIVILEGE or on.on is None:
            return self.told(on)
        found = self.told(on.on)
        return found._replace(anchor="privileges") if found else None

    def _told(self, on: ObjectId) -> _Told | None:
        if not is_shown(self.book, on):
            return None
        page, anchor = place_of(self.book, on)
        relation = on.name if on.kind is ObjectKind.RELATION or on.kind in OF_RELATIONS else None
        policy = self.book.database.policies.get((on.name, on.part)) if on.kind is ObjectKind.POLICY else None
        return _Told(page.removesuffix(".md"), anchor, relation, self._label(policy) if policy else "")

    def _label(self, policy: Policy) -> str:
        """What a policy lets through, in words."""
        using, check = (self._rows(policy, sql) for sql in (policy.using, policy.with_check))
        if policy.with_check in (None, policy.using):
            return using
        return f"{using}; new rows: {check}" if using else check

    def _rows(self, policy: Policy, sql: Sql | None) -> str:
        if not sql:
            return ""
        found = idiom(sql, policy.relation, self.book.database)
        return "rows that its condition lets through" if found.rows is Rows.CUSTOM else clean(found.label)


def _doors(book: Book, roles: tuple[str, ...], relations: tuple[Relation, ...]) -> Iterator[list[Any]]:
    """For each way the relation, what it is, and who goes through: all, where it is a publication."""
    place = {relation.name: number for number, relation in enumerate(relations)}
    number = {role: index for index, role in enumerate(roles)}
    found: dict[Door, list[int]] = {}
    for door in doors_of(book):
        on = found.setdefault(door._replace(role=""), [])
        if door.role:
            on.append(number[door.role])
    for door, of in found.items():
        through = door.through
        words = f"{door.is_} {through.part or through.name}".replace(" .", " ")
        yield [place[door.relation], clean(words), _path(book, through), of]


def _shown(cell: Cell) -> str:
    """`filtered`; `column grants only: filtered`."""
    return f"{cell.word}: {cell.rows}" if cell.rows else cell.word.value


def _page(relation: Relation) -> str | int:
    """The path of its page; 0 where the page can tell it by the name."""
    path, name = relation_page(relation).removesuffix(".md"), relation.name
    folder = "views" if relation.is_view else "tables"
    return 0 if path == f"{name.schema}/{folder}/{name.name}" else path


def _path(book: Book, found: ObjectId) -> str:
    page, anchor = place_of(book, found)
    return page.removesuffix(".md") + (f"#{anchor}" if anchor else "")


def _script(function: str, data: object) -> str:
    """A script that hands the data over; in ASCII, so that no server's encoding matters."""
    return f"schemabookAccess.{function}({json.dumps(data, separators=(',', ':'))});\n"
