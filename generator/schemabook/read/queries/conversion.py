"""Types and how they turn into each other: those of pg_catalog and those of the database.

A type is what `format_type` prints, here without length or precision; empty where it is not known.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache, cached_property

from schemabook.model import Name, ObjectKind, Type, TypeKind
from schemabook.read.queries.catalog import Catalog
from schemabook.read.queries.system import casts, plain_types
from schemabook.read.text.type_names import without_modifiers

UNKNOWN = "unknown"
"""The type of NULL and of a constant in quotes, until something else decides."""
ANY = '"any"'
VECTORS = {"int2vector": "smallint", "oidvector": "oid"}
"""Arrays of pg_catalog with a name of their own."""
DEEPEST = 50
"""Domains over domains."""
PARTS = re.compile(r'"((?:[^"]|"")*)"|([^.]+)')


@cache
def plain(kind: str) -> str:
    """The type without length or precision, as `format_type` prints it then."""
    bare = without_modifiers(kind)
    array = "[]" if bare.endswith("[]") else ""
    only = bare.removesuffix("[]")
    return {"character": "bpchar", "bit": '"bit"'}.get(only, only) + array


@cache
def type_parts(kind: str) -> Name:
    """The name of a type that is not of pg_catalog."""
    found = [m[1].replace('""', '"') if m[1] is not None else m[2] for m in PARTS.finditer(kind)]
    return Name(found[-2] if len(found) > 1 else "", found[-1] if found else "")


class Kinds:
    """The types of pg_catalog and of a database."""

    def __init__(self, database: Catalog) -> None:
        self.database = database

    def fact(self, kind: str) -> Type | None:
        """The type of the database."""
        return self.database.types.get(type_parts(kind)) if "." in kind else None

    def is_known(self, kind: str) -> bool:
        """Whether all is known that decides what it can turn into; not so a type that an extension brings."""
        kind = self.base(kind)
        if kind.endswith("[]"):
            return self.is_known(kind[:-2])
        return kind in plain_types() or self.fact(kind) is not None or self.is_row(kind)

    def is_row(self, kind: str) -> bool:
        """Whether it is a composite type, or that of the rows of a relation."""
        fact = self.fact(kind)
        if fact:
            return fact.kind is TypeKind.COMPOSITE
        return "." in kind and type_parts(kind) in self.database.relations

    def is_kind(self, kind: str, wanted: TypeKind) -> bool:
        """Whether it is an enum, a range, …"""
        fact = self.fact(kind)
        return fact is not None and fact.kind is wanted

    def base(self, kind: str) -> str:
        """The type below all domains."""
        return plain(self.below_domains(kind))

    def below_domains(self, kind: str) -> str:
        """The type below all domains, with its length or precision."""
        for _ in range(DEEPEST):
            fact = self.fact(kind)
            if not fact or fact.kind is not TypeKind.DOMAIN or not fact.base_type:
                break
            kind = fact.base_type
        return kind

    def element(self, kind: str) -> str:
        """What an array is of, empty where it is none."""
        kind = self.base(kind)
        return kind[:-2] if kind.endswith("[]") else VECTORS.get(kind, "")

    def subscripted(self, kind: str) -> str:
        """What value[n] is, with length or precision where it has one."""
        kind = self.below_domains(kind)
        if kind.endswith("[]"):
            return kind[:-2]
        found = plain_types().get(kind)
        return kind if kind == "jsonb" else VECTORS.get(kind) or (found.element if found else "")

    def sliced(self, kind: str) -> str:
        """What value[from:to] is."""
        kind = self.below_domains(kind)
        return f"{VECTORS[kind]}[]" if kind in VECTORS else kind

    def subtype(self, kind: str) -> str:
        """What a range is of."""
        kind = self.base(kind)
        if self.is_kind(kind, TypeKind.RANGE):
            fact = self.fact(kind)
            return plain(fact.base_type or "") if fact else ""
        found = plain_types().get(kind)
        return found.subtype if found and found.category == "R" and "multi" not in kind else ""

    def range_of(self, kind: str) -> str:
        """Of which ranges a multirange is."""
        found = plain_types().get(self.base(kind))
        return found.subtype if found and "multi" in kind else ""

    def multirange_subtype(self, kind: str) -> str:
        """What the ranges of a multirange are of."""
        return self.subtype(self.range_of(kind))

    def category(self, kind: str) -> str:
        """`pg_type.typcategory`."""
        kind = self.base(kind)
        if kind.endswith("[]"):
            return "A"
        if found := plain_types().get(kind):
            return found.category
        fact = self.fact(kind)
        if fact:
            return {TypeKind.ENUM: "E", TypeKind.RANGE: "R"}.get(fact.kind, "C")
        return "C" if self.is_row(kind) else "U"

    def is_preferred(self, kind: str) -> bool:
        """`pg_type.typispreferred`."""
        found = plain_types().get(kind)
        return found is not None and found.preferred

    def turns_into(self, source: str, target: str) -> bool:
        """Whether a value becomes one of the other type on its own."""
        if source in (target, UNKNOWN) or target == ANY or target in POLYMORPHIC:
            return True
        method = self._path(self.base(source), self.base(target), "i")
        if method:
            return True
        if target == "record":
            return self.is_row(source)
        return source == "record" and self.is_row(target)

    def is_same_inside(self, source: str, target: str) -> bool:
        """Whether a value is one of the other type as it is."""
        return self._path(self.base(source), self.base(target), "e") == "b"

    def has_cast(self, source: str, target: str) -> bool:
        """Whether a function makes the one of the other."""
        return (source, target) in casts() or (source, target) in self._own_casts

    def _path(self, source: str, target: str, contexts: str) -> str:
        """How the one becomes the other, empty where it does not: `pg_cast`."""
        if source == target:
            return "b"
        found = casts().get((source, target)) or self._own_casts.get((source, target))
        if found:
            return found[1] if found[0] == "i" or contexts == "e" else ""
        if source.endswith("[]") and target.endswith("[]"):
            return self._path(self.base(source[:-2]), self.base(target[:-2]), contexts)
        return ""

    @cached_property
    def _own_casts(self) -> Mapping[tuple[str, str], tuple[str, str]]:
        found = {}
        for kind, name in self.database.others:
            if kind is ObjectKind.CAST:
                source, _, target = name[1:-1].partition(" AS ")
                words = self.database.others[kind, name].sql.lower().split()
                context = "i" if words[-1:] == ["implicit"] else "a" if words[-1:] == ["assignment"] else "e"
                found[source, target] = (context, "b" if "without" in words else "f")
        return found

    def common(self, kinds: Iterable[str]) -> str:
        """The type of CASE, UNION, ARRAY and the like; empty where it is not certain.

        https://www.postgresql.org/docs/current/typeconv-union-case.html
        """
        found = list(kinds)
        if "" in found:
            return ""
        if len(set(found)) == 1 and found[0] != UNKNOWN:
            return found[0]
        chosen = UNKNOWN
        for kind in map(self.base, found):
            if kind in (UNKNOWN, chosen):
                continue
            if chosen == UNKNOWN:
                chosen = kind
            elif self.category(kind) != self.category(chosen) or not self.is_known(kind):
                return ""
            elif (
                not self.is_preferred(chosen)
                and self.turns_into(chosen, kind)
                and not self.turns_into(kind, chosen)
            ):
                chosen = kind
        return "text" if chosen == UNKNOWN else chosen


POLYMORPHIC = frozenset(
    f"any{family}{form}"
    for family, forms in {
        "": "element array nonarray enum range multirange",
        "compatible": " array nonarray range multirange",
    }.items()
    for form in ([*forms.split(" ")])
)
"""Types that stand for others; https://www.postgresql.org/docs/current/extend-type-system.html."""
