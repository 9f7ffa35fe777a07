"""Whether two queries of views are one in other words, clause by clause."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import pairwise

from schemabook.model import split_tokens
from schemabook.review.expressions import same

CLAUSES = ("select", "from", "where", "group", "having", "order", "limit", "offset")
"""The words that begin the parts of a query that is read here; others keep it from being read."""
NOT_READ = frozenset({"with", "union", "intersect", "except", "distinct", "window", "fetch", "for", "values"})
ALIAS = re.compile(r"(.*\S) as (\S+)")
CALL = re.compile(r"(?:\w+ \. )?(\w+) \( .*\)")
NAME = re.compile(r'[a-z_]\w*|"[^"]*"')
ENDS = re.compile(r"""[\w"'\])]+|'.*'""")
NO_ALIAS = frozenset(
    {"null", "true", "false", "unknown", "end", "zone", "precision", "varying", "is", "not", "and", "or"}
    | {"collate", "like", "ilike", "in", "any", "all", "isnull", "notnull", "document", "normalized", "from"}
)
"""Words before or as the last one of a value that has no other name."""
JOINING = frozenset({"natural", "left", "right", "full", "inner", "outer", "cross", "join"})
Source = str | tuple[str, "Source", "Source", str]
"""A table as it is named, or a join: its words, both sides and its condition."""
SCHEMA = re.compile(r"\w+ \. (?=\w+)")
"""Before a relation; which one is meant is told by the references."""


def same_query(old: str, new: str, types: Mapping[str, str]) -> bool:
    """Whether the tokens of two queries of the same relations say the same; *types* are those of columns."""
    before, after = _clauses(old), _clauses(new)
    if not before or list(before) != list(after):
        return False
    return all(_is_same(clause, before[clause], after[clause], types) for clause in before)


def _clauses(tokens: str) -> dict[str, list[str]]:
    """The tokens of each clause; empty where there is anything else outside of parentheses."""
    found: dict[str, list[str]] = {}
    depth, clause = 0, ""
    for token in split_tokens(tokens):
        depth += (token in "([") - (token in ")]")
        if not depth and token in NOT_READ:
            return {}
        if not depth and token in CLAUSES:
            if token in found:
                return {}
            clause = token
            found[clause] = []
        elif clause:
            found[clause].append(token)
        else:
            return {}
    return found


def _is_same(clause: str, old: list[str], new: list[str], types: Mapping[str, str]) -> bool:
    if clause == "from":
        before, after = ([_source(split_tokens(item)) for item in items(side)] for side in (old, new))
        return len(before) == len(after) and all(
            _are_same_sources(a, b, types) for a, b in zip(before, after, strict=True)
        )
    first, second = list(items(old)), list(items(new))
    if clause != "select":
        return len(first) == len(second) and all(
            same(a, b, types) or a == b for a, b in zip(first, second, strict=True)
        )
    pairs = zip(map(_named, first), map(_named, second), strict=False)
    return len(first) == len(second) and all(
        # A cast of a column may be what gives the view's column its type.
        name == other and (a == b or same(a, b, {}))
        for (a, name), (b, other) in pairs
    )


def _are_same_sources(old: Source, new: Source, types: Mapping[str, str]) -> bool:
    if isinstance(old, str) or isinstance(new, str):
        return old == new
    (way, left, right, on), (other_way, other_left, other_right, other_on) = old, new
    return (
        way == other_way
        and _are_same_sources(left, other_left, types)
        and _are_same_sources(right, other_right, types)
        and (on == other_on or same(on, other_on, types))
    )


def _source(tokens: list[str]) -> Source:
    """What is read, without AS, schemas, and the parentheses that PostgreSQL puts around joins."""
    depth, words, parts = 0, [""], [list[str]()]
    for token in tokens:
        depth += (token in "([") - (token in ")]")
        if not depth and token in JOINING:
            if parts[-1]:
                words.append("")
                parts.append([])
            words[-1] += f"{token} " * (token not in ("inner", "outer"))
        else:
            parts[-1].append(token)
    found = _single(parts[0])
    for way, part in zip(words[1:], parts[1:], strict=True):
        cut = _place_of("on", part)
        found = (way, found, _single(part[:cut]), " ".join(part[cut + 1 :]))
    return found


def _single(tokens: list[str]) -> Source:
    """A table, or a join in parentheses."""
    is_query = tokens[1:2] in (["select"], ["with"], ["values"])
    if tokens[:1] == ["("] and not is_query and _place_of(")", tokens[1:]) == len(tokens) - 2:
        return _source(tokens[1:-1])
    return SCHEMA.sub("", " ".join(token for token in tokens if token != "as"))


def _place_of(word: str, tokens: list[str]) -> int:
    """Where a word stands outside of parentheses; the end where it does not."""
    depth = 0
    for place, token in enumerate(tokens):
        if not depth and token == word:
            return place
        depth += (token in "([") - (token in ")]")
    return len(tokens)


def items(tokens: list[str]) -> Iterator[str]:
    """The parts between commas outside of parentheses, of a list of tokens."""
    depth, cuts = 0, [-1]
    for place, token in enumerate(tokens):
        depth += (token in "([") - (token in ")]")
        if token == "," and not depth:
            cuts.append(place)
    for start, end in pairwise([*cuts, len(tokens)]):
        yield " ".join(tokens[start + 1 : end])


def _named(item: str) -> tuple[str, str]:
    """A value and the name that it is given; that of a column or a call is its own."""
    if match := ALIAS.fullmatch(item):
        return match[1], match[2]
    *value, name = item.split(" ")
    if value and NAME.fullmatch(name) and ENDS.fullmatch(value[-1]) and not {name, value[-1]} & NO_ALIAS:
        return " ".join(value), name
    if match := CALL.fullmatch(item):
        name = match[1]
    return item, name
