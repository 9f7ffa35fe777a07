"""What is left of a condition when its constants are folded, as PostgreSQL's planner does it.

What stands beside `true OR` is never looked at, so what it reads does not count either.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import Enum
from functools import lru_cache
from typing import NamedTuple

TOKEN = re.compile(r"""\"[^"]*+(?:""[^"]*+)*+"|e?'[^']*+(?:''[^']*+)*+'|\S+""")
OPENING, CLOSING = frozenset({"(", "[", "case"}), frozenset({")", "]", "end"})
QUERY = frozenset({"select", "with", "values"})
CAST = re.compile(r" :: [\w.]+(?: varying)?(?: \( \d+ \))?$")
CONSTANT = re.compile(r"'[^']*'|\d+")
EQUAL = re.compile(r"(?P<left>'[^']*'|\d+)(?P<cast>(?: :: [\w ]+)?) (?P<sign>=|<>|!=) (?P<right>'[^']*'|\d+)(?P=cast)")
IS_NULL = re.compile(r"(?P<column>\S+(?: \. \S+)*) is (?P<not>not )?null")


class Value(Enum):
    """What is known of a condition."""

    TRUE = "true"
    FALSE = "false"
    NULL = "null"
    OPEN = "open"
    """It depends on the row or on the caller."""


class Folded(NamedTuple):
    """A condition after folding."""

    value: Value
    tokens: frozenset[str] = frozenset()
    """The tokens that are left of it."""


TRUE, FALSE, NULL = Folded(Value.TRUE), Folded(Value.FALSE), Folded(Value.NULL)
CONSTANTS = {"true": TRUE, "false": FALSE, "null": NULL, "'t'": TRUE, "'f'": FALSE, "'true'": TRUE, "'false'": FALSE}
NOT = {Value.TRUE: FALSE, Value.FALSE: TRUE, Value.NULL: NULL}


@lru_cache(8192)
def folded(tokens: str, not_null: frozenset[str] = frozenset(), relation: str = "") -> Folded:
    """A condition on rows of a relation whose columns *not_null* are never null."""
    found = _folded(TOKEN.findall(tokens), not_null, relation, is_positive=True)
    return FALSE if found.value is Value.NULL else found


def either(conditions: Sequence[Folded]) -> Folded:
    """The conditions joined by OR."""
    return _joined(conditions, TRUE, FALSE)


def has_query(tokens: str) -> bool:
    """Whether a condition has a sub-select."""
    return any(f"( {word} " in tokens for word in QUERY)


def _folded(words: list[str], not_null: frozenset[str], relation: str, *, is_positive: bool) -> Folded:
    words = _unwrapped(words)
    if words and words[0] in QUERY:
        return Folded(Value.OPEN, frozenset(words))
    for word, ends, goes_on in (("or", TRUE, FALSE), ("and", FALSE, TRUE)):
        parts = _split(words, word)
        if len(parts) > 1:
            found = [_folded(part, not_null, relation, is_positive=is_positive) for part in parts]
            if is_positive:  # A row counts only where the condition is true: null is as good as false.
                found = [FALSE if part.value is Value.NULL else part for part in found]
            return _joined(found, ends, goes_on)
    if words[:1] == ["not"]:
        found_one = _folded(words[1:], not_null, relation, is_positive=False)
        return NOT.get(found_one.value, found_one)
    return _leaf(words, not_null, relation)


def _joined(parts: Sequence[Folded], ends: Folded, goes_on: Folded) -> Folded:
    if any(part.value is ends.value for part in parts):
        return ends
    left = [part for part in parts if part.value is not goes_on.value]
    if not left:
        return goes_on
    if all(part.value is Value.NULL for part in left):
        return NULL
    return Folded(Value.OPEN, frozenset().union(*(part.tokens for part in left)))


def _leaf(words: list[str], not_null: frozenset[str], relation: str) -> Folded:
    text = " ".join(words)
    if found := CONSTANTS.get(CAST.sub("", text)):
        return found
    if match := EQUAL.fullmatch(text):
        return TRUE if (match["left"] == match["right"]) == (match["sign"] == "=") else FALSE
    if match := IS_NULL.fullmatch(text):
        if CONSTANT.fullmatch(match["column"]):
            return TRUE if match["not"] else FALSE
        *of, column = match["column"].split(" . ")
        if column.strip('"') in not_null and (not of or of[-1].strip('"') == relation):
            return TRUE if match["not"] else FALSE
    return Folded(Value.OPEN, frozenset(words))


def _unwrapped(words: list[str]) -> list[str]:
    while len(words) > 1 and words[0] == "(" and _closing(words) == len(words) - 1:
        words = words[1:-1]
    return words


def _closing(words: list[str]) -> int:
    depth = 0
    for position, word in enumerate(words):
        depth += (word in OPENING) - (word in CLOSING)
        if depth == 0:
            return position
    return -1


def _split(words: list[str], by: str) -> list[list[str]]:
    """The parts between the outermost AND or OR; the AND of BETWEEN is none."""
    parts: list[list[str]] = [[]]
    depth, between = 0, 0
    for word in words:
        depth += (word in OPENING) - (word in CLOSING)
        if depth == 0 and word == "between":
            between += 1
        if depth == 0 and word == by and not (by == "and" and between):
            parts.append([])
            continue
        if depth == 0 and word == "and" and between:
            between -= 1
        parts[-1].append(word)
    return parts
