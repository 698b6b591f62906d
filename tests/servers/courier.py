"""Courier's imapd, one process for each connection, behind a login of the tests' own (`secret` opens any).

Courier's login program has its files at fixed places of the system; the mail server proper needs only a
Maildir. So the login is spoken here, and the rest, byte for byte, by Courier.
"""

from __future__ import annotations

import os
import re
import socket
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from servers.box import unavailable
from servers.ports import end

PREFIX = "INBOX."  # every other folder lies below INBOX
_CAPABILITIES = "IMAP4rev1 UIDPLUS CHILDREN NAMESPACE THREAD=ORDEREDSUBJECT THREAD=REFERENCES SORT QUOTA IDLE"
_PLACES = ("/opt/courier", "/")


def _root() -> Path:
    for place in [os.environ.get("IEP_MAIL_COURIER_ROOT", ""), *_PLACES]:
        if place and (Path(place) / "usr/bin/maildirmake.courier").exists():
            return Path(place)
    unavailable("Courier is not there (Debian: courier-imap, or .ci/run, which unpacks it beside Dovecot)")
    raise AssertionError


@contextmanager
def courier() -> Iterator[int]:
    """Runs the server with an empty mailbox for every user name; yields its port."""
    root = _root()
    with TemporaryDirectory(prefix="iep-courier-") as scratch:
        listener = socket.create_server(("127.0.0.1", 0))
        threading.Thread(target=_accept, args=(listener, root, Path(scratch)), daemon=True).start()
        yield int(listener.getsockname()[1])
        end(listener)


def _accept(listener: socket.socket, root: Path, scratch: Path) -> None:
    with suppress(OSError):
        while True:
            sock, _ = listener.accept()
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            threading.Thread(target=_serve, args=(sock, root, scratch), daemon=True).start()


def _serve(sock: socket.socket, root: Path, scratch: Path) -> None:
    with suppress(OSError), sock:
        lines = sock.makefile("rb", buffering=0)
        user, tag = _logged_in(sock, lines)
        if not user:
            return
        process = _imapd(root, scratch / re.sub(r"\W", "_", user))
        assert process.stdin
        assert process.stdout
        while line := process.stdout.readline():
            if line.startswith(b"* PREAUTH"):
                break
        sock.sendall(tag + b" OK LOGIN Ok.\r\n")
        threading.Thread(target=_pump_in, args=(lines, process), daemon=True).start()
        while block := process.stdout.read1(65536):  # type: ignore[attr-defined]
            sock.sendall(block)
        sock.shutdown(socket.SHUT_RDWR)
        process.wait(5)


def _pump_in(lines, process: subprocess.Popen[bytes]) -> None:  # type: ignore[no-untyped-def]
    assert process.stdin
    with suppress(OSError, ValueError):
        while block := lines.read(65536):
            process.stdin.write(block)
            process.stdin.flush()
    with suppress(OSError):
        process.stdin.close()


def _logged_in(sock: socket.socket, lines) -> tuple[str, bytes]:  # type: ignore[no-untyped-def]
    sock.sendall(b"* OK [CAPABILITY %s] Courier-IMAP ready.\r\n" % _CAPABILITIES.encode())
    while line := lines.readline():
        tag, _, rest = line.strip().partition(b" ")
        name = rest.split(b" ")[0].upper()
        if name == b"LOGIN":
            user, password = (word.strip(b'"').decode() for word in rest.split(b" ")[1:3])
            if password == "secret":
                return user, tag
            sock.sendall(tag + b" NO Login failed.\r\n")
        elif name == b"CAPABILITY":
            sock.sendall(b"* CAPABILITY %s\r\n%s OK done\r\n" % (_CAPABILITIES.encode(), tag))
        elif name == b"LOGOUT":
            sock.sendall(b"* BYE bye\r\n" + tag + b" OK bye\r\n")
            return "", b""
        else:
            sock.sendall(tag + b" BAD log in first\r\n")
    return "", b""


def _imapd(root: Path, home: Path) -> subprocess.Popen[bytes]:
    libraries = [
        root / "usr/lib" / name
        for name in ("", "x86_64-linux-gnu", "aarch64-linux-gnu", "courier-authlib", "courier")
    ]
    environment = os.environ | {
        "LD_LIBRARY_PATH": ":".join(map(str, libraries)),
        "HOME": str(home),
        "AUTHENTICATED": home.name,
        "AUTHADDR": home.name,
        "TCPREMOTEIP": "127.0.0.1",
        "IMAP_CAPABILITY": _CAPABILITIES,
        "GAMIN_DEBUG_SERVER": str(root / "usr/libexec/gam_server"),  # else it is waited for
        "IMAP_KEYWORDS": "1",
        "IMAP_USELOCKS": "1",
        "IMAP_TRASHFOLDERNAME": "Trash",
    }
    if not home.exists():
        home.mkdir()
        maildir = str(home / "Maildir")
        subprocess.run([str(root / "usr/bin/maildirmake.courier"), maildir], env=environment, check=True)
    return subprocess.Popen(
        [str(root / "usr/bin/imapd"), "Maildir"], cwd=home, env=environment,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
    )  # fmt: skip
