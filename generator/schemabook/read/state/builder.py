"""The database while it is being read: statements change it in order, as they would a real one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any, TypeVar

from schemabook.model import (
    Column,
    ColumnName,
    Constraint,
    ConstraintKind,
    Extension,
    Index,
    Name,
    ObjectId,
    ObjectKind,
    Other,
    Policy,
    Privilege,
    Publication,
    Relation,
    Role,
    Routine,
    Schema,
    Sequence,
    Signature,
    Trigger,
    Type,
    relation_id,
    routine_id,
    schema_id,
    sequence_id,
    type_id,
)
from schemabook.read.state.acl import CREATOR
from schemabook.read.state.journal import Facts
from schemabook.read.state.state import Part, State
from schemabook.read.text.builtin import BROUGHT_BY, OPERATOR_CLASSES, TRIGGER_FUNCTIONS

KEYS = frozenset({ConstraintKind.PRIMARY_KEY, ConstraintKind.UNIQUE, ConstraintKind.EXCLUSION})
"""The constraints that have an index."""
OF_SERVER = ("pg_catalog", "information_schema")
"""The schemas that every database has, beside public."""
P = TypeVar("P", Column, Constraint, Index, Trigger, Policy)
F = TypeVar("F", bound=Any)


class DoesNotExist(Exception):
    """The statement names an object that no statement before it made."""

    def __init__(self, kind: str, name: object) -> None:
        super().__init__(f'{kind} "{name}" does not exist')
        self.missing = str(name)
        self.kind = kind


class AlreadyExists(Exception):
    """The statement makes an object that is there."""

    def __init__(self, kind: str, name: object) -> None:
        super().__init__(f'{kind} "{name}" already exists')
        self.kind = kind


class Builder(State):
    """The mappings, and how statements look things up in them and change them.

    It is their only writer, and takes back what a statement that fails has changed.
    """

    # adding and changing

    def create(self, fact: F) -> F:
        """Adds a new object: it belongs to the role of the session, and default privileges count for it.

        Raises AlreadyExists.
        """
        found, mapping, key = self._place_of(fact)
        if key in mapping:
            raise AlreadyExists(found.kind, key)
        if isinstance(fact, (Relation, Sequence)) and self.has_relation(key):
            raise AlreadyExists(ObjectKind.RELATION, key)
        if isinstance(fact, (Relation, Type)) and (key in self.types or key in self.relations):
            raise AlreadyExists(ObjectKind.TYPE, key)
        return self.add(self._with_defaults(fact, found))

    def create_or_replace(self, fact: F) -> F:
        """As `create`; OR REPLACE keeps owner, comment and grants of the object that was there."""
        found, mapping, key = self._place_of(fact)
        if old := mapping.get(key):
            return self.add(replace(fact, owner=old.owner, comment=old.comment))
        return self.add(self._with_defaults(fact, found))

    def _place_of(self, fact: Any) -> tuple[ObjectId, Mapping[Any, Any], Any]:
        match fact:
            case Relation():
                return relation_id(fact.name), self.relations, fact.name
            case Sequence():
                return sequence_id(fact.name), self.sequences, fact.name
            case Routine():
                return routine_id(fact.signature), self.routines, fact.signature
            case Type():
                return type_id(fact.name), self.types, fact.name
        return schema_id(fact.name), self.schemas, fact.name

    def _with_defaults(self, fact: F, found: ObjectId) -> F:
        schema = fact.name if found.kind is ObjectKind.SCHEMA else found.name.schema
        owner = fact.owner or self.session.role
        if owner != fact.owner:
            fact = replace(fact, owner=owner)
        for item, is_loss in self.default_privileges.of_new(found.kind, schema, owner or CREATOR):
            privilege = Privilege(
                source=fact.source, on=found, grantee=item.grantee, privileges=item.privileges
            )
            self.acl.grant(privilege, owner or CREATOR, revoke=is_loss)
        return fact

    def owner_of(self, found: ObjectId) -> str | None:
        """The owner of what privileges can be granted on; None where the input has no such object."""
        fact: Any
        if other := self.others.get((found.kind, found.name.name)):
            return other.owner or CREATOR
        if found.types is not None:
            fact = self.routines.get(Signature(found.name, found.types))
        elif found.kind is ObjectKind.SCHEMA:
            fact = self.schemas.get(found.name.name)
        else:
            fact = (
                self.relations.get(found.name) or self.sequences.get(found.name) or self.types.get(found.name)
            )
        return (fact.owner or CREATOR) if fact else None

    def add(self, fact: F) -> F:
        """Puts a fact under its identity, over the one that was there, and notes the statement."""
        match fact:
            case Column() | Constraint() | Index() | Trigger() | Policy():
                self.put_part(fact)
                self.note(relation_id(fact.relation))
                if isinstance(fact, (Constraint, Index)):
                    self.put(self.owners[type(fact)], Name(fact.relation.schema, fact.name), fact.relation)
            case Relation():
                self.put(self.relations, fact.name, fact)
                for parent in (*fact.inherits, fact.partition_of):
                    if parent:
                        self.put_in(self.children_of, parent, fact.name, None)
                self.note(relation_id(fact.name))
            case Routine():
                self.put(self.routines, fact.signature, fact)
                self.put_in(self.overloads, fact.name, fact.signature, None)
                self.note(ObjectId(ObjectKind.ROUTINE, fact.name))
            case Type():
                self.put(self.types, fact.name, fact)
                for name in (*(check.name for check in fact.checks), self.domain_not_nulls.get(fact.name)):
                    if name:
                        self.put_in(self.domains_with, Name(fact.name.schema, name), fact.name, None)
                self.note(type_id(fact.name))
            case Sequence():
                self.put(self.sequences, fact.name, fact)
                if fact.owned_by:
                    self.put_in(self.owned_sequences, fact.owned_by.relation, fact.name, None)
                self.note(sequence_id(fact.name))
            case Other():
                self.put(self.others, (fact.kind, fact.name), fact)
            case Schema() | Extension() | Role() | Publication():
                self.put(self.plain[type(fact)], fact.name, fact)
        return fact

    def put_part(self, fact: Part) -> None:
        """Puts a part over the one of its name; the statement is not about its relation."""
        self.put_in(self.parts[type(fact)], fact.relation, fact.name, fact)

    def set_parts(self, kind: type[P], relation: Name, parts: Iterable[P]) -> None:
        """Puts parts in this order in place of all of their kind."""
        self.put(self.parts[kind], relation, Facts({part.name: part for part in parts}))

    def change(self, fact: F, **changes: object) -> F:
        """Puts the fact again, with some fields changed."""
        changed = replace(fact, **changes)
        if "owner" in changes:
            found = self._place_of(fact)[0]
            self.acl.change_owner(found, fact.owner or CREATOR, changed.owner or CREATOR)
        return self.add(changed)

    def is_taken(self, name: Name, *, relations: bool) -> bool:
        """Whether a constraint has this name, or, if asked for, a relation, sequence or index."""
        if self._current_owner(Constraint, name):
            return True
        domains = (self.types.get(domain) for domain in self.domains_with[name])
        if any(domain and self.has_constraint(domain, name.name) for domain in domains):
            return True
        return relations and (
            name in self.relations or name in self.sequences or self._current_owner(Index, name) is not None
        )

    def taken(self, schema: str, *, relations: bool = True) -> Callable[[str], bool]:
        """As `is_taken`, for the names of one schema."""
        return lambda name: self.is_taken(Name(schema, name), relations=relations)

    def has_constraint(self, domain: Type, name: str) -> bool:
        """Whether a domain has a constraint of this name."""
        return self.domain_not_nulls.get(domain.name) == name or any(c.name == name for c in domain.checks)

    def has_relation(self, name: Name) -> bool:
        """Whether a relation, a sequence or an index has this name: they share their names."""
        if name in self.relations or name in self.sequences or self._current_owner(Index, name):
            return True
        owner = self._current_owner(Constraint, name)
        return owner is not None and self.parts[Constraint][owner][name.name].kind in KEYS

    def _current_owner(self, kind: type[Constraint] | type[Index], name: Name) -> Name | None:
        relation = self.owners[kind].get(name)
        return relation if relation and name.name in self.parts[kind][relation] else None

    # finding names, as search_path says

    def new(self, name: Name) -> Name:
        """The full name of an object about to be created."""
        return name if name.schema else Name(self.session.creation_schema, name.name)

    def _found(self, name: Name, *mappings: Mapping[Name, Any]) -> Name:
        if name.schema:
            return name
        for schema in self.session.search_path:
            candidate = Name(schema, name.name)
            if any(candidate in mapping for mapping in mappings):
                return candidate
        return self.new(name)

    def relation_name(self, name: Name) -> Name:
        """The full name of an existing relation or sequence."""
        return self._found(name, self.relations, self.sequences)

    def type_name(self, name: Name) -> Name:
        """The full name of a type; a relation is the type of its rows, and extensions bring types."""
        found = self._found(name, self.types, self.relations)
        if found not in self.types and found not in self.relations and not name.schema:
            return self._of_extension(name.name) or found
        return found

    def operator_class_name(self, name: str) -> str:
        """The name of an operator class with its schema, unless that is pg_catalog."""
        if name in OPERATOR_CLASSES:
            return name
        schema = self.schema_of_other(ObjectKind.OPERATOR_CLASS, name, " using ")
        found = Name(schema, name) if schema else self._of_extension(name)
        return str(found or self.new(Name("", name)))

    def may_be_brought(self, name: Name) -> bool:
        """Whether the server or an extension may have made what the input did not."""
        schemas = {extension.schema for extension in self.extensions.values()}
        is_unknown = bool(schemas) and name.schema not in self.schemas  # it may be an extension's own
        return is_unknown or name.schema in schemas or name.schema in OF_SERVER

    def _of_extension(self, name: str) -> Name | None:
        extension = self.extensions.get(BROUGHT_BY.get(name, ""))
        return Name(extension.schema, name) if extension and extension.schema else None

    def schema_of_other(self, kind: ObjectKind, name: str, end: str = "") -> str:
        """The schema where the search path finds an object that the model knows by its SQL only."""
        for schema in self.session.search_path:
            if any(
                k == kind and (n == f"{schema}.{name}" or (end and n.startswith(f"{schema}.{name}{end}")))
                for k, n in self.others
            ):
                return schema
        return ""

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
        for schema in self.session.search_path:
            if (found := Name(schema, name.name)) in self.overloads:
                return found
        return Name("pg_catalog", name.name) if name.name in TRIGGER_FUNCTIONS else self.new(name)

    # getting facts

    def relation(self, name: Name) -> Relation:
        """The relation of this name.

        Raises DoesNotExist.
        """
        full = self.relation_name(name)
        if full not in self.relations:
            raise DoesNotExist(ObjectKind.RELATION, full)
        return self.relations[full]

    def sequence(self, name: Name) -> Sequence:
        """The sequence of this name.

        Raises DoesNotExist.
        """
        full = self.relation_name(name)
        if full not in self.sequences:
            raise DoesNotExist(ObjectKind.SEQUENCE, full)
        return self.sequences[full]

    def user_type(self, name: Name) -> Type:
        """The type of this name.

        Raises DoesNotExist.
        """
        full = self.type_name(name)
        if full not in self.types:
            raise DoesNotExist(ObjectKind.TYPE, full)
        return self.types[full]

    def routine(self, name: Name, types: tuple[str, ...] | None) -> Routine:
        """The routine of this name and input types; without types, the only one of the name.

        Raises DoesNotExist.
        """
        full = self.routine_name(name)
        for signature in self.overloads.get(full, ()):
            if types in (None, signature.types) and signature in self.routines:
                return self.routines[signature]
        raise DoesNotExist(ObjectKind.ROUTINE.word, Signature(full, types or ()))

    def parts_of(self, kind: type[P], relation: Name) -> Mapping[str, P]:
        """The columns, constraints, indexes, triggers or policies of a relation by name."""
        return self.parts[kind][relation]

    def all_parts(self, kind: type[P]) -> list[P]:
        """Those of all relations."""
        return [part for parts in self.parts[kind].values() for part in parts.values()]

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
        named = (self.relations.get(name) for name in self.children_of.get(relation, ()))
        return [r.name for r in named if r and (r.partition_of == relation or relation in r.inherits)]

    def expect_no_cycle(self, child: Name, parent: Name) -> None:
        """Raises ValueError where a table would inherit from itself."""
        above, seen = [parent], {parent}
        while above:
            relation = self.relations.get(above.pop())
            for name in (*relation.inherits, relation.partition_of) if relation else ():
                if name and name not in seen:
                    seen.add(name)
                    above.append(name)
        if child in seen:
            raise ValueError(f'"{child}" would inherit from itself')

    def sequences_of(self, relation: Name) -> list[Sequence]:
        """The sequences that columns of a table own."""
        named = (self.sequences.get(name) for name in sorted(self.owned_sequences.get(relation, ())))
        return [s for s in named if s and s.owned_by and s.owned_by.relation == relation]

    def sequences_of_column(self, column: ColumnName) -> list[Sequence]:
        """The sequences that a column owns."""
        return [s for s in self.sequences_of(column.relation) if s.owned_by == column]

    def index_owner(self, index: Name) -> Name:
        """The table of an index, which may be the index of a constraint.

        Raises DoesNotExist.
        """
        if owner := self.index_owner_or_none(index):
            return owner
        raise DoesNotExist(ObjectKind.INDEX, index)

    def index_owner_or_none(self, index: Name) -> Name | None:
        """As `index_owner`, None where there is no such index."""
        for schema in (index.schema,) if index.schema else self.session.search_path:
            name = Name(schema, index.name)
            if owner := self._current_owner(Index, name) or self._current_owner(Constraint, name):
                return owner
        return None
