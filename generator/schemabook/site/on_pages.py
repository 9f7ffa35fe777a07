"""What is put on a page when its Markdown is HTML: what scripts make of data, and what a mark stands for."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping
from typing import NamedTuple

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import Files
from mkdocs.structure.pages import Page
from mkdocs.utils import get_relative_url

from schemabook.guides import FIRST_PAGE, PART
from schemabook.pages.paths import Beside
from schemabook.site import access_table, relation_map
from schemabook.site.commonmark import CommonMark
from schemabook.site.generated import Generated
from schemabook.site.rendering import PageLinks
from schemabook.site.styles import with_styles

WITH_DATA: Mapping[str, str] = {Beside.MAP.page: relation_map.FOLDER, Beside.ACCESS.page: access_table.FOLDER}
"""The pages below the reference that scripts make of data, and where the data are."""


class OnPages(NamedTuple):
    """What one build puts on its pages."""

    made: Generated
    commonmark: CommonMark
    config: MkDocsConfig
    files: Files
    reference: str
    suffix: str
    """What ends the URL of a page."""

    def with_data(self, html: str, page: Page, path: str) -> str:
        """The page at a path of `WITH_DATA`, with what scripts make of data."""
        page.meta["hide"] = ["navigation", "toc"]  # Material's words: it takes the whole width.
        folders = (WITH_DATA[path], self.reference)
        files_url, pages_url = (get_relative_url(f"{folder}/", page.url) for folder in folders)
        # The addresses of all tables.
        page.present_anchor_ids = (page.present_anchor_ids or set()).union(self.made.anchors)
        if path == Beside.MAP.page:
            return html + relation_map.map_element(files_url, pages_url, self.suffix)
        return access_table.with_table(html, files_url, pages_url, self.suffix)

    def with_part(self, html: str, page: Page) -> str:
        """A guide, with what its first mark stands for."""
        found = PART.search(html)
        if not found:
            return html
        links = PageLinks(page.file, self.files, self.config)
        way = posixpath.relpath(self.reference, posixpath.dirname(page.file.src_uri) or ".")

        def url(link: str) -> str:
            if link == relation_map.THUMBNAIL:
                return get_relative_url(f"{relation_map.FOLDER}/{link}", page.url)
            return links.url(posixpath.join(way, link))

        part = self.commonmark.html(self.made.parts[FIRST_PAGE].decode(), url, {})
        page.present_anchor_ids = (page.present_anchor_ids or set()) | part.ids
        return with_styles(f"{html[: found.start()]}{part.content}{html[found.end() :]}", page.url)
