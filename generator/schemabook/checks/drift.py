"""Whether the migrations that the settings name make the dump."""

from __future__ import annotations

from collections.abc import Iterator

from schemabook.history.request import of_project
from schemabook.model import Code, Database, Finding
from schemabook.project.config import Config
from schemabook.project.history import Which


def drift_problems(config: Config, whole: Database) -> Iterator[Finding]:
    """Each difference that nobody has accepted, what could not be compared, and patterns that fit nothing.

    Raises SchemaError for migrations that cannot be read.
    """
    found = of_project(config, whole) if config.migrations or config.applied_migrations else None
    for difference in found.differences if found else ():
        if not difference.accepted:
            code = Code.NOT_FOLLOWED if difference.which is Which.NOT_COMPARED else Code.DRIFT
            yield Finding(code=code, message=difference.sentence, source=difference.source)
    for unread in found.unread if found else ():
        message = f"a statement of a migration is not followed, so drift may be told wrongly: {unread.reason}"
        yield Finding(code=Code.NOT_FOLLOWED, message=message, source=unread.source)
    unused = found.unused if found else [(one.pattern, one.source) for one in config.accept_drift]
    for pattern, source in unused:
        message = f'nothing that differs fits "{pattern}"; remove it from accept_drift'
        yield Finding(code=Code.UNUSED_PATTERN, message=message, source=source)
