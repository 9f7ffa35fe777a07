"""Markdown of a generated page → its HTML, by a CommonMark parser instead of Python-Markdown.

What we write needs no extension but tables, and Python-Markdown was two thirds of a build. The parser makes
the HTML; one pass over it gives headings their ids and permalinks, blocks of SQL their colours, diagrams
their pictures, and links their addresses, which MkDocs looks up and warns of as in any page.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Mapping
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
from pymdownx.highlight import Highlight  # type: ignore[import-untyped]  # has no types

PIECE = re.compile(
    r"""
    <h(?P<level>[1-6])(?P<attributes>\ [^<>]*)?>(?P<heading>.*?)</h(?P=level)>
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
HIGHLIGHT = frozenset(inspect.signature(Highlight).parameters) - {"md"}
"""The settings of `pymdownx.highlight` that are about the look of code."""


class Html(NamedTuple):
    """What a page is on the site."""

    content: str
    headings: list[Any]
    """Nested, as Python-Markdown has them."""
    title: str | None
    """What its first line says, escaped, where that is a heading."""
    ids: frozenset[str]
    """What a link to the page may end with."""


class CommonMark:
    """Makes HTML in the look that the settings of a site have for Markdown.

    *fences* show code of a language in another way than as code.
    """

    def __init__(self, config: MkDocsConfig, fences: Mapping[str, Callable[[str], str]]) -> None:
        markdown = Markdown(extensions=config.markdown_extensions, extension_configs=config.mdx_configs)
        self.toc = next(found for found in markdown.treeprocessors if isinstance(found, TocTreeprocessor))
        look = config.mdx_configs.get("pymdownx.highlight", {})
        self.highlight = Highlight(
            **{key: value for key, value in look.items() if key in HIGHLIGHT}, md=markdown
        )
        self.fences = fences

    def html(self, text: str, url: Callable[[str], str]) -> Html:
        """The page; *url* leads where a link of its Markdown does."""
        page = _Page(self, url)
        made = pyromark.html(text, options=OPTIONS)
        content = PIECE.sub(page.piece, made)
        first = page.headings[0] if page.headings and made.startswith("<h1>") else None
        title = first["name"] if first else None
        return Html(content, nest_toc_tokens(page.headings), title, frozenset(page.ids))


class _Page:
    """The headings and anchors of a page, as they are come upon."""

    def __init__(self, look: CommonMark, url: Callable[[str], str]) -> None:
        self.look, self.url = look, url
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
            case "align":
                return f' align="{found["align"]}"'
        self.ids.add(unescape(found["id"]))
        return found[0]

    def _heading(self, level: int, content: str, attributes: str) -> str:
        toc, name = self.look.toc, strip_tags(content)
        if named := ID.search(attributes):
            own = unescape(named[1])
        else:
            own = unique(toc.slugify(unescape(name), toc.sep), self.ids, self.counts)
            attributes += f' id="{escape(own)}"'
        self.ids.add(own)
        if toc.toc_top <= level <= toc.toc_bottom:
            self.headings.append({"level": level, "id": own, "name": name, "children": []})
        link = ""
        if toc.use_permalinks:
            sign = "&para;" if toc.use_permalinks is True else toc.use_permalinks
            title = f' title="{escape(toc.permalink_title)}"' if toc.permalink_title else ""
            link = f'<a class="{toc.permalink_class}" href="#{escape(own)}"{title}>{sign}</a>'
        parts = (link, content) if toc.permalink_leading else (content, link)
        return f"<h{level}{attributes}>{''.join(parts)}</h{level}>"

    def _code(self, code: str, language: str) -> str:
        if fence := self.look.fences.get(language):
            return fence(code)
        return str(self.look.highlight.highlight(code.removesuffix("\n"), language))
