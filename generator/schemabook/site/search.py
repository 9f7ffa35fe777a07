"""The search: entries → the scripts that a browser loads when somebody is about to search.

Names and texts are apart, so that names are found before the texts have arrived. Both are scripts that call
a function with one value, as a page on file:// may load nothing else.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from string import ascii_letters
from typing import NamedTuple

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

from schemabook.pages.kinds import KINDS as PAGES
from schemabook.pages.kinds import FoundAs
from schemabook.site.asked import ASKED, answers
from schemabook.site.asked import LETTERS as SECTION_LETTERS
from schemabook.site.entries import KINDS, Entry
from schemabook.site.prose import Section, sections
from schemabook.site.trails import TRAIL

NAMES, TEXTS = DATA = "search-names.js", "search-texts.js"
SCRIPT, STYLES = "search.js", "search.css"
"""What every page loads; the script loads the others when somebody is about to search."""
WITH_PROSE = {kind.path for kind in PAGES if kind.found_as is FoundAs.PROSE}
"""The generated pages that are more than lists of objects."""
TABLE = re.compile(r"<table.*?</table>", re.S)
"""A table of a generated page, where none is in another; a parser takes its time with large ones."""
LIST = re.compile(r"<(?:h2|table|[uo]l)\b")
"""Where the list of a generated page begins."""
EXPLORER, EXPLORER_STYLES = "explorer.js", "explorer.css"
"""Of what is beside a page of the reference; it shows the same names."""
ASSETS = (SCRIPT, STYLES, EXPLORER, EXPLORER_STYLES, "search-words.js", "search-finder.js")
LETTERS = dict(zip(KINDS, ascii_letters, strict=False))
"""Each kind as one letter: `a` is a table."""


class Index(NamedTuple):
    """The entries as columns, each one string: they parse fast and compress well."""

    kinds: str
    """One letter for each entry."""
    names: str
    """One line for each entry, as those below."""
    pages: str
    """Empty lines for what is on the page of the entry it belongs to."""
    anchors: str
    """Empty lines for those that follow from the name."""
    groups: str
    """Empty lines for what is in none."""
    sections: str
    """For each entry that has a page of its own below a schema: its answers, as letters."""
    texts: str


class Search:
    """What the plugin gathers for the search while MkDocs builds, and the files that it adds for it."""

    def __init__(self, reference: str = "reference", *, on: bool = False) -> None:
        self.reference = reference
        self.on = on
        self.entries: tuple[Entry, ...] = ()
        """Those of the database."""
        self.pages: dict[str, list[Entry]] = {}
        """Those of the pages that no object has, such as guides, by their paths."""

    def begin(self, found: Iterable[Entry], pages: Mapping[str, bytes]) -> None:
        """Starts a build with the entries of the database; without any, all pages are searched as guides.

        *pages* are those of the reference that are made already, in Markdown.
        """
        self.entries = tuple(found) if self.on else ()
        self.made = pages
        self.pages = {}
        self.covered = {
            f"{self.reference}/{entry.page}" for entry in self.entries if entry.page not in WITH_PROSE
        }

    def of_page(self, page: Page, html: str) -> list[Entry]:
        """The prose of a page, unless it is an object's or says `search: {exclude: true}`."""
        excluded = (page.meta.get("search") or {}).get("exclude")
        if not self.on or excluded or page.file.src_uri in self.covered:
            return []
        folder, _, path = page.file.src_uri.partition(f"{self.reference}/")
        is_generated = self.entries and path and not folder
        html = TRAIL.sub("", html, count=1) if is_generated else html
        found = outline(html, is_list=path not in WITH_PROSE) if is_generated else sections(html)
        # Not `page.url`: that of the home page may be empty.
        title = str(page.title or "")
        return list(page_entries(title, page.file.url, found))

    def files(self, config: MkDocsConfig, files: Files, folder: str) -> Iterator[File]:
        """The data as files of the site, once all pages are known."""
        if not self.on:
            return
        of_pages = chain.from_iterable(self.pages.get(file.src_uri, ()) for file in files)
        own = reference_entries(map(self._answering, self.entries), files, self.reference)
        found = [*own, *of_pages]
        for name, content in scripts(index(found)).items():
            yield File.generated(config, f"{folder}/{name}", content=content)

    def _answering(self, entry: Entry) -> Entry:
        """The entry of an object with what its page answers, where that is made."""
        if not _is_object(entry) or entry.page not in self.made:
            return entry
        return entry._replace(sections=answers(self.made[entry.page]))


def _is_object(entry: Entry) -> bool:
    return bool(entry.page) and KINDS[entry.kind].depth == 1


def replaces_stock(config: MkDocsConfig) -> bool:
    """Turns off Material's own search; whether the theme is one that ours fits into."""
    if config.theme.name != "material":
        return False
    if stock := config.plugins.get("material/search"):
        stock.config["enabled"] = False
    return True


def reference_entries(found: Iterable[Entry], files: Files, reference: str) -> Iterator[Entry]:
    """The entries with their URLs as pages; without what is on a page that the site does not have."""
    missing: int | None = None
    for entry in found:
        depth = KINDS[entry.kind].depth
        if missing is not None and depth > missing:
            continue
        file = files.get_file_from_path(f"{reference}/{entry.page}") if entry.page else None
        missing = depth if entry.page and not file else None
        if missing is None:
            yield entry._replace(page=file.url) if file else entry


def outline(html: str, *, is_list: bool = False) -> list[Section]:
    """The main sections of a generated page, without what repeats objects: its tables and lesser headings.

    Of a page that is but a list of objects, its first paragraph: the list may be one of paragraphs.
    """
    if is_list:
        above, end, below = LIST.split(html, maxsplit=1)[0].partition("</h1>")
        return sections(above + end + below.partition("</p>")[0])
    found: list[Section] = []
    for section in sections(TABLE.sub("", html)):
        if section.level < 3:
            found.append(section)
        else:
            found[-1].words += [" ", *section.words]
    return found


def page_entries(title: str, url: str, found: Sequence[Section]) -> Iterator[Entry]:
    """A page that no object has, and its sections."""
    above, first, *rest = (*found, Section())
    yield Entry("page", _line(first.heading) or title, f"{above.text} {first.text}".strip(), url)
    for section in rest:
        if section.heading:
            yield Entry("section", _line(section.heading), section.text, anchor=section.anchor)


def index(found: Sequence[Entry]) -> Index:
    """The entries in columns."""
    return Index(
        kinds="".join(LETTERS[entry.kind] for entry in found),
        names="\n".join(_line(entry.name) for entry in found),
        pages="\n".join(entry.page for entry in found),
        anchors="\n".join(_anchor(entry) for entry in found),
        groups="\n".join(_line(entry.group) for entry in found),
        sections="\n".join(entry.sections for entry in found if _is_object(entry)),
        texts="\n".join(_line(entry.text.replace("`", "")) for entry in found),
    )


def _line(text: str) -> str:
    return " ".join(text.split())


def _anchor(entry: Entry) -> str:
    """The anchor, unless it is the name after the prefix of the kind."""
    prefix = KINDS[entry.kind].anchor
    return "" if prefix is not None and entry.anchor == prefix + entry.name else entry.anchor


def scripts(made: Index) -> Mapping[str, bytes]:
    """The scripts of the data by their names."""
    kinds = {LETTERS[name]: kind for name, kind in KINDS.items()}
    names = made._asdict()
    texts = names.pop("texts")
    asked = [(SECTION_LETTERS[heading], heading, words) for heading, words in ASKED.items()]
    return {NAMES: _call("names", {"legend": kinds, "asked": asked, **names}), TEXTS: _call("texts", texts)}


def _call(function: str, value: object) -> bytes:
    data = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    # Half of a surrogate pair, as a broken dump may hold, has no encoding.
    return f"schemabookSearch.{function}({data});\n".encode("utf-8", "replace")
