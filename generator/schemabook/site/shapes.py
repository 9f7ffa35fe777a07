"""Values out of JSON as the types that they should be."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import cache
from types import NoneType, UnionType
from typing import Any, TypeVar, Union, cast, get_args, get_origin, get_type_hints, is_typeddict

T = TypeVar("T")
Read = Callable[[Any], Any]


class Misfit(ValueError):
    """A value that is not of the type that it should be."""


def restored(value: Any, kind: type[T]) -> T:
    """The value as *kind*: a text, a number, a list, a mapping or a named tuple of such; raises Misfit."""
    try:
        return cast(T, _reader(cast(Any, kind))(value))
    except RecursionError:
        raise Misfit from None


@cache
def _reader(kind: Any) -> Read:
    """What reads values of one type."""
    origin, inside = get_origin(kind), get_args(kind)
    if kind in (str, int, bool, NoneType):
        return _text if kind is str else lambda value: _exact(value, kind)
    if is_typeddict(kind):  # Which may hold itself.
        hints = get_type_hints(kind)
        return lambda value: _named(_exact(value, dict), hints)
    if origin is None:
        assert issubclass(kind, tuple), kind
        fields = _fields(tuple(get_type_hints(kind).values()))
        return lambda value: kind(*fields(value))
    if origin is tuple and inside[-1] is not ...:
        return _fields(inside)
    if origin in (Union, UnionType):
        return _one_of(tuple(map(_reader, inside)))
    item = _later(inside[-1]) if is_typeddict(inside[-1]) else _reader(inside[1 if origin in MAPPINGS else 0])
    if origin in MAPPINGS:
        return lambda value: {_text(key): item(part) for key, part in _exact(value, dict).items()}
    return lambda value: origin(item(part) for part in _exact(value, list))


MAPPINGS = (dict, Mapping)


def _later(kind: Any) -> Read:
    return lambda value: _reader(kind)(value)


def _exact(value: Any, kind: type) -> Any:
    if type(value) is not kind:
        raise Misfit
    return value


def _text(value: Any) -> str:
    if type(value) is not str:
        raise Misfit
    if not value.isascii():
        try:
            value.encode()
        except UnicodeEncodeError:  # Half of a pair: no page could be written.
            raise Misfit from None
    return value


def _one_of(readers: tuple[Read, ...]) -> Read:
    def read(value: Any) -> Any:
        for reader in readers:
            with suppress(Misfit):
                return reader(value)
        raise Misfit

    return read


def _fields(kinds: tuple[Any, ...]) -> Read:
    readers = [_later(kind) if is_typeddict(kind) else _reader(kind) for kind in kinds]

    are_texts = set(kinds) == {str}

    def read(value: Any) -> tuple[Any, ...]:
        if len(_exact(value, list)) != len(readers):
            raise Misfit
        if are_texts and set(map(type, value)) == {str}:  # As those of tens of thousands of entries.
            _text("".join(value))
            return tuple(value)
        return tuple([reader(item) for reader, item in zip(readers, value, strict=True)])

    return read


def _named(value: dict[str, Any], hints: dict[str, Any]) -> dict[str, Any]:
    if value.keys() != hints.keys():
        raise Misfit
    return {name: _reader(kind)(value[name]) for name, kind in hints.items()}
