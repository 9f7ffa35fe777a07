"""How wide a text is in the fonts that a browser may take for sans-serif, and how it is cut to a width."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

FIRST = " "
"""The first character of the tables below, which go on to `~`."""
# Hundredths of the font's size; of Arial and DejaVu Sans the wider, so that a name fits in either.
PLAIN = (
    *(32, 41, 46, 84, 64, 96, 78, 28, 40, 40, 50, 84, 32, 37, 32, 34, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64),
    *(34, 34, 84, 84, 84, 56, 102, 69, 69, 73, 78, 67, 62, 78, 76, 30, 50, 67, 56, 87, 75, 79, 67, 79, 73),
    *(67, 62, 74, 69, 99, 69, 67, 69, 40, 34, 40, 84, 56, 50, 62, 64, 55, 64, 62, 36, 64, 64, 28, 28, 58),
    *(28, 98, 64, 62, 64, 64, 42, 53, 40, 64, 60, 82, 60, 60, 53, 64, 34, 64, 84),
)
BOLD = (
    *(35, 46, 53, 84, 70, 101, 88, 31, 46, 46, 53, 84, 38, 42, 38, 37, 70, 70, 70, 70, 70, 70, 70, 70, 70),
    *(70, 40, 40, 84, 84, 84, 62, 100, 78, 77, 74, 84, 69, 69, 83, 84, 38, 56, 78, 64, 100, 84, 86, 74, 86),
    *(78, 73, 69, 82, 78, 111, 78, 73, 73, 46, 37, 46, 84, 56, 50, 68, 72, 60, 72, 68, 44, 72, 72, 35, 35),
    *(67, 35, 105, 72, 69, 72, 72, 50, 60, 48, 72, 66, 93, 65, 66, 59, 72, 37, 72, 84),
)
OTHER, WIDE = 85, 110
"""Characters beyond ASCII, and those of East Asia that take two places."""


@lru_cache(maxsize=100_000)
def width(text: str, size: int, *, bold: bool = False) -> int:
    """The pixels of a text in a font of so many pixels, rounded up."""
    return -(-sum(_hundredths(character, bold) for character in text) * size // 100)


def _hundredths(character: str, bold: bool) -> int:
    place = ord(character) - ord(FIRST)
    if 0 <= place < len(PLAIN):
        return BOLD[place] if bold else PLAIN[place]
    if unicodedata.combining(character):
        return 0
    return WIDE if unicodedata.east_asian_width(character) in "WF" else OTHER


def fitted(text: str, most: int, size: int, *, bold: bool = False, ends: bool = True) -> str:
    """The text, its middle left out where it is wider: names often differ only at their *ends*.

    Types differ before: `timestamp without…`.
    """
    if width(text, size, bold=bold) <= most:
        return text
    room = most * 100 - width("…", size, bold=bold) * 100
    head = tail = used = 0
    while head + tail < len(text):
        first = head <= tail or not ends
        used += _hundredths(text[head] if first else text[-1 - tail], bold) * size
        if used > room:
            break
        head, tail = head + first, tail + (not first)
    return f"{text[:head]}…{text[len(text) - tail :]}"
