"""Processes that end with the one that started them, however that ends."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
from collections.abc import Callable

PR_SET_PDEATHSIG = 1
"""https://man7.org/linux/man-pages/man2/PR_SET_PDEATHSIG.2const.html"""


def ends_with_parent() -> Callable[[], None] | None:
    """What a child calls first, so that it ends when this process does; None where only Linux could do that.

    The kernel sends the signal: a parent that is killed has no chance to.
    """
    if sys.platform != "linux":
        return None
    parent, prctl = os.getpid(), ctypes.CDLL(None, use_errno=True).prctl

    def follow() -> None:
        prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:  # It ended before.
            os.kill(os.getpid(), signal.SIGTERM)

    return follow


def end_on_sigterm() -> None:
    """Lets SIGTERM end this process as Ctrl-C does: what it has started stops, what it made is removed."""
    signal.signal(signal.SIGTERM, _exit)


def _exit(number: int, _: object) -> None:
    raise SystemExit(128 + number)
