"""Files that say in which order others run: journals, plans, sums and changelogs."""

from __future__ import annotations

import json
import os
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any

from schemabook.errors import SchemaError, Source
from schemabook.project.layouts.folder import Folder

SETTING = re.compile(r"^\s*(?P<key>\w+)\s*=\s*(?P<value>.*?)\s*$")
SECTION = re.compile(r"^\s*\[(?P<name>[^]]+)\]")
CHECKPOINT = re.compile(rb"^--\s*atlas:checkpoint\b", re.M)
INCLUDE = re.compile(
    r"\binclude(?P<all>All)?\b[^<>]*?\b(?:file|path)[\"']?\s*[:=]\s*[\"']?(?P<name>[^\"'\s,}>]+)"
)
CHANGELOG = re.compile(r".*changelog.*\.(?:xml|ya?ml|json)", re.I)
DEEPEST = 50
"""Changelogs that include each other."""


def journal(folder: Folder) -> Iterator[PurePosixPath]:
    """The files of Drizzle's journal, in its order: https://orm.drizzle.team/docs/migrations.

    Raises SchemaError for a journal that is none.
    """
    name = "meta/_journal.json"
    source = (folder.path / name).as_posix()
    try:
        entries: Any = json.loads(folder.text(name))
        tags = [str(entry["tag"]) for entry in entries["entries"]]
    except json.JSONDecodeError as error:
        raise SchemaError(f"this is no JSON: {error.msg}", source=Source(source, error.lineno)) from None
    except (LookupError, TypeError, RecursionError):
        hint = "it is written by drizzle-kit generate"
        raise SchemaError("this is no journal of Drizzle", source=source, hint=hint) from None
    yield from (_named(folder, f"{tag}.sql", name) for tag in tags)


def sqitch_plan(folder: Folder) -> Iterator[PurePosixPath]:
    """The deploy scripts of a plan, in its order: https://sqitch.org/docs/manual/sqitchplan/.

    Of a change that was made anew, the first script has the tag's name that came after it.
    """
    top = PurePosixPath(_sqitch_setting(folder, "top_dir") or ".")
    deploy = PurePosixPath(_sqitch_setting(folder, "deploy_dir") or top / "deploy")
    changes: list[str] = []
    tag_after: dict[int, str] = {}
    latest: dict[str, int] = {}
    for line in folder.text("sqitch.plan").splitlines():
        word = next(iter(line.split()), "")
        if word.startswith("@"):
            for place in latest.values():
                tag_after.setdefault(place, word)
        elif word and word[0] not in "%#":
            name = word.lstrip("+")
            latest[name] = len(changes)
            changes.append(name)
    for place, name in enumerate(changes):
        tag = "" if latest[name] == place else tag_after.get(place, "")
        yield _named(folder, f"{deploy / name}{tag}.sql", "sqitch.plan")


def _sqitch_setting(folder: Folder, key: str) -> str:
    section = ""
    for line in folder.text("sqitch.conf").splitlines() if folder.has("sqitch.conf") else ():
        if match := SECTION.match(line):
            section = match["name"].strip().lower()
        elif section == "core" and (match := SETTING.match(line)) and match["key"] == key:
            return match["value"].strip('"')
    return ""


def atlas_sum(folder: Folder) -> Iterator[PurePosixPath]:
    """The files of `atlas.sum` from the last checkpoint on: https://atlasgo.io/concepts/migration-directory-integrity."""
    lines = folder.text("atlas.sum").splitlines()[1:]
    files = [_named(folder, line.rpartition(" ")[0], "atlas.sum") for line in lines if line.strip()]
    checkpoints = [i for i, file in enumerate(files) if CHECKPOINT.search(folder.head(file))]
    yield from files[checkpoints[-1] if checkpoints else 0 :]


def schema_paths(folder: Folder) -> Iterator[PurePosixPath]:
    """Supabase's declarative schemas in the order of `[db.migrations] schema_paths`, else by name.

    https://supabase.com/docs/guides/local-development/declarative-database-schemas

    Raises SchemaError for a config.toml that is none.
    """
    config = folder.path.parent / "config.toml"
    patterns = _patterns(config) if config.is_file() else []
    if not patterns:
        yield from folder.scripts
        return
    found: dict[Path, None] = {}
    for pattern in patterns:
        for match in _matches(config, pattern):
            found.update(dict.fromkeys(sorted(match.rglob("*.sql")) if match.is_dir() else [match]))
    yield from (PurePosixPath(Path(os.path.relpath(path, folder.path)).as_posix()) for path in found)


def _matches(config: Path, pattern: str) -> list[Path]:
    try:
        return sorted(config.parent.glob(pattern))
    except (ValueError, NotImplementedError, OSError):
        hint = "paths are relative to the folder of config.toml"
        raise SchemaError(
            f'"{pattern}" is no pattern of files', source=config.as_posix(), hint=hint
        ) from None


def _patterns(config: Path) -> list[str]:
    try:
        read: Any = tomllib.loads(Folder(config.parent).text(config.name))
        found = read.get("db", {}).get("migrations", {}).get("schema_paths", [])
        return [found] if isinstance(found, str) else [str(pattern) for pattern in found]
    except (tomllib.TOMLDecodeError, AttributeError, TypeError) as error:
        raise SchemaError(f"this is no TOML of Supabase: {error}", source=config.as_posix()) from None


def changelog(folder: Folder) -> Iterator[PurePosixPath]:
    """The formatted SQL that changelogs of Liquibase include, in their order; without one, by name.

    https://docs.liquibase.com/change-types/include.html
    """
    logs = [file for file in folder.files if CHANGELOG.fullmatch(file.name)]
    included = {name for log in logs for name in _included(folder, log)}
    roots = [log for log in logs if log not in included and any(_included(folder, log))]
    if not roots:
        yield from folder.scripts
        return
    seen: dict[PurePosixPath, None] = {}
    for root in roots:
        seen.update(dict.fromkeys(_scripts_of(folder, root, 0)))
    yield from seen


def _scripts_of(folder: Folder, log: PurePosixPath, depth: int) -> Iterator[PurePosixPath]:
    for file in _included(folder, log) if depth < DEEPEST else ():
        if file.suffix.lower() == ".sql":
            yield file
        else:
            yield from _scripts_of(folder, file, depth + 1)


def _included(folder: Folder, log: PurePosixPath) -> Iterator[PurePosixPath]:
    """The files that a changelog includes: named from its own folder, or from any folder above."""
    for match in INCLUDE.finditer(folder.text(log)):
        name = PurePosixPath(match["name"].removeprefix("classpath:").lstrip("/"))
        if match["all"]:
            yield from (file for file in folder.files if file != log and _ends_with(file.parent, log, name))
        else:
            yield from [file for file in folder.files if _ends_with(file, log, name)][:1]


def _ends_with(file: PurePosixPath, log: PurePosixPath, name: PurePosixPath) -> bool:
    """Whether the name means the file: below the changelog, or as a path from above the folder."""
    return (
        file == log.parent / name
        or file == name
        or (len(file.parts) > 0 and name.parts[-len(file.parts) :] == file.parts)
    )


def _named(folder: Folder, name: str, by: str) -> PurePosixPath:
    file = PurePosixPath(name)
    if file.is_absolute() or ".." in file.parts or "\0" in name or not folder.has(name):
        source = (folder.path / name.replace("\0", "")).as_posix()
        raise SchemaError(
            "there is no such file", source=source, hint=f"{(folder.path / by).as_posix()} names it"
        )
    return file
