"""The files of a build, as MkDocs sees them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.structure.files import File, Files, InclusionLevel

from schemabook.errors import SchemaError

PUBLISHED = frozenset({InclusionLevel.INCLUDED, InclusionLevel.NOT_IN_NAV})
"""Any other page is a draft, which says so."""


class GeneratedFile(File):
    """The file of a generated page, whose Markdown is there when it is asked for."""

    make: Callable[[], bytes]

    @property  # type: ignore[misc]  # Nobody sets what is generated.
    def content_string(self) -> str:
        """The Markdown."""
        return self.content_bytes.decode()

    @property  # type: ignore[misc]
    def content_bytes(self) -> bytes:
        """The same, encoded; PluginError where a template of the user's cannot be used."""
        try:
            return self.make()
        except SchemaError as error:
            raise PluginError(str(error)) from None

    @classmethod
    def at(cls, config: MkDocsConfig, path: str, make: Callable[[], bytes]) -> GeneratedFile:
        """The file at a path of the site."""
        file = cls.generated(config, path, content="")
        assert isinstance(file, cls)
        file.make = make
        return file


class SiteFiles(Files):
    """The files of the site, of which MkDocs need not see the pages that we make ourselves."""

    def __init__(self, files: Files) -> None:
        self._src_uris = files.src_uris  # type: ignore[assignment]  # The same, so that it follows changes.
        self.done: set[str] = set()
        """The paths of those."""
        self.shows_all = False
        """Whether they are seen all the same, as a sitemap must."""

    def documentation_pages(
        self, *, inclusion: Callable[[InclusionLevel], bool] = InclusionLevel.is_included
    ) -> Sequence[File]:
        """The pages to make, or all of them."""
        found = super().documentation_pages(inclusion=inclusion)
        return found if self.shows_all else [file for file in found if file.src_uri not in self.done]

    def all_pages(self) -> Sequence[File]:
        """What a template may list."""
        return super().documentation_pages()
