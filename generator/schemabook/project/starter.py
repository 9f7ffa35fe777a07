"""What `schemabook init` writes: settings beside a dump, and a site where there is none."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Mapping
from importlib.resources import files as package_files
from pathlib import Path

from schemabook.errors import SchemaError
from schemabook.files import is_file, is_folder
from schemabook.model import ObjectKind
from schemabook.model.written_names import is_text
from schemabook.project.book import Book
from schemabook.project.config import option_of, read_config
from schemabook.project.inputs import load_book
from schemabook.project.proposals import proposed_groups
from schemabook.project.recipes import recipes


def _template(name: str) -> str:
    return package_files(__package__).joinpath("templates", name).read_text("utf-8")


SETTINGS = _template("schemabook.yml")
"""With places for the dump, the output and the groups."""
GROUPS = _template("groups.yml")
"""Where the map infers none."""
SITE = _template("mkdocs.yml")
HOME = _template("index.md")


def starter(dump: Path, here: Path, layout: str = "", services: Iterable[str] = ()) -> Mapping[Path, str]:
    """Each file's text by its path: those that a project lacks come first to last.

    The project is the folder *here*, or the dump's own if the dump is elsewhere. A dump may be a folder, laid
    out as *layout* says; *services* have recipes. Raises SchemaError where a build would not read it.
    """
    if not is_file(dump) and not is_folder(dump):
        hint = "make one with: pg_dump --schema-only, or supabase db dump"
        raise SchemaError("there is no such file", source=dump.as_posix(), hint=hint)
    beside = dump if dump.name in ("", "..") else dump.parent
    project = here if here.resolve() in dump.resolve().parents else beside
    output = os.path.relpath(project.resolve() / "docs" / "reference", beside.resolve())
    settings = beside / "schemabook.yml"
    files = {settings: _settings(dump, Path(output), layout, beside)}
    if not (project / "mkdocs.yml").exists():
        files[project / "mkdocs.yml"] = SITE
        files[project / "docs" / "index.md"] = HOME
    known = Path(os.path.relpath(settings.resolve(), project.resolve()))
    files |= {project / path: text for path, text in recipes(services, known)}
    return files


def _settings(dump: Path, output: Path, layout: str, folder: Path) -> str:
    """The settings, once a build of them has read the dump."""
    named = _quoted(Path(os.path.relpath(dump, folder)).as_posix())
    if layout:
        named = f"path: {named}\n    layout: {_quoted(layout)}"
    known = {"dump": named, "output": _quoted(output.as_posix())}
    first = read_config(SETTINGS.format(**known, groups=GROUPS), folder / "schemabook.yml")
    return SETTINGS.format(**known, groups=_groups(load_book(first)) or GROUPS)


def _groups(book: Book) -> str:
    """The groups that the map infers; empty where there are none to tell apart."""
    lines = ["groups:  # As the map tells them from names, keys and schemas: rename, move, remove."]
    provided = {found.name for found in book.provided if found.kind is ObjectKind.RELATION}
    for group in proposed_groups(book.database, provided):
        lines += [f"  - name: {_quoted(group.name)}", "    tables:"]
        lines += [f"      - {_quoted(pattern)}" for pattern in group.patterns]
    return "\n".join(lines) + "\n" if len(lines) > 1 else ""


def _quoted(text: str) -> str:
    """Text as YAML: JSON is YAML. What no encoding holds stays an escape, which `load` refuses."""
    return json.dumps(text, ensure_ascii=not is_text(text))


def written(files: Mapping[Path, str]) -> Iterator[str]:
    """Writes those that are not there yet, the settings first; says which, and what to do next."""
    for path, text in files.items():
        yield f"{path.as_posix()}: {'written' if _write(path, text) else 'is there already, kept'}"
    config = option_of(next(iter(files)))
    yield "\nNext, write the pages, and look at them:"
    yield from (f"  schemabook {command}{config}" for command in ("build", "serve"))


def _write(path: Path, text: str) -> bool:
    """Whether the file was not there yet; raises SchemaError where it cannot be written."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        return False
    except OSError as error:
        raise SchemaError(f"cannot be written: {error.strerror}", source=path.as_posix()) from None
    return True
