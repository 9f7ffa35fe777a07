"""The generated folder: which files a build would add, change and remove, and doing it.

A file is ours only if the list of the last build names it, so that nothing of the user's is lost.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from schemabook.errors import SchemaError

MANIFEST = ".schemabook"
"""Names the generated files, one per line; written last."""


@dataclass(frozen=True)
class Plan:
    """What a build would do in a folder: new contents by path, and what to remove."""

    folder: Path
    written: Mapping[str, str]
    """Contents of the files to add or change."""
    removed: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.written or self.removed)


def plan(folder: Path, pages: Mapping[str, str]) -> Plan:
    """The difference between the folder and the pages.

    Raises SchemaError where a page would overwrite a file that no build has written.
    """
    ours = _manifest(folder)
    contents = {**pages, MANIFEST: "".join(f"{path}\n" for path in sorted(pages))}
    written = {path: text for path, text in contents.items() if _text(folder / path) != text}
    for path in written:
        if path not in ours and path != MANIFEST and (folder / path).exists():
            raise SchemaError(
                "this file is not generated, but a page would overwrite it",
                source=(folder / path).as_posix(),
                hint=f"move it out of {folder.as_posix()}, or name another output folder",
            )
    removed = tuple(sorted(path for path in ours if path not in pages and (folder / path).exists()))
    return Plan(folder, written, removed)


def _manifest(folder: Path) -> set[str]:
    lines = (_text(folder / MANIFEST) or "").splitlines()
    return {line for line in lines if line and not line.startswith("/") and ".." not in line.split("/")}


def _text(path: Path) -> str | None:
    try:
        return path.read_bytes().decode("utf-8", "replace")
    except (FileNotFoundError, IsADirectoryError, NotADirectoryError):
        return None


def apply(changes: Plan) -> None:
    """Writes and removes the files; each file appears whole or not at all."""
    for path, text in changes.written.items():
        target = changes.folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        partial = target.with_name(f".{target.name}.part")
        partial.write_bytes(text.encode("utf-8", "replace"))
        partial.replace(target)
    for path in changes.removed:
        target = changes.folder / path
        target.unlink()
        _remove_empty_folders(target.parent, changes.folder)


def _remove_empty_folders(folder: Path, stop: Path) -> None:
    while folder != stop and not any(folder.iterdir()):
        folder.rmdir()
        folder = folder.parent


def differences(changes: Plan, most: int = 40) -> Iterator[str]:
    """A short diff: the changed lines, *most* of them at most, then how many more."""
    lines = list(_all_differences(changes))
    yield from lines[:most]
    if len(lines) > most:
        yield f"… and {len(lines) - most} more lines"


def _all_differences(changes: Plan) -> Iterator[str]:
    for path in sorted({*changes.written, *changes.removed} - {MANIFEST}):
        old = _text(changes.folder / path) or ""
        new = changes.written.get(path, "")
        shown = (changes.folder / path).as_posix()
        mark = "added" if not old else "removed" if path in changes.removed else "changed"
        yield f"{shown}: {mark}"
        if mark == "changed":
            diff = difflib.unified_diff(old.splitlines(), new.splitlines(), lineterm="", n=0)
            yield from (f"  {line}" for line in diff if not line.startswith(("---", "+++", "@@")))
