"""Who mentions whom: the web of references between the objects of a database."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from schemabook.model import Database, Name, Reference, Routine, Sql

WORD = re.compile(r'[A-Za-z_\x80-\U0010ffff][\w$]*|"(?:[^"]|"")+"|\'|\.|\(|--[^\n]*|/\*.*?\*/', re.S)


def references(database: Database) -> Database:
    """The database with its references, sorted."""
    finder = Finder(database)
    found = {*_foreign_keys(database), *_triggers(database), *finder.all()}
    return replace(database, references=tuple(sorted(found)))


def _foreign_keys(database: Database) -> Iterator[Reference]:
    for key in database.constraints.values():
        if key.references:
            part = f"constraint {key.name}"
            for column in key.references.columns or ("",):
                yield Reference(
                    "relation", key.relation, part, "relation", key.references.relation, column, "declared"
                )


def _triggers(database: Database) -> Iterator[Reference]:
    for trigger in database.triggers.values():
        part = f"trigger {trigger.name}"
        yield Reference("relation", trigger.relation, part, "routine", trigger.routine, "", "declared")


class Finder:
    """Finds the names of relations and routines in expressions and bodies."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.routines = {signature.name for signature in database.routines}
        self.objects: set[Name] = {*database.relations, *self.routines, *database.sequences}
        self.by_name: dict[str, list[Name]] = {}
        for name in sorted(self.objects):
            self.by_name.setdefault(name.name, []).append(name)

    def all(self) -> Iterator[Reference]:
        """The mentions in views, policies, columns, checks and routine bodies."""
        database = self.database
        for relation in database.relations.values():
            if relation.definition:
                yield from self._in(("relation", relation.name, "definition"), relation.definition, "parsed")
        for policy in database.policies.values():
            for expression in (policy.using, policy.with_check):
                yield from self._in(
                    ("relation", policy.relation, f"policy {policy.name}"), expression, "parsed"
                )
        for column in database.columns.values():
            for expression in (column.default, column.generated):
                yield from self._in(
                    ("relation", column.relation, f"column {column.name}"), expression, "parsed"
                )
        for check in database.constraints.values():
            yield from self._in(
                ("relation", check.relation, f"constraint {check.name}"), check.expression, "parsed"
            )
        for routine in database.routines.values():
            yield from self._in_body(routine)

    def _in(self, holder: tuple[str, Name, str], sql: Sql | None, how: str) -> Iterator[Reference]:
        if sql is None:
            return
        for name in self._mentioned(sql.text, holder[1]):
            yield self._reference(holder, name, how)

    def _in_body(self, routine: Routine) -> Iterator[Reference]:
        holder = ("routine", routine.name, "body")
        for name in self._mentioned(routine.body or "", routine.name):
            if name != routine.name:
                yield self._reference(holder, name, "mentioned")

    def _reference(self, holder: tuple[str, Name, str], name: Name, how: str) -> Reference:
        kind = "routine" if name in self.routines else "relation"
        kind = "sequence" if name in self.database.sequences else kind
        return Reference(*holder, kind, name, "", how)

    def _mentioned(self, text: str, holder: Name) -> Iterable[Name]:
        """The names in the text that are objects: qualified ones, and plain ones that are unmistakable."""
        found: dict[Name, None] = {}
        words = [m.group() for m in WORD.finditer(text) if not m.group().startswith(("--", "/*"))]
        for i, word in enumerate(words):
            if words[i - 1 : i] == ["."] and i:
                continue
            name = unquoted(word)
            if words[i + 1 : i + 2] == ["."] and i + 2 < len(words):
                candidate = Name(name, unquoted(words[i + 2]))
                if candidate in self.objects:
                    found[candidate] = None
                    continue
            if candidate_name := self._plain(name, holder, words[i + 1 : i + 2] == ["("]):
                found[candidate_name] = None
        return found

    def _plain(self, name: str, holder: Name, called: bool) -> Name | None:
        """A plain name, of the same schema or public: a routine where it is called, else a relation."""
        for candidate in self.by_name.get(name, ()):
            is_routine = candidate in self.routines
            if is_routine == called and candidate.schema in (holder.schema, "public"):
                return candidate
        return None


def unquoted(word: str) -> str:
    """The name that a word stands for."""
    return word[1:-1].replace('""', '"') if word.startswith('"') else word.lower()
