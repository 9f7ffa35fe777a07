"""The access matrix as JSON: a public contract, whose version is the value of `schemabook_access`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from schemabook.access.cells import Act, Cell, Step
from schemabook.access.doors import Door, doors, may_call
from schemabook.access.matrix import Matrix
from schemabook.model import KIND_OF, Name, ObjectKind

VERSION = 1
USED = (ObjectKind.SCHEMA, ObjectKind.SEQUENCE, ObjectKind.TYPE)
"""What roles have usage of."""


def contract(matrix: Matrix) -> dict[str, Any]:
    """Everything that is known of who can do what, as JSON takes it."""
    return {
        "schemabook_access": VERSION,
        "roles": list(matrix.roles),
        "cells": [_cell(*cell) for cell in matrix.all()],
        "doors": [_door(door) for door in doors(matrix)],
        "routines": list(_routines(matrix)),
        "usage": list(_usage(matrix)),
    }


def _cell(role: str, relation: Name, act: Act, cell: Cell) -> dict[str, Any]:
    found: dict[str, Any] = {
        "role": role,
        "schema": relation.schema,
        "relation": relation.name,
        "command": act.value,
        "cell": cell.word.value,
    }
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


def _routines(matrix: Matrix) -> Iterator[dict[str, Any]]:
    for role in matrix.roles:
        for routine in matrix.database.routines.values():
            yield {
                "role": role,
                "schema": routine.name.schema,
                "name": routine.name.name,
                "arguments": list(routine.signature.types),
                "execute": may_call(matrix, role, routine),
                "definer": routine.security_definer,
            }


def _usage(matrix: Matrix) -> Iterator[dict[str, Any]]:
    """The privileges on schemas, sequences and types that a role has; what it has none on is left out."""
    for role in matrix.roles:
        for kind in USED:
            for on, _ in KIND_OF[kind].facts(matrix.database):
                if held := matrix.rights.roles.privileges(role, on):
                    name = {"schema": on.name.schema, "name": on.name.name}
                    yield {"role": role, "kind": kind.value, **name, "privileges": sorted(held)}
