"""The access matrix as text and as Markdown: all of it, or what is asked for."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping

from schemabook.access.cells import Act, Cell
from schemabook.access.contract import contract
from schemabook.access.request import Asked


def to_text(found: Asked) -> str:
    """For each relation the roles that can do the same; the reasons, where one role is asked for."""
    return "".join(f"{line}\n" for line in _lines(found))


def _lines(found: Asked) -> Iterator[str]:
    for relation in found.relations:
        yield str(found.column or relation)
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
    rows = [("Column" if found.column else "Relation", *found.roles), ("---",) * (1 + len(found.roles))]
    for relation in found.relations:
        cells = (found.cells(role, relation) for role in found.roles)
        rows.append((f"`{found.column or relation}`", *map(_words, cells)))
    return "".join(f"| {' | '.join(cell.replace('|', '&#124;') for cell in row)} |\n" for row in rows)


def to_json(found: Asked) -> str:
    """The contract of what is asked for."""
    return json.dumps(contract(found), ensure_ascii=False, indent=2) + "\n"


FORMATS: Mapping[str, Callable[[Asked], str]] = {"text": to_text, "json": to_json, "markdown": to_markdown}


def _words(cells: Mapping[Act, Cell]) -> str:
    """`all rows: select, insert; no grant: truncate`; of column grants, which columns and rows."""
    found: dict[str, list[str]] = defaultdict(list)
    for act, cell in cells.items():
        limited = f" ({', '.join(cell.columns)}: {cell.rows})" if cell.rows else ""
        found[f"{cell.word}{limited}"].append(act.value)
    return "; ".join(f"{word}: {', '.join(of)}" if len(cells) > 1 else word for word, of in found.items())
