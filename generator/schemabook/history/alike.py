"""Whether a field of an object says the same in the migrations and in the dump."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

from schemabook.history.literals import same_constant
from schemabook.history.queries import statements_of, tree_of
from schemabook.history.scopes import Scope, Table, Verdict, columns_of, worst
from schemabook.history.selects import compared
from schemabook.model import (
    Column,
    Constraint,
    Database,
    Extension,
    Index,
    Name,
    Other,
    Policy,
    PublishedTable,
    Relation,
    Routine,
    Schema,
    Sequence,
    Sql,
    Trigger,
    split_tokens,
)
from schemabook.read import tokens_of
from schemabook.review.names import Renames
from schemabook.review.spelling import STANDARD_BODY, Spelling

SAME, UNKNOWN, OTHER = Verdict
PUBLIC = "public"
OF_RELATION = (Column, Constraint, Index, Policy, PublishedTable)
WORDS = re.compile(r'"([a-z_][a-z0-9_$]*)"')
QUALIFIER = re.compile(r'(?:[a-z_]\w*|"[^"]*") \. (?=\S)')
SAID_ANYWAY = re.compile(r"\b(?:or replace|only|implicit|procedural|trusted|default) |[()]|(?<=create )or replace ")


@dataclass(frozen=True)
class Alike:
    """Two databases: what the migrations make, and the dump."""

    made: Database
    dump: Database

    def verdict(self, fact: Any, name: str, made: Any, dump: Any) -> Verdict:
        """Whether a field of an object says the same in both."""
        if _is_unsaid(fact, name, made, dump):
            return SAME
        made, dump = Spelling(self.made, self.dump, Renames()).alike(fact, name, made, dump)
        if made == dump:
            return SAME
        if isinstance(fact, Routine) and name == "body":
            return self._bodies(fact, made, dump)
        if isinstance(fact, Other):
            return _statements(made, dump)
        if isinstance(fact, Relation) and name == "partition_bound":
            return _bounds(made, dump)
        return self._values(fact, made, dump)

    def _values(self, holder: Any, made: Any, dump: Any) -> Verdict:
        """Of two values, part by part; the *holder* is what their names are about."""
        if made == dump:
            return SAME
        if isinstance(made, Sql) and isinstance(dump, Sql):
            before, after = (_scope(holder, database) for database in (self.made, self.dump))
            return compared(tree_of(made.tokens), tree_of(dump.tokens), before, after)
        if type(made) is not type(dump):
            return OTHER
        if is_dataclass(made):
            names = [field.name for field in fields(made) if field.compare]
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
        before, after = (_scope(fact, database) for database in (self.made, self.dump))
        return compared(*(statements_of(tokens_of(body)) for body in (made, dump)), before, after)


def _is_unsaid(fact: Any, name: str, made: Any, dump: Any) -> bool:
    """Whether one of both leaves open what the other one says."""
    if isinstance(fact, Extension) or (isinstance(fact, Schema) and fact.name == PUBLIC):
        return name in ("comment", "owner") or None in (made, dump)
    if isinstance(fact, Sequence) and fact.identity and name == "owner":
        return True
    return (name == "owner" and None in (made, dump)) or (name == "type" and "" in (made, dump))


def _scope(holder: Any, database: Database) -> Scope:
    """What names in the expressions of an object mean."""
    if isinstance(holder, Routine):
        arguments = {argument.name: argument.type for argument in holder.arguments if argument.name}
        return Scope(database, (Table(holder.name.name, arguments),))
    if isinstance(holder, Trigger):
        columns = _columns(holder.relation, database)
        return Scope(database, (Table("old", columns), Table("new", columns)))
    if isinstance(holder, OF_RELATION):
        return Scope(database, (Table(holder.relation.name, _columns(holder.relation, database)),))
    return Scope(database)


def _columns(relation: Name, database: Database) -> Mapping[str, str] | None:
    return columns_of(database, ".".join('"' + part + '"' for part in relation))


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


def _statements(made: Any, dump: Any) -> Verdict:
    """Of what is known by its statements only: by their words, without schemas and what goes without saying."""
    before, after = (
        [_words(text) for text in ((side,) if isinstance(side, str) else side)] for side in (made, dump)
    )
    if sorted(before) == sorted(after):
        return SAME
    one, other = (Counter(word for text in side for word in text) for side in (before, after))
    return UNKNOWN if one == other else OTHER


def _words(text: str) -> list[str]:
    found = WORDS.sub(r"\1", tokens_of(text))
    return split_tokens(SAID_ANYWAY.sub(" ", QUALIFIER.sub("", found)))
