"""Whether two constants are one: PostgreSQL prints `'60 seconds'` as `'00:01:00'` where it is an interval."""

from __future__ import annotations

import json
import re
from contextlib import suppress
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

PRINTED_AS_WRITTEN = frozenset({"", "text", "character varying", "bpchar", "character", "name", '"char"'})
"""Types whose constants PostgreSQL prints as they were written; of what is no other one, too."""
BUILT_IN = re.compile(
    r"(?:timestamp|time|interval|date|json|inet|cidr|uuid|bytea|xml|point|box|circle|line|lseg|path|polygon|tsquery"
    r"|tsvector|money|bit|numeric|double|real|\w*range|reg\w+|macaddr|boolean|int|bigint|smallint).*"
)
"""Types whose constants PostgreSQL prints in a form of its own."""
UNITS = {
    "us": ("microsecond", "microseconds", "us", "usec", "usecs", "usecond", "useconds"),
    "ms": ("millisecond", "milliseconds", "msec", "msecs", "ms"),
    "second": ("second", "seconds", "sec", "secs", "s"),
    "minute": ("minute", "minutes", "min", "mins", "m"),
    "hour": ("hour", "hours", "hr", "hrs", "h"),
    "day": ("day", "days", "d"),
    "week": ("week", "weeks", "w"),
    "month": ("month", "months", "mon", "mons"),
    "year": ("year", "years", "yr", "yrs", "y"),
}
"""https://www.postgresql.org/docs/current/datatype-datetime.html#DATATYPE-INTERVAL-INPUT"""
UNIT = {word: unit for unit, words in UNITS.items() for word in words}
SIZES = {
    "us": (0, 0, 1),
    "ms": (0, 0, 1000),
    "second": (0, 0, 1_000_000),
    "minute": (0, 0, 60_000_000),
    "hour": (0, 0, 3_600_000_000),
    "day": (0, 1, 0),
    "week": (0, 7, 0),
    "month": (1, 0, 0),
    "year": (12, 0, 0),
}
"""Months, days and microseconds of each."""
PIECE = re.compile(
    r"\s*(?:(?P<sign>[-+]?)(?P<hours>\d+):(?P<minutes>\d\d)(?::(?P<seconds>\d\d(?:\.\d+)?))?"
    r"|(?P<number>[-+]?\d+(?:\.\d+)?)\s*(?P<unit>[a-z]+))\s*"
)
TRUE, FALSE = ("t", "true", "y", "yes", "on", "1"), ("f", "false", "n", "no", "off", "0")


def same_constant(old: str, new: str, type_: str) -> bool | None:
    """Whether two texts of constants say the same as values of a type; None where that is not known."""
    if old == new:
        return True
    plain = re.sub(r"\(.*?\)", "", type_)
    if plain in PRINTED_AS_WRITTEN or not BUILT_IN.fullmatch(plain):
        return False
    before, after = _value(old, plain), _value(new, plain)
    if before is None or after is None:
        return None
    return bool(before == after)


def _value(text: str, type_: str) -> Any:
    """What a constant is, in a form that can be compared; None where it is not read here."""
    text = text.strip()
    if type_ == "interval":
        return _interval(text.lower())
    if type_.startswith(("timestamp", "date")):
        return _time(text, with_zone=type_.endswith("with time zone"))
    if type_ in ("json", "jsonb"):
        with suppress(ValueError, RecursionError):
            return json.dumps(json.loads(text), sort_keys=True)
        return None
    if type_ == "boolean":
        return True if text.lower() in TRUE else False if text.lower() in FALSE else None
    if type_ == "uuid":
        return text.lower()
    if type_ == "regclass" or type_.endswith("[]"):
        return None
    with suppress(InvalidOperation):
        return Decimal(text)
    return None


def _time(text: str, *, with_zone: bool) -> Any:
    with suppress(ValueError):
        found = datetime.fromisoformat(text)
        if with_zone == (found.tzinfo is not None):
            return found
    return None


def _interval(text: str) -> tuple[Decimal, ...] | None:
    """Months, days and microseconds."""
    found, at = [Decimal(0)] * 3, 0
    while at < len(text):
        match = PIECE.match(text, at)
        if not match or (match["unit"] and match["unit"] not in UNIT):
            return None
        at = match.end()
        if match["hours"]:
            seconds = Decimal(match["hours"]) * 3600 + Decimal(match["minutes"]) * 60
            seconds += Decimal(match["seconds"] or 0)
            found[2] += seconds * 1_000_000 * (-1 if match["sign"] == "-" else 1)
            continue
        number, sizes = Decimal(match["number"]), SIZES[UNIT[match["unit"]]]
        if number % 1 and not sizes[2]:
            return None  # Half a month is a number of days.
        found = [have + number * size for have, size in zip(found, sizes, strict=True)]
    return tuple(found) if text else None
