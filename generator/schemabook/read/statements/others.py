"""Objects that the model knows by their kind, name and SQL only.

Kind and name are those of COMMENT ON, with types as `format_type` prints them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import partial
from typing import NamedTuple

from schemabook.model import Column, IndexKey, Name, ObjectKind, Other, Statement
from schemabook.read.state.acl import CREATOR
from schemabook.read.state.builder import Builder
from schemabook.read.statements.indexes import column_or_expression
from schemabook.read.statements.kinds_by_words import Reader
from schemabook.read.statements.naming import index_name
from schemabook.read.statements.roles import named_role, role_or_public
from schemabook.read.text.cursor import Cursor
from schemabook.read.text.tokens import STRING
from schemabook.read.text.type_names import argument_type
from schemabook.secrets import SECRET_OPTION, without_secrets

WITH_PASSWORDS = (
    ObjectKind.FOREIGN_DATA_WRAPPER,
    ObjectKind.SERVER,
    ObjectKind.SUBSCRIPTION,
    ObjectKind.USER_MAPPING,
)
SECRET = re.compile(rf"{SECRET_OPTION}|connection", re.I)
HIDDEN = "'…'"

ReadName = Callable[[Cursor, Builder], str]


def plain(c: Cursor, _: Builder) -> str:
    """A name without a schema."""
    return c.name()


def qualified(c: Cursor, database: Builder) -> str:
    """A new name with its schema."""
    return str(database.new(c.qualified_name()))


def rule(c: Cursor, database: Builder) -> str:
    """A rule's name and its table: RULE name AS ON event TO table."""
    name = c.name()
    c.skip_until("to")
    c.expect("to")
    return f"{name} on {database.relation_name(c.qualified_name())}"


def existing_rule(c: Cursor, database: Builder) -> str:
    """A rule's name and its table: RULE name ON table."""
    name, relation = c.name_on()
    return f"{name} on {database.relation_name(relation)}"


def statistics(c: Cursor, database: Builder) -> str:
    """[ name ] [ (kinds) ] ON column, … FROM table; PostgreSQL makes up a name like that of an index."""
    name = None if c.key in ("on", "(") else database.new(c.qualified_name())
    if c.key == "(":
        c.skip_parentheses()
    c.expect("on")
    keys = c.separated(lambda: _key(c))
    c.expect("from")
    return str(name or _statistics_name(database, database.relation(c.qualified_name()).name, keys))


def _statistics_name(database: Builder, relation: Name, keys: Iterable[IndexKey]) -> Name:
    def taken(text: str) -> bool:
        return (ObjectKind.STATISTICS, f"{relation.schema}.{text}") in database.others

    return Name(relation.schema, index_name(relation.name, keys, (), taken, "stat"))


def copy_statistics(database: Builder, source: Name, relation: Name, *, comments: bool) -> None:
    """LIKE source INCLUDING STATISTICS: each gets a name made of its columns in their order."""
    position = {name: column.position for name, column in database.parts_of(Column, relation).items()}
    for kind, name in [key for key, on in database.on_relation.items() if on == source]:
        if kind is not ObjectKind.STATISTICS:
            continue
        fact = database.others[kind, name]
        c = Cursor(Statement(fact.source, fact.sql))
        c.expect("create", "statistics")
        c.accept("if", "not", "exists")
        if c.key not in ("on", "("):
            c.qualified_name()
        start = c.position
        c.skip_until("on")
        c.expect("on")
        keys = sorted(
            c.separated(partial(_key, c)), key=lambda key: position.get(key.column or "", len(position) + 1)
        )
        new = _statistics_name(database, relation, keys)
        sql = f"CREATE STATISTICS {new} {c.sql(start, c.position).text} FROM {relation}"
        comment = fact.comment if comments else None
        database.add(replace(fact, source=database.statement.source, name=str(new), sql=sql, comment=comment))
        database.put(database.on_relation, (kind, str(new)), relation)


def _key(c: Cursor) -> IndexKey:
    column, expression = column_or_expression(c)
    return IndexKey(column=column, expression=expression)


def cast(c: Cursor, database: Builder) -> str:
    """(source AS target)."""
    c.expect("(")
    source = argument_type(c, database)
    c.expect("as")
    target = argument_type(c, database)
    c.expect(")")
    return f"({source} AS {target})"


def operator(c: Cursor, database: Builder) -> str:
    """schema.sign (left, right): in CREATE, the types are among the options."""
    sign = _sign(c, database)
    types = {"leftarg": "NONE", "rightarg": "NONE"}

    def option() -> None:
        name = c.name()
        if name in types and c.accept("="):
            types[name] = argument_type(c, database)
        else:
            c.skip_until(",")

    c.in_parentheses(option)
    return f"{sign} ({types['leftarg']}, {types['rightarg']})"


def existing_operator(c: Cursor, database: Builder) -> str:
    """schema.sign (left, right)."""

    def operand() -> str:
        return "NONE" if c.accept("none") else argument_type(c, database)

    return f"{_sign(c, database)} ({', '.join(c.in_parentheses(operand))})"


def _sign(c: Cursor, database: Builder) -> str:
    """An operator with its schema; the tokenizer may have cut the sign into pieces."""
    schema = ""
    if c.peek() == ".":
        schema = c.name()
        c.expect(".")
    parts = []
    while not c.done and c.key != "(":
        parts.append(c.values[c.position])
        c.skip()
    return f"{schema or database.session.creation_schema}.{''.join(parts)}"


def operator_class(c: Cursor, database: Builder) -> str:
    """Name [ DEFAULT ] FOR TYPE type USING method [ FAMILY name ]; without FAMILY it makes one, too."""
    name = operator_family(c, database)
    if not c.accept("family") and (ObjectKind.OPERATOR_FAMILY, name) not in database.others:
        family = Other(source=c.source(), kind=ObjectKind.OPERATOR_FAMILY, name=name, sql=c.statement.text)
        database.add(family)
    return name


def operator_family(c: Cursor, database: Builder) -> str:
    """Name … USING method."""
    name = database.new(c.qualified_name())
    c.skip_until("using")
    c.expect("using")
    return f"{name} using {c.name()}"


def user_mapping(c: Cursor, database: Builder) -> str:
    """FOR role SERVER server."""
    c.expect("for")
    user = (database.session.role or CREATOR) if c.accept("user") else role_or_public(c, database)
    c.expect("server")
    return f"{user} on {c.name()}"


def transform(c: Cursor, database: Builder) -> str:
    """FOR type LANGUAGE name."""
    c.expect("for")
    name = argument_type(c, database)
    c.expect("language")
    return f"{name} language {c.name()}"


class Kind(NamedTuple):
    """How CREATE names an object, and how ALTER, DROP and COMMENT do; None: in the same way."""

    new: ReadName
    existing: ReadName | None = None
    before_relation: str = ""
    """The word of CREATE before the relation that the object is on."""


KINDS: Mapping[ObjectKind, Kind] = {
    ObjectKind.ACCESS_METHOD: Kind(plain),
    ObjectKind.CAST: Kind(cast),
    ObjectKind.COLLATION: Kind(qualified),
    ObjectKind.CONVERSION: Kind(qualified),
    ObjectKind.EVENT_TRIGGER: Kind(plain),
    ObjectKind.FOREIGN_DATA_WRAPPER: Kind(plain),
    ObjectKind.LANGUAGE: Kind(plain),
    ObjectKind.OPERATOR: Kind(operator, existing_operator),
    ObjectKind.OPERATOR_CLASS: Kind(operator_class, operator_family),
    ObjectKind.OPERATOR_FAMILY: Kind(operator_family),
    ObjectKind.RULE: Kind(rule, existing_rule, "to"),
    ObjectKind.SERVER: Kind(plain),
    ObjectKind.STATISTICS: Kind(statistics, qualified, "from"),
    ObjectKind.SUBSCRIPTION: Kind(plain),
    ObjectKind.TEXT_SEARCH_CONFIGURATION: Kind(qualified),
    ObjectKind.TEXT_SEARCH_DICTIONARY: Kind(qualified),
    ObjectKind.TEXT_SEARCH_PARSER: Kind(qualified),
    ObjectKind.TEXT_SEARCH_TEMPLATE: Kind(qualified),
    ObjectKind.TRANSFORM: Kind(transform),
    ObjectKind.USER_MAPPING: Kind(user_mapping),
}


def create_other(kind: ObjectKind) -> Reader:
    """The reader of CREATE kind …."""

    def read(c: Cursor, database: Builder) -> None:
        optional = c.accept("if", "not", "exists")
        start = c.position
        name = KINDS[kind].new(c, database)
        relation = _relation_after(KINDS[kind].before_relation, start, c, database)
        c.rest()
        if name == "plpgsql":  # every database has it
            return
        if not (optional and (kind, name) in database.others):
            sql = without_passwords(c) if kind in WITH_PASSWORDS else c.statement.text
            database.add(Other(source=c.source(), kind=kind, name=name, sql=sql))
            if relation:
                database.put(database.on_relation, (kind, name), relation)

    return read


def _relation_after(word: str, start: int, c: Cursor, database: Builder) -> Name | None:
    if not word:
        return None
    c.position = start
    c.skip_until(word)
    c.expect(word)
    return database.relation_name(c.qualified_name())


def without_passwords(c: Cursor) -> str:
    """The statement without the values of secret options and of CONNECTION, which no reader needs.

    PostgreSQL, too, shows them to nobody but their owners: `pg_user_mappings`, `pg_subscription`.
    """
    pieces: list[str] = []
    position = 0
    for key, value, start, end in zip(c.keys[1:], c.values, c.starts[1:], c.ends[1:], strict=False):
        if key is STRING and SECRET.fullmatch(value):
            pieces += (c.statement.text[position:start], HIDDEN)
            position = end
    return without_secrets("".join([*pieces, c.statement.text[position:]]))


def existing_other(c: Cursor, database: Builder, kind: ObjectKind) -> Other | None:
    """The object of this kind that the statement names next."""
    found = KINDS[kind]
    name = (found.existing or found.new)(c, database)
    if found.new is qualified or found.existing is qualified:
        name = _in_search_path(database, kind, name)
    return database.others.get((kind, name))


def _in_search_path(database: Builder, kind: ObjectKind, name: str) -> str:
    if (kind, name) in database.others:
        return name
    plain_name = name.rpartition(".")[2]
    schema = database.schema_of_other(kind, plain_name)
    return f"{schema}.{plain_name}" if schema else name


def alter_other(kind: ObjectKind) -> Reader:
    """The reader of ALTER kind …: a new name, an owner, or a statement that is kept as it is."""

    def read(c: Cursor, database: Builder) -> None:
        fact = existing_other(c, database, kind)
        if fact and c.accept("rename", "to"):
            move_other(database, fact, name=c.name())
        elif fact and c.accept("owner", "to"):
            database.change(fact, owner=named_role(c, database))
        elif fact and c.accept("set", "schema"):
            move_other(database, fact, schema=c.name())
        elif fact and not c.accept("refresh", "version"):
            sql = without_passwords(c) if kind in WITH_PASSWORDS else c.statement.text
            kept = () if c.key in ("enable", "disable") else fact.also
            is_plain = c.accept("enable") and c.done  # As it is made.
            database.change(fact, also=kept if is_plain else (*kept, sql))
        c.rest()

    return read


def move_other(database: Builder, fact: Other, *, name: str | None = None, schema: str | None = None) -> None:
    """Gives the object another name or schema; what follows a blank in its name stays."""
    is_plain = KINDS[fact.kind].new is plain
    old, blank, rest = (fact.name, "", "") if is_plain else _parted(fact)
    has_schema = not is_plain and fact.kind is not ObjectKind.RULE
    old_schema, dot, old_name = old.partition(".") if has_schema else ("", "", old)
    new = f"{schema or old_schema}{dot}{name or old_name}{blank}{rest}"
    relation = database.remove(database.on_relation, (fact.kind, fact.name))
    database.remove(database.others, (fact.kind, fact.name))
    database.change(fact, name=new)
    if relation:
        database.put(database.on_relation, (fact.kind, new), relation)


def _parted(fact: Other) -> tuple[str, str, str]:
    """`pairs using btree` as `pairs` and the rest."""
    for word in (" on ", " using ", " ("):
        if word in fact.name:
            return fact.name.partition(word)
    return fact.name, "", ""


def drop_other(database: Builder, fact: Other) -> None:
    """Removes the object."""
    database.remove(database.others, (fact.kind, fact.name))
    database.remove(database.on_relation, (fact.kind, fact.name))
