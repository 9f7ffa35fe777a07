"""HTML of a page → its sections: heading, anchor, and the words below it."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
UNSEEN = frozenset({"script", "style", "svg", "template"})
VOID = frozenset({"area", "br", "col", "embed", "hr", "img", "input", "link", "source", "track", "wbr"})
BLOCKS = frozenset({"br", "dd", "div", "dt", "li", "p", "pre", "td", "th", "tr"})
"""Elements that words do not run across."""


@dataclass(slots=True)
class Section:
    """A heading and what stands below it, up to the next heading."""

    anchor: str = ""
    level: int = 1
    heading: str = ""
    words: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The words with one space between them."""
        return " ".join("".join(self.words).split())


class _Sections(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found = [Section()]
        self.in_heading = False
        self.hidden: list[str] = []
        """The open elements from the outermost whose words are not the page's."""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = dict(attrs)
        if self.hidden:
            if tag not in VOID:
                self.hidden.append(tag)
        elif tag not in VOID and (tag in UNSEEN or _is_excluded(attributes)):
            self.hidden.append(tag)
        elif tag in HEADINGS:
            self.in_heading = True
            self.found.append(Section(attributes.get("id") or "", int(tag[1])))
        elif tag in BLOCKS:
            self.found[-1].words.append(" ")

    def handle_endtag(self, tag: str) -> None:
        if self.hidden:
            # What was left open inside ends with its parent.
            while tag in self.hidden and self.hidden.pop() != tag:
                pass
        elif tag in HEADINGS:
            self.in_heading = False

    def handle_data(self, data: str) -> None:
        if self.hidden:
            return
        if self.in_heading:
            self.found[-1].heading += data
        else:
            self.found[-1].words.append(data)


def _is_excluded(attributes: dict[str, str | None]) -> bool:
    """Whether an element is the sign of a permanent link, or excluded by hand."""
    return "headerlink" in (attributes.get("class") or "").split() or "data-search-exclude" in attributes


def sections(html: str) -> list[Section]:
    """The sections of a page; the first stands above its first heading."""
    parser = _Sections()
    parser.feed(html)
    parser.close()
    return parser.found
