"""Generated pages → files of the site: Markdown, HTML, the theme around it.

What MkDocs does with one page after the other, done in workers. A page's HTML is cached under the digest of
all that it is made of: its Markdown and path, and a *sample*: a page that shows what settings, theme,
navigation and code make of any page. What MkDocs has something to say about is not cached, so that it is said
in every build.
"""

from __future__ import annotations

import logging
import posixpath
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from html import escape
from itertools import chain
from pathlib import Path
from sys import intern
from typing import Any, NamedTuple

from jinja2 import Environment
from markupsafe import Markup
from mkdocs.commands.build import get_context
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page, _RelativePathTreeprocessor
from mkdocs.structure.toc import get_toc
from mkdocs.utils import write_file

from schemabook.site.cache import Cache, packed
from schemabook.site.commonmark import CommonMark
from schemabook.site.content_security_policy import scripts
from schemabook.site.entries import Entry
from schemabook.site.files import PUBLISHED, SiteFiles
from schemabook.site.fingerprint import contents, digest_of, versions
from schemabook.site.styles import with_styles
from schemabook.workers import spread

LOG = logging.getLogger("mkdocs")
SAMPLE = '# A _title_\n\nText.\n\n## Ä "B" <c>, d_e & ß-İ (日本)\n\n### 2\n\n## 2\n\n```sql\nSELECT 1\n```\n'
"""The Markdown of a page that shows what all pages depend on."""

Fences = Mapping[str, Callable[[Page, str], str]]
"""What shows code of a language on a page in another way than as code."""
Read = Callable[[Page, str], list[Entry]]
"""What the search finds on a page, from its content."""


class Facts(NamedTuple):
    """What the rest of a build needs to know of a page, in types that the cache has."""

    anchors: list[str]
    links: dict[str, dict[str, str]]
    """By the path of each page that it links to, the anchors there, and how the link is written."""
    entries: list[Entry]
    scripts: list[str]
    """The digests of the inline scripts that its theme needs."""


class Kept(NamedTuple):
    """A page in the cache."""

    html: str
    facts: Facts


class Said(NamedTuple):
    """A message that is still to be logged."""

    logger: str
    level: int
    text: str


class Outcome(NamedTuple):
    """What a worker returns of a page that it has written."""

    facts: Facts
    said: list[Said]
    key: str
    new: bytes | None
    """What to put into the cache."""


def render(page: Page, commonmark: CommonMark, fences: Fences, config: MkDocsConfig, files: Files) -> None:
    """Gives a page its content, as MkDocs does with Python-Markdown; what that says of links is said."""
    links = PageLinks(page.file, files, config)
    drawn = {language: partial(draw, page) for language, draw in fences.items()}
    made = commonmark.html(page.markdown or "", links.url, drawn)
    page.content, page._title_from_render = with_styles(made.content, page.url), made.title
    page.toc = get_toc(made.headings)
    page.present_anchor_ids = set(made.ids)
    page.links_to_anchors = links.anchors


class PageLinks:
    """Where the links of a page lead: to another page in its URL style, and else as MkDocs has it."""

    def __init__(self, file: File, files: Files, config: MkDocsConfig) -> None:
        self.file, self.files = file, files
        self.others = _RelativePathTreeprocessor(file, files, config)
        self.anchors: dict[File, dict[str, str]] = self.others.links_to_anchors
        """Each page that it links to, and the anchors there, as MkDocs has them to check."""
        self.found: dict[str, tuple[str, File | None]] = {}
        """The URL and the page by the path of a link."""

    def url(self, link: str) -> str:
        """Where a link leads that Markdown has; what is wrong with it is said."""
        path, mark, anchor = link.partition("#")
        if path not in self.found:
            self.found[path] = self._found(path)
        url, target = self.found[path]
        if target is None:
            return str(self.others.path_to_url(link))
        anchors = self.anchors.setdefault(target, {})
        if anchor:
            anchors.setdefault(anchor, link)
        return f"{url}{mark}{anchor}"

    def _found(self, path: str) -> tuple[str, File | None]:
        uri = posixpath.normpath(posixpath.join(posixpath.dirname(self.file.src_uri), path))
        target = self.files.src_uris.get(uri) if path.endswith(".md") else None
        if target is None or target.inclusion not in PUBLISHED:
            return "", None
        return target.url_relative_to(self.file), target


def with_escaped_title(html: str, page: Page) -> str:
    """The page, with the title in its head escaped: themes print it there with its entities resolved.

    Without this a table named `</title><script>…` would be markup.
    """
    title = Markup(page.title or "").striptags()
    return html.replace(f"<title>{title}", f"<title>{escape(title, quote=False)}", 1)


class Rendering:
    """Makes pages of one build, without MkDocs seeing them."""

    def __init__(
        self,
        config: MkDocsConfig,
        nav: Navigation,
        files: SiteFiles,
        env: Environment,
        commonmark: CommonMark,
        fences: Fences,
        read: Read,
        cache: Cache,
        reference: str,
    ) -> None:
        self.config, self.nav, self.files, self.env = config, nav, files, env
        self.commonmark, self.fences, self.read, self.cache = commonmark, fences, read, cache
        self.shown = files.all_pages()
        self.sample = self._sample(reference)

    def make(self, pages: Sequence[Page]) -> Iterator[Outcome]:
        """Writes the pages, and returns for each what came of it; what is said is not yet logged."""
        made = spread(lambda number: self._made(pages[number]), len(pages))
        for page, outcome in zip(pages, made or map(self._made, pages), strict=True):
            facts = outcome.facts
            page.present_anchor_ids = set(map(intern, facts.anchors))  # Most are on many pages.
            uris = self.files.src_uris
            page.links_to_anchors = {uris[path]: links for path, links in facts.links.items()}
            if not outcome.said:
                self.cache.keep(outcome.key, outcome.new)
            yield outcome

    def _made(self, page: Page) -> Outcome:
        page.read_source(self.config)
        key = digest_of(self.sample, page.file.src_uri, page.file.content_string)
        kept = self.cache.find(key, Kept)
        said: list[Said] = []
        is_known = kept is not None and kept.facts.links.keys() <= self.files.src_uris.keys()
        if not kept or not is_known:
            with _heard() as said:
                kept = self._rendered(page)
        write_file(kept.html.encode("utf-8", "xmlcharrefreplace"), page.file.abs_dest_path)
        page.markdown = page.content = None  # Thousands would stay in memory.
        new = packed(kept) if self.cache.folder and not is_known and not said else None
        return Outcome(kept.facts, said, key, new)

    def _rendered(self, page: Page) -> Kept:
        render(page, self.commonmark, self.fences, self.config, self.files)
        content = page.content or ""
        anchors = page.present_anchor_ids or set()
        links = {file.src_uri: found for file, found in (page.links_to_anchors or {}).items()}
        if own := links.get(page.file.src_uri):
            links[page.file.src_uri] = {anchor: link for anchor, link in own.items() if anchor not in anchors}
        html = self._themed(page)
        facts = Facts(sorted(anchors), links, self.read(page, content), scripts(html, content))
        return Kept(html, facts)

    def _themed(self, page: Page) -> str:
        """The whole page, as MkDocs makes it."""
        context = get_context(self.nav, self.shown, self.config, page)
        page.active = True
        html = self.env.get_template(page.meta.get("template", "main.html")).render(context)
        page.active = False
        return with_escaped_title(html, page)

    def _sample(self, reference: str) -> str:
        """What all pages depend on, as a digest."""
        file = File.generated(self.config, f"{reference}/sample.md", content=SAMPLE)
        page = Page(None, file, self.config)
        page.read_source(self.config)
        html = self._rendered(page).html
        own, settings = self.config.theme.custom_dir, Path(self.config.config_file_path or "")
        theme = contents(Path(own), filter(Path.is_file, Path(own).rglob("*"))) if own else ""
        said = settings.read_text("utf-8", "replace") if settings.is_file() else ""
        return digest_of(versions(), html, theme, said, repr(self.config.extra))


def seen_by_others(config: MkDocsConfig, ours: object) -> bool:
    """Whether a plugin or a hook wants to see each page as it is made."""
    silent = (ours, config.plugins.get("material/search"))  # Which ours has turned off.
    seeing = chain.from_iterable(found for name, found in config.plugins.events.items() if "page" in name)
    return any(getattr(method, "__self__", method) not in silent for method in seeing)


class _Ear(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.INFO)
        self.said: list[Said] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.said.append(Said(record.name, record.levelno, record.getMessage()))


@contextmanager
def _heard() -> Iterator[list[Said]]:
    """What MkDocs says meanwhile, also where nobody wants to hear it: that a page is not cached."""
    ear = _Ear()
    before: tuple[Any, ...] = LOG.handlers, LOG.propagate, LOG.level
    LOG.handlers, LOG.propagate = [ear], False
    LOG.setLevel(logging.INFO)
    try:
        yield ear.said
    finally:
        LOG.handlers, LOG.propagate, level = before
        LOG.setLevel(level)
