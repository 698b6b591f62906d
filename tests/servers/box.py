"""A mailbox on a private server, as tests fill it and look at it."""

from __future__ import annotations

import os
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from imapclient import IMAPClient

from iep_mail.model import Auth, Mailbox, Server

WHEN = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)


def unavailable(reason: str) -> None:
    """Skips where a server is missing; fails where servers are required."""
    if os.environ.get("CI") == "true" or os.environ.get("IEP_MAIL_REQUIRE_SERVERS") == "1":
        pytest.fail(reason)
    pytest.skip(reason)


def letter(
    number: int,
    sender: str = "office@maple.example.org",
    to: str = "parent@home.example.net",
    subject: str = "",
    reply_to_id: str = "",
    body: str = "Hello.",
) -> bytes:
    lines = [
        f"From: {sender}",
        f"To: {to}",
        f"Subject: {subject or f'Letter {number}'}",
        f"Message-ID: <{number}@maple.example.org>",
        "Date: Mon, 02 Mar 2026 10:00:00 -0500",
    ]
    if reply_to_id:
        lines.append(f"In-Reply-To: {reply_to_id}")
    return ("\r\n".join([*lines, "", body, ""])).encode()


@dataclass(frozen=True)
class Box:
    host: str
    port: int
    user: str
    password: str = "secret"
    security: str = "none"
    address: str = "parent@home.example.net"
    smtp: int = 0  # the port of its outgoing server, where it has one
    prefix: str = ""  # before the name of every folder but INBOX

    def mailbox(self, folders: tuple[str, ...] | None = None, **changes: object) -> Mailbox:
        server = Server(
            str(changes.get("host", self.host)), self.port, str(changes.get("security", self.security))
        )
        smtp = Server(self.host, self.smtp, "none") if self.smtp else None
        return Mailbox(self.address, server, Auth("keyring"), self.user, smtp, folders)

    @contextmanager
    def client(self, context: ssl.SSLContext | None = None) -> Iterator[IMAPClient]:
        client = IMAPClient(self.host, self.port, ssl=self.security == "tls", ssl_context=context)
        # Without it every APPEND waits for a delayed acknowledgement.
        client.socket().setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        client.login(self.user, self.password)
        try:
            yield client
        finally:
            client.logout()

    def fill(self, folder: str, *raws: bytes, flags: tuple[bytes, ...] = ()) -> None:
        folder = folder if folder == "INBOX" else self.prefix + folder
        with self.client() as client:
            if folder != "INBOX" and not client.folder_exists(folder):
                client.create_folder(folder)
            for raw in raws:
                client.append(folder, raw, flags=flags, msg_time=WHEN)

    def contents(self) -> dict[str, list[bytes]]:
        """The raw messages of every folder, sorted, by its name without the prefix."""
        found = {}
        with self.client() as client:
            for attributes, _, name in client.list_folders():
                if b"\\Noselect" in attributes:
                    continue
                client.select_folder(name, readonly=True)
                uids = client.search(["ALL"])
                bodies = client.fetch(uids, ["BODY.PEEK[]"]) if uids else {}
                found[name.removeprefix(self.prefix)] = sorted(m[b"BODY[]"] for m in bodies.values())
        return found

    def everything(self) -> dict[tuple[str, int], tuple[bytes, ...]]:
        """Flags of every message of every folder, \\Recent aside."""
        found = {}
        with self.client() as client:
            for attributes, _, name in client.list_folders():
                if b"\\Noselect" in attributes:
                    continue
                client.select_folder(name, readonly=True)
                for uid, data in client.fetch(client.search(["ALL"]), ["FLAGS"]).items():
                    found[name, uid] = tuple(sorted(f for f in data[b"FLAGS"] if f != b"\\Recent"))
        return found
