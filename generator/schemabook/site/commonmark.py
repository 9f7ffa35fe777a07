"""Markdown of a generated page → its HTML, by a CommonMark parser instead of Python-Markdown.

What we write needs no extension but tables, and Python-Markdown was two thirds of a build. The parser makes
the HTML; one pass over it gives headings their ids and permalinks, blocks of SQL their colours, diagrams
their pictures, and links their addresses, which MkDocs looks up and warns of as in any page.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from html import escape, unescape
from typing import Any, NamedTuple

import pyromark
from markdown import Markdown  # type: ignore[import-untyped]  # has no types
from markdown.extensions.toc import (  # type: ignore[import-untyped]  # has no types
    TocTreeprocessor,
    nest_toc_tokens,
    strip_tags,
    unique,
)
from mkdocs.config.defaults import MkDocsConfig
from pygments import highlight
from pygments.filter import Filter
from pygments.formatters import HtmlFormatter
from pygments.lexer import Lexer
from pygments.lexers import get_lexer_by_name
from pygments.token import Name, Text, Whitespace
from pygments.util import ClassNotFound

PIECE = re.compile(
    r"""
    <h(?P<level>[1-6])(?P<attributes>\ [^<>]*)?>(?P<heading>.*?)</h(?P=level)>
    | <code>(?P<name>[^</]{20,})</code>
    | <pre><code(?:\ class="language-(?P<language>[^"]*)")?>(?P<code>.*?)</code></pre>
    | (?P<before><(?:a|img)(?:\ (?!href=|src=)[\w-]+="[^"]*")*\ (?:href|src)=")(?P<url>[^"]*)"
    | \ style="text-align:\ (?P<align>\w+)"
    | \ (?:id|name)="(?P<id>[^"]*)"
    """,
    re.S | re.X,
)
"""What is made otherwise, or looked at, in the parser's HTML."""
ID = re.compile(r' (?:id|name)="([^"]*)"')
OPTIONS = pyromark.Options.ENABLE_TABLES | pyromark.Options.ENABLE_HEADING_ATTRIBUTES
BREAK = re.compile(r"(?<=[_.(,])(?=[^\W_])|(?<=::)|(?<=[a-z0-9])(?=[A-Z])")
"""Where a line may end in a long name or expression: after `_`, `.` and `::`, and before a capital."""
AS_TEXT = (Name, Whitespace)
"""Tokens of code that themes give no colour of their own: without elements a page is a fifth smaller."""


class Html(NamedTuple):
    """What a page is on the site."""

    content: str
    headings: list[Any]
    """Nested, as Python-Markdown has them."""
    title: str | None
    """What its first heading says, escaped, where nothing but a trail is above it."""
    ids: frozenset[str]
    """What a link to the page may end with."""


class CommonMark:
    """Makes HTML with headings as the site's settings of the extension `toc` have them."""

    def __init__(self, config: MkDocsConfig) -> None:
        markdown = Markdown(extensions=config.markdown_extensions, extension_configs=config.mdx_configs)
        self.toc = next(found for found in markdown.treeprocessors if isinstance(found, TocTreeprocessor))

    def html(self, text: str, url: Callable[[str], str], fences: Mapping[str, Callable[[str], str]]) -> Html:
        """The page; *url* leads where a link of its Markdown does, *fences* show a language not as code."""
        page = _Page(self.toc, url, fences)
        made = pyromark.html(text, options=OPTIONS)
        content = PIECE.sub(page.piece, made)
        first = page.headings[0] if page.headings and made.startswith(("<h1>", "<nav")) else None
        title = first["name"] if first else None
        return Html(content, nest_toc_tokens(page.headings), title, frozenset(page.ids))


class _Page:
    """The headings and anchors of a page, as they are come upon."""

    def __init__(
        self, toc: Any, url: Callable[[str], str], fences: Mapping[str, Callable[[str], str]]
    ) -> None:
        self.toc, self.url, self.fences = toc, url, fences
        self.headings: list[Any] = []
        self.ids: set[str] = set()
        self.counts: dict[str, int] = {}

    def piece(self, found: re.Match[str]) -> str:
        """What is made of a piece of the parser's HTML."""
        match found.lastgroup:
            case "heading":
                content = PIECE.sub(self.piece, found["heading"])
                return self._heading(int(found["level"]), content, found["attributes"] or "")
            case "code":
                return self._code(unescape(found["code"]), found["language"] or "")
            case "url":
                self.ids.update(map(unescape, ID.findall(found["before"])))
                return f'{found["before"]}{escape(self.url(unescape(found["url"])))}"'
            case "name":
                return f"<code>{_breaking(found['name'])}</code>"
            case "align":
                return f' align="{found["align"]}"'
        self.ids.add(unescape(found["id"]))
        return found[0]

    def _heading(self, level: int, content: str, attributes: str) -> str:
        toc, name = self.toc, strip_tags(content)
        if named := ID.search(attributes):
            own = unescape(named[1])
        else:
            own = unique(toc.slugify(unescape(name), toc.sep), self.ids, self.counts)
            attributes += f' id="{escape(own)}"'
        self.ids.add(own)
        if toc.toc_top <= level <= toc.toc_bottom:
            self.headings.append({"level": level, "id": own, "name": name, "children": []})
        if level == 1 and "<" not in content:
            content = _breaking(content)
        link = ""
        if toc.use_permalinks:
            sign = "&para;" if toc.use_permalinks is True else toc.use_permalinks
            title = f' title="{escape(toc.permalink_title)}"' if toc.permalink_title else ""
            link = f'<a class="{toc.permalink_class}" href="#{escape(own)}"{title}>{sign}</a>'
        parts = (link, content) if toc.permalink_leading else (content, link)
        return f"<h{level}{attributes}>{''.join(parts)}</h{level}>"

    def _code(self, code: str, language: str) -> str:
        fence = self.fences.get(language)
        return fence(code) if fence else highlight(code, _lexer(language), FORMATTER).rstrip("\n")


def _breaking(name: str) -> str:
    """The name, which breaks between its words where it is too long for its place, never inside of one."""
    return BREAK.sub("<wbr>", name)


class _Uncoloured(Filter):
    def filter(self, lexer: Lexer | None, stream: Iterable[tuple[Any, str]]) -> Iterator[tuple[Any, str]]:
        for kind, value in stream:
            yield Text if kind in AS_TEXT else kind, value


@cache
def _lexer(language: str) -> Lexer:
    try:
        lexer = get_lexer_by_name(language, stripnl=False)
    except ClassNotFound:  # A note may say anything.
        lexer = get_lexer_by_name("text", stripnl=False)
    lexer.add_filter(_Uncoloured())
    return lexer


FORMATTER = HtmlFormatter(cssclass="highlight", wrapcode=True)
"""As Material, and `pymdownx.highlight` without settings, have it."""
