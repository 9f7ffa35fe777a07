"""The command line: the only part that prints or exits.

Exit 0: clean. 1: findings, changes or stale pages. 2: bad usage or unreadable input.
Data goes to stdout, messages and progress to stderr.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from rich.console import Console

from schemabook import __version__
from schemabook.config import load
from schemabook.errors import SchemaError
from schemabook.inputs import load_book
from schemabook.model import Receipt
from schemabook.output import Plan, apply, differences, plan
from schemabook.pages import Book, pages

CONFIGURATIONS = ("schemabook.yml", "schema/schemabook.yml")
PROGRESS = Console(stderr=True, highlight=False)

config_option = click.option(
    "--config",
    "config_path",
    type=click.Path(path_type=Path),
    help=f"The settings; by default the first that exists of {' and '.join(CONFIGURATIONS)}.",
)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="schemabook")
def cli() -> None:
    """Document a PostgreSQL schema from its DDL dump."""


@cli.command()
@config_option
def build(config_path: Path | None) -> None:
    """Write the reference pages, and print the receipt."""
    book, changes = _planned(config_path)
    try:
        apply(changes)
    except OSError as error:
        raise SchemaError(f"cannot write: {error.strerror}", source=str(error.filename)) from error
    for line in receipt_lines(book.database.receipt):
        click.echo(line)
    written = len(changes.written) - (1 if ".schemabook" in changes.written else 0)
    click.echo(f"{changes.folder.as_posix()}: {written} pages written, {len(changes.removed)} removed")


@cli.command()
@config_option
def check(config_path: Path | None) -> None:
    """Fail when a build would change anything, or when a statement was not understood."""
    book, changes = _planned(config_path)
    for line in differences(changes):
        click.echo(line)
    unread = book.database.receipt.unread
    for found in unread:
        click.echo(f"{found.statement.source}: not understood: {found.reason}")
    if changes:
        _say(f"the pages in {changes.folder.as_posix()} are stale; run: schemabook build")
    if changes or unread:
        sys.exit(1)
    click.echo(f"{changes.folder.as_posix()} is current")


def _planned(config_path: Path | None) -> tuple[Book, Plan]:
    """What the files hold, and what a build would do."""
    config = load(config_path or _default_config())
    with _working("reading " + ", ".join(file.path.as_posix() for file in config.dumps)):
        book = load_book(config)
    if warning := book.statistics.warning():
        _say(f"warning: {warning}")
    with _working(f"writing {config.output.as_posix()}"):
        return book, plan(config.output, pages(book))


def _default_config() -> Path:
    found = (Path(name) for name in CONFIGURATIONS if Path(name).exists())
    return next(found, Path(CONFIGURATIONS[0]))


def receipt_lines(receipt: Receipt) -> Iterator[str]:
    """Where every statement went."""
    ignored = sum(receipt.ignored.values())
    reasons = ", ".join(f"{number} {reason}" for reason, number in receipt.ignored.items())
    yield (
        f"{receipt.statements} statements: {receipt.read} read, {ignored} ignored"
        f"{f' ({reasons})' if reasons else ''}, {len(receipt.unread)} not understood"
    )
    for found in receipt.unread:
        words = " ".join(found.statement.text.split())
        yield f"  {found.statement.source}: {found.reason}: {words[:60]}"


@contextmanager
def _working(what: str) -> Iterator[None]:
    """Says what is being done, with a spinner on a terminal."""
    if PROGRESS.is_terminal:
        with PROGRESS.status(what):
            yield
    else:
        _say(what)
        yield


def _say(message: str) -> None:
    click.echo(message, err=True)


def main() -> None:
    """The entry point: a bad input becomes a message and exit code 2, never a traceback."""
    try:
        cli()
    except SchemaError as error:
        _say(f"error: {error}")
        sys.exit(2)
