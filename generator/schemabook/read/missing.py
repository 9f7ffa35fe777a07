"""Names in queries, bodies and expressions that lead nowhere, said only where that is certain.

Not certain is what another session may have made: temporary tables, tables of a trigger's transition, what
dynamic SQL creates. Nor is what the input does not hold: other schemas, and what extensions bring.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, cached_property
from importlib.resources import files
from typing import NamedTuple

from schemabook.model import Column, ColumnName, Database, Name, Routine, Sql
from schemabook.model.keywords import KEYWORDS
from schemabook.platforms import PLATFORMS
from schemabook.read.queries.bodies import relations_in
from schemabook.read.queries.following import LONGEST_BODY
from schemabook.read.queries.levels import SYSTEM_COLUMNS, Unknown
from schemabook.read.state.builder import Builder
from schemabook.read.text.words import tokens_of, unquoted

PART = r'(?:"[^"]+"|[\w$]+)'
CREATED = re.compile(
    rf"""(?:
      \b CREATE \s+ (?:OR \s+ REPLACE \s+)?
      (?:(?:GLOBAL|LOCAL|TEMP|TEMPORARY|UNLOGGED|FOREIGN|RECURSIVE|MATERIALIZED) \s+)*
      (?:TABLE|VIEW|SEQUENCE) \s+ (?:IF \s+ NOT \s+ EXISTS \s+)?
    | \b INTO \s+ (?:TEMP|TEMPORARY|UNLOGGED) \s+ (?:TABLE \s+)?
    | \b RENAME \s+ TO \s+
    ) (?:{PART} \s* \. \s*)? ({PART})""",
    re.X | re.I,
)
"""What a body may make, and another one then finds."""
CATCHES = re.compile(r"\bWHEN\b[^;]{0,200}\bundefined_(?:table|column|function)\b", re.I)
ASKS = re.compile(r"\bto_reg\w+\s*\(|\binformation_schema\b|\bpg_(?:class|tables|proc|attribute)\b", re.I)
"""What a body looks into that works with a table only where it is there."""
DECLARED = re.compile(
    rf"""(?: \b DECLARE \b | ; | \b FOR(?:EACH)? | , | \b CURSOR \s* \( )
    (?: \s++ | --[^\n]*+ | /\*.{{0,500}}?\*/ )*+ ({PART})
    (?= \s+ (?!SET\b|WHERE\b|VALUES\b) [\w"] | \s*, | \s*:= )""",
    re.X | re.I | re.S,
)
"""What may be the name of a variable: after DECLARE or a semicolon, or that of a loop."""
VARIABLES = frozenset(
    """
    found new old sqlerrm sqlstate tg_argv tg_event tg_level tg_name tg_nargs tg_op tg_relid tg_relname
    tg_table_name tg_table_schema tg_tag tg_when
    """.split()
)
"""What PL/pgSQL declares itself."""
PLAIN = re.compile(r"[\w$]+")
FOREIGN_SCHEMAS = frozenset(
    """
    ag_catalog cron extensions graphql graphql_public hdb_catalog hint_plan information_schema net partman
    pgagent pgbouncer pgmq pgsodium pgsodium_masks pgtle repack supabase_functions supabase_migrations
    tiger tiger_data timescaledb_information topology _realtime _timescaledb_catalog _timescaledb_internal
    """.split()
)
"""Schemas of extensions and platforms, of which a dump may hold a part."""


POSTGIS = ("st_", "_st_", "postgis_")
"""How the names of its routines begin."""


@cache
def of_extensions(kind: str) -> frozenset[str]:
    """The relations, or the routines that users call, of extensions: no dump says it, nor into which schema.

    Read off a server with PostgreSQL's own extensions and pgvector; those of others are from their manuals.
    """
    return frozenset(files("schemabook.read").joinpath(f"extension_{kind}.txt").read_text("utf-8").split())


class Surroundings(NamedTuple):
    """What else the names in a text may mean."""

    variables: frozenset[str] = frozenset()
    is_body: bool = False
    """Whether it is text to the server, so that it does not follow when something gets another name."""
    is_careful: bool = False
    """Whether it makes sure of what is there itself."""
    row: frozenset[str] | None = None
    """The columns that NEW and OLD may have; None where that is not known."""


class Missing:
    """Decides which names lead nowhere."""

    def __init__(self, database: Database, builder: Builder) -> None:
        self.database = database
        self.builder = builder
        self.routines = {signature.name for signature in database.routines}
        self.names = {name.name for name in (*database.relations, *database.sequences)}
        names = (*database.relations, *database.types, *database.sequences, *self.routines)
        platforms = {schema for platform in PLATFORMS.values() for schema in platform.names}
        self.held = {name.schema for name in names} - platforms - FOREIGN_SCHEMAS
        self.with_routines = self.held & {name.schema for name in self.routines}
        self.of_extensions = {extension.schema for extension in database.extensions.values()}

    @cached_property
    def made(self) -> set[str]:
        """The last names of what bodies may make, transition tables, and all words of what was not read."""
        bodies = [(routine.body or "")[:LONGEST_BODY] for routine in self.database.routines.values()]
        unread = [found.statement.text[:LONGEST_BODY] for found in self.database.receipt.unread]
        made = {unquoted(name) for text in (*bodies, *unread) for name in CREATED.findall(text)}
        tables = {
            t for trigger in self.database.triggers.values() for t in (trigger.old_table, trigger.new_table)
        }
        words = {word for text in unread for word in PLAIN.findall(text)}
        return {name.lower() for name in made | words} | {name for name in tables if name}

    @cached_property
    def follows(self) -> bool:
        """Whether anything got another name, which views, policies and the like follow."""
        texts = (found.text.lower() for made in self.database.statements.values() for found in made)
        return any("rename" in text or "set schema" in text for text in texts)

    def around(self, routine: Routine, *, is_body: bool) -> Surroundings:
        """What the names in the body of a routine may mean beside the objects of the database."""
        body = (routine.body or "")[:LONGEST_BODY]
        names = {argument.name for argument in routine.arguments} | VARIABLES
        if routine.language == "plpgsql":
            declared = DECLARED.findall(body)
            names |= {unquoted(name) if name.startswith('"') else name.lower() for name in declared}
        is_careful = bool(CATCHES.search(body) or ASKS.search(body))
        return Surroundings(frozenset(names), is_body, is_careful, self._row(routine))

    def words(self, unknown: Unknown, around: Surroundings) -> tuple[str, str] | None:
        """What is to be said of a name, and the name; None where it is not certain, or no fault."""
        if around.is_careful or (not around.is_body and self.follows):
            return None
        if not unknown.column:
            return self._of_relation(unknown.relation)
        return self._of_column(unknown, around)

    def _of_relation(self, name: Name) -> tuple[str, str] | None:
        full = self.builder.relation_name(name)
        if full in self.database.relations or full in self.database.sequences or not self._is_missing(name):
            return None
        shown = str(name) if name.schema else name.name
        return f'relation "{shown}" is not in the dump', name.name

    def _is_missing(self, name: Name) -> bool:
        if name.name.lower() in self.made or name.name in of_extensions("relations"):
            return False
        if name.schema:
            return name.schema in self.held
        path = [schema for schema in self.builder.session.search_path if schema not in ("", "pg_catalog")]
        is_known = name.name in self.names or name.name.startswith("pg_")
        return not is_known and bool(path) and self.held.issuperset(path)

    def _of_column(self, unknown: Unknown, around: Surroundings) -> tuple[str, str] | None:
        relation, column, qualifier = unknown
        is_variable = (qualifier or column) in around.variables
        if is_variable or column in SYSTEM_COLUMNS or (not qualifier and column in KEYWORDS):
            return None
        is_function = any(name.name == column for name in self.routines)  # which `row.name` may call
        if ColumnName(relation, column) in self.database.columns or is_function:
            return None
        if not qualifier:
            return f'column "{column}" is in none of the relations that it reads', column
        return f'column "{relation.name}.{column}" is not in the dump', column

    def routine(self, name: Name) -> tuple[str, str] | None:
        """What is to be said of a routine that is called with its schema."""
        if name in self.routines or name in self.database.types or name in self.database.relations:
            return None
        by_extension = name.schema in self.of_extensions or name.name in of_extensions("routines")
        if name.schema not in self.with_routines or by_extension or name.name.startswith(POSTGIS):
            return None
        return f'function "{name}" is not in the dump', name.name

    def _row(self, routine: Routine) -> frozenset[str] | None:
        """The columns of the tables whose triggers call a routine."""
        triggers = [t for t in self.database.triggers.values() if t.routine == routine.name]
        relations = [self.database.relations.get(trigger.relation) for trigger in triggers]
        if not triggers or not all(relation and relation.columns_known for relation in relations):
            return None
        return frozenset(name for t in triggers for name in self.builder.parts_of(Column, t.relation))

    def of_row(self, sql: Sql, around: Surroundings) -> Iterator[tuple[str, str]]:
        """What is to be said of the columns of NEW and OLD."""
        if around.row is None or around.is_careful:
            return
        tokens = tokens_of(sql)
        for row, dot, name in zip(tokens, tokens[1:], tokens[2:], strict=False):
            if row in ("new", "old") and dot == "." and (name[:1] == '"' or name[:1].isalpha()):
                column = unquoted(name)
                if column not in around.row and column not in SYSTEM_COLUMNS:
                    yield f'column "{row}.{column}" is in no table with a trigger that calls it', column

    def of_type(self, parts: list[str], around: Surroundings, *, is_row: bool) -> tuple[str, str] | None:
        """What is to be said of the type of a variable: relation%ROWTYPE, or relation.column%TYPE."""
        owner = parts if is_row else parts[:-1]
        if around.is_careful or not owner or (len(owner) == 1 and owner[0] in around.variables):
            return None
        name = Name(owner[-2] if len(owner) > 1 else "", owner[-1])
        full = self.builder.relation_name(name)
        if full not in self.database.relations:
            known = self.builder.type_name(name) in self.database.types or (not is_row and len(owner) == 1)
            return None if known else self._of_relation(name)
        if is_row or not self.database.relations[full].columns_known:
            return None
        return self._of_column(Unknown(full, parts[-1], full.name), around)

    def of_command(self, sql: Sql, around: Surroundings) -> Iterator[tuple[str, str]]:
        """What is to be said of the relations of TRUNCATE, LOCK and REFRESH."""
        if not around.is_careful and sql.tokens.split(" ", 1)[0] in ("truncate", "lock", "refresh"):
            yield from filter(None, (self._of_relation(name) for name in relations_in(sql.text)))
