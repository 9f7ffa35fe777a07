"""YAML whose nodes know their lines: what a key may hold, with an error for all else."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable
from pathlib import Path
from typing import Any, TypeVar

import yaml

from schemabook.errors import SchemaError, Source
from schemabook.model.written_names import is_text
from schemabook.nearest import did_you_mean, nearest
from schemabook.project.config.settings import relative

T = TypeVar("T")
KINDS = {
    "map": "a mapping",
    "seq": "a list",
    "null": "nothing",
    "int": "a number",
    "float": "a number",
    "bool": "yes or no",
    "timestamp": "a date",
}


class Section:
    """A mapping whose keys are known; SchemaError for another key, one that is given twice or lacks."""

    def __init__(
        self, node: yaml.Node, what: str, keys: Collection[str], *, required: Collection[str]
    ) -> None:
        self.source = source_of(node)
        self.values: dict[str, yaml.Node] = {}
        for key, value in pairs_of(node, what, keys):
            if text_of(key, "a key") not in keys:
                raise _unknown_key(key, what, keys)
            self.values[text_of(key, "a key")] = value
        if missing := [key for key in required if key not in self.values]:
            message = f'{what} has no "{missing[0]}"'
            raise SchemaError(message, source=self.source, hint=f"its keys are {', '.join(keys)}")

    def at(self, key: str) -> Source:
        """Where the value of a key stands."""
        return source_of(self.values[key])

    def text(self, key: str, default: str = "") -> str:
        """The text of a key."""
        return text_of(self.values[key], f'"{key}"') if key in self.values else default

    def path(self, key: str, folder: Path) -> Path | None:
        """The path of a key, which is relative to that folder."""
        return relative(folder, self.text(key)) if key in self.values else None

    def texts(self, *keys: str) -> dict[str, str]:
        """The texts of those keys that are given."""
        return {key: self.text(key) for key in keys if key in self.values}

    def is_so(self, key: str) -> bool:
        """Whether the value of a key is `true`; without the key it is not."""
        if key not in self.values:
            return False
        node = self.values[key]
        if node.tag != "tag:yaml.org,2002:bool" or not isinstance(node, yaml.ScalarNode):
            hint = f"{key}: true"
            raise SchemaError(f'"{key}" must be true or false', source=self.at(key), hint=hint)
        return node.value.lower() in ("true", "yes", "on")

    def percentage(self, key: str) -> int | None:
        """The whole number from 0 to 100 of a key that is given."""
        if key not in self.values:
            return None
        node = self.values[key]
        text = node.value.removesuffix("%") if isinstance(node, yaml.ScalarNode) else ""
        if not re.fullmatch(r"100|[0-9]{1,2}", text):
            hint = f"{key}: 50"
            raise SchemaError(f'"{key}" must be a number from 0 to 100', source=self.at(key), hint=hint)
        return int(text)

    def items(self, key: str) -> tuple[yaml.Node, ...]:
        """The items of the list of a key."""
        if key not in self.values:
            return ()
        node = self.values[key]
        if not isinstance(node, yaml.SequenceNode):
            message = f'"{key}" must be a list, not {_kind(node)}'
            raise SchemaError(message, source=source_of(node), hint='begin each item with "- "')
        return tuple(node.value)

    def pairs(self, key: str) -> tuple[tuple[yaml.Node, yaml.Node], ...]:
        """Keys and values of the mapping of a key."""
        return pairs_of(self.values[key], f'"{key}"', ("name",)) if key in self.values else ()


def root(text: str, path: str) -> yaml.Node:
    """The whole file; *path* is what errors name."""
    try:
        loader = yaml.SafeLoader(text.removeprefix("\ufeff"))
        loader.name = path
        found = loader.get_single_node()
    except yaml.reader.ReaderError as error:
        raise not_text(Source(path, text.count("\n", 0, error.position) + 1)) from None
    except yaml.MarkedYAMLError as error:
        raise _not_yaml(error, path) from None
    except (ValueError, OverflowError, RecursionError):  # What PyYAML lets through: "\UFFFFFFFF", "[[[[…".
        raise SchemaError("the configuration is not YAML", source=Source(path, 1)) from None
    if found is None:
        hint = "it must name a dump at least:\ndumps:\n  - schema_backup.sql"
        raise SchemaError("the configuration is empty", source=Source(path, 1), hint=hint)
    return found


def not_text(source: Source) -> SchemaError:
    """The error for bytes or characters that no text holds."""
    return SchemaError("the configuration is not UTF-8 text", source=source, hint="save it as UTF-8")


def _not_yaml(error: yaml.MarkedYAMLError, path: str) -> SchemaError:
    mark = error.problem_mark or error.context_mark
    source = Source(path, mark.line + 1 if mark else 1)
    if "'\\t'" in (error.problem or ""):
        return SchemaError("a tab stands where YAML wants spaces", source=source, hint="indent with spaces")
    context = f" {error.context}" if error.context else ""
    hint = "quote text that holds a colon, and indent items alike"
    return SchemaError(f"the configuration is not YAML: {error.problem}{context}", source=source, hint=hint)


def pairs_of(node: yaml.Node, what: str, keys: Collection[str]) -> tuple[tuple[yaml.Node, yaml.Node], ...]:
    """Keys and values of a mapping; *keys* are what a hint may propose."""
    if not isinstance(node, yaml.MappingNode):
        message = f"{what} must be a mapping, not {_kind(node)}"
        raise SchemaError(message, source=source_of(node), hint=f'write "{next(iter(keys))}: ..."')
    seen: dict[str, Source] = {}
    for key, _ in node.value:
        text = text_of(key, "a key")
        if text in seen:
            raise twice(f'key "{text}"', seen[text], source_of(key))
        seen[text] = source_of(key)
    return tuple(node.value)


def text_of(node: yaml.Node, what: str) -> str:
    """The text of a scalar, without space around it."""
    if node.tag != "tag:yaml.org,2002:str" or not isinstance(node, yaml.ScalarNode):
        raise SchemaError(
            f"{what} must be text, not {_kind(node)}", source=source_of(node), hint=_quote(node)
        )
    text = str(node.value).strip()
    if not text or "\0" in text or not is_text(text):
        message = f"{what} is {'not text' if text else 'empty'}"
        raise SchemaError(message, source=source_of(node), hint="give it a text or leave it out")
    return text


def _quote(node: yaml.Node) -> str:
    if isinstance(node, yaml.MappingNode):
        return "quote text that holds a colon"
    if isinstance(node, yaml.ScalarNode) and node.tag.startswith("!") and not node.value:
        return f'put it in quotes: "{node.tag}"'  # A pattern such as !auth.users is a tag to YAML.
    if isinstance(node, yaml.ScalarNode) and node.value:
        return f'put it in quotes: "{node.value}"'
    return "give it a text or leave it out"


def _kind(node: yaml.Node) -> str:
    return KINDS.get(node.tag.rpartition(":")[2], "text" if node.tag.endswith(":str") else f'"{node.tag}"')


def source_of(node: yaml.Node) -> Source:
    """Where a node begins."""
    return Source(node.start_mark.name, node.start_mark.line + 1)


def _unknown_key(key: yaml.Node, what: str, keys: Collection[str]) -> SchemaError:
    text = text_of(key, "a key")
    hint = did_you_mean(nearest(text, keys), f"its keys are {', '.join(keys)}")
    return SchemaError(f'{what} has no key "{text}"', source=source_of(key), hint=hint)


def twice(what: str, first: Source, second: Source) -> SchemaError:
    """The error for what is given a second time."""
    return SchemaError(f"{what} is given twice, first on line {first.line}", source=second)


def once(items: Iterable[T], key: Callable[[T], Any], what: Callable[[T], str]) -> tuple[T, ...]:
    """The items; SchemaError for two of the same key, which *what* calls by name."""
    found: dict[Any, Any] = {}
    for item in items:
        if key(item) in found:
            raise twice(what(item), found[key(item)].source, item.source)  # type: ignore[attr-defined]
        found[key(item)] = item
    return tuple(found.values())
