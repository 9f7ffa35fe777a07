"""Markdown of people's own fits into a page: it says what it said, and cannot break what follows."""

from __future__ import annotations

import re

import markdown  # type: ignore[import-untyped]  # it has no types
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from schemabook.pages.trusted import block, line

EXTENSIONS = (
    *("admonition", "attr_list", "md_in_html", "tables", "toc"),
    *("pymdownx.details", "pymdownx.highlight", "pymdownx.superfences"),
)
"""Those of mkdocs.yml."""


def moved(url: str) -> str:
    return f"../{url}"


def page(note: str, ids: bool = False) -> str:
    """The HTML of a page that has the note between other parts."""
    text = f"# Title\n\n{block(note, moved, ids=ids)}\n\n## Columns\n\nAll *else*.\n"
    return str(markdown.markdown(text, extensions=EXTENSIONS))


def row(note: str) -> list[str]:
    """The HTML of the cells of a row that has the note as its second."""
    text = f"| a | b | c |\n| --- | --- | --- |\n| `x` | {line(note, moved)} | `z` |\n"
    html = markdown.markdown(text, extensions=EXTENSIONS).partition("<tbody>")[2]
    return re.findall(r"<td>(.*?)</td>", html, re.S)


@pytest.mark.parametrize(
    ("note", "expected"),
    [
        ("# Top\n\n## Below", "## Top\n\n\n\n### Below"),
        ("### Low\n\n### Low", "## Low\n\n\n\n## Low"),
        ("### Low\n\n# Top", "## Low\n\n\n\n## Top"),
        ("# Top\n\n#### Deep", "## Top\n\n\n\n### Deep"),
        ("Top\n===\n\nBelow\n-----", "## Top\n\n\n\n\n### Below"),
        ("> # Quoted", "> ## Quoted"),
        ("- # Item", "- ## Item"),
        ("#12 is no heading", "&#35;12 is no heading"),
        ("####### seven", "&#35;###### seven"),
        ("- item\n---", "- item\n\n---"),
        ("## Closed ##", "## Closed"),
        ("    # code", "    # code"),
        ("```\n# code\n```", "```\n# code\n```"),
    ],
)
def test_headings_go_below_the_title(note: str, expected: str) -> None:
    assert block(note, moved).strip("\n") == expected


@pytest.mark.parametrize(
    ("note", "expected"),
    [
        ("```sql\nselect", "```sql\nselect\n```"),
        ("~~~ yaml\na: 1\n~~~", "```yaml\na: 1\n```"),
        ("````\n```\n````", "````\n```\n````"),
        ("- a\n\n    ```\n    b", "- a\n\n    ```\n    b\n    ```"),
        ("```one``` line", "```one``` line"),
    ],
)
def test_fences_are_closed(note: str, expected: str) -> None:
    assert block(note, moved) == expected


@pytest.mark.parametrize(
    ("note", "expected"),
    [
        ("the <id> of it", "the &lt;id> of it"),
        ("<div>open", "&lt;div>open"),
        ("closed</div></body>", "closed&lt;/div>&lt;/body>"),
        ("<!-- open", "&lt;!-- open"),
        ("a<!-- closed -->b", "ab"),
        ("<b>bold</b><br>", "<b>bold</b><br>"),
        ("a <b><i>crossed</b></i>", "a <b>&lt;i>crossed</b>&lt;/i>"),
        ("`<id>` and ``<a`b>``", "`<id>` and ``<a`b>``"),
        ("<https://example.org> <me@example.org>", "<https://example.org> <me@example.org>"),
        ("a < b, a<b", "a < b, a&lt;b"),
        ("<?php <!DOCTYPE", "&lt;?php &lt;!DOCTYPE"),
        ("{{ 7 * 7 }} {% raw %}", "{{ 7 * 7 }} {% raw %}"),
    ],
)
def test_what_nothing_closes_is_shown(note: str, expected: str) -> None:
    assert block(note, moved) == expected
    assert line(note.replace("``<a`b>``", ""), moved) == expected.replace("``<a`b>``", "").strip()


@pytest.mark.parametrize(
    ("note", "expected"),
    [
        ("[a](b.md)", "[a](../b.md)"),
        ('![a](b_(c).png "t")', '![a](../b_(c).png "t")'),
        ("[a](<b c.md>)", "[a](../b%20c.md)"),
        ("[a][b]\n\n[b]: c.md", "[a][b]\n\n[b]: ../c.md"),
        ('<img src="a.png">', '<img src="../a.png">'),
        ("<a href='b.md'>c</a>", "<a href='../b.md'>c</a>"),
        ("[a](https://b) [c](#d) [e](/f) [g](//h) [i](mailto:j@k.l)", None),
        ("`[a](b.md)`", None),
        ("[a]() [b] (c.md)", None),
    ],
)
def test_relative_links_are_moved(note: str, expected: str | None) -> None:
    assert block(note, moved) == (expected or note)


def test_a_break_of_two_spaces_survives_tidying() -> None:
    assert block("a  \nb\n- c  \n- d", moved) == "a<br>\nb\n- c  \n- d"


def test_line_ends_and_marks_of_windows_are_as_others() -> None:
    assert block("a\r\n\r\n# b\r\n", moved) == block("a\n\n# b\n", moved)


def test_on_the_site_headings_do_not_take_the_anchors_of_sections() -> None:
    html = page("# Columns\n\n# Columns\n\n# Über", ids=True)
    assert '<h2 id="note-columns">Columns</h2>' in html
    assert '<h2 id="note-columns-2">Columns</h2>' in html
    assert '<h2 id="columns">Columns</h2>' in html


@pytest.mark.parametrize(
    ("note", "expected"),
    [
        ("a\nb\n\nc", "a<br>b<br>c"),
        ("a | b `c|d`", "a &#124; b <code>c&#124;d</code>"),
        ("lone ` tick", "lone &#96; tick"),
        ("# A\n\ntext\n\nB\n---", "**A**<br>text<br>**B**"),
        ("```sql\nselect 1\n\nfrom a | b", "`select 1`<br><code>from a &#124; b</code>"),
        ("[a](b|c.md)", "[a](../b%7Cc.md)"),
        ("`a\nb`", "`a b`"),
        ("- a\n- b", "- a<br>- b"),
    ],
)
def test_in_a_row_a_note_is_one_line(note: str, expected: str) -> None:
    assert line(note, moved) == expected


PIECES = (
    *"` `` ``` ~~~ # ## === --- - > | \\ * ** _ [ ]( ) ![ ]: < > </".split(),
    *"<div> </div> <b> <!-- --> <? <script> { } {{ }} & &lt; : ::: !!!".split(),
    *(
        "\n",
        "\n\n",
        "  \n",
        "    ",
        "\t",
        " ",
        "\r\n",
        "\n---\n",
        "\n===\n",
        "```sql\n",
        "<pre>\n",
        "\x02",
        "\x03",
    ),
)
HOSTILE = st.lists(st.sampled_from(PIECES) | st.text(max_size=3), max_size=14).map("".join)


@given(HOSTILE)
@example("<div>\n\n<pre>")
@example("```\n<div>\n~~~")
@example("- ```\n  x")
@example("[a]: <")
@example("<details>\n\n# A\n\n</details>")
@example("-    #")
@example("-\t#")
@example("1.      # A")
def test_no_note_breaks_the_page_below_it(note: str) -> None:
    html = page(note)
    assert re.search(r"<h2 id=\"columns(_\d+)?\">Columns</h2>\s*<p>All <em>else</em>\.</p>$", html), html
    assert len(re.findall(r"<h1[ >]", re.sub(r"<code>.*?</code>", "", html, flags=re.S))) == 1


@given(HOSTILE)
@example("`")
@example("a\\")
@example("<b")
def test_no_note_breaks_the_row_that_it_is_in(note: str) -> None:
    assert "\n" not in line(note, moved)
    cells = row(note)
    assert len(cells) == 3
    assert (cells[0], cells[2]) == ("<code>x</code>", "<code>z</code>")
