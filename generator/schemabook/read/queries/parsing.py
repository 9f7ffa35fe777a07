"""sqlglot's parser, on queries that it is fit for."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

import sqlglot
from sqlglot import exp

from schemabook.read.queries.following import attempt

DEEPEST = 100
"""Parentheses in parentheses beyond which a query is not parsed: the parser calls itself for each."""
CHAINED = frozenset({"and", "or", "not", "+", "-", "*", "/", "||", "::", "union", "intersect", "except"})
MOST_TOKENS = 20_000
"""Tokens beyond which a query is not parsed: its tree takes hundreds of times the memory."""
LONGEST_TEXT = 200_000
"""Characters, as a string costs sqlglot time for its square."""
LONGEST_CHAIN = 3000
"""Operators beyond which a query is not parsed: its tree is as deep as a chain of them is long."""
BEGINNINGS = (["select"], ["with"], ["values"], ["("], ["insert"], ["update"], ["delete"], ["merge"])


def parse(text: str, tokens: list[str]) -> exp.Expr | None:
    """The query as sqlglot's tree; None where it cannot read it, or where it is too deep for it."""
    if len(tokens) > MOST_TOKENS or len(text) > LONGEST_TEXT:
        return None
    depth = deepest = 0
    for token in tokens:
        depth += (token in ("(", "[", "case")) - (token in (")", "]", "end"))
        deepest = max(deepest, depth)
    chained = sum(token in CHAINED for token in tokens)
    if deepest > DEEPEST or chained > LONGEST_CHAIN or tokens[:1] not in BEGINNINGS:
        return None
    with _in_silence():
        return attempt(lambda: sqlglot.parse_one(text, dialect="postgres"))


@contextmanager
def _in_silence() -> Iterator[None]:
    """Without sqlglot's warnings: what it cannot parse is not the user's concern."""
    logger = logging.getLogger("sqlglot")
    before, logger.disabled = logger.disabled, True
    try:
        yield
    finally:
        logger.disabled = before
