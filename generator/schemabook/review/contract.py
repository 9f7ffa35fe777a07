"""The changes as JSON: a public contract, format 1; `contract.schema.json` beside this file is its schema.

Values are told as the contract of the model does (`export/contract.py`), secrets in them are masked. Keys are
never missing. Same databases, same bytes.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from hashlib import sha256
from typing import Any

from schemabook.diff import Fact
from schemabook.errors import Source
from schemabook.export.contract import value_of
from schemabook.model import KIND_OF, ObjectId, ObjectKind
from schemabook.review.change import ReviewedChange
from schemabook.review.sources import Side
from schemabook.secrets import without_secrets

FORMAT = 1
Json = dict[str, Any]


def to_json(old: Side, new: Side, changes: Iterable[ReviewedChange]) -> str:
    """The contract's text, indented by two spaces, with a line feed at its end."""
    return json.dumps(contract(old, new, changes), ensure_ascii=False, indent=2) + "\n"


def contract(old: Side, new: Side, changes: Iterable[ReviewedChange]) -> Json:
    """The contract as plain values."""
    return {
        "format": FORMAT,
        "old": _inputs(old),
        "new": _inputs(new),
        "changes": [_change(change, old, new) for change in changes],
    }


def _inputs(side: Side) -> list[Json]:
    return [
        {"path": side.shown(found.path), "revision": side.revision or None, "sha256": found.sha256}
        for found in side.database.inputs
    ]


def _change(change: ReviewedChange, old: Side, new: Side) -> Json:
    return {
        "key": change.key,
        "accepted": change.accepted or None,
        "change": change.change.value,
        "kind": change.object.kind.value,
        "id": id_of(change.object),
        "was": id_of(change.was) if change.was else None,
        "fields": [_field(fact) for fact in change.facts],
        "severity": [severity.value for severity in change.severities],
        "reason": " ".join(change.sentences),
        "because_of": [[name.kind.value, *id_of(name)] for name in change.because_of],
        "source": {"old": _place(old, change.old), "new": _place(new, change.new)},
    }


def key_of(change: ReviewedChange) -> str:
    """The key of a change: a digest of what it says, without what follows from that, and without places."""
    names = [id_of(name) for name in (change.object, change.was) if name]
    fields = [(fact.name, value_of(fact.old), value_of(fact.new)) for fact in change.facts]
    told = json.dumps([change.change, change.object.kind, names, fields], ensure_ascii=False)
    return sha256(told.encode("utf-8", "surrogatepass")).hexdigest()[:8]


def id_of(name: ObjectId) -> list[str]:
    """What tells an object from all others of its kind: `["public", "orders", "price"]`.

    Of a routine with the types of its input arguments; of a privilege the kind and identity of the object,
    then who has it.
    """
    match name.kind:
        case ObjectKind.PRIVILEGE if name.on:
            return [name.on.kind.value, *id_of(name.on), name.part]
        case ObjectKind.DEFAULT_PRIVILEGE:
            return [name.name.name, name.name.schema, *(name.types or ()), name.part]
        case ObjectKind.ROUTINE:
            return [*name.name, ", ".join(name.types or ())]
    if name.part:
        return [*name.name, name.part]
    return [*name.name] if KIND_OF[name.kind].in_schema else [name.name.name]


def _field(fact: Fact) -> Json:
    return {"name": fact.name, "old": _masked(value_of(fact.old)), "new": _masked(value_of(fact.new))}


def _masked(value: Any) -> Any:
    """A value of JSON without the secrets in its texts."""
    match value:
        case str():
            return without_secrets(value)
        case list():
            return [_masked(item) for item in value]
        case dict():
            return {key: _masked(item) for key, item in value.items()}
    return value


def _place(side: Side, source: Source | None) -> str | None:
    return f"{side.shown(source.path)}:{source.line}" if source else None
