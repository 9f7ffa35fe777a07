"""Values of SQL as far as they are known: with NULL, and with those that only PostgreSQL knows."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable
from typing import Any


class Maybe:
    """A value that is not known, but for what it cannot be."""

    def __init__(self, could_be: Callable[[Any], bool] | None = None) -> None:
        self.could_be = could_be or (lambda _: True)
        self.may_be_null = could_be is None


MAYBE = Maybe()
"""A value of which nothing is known."""
COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "<>": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def compared(sign: str, left: Any, right: Any) -> Any:
    """What a comparison yields: true, false, NULL, or what nobody knows."""
    if left is None or right is None:
        return None
    if isinstance(left, Maybe) or isinstance(right, Maybe):
        known, other = (right, left) if isinstance(left, Maybe) else (left, right)
        is_impossible = (
            isinstance(other, Maybe) and not isinstance(known, Maybe) and not other.could_be(known)
        )
        if is_impossible and sign in ("=", "<>"):
            return sign == "<>"
        return MAYBE
    if type(left) is not type(right):
        return MAYBE
    return COMPARE[sign](left, right)


def all_of(values: Iterable[Any]) -> Any:
    """AND, as SQL has it."""
    return _first_of(values, (False, MAYBE, None), True)


def any_of(values: Iterable[Any]) -> Any:
    """OR, as SQL has it."""
    return _first_of(values, (True, MAYBE, None), False)


def _first_of(values: Iterable[Any], order: tuple[Any, ...], otherwise: bool) -> Any:
    found = [value if value is None or isinstance(value, bool) else MAYBE for value in values]
    return next((value for value in order if any(one is value for one in found)), otherwise)


def opposite(value: Any) -> Any:
    """NOT, as SQL has it."""
    if value is None:
        return None
    return not value if isinstance(value, bool) else MAYBE
