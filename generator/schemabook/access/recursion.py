"""Policies that lead back to their own table: the rewriter finds them before any condition is folded."""

from __future__ import annotations

from schemabook.access.cells import Act, Step
from schemabook.access.found import RECURSION, TABLES, Denied, Who, inside
from schemabook.access.policies import Policies
from schemabook.access.rights import Rights
from schemabook.access.views import Views
from schemabook.model import Database, Name, RelationKind, relation_id


class Recursion:
    """Who looks for it."""

    def __init__(self, database: Database, rights: Rights, policies: Policies, views: Views) -> None:
        self.database = database
        self.rights = rights
        self.policies = policies
        self.views = views

    def check(self, who: Who, name: Name, active: tuple[Name, ...]) -> None:
        """Raises Denied where reading a relation leads back to an active one."""
        relation = self.database.relations.get(name)
        if relation is None:
            return
        if relation.kind is RelationKind.VIEW:
            inner = inside(who, relation)
            for base in self.views.reads(name):
                self.check(inner, base, active)
            return
        if not relation.row_security or relation.kind not in TABLES or self.rights.exempt(who.role, relation):
            return
        who_counts = self.rights.who(who.role) & self.policies.named(name)
        conditions = self.policies.conditions(name, Act.SELECT, who_counts)
        if not conditions.has_query:
            return
        if name in active:
            raise Denied(Step(relation_id(name), RECURSION))
        for condition in conditions.found:
            for clause in condition.clauses:
                for other in clause.reads:
                    self.check(who, other, (*active, name))
