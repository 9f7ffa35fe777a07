"""What looking for rows comes to: a word and its steps, or an error."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from schemabook.access.cells import Act, Step, Word
from schemabook.access.policies import Clause, Conditions
from schemabook.access.rights import UNSAID
from schemabook.model import Name, ObjectId, ObjectKind, Policy, Relation, RelationKind, relation_id

RECURSION = "infinite recursion: one of its policies reads the table itself again"
TABLES = frozenset({RelationKind.TABLE, RelationKind.PARTITIONED_TABLE})


class Who(NamedTuple):
    """As whom something is checked, and who began the session."""

    role: str
    session: str


class Found(NamedTuple):
    """A word and the steps to it."""

    word: Word
    steps: tuple[Step, ...] = ()


class Denied(Exception):
    """The command fails, or nobody can tell."""

    def __init__(self, step: Step, word: Word = Word.ERROR) -> None:
        self.step = step
        self.word = word


def together(words: list[Word]) -> Word:
    """What is left of what several relations leave."""
    if Word.UNKNOWN in words:
        return Word.UNKNOWN
    if len(words) == 1:
        return words[0]
    if {Word.FILTERED, Word.NO_ROWS} & set(words):
        return Word.FILTERED
    return Word.BYPASSES if Word.BYPASSES in words else Word.ALL


def is_left(clause: Clause, name: Name) -> bool:
    """Whether a clause still names this after folding."""
    return clause.is_left(name, clause.folded)


def named(role: str) -> str:
    """A role in words."""
    return f'"{role}"' if role else "the role that restores the dump"


def reader(who: Who) -> str:
    """Who reads or changes something; an owner's name belongs to his view, which may be hidden."""
    return named(who.role) if who.role == who.session else "the owner of a view on it"


def steps_of(relation: Relation, conditions: Conditions, act: Act) -> Iterator[Step]:
    """Why row security leaves what it leaves."""
    yield Step(relation_id(relation.name), "row security is on")
    for policy in conditions.policies:
        yield _step(policy)
    if not conditions.policies:
        yield Step(relation_id(relation.name), f"no policy lets {act} through")


def _step(policy: Policy) -> Step:
    kind = "permissive" if policy.permissive else "restrictive"
    words = f'policy "{policy.name}", {kind}, applies'
    return Step(ObjectId(ObjectKind.POLICY, policy.relation, policy.name), words)


def inside(who: Who, view: Relation) -> Who:
    """As whom the relations of a view are checked."""
    return who._replace(role=who.session if view.security_invoker else view.owner or UNSAID)
