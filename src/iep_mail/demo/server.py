"""The sample family's mailbox: its files, and a real IMAP server that serves them in this process."""

from __future__ import annotations

import asyncio
import json
import logging
import socket
import threading
from argparse import Namespace
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, contextmanager
from datetime import UTC, date, datetime
from email.parser import BytesHeaderParser
from email.utils import parsedate_to_datetime
from importlib.resources import files
from pathlib import Path
from typing import Any

from proxyprotocol.sock import SocketInfoLocal
from pymap.backend.dict import DictBackend
from pymap.imap import IMAPServer, IMAPService
from pymap.parsing.message import AppendMessage
from pymap.parsing.specials.flag import Seen
from pysasl.hashing import BuiltinHash

from iep_mail.errors import MailboxError

DEMO_DAY = date(2026, 3, 10)
USER = "renee.okafor@example.com"
PASSWORD = "bluebonnet"  # noqa: S105 - opens only the sample mailbox on this machine

_SHIPPED = ("calendar.ics", "iep-theo.toml")
_START_SECONDS = 20
_BACKLOG = 16
_QUICK = BuiltinHash(rounds=1)  # the password is no secret, and every login would take a quarter of a second


def demo_messages() -> dict[str, list[tuple[bytes, datetime]]]:
    """Folder → [(raw bytes, INTERNALDATE in UTC)], in time order, from the package's files."""
    here = files("iep_mail.demo")
    places: dict[str, str] = json.loads(here.joinpath("folders.json").read_text(encoding="utf-8"))
    folders: dict[str, list[tuple[bytes, datetime]]] = {}
    for name, folder in sorted(places.items()):
        raw = here.joinpath("mail", name).read_bytes()
        folders.setdefault(folder, []).append((raw, _sent_at(raw)))
    return folders


def demo_family(port: int, folder: Path, outgoing: int | None = None) -> Path:
    """Writes the sample family's configuration, calendar and IEP into `folder`.

    Returns the path of config.toml, which names the server on 127.0.0.1:`port` and, where it is given,
    the one for outgoing mail on 127.0.0.1:`outgoing`.
    """
    here = files("iep_mail.demo")
    folder.mkdir(parents=True, exist_ok=True)
    for name in _SHIPPED:
        (folder / name).write_bytes(here.joinpath(name).read_bytes())
    config = folder / "config.toml"
    text = here.joinpath("config.toml").read_text(encoding="utf-8")
    text = text.replace("port = 0", f"port = {port}")
    if outgoing:
        text += f'smtp = {{ host = "127.0.0.1", port = {outgoing}, security = "none" }}\n'
    config.write_text(text, encoding="utf-8")
    return config


@contextmanager
def demo_server(
    messages: Mapping[str, Sequence[tuple[bytes, datetime]]], user: str, password: str
) -> Iterator[int]:
    """An IMAP server on 127.0.0.1 with these folders and messages; yields its port.

    It runs on an event loop in a daemon thread and keeps everything in memory. Raises MailboxError
    where it cannot be started.
    """
    listener = socket.create_server(("127.0.0.1", 0), backlog=_BACKLOG)
    port: int = listener.getsockname()[1]
    server = _Server(listener, messages, user, password)
    with _quiet("pymap", "asyncio"):
        thread = threading.Thread(target=server.run, name="iep-mail demo mailbox", daemon=True)
        thread.start()
        try:
            server.wait_until_ready()
            yield port
        finally:
            server.stop()
            thread.join(_START_SECONDS)
            listener.close()


class _Server:
    """The server's thread: starts, serves until stopped, closes every connection."""

    def __init__(
        self,
        listener: socket.socket,
        messages: Mapping[str, Sequence[tuple[bytes, datetime]]],
        user: str,
        password: str,
    ) -> None:
        self._listener = listener
        self._messages = messages
        self._user = user
        self._password = password
        self._ready = threading.Event()
        self._problem: BaseException | None = None
        self._halt: Callable[[], object] = lambda: None

    def run(self) -> None:
        try:
            asyncio.run(self._serve())
        except BaseException as problem:
            self._problem = problem
        finally:
            self._ready.set()

    def wait_until_ready(self) -> None:
        if not self._ready.wait(_START_SECONDS) or self._problem is not None:
            raise MailboxError(
                "The sample mailbox could not be started on this computer.",
                "Check that programs may open a connection to 127.0.0.1, then try again.",
            ) from self._problem

    def stop(self) -> None:
        self._halt()

    async def _serve(self) -> None:
        loop, halt = asyncio.get_running_loop(), asyncio.Event()

        def ask_to_halt() -> None:
            if not loop.is_closed():
                loop.call_soon_threadsafe(halt.set)

        self._halt = ask_to_halt
        args = _arguments(self._listener, self._user, self._password)
        backend, config = await DictBackend.init(args, hash_context=_QUICK)
        config.apply_context()
        try:
            await _load(backend, self._messages)
            async with AsyncExitStack() as stack:
                await backend.start(stack)
                service = _OneSocket(backend, config)
                service.listener = self._listener
                await service.start(stack)
                self._ready.set()
                await halt.wait()
        finally:
            await _end_tasks()


class _OneSocket(IMAPService):
    """pymap's IMAP service on a socket that is already bound, so that no port is taken twice."""

    listener: socket.socket

    async def start(self, stack: AsyncExitStack) -> None:
        serve = IMAPServer(self.backend.login, self.config)

        async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            try:
                await serve(reader, writer, SocketInfoLocal(writer))
            except (ConnectionError, asyncio.CancelledError):
                pass
            finally:
                writer.close()

        server = await asyncio.start_server(connected, sock=self.listener)
        stack.callback(server.close)


async def _load(backend: DictBackend, messages: Mapping[str, Sequence[tuple[bytes, datetime]]]) -> None:
    """Puts the messages into the user's folders by pymap's own backend, with no connection."""
    identity = await backend.login.authorize(backend.login.demo_user_identity, backend.config.demo_user)
    async with identity.new_session() as session:
        for folder, items in messages.items():
            if folder.upper() != "INBOX":
                await session.mailbox_set.add_mailbox(folder)
            mailbox = await session.mailbox_set.get_mailbox(folder)
            for raw, received_at in items:
                await mailbox.append(AppendMessage(raw, received_at, frozenset({Seen})))


async def _end_tasks() -> None:
    """Ends the connections that are still open; a server that waits for them would never stop."""
    others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)


def _arguments(listener: socket.socket, user: str, password: str) -> Namespace:
    return Namespace(
        debug=False,
        host="127.0.0.1",
        port=listener.getsockname()[1],
        cert=None,
        key=None,
        tls=False,
        passlib_cfg=None,
        proxy_protocol=None,
        inherited_sockets=None,
        demo_data=False,
        demo_user=user,
        demo_password=password,
    )


@contextmanager
def _quiet(*names: str) -> Iterator[None]:
    """The server's loggers say nothing for a while: mail text belongs in no log."""
    before: list[tuple[logging.Logger, bool]] = []
    for name in names:
        logger = logging.getLogger(name)
        before.append((logger, logger.disabled))
        logger.disabled = True
    try:
        yield
    finally:
        for logger, disabled in before:
            logger.disabled = disabled


def _sent_at(raw: bytes) -> datetime:
    headers: Any = BytesHeaderParser().parsebytes(raw)
    return parsedate_to_datetime(str(headers["Date"])).astimezone(UTC)
