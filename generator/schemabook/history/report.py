"""Drift as lines of text, or JSON."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from schemabook.project.history import Difference, Drift, NotFollowed, Which


def to_text(drift: Drift) -> str:
    """What differs first, then what is accepted and what could not be compared, and how much there is."""
    failing = [found for found in drift.differences if found.fails]
    others = [found for found in drift.differences if not found.fails]
    lines = [_line(found) for found in failing]
    lines += [_line(found) for found in others]
    lines += [f"{found.source}: not followed: {found.reason}" for found in drift.unread]
    lines += [f"note: {note}" for note in drift.notes]
    lines += [f'{source}: note: nothing that differs fits "{pattern}"' for pattern, source in drift.unused]
    return "".join(f"{line}\n" for line in (*lines, verdict(drift)))


def verdict(drift: Drift) -> str:
    """How much there is, in one line."""
    failing = sum(found.fails for found in drift.differences)
    accepted = sum(bool(found.accepted) for found in drift.differences)
    counts = [
        f"{number} {one if number == 1 else several}"
        for number, one, several in (
            (failing, "difference", "differences"),
            (accepted, "accepted", "accepted"),
            (len(drift.differences) - failing - accepted, "not compared", "not compared"),
            (len(drift.unread), "statement not followed", "statements not followed"),
        )
        if number
    ]
    said = ["they make the dump"] if not failing else []
    number = f"{drift.migrations} {'migration' if drift.migrations == 1 else 'migrations'}"
    return f"{number}: {', '.join((*said, *counts))}"


def _line(found: Difference) -> str:
    where = f"{found.source}: " if found.source else ""
    if found.accepted:
        return f"{where}accepted: {found.sentence} ({found.accepted})"
    return f"{where}{'not compared: ' if found.which is Which.NOT_COMPARED else ''}{found.sentence}"


def to_json(drift: Drift) -> str:
    """One object; its keys are described in the guide for authors."""
    value = {
        "migrations": drift.migrations,
        "drift": drift.fails,
        "differences": [_json(found) for found in drift.differences],
        "notFollowed": [_not_followed(found) for found in drift.unread],
        "notes": list(drift.notes),
        "unusedPatterns": [pattern for pattern, _ in drift.unused],
    }
    return json.dumps(value, indent=2) + "\n"


def _json(found: Difference) -> dict[str, Any]:
    return {
        "title": found.title,
        "which": found.which.value,
        "sentence": found.sentence,
        "kind": found.word,
        "identity": str(found.object) if found.object else None,
        "facts": list(found.facts),
        "path": found.source.path if found.source else None,
        "line": found.source.line if found.source else None,
        "migration": found.migration or None,
        "accepted": found.accepted or None,
    }


def _not_followed(found: NotFollowed) -> dict[str, Any]:
    return {"path": found.source.path, "line": found.source.line, "reason": found.reason}


FORMATS: Mapping[str, Callable[[Drift], str]] = {"text": to_text, "json": to_json}
"""How the command prints it."""
