"""What can go wrong, in words for a parent: what happened, and what to do."""

from __future__ import annotations


class IepMailError(Exception):
    """An error that a parent can meet: one sentence of what happened, one of what to do.

    `exit_code`: 1 failed in part or whole, 2 usage or configuration.
    """

    exit_code = 1

    def __init__(self, what: str, remedy: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.what}\n{self.remedy}" if self.remedy else self.what


class ConfigError(IepMailError):
    """A mistake in config.toml, an IEP file or the calendar; names file and key."""

    exit_code = 2


class UsageError(IepMailError):
    """A command was given something that it cannot use."""

    exit_code = 2


class StoreError(IepMailError):
    """The store cannot be opened, read or written."""


class StoreLocked(StoreError):
    """Another run of iep-mail holds the store."""


class NewerStore(StoreError):
    """The store was written by a newer iep-mail."""


class MailboxError(IepMailError):
    """A mailbox could not be read to its end."""


class LoginError(MailboxError):
    """The server refused the login, or no password could be had."""


class CertificateError(MailboxError):
    """The server's certificate could not be checked."""


class TemplateError(IepMailError):
    """A letter template cannot be used; names file and line.

    `line` and `why` say the same for a list of mistakes; `line` is None where it is not known.
    """

    def __init__(self, what: str, remedy: str = "", *, line: int | None = None, why: str = "") -> None:
        super().__init__(what, remedy)
        self.line = line
        self.why = why or what


class OutboxChanged(IepMailError):
    """A letter moved on between what the parent saw and what they asked for; nothing was done."""


class NotReady(IepMailError):
    """A letter cannot be approved or sent as it is."""


class SendError(IepMailError):
    """A letter was not sent."""
