"""Texts that name what is hidden."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from itertools import pairwise

from schemabook.model import Name
from schemabook.model.written_names import unquoted

PART = r'(?:"(?:[^"]|"")+"|[^\W\d][\w$]*)'
NAMES = re.compile(rf"{PART}(?:\s*\.\s*{PART})*")


class Unspeakable:
    """The names that are hidden, but for those of what stays reduced."""

    def __init__(self, hides: Callable[[Name], bool], gone: Iterable[Name], shown: Iterable[Name]) -> None:
        self.hides = hides
        """Whether a pattern hides a name, also that of an object that was not understood."""
        self.shown = frozenset(shown)
        self.words = {name.name for name in gone} - {name.name for name in self.shown}
        """What a name without a schema may mean."""

    def is_named(self, text: str) -> bool:
        """Whether a text names something hidden."""
        return any(self._is_hidden(found.group()) for found in NAMES.finditer(text))

    def _is_hidden(self, spelled: str) -> bool:
        parts = [unquoted(part) for part in re.findall(PART, spelled)]
        pairs = (Name(*pair) for pair in pairwise(parts))
        return not self.words.isdisjoint(parts) or any(
            self.hides(name) and name not in self.shown for name in pairs
        )
