"""The commits that changed the dumps, and what each of them did to the database.

They are those of the main line, from the commit that is checked out back through first parents: a branch that
was merged is one event, the merge, with all that it brought. What is not committed yet is none. Settings are
those of today; of revisions only the dumps are read.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple
from urllib.parse import urlsplit

from schemabook.errors import SchemaError
from schemabook.history.comparing import HIDDEN, NOTHING, Comparing, Did
from schemabook.history.revisions import Dump, Revision, dumps_in, revisions
from schemabook.history.telling import names_any
from schemabook.model import Database, Name
from schemabook.platforms import Platform
from schemabook.project.config import Config
from schemabook.project.hidden import part_shown
from schemabook.project.hidden.words import Unspeakable
from schemabook.project.history import Event
from schemabook.review.git import Repository
from schemabook.review.sources import SHORT
from schemabook.secrets import one_line

Known = Mapping[str, Did]
"""What comparisons have said, by all that they depend on but the version of this program."""
LONGEST_SUBJECT = 200
UNKNOWN = ", so that its history is not known."
"""What ends a note."""
SHALLOW = "This clone of git is shallow, so that the beginning of the history is cut off."
"""What to say of it: `git fetch --unshallow`, or `fetch-depth: 0` of actions/checkout, gets the rest."""
FAILED = "it cannot be read"
ROUNDS = 3
UNTOLD = "Schema changed"
"""In place of a subject that is empty, or that names what is hidden."""
NO_REPOSITORY = "not a git repository"
"""What git says outside of one."""
PAGES = (("gitlab", "/-/commit/"), ("bitbucket", "/commits/"), ("", "/commit/"))
"""How hosts show a commit, by a word in their name; GitHub, Gitea, Forgejo and others do it alike."""


class Commits(NamedTuple):
    """What git tells of the dumps."""

    events: tuple[Event, ...] = ()
    """The oldest first."""
    note: str = ""
    """What is lacking, and why, in one sentence."""
    known: Known = MappingProxyType({})
    """What is worth keeping for the next time: no more than this time was asked for."""


def commits(config: Config, platform: Platform | None, known: Known, repo_url: str = "") -> Commits:
    """The commits that changed the dumps of the settings, on the *platform* that the database has now.

    *known* is from the last time. *repo_url* is where the repository is shown. Nothing is an error: the note
    says why nothing is known, or not all.
    """
    try:
        repository = Repository(Path(config.source.path).parent)
        if not repository.head():
            return Commits(note=f"There is no commit yet{UNKNOWN}")
        found = revisions(repository, config)
        is_cut = bool(found) and not found[0].commit.parent and repository.is_shallow()
        dumps = dumps_in(repository, config)
        comparing = Comparing(repository, config, platform, [revision.state for revision in found])
        compared = _compared(comparing, known)
    except SchemaError as error:
        return Commits(note=_note(error))
    except OSError as error:
        return Commits(note=f"What git has cannot be read here ({error.strerror}){UNKNOWN}")
    dids = [did for _, did in compared]
    names = _hidden_names(config, dids)
    events = [_event(*both, names, repo_url) for both in zip(found, dids, strict=True)]
    first = next((number for number, did in enumerate(dids, 1) if did.is_read), 0) if is_cut else 0
    note = SHALLOW if is_cut else _of_untracked(dumps, found)
    return Commits(tuple(events[first:]), note, dict(compared))


def checked_out(config: Config) -> str:
    """A text that is another one where git may tell something else: for what a site depends on."""
    try:
        repository = Repository(Path(config.source.path).parent)
        found = revisions(repository, config) if repository.head() else ()
        return f"{[revision.commit for revision in found]} {repository.is_shallow()}"
    except (SchemaError, OSError):
        return ""


def _compared(comparing: Comparing, known: Known) -> list[tuple[str, Did]]:
    """What became of each state, with its key; what is not known yet is found out.

    Which state one is compared with is certain only when the one before is read: so what one of them makes
    of the others is asked for a second time, and found then.
    """
    known = dict(known)
    for _ in range(ROUNDS):
        found, missing, base = list[tuple[str, Did]](), dict[str, int](), NOTHING
        for number in range(len(comparing.states)):
            key = comparing.key(base, number)
            did = known.get(key)
            found.append((key, did or Did(error=FAILED)))
            if did is None:
                missing.setdefault(key, number)
            if did is None or did.is_read:
                base = number
        if not missing:
            break
        for compared in comparing.compare([*missing.values()]):
            known[comparing.key(compared.base, compared.number)] = compared.did
    return found


def _event(revision: Revision, did: Did, names: Unspeakable | None, repo_url: str) -> Event:
    commit = revision.commit
    title = one_line("".join(c if c.isprintable() else " " for c in commit.subject), LONGEST_SUBJECT)
    error = did.error
    if names and (names.is_named(title) or names_any(title, names.words)):
        title = UNTOLD
    if names and names.is_named(error):
        error = HIDDEN
    return Event(
        commit.hash[:SHORT],
        title or UNTOLD,
        _time(commit.seconds),
        url=url_of(commit.hash, repo_url),
        changes=did.changes,
        unread=did.unread,
        error=error,
    )


def url_of(commit: str, repo_url: str) -> str:
    """Where a commit is shown by what shows the repository; empty where that is not on the web."""
    parts = urlsplit(repo_url)
    if parts.scheme not in ("http", "https"):
        return ""
    page = next(page for host, page in PAGES if host in parts.netloc)
    return f"{repo_url.rstrip('/').removesuffix('.git')}{page}{commit}"


def _time(seconds: int) -> datetime | None:
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError):
        return None


def _hidden_names(config: Config, dids: Sequence[Did]) -> Unspeakable | None:
    """What a subject may not name: what is hidden now, and was hidden of any state."""
    if not config.hidden:
        return None
    names = {name for did in dids for name in did.hidden}
    of_patterns = part_shown(Database(), config.hidden).unspeakable
    return Unspeakable(of_patterns.hides, (Name("", name) for name in names), ())


def _note(error: SchemaError) -> str:
    if NO_REPOSITORY in error.message:
        return f"This is no repository of git{UNKNOWN}"
    if error.message.startswith("git fails"):  # Its words may name folders of this machine.
        return f"Git cannot read the repository here{UNKNOWN}"
    return f"{error.message[:1].upper()}{error.message[1:]}{UNKNOWN}"


def _of_untracked(dumps: Sequence[Dump], found: Sequence[Revision]) -> str:
    tracked = {dump for dump in dumps for r in found if any(dump.holds(path) for path, _ in r.state.blobs)}
    lacking = [dump.path for dump in dumps if dump not in tracked]
    if not lacking:
        return ""
    are = "are" if len(lacking) > 1 else "is"
    return f"{' and '.join(lacking)} {are} not tracked by git{UNKNOWN}"
