"""The database as JSON: a public contract, format 1; `contract.schema.json` beside this file is its schema.

Keys are never missing: what is absent is null or an empty list. Same database, same bytes.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from schemabook.model import (
    KIND_OF,
    KINDS,
    Argument,
    Attribute,
    Column,
    ColumnName,
    Constraint,
    Database,
    DefaultPrivilege,
    DomainCheck,
    Extension,
    Index,
    IndexKey,
    Input,
    Name,
    ObjectId,
    ObjectKind,
    Other,
    Policy,
    Privilege,
    Publication,
    PublishedTable,
    Reference,
    Relation,
    Role,
    Routine,
    Schema,
    Sequence,
    Sql,
    Target,
    Trigger,
    Type,
    relation_id,
)

FORMAT = 1
Json = dict[str, Any]
KEYS: Mapping[type, str] = {
    Input: "path sha256 statements bytes",
    Schema: "name owner comment",
    Extension: "name schema comment",
    Role: "name bypass_rls inherit login superuser member_of",
    Type: "name kind owner comment labels attributes base_type not_null default checks options",
    Attribute: "name type",
    DomainCheck: "name expression validated",
    Sequence: "name type start increment min max cycle cache owned_by identity owner comment",
    Relation: "name kind unlogged owner comment definition inherits partition_key replica_identity "
    "replica_identity_index server options columns_known",
    Column: "name type not_null default identity generated generated_kind collation storage compression "
    "statistics_target options",
    Constraint: "name kind columns expression references match on_update on_delete deferrable "
    "initially_deferred enforced validated no_inherit period nulls_not_distinct include comment",
    Index: "name method unique keys include where nulls_not_distinct comment",
    IndexKey: "column expression descending nulls_first collation opclass opclass_options",
    Trigger: "name timing events update_columns level when routine arguments constraint deferrable "
    "initially_deferred from_relation old_table new_table enabled comment",
    Policy: "name permissive command roles using with_check comment",
    Privilege: "grantee privileges columns grantable",
    Routine: "name kind arguments returns language volatility strict security_definer leakproof parallel "
    "settings options body owner comment",
    Argument: "name mode type default",
    Publication: "name owner all_tables relations tables schemas operations via_root generated_columns "
    "comment",
    PublishedTable: "relation columns where",
    DefaultPrivilege: "role schema objects grantee privileges",
    Other: "kind name sql also owner comment",
}
"""What the contract holds of each fact, in its order; a qualified name is two keys, `schema` and `name`."""
OWN_NAMES = ("name", "relation")
MAPPINGS = ("settings", "options", "opclass_options")
"""Pairs that are told as a mapping."""


def to_json(database: Database) -> str:
    """The contract's text, indented by two spaces, with a line feed at its end."""
    return json.dumps(contract(database), ensure_ascii=False, indent=2) + "\n"


def contract(database: Database) -> Json:
    """The contract as plain values, in the order of its documentation."""
    return {
        "format": FORMAT,
        "sources": _facts(database.inputs),
        "receipt": _receipt(database),
        "platform": _platform(database),
        "exposed_schemas": value_of(database.exposed_schemas),
        "schemas": _granted(ObjectKind.SCHEMA, database),
        "extensions": _facts(database.extensions.values()),
        "roles": _facts(database.roles.values()),
        "types": _granted(ObjectKind.TYPE, database),
        "sequences": _granted(ObjectKind.SEQUENCE, database),
        "relations": [_relation(fact, database) for fact in database.relations.values()],
        "routines": _granted(ObjectKind.ROUTINE, database),
        "publications": _facts(database.publications.values()),
        "other_privileges": _other_privileges(database),
        "default_privileges": _facts(database.default_privileges),
        "others": [_other(fact, database) for fact in database.others.values()],
        "references": [_reference(fact) for fact in database.references],
    }


def _platform(database: Database) -> Json | None:
    """The platform, and what of it the input has removed; what nothing uses of the rest is left out."""
    if not (platform := database.platform):
        return None
    return {"name": platform.name, "gone": [_identity(name) for name in sorted(platform.gone, key=str)]}


def _other_privileges(database: Database) -> list[Json]:
    """Privileges on what others make, such as an extension."""
    there = {name for row in KINDS for name, _ in row.facts(database)}
    return [{"on": _identity(p.on), **_fact(p)} for p in database.privileges if p.on not in there]


def _identity(name: ObjectId) -> Json:
    return {
        "kind": name.kind,
        **name.name._asdict(),
        "part": name.part or None,
        "types": value_of(name.types),
        "on": _identity(name.on) if name.on else None,
    }


def _receipt(database: Database) -> Json:
    receipt = database.receipt
    return {
        "statements": receipt.statements,
        "read": receipt.read,
        "ignored": sum(receipt.ignored.values()),
        "unread": [
            {
                "path": u.statement.source.path,
                "line": u.statement.source.line,
                "sql": "" if u.is_hidden else u.statement.text,
            }
            for u in receipt.unread
        ],
        "ignored_by_reason": dict(receipt.ignored),
        "warnings": [
            {
                "path": w.place[0],
                "line": w.place[1],
                "kind": w.object.whole.kind,
                **w.object.name._asdict(),
                "part": w.part or None,
                "message": w.message,
            }
            for w in database.warnings
            if w.object
        ],
    }


def _facts(facts: Iterable[Any]) -> list[Json]:
    return [_fact(fact) for fact in facts]


def _granted(kind: ObjectKind, database: Database) -> list[Json]:
    """The facts of a kind with who is granted what on each."""
    return [
        {**_fact(fact), "privileges": _facts(database.privileges_on(name))}
        for name, fact in KIND_OF[kind].facts(database)
    ]


def _other(fact: Other, database: Database) -> Json:
    name = KIND_OF[fact.kind].identity(fact, database)
    return {
        **_fact(fact),
        "relation": value_of(fact.relation),
        "privileges": _facts(database.privileges_on(name)),
    }


def _fact(fact: Any) -> Json:
    """A fact by its keys."""
    found: Json = {}
    for key in KEYS[type(fact)].split():
        value = getattr(fact, key)
        if key in OWN_NAMES and isinstance(value, Name):
            found |= value._asdict()
        else:
            found[key] = dict(value) if key in MAPPINGS else value_of(value)
    return found


def value_of(value: Any) -> Any:
    """A value of a fact as the contract tells it."""
    match value:
        case Sql():
            return value.text
        case Name():
            return value._asdict()
        case ColumnName(relation, column):
            return {"schema": relation.schema, "relation": relation.name, "column": column}
        case Target(relation, columns):
            return {"schema": relation.schema, "relation": relation.name, "columns": list(columns)}
        case tuple():
            return [value_of(item) for item in value]
    return _fact(value) if type(value) in KEYS else value


def _relation(fact: Relation, database: Database) -> Json:
    partition = fact.partition_of and {**fact.partition_of._asdict(), "bound": fact.partition_bound}
    return {
        **_fact(fact),
        "partition_of": partition or None,
        "columns": [_column(column, database) for column in database.columns_of(fact.name)],
        "constraints": _facts(database.constraints_of(fact.name)),
        "indexes": _facts(database.indexes_of(fact.name)),
        "triggers": _facts(database.triggers_of(fact.name)),
        "policies": _facts(database.policies_of(fact.name)),
        "row_security": {"enabled": fact.row_security, "forced": fact.row_security_forced},
        "security_invoker": fact.security_invoker,
        "security_barrier": fact.security_barrier,
        "check_option": fact.check_option,
        "privileges": _facts(database.privileges_on(relation_id(fact.name))),
    }


def _column(fact: Column, database: Database) -> Json:
    sources = database.lineage.get(ColumnName(fact.relation, fact.name), ())
    return {**_fact(fact), "derived_from": value_of(sources), "comment": fact.comment}


def _reference(fact: Reference) -> Json:
    origin, target = fact.origin.whole, fact.target.whole
    return {
        "from": {"kind": origin.kind, **origin.name._asdict(), "part": fact.part or None},
        "to": {"kind": target.kind, **target.name._asdict(), "column": fact.target.part or None},
        "how": fact.how,
    }
