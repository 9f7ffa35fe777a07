"""What `changes` finds: one change an object, with each fact that is another, and nothing else."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Any, get_args, get_type_hints

import pytest

from schemabook.diff import Change, ChangeKind, Fact, changes, objects, reference_changes
from schemabook.diff.changes import Items
from schemabook.errors import Source
from schemabook.model import (
    KIND_OF,
    KINDS,
    Argument,
    Database,
    DomainCheck,
    Name,
    ObjectId,
    ObjectKind,
    Other,
    Sql,
    key_of,
)
from schemabook.model.names import Target
from schemabook.read import read

HERE = Path(__file__).parent
FIXTURES = sorted([*(HERE / "fixtures").glob("*.sql"), *(HERE / "sites").glob("*/schema.sql")])
EXAMPLE = (HERE.parent / "schema" / "schema_backup.sql").read_text("utf-8")
STATEMENT = re.compile(r"^(?:CREATE|ALTER|COMMENT|GRANT)[^;$]*;$", re.M)
COLUMN = re.compile(r'^    "\w+" [^,\n]*(?=,\n)', re.M)
SIGNS = {ChangeKind.ADDED: "+", ChangeKind.REMOVED: "-", ChangeKind.CHANGED: "~"}
NOWHERE = Source("", 0)
V = Name("public", "v")
MACROS, *BLOCKS = (HERE / "diff_pairs.txt").read_text("utf-8").split("\n\n")
"""Short words for what many of the pairs begin with, and the pairs: before, after, and each change."""
SHORT = dict(line.split(" = ", 1) for line in MACROS.splitlines())


def database_of(sql: str) -> Database:
    """The database of a text that begins with one of the short words, or not."""
    first, _, rest = sql.strip().partition(" ")
    return database_of(f"{SHORT[first]} {rest}") if first in SHORT else read([("a.sql", sql.encode())])


def pair(block: str) -> tuple[Database, Database, list[str]]:
    before, after, *expected = block.strip("\n").splitlines()
    return database_of(before), database_of(after.removeprefix("→")), expected


def line(change: Change[ObjectId]) -> str:
    """A change as the pairs have it."""
    facts = "; ".join(f"{name} {shown(old)} → {shown(new)}" for name, old, new in change.facts)
    head = f"{SIGNS[change.kind]} {change.object.kind} {change.object}"
    return f"{head}: {facts}" if change.kind is ChangeKind.CHANGED else head


def shown(value: Any) -> str:
    if isinstance(value, Sql):
        return value.tokens
    if is_dataclass(value):
        said = ((getattr(value, field.name), field.default) for field in fields(value) if field.compare)
        return " ".join(shown(part) for part, default in said if part != default)
    return f"({', '.join(map(shown, value))})" if type(value) in (tuple, Target) else str(value)


def applied(old: Database, found: tuple[Change[ObjectId], ...]) -> Database:
    """The old database with the changes made in it."""
    held: dict[ObjectId, Any] = {name: fact for row in KINDS for name, fact in objects(row, old).items()}
    orders = {name: [column.name for column in old.columns_of(name)] for name in old.relations}
    for change in found:
        if change.kind is ChangeKind.REMOVED:
            del held[change.object]
            if change.object.kind is ObjectKind.COLUMN:
                orders[change.object.name].remove(change.object.part)
    added = [(news(change), change) for change in found if change.kind is ChangeKind.ADDED]
    for values, change in sorted(added, key=lambda pair: pair[0].get("position", 0)):
        row = KIND_OF[change.object.kind]
        is_list = row.kind in (ObjectKind.PRIVILEGE, ObjectKind.DEFAULT_PRIVILEGE)
        held[change.object] = Items(**values) if is_list else row.fact(**values, source=NOWHERE)
        if row.kind is ObjectKind.COLUMN:
            orders.setdefault(change.object.name, []).insert(values["position"] - 1, change.object.part)
    for change in found:
        if change.kind is ChangeKind.CHANGED:
            values = news(change)
            if order := values.pop("column_order", None):
                orders[change.object.name] = order
            held[change.object] = replace(held[change.object], **values)
    for relation, order in orders.items():
        for position, name in enumerate(order, 1):
            column = ObjectId(ObjectKind.COLUMN, relation, name)
            held[column] = replace(held[column], position=position)
    return assembled(held)


def news(change: Change[ObjectId]) -> dict[str, Any]:
    return {fact.name: fact.new for fact in change.facts}


def assembled(held: Mapping[ObjectId, Any]) -> Database:
    found: dict[str, Any] = {}
    for name, fact in held.items():
        field = KIND_OF[name.kind].field
        if isinstance(fact, Items):
            found[field] = found.get(field, ()) + fact.items
        else:
            found.setdefault(field, {})[key_of(fact)] = fact
    return Database(**found)


def in_order(database: Database) -> Database:
    """The database with its access lists in an order of their own."""
    return replace(
        database,
        privileges=tuple(sorted(database.privileges, key=repr)),
        default_privileges=tuple(sorted(database.default_privileges, key=repr)),
    )


def expect_consistent(old: Database, new: Database) -> tuple[Change[ObjectId], ...]:
    """The changes, after a look at all that must hold of any two databases."""
    found = changes(old, new)
    assert bool(found) == (old != new)
    assert len({change.object for change in found}) == len(found)
    assert in_order(applied(old, found)) == in_order(new)
    back = {change.object: change for change in changes(new, old)}
    assert back.keys() == {change.object for change in found}
    for change in found:
        assert back[change.object].facts == tuple(Fact(name, b, a) for name, a, b in change.facts)
    assert changes(old, old) == changes(new, new) == ()
    return found


@pytest.mark.parametrize("block", BLOCKS, ids=lambda block: " ".join(block.split())[:80])
def test_a_pair_has_the_changes_that_it_says(block: str) -> None:
    old, new, expected = pair(block)
    assert not old.receipt.unread + new.receipt.unread
    assert [line(change) for change in expect_consistent(old, new)] == expected


def test_the_pairs_are_of_every_kind() -> None:
    signs = {(text[0], text.partition(": ")[0]) for block in BLOCKS for text in pair(block)[2]}
    for kind in ObjectKind:
        assert any(head.startswith(f"+ {kind} ") for _, head in signs), kind
    for row in KINDS:
        if row.fact is not Other:
            heads = [head for _, head in signs if head[2:].startswith(f"{row.kind} ")]
            assert {head[0] for head in heads} == {"+", "-", "~"}, row.kind


@pytest.mark.parametrize("one", range(len(FIXTURES)), ids=lambda one: "/".join(FIXTURES[one].parts[-2:]))
def test_one_schema_becomes_another(one: int) -> None:
    old, new = (read([("a.sql", path.read_bytes())]) for path in (FIXTURES[one - 1], FIXTURES[one]))
    expect_consistent(old, new)


@pytest.mark.parametrize("seed", range(3))
def test_statements_and_columns_come_and_go(seed: int) -> None:
    chosen = random.Random(seed)
    spans = [found.span() for pattern in (STATEMENT, COLUMN) for found in pattern.finditer(EXAMPLE)]
    whole = database_of(EXAMPLE)
    for _ in range(4):
        start, end = chosen.choice(spans)
        expect_consistent(whole, database_of(EXAMPLE[:start] + EXAMPLE[end + 1 :]))


def test_where_and_in_which_case_and_space_it_is_written_is_no_change() -> None:
    text = "create view v as select a+1 as b from t where a>0;"
    old, new = (database_of(f"T {sql}") for sql in (text, "\n" + text.replace("+", "\n+  ").upper()))
    assert old.relations[V].source != new.relations[V].source
    assert changes(old, new) == ()


# every field of every fact

A_FACT = {
    "using": Sql("true", "true"),
    "with_check": Sql("true", "true"),
    "arguments": Argument("other", "out", "text"),
    "checks": DomainCheck("other", Sql("true", "true")),
}
"""What is added to a field that takes not any value."""


def mutated(name: str, value: Any) -> Any:
    """Another value of a field."""
    match value:
        case bool():
            return not value
        case int():
            return value + 1
        case Sql():
            return Sql(f"{value.text} + 1", f"{value.tokens} + 1")
        case ObjectKind():  # Of what is known by its SQL only.
            others = (ObjectKind.COLLATION, ObjectKind.LANGUAGE)
            return next(other for other in others if other is not value)
        case StrEnum():
            return next(other for other in type(value) if other is not value)
        case ObjectId():
            return value._replace(name=Name(value.name.schema, f"{value.name.name}x"))
        case None:
            return A_FACT.get(name, "other")
        case str():
            return f"{value}x"
        case _ if hasattr(value, "_fields"):
            return value._replace(**{value._fields[-1]: mutated("", value[-1])})
        case tuple():
            return (*value, A_FACT.get(name, "other"))
    raise AssertionError(value)


def mutations(database: Database) -> Iterator[tuple[Database, ObjectId, ObjectId, Fact]]:
    """The database with one field of one fact changed: which object, what it is then, and which field."""
    for row in KINDS:
        whole = getattr(database, row.field)
        facts = list(row.facts(database))
        for name, fact in facts[:: 1 + len(facts) // 4]:
            for field in fields(fact):
                if field.compare:
                    value = getattr(fact, field.name)
                    other = replace(fact, **{field.name: mutated(field.name, value)})
                    if isinstance(whole, Mapping):
                        held: Any = {key: other if of is fact else of for key, of in whole.items()}
                    else:
                        held = tuple(other if of is fact else of for of in whole)
                    changed = replace(database, **{row.field: held})
                    said = Fact(field.name, value, getattr(other, field.name))
                    yield changed, name, row.identity(other, changed), said


@pytest.mark.parametrize("path", FIXTURES, ids=lambda path: "/".join(path.parts[-2:]))
def test_each_field_of_each_fact_is_compared(path: Path) -> None:
    database = read([("a.sql", path.read_bytes())])
    for changed, name, after, said in mutations(database):
        found = changes(database, changed)
        assert database != changed, said
        if said.name == "position":  # Two columns at one place; the catalog has none such.
            assert {change.object for change in found} <= {name.whole}
        elif after == name:
            (change,) = found
            is_item = change.facts[0].name == "items"
            assert (change.kind, change.object) == (ChangeKind.CHANGED, name)
            assert is_item or change.facts == (said,)
        else:
            assert {change.object for change in found} == {name, after}, said


def test_only_where_a_fact_was_read_is_not_compared() -> None:
    # The expression of a view's column is a part of the definition, which is compared.
    found = {field.name for row in KINDS for field in fields(row.fact) if not field.compare}
    assert found == {"source", "expression"}
    within = {kind for row in KINDS for kind in dataclasses_in(row.fact)} - {row.fact for row in KINDS}
    assert {(kind, field.name) for kind in within for field in fields(kind) if not field.compare} == {
        (Sql, "text")
    }


def dataclasses_in(hint: Any) -> set[Any]:
    """The dataclasses that a type is made of."""
    inside = get_args(hint) or (get_type_hints(hint).values() if is_dataclass(hint) else ())
    own = {hint} if is_dataclass(hint) else set()
    return own.union(*map(dataclasses_in, inside))


# references


def test_what_mentions_what_has_changes_of_its_own() -> None:
    old = database_of("V")
    new = database_of("T create table u (a int); create view v as select a from u;")
    assert reference_changes(old, old) == ()
    found = reference_changes(old, new)
    said = {(SIGNS[change.kind], change.object.part, str(change.object.target.whole)) for change in found}
    assert said == {("-", "definition", "public.t"), ("+", "definition", "public.u")}


def test_a_mention_may_be_known_in_another_way() -> None:
    old = database_of("V")
    one, *others = old.references
    new = replace(old, references=(one._replace(how="mentioned"), *others))
    (change,) = reference_changes(old, new)
    assert (change.kind, change.object) == (ChangeKind.CHANGED, one._replace(how=""))
    assert change.facts == (Fact("how", (one.how,), ("mentioned",)),)
    assert changes(old, new) == ()
