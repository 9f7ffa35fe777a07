"""The words for a difference: its title, as settings name it, and one sentence."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from schemabook.diff import ChangeKind, Fact
from schemabook.history.drift import Differs
from schemabook.history.traces import Trace
from schemabook.model import KIND_OF, PUBLIC, Database, ObjectId, ObjectKind, Other, Signature, Sql
from schemabook.project.history import Difference, Which
from schemabook.review.escaping import code
from schemabook.review.privileges import OF_PRIVILEGES
from schemabook.secrets import without_secrets

WHICH = {ChangeKind.ADDED: Which.ONLY_DUMP, ChangeKind.REMOVED: Which.ONLY_MIGRATIONS}
WORDS = {
    "using": "condition",
    "with_check": "check of new rows",
    "definition": "query",
    "expression": "condition",
    "where": "condition",
    "when": "condition",
    "keys": "columns or expressions",
    "sql": "statement",
    "also": "later statements",
    "column_order": "order of columns",
}
"""What the fields of facts are called, where that is not their name."""
LONGEST_VALUE = 60


class Words:
    """Tells differences; *folder* is that of the migrations, whose files sentences name without it."""

    def __init__(self, made: Database, dump: Database, folder: Path) -> None:
        self.made, self.dump, self.folder = made, dump, folder

    def difference(self, found: Differs, trace: Trace) -> Difference:
        """The difference as people read it."""
        which = WHICH.get(found.kind, Which.OTHER if found.is_known else Which.NOT_COMPARED)
        migration = trace.changed or trace.made
        told = self._privileges if found.object.kind in OF_PRIVILEGES else self._object
        return Difference(
            title=self.title(found.object),
            which=which,
            sentence=without_secrets(told(found, which, trace)),
            object=found.object,
            word=self.word(found.object),
            facts=tuple(
                dict.fromkeys(WORDS.get(fact.name, fact.name.replace("_", " ")) for fact in found.facts)
            ),
            source=found.source,
            migration=migration.as_posix() if migration and which is not Which.ONLY_DUMP else "",
        )

    def word(self, name: ObjectId) -> str:
        """What an object is: `table`, `procedure`, `policy`."""
        for database in (self.dump, self.made):
            if name.kind is ObjectKind.RELATION and name.name in database.relations:
                return database.relations[name.name].kind.words
            routine = database.routines.get(Signature(name.name, name.types or ()))
            if name.kind is ObjectKind.ROUTINE and routine:
                return routine.kind.value
        return name.kind.word

    def title(self, name: ObjectId) -> str:
        """The object as settings name it: `index a_idx of public.a`, `function public.f(integer)`."""
        return " ".join(f"{self.word(name)} {self._named(name, str)}".split())

    def _named(self, name: ObjectId, spelled: Any) -> str:
        if name.kind is ObjectKind.PRIVILEGE and name.on:
            return f"{spelled(_grantee(name))} on {self.title_of(name.on, spelled)}"
        if name.kind is ObjectKind.DEFAULT_PRIVILEGE:
            schema = f" in {spelled(name.name.schema)}" if name.name.schema else ""
            on = f"{''.join(name.types or ())} of {spelled(name.name.name)}{schema}"
            return f"{spelled(_grantee(name))} on {on}"
        if KIND_OF[name.kind].fact is Other and not name.part:
            return str(spelled(str(name.name)))
        if name.part:
            return f"{spelled(name.part)} of {spelled(str(name.name))}"
        arguments = f"({', '.join(name.types)})" if name.types is not None else ""
        return str(spelled(f"{name.name}{arguments}"))

    def title_of(self, name: ObjectId, spelled: Any = code) -> str:
        """The object in a sentence."""
        return f"{self.word(name)} {self._named(name, spelled)}"

    def _file(self, path: Path) -> str:
        is_below = path.is_relative_to(self.folder)
        return code((path.relative_to(self.folder) if is_below else path).as_posix())

    def _made_by(self, trace: Trace) -> str:
        if not trace.made and not trace.changed:
            return "by the migrations"
        by = f"by {self._file(trace.made)}" if trace.made else ""
        last = f"last changed by {self._file(trace.changed)}" if trace.changed else ""
        return ", ".join(filter(None, (by, last)))

    def _object(self, found: Differs, which: Which, trace: Trace) -> str:
        what, by = self.title_of(found.object), self._made_by(trace)
        match which:
            case Which.ONLY_DUMP if trace.removed:
                return f"{what} is in the dump, although {self._file(trace.removed)} drops it"
            case Which.ONLY_DUMP:
                return f"{what} is in the dump and no migration makes it"
            case Which.ONLY_MIGRATIONS:
                comma = "," if trace.changed else ""
                return f"{what} is made {by}{comma} and is not in the dump: dropped by hand?"
            case Which.NOT_COMPARED:
                facts = listed(_word(fact) for fact in found.facts)
                return (
                    f"{what}, made {by}, has its {facts} written otherwise in the dump,"
                    " and whether that says the same could not be told"
                )
        facts = listed(_word(fact) for fact in found.facts)
        return f"{what}, made {by}, has another {facts} in the dump{''.join(self._values(found.facts))}"

    def _values(self, facts: tuple[Fact, ...]) -> Iterable[str]:
        """What a single fact is on both sides, where that is short."""
        if len(facts) == 1:
            made, dump = _shown(facts[0].old), _shown(facts[0].new)
            if max(len(made), len(dump)) <= LONGEST_VALUE and "\n" not in made + dump:
                yield f": {code(dump) if dump else 'none'} instead of {code(made) if made else 'none'}"

    def _privileges(self, found: Differs, which: Which, trace: Trace) -> str:
        before, after = ({item for fact in found.facts for item in fact[side] or ()} for side in (1, 2))
        gained, lost = sorted(after - before), sorted(before - after)
        who, rest = self._named(found.object, code).split(" on ", 1)
        kind = "is granted" if found.object.kind is ObjectKind.PRIVILEGE else "is granted by default"
        told = []
        if gained:
            told.append(f"{who} {kind} {code(', '.join(gained))} on {rest} in the dump and by no migration")
        if lost:
            told.append(
                f"{who} {kind} {code(', '.join(lost))} on {rest} by the migrations and not in the dump"
            )
        return "; ".join(told) or f"{who} holds other privileges on {rest} in the dump than by the migrations"


def _grantee(name: ObjectId) -> str:
    return "PUBLIC" if name.part == PUBLIC else name.part


def listed(words: Iterable[str]) -> str:
    """Words with commas and a last `and`."""
    *first, last = dict.fromkeys(words)
    return f"{', '.join(first)} and {last}" if first else last


def _word(fact: Fact) -> str:
    return WORDS.get(fact.name, fact.name.replace("_", " "))


def _shown(value: Any) -> str:
    """A value in one line; empty for none."""
    if value is None or value == ():
        return ""
    if isinstance(value, Sql):
        return value.text
    if isinstance(value, tuple):
        return ", ".join(map(_shown, value)) if not hasattr(value, "_fields") else str(value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value) if isinstance(value, str | int) else "?" * LONGEST_VALUE * 2
