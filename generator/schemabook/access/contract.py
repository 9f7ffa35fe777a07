"""The access matrix as JSON: a public contract, whose version is the value of `schemabook_access`.

`contract.schema.json` beside this file is its schema.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from schemabook.access.cells import Act, Cell, Step
from schemabook.access.doors import Door, doors, may_call
from schemabook.access.request import Asked
from schemabook.model import KIND_OF, ColumnName, Name, ObjectKind, routine_id

VERSION = 1
USED = (ObjectKind.SCHEMA, ObjectKind.SEQUENCE, ObjectKind.TYPE)
"""What roles have usage of."""


def contract(found: Asked) -> dict[str, Any]:
    """What is asked for of who can do what, as JSON takes it, and nothing of what is not shown."""
    return {
        "schemabook_access": VERSION,
        "roles": list(found.roles),
        "cells": list(_cells(found)),
        "doors": list(_doors(found)),
        "routines": list(_routines(found)),
        "usage": list(_usage(found)),
    }


def _cells(found: Asked) -> Iterator[dict[str, Any]]:
    for role in found.roles:
        for relation in found.relations:
            for act, cell in found.cells(role, relation).items():
                yield _cell(role, relation, act, cell, found.column)


def _doors(found: Asked) -> Iterator[dict[str, Any]]:
    """Those of which both ends are shown; a publication or a foreign server is in no schema."""
    for door in doors(found.matrix, found.roles):
        if door.relation in found.relations and found.is_shown(door.through):
            yield _door(door)


def _cell(role: str, relation: Name, act: Act, cell: Cell, column: ColumnName | None) -> dict[str, Any]:
    found: dict[str, Any] = {"role": role, "schema": relation.schema, "relation": relation.name}
    if column:
        found["column"] = column.column
    found |= {"command": act.value, "cell": cell.word.value}
    if cell.rows:
        found |= {"columns": list(cell.columns), "rows": cell.rows.value}
    return found | {"because": [_step(step) for step in cell.because]}


def _step(step: Step) -> dict[str, str]:
    return {"kind": step.object.kind.value, "object": str(step.object), "words": step.words}


def _door(door: Door) -> dict[str, Any]:
    through = door.through
    found: dict[str, Any] = {
        "role": door.role or None,
        "schema": door.relation.schema,
        "relation": door.relation.name,
        "through": {"schema": through.name.schema, "relation": through.name.name, "is": door.is_},
        "kind": door.kind.value,
    }
    if through.part:
        found["through"]["name"] = through.part
    return found


def _routines(found: Asked) -> Iterator[dict[str, Any]]:
    for role in found.roles:
        for routine in found.shown.routines.values():
            if not found.is_shown(routine_id(routine.name)):
                continue
            yield {
                "role": role,
                "schema": routine.name.schema,
                "name": routine.name.name,
                "arguments": list(routine.signature.types),
                "execute": may_call(found.matrix, role, routine),
                "definer": routine.security_definer,
            }


def _usage(found: Asked) -> Iterator[dict[str, Any]]:
    """The privileges on schemas, sequences and types that a role has; what it has none on is left out."""
    for role in found.roles:
        for kind in USED:
            for on, _ in KIND_OF[kind].facts(found.shown):
                if not found.is_shown(on):
                    continue
                if held := found.matrix.rights.roles.privileges(role, on):
                    name = {"schema": on.name.schema, "name": on.name.name}
                    yield {"role": role, "kind": kind.value, **name, "privileges": sorted(held)}
