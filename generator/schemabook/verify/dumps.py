"""Dumps, as they are restored into a real PostgreSQL and held against it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from schemabook.errors import SchemaError
from schemabook.files import large_content
from schemabook.model import Database, Statement
from schemabook.platforms.signs import platform_of
from schemabook.project.dumps import paths_of, read_scripts, scripts_in, scripts_of
from schemabook.read import Script, expression, read
from schemabook.read.readers import reason_to_ignore
from schemabook.read.several.repetition import HEAD, is_of_pg_dump
from schemabook.read.text.encoding import checked
from schemabook.read.text.statements import Splitter

if TYPE_CHECKING:
    from schemabook.platforms import Platform
    from schemabook.verify.access import AccessVerification
    from schemabook.verify.dump import Dump, Reader, Verification


def verified(dumps: Iterable[Path], layout: str = "") -> Verification:
    """The dumps held against a real PostgreSQL; see `schemabook.verify.dump.verify`.

    Raises SchemaError for an unreadable dump, or where the extra `verify` is not installed.
    """
    with _installed():
        from schemabook.verify.dump import verify
    return verify(*_input(dumps, layout))


def access_verified(dumps: Iterable[Path], layout: str = "") -> AccessVerification:
    """The access matrix of the dumps held against a real PostgreSQL; see `schemabook.verify.asked`.

    Raises SchemaError as `verified`.
    """
    with _installed():
        from schemabook.verify.asked import verify_access
    return verify_access(*_input(dumps, layout))


@contextmanager
def _installed() -> Iterator[None]:
    try:
        yield
    except ImportError as error:
        hint = "pip install 'schemabook[verify]'"
        raise SchemaError(f'this needs the package "{error.name}", which is missing', hint=hint) from None


def _input(dumps: Iterable[Path], layout: str) -> tuple[list[Dump], Database, Reader, Platform | None]:
    from schemabook.verify.dump import Dump, Reader

    scripts = scripts_of([(dump, layout) for dump in dumps])
    platform = platform_of(paths_of(scripts))
    database = read_scripts(scripts, platform=platform)
    files = [file if isinstance(file, Script) else Script(file) for file in scripts_in(scripts)]
    steps = frozenset(str(file.path) for file in scripts_in(scripts) if isinstance(file, Script))

    def again(texts: Mapping[str, bytes]) -> Database:
        return read(texts.items(), platform, steps)

    inputs = [Dump(str(file.path), _is_dump(file, steps), partial(_statements, file)) for file in files]
    return inputs, database, Reader(again, expression), platform


def _is_dump(file: Script, steps: frozenset[str]) -> bool:
    path = str(file.path)
    with large_content(file.path) as data:
        return is_of_pg_dump(path, data[:HEAD], is_step=path in steps)


def _statements(file: Script) -> Iterator[tuple[Statement, str | None]]:
    path = str(file.path)
    with large_content(file.path) as data:
        start = checked(data, path, may_be_empty=True).start
        text = file.part(data[:]) if file.part else data
        for statement in Splitter(text, path, start).statements():
            yield statement, reason_to_ignore(statement.text)
