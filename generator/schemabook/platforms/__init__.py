"""What platforms such as Supabase bring to a database before its owner's first statement.

A platform is one file of SQL in this folder and one row of `PLATFORMS`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

FOLDER = "schemabook/platforms"
EXTENSION = re.compile(r"^-- extension (\S+)(?: in (\S+))?$", re.M)
"""What begins the stand-in of an extension."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Platform:
    """Who runs the server, what it brings, and how an input shows that it is for it."""

    name: str
    """As the settings call it; the SQL is in the file of this name."""
    title: str
    role: str
    """Who runs the owner's statements."""
    search_path: tuple[str, ...]
    """Where they find what has no schema."""
    project: str
    """The file that a project has beside its folders of SQL: folder and name."""
    marks: tuple[str, ...]
    """Names that nobody else has; one is enough."""
    roles: tuple[str, ...]
    """Roles that nobody else has all of."""
    names: Mapping[str, tuple[str, ...]]
    """By schema, names that are the platform's where an input mentions them and does not make the schema."""
    marks_of_others: tuple[str, ...] = ()
    """Names that tell that a schema of `names` is not this platform's."""

    @property
    def path(self) -> str:
        """Where its facts are from, as messages say it."""
        return f"{FOLDER}/{self.name}.sql"

    @property
    def sql(self) -> str:
        """The statements that make what the platform brings, for a superuser of a new database.

        Extensions that the server lacks come from `stage_extensions`.
        """
        return _text(f"{self.name}.sql")


SUPABASE = Platform(
    name="supabase",
    title="Supabase",
    role="postgres",
    search_path=("public", "extensions"),
    project="supabase/config.toml",
    marks=("supabase_realtime", "supabase_functions.", "supabase_admin", "supabase_auth_admin"),
    roles=("anon", "authenticated", "service_role"),
    names={
        "auth": ("uid(", "jwt(", "role(", "email(", "users", "identities", "sessions"),
        "storage": ("objects", "buckets", "foldername(", "filename(", "extension("),
        "realtime": ("messages", "topic(", "send(", "broadcast_changes("),
        "vault": ("secrets", "decrypted_secrets", "create_secret("),
        "extensions": ("uuid_generate_v4(", "gen_random_bytes(", "crypt(", "digest("),
    },
    marks_of_others=("nhost", "hdb_catalog", "storage.files"),
)
PLATFORMS: Mapping[str, Platform] = {platform.name: platform for platform in (SUPABASE,)}


def stage_extensions(folder: Path) -> str:
    """Writes stand-ins for extensions of platforms into a folder; the value of extension_control_path.

    A server that has an extension of the name itself takes that one.
    """
    place = folder / "extension"
    place.mkdir(parents=True, exist_ok=True)
    parts = EXTENSION.split(_text("extensions.sql"))[1:]
    for name, schema, sql in zip(parts[::3], parts[1::3], parts[2::3], strict=True):
        control = "default_version = '1.0'\ntrusted = true\nsuperuser = false\n"
        control += f"relocatable = false\nschema = '{schema}'\n" if schema else "relocatable = true\n"
        (place / f"{name}.control").write_text(control, "utf-8")
        (place / f"{name}--1.0.sql").write_text(sql, "utf-8")
    return f"$system:{folder}"


def _text(name: str) -> str:
    return files(__name__).joinpath(name).read_text("utf-8")
