"""What the settings say is renamed → the objects that are meant, as far as the databases hold them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from schemabook.model import KINDS, Database, Kind, Name, ObjectId
from schemabook.model.written_names import column_parts, name_parts
from schemabook.review.recognition import SETTLED, Pair

PUBLIC = "public"


def settled(renamed: Iterable[tuple[str, str]], old: Database, new: Database) -> Iterator[Pair]:
    """The old and the new identity of each, and what tells it.

    `orders` or `app.orders` may be anything that has a schema, `orders.price` a part of a table, too. A pair
    of which these two databases do not hold both says nothing of them.
    """
    for before, after in renamed:
        for row in KINDS:
            if row.in_schema:
                gone, come = _named(before, row, old, new), _named(after, row, new, old)
                if len(gone) == len(come) == 1:
                    yield gone[0], come[0], SETTLED
                    break


def _named(text: str, row: Kind, here: Database, there: Database) -> tuple[ObjectId, ...]:
    """The objects of a kind that have this name in one database, and are not in the other one."""
    found = _by_name(row, here).get(_name_of(text, is_part=row.is_part), ())
    others = {name for name, _ in row.facts(there)}
    return tuple(name for name in found if name not in others)


def _by_name(row: Kind, database: Database) -> Mapping[tuple[Name, str] | None, list[ObjectId]]:
    found: dict[tuple[Name, str] | None, list[ObjectId]] = defaultdict(list)
    for name, _ in row.facts(database):
        found[name.name, name.part].append(name)
    return found


def _name_of(text: str, *, is_part: bool) -> tuple[Name, str] | None:
    if is_part:
        if not (column := column_parts(text)):
            return None
        schema, relation, part = column
        return Name(schema.text if schema else PUBLIC, relation.text), part.text
    if not (parts := name_parts(text)):
        return None
    return Name(parts[0].text if parts[0] else PUBLIC, parts[1].text), ""
