"""What pages may tell of a migration or a commit: nothing that the settings hide, and no secret."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from schemabook.history.migrations import name_of
from schemabook.model import Database, Name, ObjectKind
from schemabook.project.config import Config
from schemabook.project.hidden import part_shown
from schemabook.project.hidden.telling import unspeakable_in_prose
from schemabook.project.history import Drift, Told
from schemabook.review import Became, ReviewedChange
from schemabook.review.acceptance import accepted
from schemabook.review.visible import visible
from schemabook.secrets import without_secrets

BETWEEN = re.compile(r"[\W_]+")
VALUES = " in the dump: "
"""In a sentence on a difference, what comes before the values."""
UNTOLD = "it names what is hidden"


def told(changes: Iterable[ReviewedChange], old: Database, new: Database, config: Config) -> tuple[Told, ...]:
    """The changes between two databases, as pages may tell them."""
    shown = visible(accepted(changes, config.accepted_changes), old, new, config)
    return tuple(_told(change, old, new) for change in shown)


def hidden_names(databases: Iterable[Database], config: Config) -> frozenset[str]:
    """The names of what the settings hide of some databases."""
    if not config.hidden:
        return frozenset()
    parts = [part_shown(database, config.hidden, config.virtual_foreign_keys) for database in databases]
    return frozenset().union(*(part.unspeakable.words for part in parts))


def names_any(text: str, names: Iterable[str]) -> bool:
    """Whether a title or the name of a file has one of the names in it, whatever is between its words."""
    plain = _plain(text)
    return any(_plain(name) in plain for name in names)


def _plain(text: str) -> str:
    return f" {BETWEEN.sub(' ', text.lower()).strip()} "


def told_drift(drift: Drift, dump: Database, config: Config) -> Drift:
    """The drift as pages may tell it: without what is hidden; `check` and `schemabook drift` say all."""
    if not config.hidden:
        return drift
    part = part_shown(dump, config.hidden, config.virtual_foreign_keys)
    words, names = unspeakable_in_prose(part), hidden_names([dump], config)

    def is_hidden(name: Name) -> bool:
        return not part.is_visible(name) if name in dump.relations else part.unspeakable.hides(name)

    shown = []
    for found in drift.differences:
        sentence = found.sentence
        if words.is_named(sentence):
            sentence = sentence.partition(VALUES)[0]
        name = found.object and (found.object.on or found.object).name
        file = Path(found.migration or (found.source.path if found.source and not found.object else ""))
        is_named = words.is_named(sentence) or names_any(name_of(file), names)
        if not ((name and is_hidden(name)) or is_named):
            shown.append(found._replace(sentence=sentence))
    unread = (one._replace(reason=UNTOLD) if words.is_named(one.reason) else one for one in drift.unread)
    return replace(drift, differences=tuple(shown), unread=tuple(unread))


def _told(change: ReviewedChange, old: Database, new: Database) -> Told:
    found = change.object
    relation = (old if change.change is Became.REMOVED else new).relations.get(found.name)
    word = relation.kind.words if relation and found.kind is ObjectKind.RELATION else found.kind.word
    return Told(
        found,
        change.change.value,
        word,
        change.was,
        tuple((effect.severity.value, without_secrets(effect.sentence)) for effect in change.effects),
        bool(change.severities) and change.severities[0].is_dangerous,
        change.accepted,
    )
