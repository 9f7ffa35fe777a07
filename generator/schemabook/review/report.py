"""The formats in which changes are printed: text and Markdown for people, JSON for programs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from schemabook.review.change import ReviewedChange
from schemabook.review.contract import to_json
from schemabook.review.markdown import to_markdown
from schemabook.review.sources import Side
from schemabook.review.text import to_text


def _markdown(old: Side, new: Side, changes: Iterable[ReviewedChange]) -> str:
    return to_markdown(old.database, new.database, changes)


FORMATS: Mapping[str, Callable[[Side, Side, Iterable[ReviewedChange]], str]] = {
    "text": to_text,
    "markdown": _markdown,
    "json": to_json,
}
