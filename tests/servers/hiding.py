"""A proxy before a real IMAP server that hides what the server can do."""

from __future__ import annotations

import re
import socket
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress

from servers.ports import end

_SPECIAL = rb"\\(?:All|Archive|Drafts|Flagged|Junk|Sent|Trash)\b ?"


@contextmanager
def hiding(port: int, *names: str) -> Iterator[int]:
    """A server on 127.0.0.1 that is the one on `port` without these capabilities; yields its port."""
    listener = socket.create_server(("127.0.0.1", 0))
    threading.Thread(target=_accept, args=(listener, port, names), daemon=True).start()
    yield int(listener.getsockname()[1])
    end(listener)


def _accept(listener: socket.socket, port: int, names: Sequence[str]) -> None:
    with suppress(OSError):
        while True:
            client, _ = listener.accept()
            server = socket.create_connection(("127.0.0.1", port))
            for sock in (client, server):
                sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            threading.Thread(target=_upward, args=(client, server), daemon=True).start()
            threading.Thread(target=_downward, args=(server, client, names), daemon=True).start()


def _upward(client: socket.socket, server: socket.socket) -> None:
    with suppress(OSError):
        while block := client.recv(65536):
            server.sendall(block)
    with suppress(OSError):
        server.shutdown(socket.SHUT_WR)


def _downward(server: socket.socket, client: socket.socket, names: Sequence[str]) -> None:
    with suppress(OSError), client, server, server.makefile("rb") as lines:
        while line := lines.readline():
            client.sendall(_without(line, names))
            if literal := re.search(rb"\{(\d+)\}\r\n\Z", line):
                client.sendall(lines.read(int(literal[1])))


def _without(line: bytes, names: Sequence[str]) -> bytes:
    if b"CAPABILITY " in line:
        for name in names:
            line = re.sub(rb" " + re.escape(name.encode()) + rb"(?=[ \]\r])", b"", line)
    if "UIDPLUS" in names:
        line = re.sub(rb"\[(?:APPENDUID|COPYUID) [^\]]*\] ", b"", line)
    if "CONDSTORE" in names:
        line = re.sub(rb"^\* OK \[HIGHESTMODSEQ \d+\].*\r\n", b"", line)
    if "SPECIAL-USE" in names and line.startswith(b"* LIST "):
        line = re.sub(_SPECIAL, b"", line)
    return line
