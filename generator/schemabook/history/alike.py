"""Whether a field of an object says the same in the migrations and in the dump."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, is_dataclass, replace
from functools import cached_property
from typing import Any

from schemabook.history.literals import same_constant
from schemabook.history.queries import exclusion_of, statements_of, tree_of
from schemabook.history.scopes import Scope, Verdict, columns_of, worst
from schemabook.history.selects import compared
from schemabook.model import (
    Column,
    Constraint,
    ConstraintKind,
    Database,
    Extension,
    Index,
    Name,
    ObjectKind,
    Other,
    Policy,
    PublishedTable,
    Relation,
    Routine,
    Schema,
    Sequence,
    Sql,
    Trigger,
    Type,
    split_tokens,
)
from schemabook.read import tokens_of
from schemabook.review.names import Renames
from schemabook.review.spelling import STANDARD_BODY, Spelling

SAME, UNKNOWN, OTHER = Verdict
PUBLIC = "public"
OF_RELATION = (Column, Constraint, Index, Policy, PublishedTable)
IMPLIED = frozenset({"multirange_type_name", "basetype", "alignment", "internallength", "storage", "like"})
"""Options of types and aggregates that PostgreSQL prints in another way, or on its own."""
WORDS = re.compile(r'"([a-z_][a-z0-9_$]*)"')
QUALIFIER = re.compile(r'(?:[a-z_]\w*|"[^"]*") \. (?=\S)')
OF_QUERY = re.compile(r'(?!new |old )(?:[a-z_]\w*|"[^"]*") \. (?=\S)')
HEAD = re.compile(
    r"create (?:or replace )?(?:rule|server|statistics(?! on)(?! \()|user mapping for|event trigger|collation"
    r"|operator family|text search \w+|foreign data wrapper|access method) (?:if not exists )?"
    r'(?:[a-z_][\w$]*|"[^"]*") '
    r"|create statistics (?:if not exists )?(?=on|\()"
)
"""The beginning of a statement with the name, which may be another one now."""
SAID_ANYWAY = re.compile(r"(?<!\S)(?:also|or replace|if not exists|implicit|procedural|trusted|family)(?!\S)")
ALIAS = re.compile(r' as (?!on )(?:"[^"]*"|[a-z_]\w*)')
OF_OPERATOR = re.compile(r"= operator \( (.*?) \)")
NAMES_OTHERS = frozenset({"leftarg", "rightarg", "commutator", "negator"})
"""Options of an operator whose values have several spellings, or are printed also where nobody gave them."""
OTHER_WORDS = {"procedure": "function"}
STRING = re.compile(r"'([a-z_]\w*)'")
COPIED = re.compile(r"(?i)\bcopy\s*=|^create collation [^()]* from\s")
"""What makes an object as another one is: PostgreSQL prints what that says."""


@dataclass(frozen=True)
class Alike:
    """Two databases: what the migrations make, and the dump."""

    made: Database
    dump: Database
    renames: Mapping[str, str] = field(default_factory=dict)
    """Old names with new ones, that the migrations have given."""

    @cached_property
    def _spelling(self) -> Spelling:
        return Spelling(self.made, self.dump, Renames())

    def verdict(self, fact: Any, name: str, made: Any, dump: Any) -> Verdict:
        """Whether a field of an object says the same in both."""
        if _is_unsaid(fact, name, made, dump):
            return SAME
        made, dump = self._spelling.alike(fact, name, made, dump)
        if made == dump:
            return SAME
        if isinstance(fact, Routine) and name == "body":
            return self._bodies(fact, made, dump)
        if isinstance(fact, Other) and name in ("sql", "also"):
            return _statements(fact, made, dump)
        if isinstance(fact, Type | Routine) and name == "options":
            return _options(made, dump)
        if isinstance(fact, Relation) and name == "partition_bound":
            return _bounds(made, dump)
        return self._values(fact, made, dump)

    def _values(self, holder: Any, made: Any, dump: Any) -> Verdict:
        """Of two values, part by part; the *holder* is what their names are about."""
        if made == dump:
            return SAME
        if isinstance(made, Sql) and isinstance(dump, Sql):
            is_exclusion = isinstance(holder, Constraint) and holder.kind is ConstraintKind.EXCLUSION
            tree = exclusion_of if is_exclusion else tree_of
            return compared(tree(made.tokens), tree(dump.tokens), *self._scopes(holder))
        if type(made) is not type(dump):
            return OTHER
        if is_dataclass(made):
            names = [found.name for found in fields(made) if found.compare]
            inner = made if isinstance(made, PublishedTable) else holder
            return worst(self._values(inner, getattr(made, n), getattr(dump, n)) for n in names)
        if isinstance(made, tuple) and len(made) == len(dump):
            return worst(self._values(holder, a, b) for a, b in zip(made, dump, strict=True))
        return OTHER

    def _bodies(self, fact: Routine, made: str | None, dump: str | None) -> Verdict:
        if not made or not dump:
            return OTHER
        if not (STANDARD_BODY.match(made) and STANDARD_BODY.match(dump)) or fact.language != "sql":
            return Verdict.of(made.split() == dump.split())
        before, after = (statements_of(tokens_of(body)) for body in (made, dump))
        return compared(before, after, *self._scopes(fact))

    def _scopes(self, holder: Any) -> tuple[Scope, Scope]:
        """What names in the expressions of an object mean in both."""
        before, after = Scope(self.made, renames=self.renames), Scope(self.dump)
        return _with_tables(holder, before), _with_tables(holder, after)


def _is_unsaid(fact: Any, name: str, made: Any, dump: Any) -> bool:
    """Whether one of both leaves open what the other one says."""
    if isinstance(fact, Extension) or (isinstance(fact, Schema) and fact.name == PUBLIC):
        return name in ("comment", "owner") or None in (made, dump)
    if isinstance(fact, Sequence) and fact.identity and name == "owner":
        return True
    return (name == "owner" and None in (made, dump)) or (name == "type" and "" in (made, dump))


def _with_tables(holder: Any, scope: Scope) -> Scope:
    """The scope with what the names in an object's expressions are of."""
    tables: tuple[tuple[str, Mapping[str, str] | None], ...] = ()
    if isinstance(holder, Routine):
        given = {argument.name: argument.type for argument in holder.arguments if argument.name}
        tables = ((holder.name.name, given),)
    elif isinstance(holder, Type):
        tables = (("", {"value": holder.base_type or ""}),)
    elif isinstance(holder, Trigger):
        columns = _columns(holder.relation, scope)
        tables = (("old", columns), ("new", columns))
    elif isinstance(holder, OF_RELATION):
        tables = ((holder.relation.name, _columns(holder.relation, scope)),)
    return replace(scope, tables=tuple(scope.table(*table) for table in tables))


def _columns(relation: Name, scope: Scope) -> Mapping[str, str] | None:
    return columns_of(scope, ".".join('"' + part + '"' for part in relation))


def _options(made: Any, dump: Any) -> Verdict:
    """Of two sets of options of a type or an aggregate: some have a value that goes without saying."""
    before, after = (
        {key: QUALIFIER.sub("", value) for key, value in side if key not in IMPLIED} for side in (made, dump)
    )
    return Verdict.of(before == after)


def _bounds(made: str | None, dump: str | None) -> Verdict:
    """Of two bounds of partitions: constants are printed as their type prints them."""
    before, after = (split_tokens(tokens_of(bound or "")) for bound in (made, dump))
    if len(before) != len(after):
        return OTHER
    return worst(_bound(a, b) for a, b in zip(before, after, strict=True))


def _bound(made: str, dump: str) -> Verdict:
    one, other = made.strip("'"), dump.strip("'")
    if one == other:
        return SAME
    if not (made.endswith("'") and dump.endswith("'")):
        return OTHER
    known = [same_constant(one, other, f"timestamp {zone} time zone") for zone in ("with", "without")]
    known += [same_constant(f"{one} 00:00:00", other, "timestamp without time zone")]
    return SAME if True in known else OTHER if False in known else UNKNOWN


def _statements(fact: Other, made: Any, dump: Any) -> Verdict:
    """Of what is known by its statements only: by their words, without what goes without saying."""
    if "operator class" in fact.sql.lower() and fact.kind is ObjectKind.OPERATOR_FAMILY:
        return SAME  # The family came with a class.
    if COPIED.search(fact.sql) and not COPIED.search(str(dump)):
        return UNKNOWN
    before, after = (
        [_said(fact, text) for text in ((side,) if isinstance(side, str) else side)] for side in (made, dump)
    )
    if sorted(before) == sorted(after):
        return SAME if not any("and" in text and "or" in text for text in before) else UNKNOWN
    one, other = (Counter(word for text in side for word in text) for side in (before, after))
    if one != other:
        options = {word.partition(" ")[0] for word in (one - other) + (other - one)}
        return UNKNOWN if fact.kind is ObjectKind.OPERATOR and options <= NAMES_OTHERS else OTHER
    return UNKNOWN if fact.kind is ObjectKind.RULE else SAME


def _said(fact: Other, text: str) -> list[str]:
    """The words of a statement behind the name of what it makes; options between commas are one word."""
    found = OF_OPERATOR.sub(r"= \1", WORDS.sub(r"\1", tokens_of(text)))
    found = HEAD.sub("", (OF_QUERY if fact.kind is ObjectKind.RULE else QUALIFIER).sub("", found), count=1)
    found = SAID_ANYWAY.sub(
        " ", re.sub(r"(?<!\S)[()](?!\S)", " " if fact.kind is ObjectKind.RULE else ",", found)
    )
    words = [OTHER_WORDS.get(word, word) for word in split_tokens(found)]
    if fact.kind is ObjectKind.RULE:
        words = split_tokens(ALIAS.sub("", " ".join(words)))
        return [word for word in words if word != ";"]
    words = [STRING.sub(r"\1", word) for word in words if word != fact.name.rpartition(".")[2].split(" ")[0]]
    return [part.strip() for part in " ".join(words).split(",") if part.strip()]
