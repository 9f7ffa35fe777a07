"""What changed policies let through where the input grants nothing to whom they are for.

A dump without privileges (`pg_dump --no-privileges`, a schema written by hand) has policies all the same. Who
will have the privileges is not known, so such policies are judged as if their roles had all of them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace

from schemabook.access.cells import Word
from schemabook.access.matrix import Matrix
from schemabook.errors import Source
from schemabook.model import (
    PRIVILEGES,
    Name,
    ObjectId,
    ObjectKind,
    Policy,
    Privilege,
    relation_id,
    schema_id,
)
from schemabook.review.access import ACTS, AccessChange, access_changes
from schemabook.review.change import Became, ReviewedChange

Facts = Mapping[ObjectId, Policy]
NOTHING_GRANTED = "The input grants {roles} nothing here: judged as if all privileges were granted."


def ungranted(
    changes: Iterable[ReviewedChange],
    facts: tuple[Facts, Facts],
    before: Matrix,
    after: Matrix,
    was: Mapping[Name, Name],
) -> Mapping[ObjectId, tuple[AccessChange, ...]]:
    """By changed policy for whose roles nothing is granted, the cells of its table that it would change."""
    roles: dict[ObjectId, frozenset[str]] = {}
    for change in changes:
        name = change.object
        if name.kind is not ObjectKind.POLICY or change.change is Became.RENAMED:
            continue
        policies = [side[name] for side in facts if name in side]
        sides = (before, was.get(name.name, name.name)), (after, name.name)
        if all(table in side.database.relations for side, table in sides) and not any(
            _is_reached(side, table, policies) for side, table in sides
        ):
            roles[name] = frozenset(role for policy in policies for role in policy.roles)
    tables: dict[frozenset[str], set[Name]] = defaultdict(set)
    for name, of in roles.items():
        tables[of].add(name.name)
    found = {
        of: access_changes(_granting(before, of), _granting(after, of), was, names, sorted(of))
        for of, names in tables.items()
    }
    return {name: found[of].get(name.name, ()) for name, of in roles.items()}


def _is_reached(matrix: Matrix, table: Name, policies: Iterable[Policy]) -> bool:
    """Whether a role that one of the policies limits has a privilege for a command of it."""
    relation = matrix.database.relations[table]
    for policy in policies:
        for role in matrix.roles:
            if matrix.rights.who(role).isdisjoint(policy.roles) or matrix.rights.exempt(role, relation):
                continue
            cells = matrix.cells(role, table)
            if any(cells[act].word is not Word.NO_GRANT for act in ACTS[policy.command]):
                return True
    return False


def _granting(matrix: Matrix, roles: Iterable[str]) -> Matrix:
    """The matrix of a database in which the roles have all privileges on all tables."""
    database = matrix.database
    objects = [*map(relation_id, database.relations), *map(schema_id, database.schemas)]
    more = (
        Privilege(on=on, grantee=role, privileges=PRIVILEGES[on.kind], source=Source("", 0))
        for on in objects
        for role in roles
    )
    return Matrix(replace(database, privileges=(*database.privileges, *more)))
