"""Text in a picture: how wide it is, and how it is cut to a width."""

from __future__ import annotations

import unicodedata
from html import escape

CHARACTER = 15
"""Half pixels that a character takes: 0.625 of 12 pixels, and no common monospace font is wider than 0.62."""

INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Cn", "Zl", "Zp"})
"""Unicode's categories of controls, halves of characters, and separators of lines."""


def units(text: str) -> int:
    """How many characters wide a text is in a monospace font; the wide ones of East Asia count twice."""
    return sum(_units(character) for character in text)


def _units(character: str) -> int:
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def pixels(count: int) -> int:
    """The width of so many characters."""
    return (count * CHARACTER + 1) // 2


def cut(text: str, most: int) -> str:
    """The text, its middle left out where it is too wide: names often differ only at their ends."""
    if units(text) <= most:
        return text
    head, tail = text[: (most + 1) // 2], text[len(text) - most // 2 :]
    while units(head) + units(tail) >= most:
        head, tail = (head[:-1], tail) if units(head) >= units(tail) else (head, tail[1:])
    return f"{head}…{tail}"


def markup(text: str) -> str:
    """The text for HTML, with `�` for what a page cannot hold or show, or what turns its direction."""
    return escape("".join("\ufffd" if unicodedata.category(c) in INVISIBLE else c for c in text))
