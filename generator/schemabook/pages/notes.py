"""The notes of the settings and their files, as the pages show them."""

from __future__ import annotations

import os
import posixpath
import re
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

from schemabook.model import ObjectId, ObjectKind
from schemabook.pages.history_words import history_line, history_section
from schemabook.pages.links import Links, relation_page
from schemabook.pages.markdown import Markdown, badge, link
from schemabook.pages.paths import object_page
from schemabook.pages.since_words import marked_in_list, since_line
from schemabook.pages.trusted import Move, block, is_relative, line
from schemabook.project.config import Link
from schemabook.project.notes import NoteFile


class NotesOnPage:
    """The notes for one page: their links lead from it."""

    def __init__(self, links: Links) -> None:
        self.links = links
        self.book = links.book

    def of(self, subject: ObjectId) -> dict[str, Any]:
        """What the templates show of an object; what is not said is empty."""
        note, file = self.book.notes.settings.get(subject), self.book.notes.files.get(subject)
        return {
            "provided": self.book.provided_by(subject),
            "reduced": subject in self.book.reduced,
            "since": since_line(self.links, subject),
            "history": history_line(self.links, subject),
            "events": history_section(self.links, subject),
            "deprecated": self.line(note.deprecated) if note else "",
            "owner": note.owner if note else "",
            "text": self.paragraphs(note.text) if note else "",
            "links": [self.link(f, self._from_settings(f.url)) for f in note.links] if note else [],
            "file": self._file(file) if file else "",
        }

    def in_list(self, subject: ObjectId, comment: Markdown) -> Markdown:
        """The comment of an object in a list, with marks if it has changed or is deprecated."""
        mark = f"{self.mark} " if self.is_deprecated(subject) else ""
        return marked_in_list(self.book, subject, Markdown(f"{mark}{comment}".strip()))

    @property
    def mark(self) -> Markdown:
        """Says that something is deprecated."""
        return badge("deprecated", for_site=self.book.for_site)

    def is_deprecated(self, subject: ObjectId) -> bool:
        """Whether a note says so."""
        note = self.book.notes.settings.get(subject)
        return note is not None and bool(note.deprecated)

    def of_part(self, subject: ObjectId) -> Markdown:
        """The note of a column or policy as one line; empty where there is none."""
        note = self.book.notes.settings.get(subject)
        if not note:
            return Markdown("")
        deprecated = f"**Deprecated:** {self.line(note.deprecated)}" if note.deprecated else ""
        return Markdown("<br>".join(filter(None, (deprecated, self.line(note.text)))))

    def line(self, text: str) -> Markdown:
        """Markdown of the settings as one line."""
        return line(text, self._from_settings, raw=self.book.config.raw_html)

    def paragraphs(self, text: str) -> Markdown:
        """Markdown of the settings as blocks of the page."""
        return self._block(text, self._from_settings)

    def link(self, found: Link, url: str) -> Markdown:
        """A link of the settings to *url*, with what is said of it."""
        words = link(found.title, url)
        return Markdown(f"{words}: {self.line(found.description)}" if found.description else words)

    def _file(self, file: NoteFile) -> Markdown:
        return self._block(file.text, lambda url: self._from_file(url, file.path))

    def _block(self, text: str, move: Move) -> Markdown:
        return block(text, move, ids=self.book.for_site, raw=self.book.config.raw_html)

    def _from_settings(self, url: str) -> str:
        """The settings' own links are relative to the output folder, as those of the overview are."""
        return self._from_folder(url, self.book.config.output)

    def _from_file(self, url: str, file: Path) -> str:
        """Relative to the file; a link to another note leads to the page of what that is about."""
        path, rest = _parted(url)
        target = Path(os.path.normpath(file.parent / unquote(path)))
        page = self._page_of.get(target)
        return self.links.url(page) + rest if page else self._from_folder(url, file.parent)

    @cached_property
    def _page_of(self) -> dict[Path, str]:
        return {file.path: self._page(subject) for subject, file in self.book.notes.files.items()}

    def _page(self, subject: ObjectId) -> str:
        if subject.kind is ObjectKind.RELATION:
            return relation_page(self.book.database.relations[subject.name])
        return object_page(subject)

    def _from_folder(self, url: str, folder: Path) -> str:
        path, rest = _parted(url)
        if not path or not is_relative(url):
            return url
        here = self.book.config.output / posixpath.dirname(self.links.page)
        found = Path(os.path.relpath(folder / unquote(path), here)).as_posix()
        return quote(found, safe="/~+,;=@!$&") + ("/" if path.endswith("/") else "") + rest


def _parted(url: str) -> tuple[str, str]:
    """The path, and what follows it: a query or a place on the page."""
    path = re.split(r"[#?]", url, maxsplit=1)[0]
    return path, url[len(path) :]
