"""What schemabook starts ends with it, however it ends; and Ctrl-C, SIGTERM and a kill end it."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells of a killed parent")

WORKERS = """
import os, sys, time
from schemabook import workers
def work(number):
    os.write(1, b"%d\\n" % os.getpid())  # At once: two of them write.
    time.sleep(60)
workers.processors = lambda: 2
workers.spread(work, 100)
"""
SERVE = "from schemabook.cli import main; main()"
DUMP = "CREATE TABLE public.users (id bigint PRIMARY KEY);\n"


@contextmanager
def started(program: str, folder: Path, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    """A Python program in a process of its own, which is killed at the end."""
    command = [sys.executable, "-c", program, *arguments]
    with subprocess.Popen(command, cwd=folder, stdout=-1, stderr=subprocess.STDOUT, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def children_of(process: int) -> set[int]:
    """The processes that this one has started."""
    tasks = Path(f"/proc/{process}/task").iterdir()
    return {int(child) for task in tasks for child in (task / "children").read_text().split()}


def living(processes: set[int]) -> set[int]:
    """Those that still run after some seconds."""
    for _ in range(100):
        if not (processes := {process for process in processes if is_running(process)}):
            break
        time.sleep(0.05)
    return processes


def is_running(process: int) -> bool:
    """Whether there is such a process, and more of it than its exit code."""
    try:
        status = Path(f"/proc/{process}/stat").read_text()
    except OSError:
        return False
    return status.rpartition(")")[2].split()[0] != "Z"


@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGKILL])
def test_workers_end_with_the_build_that_is_killed(tmp_path: Path, end: signal.Signals) -> None:
    with started(WORKERS, tmp_path) as process:
        assert process.stdout
        found = {int(process.stdout.readline()) for _ in range(2)}
        assert living(found) == found
        process.send_signal(end)
        process.wait(timeout=20)
        assert living(found) == set()


@pytest.mark.parametrize(("end", "code"), [(signal.SIGTERM, 143), (signal.SIGKILL, -9), (signal.SIGINT, 0)])
def test_the_server_of_the_site_ends_with_serve(tmp_path: Path, end: signal.Signals, code: int) -> None:
    (tmp_path / "dump.sql").write_text(DUMP)
    (tmp_path / "schemabook.yml").write_text("dumps: [dump.sql]\noutput: docs/reference\n")
    (tmp_path / "mkdocs.yml").write_text("site_name: Test\nplugins: [schemabook]\ntheme: material\n")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    with started(SERVE, tmp_path, "serve", "--address", address) as process:
        assert process.stdout
        said = ""
        while "Serving on" not in said:
            line = process.stdout.readline()
            assert line, said
            said += line
        assert "NO_MKDOCS_2_WARNING" not in said  # Material's announcement names it.
        served = children_of(process.pid)
        assert living(served)
        process.send_signal(end)
        if end == signal.SIGINT:  # A terminal sends it to all.
            for child in served:
                os.kill(child, end)
        assert process.wait(timeout=20) == code
        assert living(served) == set()
