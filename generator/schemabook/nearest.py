"""The nearest name that exists."""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import get_close_matches

from schemabook.model import Name

LETTERS = 4
"""Of so many letters one may be mistyped."""
CANDIDATES = 5
"""How many names that look like it are looked at closely."""


def nearest(word: str, words: Iterable[str], likeness: float = 0.6) -> str | None:
    """The word that was probably meant, or None where none is near; two equal words have *likeness* 1."""
    by_lower = {candidate.lower(): candidate for candidate in sorted(words, reverse=True)}
    close = get_close_matches(word.lower(), by_lower, n=CANDIDATES, cutoff=likeness)
    near = [other for other in close if is_near(word.lower(), other)]
    found = min(
        near,
        key=lambda other: (mistyped(word.lower(), other), not other.startswith(word.lower())),
        default="",
    )
    return by_lower.get(found)


def is_near(one: str, other: str) -> bool:
    """Whether a person may have written the one for the other: likeness of letters alone does not tell.

    Either a letter of each four is mistyped, or the words of the one are among those of the other and make
    half of it: `profiles` for `user_profiles`.
    """
    if mistyped(one, other) <= max(len(one), len(other)) // LETTERS:
        return True
    words, others = _words(one), _words(other)
    shared = words & others
    longest = max(sum(map(len, words)), sum(map(len, others)))
    return bool(shared) and shared in (words, others) and sum(map(len, shared)) * 2 >= longest


def mistyped(one: str, other: str) -> int:
    """How many letters were left out, added, replaced or swapped with their neighbours."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        before, last, row = row, before, [i]
        for j, wanted in enumerate(other, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != wanted))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == wanted:
                cost = min(cost, last[j - 2] + 1)
            row.append(cost)
    return row[-1]


def _words(text: str) -> set[str]:
    """The words of a name, in the singular."""
    found = re.findall(r"[^\W_]+", text)
    return {re.sub(r"ies$", "y", word) if word.endswith("ies") else re.sub(r"s$", "", word) for word in found}


def nearest_name(name: Name, names: Iterable[Name]) -> Name | None:
    """The name that was probably meant: the same one elsewhere, else a similar one, first in its schema."""
    candidates = sorted(names)
    elsewhere = [n for n in candidates if n.name.lower() == name.name.lower()]
    if elsewhere:
        return min(elsewhere, key=lambda n: (n.schema != name.schema, n))
    here = {n.name: n for n in candidates if n.schema == name.schema}
    anywhere = {n.name: n for n in reversed(candidates)}
    if found := nearest(name.name, here):
        return here[found]
    found = nearest(name.name, anywhere)  # Without the schemas: a long one makes any two names similar.
    return anywhere[found] if found else None


def did_you_mean(found: object | None, otherwise: str = "") -> str:
    """The hint that names what was probably meant."""
    return f'did you mean "{found}"?' if found else otherwise
