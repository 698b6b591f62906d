"""The password of a mailbox: from the system's keyring, a command or the environment."""

from __future__ import annotations

import os
import subprocess

from iep_mail.errors import LoginError, UsageError
from iep_mail.model import Mailbox

SERVICE = "iep-mail"
COMMAND_SECONDS = 30


def password_for(mailbox: Mailbox) -> str:
    """The password as `auth` says. Raises LoginError, which never holds any part of a secret."""
    method = mailbox.auth.method
    if method == "keyring":
        return _from_keyring(mailbox)
    if method == "command":
        return _from_command(mailbox)
    if method == "environment":
        return _from_environment(mailbox)
    raise LoginError(
        f"Signing in to {mailbox.address} through {mailbox.auth.provider or 'the provider'} "
        "(oauth2) is not possible yet.",
        "Make an app password in the account's security settings and set "
        'auth = { method = "keyring" } in config.toml.',
    )


def keep_password(mailbox: Mailbox, password: str) -> None:
    """Puts the password where `password_for` finds it. Raises UsageError or LoginError, in words."""
    if mailbox.auth.method != "keyring":
        raise UsageError(
            f"The password of {mailbox.address} does not come from the keyring (config.toml, auth).",
            'Set auth = { method = "keyring" } for this mailbox first.',
        )
    import keyring
    import keyring.errors

    try:
        keyring.set_password(SERVICE, mailbox.user, password)
    except keyring.errors.NoKeyringError:
        problem = _no_keyring()
    except Exception:
        # Each system's keyring has errors of its own, and they may quote what they were handling.
        problem = LoginError("The keyring did not take the password.", "Unlock the keyring and try again.")
    else:
        return
    raise problem


def _no_keyring() -> LoginError:
    return LoginError(
        "This computer has no keyring that could hold the mail password.",
        'Set auth = { method = "command", … } or { method = "environment", … } in config.toml, '
        "or install a keyring (for example gnome-keyring).",
    )


def _from_keyring(mailbox: Mailbox) -> str:
    # Loading it takes longer than most commands do.
    import keyring
    import keyring.errors

    try:
        password = keyring.get_password(SERVICE, mailbox.user)
    except keyring.errors.NoKeyringError:
        problem = _no_keyring()
    except Exception:
        problem = LoginError(
            f"The keyring did not give out the password of {mailbox.address}.",
            "Unlock the keyring and try again.",
        )
    else:
        if password:
            return str(password)
        problem = LoginError(
            f"The keyring holds no password for {mailbox.address}.",
            f"Keep it there with: iep-mail password {mailbox.address}",
        )
    # Raised out here: an exception of a keyring may quote what it was handling.
    raise problem


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
