"""The caches of one build of the site, as the plugin sees them."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Sequence
from functools import cache

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files, InclusionLevel
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page
from mkdocs.utils import write_file

from schemabook.site.cache import Cache
from schemabook.site.commonmark import CommonMark
from schemabook.site.fingerprint import Unknown, of_markdown
from schemabook.site.html_cache import HtmlCache, only_known
from schemabook.site.output_cache import OutputCache
from schemabook.site.rendering import ReferencePage, Rendering, Show

LOG = logging.getLogger("mkdocs.plugins.schemabook")
Read = Callable[[Page, str], None]
"""Reads what a page says."""


class SiteFiles(Files):
    """The files of the site, of which MkDocs need not see the pages that are in the cache."""

    def __init__(self, files: Files) -> None:
        self._src_uris = files.src_uris  # type: ignore[assignment]  # The same, so that it follows changes.
        self.done: set[str] = set()
        """The paths of those."""
        self.shows_all = False
        """Whether they are seen all the same, as a sitemap must."""

    def documentation_pages(
        self, *, inclusion: Callable[[InclusionLevel], bool] = InclusionLevel.is_included
    ) -> Sequence[File]:
        """The pages to make, or all of them."""
        found = super().documentation_pages(inclusion=inclusion)
        return found if self.shows_all else [file for file in found if file.src_uri not in self.done]


class CachedPages:
    """The reference pages of one build, but those in the navigation, which are few.

    *read* takes the content of a page in place of the event that MkDocs has for it; without it, every page
    goes through MkDocs.
    """

    def __init__(
        self,
        config: MkDocsConfig,
        nav: Navigation,
        files: Files,
        made: Iterable[File],
        show: Show,
        read: Read | None,
        cache: Cache,
        commonmark: CommonMark,
    ) -> None:
        self.config, self.nav, self.files, self.cache = config, nav, files, cache
        fingerprint = _fingerprint(config)
        rendering = Rendering(config, files, self.cache, fingerprint, show, commonmark)
        shown = {id(page) for page in nav.pages}
        others = [file for file in made if file.page and id(file.page) not in shown]
        self.pages = [ReferencePage(file, rendering) for file in others]
        have = rendering.prepare(self.pages)
        self.html = HtmlCache(self.cache, fingerprint)
        self.unseen: SiteFiles | None = None
        """The files, where pages may pass MkDocs unseen."""
        if cache.folder and read and isinstance(files, SiteFiles) and only_known(config):
            self.unseen = files
            for page in have:
                read(page, page.content or "")
            files.done = {page.file.src_uri for page in have}

    def find_html(self) -> None:
        """Finds the pages that the theme need not regenerate; all of them have their content by now."""
        if self.unseen:
            self.html.find(self.pages, self.config, self.nav)
            self.unseen.done &= self.html.found.keys()

    def show_all(self, shown: bool) -> None:
        """Whether MkDocs sees all pages, and not only those that it has to make."""
        if self.unseen:
            self.unseen.shows_all = shown

    def keep(self, page: Page, html: str) -> None:
        """Keeps a page as it will be written."""
        if isinstance(page, ReferencePage):
            self.html.keep(page, html)

    def finish(self, allow: Callable[[str], None], output: OutputCache | None) -> None:
        """Writes the pages that MkDocs has not seen, at the end of a build.

        *allow* takes the HTML around the content of each. What is in the cache of the *output* is moved
        back instead of written.
        """
        done = self.unseen.done if self.unseen else ()
        keys = self.html.keys
        for page in self.pages:
            if (uri := page.file.src_uri) in done:
                before, after = self.html.found[uri]
                allow(before + after)
                if not (output and output.take(page.file.dest_uri, keys[uri])):
                    html = f"{before}{page.content}{after}"
                    write_file(html.encode("utf-8", "xmlcharrefreplace"), page.file.abs_dest_path)
                page.validate_anchor_links(files=self.files, log_level=self.config.validation.links.anchors)
        if output:
            output.end({p.file.dest_uri: keys[p.file.src_uri] for p in self.pages if p.file.src_uri in keys})


def _fingerprint(config: MkDocsConfig) -> str | None:
    try:
        return of_markdown(config)
    except Unknown as unknown:
        _tell(str(unknown))
        return None


@cache
def _tell(unknown: str) -> None:
    """Says once what makes builds slow."""
    LOG.info("every build renders all pages: nobody can tell what they depend on, because of %s", unknown)
