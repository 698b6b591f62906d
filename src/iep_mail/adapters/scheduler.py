"""Entering the nightly run into the system's scheduler, looking it up there, taking it out again."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import time
from pathlib import Path
from typing import Protocol

from iep_mail.adapters.private_file import write_private
from iep_mail.adapters.scheduler_files import (
    ScheduledNight,
    block_in,
    cron_block,
    entry_name,
    label_of,
    launchd_plist,
    systemd_service,
    systemd_timer,
    time_of,
    windows_task,
    without_block,
)
from iep_mail.errors import UsageError

_SECONDS = 20

# Runs a program with this standard input; its exit code and what it printed.
Run = Callable[[Sequence[str], str], tuple[int, str]]


def run_program(words: Sequence[str], given: str = "") -> tuple[int, str]:
    """(127, "") where there is no such program, (124, "") where it does not end."""
    try:
        done = subprocess.run(words, input=given.encode(), capture_output=True, timeout=_SECONDS, check=False)
    except subprocess.TimeoutExpired:
        return 124, ""
    except OSError:
        return 127, ""
    said = (done.stdout or done.stderr).decode("utf-8", "replace")
    return done.returncode, said.replace("\0", "")  # Windows may answer in UTF-16


class Scheduler(Protocol):
    """One of the system's schedulers. `place` says in words where the entry lies."""

    @property
    def name(self) -> str: ...

    def entries(self, night: ScheduledNight) -> Mapping[str, str]:
        """What would be written, by where."""
        ...

    def install(self, night: ScheduledNight) -> None:
        """Writes the entry, in place of an earlier one. Raises UsageError where the system refuses."""
        ...

    def remove(self) -> bool:
        """Takes everything out; False where there was nothing."""
        ...

    def installed(self) -> time | None:
        """The time of day of the entry that is in force, None where there is none."""
        ...


@dataclass(frozen=True)
class Systemd:
    """A timer of the user's own systemd."""

    key: str = ""
    config: Path = field(
        default_factory=lambda: Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config")
    )
    state: Path = field(
        default_factory=lambda: Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local/share")
    )
    run: Run = run_program
    name: str = "systemd"

    @property
    def _units(self) -> tuple[Path, Path]:
        folder = self.config / "systemd" / "user"
        return folder / f"{entry_name(self.key)}.service", folder / self._timer

    @property
    def _timer(self) -> str:
        return f"{entry_name(self.key)}.timer"

    def available(self) -> bool:
        return self.run(["systemctl", "--user", "show-environment"], "")[0] == 0

    def entries(self, night: ScheduledNight) -> Mapping[str, str]:
        service, timer = self._units
        return {str(service): systemd_service(night), str(timer): systemd_timer(night)}

    def install(self, night: ScheduledNight) -> None:
        for path, text in self.entries(night).items():
            _write_plain(Path(path), text)
        for words in (["daemon-reload"], ["enable", "--now", self._timer]):
            code, said = self.run(["systemctl", "--user", *words], "")
            if code:
                self.remove()
                raise _refused("systemd", said)

    def remove(self) -> bool:
        there = any(unit.exists() for unit in self._units)
        if there:
            self.run(["systemctl", "--user", "disable", "--now", self._timer], "")
        for path in (*self._units, self.state / "systemd" / "timers" / f"stamp-{self._timer}"):
            path.unlink(missing_ok=True)
        if there:
            self.run(["systemctl", "--user", "daemon-reload"], "")
        return there

    def installed(self) -> time | None:
        service, timer = self._units
        if not timer.is_file():
            return None
        # A file alone runs nothing.
        if self.run(["systemctl", "--user", "is-enabled", self._timer], "")[0]:
            return None
        return _time_in(service)


@dataclass(frozen=True)
class Cron:
    """A line in the user's crontab."""

    key: str = ""
    run: Run = run_program
    name: str = "cron"

    def available(self) -> bool:
        return shutil.which("crontab") is not None

    def entries(self, night: ScheduledNight) -> Mapping[str, str]:
        return {"your crontab": cron_block(night)}

    def install(self, night: ScheduledNight) -> None:
        others = without_block(self._table(), self.key)
        if others and not others.endswith("\n"):
            others += "\n"
        self._write(others + cron_block(night))

    def remove(self) -> bool:
        before = self._table()
        after = without_block(before, self.key)
        if after == before:
            return False
        if after.strip():
            self._write(after)
        else:
            self.run(["crontab", "-r"], "")
        return True

    def installed(self) -> time | None:
        return time_of(block_in(self._table(), self.key))

    def _table(self) -> str:
        code, said = self.run(["crontab", "-l"], "")
        return said if code == 0 else ""

    def _write(self, table: str) -> None:
        code, said = self.run(["crontab", "-"], table)
        if code:
            raise _refused("cron", said)


@dataclass(frozen=True)
class Launchd:
    """An agent of the user's own launchd."""

    key: str = ""
    folder: Path = field(default_factory=lambda: Path.home() / "Library" / "LaunchAgents")
    user_id: int = field(default_factory=lambda: user_id())
    run: Run = run_program
    name: str = "launchd"

    @property
    def _plist(self) -> Path:
        return self.folder / f"{label_of(self.key)}.plist"

    def entries(self, night: ScheduledNight) -> Mapping[str, str]:
        return {str(self._plist): launchd_plist(night)}

    def install(self, night: ScheduledNight) -> None:
        self.remove()
        _write_plain(self._plist, launchd_plist(night))
        code, said = self.run(["launchctl", "bootstrap", f"gui/{self.user_id}", str(self._plist)], "")
        if code:
            self.remove()
            raise _refused("launchd", said)

    def remove(self) -> bool:
        there = self._plist.exists()
        if there:
            self.run(["launchctl", "bootout", f"gui/{self.user_id}/{label_of(self.key)}"], "")
            self._plist.unlink(missing_ok=True)
        return there

    def installed(self) -> time | None:
        return _time_in(self._plist)


@dataclass(frozen=True)
class Windows:
    """A task of the Windows Task Scheduler."""

    key: str = ""
    run: Run = run_program
    name: str = "windows"

    def entries(self, night: ScheduledNight) -> Mapping[str, str]:
        return {f"Task Scheduler, task {entry_name(self.key)}": windows_task(night)}

    def install(self, night: ScheduledNight) -> None:
        with tempfile.TemporaryDirectory(prefix="iep-mail-") as scratch:
            path = Path(scratch) / "task.xml"
            write_private(path, windows_task(night).replace("\n", "\r\n").encode("utf-16"))
            code, said = self.run(
                ["schtasks", "/Create", "/TN", entry_name(self.key), "/XML", str(path), "/F"], ""
            )
        if code:
            raise _refused("the Task Scheduler", said)

    def remove(self) -> bool:
        return self.run(["schtasks", "/Delete", "/TN", entry_name(self.key), "/F"], "")[0] == 0

    def installed(self) -> time | None:
        code, said = self.run(["schtasks", "/Query", "/TN", entry_name(self.key), "/XML"], "")
        return time_of(said) if code == 0 else None


SCHEDULERS: Mapping[str, Callable[[str], Scheduler]] = {
    "systemd": Systemd,
    "cron": Cron,
    "launchd": Launchd,
    "windows": Windows,
}


def scheduler_here(key: str = "", platform: str = sys.platform) -> Scheduler:
    """The scheduler of this system. Raises UsageError where there is none that is known."""
    if platform == "win32":
        return Windows(key)
    if platform == "darwin":
        return Launchd(key)
    if Systemd().available():
        return Systemd(key)
    if Cron().available():
        return Cron(key)
    raise UsageError(
        "This computer has neither a systemd of your own nor cron, so nothing can run iep-mail by itself.",
        "Install cron (Debian, Ubuntu: sudo apt install cron), or run iep-mail nightly by hand.",
    )


def installed_anywhere(key: str = "") -> tuple[Scheduler, time] | None:
    """The entry in force on this system, in whichever of its schedulers."""
    here: Sequence[Scheduler] = (Systemd(key), Cron(key))
    if sys.platform in ("win32", "darwin"):
        here = (scheduler_here(key),)
    for scheduler in here:
        if at := scheduler.installed():
            return scheduler, at
    return None


def this_program() -> tuple[str, ...]:
    """How this very iep-mail is started from elsewhere."""
    python = Path(sys.executable)
    windowless = python.with_name("pythonw.exe")  # no window at night
    return (str(windowless if windowless.is_file() else python), "-m", "iep_mail")


def user_id() -> int:
    """The number of the user on this computer, 0 where the system has none."""
    return os.getuid() if hasattr(os, "getuid") else 0


def _write_plain(path: Path, text: str) -> None:
    """The schedulers' own folders keep the modes that they have."""
    path.parent.mkdir(parents=True, exist_ok=True)
    write_private(path, text)


def _time_in(path: Path) -> time | None:
    with suppress(OSError):
        return time_of(path.read_text(encoding="utf-8"))
    return None


def _refused(what: str, said: str) -> UsageError:
    words = " ".join(said.split())[:200]
    return UsageError(
        f"The system did not take the entry ({what}{': ' + words if words else ''}).",
        "Nothing was left behind. iep-mail schedule install --show prints it, for whoever helps you.",
    )
