"""The programs that exports are made for read them, and find in them what we wrote."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import hostile
import pytest
from pull_requests import EXAMPLE, PULL_REQUESTS

from schemabook.export.diagram import Whole
from schemabook.export.request import Request, exported
from schemabook.map.mermaid import qualified
from schemabook.model import Database, Name, Relation, TypeKind, type_within
from schemabook.read import read
from schemabook.review import review
from schemabook.review.diagram import to_mermaid

HERE = Path(__file__).parent
READ = HERE / "consumers" / "read.mjs"
MODULES = os.environ.get("SCHEMABOOK_NODE")
"""A folder where npm installed what CONSUMERS names."""
CORNERS = r"""
CREATE SCHEMA "a.b";
CREATE TYPE public.mood AS ENUM ('happy', '', 'so so', '{"a"}', 'it''s', E'two\nlines', '\', '`', 'ü|[x]');
CREATE TYPE "a.b"."Mo od" AS ENUM ('x');
CREATE TABLE public.empty ();
CREATE TABLE public.parent (a int, b int, c mood[], d "a.b"."Mo od"[] NOT NULL, PRIMARY KEY (a, b));
CREATE TABLE public."table" (
  "select" int, "b" int, "enum" timestamp(3) with time zone[], "ref" numeric(10,2)[], "note" interval[],
  "project" "a.b"."Mo od", "primary key" character varying(10)[], "end" double precision[], "pk" bit(3)[],
  "FK" text DEFAULT E'it''s\n`x`\\', "a""b" int DEFAULT -1, "a\b" bool DEFAULT false, "\" int, "'" int,
  CONSTRAINT "to { parent }" FOREIGN KEY ("select", b) REFERENCES parent ON DELETE SET NULL (b),
  CONSTRAINT "'`\" FOREIGN KEY ("a""b", "\") REFERENCES parent ON UPDATE CASCADE ON DELETE SET DEFAULT ("\"),
  UNIQUE ("a\b", "'"), UNIQUE ("pk")
);
CREATE TABLE "a.b"."c.d" ("e.f" int PRIMARY KEY, "{|}" int REFERENCES "a.b"."c.d");
CREATE TABLE "a"."b.c.d" ("a" int REFERENCES missing.one);
CREATE TABLE public."ÄÖÜ ß 中文 👍 ‮" ("Größe" int PRIMARY KEY, "new
line" int, "tab	tab" int, "a|b" int, "[]" int[], "<b>" int, "&amp;" int, "#34;" int, "%%" int);
CREATE INDEX twice ON public.parent (a, a, (a + b), (a + b));
CREATE INDEX "it's { } ` \" ON public.parent (("a" || '`' || E'\n}'));
CREATE UNIQUE INDEX ON public."table" (b) WHERE "a""b" > 1 AND "FK" <> '''';
CREATE TABLE public."aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" (
  "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" int);
CREATE VIEW public."v { }" AS SELECT "select", "enum" FROM public."table";
COMMENT ON TABLE public."table" IS E'it''s `a` "comment" \\ {}\n\n''''''\n// */ ]';
COMMENT ON COLUMN public."table"."pk" IS E'a '' b \\';
"""


@cache
def databases() -> dict[str, Database]:
    files = [*sorted((HERE / "fixtures").glob("*.sql")), HERE.parent / "schema" / "schema_backup.sql"]
    texts = {path.stem: path.read_bytes() for path in files}
    texts |= {"hostile": hostile.dump().encode(), "corners": CORNERS.encode()}
    return {name: read([(f"{name}.sql", text)]) for name, text in texts.items()}


NAMES = (
    *sorted(path.stem for path in (HERE / "fixtures").glob("*.sql")),
    "schema_backup",
    "hostile",
    "corners",
)


def export(name: str, format_: str) -> str:
    return exported(Whole(database=databases()[name]), Request(format=format_), lambda _: None)


# node's


def parsed(texts: list[dict[str, str]]) -> Any:
    """What the parsers of DBML and Mermaid found in each."""
    if not MODULES or not shutil.which("node"):
        pytest.skip("SCHEMABOOK_NODE names no folder with @dbml/core, mermaid and jsdom; .ci/run makes one")
    done = subprocess.run(
        ["node", READ, MODULES], input=json.dumps(texts), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def understood() -> dict[tuple[str, str], Any]:
    """What the exports are understood as, by name and format."""
    asked = [(name, format_) for name in NAMES for format_ in ("dbml", "mermaid")]
    texts = [{"format": format_, "text": export(name, format_)} for name, format_ in asked]
    return dict(zip(asked, parsed(texts), strict=True))


def unescaped(text: str) -> str:
    """A name of Mermaid as it is drawn."""
    return re.sub("#([0-9]+);", lambda found: chr(int(found[1])), text)


def tables(database: Database) -> Iterator[Relation]:
    """What has a node of its own: all but partitions."""
    return (relation for relation in database.relations.values() if not relation.partition_of)


def columns(database: Database, relation: Relation, unknown: str) -> list[list[str]]:
    return [[column.name, column.type or unknown] for column in database.columns_of(relation.name)]


def without_quotes(found: list[list[str]]) -> list[list[str]]:
    return [[name, type_.replace('"', "")] for name, type_ in found]


@pytest.mark.parametrize("name", NAMES)
def test_dbml_is_read_and_has_the_tables_and_types_of_the_schema(name: str, understood: Any) -> None:
    found = understood[name, "dbml"]
    assert "error" not in found
    database = databases()[name]
    given = {Name(*table): fields for table, fields in found["tables"]}
    wanted = {
        relation.name: without_quotes(columns(database, relation, "unknown"))
        for relation in tables(database)
        if not relation.is_view and database.columns_of(relation.name)
    }
    assert {key: without_quotes(given[key]) for key in given if key in database.relations} == wanted
    used = {column.type.removesuffix("[]") for key in wanted for column in database.columns_of(key)}
    enums = {Name(*key): len(labels) for key, labels in found["enums"]}
    assert enums == {
        fact.name: len(fact.labels)
        for spelling, fact in database.types_by_spelling.items()
        if spelling in used and fact.kind is TypeKind.ENUM
    }


@pytest.mark.parametrize("name", NAMES)
def test_dbml_has_the_foreign_keys_of_the_schema(name: str, understood: Any) -> None:
    database = databases()[name]
    given = {
        frozenset((*table, *names) for table, names in ends) for ends in understood[name, "dbml"]["links"]
    }
    wanted = {
        frozenset(((*key.relation, *key.columns), (*key.references.relation, *key.references.columns)))
        for key in database.constraints.values()
        if key.references and key.references.columns and not database.relations[key.relation].partition_of
    }
    assert given == {ends for ends in wanted if len(ends) == 2}


@pytest.mark.parametrize("name", NAMES)
def test_mermaid_reads_the_tables_columns_and_types_of_the_schema(name: str, understood: Any) -> None:
    found = understood[name, "mermaid"]
    assert "error" not in found
    database = databases()[name]
    given = dict(found["tables"])
    for relation in tables(database):
        wanted = [
            [column, re.sub(r"[^a-zA-Z0-9_()\[\],]", "_", type_within(type_, relation.name.schema))]
            for column, type_ in columns(database, relation, "_")
        ]
        read_back = [[unescaped(column), type_] for column, type_ in given[qualified(relation.name)]]
        # What begins with another sign than a letter has a line before it.
        assert [[c, type_.lstrip("_")] for c, type_ in read_back] == [[c, t.lstrip("_")] for c, t in wanted]


@pytest.mark.parametrize("name", NAMES)
def test_mermaid_has_a_line_for_each_that_the_text_has(name: str, understood: Any) -> None:
    lines = re.findall(r'^    ".*" : ".*"$', export(name, "mermaid"), re.M)
    assert len(understood[name, "mermaid"]["links"]) == len(lines)


def test_the_diagram_of_a_comment_has_each_touched_table_and_key() -> None:
    example = EXAMPLE.read_text("utf-8")
    whole = "".join(text for text in hostile.dump().splitlines(True) if text.startswith("create table"))
    pairs = [(example, PULL_REQUESTS[name](example)) for name in ("feature", "upgraded")]
    pairs += [("select 1;", whole), (whole, "select 1;"), (whole, whole.replace(" text", " bigint"))]
    diagrams = []
    for old, new in pairs:
        before, after = (read([("a.sql", sql.encode())]) for sql in (old, new))
        diagrams.append(to_mermaid(before, after, review(before, after)))
    found = parsed([{"format": "flowchart", "text": text} for text in diagrams])
    for diagram, tables in zip(diagrams, found, strict=True):
        assert "error" not in tables
        assert len(tables["tables"]) == len(re.findall(r"^    t\d+\[", diagram, re.M))
        assert len(tables["links"]) == len(re.findall(r'^    t\d+ .*\|".*"\| t\d+$', diagram, re.M))
    assert [name.partition("<br>")[0] for name, look in found[0]["tables"] if look == "new"] == [
        "+ public.story_comments",
        "+ public.story_reactions",
    ]
    names = {unescaped(name.partition("<br>")[0]) for name, _ in found[2]["tables"]}
    assert {f"+ public.{name}" for name in hostile.NAMES} <= names


# Debian's


@pytest.mark.parametrize("name", NAMES)
def test_graphviz_draws_each_table(name: str) -> None:
    if not shutil.which("dot"):
        pytest.skip("no Graphviz here; on Debian or Ubuntu: apt install graphviz")
    done = subprocess.run(["dot", "-Tjson0"], input=export(name, "dot"), capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    found = json.loads(done.stdout)
    names = {node["name"] for node in found.get("objects", ())}
    assert len(names) >= len([*tables(databases()[name])])
    assert all("port" not in edge for edge in found.get("edges", ()))


def test_plantuml_reads_every_export(tmp_path: Path) -> None:
    if not shutil.which("plantuml"):
        pytest.skip("no PlantUML here; on Debian or Ubuntu: apt install plantuml")
    for name in NAMES:
        (tmp_path / f"{name}.puml").write_text(export(name, "plantuml"), "utf-8")
    program = ["plantuml", "-checkonly", "-charset", "UTF-8", *map(str, sorted(tmp_path.iterdir()))]
    done = subprocess.run(program, capture_output=True, text=True)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
