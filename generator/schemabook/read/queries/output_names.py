"""The name that PostgreSQL gives to a column of a query without AS, and to an index key without a column.

As `FigureColname` of its parser does: https://github.com/postgres/postgres/blob/REL_18_STABLE/src/backend/parser/parse_target.c
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from schemabook.model import Name
from schemabook.read.queries import tree
from schemabook.read.queries.conversion import plain, type_parts
from schemabook.read.queries.selects import read_expression
from schemabook.read.text.builtin import SPELLINGS

CATALOG_NAMES = {spelled: name for name, spelled in SPELLINGS.items()}
FirstName = Callable[[tree.Query], str]


class Found(NamedTuple):
    """A name; a weak one gives way to another, a missing one has strength 0."""

    name: str = ""
    strength: int = 0


class NoTypes:
    """Where no type is looked up: only the names of types count."""

    def type_name(self, name: Name) -> Name:
        """The name as it is written."""
        return name

    def column_type(self, _: list[str]) -> str:
        """The type of a column, which no expression names."""
        return ""


def output_name(text: str) -> str | None:
    """The name of an expression's value, or None where PostgreSQL finds none."""
    found = read_expression(text, NoTypes())
    return name_of(found, lambda _: "").name or None if found else None


def item_name(item: tree.Item, first: FirstName) -> str:
    """The name of a column: its alias, or that of its value; *first* names that of a subquery."""
    return item.alias or name_of(item.value, first).name or "?column?"


def name_of(node: tree.Node, first: FirstName) -> Found:
    """The name of a value."""
    match node:
        case tree.Cast():
            return _cast(node, first)
        case tree.Choice(output_name="case"):
            otherwise = name_of(node.results[0], first)
            return otherwise if otherwise.strength > 1 else Found("case", 1)
        case tree.Collated() | tree.Element() | tree.Field(name="*"):
            inner = node.parts[0]
            return name_of(inner, first) if isinstance(inner, tree.Node) else Found()
        case tree.Subquery():
            query = node.parts[0]
            return Found(first(query), 2) if isinstance(query, tree.Query) else Found()
        case tree.Reference():
            return _strong(node.names[-1].replace("*", ""))
    return _strong(_own_name(node))


def _own_name(node: tree.Node) -> str:
    match node:
        case tree.Call() | tree.Choice() | tree.Fixed():
            return node.output_name
        case tree.Field():
            return node.name
        case tree.Array() | tree.ArrayOf():
            return "array"
        case tree.NullIf():
            return "nullif"
        case tree.Row():
            return "row"
    return ""


def _strong(name: str) -> Found:
    return Found(name, 2) if name else Found()


def _cast(node: tree.Cast, first: FirstName) -> Found:
    inner = node.parts[0]
    found = name_of(inner, first) if isinstance(inner, tree.Node) else Found()
    if found.strength > 1:
        return found
    kind = plain(node.type).removesuffix("[]")
    return Found(CATALOG_NAMES.get(kind) or type_parts(kind).name, 1)
