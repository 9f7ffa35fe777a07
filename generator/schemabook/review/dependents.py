"""What depends on an object that changed, and what still names one that has gone."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from schemabook.diff import in_order, objects
from schemabook.model import KINDS, Database, ObjectId, ObjectKind, Reference, relation_id, routine_id
from schemabook.review.change import Became, ReviewedChange
from schemabook.review.names import Renames, said
from schemabook.review.spelling import STANDARD_BODY

SILENT = frozenset({"comment", "owner"})
"""What may change of a function or a view without any effect on who uses it."""
OF_COLUMNS = frozenset({"type", "collation"})
"""What may change of a column with an effect on what uses it."""


@dataclass(frozen=True)
class Dependents:
    """Who depends on what, in both databases."""

    old: Database
    new: Database
    renames: Renames

    def of(self, change: ReviewedChange) -> ReviewedChange:
        """The change with what depends on its object."""
        found = self._broken(change) if _is_gone(change) else self._affected(change)
        others = set(self._each(found)) - {change.object}
        return replace(change, because_of=tuple(sorted(others, key=in_order)))

    # what depends on what changed

    def _affected(self, change: ReviewedChange) -> Iterator[ObjectId]:
        fields, name = {fact.name for fact in change.facts}, change.object
        if change.change is Became.ADDED:
            return
        if name.kind is ObjectKind.ROUTINE and fields - SILENT:
            yield from self._users(name.whole)
        elif name.kind is ObjectKind.COLUMN and fields & OF_COLUMNS:
            yield from (r.origin for r in self.new.references_to(name.whole) if r.target.part == name.part)
        elif name.kind is ObjectKind.RELATION and "definition" in fields:
            yield from (reference.origin for reference in self.new.references_to(name))

    def _users(self, routine: ObjectId) -> Iterator[ObjectId]:
        """What calls a routine, itself or through other routines."""
        seen, waiting = {routine}, [routine]
        for name in waiting:
            for reference in self.new.references_to(name):
                origin = reference.origin
                yield origin
                if origin.kind is ObjectKind.ROUTINE and origin not in seen:
                    seen.add(origin)
                    waiting.append(origin)

    # what still names what has gone

    def _broken(self, change: ReviewedChange) -> Iterator[ObjectId]:
        """What has the name in its text; only bodies keep a name when the object gets another one."""
        name = change.was or change.object
        for reference in self.old.references_to(name.whole):
            if name.part and reference.target.part != name.part:
                continue
            origin = self.renames.of(reference.origin)
            if change.was and origin.kind is not ObjectKind.ROUTINE:
                continue
            if self._still_names(origin, name, change):
                yield origin

    def _still_names(self, origin: ObjectId, name: ObjectId, change: ReviewedChange) -> bool:
        """Whether the text of an object has the old name, and nothing else of that name is meant."""
        text = "\n".join(self._texts(origin))
        word = name.part or name.name.name
        if not _has_word(text, word) or (name.part and not self._names_relation(text, name)):
            return False
        for reference in self.new.references_from(origin.whole):
            target = reference.target
            others = (target.part, target.name.name)
            if _of_origin(reference, origin) and (word in others or target == change.object):
                return False
        return True

    def _names_relation(self, text: str, name: ObjectId) -> bool:
        """Whether a text has the name of a column's relation, too: as it was, or as it is."""
        now = self.renames.of(relation_id(name.name)).name.name
        return _has_word(text, name.name.name) or _has_word(text, now)

    def _texts(self, origin: ObjectId) -> Iterator[str]:
        if origin.kind is ObjectKind.ROUTINE:
            bodies = (routine.body or "" for routine in self.new.overloads(origin.name))
            yield from (body for body in bodies if not STANDARD_BODY.match(body))
        elif fact := self._facts.get(origin):
            yield said(fact)

    @cached_property
    def _facts(self) -> dict[ObjectId, Any]:
        rows = [row for row in KINDS if row.kind not in (ObjectKind.PRIVILEGE, ObjectKind.DEFAULT_PRIVILEGE)]
        return {name: fact for row in rows for name, fact in objects(row, self.new).items()}

    def _each(self, found: Iterable[ObjectId]) -> Iterator[ObjectId]:
        """The objects; of a routine, which stands for all of its name, each."""
        for name in found:
            if name.kind is ObjectKind.ROUTINE:
                yield from (routine_id(routine.signature) for routine in self.new.overloads(name.name))
            else:
                yield name


def _is_gone(change: ReviewedChange) -> bool:
    """Whether nothing has the old name any more."""
    return change.change in (Became.REMOVED, Became.RENAMED)


def _of_origin(reference: Reference, origin: ObjectId) -> bool:
    """Whether it is this object that mentions; a routine with all of its name."""
    return origin.kind is ObjectKind.ROUTINE or reference.origin == origin


def _has_word(text: str, word: str) -> bool:
    return bool(re.search(rf"(?<![\w$]){re.escape(word)}(?![\w$])", text, re.I))
