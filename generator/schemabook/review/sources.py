"""What is compared: two sides, each a file, several, a folder, a model, or what git has of them."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

from schemabook.errors import SchemaError
from schemabook.files import content, is_file, is_folder
from schemabook.model import Database
from schemabook.platforms import PLATFORMS, Platform
from schemabook.platforms.signs import platform_of
from schemabook.project.config import Config, load
from schemabook.project.dumps import paths_of, read_scripts, scripts_of
from schemabook.project.inputs import dumps_of, platform_in
from schemabook.project.layouts import Found
from schemabook.read import read
from schemabook.review.exported import MODEL, database_of
from schemabook.review.git import Repository

GIT = "git:"
"""What begins a side that is a revision: `git:main`, `git:v1.0:schema.sql`."""
SHORT = 9
"""Letters of a commit's hash that tell it."""
BESIDE = ("sqitch.plan", "config.toml")
"""What stands beside a folder of SQL, or above it, and tells how it is to be read."""


@dataclass(frozen=True)
class Side:
    """One of the two databases, and where it is from."""

    database: Database
    revision: str = ""
    """The hash of the commit; empty for files as they are now."""
    folder: Path | None = None
    """Where the files of a revision were, in place of the folder that this runs in."""

    lacking: tuple[str, ...] = ()
    """The inputs that the revision does not have, so that all that they hold now is new."""

    def shown(self, path: str) -> str:
        """The path of an input as people know it."""
        return os.path.relpath(path, self.folder) if self.folder and Path(path).is_absolute() else path

    def warnings(self) -> Iterator[str]:
        """What is not compared: inputs that are not there, statements that were not understood."""
        for path in self.lacking:
            yield f"warning: {self.revision[:SHORT]} has no {path}, so that all of it is new"
        unread = self.database.receipt.unread
        if unread:
            path, line = unread[0].statement.source
            at = f" at {self.revision[:SHORT]}" if self.revision else ""
            number = f"{len(unread)} statements were" if len(unread) > 1 else "1 statement was"
            first = f"{self.shown(path)}:{line}{at}{', …' if len(unread) > 1 else ''}"
            yield f"warning: {number} not understood and cannot be compared: {first}"


@dataclass(frozen=True)
class _Inputs:
    """What a side is read from."""

    dumps: tuple[Path | Found, ...]
    platform: Platform | None
    revision: str = ""
    folder: Path | None = None
    named: Mapping[Path, str] = field(default_factory=dict)
    model: Database | None = None
    """Read already: from JSON."""
    lacking: tuple[str, ...] = ()

    def read(self, platform: Platform | None) -> Side:
        if model := self.model:
            return Side(model, self.revision, self.folder)
        if not self.dumps:
            return Side(read((), platform), self.revision, self.folder, self.lacking)
        database = read_scripts(self.dumps, self.named, platform)
        return Side(database, self.revision, self.folder, self.lacking)


def sides(old: str, new: str, config: Config | None, layout: str = "") -> tuple[Side, Side]:
    """The two databases; an empty text stands for the dumps of the settings.

    Of the *old* side as they were where HEAD left the main branch, of the *new* one as they are now. Both
    are on one platform: that of a model, or else the one that either of them shows. Raises SchemaError for
    what cannot be read.
    """
    with TemporaryDirectory() as folder, _known_names(folder):
        first = _inputs(old or GIT, Path(folder) / "old", config, layout)
        second = _inputs(new, Path(folder) / "new", config, layout)
        models = [side for side in (first, second) if side.model]
        platform = models[0].platform if models else first.platform or second.platform
        return first.read(platform), second.read(platform)


def left_at(revision: str, config: Config) -> str:
    """The hash of the commit at which HEAD left a revision, in the repository of the settings."""
    return _repository_of(config).merge_base(revision)


def as_of(commit: str, config: Config, platform: Platform | None) -> Side:
    """The database of the settings' dumps as they were in a commit, on the platform that it has now."""
    repository = _repository_of(config)
    with TemporaryDirectory() as folder, _known_names(folder):
        place = Path(folder) / "old"
        here = place / repository.path(_folder_of(config))
        return _of_settings_then(repository, commit, place, here, config).read(platform)


def _repository_of(config: Config) -> Repository:
    return Repository(_folder_of(config))


def _folder_of(config: Config) -> Path:
    return Path(config.source.path).parent


def _inputs(text: str, folder: Path, config: Config | None, layout: str) -> _Inputs:
    if text.startswith(GIT):
        return _of_revision(text.removeprefix(GIT), folder, config, layout)
    if not text:
        return _of_settings(_expected(config))
    paths = _paths(text)
    return _of_paths([(path, layout) for path in paths])


def _paths(text: str) -> list[Path]:
    """One path, or several with commas between them."""
    return [Path(text)] if os.path.lexists(text) else [Path(part) for part in text.split(",")]


def _of_paths(dumps: Iterable[tuple[Path, str]], revision: str = "", folder: Path | None = None) -> _Inputs:
    dumps = list(dumps)
    if models := [path for path, _ in dumps if path.suffix.lower() == MODEL and not is_folder(path)]:
        if len(dumps) > 1:
            raise SchemaError("a model in JSON is a side of its own", source=models[0].as_posix())
        model = database_of(content(models[0]), models[0].as_posix())
        platform = PLATFORMS[model.platform.name] if model.platform else None
        return _Inputs((), platform, revision, folder, model=model)
    found = tuple(scripts_of(dumps))
    return _Inputs(found, platform_of(paths_of(found)), revision, folder)


def _of_settings(config: Config, revision: str = "", folder: Path | None = None) -> _Inputs:
    found = tuple(dumps_of(config))
    named = {dump.path: f'{dump.source} names it as "{dump.file}"' for dump in config.dumps}
    return _Inputs(found, platform_in(config, paths_of(found)), revision, folder, named)


def _expected(config: Config | None) -> Config:
    if config is None:
        hint = "name two files, or write schemabook.yml with `schemabook init`"
        raise SchemaError("there are no settings that say what to compare", hint=hint)
    return config


def _of_revision(text: str, folder: Path, config: Config | None, layout: str) -> _Inputs:
    """The inputs as a revision has them: those that are named after it, or those of the settings."""
    repository = Repository(Path())
    revision, _, named = text.partition(":")
    commit = repository.commit(revision) if revision else repository.merge_base()
    here = folder / repository.path(Path.cwd())
    if not named:
        return _of_settings_then(repository, commit, folder, here, _expected(config))
    paths = [os.path.normpath(f"{_prefix(part, repository)}{part}") for part in named.split(",")]
    if outside := [path for path in paths if path.startswith("..")]:
        raise SchemaError("this is outside of the repository of git", source=outside[0])
    _lay_out(repository, commit, paths, folder)
    if missing := [path for path in paths if not os.path.lexists(folder / path)]:
        message = f'revision "{revision}" has no such file or folder'
        raise SchemaError(message, source=missing[0], hint="git names paths from the root of the repository")
    return _of_paths([(folder / path, layout) for path in paths], commit, here)


def _prefix(path: str, repository: Repository) -> str:
    """As git does it: what begins with a dot is relative to this folder."""
    return f"{repository.path(Path.cwd())}/" if path.startswith(("./", "../")) else ""


def _of_settings_then(
    repository: Repository, commit: str, folder: Path, here: Path, config: Config
) -> _Inputs:
    """The dumps of the settings as they were in that revision, or else of those of today.

    What the revision does not have is left out: the database of none of them is empty.
    """
    then = _settings_then(repository, commit, folder, config) or replace(
        config, dumps=tuple(replace(d, path=folder / repository.path(d.path)) for d in config.dumps)
    )
    inside = [dump for dump in then.dumps if dump.path.is_relative_to(folder)]
    _lay_out(repository, commit, [dump.path.relative_to(folder).as_posix() for dump in inside], folder)
    there = tuple(dump for dump in inside if is_file(dump.path) or is_folder(dump.path))
    lacking = tuple(dump.file for dump in then.dumps if dump not in there)
    return replace(_of_settings(replace(then, dumps=there), commit, here), lacking=lacking)


def _settings_then(repository: Repository, commit: str, folder: Path, config: Config) -> Config | None:
    """The settings of the revision; None where it has none, or none that can be read now."""
    path = repository.path(Path(config.source.path))
    repository.lay_out(commit, [path], folder)
    try:
        return load(folder / path) if is_file(folder / path) else None
    except SchemaError:
        return None


def _lay_out(repository: Repository, commit: str, paths: Iterable[str], folder: Path) -> None:
    """Writes what is at the paths, and what says how to read it."""
    paths = list(paths)
    above = {parent for path in paths for parent in PurePosixPath(path).parents}
    repository.lay_out(commit, [*paths, *(str(parent / name) for parent in above for name in BESIDE)], folder)


@contextmanager
def _known_names(folder: str) -> Iterator[None]:
    """Errors name the files of a revision as the repository does."""
    try:
        yield
    except SchemaError as error:
        source, hint = (
            re.sub(rf"{re.escape(folder)}/(?:old|new)/", "", text)
            for text in (str(error.source or ""), error.hint)
        )
        raise SchemaError(error.message, source=source, hint=hint) from None
