"""Expressions at random, over columns of all kinds of types."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import NamedTuple

from schemabook.read.queries.conversion import plain
from schemabook.read.queries.system import Function, casts, every, functions, operators, plain_types

CONSTANTS = (
    *("NULL", "'1'", "'x'", "'{1,2}'", "1", "1.5", "9999999999", "true", "'2020-01-01'", "'1 day'"),
    *("'[1,2)'", "1e3"),
)
CASTS = (
    *("text", "integer", "bigint", "numeric", "numeric(6,1)", "varchar", "varchar(4)", "char(2)", "bpchar"),
    *("date", "timestamp", "timestamptz(2)", "interval", "jsonb", "text[]", "integer[]", "varchar(3)[]"),
    *("o.mood", "o.email", "o.cents", "double precision", "real", '"char"', "name", "bit(3)", "varbit"),
    *("boolean", "oid", "regclass", "money", "inet", "uuid"),
)
COMMON_OPERATORS = ("||", "+", "-", "*", "/", "->", "->>", "=", "<", "@>", "&&")
COMMON_FUNCTIONS = (
    *("round", "date_trunc", "lower", "max", "sum", "array_append", "array_cat", "concat", "lag"),
    *("array_agg", "jsonb_build_object", "extract", "nullif"),
)
SHAPES = (
    "CASE WHEN b THEN {0} ELSE {1} END",
    "CASE WHEN b THEN {0} WHEN NOT b THEN {1} END",
    "COALESCE({0}, {1}, {2})",
    "GREATEST({0}, {1})",
    "ARRAY[{0}, {1}]",
    "NULLIF({0}, {1})",
    "({0})::{cast}",
    "({0})[1]",
    "({0})[1:2]",
    "ARRAY(SELECT {0})",
    "(SELECT {0} UNION SELECT {1} LIMIT 1)",
    "(SELECT max(q) FROM (VALUES ({0}), ({1})) v(q))",
    "({0} AT TIME ZONE 'UTC')",
    "- {0}",
)


class Typed(NamedTuple):
    """An expression and its type."""

    sql: str
    type: str


def expressions(pool: list[Typed], random: Random, count: int) -> Iterator[str]:
    """So many expressions made of those in the pool; not all of them are valid."""
    named = {"operator": every("operator"), "function": every("function")}
    for _ in range(count):
        kind = random.random()
        if kind < 0.35:
            yield _operation(pool, random, named["operator"])
        elif kind < 0.65:
            yield _call(pool, random, named["function"])
        else:
            yield _shaped(pool, random)


def _operation(pool: list[Typed], random: Random, names: tuple[str, ...]) -> str:
    name = random.choice(COMMON_OPERATORS if random.random() < 0.4 else names)
    values = _arguments(pool, random, random.choice(operators(name)))
    return f"({f' {name} '.join(values)})" if len(values) == 2 else f"({name} {values[0]})"


def _call(pool: list[Typed], random: Random, names: tuple[str, ...]) -> str:
    name = random.choice(COMMON_FUNCTIONS if random.random() < 0.3 else names)
    found = functions(name) or (Function(("integer", "integer"), ""),)
    return f'"{name}"({", ".join(_arguments(pool, random, random.choice(found))[:4])})'


def _shaped(pool: list[Typed], random: Random) -> str:
    first = random.choice(pool)
    values = [first.sql, *(_companion(pool, random, first) for _ in range(2))]
    random.shuffle(values)
    return random.choice(SHAPES).format(*values, cast=random.choice(CASTS))


def _companion(pool: list[Typed], random: Random, other: Typed) -> str:
    """A value that often goes with another one: of its type, of its category, or a constant."""
    if random.random() < 0.3:
        return random.choice(CONSTANTS)
    same = [value.sql for value in pool if plain(value.type) == plain(other.type)]
    alike = [value.sql for value in pool if _category(value) == _category(other)]
    return random.choice(alike if random.random() < 0.6 else same)


def _category(value: Typed) -> str:
    found = plain_types().get(plain(value.type))
    return found.category if found else value.type


def _arguments(pool: list[Typed], random: Random, function: Function) -> list[str]:
    return [_argument(pool, random, wanted) for wanted in function.arguments]


def _argument(pool: list[Typed], random: Random, wanted: str) -> str:
    """A value for an argument: of its type, of one that turns into it, a constant, or any."""
    chance = random.random()
    if chance < 0.12:
        return random.choice(CONSTANTS)
    on_their_own = {s for (s, t), (context, _) in casts().items() if t == wanted and context == "i"}
    sources = {wanted} if chance < 0.6 else on_their_own
    fitting = [value.sql for value in pool if plain(value.type) in sources]
    return random.choice(fitting) if fitting and chance < 0.8 else random.choice(pool).sql
