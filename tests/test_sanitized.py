"""What people write beside the dump runs nothing in a reader's browser, unless the settings say so."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path

import markdown  # type: ignore[import-untyped]  # it has no types
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from schemabook.errors import SchemaError
from schemabook.pages import pages, site_pages
from schemabook.pages.trusted import block, line
from schemabook.project.config import load
from schemabook.project.inputs import load_book

EXTENSIONS = (
    *("admonition", "attr_list", "def_list", "footnotes", "md_in_html", "tables", "toc", "abbr"),
    *(
        "pymdownx.details",
        "pymdownx.highlight",
        "pymdownx.superfences",
        "pymdownx.inlinehilite",
    ),
)
RUNNING = frozenset("script iframe object embed style link meta base form input svg math frame audio".split())


class Judge(HTMLParser):
    """Finds in HTML what would run, or take the place of what the theme's scripts look for."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in RUNNING:
            self.found.append(tag)
        for name, value in attrs:
            url = re.sub(r"[\x00-\x20]", "", value or "").lower()
            runs = url.startswith(("javascript:", "vbscript:", "data:"))
            is_of_theme = name == "id" and url.startswith("__")
            is_style = name == "style" and tag not in ("th", "td")  # Python-Markdown's own there.
            if name.startswith("on") or is_style or runs or is_of_theme:
                self.found.append(f"{tag} {name}={value}")


def running(note: str) -> list[str]:
    """What would run of a note in its page and in a row."""
    judge = Judge()
    in_row = f"| a | b |\n| --- | --- |\n| {line(note, str)} | x |\n"
    for text in (block(note, str), block(note, str, ids=True), in_row):
        judge.feed(markdown.markdown(f"# Title\n\n{text}\n", extensions=EXTENSIONS))
    return judge.found


ATTACKS = [
    "<script>alert(1)</script>",
    "<SCRIPT\n>alert(1)</SCRIPT>",
    "\\<script>alert(1)</script>",
    "\\\\<script>alert(1)</script>",
    "\\\\\\\\<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<img src=x onerror='alert(1)' />",
    "<img/src=x/onerror=alert(1)>",
    '<a href="https://a" onclick="alert(1)">x</a>',
    '<a href="javascript:alert(1)">x</a>',
    '<a href=" &#1; java&Tab;script:alert(1)">x</a>',
    "<a href='jAvAsCrIpT:alert(1)'>x</a>",
    "<a href=javascript:alert(1)>x</a>",
    '<a title="a>b" onclick="alert(1)">x</a>',
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<svg onload=alert(1)></svg>",
    "<svg><script>alert(1)</script></svg>",
    "<math><mi href='javascript:alert(1)'>x</mi></math>",
    "<form action='javascript:alert(1)'><button>x</button></form>",
    "<details open ontoggle=alert(1)><summary>x</summary></details>",
    "<style>* { display: none }</style>",
    "<p style='position: fixed'>x</p>",
    "<div id='__config'>{}</div>",
    "<base href='https://evil'>",
    "<meta http-equiv=refresh content='0;url=https://evil'>",
    "<object data='x.swf'></object>",
    "<details markdown='1'>\n\n<script>alert(1)</script>\n\n</details>",
    "[x](javascript:alert(1))",
    "[x]( javascript:alert(1) )",
    "[x](<javascript:alert(1)>)",
    "[x](<javascript: alert(1)>)",
    '[x](javascript:alert(1) "title")',
    "[x](JaVaScRiPt:alert(1))",
    "[x](java\\script:alert(1))",
    "[x](javascript\\:alert(1))",
    "[x](java&#115;cript:alert(1))",
    "[x](java&#x73;cript:alert(1))",
    "[x](javascript&#58;alert(1))",
    "[x](javascript&colon;alert(1))",
    "[x](&#106;avascript:alert(1))",
    "[x](java&Tab;script:alert(1))",
    "[x](java&NewLine;script:alert(1))",
    "[x](javascript:&#97;lert(1))",
    "![x](javascript:alert(1))",
    "[x](vbscript:alert(1))",
    "[x](data:text/html,<script>alert(1)</script>)",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x][1]\n\n[1]: javascript:alert(1)",
    "[x][1]\n\n[1]:\n    javascript:alert(1)",
    "[x][1]\n\n[1]: <javascript:alert(1)>",
    "[x][1]\n\n> [1]: javascript:alert(1)",
    "- [1]: javascript:alert(1)\n\n[x][1]",
    "[1]\n\n[1]: javascript:alert(1) 'title'",
    "<javascript:alert(1)>",
    "[x](https://a){: onclick=alert(1) }",
    '[x](https://a){ onclick="alert(1)" }',
    '[x](https://a){ title="}" onclick="alert(1)" }',
    "# Heading { onclick=alert(1) }",
    "# Heading {: #__config }",
    "Text\n{: style='position: fixed' onclick=alert(1) }",
    "*x*{ onmouseover=alert(1) }",
    "``` { .python onclick=alert(1) }\nx\n```",
    "```python onclick='alert(1)'\nx\n```",
    "```python title='<img src=x onerror=alert(1)>'\nx\n```",
    "- x\n\n    ``` { .python onclick=alert(1) }\n    x\n    ```",
    "!!! note \"<img src=x onerror=alert(1)>\"\n    x",
    "!!! note onclick=alert(1)\n    x",
    "??? note \"</summary><script>alert(1)</script>\"\n    x",
    "*[HTML]: <img src=x onerror=alert(1)>\n\nHTML",
    "Term\n: <script>alert(1)</script>",
    "x[^1]\n\n[^1]: <script>alert(1)</script>",
    "| a |\n| --- |\n| <script>alert(1)</script> |",
    "`<b>`<script>alert(1)</script>",
    "<b title='`'>`<script>alert(1)</script>`</b>",
    "<!-- --!> <script>alert(1)</script> -->",
    "<![CDATA[ <script>alert(1)</script> ]]>",
    "<?php echo '<script>alert(1)</script>' ?>",
    "<b <script>alert(1)</script>",
    "<div>`<script>alert(1)</script>`</div>",
    "<div>\n`<script>alert(1)</script>`\n</div>",
    '=== "Tab"\n\n    <script>alert(1)</script>',
    ":   x\n\n    <script>alert(1)</script>",
    "- x\n\n    ```\n    x\n<img src=x onerror=alert(1)>",
    "- x\n\n    ``` { .python }\n    x\n    ```*[HTML]: <img src=x onerror=alert(1)>\n\nHTML",
    "<b\n\n><script>alert(1)</script></b>",
    "a<b>c</b\n\n><script>alert(1)</script>",
]  # fmt: skip


@pytest.mark.parametrize("note", ATTACKS)
def test_nothing_in_a_note_runs(note: str) -> None:
    assert running(note) == []


def test_the_judge_knows_what_runs() -> None:
    judge = Judge()
    judge.feed("".join(markdown.markdown(note, extensions=EXTENSIONS) for note in ATTACKS))
    assert len(judge.found) > 50


PIECES = re.findall(r"\w+|[^\w]", " ".join(ATTACKS))


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(ATTACKS) | st.sampled_from(PIECES), max_size=12).map("".join))
@example("[x][1]\n\n[1]: javascript:alert(1)<script>alert(1)</script>")
@example("[1]: <script>alert(1)")
@example("<div>[x](javascript:alert(1))</div>")
def test_nothing_in_a_mixture_of_notes_runs(note: str) -> None:
    assert running(note) == []


@pytest.mark.parametrize(
    "note",
    [
        "<b>bold</b> and <kbd>Ctrl</kbd>, H<sub>2</sub>O, <mark>marked</mark><br>",
        "<details><summary>More</summary>text</details>",
        '<details open><summary>More</summary><span title="a">text</span></details>',
        "<details markdown='1'><summary>More</summary>text</details>",
        '<a href="https://example.org/?a=1" title="A &amp; B">x</a>',
        '<img alt="x" src="https://example.org/a.png" width="10">',
        "[x](https://example.org) <mailto:me@example.org> [y](tel:1) [z](a.md#b)",
        "<table><tr><td align='right'>1</td></tr></table>",
        "JavaScript: a language. Data: none, or data:some thing",
        "{{ template }} { x } {% raw %} {.class}",
        "# Heading { .wide #place }",
        "&lt;script&gt; `<script>` ``javascript:alert(1)``",
        "```html\n<script>alert(1)</script>\n```",
    ],
)
def test_what_notes_need_stays(note: str) -> None:
    assert block(note, str).strip() == block(note, str, raw=True).strip()


def test_raw_html_stays_as_it_is() -> None:
    note = "<script>alert(1)</script>\n[x](javascript:alert(1)){: onclick=alert(1) }"
    assert block(note, str, raw=True) == note


# All words of the settings


EVIL = "<script>zz()</script> [x](javascript:zz()) <b onclick='zz()'>y</b>"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    sql = (
        "CREATE TABLE t (a int); CREATE TABLE u (a int); CREATE TYPE e AS ENUM ('a');"
        "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'select 1'; CREATE POLICY p ON t;"
    )
    (tmp_path / "dump.sql").write_text(sql)
    (tmp_path / "stats.csv").write_text("name,estimated_row_count,total_size\npublic.t,9,64 kB\n")
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "u.md").write_text(EVIL)
    note = {"note": EVIL, "owner": EVIL, "deprecated": EVIL}
    note["links"] = [{"title": EVIL, "url": "javascript:zz()", "description": EVIL}]  # type: ignore[assignment]
    written = {
        "title": EVIL,
        "description": EVIL,
        "dumps": [{"path": "dump.sql", "description": EVIL}],
        "statistics": [{"path": "stats.csv", "description": EVIL}],
        "groups": [{"name": EVIL, "description": EVIL, "tables": ["t"]}],
        "important_tables": {"t": [EVIL]},
        "refresh": [{"command": EVIL, "description": EVIL}],
        "migration_notes": [EVIL],
        "links": [{"title": EVIL, "url": "javascript:zz()", "description": EVIL}],
        "virtual_foreign_keys": [{"from": "t.a", "to": "u.a", "note": EVIL}],
        "notes": {
            "tables": {"t": {**note, "columns": {"a": note | {}}, "policies": {"p": EVIL}}},
            "functions": {"f": note},
            "types": {"e": note},
        },
    }
    del written["notes"]["tables"]["t"]["columns"]["a"]["links"]  # type: ignore[index]
    del written["notes"]["tables"]["t"]["columns"]["a"]["owner"]  # type: ignore[index]
    (tmp_path / "schemabook.yml").write_text(json.dumps(written))
    return tmp_path / "schemabook.yml"


def test_no_word_of_the_settings_runs(project: Path) -> None:
    book = load_book(load(project))
    found = 0
    for path, text in [*pages(book).items(), *site_pages(book).items()]:
        judge = Judge()
        shown = re.sub(r"\A---\n.*?\n---\n", "", text, flags=re.S)
        judge.feed(markdown.markdown(shown, extensions=EXTENSIONS))
        assert judge.found == [], path
        found += text.count("zz()")
    assert found > 20


def test_the_settings_may_allow_raw_html(project: Path) -> None:
    project.write_text(project.read_text()[:-1] + ', "raw_html": true}')
    made = pages(load_book(load(project)))
    assert "<script>zz()</script>" in made["index.md"]
    assert "<script>zz()</script>" in made["public/tables/t.md"]


@pytest.mark.parametrize("value", ['"yes"', "1", "[]", "null"])
def test_raw_html_is_true_or_false(project: Path, value: str) -> None:
    project.write_text(project.read_text()[:-1] + f', "raw_html": {value}}}')
    with pytest.raises(SchemaError, match='"raw_html" must be true or false'):
        load(project)


def test_a_note_that_is_a_link_to_a_file_elsewhere_is_refused(project: Path) -> None:
    secret = project.parent / "secret.txt"
    secret.write_text("secret")
    (project.parent / "notes" / "t.md").symlink_to(secret)
    with pytest.raises(SchemaError, match=r"notes/t\.md: the note is a link out of its folder"):
        load_book(load(project))
    (project.parent / "notes" / "t.md").unlink()
    (project.parent / "notes" / "t.md").symlink_to("u.md")
    load_book(load(project))
