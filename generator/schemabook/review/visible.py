"""The changes that pages may tell: nothing that the settings hide is named in them.

Whoever reviews compares all of both databases, as what is hidden decides who can do what as well.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from schemabook.diff import Fact
from schemabook.model import KIND_OF, Database, ObjectId
from schemabook.project.config import Config
from schemabook.project.hidden import part_shown
from schemabook.project.hidden.fields import Says, named
from schemabook.project.hidden.part import Part
from schemabook.project.hidden.telling import is_told, unspeakable_in_prose
from schemabook.review.change import Became, ReviewedChange
from schemabook.review.effect import Effect

UNTOLD = "`schemabook diff` says what it does."
"""In place of a sentence that names what is hidden."""


def visible(
    changes: Iterable[ReviewedChange], old: Database, new: Database, config: Config
) -> tuple[ReviewedChange, ...]:
    """The changes of what the settings show, in words that name nothing else."""
    if not config.hidden:
        return tuple(changes)
    keys = config.virtual_foreign_keys
    both = _Both(*(part_shown(database, config.hidden, keys) for database in (old, new)))
    return tuple(filter(None, map(both.told, changes)))


class _Both:
    """What is shown of both databases."""

    def __init__(self, old: Part, new: Part) -> None:
        self.old, self.new = old, new
        self.unspeakable = tuple(map(unspeakable_in_prose, (old, new)))

    def told(self, change: ReviewedChange) -> ReviewedChange | None:
        """The change as it may be told; None where nothing may be said of it."""
        is_gone = change.change is Became.REMOVED
        if not is_told(self.old if is_gone else self.new, change.object):
            return None
        if change.was and not is_told(self.old, change.was):
            change = replace(change, change=Became.ADDED, was=None, reason="", facts=())
        facts = tuple(self._facts(change))
        if change.change is Became.CHANGED and change.facts and not facts:
            return None
        return replace(
            change,
            facts=facts,
            because_of=tuple(found for found in change.because_of if is_told(self.new, found)),
            effects=tuple(dict.fromkeys(map(self._effect, change.effects))),
        )

    def _effect(self, effect: Effect) -> Effect:
        is_named = any(words.is_named(effect.sentence) for words in self.unspeakable)
        return effect._replace(sentence=UNTOLD) if is_named else effect

    def _facts(self, change: ReviewedChange) -> Iterator[Fact]:
        """What it said and says, without what is left out where it is hidden."""
        left_out = named(KIND_OF[change.object.kind].fact, Says.LEFT_OUT)
        for fact in change.facts:
            if fact.name not in left_out:
                yield fact
                continue
            old = _value(self.old, change.was or change.object, fact.name)
            new = _value(self.new, change.object, fact.name)
            if old != new:
                yield Fact(fact.name, old, new)


def _value(part: Part, found: ObjectId, field: str) -> Any:
    """What a field of an object says where it is shown; None where it is not there."""
    facts = dict(KIND_OF[found.kind].facts(part.whole))
    return getattr(part.without_hidden(facts[found]), field) if found in facts else None
