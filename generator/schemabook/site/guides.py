"""Guides on the site: names become links, and a wrong one stops the build."""

from __future__ import annotations

import logging
import os
import posixpath
from collections.abc import Callable
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.structure.pages import Page
from mkdocs.utils.meta import get_data

from schemabook.errors import Source
from schemabook.guides import Names, read_guide
from schemabook.model import Code
from schemabook.site.cache import Cache, packed
from schemabook.site.fingerprint import digest_of

LOG = logging.getLogger("mkdocs.plugins.schemabook")
"""Its warnings count as MkDocs' own: `--strict` fails on them."""


class LinkedGuides:
    """The guides of one build; *key* is of what the names come from."""

    def __init__(
        self, names: Callable[[], Names], key: str, reference: str, config: MkDocsConfig, cache: Cache
    ) -> None:
        self.names, self.key, self.cache = names, key, cache
        self.reference, self.config = reference, config

    def linked(self, markdown: str, page: Page) -> str:
        """The guide with links to the reference; PluginError for marked names that lead nowhere."""
        way = posixpath.relpath(self.reference, posixpath.dirname(page.file.src_uri) or ".")
        start = _first_line(page, self.config)
        key = digest_of("guide", self.key, str(start), way, markdown)
        found = self.cache.find(key, tuple[str, list[str]])
        if found:
            self.cache.keep(key)
        text, warnings = found or self._read(key, markdown, start, way)
        for warning in warnings:
            LOG.warning(warning)
        return text

    def _read(self, key: str, markdown: str, start: Source, way: str) -> tuple[str, list[str]]:
        guide = read_guide(markdown, self.names(), start, way)
        if wrong := [found.text for found in guide.problems if found.code is Code.MARKED_NAME]:
            raise PluginError("\n".join(wrong))
        read = guide.text, [found.text for found in guide.problems]
        self.cache.keep(key, packed(read))
        return read


def _first_line(page: Page, config: MkDocsConfig) -> Source:
    """Where the Markdown begins in its file: MkDocs has taken the front matter away."""
    path, text = page.file.abs_src_path, page.file.content_string
    front = text.count("\n") - get_data(text)[0].count("\n")
    shown = os.path.relpath(path, Path(config.config_file_path or "").parent) if path else page.file.src_uri
    return Source(Path(shown).as_posix(), front + 1)
