"""The sample family's outgoing mail server: it takes every letter, and none goes any further."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from iep_mail.errors import MailboxError

_START_SECONDS = 20


class _Taken:
    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        return "250 2.0.0 Taken; it goes no further"


@contextmanager
def demo_outgoing(user: str, password: str) -> Iterator[int]:
    """An SMTP server on 127.0.0.1 that accepts mail for everybody and keeps none; yields its port.

    Raises MailboxError where it cannot be started.
    """
    loop = asyncio.new_event_loop()
    known = LoginPassword(user.encode(), password.encode())

    def login(server: SMTP, session: Session, envelope: Envelope, how: str, given: object) -> AuthResult:
        return AuthResult(success=given == known)

    def speak() -> SMTP:
        return SMTP(_Taken(), hostname="localhost", authenticator=login, auth_require_tls=False, loop=loop)

    try:
        server = loop.run_until_complete(loop.create_server(speak, "127.0.0.1", 0))
    except OSError as problem:
        loop.close()
        raise MailboxError(
            "The sample family's outgoing mail could not be started on this computer.",
            "Check that programs may open a connection to 127.0.0.1, then try again.",
        ) from problem
    thread = threading.Thread(target=loop.run_forever, name="iep-mail demo outgoing", daemon=True)
    thread.start()
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join(_START_SECONDS)
        server.close()
        loop.run_until_complete(asyncio.sleep(0))
        loop.close()
