"""What is left of a condition when its constants are folded, as PostgreSQL's planner does it.

What stands beside `true OR` is never looked at, so what it reads does not count either.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import Enum
from functools import lru_cache
from typing import NamedTuple

from schemabook.model import split_tokens

OPENING, CLOSING = frozenset({"(", "[", "case"}), frozenset({")", "]", "end"})
QUERY = frozenset({"select", "with", "values"})
CAST = re.compile(r" :: [\w.]+(?: varying)?(?: \( \d+ \))?$")
CONSTANT = re.compile(r"'[^']*'|\d+")
LITERAL = r"(?:'[^']*'|\d+|true|false)(?: :: \w+)?"
COMPARED = re.compile(rf"(?P<left>{LITERAL}) (?P<sign>=|<>|!=|<=?|>=?) (?P<right>{LITERAL})")
IS = re.compile(r"(?P<what>.+) is (?P<not>not )?(?P<kind>null|true|false|unknown)")


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
CONSTANTS = {
    "true": TRUE,
    "false": FALSE,
    "null": NULL,
    "'t'": TRUE,
    "'f'": FALSE,
    "'true'": TRUE,
    "'false'": FALSE,
}
NOT = {Value.TRUE: FALSE, Value.FALSE: TRUE}


class _Row(NamedTuple):
    """The row that a condition is about."""

    relation: str
    not_null: frozenset[str]

    def is_never_null(self, column: str) -> bool:
        """Whether the text is a column of the relation that is never null."""
        *of, name = column.split(" . ")
        return name.strip('"') in self.not_null and (not of or of[-1].strip('"') == self.relation)


@lru_cache(8192)
def folded(tokens: str, not_null: frozenset[str] = frozenset(), relation: str = "") -> Folded:
    """A condition on rows of a relation whose columns *not_null* are never null."""
    return _folded(split_tokens(tokens), _Row(relation, not_null))


def either(conditions: Sequence[Folded]) -> Folded:
    """The conditions joined by OR."""
    return _joined(conditions, TRUE, FALSE)


def has_query(tokens: str) -> bool:
    """Whether a condition has a sub-select."""
    return any(f"( {word} " in tokens for word in QUERY)


def words_of_queries(tokens: str) -> frozenset[str]:
    """The words of a condition that stand in its sub-selects."""
    found: set[str] = set()
    depth, inside = 0, 0
    words = split_tokens(tokens)
    for position, word in enumerate(words):
        depth += (word in OPENING) - (word in CLOSING)
        if inside and depth < inside:
            inside = 0
        if word in QUERY and words[position - 1 : position] == ["("]:
            inside = inside or depth
        if inside:
            found.add(word)
    return frozenset(found)


def _folded(words: list[str], row: _Row, *, negated: bool = False) -> Folded:
    """Folds a condition, or its opposite; null is as good as false, as a row counts only where it is true."""
    words = _unwrapped(words)
    if words and words[0] in QUERY:
        return Folded(Value.OPEN, frozenset(words))
    for word, ends, goes_on in (("or", TRUE, FALSE), ("and", FALSE, TRUE)):
        parts = _split(words, word)
        if len(parts) > 1:
            found = [_folded(part, row, negated=negated) for part in parts]
            return _joined(found, goes_on, ends) if negated else _joined(found, ends, goes_on)
    if words[:1] == ["not"]:
        return _folded(words[1:], row, negated=not negated)
    found_one = _leaf(words, row)
    if found_one.value is Value.NULL:
        return FALSE
    return NOT.get(found_one.value, found_one) if negated else found_one


def _joined(parts: Sequence[Folded], ends: Folded, goes_on: Folded) -> Folded:
    if any(part.value is ends.value for part in parts):
        return ends
    left = [part for part in parts if part.value is Value.OPEN]
    return Folded(Value.OPEN, frozenset().union(*(part.tokens for part in left))) if left else goes_on


def _leaf(words: list[str], row: _Row) -> Folded:
    text = " ".join(words)
    if words[:2] == ["case", "when"] and "then" in words:
        return _case(words, row)
    if found := CONSTANTS.get(CAST.sub("", text)):
        return found
    if match := COMPARED.fullmatch(text):
        return _compared(match["left"], match["sign"], match["right"])
    if match := IS.fullmatch(text):
        return _is(match, row)
    same = text.partition(" = ")
    if same[0] == same[2] and row.is_never_null(same[0]):
        return TRUE
    return Folded(Value.OPEN, frozenset(words))


def _compared(left: str, sign: str, right: str) -> Folded:
    left, right = CAST.sub("", left), CAST.sub("", right)
    if left.isdigit() and right.isdigit():
        less, same = int(left) < int(right), int(left) == int(right)
    elif sign in ("=", "<>", "!="):
        less, same = False, left == right
    else:
        return Folded(Value.OPEN, frozenset({left, right}))
    found = {"=": same, "<>": not same, "!=": not same, "<": less, "<=": less or same}
    found |= {">": not (less or same), ">=": not less}
    return TRUE if found[sign] else FALSE


def _is(match: re.Match[str], row: _Row) -> Folded:
    """`x IS [NOT] TRUE`, FALSE, NULL or UNKNOWN."""
    words = split_tokens(match["what"])
    inner = _leaf(_unwrapped(words), row) if len(_split(words, "or")) == 1 else Folded(Value.OPEN)
    kind, yes, no = match["kind"], TRUE, FALSE
    if match["not"]:
        yes, no = FALSE, TRUE
    if inner.value is Value.OPEN:
        is_known = kind in ("null", "unknown") and (
            CONSTANT.fullmatch(match["what"]) or row.is_never_null(match["what"])
        )
        return no if is_known else Folded(Value.OPEN, frozenset(split_tokens(match[0])))
    return yes if inner.value.value == ("null" if kind == "unknown" else kind) else no


def _case(words: list[str], row: _Row) -> Folded:
    """CASE, where its first condition is constant."""
    first = _folded(words[2 : words.index("then")], row)
    depth, ends = 0, []
    for position, word in enumerate(words):
        depth += (word in OPENING) - (word in CLOSING)
        if depth == 1 and word in ("when", "else") and position > 1:
            ends.append(position)
    ends.append(len(words) - 1)
    if first.value is Value.TRUE:
        return _folded(words[words.index("then") + 1 : ends[0]], row)
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
