"""The changes as annotations that GitHub shows at the lines of the dump, as many as it takes.

https://docs.github.com/en/actions/reference/workflow-commands-for-github-actions
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from schemabook.model import annotation
from schemabook.review.change import ReviewedChange
from schemabook.review.effect import WORST_FIRST, Severity
from schemabook.review.escaping import visible
from schemabook.review.places import Places
from schemabook.review.sections import Entry
from schemabook.review.sources import Side
from schemabook.review.text import Told

MOST = 10
"""Annotations of a level that GitHub shows of one step."""
ERRORS = frozenset({Severity.DATA_LOSS, Severity.SECURITY})
LONGEST_TITLE = 200
LONGEST = 4_000
"""Characters of a message."""


def to_annotations(old: Side, new: Side, changes: Iterable[ReviewedChange]) -> str:
    """A line for each, the worst first; the last says how many more there are."""
    found = sorted(changes, key=lambda change: (bool(change.accepted), WORST_FIRST[change.severities[0]]))
    return "".join(f"{line}\n" for line in _lines(_Annotations(old, new), found))


def level_of(change: ReviewedChange) -> str:
    """How grave a change is to GitHub; an accepted one is no more than worth a notice."""
    worst = change.severities[0]
    if change.accepted or not worst.is_dangerous:
        return "notice"
    return "error" if worst in ERRORS else "warning"


def _lines(annotations: _Annotations, changes: Iterable[ReviewedChange]) -> Iterator[str]:
    shown, left = Counter[str](), Counter[str]()
    for change in changes:
        level = level_of(change)
        if shown[level] < MOST - (level == "notice"):  # One of the notices says what is left.
            yield annotations.line(change, level)
            shown[level] += 1
        else:
            left["accepted" if change.accepted else change.severities[0]] += 1
    if left:
        counts = ", ".join(f"{count:,} × {what}" for what, count in left.items())
        message = f"Not shown here: {counts}. schemabook diff prints them."
        yield annotation("notice", message, title=f"{left.total():,} more changes of the schema")


class _Annotations:
    def __init__(self, old: Side, new: Side) -> None:
        self.told = Told(old.database, new.database)
        self.places = Places(old, new)

    def line(self, change: ReviewedChange, level: str) -> str:
        """The annotation of one change."""
        place = self.places.of(change)
        title = f"{change.severities[0]}: {self.told.name_of(change)}"
        lines = [*change.sentences, *self.told.details(Entry((change,)))]
        if change.because_of:
            lines.append(self.told.dependents(change))
        lines.append(f"accepted: {change.accepted}" if change.accepted else f"key {change.key}")
        message = visible("\n".join(lines)[:LONGEST])
        path, number = place if place else ("", None)
        return annotation(level, message, file=path, line=number, title=visible(title[:LONGEST_TITLE]))
