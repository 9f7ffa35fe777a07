"""Text of a dump in a comment on GitHub or GitLab, where it shows as it is: no markup, mention or link."""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import quote

RUN = re.compile("`+")
SPECIAL = re.compile(r"([\\`*\[\]<>#|~&$!]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9]))")
"""What begins markup, or mathematics."""
REFERENCE = re.compile(r"(?<=[@#!])(?=\w)|(?<=:)(?=//)|(?<=www)(?=\.)|(?<=GH-)(?=\d)", re.I)
"""Where a mention of somebody, a reference to an issue or an address goes on."""
NOTHING = "\u200b"
"""A character of no width, that ends such a reference."""
UNSEEN = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufeff]")
"""What no reader sees, and what turns the direction in which the rest is read."""


def plain(text: str) -> str:
    """Text on one line without meaning to Markdown, HTML, GitHub and GitLab."""
    marked = SPECIAL.sub(r"\\\1", " ".join(text.split()))
    return REFERENCE.sub(NOTHING, marked)


def code(text: str) -> str:
    """Text on one line as code, whatever backticks are in it."""
    line = " ".join(text.split()) or " "
    fence = "`" * (1 + _longest_run(line))
    pad = " " if line.startswith("`") or line.endswith("`") else ""
    return f"{fence}{pad}{line}{pad}{fence}"


def fenced(lines: Iterable[str], language: str = "") -> str:
    """Lines as a block of code."""
    text = "\n".join(lines)
    fence = "`" * max(3, 1 + _longest_run(text))
    return f"{fence}{language}\n{text}\n{fence}"


def linked(markdown: str, address: str | None) -> str:
    """A link where there is an address."""
    return f"[{markdown}]({quote(address, safe='/:?&=%#.~_-')})" if address else markdown


def folded(summary: str, markdown: str) -> str:
    """What shows when the reader asks for it."""
    return f"<details><summary>{summary}</summary>\n\n{markdown}\n\n</details>"


def in_list(block: str, indent: str) -> str:
    """A block of several lines inside of an item."""
    return "".join(f"{indent}{line}\n" if line else "\n" for line in block.split("\n"))


def visible(text: str) -> str:
    """The text without what no reader sees."""
    return UNSEEN.sub("\ufffd", text)


def _longest_run(text: str) -> int:
    return max(map(len, RUN.findall(text)), default=0)
