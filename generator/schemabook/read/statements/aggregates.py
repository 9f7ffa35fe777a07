"""Aggregates; https://www.postgresql.org/docs/current/sql-createaggregate.html."""

from __future__ import annotations

from schemabook.model import Argument, Name, Routine, RoutineKind
from schemabook.read.queries.system import final_result
from schemabook.read.state.builder import Builder
from schemabook.read.statements.routines import aggregate_arguments
from schemabook.read.text.cursor import Cursor
from schemabook.read.text.tokens import NAME
from schemabook.read.text.type_names import argument_type

TYPES = ("stype", "mstype", "basetype")
FUNCTIONS = "sfunc finalfunc combinefunc serialfunc deserialfunc msfunc minvfunc mfinalfunc".split()


def create_aggregate(c: Cursor, database: Builder) -> None:
    """CREATE [ OR REPLACE ] AGGREGATE name ( arguments ) ( SFUNC = …, STYPE = …, … )."""
    name = database.new(c.qualified_name())
    arguments = () if _is_old_style(c) else aggregate_arguments(c, database)
    options = _options(c, database)
    c.end()
    if options.get("basetype", '"any"') != '"any"':
        arguments = (Argument("", "in", options["basetype"]),)
    fact = Routine(
        source=c.source(),
        name=name,
        kind=RoutineKind.AGGREGATE,
        arguments=arguments,
        returns=_result(database, options),
        language="internal",
        volatility="immutable",
        options=tuple(sorted((option, _said(database, option, value)) for option, value in options.items())),
        parallel=options.get("parallel", "unsafe").lower(),
    )
    database.create_or_replace(fact)
    called = {Name(*options[name].rpartition(".")[::2]) for name in FUNCTIONS if name in options}
    database.put(database.called_by, fact.signature, frozenset(called))


def _said(database: Builder, option: str, value: str) -> str:
    """The value of an option; one of PostgreSQL's own functions has no schema."""
    schema, _, name = value.rpartition(".")
    return name if option in FUNCTIONS and Name(schema, name) not in database.overloads else value


def _is_old_style(c: Cursor) -> bool:
    """Whether the first list holds options, with the argument among them as BASETYPE."""
    position = c.position
    c.skip_parentheses()
    old = c.key != "("
    c.position = position
    return old


def _options(c: Cursor, database: Builder) -> dict[str, str]:
    options: dict[str, str] = {}

    def one() -> None:
        name = c.name()
        options[name] = _option(c, database, name) if c.accept("=") else ""

    c.in_parentheses(one)
    return options


def _option(c: Cursor, database: Builder, name: str) -> str:
    if name in TYPES and c.key != "'":
        return argument_type(c, database)
    if name in FUNCTIONS:
        return str(database.routine_name(c.qualified_name()))
    return c.name() if c.key == NAME else c.sql_until(",", ")").tokens


def _result(database: Builder, options: dict[str, str]) -> str | None:
    """What the final function returns, else the type of the state; None where that is not known."""
    final = options.get("finalfunc")
    if not final:
        return options.get("stype")
    schema, _, name = final.rpartition(".")
    for signature, routine in database.routines.items():
        if signature.name == Name(schema, name):
            return routine.returns
    return final_result(name)
