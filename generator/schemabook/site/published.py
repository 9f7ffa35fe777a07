"""The addresses of the pages where the site is published, as mkdocs.yml says it."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml

from schemabook.errors import SchemaError
from schemabook.model import KINDS, Database, ObjectId
from schemabook.pages.links import place_of
from schemabook.project.config import Config
from schemabook.site.serving import site_of


class _Loader(yaml.SafeLoader):
    """Reads mkdocs.yml, and runs nothing that it names."""


_Loader.add_multi_constructor("", lambda loader, suffix, node: None)


def published(config: Config | None, old: Database, new: Database) -> Callable[[ObjectId], str | None]:
    """The address of an object's page where the site is published; None for what is not there.

    A page counts that the output folder has, of an object in both databases: what is new is not published
    yet, and what has gone will not be there for long. Only a `site_url` that mkdocs.yml spells out is known.
    """
    site = _settings(config)
    url, docs = str(site.get("site_url") or ""), str(site.get("docs_dir") or "docs")
    if config is None or not url.startswith(("https://", "http://")):
        return lambda _: None
    output = config.output.resolve()
    folder = os.path.relpath(output, (site_of(config).parent / docs).resolve())
    if folder.startswith(".."):
        return lambda _: None
    base = "/".join(part for part in (url.rstrip("/"), Path(folder).as_posix()) if part != ".")
    before, after = ({name for row in KINDS for name, _ in row.facts(side)} for side in (old, new))
    known = before & after
    place = place_of(new)

    def address(name: ObjectId) -> str | None:
        found = place(name) if name in known else None
        if not found or not (output / found[0]).is_file():
            return None
        page = found[0].removesuffix(".md")
        end = ".html" if site.get("use_directory_urls") is False else "/"
        shown = page.removesuffix("index") if end == "/" and page.endswith("/index") else page + end
        return f"{base}/{shown}{f'#{found[1]}' if found[1] else ''}"

    return address


def _settings(config: Config | None) -> dict[str, Any]:
    try:
        found = yaml.load(site_of(config).read_text("utf-8"), _Loader) if config else None
    except (SchemaError, OSError, ValueError, yaml.YAMLError):
        return {}
    return found if isinstance(found, dict) else {}
