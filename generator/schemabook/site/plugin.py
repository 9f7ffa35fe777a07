"""The MkDocs plugin: what is noisy or heavy is made when the site is built.

The reference pages are made again from the dump, with what their committed edition leaves out, and Mermaid
diagrams that `map.mermaid` wrote become pictures.
"""

from __future__ import annotations

from html import escape
from importlib.resources import files as package_files
from pathlib import Path
from typing import Any

from markupsafe import Markup
from mkdocs.config.base import Config
from mkdocs.config.config_options import Type
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.plugins import BasePlugin
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

from schemabook.config import load
from schemabook.errors import SchemaError
from schemabook.inputs import load_book
from schemabook.map.mermaid import read
from schemabook.map.picture import picture
from schemabook.model import Name
from schemabook.pages import site_pages
from schemabook.pages.paths import object_page

ASSETS = "assets/schemabook"
EXTENSIONS = ("attr_list", "pymdownx.superfences")
"""What the pages of the site are written in."""
STYLES = ("reference.css", "neighbourhood.css")


class Settings(Config):  # type: ignore[no-untyped-call]  # as MkDocs declares it
    """What mkdocs.yml may say about the plugin."""

    reference = Type(str, default="reference")
    """The folder of the generated pages below `docs_dir`."""
    settings = Type(str, default="schema/schemabook.yml")
    """The settings, from the folder of mkdocs.yml; without them the committed pages still build."""


class SchemabookPlugin(BasePlugin[Settings]):  # type: ignore[no-untyped-call]  # as MkDocs declares it
    """Makes the reference pages for the site, and draws their diagrams."""

    def __init__(self) -> None:
        self.page: Page | None = None
        self.files = Files([])

    def on_config(self, config: MkDocsConfig) -> MkDocsConfig:
        """Takes the Mermaid fences, in place of any other formatter of them."""
        for extension in EXTENSIONS:
            if extension not in config.markdown_extensions:
                config.markdown_extensions.append(extension)
        settings = config.mdx_configs.setdefault("pymdownx.superfences", {})
        others = [fence for fence in settings.get("custom_fences", []) if fence["name"] != "mermaid"]
        settings["custom_fences"] = [*others, {"name": "mermaid", "class": "mermaid", "format": self.fence}]
        # Before the site's own, which may change them.
        config.extra_css[:0] = [f"{ASSETS}/{name}" for name in STYLES]
        return config

    def on_files(self, files: Files, *, config: MkDocsConfig) -> Files:
        """Adds the style sheet, and the pages as the site shows them."""
        for name in STYLES:
            styles = package_files("schemabook.site").joinpath("assets", name).read_text("utf-8")
            files.append(File.generated(config, f"{ASSETS}/{name}", content=styles))
        for path, markdown in self._pages(config).items():
            if committed := files.get_file_from_path(path):
                files.remove(committed)
            files.append(File.generated(config, path, content=markdown))
        return files

    def _pages(self, config: MkDocsConfig) -> dict[str, str]:
        """The pages for the site by path; none without settings: then the committed ones stay."""
        settings = Path(config.config_file_path or "").parent / self.config.settings
        if not settings.is_file():
            return {}
        try:
            made = site_pages(load_book(load(settings)))
        except SchemaError as error:
            raise PluginError(str(error)) from None
        return {f"{self.config.reference}/{path}": markdown for path, markdown in made.items()}

    def on_page_markdown(self, markdown: str, *, page: Page, config: MkDocsConfig, files: Files) -> None:
        """Remembers the page: MkDocs renders it next, and its pictures link from there."""
        self.page, self.files = page, files

    def on_post_page(self, output: str, *, page: Page, config: MkDocsConfig) -> str:
        """Escapes the title in the page's head: themes print it there with its entities resolved.

        Without this a table named `</title><script>…` would be markup.
        """
        title = Markup(page.title or "").striptags()
        return output.replace(f"<title>{title}", f"<title>{escape(title, quote=False)}", 1)

    def fence(self, source: str, *_: Any, **__: Any) -> str:
        """The HTML of a Mermaid fence; what `map.mermaid` did not write stays code."""
        neighbourhood = read(source)
        if neighbourhood is None:
            return f'<div class="highlight"><pre><code>{escape(source)}</code></pre></div>'
        svg = picture(neighbourhood, self._href)
        return f'<div class="schemabook-neighbourhood" data-search-exclude>{svg}</div>'

    def _href(self, table: Name) -> str | None:
        """The link to a table's page, in the URL style of the site: no plugin changes that any more."""
        file = self.files.get_file_from_path(f"{self.config.reference}/{object_page('tables', table)}")
        return file.url_relative_to(self.page.file) if file and self.page else None
