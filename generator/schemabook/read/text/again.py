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


def is_again() -> bool:
    """Whether anything is kept."""
    return _kept is not None


def once(key: Hashable, make: Callable[[], T]) -> T:
    """What *make* returns, or has returned for this key before: it must depend on nothing else.

    While nobody reads again nothing is kept.
    """
    return make() if _kept is None else once_while(key, lambda _: True, make)


def once_while(key: Hashable, holds: Callable[[T], bool], make: Callable[[], T]) -> T:
    """As `once`, but made anew where what is kept does not hold any more."""
    if _kept is None:
        return make()
    if key not in _kept or not holds(_kept[key]):
        if len(_kept) >= MOST:
            _kept.clear()
        _kept[key] = make()
    found: T = _kept[key]
    return found


def all_once(find: Callable[[str], Iterable[T]], text: str) -> Iterable[T]:
    """What is found in a text, as `once`."""
    return find(text) if _kept is None else once((find, text), lambda: [*find(text)])
