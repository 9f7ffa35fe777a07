"""What is kept from one build of the site to the next, as the plugin sees it."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page

from schemabook.site.cache import Cache
from schemabook.site.fingerprint import Unknown, of_markdown
from schemabook.site.rendering import ReferencePage, Rendering, Show
from schemabook.site.whole import WholePages

LOG = logging.getLogger("mkdocs.plugins.schemabook")
FOLDER = ".cache/schemabook"
"""Where the cache is, beside mkdocs.yml."""


class KeptPages:
    """The reference pages of one build, but those in the navigation, which are few."""

    def __init__(
        self,
        config: MkDocsConfig,
        nav: Navigation,
        files: Files,
        made: Iterable[File],
        show: Show,
        *,
        on: bool,
    ) -> None:
        self.config, self.nav = config, nav
        folder = Path(config.config_file_path or "").parent / FOLDER
        self.cache = Cache(folder if on else None)
        fingerprint = _fingerprint(config)
        rendering = Rendering(config, files, self.cache, fingerprint, show)
        shown = {id(page) for page in nav.pages}
        others = [file for file in made if file.page and id(file.page) not in shown]
        self.pages = [ReferencePage(file, rendering) for file in others]
        rendering.prepare(self.pages)
        self.whole = WholePages(self.cache, fingerprint if on else None)

    def find_whole(self) -> None:
        """Finds the pages that the theme need not make again; all of them have their content by now."""
        self.whole.find(self.pages, self.config, self.nav)

    def is_whole(self, page: Page) -> bool:
        """Whether the page is as the last build has written it."""
        return page.file.src_uri in self.whole.found

    def keep(self, page: Page, html: str) -> None:
        """Keeps a page as it will be written."""
        if isinstance(page, ReferencePage):
            self.whole.keep(page, html)

    def save(self) -> None:
        """Writes the cache, at the end of a build."""
        self.cache.save()


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
