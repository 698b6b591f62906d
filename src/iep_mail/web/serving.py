"""The page served to this computer alone, until the parent stops it."""

from __future__ import annotations

import socket
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from waitress import create_server

from iep_mail.errors import UsageError
from iep_mail.jobs.viewing import Viewer
from iep_mail.web.app import create_app
from iep_mail.web.guard import Guard

_THREADS = 4
_LARGEST_REQUEST = 60_000_000  # bytes: a letter with its attachments, in their encoded form


@contextmanager
def served(viewer: Viewer, port: int = 0, *, demo: bool = False) -> Iterator[Guard]:
    """The page on 127.0.0.1:`port` (0: any free one) in a thread of its own.

    Raises UsageError where the port is taken.
    """
    try:
        listener = socket.create_server(("127.0.0.1", port))
    except (OSError, OverflowError) as error:
        raise UsageError(
            f"Port {port} of this computer cannot be used ({error}).",
            "Leave out --port: a free one is found by itself.",
        ) from error
    guard = Guard(listener.getsockname()[1])
    server = create_server(
        create_app(viewer, guard, demo=demo),
        sockets=[listener],
        threads=_THREADS,
        ident=None,
        max_request_body_size=_LARGEST_REQUEST,
    )
    thread = threading.Thread(target=server.run, name="iep-mail web", daemon=True)
    thread.start()
    try:
        yield guard
    finally:
        server.close()
        listener.close()


def wait_for_end(guard: Guard, tell: Callable[[str], None]) -> None:
    """Until the parent presses Ctrl-C; at a terminal every Enter gives a new link."""
    while sys.stdin is not None and sys.stdin.isatty() and sys.stdin.readline():
        tell(guard.new_link())
    ended = threading.Event()
    while not ended.wait(1):  # on Windows a wait without end does not hear Ctrl-C
        pass
