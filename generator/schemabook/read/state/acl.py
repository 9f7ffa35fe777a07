"""Access control lists while they are being read: GRANT adds, REVOKE takes away.

https://www.postgresql.org/docs/current/ddl-priv.html
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from schemabook.errors import Source
from schemabook.model import (
    DEFAULT_TO_PUBLIC,
    PRIVILEGES,
    PUBLIC,
    DefaultPrivilege,
    ObjectId,
    ObjectKind,
    Privilege,
    schema_id,
    without_schema,
)
from schemabook.read.state.journal import EMPTY, Facts, Journal, Nested

KIND_OF = {
    "tables": ObjectKind.RELATION,
    "sequences": ObjectKind.SEQUENCE,
    "functions": ObjectKind.ROUTINE,
    "routines": ObjectKind.ROUTINE,
    "types": ObjectKind.TYPE,
    "schemas": ObjectKind.SCHEMA,
}
"""The objects of ALTER DEFAULT PRIVILEGES."""
CREATOR = "postgres"
"""Who creates the objects, where the input does not say: the first role of a server, and of Supabase."""

UNKNOWN = ("?",)
"""What a grantee may do by default with an object of an extension: it is not known, but he lost it."""
PUBLIC_SCHEMA = schema_id("public")


@dataclass(frozen=True, slots=True)
class Entry:
    """What one grantee may do with one object, or with one of its columns."""

    source: Source
    privileges: Mapping[str, bool]
    """Whether each may be granted on."""
    default: tuple[str, ...]
    """What he may do without any GRANT."""


class AccessControl:
    """The lists of all objects. A GRANT on several columns counts for each of them."""

    def __init__(self, journal: Journal) -> None:
        self.journal = journal
        self.entries: Mapping[ObjectId, Mapping[tuple[str, str | None], Entry]] = Nested()

    def grant(self, fact: Privilege, owner: str | None, *, revoke: bool = False) -> None:
        """Adds what *fact* says to the list of its object, or takes it away.

        Without an owner the object is not of the input, as one that an extension brings.
        """
        for column in fact.columns or (None,):
            entry = self._entry(fact, owner, column)
            if revoke and owner is None and not entry.privileges:
                entry = replace(entry, default=UNKNOWN)
            named = words(fact.on.kind, fact.privileges, fact.columns)
            if not revoke:  # The owner can always grant.
                option = fact.grantable and fact.grantee != owner
                granted = {name: option or entry.privileges.get(name, False) for name in named}
                entry = replace(entry, privileges={**entry.privileges, **granted})
            elif fact.grantable:  # REVOKE GRANT OPTION FOR
                lost = {name: False for name in named if name in entry.privileges}
                entry = replace(entry, privileges={**entry.privileges, **lost})
            self._put(fact.on, (fact.grantee, column), entry)
            if revoke and not fact.grantable:
                self._revoke(fact, column, frozenset(named))

    def _revoke(self, fact: Privilege, column: str | None, names: frozenset[str]) -> None:
        """Takes privileges away; for the whole table they go from each column as well."""
        for (grantee, at), entry in self.entries[fact.on].items():
            if grantee == fact.grantee and (at == column or column is None):
                kept = {name: option for name, option in entry.privileges.items() if name not in names}
                self._put(fact.on, (grantee, at), replace(entry, privileges=kept))

    def _put(self, name: ObjectId, key: tuple[str, str | None], entry: Entry) -> None:
        self.journal.put_in(self.entries, name, key, entry)

    def _entry(self, fact: Privilege, owner: str | None, column: str | None) -> Entry:
        """The entry that is there, or what goes without saying."""
        if found := self.entries[fact.on].get((fact.grantee, column)):
            return found
        default = () if column else _default(fact.on, fact.grantee, owner)
        return Entry(fact.source, dict.fromkeys(default, False), default)

    def drop(self, name: ObjectId) -> None:
        """Forgets the list of an object."""
        self.journal.remove(self.entries, name)

    def rename(self, old: ObjectId, new: ObjectId) -> None:
        """Moves the list of an object to its new name."""
        if entries := self.journal.remove(self.entries, old):
            self.journal.put(self.entries, new, entries)

    def rename_column(self, relation: ObjectId, old: str, new: str | None) -> None:
        """Moves the list of a column to its new name, or forgets it."""
        entries = self.entries[relation]
        for key in [key for key in entries if key[1] == old]:
            entry = self.journal.remove(entries, key)
            if new and entry:
                self._put(relation, (key[0], new), entry)

    def change_owner(self, name: ObjectId, old: str, new: str) -> None:
        """What the old owner could do the new one can."""
        entries = self.entries[name]
        own, granted = (self.journal.remove(entries, (role, None)) for role in (old, new))
        if own:
            both = {**own.privileges, **(granted.privileges if granted else EMPTY)}
            self._put(name, (new, None), replace(own, privileges=both))

    def privileges(self) -> tuple[Privilege, ...]:
        """What differs from what goes without saying, sorted.

        An item without privileges is of a grantee who lost all that he has by default.
        """
        facts = [fact for name, entries in self.entries.items() for fact in _facts(name, entries)]
        return tuple(sorted(facts, key=_order))


def _default(on: ObjectId, grantee: str, owner: str | None) -> tuple[str, ...]:
    if grantee == owner:
        return PRIVILEGES.get(on.kind, ())
    if grantee == PUBLIC and on == PUBLIC_SCHEMA:
        return ("usage",)
    return DEFAULT_TO_PUBLIC.get(on.kind, ()) if grantee == PUBLIC else ()


def words(
    kind: ObjectKind | None, privileges: tuple[str, ...], columns: tuple[str, ...] | None = None
) -> tuple[str, ...]:
    """The privileges with ALL spelled out."""
    if "all" not in privileges:
        return privileges
    wanted = ObjectKind.COLUMN if columns else kind
    return PRIVILEGES.get(wanted, ("all",)) if wanted else ("all",)


def _facts(name: ObjectId, entries: Mapping[tuple[str, str | None], Entry]) -> Iterator[Privilege]:
    """The items of one object; columns with the same privileges are one item."""
    columns: dict[tuple[str, tuple[str, ...], bool], list[str]] = defaultdict(list)
    first: dict[tuple[str, tuple[str, ...], bool], Privilege] = {}
    for (grantee, column), entry in entries.items():
        for privileges, grantable in _items(entry):
            fact = Privilege(
                on=name, grantee=grantee, privileges=privileges, grantable=grantable, source=entry.source
            )
            if column is None:
                yield fact
            else:
                columns[grantee, privileges, grantable].append(column)
                first.setdefault((grantee, privileges, grantable), fact)
    for key, names in columns.items():
        yield replace(first[key], columns=tuple(sorted(names)))


def _items(entry: Entry) -> Iterator[tuple[tuple[str, ...], bool]]:
    if entry.privileges == dict.fromkeys(entry.default, False):
        return
    if not entry.privileges:
        yield (), False
    for grantable in (False, True):
        if found := tuple(sorted(name for name, option in entry.privileges.items() if option is grantable)):
            yield found, grantable


def _order(fact: Privilege) -> tuple[object, ...]:
    return (fact.on[:-1], fact.grantee, *(fact.columns or ()), *fact.privileges)


class DefaultPrivileges:
    """What ALTER DEFAULT PRIVILEGES says; those for all schemas are held against the built-in ones."""

    def __init__(self, journal: Journal) -> None:
        self.journal = journal
        self.facts: Mapping[tuple[str, str | None, str, str], DefaultPrivilege] = Facts()
        self.asleep: frozenset[str] = frozenset()
        """The files whose facts do not count for new objects at the moment."""

    def change(self, fact: DefaultPrivilege, *, revoke: bool) -> None:
        """Adds what the fact says, or takes it away."""
        fact = replace(fact, objects="functions" if fact.objects == "routines" else fact.objects)
        key = (fact.role, fact.schema, fact.objects, fact.grantee)
        base = self._base(fact)
        old = self.facts[key].privileges if key in self.facts else base
        named = set(words(KIND_OF.get(fact.objects), fact.privileges))
        new = tuple(sorted(set(old) - named if revoke else set(old) | named))
        if new == tuple(sorted(base)):
            self.journal.remove(self.facts, key)
        else:
            self.journal.put(self.facts, key, replace(fact, privileges=new))

    def sleep(self, paths: frozenset[str]) -> None:
        """From now on, what these files say does not count for new objects."""
        self.asleep = paths

    @staticmethod
    def _base(fact: DefaultPrivilege) -> tuple[str, ...]:
        kind = KIND_OF.get(fact.objects)
        if fact.schema is not None or not kind:
            return ()
        return _default(without_schema(kind, ""), fact.grantee, fact.role)

    def of_new(self, kind: ObjectKind, schema: str, owner: str) -> Iterator[tuple[DefaultPrivilege, bool]]:
        """What counts for a new object of this kind; the second says whether it is a loss."""
        for fact in self.facts.values():
            if fact.source.path in self.asleep:
                continue
            if fact.role == owner and KIND_OF.get(fact.objects) is kind and fact.schema in (None, schema):
                if lost := tuple(set(self._base(fact)) - set(fact.privileges)):
                    yield replace(fact, privileges=lost), True
                if fact.privileges:
                    yield fact, False

    def sorted(self) -> tuple[DefaultPrivilege, ...]:
        """The facts by role, schema, objects and grantee."""
        return tuple(self.facts[key] for key in sorted(self.facts, key=str))
