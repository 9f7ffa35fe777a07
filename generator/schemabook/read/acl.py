"""Access control lists while they are being read: GRANT adds, REVOKE takes away."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from schemabook.errors import Source
from schemabook.model import Name, Privilege, Signature

ALL = {
    "relation": ("delete", "insert", "maintain", "references", "select", "trigger", "truncate", "update"),
    "columns": ("insert", "references", "select", "update"),
    "sequence": ("select", "update", "usage"),
    "routine": ("execute",),
    "schema": ("create", "usage"),
    "type": ("usage",),
}
"""What ALL stands for; https://www.postgresql.org/docs/current/ddl-priv.html, table 5.2."""
DEFAULT_TO_PUBLIC = {"routine": frozenset({"execute"}), "type": frozenset({"usage"})}
"""What PUBLIC may do without any GRANT; the same page, table 5.2."""

Object = Name | Signature
PUBLIC = "public"


@dataclass(slots=True)
class Entry:
    """What one grantee may do with one object, or with some columns of it."""

    kind: str
    source: Source
    privileges: dict[str, bool] = field(default_factory=dict)
    """Whether each may be granted on."""


class AccessControl:
    """The lists of all objects. A GRANT on several columns counts for each of them."""

    def __init__(self) -> None:
        self.entries: dict[tuple[Object, str, str | None], Entry] = {}

    def grant(self, fact: Privilege, *, revoke: bool = False) -> None:
        """Adds what *fact* says to the list of its object, or takes it away."""
        for column in fact.columns or (None,):
            entry = self._entry(fact, column)
            names = self._names(fact)
            if revoke:
                for name in names:
                    entry.privileges.pop(name, None)
            else:
                for name in names:
                    entry.privileges[name] = fact.grantable or entry.privileges.get(name, False)

    def _entry(self, fact: Privilege, column: str | None) -> Entry:
        key = (fact.object, fact.grantee, column)
        if key not in self.entries:
            self.entries[key] = Entry(fact.kind, fact.source)
            if fact.grantee == PUBLIC and column is None:
                self.entries[key].privileges = dict.fromkeys(DEFAULT_TO_PUBLIC.get(fact.kind, ()), False)
        return self.entries[key]

    @staticmethod
    def _names(fact: Privilege) -> tuple[str, ...]:
        if fact.privileges != ("all",):
            return fact.privileges
        return ALL.get("columns" if fact.columns else fact.kind, ("all",))

    def drop(self, name: Object) -> None:
        """Forgets the list of an object."""
        for key in [key for key in self.entries if key[0] == name]:
            del self.entries[key]

    def rename(self, old: Object, new: Object) -> None:
        """Moves the list of an object to its new name."""
        for key in [key for key in self.entries if key[0] == old]:
            self.entries[new, key[1], key[2]] = self.entries.pop(key)

    def privileges(self, owners: Mapping[object, str | None]) -> tuple[Privilege, ...]:
        """The lists as facts, sorted.

        The owner's own privileges are left out. PUBLIC appears for a routine or type only where the
        list says something: with no privileges where the default was revoked.
        """
        grouped: dict[tuple[object, ...], tuple[Entry, list[str]]] = {}
        for (name, grantee, column), entry in self.entries.items():
            if grantee == owners.get(name):
                continue
            for grantable in (False, True):
                words = tuple(sorted(n for n, g in entry.privileges.items() if g is grantable))
                if words or self._revoked_default(entry, grantee, grantable, column):
                    key = (entry.kind, name, grantee, words, grantable, column is None)
                    grouped.setdefault(key, (entry, []))[1].extend([column] if column else [])
        facts = [_fact(key, entry, columns) for key, (entry, columns) in grouped.items()]
        return tuple(sorted(facts, key=_order))

    @staticmethod
    def _revoked_default(entry: Entry, grantee: str, grantable: bool, column: str | None) -> bool:
        default = DEFAULT_TO_PUBLIC.get(entry.kind)
        return bool(
            default and grantee == PUBLIC and not entry.privileges and not grantable and column is None
        )


def _fact(key: tuple[object, ...], entry: Entry, columns: list[str]) -> Privilege:
    kind, name, grantee, words, grantable, whole = key
    assert isinstance(name, Name | Signature)
    return Privilege(
        kind=str(kind),
        object=name,
        grantee=str(grantee),
        privileges=words,  # type: ignore[arg-type]  # a tuple of words: the key is built above
        columns=None if whole else tuple(sorted(columns)),
        grantable=bool(grantable),
        source=entry.source,
    )


def _order(fact: Privilege) -> tuple[str, ...]:
    return (fact.kind, str(fact.object), fact.grantee, *(fact.columns or ()), *fact.privileges)
