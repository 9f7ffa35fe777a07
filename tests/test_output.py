"""The generated folder: what a build writes is ours, what it did not write is the user's."""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from schemabook.errors import SchemaError
from schemabook.project import output, written
from schemabook.project.output import (
    MANIFEST,
    MARK,
    MARKED,
    MOST_LINES,
    PAGE,
    STAGE,
    differences,
    plan,
    write,
    write_whole,
)

PAGES = {"index.md": "# Home\n", "public/index.md": "# public\n", "public/tables/a.md": "# a\n"}
NEXT = {"index.md": "# Home\nMore.\n", "public/index.md": "# public\n", "public/views/v.md": "# v\n"}


def files(folder: Path) -> dict[str, bytes]:
    """Every file's content, and every folder, below a folder."""
    found = {p.relative_to(folder).as_posix(): p for p in folder.rglob("*")}
    return {name: p.read_bytes() if p.is_file() else b"/" for name, p in found.items()}


def expected(pages: dict[str, str]) -> dict[str, bytes]:
    """What the folder holds when a build of these pages is done."""
    folders = {parent.as_posix() for path in pages for parent in Path(path).parents} - {"."}
    contents = {path: text.encode() for path, text in pages.items()}
    manifest = "".join(f"{path}\n" for path in sorted(pages)).encode()
    return {**dict.fromkeys(folders, b"/"), **contents, MANIFEST: manifest}


def error_of(folder: Path, pages: dict[str, str] = NEXT, inputs: tuple[Path, ...] = ()) -> str:
    """The message of a build that changes nothing."""
    before = files(folder.parent)
    with pytest.raises(SchemaError) as error:
        write(folder, pages, inputs)
    assert files(folder.parent) == before
    return str(error.value)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder that a build has written."""
    write(tmp_path / "docs", PAGES)
    return tmp_path / "docs"


# what a build does


def test_a_build_writes_every_page_and_the_list_of_them(folder: Path) -> None:
    assert files(folder) == expected(PAGES)


def test_a_second_build_changes_nothing_and_touches_no_file(folder: Path) -> None:
    times = {path: path.stat().st_mtime_ns for path in folder.rglob("*")}
    assert not write(folder, PAGES)
    assert {path: path.stat().st_mtime_ns for path in folder.rglob("*")} == times


def test_a_page_that_is_gone_is_removed_with_its_empty_folder(folder: Path) -> None:
    changes = write(folder, NEXT)
    assert files(folder) == expected(NEXT)
    assert set(changes.added) == {"public/views/v.md"}
    assert changes.removed == ("public/tables/a.md",)


def test_a_plan_writes_nothing(folder: Path) -> None:
    before = files(folder)
    assert plan(folder, NEXT)
    assert files(folder) == before


def test_a_page_that_was_edited_or_deleted_by_hand_is_written_again(folder: Path) -> None:
    (folder / "index.md").write_text("mine")
    (folder / "public/index.md").unlink()
    write(folder, PAGES)
    assert files(folder) == expected(PAGES)


def test_half_a_character_becomes_a_question_mark(tmp_path: Path) -> None:
    write(tmp_path, {"index.md": "\ud800"})
    assert (tmp_path / "index.md").read_bytes() == b"?"


def test_a_page_with_bytes_that_are_no_text_counts_as_changed(folder: Path) -> None:
    (folder / "index.md").write_bytes(b"\xff")
    assert plan(folder, {**PAGES, "index.md": "\ufffd"}).written.keys() == {"index.md"}


def test_a_link_to_a_folder_may_be_the_output(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "docs").symlink_to("real")
    write(tmp_path / "docs", PAGES)
    assert files(tmp_path / "real") == expected(PAGES)


# what is the user's


def test_files_of_the_user_stay(folder: Path) -> None:
    mine = {"notes.md": b"mine", "public/tables/notes.md": b"mine", ".hidden": b"mine", "a.part": b"mine"}
    for name, content in mine.items():
        (folder / name).write_bytes(content)
    write(folder, NEXT)
    assert files(folder) == {**expected(NEXT), **mine, "public/tables": b"/"}


def test_a_file_of_the_user_where_a_page_must_be_stops_the_build(folder: Path) -> None:
    (folder / "public/views").mkdir()
    (folder / "public/views/v.md").write_text("mine")
    assert "docs/public/views/v.md: this is not generated, but a page would take its place" in error_of(
        folder
    )


def test_the_same_file_as_a_page_becomes_ours(tmp_path: Path) -> None:
    (tmp_path / "index.md").write_text(PAGES["index.md"])
    write(tmp_path, PAGES)
    assert files(tmp_path) == expected(PAGES)


@pytest.mark.parametrize("name", ["index.md", "public/index.md"])
def test_a_folder_where_a_page_must_be_stops_the_build(tmp_path: Path, name: str) -> None:
    (tmp_path / "docs" / name).mkdir(parents=True)
    assert f"docs/{name}: this is not generated" in error_of(tmp_path / "docs")


def test_a_file_where_a_folder_must_be_stops_the_build(tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs/public").write_text("mine")
    assert "docs/public: this is not generated" in error_of(tmp_path / "docs")


def test_a_link_to_a_folder_below_the_output_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs/public").symlink_to("../elsewhere")
    assert "docs/public: this is not generated" in error_of(tmp_path / "docs")


def test_a_page_that_the_user_made_a_link_is_neither_written_through_nor_removed(folder: Path) -> None:
    (folder.parent / "mine.md").write_text("mine")
    (folder / "public/tables/a.md").unlink()
    (folder / "public/tables/a.md").symlink_to("../../../mine.md")
    assert "a.md: this is not generated" in error_of(folder, {**PAGES, "public/tables/a.md": "new"})
    write(folder, NEXT)
    assert (folder / "public/tables/a.md").is_symlink()
    assert (folder.parent / "mine.md").read_text() == "mine"


@pytest.mark.parametrize(
    "line",
    [
        "../mine.md",
        "../../mine.md",
        "public/../../mine.md",
        "/{root}/mine.md",
        "..\\mine.md",
        "public\\..\\..\\mine.md",
        "C:\\mine.md",
        "C:mine.md",
        "./../mine.md",
        "public//../../mine.md",
        ".git/config",
        "folder",
        "folder/inner.d",
        "link.md",
        "linked/mine.md",
        "",
        " mine.md",
        "mine.md\0",
    ],
)
def test_a_doctored_list_removes_nothing_of_the_user(folder: Path, line: str) -> None:
    root = folder.parent
    (root / "mine.md").write_text("mine")
    (root / "other").mkdir()
    (root / "other/mine.md").write_text("mine")
    (folder / ".git").mkdir()
    (folder / ".git/config").write_text("mine")
    (folder / "folder/inner.d").mkdir(parents=True)
    (folder / "link.md").symlink_to("../mine.md")
    (folder / "linked").symlink_to("../other")
    before = files(root)
    with (folder / MANIFEST).open("a") as manifest:
        manifest.write(line.format(root=root) + "\n")
    write(folder, PAGES)
    assert files(root) == before


def test_a_list_with_the_marks_of_a_merge_conflict_heals(folder: Path) -> None:
    with (folder / MANIFEST).open("a") as manifest:
        manifest.write("<<<<<<< HEAD\n=======\n>>>>>>> main\n")
    assert plan(folder, PAGES)
    write(folder, PAGES)
    assert files(folder) == expected(PAGES)


def test_a_file_of_the_user_in_the_place_of_the_list_stops_the_build(tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / MANIFEST).write_text("dumps: [dump.sql]\n")
    assert "docs/.schemabook: this file is not generated" in error_of(tmp_path / "docs")


@pytest.mark.parametrize("name", ["index.md", "public/tables/a.md", MANIFEST])
def test_an_input_is_never_overwritten_or_removed(folder: Path, name: str) -> None:
    (folder / name).write_text("create table t (a int);\n" if name != MANIFEST else "index.md\n")
    assert "a page would overwrite this input" in error_of(folder, inputs=(folder / name,))


def test_an_input_that_is_a_link_to_a_page_is_not_overwritten(folder: Path) -> None:
    (folder.parent / "dump.sql").symlink_to("docs/index.md")
    assert "a page would overwrite this input" in error_of(folder, inputs=(folder.parent / "dump.sql",))


# what cannot be written


def test_an_output_that_is_a_file_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "docs").write_text("mine")
    assert "docs: the output folder is a file" in error_of(tmp_path / "docs")


def test_an_output_below_a_file_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "docs").write_text("mine")
    assert "cannot be written: Not a directory" in error_of(tmp_path / "docs/reference")


@pytest.mark.parametrize("target", ["nowhere", "docs"])
def test_an_output_that_is_a_link_to_nothing_is_an_error(tmp_path: Path, target: str) -> None:
    (tmp_path / "docs").symlink_to(target)
    assert "docs: the output folder is a link that leads nowhere" in error_of(tmp_path / "docs")


def test_an_output_whose_name_is_too_long_is_an_error(tmp_path: Path) -> None:
    assert "cannot be written: File name too long" in error_of(tmp_path / ("x" * 300))
    with pytest.raises(SchemaError, match="cannot be read: File name too long"):
        plan(tmp_path / ("x" * 300), PAGES)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_read_only_output_is_an_error(folder: Path) -> None:
    folder.chmod(0o555)
    try:
        assert "cannot be written: Permission denied" in error_of(folder)
    finally:
        folder.chmod(0o755)


@pytest.mark.parametrize("failing", range(1, 6))
def test_a_full_disk_changes_nothing(folder: Path, monkeypatch: pytest.MonkeyPatch, failing: int) -> None:
    real, calls = Path.write_bytes, iter(range(1, 100))

    def full(path: Path, content: bytes) -> int:
        if next(calls) < failing:
            return real(path, content)
        real(path, content[: len(content) // 2])
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(Path, "write_bytes", full)
    if failing < 5:
        assert "cannot be written: No space left on device" in error_of(folder)
    else:
        assert write(folder, NEXT)


def test_a_file_is_written_whole_or_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target, link = tmp_path / "schema.svg", tmp_path / "link.svg"
    write_whole(target, b"old")
    target.chmod(0o640)
    link.symlink_to(target)
    write_whole(link, b"new")
    assert (target.read_bytes(), link.is_symlink(), target.stat().st_mode & 0o777) == (b"new", True, 0o640)
    real = Path.write_bytes

    def full(path: Path, content: bytes) -> int:
        real(path, content[: len(content) // 2])
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(SchemaError, match=f"{target}: cannot be written: No space left on device"):
        write_whole(target, b"newest")
    assert target.read_bytes() == b"new"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["link.svg", "schema.svg"]


@pytest.mark.skipif(sys.platform == "win32", reason="needs devices that are files")
def test_a_device_is_written_as_it_is() -> None:
    write_whole(Path(os.devnull), b"gone")
    assert Path(os.devnull).is_char_device()


def test_a_page_that_cannot_be_read_is_an_error(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(path: Path) -> bytes:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))

    monkeypatch.setattr(Path, "read_bytes", refused)
    with pytest.raises(SchemaError, match="cannot be read: Permission denied"):
        plan(folder, NEXT)


@pytest.mark.parametrize(
    "path", ["../x.md", "a/../../x.md", "/x.md", ".git/config", "a\\..\\x.md", ".hidden.md"]
)
def test_no_page_is_written_outside_of_the_folder(folder: Path, path: str) -> None:
    assert "no page may be there" in error_of(folder, {path: "x"})


# what people changed


def by_hand(folder: Path, path: str, content: str = "# a\nMine.\n") -> None:
    (folder / path).write_text(content)


@pytest.mark.parametrize("name", [STAGE, f"{STAGE}/mine.md", f"{STAGE}.mine/mine.md", f"{STAGE}.mine"])
def test_a_file_of_the_user_that_is_called_like_a_stage_stays(folder: Path, name: str) -> None:
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text("mine")
    write(folder, NEXT)
    assert (folder / name).read_text() == "mine"


def test_a_change_by_hand_is_taken_back_with_a_word(folder: Path) -> None:
    by_hand(folder, "index.md")
    by_hand(folder, "public/index.md", "")
    for changes in (plan(folder, PAGES), write(folder, NEXT)):
        assert changes.edited == ("index.md", "public/index.md")
        first, second = map(str, changes.warnings())
        assert first.startswith(
            f"warning: {folder.as_posix()}/index.md: was changed by hand, which a build takes back; "
        )
        assert "notes" in first
        assert "public/index.md" in second
    assert not list(write(folder, NEXT).warnings())


def test_a_change_of_the_dump_is_no_change_by_hand(folder: Path) -> None:
    assert not list(write(folder, NEXT).warnings())
    assert not list(write(folder, PAGES).warnings())


def test_a_page_that_was_changed_by_hand_is_not_removed(folder: Path) -> None:
    by_hand(folder, "public/tables/a.md")
    changes = write(folder, NEXT)
    assert (changes.removed, changes.kept) == ((), ("public/tables/a.md",))
    (warning,) = map(str, changes.warnings())
    assert (
        "public/tables/a.md: is no longer generated, but is not as a build wrote it, so it stays" in warning
    )
    assert (folder / "public/tables/a.md").read_text() == "# a\nMine.\n"
    assert not write(folder, NEXT)
    assert (folder / "public/tables/a.md").exists()


def test_a_page_of_the_user_that_an_edited_list_names_is_not_removed(folder: Path) -> None:
    by_hand(folder, "public/tables/mine.md", "# Mine\n")
    by_hand(folder, "guide.md", "# Guide\n")
    with (folder / MANIFEST).open("a") as manifest:
        manifest.write("public/tables/mine.md\nguide.md\n")
    assert write(folder, PAGES).kept == ("guide.md", "public/tables/mine.md")
    assert (folder / "guide.md").read_text() == "# Guide\n"
    assert (folder / "public/tables/mine.md").read_text() == "# Mine\n"


def test_a_copy_of_the_folder_is_known(folder: Path, tmp_path: Path) -> None:
    shutil.copytree(folder, tmp_path / "copy")
    assert write(tmp_path / "copy", NEXT).removed == ("public/tables/a.md",)


@pytest.fixture
def elsewhere(folder: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The folder in a repository, as somebody has it on whose machine no build has run."""
    monkeypatch.setattr(written, "user_cache_path", lambda *_, **__: tmp_path / "cache")
    git = ["git", "-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "core.autocrlf=false"]
    for command in (["init", "-q"], ["add", "."], ["commit", "-qm", "Pages"]):
        subprocess.run([*git, *command], cwd=folder.parent, check=True)
    return folder


def test_what_git_has_is_not_lost(elsewhere: Path) -> None:
    changes = write(elsewhere, NEXT)
    assert changes.removed == ("public/tables/a.md",)
    assert not list(changes.warnings())


def test_what_git_has_not_stays(elsewhere: Path) -> None:
    by_hand(elsewhere, "public/tables/a.md")
    assert write(elsewhere, NEXT).kept == ("public/tables/a.md",)


def test_what_others_have_committed_is_taken_for_theirs(elsewhere: Path) -> None:
    write(elsewhere, PAGES)
    by_hand(elsewhere, "index.md", "# Of another build\n")
    assert plan(elsewhere, PAGES).edited == ("index.md",)
    subprocess.run(["git", "add", "."], cwd=elsewhere.parent, check=True)
    assert plan(elsewhere, PAGES).edited == ()


def test_without_git_and_memory_nothing_is_removed_and_nothing_said_of_changes(
    folder: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "cache").write_text("no folder")
    monkeypatch.setattr(written, "user_cache_path", lambda *_, **__: tmp_path / "cache")
    changes = write(folder, NEXT)
    assert (changes.edited, changes.removed, changes.kept) == ((), (), ("public/tables/a.md",))


def test_what_is_remembered_has_an_end(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(written, "user_cache_path", lambda *_, **__: tmp_path)
    monkeypatch.setattr(written, "MOST", 10)
    for number in range(50):
        written.Written().add({f"{number}.md": b""})
    assert written.Written().has("49.md", b"")
    assert not written.Written().has("0.md", b"")
    assert (tmp_path / written.FILE).stat().st_size < 30 * written.SIZE


# what is interrupted

KILLED = """
import os, signal, sys
from pathlib import Path
from schemabook.project import output, written

def counted(real):
    def step(*arguments, **keywords):
        if next(steps, None) is None:
            os.kill(os.getpid(), signal.SIGKILL)
        return real(*arguments, **keywords)
    return step

for name in ("replace", "write_bytes", "unlink", "mkdir", "rmdir"):
    setattr(Path, name, counted(getattr(Path, name)))
for number, folder in enumerate(sys.argv[1:]):
    steps = iter(range(number))
    if not (child := os.fork()):
        output.write(Path(folder), {pages!r})
        os._exit(0)
    if os.waitpid(child, 0)[1] == 0:
        print(number)
        break
"""
"""Builds in one folder after the other: killed before its first step, its second, ..., until one ends."""


def killed_builds(folder: Path, *, first: bool = False) -> list[Path]:
    """Folders in which a build of the next pages was killed."""
    copies = [folder / f"copy{steps}" for steps in range(100)]
    for copy in copies:
        if not first:
            write(copy, PAGES)
    command = [sys.executable, "-c", KILLED.replace("{pages!r}", repr(NEXT)), *map(str, copies)]
    done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=100)
    return copies[: int(done.stdout)]


@pytest.mark.parametrize("first", [True, False])
@pytest.mark.parametrize("pages", [NEXT, {"index.md": "# Other\n"}])
def test_the_build_after_a_killed_one_heals_whenever_it_was_killed(
    tmp_path: Path, pages: dict[str, str], first: bool
) -> None:
    copies = killed_builds(tmp_path, first=first)
    assert len(copies) > 10
    for copy in copies:
        write(copy, pages)
        assert files(copy) == expected(pages)


def test_a_killed_build_leaves_whole_pages_only(tmp_path: Path) -> None:
    for copy in killed_builds(tmp_path):
        for name, content in files(copy).items():
            if not name.startswith(STAGE) and name != MANIFEST and content != b"/":
                assert content.decode() in (PAGES.get(name), NEXT.get(name))


def test_a_build_that_would_change_nothing_still_clears_what_a_killed_one_left(folder: Path) -> None:
    left = folder / f"{STAGE}.a1b2c3d4"
    (left / "public").mkdir(parents=True)
    (left / MARK).write_text(MARKED)
    (left / "public/index.md").write_text("half")
    (folder / f"{STAGE}.empty").mkdir()
    write(folder, PAGES)
    assert files(folder) == expected(PAGES)


@pytest.mark.skipif(sys.platform == "win32", reason="no lock there")
def test_a_build_waits_for_another_one(folder: Path) -> None:
    with output._alone(folder):
        second = threading.Thread(target=write, args=(folder, NEXT))
        second.start()
        second.join(0.2)
        assert second.is_alive()
        assert files(folder) == expected(PAGES)
    second.join()
    assert files(folder) == expected(NEXT)


def test_builds_at_once_leave_one_of_their_results(folder: Path) -> None:
    def build(pages: dict[str, str]) -> None:
        for _ in range(5):
            write(folder, pages)

    threads = [threading.Thread(target=build, args=(pages,)) for pages in (PAGES, NEXT) * 4]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert files(folder) in (expected(PAGES), expected(NEXT))


# the diff


def test_the_diff_names_what_is_added_changed_and_removed(folder: Path) -> None:
    lines = [line.removeprefix(f"{folder.as_posix()}/") for line in differences(plan(folder, NEXT))]
    assert lines == [
        "index.md: changed",
        "  +More.",
        "public/tables/a.md: removed",
        "public/views/v.md: added",
    ]


def test_the_diff_of_a_current_folder_is_empty(folder: Path) -> None:
    assert list(differences(plan(folder, PAGES))) == []


def test_the_diff_shows_lines_that_begin_like_its_own_header(folder: Path) -> None:
    changes = plan(folder, {**PAGES, "index.md": "-- a comment\n++ x\n@@ y\n"})
    assert [*differences(changes)][1:] == ["  -# Home", "  +-- a comment", "  +++ x", "  +@@ y"]


def test_the_diff_names_the_list_where_only_that_is_stale(folder: Path) -> None:
    (folder / MANIFEST).unlink()
    assert list(differences(plan(folder, PAGES))) == [f"{(folder / MANIFEST).as_posix()}: changed"]


def test_the_diff_is_short_in_every_direction(folder: Path) -> None:
    many = {f"public/tables/t{n}.md": "x\n" for n in range(500)}
    lines = list(differences(plan(folder, {**PAGES, **many, "index.md": "y" * 5000 + "\n" + "z\n" * 100})))
    assert len(lines) == MOST_LINES + 1
    assert lines[-1] == "… and 450 more lines"
    assert max(map(len, lines)) < 200


def test_an_empty_file_that_gets_a_page_is_changed_not_added(folder: Path) -> None:
    (folder / "index.md").write_bytes(b"")
    assert next(iter(differences(plan(folder, PAGES)))).endswith("index.md: changed")


def test_a_path_of_a_page_cannot_leave_the_folder() -> None:
    for path in ("../a.md", "/a.md", "a/../b.md", ".a.md", "a\\b.md", "a:b.md", "a.md\n", "a", "a/.md"):
        assert not PAGE.fullmatch(path)
    for path in ("index.md", "public/tables/a_b-1f.md", "schema.json", "map.min.js"):
        assert PAGE.fullmatch(path)
