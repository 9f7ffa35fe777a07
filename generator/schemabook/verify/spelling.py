"""Whether two spellings are one expression: PostgreSQL prints the one of the dump, where it stands.

Each version of PostgreSQL prints expressions in its own way, so that a view in a dump of version 15 and in a
catalog of version 18 may differ and say the same. The object is made once more with the dump's expression, in
a transaction that is taken back, and the server is asked what it has now.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from schemabook.model import (
    Argument,
    Column,
    Constraint,
    DomainCheck,
    Index,
    IndexKey,
    Name,
    Policy,
    PublishedTable,
    Relation,
    Routine,
    Trigger,
    Type,
)
from schemabook.verify.roles import quoted
from schemabook.verify.sending import send

if TYPE_CHECKING:
    import psycopg


@dataclass(frozen=True, slots=True)
class Probe:
    """How to make an object with an expression in place of its own, and how to see what that became."""

    made: str
    """The statement; `{definition}` is what the server prints of the object, with the dump's expression."""
    printed: str
    """The query for what the server prints of the object `{it}`."""
    is_beside: bool = False
    """Whether a second object is made, called `schemabook_probe`."""


DEFAULT = """
select pg_get_expr(d.adbin, d.adrelid)
from pg_attrdef d join pg_attribute a on a.attrelid = d.adrelid and a.attnum = d.adnum
where a.attrelid = {relation_}::regclass and a.attname = {it}
"""
VIEW = (
    "select pg_get_viewdef(oid) from pg_class where relnamespace = {schema_}::regnamespace and relname = {it}"
)
CONSTRAINT = """
select pg_get_constraintdef(oid) from pg_constraint where conrelid = {relation_}::regclass and conname = {it}
"""
INDEX = """
select replace(pg_get_indexdef(oid), format(' INDEX %I ', relname), ' INDEX schemabook_probe ')
from pg_class where relnamespace = {schema_}::regnamespace and relname = {it}
"""
TRIGGER = """
select replace(pg_get_triggerdef(oid), format(' TRIGGER %I ', tgname), ' TRIGGER schemabook_probe ')
from pg_trigger where tgrelid = {relation_}::regclass and tgname = {it}
"""
POLICY = """
select pg_get_expr(coalesce(polqual, polwithcheck), polrelid)
from pg_policy where polrelid = {relation_}::regclass and polname = {it}
"""
DOMAIN = "select pg_get_expr(typdefaultbin, 0) from pg_type where oid = {relation_}::regtype"
CHECK = """
select pg_get_expr(conbin, 0) from pg_constraint where contypid = {relation_}::regtype and conname = {it}
"""

AN_INDEX = Probe("{definition}", INDEX, is_beside=True)
A_ROUTINE = Probe("{definition}", "select pg_get_functiondef({signature_}::regprocedure)")
A_CONDITION = Probe("create policy schemabook_probe on {relation} using ({sql})", POLICY, is_beside=True)

PROBES: dict[tuple[type, str], Probe] = {
    (Relation, "definition"): Probe(
        "create view {schema}.schemabook_probe ({columns}) as {sql}", VIEW, is_beside=True
    ),
    (Column, "default"): Probe("alter table {relation} alter column {name} set default {sql}", DEFAULT),
    (Column, "generated"): Probe(
        "alter table {relation} alter column {name} set expression as ({sql})", DEFAULT
    ),
    (Constraint, "expression"): Probe(
        "alter table {relation} add constraint schemabook_probe {definition}", CONSTRAINT, is_beside=True
    ),
    (IndexKey, "expression"): AN_INDEX,
    (Index, "where"): AN_INDEX,
    (Trigger, "when"): Probe("{definition}", TRIGGER, is_beside=True),
    (Policy, "using"): A_CONDITION,
    (Policy, "with_check"): A_CONDITION,
    (PublishedTable, "where"): A_CONDITION,
    (Type, "default"): Probe("alter domain {relation} set default {sql}", DOMAIN),
    (DomainCheck, "expression"): Probe(
        "alter domain {relation} add constraint schemabook_probe check ({sql})", CHECK, is_beside=True
    ),
    (Argument, "default"): A_ROUTINE,
    (Routine, "body"): A_ROUTINE,
}
"""By the kind of fact that has the expression, and the name of its field."""
PATHS = ("public", "{schema}, public")


@dataclass(frozen=True, slots=True)
class Spelling:
    """Asks the server, as the role that restored: a dump's expressions are a dump's code."""

    role: psycopg.Connection[Any]
    columns: Mapping[Name, list[str]]
    """By relation the names of its columns."""

    def is_same(self, fact: Any, holder: Any, name: str, dump: str, catalog: str) -> bool | None:
        """Whether the server prints the dump's text as it prints the catalog's; None if it does not take it.

        The *holder* is the fact, or the part of it, whose field *name* has the expression.
        """
        words = self._words(fact, holder)
        # What a person wrote may leave out the schema, and the path at that place is not known any more.
        places = "", *PATHS, ", ".join(map(quoted, sorted({name.schema for name in self.columns})))
        answers = []
        for path in places:
            answers.append(
                self._is_same(PROBES[type(holder), name], words, path.format(**words), dump, catalog)
            )
            if answers[-1]:
                return True
        return None if set(answers) == {None} else False

    def _is_same(
        self, probe: Probe, words: Mapping[str, str], path: str, dump: str, catalog: str
    ) -> bool | None:
        from psycopg import Error

        try:
            with self.role.transaction(force_rollback=True):
                before = catalog if probe is A_CONDITION else self._printed(probe, words, words["name_"])
                if not before or (catalog not in before and "{definition}" in probe.made):
                    return None
                self._set_path(path)
                definition = before.replace(catalog, dump)
                if send(self.role, probe.made.format(**words, sql=dump, definition=definition)):
                    return None
                self._set_path("")
                it = "'schemabook_probe'" if probe.is_beside else words["name_"]
                return before == self._printed(probe, words, it)
        except Error:
            return None

    def _set_path(self, path: str) -> None:
        self.role.execute("select pg_catalog.set_config('search_path', %s, true)", [path])

    def _printed(self, probe: Probe, words: Mapping[str, str], it: str) -> str | None:
        row = self.role.execute(probe.printed.format(**words, it=it).encode()).fetchone()
        return row[0] if row else None

    def _words(self, fact: Any, holder: Any) -> dict[str, str]:
        """What the statements and queries of a probe may name; with `_` as a string for the server."""
        relation = getattr(holder, "relation", None) or getattr(fact, "relation", None) or fact.name
        own = holder if isinstance(holder, DomainCheck) else fact
        name = own.name.name if isinstance(own.name, Name) else own.name
        signature = ""
        if isinstance(fact, Routine):
            signature = f"{_identifier(fact.name)}({', '.join(fact.signature.types)})"
        words = {
            "schema": quoted(relation.schema),
            "relation": _identifier(relation),
            "name": quoted(name),
            "signature": signature,
        }
        strings = {f"{key}_": _string(value) for key, value in words.items()}
        columns = ", ".join(map(quoted, self.columns.get(relation, ())))
        return {**words, **strings, "name_": _string(name), "columns": columns}


def _identifier(name: Name) -> str:
    return f"{quoted(name.schema)}.{quoted(name.name)}"


def _string(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
