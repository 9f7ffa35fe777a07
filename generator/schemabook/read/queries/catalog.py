"""What is asked of the database around a query; while that is being read, its builder answers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Protocol

from schemabook.model import Column, Name, ObjectKind, Other, Relation, Routine, Sequence, Signature, Type
from schemabook.read.text.session import Session


class Catalog(Protocol):
    """What a query, and the types in it, need to know."""

    @property
    def types(self) -> Mapping[Name, Type]:
        """The types that it defines."""

    @property
    def relations(self) -> Mapping[Name, Relation]:
        """Its relations, each of which is a type as well."""

    @property
    def routines(self) -> Mapping[Signature, Routine]:
        """Its routines."""

    @property
    def overloads(self) -> Mapping[Name, Iterable[Signature]]:
        """The signatures once known of a routine's name."""

    @property
    def others(self) -> Mapping[tuple[ObjectKind, str], Other]:
        """Its operators and casts, among others."""

    @property
    def session(self) -> Session:
        """Where names without a schema are looked for."""

    def parts_of(self, kind: type[Column], relation: Name) -> Mapping[str, Column]:
        """The columns of a relation."""

    @property
    def sequences(self) -> Mapping[Name, Sequence]:
        """Its sequences, which can be read from."""

    def relation_name(self, name: Name) -> Name:
        """The full name of a relation."""

    def type_name(self, name: Name) -> Name:
        """The full name of a type."""

    def column_type(self, parts: list[str]) -> str:
        """The type of a column, for %TYPE."""
