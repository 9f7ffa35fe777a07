"""Markdown of a reference page → its HTML, from the cache, from workers, or as MkDocs does it.

A page is taken from the cache only if nothing that it was made of is different: its Markdown, what is in the
fingerprint, and the pages that it links to. A page that MkDocs has something to say about is never kept, so
that it says it in every build.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import PurePath
from typing import NamedTuple, TypedDict

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page, _RelativePathTreeprocessor
from mkdocs.structure.toc import AnchorLink, get_toc

from schemabook.site.cache import Cache
from schemabook.site.commonmark import CommonMark
from schemabook.site.fingerprint import digest_of
from schemabook.site.workers import spread

LOG = logging.getLogger("mkdocs")

Place = list[str] | None
"""Where a file of the site is, and whether it is in the site at all; None where there is none."""
Show = Callable[[Page, Files], None]
"""Tells whoever draws in a page which page that is, and where to look for others."""


class Heading(TypedDict):
    """An entry of a table of contents, as Python-Markdown has it."""

    name: str
    id: str
    level: int
    children: list[Heading]


class Rendered(NamedTuple):
    """What MkDocs knows of a page after rendering it, in types that JSON has."""

    content: str
    toc: list[Heading]
    title: str | None
    anchors: list[str]
    links: dict[str, dict[str, str]]
    """The links to anchors, by the page that they lead to."""
    places: dict[str, Place]
    """All files that were looked for, and where they were found."""


class AskedFiles(Files):
    """The files of the site; remembers which of them were looked for."""

    def __init__(self, files: Files) -> None:
        self._src_uris = files.src_uris  # type: ignore[assignment]  # The same, so that it follows changes.
        self.places: dict[str, Place] = {}

    def get_file_from_path(self, path: str) -> File | None:
        """The file, as MkDocs finds it."""
        uri = PurePath(path).as_posix()
        found = self.src_uris.get(uri)
        self.places[uri] = _place(found)
        return found


class ReferencePage(Page):
    """A generated page, whose HTML may be there before MkDocs asks for it."""

    def __init__(self, file: File, rendering: Rendering) -> None:
        super().__init__(None, file, rendering.config)
        self.rendering = rendering

    def render(self, config: MkDocsConfig, files: Files) -> None:
        """Takes what was prepared for exactly this Markdown, or does as MkDocs does."""
        if not self.rendering.fill(self):
            self.rendering.render(self)


def render(page: Page, commonmark: CommonMark, config: MkDocsConfig, files: Files) -> None:
    """Gives a page its HTML, as MkDocs does with Python-Markdown; what that says of links is said."""
    links = _RelativePathTreeprocessor(page.file, files, config)
    made = commonmark.html(page.markdown or "", cache(links.path_to_url))
    page.content, page._title_from_render = made.content, made.title
    page.toc = get_toc(made.headings)
    page.present_anchor_ids = set(made.ids)
    page.links_to_anchors = links.links_to_anchors


class Rendering:
    """The reference pages of one build."""

    def __init__(
        self,
        config: MkDocsConfig,
        files: Files,
        cache: Cache,
        fingerprint: str | None,
        show: Show,
        commonmark: CommonMark,
    ) -> None:
        self.config = config
        self.files = AskedFiles(files)
        self.cache = cache
        self.fingerprint = fingerprint
        """Of all that pages are made of beside their Markdown; None where nobody can tell."""
        self.show = show
        self.commonmark = commonmark
        self.prepared: dict[str, Rendered] = {}
        """The pages of this build, by their keys."""

    @property
    def is_on(self) -> bool:
        """Whether pages may be kept. With --verbose MkDocs wants to tell of each that it renders."""
        return self.fingerprint is not None and not LOG.isEnabledFor(logging.DEBUG)

    def prepare(self, pages: Sequence[ReferencePage]) -> list[ReferencePage]:
        """Finds the pages in the cache, and renders the others if they are many; returns all that it has."""
        if not self.is_on:
            return []
        for page in pages:
            page.read_source(self.config)
        wanted = {self.key(page): page for page in pages}
        found = self.cache.find(wanted, Rendered)
        self.prepared = {key: rendered for key, rendered in found.items() if self._holds(rendered)}
        missing = [(key, page) for key, page in wanted.items() if key not in self.prepared]
        made = spread(lambda number: self._render_apart(missing[number][1]), len(missing)) or ()
        for (key, _), rendered in zip(missing, made, strict=False):
            self._keep(key, rendered)
        have = [(page, self.prepared[key]) for key, page in wanted.items() if key in self.prepared]
        for page, rendered in have:
            self._give(page, rendered)
        return [page for page, _ in have]

    def key(self, page: Page) -> str:
        """What a page's HTML depends on, but for where its links lead."""
        parts = ("page", self.fingerprint, page.file.src_uri, page.file.url, page.markdown)
        return digest_of(*map(str, parts))

    def fill(self, page: ReferencePage) -> bool:
        """Gives a page what was prepared for it; False where that is nothing, or not true any more."""
        rendered = self.prepared.get(self.key(page))
        if not rendered or not self._holds(rendered):
            return False
        self._give(page, rendered)
        return True

    def _give(self, page: ReferencePage, rendered: Rendered) -> None:
        page.content = rendered.content
        page.toc = get_toc(rendered.toc)
        page._title_from_render = rendered.title
        page.present_anchor_ids = set(rendered.anchors)
        uris = self.files.src_uris
        page.links_to_anchors = {uris[path]: links for path, links in rendered.links.items()}

    def render(self, page: ReferencePage) -> None:
        """Makes the HTML of a page, and keeps it if it may be used again."""
        rendered = self._render(page)
        if self.is_on and LOG.isEnabledFor(logging.INFO):
            self._keep(self.key(page), rendered)

    def _render(self, page: ReferencePage) -> Rendered | None:
        """What MkDocs makes of a page; None where it says something about it, or nothing may be kept."""
        self.files.places = {}
        self.show(page, self.files)
        with _heard() as messages:
            render(page, self.commonmark, self.config, self.files)
        if messages:
            return None
        links = {file.src_uri: links for file, links in (page.links_to_anchors or {}).items()}
        return Rendered(
            page.content or "",
            _tokens(page.toc),
            page._title_from_render,
            sorted(page.present_anchor_ids or ()),
            links,
            self.files.places,
        )

    def _render_apart(self, page: ReferencePage) -> Rendered | None:
        """The same in a worker, in silence: where there is something to say, the parent does it again."""
        LOG.setLevel(logging.INFO)
        LOG.propagate = False
        LOG.handlers = []
        try:
            return self._render(page)
        except Exception:  # The parent fails on it too, and says how.
            return None

    def _keep(self, key: str, rendered: Rendered | None) -> None:
        if rendered:
            self.prepared[key] = rendered
            self.cache.keep(key, rendered)

    def _holds(self, rendered: Rendered) -> bool:
        """Whether all that was looked for is still where it was."""
        uris = self.files.src_uris
        places = all(_place(uris.get(uri)) == place for uri, place in rendered.places.items())
        return places and rendered.links.keys() <= uris.keys()


def _place(file: File | None) -> Place:
    return [file.url, file.inclusion.name] if file else None


def _tokens(toc: Iterable[AnchorLink]) -> list[Heading]:
    return [
        {"name": item.title, "id": item.id, "level": item.level, "children": _tokens(item.children)}
        for item in toc
    ]


class _Ear(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.INFO)
        self.messages: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.messages.append(record.getMessage())


@contextmanager
def _heard() -> Iterator[list[str]]:
    """The messages of all that is said meanwhile, by MkDocs or by an extension of Markdown."""
    ear, loggers = _Ear(), (LOG, logging.getLogger())
    for logger in loggers:
        logger.addHandler(ear)
    try:
        yield ear.messages
    finally:
        for logger in loggers:
            logger.removeHandler(ear)
