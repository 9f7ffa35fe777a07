"""Values that say the same in other words: new names, qualifiers, how a statement is written."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from schemabook.model import (
    Column,
    Database,
    ObjectId,
    ObjectKind,
    Other,
    Relation,
    Routine,
    Sql,
    Trigger,
    relation_id,
    split_tokens,
)
from schemabook.read import expression
from schemabook.review.names import OWN, Renames, kept_columns, relation_of, said

VERBATIM = frozenset({"body", "comment", "labels", "owner", "settings"})
"""Texts that PostgreSQL leaves as they are when what they mention gets another name."""
TO_ITSELF = re.compile(r"(?<!\S)(\S+) as \1(?!\S)")
"""A column that a query names as it is named anyway."""
STANDARD_BODY = re.compile(r"\s*(?:begin\s+atomic|return)\b", re.I)
"""A body that PostgreSQL has parsed, so that names in it follow."""
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
        is_same = (
            self._is_statement(fact, name, old, new)
            or self._is_renamed(fact, name, old, new)
            or _is_qualified(fact, old, new)
        )
        return (new, new) if is_same else (old, new)

    def _is_statement(self, fact: Any, name: str, old: Any, new: Any) -> bool:
        """Whether a statement that is kept as it is has the same tokens."""
        return isinstance(fact, Other) and name == "sql" and bool(expression(old) == expression(new))

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
        after = {said(new), self._aliases.sub("", said(new))}
        texts = self.renames.texts(said(old), relation, kept)
        return any(TO_ITSELF.sub(r"\1", before) in after for before in texts)

    def _reads_the_same(self, view: ObjectId) -> bool:
        """Whether a view reads what it has read, by whatever names."""
        before, after = (
            {reference.target for reference in side.references_from(name)}
            for side, name in ((self.old, view), (self.new, self.renames.of(view)))
        )
        return set(map(self.renames.of, before)) == after

    @cached_property
    def _aliases(self) -> re.Pattern[str]:
        """`new as old`: so PostgreSQL has a view keep its column's name when that of the table is renamed."""
        pairs = [
            (old.part, new.part) for old, new in self.renames.pairs.items() if old.kind is ObjectKind.COLUMN
        ]
        each = "|".join(rf"(?<={re.escape(new)}) as {re.escape(old)}(?![\w$])" for old, new in pairs)
        return re.compile(each or r"(?!)")


def _follows(fact: Any, name: str) -> bool:
    """Whether PostgreSQL changes the names in a field when an object gets another one."""
    if isinstance(fact, Routine) and name == "body":
        return bool(fact.body and STANDARD_BODY.match(fact.body))
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
    match [token for token in outside[first:end] if token not in ("only", "as")]:
        case [_, ".", name] | [name] | [_, ".", _, name] | [_, name]:
            return name
    return ""
