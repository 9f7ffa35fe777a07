"""The files of a revision, as `git` has them; nothing is checked out, and no filter or hook runs."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from schemabook.errors import SchemaError

MAIN = ("origin/HEAD", "origin/main", "origin/master", "main", "master")
"""What the main branch may be called; what the server has goes before a branch that may be old here."""
HISTORY = "a shallow clone lacks it: git fetch --unshallow, or fetch-depth: 0 of actions/checkout"
FILES = ("100644", "100755")
"""The modes of regular files."""


class _Failed(SchemaError):
    """The program ended with an error."""


class _Blob(NamedTuple):
    hash: str
    path: str


class Logged(NamedTuple):
    """A commit of the main line, and what it changed there of some files; a merge all that it brought."""

    hash: str
    parent: str
    """The hash of its first parent; empty where it has none here."""
    seconds: int
    """When it was committed, in seconds since 1970."""
    subject: str
    files: dict[str, str]
    """The hash of each file that it changed, empty where it is none any more, by the path from the root."""
    added: tuple[str, ...]
    """Those that were not there before."""


class Repository:
    """The repository that a folder is in."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        try:
            self.root = Path(_line(self._git("rev-parse", "--show-toplevel")))
        except FileNotFoundError:
            hint = "install git, or name two files"
            raise SchemaError("git is not installed here", hint=hint) from None
        except _Failed as failed:
            hint = "name two files, or run where the repository is"
            raise SchemaError(failed.message, hint=hint) from None

    def commit(self, revision: str) -> str:
        """The hash of a revision's commit; SchemaError where there is none."""
        try:
            return _line(self._git("rev-parse", "--verify", "--end-of-options", f"{revision}^{{commit}}"))
        except (_Failed, ValueError):
            raise SchemaError(f'there is no revision "{revision}" here', hint=HISTORY) from None

    def merge_base(self, branch: str = "") -> str:
        """The hash of the commit at which HEAD has left a branch, or else the main one.

        SchemaError where none is known.
        """
        branch = branch or self._main()
        try:
            return _line(self._git("merge-base", "HEAD", self.commit(branch)))
        except _Failed:
            raise SchemaError(f'HEAD and "{branch}" have no commit in common', hint=HISTORY) from None

    def _main(self) -> str:
        main = next((name for name in MAIN if self._has(name)), None)
        if not main:
            names = ", ".join(MAIN)
            hint = "name what to compare with: schemabook diff git:REVISION"
            raise SchemaError(f"no main branch is known: there is none of {names}", hint=hint)
        return main

    def path(self, path: Path) -> str:
        """A path as git has it, from the root; SchemaError for one that is outside."""
        try:
            return (path.parent.resolve() / path.name).relative_to(self.root.resolve()).as_posix()
        except ValueError:
            message = "this is outside of the repository of git"
            raise SchemaError(message, source=path.as_posix()) from None

    def lay_out(self, commit: str, paths: Iterable[str], folder: Path) -> None:
        """Writes the files at these paths and below into a folder, as far as the commit has them."""
        self._write(self._blobs(commit, paths), folder)

    def _write(self, blobs: list[_Blob], folder: Path) -> None:
        for blob, data in self._contents(blobs):
            target = folder / blob.path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)

    def head(self) -> str:
        """The hash of the commit that is checked out; empty where there is none yet."""
        return self.commit("HEAD") if self._has("HEAD") else ""

    def is_shallow(self) -> bool:
        """Whether the clone lacks the beginning of its history."""
        return _line(self._git("rev-parse", "--is-shallow-repository")) == "true"

    def log(self, revision: str, paths: Iterable[str]) -> Iterator[Logged]:
        """The commits up to a revision, the last one first, that changed what is at the paths or below.

        Of the branches that were merged nothing is told but what the merge brought.
        """
        wanted = [f":(top,literal){path}" for path in paths]
        settings = ("-c", "log.showSignature=false", "-c", "log.follow=false", "-c", "log.showRoot=true")
        form = ("-z", "--encoding=UTF-8", "--format=tformat:%H%x00%P%x00%ct%x00%s%x00")
        raw = ("-m", "--first-parent", "--raw", "--no-abbrev", "--no-renames", "--no-ext-diff")
        fields = self._git(*settings, "log", *form, *raw, revision, "--", *wanted).split(b"\0")
        place = 0
        while place + 4 < len(fields):
            hash_, parents, seconds = (field.decode() for field in fields[place : place + 3])
            subject = fields[place + 3].decode(errors="replace")
            place += 5
            files: dict[str, str] = {}
            added = []
            while (change := fields[place].lstrip(b"\n")).startswith(b":"):
                (_, mode, _, blob, status), path = change.decode().split(), os.fsdecode(fields[place + 1])
                files[path] = blob if mode in FILES else ""
                added += [path] if status == "A" else []
                place += 2
            yield Logged(hash_, parents.partition(" ")[0], int(seconds), subject, files, tuple(added))

    def moved_from(self, commit: Logged, path: str) -> str:
        """Where a file was before a commit that moved it there; empty where none is like it."""
        if not commit.parent:
            return ""
        raw = ("-r", "-z", "-M", "--name-status", "--diff-filter=R", "--no-ext-diff")
        fields = os.fsdecode(self._git("diff-tree", *raw, commit.parent, commit.hash)).split("\0")
        moves = zip(fields[1::3], fields[2::3], strict=False)
        return next((old for old, new in moves if new == path), "")

    def write(self, blobs: Mapping[str, str], folder: Path) -> None:
        """Writes files into a folder: the contents that have these hashes, by the path."""
        self._write([_Blob(hash_, path) for path, hash_ in blobs.items()], folder)

    def _has(self, revision: str) -> bool:
        try:
            self.commit(revision)
        except SchemaError:
            return False
        return True

    def _blobs(self, commit: str, paths: Iterable[str]) -> list[_Blob]:
        wanted = [path for path in paths if path != "."]
        listed = self._git("ls-tree", "-r", "-z", "--full-tree", commit, "--", *wanted)
        found = []
        for line in filter(None, os.fsdecode(listed).split("\0")):
            (mode, _, hash_), path = line.partition("\t")[0].split(), line.partition("\t")[2]
            if mode in FILES and is_inside(path):
                found.append(_Blob(hash_, path))
        return found

    def _contents(self, blobs: list[_Blob]) -> Iterator[tuple[_Blob, bytes]]:
        """The bytes of each; the program prints a line with the size before them."""
        asked = "".join(f"{blob.hash}\n" for blob in blobs).encode()
        printed, start = self._git("cat-file", "--batch", data=asked) if blobs else b"", 0
        for blob in blobs:
            begin = printed.index(b"\n", start) + 1
            *_, size = printed[start:begin].split()
            if not size.isdigit():  # missing
                raise SchemaError("git does not have all of this revision here", hint=HISTORY)
            end = begin + int(size)
            yield blob, printed[begin:end]
            start = end + 1

    def _git(self, *arguments: str, data: bytes = b"") -> bytes:
        environment = {**os.environ, "LC_ALL": "C"}
        done = subprocess.run(
            ["git", *arguments],
            cwd=self.folder,
            env=environment,
            input=data,
            capture_output=True,
            check=False,
        )
        if done.returncode:
            said, _, _ = done.stderr.decode(errors="replace").partition("\n")
            raise _Failed(f"git fails: {said.removeprefix('fatal: ')}")
        return done.stdout


def is_inside(path: str) -> bool:
    """Whether a path of git leads into the folder that the files are written to."""
    return not path.startswith("/") and ".." not in PurePosixPath(path).parts


def _line(printed: bytes) -> str:
    return os.fsdecode(printed.removesuffix(b"\n"))
