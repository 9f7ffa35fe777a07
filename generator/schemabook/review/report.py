"""The formats in which changes are printed: text for people, JSON for programs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from schemabook.review.change import ReviewedChange
from schemabook.review.contract import to_json
from schemabook.review.sources import Side
from schemabook.review.text import to_text

FORMATS: Mapping[str, Callable[[Side, Side, Iterable[ReviewedChange]], str]] = {
    "text": to_text,
    "json": to_json,
}
