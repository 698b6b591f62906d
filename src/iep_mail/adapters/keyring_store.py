"""Secrets in the system's keyring, and its faults in words for a parent."""

from __future__ import annotations

from iep_mail.errors import LoginError


def kept_secret(service: str, user: str, address: str) -> str | None:
    """What the keyring holds, None where it holds nothing. Raises LoginError, without any secret in it."""
    # Loading it takes longer than most commands do.
    import keyring
    import keyring.errors

    try:
        return keyring.get_password(service, user)
    except keyring.errors.NoKeyringError:
        problem = no_keyring()
    except Exception:
        # Each system's keyring has errors of its own, and they may quote what they were handling.
        problem = LoginError(
            f"The keyring did not give out the password of {address}.", "Unlock the keyring and try again."
        )
    raise problem


def keep_secret(service: str, user: str, secret: str) -> None:
    """Puts a secret into the keyring. Raises LoginError."""
    import keyring
    import keyring.errors

    try:
        keyring.set_password(service, user, secret)
    except keyring.errors.NoKeyringError:
        problem = no_keyring()
    except Exception:
        problem = LoginError("The keyring did not take the password.", "Unlock the keyring and try again.")
    else:
        return
    raise problem


def forget_secret(service: str, user: str) -> bool:
    """Takes a secret out of the keyring; False where there was none, or no keyring."""
    import keyring

    try:
        keyring.delete_password(service, user)
    except Exception:
        return False
    return True


def no_keyring() -> LoginError:
    return LoginError(
        "This computer has no keyring that could hold the mail password.",
        'Set auth = { method = "command", … } or { method = "environment", … } in config.toml, '
        "or install a keyring (for example gnome-keyring).",
    )
