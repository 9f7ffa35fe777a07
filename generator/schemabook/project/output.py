"""The generated folder: which files a build would add, change and remove, and doing it.

A file is ours only if the list of the last build names it, and only a path that a page could have is
believed of that list; so nothing of the user's is overwritten or removed. A page that was changed by hand is
not removed, and that it is written anew is said.
"""

from __future__ import annotations

import difflib
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path, PurePosixPath

from schemabook.errors import SchemaError
from schemabook.model import Code, Finding
from schemabook.project.written import Written, committed

if sys.platform != "win32":
    import fcntl

MANIFEST = ".schemabook"
"""The list of the generated files, one per line; written last."""
STAGE = ".schemabook.part"
"""What the folder in which new contents wait until all are on the disk is called, with letters behind."""
MARK, MARKED = "README.txt", "What a build of schemabook was writing. It may be removed.\n"
"""The file that tells such a folder from one of the user's, and what it says."""
PAGE = re.compile(r"(?:[A-Za-z0-9_-]+/)*[A-Za-z0-9_-]+(?:\.[A-Za-z0-9]+)+")
"""The path of a page: it cannot leave the folder, nor be a hidden file."""
MUCH = 50
"""Per cent of the pages beyond which it is said that a build removes them."""
NOTES = "what people add belongs into notes, which schemabook.yml names, or into a page of their own"
MOST_LINES, MOST_OF_A_PAGE, LONGEST_LINE = 60, 8, 160
"""How long a diff gets, in all, for each page, and in width."""


@dataclass(frozen=True)
class Plan:
    """What a build would do in a folder: new contents by path, and what to remove."""

    folder: Path
    written: Mapping[str, bytes]
    """Contents of the files to add or change."""
    added: frozenset[str]
    """Those of them that are not there yet."""
    removed: tuple[str, ...]
    listed: frozenset[str]
    """What the last build has written."""
    pages: frozenset[str]
    """What the folder holds afterwards."""
    list_is_stale: bool
    edited: tuple[str, ...] = ()
    """Those of the files to change that somebody changed by hand."""
    kept: tuple[str, ...] = ()
    """Files to remove that somebody changed by hand, and so are left to them."""

    @property
    def removal(self) -> int:
        """How many per cent of the pages of the last build are removed."""
        return len(self.removed) * 100 // len(self.listed) if self.removed else 0

    @property
    def counts(self) -> str:
        """How many pages it adds, changes and removes."""
        added, changed = len(self.added), len(self.written) - len(self.added)
        return f"{added} added, {changed} changed, {len(self.removed)} removed"

    def warnings(self) -> Iterator[Finding]:
        """What to say of it: where most pages go, and where somebody changed one."""
        folder = self.folder.as_posix()
        if self.removal > MUCH:
            number = f"{len(self.removed)} of {len(self.listed)} pages"
            why = "as their objects are not in the input any more; is it whole?"
            yield Finding(code=Code.MANY_REMOVED, source=folder, message=f"{number} are removed, {why}")
        by_hand = (
            (Code.EDITED_PAGE, self.edited, "was changed by hand, which a build takes back"),
            (
                Code.KEPT_PAGE,
                self.kept,
                "is no longer generated, but is not as a build wrote it, so it stays",
            ),
        )
        for code, paths, what in by_hand:
            for path in paths:
                yield Finding(code=code, source=f"{folder}/{path}", message=f"{what}; {NOTES}")

    def __bool__(self) -> bool:
        return bool(self.written or self.removed or self.list_is_stale)


def write(
    folder: Path, pages: Mapping[str, str], inputs: Iterable[Path] = (), most_removed: int | None = None
) -> Plan:
    """Makes the folder hold the pages, and returns what that took.

    Raises SchemaError as `plan` does, and where more than *most_removed* per cent of the pages would go.
    """
    with _failing("cannot be written", folder):
        _expect_folder(folder)
        folder.mkdir(parents=True, exist_ok=True)
        with _alone(folder):
            changes = plan(folder, pages, inputs)
            _expect_few_removed(changes, most_removed)
            Written().add({path: _encoded(text) for path, text in pages.items()})
            _apply(changes)
            return changes


def plan(folder: Path, pages: Mapping[str, str], inputs: Iterable[Path] = ()) -> Plan:
    """The difference between the folder and the pages.

    Raises SchemaError where a page would overwrite a file that no build has written, or one of the *inputs*.
    """
    with _failing("cannot be read", folder):
        _expect_folder(folder)
        _expect_no_input(folder, pages, inputs)
        return _difference(folder, pages)


@contextmanager
def _failing(message: str, folder: Path) -> Iterator[None]:
    """What the operating system refuses becomes a SchemaError."""
    try:
        yield
    except OSError as error:
        hint = "mend that and do it again"
        source = str(error.filename or folder)
        raise SchemaError(f"{message}: {error.strerror}", source=source, hint=hint) from None


def is_page(path: str) -> bool:
    """Whether a page may be there: nothing outside of the output folder, and no hidden file."""
    return bool(PAGE.fullmatch(path))


def _difference(folder: Path, pages: Mapping[str, str]) -> Plan:
    ours = frozenset(_manifest(folder))
    written = {}
    for path, text in pages.items():
        if not is_page(path):
            raise SchemaError("no page may be there", source=(folder / path).as_posix())
        content = _encoded(text)
        if (found := _obstacle(folder, path)) or (
            path not in ours and _content(folder / path) not in (None, content)
        ):
            raise _not_generated(found or folder / path, folder)
        if _content(folder / path) != content:
            written[path] = content
    gone = sorted(ours - pages.keys())
    there = [path for path in gone if not _obstacle(folder, path) and (folder / path).exists()]
    edited, kept = _by_hand(folder, [path for path in written if path in ours], there)
    removed = tuple(path for path in there if path not in kept)
    added = frozenset(path for path in written if not (folder / path).exists())
    stale = _content(folder / MANIFEST) != _list(pages)
    return Plan(folder, written, added, removed, ours, frozenset(pages), stale, edited, kept)


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "replace")


def _by_hand(folder: Path, changed: list[str], gone: list[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Those of the files to change and to remove that are not as a build has written them."""
    if not (changed or gone):
        return (), ()
    remembered = Written()
    found = {path: content for path in (*changed, *gone) if (content := _content(folder / path)) is not None}
    others = {path: content for path, content in found.items() if not remembered.has(path, content)}
    in_git = committed(folder, others)
    edited = (path for path in changed if path in others.keys() - in_git and remembered.knows(path))
    return tuple(edited), tuple(path for path in gone if path in others.keys() - in_git)


def _expect_folder(folder: Path) -> None:
    if not folder.is_dir() and (folder.exists() or folder.is_symlink()):
        what = "a link that leads nowhere" if folder.is_symlink() else "a file"
        hint = 'name a folder as "output" in schemabook.yml'
        raise SchemaError(f"the output folder is {what}", source=folder.as_posix(), hint=hint)


def _expect_few_removed(changes: Plan, most: int | None) -> None:
    if most is not None and changes.removal > most:
        number = f"{len(changes.removed)} of {len(changes.listed)} pages"
        message = f'this would remove {number}, and "most_removed" in the settings is {most}%'
        hint = "is the dump whole? if all of it is meant: schemabook build --allow-removal"
        raise SchemaError(message, source=changes.folder.as_posix(), hint=hint)


def _expect_no_input(folder: Path, pages: Mapping[str, str], inputs: Iterable[Path]) -> None:
    root = folder.resolve()
    ours = {root / path for path in (*pages, *_manifest(folder), MANIFEST)}
    for file in inputs:
        if file.resolve() in ours:
            hint = 'name another folder as "output" in schemabook.yml'
            raise SchemaError("a page would overwrite this input", source=file.as_posix(), hint=hint)


def _manifest(folder: Path) -> set[str]:
    """The files that the last build has written; a line that is no page's path is not believed."""
    file = folder / MANIFEST
    if found := _obstacle(folder, MANIFEST):
        raise _not_generated(found, folder)
    lines = (_content(file) or b"").decode("utf-8", "replace").splitlines()
    paths = set(filter(is_page, lines))
    if lines and not paths:
        hint = "schemabook keeps the list of its pages there; move this file away"
        raise SchemaError("this file is not generated", source=file.as_posix(), hint=hint)
    return paths


def _obstacle(folder: Path, path: str) -> Path | None:
    """What stands where a page or one of its folders must be: a link, or a thing of the other kind."""
    target = folder / path
    for part in reversed(PurePosixPath(path).parents[:-1] if "/" in path else ()):
        if (folder / part).is_symlink() or ((folder / part).exists() and not (folder / part).is_dir()):
            return folder / part
    return target if target.is_symlink() or (target.exists() and not target.is_file()) else None


def _not_generated(found: Path, folder: Path) -> SchemaError:
    return SchemaError(
        "this is not generated, but a page would take its place",
        source=found.as_posix(),
        hint=f"move it out of {folder.as_posix()}, or name another output folder",
    )


def _content(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return None


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Waits until no other build writes into the folder; the lock ends with the process, however it ends."""
    if sys.platform == "win32":
        yield
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _apply(changes: Plan) -> None:
    """Writes and removes the files.

    All new contents are on the disk before the first file changes, so a full disk changes nothing. The list
    names a file before it is there and until it is gone, so that the next build heals an interrupted one.
    """
    for left in _left(changes.folder):
        shutil.rmtree(left)
    if not changes:
        return
    stage = Path(tempfile.mkdtemp(prefix=f"{STAGE}.", dir=changes.folder))
    try:
        (stage / MARK).write_text(MARKED, "utf-8", newline="\n")
        for path, content in changes.written.items():
            _write(stage / path, content)
        _write(stage / f"{MANIFEST}.before", _list(changes.listed | changes.pages))
        _write(stage / MANIFEST, _list(changes.pages))
        (stage / f"{MANIFEST}.before").replace(changes.folder / MANIFEST)
        for path in changes.written:
            (changes.folder / path).parent.mkdir(parents=True, exist_ok=True)
            (stage / path).replace(changes.folder / path)
        for path in changes.removed:
            (changes.folder / path).unlink()
        for path in changes.listed - changes.pages:
            _remove_empty_folders((changes.folder / path).parent, changes.folder)
        (stage / MANIFEST).replace(changes.folder / MANIFEST)
    finally:
        shutil.rmtree(stage)


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def write_whole(target: Path, content: bytes) -> None:
    """Writes a file whole, or leaves the old one; a pipe or a device is written as it comes.

    Raises SchemaError where it cannot be written.
    """
    with _failing("cannot be written", target):
        file = target.resolve()
        if file.exists() and not file.is_file():
            file.write_bytes(content)
            return
        part = file.with_name(f"{file.name}.part")
        try:
            part.write_bytes(content)
            if file.exists():
                shutil.copymode(file, part)
            part.replace(file)
        except OSError as error:
            error.filename = str(target)
            part.unlink(missing_ok=True)
            raise


def _list(paths: Iterable[str]) -> bytes:
    return "".join(f"{path}\n" for path in sorted(paths)).encode()


def _left(folder: Path) -> list[Path]:
    """The folders that interrupted builds have left: each is empty, or says that it is one."""
    found = [path for path in folder.glob(f"{STAGE}.*") if path.is_dir() and not path.is_symlink()]
    return [path for path in found if _content(path / MARK) == MARKED.encode() or not any(path.iterdir())]


def _remove_empty_folders(folder: Path, stop: Path) -> None:
    while folder != stop and folder.is_dir() and not any(folder.iterdir()):
        folder.rmdir()
        folder = folder.parent


def differences(changes: Plan, *, contents: bool = True) -> Iterator[str]:
    """A short diff: which pages are added, removed and changed, and the first lines of their *contents*."""
    return _first(list(_all_differences(changes, contents)), MOST_LINES)


def _first(lines: list[str], most: int, indent: str = "") -> Iterator[str]:
    """The first of the lines, then how many more."""
    shown = lines if len(lines) <= most + 1 else lines[:most]
    yield from shown
    if len(lines) > len(shown):
        yield f"{indent}… and {len(lines) - len(shown)} more lines"


def _all_differences(changes: Plan, contents: bool) -> Iterator[str]:
    for path in sorted({*changes.written, *changes.removed}):
        what = "removed" if path in changes.removed else "added" if path in changes.added else "changed"
        yield f"{(changes.folder / path).as_posix()}: {what}"
        if contents and path in changes.written and path not in changes.added:
            before = _content(changes.folder / path) or b""
            yield from _first(_changed_lines(before, changes.written[path]), MOST_OF_A_PAGE, "  ")
    if changes and not (changes.written or changes.removed):
        yield f"{(changes.folder / MANIFEST).as_posix()}: changed"


def _changed_lines(old: bytes, new: bytes) -> list[str]:
    before, after = (content.decode("utf-8", "replace").split("\n") for content in (old, new))
    diff = islice(difflib.unified_diff(before, after, lineterm="", n=0), 2, None)
    lines = [line for line in diff if not line.startswith("@@")]
    return [f"  {line[:LONGEST_LINE]}{'…' if len(line) > LONGEST_LINE else ''}" for line in lines]
