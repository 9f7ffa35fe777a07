"""A query's tokens, with operators whole: PostgreSQL cuts them in its own way.

https://www.postgresql.org/docs/current/sql-syntax-lexical.html#SQL-SYNTAX-OPERATORS
"""

from __future__ import annotations

import re

from schemabook.errors import Source
from schemabook.model import Statement
from schemabook.read.text.cursor import Cursor
from schemabook.read.text.tokens import NUMBER

SIGNS = re.compile(r"[-+*/<>=~!@#%^&|`?]+")
"""What operators are made of."""
DIGITS = re.compile(r"[_\d.]+")
KEEPS_SIGN = frozenset("~!@#%^&|`?")
"""An operator may end in + or - only if it has one of these."""


def sql_cursor(text: str) -> Cursor:
    """A cursor over an expression or a query, with operators whole, as PostgreSQL cuts them.

    Raises UnexpectedToken where a quote has no end.
    """
    c = Cursor(Statement(Source("query", 1), text))
    if "".join(c.keys).isalnum():
        return c
    keys, values, starts, ends = c.keys, c.values, c.starts, c.ends
    c.keys, c.values, c.starts, c.ends = [], [], [], []
    i = 0
    while i < len(values):
        start, end = starts[i], ends[i]
        key, value = keys[i], values[i]
        i += 1
        if SIGNS.fullmatch(key):
            while i < len(values) and starts[i] == end and SIGNS.fullmatch(keys[i]):
                end = ends[i]
                i += 1
            for word in _cut(text[start:end]):
                _append(c, word, word, start, start + len(word))
                start += len(word)
            continue
        after = keys[i] if i < len(values) and starts[i] == end else ""
        if key == "$" and after is NUMBER:
            i += 1
            key = "$1"
        elif (key == "." and after is NUMBER) or (key is NUMBER and DIGITS.fullmatch(after)):
            end = ends[i]  # .5 and 1_000
            i += 1
            key = NUMBER
        _append(c, key, value, start, end)
    c.keys.append("")
    return c


def _append(c: Cursor, key: str, value: str, start: int, end: int) -> None:
    c.keys.append(key)
    c.values.append(value)
    c.starts.append(start)
    c.ends.append(end)


def _cut(signs: str) -> list[str]:
    """One operator, and the signs behind it that are none of its own: `=-` is `=` and `-`."""
    operator = signs
    while len(operator) > 1 and operator[-1] in "+-" and KEEPS_SIGN.isdisjoint(operator):
        operator = operator[:-1]
    return [operator, *signs[len(operator) :]]
