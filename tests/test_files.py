"""Files that are no files, change while they are read, or have names that no file can have."""

from __future__ import annotations

import errno
import os
import socket
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from schemabook import cli, files
from schemabook.errors import SchemaError
from schemabook.files import content, large_content

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="no such files")

DUMP = "CREATE TABLE public.users (id bigint PRIMARY KEY);\n"
SETTINGS = "dumps: [dump.sql]\noutput: docs/reference\n"
INPUTS = {
    "dump.sql": "",
    "schemabook.yml": "",
    "statistics.csv": "statistics: [statistics.csv]",
    "notes/users.md": "",
    "config.toml": "supabase: config.toml",
    "guide.md": "guides: [guide.md]",
    "templates/table.md.j2": "templates: templates",
}
"""Every file that a project may name, and the line of the settings that names it."""


def socket_at(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(path.name)  # A path from here: an address is short.


NO_FILES: dict[str, Callable[[Path], object]] = {
    "a pipe": os.mkfifo,
    "a device": lambda path: path.symlink_to("/dev/zero"),
    "a socket": socket_at,
    "a directory": Path.mkdir,
}


def run(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    """The exit code of a command."""
    monkeypatch.setattr(sys, "argv", ["schemabook", *arguments])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert isinstance(ended.value.code, int)
    return ended.value.code


def project(folder: Path, more: str) -> None:
    (folder / "dump.sql").write_text(DUMP)
    (folder / "schemabook.yml").write_text(SETTINGS + more)


@pytest.mark.timeout(20)
@pytest.mark.parametrize("what", NO_FILES)
@pytest.mark.parametrize("name", INPUTS)
def test_an_input_that_is_no_file_is_not_waited_for(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    name: str,
    what: str,
) -> None:
    project(tmp_path, INPUTS[name])
    path = tmp_path / name
    path.parent.mkdir(exist_ok=True)
    path.unlink(missing_ok=True)
    monkeypatch.chdir(path.parent)
    NO_FILES[what](path)
    monkeypatch.chdir(tmp_path)
    code = run(monkeypatch, "check")
    said = capsys.readouterr().err
    if (what, name) == ("a directory", "dump.sql"):
        assert "no file in this folder ends in .sql" in said
    elif (what, name) == ("a directory", "guide.md"):
        assert code == 1  # An empty folder of guides is one, and the pages are missing.
        return
    elif name == "guide.md":
        assert "guide.md: there is no such guide" in said
    elif (what, name) == ("a device", "notes/users.md"):
        assert "notes/users.md: the note is a link out of its folder" in said
    elif what == "a socket":
        assert f"{name}: cannot be read: {os.strerror(errno.ENXIO)}" in said
    else:
        assert f"{name}: this is {what}, not a file" in said
    assert code == 2
    assert not (tmp_path / "docs").exists()


@pytest.mark.parametrize("length", [256, 5000])
@pytest.mark.parametrize(
    "setting",
    [
        "dumps: [{}]",
        "statistics: [{}]",
        "notes_folder: {}",
        "supabase: {}",
        "guides: [{}]",
        "templates: {}",
        "output: {}",
    ],
)
def test_a_name_that_no_file_can_have_is_an_error(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    setting: str,
    length: int,
) -> None:
    name = "x" * length
    lines = [line for line in SETTINGS.splitlines() if line.split(":")[0] != setting.split(":")[0]]
    (tmp_path / "dump.sql").write_text(DUMP)
    (tmp_path / "schemabook.yml").write_text("\n".join([*lines, setting.format(name)]))
    monkeypatch.chdir(tmp_path)
    assert run(monkeypatch, "check") == 2
    said = capsys.readouterr().err
    assert f"{name}: " in said
    assert "Traceback" not in said


@pytest.mark.parametrize("command", ["init", "export", "verify", "build --config", "export DUMP -o"])
def test_an_argument_that_no_file_can_have_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], command: str
) -> None:
    project(tmp_path, "")
    monkeypatch.chdir(tmp_path)
    name = "x" * 300
    assert run(monkeypatch, *command.replace("DUMP", "dump.sql").split(), name) == 2
    assert f"{name}: " in capsys.readouterr().err


@pytest.mark.parametrize("in_memory", [True, False])
@pytest.mark.parametrize("size", [0, 10, 200_000])
def test_a_file_that_changes_while_it_is_read_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, in_memory: bool, size: int
) -> None:
    path = tmp_path / "dump.sql"
    path.write_bytes(b"x" * 100_000)
    monkeypatch.setattr(files, "IN_MEMORY", 1 << 20 if in_memory else 0)
    real = os.fstat
    calls: list[int] = []

    def then_changed(handle: int) -> os.stat_result:
        found = real(handle)
        calls.append(handle)
        if len(calls) == 2:  # Between the look at its size and the reading.
            os.truncate(path, size)
        return found

    monkeypatch.setattr(os, "fstat", then_changed)
    with pytest.raises(SchemaError, match=r"dump\.sql: the file changed while it was read"):  # noqa: SIM117
        with large_content(path):
            pass
    calls.clear()
    path.write_bytes(b"x" * 100_000)
    with pytest.raises(SchemaError, match="changed while it was read"):
        content(path)


def test_what_was_read_stays_when_the_file_is_cut_short(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "dump.sql"
    path.write_bytes(b"x" * 1_000_000)
    monkeypatch.setattr(files, "IN_MEMORY", 0)
    with large_content(path) as data:
        os.truncate(path, 0)
        assert data[:] == b"x" * 1_000_000  # Of a mapped file this would end the process.
