"""A notification on this computer's desktop, by what each system has for it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence

from iep_mail.errors import IepMailError

_SECONDS = 15
_MAC = (
    "on run argv",
    "display notification (item 2 of argv) with title (item 1 of argv)",
    "end run",
)
_WINDOWS = (
    "Add-Type -AssemblyName System.Windows.Forms; "
    "$n = New-Object System.Windows.Forms.NotifyIcon; "
    "$n.Icon = [System.Drawing.SystemIcons]::Information; $n.Visible = $true; "
    "$n.ShowBalloonTip(10000, $env:IEP_MAIL_TITLE, $env:IEP_MAIL_TEXT, 'Info'); "
    "Start-Sleep -Seconds 10; $n.Dispose()"
)


def desktop_command(
    title: str, text: str, platform: str = sys.platform
) -> tuple[Sequence[str], Mapping[str, str]]:
    """The words and the extra environment; the texts are never part of a script."""
    if platform == "darwin":
        lines = [word for line in _MAC for word in ("-e", line)]
        return ["osascript", *lines, title, text], {}
    if platform == "win32":
        words = [
            "powershell",
            "-NoProfile",
            "-NonInteractive",
            "-WindowStyle",
            "Hidden",
            "-Command",
            _WINDOWS,
        ]
        return words, {"IEP_MAIL_TITLE": title, "IEP_MAIL_TEXT": text}
    return ["notify-send", "--app-name=iep-mail", "--", title, text], {}


def notify(title: str, text: str) -> None:
    """Shows it. Raises IepMailError where the desktop cannot be reached."""
    words, extra = desktop_command(title, text)
    try:
        done = subprocess.run(
            words,
            env={**os.environ, **extra},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_SECONDS + 15,
            check=False,
        )
    except (OSError, subprocess.SubprocessError):
        raise _unreachable(words[0]) from None
    if done.returncode:
        raise _unreachable(words[0])


def _unreachable(program: str) -> IepMailError:
    missing = shutil.which(program) is None
    return IepMailError(
        f"No notification could be shown on this computer ({program} {'is missing' if missing else 'failed'}).",
        'Choose notice = "file" or notice = "mail" under [nightly] in config.toml'
        + (
            ", or install it (Debian, Ubuntu: sudo apt install libnotify-bin)."
            if missing and os.name == "posix"
            else "."
        ),
    )
