"""What a statement is about: two dumps of one database say the same of it, or they contradict each other."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from schemabook.model import Name, ObjectKind, Signature
from schemabook.read.state.builder import Builder
from schemabook.read.statements.kinds_by_words import KIND_OF_WORDS, by_words, next_words, skip_modifiers
from schemabook.read.statements.others import KINDS as OTHERS
from schemabook.read.statements.others import ReadName, plain, qualified
from schemabook.read.statements.routines import signature
from schemabook.read.text.cursor import Cursor

Identity = tuple[str, ...]


def part(c: Cursor, database: Builder) -> str:
    """The name of a trigger or a policy, and its table."""
    name = c.name()
    c.skip_until("on")
    c.expect("on")
    return f"{name} on {database.new(c.qualified_name())}"


def index(c: Cursor, database: Builder) -> str:
    """An index is in the schema of its table."""
    name = c.name()
    c.expect("on")
    c.accept("only")
    return str(Name(database.new(c.qualified_name()).schema, name))


def routine(c: Cursor, database: Builder) -> str:
    """A routine's name and the types of its input arguments."""
    name, types = signature(c, database)
    return str(Signature(database.new(name), types or ()))


NAMES: Mapping[ObjectKind, ReadName] = {
    **{kind: found.new for kind, found in OTHERS.items()},
    **dict.fromkeys((ObjectKind.RELATION, ObjectKind.SEQUENCE, ObjectKind.TYPE), qualified),
    ObjectKind.INDEX: index,
    ObjectKind.ROUTINE: routine,
    **dict.fromkeys((ObjectKind.TRIGGER, ObjectKind.POLICY), part),
    **dict.fromkeys(
        (ObjectKind.SCHEMA, ObjectKind.EXTENSION, ObjectKind.PUBLICATION, ObjectKind.ROLE), plain
    ),
}
"""How CREATE names an object."""
CREATED = by_words(NAMES)
AMONG_RELATIONS = (ObjectKind.SEQUENCE, ObjectKind.INDEX)
"""What has no name that a relation has."""

VALUES: Mapping[tuple[str, ...], tuple[str, ...]] = {
    ("owner", "to"): (),
    ("owned", "by"): (),
    ("set", "default"): (),
    ("set", "statistics"): (),
    ("set", "storage"): (),
    ("set", "compression"): (),
    ("add", "generated"): (),
    ("replica", "identity"): (),
    ("of",): (),
    ("add", "constraint"): ("check", "exclude", "foreign", "not", "primary", "unique"),
    ("attach", "partition"): ("default", "for"),
    ("add", "table"): ("(", "where"),
}
"""After which words ALTER says a value; where a name comes first, the words that end it."""


def identity(c: Cursor, database: Builder) -> tuple[Identity, str]:
    """The identity of a statement, and the words that show it: `table public.a`, `COMMENT ON TABLE public.a`.

    A statement without a value, such as ENABLE ROW LEVEL SECURITY, is its own identity.
    """
    if c.accept("create"):
        return _created(c, database)
    found, shown = VERBS.get(c.key, _whole)(c)
    return (*found, *(() if _is_of_roles(c) else database.session.search_path)), shown


def content(c: Cursor) -> str:
    """The tokens of the whole statement; whether CREATE looks first for what is there does not count."""
    tokens = c.sql(0, len(c.values)).tokens
    return tokens.replace("create or replace ", "create ", 1).replace(" if not exists ", " ", 1)


def _created(c: Cursor, database: Builder) -> tuple[Identity, str]:
    skip_modifiers(c)
    words = next_words(c, CREATED)
    if not words:
        return _whole(c)
    c.accept("if", "not", "exists")
    name, kind = CREATED[words](c, database), KIND_OF_WORDS[words]
    namespace = ObjectKind.RELATION if kind in AMONG_RELATIONS else kind
    return ("create", namespace, name), f"{' '.join(words)} {name}"


def _is_of_roles(c: Cursor) -> bool:
    """Whether the statement is about roles, which no search path finds."""
    return c.keys[1] in ROLES or (c.keys[0] in ("grant", "revoke") and "on" not in c.keys)


def _whole(c: Cursor) -> tuple[Identity, str]:
    c.position = len(c.values)
    return _so_far(c)


def _so_far(c: Cursor) -> tuple[Identity, str]:
    found = c.sql(0, c.position)
    return (found.tokens,), found.text


def _comment(c: Cursor) -> tuple[Identity, str]:
    c.skip_until("is")
    return _so_far(c)


def _grant(c: Cursor) -> tuple[Identity, str]:
    """What is granted is the value; of a membership it is the options."""
    verb = c.key
    c.skip_until("on", "to", "from")
    if c.key != "on":
        c.skip()
        c.separated(lambda: (c.accept("group"), c.name()))
        return _so_far(c)
    about = c.sql(c.position, len(c.values))
    return (verb, *_columns(c), about.tokens), f"{verb.upper()} {about.text}"


def _columns(c: Cursor) -> Identity:
    """The columns that privileges are limited to, before the current position."""
    depth, found = 0, []
    for key, value in zip(c.keys[: c.position], c.values, strict=False):
        depth += (key == "(") - (key == ")")
        if depth and key != "(":
            found.append(value)
    return tuple(found)


def _alter(c: Cursor) -> tuple[Identity, str]:
    if c.peek() in ROLES:
        c.skip_until("with", "set")
        c.skip_until("with", "to", "=")
        return _so_far(c)
    if c.peek() == "default":
        c.expect("alter", "default", "privileges")
        while c.key in ("for", "in"):  # FOR ROLE role, …, IN SCHEMA schema, …
            c.skip()
            c.skip()
            c.names()
        before = c.sql(0, c.position)
        found, shown = _grant(c) if not c.done else _so_far(c)
        return (before.tokens, *found), f"{before.text} {shown}"
    _move_to_value(c)
    return _so_far(c)


def _move_to_value(c: Cursor) -> None:
    while not c.done:
        for words, ends in VALUES.items():
            if c.accept(*words):
                if ends:
                    c.skip()
                    c.skip_until(*ends)
                return
        c.skip()


ROLES = ("role", "user", "group")
VERBS: Mapping[str, Callable[[Cursor], tuple[Identity, str]]] = {
    "comment": _comment,
    "alter": _alter,
    "grant": _grant,
    "revoke": _grant,
}
