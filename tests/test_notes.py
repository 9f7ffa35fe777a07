"""Notes beside the dump: each is about something that exists, or is an error that names the nearest."""

from __future__ import annotations

from pathlib import Path

import pytest

from schemabook.errors import SchemaError
from schemabook.model import Name, ObjectId, ObjectKind, Target
from schemabook.pages import Book
from schemabook.project.config import Config, load, read_config
from schemabook.project.inputs import load_book, paths

SQL = """
CREATE SCHEMA auth;
CREATE SCHEMA "Reporting Data";
CREATE TYPE public.mood AS ENUM ('sad', 'ok');
CREATE TYPE public.publish AS ENUM ('now');
CREATE TABLE public.content (id bigint PRIMARY KEY, title text, language text, author bigint, old text);
CREATE TABLE public.locales (code text, region text, PRIMARY KEY (code, region));
CREATE TABLE public.authors (id bigint PRIMARY KEY);
ALTER TABLE public.content ADD CONSTRAINT content_author_fkey FOREIGN KEY (author) REFERENCES public.authors;
CREATE TABLE auth.users (id uuid PRIMARY KEY);
CREATE TABLE auth.keys (id uuid PRIMARY KEY);
CREATE TABLE public."a.b" (id bigint);
CREATE TABLE public."Öl" (id bigint);
CREATE TABLE "Reporting Data"."Monthly Totals" (id bigint);
CREATE VIEW public.titles AS SELECT title FROM public.content;
CREATE POLICY "Users read their own" ON public.content USING (true);
CREATE FUNCTION public.publish() RETURNS void LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION public.rank(integer) RETURNS integer LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION public.rank(text) RETURNS integer LANGUAGE sql AS 'SELECT 1';
"""
PATH = Path("schemabook.yml")
CONTENT = Name("public", "content")


def settings(text: str) -> Config:
    return read_config(f"dumps: [schema.sql]\n{text}", PATH)


def syntax_error(text: str) -> str:
    with pytest.raises(SchemaError) as error:
        settings(text)
    return str(error.value)


class Project:
    """A folder with a dump, settings and notes."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.write("schema.sql", SQL)
        self.write("schemabook.yml", "dumps: [schema.sql]\n")

    def write(self, name: str, content: str | bytes) -> None:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())

    def settings(self, text: str) -> None:
        self.write("schemabook.yml", f"dumps: [schema.sql]\n{text}")

    def book(self) -> Book:
        return load_book(load(PATH))

    def error(self) -> str:
        with pytest.raises(SchemaError) as error:
            self.book()
        return str(error.value)

    def about(self, *names: str) -> list[str]:
        """What files of these names are about."""
        for name in names:
            self.write(f"notes/{name}", "Text.\n")
        return [subject.words for subject in self.book().notes.files]


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    monkeypatch.chdir(tmp_path)
    return Project(tmp_path)


# In the settings


def test_a_note_is_a_text_or_a_mapping() -> None:
    config = settings(
        """\
notes:
  tables:
    content:
      note: One *text*.
      owner: Story team
      deprecated: use stories
      links: [{title: Guide, url: guide.md}]
      columns: {title: Shown first., old: {note: Was the title., deprecated: use title}}
      policies: {Users read their own: Why.}
    auth.users: Made by Supabase.
  functions: {rank: How good.}
  types: {mood: How it feels.}
"""
    )
    notes = {note.subject.words: note for note in config.notes}
    assert list(notes) == [
        'relation "public.content"',
        'column "title" of relation "public.content"',
        'column "old" of relation "public.content"',
        'policy "Users read their own" for table "public.content"',
        'relation "auth.users"',
        'function "public.rank"',
        'type "public.mood"',
    ]
    whole = notes['relation "public.content"']
    assert (whole.text, whole.owner, whole.deprecated) == ("One *text*.", "Story team", "use stories")
    assert [link.url for link in whole.links] == ["guide.md"]
    assert notes['column "old" of relation "public.content"'].deprecated == "use title"
    assert notes['function "public.rank"'].text == "How good."
    assert [note.source.line for note in config.notes][:4] == [4, 9, 9, 10]


def test_a_table_may_have_notes_of_its_columns_only() -> None:
    found = settings("notes:\n  tables:\n    content: {columns: {title: Text.}}").notes
    assert [note.subject for note in found] == [ObjectId(ObjectKind.COLUMN, CONTENT, "title")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("notes: []", '2: "notes" must be a mapping, not a list'),
        ("notes: {tabels: {}}", '2: "notes" has no key "tabels"\nhint: did you mean "tables"?'),
        ("notes: {tables: [content]}", '2: "tables" must be a mapping, not a list'),
        ("notes: {tables: {a.b.c: x}}", '2: "a.b.c" is not the name of a table\nhint: a table is name or'),
        ("notes: {functions: {a.b.c: x}}", '2: "a.b.c" is not the name of a function\nhint: a function is'),
        ("notes: {tables: {content: 1}}", "2: a note must be text, not a number"),
        ("notes: {tables: {content: }}", "2: a note must be text, not nothing"),
        ("notes: {tables: {content: ''}}", "2: a note is empty"),
        ("notes: {tables: {content: {}}}", "2: a note is empty"),
        ("notes: {tables: {content: [x]}}", "2: a note must be text, not a list"),
        ("notes: {tables: {content: {text: x}}}", '2: a note has no key "text"'),
        ("notes: {tables: {content: {columns: {a: {}}}}}", "2: a note is empty"),
        (
            "notes: {tables: {content: {columns: {a: {owner: me}}}}}",
            '2: the note of a column has no key "owner"\nhint: ',
        ),
        ("notes: {types: {mood: {columns: {a: b}}}}", '2: a note has no key "columns"'),
        (
            "notes:\n  tables:\n    content: a\n    public.content: b",
            '5: the note of relation "public.content" is given twice, first on line 4',
        ),
        ("notes: {tables: {content: {links: [{title: a}]}}}", '2: a link has no "url"'),
        ("virtual_foreign_keys: {}", '2: "virtual_foreign_keys" must be a list, not a mapping'),
        ("virtual_foreign_keys: [{from: a.b}]", '2: a virtual foreign key has no "to"'),
        (
            "virtual_foreign_keys: [{from: a, to: b.c}]",
            '2: "a" is not the name of a column\nhint: a column is table.column',
        ),
        ("virtual_foreign_keys: [{from: [], to: b.c}]", "2: a virtual foreign key has no column"),
        (
            "virtual_foreign_keys: [{from: [a.b, c.d], to: b.c}]",
            '2: the columns of a virtual foreign key are of two tables, "public.a" and "public.c"',
        ),
        (
            "virtual_foreign_keys: [{from: [a.b, a.d], to: b.c}]",
            "2: a virtual foreign key is uneven: 2 columns reference 1",
        ),
        (
            "virtual_foreign_keys:\n- {from: a.b, to: b.c}\n- {from: public.a.b, to: b.c}",
            '4: virtual foreign key "public.a (b) → public.b (c)" is given twice, first on line 3',
        ),
    ],
)
def test_what_is_wrong_is_said_at_its_line(text: str, expected: str) -> None:
    assert syntax_error(text).startswith(f"schemabook.yml:{expected}")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "tables: {contnet: x}",
            'relation "public.contnet" does not exist\nhint: did you mean "public.content"?',
        ),
        ("tables: {users: x}", 'relation "public.users" does not exist\nhint: did you mean "auth.users"?'),
        ("tables: {zzz: x}", 'relation "public.zzz" does not exist\nhint: the dump has no relation with'),
        (
            "tables: {mood: x}",
            'relation "public.mood" does not exist\nhint: "public.mood" is a type; its note belongs to',
        ),
        ("functions: {rnk: x}", 'function "public.rnk" does not exist\nhint: did you mean "public.rank"?'),
        ("types: {moood: x}", 'type "public.moood" does not exist\nhint: did you mean "public.mood"?'),
        (
            "tables: {content: {columns: {titel: x}}}",
            'column "titel" of relation "public.content" does not exist\nhint: did you mean "title"?',
        ),
        (
            "tables: {content: {columns: {zzz: x}}}",
            'column "zzz" of relation "public.content" does not exist\nhint: there are "id", "title", ',
        ),
        (
            "tables: {content: {policies: {Users read there own: x}}}",
            'policy "Users read there own" for table "public.content" does not exist\nhint: did you mean',
        ),
        (
            "tables: {locales: {policies: {p: x}}}",
            'policy "p" for table "public.locales" does not exist\nhint: there is none',
        ),
        ("tables: {contnet: {columns: {a: x}}}", 'relation "public.contnet" does not exist'),
    ],
)
def test_a_note_on_what_does_not_exist_names_the_nearest(project: Project, text: str, expected: str) -> None:
    project.settings(f"notes:\n  {text}")
    assert project.error().startswith(f"schemabook.yml:3: {expected}")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "{from: contnet.language, to: locales.code}",
            'relation "public.contnet" does not exist\nhint: did you mean "public.content"?',
        ),
        (
            "{from: content.langage, to: locales.code}",
            'column "langage" of relation "public.content" does not exist\nhint: did you mean "language"?',
        ),
        (
            "{from: content.language, to: locale.code}",
            'relation "public.locale" does not exist\nhint: did you mean "public.locales"?',
        ),
        (
            "{from: content.language, to: locales.cod}",
            'column "cod" of relation "public.locales" does not exist\nhint: did you mean "code"?',
        ),
        (
            "{from: content.author, to: authors.id}",
            'constraint "content_author_fkey" enforces this foreign key\nhint: it is no longer virtual',
        ),
    ],
)
def test_a_virtual_foreign_key_is_between_columns_that_exist(
    project: Project, text: str, expected: str
) -> None:
    project.settings(f"virtual_foreign_keys:\n- {text}")
    assert project.error().startswith(f"schemabook.yml:3: {expected}")


def test_a_virtual_foreign_key_may_have_several_columns() -> None:
    text = (
        "{from: [content.language, content.title], to: [locales.code, public.locales.region], note: By hand.}"
    )
    (key,) = settings(f"virtual_foreign_keys:\n- {text}").virtual_foreign_keys
    assert (key.relation, key.columns) == (CONTENT, ("language", "title"))
    assert key.references == Target(Name("public", "locales"), ("code", "region"))
    assert key.note == "By hand."


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("notes: {tables: {auth.keys: x}}", '2: relation "auth.keys" is hidden'),
        ("important_tables: {auth.keys: x}", '2: relation "auth.keys" is hidden'),
        ("groups: [{name: A, tables: [auth.keys]}]", '2: relation "auth.keys" is hidden'),
        ("hubs: [auth.keys]", '2: relation "auth.keys" is hidden'),
        ("groups: [{name: A, tables: ['auth.k*']}]", '2: no relation matches "auth.k*"'),
        (
            "virtual_foreign_keys: [{from: auth.keys.id, to: content.id}]",
            '2: column "id" of relation "auth.keys"',
        ),
    ],
)
def test_what_the_settings_speak_of_is_not_hidden(project: Project, text: str, expected: str) -> None:
    project.settings(f"{text}\nhidden: ['auth.*', '!auth.users']")
    assert project.error().startswith(f"schemabook.yml:{expected}")


# In files


def test_files_are_called_as_what_they_are_about(project: Project) -> None:
    assert project.about("public.content.md", "auth.users.md", "titles.md", "mood.md", "rank.md") == [
        'relation "auth.users"',
        'type "public.mood"',
        'relation "public.content"',
        'function "public.rank"',
        'relation "public.titles"',
    ]


@pytest.mark.parametrize("name", ["a.b.md", "public.a.b.md", '"a.b".md', 'public."a.b".md'])
def test_dots_in_names_need_no_quotes(project: Project, name: str) -> None:
    assert project.about(name) == ['relation "public.a.b"']


@pytest.mark.parametrize(
    ("name", "about"),
    [
        ("Reporting Data.Monthly Totals.md", 'relation "Reporting Data.Monthly Totals"'),
        ("Öl.md", 'relation "public.Öl"'),
        ("O\u0308l.md", 'relation "public.Öl"'),
        ("content.MD", 'relation "public.content"'),
    ],
)
def test_names_are_as_in_the_database(project: Project, name: str, about: str) -> None:
    assert project.about(name) == [about]


def test_what_is_no_note_is_left_alone(project: Project) -> None:
    assert project.about("README.md", ".content.md", "picture.png", "images/public.zzz.md") == []


def test_without_a_folder_there_are_no_notes(project: Project) -> None:
    assert project.about() == []


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("contnet.md", '"public.contnet", which does not exist\nhint: did you mean "public.content"?'),
        ("Content.md", '"public.Content", which does not exist\nhint: did you mean "public.content"?'),
        ("auth.user.md", '"auth.user", which does not exist\nhint: did you mean "auth.users"?'),
        ("zzz.md", '"public.zzz", which does not exist\nhint: a note is called as what it is about'),
        ("a..md", '"a.", which does not exist\nhint: '),
        ('".md', '"public."", which does not exist\nhint: '),
    ],
)
def test_a_file_about_nothing_names_the_nearest(project: Project, name: str, expected: str) -> None:
    project.write(f"notes/{name}", "Text.")
    assert project.error().startswith(f"notes/{name}: this note is about {expected}")


def test_a_file_may_not_mean_two_things(project: Project) -> None:
    project.write("notes/publish.md", "Text.")
    expected = 'notes/publish.md: the name of this note may mean function "public.publish" and type "public.p'
    assert project.error().startswith(expected)


def test_an_object_has_one_file(project: Project) -> None:
    project.write("notes/content.md", "Text.")
    project.write("notes/public.content.md", "Text.")
    expected = 'notes/public.content.md: there are two notes of relation "public.content"\nhint: the other is'
    assert project.error().startswith(expected)


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", "1: the note is empty"),
        (b" \r\n\n", "1: the note is empty"),
        (b"\xef\xbb\xbf", "1: the note is empty"),
        (b"one\n\xff", "2: the note is not UTF-8 text\nhint: save it as UTF-8"),
        ("one".encode("utf-16"), "1: the note is not UTF-8 text"),
    ],
)
def test_a_file_holds_text(project: Project, data: bytes, expected: str) -> None:
    project.write("notes/content.md", data)
    assert project.error().startswith(f"notes/content.md:{expected}")


def test_the_settings_may_name_another_folder(project: Project) -> None:
    project.settings("notes_folder: docs/notes")
    assert project.error().startswith(
        "docs/notes: there is no such folder\nhint: schemabook.yml:2 names it as"
    )
    project.write("docs/notes/content.md", "Text.")
    assert [subject.words for subject in project.book().notes.files] == ['relation "public.content"']


def test_a_file_about_what_is_hidden_is_an_error(project: Project) -> None:
    project.settings("hidden: ['auth.*']")
    project.write("notes/auth.keys.md", "Text.")
    expected = (
        'notes/auth.keys.md: relation "auth.keys" is hidden\nhint: "auth.*" in schemabook.yml:2 hides it'
    )
    assert project.error() == expected


def test_notes_are_inputs(project: Project) -> None:
    project.write("notes/content.md", "Text.")
    assert Path("notes/content.md") in list(paths(load(PATH)))
