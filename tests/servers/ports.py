"""Ports and waiting."""

from __future__ import annotations

import socket
import time
from contextlib import suppress


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for_greeting(port: int, seconds: float = 10.0) -> None:
    """Until something on the port speaks first, as IMAP servers do."""
    end = time.monotonic() + seconds
    while True:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=1) as sock:
                if sock.recv(1):
                    return
        except OSError:
            pass
        if time.monotonic() > end:
            raise RuntimeError(f"no server answered on port {port}")
        time.sleep(0.03)


def wait_for_port(port: int, seconds: float = 10.0) -> None:
    end = time.monotonic() + seconds
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(0.03)
        else:
            return


def end(listener: socket.socket) -> None:
    """Closes a listening socket and wakes the thread that waits on it; else that thread takes a later
    server's connection where the port is given out again."""
    with suppress(OSError):
        listener.shutdown(socket.SHUT_RDWR)
    listener.close()
