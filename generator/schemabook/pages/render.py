"""Templates: what they print is escaped, unless it is Markdown already."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from html import unescape
from pathlib import Path
from traceback import walk_tb
from typing import Any

import jinja2
import yaml
from jinja2.compiler import CodeGenerator, Frame
from jinja2.nodes import Concat

from schemabook.errors import SchemaError, Source
from schemabook.pages.links import Links
from schemabook.pages.markdown import Markdown, code, collapsed, fence, text
from schemabook.pages.sandbox import Sandbox, UsersTemplates
from schemabook.project.book import Book, Page

ANGLES = str.maketrans("<>", "‹›")


def _finalize(value: object) -> object:
    """Markdown, and what a macro has printed, as it is; anything else as text."""
    if type(value) is Markdown or hasattr(value, "__html__"):
        return value
    return text(str(value)) if value is not None else Markdown("")


class _Environment(jinja2.Environment):
    def getattr(self, obj: Any, attribute: str) -> Any:
        """The value of a row, which is a dict: Jinja would look for a method first."""
        if type(obj) is dict and attribute in obj:
            return obj[attribute]
        return super().getattr(obj, attribute)


class _SandboxCode(CodeGenerator):
    def visit_Concat(self, node: Concat, frame: Frame) -> None:  # noqa: N802  # As Jinja names it.
        self.write("environment.joined((")
        for part in node.nodes:
            self.visit(part, frame)
            self.write(", ")
        self.write("))")


class _Sandbox(_Environment, Sandbox):
    code_generator_class = _SandboxCode

    def __init__(self, **options: Any) -> None:
        super().__init__(**options, finalize=self._printed)

    def _printed(self, value: object) -> object:
        shown = _finalize(value)
        self.take(len(shown) if isinstance(shown, str) else 0)
        return shown


@lru_cache(4)
def _environment(folder: Path | None, found: frozenset[Path]) -> jinja2.Environment:
    """The templates; one in the user's folder comes before ours of the same name, which it may extend.

    Jinja sees that a template has changed, but not that one is new, so other files *found* begin anew.
    """
    ours = jinja2.PackageLoader("schemabook.pages")
    users = [UsersTemplates(folder)] if folder else []
    options: dict[str, Any] = {
        "loader": jinja2.ChoiceLoader([*users, ours, jinja2.PrefixLoader({"schemabook": ours})]),
        "undefined": jinja2.StrictUndefined,
        "trim_blocks": True,
        "lstrip_blocks": True,
        "keep_trailing_newline": True,
        "auto_reload": folder is not None,
        "autoescape": True,  # tells a macro's output from text; finalize has escaped that before
    }
    environment = _Sandbox(**options) if folder else _Environment(**options, finalize=_finalize)
    environment.filters.update(code=code, collapsed=collapsed, fence=fence, trusted=Markdown)
    return environment


def render(book: Book, template: str, context: dict[str, Any]) -> str:
    """The page: no blank line at its ends, one between blocks, and a line feed at its end.

    SchemaError where a template of the user's cannot be used.
    """
    folder = book.config.templates
    try:
        found = frozenset(folder.iterdir()) if folder else frozenset()
        environment = _environment(folder, found)
        if isinstance(environment, Sandbox):
            environment.next_page()
        page = environment.get_template(template).render(context, for_site=book.for_site)
    except SchemaError:
        raise
    except Exception as error:  # Whatever a template of the user's does wrong.
        raise _unusable(error, folder) or error from None
    page = _tidy(page).strip("\n") + "\n"
    return page if book.for_site else _title(page) + page


def page_of(book: Book, path: str, template: str, context: Callable[[Links], dict[str, Any]]) -> Page:
    """A page of the book: the template with what *context* gives for the links from its path."""
    return Page(path, lambda: render(book, template, context(Links(book, path))))


def _title(page: str) -> str:
    """A title of its own for a page whose heading has angle brackets; empty for any other.

    Themes print the title in the page's head with its entities resolved, where `</title>` would end it. The
    plugin mends that on the site, but the committed pages are built without it too.
    """
    heading = page.partition("\n")[0].removeprefix("# ")
    shown = unescape(re.sub("</?code>|`", "", heading))
    if "<" not in shown:
        return ""
    title = yaml.safe_dump({"title": shown.translate(ANGLES)}, allow_unicode=True, width=1000)
    return f"---\n{title}---\n\n"


def _tidy(page: str) -> str:
    """The page without trailing blanks and repeated blank lines, except in code."""
    kept: list[str] = []
    fence = ""
    for line in page.split("\n"):
        if fence:
            kept.append(line)
            fence = "" if line == fence else fence
        elif line.startswith("```"):
            kept.append(line)
            fence = line[: len(line) - len(line.lstrip("`"))]
        elif (shown := line.rstrip(" \t")) or (kept and kept[-1]):
            kept.append(shown)
    return "\n".join(kept)


def _unusable(error: Exception, folder: Path | None) -> SchemaError | None:
    """The error at its place in a template of the user's; None where the fault is not there."""
    places = [(frame.f_code.co_filename, line) for frame, line in walk_tb(error.__traceback__)]
    if isinstance(error, jinja2.TemplateSyntaxError):
        places.append((error.filename or "", error.lineno))
    found = [(file, line) for file, line in places if folder and Path(file).is_relative_to(folder)]
    if not found:
        return None
    hint = "it is written in Jinja; the blocks that it may fill are those of our template of that name"
    return SchemaError(f"the template cannot be used: {error}", source=Source(*found[-1]), hint=hint)
