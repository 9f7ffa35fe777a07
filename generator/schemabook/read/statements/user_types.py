"""Enums, composite and range types, and what is alike for all types; https://www.postgresql.org/docs/current/sql-createtype.html."""

from __future__ import annotations

from dataclasses import replace

from schemabook.model import Attribute, Column, Name, ObjectKind, Type, TypeKind, type_id
from schemabook.model.keywords import quoted
from schemabook.read.state.builder import AlreadyExists, Builder, DoesNotExist
from schemabook.read.statements.roles import named_role
from schemabook.read.text.cursor import Cursor
from schemabook.read.text.type_names import argument_type, type_name


def create_type(c: Cursor, database: Builder) -> None:
    """CREATE TYPE name { AS ENUM (…) | AS RANGE (…) | AS (…) | (…) | nothing: a shell }."""
    fact = Type(source=c.source(), name=database.new(c.qualified_name()), kind=TypeKind.BASE)
    if c.accept("as", "enum"):
        fact = replace(fact, kind=TypeKind.ENUM, labels=c.in_parentheses(c.string))
    elif c.accept("as", "range"):
        options = type_options(c, database)
        if options.get("multirange_type_name", "").rpartition(".")[2].strip(' "') == _multirange(
            fact.name.name
        ):
            del options["multirange_type_name"]
        fact = replace(fact, kind=TypeKind.RANGE, base_type=options.pop("subtype", None))
        fact = replace(fact, options=tuple(sorted(options.items())))
    elif c.accept("as"):
        attributes = c.in_parentheses(lambda: attribute(c, database))
        fact = replace(fact, kind=TypeKind.COMPOSITE, attributes=attributes)
    elif c.key == "(":
        fact = replace(fact, options=tuple(sorted(type_options(c, database).items())))
    c.end()
    if old := database.types.get(fact.name):
        if old.kind is not TypeKind.BASE:
            raise AlreadyExists(ObjectKind.TYPE, fact.name)
        fact = replace(fact, owner=old.owner, comment=old.comment)  # a shell gets its definition
        database.add(fact)
        return
    database.create(fact)


def attribute(c: Cursor, database: Builder) -> Attribute:
    """Name type [ COLLATE … ] of a composite type."""
    found = Attribute(c.name(), type_name(c, database))
    if c.accept("collate"):
        c.parts()
    return found


def _multirange(name: str) -> str:
    """The name that the multirange type of a range gets by itself; `makeMultirangeTypeName()`."""
    first, found, last = name.partition("range")
    return f"{first}multi{found}{last}" if found else f"{name}_multirange"


def type_options(c: Cursor, database: Builder) -> dict[str, str]:
    """( option [ = value ], … ) by name; the subtype as `format_type` prints it."""
    found: dict[str, str] = {}

    def option() -> None:
        name = c.name()
        if not c.accept("="):
            found[name] = ""
        elif name == "subtype":
            found[name] = argument_type(c, database)
        else:
            found[name] = c.sql_until(",", ")").tokens

    c.in_parentheses(option)
    return found


def alter_type(c: Cursor, database: Builder) -> None:
    """ALTER TYPE name { ADD VALUE … | RENAME … | attribute actions | OWNER TO … | SET SCHEMA … }."""
    name = c.qualified_name()
    full = database.type_name(name)
    if full in database.relations and full not in database.types:
        raise DoesNotExist(ObjectKind.TYPE, full)
    fact = database.user_type(name)
    if c.accept("add", "value"):
        fact = _with_label(c, fact)
    elif c.accept("rename", "value"):
        old = c.string()
        c.expect("to")
        new = c.string()
        if old not in fact.labels:
            raise DoesNotExist("enum label", old)
        if new in fact.labels:
            raise AlreadyExists("enum label", new)
        fact = replace(fact, labels=tuple(new if label == old else label for label in fact.labels))
    elif c.key in ("add", "drop", "alter") or c.sees("rename", "attribute"):
        c.separated(lambda: _attribute_action(c, database, full))
        c.end()
        return
    else:
        alter_type_name(c, database, fact)
        return
    c.end()
    database.add(fact)


def _with_label(c: Cursor, fact: Type) -> Type:
    optional = c.accept("if", "not", "exists")
    label = c.string()
    labels = list(fact.labels)
    place = c.one_of("before", "after")
    position = labels.index(c.string()) + (place == "after") if place else len(labels)
    if label not in labels:
        labels.insert(position, label)
    elif not optional:
        raise AlreadyExists("enum label", label)
    return replace(fact, labels=tuple(labels))


def _attribute_action(c: Cursor, database: Builder, name: Name) -> None:
    """{ ADD | DROP | ALTER | RENAME } ATTRIBUTE …."""
    fact = database.types[name]
    verb = c.skip()
    c.expect("attribute")
    optional = c.accept("if", "exists")
    attributes = {found.name: found for found in fact.attributes}
    if verb == "add":
        added = attribute(c, database)
        attributes[added.name] = added
    else:
        old = c.name()
        if old not in attributes and not optional:
            raise DoesNotExist("attribute", f"{name}.{old}")
        attributes = _changed_attributes(c, database, attributes, (verb, old))
    c.one_of("cascade", "restrict")
    database.change(fact, attributes=tuple(attributes.values()))


def _changed_attributes(
    c: Cursor, database: Builder, attributes: dict[str, Attribute], action: tuple[str, str]
) -> dict[str, Attribute]:
    verb, old = action
    if verb == "drop":
        return {key: value for key, value in attributes.items() if key != old}
    if verb == "rename":
        c.expect("to")
        changed = replace(attributes[old], name=c.name())
    else:
        c.accept("set", "data")
        c.expect("type")
        changed = replace(attributes[old], type=type_name(c, database))
    return {
        (changed.name if key == old else key): (changed if key == old else value)
        for key, value in attributes.items()
    }


def alter_type_name(c: Cursor, database: Builder, fact: Type) -> None:
    """OWNER TO role, RENAME TO name and SET SCHEMA name, of any type."""
    if c.accept("owner", "to"):
        database.change(fact, owner=named_role(c, database))
    elif c.accept("rename", "to"):
        move_type(database, fact, Name(fact.name.schema, c.name()))
    elif c.accept("set", "schema"):
        move_type(database, fact, Name(c.name(), fact.name.name))
    else:
        raise c.unexpected("an action of ALTER TYPE")
    c.end()


def move_type(database: Builder, fact: Type, new: Name) -> None:
    """Gives a type another name; the columns and arguments that have it follow."""
    old_text, new_text = sql_name(fact.name), sql_name(new)
    database.remove(database.types, fact.name)
    if constraint := database.remove(database.domain_not_nulls, fact.name):
        database.put(database.domain_not_nulls, new, constraint)
    database.change(fact, name=new)
    database.acl.rename(type_id(fact.name), type_id(new))
    for column in database.all_parts(Column):
        if column.type.removesuffix("[]") == old_text:
            database.put_part(replace(column, type=column.type.replace(old_text, new_text)))
    for routine in list(database.routines.values()):
        if old_text in {a.type.removesuffix("[]") for a in routine.arguments}:
            database.remove(database.routines, routine.signature)
            arguments = (replace(a, type=a.type.replace(old_text, new_text)) for a in routine.arguments)
            database.change(routine, arguments=tuple(arguments))


def sql_name(name: Name) -> str:
    """The type's name as `format_type` prints it."""
    return ".".join(quoted(part) for part in name)
