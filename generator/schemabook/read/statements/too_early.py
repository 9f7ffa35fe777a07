"""Policies that name a table which only a later statement makes: PostgreSQL refuses them.

What no statement makes at all may be of a part of the database that was not dumped, and is no fault.
"""

from __future__ import annotations

from collections.abc import Iterator

from schemabook.model import Name, Policy, Sql, Unread
from schemabook.read.queries.bodies import relations_in
from schemabook.read.state.builder import Builder

NOT_SURE = (" with ", "extract (", "substring (", "trim (", "overlay (", "distinct from")
"""Where a name after FROM may be none of a relation."""


def await_relations(database: Builder, policy: Policy) -> None:
    """Notes the relations in the expressions of a new policy that are not there."""
    for sql in filter(None, (policy.using, policy.with_check)):
        for name in _relations(database, sql):
            key = (policy.relation, policy.name)
            database.put_in(database.awaited, name, key, (policy, database.statement))


def _relations(database: Builder, sql: Sql) -> Iterator[Name]:
    if "select" not in sql.tokens or any(words in f" {sql.tokens}" for words in NOT_SURE):
        return
    for name in relations_in(sql.text):
        full = database.relation_name(name)
        if full not in database.relations:
            yield full


def take_back(database: Builder) -> tuple[Unread, ...]:
    """Removes the policies that came too early, and returns their statements."""
    found = []
    for name, policies in database.awaited.items():
        for (relation, policy), (fact, statement) in policies.items() if name in database.relations else ():
            parts = database.parts_of(Policy, relation)
            if policy in parts and parts[policy].source == fact.source:
                database.remove(parts, policy)
                found.append(Unread(statement, f'relation "{name}" does not exist yet'))
    return tuple(found)
