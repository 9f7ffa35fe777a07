"""The cache of the whole HTML of reference pages, so that the theme does not regenerate it.

What a template can see is without limit, so this is for Material with plugins that we know; any other theme
or plugin makes each page in each build.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure import StructureItem
from mkdocs.structure.files import InclusionLevel
from mkdocs.structure.nav import Navigation

from schemabook.site.cache import Cache
from schemabook.site.fingerprint import Unknown, canonical, contents, digest_of
from schemabook.site.rendering import ReferencePage

PLUGINS = frozenset(
    {
        "mkdocs.contrib.search",
        "material.plugins.info.plugin",
        "material.plugins.offline.plugin",
        "material.plugins.search.plugin",
        "schemabook.site.plugin",
    }
)
"""The modules of plugins that change no page once its Markdown is HTML, but as their settings say."""
UNSEEN = frozenset({"site_dir", "plugins", "theme", "exclude_docs", "draft_docs", "not_in_nav"})
"""Settings of MkDocs that are looked at in another way, or that no page shows."""
PUBLISHED = frozenset({InclusionLevel.INCLUDED, InclusionLevel.NOT_IN_NAV})
"""Any other page is a draft, which says so."""
ELSEWHERE = re.compile(r"\b(?:pages|files|build_date_utc|update_date|book|names|random|lipsum)\b")
"""What in a template may show more than the page, the navigation and the settings."""


class HtmlCache:
    """The whole pages of one build; *fingerprint* is of what makes their content, None to cache nothing."""

    def __init__(self, cache: Cache, fingerprint: str | None) -> None:
        self.cache = cache
        self.fingerprint = fingerprint
        self.keys: dict[str, str] = {}
        """The keys of the pages that may be cached, by their paths."""
        self.found: dict[str, tuple[str, str]] = {}
        """What the theme puts before and after the content of those that need not be regenerated."""

    def find(self, pages: Iterable[ReferencePage], config: MkDocsConfig, nav: Navigation) -> None:
        """Finds what is in the cache, once all pages have their content and so their titles."""
        theme = _of_theme(config, nav) if self.fingerprint else None
        if theme is None:
            return
        may_be = [page for page in pages if not page.meta and page.file.inclusion in PUBLISHED]
        self.keys = {page.file.src_uri: self._key(page, theme) for page in may_be}
        cached = self.cache.find(self.keys.values(), tuple[str, str])
        for page in may_be:
            if value := cached.get(self.keys[page.file.src_uri]):
                self.found[page.file.src_uri] = value

    def keep(self, page: ReferencePage, html: str) -> None:
        """Caches a page as it will be written; its content is cached apart already."""
        key = self.keys.get(page.file.src_uri)
        before, content, after = html.partition(page.content or "\0")
        if key and content:
            self.cache.keep(key, (before, after))

    def _key(self, page: ReferencePage, theme: str) -> str:
        """All of a page that a template of the theme shows."""
        shown = (page.title, page.content, page.toc, page.canonical_url, page.edit_url)
        parts = ("whole", self.fingerprint, theme, page.file.src_uri, page.file.url, *shown)
        return digest_of(*map(str, parts))


def only_known(config: MkDocsConfig) -> bool:
    """Whether no theme and no plugin is in use that may want to see each page as it is made."""
    used = {type(plugin).__module__ for plugin in config.plugins.values()}
    return config.theme.name == "material" and used <= PLUGINS


def _of_theme(config: MkDocsConfig, nav: Navigation) -> str | None:
    """The fingerprint of all that templates see; None where that cannot be told."""
    if not only_known(config):
        return None
    try:
        settings = {key: value for key, value in config.items() if key not in UNSEEN}
        named = [(name, plugin.config) for name, plugin in config.plugins.items()]
        theme = {**config.theme, "locale": str(config.theme.locale)}
        seen = canonical([settings, named, theme, list(_items(nav.items))])
        return digest_of(seen, *_templates(config))
    except Unknown:
        return None


def _items(items: Iterable[StructureItem]) -> Iterator[list[Any]]:
    """The navigation as it is shown."""
    for item in items:
        yield [
            type(item).__name__,
            item.title,
            getattr(item, "url", None),
            getattr(item, "meta", None),
            list(_items(getattr(item, "children", None) or ())),
        ]


def _templates(config: MkDocsConfig) -> Iterator[str]:
    """The templates: those of the project by what they say, others by when they were installed."""
    own = config.theme.custom_dir
    for folder in map(Path, config.theme.dirs):
        if own and folder == Path(own):
            files = [path for path in folder.rglob("*") if path.is_file()]
            if any(
                path.suffix == ".html" and ELSEWHERE.search(path.read_text("utf-8", "replace"))
                for path in files
            ):
                raise Unknown("a template that shows more than a page")
            yield contents(folder, files)
        else:
            yield from (f"{path} {size} {changed}" for path, size, changed in _installed(str(folder)))


def _installed(folder: str) -> Iterator[tuple[str, int, int]]:
    """The files of a theme, with size and time. Its thousands of icons change with its version only."""
    with os.scandir(folder) as entries:
        for entry in sorted(entries, key=lambda entry: entry.name):
            if entry.is_dir():
                if entry.name not in (".icons", "assets", "__pycache__"):
                    yield from _installed(entry.path)
            else:
                status = entry.stat()
                yield entry.path, status.st_size, status.st_mtime_ns
