"""Which objects have another name now, and how what mentions them reads then."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, field, is_dataclass
from functools import cached_property
from typing import Any

from schemabook.diff import values
from schemabook.model import (
    KIND_OF,
    ColumnName,
    Database,
    Name,
    ObjectId,
    ObjectKind,
    Other,
    Relation,
    Sql,
    Target,
    column_id,
    relation_id,
)

OWN = ("name", "relation")
"""The fields that are the identity of an object itself."""
LONGEST = 200
"""Characters of a qualifier and the white space around it, at most."""
QUALIFIER = re.compile(r"([\w$]+)\"?\s*\.\s*\"?\Z")
UNSAID = frozenset({*OWN, "position", "comment", "owner"})
"""What an object may say otherwise and still be the same."""


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
        if old.types and old.kind is ObjectKind.ROUTINE:
            old = old._replace(types=tuple(map(self.type, old.types)))
        if KIND_OF[old.kind].fact is Other:  # The name of a cast or an operator holds types.
            old = old._replace(name=Name(old.name.schema, self.type(old.name.name)))
        if schema := self._schemas.get(old.name.schema):
            return old._replace(name=Name(schema, old.name.name))
        return old

    def type(self, text: str) -> str:
        """The name of a type with the new names in it; it has its schema."""
        return self.text(text, words={})

    def texts(self, text: str, relation: Name | None, kept: Container[str]) -> set[str]:
        """The ways to read the old names in a text: a word alone may be a type, or a column of that name.

        *kept* are the columns of the relation that keep their names, whatever others are called now.
        """
        return {self.text(text, relation, words, kept) for words in (self._words, self._words_of_relations)}

    def text(
        self,
        text: str,
        relation: Name | None = None,
        words: Mapping[str, str] | None = None,
        kept: Container[str] = (),
    ) -> str:
        """A text with the new names in it; a word alone may be a column of *relation*."""
        if not self.pairs:
            return text
        columns = self._columns.get(relation, {}) if relation else {}
        words = self._words if words is None else words

        def renamed(match: re.Match[str]) -> str:
            schema, dot, name = match["schema"], match["dot"], match["name"]
            if (
                name in kept
                and not schema
                and _qualifier(text, match.start()) in ("", relation and relation.name)
            ):
                return match[0]
            if found := self._names.get((schema, name)):
                return f"{found.schema}{dot}{found.name}"
            word = str(columns.get(name) or words.get(name, name))
            return f"{schema}{dot}{word}" if schema else word

        found = self._pattern.sub(renamed, text)
        return self._of_schemas.sub(lambda match: self._schemas[match[0]], found) if self._schemas else found

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
    def _schemas(self) -> Mapping[str, str]:
        pairs = self.pairs.items()
        return {old.name.name: new.name.name for old, new in pairs if old.kind is ObjectKind.SCHEMA}

    @cached_property
    def _of_schemas(self) -> re.Pattern[str]:
        """The name of a schema before a dot, in a list or alone."""
        return re.compile(rf"(?<![\w$.])(?:{_any_of(self._schemas)})(?=[\"\s]*[.,]|\Z)")

    @cached_property
    def _words(self) -> Mapping[str, str]:
        names = {name: found.name for (_, name), found in self._names.items()}
        return {**names, **self._words_of_relations}

    @cached_property
    def _words_of_relations(self) -> Mapping[str, str]:
        """The words that stand alone in what pg_dump prints: columns, and tables before a dot."""
        pairs = self.pairs.items()
        columns = {old.part: new.part for old, new in pairs if old.kind is ObjectKind.COLUMN}
        relations = {old.name.name: new.name.name for old, new in pairs if old.kind is ObjectKind.RELATION}
        return columns | relations

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        schemas, words = _any_of(schema for schema, _ in self._names), _any_of(self._words)
        qualified = rf"(?:(?P<schema>{schemas})(?P<dot>[\"\s]*\.[\"\s]*))?"
        return re.compile(rf"(?<![\w$]){qualified}(?P<name>{words})(?![\w$])")


def kept_columns(database: Database, renames: Renames, relation: Name) -> frozenset[str]:
    """The columns of a relation of the old database that have the same names in the new one."""
    columns = (column.name for column in database.columns_of(relation))
    return frozenset(c for c in columns if column_id(ColumnName(relation, c)) not in renames.pairs)


def _qualifier(text: str, place: int) -> str:
    """The word with a dot before a place in a text; empty where there is none."""
    match = QUALIFIER.search(text, max(0, place - LONGEST), place)
    return match[1] if match else ""


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
            return value.tokens.replace('"', "")  # Other names need no quotes where this one does.
        case Target(relation, columns):
            return said(tuple(ColumnName(relation, column) for column in columns))
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
