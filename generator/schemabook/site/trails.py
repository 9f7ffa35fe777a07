"""The line above the title of a generated page: the schema and the group that its object is in."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Mapping

from schemabook.pages.markdown import link, text
from schemabook.pages.paths import OVERVIEW, Beside, group_page
from schemabook.site.entries import KINDS, Entry

NAV = '<nav class="sb-trail" aria-label="Breadcrumb">'
TRAIL = re.compile(rf"\s*{NAV}.*?</nav>\s*", re.S)
"""What is no prose of the page."""
WIDE = {Beside.MAP.page, Beside.ACCESS.page}
"""Pages without it: they take the whole screen."""


class Trails:
    """What each page is in; the explorer is beside the pages that say so."""

    def __init__(self, found: Iterable[Entry]) -> None:
        self.above: dict[str, list[tuple[str, str]]] = {}
        """The names and pages by the path of an object's page."""
        schema = Entry("schema", "")
        for entry in found:
            if KINDS[entry.kind].depth == 0:
                schema = entry
            elif entry.page and schema.kind == "schema" and KINDS[entry.kind].depth == 1:
                self.above[entry.page] = [(schema.name, schema.page)]
                if entry.group and entry.group != schema.name:
                    self.above[entry.page].append((entry.group, group_page(entry.group)))

    def page(self, pages: Mapping[str, bytes], path: str) -> bytes:
        """The Markdown of a page, with the line above it."""
        if not self.above or path in WIDE:
            return pages[path]
        known = [("Reference", OVERVIEW), *self.above.get(path, ())]
        here = posixpath.dirname(path)
        parts = (
            link(text(name), posixpath.relpath(page, here)) if page != path else name for name, page in known
        )
        return f"{NAV}\n\n{' › '.join(parts)}\n\n</nav>\n\n".encode("utf-8", "replace") + pages[path]
