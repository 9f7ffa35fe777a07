"""Two databases held against each other, fact by fact and field by field."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, is_dataclass, replace
from typing import Any

from schemabook.diff import Change, ChangeKind, compare, values
from schemabook.model import KINDS, Database, Extension, Other, Role, Schema, Sql
from schemabook.verify.query import IN_WORDS

WORDS = {row.field: "other" if row.fact is Other else row.kind.value for row in KINDS}
"""What one fact of each field of `Database` is called."""
ONE_SIDED = {ChangeKind.ADDED: "missing from", ChangeKind.REMOVED: "invented by"}
ATOMIC = re.compile(r"\s*(BEGIN\s+ATOMIC|RETURN)\b", re.IGNORECASE)


Same = Callable[[Any, Any, str, str, str], bool | None]
"""Whether the field of a fact, or of a part of it, says the same in two spellings; see `spelling`."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """How strictly to compare."""

    exact: bool = True
    """Whether the text was printed by pg_dump. Else PostgreSQL spells expressions in its own way."""
    is_same: Same | None = None
    """Who knows whether two spellings are one expression."""

    def alike(self, fact: object, name: str, dump: Any, catalog: Any) -> tuple[Any, Any]:
        """The two values, made alike where the dump cannot know what the catalog does."""
        if _is_unsaid(fact, name, dump):
            return catalog, catalog
        is_code = name == "body" and isinstance(catalog, str) and ATOMIC.match(catalog)
        if self.is_same:
            if is_code and dump:
                dump, catalog = Sql(dump, dump), Sql(catalog, catalog)
            dump = self._respelled(fact, fact, name, dump, catalog)
        if self.exact or self.is_same:
            return dump, catalog
        if is_code:
            return dump is not None, True
        return _without_expressions(dump), _without_expressions(catalog)

    def _respelled(self, fact: Any, holder: Any, name: str, dump: Any, catalog: Any) -> Any:
        """The dump's value with the catalog's spelling of each expression that says the same."""
        if dump == catalog or type(dump) is not type(catalog):
            return dump
        if isinstance(dump, Sql) and self.is_same:
            same = self.is_same(fact, holder, name, dump.text, catalog.text)
            return catalog if same or (same is None and not self.exact) else dump
        if type(dump) is tuple and len(dump) == len(catalog):
            pairs = zip(dump, catalog, strict=True)
            return tuple(self._respelled(fact, holder, name, one, other) for one, other in pairs)
        if is_dataclass(dump) and not isinstance(dump, type):
            parts = {
                part: self._respelled(fact, dump, part, value, getattr(catalog, part))
                for part, value in values(dump)
            }
            return replace(dump, **parts)
        return dump


def differences(
    dump: Database,
    catalog: Database,
    *,
    exact: bool = True,
    is_same: Same | None = None,
    before: Database | None = None,
) -> tuple[str, ...]:
    """Each fact that is missing, invented or different, in one line; nothing when the two are equal.

    What a dump may leave open counts as right: an owner, the type of a view's column, the attributes of a
    role, the comment of an extension, schema public. With *exact* false, expressions and SQL-standard bodies
    need only be there in both: PostgreSQL does not keep the text that a person wrote. *is_same* is asked
    whether two spellings of an expression say the same.

    On a platform only what the dump makes or changes counts; *before* is the catalog before the dump.
    """
    comparison = Comparison(exact, is_same)
    lines: list[str] = []
    for field, word in WORDS.items():
        left, right = _facts(dump, field), _facts(catalog, field)
        if dump.platform and before:
            brought = _facts(dump.platform.database, field)
            own = _changed(left, brought) | _changed(right, _facts(before, field))
            left, right = _only(left, own), _only(right, own)
        right = {key: fact for key, fact in right.items() if key in left or not _goes_without_saying(fact)}
        for change in sorted(compare(left, right, comparison.alike), key=lambda change: _text(change.object)):
            lines.extend(_lines(word, change, left.get(change.object) or right[change.object]))
    return tuple(lines)


def facts(database: Database) -> int:
    """How many facts there are: for each object one, and one for each of its fields that says something.

    What a platform brings and the dump leaves as it is does not count.
    """
    count = 0
    for field in WORDS:
        found = _facts(database, field)
        if database.platform:
            found = _only(found, _changed(found, _facts(database.platform.database, field)))
        count += sum(map(_fields_that_say, found.values()))
    return count


def _fields_that_say(fact: Any) -> int:
    return 1 + sum(value not in (None, False, (), "") for _, value in values(fact))


def _changed(after: Mapping[Any, Any], before: Mapping[Any, Any]) -> set[Any]:
    """The identities of what is new, or not as it was."""
    return {
        key
        for key, fact in after.items()
        if key not in before or fact != before[key] or fact.source.path != before[key].source.path
    }


def _only(facts: Mapping[Any, Any], keys: set[Any]) -> Mapping[Any, Any]:
    return {key: fact for key, fact in facts.items() if key in keys}


def _facts(database: Database, field: str) -> Mapping[Any, Any]:
    """The facts of a kind by identity; each item of an access control list is a fact."""
    found = getattr(database, field)
    if isinstance(found, Mapping):
        return found
    return {tuple(value for name, value in values(fact) if name != "privileges"): fact for fact in found}


def _lines(word: str, change: Change[Any], fact: Any) -> Iterator[str]:
    where = f"{word} {_text(change.object)}"
    if change.kind in ONE_SIDED:
        yield f"{where}: {ONE_SIDED[change.kind]} the dump: {_shown(fact)}"
        return
    for name, left, right in change.facts:
        yield f"{where}: {name}: {_shown(left)} in the dump, {_shown(right)} in the catalog"


def _goes_without_saying(fact: object) -> bool:
    """Whether a dump need not mention the fact: it has no roles, and schema public is always there."""
    return isinstance(fact, Role) or (isinstance(fact, Schema) and fact.name == "public")


def _is_unsaid(fact: object, name: str, value: Any) -> bool:
    """Whether the dump leaves open what the catalog knows."""
    if isinstance(fact, Role):
        return value in (None, ())
    if name in IN_WORDS or (isinstance(fact, Other) and name in ("sql", "owner")):
        return True
    if isinstance(fact, Extension) or (isinstance(fact, Schema) and fact.name == "public"):
        return value is None
    return (name == "owner" and value is None) or (name == "type" and value == "")


def _without_expressions(value: Any) -> Any:
    """The value with each expression replaced by its being there."""
    if isinstance(value, Sql):
        return "an expression"
    if isinstance(value, tuple):
        return tuple(_without_expressions(item) for item in value)
    if hasattr(value, "__dataclass_fields__"):
        return tuple((name, _without_expressions(item)) for name, item in values(value))
    return value


def _text(key: Any) -> str:
    """An identity in one line: `public.a.b`, `public.t: own rows`."""
    if isinstance(key, tuple) and type(key) is tuple:
        return ": ".join(_text(part) for part in key if part not in (None, (), False))
    return str(key)


def _shown(value: Any) -> str:
    """A value in one line; a fact by the fields that say something."""
    if isinstance(value, Sql):
        return repr(value.tokens)
    if hasattr(value, "__dataclass_fields__"):
        said = (f"{n}={_shown(v)}" for n, v in values(value) if v not in (None, False, (), ""))
        return f"{type(value).__name__}({', '.join(said)})"
    if type(value) is tuple and value:
        return "(" + ", ".join(_shown(item) for item in value) + ")"
    return str(value) if hasattr(value, "_fields") else repr(value)
