"""Which conditions row security sets for a command, as PostgreSQL's rewriter collects them.

https://www.postgresql.org/docs/current/sql-createpolicy.html and `rewrite/rowsecurity.c`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import NamedTuple

from schemabook.access.cells import Act, Word
from schemabook.access.folding import FALSE, Folded, Value, either, folded, has_query, words_of_queries
from schemabook.model import (
    Command,
    ConstraintKind,
    Database,
    Name,
    ObjectId,
    ObjectKind,
    Policy,
    Sql,
    relation_id,
    split_tokens,
)

Reads = Mapping[Name, frozenset[str]]
BEFORE = frozenset({"from", "join", ",", "only", "("})


class Clause(NamedTuple):
    """One clause of a policy, folded, and what it names."""

    folded: Folded
    reads: Reads
    """The columns of each relation that it reads, also where it is folded away."""
    calls: frozenset[Name]
    inner: frozenset[str]
    """The words of its sub-selects, which are prepared even where no row is left to look at."""

    def is_left(self, name: Name, condition: Folded) -> bool:
        """Whether what is left of the condition still names this."""
        return condition.value is Value.OPEN and (
            name.name in condition.tokens or '"' + name.name.replace('"', '""') + '"' in condition.tokens
        )


class Condition(NamedTuple):
    """What rows must fulfil: the clauses of one or more policies, joined by OR."""

    folded: Folded
    clauses: tuple[Clause, ...] = ()


class Conditions(NamedTuple):
    """All conditions of a command, joined by AND; the policies that set them."""

    found: tuple[Condition, ...]
    policies: tuple[Policy, ...]
    has_query: bool
    """Whether one of the policies has a sub-select, be it in the other clause."""

    @property
    def word(self) -> Word:
        """What they let through."""
        values = {condition.folded.value for condition in self.found}
        if Value.FALSE in values:
            return Word.NO_ROWS
        return Word.FILTERED if Value.OPEN in values else Word.ALL


class Policies:
    """The policies of all tables."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.clause = cache(self._clause)
        self.conditions = cache(self._conditions)
        self.named = cache(self._named)
        self.may_fail = cache(self._may_fail)
        self.not_null = cache(self._not_null)

    def _named(self, relation: Name) -> frozenset[str]:
        """The roles that the policies of a table name; others are all the same to it."""
        return frozenset(role for policy in self.database.policies_of(relation) for role in policy.roles)

    def _may_fail(self, relation: Name) -> bool:
        """Whether a policy of a table reads or calls anything."""
        policies = self.database.policies_of(relation)
        return any(_has_query(policy) or any(True for _ in self._calls(policy)) for policy in policies)

    def _conditions(self, relation: Name, act: Act, who: frozenset[str]) -> Conditions:
        """What row security demands of a role that is each of *who*, of old rows or of new ones."""
        is_check = act in (Act.INSERT, Act.UPDATE_CHECK)
        found = [self._of_command(relation, act.command, who, is_check=is_check)]
        if act.reads:
            found.append(self._of_command(relation, "select", who, is_check=False))
        return Conditions(
            tuple(condition for part in found for condition in part.found),
            tuple(dict.fromkeys(policy for part in found for policy in part.policies)),
            any(part.has_query for part in found),
        )

    def _of_command(self, relation: Name, command: str, who: frozenset[str], *, is_check: bool) -> Conditions:
        used = [
            (policy, self.clause(policy, is_check=is_check))
            for policy in self.database.policies_of(relation)
            if policy.command in (Command.ALL, command) and not who.isdisjoint(policy.roles)
        ]
        clauses = [(policy, clause) for policy, clause in used if clause]
        permissive = [(policy, clause) for policy, clause in clauses if policy.permissive]
        if not permissive:
            return Conditions((Condition(FALSE),), tuple(policy for policy, _ in used), has_query=False)
        joined = either([clause.folded for _, clause in permissive])
        restrictive = [
            Condition(clause.folded, (clause,)) for policy, clause in clauses if not policy.permissive
        ]
        return Conditions(
            (*restrictive, Condition(joined, tuple(clause for _, clause in permissive))),
            tuple(policy for policy, _ in used),
            any(_has_query(policy) for policy, _ in clauses),
        )

    def _clause(self, policy: Policy, *, is_check: bool) -> Clause | None:
        """The clause that counts; a missing WITH CHECK is the USING expression."""
        sql = decisive(policy, is_check=is_check)
        if sql is None:
            return None
        relation = policy.relation
        reads: dict[Name, frozenset[str]] = {}
        tokens = frozenset(split_tokens(sql.tokens))
        if has_query(sql.tokens):
            reads = {name: columns for name, columns in self._reads(policy) if _names(name, tokens)}
            if _reads_itself(sql, relation):
                reads[relation] = frozenset()
        calls = {name for name in self._calls(policy) if _names(name, tokens)}
        # Only the planner of a query knows what is never null; what new rows must fulfil is evaluated.
        not_null = frozenset() if is_check else self.not_null(relation)
        return Clause(
            folded(sql.tokens, not_null, relation.name), reads, frozenset(calls), words_of_queries(sql.tokens)
        )

    def _references(self, policy: Policy) -> Iterator[ObjectId]:
        for reference in self.database.references_from(relation_id(policy.relation)):
            if reference.origin.kind is ObjectKind.POLICY and reference.origin.part == policy.name:
                yield reference.target

    def _reads(self, policy: Policy) -> Iterator[tuple[Name, frozenset[str]]]:
        found: dict[Name, set[str]] = {}
        for target in self._references(policy):
            if target.kind in (ObjectKind.RELATION, ObjectKind.COLUMN):
                found.setdefault(target.name, set()).update({target.part} - {""})
        return ((name, frozenset(columns)) for name, columns in found.items())

    def _calls(self, policy: Policy) -> Iterator[Name]:
        return (target.name for target in self._references(policy) if target.kind is ObjectKind.ROUTINE)

    def _not_null(self, relation: Name) -> frozenset[str]:
        keys = (c for c in self.database.constraints_of(relation) if c.kind is ConstraintKind.PRIMARY_KEY)
        names = {name for key in keys for name in key.columns}
        return frozenset(names | {c.name for c in self.database.columns_of(relation) if c.not_null})


def decisive(policy: Policy, *, is_check: bool) -> Sql | None:
    """The clause that counts, of new rows or of old ones; a missing WITH CHECK is the USING expression."""
    return (policy.with_check or policy.using) if is_check else policy.using


def _has_query(policy: Policy) -> bool:
    return any(sql is not None and has_query(sql.tokens) for sql in (policy.using, policy.with_check))


def _names(name: Name, tokens: frozenset[str]) -> bool:
    return name.name in tokens or '"' + name.name.replace('"', '""') + '"' in tokens


def _reads_itself(sql: Sql, relation: Name) -> bool:
    """Whether a sub-select reads the policy's own table."""
    words = [word.strip('"') if word.startswith('"') else word for word in split_tokens(sql.tokens)]
    whole = [relation.schema, ".", relation.name]
    for position, word in enumerate(words):
        if word not in BEFORE:
            continue
        for written in (whole, whole[-1:] if word in ("from", "join", "only") else whole):
            end = position + 1 + len(written)
            after = words[end : end + 1]
            is_relation = words[position + 1 : end] == written and after not in (["."], ["("])
            if is_relation and (word != "(" or after[:1] in (["join"], ["left"], ["cross"])):
                return True
    return False
