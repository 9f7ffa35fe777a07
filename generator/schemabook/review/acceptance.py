"""Which changes the settings accept, and which make `schemabook diff` fail."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from schemabook.errors import SchemaError
from schemabook.nearest import did_you_mean, nearest
from schemabook.review.change import ReviewedChange
from schemabook.review.effect import Severity


def accepted(
    changes: Iterable[ReviewedChange], reasons: Iterable[tuple[str, str]]
) -> tuple[ReviewedChange, ...]:
    """The changes, those whose key has a reason with it."""
    known = dict(reasons)
    return tuple(replace(change, accepted=known.get(change.key, "")) for change in changes)


def unused(changes: Iterable[ReviewedChange], reasons: Iterable[tuple[str, str]]) -> Iterator[str]:
    """What to say of keys in the settings that no change has."""
    keys = {change.key for change in changes}
    for key, _ in reasons:
        if key not in keys:
            yield f'note: no change here has the key "{key}" of accepted_changes'


def classes(written: str) -> frozenset[Severity]:
    """Classes of severity with commas between them, a dash for a space: `security,data-loss`.

    Raises SchemaError for one that does not exist, and where there is none.
    """
    known = {severity.value: severity for severity in Severity}
    found = [word.strip().replace("-", " ") for word in written.split(",") if word.strip()]
    for word in found:
        if word not in known:
            hint = did_you_mean(nearest(word, known)) or f"one of {', '.join(known)}"
            raise SchemaError(f'"{word}" is no class of changes', hint=hint)
    if not found:
        raise SchemaError("no class of changes is named", hint=f"one of {', '.join(known)}")
    return frozenset(known[word] for word in found)


def failing(changes: Iterable[ReviewedChange], fail_on: frozenset[Severity]) -> list[ReviewedChange]:
    """The changes with an effect of these classes that nobody has accepted."""
    return [change for change in changes if not change.accepted and fail_on.intersection(change.severities)]
