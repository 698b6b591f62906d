"""Whole nights against mbsync and notmuch, on the same Dovecot and the same mailbox.

python -m benchmarks.nights [SCHOOL] [OTHER] [TIMES]

Needs dovecot-imapd, isync and notmuch. Three jobs: a first night, a night with nothing new (on this
machine, and through a proxy whose answers take 40 ms), and a night with 20 new messages.
"""

from __future__ import annotations

import shutil
import socket
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from imapclient import IMAPClient

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))

from benchmarks.generate import CONFIG, LAST_DAY, Mail, mailbox
from benchmarks.runs import Run, compare, measured, together
from servers.dovecot import dovecot

USER, PASSWORD = "jo", "secret"
_ROUND_TRIP = 0.040
_NEW = 20
_MAILBOX = """
[[mailboxes]]
address = "jo@family.example.net"
user = "jo"
imap = {{ host = "127.0.0.1", port = {port}, security = "none" }}
auth = {{ method = "environment", variable = "IEP_MAIL_PASSWORD" }}
"""
_MBSYNC = """
FSync no

IMAPAccount a
Host 127.0.0.1
Port {port}
User jo
Pass secret
SSLType None
AuthMechs LOGIN

IMAPStore far
Account a

MaildirStore near
Path {maildir}/
Inbox {maildir}/INBOX
SubFolders Verbatim

Channel c
Far :far:
Near :near:
Patterns *
Create Near
Sync Pull
SyncState *
"""
_NOTMUCH = """
[database]
path={maildir}
[user]
name=Jo
primary_email=jo@family.example.net
[new]
tags=unread
[maildir]
synchronize_flags=false
"""


class Home:
    """A scratch home for both programs, reading the server on `port`."""

    def __init__(self, root: Path, port: int) -> None:
        self.root = root
        self.maildir = root / "maildir"
        self.data = root / "data"
        self.forget()
        self.point(port)

    def forget(self) -> None:
        for folder in (self.maildir, self.data):
            shutil.rmtree(folder, ignore_errors=True)
        self.maildir.mkdir()

    def point(self, port: int) -> None:
        (self.root / "config.toml").write_text(CONFIG + _MAILBOX.format(port=port))
        (self.root / "mbsyncrc").write_text(_MBSYNC.format(port=port, maildir=self.maildir))
        (self.root / "notmuch").write_text(_NOTMUCH.format(maildir=self.maildir))

    def ours(self) -> Run:
        places = ["--config", str(self.root / "config.toml"), "--data", str(self.data)]
        night = [sys.executable, "-m", "iep_mail", *places, "nightly", "--as-of", LAST_DAY.isoformat()]
        return measured(night, {"IEP_MAIL_PASSWORD": PASSWORD})

    def first_of_ours(self) -> Run:
        shutil.rmtree(self.data, ignore_errors=True)
        return self.ours()

    def mbsync(self) -> Run:
        return measured(["mbsync", "-q", "-c", str(self.root / "mbsyncrc"), "-a"])

    def mbsync_and_notmuch(self) -> Run:
        config = {"NOTMUCH_CONFIG": str(self.root / "notmuch")}
        return together(self.mbsync(), measured(["notmuch", "new", "--quiet"], config))

    def first_of_theirs(self) -> Run:
        shutil.rmtree(self.maildir, ignore_errors=True)
        self.maildir.mkdir()
        return self.mbsync_and_notmuch()


def fill(port: int, mails: list[Mail]) -> None:
    client = IMAPClient("127.0.0.1", port, ssl=False)
    client.login(USER, PASSWORD)
    for mail in mails:
        client.append(mail.folder, mail.raw.replace(b"\n", b"\r\n"), msg_time=mail.at)
    client.logout()


@contextmanager
def far_away(port: int) -> Iterator[int]:
    """A port on this machine behind which the server's answers take a round trip of 40 ms."""
    listener = socket.create_server(("127.0.0.1", 0))

    def carry(source: socket.socket, sink: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(65536):
                due = time.monotonic() + _ROUND_TRIP / 2
                time.sleep(max(0.0, due - time.monotonic()))
                sink.sendall(data)
        with suppress(OSError):
            sink.shutdown(socket.SHUT_WR)

    def serve() -> None:
        with suppress(OSError):
            while True:
                near, _ = listener.accept()
                far = socket.create_connection(("127.0.0.1", port))
                for one in (near, far):
                    one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                for pair in ((near, far), (far, near)):
                    threading.Thread(target=carry, args=pair, daemon=True).start()

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield listener.getsockname()[1]
    finally:
        listener.close()


def main() -> None:
    school, other, times = (*map(int, sys.argv[1:]), *(5000, 0, 5)[len(sys.argv) - 1 :])
    print(f"{school:,} messages of the school's and {other:,} others; medians of {times}, wall against wall")
    extra = list(mailbox(2 * _NEW * (times + 2), 0, seed=2))
    with dovecot() as (port, _), far_away(port) as slow_port, tempfile.TemporaryDirectory() as scratch:
        fill(port, list(mailbox(school, other)))
        home = Home(Path(scratch), port)
        compare(
            "first night", home.first_of_ours, home.first_of_theirs, times, 0.05 if other > school else 1.0
        )
        compare("nothing new", home.ours, home.mbsync, times, 1.5)
        home.point(slow_port)
        compare("nothing new, 40 ms away", home.ours, home.mbsync, times, 0.9)
        home.point(port)

        def twenty_new() -> Run:
            fill(port, [extra.pop() for _ in range(_NEW)])
            return home.ours()

        compare(f"{_NEW} new", twenty_new, home.mbsync_and_notmuch, times, 1.2)


if __name__ == "__main__":
    main()
