"""The command line: the only part that prints or exits.

Exit 0: clean. 1: findings, changes or stale pages. 2: bad usage or unreadable input. 130: interrupted with
Ctrl-C, 143: with SIGTERM; `serve`, which only Ctrl-C ends, exits with 0.
Data goes to stdout, messages and progress to stderr.
"""

from __future__ import annotations

import errno
import io
import os
import re
import shlex
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, TypeVar

import click
from rich.console import Console
from rich.markup import escape

from schemabook import __version__
from schemabook.checks.secrets import leaks, remarks
from schemabook.errors import SchemaError
from schemabook.export.diagram import Whole
from schemabook.export.request import TAKEN, Request, exported
from schemabook.guides.files import guide_files, guide_problems
from schemabook.map.cards import Mode
from schemabook.pages import Book, pages
from schemabook.pages.links import page_of
from schemabook.processes import end_on_sigterm
from schemabook.project.config import PLACES, Config, load
from schemabook.project.dumps import read_dumps
from schemabook.project.inputs import load_book, paths
from schemabook.project.output import Plan, differences, plan, write, write_whole
from schemabook.project.receipt import (
    coverage_lines,
    folder_lines,
    follow,
    one_line,
    receipt_lines,
    warning_lines,
)
from schemabook.project.starter import starter, write_new
from schemabook.secrets import without_secrets
from schemabook.site.serving import missing_plugin, site_of
from schemabook.site.serving import serve as serve_site
from schemabook.verify.dumps import verified

PROGRESS = Console(stderr=True, highlight=False)
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
"""What could drive a terminal: names and statements of a dump are shown, not obeyed."""

F = TypeVar("F", bound=Callable[..., Any])

config_option = click.option(
    "--config",
    "config_path",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help=f"The settings; by default {' or '.join(PLACES)}, whichever is there.",
)


layout_option = click.option(
    "--layout",
    metavar="NAME",
    default="",
    help="How folders are laid out, such as prisma or flyway; by default that is recognised.",
)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="schemabook")
def cli() -> None:
    """Document a PostgreSQL schema from its DDL dump.

    Exit codes: 0 clean, 1 stale pages or findings, 2 bad usage or unreadable input, 130 interrupted. Ctrl-C
    is how `serve` ends, so that exits with 0.
    """


@cli.command()
@click.argument("dump", type=click.Path(path_type=Path))
@layout_option
def init(dump: Path, layout: str) -> None:
    """Write a first schemabook.yml for a dump.

    It stands beside DUMP, a file or a folder of migrations, which is read first: groups of tables are
    proposed as the map infers them. Where the project, the folder that this runs in, has no mkdocs.yml, that
    and a first page are written too. Files that are there already stay as they are.
    """
    with _working(f"reading {dump.as_posix()}"):
        files = starter(dump, Path(), layout)
    for path, text in files.items():
        _print(f"{path.as_posix()}: {'written' if write_new(path, text) else 'is there already, kept'}")
    config = _option(next(iter(files)))
    _print(
        f"\nNext, write the pages, and look at them:\n  schemabook build{config}\n  schemabook serve{config}"
    )


@cli.command()
@config_option
@click.option(
    "--allow-removal", is_flag=True, help="Remove pages beyond `most_removed` of the settings, too."
)
def build(config_path: Path | None, allow_removal: bool) -> None:
    """Write the reference pages, and print the receipt.

    Reads what schemabook.yml names and writes its output folder. A page whose object is gone is removed;
    a file that no build has written is never touched. The receipt says where every statement went.
    """
    config = _configured(config_path)
    _print_all(_build(config, None if allow_removal else config.most_removed))


@cli.command()
@config_option
@click.option(
    "--coverage",
    "wanted",
    metavar="N",
    type=click.IntRange(0, 100),
    help="Also fail when less than N per cent of all objects have a comment.",
)
def check(config_path: Path | None, wanted: int | None) -> None:
    """Fail when a build would change something.

    Also fails when a statement was not understood, when a guide names what does not exist, and when a secret
    would be published. Writes nothing; prints which pages a build would add, remove or change, and how.
    """
    config = _configured(config_path)
    book = _read(config)
    output = config.output.as_posix()
    with _working(f"comparing with {output}"):
        changes = plan(config.output, pages(book), paths(config))
    _warn_of(changes)
    leaked = leaks(config, book.database.secrets, guide_files(config))
    # The lines of a page may hold a secret, with signs of Markdown in it; the old page may still do.
    _print_all(map(without_secrets, differences(changes, contents=not leaked.secret)))
    unread = [found for found in book.database.receipt.causes if not config.accepts(found[0])]
    for found, following in unread:
        _print(f"{found.statement.source}: not understood: {one_line(found.reason, 200)}{follow(following)}")
    wrong = [str(problem) for problem in guide_problems(config, book.database)]
    _print_all(wrong)
    if changes:
        _say(f"{output} is stale: {_counts(changes)}; run: schemabook build{_option(config_path)}")
    lacking = list(coverage_lines(book.coverage, wanted))
    _print_all(lacking)
    _print_all(map(str, leaked.secret))
    _say_all(warning_lines(book.database))
    _say_all(remarks(leaked))
    if changes or unread or wrong or lacking or leaked.secret:
        sys.exit(1)
    _print(f"{output} is current")


@cli.command()
@config_option
@click.option("--address", default="127.0.0.1:8000", show_default=True, help="Where the site is served.")
def serve(config_path: Path | None, address: str) -> None:
    """Build, and serve the site until Ctrl-C.

    Its plugin builds again when the dump, the statistics, a guide or the settings change; MkDocs reloads the
    browser.
    """
    config = _configured(config_path)
    site = site_of(config)
    _print_all(_build(config, config.most_removed))
    if without_plugin := missing_plugin(site):
        _say(f"warning: {without_plugin}")
    with suppress(KeyboardInterrupt):
        sys.exit(serve_site(site, address, Path(config.source.path)))


def export_options(command: F) -> F:
    """The options of `export` that say what a diagram shows."""
    options: tuple[Callable[[F], F], ...] = (
        click.option("--group", metavar="NAME", help="Only the tables of this group of the map."),
        click.option("--schema", metavar="NAME", help="Only the tables of this schema."),
        click.option("--table", metavar="NAME", help="Only this table and those around it."),
        click.option(
            "--hops",
            metavar="N",
            type=click.IntRange(min=0),
            help="How many links away from --table another may be; by default 1.",
        ),
        click.option(
            "--detail",
            type=click.Choice([mode.value for mode in Mode]),
            help="What a table shows; by default its columns.",
        ),
        click.option(
            "--links",
            metavar="URL",
            help="Links from the SVG to the pages, such as reference/{page}.html; by default none.",
        ),
    )
    for option in reversed(options):
        command = option(command)
    return command


dumps_argument = click.argument(
    "dumps", metavar="DUMP...", nargs=-1, required=True, type=click.Path(path_type=Path)
)


@cli.command()
@click.argument("dumps", metavar="[DUMP]...", nargs=-1, type=click.Path(path_type=Path))
@config_option
@layout_option
@click.option("--format", "format_", type=click.Choice(list(TAKEN)), default="json", show_default=True)
@click.option(
    "--output", "-o", metavar="FILE", type=click.Path(path_type=Path), help="Where to; by default to stdout."
)
@export_options
def export(
    dumps: tuple[Path, ...],
    config_path: Path | None,
    layout: str,
    format_: str,
    output: Path | None,
    **options: Any,
) -> None:
    """Print the schema as JSON, or a diagram of its tables.

    Of the dumps, or of what schemabook.yml names, then with its groups, virtual foreign keys and hidden
    objects. Several dumps, or the files of a folder of migrations, are one database, read in order. JSON is
    a public contract: its schema is export/contract.schema.json in the package.
    """
    request = Request(format=format_, **options)
    if layout and not dumps:
        raise click.UsageError("name the dumps that --layout is about")
    whole = _whole(dumps, config_path, layout)
    _deliver(exported(whole, request, page_of(whole.database)), output)


@cli.command()
@dumps_argument
@layout_option
def verify(dumps: tuple[Path, ...], layout: str) -> None:
    """Compare the dumps with a real PostgreSQL.

    Restores them into a throw-away PostgreSQL 18 and reads its catalog: this executes what the dumps say, as
    a role that is no superuser. Exit 1 where a fact differs, or less than 90 % was compared. Needs the extra
    `verify`: pip install 'schemabook[verify]'.
    """
    with _working("restoring and comparing"):
        found = verified(dumps, layout)
    _print(
        f"{_share(found.accepted, found.sent)} statements restored, "
        f"{_share(found.facts, found.all_facts)} facts compared, {len(found.differences)} differ"
    )
    for reason, count in sorted(found.skipped.items()):
        _print(f"not sent to PostgreSQL, as it says nothing about the schema: {reason} ({count})")
    for refused in found.failures:
        _print(f"refused by PostgreSQL: {refused.source}: {one_line(refused.message, 160)}")
    _print_all(found.differences)
    if found.is_little:
        _print("too little was compared: PostgreSQL refused more than a tenth")
    sys.exit(1 if found.differences or found.is_little else 0)


def _share(part: int, whole: int) -> str:
    """`1,980 of 2,000 (99 %)`; what is not all is not 100 %."""
    percent = 100 if part >= whole else min(99, part * 100 // whole)
    return f"{part:,} of {whole:,} ({percent} %)"


def _whole(dumps: tuple[Path, ...], config_path: Path | None, layout: str) -> Whole:
    """The database of the dumps, or of the settings, which say more about it."""
    if dumps and config_path:
        raise click.UsageError("name dumps or --config, not both")
    if not dumps:
        book = _read(_configured(config_path))
        virtual = book.config.virtual_foreign_keys
        return Whole(database=book.database, virtual=virtual, group_of=book.group_of, hubs=book.hubs)
    with _working("reading " + ", ".join(path.as_posix() for path in dumps)):
        database = read_dumps(dumps, layout)
    _say_all(folder_lines(database.receipt))
    return Whole(database=database)


def _deliver(text: str, output: Path | None) -> None:
    """Writes data in UTF-8, whatever the terminal knows."""
    if output is None:
        click.echo(text.encode(), nl=False)
        return
    write_whole(output, text.encode())


def _build(config: Config, most_removed: int | None) -> Iterator[str]:
    """Writes the pages; the lines of the receipt."""
    book = _read(config)
    with _working(f"writing {config.output.as_posix()}"):
        changes = write(config.output, pages(book), paths(config), most_removed)
    _warn_of(changes)
    for found in leaks(config, book.database.secrets).secret:
        _say(f"warning: {found}")
    yield from receipt_lines(book.database)
    yield f"{config.output.as_posix()}: {_counts(changes)}"


def _warn_of(changes: Plan) -> None:
    _say_all(f"warning: {warning}" for warning in changes.warnings())


def _read(config: Config) -> Book:
    """What the files hold; a warning where they do not fit together."""
    with _working("reading " + ", ".join(file.path.as_posix() for file in config.dumps)):
        book = load_book(config)
    for warning in (*book.warnings, book.statistics.warning()):
        if warning:
            _say(f"warning: {warning}")
    return book


def _configured(config_path: Path | None) -> Config:
    found = (Path(name) for name in PLACES if Path(name).exists())
    return load(config_path or next(found, Path(PLACES[0])))


def _option(config_path: Path | None) -> str:
    """How to name these settings on the command line; nothing where they are found without."""
    if config_path is None or config_path.as_posix() in PLACES:
        return ""
    return f" --config {shlex.quote(config_path.as_posix())}"


def _counts(changes: Plan) -> str:
    added, changed = len(changes.added), len(changes.written) - len(changes.added)
    return f"{added} added, {changed} changed, {len(changes.removed)} removed"


@contextmanager
def _working(what: str) -> Iterator[None]:
    """Says what is being done, with a spinner on a terminal."""
    if PROGRESS.is_terminal:
        with PROGRESS.status(escape(_visible(what))):
            yield
    else:
        _say(what)
        yield


def _print(line: str) -> None:
    click.echo(_visible(line))


def _print_all(lines: Iterable[str]) -> None:
    for line in lines:
        _print(line)


def _say(message: str) -> None:
    click.echo(_visible(message), err=True)


def _say_all(messages: Iterable[str]) -> None:
    for message in messages:
        _say(message)


def _visible(text: str) -> str:
    return CONTROL.sub("\ufffd", text)


def main() -> None:
    """The entry point: a bad input becomes a message and exit code 2, never a traceback."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # A terminal that lacks a letter shows its number.
    end_on_sigterm()
    try:
        sys.exit(_exit_code())
    except OSError as error:
        if error.errno != errno.EPIPE:
            raise
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # Nobody reads: say no more at exit.
        sys.exit(1)


def _exit_code() -> int:
    try:
        return int(cli(prog_name="schemabook", standalone_mode=False) or 0)
    except SchemaError as error:
        _say(f"error: {error}")
        return 2
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except OSError as error:
        if error.errno == errno.EPIPE:
            raise
        _say(f"error: {error.filename or 'the system'}: {error.strerror}")
        return 2
    except (click.Abort, KeyboardInterrupt):
        _say("interrupted")
        return 130
