"""What the dumps of the settings were in each commit that changed them, by the hashes of their contents."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath
from typing import NamedTuple

from schemabook.files import is_folder
from schemabook.project.config import Config
from schemabook.review.git import Logged, Repository, is_inside
from schemabook.review.sources import BESIDE

Names = dict[str, str]
"""Where each dump that is a file was, by where it is today."""


class State(NamedTuple):
    """What git has of the dumps."""

    blobs: tuple[tuple[str, str], ...] = ()
    """The path of each file, as it is today, and the hash of its contents."""
    missing: str = ""
    """A dump that was there before and is not any more."""


class Revision(NamedTuple):
    """A commit after which the dumps are others than before."""

    commit: Logged
    state: State


class Dump(NamedTuple):
    """A dump of the settings, as git knows it."""

    path: str
    is_folder: bool

    def holds(self, path: str) -> bool:
        """Whether a file is the dump, or a part of it."""
        return path == self.path or (
            self.is_folder and (self.path == "." or path.startswith(f"{self.path}/"))
        )


def revisions(repository: Repository, config: Config) -> tuple[Revision, ...]:
    """The commits of the main line that changed the dumps, the oldest first.

    Files are followed where they were moved from, folders are not. What only moved, or got another mode,
    did not change. Raises SchemaError where git fails, and for a dump outside of the repository.
    """
    dumps = dumps_in(repository, config)
    return tuple(_changing(_states(_followed(repository, dumps), dumps)))


def dumps_in(repository: Repository, config: Config) -> tuple[Dump, ...]:
    """The dumps of the settings; raises SchemaError for one outside of the repository."""
    return tuple(Dump(repository.path(dump.path), is_folder(dump.path)) for dump in config.dumps)


def _followed(repository: Repository, dumps: Iterable[Dump]) -> list[tuple[Logged, Names]]:
    """The commits, the oldest first, each with what the files were called after it."""
    found = []
    then = {dump.path: dump.path for dump in dumps if not dump.is_folder}
    others = [path for dump in dumps if dump.is_folder for path in _paths_of(dump)]
    start = repository.head()
    while start:
        commits, start = repository.log(start, [*then.values(), *others]), ""
        for commit in commits:
            found.append((commit, then))
            if moved := {path: old for path, old in _moved(repository, commit, then) if old}:
                then, start = then | moved, commit.parent
                break
    return found[::-1]


def _paths_of(dump: Dump) -> Iterator[str]:
    """A folder, and where files may be that say how it is to be read."""
    yield dump.path
    for parent in PurePosixPath(dump.path).parents:
        yield from (str(parent / name) for name in BESIDE)


def _moved(repository: Repository, commit: Logged, then: Names) -> Iterator[tuple[str, str]]:
    for path, name in then.items():
        if name in commit.added:
            yield path, repository.moved_from(commit, name)


def _states(commits: Iterable[tuple[Logged, Names]], dumps: Iterable[Dump]) -> Iterator[Revision]:
    blobs: dict[str, str] = {}
    seen = set[Dump]()
    for commit, then in commits:
        today = {name: path for path, name in then.items()}
        changed = {today.get(name, name): blob for name, blob in commit.files.items() if is_inside(name)}
        blobs = {path: blob for path, blob in {**blobs, **changed}.items() if blob}
        there = {dump for dump in dumps if any(map(dump.holds, blobs))}
        seen |= there
        missing = next((dump.path for dump in dumps if dump in seen - there), "")
        if seen:
            yield Revision(commit, State(tuple(sorted(blobs.items())), missing))


def _changing(found: Iterable[Revision]) -> Iterator[Revision]:
    before = State()
    for revision in found:
        if revision.state != before:
            yield revision
        before = revision.state
