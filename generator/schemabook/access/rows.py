"""Which rows a role reaches with a command: row security, seen through views and through other policies.

As `rewrite/rewriteHandler.c` does it: a view's relations are checked as its owner, or as the session's role
where the view has `security_invoker`; a policy that comes upon its own table again is an error; what a
condition reads must be readable by who the policy is applied to.
"""

from __future__ import annotations

import re
from functools import cache

from schemabook.access.cells import WITH_CHECK, Act, Step, Word
from schemabook.access.folding import Value
from schemabook.access.found import (
    RECURSION,
    TABLES,
    Denied,
    Found,
    Who,
    inside,
    is_left,
    named,
    reader,
    steps_of,
    together,
)
from schemabook.access.policies import Conditions, Policies
from schemabook.access.recursion import Recursion
from schemabook.access.replication import refusals
from schemabook.access.rights import Rights
from schemabook.access.views import Views
from schemabook.model import (
    Database,
    Name,
    ObjectId,
    ObjectKind,
    Relation,
    RelationKind,
    relation_id,
    routine_id,
)

NOTHING = re.compile(r"\bTO\s+\S+\s+DO\s+INSTEAD\s+NOTHING\s*$", re.I)
"""The end of a rule without a condition."""
BOTH = {Act.UPDATE: Act.UPDATE_CHECK, Act.UPDATE_WHERE: Act.UPDATE_CHECK, Act.UPDATE_CHECK: Act.UPDATE}
NO_OWNER = "the dump does not say whose it is, nor what its owner may do with"


class Rows:
    """The rows of all relations."""

    def __init__(self, database: Database, rights: Rights) -> None:
        self.database = database
        self.rights = rights
        self.policies = Policies(database)
        self.views = Views(database)
        self.refused = {command: dict(refusals(database, command)) for command in ("update", "delete")}
        self.recursion = Recursion(database, rights, self.policies, self.views)
        self.plain = cache(self._plain)
        self.without = cache(self._without)
        self.is_on = cache(lambda name: Step(relation_id(name), "row security is on"))

    def of(self, who: Who, name: Name, act: Act, columns: frozenset[str] = frozenset()) -> Found:
        """The rows that a command with a privilege reaches, be it on some *columns* only."""
        relation = self.database.relations[name]
        if columns and act.command in ("insert", "update") and not self._may_take(relation, act, columns):
            return Found(
                Word.NOT_UPDATABLE, (Step(relation_id(name), "the view does not change these columns"),)
            )
        try:
            if columns and act is Act.INSERT and relation.kind in TABLES:
                self._check_defaults(who, relation, columns)
            is_table = relation.kind in TABLES and not self.policies.may_fail(name)
            if (
                other := BOTH.get(act)
            ) and not is_table:  # One statement asks for old rows and new ones: where one fails, both do.
                self._reached(who, relation, other, ())
            return self._reached(who, relation, act, ())
        except Denied as error:
            return Found(error.word, (error.step,))

    def _check_defaults(self, who: Who, relation: Relation, columns: frozenset[str]) -> None:
        """Who may only fill some columns leaves the others to their defaults, which must be his to call."""
        for reference in self.database.references_from(relation_id(relation.name)):
            origin, target = reference.origin, reference.target
            is_call = origin.kind is ObjectKind.COLUMN and target.kind is ObjectKind.ROUTINE
            if is_call and origin.part not in columns:
                self._check_call(who, target.name)

    def _may_take(self, relation: Relation, act: Act, columns: frozenset[str]) -> bool:
        if relation.kind is not RelationKind.VIEW or self.is_replaced(relation, act):
            return True
        return bool(columns & self.views.changeable(relation.name))

    def is_replaced(self, relation: Relation, act: Act) -> bool:
        """Whether a trigger or a rule does something else instead."""
        return bool(self._instead(relation, act) or self._rule(relation, act))

    def _reached(self, who: Who, relation: Relation, act: Act, active: tuple[Name, ...]) -> Found:
        if relation.kind is RelationKind.VIEW:
            return self._of_view(who, relation, act, active)
        if act is not Act.SELECT and (rule := self._rule(relation, act)):
            return rule
        if relation.kind in TABLES:
            refused = self.refused.get(act.command, {}).get(relation.name)
            found = self._of_table(who, relation, act, active)
            is_reached = found.word is not Word.ERROR and act is not Act.TRUNCATE
            return refused if refused and is_reached else found
        on = relation_id(relation.name)
        if act is Act.SELECT:
            return Found(Word.ALL, (Step(on, f"a {relation.kind.words} has no row security"),))
        if relation.kind is RelationKind.MATERIALIZED_VIEW:
            return Found(Word.NOT_UPDATABLE, (Step(on, "a materialized view cannot be changed"),))
        step = Step(on, "whether the foreign-data wrapper can change rows is not in the dump")
        return Found(Word.UNKNOWN, (step,))

    def _rule(self, relation: Relation, act: Act) -> Found | None:
        rule = self.views.rule(relation.name, act.command)
        if not rule or act is Act.TRUNCATE:
            return None
        if NOTHING.search(rule.sql):
            return Found(
                Word.NO_ROWS, (Step(relation_id(relation.name), "a rule replaces the command by nothing"),)
            )
        step = Step(relation_id(relation.name), f"a rule replaces {act.command.upper()} by other commands")
        return Found(Word.UNKNOWN, (step,))

    def _of_table(self, who: Who, relation: Relation, act: Act, active: tuple[Name, ...]) -> Found:
        if act is Act.TRUNCATE or not relation.row_security:
            return self.without(relation.name)
        if why := self.rights.exempt(who.role, relation):
            return Found(Word.BYPASSES, (self.is_on(relation.name), why))
        if self.rights.is_unknown(who.role, relation.name):
            raise Denied(Step(relation_id(relation.name), f"{NO_OWNER} what others own"), Word.UNKNOWN)
        who_counts = self.rights.who(who.role) & self.policies.named(relation.name)
        found = self.plain(relation.name, act, who_counts)
        if not self.policies.may_fail(relation.name):
            return found
        conditions = self.policies.conditions(relation.name, act, who_counts)
        if conditions.has_query:
            if relation.name in active:
                raise Denied(Step(relation_id(relation.name), RECURSION))
            self._walk(who, conditions, (*active, relation.name))
        # What gives no row is not evaluated, but for sub-selects; each check is.
        self._check_calls(who, conditions, only_inner=found.word is Word.NO_ROWS and act not in WITH_CHECK)
        if act is Act.UPDATE_WHERE:  # New rows must be seen as well.
            self._check_calls(who, self.policies.conditions(relation.name, Act.SELECT, who_counts))
        return found

    def _without(self, name: Name) -> Found:
        """What TRUNCATE does, and everything without row security."""
        is_on = self.database.relations[name].row_security
        words = "row security does not limit TRUNCATE" if is_on else "row security is off"
        return Found(Word.ALL, (Step(relation_id(name), words),))

    def _plain(self, name: Name, act: Act, who_counts: frozenset[str]) -> Found:
        """What row security leaves of a table whose policies read and call nothing."""
        conditions = self.policies.conditions(name, act, who_counts)
        return Found(conditions.word, tuple(steps_of(self.database.relations[name], conditions, act)))

    def _walk(self, who: Who, conditions: Conditions, active: tuple[Name, ...]) -> None:
        """Goes through what the conditions read, for recursion as the rewriter does, then for rights."""
        for name in [name for c in conditions.found for clause in c.clauses for name in clause.reads]:
            self.recursion.check(who, name, active)
        for condition in conditions.found:
            for clause in condition.clauses if condition.folded.value is Value.OPEN else ():
                for name, columns in clause.reads.items():
                    if is_left(clause, name):
                        self._read(who, name, columns, active)

    def _read(self, who: Who, name: Name, columns: frozenset[str], active: tuple[Name, ...]) -> Found:
        """What somebody reads of a relation inside of a condition or a view; Denied where he may not."""
        relation = self.database.relations.get(name)
        if relation is None:
            return Found(Word.ALL)
        if self.rights.is_unknown(who.role, name):
            raise Denied(Step(relation_id(name), f"{NO_OWNER} what others own"), Word.UNKNOWN)
        if not self.rights.right(who.role, name, "select").covers(columns):
            raise Denied(Step(relation_id(name), f'{reader(who)} may not read "{name}", which is read here'))
        return self._reached(who, relation, Act.SELECT, active)

    def _check_calls(self, who: Who, conditions: Conditions, *, only_inner: bool = False) -> None:
        for condition in conditions.found:
            for clause in condition.clauses if condition.folded.value is Value.OPEN else ():
                for routine in clause.calls:
                    if is_left(clause, routine) and (not only_inner or routine.name in clause.inner):
                        self._check_call(who, routine)

    def _check_call(self, who: Who, routine: Name) -> None:
        # Whoever began the session must be allowed to, not the owner of a view.
        if not self.rights.may_execute(who.session, routine):
            step = Step(
                routine_id(routine), f'{named(who.session)} may not execute "{routine}", which is called here'
            )
            raise Denied(step)

    def _of_view(self, who: Who, view: Relation, act: Act, active: tuple[Name, ...]) -> Found:
        on = relation_id(view.name)
        inner = inside(who, view)
        rights = (
            "it uses the caller's privileges"
            if view.security_invoker
            else f"it uses the privileges of {named(inner.role)}"
        )
        first = Step(on, rights)
        if act is Act.TRUNCATE:
            return Found(Word.NOT_UPDATABLE, (Step(on, "a view cannot be truncated"),))
        if act is Act.SELECT:
            return self._selected(inner, view, first, active)
        if rule := self._rule(view, act):
            return rule
        if trigger := self._instead(view, act):
            if act in (Act.INSERT, Act.UPDATE_CHECK):
                return Found(Word.ALL, (trigger,))
            found = self._selected(inner, view, first, active)
            return found._replace(steps=(trigger, *found.steps))
        return self._changed(inner, view, act, first, active)

    def _instead(self, view: Relation, act: Act) -> Step | None:
        for trigger in self.database.triggers_of(view.name):
            if trigger.timing == "instead of" and act.command in trigger.events:
                found = ObjectId(ObjectKind.TRIGGER, view.name, trigger.name)
                return Step(found, f'an INSTEAD OF trigger does the work: "{trigger.routine}"')
        return None

    def _changed(self, inner: Who, view: Relation, act: Act, first: Step, active: tuple[Name, ...]) -> Found:
        base = self.views.base(view, needs_column=act.command != "delete")
        if base is None:
            return Found(
                Word.NOT_UPDATABLE,
                (Step(relation_id(view.name), "its query is too complex to be updated through"),),
            )
        columns = self.views.reads(view.name)[base]
        relation = self.database.relations[base]
        found = Found(Word.ALL)
        if relation.kind in (RelationKind.VIEW, RelationKind.MATERIALIZED_VIEW):
            found = self._reached(inner, relation, act, active)
            if found.word is Word.NOT_UPDATABLE:
                return found
        if self.rights.is_unknown(inner.role, base):
            raise Denied(Step(relation_id(base), f"{NO_OWNER} what others own"), Word.UNKNOWN)
        right = self.rights.right(inner.role, base, act.command)
        if right and not right.is_whole:
            step = Step(relation_id(base), f'{reader(inner)} may change some columns of "{base}" only')
            raise Denied(step, Word.UNKNOWN)
        reads = not act.reads or self.rights.right(inner.role, base, "select").covers(columns)
        if not right or not reads:
            command = "SELECT" if right else act.command.upper()
            raise Denied(Step(relation_id(base), f'{reader(inner)} may not {command} on "{base}"'))
        found = self._reached(inner, relation, act, active)
        reached = [found.word]
        if act not in (Act.INSERT, Act.UPDATE_CHECK):
            others = (pair for pair in self.views.reads(view.name).items() if pair[0] != base)
            reached += [self._read(inner, name, columns, active).word for name, columns in others]
        for routine in self.views.calls(view.name) if act is not Act.INSERT else ():
            self._check_call(inner, routine)
        return Found(together(reached), (first, *found.steps))

    def _selected(self, inner: Who, view: Relation, first: Step, active: tuple[Name, ...]) -> Found:
        if not self.views.is_followed(view):
            step = Step(relation_id(view.name), "its query is not understood, so what it reads is not known")
            return Found(Word.UNKNOWN, (first, step))
        for routine in self.views.calls(view.name):
            self._check_call(inner, routine)
        words: dict[Name, Word] = {}
        steps = [first]
        for name, columns in self.views.reads(view.name).items():
            found = self._read(inner, name, columns, active)
            words[name] = found.word
            steps += found.steps
        is_empty = self.views.is_plain(view) and any(
            word is Word.NO_ROWS and not self.views.is_outer(view, name) for name, word in words.items()
        )
        word = together(list(words.values()))
        if word is Word.NO_ROWS and not is_empty:
            word = Word.FILTERED
        return Found(Word.NO_ROWS if is_empty else word, tuple(steps))
