"""The formats in which changes are printed, for people and for programs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from schemabook.model import ObjectId
from schemabook.review.annotations import to_annotations
from schemabook.review.change import ReviewedChange
from schemabook.review.contract import to_json
from schemabook.review.markdown import to_markdown
from schemabook.review.sarif import to_sarif
from schemabook.review.sources import Side
from schemabook.review.text import to_text


class Comparison(NamedTuple):
    """Two sides, what changed between them, and where the pages are."""

    old: Side
    new: Side
    changes: tuple[ReviewedChange, ...]
    link: Callable[[ObjectId], str | None] = lambda _: None


FORMATS: Mapping[str, Callable[[Comparison], str]] = {
    "text": lambda c: to_text(c.old, c.new, c.changes),
    "markdown": lambda c: to_markdown(c.old.database, c.new.database, c.changes, c.link),
    "github": lambda c: to_annotations(c.old, c.new, c.changes),
    "sarif": lambda c: to_sarif(c.old, c.new, c.changes),
    "json": lambda c: to_json(c.old, c.new, c.changes),
}
