"""Which reader a statement goes to, by its first words, and which statements say nothing."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import partial

from schemabook.model import ObjectKind, RoutineKind
from schemabook.read import blocks
from schemabook.read.state.builder import Builder
from schemabook.read.statements import (
    aggregates,
    alter_table,
    comments,
    domains,
    drops,
    indexes,
    others,
    privileges,
    publications,
    routines,
    schemas,
    sequences,
    tables,
    triggers,
    user_types,
    views,
)
from schemabook.read.statements.kinds_by_words import Reader, Words, by_words, skip_modifiers
from schemabook.read.text.cursor import Cursor, by_first_word
from schemabook.read.text.session import without_comments

CREATE: Mapping[Words, Reader] = {
    **by_words({kind: others.create_other(kind) for kind in others.KINDS}),
    ("table",): tables.create_table,
    ("foreign", "table"): tables.create_foreign_table,
    ("view",): views.create_view,
    ("materialized", "view"): views.create_materialized_view,
    ("index",): indexes.create_index,
    ("sequence",): sequences.create_sequence,
    ("function",): partial(routines.create_routine, kind=RoutineKind.FUNCTION),
    ("procedure",): partial(routines.create_routine, kind=RoutineKind.PROCEDURE),
    ("aggregate",): aggregates.create_aggregate,
    ("trigger",): triggers.create_trigger,
    ("policy",): triggers.create_policy,
    ("type",): user_types.create_type,
    ("domain",): domains.create_domain,
    ("schema",): lambda c, database: schemas.create_schema(c, database, read_statement),
    ("extension",): schemas.create_extension,
    ("role",): schemas.create_role,
    ("user",): schemas.create_role,
    ("group",): schemas.create_role,
    ("publication",): publications.create_publication,
}

ALTER: Mapping[Words, Reader] = {
    **by_words(
        {
            **{kind: others.alter_other(kind) for kind in others.KINDS},
            ObjectKind.RELATION: alter_table.alter_table,
            ObjectKind.INDEX: indexes.alter_index,
            ObjectKind.SEQUENCE: sequences.alter_sequence,
            ObjectKind.ROUTINE: routines.alter_routine,
            ObjectKind.TRIGGER: triggers.alter_trigger,
            ObjectKind.POLICY: triggers.alter_policy,
            ObjectKind.SCHEMA: schemas.alter_schema,
            ObjectKind.PUBLICATION: publications.alter_publication,
        }
    ),
    ("type",): user_types.alter_type,
    ("domain",): domains.alter_domain,
    ("role",): schemas.alter_role,
    ("user",): schemas.alter_role,
    ("procedural", "language"): others.alter_other(ObjectKind.LANGUAGE),
    ("default", "privileges"): privileges.alter_default_privileges,
}


STATEMENTS: Mapping[Words, Reader] = {
    ("comment", "on"): comments.comment,
    ("grant",): privileges.grant,
    ("revoke",): privileges.revoke,
    ("drop",): drops.drop,
    ("do",): lambda c, database: blocks.do(c, database, read_statement),
    ("call",): blocks.call,
    ("set", "search_path"): schemas.set_search_path,
    ("set", "local", "search_path"): schemas.set_search_path,
    ("set", "session", "search_path"): schemas.set_search_path,
    ("select", "pg_catalog", ".", "set_config", "(", "'", ",", "'"): schemas.set_config,
    ("select", "set_config", "(", "'", ",", "'"): schemas.set_config,
}

FIRST: Mapping[int, Mapping[str, list[Words]]] = {
    id(table): by_first_word(table) for table in (CREATE, ALTER, STATEMENTS)
}
"""The words of each table by the first of them."""

DATA = "data"
QUERY = "query"
IGNORED: Mapping[Words, str] = {
    tuple(words.split()): reason
    for reason, beginnings in {
        "setting of the session": "set, reset",
        DATA: "copy, insert, update, delete, truncate, alter large object",
        QUERY: "select, with",
        "transaction": "begin, start transaction, commit, rollback, end, abort, savepoint, release, lock",
        "maintenance": "analyze, vacuum, cluster, reindex, refresh, checkpoint",
        "session": "notify, listen, discard",
        "database or tablespace": "create database, alter database, drop database, create tablespace",
        "version of an extension": "alter extension",
        "setting of the server": "alter system",
        "temporary object": "create temp, create temporary, create local temp, create local temporary, "
        "create global temp, create global temporary",
        "security label": "security label",
    }.items()
    for words in beginnings.split(", ")
}
"""Statements that say nothing about the schema, and why."""


FIRST_WORDS = re.compile(r"\s*([A-Za-z_]+)(?:\s+([A-Za-z_]+))?(?:\s+([A-Za-z_]+))?")
SEARCH_PATH = re.compile(
    r"set\s+(?:local\s+|session\s+)?search_path|select\s+(?:pg_catalog\.)?set_config\(", re.I
)


def reason_to_ignore(text: str) -> str | None:
    """Why a statement says nothing about the schema, or None if it may say something.

    Looks at the text only, so that data is never tokenized.
    """
    if text.startswith("\\"):
        return "psql command"
    text = without_comments(text)
    words = FIRST_WORDS.match(text)
    if not words:
        return None
    found = tuple([word.lower() for word in words.groups() if word])
    if found[0] in ("set", "select") and SEARCH_PATH.match(text):
        return None
    return IGNORED.get(found) or IGNORED.get(found[:2]) or IGNORED.get(found[:1])


def reader_of(c: Cursor) -> Reader:
    """The reader for the statement; moves the cursor to what it reads first.

    Raises UnexpectedToken if there is none.
    """
    if c.accept("create"):
        c.modifiers = skip_modifiers(c)
        return _match(c, CREATE)
    return _match(c, ALTER if c.accept("alter") else STATEMENTS)


def read_statement(c: Cursor, database: Builder) -> None:
    """Reads a statement into the database."""
    reader_of(c)(c, database)


def _match(c: Cursor, table: Mapping[Words, Reader]) -> Reader:
    for words in FIRST[id(table)].get(c.key, ()):
        if c.sees(*words):
            reader = table[words]
            keeps = table is STATEMENTS and words[0] in ("set", "select")
            c.position += 1 if keeps else len(words)
            return reader
    raise c.unexpected("a statement that this version reads")
