"""The site, served by MkDocs in a process of its own; its plugin follows the inputs."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from schemabook.errors import SchemaError
from schemabook.model import Code, Finding
from schemabook.processes import ends_with_parent
from schemabook.project.config import Config

SETTINGS = "SCHEMABOOK_CONFIG"
"""The variable that tells the plugin which settings to take."""
COMPARE = "SCHEMABOOK_COMPARE"
"""The variable that names the revision to compare with, in place of the settings; `none` for no revision."""
QUIET = "NO_MKDOCS_2_WARNING"
"""The variable without which Material announces what follows it on each start."""


def site_of(config: Config) -> Path:
    """The mkdocs.yml of the project: in the folder of the settings, or above; SchemaError without one."""
    folder = Path(config.source.path).resolve().parent
    found = (place / "mkdocs.yml" for place in (folder, *folder.parents))
    if site := next((path for path in found if path.is_file()), None):
        return site
    hint = "write one with: schemabook init DUMP"
    raise SchemaError("there is no mkdocs.yml here or above", source=folder.as_posix(), hint=hint)


def missing_plugin(site: Path) -> Iterator[Finding]:
    """That the site does not follow the inputs, where it lacks the plugin."""
    if "schemabook" not in site.read_text("utf-8", "replace"):
        hint = "add it below plugins:\nplugins:\n  - schemabook"
        message = "the plugin schemabook is not named"
        yield Finding(code=Code.MISSING_PLUGIN, message=message, source=site.as_posix(), hint=hint)


def serve(site: Path, address: str, settings: Path, compare: str = "") -> int:
    """Serves the site with live reload until Ctrl-C; the exit code of MkDocs."""
    environment = {**os.environ, SETTINGS: str(settings.resolve()), QUIET: "1"}
    if compare:
        environment[COMPARE] = compare
    command = [sys.executable, "-m", "mkdocs", "serve", "--livereload", "--dev-addr", address]
    command += ["--config-file", site.name]
    first = ends_with_parent()
    with subprocess.Popen(command, cwd=site.parent, env=environment, preexec_fn=first) as server:
        try:
            return server.wait()
        finally:
            server.terminate()
