"""What `schemabook init --ci` writes: the checks of a pull request and the publishing of the site."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from importlib.resources import files as package_files
from pathlib import Path

from schemabook.project.config import option_of

FILES = {
    "github": (".github/workflows/schemabook.yml", "github.yml"),
    "gitlab": (".gitlab-ci.yml", "gitlab.yml"),
    "pre-commit": (".pre-commit-config.yaml", "pre-commit.yaml"),
}
"""Where the file of a service stands, and its template."""


def recipes(services: Iterable[str], settings: Path) -> Iterator[tuple[str, str]]:
    """Path and text of each file, from the root of a project whose *settings* are there."""
    config, check = json.dumps(settings.as_posix()), json.dumps(f"schemabook check{option_of(settings)}")
    for service in services:
        path, template = FILES[service]
        text = package_files(__package__).joinpath("templates", template).read_text("utf-8")
        yield path, text.replace("@CONFIG@", config).replace("@CHECK@", check)
