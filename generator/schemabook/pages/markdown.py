"""Text from a dump → Markdown in which it shows as it is, whatever it holds.

Names, comments and expressions are data: none of their characters is Markdown, HTML or a template's.
What a template prints is escaped by `text` unless it is already `Markdown`, so that forgetting is safe.
"""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import quote

CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff]")
"""Characters that no reader sees; some of them Python-Markdown uses for itself."""
SPECIAL = re.compile(
    r"[\\`*\[\]{<|~]"
    r"|&(?=[#A-Za-z])"
    r"|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])"
    r"|#(?=#*$)"
)
"""What could begin markup anywhere in a line; an underscore inside of a word could not.

A `#` at the end of a heading would close it.
"""
LEADING = re.compile(r"^(?:[#+\-=!?:.^/>]|(?<!\d)\d+[.)](?= |$))")
"""What could begin a block at the start of a line; of a number, the character after it does."""
CODE_SPAN = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")
PARAGRAPH_END = re.compile(r"\n\s*\n")
NOT_PLAIN_CODE = re.compile(r"[`|\n]|&[#\w]|^\s|^#!|^:::|[\s\\]$|^$")
"""What a span in backticks could not hold, in a table's cell or anywhere.

`#!` would name a language, and Python-Markdown adds the semicolon that a reference like `&#0` lacks.
"""
SENTENCE_END = re.compile(r"[.!?](?=\s|$)")
ABBREVIATION = re.compile(r"\b(?:e\.g|i\.e|cf|vs|etc|ca|incl|excl|approx|resp|max|min)$", re.I)
NOT_URL = re.compile(r"[\s\x00-\x20\x7f<>()\[\]{}\"'`|\\]")
SCRIPT = re.compile(r"^(?:[\s\x00-\x20]*(?:javascript|data|vbscript)[\s\x00-\x20]*:)+", re.I)
NOT_WORD = re.compile(r"[^A-Za-z0-9 .,:;()'\"/=%@]")
NOT_ATTRIBUTE = re.compile(r"[^A-Za-z0-9 .,:()_/-]")


PROTECTED, UNPROTECTED, EXPOSED = "row security", "no row security", "exposed: no row security"
LOOKS = {PROTECTED: "protected", UNPROTECTED: "unprotected", EXPOSED: "exposed"}
"""Badges that do not look like the others, nor like each other."""
MOST_KEPT = 4096
"""How many texts are remembered with their Markdown: names and types stand on many pages, in two editions."""


class Markdown(str):
    """A string that is Markdown already."""

    __slots__ = ()

    def __html__(self) -> str:
        """Tells Jinja to print it as it is."""
        return self


def entity(character: str) -> str:
    """A character as a numeric character reference, which no Markdown reader takes for markup."""
    return f"&#{ord(character)};"


def clean(value: str) -> str:
    """The text with line feeds only, and without control characters."""
    if value.isprintable():
        return value
    return CONTROL.sub("\ufffd", value.replace("\r\n", "\n").replace("\r", "\n"))


@lru_cache(MOST_KEPT)
def text(value: str) -> Markdown:
    """Text in a line of Markdown or in a table's cell; spans in backticks within a paragraph become code."""
    line = " ".join(map(_with_code, PARAGRAPH_END.split(clean(value).strip())))
    if found := LEADING.match(line):
        last = found.end() - 1
        line = line[:last] + entity(line[last]) + line[last + 1 :]
    return Markdown(line)


def _with_code(paragraph: str) -> str:
    pieces = CODE_SPAN.split(" ".join(paragraph.split()))
    return "".join(code(piece) if i % 2 else _escaped(piece) for i, piece in enumerate(pieces))


def _escaped(piece: str) -> str:
    return SPECIAL.sub(lambda match: entity(match.group()), piece)


def cell(value: str) -> Markdown:
    """Text in a table's cell; its lines stay lines."""
    lines = (text(line) for line in clean(value).split("\n"))
    return Markdown("<br>".join(line for line in lines if line))


def paragraphs(value: str) -> Markdown:
    """Text as paragraphs: a blank line begins one, any other line end stays a line end."""
    blocks = PARAGRAPH_END.split(clean(value).strip())
    return Markdown("\n\n".join(cell(block).replace("<br>", "<br>\n") for block in blocks))


def sentence(value: str | None) -> Markdown:
    """The first sentence of a comment, for a list; empty where there is none."""
    first = clean(value or "").strip()
    first = PARAGRAPH_END.split(first, maxsplit=1)[0]
    ticks = position = 0
    for end in SENTENCE_END.finditer(first):
        ticks += first.count("`", position, end.end())
        position = end.end()
        if ticks % 2 == 0 and not ABBREVIATION.search(first[max(0, end.start() - 9) : end.start()]):
            return text(first[:position])
    return text(first)


@lru_cache(MOST_KEPT)
def code(value: str) -> Markdown:
    """A span of code; as HTML where backticks could not hold it, also inside of a table."""
    value = " ".join(clean(value).split()) if "\n" in value else clean(value)
    if not NOT_PLAIN_CODE.search(value):
        return Markdown(f"`{value}`")
    return Markdown(f"<code>{html(value)}</code>")


def html(value: str) -> str:
    """Text within an element of HTML, whatever it holds; its blanks and line ends stay."""
    return NOT_WORD.sub(lambda match: entity(match.group()), clean(value))


def fence(value: str, language: str = "sql") -> Markdown:
    """A block of code, its fence longer than any run of backticks in it."""
    value = clean(value).strip("\n")
    longest = max((len(run) for run in re.findall(r"`+", value)), default=0)
    ticks = "`" * max(3, longest + 1)
    return Markdown(f"{ticks}{language}\n{value}\n{ticks}")


@lru_cache(MOST_KEPT)
def attribute(value: str) -> str:
    """Text as the value of an attribute of HTML, between double quotes."""
    return NOT_ATTRIBUTE.sub(lambda match: entity(match.group()), " ".join(clean(value).split()))


def collapsed(block: str, title: str) -> Markdown:
    """A block that a reader opens: of the site only."""
    return Markdown(f'<details class="quote"><summary>{text(title)}</summary>\n\n{block}\n\n</details>')


def badge(words: str, *, for_site: bool) -> Markdown:
    """A property that a reader should see at once: bold, on the site a small box."""
    if not for_site:
        return Markdown(f"**{text(words)}**")
    look = f" sb-badge--{LOOKS[words]}" if words in LOOKS else ""
    return Markdown(f'<span class="sb-badge{look}">{text(words)}</span>')


def link(label: str, url: str) -> Markdown:
    """A link; what would end its URL early, or run as a script, is escaped in it."""
    safe = NOT_URL.sub(lambda match: quote(match.group()), SCRIPT.sub("", url.strip()))
    return Markdown(f"[{label if isinstance(label, Markdown) else text(label)}]({safe})")
