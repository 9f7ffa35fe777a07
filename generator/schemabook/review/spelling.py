"""Values that say the same in other words: new names, qualifiers, how a statement is written."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from functools import cached_property
from typing import Any

from schemabook.model import (
    Column,
    Database,
    Name,
    ObjectId,
    ObjectKind,
    Other,
    Publication,
    Relation,
    Routine,
    Sequence,
    Sql,
    Trigger,
    relation_id,
    split_tokens,
)
from schemabook.read import tokens_of
from schemabook.review.expressions import same
from schemabook.review.names import OWN, Renames, kept_columns, relation_of, said
from schemabook.review.queries import items, same_query

VERBATIM = frozenset({"body", "comment", "labels", "owner", "settings"})
"""Texts that PostgreSQL leaves as they are when what they mention gets another name."""
AS_WRITTEN = frozenset(
    {
        *((Relation, "partition_key"), (Relation, "partition_bound")),
        *((Other, "sql"), (Other, "also")),
    }
)
"""Fields that hold words of statements; bodies that PostgreSQL has parsed are like these."""
TO_ITSELF = re.compile(r"(?<!\S)(\S+) as \1(?!\S)")
"""A column that a query names as it is named anyway."""
STANDARD_BODY = re.compile(r"\s*(?:begin\s+atomic|return)\b", re.I)
"""A body that PostgreSQL has parsed, so that names in it follow."""
OF_LIST = re.compile(r"for values in \( (.*) \)")
OF_MODIFIER = re.compile(r"\([\w, ]*\)")
AFTER_FROM = frozenset({"where", "group", "having", "window", "order", "limit", "offset", "fetch", "for"})
"""What may come after the tables of a query."""


@dataclass(frozen=True)
class Spelling:
    """Tells what is only spelled otherwise in the new database."""

    old: Database
    new: Database
    renames: Renames

    def alike(self, fact: Any, name: str, old: Any, new: Any) -> tuple[Any, Any]:
        """The values of a field, made equal where their difference is none."""
        if isinstance(fact, Column) and name == "position":
            return old, old  # Its place is a fact of the relation.
        if isinstance(fact, Sequence) and fact.identity and name == "owner" and fact.owned_by:
            before = self.old.relations.get(fact.owned_by.relation)
            after = self.new.relations.get(self._now(fact.owned_by.relation))
            if before and after and (old, new) == (before.owner, after.owner):
                return old, old
        if isinstance(fact, Publication) and name == "relations":
            old, new = self._there_already(old), self._there_already(new)
        is_same = (
            (isinstance(fact, Column) and name == "type" and _of_type(old) == _of_type(new))
            or _is_statement(fact, name, old, new)
            or self._is_same(fact, old, new)
            or self._is_renamed(fact, name, old, new)
            or _is_qualified(fact, old, new)
            or self._is_query(fact, old, new)
        )
        return (new, new) if is_same else (old, new)

    def _now(self, relation: Name) -> Name:
        return self.renames.of(relation_id(relation)).name

    def _there_already(self, relations: tuple[Name, ...]) -> tuple[Name, ...]:
        """The relations without those that came or went: that is their change, not that of who names them."""
        return tuple(name for name in relations if name not in self._came_or_went)

    @cached_property
    def _came_or_went(self) -> frozenset[Name]:
        before = set(map(self._now, self.old.relations))
        return frozenset(before ^ self.new.relations.keys())

    def _is_same(self, fact: Any, old: Any, new: Any) -> bool:
        """Whether expressions differ in parentheses, casts and operators as PostgreSQL adds them."""
        relation = relation_of(fact)
        columns = self.new.columns_of(relation) if isinstance(relation, Name) else ()
        return _are_same(old, new, {column.name: column.type for column in columns})

    def _is_renamed(self, fact: Any, name: str, old: Any, new: Any) -> bool:
        """Whether only names differ that have changed."""
        if not (self.renames.pairs and _follows(fact, name)):
            return False
        if name in OWN:
            return True
        relation, kept = relation_of(fact), frozenset[str]()
        if isinstance(fact, Relation):
            if name == "definition" and not self._reads_the_same(relation_id(fact.name)):
                return False
        elif relation:
            kept = kept_columns(self.old, self.renames, relation)
        after = {said(new), self._aliases.sub("", said(new)), self._own_aliases(fact).sub("", said(new))}
        texts = {said(old), *self.renames.texts(said(old), relation, kept)}
        return any(TO_ITSELF.sub(r"\1", before) in after for before in texts)

    def _is_query(self, fact: Any, old: Any, new: Any) -> bool:
        """Whether a view has the same query of the same relations in other words."""
        if not (isinstance(fact, Relation) and isinstance(old, Sql) and isinstance(new, Sql)):
            return False
        view = relation_id(fact.name)
        read = {reference.target.name for reference in self.new.references_from(self.renames.of(view))}
        columns = [column for name in read for column in self.new.columns_of(name)]
        types = {column.name: column.type for column in columns}
        for column in columns:
            if types.get(column.name) != column.type:
                types.pop(column.name, None)  # Which one is meant is not told here.
        is_same = self._reads_the_same(view)
        first, second = (_without_source(sql.tokens) for sql in (old, new))
        return is_same and same_query(first, second, types)

    def _reads_the_same(self, view: ObjectId) -> bool:
        """Whether a view reads what it has read, by whatever names."""
        before, after = (
            {reference.target for reference in side.references_from(name)}
            for side, name in ((self.old, view), (self.new, self.renames.of(view)))
        )
        return set(map(self.renames.of, before)) == after

    def _own_aliases(self, view: Any) -> re.Pattern[str]:
        """`old as new`: so a view gives its own column another name."""
        on = view.name if isinstance(view, Relation) else None
        pairs = self.renames.pairs.items()
        own = [(a.part, b.part) for a, b in pairs if a.kind is ObjectKind.COLUMN and a.name == on]
        each = "|".join(rf"(?<={re.escape(old)}) as {re.escape(new)}(?![\w$])" for old, new in own)
        return re.compile(each or r"(?!)")

    @cached_property
    def _aliases(self) -> re.Pattern[str]:
        """`new as old`: so PostgreSQL has a view keep its column's name when that of the table is renamed."""
        pairs = [
            (old.part, new.part) for old, new in self.renames.pairs.items() if old.kind is ObjectKind.COLUMN
        ]
        each = "|".join(rf"(?<={re.escape(new)}) as {re.escape(old)}(?![\w$])" for old, new in pairs)
        return re.compile(each or r"(?!)")


def _is_parsed(fact: Any, name: str) -> bool:
    """Whether a field may hold a body that PostgreSQL has parsed."""
    return isinstance(fact, Routine) and name == "body" and fact.language == "sql"


def _is_statement(fact: Any, name: str, old: Any, new: Any) -> bool:
    """Whether words of statements that are kept as they are have the same tokens, in any order."""
    is_body = _is_parsed(fact, name) and bool(
        STANDARD_BODY.match(old or "") and STANDARD_BODY.match(new or "")
    )
    if not old or not new or not (is_body or (type(fact), name) in AS_WRITTEN):
        return False
    first, second = (
        sorted(map(tokens_of, (text,) if isinstance(text, str) else text)) for text in (old, new)
    )
    return first == second or (name == "partition_bound" and _values(old) == _values(new) != [])


def _values(bound: str) -> list[str]:
    """The values of a list partition: their order says nothing."""
    match = OF_LIST.fullmatch(tokens_of(bound))
    return sorted(items(split_tokens(match[1]))) if match else []


def _of_type(type_: str) -> str:
    """A type with the words in parentheses in one case: so PostGIS reads `geometry(Point,4326)`."""
    return OF_MODIFIER.sub(lambda match: match[0].lower(), type_)


def _are_same(old: Any, new: Any, types: Mapping[str, str]) -> bool:
    """Whether two values are equal but for expressions in other words."""
    if old == new:
        return True
    if isinstance(old, Sql) and isinstance(new, Sql):
        return same(old.tokens, new.tokens, types)
    if type(old) is not type(new):
        return False
    if is_dataclass(old):
        pairs = ((getattr(old, f.name), getattr(new, f.name)) for f in fields(old) if f.compare)
        return all(_are_same(a, b, types) for a, b in pairs)
    if isinstance(old, tuple) and len(old) == len(new):
        return all(_are_same(a, b, types) for a, b in zip(old, new, strict=True))
    return False


def _follows(fact: Any, name: str) -> bool:
    """Whether PostgreSQL changes the names in a field when an object gets another one."""
    if isinstance(fact, Routine) and name == "body":
        return _is_parsed(fact, name) and bool(STANDARD_BODY.match(fact.body or ""))
    return name not in VERBATIM and not (isinstance(fact, Trigger) and name == "arguments")


def _is_qualified(fact: Any, old: Any, new: Any) -> bool:
    """Whether two queries only differ in that one names the columns with their table.

    Since PostgreSQL 16 a view that reads one table names its columns without it, but in subqueries, where a
    name alone may be another one's.
    """
    if not (isinstance(fact, Relation) and isinstance(old, Sql) and isinstance(new, Sql)):
        return False
    before, after = split_tokens(old.tokens), split_tokens(new.tokens)
    source = _only_source(before)
    if not source or source != _only_source(after):
        return False
    return list(_unqualified(before, source)) == list(_unqualified(after, source))


def _without_source(tokens: str) -> str:
    """The tokens of a query without the name of its only table before columns."""
    split = split_tokens(tokens)
    source = _only_source(split)
    return " ".join(_unqualified(split, source)) if source else tokens


def _unqualified(tokens: list[str], source: str) -> Iterator[str]:
    """The tokens without the name of the query's table before columns, but for those of subqueries."""
    nested, skipped = [False], 0
    for place, token in enumerate(tokens):
        if token == "(":
            nested.append(nested[-1] or tokens[place + 1 : place + 2] in (["select"], ["with"]))
        elif token == ")" and len(nested) > 1:
            nested.pop()
        if token == source and not nested[-1] and tokens[place + 1 : place + 2] == ["."]:
            skipped = 2
        if skipped:
            skipped -= 1
        else:
            yield token


def _only_source(tokens: list[str]) -> str:
    """The name of the one table that a query reads outside of subqueries; empty where it reads more."""
    depth, outside = 0, []
    for token in tokens:
        depth -= token == ")"
        if not depth:
            outside.append(token)
        depth += token == "("
    if outside.count("from") != 1:
        return ""
    first = outside.index("from") + 1
    end = next((place for place in range(first, len(outside)) if outside[place] in AFTER_FROM), len(outside))
    source = [token for token in outside[first:end] if token not in ("only", "as")]
    if source[-2:] == ["(", ")"]:
        del source[-2:]  # the names of the columns
    return source[-1] if source and not {",", "join"}.intersection(source) else ""
