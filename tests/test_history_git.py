"""What the commits of a repository tell of the dumps: `history_git.txt` is what is expected of sixty of them.

`--rewrite-golden` writes it; read the diff.
"""

from __future__ import annotations

import os
import random
import re
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from itertools import pairwise
from pathlib import Path
from typing import NoReturn

import msgspec
import pytest

from schemabook import workers
from schemabook.errors import SchemaError
from schemabook.history import comparing
from schemabook.history.commits import Commits, checked_out, commits, url_of
from schemabook.history.comparing import Did
from schemabook.history.revisions import State, revisions
from schemabook.history.telling import told
from schemabook.model import Name, ObjectId, ObjectKind, relation_id
from schemabook.platforms import SUPABASE, Platform
from schemabook.project.config import Config, load
from schemabook.project.history import Event, History, Told
from schemabook.read import read, reading_again
from schemabook.review import Became, review
from schemabook.review.git import Repository

EXPECTED = Path(__file__).parent / "history_git.txt"
EXAMPLE = (Path(__file__).parent.parent / "schema" / "schema_backup.sql").read_bytes()
CORPUS = Path(__file__).resolve().parents[2] / "shared" / "corpus"
START = 1_700_000_000
DAY = 86_400
VERSIONS = 6
"""How many versions of a real dump are read."""
KEY = "AKIA" + "Q3EGRTV7WXYZ2345"
SETTINGS = """dumps: [db/schema.sql, db/extra.sql]
output: docs/reference
hidden: [vault.*]
renamed:
  novel.pages: novel.page_count
"""
AUTHOR = """CREATE TABLE public.author (
    id bigint PRIMARY KEY,
    name text NOT NULL
);
"""
BOOK = """CREATE TABLE public.book (
    id bigint PRIMARY KEY,
    title text NOT NULL,
    author_id bigint REFERENCES public.author (id)
);
"""
POLICY = """ALTER TABLE public.author ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON public.author USING (id > 0);
"""
INDEX = "CREATE INDEX author_name ON public.author (name);\n"
VAULT = "CREATE SCHEMA vault;\nCREATE TABLE vault.pepper (id bigint PRIMARY KEY, salt text);\n"
FUNCTION = f"CREATE FUNCTION public.upload() RETURNS text LANGUAGE sql AS $$ SELECT '{KEY}' $$;\n"
UNREAD = "ALTER TABLE public.nowhere ADD COLUMN a text;\n"
LOG = "CREATE TABLE public.log (id bigint PRIMARY KEY, message text);\n"
DUMP, EXTRA, MOVED = "db/schema.sql", "db/extra.sql", "old/dump.sql"


class Script:
    """A repository in which each commit is a day after the one before."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.days = 0
        self.git("init", "-q", "-b", "main")

    def git(self, *arguments: str) -> str:
        when = f"{START + self.days * DAY} +0000"
        who = {
            f"GIT_{role}_{what}": value
            for role in ("AUTHOR", "COMMITTER")
            for what, value in IDENTITY.items()
        }
        dates = {"GIT_AUTHOR_DATE": when, "GIT_COMMITTER_DATE": when}
        alone = {"HOME": str(self.folder), "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
        done = subprocess.run(
            ["git", *arguments],
            cwd=self.folder,
            env={**os.environ, **alone, **who, **dates},
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def commit(self, subject: str, files: Mapping[str, str | None] = {}) -> None:
        """Commits files as they are now; None for one that is gone."""
        for name, text in files.items():
            path = self.folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.unlink() if text is None else path.write_text(text)
        self.days += 1
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", subject)


IDENTITY = {"NAME": "Ann", "EMAIL": "ann@example.org"}


def sixty_commits(folder: Path) -> Script:
    """The repository."""
    script = Script(folder)
    commit = script.commit
    old = AUTHOR + BOOK
    commit("First tables", {"first.sql": old, "schemabook.yml": SETTINGS})
    commit("Only documentation", {"README.md": "A library"})
    commit("A comment, and blanks", {"first.sql": f"-- The library\n\n{old}"})
    pages = old.replace("    author_id", "    pages integer NOT NULL,\n    author_id")
    commit("Only move the dump", {MOVED: f"-- The library\n\n{old}", "first.sql": None})
    commit("Count pages", {MOVED: pages})
    commit("Revert: count pages", {MOVED: old})
    commit("Count pages again", {MOVED: pages})
    novel = pages.replace("public.book", "public.novel")
    commit("Rename book to novel", {MOVED: novel})
    novel = novel.replace("pages integer NOT NULL", "page_count integer NOT NULL")
    commit("Rename pages to page_count", {MOVED: novel})
    commit("Protect authors", {MOVED: novel + POLICY})
    commit("Protect them more", {MOVED: novel + POLICY.replace("id > 0", "id > 1")})
    commit("Revert: protect them more", {MOVED: novel + POLICY})
    commit("Search by name", {MOVED: novel + POLICY + INDEX})
    text = novel + POLICY + INDEX
    commit("Cut off", {MOVED: text[: text.index("name text") + 3] + "'"})
    commit("Still cut off", {MOVED: text[: text.index("name text")] + "'"})
    commit("Whole again, without the index", {MOVED: novel + POLICY})
    commit("Whole again, with it", {MOVED: text})
    text += "COMMENT ON TABLE public.author IS 'Who writes';\n"
    commit("Move the dump, and say what authors are", {DUMP: text, MOVED: None})
    commit("A log beside it", {EXTRA: LOG})
    commit(
        "Both at once",
        {
            DUMP: text.replace("title text", "title varchar(200)"),
            EXTRA: LOG.replace("message text", "message text, at timestamptz"),
        },
    )
    log = LOG.replace("message text", "message text, at timestamptz")
    text = text.replace("title text", "title varchar(200)")
    commit("Add vault.pepper for passwords", {DUMP: text + VAULT})
    commit("pepper: more salt", {DUMP: text + VAULT.replace("salt text", "salt text NOT NULL")})
    text += VAULT
    commit(
        "Vault is as it was, names are unique",
        {DUMP: text.replace("name text NOT NULL", "name text NOT NULL UNIQUE")},
    )
    text = text.replace("name text NOT NULL", "name text NOT NULL UNIQUE")
    commit(f"Upload with {KEY}", {DUMP: text + FUNCTION})
    commit("Upload without the key", {DUMP: text + FUNCTION.replace(KEY, "none")})
    text += FUNCTION.replace(KEY, "none")
    commit("Delete the dump by mistake", {DUMP: None})
    commit("It is back, with notes", {DUMP: text + "ALTER TABLE public.author ADD COLUMN notes text;\n"})
    text += "ALTER TABLE public.author ADD COLUMN notes text;\n"
    script.git("switch", "-q", "-c", "branch")
    commit("On a branch: a shelf", {DUMP: text + "CREATE TABLE public.shelf (id bigint PRIMARY KEY);\n"})
    commit(
        "On a branch: its room",
        {DUMP: text + "CREATE TABLE public.shelf (id bigint PRIMARY KEY, room text);\n"},
    )
    script.git("switch", "-q", "main")
    commit("Meanwhile: log who it was", {EXTRA: log.replace("message text", "message text, who text")})
    log = log.replace("message text", "message text, who text")
    script.days += 1
    script.git("merge", "-q", "--no-ff", "-m", "Merge the shelf", "branch")
    text += "CREATE TABLE public.shelf (id bigint PRIMARY KEY, room text);\n"
    commit("Not understood", {DUMP: text + UNREAD})
    commit(
        "Still not understood, and a view",
        {DUMP: f"{text}{UNREAD}CREATE VIEW public.names AS SELECT name FROM public.author;\n"},
    )
    text += "CREATE VIEW public.names AS SELECT name FROM public.author;\n"
    commit("<script>alert(1)</script> \x1b[31m\u202e\tred\n\nA body\nof two lines", {DUMP: text})
    (script.folder / DUMP).chmod(0o755)
    commit("Only a mode")
    commit(
        "Drop the view",
        {DUMP: text.replace("CREATE VIEW public.names AS SELECT name FROM public.author;\n", "")},
    )
    text = text.replace("CREATE VIEW public.names AS SELECT name FROM public.author;\n", "")
    commit("Copy the dump elsewhere", {"copy.sql": text})
    commit("A comment in the log", {EXTRA: log + "-- end\n"})
    commit(
        "Drop shelves",
        {DUMP: text.replace("CREATE TABLE public.shelf (id bigint PRIMARY KEY, room text);\n", "")},
    )
    commit("Make shelves anew", {DUMP: text})
    number = 0
    while script.days < 60:
        number += 1
        text += f"CREATE TABLE public.made_{number} (id bigint REFERENCES public.author (id));\n"
        commit(f"Make number {number}", {DUMP: text})
    return script


@pytest.fixture(scope="module")
def script(tmp_path_factory: pytest.TempPathFactory) -> Script:
    return sixty_commits(tmp_path_factory.mktemp("sixty"))


@pytest.fixture(scope="module")
def config(script: Script) -> Config:
    return load(script.folder / "schemabook.yml")


@pytest.fixture(scope="module")
def found(config: Config) -> Commits:
    return commits(config, None, {}, "https://github.com/ann/library")


def lines(events: Iterable[Event]) -> Iterable[str]:
    """Events as the golden file has them."""
    for event in events:
        assert event.time
        yield f"{event.time:%Y-%m-%d} {event.title}"
        yield from (f"    {change}" for change in map(line, event.changes))
        yield from (f"    not understood: {unread}" for unread in event.unread)
        if event.error:
            yield f"    cannot be read: {event.error}"


def line(told: Told) -> str:
    was = f" (was {told.was})" if told.was else ""
    worst = f": {told.effects[0][0]}{'!' * told.is_dangerous}" if told.effects else ""
    return f"{told.became} {told.word} {told.object}{was}{worst}"


def test_sixty_commits(script: Script, found: Commits, rewrite_golden: bool) -> None:
    assert script.git("rev-list", "--count", "HEAD") == "60"
    text = "".join(f"{told}\n" for told in lines(found.events))
    if rewrite_golden:
        EXPECTED.write_text(text, "utf-8")
    assert text == EXPECTED.read_text("utf-8")
    assert found.note == ""


def test_objects_know_their_commits(found: Commits) -> None:
    history = History(found.events, "git")
    column = ObjectId(ObjectKind.COLUMN, Name("public", "novel"), "page_count")
    assert titles(history, column) == ("Count pages again", "Rename pages to page_count")
    assert titles(history, column.whole) == ("First tables", "Both at once")
    assert titles(history, relation_id(Name("public", "shelf"))) == ("Make shelves anew", "Make shelves anew")
    assert titles(history, relation_id(Name("vault", "pepper"))) == ("", "")


def titles(history: History, found: ObjectId) -> tuple[str, ...]:
    """What made it, and what changed it last."""
    return tuple(
        event.title if event else "" for event in (history.since(found), history.last_changed(found))
    )


def test_a_commit_has_its_hash_and_its_page(script: Script, found: Commits) -> None:
    last = script.git("rev-parse", "HEAD")
    assert (found.events[-1].name, found.events[-1].url) == (
        last[:9],
        f"https://github.com/ann/library/commit/{last}",
    )


@pytest.mark.parametrize(
    ("repository", "page"),
    {
        "https://gitlab.com/a/b/": "https://gitlab.com/a/b/-/commit/1f",
        "https://gitlab.example.org/a/b.git": "https://gitlab.example.org/a/b/-/commit/1f",
        "https://bitbucket.org/a/b": "https://bitbucket.org/a/b/commits/1f",
        "https://codeberg.org/a/gitlab": "https://codeberg.org/a/gitlab/commit/1f",
        "javascript:alert(1)//https://github.com/a/b": "",
        "git@github.com:a/b.git": "",
        "": "",
    }.items(),
)
def test_the_page_of_a_commit(repository: str, page: str) -> None:
    assert url_of("1f", repository) == page


def test_no_secret_and_nothing_hidden_gets_out(found: Commits) -> None:
    printed = repr(found.events)
    assert "pepper" not in printed
    assert "vault" not in printed.lower()
    assert KEY not in printed
    assert KEY[:4] in printed, "masked"
    assert "\\x1b" not in printed
    assert "\\u202e" not in printed


def test_what_a_build_knows_is_not_read_again(
    config: Config, found: Commits, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = msgspec.msgpack.decode(msgspec.msgpack.encode(found.known), type=dict[str, Did])
    assert kept == found.known
    asked = list[Sequence[int]]()
    compare = comparing.Comparing.compare

    def counted(self: comparing.Comparing, numbers: Sequence[int]) -> list[comparing.Compared]:
        asked.append(numbers)
        return compare(self, numbers)

    monkeypatch.setattr(comparing.Comparing, "compare", counted)
    assert commits(config, None, kept, "https://github.com/ann/library") == found
    assert asked == []
    [*_, last] = kept
    del kept[last]
    assert commits(config, None, kept, "https://github.com/ann/library") == found
    assert [len(numbers) for numbers in asked] == [1]
    pairs = len({(old.blobs, new.blobs) for old, new in pairwise(states(config))})
    assert len(found.known) <= pairs + 1, "what was undone and done again is compared once"


def states(config: Config) -> list[State]:
    return [revision.state for revision in revisions(Repository(Path(config.source.path).parent), config)]


def test_another_setting_is_another_question(script: Script, config: Config, found: Commits) -> None:
    shown = commits(config_with(script, SETTINGS.replace("vault.*", "vault.other*")), None, found.known)
    assert found.known.keys().isdisjoint(shown.known)
    assert "added table vault.pepper" in "\n".join(lines(shown.events))
    assert "Add vault.pepper for passwords" in {event.title for event in shown.events}


def config_with(script: Script, settings: str) -> Config:
    """Other settings beside those of the repository."""
    path = script.folder / "other.yml"
    path.write_text(settings)
    return load(path)


def test_processes_find_what_one_does(
    config: Config, found: Commits, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(comparing, "FEW", 0)
    monkeypatch.setattr(comparing, "CHUNK", 7)
    monkeypatch.setattr(workers, "processors", lambda: 2)
    assert commits(config, None, {}, "https://github.com/ann/library") == found
    monkeypatch.setattr(workers, "can_fork", lambda: False)
    assert commits(config, None, {}, "https://github.com/ann/library") == found


def test_what_is_read_again_is_what_is_read_alone(script: Script, config: Config, found: Commits) -> None:
    """Each state without anything that was kept of another one, in the order of their commits."""
    last, expected = read([]), list[tuple[Told, ...]]()
    for state in states(config):
        try:
            if state.missing:
                continue
            wanted = (path for path in (DUMP, EXTRA) if path in dict(state.blobs))
            new = read(
                (
                    path,
                    subprocess.check_output(
                        ["git", "cat-file", "blob", dict(state.blobs)[path]], cwd=script.folder
                    ),
                )
                for path in wanted
            )
        except Exception:
            continue
        changes = review(last, new, config.renamed)
        first = [change for change in changes if change.change is Became.ADDED]
        expected.append(told(changes if expected else first, last, new, config))
        last = new
    assert [event.changes for event in found.events if not event.error] == expected
    assert len(expected) > 40


# what git lacks

SIMPLE = "dumps: [dump.sql]\noutput: docs/reference\n"
NOT_KNOWN = ", so that its history is not known."


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a dump and settings, in no repository."""
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path))
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "dump.sql").write_text(LOG)
    (folder / "schemabook.yml").write_text(SIMPLE)
    return folder


def of(folder: Path) -> Commits:
    """What git tells there."""
    return commits(load(folder / "schemabook.yml"), None, {})


def note(folder: Path) -> str:
    found = of(folder)
    assert found.events == ()
    assert isinstance(checked_out(load(folder / "schemabook.yml")), str)
    return found.note


def test_outside_of_a_repository(project: Path) -> None:
    assert note(project) == f"This is no repository of git{NOT_KNOWN}"


def test_without_git(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Script(project).commit("All")
    monkeypatch.setenv("PATH", str(project))
    assert note(project) == f"Git is not installed here{NOT_KNOWN}"


def test_a_repository_that_git_refuses(project: Path) -> None:
    Script(project).commit("All")
    (project / ".git" / "config").write_text("[core")
    assert note(project) == f"Git cannot read the repository here{NOT_KNOWN}"


def test_before_the_first_commit(project: Path) -> None:
    Script(project)
    assert note(project) == f"There is no commit yet{NOT_KNOWN}"


def test_dumps_that_are_not_tracked(project: Path) -> None:
    script = Script(project)
    (project / ".gitignore").write_text("dump.sql\nmore.sql\n")
    script.commit("All but the dump")
    assert note(project) == f"dump.sql is not tracked by git{NOT_KNOWN}"
    (project / "more.sql").write_text(AUTHOR)
    (project / "schemabook.yml").write_text(SIMPLE.replace("dump.sql", "dump.sql, more.sql"))
    script.git("add", "-f", "dump.sql")
    script.commit("The dump")
    found = of(project)
    assert [event.title for event in found.events] == ["The dump"]
    assert found.note == f"more.sql is not tracked by git{NOT_KNOWN}"


def test_a_dump_outside_of_the_repository(project: Path) -> None:
    (project.parent / "dump.sql").write_text(LOG)
    (project / "schemabook.yml").write_text(SIMPLE.replace("dump.sql", "../dump.sql"))
    Script(project).commit("All")
    assert note(project) == f"This is outside of the repository of git{NOT_KNOWN}"


def test_a_shallow_clone_tells_what_it_has(script: Script, found: Commits, tmp_path: Path) -> None:
    address = script.folder.as_uri()
    script.git("clone", "-q", "--depth", "12", address, str(tmp_path / "clone"))
    told = of(tmp_path / "clone")
    assert told.note == "This clone of git is shallow, so that the beginning of the history is cut off."
    assert told.events == tuple(event._replace(url="") for event in found.events[-11:])
    script.git("clone", "-q", "--depth", "1", address, str(tmp_path / "least"))
    assert (of(tmp_path / "least").events, of(tmp_path / "least").note) == ((), told.note)


def test_what_is_not_committed_is_no_event(project: Path) -> None:
    Script(project).commit("All")
    before = checked_out(load(project / "schemabook.yml"))
    (project / "dump.sql").write_text(LOG + AUTHOR)
    assert [event.title for event in of(project).events] == ["All"]
    assert checked_out(load(project / "schemabook.yml")) == before != ""


def test_nothing_of_the_users_git_runs(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    script = Script(project)
    script.commit("One")
    script.commit("Two", {"dump.sql": LOG + AUTHOR})
    told = of(project)
    program = project / "program"
    program.write_text(f"#!/bin/sh\necho ran >> {project / 'ran'}\ncat\n")
    program.chmod(0o755)
    settings = (
        "core.pager",
        "diff.external",
        "pager.log",
        "gpg.program",
        "core.fsmonitor",
        "diff.x.textconv",
    )
    for setting in (*settings, "filter.x.smudge", "filter.x.clean"):
        script.git("config", setting, str(program))
    for setting in (
        "log.showSignature",
        "log.follow",
        "color.ui",
        "diff.renames",
        "log.decorate",
        "log.mailmap",
    ):
        script.git("config", setting, "always" if setting == "color.ui" else "true")
    script.git("config", "i18n.logOutputEncoding", "ISO-8859-1")
    (project / ".gitattributes").write_text("*.sql diff=x\n")
    monkeypatch.setenv("LC_ALL", "de_DE.UTF-8")
    assert of(project) == told
    assert not (project / "ran").exists()


def test_what_git_has_lost_is_one_line(project: Path) -> None:
    script = Script(project)
    script.commit("One")
    script.commit("Two", {"dump.sql": LOG + AUTHOR})
    lost = script.git("rev-parse", "HEAD^:dump.sql")
    (project / ".git" / "objects" / lost[:2] / lost[2:]).unlink()
    one, two = of(project).events
    assert (one.error, one.changes) == ("git does not have all of this revision here", ())
    assert len(two.changes) == 2, "which is the first that can be read"


def test_a_fault_of_ours_is_one_line(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    script = Script(project)
    script.commit("One")
    script.commit("Two", {"dump.sql": LOG + AUTHOR})

    def fails(*_: object) -> NoReturn:
        raise KeyError("x")

    monkeypatch.setattr(comparing, "review", fails)
    errors = [event.error for event in of(project).events]
    assert errors == ["schemabook fails on it, which is a fault of ours: KeyError: 'x'"] * 2


HOSTILE = ("a*.sql", ":(glob)b.sql", "-c.sql", "d\te\nf.sql", "ü\"'.sql")


@pytest.mark.parametrize("name", HOSTILE)
def test_names_of_files_are_names(project: Path, name: str) -> None:
    (project / "schemabook.yml").write_text(f"dumps: [{msgspec.json.encode(name).decode()}]\noutput: docs\n")
    script = Script(project)
    script.commit("One", {name: LOG, "abc.sql": "--"})
    script.commit("Other", {"abc.sql": "-- 2", "b.sql": "--"})
    script.commit("Two", {name: LOG + AUTHOR})
    assert [(event.title, len(event.changes)) for event in of(project).events] == [("One", 1), ("Two", 1)]


def test_a_folder_of_migrations(project: Path) -> None:
    (project / "schemabook.yml").write_text(SIMPLE.replace("dump.sql", "db"))
    script = Script(project)
    script.commit("One", {"db/001_log.sql": LOG, "README.md": "."})
    script.commit("Two", {"db/002_author.sql": AUTHOR})
    script.commit("Three", {"db/003_name.sql": "ALTER TABLE public.author RENAME COLUMN name TO full_name;"})
    script.commit("Without the last", {"db/003_name.sql": None})
    script.commit("Without any", {"db/001_log.sql": None, "db/002_author.sql": None, "db/notes.txt": "none"})
    script.commit("All of it", {"db/001_all.sql": LOG + AUTHOR})
    assert [*lines(of(project).events)] == [
        "2023-11-15 One",
        "    added table public.log: compatible",
        "2023-11-16 Two",
        "    added table public.author: compatible",
        "2023-11-17 Three",
        "    renamed column public.author.full_name (was public.author.name): breaks readers!",
        "2023-11-18 Without the last",
        "    renamed column public.author.name (was public.author.full_name): breaks readers!",
        "2023-11-19 Without any",
        "    cannot be read: db: no file in this folder ends in .sql",
        "2023-11-20 All of it",
    ]


# versions of real dumps


def edited(data: bytes, chance: random.Random) -> bytes:
    """The dump with a few statements taken out, moved, or with other words."""
    statements = data.split(b";\n")
    for _ in range(chance.randint(1, 4)):
        place = chance.randrange(len(statements))
        match chance.randrange(4):
            case 0:
                del statements[place]
            case 1:
                statements.insert(chance.randrange(len(statements)), statements.pop(place))
            case 2:
                statements[place] = re.sub(rb"\btext\b", b"bigint", statements[place])
            case 3:
                words = re.findall(rb"\w{4,}", statements[place]) or [b"x"]
                statements[place] = statements[place].replace(chance.choice(words), b"another", 1)
    return b";\n".join(statements)


@pytest.mark.parametrize(
    ("name", "platform"),
    [
        ("example", SUPABASE),
        ("supabase-cli-initial-15.sql", SUPABASE),
        ("sakila-postgres-schema.sql", None),
        ("adventureworks-postgres.sql", None),
    ],
)
def test_a_version_is_read_as_if_it_were_the_first(name: str, platform: Platform | None) -> None:
    if name != "example" and not (CORPUS / name).is_file():
        pytest.skip("the corpus is not here")
    data = EXAMPLE if name == "example" else (CORPUS / name).read_bytes()
    chance = random.Random(name)
    versions = [data]
    while len(versions) < VERSIONS:
        versions.append(edited(chance.choice(versions), chance))
    with reading_again():
        again = [tried(version, platform) for version in versions]
    for version, found in zip(versions, again, strict=True):
        assert found == tried(version, platform)


BODIES = """
CREATE FUNCTION one() RETURNS bigint LANGUAGE sql AS 'SELECT a FROM t WHERE b > 0';
CREATE FUNCTION two() RETURNS void LANGUAGE plpgsql
AS $$ BEGIN UPDATE t SET a = (SELECT max(b) FROM u); END $$;
CREATE POLICY own ON p USING (EXISTS (SELECT 1 FROM t WHERE a = id));
"""
DIFFERENT = 5
"""How many of these give the bodies another meaning."""
TABLES = (
    "CREATE TABLE t (a int, b int); CREATE TABLE u (b int);",
    "CREATE TABLE t (b int, a int); CREATE TABLE u (b int);",
    "CREATE TABLE t (a int, c int); CREATE TABLE u (b int);",
    "CREATE TABLE t (a int, b int); CREATE VIEW u AS SELECT a AS b FROM t;",
    "CREATE SCHEMA s; CREATE TABLE s.t (a int, b int); CREATE TABLE u (b int);",
    "CREATE SCHEMA s; SET search_path = s; CREATE TABLE t (a int, b int); CREATE TABLE u (b int);",
    "CREATE TABLE u (a int, b int);",
    "CREATE SEQUENCE t; CREATE TABLE u (b int);",
)


def test_what_a_body_reads_is_asked_again_where_it_may_be_another() -> None:
    versions = [f"CREATE TABLE p (id int); {tables} {BODIES}".encode() for tables in TABLES]
    with reading_again():
        again = [tried(version, None) for version in (*versions, *versions[::-1])]
    alone = [tried(version, None) for version in versions]
    assert again == [*alone, *alone[::-1]]
    references = {repr(read([("dump.sql", version)]).references) for version in versions}
    assert len(references) == DIFFERENT


def tried(data: bytes, platform: Platform | None) -> object:
    """All that is read of a dump, with the lines where it stands; the error for none."""
    try:
        found = read([("dump.sql", data)], platform)
    except SchemaError as error:
        return str(error)
    values = [getattr(found, field.name) for field in fields(found)]
    held = [fact for value in values if isinstance(value, Mapping) for fact in value.values()]
    places = [str(getattr(fact, "source", "")) for fact in held]
    return found, places, repr(found.warnings), repr(found.receipt), repr(found.secrets)
