"""The diagrams of `map.mermaid` on the site: pictures in place of their text."""

from __future__ import annotations

from html import escape

from mkdocs.structure.files import Files
from mkdocs.structure.pages import Page

from schemabook.map.mermaid import read
from schemabook.map.picture import picture
from schemabook.model import Name, relation_id
from schemabook.pages.paths import object_page


def diagram(page: Page, source: str, files: Files, reference: str) -> str:
    """The HTML of a Mermaid fence on a page; what `map.mermaid` did not write stays code."""
    neighbourhood = read(source)
    if neighbourhood is None:
        return f'<div class="highlight"><pre><code>{escape(source)}</code></pre></div>'

    def href(table: Name) -> str | None:
        """A table's page, in the URL style of the site: no plugin changes that any more."""
        file = files.get_file_from_path(f"{reference}/{object_page(relation_id(table))}")
        return file.url_relative_to(page.file) if file else None

    return f'<div class="schemabook-neighbourhood">{picture(neighbourhood, href)}</div>'
