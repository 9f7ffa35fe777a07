"""What a review lists is what differs between the catalogs of two real databases, and nothing else."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import psycopg
import pytest
from catalog_objects import OF_IDENTITY, OF_OWNER, Objects, catalog_objects
from test_diff import BLOCKS, SHORT

from schemabook.model import KINDS, Database, ObjectId, ObjectKind, Other
from schemabook.model.keywords import quoted
from schemabook.read import read
from schemabook.review import Became, ReviewedChange, review
from schemabook.review.effect import Severity
from schemabook.verify import Server

HERE = Path(__file__).parent
PAIRS = HERE / "review_pairs.txt"
MACROS, *PAIRED = PAIRS.read_text("utf-8").split("\n\n")
WORDS = SHORT | dict(line.split(" = ", 1) for line in MACROS.splitlines())
"""Short words for what many of the pairs begin with."""
HEAD = re.compile(rf"^([-+~>]) ({'|'.join(sorted(ObjectKind, key=len, reverse=True))}) ", re.M)
CANNOT = {ObjectKind.EXTENSION: {"-"}}
"""What is not tried."""
ROLES = ("anon", "ann", "authenticated", "joe", "owner", "staff", "team")
SIGNS = {Became.ADDED: "+", Became.REMOVED: "-", Became.CHANGED: "~", Became.RENAMED: ">"}


def sql_of(text: str) -> str:
    """The SQL of a side, which may begin with one of the short words."""
    first, _, rest = text.strip().partition(" ")
    return f"{sql_of(WORDS[first])} {rest}" if first in WORDS else text.strip()


def database_of(sql: str) -> Database:
    return read([("a.sql", sql.encode())])


def line(change: ReviewedChange) -> str:
    """A change as the pairs have it."""
    was = f" < {change.was}" if change.was else ""
    facts = ", ".join(fact.name for fact in change.facts)
    said = f": {facts}" if facts and change.change in (Became.CHANGED, Became.RENAMED) else ""
    head = f"{SIGNS[change.change]} {change.object.kind} {change.object}{was}{said}"
    return f"{head} [{', '.join(change.severities)}]"


@pytest.fixture(scope="module")
def connection(postgres: Server) -> Iterator[psycopg.Connection[Any]]:
    postgres.create_database("review")
    postgres.create_roles(ROLES)
    with postgres.connect("review") as found:
        yield found
    postgres.drop_database("review")
    postgres.drop_roles()


Ask = Callable[..., Objects]


@pytest.fixture(scope="module")
def objects_of(connection: psycopg.Connection[Any]) -> Ask:
    """The objects of the database after statements, which are taken back."""

    @cache
    def asked(*statements: str) -> Objects:
        with connection.transaction(force_rollback=True):
            connection.execute("set local check_function_bodies = off")
            for statement in statements:
                connection.execute(statement.encode())
            return catalog_objects(connection)

    return asked


PART_OF = {
    ObjectKind.COLUMN: "table {relation} rename column {was} to {name}",
    ObjectKind.CONSTRAINT: "table {relation} rename constraint {was} to {name}",
    ObjectKind.TRIGGER: "trigger {was} on {relation} rename to {name}",
    ObjectKind.POLICY: "policy {was} on {relation} rename to {name}",
    ObjectKind.RULE: "rule {was} on {relation} rename to {name}",
}


def renaming(change: ReviewedChange, old: Database) -> Iterator[str]:
    """The statements by which PostgreSQL gives an object its new name, those of its relation made before."""
    was, now = change.was, change.object
    assert was
    if was.part:
        relation, names = _qualified(now.name), {"was": quoted(was.part), "name": quoted(now.part)}
        if now.kind is ObjectKind.INDEX:
            if was.part != now.part:
                yield f"alter index {quoted(now.name.schema)}.{names['was']} rename to {names['name']}"
        elif was.part != now.part:
            yield f"alter {PART_OF[now.kind].format(relation=relation, **names)}"
        return
    word = now.kind.value
    if now.kind is ObjectKind.RELATION:
        word = old.relations[was.name].kind.words.replace("partitioned ", "")
    types = f"({', '.join(was.types)})" if was.types is not None else ""
    schema, name = was.name
    if now.kind is ObjectKind.TYPE and old.types[was.name].kind == "domain":
        word = "domain"
    if not schema:
        yield f"alter {word} {quoted(name)} rename to {quoted(now.name.name)}"
        return
    if schema != now.name.schema:
        yield f"alter {word} {_qualified(was.name)}{types} set schema {quoted(now.name.schema)}"
    if name != now.name.name:
        at = f"{quoted(now.name.schema)}.{quoted(name)}"
        yield f"alter {word} {at}{types} rename to {quoted(now.name.name)}"


def _qualified(name: Any) -> str:
    return ".".join(map(quoted, name))


def difference(old: Objects, new: Objects) -> set[tuple[str, str, str]]:
    """Sign, kind and identity of what differs, but for the parts of what came or went."""
    before, after = old.said, new.said
    gone, come = before.keys() - after.keys(), after.keys() - before.keys()
    found = {("-", *key) for key in gone if not _is_part(key, gone) and not _goes_along(before[key])}
    found |= {("+", *key) for key in come if not _is_part(key, come) and not _goes_along(after[key])}
    found |= {("~", *key) for key in before.keys() & after.keys() if before[key] != after[key]}
    for name in old.columns.keys() & new.columns.keys():
        orders = [old.columns[name], new.columns[name]]
        both = set(orders[0]).intersection(orders[1])
        first, second = ([column for column in order if column in both] for order in orders)
        if first != second:
            found.add(("~", "relation", name))
    return {(sign, kind, _plain(kind, name)) for sign, kind, name in found}


def _goes_along(said: str) -> bool:
    return OF_OWNER in said or OF_IDENTITY in said


IN_OTHER_WORDS = {
    ObjectKind.CAST,
    ObjectKind.OPERATOR,
    ObjectKind.OPERATOR_CLASS,
    ObjectKind.OPERATOR_FAMILY,
    ObjectKind.TRANSFORM,
    ObjectKind.USER_MAPPING,
}
"""What we identify as COMMENT ON does, and PostgreSQL with other quotes and schemas."""


def _plain(kind: str, name: str) -> str:
    if kind not in IN_OTHER_WORDS:
        return name
    return re.sub(r'pg_catalog\.|\bfor |\bserver |["\s]', "", name).lower()


def _is_part(key: tuple[str, str], others: set[tuple[str, str]]) -> bool:
    """Whether it came or went with what it is part of, or is of an object's privileges."""
    kind, name = key
    if kind == "column":
        return any(name.startswith(f"{other}.") for of, other in others if of == "relation")
    if kind == "index":
        return False  # Its identity does not say of which table it is.
    if kind == "privilege":
        on = name.rpartition(" to ")[0]
        return any(on == other for of, other in others if of != "privilege")
    return any(name.endswith(f" on {other}") for of, other in others if of == "relation")


def listed(changes: Iterable[ReviewedChange]) -> Iterator[tuple[tuple[str, str, str], bool]]:
    """The same of a review, and whether PostgreSQL must see it, too."""
    for change in changes:
        if change.change is Became.RENAMED and not change.facts:
            continue
        sign = "~" if change.change is Became.RENAMED else SIGNS[change.change]
        is_seen = change.severities != (Severity.COSMETIC,)
        kind = change.object.kind.value
        yield (sign, kind, _plain(kind, _identity(change.object))), is_seen


def _identity(name: ObjectId) -> str:
    if name.kind is ObjectKind.DEFAULT_PRIVILEGE:
        letter = {"tables": "r", "sequences": "S", "functions": "f", "types": "T", "schemas": "n"}
        kind = letter["".join(name.types or ())]
        return " ".join(filter(None, (name.name.name, name.name.schema, kind, name.part)))
    return str(name)


def disagreements(objects_of: Ask, before: str, after: str) -> list[str]:
    """What the review and the catalogs of the two do not agree on."""
    old, new = database_of(before), database_of(after)
    changes = review(old, new)
    renamed = [s for change in changes if change.was for s in renaming(change, old)]
    truth = difference(objects_of(before, *renamed), objects_of(after))
    ours = dict(listed(changes))
    missed = truth - ours.keys()
    come = {name for sign, kind, name in truth if sign == "+" and kind != "privilege"}
    optional = {key for key in ours if key[:2] == ("+", "privilege") and key[2].rpartition(" to ")[0] in come}
    invented = {key for key, is_seen in ours.items() if is_seen} - truth - optional
    return [*(f"missed {key}" for key in sorted(missed)), *(f"invented {key}" for key in sorted(invented))]


def sides(block: str) -> tuple[str, str]:
    before, after = block.strip("\n").splitlines()[:2]
    return sql_of(before), sql_of(after.removeprefix("→"))


def test_the_pairs_have_the_changes_that_they_say(rewrite_golden: bool) -> None:
    blocks = []
    for block in PAIRED:
        old, new = map(database_of, sides(block))
        assert not old.receipt.unread + new.receipt.unread, block
        assert review(old, old) == review(new, new) == ()
        blocks.append("\n".join([*block.strip("\n").splitlines()[:2], *map(line, review(old, new))]))
    found = "\n\n".join([MACROS, *blocks]) + "\n"
    if rewrite_golden:
        PAIRS.write_text(found, "utf-8")
    assert PAIRS.read_text("utf-8") == found


@pytest.mark.parametrize("block", PAIRED, ids=lambda block: " ".join(block.split())[:80])
def test_a_review_is_the_difference_of_two_catalogs(block: str, objects_of: Ask) -> None:
    assert disagreements(objects_of, *sides(block)) == []


def test_so_it_is_of_the_other_cases(objects_of: Ask) -> None:
    refused = 0
    for block in BLOCKS:
        try:
            found = disagreements(objects_of, *sides(block))
        except psycopg.Error:  # They have functions that are not there, and roles that are.
            refused += 1
        else:
            assert found == [], block
    assert refused <= 14


def test_the_pairs_are_of_every_kind_and_change() -> None:
    told = {(sign, kind) for block in (*PAIRED, *BLOCKS) for sign, kind in HEAD.findall(block)}
    assert {kind for _, kind in told} == {kind.value for kind in ObjectKind}
    for row in KINDS:
        signs = {sign for sign, kind in told if kind == row.kind}
        assert signs >= ({"~"} if row.fact is Other else {"+", "-", "~"}) - CANNOT.get(row.kind, set()), row
