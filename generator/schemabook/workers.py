"""The same work for many items, spread over the processors by forking."""

from __future__ import annotations

import gc
import multiprocessing
import os
import sys
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from itertools import repeat
from typing import Any

from schemabook.processes import ends_with_parent

FEW = 40
"""Up to so many items are done sooner than processes are started for them."""
CHUNK = 16
"""How many items a worker takes at a time."""

Work = Callable[[int], Any]
_work: Work | None = None
"""What this process does, if it is a worker: a fork has it without any copying."""


def spread(work: Work, items: int) -> list[Any] | None:
    """What the work returns for each number below *items*; None where it cannot, or need not, be spread.

    Results must be picklable. The work must not raise, and must not depend on what it did for another item.
    """
    return _forked(work, items, CHUNK) if items > FEW and can_fork() else None


def together(tasks: Sequence[Callable[[], Any]]) -> list[Any]:
    """What the tasks return, which are done at the same time where that can be; none may return None.

    Results must be picklable. What a task raises is raised.
    """
    found = _forked(lambda number: _tried(tasks[number]), len(tasks), 1) if can_fork() else None
    return [
        task() if value is None else value for task, value in zip(tasks, found or repeat(None), strict=False)
    ]


def _tried(task: Callable[[], Any]) -> Any:
    """What the task returns; None where it fails, as it will again for the parent."""
    with suppress(Exception):
        return task()


def _forked(work: Work, items: int, chunk: int) -> list[Any] | None:
    context = multiprocessing.get_context("fork")
    try:
        with ProcessPoolExecutor(processors(), context, _begin, (work, ends_with_parent())) as workers:
            return list(workers.map(_one, range(items), chunksize=chunk))
    except (BrokenProcessPool, OSError):  # A worker was killed, or none could be started.
        return None


def can_fork() -> bool:
    """Whether forking is safe here, and worth it.

    A fork copies only this thread, and a lock that another one holds stays locked for ever: so not while
    MkDocs serves. The libraries of macOS do not bear it at all.
    """
    has_fork = "fork" in multiprocessing.get_all_start_methods() and sys.platform != "darwin"
    return has_fork and threading.active_count() == 1 and processors() > 1


def processors() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1


def _begin(work: Work, follow: Callable[[], None] | None) -> None:
    if follow:
        follow()
    global _work
    _work = work
    gc.freeze()  # What the parent made stays: a collection that looks at it would copy its memory.
    gc.enable()


def _one(number: int) -> Any:
    assert _work
    return _work(number)
