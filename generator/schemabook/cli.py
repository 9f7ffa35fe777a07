"""The command line: the only part that prints or exits.

Data goes to stdout, messages and progress to stderr. Exit codes are as `cli` says; SIGTERM ends with 143.
"""

from __future__ import annotations

import errno
import gc
import io
import os
import re
import sys
from contextlib import AbstractContextManager, nullcontext, suppress
from functools import partial
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.markup import escape

from schemabook import __version__
from schemabook.access.cells import Act
from schemabook.access.matrix import Matrix
from schemabook.access.report import FORMATS as ACCESS
from schemabook.access.request import asked
from schemabook.checks import findings
from schemabook.checks.report import FORMATS, report
from schemabook.checks.secrets import leaks
from schemabook.errors import SchemaError
from schemabook.export.diagram import Whole
from schemabook.export.request import TAKEN, Request, exported
from schemabook.history.report import FORMATS as DRIFT
from schemabook.history.request import asked as asked_drift
from schemabook.map.cards import Mode
from schemabook.model import ObjectId
from schemabook.pages import Book, committed_pages
from schemabook.pages.links import page_of
from schemabook.processes import end_on_sigterm
from schemabook.project.config import PLACES, Config, load
from schemabook.project.dumps import read_dumps, read_whole
from schemabook.project.inputs import load_book, paths
from schemabook.project.output import write, write_whole
from schemabook.project.provided import without_unused
from schemabook.project.receipt import folder_lines, receipt_lines
from schemabook.project.recipes import FILES as RECIPES
from schemabook.project.starter import starter, written
from schemabook.review import review
from schemabook.review.acceptance import accepted, classes, failing, unused
from schemabook.review.report import FORMATS as CHANGES
from schemabook.review.report import Comparison
from schemabook.review.sources import sides
from schemabook.site.published import published
from schemabook.site.serving import missing_plugin, site_of
from schemabook.site.serving import serve as serve_site
from schemabook.verify.dumps import access_verified, verified

PROGRESS = Console(stderr=True, highlight=False)
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
"""What could drive a terminal, or turn what is read: names and statements of a dump are shown, not obeyed."""
_visible = partial(CONTROL.sub, "\ufffd")

FILE = click.Path(path_type=Path)
SETTINGS = f"The settings; by default {' or '.join(PLACES)}, whichever is there."
LAYOUT = "How folders are laid out, such as prisma or flyway; by default that is recognised."
config_option = click.option("--config", "config_path", metavar="FILE", type=FILE, help=SETTINGS)
layout_option = click.option("--layout", metavar="NAME", default="", help=LAYOUT)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="schemabook")
def cli() -> None:
    """Document a PostgreSQL schema from its DDL dump.

    Exit codes: 0 clean, 1 stale pages or findings, 2 bad usage or unreadable input, 130 interrupted. Ctrl-C
    is how `serve` ends, so that exits with 0.
    """


@cli.command()
@click.argument("dump", type=FILE)
@layout_option
@click.option(
    "--ci",
    "services",
    type=click.Choice(list(RECIPES)),
    multiple=True,
    help="Also what checks a pull request, comments on it and publishes the site; may be given again.",
)
def init(dump: Path, layout: str, services: tuple[str, ...]) -> None:
    """Write a first schemabook.yml for a dump.

    It stands beside DUMP, a file or a folder of migrations, which is read first: groups of tables are
    proposed as the map infers them. Where the project, the folder that this runs in, has no mkdocs.yml, that
    and a first page are written too. Files that are there already stay as they are.
    """
    with _working("reading", dump):
        files = starter(dump, Path(), layout, services)
    _print(*written(files))


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
    config = load(config_path)
    _build(config, None if allow_removal else config.most_removed)


@cli.command()
@config_option
@click.option(
    "--coverage",
    metavar="N",
    type=click.IntRange(0, 100),
    help="Also fail when less than N per cent of all objects have a comment.",
)
@click.option("--format", "format_", type=click.Choice(FORMATS), default="text", show_default=True)
def check(config_path: Path | None, coverage: int | None, format_: str) -> None:
    """Fail when a build would change something.

    Also fails when a statement was not understood, when a guide names what does not exist, and when a secret
    would be published. Writes nothing; prints which pages a build would add, remove or change, and how.
    """
    book = _read(load(config_path))
    with _working("comparing with", book.config.output):
        found = findings(book, coverage)
    for line, is_data in report(book.warnings, found, format_):
        _print(line, err=not is_data)
    if any(one.fails for one in found):
        sys.exit(1)
    if format_ != "json":
        _print(f"{book.config.output.as_posix()} is current")


@cli.command()
@config_option
@click.option("--address", default="127.0.0.1:8000", show_default=True, help="Where the site is served.")
@click.option("--compare", metavar="REVISION", default="", help="What the site says what has changed since.")
def serve(config_path: Path | None, address: str, compare: str) -> None:
    """Build, and serve the site until Ctrl-C.

    Its plugin builds again when the dump, the statistics, a guide or the settings change; MkDocs reloads the
    browser.
    """
    config = load(config_path)
    site = site_of(config)
    _build(config, config.most_removed)
    _say(*map(str, missing_plugin(site)))
    with suppress(KeyboardInterrupt):
        sys.exit(serve_site(site, address, Path(config.source.path), compare))


@cli.command()
@click.argument("dumps", metavar="[DUMP]...", nargs=-1, type=FILE)
@config_option
@layout_option
@click.option("--format", type=click.Choice(list(TAKEN)), default="json", show_default=True)
@click.option("--output", "-o", metavar="FILE", type=FILE, help="Where to; by default to stdout.")
@click.option("--group", metavar="NAME", help="Only the tables of this group of the map.")
@click.option("--schema", metavar="NAME", help="Only the tables of this schema.")
@click.option("--table", metavar="NAME", help="Only this table and those around it.")
@click.option(
    "--hops",
    metavar="N",
    type=click.IntRange(min=0),
    help="How many links away from --table another may be; by default 1.",
)
@click.option(
    "--detail",
    type=click.Choice([mode.value for mode in Mode]),
    help="What a table shows; by default its columns.",
)
@click.option(
    "--links",
    metavar="URL",
    help="Links from the SVG to the pages, such as reference/{page}.html; by default none.",
)
def export(
    dumps: tuple[Path, ...], config_path: Path | None, layout: str, output: Path | None, **options: Any
) -> None:
    """Print the schema as JSON, or a diagram of its tables.

    Of the dumps, or of what schemabook.yml names, then with its groups, virtual foreign keys and hidden
    objects. Several dumps, or the files of a folder of migrations, are one database, read in order. JSON is
    a public contract: its schema is export/contract.schema.json in the package.
    """
    request = Request(**options)
    if layout and not dumps:
        raise click.UsageError("name the dumps that --layout is about")
    if dumps and config_path:
        raise click.UsageError("name dumps or --config, not both")
    whole = _whole(dumps, config_path, layout)
    text = exported(whole, request, page_of(whole.database)).encode()  # UTF-8, whatever the terminal knows.
    if output:
        write_whole(output, text)
    else:
        click.echo(text, nl=False)


@cli.command()
@click.argument("dumps", metavar="[DUMP]...", nargs=-1, type=FILE)
@config_option
@layout_option
@click.option("--role", metavar="NAME", default="", help="Only this role.")
@click.option("--relation", metavar="NAME", default="", help="Only this table or view.")
@click.option(
    "--column", metavar="RELATION.COLUMN", default="", help="Who can read this column, and change it."
)
@click.option("--command", type=click.Choice([act.value for act in Act]), help="Only this command.")
@click.option("--format", "format_", type=click.Choice(list(ACCESS)), default="text", show_default=True)
def access(
    dumps: tuple[Path, ...], config_path: Path | None, layout: str, format_: str, **wanted: str
) -> None:
    """Print who can do what: each role on each table and view.

    Computed from grants, ownership, membership and row security, as PostgreSQL decides it; `verify --access`
    asks a real one. With --role and --relation or --column it says why. The JSON is a public contract: its
    schema is access/contract.schema.json in the package.
    """
    if wanted["relation"] and wanted["column"]:
        raise click.UsageError("name a relation or a column, not both")
    if dumps and config_path:
        raise click.UsageError("name dumps or --config, not both")
    if dumps:
        with _working("reading", *dumps):
            whole = read_whole(dumps, layout)
        shown, reduced = without_unused(whole).database, frozenset[ObjectId]()
    else:
        book = _read(load(config_path))
        whole, shown, reduced = book.whole, book.database, book.reduced
    gc.disable()  # What follows makes no circles, and to look for them takes as long as to make it.
    found = asked(
        Matrix(whole), shown, reduced=reduced, **{key: value or "" for key, value in wanted.items()}
    )
    click.echo(ACCESS[format_](found).encode(), nl=False)


@cli.command()
@click.argument("old", default="")
@click.argument("new", default="")
@config_option
@layout_option
@click.option("--format", "format_", type=click.Choice(list(CHANGES)), default="text", show_default=True)
@click.option("--fail-on", metavar="CLASS[,…]", help="Exit 1 where a change is of this class.")
def diff(
    old: str, new: str, config_path: Path | None, layout: str, format_: str, fail_on: str | None
) -> None:
    """Print what a change of the schema means, object by object.

    OLD and NEW are a dump each, several with commas between them, a folder of migrations, a model that
    `schemabook export` has printed, or what a revision of git has: git:REVISION[:PATH]. Without them, or
    without a path, the dumps of schemabook.yml are meant: as they were where HEAD left the main branch, and
    as they are now.

    Markdown is a comment for a pull request, with links where mkdocs.yml has a site_url. github is
    annotations at the lines of the dump, sarif is what opens or closes access, for code scanning. JSON is a
    public contract: its schema is review/contract.schema.json in the package.
    """
    config = load(config_path) if config_path or any(map(os.path.lexists, PLACES)) else None
    severities = classes(fail_on) if fail_on is not None else frozenset()
    with _working("comparing"):
        before, after = sides(old, new, config, layout)
        known, renamed = (config.accepted_changes, config.renamed) if config else ((), ())
        found = accepted(review(before.database, after.database, renamed), known)
    _say(*(f"{name}: {side.revision}" for name, side in (("old", before), ("new", after)) if side.revision))
    _say(*before.warnings(), *after.warnings(), *unused(found, known))
    link = published(config, before.database, after.database)
    _echo(CHANGES[format_](Comparison(before, after, found, link)), format_)
    sys.exit(1 if failing(found, severities) else 0)


@cli.command()
@click.argument("paths", metavar="[MIGRATIONS DUMP]", nargs=-1, type=FILE)
@config_option
@layout_option
@click.option("--format", "format_", type=click.Choice(list(DRIFT)), default="text", show_default=True)
def drift(paths: tuple[Path, ...], config_path: Path | None, layout: str, format_: str) -> None:
    """Compare the dump with what the migrations make.

    Of a folder of migrations and a dump, or of what schemabook.yml names. Exit 1 where they differ and the
    settings do not accept it.
    """
    if len(paths) not in (0, 2) or (paths and config_path):
        raise click.UsageError("name a folder of migrations and a dump, or --config")
    with _working("comparing", *paths):
        found = asked_drift(paths, layout, config_path)
    _echo(DRIFT[format_](found), format_)
    sys.exit(1 if found.fails else 0)


@cli.command()
@click.argument("dumps", metavar="DUMP...", nargs=-1, required=True, type=FILE)
@layout_option
@click.option("--access", "of_access", is_flag=True, help="Compare who can do what, cell by cell.")
def verify(dumps: tuple[Path, ...], layout: str, of_access: bool) -> None:
    """Compare the dumps with a real PostgreSQL.

    Restores them into a throw-away PostgreSQL 18 and reads its catalog: this executes what the dumps say, as
    a role that is no superuser. Exit 1 where a fact differs, or less than 90 % was compared. Needs the extra
    `verify`: pip install 'schemabook[verify]'.
    """
    with _working("restoring and comparing"):
        found = access_verified(dumps, layout) if of_access else verified(dumps, layout)
    _print(*found.lines())
    sys.exit(1 if found.fails else 0)


def _whole(dumps: tuple[Path, ...], config_path: Path | None, layout: str) -> Whole:
    """The database of the dumps, or of the settings, which say more about it."""
    if not dumps:
        book = _read(load(config_path))
        virtual = book.config.virtual_foreign_keys
        return Whole(database=book.database, virtual=virtual, group_of=book.group_of, hubs=book.hubs)
    with _working("reading", *dumps):
        database = read_dumps(dumps, layout)
    _say(*folder_lines(database.receipt))
    return Whole(database=database)


def _build(config: Config, most_removed: int | None) -> None:
    """Writes the pages, and prints the receipt."""
    book = _read(config)
    with _working("writing", config.output):
        changes = write(config.output, committed_pages(book), paths(config), most_removed)
    _say(*map(str, changes.warnings()))
    _say(*(f"warning: {found}" for found in leaks(config, book.database.secrets) if found.fails))
    _print(*receipt_lines(book.database))
    _print(f"{config.output.as_posix()}: {changes.counts}")


def _read(config: Config) -> Book:
    """What the files hold; a warning where they do not fit together."""
    with _working("reading", *(file.path for file in config.dumps)):
        book = load_book(config)
    _say(*map(str, book.warnings))
    return book


def _working(verb: str, *paths: Path) -> AbstractContextManager[object]:
    """Says what is being done, with a spinner on a terminal."""
    what = f"{verb} {', '.join(path.as_posix() for path in paths)}".strip()
    if PROGRESS.is_terminal:
        return PROGRESS.status(escape(_visible(what)))
    _say(what)
    return nullcontext()


def _print(*lines: str, err: bool = False) -> None:
    for line in lines:
        click.echo(_visible(line), err=err)


_say = partial(_print, err=True)


def _echo(text: str, format_: str) -> None:
    click.echo((_visible(text) if format_ == "text" else text).encode(), nl=False)


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
