"""The access matrix as text and as Markdown: all of it, or what is asked for."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple, TypeVar

from schemabook.access.cells import Act, Cell
from schemabook.access.contract import contract
from schemabook.access.matrix import Matrix
from schemabook.errors import SchemaError
from schemabook.model import Database, Name
from schemabook.nearest import did_you_mean, nearest

T = TypeVar("T")


class Asked(NamedTuple):
    """The part of a matrix that is asked for, and the database as it is shown."""

    matrix: Matrix
    shown: Database
    roles: tuple[str, ...]
    relations: tuple[Name, ...]
    acts: tuple[Act, ...]

    def cells(self, role: str, relation: Name) -> Mapping[Act, Cell]:
        """The cells of a role on a relation."""
        found = self.matrix.cells(role, relation)
        return {act: found[act] for act in self.acts}


def asked(matrix: Matrix, shown: Database, role: str = "", relation: str = "", command: str = "") -> Asked:
    """All that is asked for; an empty word asks for every one of what is shown.

    Raises SchemaError for what does not exist.
    """
    names = {str(name): name for name in shown.relations}
    names |= {name.name: name for name in shown.relations if name.schema == "public"}
    return Asked(
        matrix,
        shown,
        (_one("role", role, {name: name for name in matrix.roles}),) if role else matrix.roles,
        (_one("relation", relation, names),) if relation else tuple(shown.relations),
        (Act(command),) if command else tuple(Act),
    )


def _one(kind: str, word: str, known: Mapping[str, T]) -> T:
    if word not in known:
        raise SchemaError(f'{kind} "{word}" does not exist', hint=did_you_mean(nearest(word, known)))
    return known[word]


def to_text(found: Asked) -> str:
    """For each relation the roles that can do the same; the reasons, where one role is asked for."""
    return "".join(f"{line}\n" for line in _lines(found))


def _lines(found: Asked) -> Iterator[str]:
    for relation in found.relations:
        yield str(relation)
        alike: dict[str, list[str]] = defaultdict(list)
        for role in found.roles:
            alike[_words(found.cells(role, relation))].append(role)
        for words, roles in alike.items():
            yield f"  {', '.join(roles)}: {words}"
        if len(found.roles) == len(found.relations) == 1:
            yield from _reasons(found.cells(found.roles[0], relation))


def _reasons(cells: Mapping[Act, Cell]) -> Iterator[str]:
    for act, cell in cells.items():
        yield f"  {act}: {cell.word}"
        yield from (f"    {step.words} ({step.object.kind.word} {step.object})" for step in cell.because)


def to_markdown(found: Asked) -> str:
    """A table: a row for each relation, a column for each role."""
    rows = [("Relation", *found.roles), ("---",) * (1 + len(found.roles))]
    for relation in found.relations:
        cells = (found.cells(role, relation) for role in found.roles)
        rows.append((f"`{relation}`", *map(_words, cells)))
    return "".join(f"| {' | '.join(cell.replace('|', '&#124;') for cell in row)} |\n" for row in rows)


def to_json(found: Asked) -> str:
    """The contract, with the cells that are asked for, and nothing of what is not shown."""
    shown = {*found.shown.relations, *(signature.name for signature in found.shown.routines)}
    shown |= {*found.shown.sequences, *found.shown.types, *(Name("", name) for name in found.shown.schemas)}

    def is_shown(item: Mapping[str, Any]) -> bool:
        return Name(item["schema"], item.get("relation") or item["name"]) in shown

    roles, acts, relations = set(found.roles), set(found.acts), set(found.relations)
    whole = contract(found.matrix)
    whole["cells"] = [
        cell
        for cell in whole["cells"]
        if cell["role"] in roles
        and cell["command"] in acts
        and Name(cell["schema"], cell["relation"]) in relations
    ]
    whole["doors"] = [
        door
        for door in whole["doors"]
        if is_shown(door) and (not door["through"]["schema"] or is_shown(door["through"]))
    ]
    whole["routines"] = list(filter(is_shown, whole["routines"]))
    whole["usage"] = list(filter(is_shown, whole["usage"]))
    return json.dumps(whole, ensure_ascii=False, indent=2) + "\n"


FORMATS: Mapping[str, Callable[[Asked], str]] = {"text": to_text, "json": to_json, "markdown": to_markdown}


def _words(cells: Mapping[Act, Cell]) -> str:
    """`all rows: select, insert; no grant: truncate`; of column grants, which columns and rows."""
    found: dict[str, list[str]] = defaultdict(list)
    for act, cell in cells.items():
        limited = f" ({', '.join(cell.columns)}: {cell.rows})" if cell.rows else ""
        found[f"{cell.word}{limited}"].append(act.value)
    return "; ".join(f"{word}: {', '.join(of)}" if len(cells) > 1 else word for word, of in found.items())
