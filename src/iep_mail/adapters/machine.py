"""What a health check asks of the computer itself: room, modes of files, clocks, the keyring."""

from __future__ import annotations

import os
import shutil
import stat
import urllib.request
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from zoneinfo import ZoneInfo


def free_bytes(folder: Path) -> int:
    """What is free on the disk of `folder`, or of the nearest folder above it that exists. Raises OSError."""
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    return shutil.disk_usage(folder).free


def open_to_others(config: Path, data: Path) -> tuple[Path, ...]:
    """config.toml, and what in the data folder others on this computer may read; () on Windows, where modes
    say nothing."""
    if os.name != "posix":
        return ()
    return tuple(path for path in _private_places(config, data) if _mode(path) & 0o077)


def close_to_others(paths: tuple[Path, ...]) -> tuple[Path, ...]:
    """Makes them the parent's alone, folders 0700 and files 0600; those where that failed."""
    failed = []
    for path in paths:
        try:
            path.chmod(0o700 if path.is_dir() else 0o600)
        except OSError:
            failed.append(path)
    return tuple(failed)


def _private_places(config: Path, data: Path) -> Iterator[Path]:
    yield from (path for path in (config, config.with_suffix(".toml.old")) if path.is_file())
    if data.is_dir():
        yield data
        yield from (path for path in sorted(data.rglob("*")) if not path.is_symlink())


def _mode(path: Path) -> int:
    with suppress(OSError):
        return stat.S_IMODE(path.stat().st_mode)
    return 0


def zone_offset(timezone: str, now: datetime) -> timedelta:
    """How far this computer's clock stands from the family's zone just now."""
    here, there = now.astimezone().utcoffset(), now.astimezone(ZoneInfo(timezone)).utcoffset()
    return (here or timedelta()) - (there or timedelta())


def server_time(address: str, seconds: float) -> datetime | None:
    """The clock of the server of an https address, None where it cannot be asked."""
    request = urllib.request.Request(address, method="HEAD")  # noqa: S310 - https by config.toml
    with suppress(OSError, ValueError, TypeError), urllib.request.urlopen(request, timeout=seconds) as answer:  # noqa: S310
        return parsedate_to_datetime(answer.headers["Date"]).astimezone(UTC)
    return None


def keyring_problem() -> str:
    """Why no keyring can be used here, "" where one can."""
    import keyring
    from keyring.backends import fail, null

    try:
        chosen = keyring.get_keyring()
    except Exception as error:  # each system's keyring has errors of its own
        return f"The keyring cannot be loaded ({type(error).__name__})."
    if isinstance(chosen, fail.Keyring | null.Keyring):
        return "This computer has no keyring that could hold the mail password."
    return ""
