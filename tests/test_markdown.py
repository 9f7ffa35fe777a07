"""Whatever a name, a comment or an expression holds, a page shows it and nothing else."""

from __future__ import annotations

import time
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import markdown  # type: ignore[import-untyped]  # has no types
import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from schemabook.pages.markdown import (
    CODE_SPAN,
    Markdown,
    cell,
    clean,
    code,
    fence,
    link,
    paragraphs,
    sentence,
    text,
)

ROOT = Path(__file__).parent.parent

PIECES = [
    "`", "``", "```", "~~~", "|", "\\", "*", "**", "_", "__", "~", "~~", "^", "=", "==", "#", "# ", " #",
    "## ", "- ", "+ ", "1. ", "2) ", "> ", ">", "<", "<b>", "</td>", "<script>alert(1)</script>", "<!--",
    "-->", "<?", "<![CDATA[", "&", "&amp;", "&#42;", "&lt", "[", "]", "(", ")", "[x](y)", "![x](y)",
    "[[x]]", "[^1]", "[^1]: x", "[x]: y", "*[HTML]: y", "{", "}", "{: .x}", "{: #id }", "{#id}",
    "{.x onclick=y}", "{{ 1 }}", "{% raw %}", "!!! note", "??? note", "???+ x", "=== \"x\"", "===", "---",
    "***", "___", ":::", ":::python x", "#!python x", ": x", "| a | b |", "|---|", "$math$", "$$", "\\(",
    ":smile:", "<https://x.y>", "https://x.y/_a_", "a@b.c", "--8<-- \"x\"", "/// note", "[TOC]", "++x++",
    "==x==", "^^x^^", "\t", "    ", "  \n", "\n", "\n\n", "\n    ", "\r", "\x02", "\x03", "\x00",
    "\x02wzxhzdk:0\x03", "\x02amp\x03", "klzzwxh:0", "\u2028", "\u200b", "\u202e", "\xa0", "\ufeff", "é",
    "字", "🦊", "a", "b1", "x_y", "1", ".", "!", "?", "'", '"', ",",
]  # fmt: skip
ANY = st.text(max_size=30) | st.lists(st.sampled_from(PIECES), max_size=12).map("".join)

OPTIONS = yaml.safe_load((ROOT / "mkdocs.yml").read_text("utf-8"))["markdown_extensions"]
NAMES = [name for option in OPTIONS for name in (option if isinstance(option, dict) else [option])]
CONFIGS = {name: values for option in OPTIONS if isinstance(option, dict) for name, values in option.items()}
SITE = markdown.Markdown(extensions=[*NAMES, "fenced_code"], extension_configs=CONFIGS)
GITHUB = MarkdownIt("gfm-like", {"linkify": False})


class Shown(HTMLParser):
    """The text and the elements of HTML."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.text = ""
        self.elements: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(tag)
        self.attributes += attrs
        if tag == "br":
            self.text += "\n"

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_comment(self, data: str) -> None:
        self.elements.append("comment")

    def handle_decl(self, decl: str) -> None:
        self.elements.append("declaration")

    def handle_pi(self, data: str) -> None:
        self.elements.append("instruction")


def site(source: str) -> str:
    """As MkDocs renders it."""
    html: str = SITE.reset().convert(source)
    return html


def github(source: str) -> str:
    """As GitHub renders it, nearly: CommonMark with tables."""
    html: str = GITHUB.render(source)
    return html


def folded(shown: str) -> str:
    """Text as a browser lays it out."""
    return " ".join(shown.split())


def plain(value: str) -> str:
    """What the reader should see of a comment: its code spans without their backticks."""
    return "\n".join(CODE_SPAN.sub(r"\1", line) for line in clean(value).split("\n"))


RENDERERS = pytest.mark.parametrize("render", [site, github])
PLACES: dict[str, tuple[str, str, set[str]]] = {
    "paragraph": ("before\n\n{}\n\nafter", "before {} after", {"p"}),
    "line": ("before {} after", "before {} after", {"p"}),
    "bold": ("<a></a>**x{}** – after", "x{} – after", {"p", "a", "strong"}),
    "item": ("- {}\n- `after`: {}", "{} after: {}", {"ul", "li"}),
    "heading": ("## {}\n\nafter", "{} after", {"h2", "p"}),
    "only heading": ("# {}", "{}", {"h1"}),
    "cell": (
        "| a | b |\n| --- | --- |\n| {} | after |\n| `x` | {} |",
        "a b {} after x {}",
        {"table", "thead", "tbody", "tr", "th", "td"},
    ),
    "label": ("[{}](x.md) after", "{} after", {"p", "a"}),
}


def check(render: Callable[[str], str], place: str, shown: Markdown, expected: str, *more: str) -> None:
    """That a place of a page shows the text and no element beside *more*."""
    source, text_of_place, elements = PLACES[place]
    found = Shown(render(source.format(*[shown] * 2)))
    allowed = elements | {"code", *more}
    assert set(found.elements) <= allowed, source.format(*[shown] * 2)
    own = {("href", "x.md"), ("class", "headerlink"), ("title", "Permanent link")}
    anchors = {("href", f"#{value}") for name, value in found.attributes if name == "id"}
    strange = [a for a in found.attributes if a not in own | anchors and (a[0] != "id" or not anchors)]
    assert not strange, source.format(*[shown] * 2)
    seen = found.text.replace("¶", "") if place.endswith("heading") else found.text
    wanted = text_of_place.format(*[expected.replace("¶", "") if "heading" in place else expected] * 2)
    assert squeezed(seen) == squeezed(wanted), source.format(*[shown] * 2)


def squeezed(shown: str) -> str:
    """Text without any white space: it may be laid out in other ways around elements."""
    return "".join(shown.split())


@RENDERERS
@pytest.mark.parametrize("place", PLACES)
def test_text_shows_as_it_is_in_every_place(render: Callable[[str], str], place: str) -> None:
    @settings(max_examples=60, deadline=None)
    @given(ANY)
    @example("a #")
    @example("`#!sql select`")
    @example("``` x")
    def shows(value: str) -> None:
        more = ("a",) if place.endswith("heading") else ()
        check(render, place, text(value), plain(" ".join(clean(value).split())), *more)

    shows()


@RENDERERS
@pytest.mark.parametrize("place", [place for place in PLACES if place != "paragraph"])
def test_code_shows_as_it_is_in_every_place(render: Callable[[str], str], place: str) -> None:
    @settings(max_examples=60, deadline=None)
    @given(ANY.filter(lambda value: bool(value.strip())))
    @example("a|b")
    @example("#!sql select")
    @example(":::sql select")
    @example("a\\")
    @example(" a ")
    @example("a`b")
    @example("&#0")
    @example("&amp")
    @example("&copy x")
    def shows(value: str) -> None:
        more = ("a",) if place.endswith("heading") else ()
        check(render, place, code(value), clean(value), *more)

    shows()


@RENDERERS
@settings(max_examples=100, deadline=None)
@given(value=ANY)
def test_what_follows_code_gives_it_no_attribute(render: Callable[[str], str], value: str) -> None:
    for marked in (code("x"), code("x|y"), Markdown("**x**"), link("x", "x.md")):
        found = Shown(render(f"{marked}{text(value)}\n\n{marked} {text(value)}"))
        assert {name for name, _ in found.attributes} <= {"href"}


@RENDERERS
@settings(max_examples=100, deadline=None)
@given(value=ANY)
def test_the_lines_of_a_comment_stay_lines_in_a_cell(render: Callable[[str], str], value: str) -> None:
    check(render, "cell", cell(value), plain(value), "br")


@RENDERERS
@settings(max_examples=100, deadline=None)
@given(value=ANY)
def test_a_comment_of_several_paragraphs_shows_as_it_is(render: Callable[[str], str], value: str) -> None:
    found = Shown(render(f"# x\n\n{paragraphs(value)}\n\n## y"))
    assert set(found.elements) <= {"h1", "h2", "a", "p", "br", "code"}
    assert squeezed(found.text.replace("¶", "")) == squeezed(f"x{plain(value)}y".replace("¶", ""))


@RENDERERS
@settings(max_examples=150, deadline=None)
@given(value=ANY, language=st.sampled_from(["sql", "plpgsql", "text", "bash"]))
@example(value="```\n````\n~~~", language="sql")
@example(value="", language="text")
@example(value="\t<b>&lt;", language="text")
def test_a_block_of_code_shows_as_it_is(render: Callable[[str], str], value: str, language: str) -> None:
    source = f"# x\n\n{fence(value, language)}\n\n## y"
    found = Shown(render(source))
    inside = {"div", "pre", "span", "code"}
    assert set(found.elements) <= {"h1", "h2", "a", *inside}, source
    assert found.elements.count("code") == 1, source
    assert squeezed(found.text.replace("¶", "")) == squeezed(f"x{clean(value)}y".replace("¶", "")), source


@settings(max_examples=200)
@given(ANY)
@example("`\n\n`")
@example("a `b\n \nc` d")
def test_a_sentence_is_the_beginning_of_the_text(value: str) -> None:
    whole = Shown(site(text(value))).text
    assert squeezed(whole).startswith(squeezed(Shown(site(sentence(value))).text))


@pytest.mark.parametrize(
    ("comment", "first"),
    [
        ("One. Two.", "One."),
        ("No end", "No end"),
        ("Version 1.5 is out. Next.", "Version 1.5 is out."),
        ("Words, e.g. a name, or more. Next.", "Words, e.g. a name, or more."),
        ("Words, e.g. PostgreSQL's. Next.", "Words, e.g. PostgreSQL's."),
        ("See `a. B` here. Next.", "See `a. B` here."),
        ("Is it? Yes.", "Is it?"),
        ("A title\n\nThe text.", "A title"),
        ("A line\nand its end. Next.", "A line and its end."),
        ("", ""),
        (None, ""),
    ],
)
def test_a_list_shows_the_first_sentence(comment: str | None, first: str) -> None:
    assert sentence(comment) == text(first)


@pytest.mark.parametrize("value", ["user_profiles", "a.b_c", "price * 2", "x < 1", "'{}'::jsonb", "a && b"])
def test_plain_names_and_expressions_are_plain_code(value: str) -> None:
    assert code(value) == f"`{value}`"


def test_prose_stays_readable_in_the_source() -> None:
    assert text("The user's e-mail, in lower_case (see `auth.users`).") == (
        "The user's e-mail, in lower_case (see `auth.users`)."
    )


@pytest.mark.parametrize("url", ["a b.md", "a)b", "(a)", "<x>", 'a"b', "a\nb", "javascript:alert(1)", "[x]"])
def test_a_url_never_ends_early(url: str) -> None:
    for render in (site, github):
        found = Shown(render(f"{link('label', url)} after"))
        assert found.text.strip() == "label after"
        assert not any((value or "").startswith("javascript:") for _, value in found.attributes)


@pytest.mark.parametrize("function", [text, code, cell, paragraphs, sentence, fence])
@pytest.mark.parametrize("unit", ["a", "`", "a|", " ", "_", "\n", ". ", "` ", "<", "1", "`a` "])
def test_a_huge_text_takes_no_long_time(function: Callable[[str], Any], unit: str) -> None:
    start = time.process_time()
    function(unit * (200_000 // len(unit)) + "|")
    assert time.process_time() - start < 2
