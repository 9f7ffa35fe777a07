"""The MkDocs plugin: runs the generator first, and makes what is noisy or heavy when the site is built.

The committed pages are written as `schemabook build` writes them. The site shows their other edition, with
all that a review would be noisy with, and pictures in place of the Mermaid diagrams of `map.mermaid`.
"""

from __future__ import annotations

import gc
import logging
import os
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import partial
from importlib.resources import files as package_files
from pathlib import Path
from threading import Thread
from typing import Any

from jinja2 import Environment
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
from mkdocs.utils.templates import TemplateContext

from schemabook.checks.secrets import leaks
from schemabook.errors import SchemaError
from schemabook.guides.files import guide_files
from schemabook.pages import in_its_spelling
from schemabook.pages.paths import FEED
from schemabook.project.config import PLACES, load
from schemabook.project.config import Config as SchemabookConfig
from schemabook.project.inputs import folders, paths
from schemabook.project.output import write
from schemabook.site import access_table, relation_map, search
from schemabook.site.addresses import add, expect_own_places
from schemabook.site.cache import Cache
from schemabook.site.commonmark import CommonMark
from schemabook.site.compared import with_revision_of_environment
from schemabook.site.content_security_policy import FILE as POLICY
from schemabook.site.content_security_policy import ContentSecurityPolicy, scripts
from schemabook.site.diagrams import diagram
from schemabook.site.files import PUBLISHED, GeneratedFile, SiteFiles
from schemabook.site.generated import Generated, Generator, Urls
from schemabook.site.guides import LOG, LinkedGuides
from schemabook.site.navigation import with_own_pages
from schemabook.site.on_demand import OnDemand, write_text
from schemabook.site.on_pages import WITH_DATA, OnPages
from schemabook.site.rendering import Rendering, render, seen_by_others, with_escaped_title
from schemabook.site.serving import SETTINGS
from schemabook.site.styles import ASSETS, NEEDED_BY
from schemabook.site.trails import Trails

CACHE = ".cache/schemabook"
"""Where the cache is, beside mkdocs.yml."""
FENCES = "pymdownx.superfences"
"""What shows diagrams in guides."""
STYLES = ("colours.css", "readable.css", "reference.css", "neighbourhood.css")
ICON = "favicon.svg"
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
        self.generator = Generator()
        self.inputs: SchemabookConfig | None = None
        """The settings of schemabook.yml; None where there are none."""
        self.generated: Generated | None = None
        self.guides: LinkedGuides | None = None
        self.cache = Cache(None)
        self.page: Page | None = None
        """The guide that MkDocs renders."""
        self.files = SiteFiles(Files([]))
        self.own: list[Page] = []
        """The generated pages that MkDocs does not see."""
        self.search = search.Search()
        self.policy = ContentSecurityPolicy()
        self.demand: OnDemand | None = None
        """Where the site is served, from the second build on."""
        self.later: dict[str, Callable[[], None]] = {}
        """What writes the files of this build that are made on demand."""
        self.watched: set[Path] = set()
        self.watched_whole: set[Path] = set()
        """Those where a file that counts may be added anywhere."""

    def on_startup(self, *, command: str, dirty: bool) -> None:
        """Forgets what was built before: with this event MkDocs keeps this object from build to build."""
        self.generator, self.demand, self.watched, self.watched_whole = Generator(), None, set(), set()

    def on_config(self, config: MkDocsConfig) -> MkDocsConfig:
        """Takes the Mermaid fences of guides from any other formatter of them; adds styles and scripts."""
        if FENCES not in config.markdown_extensions:
            config.markdown_extensions.append(FENCES)
        settings = config.mdx_configs.setdefault(FENCES, {})
        others = [fence for fence in settings.get("custom_fences", []) if fence["name"] != "mermaid"]
        settings["custom_fences"] = [*others, {"name": "mermaid", "class": "mermaid", "format": self._drawn}]
        # A style in an element, as for numbers on the right, is what a strict security policy forbids.
        config.mdx_configs.setdefault("tables", {}).setdefault("use_align_attribute", True)
        if config.theme.get("favicon") == "assets/images/favicon.png":  # Material's own.
            config.theme["favicon"] = f"{ASSETS}/{ICON}"
        # Before the site's own, which may change them.
        config.extra_css[:0] = [f"{ASSETS}/{name}" for name in STYLES]
        config.extra_javascript[:0] = [f"{ASSETS}/{name}" for name in SCRIPTS]
        self.search = search.Search(
            self.config.reference, on=self.config.search and search.replaces_stock(config)
        )
        if self.search.on:
            config.extra_css[:0] = [f"{ASSETS}/{name}" for name in (search.STYLES, search.EXPLORER_STYLES)]
            config.extra_javascript[1:1] = [f"{ASSETS}/{name}" for name in (search.SCRIPT, search.EXPLORER)]
        return config

    def on_pre_build(self, *, config: MkDocsConfig) -> None:
        """Runs the generator: MkDocs looks for the pages after that."""
        gc.disable()  # Nearly all that is made stays to the end; to look through it was a seventh of a build.
        if self.demand:
            self.demand.lock.acquire()
        folder = Path(config.config_file_path or "").parent
        self.cache = Cache(folder / CACHE if self.config.cache and not self.demand else None)
        self.inputs = self.generated = self.guides = None
        self.later = {}
        self.policy = ContentSecurityPolicy()
        settings = self._settings(folder)
        if not settings:
            return
        try:
            self.inputs = with_revision_of_environment(load(settings))
            self.generated = self.generator.generate(
                self.inputs, self._urls(config), self.cache, when_asked=bool(self.demand)
            )
            if self.config.build and not self.demand:
                self._write(self.inputs, self.generated.committed)
            found = leaks(self.inputs, self.generated.secrets, guide_files(self.inputs))
        except SchemaError as error:
            raise PluginError(str(error)) from None
        for secret in found:
            if secret.fails:
                LOG.warning(secret.text)
        names = partial(self.generator.names, self.inputs)
        self.guides = LinkedGuides(names, self.generator.key, self.config.reference, config, self.cache)
        self._watch()

    def _write(self, inputs: SchemabookConfig, pages: Mapping[str, bytes]) -> None:
        texts = {path: text.decode() for path, text in pages.items()}
        committed = in_its_spelling(texts, inputs.output, partial(self.generator.database, inputs))
        changes = write(inputs.output, committed, paths(inputs), inputs.most_removed)
        for warning in changes.warnings():
            LOG.warning(warning.text)

    def _write_later(self, folder: str, inputs: SchemabookConfig, generated: Generated) -> None:
        """Writes the committed pages beside the server, which is not to take that for a change."""
        assert self.demand
        try:
            texts = dict(generated.committed)
            with self.demand.lock:
                if generated is self.generated:  # No other build has begun.
                    self.demand.server.unwatch(folder)
                    try:
                        self._write(inputs, texts)
                    finally:
                        self.demand.server.watch(folder)
        except SchemaError as error:
            LOG.error(str(error))

    def _urls(self, config: MkDocsConfig) -> Urls:
        folder = f"{self.config.reference}/"
        site = f"{config.site_url.rstrip('/')}/{folder}" if config.site_url else ""
        to_pages = get_relative_url(folder, f"{relation_map.FOLDER}/")
        return Urls(to_pages, _suffix(config), site, config.repo_url or "")

    def _settings(self, folder: Path) -> Path | None:
        """The settings that `schemabook serve` names, those of mkdocs.yml, or those in a usual place."""
        named = os.environ.get(SETTINGS) or self.config.settings
        found = (folder / place for place in ([named] if named else PLACES))
        return next((path for path in found if path.is_file()), None)

    def on_files(self, files: Files, *, config: MkDocsConfig) -> Files:
        """Adds styles and scripts, and the pages as the site shows them."""
        for name in (*STYLES, *NEEDED_BY, *SCRIPTS, ICON, *(search.ASSETS if self.search.on else ())):
            text = package_files("schemabook.site").joinpath("assets", name).read_text("utf-8")
            add(files, File.generated(config, f"{ASSETS}/{name}", content=text))
        # Where the site is served, pages are made when somebody asks for one.
        texts = self.generated.pages if self.generated and not self.demand else {}
        self.search.begin(self.generated.entries if self.generated else (), texts)
        self.files, self.own = SiteFiles(files), []
        if not self.generated:
            return self.files
        made = self.generated
        for part, data in ((relation_map, made.map_files), (access_table, made.access_files)):
            for name, text in part.assets():
                add(files, File.generated(config, f"{part.FOLDER}/{name}", content=text))
            self._add_data(files, config, part.FOLDER, data)
        if made.feed:
            add(files, File.generated(config, f"{self.config.reference}/{FEED}", content=made.feed))
        if config.nav:
            config.nav = with_own_pages(config.nav, self.config.reference, made.pages)
        trails = Trails(self.search.entries)
        for path in made.pages:
            make = partial(trails.page, made.pages, path)
            file = GeneratedFile.at(config, f"{self.config.reference}/{path}", make)
            add(files, file, is_committed=path in made.committed)
        return self.files

    def _add_data(self, files: Files, config: MkDocsConfig, folder: str, made: Mapping[str, str]) -> None:
        for name in made:
            path = f"{folder}/{name}"
            if self.demand:
                self.later[path] = partial(write_text, config, path, made, name)
            else:
                add(files, File.generated(config, path, content=made[name]))

    @event_priority(-100)  # After all that may move a page.
    def on_nav(self, nav: Navigation, *, config: MkDocsConfig, files: Files) -> Navigation:
        """Has the generated pages rendered in our way, and those that nobody else looks at without MkDocs."""
        expect_own_places(files)
        self.commonmark = CommonMark(config)
        fences = {"mermaid": self._diagram}
        made = [file.page for file in files.documentation_pages() if self._is_generated(file) and file.page]
        for page in made:
            page.render = partial(render, page, self.commonmark, fences)  # type: ignore[method-assign]
        if self.search.on and not seen_by_others(config, self):
            shown = {id(page) for page in nav.pages}
            apart = [page for page in made if page.file.inclusion in PUBLISHED and id(page) not in shown]
            self.own = [page for page in apart if not self._with_data(page.file)]
            self.files.done = {page.file.src_uri for page in self.own}
        self.nav = nav
        return nav

    def _is_generated(self, file: File) -> bool:
        return file.src_uri.startswith(f"{self.config.reference}/")

    def _with_data(self, file: File) -> str:
        """The path below the reference, where a script makes what the page shows of data beside it."""
        path = file.src_uri.removeprefix(f"{self.config.reference}/")
        return path if path in WITH_DATA and self._is_generated(file) else ""

    def on_serve(
        self, server: LiveReloadServer, *, config: MkDocsConfig, builder: Callable[..., None]
    ) -> LiveReloadServer:
        """Builds again when an input changes."""
        self.demand = OnDemand(server)
        self._watch()
        return server

    def _watch(self) -> None:
        """Watches the folders of the inputs: a file may be replaced, and the settings may name others."""
        if self.demand and self.inputs:
            server = self.demand.server
            for folder in {path.resolve().parent for path in paths(self.inputs)} - self.watched:
                server.watch(str(folder), recursive=False)
                self.watched.add(folder)
            for folder in {path.resolve() for path in folders(self.inputs)} - self.watched_whole:
                server.watch(str(folder), recursive=True)
                self.watched_whole.add(folder)

    def on_page_markdown(self, markdown: str, *, page: Page, config: MkDocsConfig, files: Files) -> str:
        """Links the names in a guide."""
        self.page = page
        if self.guides is None or self._is_generated(page.file):
            return markdown
        return self.guides.linked(markdown, page)

    def on_page_content(self, html: str, *, page: Page, config: MkDocsConfig, files: Files) -> str:
        """Reads the prose of a page for the search, and puts what is made of data on its page."""
        self.search.pages[page.file.src_uri] = self.search.of_page(page, html)
        if not self.generated:
            return html
        arguments = (config, files, self.config.reference, _suffix(config))
        on = OnPages(self.generated, self.commonmark, *arguments)
        if path := self._with_data(page.file):
            return on.with_data(html, page, path)
        return html if self._is_generated(page.file) else on.with_part(html, page)

    @event_priority(-100)  # After all that may change a page's content.
    def on_env(self, env: Environment, *, config: MkDocsConfig, files: Files) -> None:
        """Makes the pages that MkDocs does not see, and what the search looks in, before other files."""
        env.auto_reload = False  # Each icon of each page was looked for on the disk.
        if self.own:
            fences, read, place = {"mermaid": self._diagram}, self.search.of_page, self.config.reference
            rendering = Rendering(
                config, self.nav, self.files, env, self.commonmark, fences, read, self.cache, place
            )
            make = partial(_make, rendering, self.search, self.policy)
            if not self.demand:
                make(self.own)
            self.later |= {page.file.dest_uri: partial(make, [page]) for page in self.own}
        if self.demand and self.generated and self.search.on:
            for name in search.DATA:
                write = partial(self._write_search, self.search, self.own, self.files, config)
                self.later[f"{ASSETS}/{name}"] = write
        else:
            for file in self.search.files(config, files, ASSETS):
                add(files, file)

    def _write_search(
        self, found: search.Search, own: list[Page], files: Files, config: MkDocsConfig
    ) -> None:
        """What the search looks in, of a site that is served; first the pages with text that it finds."""
        assert self.demand
        for page in own:
            if page.file.src_uri not in found.covered:
                self.demand.make(page.file.dest_uri)
        for file in found.files(config, files, ASSETS):
            file.copy_file()

    def on_pre_template(self, template: object, *, template_name: str, config: MkDocsConfig) -> None:
        """Shows all pages: a sitemap lists them."""
        self.files.shows_all = True

    def on_post_template(self, output: str, *, template_name: str, config: MkDocsConfig) -> None:
        """Shows the pages that are to be made; allows the scripts of this one, as that for missing pages."""
        self.policy.hashes.update(scripts(output))
        self.files.shows_all = False

    def on_page_context(self, context: TemplateContext, **_: Any) -> TemplateContext:
        """Shows all pages to a template here, too."""
        return {**context, "pages": self.files.all_pages()}

    def on_post_page(self, output: str, *, page: Page, config: MkDocsConfig) -> str:
        """Escapes the title in the page's head, and allows the scripts of the theme."""
        html = with_escaped_title(output, page)
        self.policy.hashes.update(scripts(html, page.content or "" if self._is_generated(page.file) else ""))
        return html

    def on_post_build(self, *, config: MkDocsConfig) -> None:
        """Writes the security policy, and keeps what the next build may need."""
        for page in self.own:
            page.validate_anchor_links(files=self.files, log_level=config.validation.links.anchors)
        Path(config.site_dir, ASSETS, POLICY).write_text(self.policy.header, "utf-8")
        self.cache.save()
        if self.demand:
            self.demand.waiting = self.later
            if self.config.build and self.inputs and self.generated:
                arguments = (config.docs_dir, self.inputs, self.generated)
                self.writing = Thread(target=self._write_later, args=arguments, daemon=True)
                self.writing.start()
        self._end()

    def on_build_error(self, *, error: Exception) -> None:
        """Ends what only a build may do."""
        self._end()

    def _end(self) -> None:
        gc.enable()
        if self.demand:
            with suppress(RuntimeError):  # It failed before it began.
                self.demand.lock.release()

    def _drawn(self, source: str, *_: Any, **__: Any) -> str:
        """The HTML of a Mermaid fence of a guide."""
        assert self.page
        return self._diagram(self.page, source)

    def _diagram(self, page: Page, source: str) -> str:
        return diagram(page, source, self.files, self.config.reference)


def _make(
    rendering: Rendering, found: search.Search, policy: ContentSecurityPolicy, pages: list[Page]
) -> None:
    for page, made in zip(pages, rendering.make(pages), strict=True):
        for said in made.said:
            logging.getLogger(said.logger).log(said.level, said.text)
        policy.hashes.update(made.facts.scripts)
        found.pages[page.file.src_uri] = made.facts.entries


def _suffix(config: MkDocsConfig) -> str:
    """What ends the URL of a page; no plugin changes that once there are files."""
    return "/" if config.use_directory_urls else ".html"
