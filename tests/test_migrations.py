"""Migrations: version, title and date from the names that tools give to files, and what each of them did."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from random import Random
from types import MappingProxyType

import pytest

from schemabook.history.migrations import migrations
from schemabook.history.replay import migration_events, steps
from schemabook.model import Database
from schemabook.project.config import read_config
from schemabook.project.dumps import read_scripts
from schemabook.project.history import Event
from schemabook.project.layouts import found_in

NAMES = {
    "20240603101500_user_profiles.sql": ("20240603101500", "User profiles", "2024-06-03"),  # Supabase
    "20240603101500_add_x/migration.sql": ("20240603101500", "Add x", "2024-06-03"),  # Prisma
    "V1.2__Add_orders.sql": ("1.2", "Add orders", None),  # Flyway
    "V20240603.1__Add_orders.sql": ("20240603.1", "Add orders", "2024-06-03"),
    "000001_create_users.up.sql": ("000001", "Create users", None),  # golang-migrate
    "1717409700000_add-index.sql": ("1717409700000", "Add index", "2024-06-03"),  # node-pg-migrate
    "20240603-101500_of-goose.sql": ("20240603-101500", "Of goose", "2024-06-03"),
    "0007_brave_hulk.sql": ("0007", "Brave hulk", None),  # Drizzle
    "20240603101500_2fa_tables.sql": ("20240603101500", "2fa tables", "2024-06-03"),
    "20240603_101500_other.sql": ("20240603_101500", "Other", "2024-06-03"),
    "V3__2fa.sql": ("3", "2fa", None),
    "R__views.sql": ("", "Views", None),
    "20240603101500.sql": ("20240603101500", "20240603101500", "2024-06-03"),
    "clean.sql": ("", "Clean", None),
    "99990000_never.sql": ("99990000", "Never", None),
}


@pytest.mark.parametrize("name", NAMES)
def test_what_a_name_says(tmp_path: Path, name: str) -> None:
    file = tmp_path / "migrations" / name
    file.parent.mkdir(parents=True)
    file.write_text("CREATE TABLE t (id int);")
    if name.endswith(".up.sql"):
        file.with_name(name.replace(".up.", ".down.")).write_text("DROP TABLE t;")
    [found] = migrations(found_in(tmp_path / "migrations"))
    assert (found.version, found.title, str(found.time.date()) if found.time else None) == NAMES[name]


EVENTS = (
    "CREATE TABLE a (i int);",
    "ALTER TABLE a ADD j int;",
    "MERGE WRONG;",
    "DROP TABLE a;",
    "CREATE TYPE t;",
)


def replayed(folder: Path, known: Mapping[str, Event] = MappingProxyType({})) -> Mapping[str, Event]:
    config = read_config("dumps: [dump.sql]", folder / "schemabook.yml")
    return migration_events(found_in(folder / "migrations"), None, config, known)


def written(folder: Path, texts: Iterable[str]) -> None:
    (folder / "migrations").mkdir(exist_ok=True)
    for number, text in enumerate(texts):
        (folder / "migrations" / f"2024010{number}_step_{number}.sql").write_text(text)


def test_what_is_known_of_some_migrations_changes_nothing(tmp_path: Path) -> None:
    written(tmp_path, EVENTS)
    every = replayed(tmp_path)
    assert [len(event.changes) for event in every.values()] == [1, 1, 0, 1, 1]
    for number in range(2 ** len(EVENTS)):
        known = {key: event for i, (key, event) in enumerate(every.items()) if number >> i & 1}
        assert replayed(tmp_path, known) == every


def test_a_migration_that_was_changed_is_read_again_with_all_that_follow(tmp_path: Path) -> None:
    written(tmp_path, EVENTS)
    before = replayed(tmp_path)
    written(tmp_path, (EVENTS[0], "ALTER TABLE a ADD k int;", *EVENTS[2:]))
    after = replayed(tmp_path, before)
    assert [key in before for key in after] == [True, False, False, False, False]
    assert [event.changes[0].object.part for event in list(after.values())[1:2]] == ["k"]
    assert not any(key in after for key in list(before)[1:])  # What is of no use is not kept.


def test_a_migration_that_cannot_be_read_is_told_and_the_next_go_on(tmp_path: Path) -> None:
    written(tmp_path, (EVENTS[0], "CREATE TABLE b (\x00", EVENTS[1]))
    _, broken, last = replayed(tmp_path).values()
    assert broken.error
    assert [told.object.part for told in last.changes] == ["j"]


@pytest.mark.parametrize("seed", range(8))
def test_the_database_after_each_step_is_that_of_the_files_so_far(tmp_path: Path, seed: int) -> None:
    random = Random(seed)
    texts = [f"CREATE TABLE t{n} (i int); CREATE VIEW v{n} AS SELECT i FROM t{n};" for n in range(3)]
    texts += [
        "CREATE SCHEMA a; CREATE TABLE a.x (i int PRIMARY KEY); GRANT SELECT ON a.x TO PUBLIC;",
        "CREATE TABLE b.y (i int); CREATE FUNCTION b.f() RETURNS int LANGUAGE sql AS 'SELECT i FROM t0';",
        "DROP VIEW v0; DROP TABLE t0; DROP TABLE t1 CASCADE;",
        "ALTER TABLE t2 RENAME TO t9; ALTER TABLE t9 ADD k int REFERENCES a.x;",
        "CREATE POLICY p ON t2 USING (EXISTS (SELECT 1 FROM t1));",
        "GRANT USAGE ON SCHEMA public TO PUBLIC;",
    ]
    random.shuffle(texts)
    written(tmp_path, texts)
    found = found_in(tmp_path / "migrations")
    for step in steps(found, None):
        so_far = found._replace(files=found.files[: step.number + 1])
        assert isinstance(step.after, Database)
        if step.number:  # A file alone is read as a dump: what it names too early is refused.
            whole = read_scripts([so_far])
            assert step.after == replace(whole, receipt=replace(whole.receipt, folders=()))
