"""Functions and procedures; https://www.postgresql.org/docs/current/sql-createfunction.html."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from schemabook.model import Argument, Name, Routine, RoutineKind, Statement, Trigger, routine_id
from schemabook.model.keywords import quoted
from schemabook.read.state.builder import Builder
from schemabook.read.statements.kinds_by_words import Words, next_words
from schemabook.read.statements.roles import named_role
from schemabook.read.text.cursor import Cursor, UnexpectedToken
from schemabook.read.text.session import DEFAULT_PATH
from schemabook.read.text.tokens import NAME, NUMBER, STRING
from schemabook.read.text.type_names import argument_type

LISTS = frozenset(
    """
    search_path temp_tablespaces local_preload_libraries session_preload_libraries shared_preload_libraries
    unix_socket_directories
    """.split()
)
"""The settings whose items PostgreSQL quotes; `GUC_LIST_QUOTE`."""
OPTIONS: Mapping[Words, dict[str, Any]] = {
    **{(word,): {"volatility": word} for word in ("immutable", "stable", "volatile")},
    ("window",): {"kind": RoutineKind.WINDOW},
    ("strict",): {"strict": True},
    ("returns", "null", "on", "null", "input"): {"strict": True},
    ("called", "on", "null", "input"): {"strict": False},
    ("leakproof",): {"leakproof": True},
    ("not", "leakproof"): {"leakproof": False},
}
"""The options that say a fact by their words alone."""
MODES = {"in": "in", "out": "out", "inout": "inout", "variadic": "variadic"}
AFTER_TYPE = frozenset({"=", ":=", "default", ",", ")", "[", "(", ".", "%", "array", "order"})
TYPE_BEGINNINGS = {
    "double": ("precision",),
    "character": ("varying",),
    "char": ("varying",),
    "bit": ("varying",),
    "national": ("character", "char"),
    "timestamp": ("with", "without"),
    "time": ("with", "without"),
    "interval": ("year", "month", "day", "hour", "minute", "second"),
}


def create_routine(c: Cursor, database: Builder, kind: RoutineKind) -> None:
    """CREATE [ OR REPLACE ] { FUNCTION | PROCEDURE } name ( … ) [ RETURNS … ] option …."""
    name = database.new(c.qualified_name())
    arguments = c.in_parentheses(lambda: argument(c, database))
    fact = Routine(source=c.source(), name=name, kind=kind, arguments=arguments)
    if c.accept("returns"):
        fact = _returns(c, database, fact)
    elif kind is RoutineKind.FUNCTION:
        fact = replace(fact, returns=_result_of_arguments(arguments))
    while not c.done:
        fact = option(c, database, fact)
    if "or replace" in c.modifiers:
        _expect_replaceable(database.routines.get(fact.signature), fact)
        database.create_or_replace(fact)
    else:
        database.create(fact)


def _expect_replaceable(old: Routine | None, new: Routine) -> None:
    """Raises ValueError where OR REPLACE would change what callers rely on."""
    if old is None:
        return
    if old.kind is not new.kind:
        raise ValueError(f'cannot change the kind of "{old.signature}"')
    if _result(old) != _result(new):
        raise ValueError(f'cannot change the return type of existing function "{old.signature}"')
    for before, after in zip(_inputs(old), _inputs(new), strict=False):
        if before.name and before.name != after.name:
            raise ValueError(f'cannot change the name of input parameter "{before.name}"')
        if before.default and not after.default:
            raise ValueError(f'cannot remove parameter defaults from existing function "{old.signature}"')


def _inputs(fact: Routine) -> list[Argument]:
    return [argument for argument in fact.arguments if argument.mode not in ("out", "table")]


def _result(fact: Routine) -> tuple[bool, object]:
    """Whether it is a set, and its type: several output arguments make a row, whose names count as well."""
    outputs = [(a.name, a.type) for a in fact.arguments if a.mode in ("out", "inout", "table")]
    returns = fact.returns or ""
    is_set = returns.startswith(("SETOF ", "TABLE("))
    if len(outputs) > 1:
        return is_set, outputs
    return is_set, outputs[0][1] if outputs else returns.removeprefix("SETOF ")


def argument(c: Cursor, database: Builder) -> Argument:
    """[ mode ] [ name ] type [ { DEFAULT | = } expression ]."""
    mode = _mode(c)
    name = ""
    if not _is_type_next(c):
        name = c.name()
        mode = _mode(c) if mode == "in" and c.key in MODES else mode
    kind = argument_type(c, database)
    default = None
    if c.accept("default") or c.accept("=") or c.accept(":="):
        default = c.sql_until(",", ")")
    return Argument(name=name, mode=mode, type=kind, default=default)


def _mode(c: Cursor) -> str:
    if c.accept("in", "out"):
        return "inout"
    word = c.one_of(*MODES)
    return MODES[word] if word else "in"


def _is_type_next(c: Cursor) -> bool:
    """Whether the argument has no name: its first word is already the type."""
    after = c.peek()
    if after in AFTER_TYPE:
        return True
    return c.key != NAME and after in TYPE_BEGINNINGS.get(c.key, ())


def _returns(c: Cursor, database: Builder, fact: Routine) -> Routine:
    if not c.accept("table"):
        return replace(fact, returns=argument_type(c, database))
    columns = c.in_parentheses(lambda: Argument(c.name(), "table", argument_type(c, database)))
    listed = ", ".join(f"{quoted(column.name)} {column.type}" for column in columns)
    return replace(fact, arguments=(*fact.arguments, *columns), returns=f"TABLE({listed})")


def _result_of_arguments(arguments: tuple[Argument, ...]) -> str:
    """A function without RETURNS returns its output arguments."""
    outputs = [a.type for a in arguments if a.mode in ("out", "inout")]
    return outputs[0] if len(outputs) == 1 else "record"


def option(c: Cursor, database: Builder, fact: Routine) -> Routine:
    """The routine with the option that comes next."""
    if c.accept("language"):
        language = c.string() if c.key == STRING else c.name()
        return replace(fact, language=language.lower())
    if c.accept("as"):
        body = c.string()  # of a function in C the object file, and after it the link symbol
        return replace(fact, body=c.string() if c.accept(",") else body)
    if c.accept("begin", "atomic") or c.sees("return"):
        return replace(fact, body=_sql_body(c), language=fact.language)
    if c.accept("set"):
        return replace(fact, settings=_with_setting(c, fact))
    if words := next_words(c, OPTIONS):
        return replace(fact, **OPTIONS[words])
    if c.accept("parallel"):
        return replace(fact, parallel=c.name())
    c.accept("external")
    if c.accept("security"):
        return replace(fact, security_definer=c.name() == "definer")
    _skip_option(c, database)
    return fact


def _skip_option(c: Cursor, database: Builder) -> None:
    """An option that says nothing that the model keeps."""
    if c.one_of("cost", "rows"):
        c.skip()
    elif c.accept("support"):
        c.parts()
    elif c.accept("transform"):
        c.separated(lambda: _transformed(c, database))
    else:
        raise c.unexpected("an option of a routine")


def _transformed(c: Cursor, database: Builder) -> str:
    """FOR TYPE type, of TRANSFORM."""
    c.expect("for", "type")
    return argument_type(c, database)


def _sql_body(c: Cursor) -> str:
    """The body as text: BEGIN ATOMIC … END, or RETURN expression."""
    start = c.position - 2 if c.keys[c.position - 1] == "atomic" else c.position
    c.position = len(c.values)
    return c.sql(start, c.position).text


def _with_setting(c: Cursor, fact: Routine) -> tuple[tuple[str, str], ...]:
    """SET name { TO | = } value, as `pg_proc.proconfig` keeps it."""
    name = ".".join(c.parts())
    if name == "time":
        c.expect("zone")
        name = "timezone"
    elif c.accept("from", "current"):
        return fact.settings
    elif not c.accept("to"):
        c.expect("=")
    settings = dict(fact.settings)
    if c.accept("default"):
        settings.pop(name, None)
    else:
        is_list = name in LISTS
        settings[name] = ", ".join(c.separated(lambda: _setting_value(c, is_list=is_list)))
    return tuple(settings.items())


def _setting_value(c: Cursor, *, is_list: bool) -> str:
    """One value; a list's items get quotes where a name would, as in `public, "Some Schema"`."""
    if c.key in (STRING, NAME):
        text = c.string() if c.key == STRING else c.name()
        return quoted(text) if is_list else text
    if c.key in ("-", "+"):
        return str(c.integer())
    word = c.skip()
    return c.values[c.position - 1] if word == NUMBER else word


def alter_routine(c: Cursor, database: Builder) -> None:
    """ALTER { FUNCTION | PROCEDURE | ROUTINE | AGGREGATE } name [ ( … ) ] action …."""
    fact = database.routine(*signature(c, database))
    if c.accept("owner", "to"):
        database.change(fact, owner=named_role(c, database))
    elif c.accept("rename", "to"):
        move_routine(database, fact, Name(fact.name.schema, c.name()))
    elif c.accept("set", "schema"):
        move_routine(database, fact, Name(c.name(), fact.name.name))
    elif c.accept("no") or c.accept("depends"):
        c.rest()
    else:
        while not c.done and not c.accept("restrict"):
            fact = _altered(c, database, fact)
        database.add(fact)
    c.end()


def _altered(c: Cursor, database: Builder, fact: Routine) -> Routine:
    if c.accept("reset", "all"):
        return replace(fact, settings=())
    if c.accept("reset"):
        name = ".".join(c.parts())
        return replace(fact, settings=tuple(pair for pair in fact.settings if pair[0] != name))
    return option(c, database, fact)


def move_routine(database: Builder, fact: Routine, new: Name) -> None:
    """Gives a routine another name or schema; triggers that call it follow."""
    old = fact.signature
    database.remove(database.routines, old)
    moved = database.change(fact, name=new)
    database.acl.rename(routine_id(old), routine_id(moved.signature))
    for trigger in database.all_parts(Trigger):
        if trigger.routine == fact.name:
            database.put_part(replace(trigger, routine=new))


def signature(c: Cursor, database: Builder) -> tuple[Name, tuple[str, ...] | None]:
    """A routine's name, and the types of its input arguments if they are given."""
    name = c.qualified_name()
    if c.key != "(":
        return name, None
    arguments = aggregate_arguments(c, database)
    return name, tuple(a.type for a in arguments if a.mode not in ("out", "table"))


def aggregate_arguments(c: Cursor, database: Builder) -> tuple[Argument, ...]:
    """The arguments of any routine; an aggregate may have `*`, or more after ORDER BY."""
    if c.accept("(", "*", ")"):
        return ()
    c.expect("(")
    direct: tuple[Argument, ...] = ()
    if c.key not in (")", "order"):
        direct = c.separated(lambda: argument(c, database))
    ordered = c.separated(lambda: argument(c, database)) if c.accept("order", "by") else ()
    c.expect(")")
    # A variadic argument before and after ORDER BY is one and the same.
    return (
        direct
        if direct[-1:] == ordered and ordered[-1:] and ordered[-1].mode == "variadic"
        else direct + ordered
    )


def body_path(routine: Routine, path: tuple[str, ...]) -> tuple[str, ...]:
    """The search path for the body of a routine.

    It is the one that the routine sets for itself, and then no other schema counts. Where it sets none, its
    own schema comes after *path*: a caller finds the routine there, and pg_dump leaves *path* empty.
    """
    setting = dict(routine.settings).get("search_path")
    if setting is None:
        return (*(tuple(filter(None, path)) or DEFAULT_PATH), routine.name.schema)
    try:
        names = Cursor(Statement(routine.source, setting)).names()
    except UnexpectedToken:
        names = ()
    return (*filter(None, names), "")
