"""The password of a mailbox: from the system's keyring, a command, the environment, or a token."""

from __future__ import annotations

import os
import subprocess

from iep_mail.adapters.keyring_store import keep_secret, kept_secret
from iep_mail.errors import LoginError, UsageError
from iep_mail.model import Mailbox

SERVICE = "iep-mail"
COMMAND_SECONDS = 30


def password_for(mailbox: Mailbox) -> str:
    """The password as `auth` says, or the token that takes its place for `oauth2`.

    Raises LoginError, which never holds any part of a secret, and MailboxError where the provider cannot
    renew a token just now.
    """
    method = mailbox.auth.method
    if method == "keyring":
        return _from_keyring(mailbox)
    if method == "command":
        return _from_command(mailbox)
    if method == "environment":
        return _from_environment(mailbox)
    from iep_mail.adapters.oauth import access_token

    return access_token(mailbox)


def keep_password(mailbox: Mailbox, password: str) -> None:
    """Puts the password where `password_for` finds it. Raises UsageError or LoginError, in words."""
    if mailbox.auth.method != "keyring":
        raise UsageError(
            f"The password of {mailbox.address} does not come from the keyring (config.toml, auth).",
            'Set auth = { method = "keyring" } for this mailbox first.',
        )
    keep_secret(SERVICE, mailbox.user, password)


def _from_keyring(mailbox: Mailbox) -> str:
    password = kept_secret(SERVICE, mailbox.user, mailbox.address)
    if password:
        return password
    raise LoginError(
        f"The keyring holds no password for {mailbox.address}.",
        f"Keep it there with: iep-mail password {mailbox.address}",
    )


def _from_command(mailbox: Mailbox) -> str:
    words = mailbox.auth.command
    program = words[0] if words else "(none)"
    remedy = "Run the command of [[mailboxes]] auth yourself: its first line must be the password."
    try:
        done = subprocess.run(
            words,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=COMMAND_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        problem = f"did not answer within {COMMAND_SECONDS} seconds"
    except (OSError, ValueError, IndexError):
        problem = "could not be started"
    else:
        line = done.stdout.decode("utf-8", "replace").partition("\n")[0].rstrip("\r")
        if done.returncode == 0 and line:
            return line
        problem = f"failed (exit code {done.returncode})" if done.returncode else "printed nothing"
    # Raised out here: the time-out's exception holds what the command had printed.
    raise LoginError(f"The command {program} for the password of {mailbox.address} {problem}.", remedy)


def _from_environment(mailbox: Mailbox) -> str:
    variable = mailbox.auth.variable or ""
    if password := os.environ.get(variable):
        return password
    raise LoginError(
        f"The environment variable {variable} for the password of {mailbox.address} is not set.",
        f"Set {variable} where iep-mail is started, or store the password in the keyring.",
    )
