"""Runs a DO block on what was read before: https://www.postgresql.org/docs/current/plpgsql-control-structures.html."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any

from schemabook.errors import Source
from schemabook.model import Statement
from schemabook.read.blocks.calls import DDL, called, ddl_called
from schemabook.read.blocks.evaluate import Evaluator
from schemabook.read.blocks.failures import Failed, RunsCode, catches, failed
from schemabook.read.blocks.possible import drops_nothing, expect_possible, unknown_role
from schemabook.read.blocks.tree import Block, If, Node, Simple, Unknown, tree
from schemabook.read.blocks.values import MAYBE, Maybe
from schemabook.read.queries.plpgsql import Segment
from schemabook.read.state.builder import AlreadyExists, Builder, DoesNotExist
from schemabook.read.text.cursor import Cursor, UnexpectedToken
from schemabook.read.text.tokens import NAME, STRING

Reader = Callable[[Cursor, Builder], None]

OF_THE_SESSION = frozenset({"set", "reset", "commit", "rollback", "start", "discard", "lock", "listen"})
ROWS = frozenset({"insert", "update", "delete", "merge", "truncate", "with", "copy", "refresh", "analyze"})
ROLE_CATALOGS = frozenset({"pg_roles", "pg_authid", "pg_user", "pg_shadow", "pg_group"})
ALONE = frozenset({"cascade", "index", "policy", "publication", "trigger"})
"""Words of DROP with which nothing stands in its way."""
EXCEPTIONS = {"exception", "debug", "log", "info", "notice", "warning"}
SETS = frozenset({"set_config", "setval"})


class _Return(Exception):
    """The block ends here."""


def do(c: Cursor, database: Builder, read: Reader) -> None:
    """DO [ LANGUAGE name ] code [ LANGUAGE name ]; *read* reads a statement that the block runs.

    Raises RunsCode where it is not certain what the block does, or where it fails.
    """
    language = c.name() if c.accept("language") else "plpgsql"
    if c.key != STRING:
        raise c.unexpected("a string")
    start = c.starts[c.position]
    body = c.string()
    language = (c.string() if c.key == STRING else c.name()) if c.accept("language") else language
    c.end()
    if language != "plpgsql":
        raise RunsCode(f"a DO block in {language} runs code, so what it makes is not known")
    line = c.source().line + c.statement.text.count("\n", 0, start)
    before, session = database.statement, database.session
    try:
        _Run(database, read, Source(c.source().path, line), body).whole()
    except Failed as failure:
        raise RunsCode(f"the DO block fails: {failure}") from None
    finally:
        database.go_on_with(before)
    if database.session != session:
        raise RunsCode("the DO block changes settings of the session")


class _Run:
    def __init__(self, database: Builder, read: Reader, source: Source, body: str) -> None:
        self.database, self.read, self.source = database, read, source
        self.c = Cursor(Statement(source, body))
        self.variables: dict[str, Any] = {"found": False}
        self.watched = 0
        """How many blocks around would catch a failure."""
        self.has_rows = False
        """Whether rows were changed where a failure would be caught."""

    def whole(self) -> None:
        """Runs all of it."""
        try:
            self.block(tree(self.c))
        except _Return:
            return

    def block(self, block: Block) -> None:
        """BEGIN … EXCEPTION … END: what fails in it is taken back."""
        if not block.handlers:
            self.body(block)
            return
        mark = self.database.savepoint()
        variables, statement = dict(self.variables), self.database.statement
        self.watched += 1
        try:
            self.body(block)
        except Failed as failure:
            self.watched -= 1
            self.database.roll_back_to(mark)
            self.database.go_on_with(statement)
            # What was assigned before the failure stays assigned.
            self.variables = dict.fromkeys(variables, MAYBE) | {"found": MAYBE}
            for conditions, nodes in block.handlers:
                if catches(conditions, failure):
                    self.all(nodes)
                    return
            raise
        self.watched -= 1

    def body(self, block: Block) -> None:
        """The declarations and the statements."""
        for segment in block.declarations:
            self.declare(segment)
        self.all(block.body)

    def all(self, nodes: list[Node]) -> None:
        """Some statements, one after the other."""
        for node in nodes:
            match node:
                case Block():
                    self.block(node)
                case If():
                    self.branch(node)
                case Unknown(reason):
                    raise RunsCode(reason)
                case Simple(segment):
                    self.one(segment)

    def branch(self, node: If) -> None:
        """The statements behind the first condition that holds."""
        for condition, nodes in node.branches:
            if condition is None or self.holds(condition):
                self.all(nodes)
                return

    def holds(self, segment: Segment) -> bool:
        """Whether a condition is true; NULL is not."""
        e = Evaluator(self.database, self.variables)
        found = e.value(self.text(segment))
        if found is None or isinstance(found, bool):
            return bool(found)
        if e.catalogs & ROLE_CATALOGS:
            raise RunsCode("the DO block asks which roles the server has, which no dump says")
        raise RunsCode(
            f"the DO block asks what is not known here: {' '.join(self.text(segment).split())[:80]}"
        )

    def declare(self, segment: Segment) -> None:
        """Name [ CONSTANT ] type [ { DEFAULT | := | = } expression ]."""
        self.c.position = segment.start
        name = self.c.name()
        place = next((i for i in range(*segment) if self.c.keys[i] in (":=", "=", "default")), segment.end)
        known = place + 1 < segment.end
        self.variables[name] = self.value(Segment(place + 1, segment.end)) if known else None

    def value(self, segment: Segment) -> Any:
        """The value of an expression."""
        self.expect_no_calls(segment)
        return Evaluator(self.database, self.variables).value(self.text(segment))

    def text(self, segment: Segment) -> str:
        """The text of some tokens."""
        return self.c.statement.text[self.c.starts[segment.start] : self.c.ends[segment.end - 1]]

    def one(self, segment: Segment) -> None:
        """A statement that holds no others."""
        first, keys = self.c.keys[segment.start], self.c.keys[segment.start : segment.end]
        match first:
            case "null":
                return
            case "return":
                raise _Return
            case "raise":
                self.raises(segment)
            case "execute":
                self.execute(segment)
            case "perform" | "select" | "with":
                self.query(segment)
            case _ if keys[1:2] in ([":="], ["="]) or (":=" in keys and first not in DDL):
                self.assign(segment)
            case _ if first in ROWS:
                self.rows(segment)
            case _ if first in OF_THE_SESSION:
                raise RunsCode(f"the DO block runs {first.upper()}, which is about the session")
            case _ if first in DDL or first == "call":
                self.ddl(Statement(self._place(segment), self.text(segment)))
            case _:
                raise RunsCode(f"the DO block runs {first.upper()}, which is not followed")

    def _place(self, segment: Segment) -> Source:
        lines = self.c.statement.text.count("\n", 0, self.c.starts[segment.start])
        return Source(self.source.path, self.source.line + lines)

    def _name(self, segment: Segment) -> str:
        key = self.c.keys[segment.start]
        return self.c.values[segment.start] if key is NAME else key

    def ddl(self, statement: Statement) -> None:
        """Reads a statement as if it stood outside of the block."""
        if self.has_rows:
            raise RunsCode("the DO block changes rows where it catches what fails, so it may do nothing")
        c = Cursor(statement)
        if c.keys[0] == "create" and c.keys[1] in ("temp", "temporary"):
            return
        self.database.go_on_with(Statement(statement.source, c.text()))
        try:
            self.expect_certain(c)
            expect_possible(c, self.database)
            self.read(c, self.database)
        except RunsCode:
            raise
        except UnexpectedToken as error:
            raise RunsCode(f"the DO block runs what is not understood: {error}") from None
        except (AlreadyExists, DoesNotExist) as error:
            raise failed(error) from None
        except (ValueError, LookupError) as error:
            if self.watched:
                raise RunsCode(f"the DO block may fail: {error}") from None
            raise

    def expect_certain(self, c: Cursor) -> None:
        """RunsCode where a failure would be caught, and may come of what depends on an object."""
        if self.watched and (role := unknown_role(c, self.database)):
            raise RunsCode(f"the DO block names role {role}, and catches what fails where it does not exist")
        is_drop = c.keys[0] == "drop" and not ALONE & set(c.keys)
        if self.watched and is_drop and not drops_nothing(c, self.database):
            expect_possible(c, self.database)
            raise RunsCode("the DO block drops what others may depend on, where it catches what fails")

    def execute(self, segment: Segment) -> None:
        """EXECUTE of a string that stands there whole."""
        start = segment.start + 1
        keys = self.c.keys[start : segment.end]
        while keys[:1] == ["("] and keys[-1:] == [")"]:
            start, keys = start + 1, keys[1:-1]
        if not keys or any(key is not STRING for key in keys):
            raise RunsCode("the DO block runs a string that it builds, so what it makes is not known")
        self.c.position = start
        text = self.c.string()
        line = self._place(Segment(start, segment.end)).line
        for statement in _statements(text, Source(self.source.path, line)):
            first = Cursor(statement).keys[0]
            if first in DDL:
                self.ddl(statement)
            elif first not in ROWS and first != "select":
                raise RunsCode(f"the DO block runs {first.upper()}, which is not followed")
            else:
                self.has_rows = self.has_rows or bool(self.watched)

    def raises(self, segment: Segment) -> None:
        """RAISE [ level ] …; without a level it is an exception, alone it is the one that was caught."""
        words = self.c.keys[segment.start + 1 : segment.end]
        level = words[0] if words else ""
        if level in EXCEPTIONS - {"exception"}:
            return
        is_plain = level is STRING or (level == "exception" and "using" not in words)
        if not words or (self.watched and not is_plain):
            raise RunsCode("the DO block raises what is not followed")
        raise Failed("raise_exception", f"it raises {self.text(segment)[6:80]}")

    def expect_no_calls(self, segment: Segment) -> None:
        """RunsCode for a routine that makes DDL, or that changes the session."""
        text = self.text(segment)
        if made := ddl_called(text, self.database):
            raise RunsCode(made.replace("it calls", "the DO block calls"))
        if any(name.name in SETS for name in called(text)):
            raise RunsCode("the DO block changes settings of the session")

    def query(self, segment: Segment) -> None:
        """PERFORM and SELECT … INTO: only their results count."""
        self.expect_no_calls(segment)
        keys = self.c.keys[segment.start : segment.end]
        if keys[0] == "with" and ROWS & set(keys) - {"with"}:
            self.rows(segment)
        targets = self._targets(keys, segment)
        self.variables["found"] = MAYBE
        for name in targets:
            self.variables[name] = MAYBE
        if keys[0] == "perform":
            self.find(segment)
        elif keys[0] == "select" and len(targets) == 1:
            self.select_into(segment, targets[0])
        elif self.watched:
            self.has_rows = True

    def find(self, segment: Segment) -> None:
        """PERFORM … FROM …: whether it finds a row, where the catalogs tell."""
        if "from" not in self.c.keys[segment.start : segment.end]:
            return
        text = self.text(Segment(segment.start + 1, segment.end))
        with suppress(RunsCode):
            self.variables["found"] = Evaluator(self.database, self.variables).selected(f"SELECT {text}")[1]

    def _targets(self, keys: list[str], segment: Segment) -> list[str]:
        if "into" not in keys:
            return []
        place = segment.start + keys.index("into") + 1
        place += self.c.keys[place] == "strict"
        self.c.position = place
        return list(self.c.separated(lambda: self.c.parts()[0]))

    def select_into(self, segment: Segment, target: str) -> None:
        """SELECT expression INTO variable [ FROM … ]: known where one row, or none, is certain."""
        keys = self.c.keys[segment.start : segment.end]
        into = segment.start + keys.index("into")
        if self.c.keys[into + 1] == "strict":
            return
        after = self.c.position
        rest = self.text(Segment(after, segment.end)) if after < segment.end else ""
        text = f"{self.text(Segment(segment.start, into))} {rest}"
        e = Evaluator(self.database, self.variables)
        try:
            self.variables[target], self.variables["found"] = e.selected(text)
        except RunsCode:
            return  # Only where the variable counts it is not known what happens.

    def assign(self, segment: Segment) -> None:
        """Variable := expression."""
        name = self._name(segment)
        place = next(i for i in range(*segment) if self.c.keys[i] in (":=", "="))
        known = place == segment.start + 1
        value = self.value(Segment(place + 1, segment.end)) if known else MAYBE
        self.variables[name] = value if not isinstance(value, Maybe) else MAYBE

    def rows(self, segment: Segment) -> None:
        """A statement about rows: it may fail, which nobody can tell."""
        self.expect_no_calls(segment)
        self.variables["found"] = MAYBE
        self.has_rows = self.has_rows or bool(self.watched)


def _statements(text: str, source: Source) -> list[Statement]:
    from schemabook.read.text.statements import Splitter

    found = Splitter(text.encode(), source.path).statements()
    return [Statement(Source(source.path, source.line + s.source.line - 1), s.text) for s in found]
