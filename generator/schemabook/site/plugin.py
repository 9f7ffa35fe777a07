"""The MkDocs plugin: runs the generator first, and makes what is noisy or heavy when the site is built.

The committed pages are written as `schemabook build` writes them. The site shows their other edition, with
all that a review would be noisy with, and pictures in place of the Mermaid diagrams of `map.mermaid`.
"""

from __future__ import annotations

import gc
import os
from collections.abc import Callable
from functools import partial
from html import escape
from importlib.resources import files as package_files
from pathlib import Path
from typing import Any

from jinja2 import Environment
from markupsafe import Markup
from mkdocs.config.base import Config
from mkdocs.config.config_options import Type
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.livereload import LiveReloadServer
from mkdocs.plugins import BasePlugin, event_priority
from mkdocs.structure.files import File, Files
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page
from mkdocs.utils import get_relative_url

from schemabook.checks.secrets import leaks
from schemabook.errors import SchemaError
from schemabook.guides.files import guide_files
from schemabook.map.mermaid import read
from schemabook.map.picture import picture
from schemabook.model import Name, relation_id
from schemabook.pages import in_its_spelling
from schemabook.pages.paths import Beside, object_page
from schemabook.project.config import PLACES, load
from schemabook.project.config import Config as SchemabookConfig
from schemabook.project.inputs import folders, paths
from schemabook.project.output import write
from schemabook.site import access_table, relation_map, search
from schemabook.site.addresses import add, expect_own_places
from schemabook.site.cache import Cache
from schemabook.site.caches import CachedPages, SiteFiles
from schemabook.site.commonmark import CommonMark
from schemabook.site.compared import with_revision_of_environment
from schemabook.site.content_security_policy import FILE as POLICY
from schemabook.site.content_security_policy import ContentSecurityPolicy
from schemabook.site.generator_cache import Generated, GeneratorCache, Urls
from schemabook.site.guides import LOG, LinkedGuides
from schemabook.site.navigation import with_own_pages
from schemabook.site.output_cache import OutputCache, TemplateCache
from schemabook.site.rendering import render
from schemabook.site.serving import SETTINGS

ASSETS = "assets/schemabook"
CACHE = ".cache/schemabook"
"""Where the cache is, beside mkdocs.yml."""
FENCES = "pymdownx.superfences"
"""What shows diagrams in guides."""
STYLES = ("readable.css", "reference.css", "neighbourhood.css")
CHANGES = "changes.css"
"""The styles of what the site says of a revision, where it does."""
SCRIPTS = ("fold.js", "readable.js", "tables.js", "filter.js", "who.js")


class Settings(Config):  # type: ignore[no-untyped-call]  # as MkDocs declares it
    """What mkdocs.yml may say about the plugin."""

    reference = Type(str, default="reference")
    """The folder of the generated pages below `docs_dir`."""
    settings = Type(str, default="")
    """The settings, from the folder of mkdocs.yml; without them the committed pages still build."""
    build = Type(bool, default=True)
    """Whether to write the committed pages first, as `schemabook build` does."""
    search = Type(bool, default=True)
    """Whether our search takes the place of Material's; another theme keeps its own."""
    cache = Type(bool, default=True)
    """Whether to cache what was made of pages for the next build, in `.cache/schemabook/`."""


class SchemabookPlugin(BasePlugin[Settings]):  # type: ignore[no-untyped-call]  # as MkDocs declares it
    """Makes the reference pages for the site, draws their diagrams, and has a search of its own."""

    def __init__(self) -> None:
        self.generator = GeneratorCache()
        self.inputs: SchemabookConfig | None = None
        """The settings of schemabook.yml; None where there are none."""
        self.generated: Generated | None = None
        self.guides: LinkedGuides | None = None
        self.cache = Cache(None)
        self.serves = False
        self.output: OutputCache | None = None
        """The pages of the last build, while MkDocs serves."""
        self.templates: TemplateCache | None = None
        """Those of the theme, while MkDocs serves."""
        self.page: Page | None = None
        self.files = Files([])
        self.search = search.Search()
        self.policy = ContentSecurityPolicy()
        self.cached_pages: CachedPages | None = None
        self.server: LiveReloadServer | None = None
        self.watched: set[Path] = set()
        self.watched_whole: set[Path] = set()
        """Those where a file that counts may be added anywhere."""

    def on_startup(self, *, command: str, dirty: bool) -> None:
        """Begins to remember pages; with this event MkDocs keeps this object from build to build."""
        self.serves = command == "serve"
        self.templates = TemplateCache() if self.serves else None
        self.output = OutputCache() if self.serves else None
        self.generator = GeneratorCache(serves=self.serves)

    def on_config(self, config: MkDocsConfig) -> MkDocsConfig:
        """Takes the Mermaid fences of guides from any other formatter of them; adds styles and scripts."""
        if FENCES not in config.markdown_extensions:
            config.markdown_extensions.append(FENCES)
        settings = config.mdx_configs.setdefault(FENCES, {})
        others = [fence for fence in settings.get("custom_fences", []) if fence["name"] != "mermaid"]
        settings["custom_fences"] = [*others, {"name": "mermaid", "class": "mermaid", "format": self.fence}]
        # A style in an element, as for numbers on the right, is what a strict security policy forbids.
        config.mdx_configs.setdefault("tables", {}).setdefault("use_align_attribute", True)
        # Before the site's own, which may change them.
        config.extra_css[:0] = [f"{ASSETS}/{name}" for name in STYLES]
        config.extra_javascript[:0] = [f"{ASSETS}/{name}" for name in SCRIPTS]
        self.search = search.Search(
            self.config.reference, on=self.config.search and search.replaces_stock(config)
        )
        if self.search.on:
            config.extra_css.insert(0, f"{ASSETS}/{search.STYLES}")
            config.extra_javascript.insert(1, f"{ASSETS}/{search.SCRIPT}")
        return config

    def on_pre_build(self, *, config: MkDocsConfig) -> None:
        """Runs the generator: MkDocs looks for the pages after that."""
        gc.disable()  # Nearly all that is made stays to the end; to look through it was a seventh of a build.
        folder = Path(config.config_file_path or "").parent
        place = folder / CACHE if self.config.cache else None
        if not self.serves or self.cache.folder != place:
            self.cache = Cache(place, remembers=self.serves)
        self.inputs = self.generated = self.guides = None
        self.policy = ContentSecurityPolicy()
        settings = self._settings(folder)
        if not settings:
            return
        try:
            self.inputs = with_revision_of_environment(load(settings))
            self.generated = self.generator.generate(self.inputs, self._urls(config), self.cache)
            if self.config.build:
                inputs = self.inputs
                known = partial(self.generator.database, inputs)
                committed = in_its_spelling(self.generated.committed, inputs.output, known)
                changes = write(inputs.output, committed, paths(inputs), inputs.most_removed)
                for warning in changes.warnings():
                    LOG.warning(warning.text)
            found = leaks(self.inputs, self.generated.secrets, guide_files(self.inputs))
        except SchemaError as error:
            raise PluginError(str(error)) from None
        for secret in found:
            if secret.fails:
                LOG.warning(secret.text)
        if self.inputs.compare:
            config.extra_css.insert(0, f"{ASSETS}/{CHANGES}")
        names = partial(self.generator.names, self.inputs)
        self.guides = LinkedGuides(names, self.generator.key, self.config.reference, config, self.cache)
        self._watch()
        if self.output:  # Not before: where an input is wrong, the site stays as it is.
            self.output.put(Path(config.site_dir), self.config.reference)

    def _urls(self, config: MkDocsConfig) -> Urls:
        return Urls(get_relative_url(f"{self.config.reference}/", f"{relation_map.FOLDER}/"), _suffix(config))

    def _settings(self, folder: Path) -> Path | None:
        """The settings that `schemabook serve` names, those of mkdocs.yml, or those in a usual place."""
        named = os.environ.get(SETTINGS) or self.config.settings
        found = (folder / place for place in ([named] if named else PLACES))
        return next((path for path in found if path.is_file()), None)

    def on_files(self, files: Files, *, config: MkDocsConfig) -> Files:
        """Adds styles and scripts, and the pages as the site shows them."""
        changes = (CHANGES,) if self.inputs and self.inputs.compare else ()
        for name in (*STYLES, *SCRIPTS, *changes, *(search.ASSETS if self.search.on else ())):
            text = package_files("schemabook.site").joinpath("assets", name).read_text("utf-8")
            add(files, File.generated(config, f"{ASSETS}/{name}", content=text))
        self.search.begin(self.generated.entries if self.generated else ())
        if not self.generated:
            return SiteFiles(files)
        for name, text in {**dict(relation_map.assets()), **self.generated.map_files}.items():
            add(files, File.generated(config, f"{relation_map.FOLDER}/{name}", content=text))
        for name, text in {**dict(access_table.assets()), **self.generated.access_files}.items():
            add(files, File.generated(config, f"{access_table.FOLDER}/{name}", content=text))
        if config.nav:
            config.nav = with_own_pages(config.nav, self.config.reference, self.generated.pages)
        for path, markdown in self.generated.pages.items():
            whole = f"{self.config.reference}/{path}"
            made = File.generated(config, whole, content=markdown)
            add(files, made, is_committed=path in self.generated.committed)
        return SiteFiles(files)

    def _with_data(self, html: str, page: Page, config: MkDocsConfig) -> str:
        """The page; that of the map and that of access with what scripts make of data."""
        if not self.generated or not self._has_data(page.file):
            return html
        page.meta["hide"] = ["navigation", "toc"]  # Material's words: it takes the whole width.
        is_map = page.file.src_uri == self._page(Beside.MAP)
        folders = ((relation_map if is_map else access_table).FOLDER, self.config.reference)
        files_url, pages_url = (get_relative_url(f"{folder}/", page.url) for folder in folders)
        # The addresses of all tables.
        page.present_anchor_ids = (page.present_anchor_ids or set()).union(self.generated.anchors)
        if not is_map:
            return access_table.with_table(html, files_url, pages_url, _suffix(config))
        return html + relation_map.map_element(files_url, pages_url, _suffix(config))

    @event_priority(-100)  # After all that may move a page.
    def on_nav(self, nav: Navigation, *, config: MkDocsConfig, files: Files) -> Navigation:
        """Renders the pages that are not in the navigation, or finds them in the cache."""
        expect_own_places(files)
        commonmark = CommonMark(config, {"mermaid": self.fence})
        made = [file for file in files.documentation_pages() if self._is_generated(file)]
        for page in filter(None, (file.page for file in made)):
            page.render = partial(render, page, commonmark)  # type: ignore[method-assign]
        pages = [file for file in made if not self._has_data(file)]
        read = self.search.add_page if self.search.on else None  # Another search wants to see each page.
        self.cached_pages = CachedPages(config, nav, files, pages, self._shows, read, self.cache, commonmark)
        return nav

    def _is_generated(self, file: File) -> bool:
        return file.src_uri.startswith(f"{self.config.reference}/")

    def _page(self, name: Beside) -> str:
        return f"{self.config.reference}/{name.page}"

    def _has_data(self, file: File) -> bool:
        """Whether a script makes what the page shows of data beside it."""
        return file.src_uri in (self._page(Beside.MAP), self._page(Beside.ACCESS))

    def _shows(self, page: Page, files: Files) -> None:
        """Remembers the page that is rendered next, for its pictures."""
        self.page, self.files = page, files

    def on_serve(
        self, server: LiveReloadServer, *, config: MkDocsConfig, builder: Callable[..., None]
    ) -> LiveReloadServer:
        """Builds again when an input changes."""
        self.server = server
        self._watch()
        return server

    def _watch(self) -> None:
        """Watches the folders of the inputs: a file may be replaced, and the settings may name others."""
        if self.server and self.inputs:
            for folder in {path.resolve().parent for path in paths(self.inputs)} - self.watched:
                self.server.watch(str(folder), recursive=False)
                self.watched.add(folder)
            for folder in {path.resolve() for path in folders(self.inputs)} - self.watched_whole:
                self.server.watch(str(folder), recursive=True)
                self.watched_whole.add(folder)

    def on_page_markdown(self, markdown: str, *, page: Page, config: MkDocsConfig, files: Files) -> str:
        """Links the names in a guide."""
        self._shows(page, files)
        if self.guides is None or self._is_generated(page.file):
            return markdown
        return self.guides.linked(markdown, page)

    def on_page_content(self, html: str, *, page: Page, config: MkDocsConfig, files: Files) -> str:
        """Reads the prose of a page for the search, and puts what is made of data on its page."""
        self.search.add_page(page, html)
        return self._with_data(html, page, config)

    @event_priority(-100)  # After all that may change a page's content.
    def on_env(self, env: Environment, *, config: MkDocsConfig, files: Files) -> None:
        """Adds what the search looks in: all pages are read, and no file is written yet."""
        env.bytecode_cache = self.templates
        for file in self.search.files(config, files, ASSETS):
            add(files, file)
        if self.cached_pages:
            self.cached_pages.find_html()

    def on_pre_template(self, template: object, *, template_name: str, config: MkDocsConfig) -> None:
        """Shows all pages: a sitemap lists them."""
        if self.cached_pages:
            self.cached_pages.show_all(True)

    def on_post_template(self, output: str, *, template_name: str, config: MkDocsConfig) -> None:
        """Shows the pages that are to be made; allows the scripts of this one, as that for missing pages."""
        self.policy.add(output)
        if self.cached_pages:
            self.cached_pages.show_all(False)

    def on_post_page(self, output: str, *, page: Page, config: MkDocsConfig) -> str:
        """Escapes the title in the page's head: themes print it there with its entities resolved.

        Without this a table named `</title><script>…` would be markup.
        """
        title = Markup(page.title or "").striptags()
        html = output.replace(f"<title>{title}", f"<title>{escape(title, quote=False)}", 1)
        self.policy.add(html, page.content or "" if self._is_generated(page.file) else "")
        if self.cached_pages:
            self.cached_pages.keep(page, html)
        return html

    def on_post_build(self, *, config: MkDocsConfig) -> None:
        """Writes the security policy, and keeps what the next build may need."""
        if self.cached_pages:
            self.cached_pages.finish(self.policy.add, self.output)
        Path(config.site_dir, ASSETS, POLICY).write_text(self.policy.header, "utf-8")
        self.cache.save()
        gc.enable()

    def on_build_error(self, *, error: Exception) -> None:
        """Ends what only a build may do."""
        gc.enable()

    def fence(self, source: str, *_: Any, **__: Any) -> str:
        """The HTML of a Mermaid fence; what `map.mermaid` did not write stays code."""
        neighbourhood = read(source)
        if neighbourhood is None:
            return f'<div class="highlight"><pre><code>{escape(source)}</code></pre></div>'
        svg = picture(neighbourhood, self._href)
        return f'<div class="schemabook-neighbourhood">{svg}</div>'

    def _href(self, table: Name) -> str | None:
        """The link to a table's page, in the URL style of the site: no plugin changes that any more."""
        file = self.files.get_file_from_path(f"{self.config.reference}/{object_page(relation_id(table))}")
        return file.url_relative_to(self.page.file) if file and self.page else None


def _suffix(config: MkDocsConfig) -> str:
    """What ends the URL of a page; no plugin changes that once there are files."""
    return "/" if config.use_directory_urls else ".html"
