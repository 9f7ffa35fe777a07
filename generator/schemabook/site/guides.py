"""Guides on the site: names become links, and a wrong one stops the build."""

from __future__ import annotations

import logging
import os
import posixpath
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.structure.pages import Page
from mkdocs.utils.meta import get_data

from schemabook.errors import Source
from schemabook.guides import Names, read_guide

LOG = logging.getLogger("mkdocs.plugins.schemabook")
"""Its warnings count as MkDocs' own: `--strict` fails on them."""


def linked(markdown: str, page: Page, names: Names, reference: str, config: MkDocsConfig) -> str:
    """The guide with links to the folder *reference*; PluginError for marked names that lead nowhere."""
    way = posixpath.relpath(reference, posixpath.dirname(page.file.src_uri) or ".")
    guide = read_guide(markdown, names, _first_line(page, config), way)
    if wrong := [str(problem.what) for problem in guide.problems if problem.is_error]:
        raise PluginError("\n".join(wrong))
    for problem in guide.problems:
        LOG.warning(str(problem.what))
    return guide.text


def _first_line(page: Page, config: MkDocsConfig) -> Source:
    """Where the Markdown begins in its file: MkDocs has taken the front matter away."""
    path, text = page.file.abs_src_path, page.file.content_string
    front = text.count("\n") - get_data(text)[0].count("\n")
    shown = os.path.relpath(path, Path(config.config_file_path or "").parent) if path else page.file.src_uri
    return Source(Path(shown).as_posix(), front + 1)
