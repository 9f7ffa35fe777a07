"""Type names, spelled as `format_type` spells them."""

from __future__ import annotations

import re
from typing import Protocol

from schemabook.model import Name
from schemabook.model.keywords import quoted
from schemabook.read.text.builtin import SPELLINGS, TYPES
from schemabook.read.text.cursor import END, Cursor
from schemabook.read.text.tokens import NAME


class Types(Protocol):
    """What a type's name is looked up in."""

    def type_name(self, name: Name) -> Name:
        """The full name of a type that is named without its schema."""

    def column_type(self, parts: list[str]) -> str:
        """The type of a column named by its parts, for %TYPE."""


WITHOUT_MODIFIERS = {"bpchar": "character", '"bit"': "bit"}
"""Types whose columns of any length are spelled in another way than arguments."""
MODIFIERS = re.compile(r'"(?:[^"]|"")*"|\([^()]*\)')

SQL_NAMES = {
    "int": "integer",
    "integer": "integer",
    "smallint": "smallint",
    "bigint": "bigint",
    "real": "real",
    "boolean": "boolean",
    "dec": "numeric",
    "decimal": "numeric",
}
OWN_SYNTAX = frozenset(
    "double float bit character char nchar varchar national timestamp time interval".split()
)
"""The types that may go on after their first word."""
ONE_WORD = {**{name: SPELLINGS.get(name, name) for name in TYPES if name not in OWN_SYNTAX}, **SQL_NAMES}
"""How a type is spelled that ends after its first word, as most do."""
AFTER_TYPE = frozenset({",", ")", "not", "default", END})
"""What shows that a type has ended; behind anything else it is read with care."""
INTERVAL_FIELDS = frozenset({"year", "month", "day", "hour", "minute", "second", "to"})


def type_name(c: Cursor, types: Types) -> str:
    """Reads a type: `character varying(255)`, `numeric(10,4)`, `text[]`, `auth.factor_type`.

    Types of pg_catalog carry no schema, all others do; https://www.postgresql.org/docs/current/datatype.html.
    """
    if (name := ONE_WORD.get(c.key)) is not None and c.peek() in AFTER_TYPE:
        c.skip()
        return name
    setof = "SETOF " if c.accept("setof") else ""
    base = _sql_type(c) if c.key != NAME else None
    return setof + (base or _named_type(c, types)) + _dimensions(c)


def argument_type(c: Cursor, types: Types) -> str:
    """Reads the type of an argument or a result: PostgreSQL keeps no length or precision of it."""
    return without_modifiers(type_name(c, types))


def without_modifiers(name: str) -> str:
    """The type without what stands in parentheses, and an interval without its fields."""
    plain = MODIFIERS.sub(lambda match: match[0] if match[0].startswith('"') else "", name)
    array = "[]" if plain.endswith("[]") else ""
    if plain.startswith("interval "):
        return f"interval{array}"
    base = plain.removesuffix("[]")
    return WITHOUT_MODIFIERS.get(base, base) + array


def _sql_type(c: Cursor) -> str | None:
    """A type with a spelling of its own in SQL's grammar, or None."""
    if c.peek() == ".":
        return None
    if (name := SQL_NAMES.get(c.key)) is not None:
        c.skip()
        return name + (_precision(c) if name == "numeric" else "")
    match c.key:
        case "double" if c.peek() == "precision":
            c.expect("double", "precision")
            return "double precision"
        case "float":
            return _float(c)
        case "bit":
            return _bit(c)
        case "character" | "char" | "nchar" | "varchar" | "national":
            return _character(c)
        case "timestamp" | "time":
            return _time(c)
        case "interval":
            return _interval(c)
    return None


def _float(c: Cursor) -> str:
    c.expect("float")
    precision = c.in_parentheses(c.integer) if c.key == "(" else (53,)
    return "real" if precision[0] <= 24 else "double precision"


def _bit(c: Cursor) -> str:
    c.expect("bit")
    if c.accept("varying"):
        return "bit varying" + _modifiers(c)
    return "bit" + (_modifiers(c) or "(1)")


def _character(c: Cursor) -> str:
    c.accept("national")
    varying = c.skip() == "varchar" or c.accept("varying")
    length = _modifiers(c)
    return f"character varying{length}" if varying else f"character{length or '(1)'}"


def _time(c: Cursor) -> str:
    word = c.skip()
    precision = _modifiers(c)
    zone = "with" if c.accept("with", "time", "zone") else "without"
    if zone == "without":
        c.accept("without", "time", "zone")
    return f"{word}{precision} {zone} time zone"


def _interval(c: Cursor) -> str:
    c.expect("interval")
    fields = ""
    while c.key in INTERVAL_FIELDS:
        fields += " " + c.skip()
    return f"interval{fields}{_modifiers(c)}"


def _named_type(c: Cursor, types: Types) -> str:
    parts = c.parts()
    if c.accept("%", "type"):
        return types.column_type(parts)
    name = Name(parts[-2] if len(parts) > 1 else "", parts[-1])
    if name.schema in ("", "pg_catalog"):
        if name.name == "numeric":
            return "numeric" + _precision(c)
        if name.name in TYPES:
            return _builtin(c, name.name, _modifiers(c))
        if name.name[:1] == "_" and name.name[1:] in TYPES:  # the name of an array type
            return _builtin(c, name.name[1:], "") + "[]"
    full = name if name.schema else types.type_name(name)
    return ".".join(quoted(part) for part in full if part) + _modifiers(c)


def _builtin(c: Cursor, name: str, modifiers: str) -> str:
    """A type of pg_catalog; `timestamptz(3)` becomes `timestamp(3) with time zone`."""
    if name == "char" or (name == "bit" and not modifiers):
        return f'"{name}"'
    if name == "interval":
        return f"interval{modifiers}"
    if name in ("timestamp", "time"):
        zone = "with" if c.accept("with", "time", "zone") else "without"
        return f"{name}{modifiers} {zone} time zone"
    word, _, rest = SPELLINGS.get(name, name).partition(" ")
    if rest.endswith("time zone"):
        return f"{word}{modifiers} {rest}"
    if name == "bpchar" and modifiers:
        word = "character"
    return f"{word} {rest}".rstrip() + modifiers


def _precision(c: Cursor) -> str:
    """`(5)` of numeric is `(5,0)`."""
    modifiers = _modifiers(c)
    return f"{modifiers[:-1]},0)" if modifiers and "," not in modifiers else modifiers


def _modifiers(c: Cursor) -> str:
    """`(10,4)`, or the empty string."""
    if c.key != "(":
        return ""
    start = c.position + 1
    c.skip_parentheses()
    return "(" + "".join(c.values[start : c.position - 1]) + ")"


def _dimensions(c: Cursor) -> str:
    """`[]` for an array of any number of dimensions, as PostgreSQL keeps no count of them."""
    array = False
    if c.accept("array"):
        array = True
    while c.key == "[":
        c.skip()
        c.skip_until("]")
        c.expect("]")
        array = True
    return "[]" if array else ""
