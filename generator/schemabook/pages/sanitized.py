"""Markdown of people's own without what could run: tags, attributes and links that no note needs.

Tags are judged by a library that knows what browsers do, one at a time, as the Markdown around them is not
HTML yet. A tag that it does not allow is shown as text; what it does not allow of a tag is left out.
"""

from __future__ import annotations

import re
from html.parser import HTMLParser

import nh3

TAGS = nh3.ALLOWED_TAGS
ATTRIBUTES = frozenset({"title", "lang", "dir", "markdown", "open"})
"""What any tag may have beside what the library allows it. No names: scripts of the theme look for those."""
SCHEMES = frozenset({"http", "https", "mailto", "tel"})
PLAIN_TAG = re.compile(r"""<[a-z0-9]+(?:\s+[a-z]+(?:=(?:"[^"<>]*"|'[^'<>]*'))?)*\s*/?>""", re.I)
ATTRIBUTE_LIST = re.compile(r"\{(?=[^\n]*=[^\n]*\})")
"""What begins a list of attributes of an element: `{: onclick="…" }`."""
NAME_LIST = re.compile(r"\{(?=:?[^\n{}]*#_[^\n{}]*\})")
"""What begins one with an identifier of the theme's own: `{ #__config }`."""


def _any_spelling(word: str) -> str:
    """A pattern for a word of a URL, as Markdown and browsers understand it."""
    ignored = r"(?:\\|&(?:tab|newline);|&#0*(?:9|10|13);?|&#x0*[9ad];?|[\t\n\r])*"
    letters = []
    for letter in word:
        codes = {ord(letter), ord(letter.upper())}
        numbers = "|".join(f"{code}|x0*{code:x}" for code in codes)
        named = "|&colon;" if letter == ":" else ""
        letters.append(f"(?:{re.escape(letter)}|&#0*(?:{numbers});?{named})")
    return ignored.join(letters)


RUNS = "|".join(
    (_any_spelling("javascript:"), _any_spelling("vbscript:"), _any_spelling("data:") + r"(?=[^\s,]*,)")
)
SCRIPT = re.compile(rf"(?<=[(<\"'])(?:{RUNS})|(?<![\w-])(?:{RUNS})(?=\S)", re.I)
"""What begins a URL that runs: of `data:`, only with what it would hold."""


def tag(text: str) -> str | None:
    """An opening or closing tag as it may stand; None for one that is to be shown."""
    name = re.split(r"[\s/>]", text.removeprefix("<").removeprefix("/"), maxsplit=1)[0].lower()
    if name not in TAGS:
        return None
    if text.startswith("</"):
        return f"</{name}>"
    cleaned = _cleaned(text, name)
    is_same = PLAIN_TAG.fullmatch(text) and _attributes(text) == _attributes(cleaned)
    return text if is_same else cleaned


def _cleaned(text: str, name: str) -> str:
    """The tag with the attributes that it may have; the library sees another name, as it knows no half."""
    allowed = {"span": {*ATTRIBUTES, *nh3.ALLOWED_ATTRIBUTES.get(name, ())}}
    as_span = f"<span{text[1 + len(name) :]}"
    found = nh3.clean(as_span, tags={"span"}, attributes=allowed, url_schemes=set(SCHEMES), link_rel=None)
    end = found.partition(">")[0].removeprefix("<span") if found.startswith("<span") else ""
    return f"<{name}{end}>"


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.attributes: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.attributes += ((name, value or "") for name, value in attrs)


def _attributes(text: str) -> list[tuple[str, str]]:
    reader = _Reader()
    reader.feed(text)
    return reader.attributes


def without_scripts(prose: str) -> str:
    """The text whose links run nothing, and whose lists of attributes are shown."""
    prose = SCRIPT.sub(lambda match: f"unsafe-{match.group()}", prose)
    return NAME_LIST.sub("&#123;", ATTRIBUTE_LIST.sub("&#123;", prose))
