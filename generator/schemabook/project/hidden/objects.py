"""The objects that may be hidden, each by its kind and name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from schemabook.model import Database, Name, Other

Object = tuple[str, Name]
"""An object by its kind, `relation`, `routine`, `type`, `sequence` or that of an Other, and its name."""
KEYED: Mapping[str, str] = {
    "relations": "relation",
    "routines": "routine",
    "types": "type",
    "sequences": "sequence",
}
"""The mappings of a database that hold objects, with the kind of those."""
IN_SCHEMAS: Mapping[str, bool] = {
    "access method": False,
    "cast": False,
    "collation": True,
    "conversion": True,
    "event trigger": False,
    "foreign data wrapper": False,
    "language": False,
    "operator": True,
    "operator class": True,
    "operator family": True,
    "rule": False,
    "server": False,
    "statistics": True,
    "subscription": False,
    "text search configuration": True,
    "text search dictionary": True,
    "text search parser": True,
    "text search template": True,
    "transform": False,
    "user mapping": False,
}
"""The kinds that are known by their SQL only, and whether their names begin with a schema."""


def objects(database: Database) -> Iterator[Object]:
    """Every object that a pattern may hide."""
    yield from (("relation", name) for name in database.relations)
    yield from (("routine", signature.name) for signature in database.routines)
    yield from (("type", name) for name in database.types)
    yield from (("sequence", name) for name in database.sequences)
    yield from filter(None, (object_of_other(fact, database) for fact in database.others.values()))


def object_of_other(fact: Other, database: Database) -> Object | None:
    """The object that is known by its SQL only; None for what is in no schema, or part of a relation."""
    if fact.relation or not IN_SCHEMAS[fact.kind]:
        return None
    schemas = (schema for schema in database.schemas if fact.name.startswith(f"{schema}."))
    schema = max(schemas, key=len, default=fact.name.partition(".")[0])
    name = fact.name.removeprefix(f"{schema}.")
    for word in (" using ", " ("):
        name = name.partition(word)[0]
    return fact.kind, Name(schema, name)
