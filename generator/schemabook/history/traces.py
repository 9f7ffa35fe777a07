"""Which migration made an object, changed it last, or removed it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from schemabook.diff import objects
from schemabook.errors import SchemaError
from schemabook.model import KIND_OF, ObjectId
from schemabook.platforms import Platform
from schemabook.project.layouts import Found
from schemabook.read import Script, read_steps


@dataclass(slots=True)
class Trace:
    """What migrations did to one object."""

    made: Path | None = None
    changed: Path | None = None
    """The last one that changed it after it was made."""
    removed: Path | None = None
    """The one that removed it, where it is not there any more."""


def traces(found: Found, platform: Platform | None, wanted: Collection[ObjectId]) -> Mapping[ObjectId, Trace]:
    """The traces of the wanted objects, as far as the files can be read one by one."""
    told = {name: Trace() for name in wanted}
    before: dict[ObjectId, Any] = {}
    kinds = {name.kind for name in wanted}
    scripts = (Script(path, found.layout.part) for path in found.files)
    for path, step in zip(found.files, read_steps(scripts, platform), strict=True):
        if isinstance(step, SchemaError):
            continue
        database = step()
        after = {
            name: fact
            for kind in kinds
            for name, fact in objects(KIND_OF[kind], database).items()
            if name in told
        }
        for name, trace in told.items():
            old, new = before.get(name), after.get(name)
            if old is None and new is not None:
                told[name] = Trace(made=path)
            elif old is not None and new is None:
                trace.removed = path
            elif old != new:
                trace.changed = path
        before = after
    return told
