"""A logged-in IMAP connection with limits on time and size."""

from __future__ import annotations

import imaplib
import re
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any, TypeVar

from imapclient import IMAPClient, SocketTimeout
from imapclient.exceptions import IMAPClientError
from imapclient.exceptions import LoginError as RefusedLogin
from imapclient.imap4 import IMAP4WithTimeout
from imapclient.tls import IMAP4_TLS

from iep_mail.adapters.imap.safety import safe
from iep_mail.adapters.loopback import is_loopback, signed_by_itself_here, trusting
from iep_mail.errors import CertificateError, LoginError, MailboxError
from iep_mail.model import Mailbox

Result = TypeVar("Result")

TRY_LATER = "Nothing is lost: iep-mail goes on from there on its next run."
_BUSY = re.compile(
    r"THROTTL|OVERQUOTA|\[LIMIT\]|backoff|back off|bandwidth|too many|rate limit|UNAVAILABLE|INUSE|temporar",
    re.IGNORECASE,
)
_BUSY_CODES = ("THROTTLED", "OVERQUOTA")
_SLACK = 8_000_000
_CONNECT_SECONDS = 30.0
_READ_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Limits:
    """Sizes in bytes, times in seconds.

    A command may take `command_seconds` and as long as its bytes need at `bytes_per_second`.
    """

    message_bytes: int = 60_000_000
    batch_bytes: int = 5_000_000
    batch: int = 50
    header_batch: int = 500
    header_bytes: int = 65_536
    part_bytes: int = 1_000_000
    command_seconds: float = 120.0
    bytes_per_second: int = 25_000
    run_seconds: float = 3600.0
    backoff_seconds: tuple[float, ...] = (1.0, 5.0, 15.0)


class Stopped(Exception):
    """The server asked for a rest, or the run's time is over; the text is a sentence."""


class Dropped(Exception):
    """The connection is gone or cannot be trusted any more."""


class _Guard:
    """Ends a socket that takes too long, and refuses what is announced too large."""

    def __init__(self, limits: Limits, run_end: float) -> None:
        self.limits = limits
        self.run_end = run_end
        self.sock: Any = None
        self._left = 0

    def watched(self, sock: Any) -> Any:
        # Without it the line end after a literal waits for a delayed acknowledgement.
        with suppress(OSError):
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.sock = sock
        return sock

    def spend(self, size: int) -> None:
        self._left -= size
        if self._left < 0:
            raise imaplib.IMAP4.abort("more data than the limit")

    @contextmanager
    def watching(self, size: int = 0) -> Iterator[None]:
        self._left = max(self.limits.message_bytes, self.limits.batch_bytes) + _SLACK
        seconds = self.limits.command_seconds + size / self.limits.bytes_per_second
        remaining = self.run_end - time.monotonic()
        if remaining <= 0:
            raise Stopped("There was not enough time to read the whole mailbox.")
        timer = threading.Timer(min(seconds, remaining), self.cut)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

    def cut(self) -> None:
        with suppress(Exception):
            self.sock.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        with suppress(Exception):
            self.sock.close()


class _Limited(imaplib.IMAP4):
    guard: _Guard

    def read(self, size: int) -> bytes:
        self.guard.spend(size)
        return super().read(size)

    def readline(self) -> bytes:
        line = super().readline()
        self.guard.spend(len(line))
        return line


class _Plain(_Limited, IMAP4WithTimeout):  # type: ignore[misc]
    def __init__(self, guard: _Guard, *arguments: Any) -> None:
        self.guard = guard
        super().__init__(*arguments)

    def _create_socket(self, timeout: float | None = None) -> Any:
        return self.guard.watched(super()._create_socket(timeout))


class _Tls(_Limited, IMAP4_TLS):  # type: ignore[misc]
    def __init__(self, guard: _Guard, *arguments: Any) -> None:
        self.guard = guard
        super().__init__(*arguments)

    def _create_socket(self, timeout: float | None = None) -> Any:
        return self.guard.watched(super()._create_socket(timeout))


class _Client(IMAPClient):  # type: ignore[misc]
    def __init__(self, guard: _Guard, *arguments: Any, **options: Any) -> None:
        self._guard = guard
        super().__init__(*arguments, **options)

    def _create_IMAP4(self) -> imaplib.IMAP4:  # noqa: N802 - imapclient's name
        if self.ssl:
            return _Tls(self._guard, self.host, self.port, self.ssl_context, self._timeout.connect)
        return _Plain(self._guard, self.host, self.port, self._timeout.connect)


class Session:
    """One logged-in connection. Every command goes through `call`."""

    def __init__(self, client: IMAPClient, guard: _Guard, limits: Limits) -> None:
        self.client = client
        self.limits = limits
        self._guard = guard

    def call(self, command: Callable[..., Result], *arguments: Any, size: int = 0, **options: Any) -> Result:
        """The command's result. Stopped, Dropped, or IMAPClientError where the server just says no.

        `size` is how many bytes the answer may have; the time limit grows with it.
        """
        with self._guard.watching(size):
            try:
                result = command(*arguments, **options)
            except (imaplib.IMAP4.abort, OSError) as error:
                raise self._ended(error) from error
            except IMAPClientError as error:
                if _BUSY.search(str(error)):
                    raise Stopped("The mail server asked for a rest.") from error
                if str(error).startswith("got more than"):
                    raise Dropped(str(error)) from error
                raise
            except (ValueError, TypeError, LookupError, AttributeError, RecursionError) as error:
                raise IMAPClientError("an answer that cannot be read") from error
        if any(code in self.client._imap.untagged_responses for code in _BUSY_CODES):
            raise Stopped("The mail server asked for a rest.")
        return result

    def _ended(self, error: Exception) -> Exception:
        if time.monotonic() >= self._guard.run_end:
            return Stopped("There was not enough time to read the whole mailbox.")
        if self.client._imap.untagged_responses.get("BYE") or _BUSY.search(str(error)):
            return Stopped("The mail server ended the connection.")
        return Dropped("the connection broke")


def _open(mailbox: Mailbox, guard: _Guard, context: ssl.SSLContext) -> IMAPClient:
    server, seconds = mailbox.imap, guard.limits.command_seconds
    if server.security not in ("tls", "starttls") and not is_loopback(server.host):
        raise MailboxError(
            f"{server.host} would be read without encryption, so iep-mail did not connect.",
            'Set security = "tls" for this mailbox in config.toml.',
        )
    tls = server.security == "tls"
    timeout = SocketTimeout(min(_CONNECT_SECONDS, seconds), min(_READ_SECONDS, seconds))
    client = _Client(
        guard, safe(server.host), server.port, ssl=tls, ssl_context=context if tls else None, timeout=timeout
    )
    client.normalise_times = False
    # Before the login, PREAUTH would carry commands over a connection nobody has checked (CVE-2020-12398).
    if client._imap.state != "NONAUTH":
        raise MailboxError(
            f"{server.host} let iep-mail in without a password, which is not safe.",
            "Check the server's name and port in config.toml with your mail provider.",
        )
    if server.security == "starttls":
        _encrypt(client, guard, context)
    return client


def _open_or_trust(mailbox: Mailbox, guard: _Guard, context: ssl.SSLContext | None) -> IMAPClient:
    """A program on this very computer may have signed its certificate itself, as Proton Mail Bridge does:
    where plain text would be allowed, it is not less safe."""
    try:
        return _open(mailbox, guard, context or ssl.create_default_context())
    except ssl.SSLCertVerificationError as error:
        if context or not signed_by_itself_here(mailbox.imap, error):
            raise
        guard.close()
        return _open(mailbox, guard, trusting())


def _encrypt(client: IMAPClient, guard: _Guard, context: ssl.SSLContext) -> None:
    if not client.has_capability("STARTTLS"):
        raise MailboxError(
            f"{client.host} does not offer encryption here, so no password was sent.",
            'Try security = "tls" and port = 993 for this mailbox in config.toml.',
        )
    client.starttls(context)
    guard.sock = client._imap.sock


def _log_in(client: IMAPClient, mailbox: Mailbox, password: str) -> None:
    user = safe(mailbox.user)
    try:
        if mailbox.auth.method == "oauth2":
            _log_in_with_token(client, user, password)
        elif (user + password).isascii():
            client.login(user, safe(password))
        else:
            client.plain_login(user, safe(password))
    except RefusedLogin as error:
        # imapclient also wraps a lost connection and a busy server in its LoginError.
        if isinstance(error.__context__, imaplib.IMAP4.abort) or _BUSY.search(str(error)):
            raise MailboxError(f"{client.host} could not take the login just now.", TRY_LATER) from error
        remedy = "Check the user name in config.toml, and make a new app password at your mail provider."
        if mailbox.auth.method == "oauth2":
            remedy = f"Sign in again: iep-mail account sign-in {mailbox.address}"
        raise LoginError(f"{client.host} did not accept the login of {mailbox.user}.", remedy) from error


def _log_in_with_token(client: IMAPClient, user: str, token: str) -> None:
    """XOAUTH2, which both large providers take; OAUTHBEARER (RFC 7628) where only that is offered."""
    if client.has_capability("AUTH=OAUTHBEARER") and not client.has_capability("AUTH=XOAUTH2"):
        client.oauthbearer_login(user, safe(token))
    else:
        client.oauth2_login(user, safe(token))


@contextmanager
def connected(
    mailbox: Mailbox, password: str, limits: Limits, run_end: float, context: ssl.SSLContext | None = None
) -> Iterator[Session]:
    """A logged-in session until the block ends; `run_end` is a `time.monotonic` time.

    Raises CertificateError, LoginError and MailboxError; no password is sent before TLS stands,
    but to this computer itself.
    """
    host, guard = mailbox.imap.host, _Guard(limits, run_end)
    try:
        with guard.watching():
            client = _open_or_trust(mailbox, guard, context)
            _log_in(client, mailbox, password)
    except ssl.SSLCertVerificationError as error:
        guard.close()
        raise CertificateError(
            f"The identity of {host} could not be checked, so no password was sent.",
            "Check the server's name in config.toml; on a strange network, try again at home.",
        ) from error
    except (OSError, IMAPClientError) as error:
        guard.close()
        if "BYE" in str(error).upper() or _BUSY.search(str(error)):
            raise MailboxError(f"{host} does not take connections just now.", TRY_LATER) from error
        raise MailboxError(
            f"{host} could not be reached on port {mailbox.imap.port}.",
            "Check the internet connection, and the server's name and port in config.toml.",
        ) from error
    except BaseException:
        guard.close()
        raise
    try:
        yield Session(client, guard, limits)
        with suppress(Exception), guard.watching():
            client.logout()
    finally:
        guard.cut()
        guard.close()
