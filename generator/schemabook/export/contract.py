"""The database as JSON: a public contract, format 1; `contract.schema.json` beside this file is its schema.

Keys are never missing: what is absent is null or an empty list. Same database, same bytes.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from schemabook.model import (
    Argument,
    Column,
    ColumnName,
    Constraint,
    Database,
    DefaultPrivilege,
    Index,
    Name,
    Policy,
    Privilege,
    Publication,
    Reference,
    Relation,
    Role,
    Routine,
    Sequence,
    Sql,
    Trigger,
    Type,
)

FORMAT = 1
Json = dict[str, Any]


def to_json(database: Database) -> str:
    """The contract's text, indented by two spaces, with a line feed at its end."""
    return json.dumps(contract(database), ensure_ascii=False, indent=2) + "\n"


def contract(database: Database) -> Json:
    """The contract as plain values, in the order of its documentation."""
    return {
        "format": FORMAT,
        "sources": [
            {"path": i.path, "sha256": i.sha256, "statements": i.statements, "bytes": i.bytes}
            for i in database.inputs
        ],
        "receipt": _receipt(database),
        "schemas": [
            {"name": s.name, "owner": s.owner, "comment": s.comment} for s in database.schemas.values()
        ],
        "extensions": [
            {"name": e.name, "schema": e.schema, "comment": e.comment} for e in database.extensions.values()
        ],
        "roles": [_role(fact) for fact in database.roles.values()],
        "types": [_type(fact) for fact in database.types.values()],
        "sequences": [_sequence(fact) for fact in database.sequences.values()],
        "relations": [_relation(fact, database) for fact in database.relations.values()],
        "routines": [_routine(fact, database) for fact in database.routines.values()],
        "publications": [_publication(fact) for fact in database.publications.values()],
        "default_privileges": [_default_privilege(fact) for fact in database.default_privileges],
        "others": [{"kind": o.kind, "name": o.name, "sql": o.sql} for o in database.others.values()],
        "references": [_reference(fact) for fact in database.references],
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
                **_name(w.object.name),
                "part": w.part or None,
                "message": w.message,
            }
            for w in database.warnings
            if w.object
        ],
    }


def _name(name: Name) -> Json:
    return {"schema": name.schema, "name": name.name}


def _names(names: Iterable[Name]) -> list[Json]:
    return [_name(name) for name in names]


def _sql(expression: Sql | None) -> str | None:
    return expression.text if expression else None


def _column_name(name: ColumnName | None) -> Json | None:
    if name is None:
        return None
    return {"schema": name.relation.schema, "relation": name.relation.name, "column": name.column}


def _type(fact: Type) -> Json:
    return {
        **_name(fact.name),
        "kind": fact.kind.value,
        "comment": fact.comment,
        "labels": list(fact.labels),
        "attributes": [{"name": a.name, "type": a.type} for a in fact.attributes],
        "base_type": fact.base_type,
        "not_null": fact.not_null,
        "default": _sql(fact.default),
        "checks": [{"name": check.name, "expression": check.expression.text} for check in fact.checks],
    }


def _sequence(fact: Sequence) -> Json:
    return {
        **_name(fact.name),
        "type": fact.type,
        "start": fact.start,
        "increment": fact.increment,
        "min": fact.min,
        "max": fact.max,
        "cycle": fact.cycle,
        "cache": fact.cache,
        "owned_by": _column_name(fact.owned_by),
        "comment": fact.comment,
    }


def _relation(fact: Relation, database: Database) -> Json:
    partition = fact.partition_of and {**_name(fact.partition_of), "bound": fact.partition_bound}
    return {
        **_name(fact.name),
        "kind": fact.kind.value,
        "unlogged": fact.unlogged,
        "owner": fact.owner,
        "comment": fact.comment,
        "definition": _sql(fact.definition),
        "inherits": _names(fact.inherits),
        "partition_key": fact.partition_key,
        "partition_of": partition or None,
        "columns": [
            _column(column, database.lineage.get(ColumnName(fact.name, column.name), ()))
            for column in database.columns_of(fact.name)
        ],
        "constraints": [_constraint(c) for c in database.constraints_of(fact.name)],
        "indexes": [_index(index) for index in database.indexes_of(fact.name)],
        "triggers": [_trigger(trigger) for trigger in database.triggers_of(fact.name)],
        "policies": [_policy(policy) for policy in database.policies_of(fact.name)],
        "row_security": {"enabled": fact.row_security, "forced": fact.row_security_forced},
        "security_invoker": fact.security_invoker,
        "security_barrier": fact.security_barrier,
        "check_option": fact.check_option,
        "privileges": _privileges(database.privileges_on("relation", fact.name)),
    }


def _column(fact: Column, sources: tuple[ColumnName, ...]) -> Json:
    return {
        "name": fact.name,
        "type": fact.type,
        "not_null": fact.not_null,
        "default": _sql(fact.default),
        "identity": fact.identity.value if fact.identity else None,
        "generated": _sql(fact.generated),
        "generated_kind": fact.generated_kind,
        "collation": fact.collation,
        "storage": fact.storage,
        "compression": fact.compression,
        "statistics_target": fact.statistics_target,
        "derived_from": [_column_name(name) for name in sources],
        "comment": fact.comment,
    }


def _constraint(fact: Constraint) -> Json:
    target = fact.references
    return {
        "name": fact.name,
        "kind": fact.kind.value,
        "columns": list(fact.columns),
        "expression": _sql(fact.expression),
        "references": target
        and {
            "schema": target.relation.schema,
            "relation": target.relation.name,
            "columns": list(target.columns),
        },
        "match": fact.match,
        "on_update": fact.on_update,
        "on_delete": fact.on_delete,
        "deferrable": fact.deferrable,
        "initially_deferred": fact.initially_deferred,
        "enforced": fact.enforced,
        "validated": fact.validated,
        "no_inherit": fact.no_inherit,
        "period": fact.period,
        "nulls_not_distinct": fact.nulls_not_distinct,
        "include": list(fact.include),
        "comment": fact.comment,
    }


def _index(fact: Index) -> Json:
    return {
        "name": fact.name,
        "method": fact.method,
        "unique": fact.unique,
        "keys": [
            {
                "column": key.column,
                "expression": _sql(key.expression),
                "descending": key.descending,
                "nulls_first": key.nulls_first,
                "collation": key.collation,
                "opclass": key.opclass,
                "opclass_options": dict(key.opclass_options),
            }
            for key in fact.keys
        ],
        "include": list(fact.include),
        "where": _sql(fact.where),
        "nulls_not_distinct": fact.nulls_not_distinct,
        "comment": fact.comment,
    }


def _trigger(fact: Trigger) -> Json:
    return {
        "name": fact.name,
        "timing": fact.timing,
        "events": list(fact.events),
        "update_columns": list(fact.update_columns),
        "level": fact.level,
        "when": _sql(fact.when),
        "routine": _name(fact.routine),
        "arguments": list(fact.arguments),
        "constraint": fact.constraint,
        "deferrable": fact.deferrable,
        "initially_deferred": fact.initially_deferred,
        "from_relation": _name(fact.from_relation) if fact.from_relation else None,
        "old_table": fact.old_table,
        "new_table": fact.new_table,
        "enabled": fact.enabled,
        "comment": fact.comment,
    }


def _policy(fact: Policy) -> Json:
    return {
        "name": fact.name,
        "permissive": fact.permissive,
        "command": fact.command.value,
        "roles": list(fact.roles),
        "using": _sql(fact.using),
        "with_check": _sql(fact.with_check),
        "comment": fact.comment,
    }


def _privileges(facts: Iterable[Privilege]) -> list[Json]:
    return [
        {
            "grantee": fact.grantee,
            "privileges": list(fact.privileges),
            "columns": None if fact.columns is None else list(fact.columns),
            "grantable": fact.grantable,
        }
        for fact in facts
    ]


def _routine(fact: Routine, database: Database) -> Json:
    return {
        **_name(fact.name),
        "kind": fact.kind.value,
        "arguments": [_argument(argument) for argument in fact.arguments],
        "returns": fact.returns,
        "language": fact.language,
        "volatility": fact.volatility,
        "strict": fact.strict,
        "security_definer": fact.security_definer,
        "leakproof": fact.leakproof,
        "parallel": fact.parallel,
        "settings": dict(fact.settings),
        "body": fact.body,
        "owner": fact.owner,
        "comment": fact.comment,
        "privileges": _privileges(database.privileges_on("routine", fact.signature)),
    }


def _argument(fact: Argument) -> Json:
    return {"name": fact.name, "mode": fact.mode, "type": fact.type, "default": _sql(fact.default)}


def _role(fact: Role) -> Json:
    return {
        "name": fact.name,
        "bypass_rls": fact.bypass_rls,
        "inherit": fact.inherit,
        "login": fact.login,
        "superuser": fact.superuser,
        "member_of": list(fact.member_of),
    }


def _publication(fact: Publication) -> Json:
    return {
        "name": fact.name,
        "all_tables": fact.all_tables,
        "relations": _names(fact.relations),
        "tables": [
            {
                **_name(table.relation),
                "columns": None if table.columns is None else list(table.columns),
                "where": _sql(table.where),
            }
            for table in fact.tables
        ],
        "schemas": list(fact.schemas),
        "operations": list(fact.operations),
        "via_root": fact.via_root,
        "generated_columns": fact.generated_columns,
        "comment": fact.comment,
    }


def _default_privilege(fact: DefaultPrivilege) -> Json:
    return {
        "role": fact.role,
        "schema": fact.schema,
        "objects": fact.objects,
        "grantee": fact.grantee,
        "privileges": list(fact.privileges),
    }


def _reference(fact: Reference) -> Json:
    origin = {"kind": fact.from_kind, **_name(fact.from_name), "part": fact.part or None}
    target = {"kind": fact.to_kind, **_name(fact.to_name), "column": fact.column or None}
    return {"from": origin, "to": target, "how": fact.how}
