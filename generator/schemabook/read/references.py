"""Who mentions whom: the web of references between the objects of a database.

`declared` is what the statements themselves say, `parsed` what an expression or a query of SQL mentions,
`mentioned` a name in the body of a routine where no parser could read it, such as dynamic SQL. What an
object says of itself is left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import partial
from itertools import chain

from schemabook.model import (
    Column,
    ColumnName,
    Constraint,
    ConstraintKind,
    Database,
    Index,
    Name,
    ObjectId,
    ObjectKind,
    Policy,
    Reference,
    Relation,
    Routine,
    Sql,
    Trigger,
    column_id,
    relation_id,
    routine_id,
    sequence_id,
    type_id,
)
from schemabook.model.keywords import KEYWORDS, quoted
from schemabook.platforms import FOLDER
from schemabook.read.missing import Missing, Surroundings
from schemabook.read.queries.asked import query_again
from schemabook.read.queries.bodies import is_parsed_when_created, relations_in, rule_commands, statements_of
from schemabook.read.queries.following import Holder, NotFollowed, Warnings, expect_short
from schemabook.read.queries.plpgsql import Kind, parts
from schemabook.read.queries.query import Query
from schemabook.read.state.builder import Builder
from schemabook.read.statements.dependents import names_in, sequences_in
from schemabook.read.statements.routines import body_path
from schemabook.read.text.again import all_once
from schemabook.read.text.builtin import TYPES
from schemabook.read.text.cursor import expression
from schemabook.read.text.words import column_words_at, tokens_of, unquoted

Mentions = tuple[Holder, Iterator[Reference]]
"""A text, and what it mentions, which is looked for only when it is asked for."""
NO_QUERY = "its query is not followed: the types of its columns, and what it reads, are not known"

NO_COLUMNS = "it may have more columns: its query takes all of something whose columns are not known"


def references(database: Database, builder: Builder) -> Database:
    """The database with its references, and with what could not be followed, sorted."""
    finder = Finder(database, builder)
    found = {r for r in finder.all() if r.origin.whole != r.target.whole}
    references = tuple(sorted(found, key=_order))
    return replace(database, references=references, warnings=finder.warnings.findings)


class Finder:
    """Finds what expressions, queries and bodies mention."""

    def __init__(self, database: Database, builder: Builder) -> None:
        self.database = database
        self.builder = builder
        self.warnings = Warnings(database.statements)
        self.missing = Missing(database, builder)
        self.around = Surroundings()
        """Of the text that is looked into."""
        self.routines = {signature.name for signature in database.routines}
        self.plain = {name.name for name in (*self.routines, *database.types)}
        self.beginnings = {word for name in self.plain for word in beginnings(name)}
        """Most expressions hold none of these words, and need no closer look."""

    def all(self) -> Iterator[Reference]:
        """Every mention; what fails in the text of one object is said of that one."""
        for holder, found in chain(
            self._of_relations(),
            self._of_columns(),
            self._of_constraints(),
            self._of_policies(),
            self._of_triggers(),
            self._of_indexes(),
            self._of_rules(),
            self._of_routines(),
        ):
            yield from self.warnings.guarded(holder, found)

    def _of_relations(self) -> Iterator[Mentions]:
        for relation in self.database.relations.values():
            holder = Holder(relation_id(relation.name), "definition", relation.source)
            if relation.definition:
                yield holder, self._of_view(holder, relation.definition)
            if not relation.columns_known:
                yield holder, self._of_unknown(relation)

    def _of_view(self, holder: Holder, definition: Sql) -> Iterator[Reference]:
        found = self.builder.queries.get(holder.name, Query())
        yield from self._reads(holder, found.reads, "parsed")
        self._say_unknown(holder, found)
        yield from self._calls(holder, definition, "parsed")
        if not found.is_parsed:
            raise NotFollowed(NO_QUERY)

    def _of_unknown(self, relation: Relation) -> Iterator[Reference]:
        found = self.builder.queries.get(relation.name)
        if found is None or found.is_parsed:
            raise NotFollowed(NO_COLUMNS)
        yield from ()

    def _of_columns(self) -> Iterator[Mentions]:
        for column in self.database.columns.values():
            for sql in filter(None, (column.default, column.generated)):
                holder = _part(ObjectKind.COLUMN, column)
                yield holder, self._calls(holder, sql, "parsed")

    def _of_constraints(self) -> Iterator[Mentions]:
        for constraint in self.database.constraints.values():
            holder = _part(ObjectKind.CONSTRAINT, constraint)
            if target := constraint.references:
                reads = {ColumnName(target.relation, column) for column in target.columns or ("",)}
                yield holder, self._reads(holder, reads, "declared")
            if constraint.expression:
                is_check = constraint.kind is ConstraintKind.CHECK
                mentions = self._of_condition if is_check else partial(self._calls, how="parsed")
                yield holder, mentions(holder, constraint.expression)

    def _of_policies(self) -> Iterator[Mentions]:
        for policy in self.database.policies.values():
            holder = _part(ObjectKind.POLICY, policy)
            for sql in filter(None, (policy.using, policy.with_check)):
                yield holder, self._of_condition(holder, sql)

    def _of_triggers(self) -> Iterator[Mentions]:
        for trigger in self.database.triggers.values():
            holder = _part(ObjectKind.TRIGGER, trigger)
            yield holder, self._of_trigger(holder, trigger)

    def _of_trigger(self, holder: Holder, trigger: Trigger) -> Iterator[Reference]:
        if trigger.routine in self.routines:
            yield holder.mention(routine_id(trigger.routine), "declared")
        else:
            self._say(holder, self.missing.routine(trigger.routine))
        yield from self._calls(holder, trigger.when, "parsed")
        if trigger.from_relation:
            yield from self._reads(holder, {ColumnName(trigger.from_relation, "")}, "declared")

    def _of_indexes(self) -> Iterator[Mentions]:
        for index in self.database.indexes.values():
            holder = _part(ObjectKind.INDEX, index)
            for sql in filter(None, (index.where, *(key.expression for key in index.keys))):
                yield holder, self._of_condition(holder, sql)

    def _of_rules(self) -> Iterator[Mentions]:
        for (kind, name), relation in self.builder.on_relation.items():
            if kind is ObjectKind.RULE and (found := self.database.others.get((kind, name))):
                holder = Holder(
                    ObjectId(ObjectKind.RULE, relation, name.rpartition(" on ")[0]), "", found.source
                )
                yield holder, self._of_rule(holder, found.sql)

    def _of_rule(self, holder: Holder, rule: str) -> Iterator[Reference]:
        for sql in rule_commands(rule):
            found = query_again(sql, self.builder)
            yield from self._reads(holder, found.reads, "parsed")
            yield from self._calls(holder, sql, "parsed")

    def _of_routines(self) -> Iterator[Mentions]:
        for routine in self.database.routines.values():
            holder = Holder(routine_id(routine.name), "", routine.source)
            yield holder, self._of_signature(holder, routine)
            body = holder._replace(place="body")
            yield body, self._of_routine(body, routine)

    def _of_condition(self, holder: Holder, sql: Sql) -> Iterator[Reference]:
        """An expression about the rows of a relation: in a policy, its subqueries read other relations."""
        yield from self._calls(holder, sql, "parsed")
        tokens, columns = tokens_of(sql), self.builder.parts_of(Column, holder.name)
        words = (unquoted(tokens[i]) for i in column_words_at(tokens, holder.name.name))
        if "from" in tokens or not all(word in columns or word in KEYWORDS for word in words):
            relation = ".".join(quoted(part) for part in holder.name if part)
            text = f"SELECT 1 FROM {relation} WHERE ({sql.text}\n)"
            found = query_again(expression(text), self.builder)
            yield from self._reads(holder, found.reads, "parsed")
            self._say_unknown(holder, found)

    def _of_signature(self, holder: Holder, routine: Routine) -> Iterator[Reference]:
        for function in self.builder.called_by.get(routine.signature, ()):
            if function in self.routines:
                yield holder.mention(routine_id(function), "declared")
        for argument in routine.arguments:
            yield from self._type(holder, argument.type)
            yield from self._calls(holder, argument.default, "parsed")
        yield from self._type(holder, routine.returns or "")

    def _of_routine(self, holder: Holder, routine: Routine) -> Iterator[Reference]:
        body = routine.body or ""
        path = self.builder.session.search_path
        is_parsed = routine.language == "sql" and is_parsed_when_created(body)
        self.around = self.missing.around(routine, is_body=not is_parsed)
        with self.builder.path(path if is_parsed else body_path(routine, path)):
            yield from self._of_body(holder, routine.language, body)
        self.around = Surroundings()

    def _of_body(self, holder: Holder, language: str, body: str) -> Iterator[Reference]:
        """What a body names; what is parsed is not mentioned once more, nor a relation beside its columns."""
        found: list[Reference] = []
        if language in ("sql", "plpgsql"):
            expect_short(body)
        if language == "sql":
            found += (r for sql in all_once(statements_of, body) for r in self._of_statement(holder, sql))
        elif language == "plpgsql":
            found += (r for part in all_once(parts, body) for r in self._of_part(holder, *part))
        parsed = {r.target.whole for r in found if r.how == "parsed"}
        with_column = {r.target.whole for r in found if r.target.part}
        for r in found:
            known = with_column if r.how == "parsed" else parsed
            if r.target.part or r.target.whole not in known:
                yield r

    def _of_part(self, holder: Holder, kind: Kind, sql: Sql) -> Iterator[Reference]:
        """A piece of SQL inside of a body of PL/pgSQL."""
        if kind is Kind.COMMAND:
            self._say_all(holder, self.missing.of_command(sql, self.around))
        if kind in (Kind.QUERY, Kind.EXPRESSION):
            self._say_all(holder, self.missing.of_row(sql, self.around))
        if kind is Kind.QUERY:
            yield from self._of_statement(holder, sql)
        elif kind is Kind.EXPRESSION:
            yield from self._calls(holder, sql, "parsed")
        elif kind is Kind.TYPE:
            yield from self._of_variable(holder, sql)
        else:
            yield from self._mentions(holder, sql)

    def _of_variable(self, holder: Holder, sql: Sql) -> Iterator[Reference]:
        """The type of a variable: a type, a relation's row, or that of a column."""
        tokens = tokens_of(sql)
        end = next((i for i in range(1, len(tokens), 2) if tokens[i] != "."), len(tokens))
        names = [unquoted(token) for token in tokens[:end:2]]
        suffix = tokens[end : end + 2]
        if suffix in (["%", "type"], ["%", "rowtype"]):
            is_row = suffix[1] == "rowtype"
            self._say(holder, self.missing.of_type(names, self.around, is_row=is_row))
        if suffix == ["%", "type"]:
            # What has no such column is a variable, whose type is said elsewhere.
            if len(names) > 1 and (found := self._column(names[:-1], names[-1])):
                yield from self._reads(holder, {found}, "parsed")
            return
        if suffix != ["%", "rowtype"] and len(names) == 1 and names[0] in TYPES:
            return
        full = self.builder.type_name(_dotted(names))
        if full in self.database.types:
            yield holder.mention(type_id(full), "parsed")
        yield from self._reads(holder, {ColumnName(full, "")}, "parsed")

    def _column(self, relation: list[str], column: str) -> ColumnName | None:
        """The column of a relation that is named by its parts, where there is one."""
        found = ColumnName(self.builder.relation_name(_dotted(relation)), column)
        return found if found in self.database.columns else None

    def _of_statement(self, holder: Holder, sql: Sql) -> Iterator[Reference]:
        """A statement of SQL: parsed, or searched for names where that fails."""
        found = query_again(sql, self.builder)
        if found.is_parsed:
            self._say_unknown(holder, found)
            yield from self._reads(holder, found.reads, "parsed")
            yield from self._calls(holder, sql, "parsed")
        else:
            yield from self._mentions(holder, sql)

    def _mentions(self, holder: Holder, sql: Sql) -> Iterator[Reference]:
        """The names in SQL: relations where a query names them, and routines that are called."""
        for name in relations_in(sql.text):
            yield from self._reads(holder, {ColumnName(self.builder.relation_name(name), "")}, "mentioned")
        yield from self._calls(holder, sql, "mentioned")

    def _reads(
        self, holder: Holder, reads: frozenset[ColumnName] | set[ColumnName], how: str
    ) -> Iterator[Reference]:
        for read in reads:
            if read.relation in self.database.relations and relation_id(read.relation) != holder.object.whole:
                yield holder.mention(column_id(read), how)

    def _say_unknown(self, holder: Holder, found: Query) -> None:
        """Says which names of a query lead nowhere."""
        self._say_all(holder, (self.missing.words(unknown, self.around) for unknown in found.unknown))

    def _say_all(self, holder: Holder, words: Iterable[tuple[str, str] | None]) -> None:
        for one in words:
            self._say(holder, one)

    def _say(self, holder: Holder, words: tuple[str, str] | None) -> None:
        """Says it, but not of what the platform brings, which nobody can mend."""
        if words and not holder.source.path.startswith(FOLDER):
            self.warnings.add(holder, *words)

    def _type(self, holder: Holder, spelled: str) -> Iterator[Reference]:
        """A type as `format_type` prints it."""
        plain = spelled.removeprefix("SETOF ").removesuffix("[]")
        schema, dot, name = plain.rpartition(".")
        found = Name(unquoted(schema), unquoted(name))
        if dot and found in self.database.types:
            yield holder.mention(type_id(found), "declared")
        elif dot and found in self.database.relations:
            yield holder.mention(relation_id(found), "declared")

    def _calls(self, holder: Holder, sql: Sql | None, how: str) -> Iterator[Reference]:
        """The routines, types and sequences that an expression names."""
        if sql is None:
            return
        for sequence in sequences_in(sql, self.builder.relation_name):
            if sequence in self.database.sequences:
                yield holder.mention(sequence_id(sequence), how)
        is_certain = how == "parsed" and " . " in sql.tokens
        if not is_certain and self.beginnings.isdisjoint(sql.tokens.split()):
            return
        for name, is_called, is_type in names_in(tokens_of(sql)):
            if name.name not in self.plain:
                if is_called and is_certain and name.schema and not _is_target(name, sql):
                    self._say(holder, self.missing.routine(name))
                continue
            if is_called and (found := self._routine(name, holder)):
                yield holder.mention(routine_id(found), how)
            elif is_type and (kind := self.builder.type_name(name)) in self.database.types:
                yield holder.mention(type_id(kind), how)

    def _routine(self, name: Name, holder: Holder) -> Name | None:
        """The routine that a call without a schema means: of the search path, or of the caller's schema."""
        full = self.builder.routine_name(name)
        own = Name(holder.name.schema, name.name)
        return next((n for n in (full, own) if n in self.routines and name.schema in ("", n.schema)), None)


def beginnings(name: str) -> tuple[str, str]:
    """The first words of a name among the tokens of an expression, where it may stand in quotes."""
    in_quotes = '"' + name.replace('"', '""') + '"'
    return name, in_quotes.split()[0]


def _part(kind: ObjectKind, fact: Column | Constraint | Policy | Trigger | Index) -> Holder:
    return Holder(ObjectId(kind, fact.relation, fact.name), "", fact.source)


def _order(found: Reference) -> tuple[object, ...]:
    """By what mentions, then by what is mentioned; a relation before its columns."""
    origin, target = found.origin.whole, found.target.whole
    return origin, found.part, target, found.target.part, found.how


def _is_target(name: Name, sql: Sql) -> bool:
    """Whether the name before a parenthesis is that of the relation that INSERT fills."""
    return f"into {quoted(name.schema)} . {quoted(name.name)} (" in sql.tokens


def _dotted(parts: list[str]) -> Name:
    return Name(parts[-2] if len(parts) > 1 else "", parts[-1])
