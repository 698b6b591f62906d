"""Handing one approved mail to the parent's mail server (RFC 5321), and saying for sure what became of it.

Only the send job imports this. What happens up to the final dot leaves the mail unsent; what is
answered after it says sent or not; where no answer comes after it the outcome is unknown, and said so.
"""

from __future__ import annotations

import re
import select
import smtplib
import socket
import ssl
import threading
from base64 import b64encode
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from iep_mail.adapters.loopback import is_loopback, signed_by_itself_here, trusting
from iep_mail.errors import CertificateError, LoginError, SendError
from iep_mail.model import Mailbox, Server

_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_LATER = re.compile(
    r"\b4\.\d+\.\d+\b|5\.4\.5|rate.?limit|too many|limit exceeded|exceeded .{0,40}limit|try again|throttl|quota",
    re.IGNORECASE,
)
_TOO_LARGE = re.compile(
    r"\b5\.3\.4\b|\b5\.2\.3\b|too (?:large|big)|size limit|exceeds .{0,30}size", re.IGNORECASE
)
_EHLO_NAME = "[127.0.0.1]"  # the computer's own name is nobody's business


@dataclass(frozen=True, slots=True)
class SmtpLimits:
    """Times in seconds. `final_seconds` is how long the answer to the final dot may take (RFC 5321
    section 4.5.3.2.6 asks for 600); the body may take as long as it needs at `bytes_per_second`."""

    connect_seconds: float = 30.0
    command_seconds: float = 300.0
    final_seconds: float = 600.0
    bytes_per_second: int = 10_000


class Outcome(StrEnum):
    SENT = "sent"
    REFUSED = "refused"  # not sent, and trying the same again will not help
    LATER = "later"  # not sent; the server asks for patience, or could not be reached
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Refusal:
    """A recipient that the server did not take, with its words."""

    address: str
    words: str
    for_now: bool = False  # a 4xx answer


@dataclass(frozen=True, slots=True)
class Delivery:
    """What became of one mail. `reason` and `remedy` are sentences, "" for one that is sent to all."""

    outcome: Outcome
    reason: str = ""
    remedy: str = ""
    refusals: tuple[Refusal, ...] = ()


class _NotSent(Exception):
    """Ends the dialogue before the final dot."""

    def __init__(self, delivery: Delivery) -> None:
        super().__init__(delivery.reason)
        self.delivery = delivery


def send_mail(
    mailbox: Mailbox,
    password: str,
    raw: bytes,
    sender: str,
    recipients: Sequence[str],
    *,
    before_final_dot: Callable[[], None],
    others_too: bool = False,
    limits: SmtpLimits = SmtpLimits(),
    ssl_context: ssl.SSLContext | None = None,
) -> Delivery:
    """Sends `raw` (CRLF line ends) to `recipients`, or to none of them.

    `before_final_dot` is called when all but the final dot has been handed over: what it raises ends
    the dialogue with nothing sent. Where the server refuses a recipient nothing is sent to the others
    either, unless `others_too`. Raises CertificateError, LoginError and SendError, all before anything
    was handed over; after that every fault is told in the Delivery.
    """
    if not recipients or any(_CONTROL.search(a) or not a.isascii() for a in (sender, *recipients)):
        raise SendError(
            "An address of this letter holds a character that mail servers do not take.",
            "Correct it with: iep-mail draft edit",
        )
    try:
        with _connected(mailbox, limits, ssl_context) as talk:
            _log_in(talk, mailbox, password)
            talk.check_size(len(raw))
            refusals = talk.envelope(sender, recipients, len(raw), others_too)
            talk.body(raw)
            before_final_dot()
            return talk.final_dot(refusals)
    except _NotSent as stopped:
        return stopped.delivery
    except (smtplib.SMTPException, OSError) as error:
        return _broken(mailbox, error)


def check_login(
    mailbox: Mailbox,
    password: str,
    *,
    limits: SmtpLimits = SmtpLimits(),
    ssl_context: ssl.SSLContext | None = None,
) -> int:
    """Logs in and out; returns the largest mail that the server takes, in bytes, 0 where it does not say.

    Raises CertificateError, LoginError and SendError.
    """
    try:
        with _connected(mailbox, limits, ssl_context) as talk:
            _log_in(talk, mailbox, password)
            return talk.largest
    except smtplib.SMTPResponseException as error:
        raise SendError(
            f"{_host(mailbox)} does not take connections just now: {_plain(error.smtp_error)}",
            "Try again later.",
        ) from error
    except (smtplib.SMTPException, OSError) as error:
        port = mailbox.smtp.port if mailbox.smtp else 0
        raise SendError(
            f"{_host(mailbox)} could not be reached on port {port}.",
            "Check the internet connection, and the server's name and port in config.toml.",
        ) from error


def _host(mailbox: Mailbox) -> str:
    return mailbox.smtp.host if mailbox.smtp else ""


class _Dialogue:
    """One connection. Each step has its time limit; a server that drips does not outlive it."""

    def __init__(self, client: smtplib.SMTP, limits: SmtpLimits) -> None:
        self.client = client
        self.limits = limits

    @contextmanager
    def within(self, seconds: float) -> Iterator[None]:
        sock = self.client.sock
        if sock is not None:
            sock.settimeout(seconds)
        timer = threading.Timer(seconds, self._cut)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

    def _cut(self) -> None:
        with suppress(Exception):
            if self.client.sock is not None:
                self.client.sock.shutdown(socket.SHUT_RDWR)

    @property
    def largest(self) -> int:
        size = self.client.esmtp_features.get("size", "")
        return int(size) if size.isdigit() else 0

    def check_size(self, size: int) -> None:
        if self.largest and size > self.largest:
            raise _NotSent(
                Delivery(
                    Outcome.REFUSED,
                    f"The letter is {size / 1e6:.1f} MB as mail; the mail server takes {self.largest / 1e6:.1f} MB.",
                    "Send fewer or smaller files. Nothing was sent.",
                )
            )

    def envelope(
        self, sender: str, recipients: Sequence[str], size: int, others_too: bool
    ) -> tuple[Refusal, ...]:
        options = [f"size={size}"] if self.client.has_extn("size") else []
        with self.within(self.limits.command_seconds):
            code, words = self.client.mail(sender, options)
        if code != 250:
            raise _NotSent(_declined(code, words, "The mail server did not take the letter"))
        refusals = []
        for address in recipients:
            with self.within(self.limits.command_seconds):
                code, words = self.client.rcpt(address)
            if code not in (250, 251):
                if code == 421 or code < 0:
                    raise _NotSent(_declined(code, words, "The mail server ended the conversation"))
                refusals.append(Refusal(address, _plain(words), code < 500))
        if len(refusals) == len(recipients) or (refusals and not others_too):
            raise _NotSent(_refused_people(refusals, recipients))
        return tuple(refusals)

    def body(self, raw: bytes) -> None:
        """DATA and the whole mail without the final dot: a server may not deliver what lacks it."""
        with self.within(self.limits.command_seconds):
            code, words = self.client.docmd("DATA")
        if code != 354:
            raise _NotSent(_declined(code, words, "The mail server did not take the letter"))
        stuffed = re.sub(rb"(?m)^\.", b"..", raw)
        if not stuffed.endswith(b"\r\n"):
            stuffed += b"\r\n"
        with self.within(self.limits.command_seconds + len(stuffed) / self.limits.bytes_per_second):
            self.client.send(stuffed)
            if self._spoke():
                # Before the final dot a server says nothing but that it has had enough.
                code, words = self.client.getreply()
                raise _NotSent(_declined(code, words, "The mail server ended the conversation"))

    def _spoke(self) -> bool:
        sock = self.client.sock
        return sock is not None and bool(select.select([sock], [], [], 0)[0])

    def final_dot(self, refusals: tuple[Refusal, ...]) -> Delivery:
        with self.within(self.limits.final_seconds):
            # Three bytes are handed to the system whole or not at all: where this fails, no dot has left.
            self.client.send(b".\r\n")
            try:
                code, words = self.client.getreply()
            except (smtplib.SMTPException, OSError):
                return _unknown()
        if 200 <= code < 300:
            return Delivery(Outcome.SENT, refusals=refusals)
        if 400 <= code < 600:
            return _declined(code, words, "The mail server did not take the letter")
        return _unknown()


@contextmanager
def _connected(mailbox: Mailbox, limits: SmtpLimits, context: ssl.SSLContext | None) -> Iterator[_Dialogue]:
    server = mailbox.smtp
    if server is None:
        raise SendError(
            f"config.toml names no server through which {mailbox.address} sends mail.",
            'Add smtp = { host = "smtp.…", port = 465, security = "tls" } to the mailbox.',
        )
    checking = context or ssl.create_default_context()
    talk = _Dialogue(_client(server, limits, checking), limits)
    client = talk.client
    try:
        with talk.within(limits.command_seconds):
            try:
                _begin(client, server, checking)
            except CertificateError as error:
                if context or not _is_own(server, error):
                    raise
                client.close()
                _begin(client, server, trusting())
        yield talk
        with suppress(Exception), talk.within(min(5.0, limits.command_seconds)):
            client.quit()
    finally:
        with suppress(Exception):
            client.close()


def _client(server: Server, limits: SmtpLimits, context: ssl.SSLContext) -> smtplib.SMTP:
    if _CONTROL.search(server.host):
        raise SendError("The name of the mail server holds a hidden character.", "Correct it in config.toml.")
    if server.security not in ("tls", "starttls") and not is_loopback(server.host):
        raise SendError(
            f"The letter would go to {server.host} without encryption, so iep-mail did not connect.",
            'Set security = "tls" for smtp in config.toml.',
        )
    seconds = limits.connect_seconds
    if server.security == "tls":
        client: smtplib.SMTP = smtplib.SMTP_SSL(local_hostname=_EHLO_NAME, timeout=seconds, context=context)
    else:
        client = smtplib.SMTP(local_hostname=_EHLO_NAME, timeout=seconds)
    # Given to the constructor it would connect at once, before the watch over the time stands.
    client._host = server.host  # type: ignore[attr-defined]
    return client


def _begin(client: smtplib.SMTP, server: Server, context: ssl.SSLContext) -> None:
    _connect(client, server)
    client.ehlo_resp = client.helo_resp = None  # of an earlier connection
    client.ehlo_or_helo_if_needed()
    if server.security == "starttls":
        _encrypt(client, server, context)


def _is_own(server: Server, error: CertificateError) -> bool:
    cause = error.__cause__
    return isinstance(cause, ssl.SSLCertVerificationError) and signed_by_itself_here(server, cause)


def _connect(client: smtplib.SMTP, server: Server) -> None:
    try:
        code, words = client.connect(server.host, server.port)
    except ssl.SSLCertVerificationError as error:
        raise _strange_certificate(server.host) from error
    if code != 220:
        raise smtplib.SMTPConnectError(code, words)


def _encrypt(client: smtplib.SMTP, server: Server, context: ssl.SSLContext) -> None:
    if not client.has_extn("starttls"):
        raise SendError(
            f"{server.host} does not offer encryption here, so no password and no letter was sent.",
            'Try security = "tls" and port = 465 for smtp in config.toml.',
        )
    try:
        code, words = client.starttls(context=context)
    except ssl.SSLCertVerificationError as error:
        raise _strange_certificate(server.host) from error
    if code != 220:
        raise SendError(f"{server.host} did not begin to encrypt: {_plain(words)}", "Try again later.")
    client.ehlo()


def _strange_certificate(host: str) -> CertificateError:
    return CertificateError(
        f"The identity of {host} could not be checked, so no password and no letter was sent.",
        "Check the server's name in config.toml; on a strange network, try again at home.",
    )


def _log_in(talk: _Dialogue, mailbox: Mailbox, password: str) -> None:
    client, server = talk.client, mailbox.smtp
    assert server is not None
    if not client.has_extn("auth"):
        if is_loopback(server.host):
            return
        raise SendError(
            f"{server.host} offers no login on port {server.port}.",
            "Check the server's name and port in config.toml with your mail provider.",
        )
    with talk.within(talk.limits.command_seconds):
        try:
            code, said = _authenticate(client, mailbox, password)
            words = _plain(said)
        except smtplib.SMTPAuthenticationError as error:
            code, words = error.smtp_code, _plain(error.smtp_error)
        except smtplib.SMTPNotSupportedError as error:
            raise LoginError(
                f"{server.host} offers no way to log in that iep-mail knows.",
                "Check the server's name and port in config.toml with your mail provider.",
            ) from error
    if code in (235, 503):
        return
    if 400 <= code < 500:
        raise SendError(
            f"{server.host} could not take the login just now: {words}",
            "Nothing was sent. Try again in a few minutes: iep-mail send",
        )
    remedy = "Nothing was sent. If the password was changed, make a new app password at your mail provider "
    remedy += "and store it with: iep-mail password"
    if mailbox.auth.method == "oauth2":
        remedy = f"Nothing was sent. Sign in again: iep-mail account sign-in {mailbox.address}"
    raise LoginError(f"{server.host} did not accept the login of {mailbox.user}.", remedy)


def _authenticate(client: smtplib.SMTP, mailbox: Mailbox, password: str) -> tuple[int, bytes]:
    user = mailbox.user
    if _CONTROL.search(user + password):
        raise LoginError(
            "The user name or password holds a hidden character, so it was not sent.",
            "Type it again, without line breaks or tabs.",
        )
    offered = client.esmtp_features.get("auth", "").upper().split()
    if mailbox.auth.method == "oauth2":
        return _with_token(client, user, password, offered)
    if (user + password).isascii():
        return client.login(user, password)
    # smtplib writes ASCII only; PLAIN is UTF-8 (RFC 4616).
    plain = b64encode(f"\0{user}\0{password}".encode()).decode("ascii")
    return client.docmd("AUTH", f"PLAIN {plain}")


def _with_token(client: smtplib.SMTP, user: str, token: str, offered: Sequence[str]) -> tuple[int, bytes]:
    """XOAUTH2, or OAUTHBEARER (RFC 7628) where only that is offered."""
    if "OAUTHBEARER" in offered and "XOAUTH2" not in offered:
        name, text, cancel = "OAUTHBEARER", f"n,a={user},\x01auth=Bearer {token}\x01\x01", "AQ=="
    else:
        name, text, cancel = "XOAUTH2", f"user={user}\x01auth=Bearer {token}\x01\x01", ""
    code, words = client.docmd("AUTH", f"{name} {b64encode(text.encode()).decode('ascii')}")
    # A refusal comes as a challenge that wants one empty answer first.
    return client.docmd(cancel) if code == 334 else (code, words)


# --- what became of it, in words ------------------------------------------------------------


def _plain(words: Any) -> str:
    """A server's words as one short line."""
    text = words.decode("utf-8", "replace") if isinstance(words, bytes) else str(words)
    return " ".join(_CONTROL.sub(" ", text).split())[:200]


def _declined(code: int, words: Any, what: str) -> Delivery:
    said = _plain(words)
    quoted = f"{what}: “{code} {said}”." if code > 0 else f"{what}."
    if _TOO_LARGE.search(said):
        return Delivery(Outcome.REFUSED, quoted, "It is too large: send fewer or smaller files.")
    if code < 500 or _LATER.search(said):
        return Delivery(
            Outcome.LATER, quoted, "Nothing was sent. The server asks for patience: try again later."
        )
    return Delivery(Outcome.REFUSED, quoted, "Nothing was sent. Your mail provider can say why.")


def _refused_people(refusals: Sequence[Refusal], recipients: Sequence[str]) -> Delivery:
    people = "; ".join(f"{r.address} (“{r.words}”)" for r in refusals)
    everybody = len(refusals) == len(recipients)
    remedy = "Nothing was sent to anybody. Correct or remove the address with: iep-mail draft to, iep-mail draft cc"
    if not everybody:
        remedy += "; or send it to the others alone: iep-mail send ID --to-the-others"
    for_now = all(r.for_now for r in refusals)
    if for_now:
        remedy = "Nothing was sent to anybody. It may work later: try again in a while."
    return Delivery(
        Outcome.LATER if for_now else Outcome.REFUSED,
        f"The mail server does not take mail for {people}.",
        remedy,
        tuple(refusals),
    )


def _broken(mailbox: Mailbox, error: Exception) -> Delivery:
    host = _host(mailbox)
    if isinstance(error, smtplib.SMTPResponseException):
        return _declined(error.smtp_code, error.smtp_error, f"{host} did not take the letter")
    return Delivery(
        Outcome.LATER,
        f"The connection to {host} could not be made, or broke before the letter was handed over.",
        "Nothing was sent. Check the internet connection and try again: iep-mail send",
    )


def _unknown() -> Delivery:
    return Delivery(
        Outcome.UNKNOWN,
        "The connection broke at the very end, so it is not certain whether the letter was sent.",
        "It is not sent again by itself. Look into your Sent folder, then tell iep-mail: "
        "iep-mail send --it-was-sent ID, or iep-mail send --it-was-not ID",
    )
