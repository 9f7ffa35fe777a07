"""The site, served by MkDocs in a process of its own, and the inputs it depends on."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from schemabook.config import Config
from schemabook.errors import SchemaError
from schemabook.inputs import paths

PAUSE = 0.5
"""How many seconds pass between two looks at the inputs."""


def site_of(config: Config) -> Path:
    """The mkdocs.yml of the project: in the folder of the settings, or above; SchemaError without one."""
    folder = Path(config.source.path).resolve().parent
    found = (place / "mkdocs.yml" for place in (folder, *folder.parents))
    if site := next((path for path in found if path.is_file()), None):
        return site
    hint = "write one with: schemabook init DUMP"
    raise SchemaError("there is no mkdocs.yml here or above", source=folder.as_posix(), hint=hint)


@contextmanager
def served(site: Path, address: str) -> Iterator[subprocess.Popen[bytes]]:
    """MkDocs with live reload, until it ends by itself or the block does."""
    command = [sys.executable, "-m", "mkdocs", "serve", "--livereload", "--dev-addr", address]
    with subprocess.Popen([*command, "--config-file", site.name], cwd=site.parent) as server:
        try:
            yield server
        finally:
            server.terminate()


def changes(config: Config, server: subprocess.Popen[bytes]) -> Iterator[None]:
    """Yields after each change of an input, as long as the server runs."""
    built = before = _times(paths(config))
    while server.poll() is None:
        with suppress(subprocess.TimeoutExpired):
            server.wait(timeout=PAUSE)
        now = _times(paths(config))
        if built != now == before:  # A dump that is still being written changes again.
            built = now
            yield
        before = now


def _times(files: Iterable[Path]) -> list[int]:
    return [path.stat().st_mtime_ns if path.exists() else 0 for path in files]
