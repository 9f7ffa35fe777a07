"""What platforms such as Supabase bring to a database before its owner's first statement.

A platform is one file of SQL in this folder and one row of `PLATFORMS`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

EXTENSION = re.compile(r"^-- extension (\S+)(?: in (\S+))?$", re.M)
"""What begins the stand-in of an extension."""


@dataclass(frozen=True, slots=True)
class Platform:
    """Who runs the server, and how it is known from what the inputs say."""

    name: str
    """As the settings call it; the SQL is in the file of this name."""
    title: str

    @property
    def sql(self) -> str:
        """The statements that make what the platform brings, for a superuser of a new database.

        Extensions that the server lacks come from `stage_extensions`.
        """
        return _text(f"{self.name}.sql")


PLATFORMS: Mapping[str, Platform] = {
    platform.name: platform for platform in (Platform("supabase", "Supabase"),)
}


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
