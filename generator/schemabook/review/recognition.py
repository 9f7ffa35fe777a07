"""Two databases → which objects only have another name in the new one, and what tells it.

Never a guess: what is renamed says the same as before, and there is one candidate on each side. Where that
does not decide, an object was removed and another one added.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from schemabook.model import KIND_OF, KINDS, Database, ObjectId, ObjectKind, relation_id, schema_id
from schemabook.model import Sequence as SequenceFact
from schemabook.review.likeness import NEARLY, Columns, Relations
from schemabook.review.names import Renames, facts_of, kept_columns

SETTLED = "the settings say so"
ALL_ELSE = "all else is the same, and no other candidate"
PARTS = tuple(row.kind for row in KINDS if row.is_part and row.kind is not ObjectKind.COLUMN)
Pair = tuple[ObjectId, ObjectId, str]
"""Old and new identity, and what tells that they are one object."""


@dataclass
class Recognition:
    """Finds the objects that have another name, kind after kind: what is found tells more of the next."""

    old: Database
    new: Database
    reasons: dict[ObjectId, str] = field(default_factory=dict)
    """By the new identity."""
    renames: Renames = field(default_factory=Renames)

    def __post_init__(self) -> None:
        self.gone: dict[ObjectKind, dict[ObjectId, Any]] = {}
        self.come: dict[ObjectKind, dict[ObjectId, Any]] = {}
        for row in KINDS:
            if row.fact is not KIND_OF[ObjectKind.PRIVILEGE].fact:
                before, after = dict(row.facts(self.old)), dict(row.facts(self.new))
                self.gone[row.kind] = {name: fact for name, fact in before.items() if name not in after}
                self.come[row.kind] = {name: fact for name, fact in after.items() if name not in before}

    def found(self, settled: Iterable[Pair]) -> Renames:
        """All of them; *settled* are those that people name."""
        self._add(settled)
        self._add(self._schemas())
        self._add(self._same(ObjectKind.TYPE))
        relations = Relations(self.old, self.new, self.renames)
        self._add(relations.pairs(*self._left(ObjectKind.RELATION)))
        self._add(self._columns())
        for kind in PARTS:
            self._add(self._same(kind))
        self._add(self._same(ObjectKind.SEQUENCE, _is_told_apart))
        self._add(self._same(ObjectKind.ROUTINE))
        return self.renames

    def _add(self, pairs: Iterable[Pair]) -> None:
        found = list(pairs)
        if found:
            self.reasons |= {new: reason for _, new, reason in found}
            self.renames = Renames({**self.renames.pairs, **{old: new for old, new, _ in found}})

    def _left(self, kind: ObjectKind) -> tuple[dict[ObjectId, Any], dict[ObjectId, Any]]:
        """What has no counterpart yet: of the old database, of the new one.

        Not what has come or gone with its relation.
        """
        of, is_part = self.renames.of, KIND_OF[kind].is_part
        relations = {of(relation_id(name)).name for name in self.old.relations} & self.new.relations.keys()
        old, new = (
            {name: fact for name, fact in held[kind].items() if not is_part or now(name).name in relations}
            for held, now in ((self.gone, of), (self.come, lambda name: name))
        )
        taken = {of(name) for name in old} & new.keys()
        return (
            {
                name: fact
                for name, fact in old.items()
                if of(name) not in taken and name not in self.renames.pairs
            },
            {name: fact for name, fact in new.items() if name not in taken},
        )

    def _schemas(self) -> Iterable[Pair]:
        """The schemas that hold what another one held."""
        gone, come = ({name.name.name for name in side[ObjectKind.SCHEMA]} for side in (self.gone, self.come))
        before, after = _by_schema(self.gone, gone), _by_schema(self.come, come)
        found = [(a, b) for a in before for b in after if _share(before[a], after[b]) >= NEARLY]
        for a, b in found:
            if not any((a == c) != (b == d) for c, d in found):
                yield schema_id(a), schema_id(b), "it holds what the old one held"

    def _same(self, kind: ObjectKind, may_be: Callable[[Any], bool] = lambda fact: True) -> Iterable[Pair]:
        """Those that say the same: one in each database, of a part in one relation."""
        is_part = KIND_OF[kind].is_part
        old, new = self._left(kind)
        before: dict[Hashable, list[ObjectId]] = defaultdict(list)
        after: dict[Hashable, list[ObjectId]] = defaultdict(list)
        for name, fact in old.items():
            if may_be(fact):
                scope = self.renames.of(relation_id(name.name)) if is_part else None
                relation = name.name if is_part else None
                kept = kept_columns(self.old, self.renames, relation) if relation else frozenset[str]()
                for facts in self.renames.texts(facts_of(fact), relation, kept):
                    before[scope, facts].append(name)
        for name, fact in new.items():
            after[relation_id(name.name) if is_part else None, facts_of(fact)].append(name)
        for key, names in before.items():
            if len(names) == len(found := after.get(key, [])) == 1:
                yield names[0], found[0], ALL_ELSE

    def _columns(self) -> Iterable[Pair]:
        """The columns of relations that are in both databases."""
        old, new = (_by_relation(side) for side in self._left(ObjectKind.COLUMN))
        columns = Columns(self.old, self.new, self.renames)
        for relation, names in old.items():
            now = self.renames.of(relation)
            if now in new:
                yield from columns.pairs(relation.name, now.name, names, new[now])


def _by_schema(
    held: Mapping[ObjectKind, Iterable[ObjectId]], schemas: set[str]
) -> Mapping[str, set[tuple[ObjectKind, str]]]:
    """What is in each of the schemas, but for parts."""
    found: dict[str, set[tuple[ObjectKind, str]]] = defaultdict(set)
    for kind, names in held.items():
        for name in names:
            if name.name.schema in schemas and not name.part:
                found[name.name.schema].add((kind, name.name.name))
    return found


def _share(one: set[Any], other: set[Any]) -> float:
    return 2 * len(one & other) / (len(one) + len(other))


def _by_relation(names: Iterable[ObjectId]) -> Mapping[ObjectId, Sequence[str]]:
    found: dict[ObjectId, list[str]] = defaultdict(list)
    for name in names:
        found[relation_id(name.name)].append(name.part)
    return found


def _is_told_apart(sequence: SequenceFact) -> bool:
    """Whether a sequence says anything that not every other one says."""
    plain = SequenceFact(name=sequence.name, type=sequence.type, max=sequence.max, source=sequence.source)
    return facts_of(sequence) != facts_of(plain)
