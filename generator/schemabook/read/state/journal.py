"""What statements change, and how it is taken back; what is read by all can be written to in no other way."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from types import MappingProxyType
from typing import Any, NoReturn, TypeVar

K = TypeVar("K")
V = TypeVar("V")
T = TypeVar("T")

EMPTY: Mapping[Any, Any] = MappingProxyType({})
"""What is known of an object that nothing was said of."""


ABSENT = object()
set_item: Callable[[Any, Any, Any], None] = dict.__setitem__


def _refuse(*_: object, **__: object) -> NoReturn:
    raise TypeError("only the journal writes to this")


class Facts(dict[K, V]):
    """A mapping that only the journal writes to."""

    __setitem__ = __delitem__ = __ior__ = _refuse
    clear = pop = popitem = setdefault = update = _refuse


class Nested(Facts[K, Mapping[Any, Any]]):
    """A mapping of mappings: what is not there is empty."""

    def __missing__(self, _: K) -> Mapping[Any, Any]:
        return EMPTY


class Members(set[V]):
    """A set that only the journal writes to."""

    __iand__ = __ior__ = __isub__ = __ixor__ = _refuse
    add = clear = discard = pop = remove = update = _refuse
    difference_update = intersection_update = symmetric_difference_update = _refuse


class Listed(list[V]):
    """A list that only the journal writes to."""

    __setitem__ = __delitem__ = __iadd__ = __imul__ = _refuse
    append = clear = extend = insert = pop = remove = reverse = sort = _refuse


class Journal:
    """Writes, and keeps for each change of the current statement the call that undoes it."""

    def __init__(self) -> None:
        self.undo: list[tuple[Any, ...]] = []
        """Functions with their arguments, the last change last."""
        self.copied: set[int] = set()
        """The mappings that the current statement took something out of: they are kept as they were."""

    def forget_changes(self) -> None:
        """What has happened so far stays."""
        self.undo.clear()
        self.copied.clear()

    def roll_back(self) -> None:
        """Takes back all that the current statement changed: it was not understood."""
        self.roll_back_to(0)

    def savepoint(self) -> int:
        """How many changes there are so far, to go back to."""
        self.copied.clear()  # What is removed later is to be put back to where it is now.
        return len(self.undo)

    def roll_back_to(self, savepoint: int) -> None:
        """Takes back what the current statement changed since."""
        while len(self.undo) > savepoint:
            call, *arguments = self.undo.pop()
            call(*arguments)
        self.copied.clear()

    def put(self, mapping: Mapping[K, V], key: K, value: V) -> None:
        """Puts a value into a mapping, over the one that was there."""
        self.undo.append((_put_back, mapping, key, mapping.get(key, ABSENT)))
        set_item(mapping, key, value)

    def put_in(self, mapping: Mapping[K, Mapping[Any, V]], outer: K, key: object, value: V) -> None:
        """Puts a value into one of the mappings in a mapping."""
        inner = mapping.get(outer)
        if inner is None:
            inner = Facts()
            self.put(mapping, outer, inner)
        self.put(inner, key, value)

    def remove(self, mapping: Mapping[K, V], key: K) -> V | None:
        """Takes a value out of a mapping, and returns it; None where it is not there.

        The order of the others counts, so the mapping is kept whole, once a statement: whoever removes
        has searched all of it before.
        """
        if key not in mapping:
            return None
        if id(mapping) not in self.copied:
            self.copied.add(id(mapping))
            self.undo.append((_restore, mapping, dict(mapping)))
        value = mapping[key]
        dict.__delitem__(mapping, key)  # type: ignore[arg-type]  # as above
        return value

    def include(self, members: AbstractSet[V], member: V) -> None:
        """Puts a member into a set."""
        if member not in members:
            self.undo.append((set.discard, members, member))
            set.add(members, member)  # type: ignore[arg-type]  # as above

    def exclude(self, members: AbstractSet[V], member: V) -> None:
        """Takes a member out of a set, if it is there."""
        if member in members:
            self.undo.append((set.add, members, member))
            set.discard(members, member)  # type: ignore[arg-type]  # as above

    def append(self, items: Sequence[V], item: V) -> None:
        """Puts an item behind those of a list."""
        self.undo.append((list.pop, items))
        list.append(items, item)  # type: ignore[arg-type]  # as above

    def assign(self, owner: object, name: str, value: object) -> None:
        """Gives an attribute another value."""
        self.undo.append((setattr, owner, name, getattr(owner, name)))
        setattr(owner, name, value)


def copied(value: T, of: tuple[type, ...], made: dict[int, Any]) -> T:
    """A copy to write to, with all that changes in it: mappings, lists, sets and objects *of* these kinds.

    Facts never change, and are shared. *made* are the copies so far, by what they are of.
    """
    if not isinstance(value, (dict, list, set, *of)) or id(value) in made:
        found: T = made.get(id(value), value)
        return found
    copy: Any = object.__new__(type(value)) if isinstance(value, of) else type(value)()
    made[id(value)] = copy
    if isinstance(value, dict):
        for key, inner in value.items():
            set_item(copy, key, copied(inner, of, made))
    elif isinstance(value, list):
        list.extend(copy, value)
    elif isinstance(value, set):
        set.update(copy, value)
    else:
        vars(copy).update({name: copied(inner, of, made) for name, inner in vars(value).items()})
    whole: T = copy
    return whole


def _put_back(mapping: dict[Any, Any], key: object, value: object) -> None:
    if value is ABSENT:
        dict.pop(mapping, key, None)
    else:
        set_item(mapping, key, value)


def _restore(mapping: dict[Any, Any], before: dict[Any, Any]) -> None:
    dict.clear(mapping)
    dict.update(mapping, before)
