"""An outgoing mail server that counts what it delivers, and breaks at any step it is told to."""

from __future__ import annotations

import socket
import ssl
import threading
import time
from base64 import b64decode
from collections.abc import Callable
from dataclasses import dataclass, field
from types import TracebackType

from servers.ports import end

# Every step of a dialogue at which a connection can be lost, in order. Of those at the final dot, in
# `lost_with_the_dot` the mail is gone and in `delivered_unsaid` it is delivered and nobody is told.
STEPS = (
    "before_banner", "after_banner", "ehlo", "after_ehlo", "auth", "after_auth", "mail", "after_mail",
    "rcpt1", "after_rcpt1", "rcpt2", "after_rcpt2", "data", "after_354", "in_the_body", "lost_with_the_dot",
    "delivered_unsaid", "after_250", "quit",
)  # fmt: skip
DELIVERED = STEPS[STEPS.index("delivered_unsaid") :]


@dataclass(frozen=True)
class Delivered:
    sender: str
    recipients: tuple[str, ...]
    raw: bytes  # CRLF line ends, dots unstuffed


class _Gone(Exception):
    pass


@dataclass
class Smtp:
    """`breaks`: the step at which the next connection is lost. `stall`: it is not closed but falls silent.
    `answers`: replies by the beginning of a command, in place of the usual ones. `at_step` is called
    with the name of every step that is reached."""

    user: str = "parent"
    password: str = "secret"
    breaks: str = ""
    stall: bool = False
    size: int = 35_882_577
    extensions: tuple[str, ...] = ("AUTH PLAIN LOGIN", "8BITMIME")
    answers: dict[str, str] = field(default_factory=dict)
    tls: ssl.SSLContext | None = None
    implicit_tls: bool = False
    at_step: Callable[[str], None] = lambda step: None
    delivered: list[Delivered] = field(default_factory=list)
    commands: list[str] = field(default_factory=list)
    tokens: set[str] = field(default_factory=set)

    def __enter__(self) -> Smtp:
        self._open: list[socket.socket] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        end(self._listener)
        for sock in self._open:
            sock.close()

    def _accept(self) -> None:
        while True:
            try:
                sock, _ = self._listener.accept()
            except OSError:
                return
            self._open.append(sock)
            threading.Thread(target=self._serve, args=(sock,), daemon=True).start()

    def _serve(self, sock: socket.socket) -> None:
        try:
            if self.implicit_tls and self.tls:
                sock = self.tls.wrap_socket(sock, server_side=True)
            _Talk(self, sock).run()
        except (_Gone, OSError, ValueError):
            pass
        finally:
            sock.close()

    def step(self, name: str) -> None:
        self.at_step(name)
        if name == self.breaks:
            if self.stall:
                time.sleep(30)
            raise _Gone


class _Talk:
    def __init__(self, server: Smtp, sock: socket.socket) -> None:
        self.server, self.sock = server, sock
        self.lines = sock.makefile("rb")
        self.sender, self.recipients = "", []
        self.encrypted = isinstance(sock, ssl.SSLSocket)

    def run(self) -> None:
        server = self.server
        server.step("before_banner")
        self.say(server.answers.get("banner", "220 mail.example.net ready"))
        server.step("after_banner")
        while line := self.lines.readline():
            command = line.decode("utf-8", "replace").strip()
            server.commands.append(command)
            given = next(
                (a for c, a in server.answers.items() if command.upper().startswith(c.upper())), None
            )
            name = command.upper().split(" ")[0].split(":")[0]
            if given is not None:
                self.say(given)
                if given.startswith("421"):
                    return
                continue
            if getattr(self, "do_" + name.lower(), self.do_other)(command):
                return

    def say(self, text: str) -> None:
        self.sock.sendall(text.encode() + b"\r\n")

    def do_other(self, command: str) -> None:
        self.say("502 5.5.1 what?")

    def do_ehlo(self, command: str) -> None:
        self.server.step("ehlo")
        lines = ["mail.example.net", f"SIZE {self.server.size}", *self.server.extensions]
        if self.server.tls and not self.encrypted:
            lines.append("STARTTLS")
        for line in lines[:-1]:
            self.say("250-" + line)
        self.say("250 " + lines[-1])
        self.server.step("after_ehlo")

    def do_starttls(self, command: str) -> None:
        assert self.server.tls
        self.say("220 go on")
        self.sock = self.server.tls.wrap_socket(self.sock, server_side=True)
        self.lines, self.encrypted = self.sock.makefile("rb"), True

    def do_auth(self, command: str) -> None:
        self.server.step("auth")
        _, method, *rest = command.split(" ")
        given = b64decode(rest[0]).decode() if rest else self.ask("")
        if method.upper() in ("XOAUTH2", "OAUTHBEARER"):
            good = given.partition("auth=Bearer ")[2].strip("\x01") in self.server.tokens
            if not good:
                self.ask("eyJzdGF0dXMiOiI0MDEifQ==")
        elif method.upper() == "LOGIN":
            good = (given, self.ask("UGFzc3dvcmQ6")) == (self.server.user, self.server.password)
        else:
            good = given.split("\0")[1:] == [self.server.user, self.server.password]
        self.say("235 2.7.0 welcome" if good else "535 5.7.8 not accepted")
        self.server.step("after_auth")

    def ask(self, challenge: str) -> str:
        self.say("334 " + challenge)
        answer = self.lines.readline().strip()
        return b64decode(answer).decode("utf-8", "replace")

    def do_mail(self, command: str) -> None:
        self.server.step("mail")
        self.sender, self.recipients = command.partition("<")[2].partition(">")[0], []
        self.say("250 2.1.0 ok")
        self.server.step("after_mail")

    def do_rcpt(self, command: str) -> None:
        number = len(self.recipients) + 1
        self.server.step(f"rcpt{number}")
        self.recipients.append(command.partition("<")[2].partition(">")[0])
        self.say("250 2.1.5 ok")
        self.server.step(f"after_rcpt{number}")

    def do_data(self, command: str) -> None:
        self.server.step("data")
        self.say("354 go on")
        self.server.step("after_354")
        lines: list[bytes] = []
        for number, line in enumerate(iter(self.lines.readline, b"")):
            if number == 3:
                self.server.step("in_the_body")
            if line == b".\r\n":
                break
            lines.append(line[1:] if line.startswith(b".") else line)
        else:
            raise _Gone  # no final dot: RFC 5321 section 4.1.1.4 forbids to deliver it
        self.server.step("lost_with_the_dot")
        final = self.server.answers.get("final dot")
        if final is None or final.startswith("2"):
            self.server.delivered.append(Delivered(self.sender, tuple(self.recipients), b"".join(lines)))
        self.server.step("delivered_unsaid")
        self.say(final or "250 2.0.0 queued")
        self.server.step("after_250")

    def do_rset(self, command: str) -> None:
        self.say("250 ok")

    def do_quit(self, command: str) -> bool:
        self.server.step("quit")
        self.say("221 bye")
        return True
