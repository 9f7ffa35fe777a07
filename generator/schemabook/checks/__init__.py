"""What `schemabook check` looks at: one function a check, in the order in which it says what it found."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from schemabook.checks.drift import drift_problems
from schemabook.checks.secrets import leaks
from schemabook.guides.files import guide_files, guide_problems
from schemabook.model import Code, Finding
from schemabook.pages import committed_pages
from schemabook.project.book import Book
from schemabook.project.config import option_of
from schemabook.project.inputs import paths
from schemabook.project.output import Plan, differences, plan
from schemabook.project.receipt import follow
from schemabook.secrets import one_line, without_secrets

WORST = 5
"""How many tables that lack comments are named."""


class Project(NamedTuple):
    """What is checked."""

    book: Book
    changes: Plan
    """What a build would do."""
    leaks: tuple[Finding, ...]
    """What is to be said of secrets."""
    wanted: int | None
    """How many per cent of all objects should have a comment."""


def stale(project: Project) -> Iterator[Finding]:
    """That a build would change the pages, and how; that it removes most, and where somebody changed one."""
    yield from project.changes.warnings()
    if changes := project.changes:
        config = project.book.config
        # The lines of a page may hold a secret, with signs of Markdown in it; the old page may still do.
        contents = not any(found.fails for found in project.leaks)
        run = f"schemabook build{option_of(Path(config.source.path))}"
        yield Finding(
            code=Code.STALE,
            message=f"{config.output.as_posix()} is stale: {changes.counts}; run: {run}",
            details=tuple(map(without_secrets, differences(changes, contents=contents))),
        )


def unread(project: Project) -> Iterator[Finding]:
    """The statements that were not understood, but for those that the settings accept."""
    for found, following in project.book.database.receipt.causes:
        if not project.book.config.accepts(found):
            message = f"not understood: {one_line(found.reason, 200)}{follow(following)}"
            yield Finding(code=Code.UNREAD, message=message, source=found.statement.source)


def guides(project: Project) -> Iterator[Finding]:
    """The names in guides that lead nowhere."""
    return guide_problems(project.book.config, project.book.database)


def drift(project: Project) -> Iterator[Finding]:
    """Where the dump is not what the migrations make."""
    return drift_problems(project.book.config, project.book.whole)


def coverage(project: Project) -> Iterator[Finding]:
    """What lacks comments most, where fewer are there than are wanted."""
    found, wanted = project.book.coverage, project.wanted
    whole = found.tally()
    if wanted is None or whole.documented * 100 >= whole.total * wanted:
        return
    lines = [f"{whole.percent}% have a comment ({whole}), wanted are {wanted}%"]
    if schema := found.worst_schema():
        tally = found.tally(schema=schema)
        lines.append(f"  worst schema: {schema}, {tally.percent}% ({tally})")
    for name, tally in found.worst_tables(WORST):
        lines.append(f"  worst table: {name}, {tally.percent}% with its columns ({tally})")
    yield Finding(code=Code.COVERAGE, message="\n".join(lines))


def objects(project: Project) -> Iterable[Finding]:
    """What is to be said of single objects."""
    return project.book.database.warnings


def secrets(project: Project) -> Iterable[Finding]:
    """The secrets in what is published."""
    return project.leaks


Check = Callable[[Project], Iterable[Finding]]
CHECKS: tuple[Check, ...] = (stale, unread, drift, guides, coverage, objects, secrets)


def findings(book: Book, wanted: int | None = None) -> tuple[Finding, ...]:
    """All that the checks find; *wanted* is how many per cent of all objects should have a comment."""
    config = book.config
    changes = plan(config.output, committed_pages(book), paths(config))
    found = leaks(config, book.database.secrets, guide_files(config))
    project = Project(book, changes, found, wanted)
    return tuple(found for check in CHECKS for found in check(project))
