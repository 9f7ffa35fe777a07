"""What a kind of secret is, and how it is told from the examples that stand in for one."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

Match = re.Match[str]
Test = Callable[[str], bool]
EXAMPLE = re.compile(
    r"<[^<>]{0,80}>|\$\{|\{\{|%\d?\$?[sIL]|\*{3}|\.{3}|…|x{4}|0{6}|12345678|abcdefgh|example|your|sample|dummy|fake"
    r"|placeholder|redacted|change.?me|replace.?me|insert.?here|super-secret|^\$\w++$|^:\w++$|^\[.*+(?<=\])$",
    re.I,
)
"""What nobody has in a real one; the chance of it in 40 random characters is one in some thousands."""
COMMON = re.compile(
    r"(?:(?:password|passwd|passwort|passphrase|pass|pwd|pw|secret|token|key|user|username|usr|name|admin|root"
    r"|postgres|postgresql|supabase|guest|test|testing|demo|dev|local|default|empty|none|null|string|value"
    r"|hidden|my|the|some|a|an|db|database|sql|api|app|new|old|foo|bar|baz|abc|qwerty|todo|here|x)[-_. ]?)++",
    re.I,
)
"""A value made of such words alone, as `my_password`, stands for another."""
FEWEST_LETTERS = 8
SHORTEST_PASSWORD = 4
WORDS = re.compile(r"[A-Za-z]++\d{0,4}+(?:[^A-Za-z0-9]++[A-Za-z]*+\d{0,4}+)*+")
"""`oauth2_authorization_code`: words with a number here and there are a name."""


class Kind(NamedTuple):
    """A form that secrets have."""

    signs: tuple[str, ...]
    """One of them is in every text that holds such a secret; in lower case, as the text is compared."""
    pattern: re.Pattern[str]
    """Its group `value` is the secret."""
    name: Callable[[Match], str]
    """What to call a match; empty for one that is no secret."""


WORD = r"(?<![A-Za-z0-9_-])"
"""Where a word begins."""


def token(name: str, signs: str, pattern: str, is_real: Test = bool, *, before: str = WORD) -> Kind:
    """A kind by its prefix, which begins where a word begins, and ends where it ends."""
    whole = re.compile(rf"{before}(?P<value>{pattern})(?![A-Za-z0-9_-])")

    def named(match: Match) -> str:
        value = match["value"]
        return "" if is_example(value) or not is_real(value) else name

    return Kind(tuple(signs.split()), whole, named)


def called(name: str, is_real: Test) -> Callable[[Match], str]:
    """The name of a match whose value is real."""
    return lambda match: name if is_real(match["value"]) else ""


def is_example(value: str) -> bool:
    """Whether a token only shows the form: `sk-your-key-here`, `ghp_xxxxxxxx…`."""
    return len(set(value)) < FEWEST_LETTERS or bool(EXAMPLE.search(value))


def is_password(value: str) -> bool:
    """Whether it is more than a word that stands for a password: not `secret`, `<password>`, `****`."""
    is_long = len(value) >= SHORTEST_PASSWORD and len(set(value)) > 1
    return is_long and not (COMMON.fullmatch(value) or EXAMPLE.search(value))


def is_random(value: str) -> bool:
    """Whether a text of unknown form was made by chance: letters and digits, and no words."""
    has_both = any(c.isdigit() for c in value) and any(c.isalpha() for c in value)
    return has_both and not is_example(value) and not WORDS.fullmatch(value)
