"""Secrets in the input: where each stands, never its value."""

from __future__ import annotations

from typing import NamedTuple

from schemabook.errors import Source


class Secret(NamedTuple):
    """A key, token or password that stands in a text in full."""

    source: Source
    """The line on which it begins."""
    kind: str
    """`password in a URL`, `Stripe key`, …"""
    place: str
    """What it stands in: `function public.notify(text)`, `guide SETUP.md`."""
    shown: str
    """Its first characters, never more than a quarter of it."""
    is_public: bool = False
    """Whether it is meant to be known, as the key of the role `anon`."""

    @property
    def title(self) -> str:
        """What the patterns of the settings are compared with."""
        return f"{self.kind} in {self.place}"
