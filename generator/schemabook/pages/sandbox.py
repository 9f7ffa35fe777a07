"""The environment for templates of the user's: they reach no Python, change nothing, and end.

A template comes with a pull request, so it is no more trusted than a dump: Jinja's sandbox keeps it from
running code, and a bound on work from running for ever or filling the memory.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import wraps
from pathlib import Path
from typing import Any

import jinja2
from jinja2 import nodes
from jinja2.loaders import split_template_path
from jinja2.runtime import Context, LoopContext, Macro
from jinja2.sandbox import ImmutableSandboxedEnvironment

from schemabook.errors import SchemaError, Source

MOST_STEPS, STEPS_OF_A_PAGE = 2_000_000, 50_000
"""Rounds of loops and calls: how many there may be at once, and what each further page adds again."""
MOST_TEXT, TEXT_OF_A_PAGE = 50_000_000, 1_000_000
"""The same in characters that are printed."""
MOST_MADE = 50_000_000
"""How long a text or a list may become by one operation."""
MOST_BITS = 10_000
"""How large a number may become."""
LONGEST_TEMPLATE = 1_000_000
WITHOUT = {"globals": ("lipsum",), "filters": ("random",)}
"""What Jinja has and a page has no use for: the same input gives the same page."""
NUMBER = re.compile(r"\d+")


class TooMuch(Exception):
    """A template that takes too much work."""


class Sandbox(ImmutableSandboxedEnvironment):
    """An environment whose templates are the user's."""

    intercepted_binops = frozenset(ImmutableSandboxedEnvironment.default_binop_table)

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.steps, self.text = MOST_STEPS, MOST_TEXT
        self.weight: dict[str, int] = {}
        """How long each template is, by its name."""
        for kind, names in WITHOUT.items():
            for name in names:
                getattr(self, kind).pop(name)
        self.filters = {name: self._bounded(name, found) for name, found in self.filters.items()}
        self.filters["counted"] = self.counted

    def next_page(self) -> None:
        """Allows the work of one more page."""
        self.steps = min(MOST_STEPS, self.steps + STEPS_OF_A_PAGE)
        self.text = min(MOST_TEXT, self.text + TEXT_OF_A_PAGE)

    def take(self, text: int = 0) -> None:
        """Counts a step, and what it prints; raises TooMuch."""
        self.steps -= 1
        self.text -= text
        if self.steps < 0:
            raise TooMuch("it takes too many steps")
        if self.text < 0:
            raise TooMuch("it prints too much")

    def counted(self, items: Iterable[Any], text: int) -> Iterator[Any]:
        """The items of a loop; each round prints at least the *text* that stands in it."""
        for item in items:
            self.take(text)
            yield item

    def joined(self, parts: tuple[Any, ...]) -> str:
        """The value of `a ~ b`."""
        texts = [str(part) for part in parts]
        _expect_few(sum(map(len, texts)))
        self.take()
        return "".join(texts)

    # what Jinja asks for

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        tree = super()._parse(source, name, filename)
        self.weight[name or ""] = len(source)
        for loop in tree.find_all(nodes.For):
            text = nodes.Const(sum(len(found.data) for found in loop.find_all(nodes.TemplateData)))
            loop.iter = nodes.Filter(loop.iter, "counted", [text], [], None, None, lineno=loop.lineno)
        tree.set_environment(self)
        return tree

    def compile(self, source: Any, name: Any = None, filename: Any = None, *args: Any, **kwargs: Any) -> Any:
        """The code of a template; SchemaError where Python refuses it, as one that is nested too deep."""
        try:
            return super().compile(source, name, filename, *args, **kwargs)
        except (RecursionError, SyntaxError, ValueError, MemoryError, OverflowError) as error:
            message = f"the template cannot be used: {str(error) or 'it is too large'}"
            raise SchemaError(message, source=filename or "template") from None

    def get_template(self, name: Any, *args: Any, **kwargs: Any) -> jinja2.Template:
        """A template that is about to be used."""
        self.take(self.weight.get(str(name), 0))
        return super().get_template(name, *args, **kwargs)

    def call(__self, __context: Context, __obj: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: N805  # As Jinja's.
        """The result of a call."""
        if isinstance(__obj, LoopContext) and args:
            args = (__self.counted(args[0], max(__self.weight.values())), *args[1:])
        if not isinstance(__obj, Macro):
            _expect_small(getattr(__obj, "__self__", None), *args, *kwargs.values())
        found = super().call(__context, __obj, *args, **kwargs)
        __self.take(len(found) if isinstance(found, str) else 0)
        return found

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        """The value of `a * b` and the like."""
        self.take()
        match operator:
            case "*" if not (_is_number(left) and _is_number(right)):
                _expect_few(_size(left) * _size(right))
            case "*" | "+" | "-" if _is_number(left) and _is_number(right):
                _expect_few(_bits(left) + _bits(right), MOST_BITS)
            case "**":
                _expect_few(_bits(left) * _size(right), MOST_BITS)
            case "+":
                _expect_few(_size(left) + _size(right))
            case "%" if isinstance(left, str):
                _expect_small(*map(int, NUMBER.findall(left)), *_numbers(right))
        return super().call_binop(context, operator, left, right)

    def _bounded(self, name: str, found: Callable[..., Any]) -> Callable[..., Any]:
        """A filter that makes nothing too long, and is a step."""

        @wraps(found)
        def bounded(*args: Any, **kwargs: Any) -> Any:
            self.take()
            if name == "format":
                _expect_small(*map(int, NUMBER.findall(str(args[0]))))
            _expect_small(*args, *kwargs.values())
            return found(*args, **kwargs)

        return bounded


class UsersTemplates(jinja2.FileSystemLoader):
    """The templates in a folder of the user's."""

    def get_source(self, environment: jinja2.Environment, template: str) -> Any:
        """A template's text; SchemaError for what is no text, too large, or a link out of the folder."""
        folder = Path(self.searchpath[0])
        path = folder.joinpath(*split_template_path(template))
        if path.is_file():
            _expect_readable(path, folder)
        try:
            return super().get_source(environment, template)
        except UnicodeDecodeError as error:
            source = Source(path.as_posix(), error.object.count(b"\n", 0, error.start) + 1)
            hint = "save it as UTF-8"
            raise SchemaError("the template is not UTF-8 text", source=source, hint=hint) from None


def _expect_readable(path: Path, folder: Path) -> None:
    if not path.resolve().is_relative_to(folder.resolve()):
        hint = "put a copy of it there"
        raise SchemaError("the template is a link out of its folder", source=path.as_posix(), hint=hint)
    if path.stat().st_size > LONGEST_TEMPLATE:
        raise SchemaError("the template is larger than 1 MB", source=path.as_posix())


def _expect_few(number: float, most: int = MOST_MADE) -> None:
    if number > most:
        raise TooMuch("it makes something too large")


def _expect_small(*values: Any) -> None:
    """TooMuch where values, one of them as long as another, could make something too long."""
    most, second = 1, 1
    for value in values:
        size = _size(value)
        most, second = (size, most) if size > most else (most, max(second, size))
    _expect_few(most * second)


def _size(value: Any) -> int:
    """How long a text or a list is, with the texts in it; of a number itself: it may say how long."""
    if _is_number(value):
        return abs(int(value))
    if isinstance(value, str):
        return len(value)
    if isinstance(value, (list, tuple)):
        return sum(len(item) if isinstance(item, str) else 1 for item in value)
    return 1


def _numbers(value: Any) -> Iterator[Any]:
    yield from value if isinstance(value, tuple) else (value,)


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and value == value and abs(value) != float("inf")


def _bits(value: Any) -> int:
    return int(value).bit_length()
