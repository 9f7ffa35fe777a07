"""What another type of a column does: whether its table is written anew, and who notices.

Each pair was measured on PostgreSQL 18 (`pg_class.relfilenode` before and after).
"""

from __future__ import annotations

import re
from enum import Enum, auto
from typing import NamedTuple

from schemabook.model import Database, ObjectKind, TypeKind
from schemabook.review.effect import Effect, compatible, loss, readers, writers
from schemabook.review.rule import Holds, Lock, Rule, Work

SPELLED = re.compile(
    r"^(?P<name>.+?)(?:\((?P<first>\d+)(?:,\s*(?P<second>-?\d+))?\))?"
    r"(?P<zone> with(?:out)? time zone)?(?P<array>(?:\[\])*)$"
)
INTEGERS = ("smallint", "integer", "bigint")
UNBOUNDED = 1 << 30


class Way(Enum):
    """How one type becomes another."""

    WIDER = auto()
    NARROWER = auto()
    SCALE = auto()
    TIME_ZONE = auto()
    LARGER_INTEGER = auto()
    SMALLER_INTEGER = auto()
    JSONB = auto()
    OTHER = auto()


class Spelled(NamedTuple):
    """A type, taken apart."""

    name: str
    size: int
    scale: int | None
    array: str


def _spelled(written: str) -> Spelled:
    found = SPELLED.match(written)
    assert found
    size = int(found["first"]) if found["first"] else UNBOUNDED
    scale = int(found["second"]) if found["second"] else (0 if found["first"] else None)
    return Spelled(found["name"] + (found["zone"] or ""), size, scale, found["array"])


def way(old: str, new: str) -> Way:
    """How a column's type becomes another one."""
    a, b = _spelled(old), _spelled(new)
    if a == b:
        return Way.WIDER
    if a.array != b.array:
        return Way.OTHER
    if {a.name, b.name} == {"timestamp without time zone", "timestamp with time zone"} and not a.array:
        return Way.TIME_ZONE
    if a.name in INTEGERS and b.name in INTEGERS and not a.array:
        larger = INTEGERS.index(a.name) < INTEGERS.index(b.name)
        return Way.LARGER_INTEGER if larger else Way.SMALLER_INTEGER
    if (a.name, b.name) == ("json", "jsonb"):
        return Way.JSONB
    if (a.name, b.name) == ("character varying", "text"):
        return Way.WIDER
    if (a.name, b.name) == ("text", "character varying"):
        return Way.WIDER if b.size == UNBOUNDED else Way.NARROWER
    if a.name != b.name or a.name in ("character", "bit"):
        return Way.OTHER
    if a.name == "numeric" and b.size != UNBOUNDED and (a.scale != b.scale):
        return Way.SCALE
    if a.size > b.size and a.name.startswith(("time", "interval")):
        return Way.SCALE
    return Way.WIDER if a.size <= b.size else Way.NARROWER


def _under(type_: str, database: Database) -> str:
    """The type under a domain that refuses nothing; any other type itself."""
    found = database.types_by_spelling.get(type_)
    is_plain = found and found.base_type and found.kind is TypeKind.DOMAIN
    if found and is_plain and not (found.checks or found.not_null):
        return _under(str(found.base_type), database)
    return type_


def _is(expected: Way) -> Holds:
    return lambda c: way(_under(c.old.type, c.before), _under(c.new.type, c.after)) is expected


EFFECTS: tuple[tuple[str, Way, Work | None, tuple[Effect, ...], str], ...] = (
    ("widened", Way.WIDER, None, (compatible("All old values fit; no row is rewritten."),), ""),
    (
        "narrowed",
        Way.NARROWER,
        Work.REWRITE,
        (writers("Longer values are refused (22001), and so is the change where a row has one."),),
        "Add a CHECK NOT VALID, then VALIDATE it, instead.",
    ),
    (
        "scale",
        Way.SCALE,
        Work.REWRITE,
        (loss("Values are rounded to the new scale."), readers("The digits of values change.")),
        "",
    ),
    (
        "time-zone",
        Way.TIME_ZONE,
        Work.REWRITE,
        (readers("Every value means another moment, unless the session's TimeZone is UTC."),),
        "With TimeZone UTC no row is rewritten (12 and later).",
    ),
    (
        "integer-widened",
        Way.LARGER_INTEGER,
        Work.REWRITE,
        (
            readers(
                "Clients with 32-bit or JavaScript numbers may not hold it; keys to it keep the old type."
            ),
        ),
        "Add a column of the new type, copy in batches, then swap the names.",
    ),
    (
        "integer-narrowed",
        Way.SMALLER_INTEGER,
        Work.REWRITE,
        (writers("Larger numbers are refused (22003), and so is the change where a row has one."),),
        "",
    ),
    (
        "jsonb",
        Way.JSONB,
        Work.REWRITE,
        (readers("The order of keys, spaces and all but the last of equal keys are lost."),),
        "",
    ),
    (
        "changed",
        Way.OTHER,
        Work.REWRITE,
        (
            readers("Clients get values of another type."),
            writers("Values of the old type may be refused, and the change may fail."),
        ),
        "Add a column of the new type, copy in batches, then swap the names.",
    ),
)


def retyped(kind: ObjectKind) -> tuple[Rule, ...]:
    """The rules for the type of a column."""
    return tuple(
        Rule(
            code=f"{kind}-type-{code}",
            kind=kind,
            of="type",
            holds=_is(found),
            effects=effects,
            lock=Lock.ACCESS_EXCLUSIVE,
            work=work,
            safely=safely,
        )
        for code, found, work, effects, safely in EFFECTS
    )
