"""A logged-in IMAP connection, with limits on time and size."""

from __future__ import annotations

import ipaddress
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from imapclient import IMAPClient, SocketTimeout
from imapclient.exceptions import IMAPClientError
from imapclient.exceptions import LoginError as RefusedLogin

from iep_mail.adapters.imap.safety import safe
from iep_mail.errors import CertificateError, LoginError, MailboxError
from iep_mail.model import Mailbox

_TRY_LATER = "Nothing is lost; iep-mail tries again on the next run."


@dataclass(frozen=True, slots=True)
class Limits:
    """Sizes in bytes, times in seconds."""

    message_bytes: int = 60_000_000
    batch_bytes: int = 20_000_000
    batch: int = 50
    headers: int = 500
    partial_bytes: int = 262_144
    command_seconds: float = 120.0
    run_seconds: float = 3600.0


def _loopback(host: str) -> bool:
    with suppress(ValueError):
        return ipaddress.ip_address(host).is_loopback
    return host == "localhost"


def _open(mailbox: Mailbox, limits: Limits, context: ssl.SSLContext) -> IMAPClient:
    server = mailbox.imap
    if server.security not in ("tls", "starttls") and not _loopback(server.host):
        raise MailboxError(
            f"{server.host} would be read without encryption, so iep-mail did not connect.",
            'Set security = "tls" for this mailbox in config.toml.',
        )
    tls = server.security == "tls"
    timeout = SocketTimeout(connect=min(30.0, limits.command_seconds), read=limits.command_seconds)
    client = IMAPClient(
        safe(server.host), server.port, ssl=tls, ssl_context=context if tls else None, timeout=timeout
    )
    try:
        _guard_literals(client, limits)
        if client._imap.state != "NONAUTH":
            raise MailboxError(
                f"{server.host} let us in without a password, which is not safe.", "Ask your mail provider."
            )
        if server.security == "starttls":
            client.starttls(context)
    except BaseException:
        with suppress(Exception):
            client.shutdown()
        raise
    return client


def _guard_literals(client: IMAPClient, limits: Limits) -> None:
    read = client._imap.read
    # A fetch of several messages holds one literal each, so no literal may exceed one message.
    cap = limits.message_bytes + 1_000_000

    def guarded(size: int) -> bytes:
        if size > cap:
            raise client._imap.abort("literal over the size limit")
        data: bytes = read(size)
        return data

    client._imap.read = guarded


@contextmanager
def connected(
    mailbox: Mailbox, password: str, limits: Limits, context: ssl.SSLContext | None = None
) -> Iterator[IMAPClient]:
    """A logged-in client; CertificateError, LoginError or MailboxError where that fails."""
    host = mailbox.imap.host
    try:
        client = _open(mailbox, limits, context or ssl.create_default_context())
    except ssl.SSLCertVerificationError as error:
        raise CertificateError(
            f"The identity of {host} could not be checked.", "Check the server name in config.toml."
        ) from error
    except (OSError, IMAPClientError) as error:
        raise MailboxError(f"{host} could not be reached safely.", _TRY_LATER) from error
    watchdog = threading.Timer(limits.run_seconds, _cut, (client,))
    watchdog.daemon = True
    watchdog.start()
    try:
        try:
            client.login(safe(mailbox.user), safe(password))
        except RefusedLogin as error:
            raise LoginError(
                f"{host} did not accept the login of {mailbox.user}.",
                "Check the user name, and make a new app password with your mail provider.",
            ) from error
        except (OSError, IMAPClientError) as error:
            raise MailboxError(f"{host} stopped answering at the login.", _TRY_LATER) from error
        yield client
    finally:
        watchdog.cancel()
        with suppress(Exception):
            client.logout()
        with suppress(Exception):
            client.shutdown()


def _cut(client: IMAPClient) -> None:
    with suppress(OSError):
        client.socket().shutdown(socket.SHUT_RDWR)
