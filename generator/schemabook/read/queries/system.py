"""What PostgreSQL brings along that decides types, read off a server into `builtin.tsv`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import NamedTuple


class Function(NamedTuple):
    """A function, aggregate or operator, as far as it decides which one a call means."""

    arguments: tuple[str, ...]
    result: str
    is_set: bool = False
    least: int | None = None
    """How many arguments must be given, where others have defaults."""
    variadic: bool = False
    names: tuple[str, ...] = ()
    """The names of the arguments, where a call may use them."""
    columns: tuple[tuple[str, str], ...] = ()
    """The names and types of its OUT arguments."""


class Plain(NamedTuple):
    """A type of pg_catalog."""

    category: str
    preferred: bool
    element: str = ""
    """What a subscript finds in a type that is no array."""
    subtype: str = ""
    """What a range is of, or of which ranges a multirange is."""


@cache
def _facts() -> dict[str, dict[str, list[list[str]]]]:
    """The lines of the file, by kind and name."""
    found: dict[str, dict[str, list[list[str]]]] = defaultdict(lambda: defaultdict(list))
    text = files("schemabook.read.queries").joinpath("builtin.tsv").read_text(encoding="utf-8")
    for line in text.splitlines():
        kind, name, *rest = line.split("\t")
        found[kind][name].append(rest)
    return found


@cache
def plain_types() -> dict[str, Plain]:
    """The types of pg_catalog, as `format_type` prints them."""
    lines = (line for lines in _facts()["type"].values() for line in lines)
    padded = (_padded(line, 5) for line in lines)
    return {name: Plain(category, bool(preferred), *rest) for name, category, preferred, *rest in padded}


@cache
def sql_name(name: str) -> str:
    """How `format_type` prints a type of pg_catalog; empty where there is none."""
    found = _facts()["type"].get(name)
    return found[0][0] if found else ""


@cache
def casts() -> dict[tuple[str, str], tuple[str, str]]:
    """The context and the method of each cast, by source and target."""
    return {
        (source, line[0]): (line[1], line[2]) for source, lines in _facts()["cast"].items() for line in lines
    }


@cache
def operators(name: str) -> tuple[Function, ...]:
    """The operators of pg_catalog with this name."""
    lines = _facts()["operator"].get(name, ())
    return tuple(Function(tuple(filter(None, line[:2])), line[2]) for line in lines)


@cache
def functions(name: str) -> tuple[Function, ...]:
    """The functions of pg_catalog with this name."""
    return tuple(_function(*_padded(line, 7)) for line in _facts()["function"].get(name, ()))


def _function(
    arguments: str, result: str, is_set: str, least: str, variadic: str, names: str, columns: str
) -> Function:
    return Function(
        tuple(_listed(arguments)),
        result,
        bool(is_set),
        int(least) if least else None,
        bool(variadic),
        tuple(_listed(names)),
        tuple(_columns(columns, ",")),
    )


def final_result(name: str) -> str | None:
    """What a function of pg_catalog returns that ends an aggregate, where that is certain."""
    found = {line[0] for line in _facts()["final"].get(name, ())} or {f.result for f in functions(name)}
    return found.pop() if len(found) == 1 else None


@cache
def relation_columns(name: str) -> tuple[tuple[str, str], ...]:
    """The columns of a relation of pg_catalog or information_schema."""
    lines = _facts()["relation"].get(name)
    return tuple(_columns(lines[0][0], ";")) if lines else ()


def _columns(text: str, separator: str) -> Iterator[tuple[str, str]]:
    for column in _listed(text, separator):
        name, _, kind = column.partition(" ")
        yield name, kind


def _listed(text: str, separator: str = ",") -> list[str]:
    return text.split(separator) if text else []


def _padded(line: list[str], length: int) -> list[str]:
    return line + [""] * (length - len(line))


def every(kind: str) -> tuple[str, ...]:
    """All names of a kind: `function`, `operator`, …"""
    return tuple(_facts()[kind])
