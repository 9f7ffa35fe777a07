"""The database while it is being read: statements change it in order, as they would a real one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, TypeVar

from schemabook.errors import Source
from schemabook.model import (
    Column,
    ColumnName,
    Constraint,
    Database,
    DefaultPrivilege,
    Extension,
    Index,
    Input,
    Name,
    Other,
    Policy,
    Publication,
    Receipt,
    Relation,
    Role,
    Routine,
    Schema,
    Sequence,
    Signature,
    Statement,
    Trigger,
    Type,
)
from schemabook.read.acl import AccessControl

Part = Column | Constraint | Index | Trigger | Policy
P = TypeVar("P", Column, Constraint, Index, Trigger, Policy)
F = TypeVar("F", bound=Any)
Owner = tuple[str, Name]


PUBLIC = Schema(
    name="public", owner="pg_database_owner", comment="standard public schema", source=Source("PostgreSQL", 0)
)
"""The schema that every new database has; https://www.postgresql.org/docs/current/ddl-schemas.html."""


class DoesNotExist(Exception):
    """The statement names an object that no statement before it made."""

    def __init__(self, kind: str, name: object) -> None:
        super().__init__(f'{kind} "{name}" does not exist')


class Builder:
    """Mutable mappings of facts. What hangs on a relation is kept by relation, then by name."""

    def __init__(self) -> None:
        self.statement: Statement
        self.search_path: tuple[str, ...] = ("public",)
        self.schemas: dict[str, Schema] = {"public": PUBLIC}
        self.extensions: dict[str, Extension] = {}
        self.roles: dict[str, Role] = {}
        self.types: dict[Name, Type] = {}
        self.sequences: dict[Name, Sequence] = {}
        self.relations: dict[Name, Relation] = {}
        self.routines: dict[Signature, Routine] = {}
        self.publications: dict[str, Publication] = {}
        self.default_privileges: dict[object, DefaultPrivilege] = {}
        self.plain: Mapping[type, dict[str, Any]] = {
            Schema: self.schemas,
            Extension: self.extensions,
            Role: self.roles,
            Publication: self.publications,
        }
        """What has a name without a schema."""
        self.others: dict[tuple[str, str], Other] = {}
        self.parts: dict[type[Part], dict[Name, dict[str, Any]]] = {
            kind: defaultdict(dict) for kind in (Column, Constraint, Index, Trigger, Policy)
        }
        self.acl = AccessControl()
        self.owners: dict[type[Constraint] | type[Index], dict[Name, Name]] = {Constraint: {}, Index: {}}
        """The table of each constraint and index name of a schema."""
        self.parents: set[Name] = set()
        self.owned_sequences: dict[Name, set[Name]] = defaultdict(set)
        self.log: dict[Owner, list[Statement]] = defaultdict(list)
        self.journal: list[tuple[dict[Any, Any], object, object]] = []
        """What the current statement put over what, to take it back if the statement is not understood."""

    # adding and changing

    def add(self, fact: F) -> F:
        """Puts a fact under its identity, over the one that was there, and notes the statement."""
        match fact:
            case Column() | Constraint() | Index() | Trigger() | Policy():
                self._add_part(fact)
            case Relation():
                self._put(self.relations, fact.name, fact)
                self.parents.update(fact.inherits, (fact.partition_of,) if fact.partition_of else ())
                self.note("relation", fact.name)
            case Routine():
                self._put(self.routines, fact.signature, fact)
                self.note("routine", fact.name)
            case Type():
                self._put(self.types, fact.name, fact)
                self.note("type", fact.name)
            case Sequence():
                self._put(self.sequences, fact.name, fact)
                if fact.owned_by:
                    self.owned_sequences[fact.owned_by.relation].add(fact.name)
                self.note("sequence", fact.name)
            case Other():
                self._put(self.others, (fact.kind, fact.name), fact)
            case Schema() | Extension() | Role() | Publication():
                self._put(self.plain[type(fact)], fact.name, fact)
        return fact

    def _add_part(self, fact: Part) -> None:
        self._put(self.parts[type(fact)][fact.relation], fact.name, fact)
        self.note("relation", fact.relation)
        if isinstance(fact, Constraint | Index):
            self.owners[type(fact)][Name(fact.relation.schema, fact.name)] = fact.relation

    def replace_routine(self, fact: Routine) -> None:
        """Adds a routine; OR REPLACE keeps owner, comment and grants of the one that was there."""
        if old := self.routines.get(fact.signature):
            fact = replace(fact, owner=old.owner, comment=old.comment)
        self.add(fact)

    def change(self, fact: F, **changes: object) -> F:
        """Puts the fact again, with some fields changed."""
        return self.add(replace(fact, **changes))

    def _put(self, mapping: dict[Any, Any], key: object, fact: object) -> None:
        self.journal.append((mapping, key, mapping.get(key)))
        mapping[key] = fact

    def begin(self, statement: Statement) -> None:
        """Starts with a statement."""
        self.statement = statement
        self.journal.clear()

    def roll_back(self) -> None:
        """Takes back the facts that the current statement added: it was not understood."""
        while self.journal:
            mapping, key, old = self.journal.pop()
            if old is None:
                mapping.pop(key, None)
            else:
                mapping[key] = old
        for statements in self.log.values():
            if statements and statements[-1] is self.statement:
                statements.pop()

    def is_taken(self, name: Name, *, relations: bool) -> bool:
        """Whether a constraint has this name, or, if asked for, a relation, sequence or index."""
        if self._current_owner(Constraint, name):
            return True
        return relations and (
            name in self.relations or name in self.sequences or self._current_owner(Index, name) is not None
        )

    def _current_owner(self, kind: type[Constraint] | type[Index], name: Name) -> Name | None:
        relation = self.owners[kind].get(name)
        return relation if relation and name.name in self.parts[kind][relation] else None

    def note(self, kind: str, name: Name) -> None:
        """Counts the current statement among those that made the object."""
        statements = self.log[kind, name]
        if not statements or statements[-1] is not self.statement:
            statements.append(self.statement)

    # finding names, as search_path says

    def new(self, name: Name) -> Name:
        """The full name of an object about to be created."""
        return name if name.schema else Name(self.creation_schema, name.name)

    @property
    def creation_schema(self) -> str:
        """The schema that takes objects created without one."""
        return next((s for s in self.search_path if s not in ("$user", "pg_catalog")), "public")

    def _found(self, name: Name, *mappings: dict[Name, Any]) -> Name:
        if name.schema:
            return name
        for schema in self.search_path:
            candidate = Name(schema, name.name)
            if any(candidate in mapping for mapping in mappings):
                return candidate
        return self.new(name)

    def relation_name(self, name: Name) -> Name:
        """The full name of an existing relation or sequence."""
        return self._found(name, self.relations, self.sequences)

    def type_name(self, name: Name) -> Name:
        """The full name of a type; a relation is the type of its rows, too."""
        return self._found(name, self.types, self.relations)

    def column_type(self, parts: list[str]) -> str:
        """The type of a column named by its parts, for %TYPE.

        Raises DoesNotExist.
        """
        relation = Name(parts[-3] if len(parts) > 2 else "", parts[-2] if len(parts) > 1 else "")
        return str(self.part(Column, relation, parts[-1]).type)

    def routine_name(self, name: Name) -> Name:
        """The full name of an existing routine."""
        if name.schema:
            return name
        known = {signature.name for signature in self.routines}
        return next((n for s in self.search_path if (n := Name(s, name.name)) in known), self.new(name))

    # getting facts

    def relation(self, name: Name) -> Relation:
        """The relation of this name.

        Raises DoesNotExist.
        """
        full = self.relation_name(name)
        if full not in self.relations:
            raise DoesNotExist("relation", full)
        return self.relations[full]

    def sequence(self, name: Name) -> Sequence:
        """The sequence of this name.

        Raises DoesNotExist.
        """
        full = self.relation_name(name)
        if full not in self.sequences:
            raise DoesNotExist("sequence", full)
        return self.sequences[full]

    def user_type(self, name: Name) -> Type:
        """The type of this name.

        Raises DoesNotExist.
        """
        full = self.type_name(name)
        if full not in self.types:
            raise DoesNotExist("type", full)
        return self.types[full]

    def routine(self, name: Name, types: tuple[str, ...] | None) -> Routine:
        """The routine of this name and input types; without types, the only one of the name.

        Raises DoesNotExist.
        """
        full = self.routine_name(name)
        for signature, routine in self.routines.items():
            if signature.name == full and types in (None, signature.types):
                return routine
        raise DoesNotExist("function", Signature(full, types or ()))

    def parts_of(self, kind: type[P], relation: Name) -> dict[str, P]:
        """The columns, constraints, indexes, triggers or policies of a relation by name."""
        return self.parts[kind][relation]

    def part(self, kind: type[P], relation: Name, name: str) -> P:
        """One of them.

        Raises DoesNotExist.
        """
        full = self.relation_name(relation)
        found = self.parts_of(kind, full).get(name)
        if found is None:
            raise DoesNotExist(kind.__name__.lower(), f"{full}.{name}")
        return found

    def children(self, relation: Name) -> list[Name]:
        """The tables that inherit from this one, and its partitions."""
        if relation not in self.parents:
            return []
        return [
            r.name for r in self.relations.values() if r.partition_of == relation or relation in r.inherits
        ]

    def sequences_of(self, relation: Name) -> list[Sequence]:
        """The sequences that columns of a table own."""
        named = (self.sequences.get(name) for name in sorted(self.owned_sequences.get(relation, ())))
        return [s for s in named if s and s.owned_by and s.owned_by.relation == relation]

    def redirect_triggers(self, old: Name, new: Name) -> None:
        """Lets triggers call a routine by its new name."""
        for triggers in self.parts[Trigger].values():
            for name, trigger in triggers.items():
                if trigger.routine == old:
                    triggers[name] = replace(trigger, routine=new)

    def index_owner(self, index: Name) -> Name:
        """The table of an index, which may be the index of a constraint.

        Raises DoesNotExist.
        """
        for schema in (index.schema,) if index.schema else self.search_path:
            name = Name(schema, index.name)
            if owner := self._current_owner(Index, name) or self._current_owner(Constraint, name):
                return owner
        raise DoesNotExist("index", index)

    # the result

    def build(self, inputs: tuple[Input, ...], receipt: Receipt) -> Database:
        """All facts, frozen and in order."""
        self._add_missing_schemas()
        return Database(
            schemas=dict(sorted(self.schemas.items())),
            extensions=dict(sorted(self.extensions.items())),
            roles=dict(sorted(self.roles.items())),
            types=dict(sorted(self.types.items())),
            sequences=dict(sorted(self.sequences.items())),
            relations=dict(sorted(self.relations.items())),
            columns={ColumnName(r, n): c for r, n, c in self._sorted(Column)},
            constraints={(r, n): c for r, n, c in self._sorted(Constraint)},
            indexes={(r, n): c for r, n, c in self._sorted(Index)},
            triggers={(r, n): c for r, n, c in self._sorted(Trigger)},
            policies={(r, n): c for r, n, c in self._sorted(Policy)},
            routines=dict(sorted(self.routines.items())),
            privileges=self.acl.privileges(self._owners()),
            publications=dict(sorted(self.publications.items())),
            default_privileges=tuple(
                self.default_privileges[key] for key in sorted(self.default_privileges, key=str)
            ),
            others=dict(sorted(self.others.items())),
            inputs=inputs,
            receipt=receipt,
            statements={owner: tuple(found) for owner, found in self.log.items() if found},
        )

    def _sorted(self, kind: type[P]) -> Iterator[tuple[Name, str, P]]:
        for relation, parts in sorted(self.parts[kind].items()):
            for name, part in sorted(parts.items()):
                yield relation, name, part

    def _owners(self) -> dict[object, str | None]:
        """The owner of each object that privileges can be granted on."""
        objects: list[Any] = [*self.relations.values(), *self.sequences.values(), *self.types.values()]
        owners: dict[object, str | None] = {fact.name: fact.owner for fact in objects}
        owners |= {signature: routine.owner for signature, routine in self.routines.items()}
        owners |= {Name(schema.name, ""): schema.owner for schema in self.schemas.values()}
        return owners

    def _add_missing_schemas(self) -> None:
        """Schemas that exist without a statement, as `public` does."""
        facts: list[Any] = [
            *self.relations.values(),
            *self.types.values(),
            *self.sequences.values(),
            *self.routines.values(),
        ]
        if not any(fact.name.schema == "public" for fact in facts) and self.schemas.get("public") is PUBLIC:
            del self.schemas["public"]
        for fact in facts:
            if fact.name.schema not in self.schemas:
                self.schemas[fact.name.schema] = Schema(name=fact.name.schema, source=fact.source)
