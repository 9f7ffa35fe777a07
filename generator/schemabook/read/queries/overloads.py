"""Which function or operator of several with one name a call means, and what it returns.

As `func_select_candidate` of its parser does; https://www.postgresql.org/docs/current/typeconv-func.html.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from schemabook.model import Routine, Type, TypeKind
from schemabook.model.keywords import quoted
from schemabook.read.queries.conversion import ANY, POLYMORPHIC, UNKNOWN, Kinds, plain
from schemabook.read.queries.system import Function


class Match(NamedTuple):
    """A function, with the types of its arguments one for each that is given."""

    function: Function
    parameters: tuple[str, ...]
    expanded: bool = False


class Found(NamedTuple):
    """What a call returns; *function* is None where several may be meant that return the same."""

    result: str
    function: Function | None = None
    bound: Mapping[str, str] = {}
    parameters: tuple[str, ...] = ()

    def columns(self) -> tuple[tuple[str, str], ...]:
        """The names and types of its OUT arguments."""
        found = self.function.columns if self.function else ()
        return tuple((name, actual(kind, self.bound)) for name, kind in found)


NOTHING = Found("")
COMPATIBLE = "anycompatible"


def fitting(
    functions: Iterable[Function], count: int, named: Sequence[str] = (), *, variadic: bool = False
) -> list[Match]:
    """The functions that may be called with so many arguments, the last of them by name."""
    found: dict[tuple[str, ...], Match] = {}
    for function in functions:
        match = _fitted(function, count, named, variadic)
        if match is None:
            continue
        other = found.get(match.parameters)
        if other is None or (other.expanded and not match.expanded):
            found[match.parameters] = match
    return list(found.values())


def _fitted(function: Function, count: int, named: Sequence[str], variadic: bool) -> Match | None:
    parameters = function.arguments
    if named:
        positional = count - len(named)
        if any(name not in function.names[positional:] for name in named):
            return None
        by_name = tuple(parameters[function.names.index(name)] for name in named)
        return Match(function, parameters[:positional] + by_name)
    if function.variadic and not variadic:
        last = parameters[-1]
        element = {ANY: ANY, "anyarray": "anyelement", "anycompatiblearray": "anycompatible"}.get(last)
        element = element or last.removesuffix("[]")
        more = count - len(parameters) + 1
        if more >= 1:
            return Match(function, parameters[:-1] + (element,) * more, expanded=True)
        return None
    least = len(parameters) if function.least is None else function.least
    return Match(function, parameters[:count]) if least <= count <= len(parameters) else None


def resolve(matches: list[Match], arguments: list[str], kinds: Kinds, *, is_operator: bool = False) -> Found:
    """What the call with these types of arguments returns."""
    if any(kind != UNKNOWN and not kinds.is_known(kind) for kind in arguments):
        return _agreed(matches, arguments, kinds)
    exact = _exact_operator(matches, arguments, kinds) if is_operator else _exact(matches, arguments)
    if exact:
        return _result(exact, arguments, kinds)
    possible = [m for m in matches if _accepts(m, arguments, kinds)]
    if len(possible) > 1:
        possible = _selected(possible, arguments, kinds)
    return _result(possible[0], arguments, kinds) if len(possible) == 1 else NOTHING


def _agreed(matches: list[Match], arguments: list[str], kinds: Kinds) -> Found:
    """What all return that take the arguments whose types are known."""
    asked = [kind if kinds.is_known(kind) else UNKNOWN for kind in arguments]
    results = {m.function.result for m in matches if _accepts(m, asked, kinds)}
    if len(results) != 1:
        return NOTHING
    (result,) = results
    return NOTHING if result in POLYMORPHIC else Found(result)


def _exact(matches: list[Match], arguments: list[str]) -> Match | None:
    return next((m for m in matches if m.parameters == tuple(arguments)), None)


def _exact_operator(matches: list[Match], arguments: list[str], kinds: Kinds) -> Match | None:
    """A constant in quotes is first taken for what stands on the other side."""
    known = [kind for kind in arguments if kind != UNKNOWN]
    if len(arguments) == 2 and len(known) == 1:
        same = known * 2
        return _exact(matches, same) or _exact(matches, [kinds.base(kind) for kind in same])
    return _exact(matches, arguments)


def _accepts(match: Match, arguments: Sequence[str], kinds: Kinds) -> bool:
    pairs = zip(arguments, match.parameters, strict=True)
    return all(kinds.turns_into(given, taken) for given, taken in pairs) and (
        _bound(match.parameters, arguments, kinds) is not None
    )


def _selected(matches: list[Match], arguments: list[str], kinds: Kinds) -> list[Match]:
    """The best of several that all accept the arguments."""
    bases = [kind if kind == UNKNOWN else kinds.base(kind) for kind in arguments]

    def preferably(kind: str, parameter: str) -> bool:
        return kind == parameter or (
            kinds.is_preferred(parameter) and kinds.category(parameter) == kinds.category(kind)
        )

    for rule in (operator.eq, preferably):
        matches = _most(matches, bases, rule)
        if len(matches) == 1:
            return matches
    if UNKNOWN not in bases:
        return []
    matches = _by_category(matches, bases, kinds)
    if len(matches) == 1:
        return matches
    known = {kind for kind in bases if kind != UNKNOWN}
    if len(known) == 1:
        same = [known.pop()] * len(bases)
        last = [m for m in matches if _accepts(m, same, kinds)]
        return last if len(last) == 1 else []
    return []


def _most(matches: list[Match], bases: list[str], rule: Callable[[str, str], bool]) -> list[Match]:
    """Those with the most arguments for which the rule holds."""

    def count(match: Match) -> int:
        pairs = zip(bases, match.parameters, strict=True)
        return sum(kind != UNKNOWN and rule(kind, parameter) for kind, parameter in pairs)

    best = max(map(count, matches))
    return [m for m in matches if count(m) == best]


def _by_category(matches: list[Match], bases: list[str], kinds: Kinds) -> list[Match]:
    """What is left if each constant in quotes is of one category: that of strings where any takes one."""
    wanted: dict[int, tuple[str, bool]] = {}
    for i, base in enumerate(bases):
        if base != UNKNOWN:
            continue
        taken = [m.parameters[i] for m in matches]
        categories = {kinds.category(kind) for kind in taken}
        if len(categories) > 1 and "S" not in categories:
            return matches
        category = "S" if len(categories) > 1 else categories.pop()
        has_preferred = any(kinds.category(k) == category and kinds.is_preferred(k) for k in taken)
        wanted[i] = (category, has_preferred)
    left = [
        m
        for m in matches
        if all(
            kinds.category(m.parameters[i]) == category
            and (kinds.is_preferred(m.parameters[i]) or not has_preferred)
            for i, (category, has_preferred) in wanted.items()
        )
    ]
    return left or matches


def _result(match: Match, arguments: Sequence[str], kinds: Kinds) -> Found:
    bound = _bound(match.parameters, arguments, kinds) or {}
    return Found(actual(match.function.result, bound), match.function, bound, match.parameters)


def actual(kind: str, bound: Mapping[str, str]) -> str:
    """The type that a polymorphic one stands for in a call."""
    if kind.removesuffix("[]") not in POLYMORPHIC:
        return kind
    return bound.get(kind, "")


def _bound(parameters: Sequence[str], arguments: Sequence[str], kinds: Kinds) -> dict[str, str] | None:
    """What polymorphic types stand for, None where the arguments contradict each other."""
    if POLYMORPHIC.isdisjoint(parameters):
        return {}
    given: dict[str, list[str]] = {}
    for parameter, kind in zip(parameters, arguments, strict=True):
        if parameter in POLYMORPHIC and kind != UNKNOWN:
            given.setdefault(parameter, []).append(kind)
    found: dict[str, str] = {}
    if not _bind_same(given, found, kinds) or not _bind_compatible(parameters, arguments, found, kinds):
        return None
    return found


def _one(kinds: set[str]) -> str | None:
    """The only one, empty where there is none; None where there are several."""
    return None if len(kinds) > 1 else next(iter(kinds), "")


def _bind_same(given: dict[str, list[str]], found: dict[str, str], kinds: Kinds) -> bool:
    """Anyelement and its family: all stand for the same type."""
    arrays = {kinds.base(kind) for kind in given.get("anyarray", ())}
    ranges = {kinds.base(kind) for kind in given.get("anyrange", ())}
    multiranges = {kinds.base(kind) for kind in given.get("anymultirange", ())}
    ranges |= {kinds.range_of(kind) for kind in multiranges}
    elements = {k for name in ("anyelement", "anynonarray", "anyenum") for k in given.get(name, ())}
    elements |= {kinds.element(kind) for kind in arrays} | {kinds.subtype(kind) for kind in ranges}
    element, array, some_range = _one(elements), _one(arrays), _one(ranges)
    if element is None or array is None or some_range is None or len(multiranges) > 1:
        return False
    if "" in elements or "" in ranges:
        return False
    if "anynonarray" in given and kinds.element(element):
        return False
    if "anyenum" in given and not kinds.is_kind(element, TypeKind.ENUM):
        return False
    multirange = next(iter(multiranges), "")
    found.update(dict.fromkeys(("anyelement", "anynonarray", "anyenum"), element))
    found["anyarray"] = array or (f"{element}[]" if element and not element.endswith("[]") else "")
    found["anyrange"] = some_range
    found["anymultirange"] = multirange or (
        some_range.replace("range", "multirange") if some_range and "." not in some_range else ""
    )
    return True


def _bind_compatible(
    parameters: Sequence[str], arguments: Sequence[str], found: dict[str, str], kinds: Kinds
) -> bool:
    """Anycompatible and its family: all stand for the type that they have in common."""
    if not any(parameter.startswith(COMPATIBLE) for parameter in parameters):
        return True
    pairs = list(zip(parameters, arguments, strict=True))
    ranges = {kinds.base(k) for p, k in pairs if p == "anycompatiblerange" and k != UNKNOWN}
    inside = {"array": kinds.element, "range": kinds.subtype, "multirange": kinds.multirange_subtype}
    inputs = [
        inside.get(parameter.removeprefix(COMPATIBLE), str)(kind)
        for parameter, kind in pairs
        if parameter.startswith(COMPATIBLE) and kind != UNKNOWN
    ]
    if "" in inputs or len(ranges) > 1:
        return False
    common = kinds.common(inputs) if inputs else "text"
    if not common or any(not kinds.turns_into(kind, common) for kind in inputs):
        return False
    if "anycompatiblenonarray" in parameters and kinds.element(common):
        return False
    found.update(dict.fromkeys(("anycompatible", "anycompatiblenonarray"), common))
    found["anycompatiblearray"] = f"{common}[]" if not common.endswith("[]") else ""
    found["anycompatiblerange"] = next(iter(ranges), "")
    return True


def own_function(routine: Routine) -> Function:
    """A routine of the database."""
    inputs = [a for a in routine.arguments if a.mode in ("in", "inout", "variadic")]
    columns = tuple((a.name, a.type) for a in routine.arguments if a.mode in ("out", "inout", "table"))
    returns = routine.returns or ""
    result = plain(returns.removeprefix("SETOF "))
    if returns.startswith("TABLE("):
        result = plain(columns[0][1]) if len(columns) == 1 else "record"
    return Function(
        arguments=tuple(plain(a.type) for a in inputs),
        result=result,
        is_set=result != returns,
        least=sum(a.default is None for a in inputs),
        variadic=any(a.mode == "variadic" for a in inputs),
        names=tuple(a.name for a in inputs),
        columns=columns,
    )


def range_functions(fact: Type, subtype: str) -> Iterator[Function]:
    """The functions that make values of a range of the database."""
    kind = ".".join(quoted(part) for part in fact.name if part)
    yield Function((subtype, subtype), kind)
    yield Function((subtype, subtype, "text"), kind)
