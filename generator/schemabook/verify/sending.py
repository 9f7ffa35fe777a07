"""One statement on its way to the server: never a script, and never for ever."""

from __future__ import annotations

import select
import time
from typing import TYPE_CHECKING, Any, NamedTuple

from schemabook.errors import SchemaError

if TYPE_CHECKING:
    import psycopg

LONGEST = 60.0
"""Seconds that a statement may take."""
GRACE = 5.0
"""Seconds that a cancelled statement has to end: code may catch the cancellation."""


class Refusal(NamedTuple):
    """Why the server refused a statement, and its SQLSTATE."""

    state: str
    message: str
    hint: str = ""


class Endless(SchemaError):
    """A statement that does not end, or that ends the connection."""


def send(connection: psycopg.Connection[Any], statement: str, longest: float = LONGEST) -> Refusal | None:
    """Runs exactly one statement; what it returns is dropped. None if the server accepts it.

    By the extended protocol, which refuses more than one.

    Raises Endless.
    """
    from psycopg import Error

    try:
        return _sent(connection, statement, longest)
    except Error as error:
        raise Endless(f"this statement ends the connection: {error}") from None
    except Endless:
        connection.close()
        raise


def _sent(connection: psycopg.Connection[Any], statement: str, longest: float) -> Refusal | None:
    pgconn = connection.pgconn
    pgconn.send_query_params(statement.encode(), None)
    pgconn.set_single_row_mode()
    is_cancelled, end = False, time.monotonic() + longest
    refusal: Refusal | None = None
    while True:
        while pgconn.is_busy():
            if not _readable(pgconn.socket, end - time.monotonic()):
                if is_cancelled:
                    raise Endless(f"this statement does not end, although cancelled after {longest:g} s")
                pgconn.get_cancel().cancel()
                is_cancelled, end = True, time.monotonic() + GRACE
            pgconn.consume_input()
        if (result := pgconn.get_result()) is None:
            break
        refusal = _refusal(result) or refusal
    if is_cancelled and refusal:
        return refusal._replace(message=f"it took longer than {longest:g} s")
    return refusal


def _readable(socket: int, seconds: float) -> bool:
    poll = select.poll()
    poll.register(socket, select.POLLIN)
    return bool(poll.poll(max(0.0, seconds) * 1000))


def _refusal(result: Any) -> Refusal | None:
    from psycopg.pq import DiagnosticField, ExecStatus

    if result.status in (ExecStatus.COPY_IN, ExecStatus.COPY_OUT, ExecStatus.COPY_BOTH):
        raise Endless("this statement moves data")
    if result.status in (ExecStatus.FATAL_ERROR, ExecStatus.BAD_RESPONSE):
        fields = (DiagnosticField.SQLSTATE, DiagnosticField.MESSAGE_PRIMARY, DiagnosticField.MESSAGE_HINT)
        state, message, hint = (
            (result.error_field(field) or b"").decode(errors="replace") for field in fields
        )
        return Refusal(state, message or result.error_message.decode(errors="replace").strip(), hint)
    return None
