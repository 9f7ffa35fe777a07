"""What was made of a text, kept while versions of one dump are read: most of what they say is the same."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

T = TypeVar("T")
MOST = 50_000
"""How many values are kept: those of ten thousand statements, in about a hundred megabytes."""

_kept: dict[Hashable, Any] | None = None


@contextmanager
def reading_again() -> Iterator[None]:
    """Keeps from here on what `once` makes; a process that is forked meanwhile has it as well."""
    global _kept
    before, _kept = _kept, {} if _kept is None else _kept
    try:
        yield
    finally:
        _kept = before


def once(key: Hashable, make: Callable[[], T]) -> T:
    """What *make* returns, or has returned for this key before: it must depend on nothing else.

    While nobody reads again nothing is kept.
    """
    if _kept is None:
        return make()
    if key not in _kept:
        if len(_kept) >= MOST:
            _kept.clear()
        _kept[key] = make()
    found: T = _kept[key]
    return found


def all_once(find: Callable[[str], Iterable[T]], text: str) -> Iterable[T]:
    """What is found in a text, as `once`."""
    return find(text) if _kept is None else once((find, text), lambda: [*find(text)])
