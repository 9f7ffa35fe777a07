"""The caches of a site that is served: the pages of its last build as they were written, and templates.

MkDocs empties its folder first. To move a file takes no time; to remove a thousand and to write them again
takes half a second.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from jinja2 import BytecodeCache
from jinja2.bccache import Bucket

FOLDER = ".schemabook"
"""Where they are meanwhile, in the site's own folder: MkDocs leaves hidden files alone."""


class OutputCache:
    """Pages that are moved away before a build, and back where they would be written as they are."""

    def __init__(self) -> None:
        self.site = Path()
        self.reference = ""
        self.keys: dict[str, str] = {}
        """What each page of the last build depends on, by its path in the site."""

    def put(self, site: Path, reference: str) -> None:
        """Moves the folder of the pages away."""
        self.site, self.reference = site, reference
        self._remove()
        pages = site / reference
        is_ours = pages.is_dir() and not (pages.is_symlink() or (site / FOLDER).is_symlink())
        if is_ours:
            pages.rename(site / FOLDER)
        else:  # Where a link leads, files are somebody else's.
            self.keys = {}

    def take(self, path: str, key: str) -> bool:
        """Moves a page back; False where it is not what it would be now."""
        if self.keys.get(path) != key:
            return False
        target = self.site / path
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            (self.site / FOLDER / target.relative_to(self.site / self.reference)).rename(target)
        except (OSError, ValueError):  # It is gone, or outside of the reference.
            return False
        return True

    def end(self, keys: dict[str, str]) -> None:
        """Removes what was not taken, and remembers what the pages of this build depend on."""
        self._remove()
        self.keys = keys

    def _remove(self) -> None:
        shutil.rmtree(self.site / FOLDER, ignore_errors=True)


class TemplateCache(BytecodeCache):
    """Jinja's cache in memory: by a template's name, with a checksum of its source."""

    def __init__(self) -> None:
        self.code: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Fills the bucket; Jinja compares the checksum."""
        if code := self.code.get(bucket.key):
            bucket.bytecode_from_string(code)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Takes what Jinja has compiled."""
        self.code[bucket.key] = bucket.bytecode_to_string()
