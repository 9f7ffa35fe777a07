"""Version, title and date of a migration, from the names that tools give to files."""

from __future__ import annotations

from pathlib import Path

import pytest

from schemabook.history.migrations import migrations
from schemabook.project.layouts import found_in

NAMES = {
    "20240603101500_user_profiles.sql": ("20240603101500", "user profiles", "2024-06-03"),  # Supabase
    "20240603101500_add_x/migration.sql": ("20240603101500", "add x", "2024-06-03"),  # Prisma
    "V1.2__Add_orders.sql": ("1.2", "Add orders", None),  # Flyway
    "V20240603.1__Add_orders.sql": ("20240603.1", "Add orders", "2024-06-03"),
    "000001_create_users.up.sql": ("000001", "create users", None),  # golang-migrate
    "1717409700000_add-index.sql": ("1717409700000", "add index", "2024-06-03"),  # node-pg-migrate
    "20240603-101500_of-goose.sql": ("20240603-101500", "of goose", "2024-06-03"),
    "0007_brave_hulk.sql": ("0007", "brave hulk", None),  # Drizzle
    "clean.sql": ("", "clean", None),
    "99990000_never.sql": ("99990000", "never", None),
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
