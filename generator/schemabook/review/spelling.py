"""Values that say the same in other words: new names, qualifiers, how a statement is written."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from schemabook.model import (
    KINDS,
    Column,
    Database,
    Kind,
    ObjectId,
    ObjectKind,
    Other,
    Routine,
    Sql,
    Trigger,
    split_tokens,
)
from schemabook.read import expression
from schemabook.review.names import OWN, Renames, relation_of, said

VERBATIM = frozenset({"body", "comment", "labels", "owner", "settings"})
"""Texts that PostgreSQL leaves as they are when what they mention gets another name."""
TO_ITSELF = re.compile(r"(?<!\S)(\S+) as \1(?!\S)")
"""A column that a query names as it is named anyway."""
STANDARD_BODY = re.compile(r"\s*(?:begin\s+atomic|return)\b", re.I)
"""A body that PostgreSQL has parsed, so that names in it follow."""
KIND_OF_FACT: Mapping[type, Kind] = {row.fact: row for row in KINDS if row.fact is not Other}


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
            or self._is_qualified(fact, old, new)
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
        after = {said(new), self._aliases.sub("", said(new))}
        texts = self.renames.texts(said(old), relation_of(fact))
        return any(TO_ITSELF.sub(r"\1", before) in after for before in texts)

    @cached_property
    def _aliases(self) -> re.Pattern[str]:
        """`new as old`: so PostgreSQL has a view keep its column's name when that of the table is renamed."""
        pairs = [
            (old.part, new.part) for old, new in self.renames.pairs.items() if old.kind is ObjectKind.COLUMN
        ]
        each = "|".join(rf"(?<={re.escape(new)}) as {re.escape(old)}(?![\w$])" for old, new in pairs)
        return re.compile(each or r"(?!)")

    def _is_qualified(self, fact: Any, old: Any, new: Any) -> bool:
        """Whether only qualifiers differ, and all names still lead to the same objects.

        Since PostgreSQL 16 a view that reads one table names its columns without it.
        """
        if not (isinstance(old, Sql) and isinstance(new, Sql) and type(fact) in KIND_OF_FACT):
            return False
        if not _differ_by_qualifiers(split_tokens(old.tokens), split_tokens(new.tokens)):
            return False
        name = KIND_OF_FACT[type(fact)].identity(fact, self.old)
        before = {self.renames.of(target) for target in _mentioned(self.old, name)}
        return before == _mentioned(self.new, self.renames.of(name))


def _mentioned(database: Database, name: ObjectId) -> set[ObjectId]:
    return {r.target for r in database.references_from(name.whole) if r.origin == name}


def _follows(fact: Any, name: str) -> bool:
    """Whether PostgreSQL changes the names in a field when an object gets another one."""
    if isinstance(fact, Routine) and name == "body":
        return bool(fact.body and STANDARD_BODY.match(fact.body))
    return name not in VERBATIM and not (isinstance(fact, Trigger) and name == "arguments")


def _differ_by_qualifiers(old: list[str], new: list[str]) -> bool:
    """Whether the tokens are the same, but for names with a dot before some of them."""
    i = j = 0
    while i < len(old) and j < len(new):
        if old[i] == new[j]:
            i, j = i + 1, j + 1
        elif old[i + 1 : i + 3] == [".", new[j]]:
            i += 2
        elif new[j + 1 : j + 3] == [".", old[i]]:
            j += 2
        else:
            return False
    return i == len(old) and j == len(new)
