"""A small IMAP server that misbehaves on demand: rules change its answers, one command at a time."""

from __future__ import annotations

import re
import socket
import threading
from collections.abc import Callable
from types import TracebackType

from servers.ports import end

Rule = Callable[["Scripted", str, str, str, socket.socket], bool]


class Hangup(Exception):
    """A rule raises it to close the connection."""


class Scripted:
    """`messages`: uid → raw, of INBOX. A rule returns True where it answered in the server's place."""

    def __init__(
        self, messages: dict[int, bytes], *rules: Rule, greeting: bytes = b"* OK ready\r\n",
        capabilities: str = "IMAP4rev1", uidvalidity: str = "[UIDVALIDITY 7]",
    ) -> None:  # fmt: skip
        self.messages, self.rules, self.greeting = messages, list(rules), greeting
        self.capabilities, self.uidvalidity = capabilities, uidvalidity
        self.drafts: list[bytes] = []
        self.commands: list[str] = []
        self.connections = 0
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        self._folder = "INBOX"

    def __enter__(self) -> Scripted:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        end(self._listener)

    def _accept(self) -> None:
        while True:
            try:
                sock, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            threading.Thread(target=self._serve, args=(sock,), daemon=True).start()

    def _serve(self, sock: socket.socket) -> None:
        try:
            with sock, sock.makefile("rb") as lines:
                sock.sendall(self.greeting)
                for line in lines:
                    tag, _, rest = line.decode("latin-1").strip().partition(" ")
                    self.commands.append(rest)
                    name = rest.upper().removeprefix("UID ").split(" ")[0]
                    if any(rule(self, name, rest, tag, sock) for rule in self.rules):
                        continue
                    if not self._answer(name, rest, tag, sock, lines):
                        return
        except (Hangup, OSError, ValueError):
            pass

    def _answer(self, name: str, rest: str, tag: str, sock: socket.socket, lines) -> bool:
        send = sock.sendall
        if name == "CAPABILITY":
            send(f"* CAPABILITY {self.capabilities}\r\n".encode())
        elif name == "LIST":
            send(b'* LIST (\\HasNoChildren) "/" INBOX\r\n* LIST (\\Drafts) "/" Drafts\r\n')
        elif name == "EXAMINE":
            self._folder = "Drafts" if "Drafts" in rest else "INBOX"
            count = len(self.drafts if self._folder == "Drafts" else self.messages)
            send(f"* {count} EXISTS\r\n* 0 RECENT\r\n* FLAGS ()\r\n* OK {self.uidvalidity} ok\r\n".encode())
            if self._folder == "INBOX":
                send(f"* OK [UIDNEXT {max(self.messages, default=0) + 1}] next\r\n".encode())
        elif name == "SEARCH":
            send(("* SEARCH " + " ".join(map(str, self._search(rest)))).strip().encode() + b"\r\n")
        elif name == "FETCH":
            for uid in self.asked(rest):
                if uid in self._held():
                    send(self.fetched(uid, rest))
        elif name == "APPEND":
            size = int(re.findall(r"\{(\d+)\}", rest)[0])
            send(b"+ go on\r\n")
            self.drafts.append(lines.read(size))
            lines.readline()
            self.after_append(sock)
        elif name == "LOGOUT":
            send(f"* BYE bye\r\n{tag} OK bye\r\n".encode())
            return False
        send(f"{tag} OK done\r\n".encode())
        return True

    def after_append(self, sock: socket.socket) -> None:
        """Tests replace it."""

    def _held(self) -> dict[int, bytes]:
        return dict(enumerate(self.drafts, 1)) if self._folder == "Drafts" else self.messages

    def _search(self, rest: str) -> list[int]:
        if self._folder == "Drafts" and "HEADER" not in rest.upper():
            return list(range(1, len(self.drafts) + 1))
        if self._folder == "Drafts":
            wanted = rest.rsplit(" ", 1)[-1].strip('"').encode()
            return [i for i, raw in enumerate(self.drafts, 1) if wanted in raw]
        if begin := re.search(r"UID (\d+):\*", rest):
            above = [uid for uid in self.messages if uid >= int(begin[1])]
            return above or [max(self.messages, default=0)]  # as RFC 3501 says of n:*
        return sorted(self.messages)

    @staticmethod
    def asked(rest: str) -> list[int]:
        return [int(uid) for uid in rest.split(" ")[2].split(",")] if rest.upper().startswith("UID") else []

    def fetched(self, uid: int, rest: str) -> bytes:
        raw = self._held()[uid]
        if "BODY.PEEK[]" in rest:
            return b"* %d FETCH (UID %d BODY[] {%d}\r\n%s)\r\n" % (uid, uid, len(raw), raw)
        header = raw.split(b"\r\n\r\n")[0] + b"\r\n\r\n"
        start = b"* %d FETCH (UID %d RFC822.SIZE %d " % (uid, uid, len(raw))
        date = b'INTERNALDATE "02-Mar-2026 15:00:00 +0000" BODY[HEADER.FIELDS (FROM)]<0> '
        return start + date + b"{%d}\r\n%s)\r\n" % (len(header), header)
