"""Which objects have another name now, and how what mentions them reads then."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, is_dataclass
from functools import cached_property
from typing import Any

from schemabook.diff import values
from schemabook.model import (
    KIND_OF,
    Column,
    ColumnName,
    Name,
    ObjectId,
    ObjectKind,
    Relation,
    Routine,
    Sql,
    Target,
    Trigger,
    relation_id,
    schema_id,
)

OWN = ("name", "relation")
"""The fields that are the identity of an object itself."""
UNSAID = frozenset({*OWN, "position", "comment", "owner"})
"""What an object may say otherwise and still be the same."""
VERBATIM = frozenset({"body", "comment", "labels", "owner", "settings"})
"""Texts that PostgreSQL leaves as they are when what they mention gets another name."""
TO_ITSELF = re.compile(r"(?<!\S)(\S+) as \1(?!\S)")
"""A column that a query names as it is named anyway."""
STANDARD_BODY = re.compile(r"\s*(?:begin\s+atomic|return)\b", re.I)
"""A body that PostgreSQL has parsed, so that names in it follow."""


@dataclass(frozen=True)
class Renames:
    """The new identity of each object that has one."""

    pairs: Mapping[ObjectId, ObjectId] = field(default_factory=dict)

    def of(self, old: ObjectId) -> ObjectId:
        """The identity in the new database of an object of the old one."""
        if not self.pairs:
            return old
        if found := self.pairs.get(old):
            return found
        if old.on:
            on = self.of(old.on)
            return old._replace(name=on.name, on=on)
        if old.part and old.kind is not ObjectKind.DEFAULT_PRIVILEGE:
            return old._replace(name=self.of(relation_id(old.name)).name)
        if old.kind is ObjectKind.ROUTINE and old.types:
            old = old._replace(types=tuple(map(self.text, old.types)))
        if schema := self.pairs.get(schema_id(old.name.schema)):
            return old._replace(name=Name(schema.name.name, old.name.name))
        return old

    def text(self, text: str, relation: Name | None = None) -> str:
        """A text with the new names in it; a word alone may be a column of *relation*."""
        if not self.pairs:
            return text
        columns = self._columns.get(relation, {}) if relation else {}

        def renamed(match: re.Match[str]) -> str:
            schema, dot, name = match["schema"], match["dot"], match["name"]
            if found := self._names.get((schema, name)):
                return f"{found.schema}{dot}{found.name}"
            word = str(columns.get(name) or self._words.get(name, name))
            return f"{schema}{dot}{word}" if schema else word

        return self._pattern.sub(renamed, text)

    def alike(self, fact: Any, name: str, old: Any, new: Any) -> tuple[Any, Any]:
        """The values of a field, made equal where only names in it differ that have changed."""
        if isinstance(fact, Column) and name == "position":
            return old, old  # Its place is a fact of the relation.
        if not (self.pairs and self._follows(fact, name)):
            return old, new
        before = TO_ITSELF.sub(r"\1", self.text(said(old), relation_of(fact)))
        is_same = name in OWN or before in (said(new), self._aliases.sub("", said(new)))
        return (new, new) if is_same else (old, new)

    @staticmethod
    def _follows(fact: Any, name: str) -> bool:
        if isinstance(fact, Routine) and name == "body":
            return bool(fact.body and STANDARD_BODY.match(fact.body))
        return name not in VERBATIM and not (isinstance(fact, Trigger) and name == "arguments")

    @cached_property
    def _names(self) -> Mapping[tuple[str, str], Name]:
        kinds = {kind for kind, row in KIND_OF.items() if row.in_schema and not row.is_part}
        return {tuple(old.name): new.name for old, new in self.pairs.items() if old.kind in kinds}  # type: ignore[misc]

    @cached_property
    def _columns(self) -> Mapping[Name, Mapping[str, str]]:
        found: dict[Name, dict[str, str]] = defaultdict(dict)
        for old, new in self.pairs.items():
            if old.kind is ObjectKind.COLUMN:
                found[old.name][old.part] = new.part
        return found

    @cached_property
    def _words(self) -> Mapping[str, str]:
        names = {name: found.name for (_, name), found in self._names.items()}
        schemas = {old.name.name: new.name.name for old, new in self.pairs.items() if not old.name.schema}
        return {name: new for of in self._columns.values() for name, new in of.items()} | names | schemas

    @cached_property
    def _aliases(self) -> re.Pattern[str]:
        """`new as old`: so PostgreSQL has a view keep its column's name when that of the table is renamed."""
        pairs = [(old.part, new.part) for old, new in self.pairs.items() if old.kind is ObjectKind.COLUMN]
        each = "|".join(rf"(?<={re.escape(new)}) as {re.escape(old)}(?![\w$])" for old, new in pairs)
        return re.compile(each or r"(?!)")

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        schemas, words = _any_of(schema for schema, _ in self._names), _any_of(self._words)
        qualified = rf"(?:(?P<schema>{schemas})(?P<dot>[\"\s]*\.[\"\s]*))?"
        return re.compile(rf"(?<![\w$]){qualified}(?P<name>{words})(?![\w$])")


def _any_of(words: Iterable[str]) -> str:
    """A pattern for any of the words, the longest first; of none of them one that fits nothing."""
    return "|".join(map(re.escape, sorted(set(words), key=lambda word: (-len(word), word)))) or r"(?!)"


def relation_of(fact: Any) -> Name | None:
    """The relation that a fact is part of, or is."""
    return fact.name if isinstance(fact, Relation) else getattr(fact, "relation", None)


def said(value: Any) -> str:
    """A value as text, in which equal expressions are spelled alike."""
    match value:
        case Sql():
            return value.tokens
        case Target(relation, columns):
            return f"{relation} ({said(columns)})"
        case Name() | ColumnName():
            return str(value)
        case tuple():
            return ", ".join(map(said, value))
    if is_dataclass(value):
        return "; ".join(f"{name} = {said(of)}" for name, of in values(value))
    return str(value)


def facts_of(fact: Any) -> str:
    """What an object says as text, but for its names."""
    return "; ".join(f"{name} = {said(value)}" for name, value in values(fact) if name not in UNSAID)
