"""The names that PostgreSQL gives to constraints, indexes and sequences that have none.

As `makeObjectName`, `ChooseRelationName`, `ChooseIndexName` and `ChooseConstraintName` of its source do.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from schemabook.model import IndexKey
from schemabook.read.queries.output_names import output_name
from schemabook.read.text.tokens import LONGEST_NAME

Taken = Callable[[str], bool]


def object_name(first: str, second: str, label: str) -> str:
    """`first_second_label` in 63 bytes at most: the longer part is cut."""
    parts = [first.encode(), second.encode()]
    room = LONGEST_NAME - len(label.encode()) - 1 - (1 if second else 0)
    keep = [len(part) for part in parts]
    while sum(keep) > room:
        keep[0 if keep[0] > keep[1] else 1] -= 1
    cut = [part[:length].decode(errors="ignore") for part, length in zip(parts, keep, strict=True)]
    return "_".join(word for word in (*cut, label) if word)


def chosen_name(first: str, second: str, label: str, taken: Taken) -> str:
    """The first of `…_label`, `…_label1`, `…_label2` that is not taken."""
    name, number = object_name(first, second, label), 0
    while taken(name):
        number += 1
        name = object_name(first, second, f"{label}{number}")
    return name


def index_name(
    relation: str, keys: Iterable[IndexKey], include: Iterable[str], taken: Taken, label: str = "idx"
) -> str:
    """The name of an index, or of the constraint that it serves, from its keys and included columns."""
    names = [key.column or (key.expression and output_name(key.expression.text)) or "expr" for key in keys]
    return chosen_name(relation, joined_columns(distinct_columns([*names, *include])), label, taken)


def joined_columns(columns: Iterable[str]) -> str:
    """Column names as a part of an object's name; what is beyond a name's length does not count."""
    joined = ""
    for column in columns:
        joined += f"_{column}" if joined else column
        if len(joined.encode()) >= LONGEST_NAME:
            break
    return joined


def distinct_columns(columns: Iterable[str]) -> list[str]:
    """The names of an index's keys: a repeated one gets a number, as in `expr`, `expr1`."""
    names: list[str] = []
    for column in columns:
        name, number = column, 0
        while name in names:
            number += 1
            name = f"{column}{number}"
        names.append(name)
    return names
