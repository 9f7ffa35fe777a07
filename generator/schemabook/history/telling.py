"""What pages may tell of a migration or a commit: nothing that the settings hide, and no secret."""

from __future__ import annotations

from collections.abc import Iterable

from schemabook.model import Database, ObjectKind
from schemabook.project.config import Config
from schemabook.project.history import Told
from schemabook.review import Became, ReviewedChange
from schemabook.review.acceptance import accepted
from schemabook.review.visible import visible
from schemabook.secrets import without_secrets


def told(changes: Iterable[ReviewedChange], old: Database, new: Database, config: Config) -> tuple[Told, ...]:
    """The changes between two databases, as pages may tell them."""
    shown = visible(accepted(changes, config.accepted_changes), old, new, config)
    return tuple(_told(change, old, new) for change in shown)


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
