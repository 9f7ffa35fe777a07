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
        return _sources(old) == _sources(new)
    first, second = list(_items(old)), list(_items(new))
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


def _sources(tokens: list[str]) -> str:
    return SCHEMA.sub("", " ".join(token for token in tokens if token != "as"))


def _items(tokens: list[str]) -> Iterator[str]:
    """The parts between commas outside of parentheses."""
    depth, cuts = 0, [-1]
    for place, token in enumerate(tokens):
        depth += (token in "([") - (token in ")]")
        if token == "," and not depth:
            cuts.append(place)
    for start, end in pairwise([*cuts, len(tokens)]):
        yield " ".join(tokens[start + 1 : end])


def _named(item: str) -> tuple[str, str]:
    """A value and the name that it is given; that of a column is its own."""
    if match := ALIAS.fullmatch(item):
        return match[1], match[2]
    return item, item.rpartition(" ")[2]
