"""The JSON that `schemabook export` prints → the database that it tells of.

The way back from `export/contract.py`, by its table of keys: a field's type says what to make of a value.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import replace
from enum import StrEnum
from functools import cache
from types import UnionType
from typing import Any, get_args, get_origin, get_type_hints

from schemabook.errors import SchemaError, Source
from schemabook.export.contract import FORMAT, KEYS, MAPPINGS, OWN_NAMES, Json
from schemabook.model import (
    KINDS,
    Column,
    ColumnName,
    Database,
    DefaultPrivilege,
    Exposed,
    Input,
    Kind,
    Name,
    ObjectId,
    ObjectKind,
    Other,
    Privilege,
    Receipt,
    Reference,
    Relation,
    Sql,
    Statement,
    Target,
    Unread,
    column_id,
    key_of,
)
from schemabook.platforms import PLATFORMS
from schemabook.project.provided import with_unused
from schemabook.read import expression, read

MODEL = ".json"
"""What the name of such a file ends with."""
HINT = "`schemabook export --output FILE` prints one"


def database_of(text: bytes, path: str) -> Database:
    """The database of a model in JSON, with all that its platform brings.

    Raises SchemaError where it is no such model, or of another format.
    """
    try:
        model = json.loads(text)
        if model["format"] != FORMAT:
            raise ValueError(f"its format is {model['format']}, not {FORMAT}")
        return _Model(path).database(model)
    except json.JSONDecodeError as error:
        raise SchemaError(f"this is no JSON: {error.msg}", source=Source(path, error.lineno)) from None
    except (AttributeError, KeyError, RecursionError, TypeError, UnicodeError, ValueError) as error:
        what = f"nothing has the key {error}" if isinstance(error, KeyError) else str(error)
        message = f"this is no model that this version of schemabook prints: {what}"
        raise SchemaError(message, source=path, hint=HINT) from None


class _Model:
    """Facts out of plain values; all are from one file."""

    def __init__(self, path: str) -> None:
        self.source = Source(path, 0)

    def database(self, model: Json) -> Database:
        """All of it, without what its platform brings."""
        found: Any = defaultdict(dict)
        granted: list[tuple[Kind, Any, Json]] = []
        for row, held in _objects(model):
            fact = self._whole(row.fact, held)
            found[row.field][key_of(fact)] = fact
            if "privileges" in held:
                granted.append((row, fact, held))
            if isinstance(fact, Relation):
                for field, part in self._parts(fact.name, held):
                    found[field][key_of(part)] = part
        exposed = model["exposed_schemas"]
        database = Database(
            **found,
            default_privileges=tuple(self._fact(DefaultPrivilege, h) for h in model["default_privileges"]),
            exposed=None if exposed is None else Exposed(tuple(exposed), self.source),
            lineage=dict(_lineage(model["relations"])),
            references=tuple(map(_reference, model["references"])),
            inputs=tuple(self._fact(Input, held) for held in model["sources"]),
            receipt=_receipt(model["receipt"]),
        )
        held_on = [(row.identity(fact, database), held) for row, fact, held in granted]
        items = [(name, item) for name, held in held_on for item in held["privileges"]]
        items += [(_identity(item["on"]), item) for item in model["other_privileges"]]
        privileges = tuple(self._fact(Privilege, item, on=name) for name, item in items)
        database = replace(database, privileges=privileges)
        if not (held := model["platform"]):
            return database
        brought = read((), PLATFORMS[held["name"]])
        provided = brought.platform and replace(
            brought.platform, gone=frozenset(map(_identity, held["gone"]))
        )
        return with_unused(replace(database, platform=provided), brought)

    def _whole(self, of: type, held: Json) -> Any:
        """A fact that is part of no other one."""
        if of is Other:
            relation = held["relation"]
            return self._fact(of, held, relation=relation and Name(**relation))
        if of is not Relation:
            return self._fact(of, held)
        partition = held["partition_of"] or {}
        return self._fact(
            of,
            held,
            partition_of=Name(partition["schema"], partition["name"]) if partition else None,
            partition_bound=partition.get("bound"),
            row_security=held["row_security"]["enabled"],
            row_security_forced=held["row_security"]["forced"],
            **{key: held[key] for key in ("security_invoker", "security_barrier", "check_option")},
        )

    def _parts(self, relation: Name, held: Json) -> Iterator[tuple[str, Any]]:
        """The parts of a relation, each with the field that holds such."""
        for row in KINDS:
            for position, part in enumerate(held[row.field] if row.is_part else (), 1):
                more = {"position": position, "comment": part["comment"]} if row.fact is Column else {}
                yield row.field, self._fact(row.fact, part, relation=relation, **more)

    def _fact(self, of: type, held: Json, **more: Any) -> Any:
        """A fact of a type, by the keys that the contract has of it."""
        types = _types(of)
        for key in KEYS[of].split():
            if key in OWN_NAMES and types[key] is Name:
                more[key] = Name(held["schema"], held["name"])
            elif key in MAPPINGS:
                more[key] = tuple(held[key].items())
            else:
                more[key] = self._value(types[key], held[key])
        return of(**more, **({"source": self.source} if "source" in types else {}))

    def _value(self, of: Any, value: Any) -> Any:
        """A value as the model has it."""
        if isinstance(of, UnionType):
            return None if value is None else self._value(get_args(of)[0], value)
        if get_origin(of) is tuple:
            return tuple(self._value(get_args(of)[0], item) for item in value)
        if of is Sql:
            return Sql(value, expression(value).tokens)
        if of is Name:
            return Name(**value)
        if of is ColumnName:
            return ColumnName(Name(value["schema"], value["relation"]), value["column"])
        if of is Target:
            return Target(Name(value["schema"], value["relation"]), tuple(value["columns"]))
        if of in KEYS:
            return self._fact(of, value)
        if issubclass(of, StrEnum):
            return of(value)
        if type(value) is not of:
            raise TypeError(f"{value!r} is no {of.__name__}")
        return value


def _objects(model: Json) -> Iterator[tuple[Kind, Json]]:
    """Each object that is no part of a relation, with its kind."""
    for row in KINDS:
        if not row.is_part and row.fact not in (Privilege, DefaultPrivilege):
            yield from (
                (row, held)
                for held in model[row.field]
                if held.get("kind") == row.kind or row.fact is not Other
            )


@cache
def _types(of: type) -> Mapping[str, Any]:
    """The types of a fact's fields."""
    return get_type_hints(of)


def _lineage(relations: list[Json]) -> Iterator[tuple[ColumnName, tuple[ColumnName, ...]]]:
    for held in relations:
        for column in held["columns"]:
            if sources := column["derived_from"]:
                yield (
                    ColumnName(Name(held["schema"], held["name"]), column["name"]),
                    tuple(ColumnName(Name(s["schema"], s["relation"]), s["column"]) for s in sources),
                )


def _reference(held: Json) -> Reference:
    origin, target = held["from"], held["to"]
    name, part = Name(origin["schema"], origin["name"]), origin["part"] or ""
    kind, _, of_kind = part.partition(" ")
    on = Name(target["schema"], target["name"])
    return Reference(
        ObjectId(ObjectKind(kind), name, of_kind) if of_kind else ObjectId(ObjectKind(origin["kind"]), name),
        "" if of_kind else part,
        column_id(ColumnName(on, target["column"]))
        if target["column"]
        else ObjectId(ObjectKind(target["kind"]), on),
        held["how"],
    )


def _identity(held: Json) -> ObjectId:
    return ObjectId(
        ObjectKind(held["kind"]),
        Name(held["schema"], held["name"]),
        held["part"] or "",
        None if held["types"] is None else tuple(held["types"]),
        _identity(held["on"]) if held["on"] else None,
    )


def _receipt(held: Json) -> Receipt:
    unread = tuple(
        Unread(Statement(Source(one["path"], one["line"]), one["sql"]), "") for one in held["unread"]
    )
    return Receipt(held["read"], held["ignored_by_reason"], unread)
