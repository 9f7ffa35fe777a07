"""What checks have found, as lines of text, annotations of GitHub, or JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from itertools import groupby
from operator import attrgetter

from schemabook.model import Finding

FORMATS = ("text", "github", "json")


def report(
    before: tuple[Finding, ...], found: tuple[Finding, ...], format_: str
) -> Iterator[tuple[str, bool]]:
    """Each line, and whether it is data. What was said *before*, when the input was read, is no text here."""
    if format_ == "text":
        yield from _text(found)
    elif format_ == "github":
        yield from ((one.annotation, True) for one in (*before, *found))
    else:
        yield json.dumps({"findings": [one.json for one in (*before, *found)]}, indent=2), True


def _text(found: Iterable[Finding]) -> Iterator[tuple[str, bool]]:
    """What fails, and what has changed, is data."""
    for code, several in groupby(found, attrgetter("code")):
        for one in several:
            yield from ((line, True) for line in one.details)
            yield str(one), one.fails and not one.details
        if code.hint:
            yield f"hint: {code.hint}", False
