"""Which names migrations have changed: what was written before still has the old ones.

PostgreSQL keeps no text of a view, a policy or a default, so that it prints the new names.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

NAME = r'"(?:[^"]|"")+"|[\w$]+'
RENAME = re.compile(
    rf"""\balter\s+(?:foreign\s+|materialized\s+|text\s+search\s+)?\w+\s+(?:if\s+exists\s+)?(?:only\s+)?
    (?P<object>(?:(?:{NAME})\s*\.\s*)*(?:{NAME}))(?:\s*\([^;()]*\))?(?:\s+on\s+[^;]*?)?
    \s+rename\s+(?:(?:column|attribute|value|constraint)\s+)?(?:(?P<old>{NAME}|'[^']*')\s+)?
    to\s+(?P<new>{NAME}|'[^']*')""",
    re.X | re.I,
)
MOVE = re.compile(
    rf"\balter\s+[^;]*?(?P<schema>{NAME})\s*\.\s*(?P<old>{NAME})(?:\s*\([^;()]*\))?\s+set\s+schema\s+(?P<new>{NAME})",
    re.I,
)
COMMENT = re.compile(r"--[^\n]*|/\*.*?\*/", re.S)
LAST = re.compile(rf"(?:{NAME})$")
PLAIN = re.compile(r'"([a-z_][a-z0-9_$]*)"')


def renames_in(texts: Iterable[str]) -> Mapping[str, str]:
    """The old names with the new ones, as the tokens of a query spell them: `a` and `b`, `a.t` and `b.t`."""
    found: dict[str, str] = {}
    for text in texts:
        plain = COMMENT.sub(" ", text)
        for match in MOVE.finditer(plain):
            name = _spelled(match["old"])
            found[f"{_spelled(match['schema'])}.{name}"] = f"{_spelled(match['new'])}.{name}"
        for match in RENAME.finditer(plain):
            last = LAST.search(match["old"] or match["object"]) if "'" not in (match["old"] or "") else None
            old, new = _spelled(last[0] if last else match["old"]), _spelled(match["new"])
            for before, after in list(found.items()):
                if after == old:
                    found[before] = new
            found[old] = new
    return {old: new for old, new in found.items() if old != new}


def _spelled(name: str) -> str:
    return PLAIN.sub(r"\1", name) if name[:1] in "\"'" else name.lower()
