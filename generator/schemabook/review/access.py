"""What a change of the schema opens or closes: the access matrix before and after, cell by cell.

A cell that was and stays filtered is judged by the policies behind it, where these decide: one is a part of
the other, a condition has fewer parts joined by AND, or more joined by OR. What that does not decide is said
to be so, and never guessed.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from enum import StrEnum
from typing import NamedTuple, TypeAlias

from schemabook.access.cells import WITH_CHECK, Act, Cell, Word
from schemabook.access.conditions import Node, condition, flat
from schemabook.access.matrix import Matrix
from schemabook.access.policies import decisive
from schemabook.model import Command, Database, Name, ObjectKind, Policy

RANK = {
    Word.NO_GRANT: 0,
    Word.NOT_UPDATABLE: 0,
    Word.ERROR: 0,
    Word.NO_ROWS: 0,
    Word.UNKNOWN: 1,
    Word.COLUMNS: 1,
    Word.FILTERED: 1,
    Word.ALL: 2,
    Word.BYPASSES: 2,
}
"""How much is reached; 0 is nothing."""
WRAPPED = re.compile(r"\( select ((?:\w+ \. )?\w+ \( (?:'[^']*'(?: :: \w+)? )?\))(?: as \w+)? \)")
"""`(select auth.uid())`, which is `auth.uid()` evaluated once."""

SHOWN = 3
"""How many tables a sentence names."""


class Way(StrEnum):
    """Which way access goes."""

    OPENS = "opens"
    CLOSES = "closes"
    UNDECIDED = "compare by hand"


class AccessChange(NamedTuple):
    """A cell that is another one."""

    role: str
    relation: Name
    act: Act
    way: Way
    old: str
    """The word before, with the columns where only some are granted."""
    new: str


def access_changes(
    before: Matrix,
    after: Matrix,
    was: Mapping[Name, Name],
    relations: Iterable[Name],
    roles: Iterable[str] | None = None,
) -> Mapping[Name, tuple[AccessChange, ...]]:
    """The cells of some *relations* that differ, by name; *was* has the old names of those renamed.

    Of all roles, or of those said, among which PUBLIC is a role without any other.
    """
    roles = tuple(dict.fromkeys((*before.roles, *after.roles)) if roles is None else roles)
    found: dict[Name, tuple[AccessChange, ...]] = {}
    for name in relations:
        pair = _Pair(before, after, was.get(name, name), name)
        if changes := tuple(change for role in roles for change in pair.changes(role)):
            found[name] = changes
    return found


class _Pair:
    """A relation in two databases."""

    def __init__(self, before: Matrix, after: Matrix, old: Name, new: Name) -> None:
        self.before, self.after, self.old, self.new = before, after, old, new

    def changes(self, role: str) -> Iterator[AccessChange]:
        """The cells of a role that differ."""
        is_new = self.old not in self.before.database.relations
        if is_new and self._is_exempt(role):
            return
        old = {} if is_new else self.before.cells(role, self.old)
        for act, cell in self.after.cells(role, self.new).items():
            earlier = old.get(act, Cell(Word.NO_GRANT))
            if is_new and RANK[cell.reached] < RANK[Word.ALL]:
                continue  # What a new table limits has opened nothing.
            if way := self._way(act, earlier, cell):
                yield AccessChange(role, self.new, act, way, _said(earlier), _said(cell))

    def _is_exempt(self, role: str) -> bool:
        """Whether the role reaches all rows of its own right."""
        roles, owner = self.after.rights.roles, self.after.database.relations[self.new].owner
        return role == owner or roles.is_superuser(role) or roles.bypasses(role)

    def _way(self, act: Act, old: Cell, new: Cell) -> Way | None:
        ranks = RANK[old.reached], RANK[new.reached]
        if ranks[0] != ranks[1]:
            return Way.OPENS if ranks[0] < ranks[1] else Way.CLOSES
        ways = {_by_columns(old, new)} if ranks[1] else set()
        if ranks[1] == 1:
            ways.add(self._by_policies(act, old, new))
        ways.discard(None)
        return ways.pop() if len(ways) == 1 else Way.UNDECIDED if ways else None

    def _by_policies(self, act: Act, old: Cell, new: Cell) -> Way | None:
        if Word.UNKNOWN in (old.reached, new.reached):
            return Way.UNDECIDED if self._are_others() else None
        before = _Applied(self.before.database, self.old, act, old)
        after = _Applied(self.after.database, self.new, act, new)
        ways = {_by_sets(before.restrictive, after.restrictive, Way.CLOSES)}
        if before.permissive is not None and after.permissive is not None:
            ways.add(_by_sets(before.permissive, after.permissive, Way.OPENS))
        else:
            ways.add(_by_sets(before.own, after.own, Way.OPENS))
            ways.add(_by_sets(before.reading, after.reading, Way.OPENS))
        ways.discard(None)
        return ways.pop() if len(ways) == 1 else Way.UNDECIDED if ways else None

    def _are_others(self) -> bool:
        """Whether the policies are not what they were."""
        before = self.before.database.policies_of(self.old)
        return {(p.name, p) for p in before} != {
            (p.name, p) for p in self.after.database.policies_of(self.new)
        }


def _said(cell: Cell) -> str:
    return f"{cell.rows} of {', '.join(cell.columns)}" if cell.rows else cell.word.value


def _by_columns(old: Cell, new: Cell) -> Way | None:
    """Which way the granted columns go; without any all of them are."""
    if old.columns == new.columns:
        return None
    if not new.columns or (old.columns and set(old.columns) < set(new.columns)):
        return Way.OPENS
    return Way.CLOSES if not old.columns or set(old.columns) > set(new.columns) else Way.UNDECIDED


class _Applied:
    """The conditions of the policies behind a cell, taken apart."""

    def __init__(self, database: Database, name: Name, act: Act, cell: Cell) -> None:
        steps = (step.object for step in cell.because if step.object.kind is ObjectKind.POLICY)
        found = (database.policies.get((step.name, step.part)) for step in steps)
        policies = [policy for policy in found if policy]

        def parts(operator: str, *, permissive: bool, commands: Collection[str]) -> set[Part]:
            chosen = (p for p in policies if p.permissive is permissive and p.command in commands)
            return _parts((_condition(policy, act) for policy in chosen), operator)

        self.restrictive = parts("and", permissive=False, commands=tuple(Command))
        self.own = parts("or", permissive=True, commands=(Command.ALL, act.command))
        """Any of them must hold for the command itself."""
        self.reading = parts("or", permissive=True, commands=(Command.ALL, Command.SELECT))
        """Any of them must hold, too, where the command reads columns."""
        self.reads = act.reads

    @property
    def permissive(self) -> set[Part] | None:
        """The conditions any of which must hold; None where there are two such sets."""
        if not self.reads or self.own <= self.reading or TRUE in self.reading:
            return self.own
        return self.reading if self.reading <= self.own or TRUE in self.own else None


def _condition(policy: Policy, act: Act) -> str:
    clause = decisive(policy, is_check=act in WITH_CHECK)
    return _unwrapped(clause.tokens if clause else "false")


def _unwrapped(tokens: str) -> str:
    while (shorter := WRAPPED.sub(r"\1", tokens)) != tokens:
        tokens = shorter
    return tokens


Part: TypeAlias = Node | str
TRUE, FALSE = condition("true"), condition("false")


def _parts(conditions: Iterable[str], operator: str) -> set[Part]:
    """The conditions taken apart where they are joined as the policies are; else their tokens."""
    found: set[Part] = set()
    for tokens in conditions:
        node = condition(tokens)
        found.update(flat(node, operator) if node else (tokens,))
    return found


def by_conditions(old: Iterable[str], new: Iterable[str]) -> Way | None:
    """Which way conditions go that rows must fulfil all; None where they are the same."""
    return _by_sets(_parts(map(_unwrapped, old), "and"), _parts(map(_unwrapped, new), "and"), Way.CLOSES)


def _by_sets(old: set[Part], new: set[Part], more: Way) -> Way | None:
    """Which way conditions go; one more of them opens where any will do, and closes where all must hold."""
    gone, come = old - new, new - old
    if not gone and not come:
        return None
    if not gone or not come:
        return more if come else _opposite(more)
    all_or_none = TRUE if more is Way.OPENS else FALSE
    if all_or_none in gone | come:
        return more if all_or_none in come else _opposite(more)
    if len(gone) == len(come) == 1:
        return _by_parts(gone.pop(), come.pop())
    return Way.UNDECIDED


def _by_parts(before: Part, after: Part) -> Way | None:
    if isinstance(before, str) or isinstance(after, str):
        return Way.UNDECIDED
    for operator, more in (("and", Way.CLOSES), ("or", Way.OPENS)):
        few, many = (set(flat(node, operator)) for node in (before, after))
        if few < many:
            return more
        if few > many:
            return _opposite(more)
    return Way.UNDECIDED


def _opposite(way: Way) -> Way:
    return {Way.OPENS: Way.CLOSES, Way.CLOSES: Way.OPENS}.get(way, way)


ACTS = {
    Command.SELECT: frozenset({Act.SELECT, Act.UPDATE_WHERE, Act.DELETE_WHERE}),
    Command.INSERT: frozenset({Act.INSERT}),
    Command.UPDATE: frozenset({Act.UPDATE, Act.UPDATE_WHERE, Act.UPDATE_CHECK}),
    Command.DELETE: frozenset({Act.DELETE, Act.DELETE_WHERE}),
    Command.ALL: frozenset(Act),
}
"""What a policy for a command has a say in; a WHERE asks those for SELECT, too."""


def of_policy(
    changes: Iterable[AccessChange], old: Policy | None, new: Policy | None
) -> tuple[AccessChange, ...]:
    """The cells that a policy has a say in, of all that changed on its table."""
    acts = frozenset[Act]().union(*(ACTS[policy.command] for policy in (old, new) if policy))
    changes = tuple(changes)
    plain = {(change.role, change.act) for change in changes}
    return tuple(
        change
        for change in changes
        if change.act in acts
        # A WHERE finds nothing either where the command itself reaches nothing.
        and not (change.act.reads and (change.role, Act(change.act.command)) in plain)
    )


def told(changes: Iterable[AccessChange]) -> Iterator[str]:
    """`Opens: select for anon: filtered → all rows.`, for roles and commands with the same change at once."""
    alike: dict[tuple[Way, str, str], dict[str, list[Act]]] = {}
    for change in changes:
        by_role = alike.setdefault((change.way, change.old, change.new), {})
        by_role.setdefault(change.role, []).append(change.act)
    for (way, old, new), by_role in alike.items():
        same: dict[tuple[Act, ...], list[str]] = {}
        for role, acts in by_role.items():
            plain = [act for act in acts if act == act.command or act.command not in acts]
            same.setdefault(tuple(plain), []).append(role)
        for together, roles in same.items():
            moved = f"{old} → {new}" if old != new else f"{old}, by another condition"
            yield f"{way.capitalize()}: {', '.join(together)} for {', '.join(roles)}: {moved}."


def told_by_table(changes: Iterable[AccessChange]) -> Iterator[str]:
    """As `told`, of several tables at once: what changes on many of them alike is one sentence."""
    by_table: dict[Name, list[AccessChange]] = {}
    for change in sorted(changes, key=lambda change: change.relation):
        by_table.setdefault(change.relation, []).append(change)
    alike: dict[str, list[str]] = {}
    for table, found in by_table.items():
        for sentence in told(found):
            alike.setdefault(sentence, []).append(str(table))
    for sentence, tables in alike.items():
        more = f" and {len(tables) - SHOWN} more" if len(tables) > SHOWN else ""
        yield f"{sentence.removesuffix('.')}, on {', '.join(tables[:SHOWN])}{more}."
