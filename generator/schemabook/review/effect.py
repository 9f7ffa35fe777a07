"""What a change does to whom, in classes from the worst to the least."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple


class Severity(StrEnum):
    """What a change does, the worst first."""

    DATA_LOSS = "data loss"
    SECURITY = "security"
    BREAKS_READERS = "breaks readers"
    BREAKS_WRITERS = "breaks writers"
    LOCKS = "locks or rewrites"
    INVALIDATES = "invalidates"
    COMPATIBLE = "compatible"
    COSMETIC = "cosmetic"

    @property
    def is_dangerous(self) -> bool:
        """Whether somebody has to look at it."""
        return self not in (Severity.COMPATIBLE, Severity.COSMETIC)


WORST_FIRST = {severity: place for place, severity in enumerate(Severity)}


class Effect(NamedTuple):
    """One effect of a change, in one sentence."""

    severity: Severity
    sentence: str


def loss(sentence: str) -> Effect:
    """Data is lost."""
    return Effect(Severity.DATA_LOSS, sentence)


def security(sentence: str) -> Effect:
    """Access opens or closes."""
    return Effect(Severity.SECURITY, sentence)


def readers(sentence: str) -> Effect:
    """Readers break."""
    return Effect(Severity.BREAKS_READERS, sentence)


def writers(sentence: str) -> Effect:
    """Writers break."""
    return Effect(Severity.BREAKS_WRITERS, sentence)


def invalidates(sentence: str) -> Effect:
    """What was made for the old state no longer serves."""
    return Effect(Severity.INVALIDATES, sentence)


def compatible(sentence: str) -> Effect:
    """Nobody breaks."""
    return Effect(Severity.COMPATIBLE, sentence)


def cosmetic(sentence: str) -> Effect:
    """Nothing behaves otherwise."""
    return Effect(Severity.COSMETIC, sentence)
