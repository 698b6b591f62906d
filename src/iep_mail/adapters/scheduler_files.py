"""What the system's schedulers are given: one entry for each of them, without any secret in it."""

from __future__ import annotations

import plistlib
import re
import shlex
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import time
from xml.sax.saxutils import escape

NAME = "iep-mail"
LABEL = "org.iep-mail.nightly"
_CRON_BEGIN = "# {name}: written by `iep-mail schedule install`"
_CRON_END = "# {name}: end"
_AT = re.compile(r"--scheduled(?:</string>\s*<string>| )(\d\d:\d\d)")


@dataclass(frozen=True, slots=True)
class ScheduledNight:
    """The command that runs a night, without the time, and the local time of day at which it runs. `key`
    tells the entries of several families apart, "" for the usual place."""

    words: tuple[str, ...]
    at: time
    user_id: int = 0
    key: str = ""

    @property
    def command(self) -> tuple[str, ...]:
        return (*self.words, "--scheduled", f"{self.at:%H:%M}")


def entry_name(key: str) -> str:
    return f"{NAME}-{key}" if key else NAME


def label_of(key: str) -> str:
    return f"{LABEL}.{key}" if key else LABEL


def time_of(entry: str) -> time | None:
    """The time of day that an entry names, of whichever scheduler it is."""
    found = _AT.findall(entry)
    return time.fromisoformat(found[-1]) if found else None


# --- systemd ----------------------------------------------------------------------------------


def systemd_service(night: ScheduledNight) -> str:
    """A night that could not read the mail is tried again after an hour, five times."""
    return f"""\
[Unit]
Description=Reads the mail with the school (iep-mail)
StartLimitIntervalSec=20h
StartLimitBurst=6

[Service]
Type=oneshot
ExecStart={" ".join(map(_systemd_word, night.command))}
Restart=on-failure
RestartSec=1h
Nice=10
UMask=0077
"""


def systemd_timer(night: ScheduledNight) -> str:
    """Persistent: a computer that was asleep or off catches up as soon as it is on."""
    return f"""\
[Unit]
Description=Runs iep-mail every night

[Timer]
OnCalendar=*-*-* {night.at:%H:%M}:00
Persistent=true
RandomizedDelaySec=5min

[Install]
WantedBy=timers.target
"""


def _systemd_word(word: str) -> str:
    word = word.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%").replace("$", "$$")
    return f'"{word}"' if re.search(r"[\s;'\"]", word) else word


# --- cron -------------------------------------------------------------------------------------


def cron_block(night: ScheduledNight) -> str:
    """Cron catches up by itself on nothing, so the line runs every hour and does the night once.

    The address of the session's bus lets it reach the keyring.
    """
    bus = f"DBUS_SESSION_BUS_ADDRESS=unix:path=/run/user/{night.user_id}/bus"
    command = shlex.join(night.command).replace("%", "\\%")
    name = entry_name(night.key)
    begin, end = _CRON_BEGIN.format(name=name), _CRON_END.format(name=name)
    return f"{begin}\n{night.at.minute} * * * * {bus} {command} >/dev/null 2>&1\n{end}\n"


def block_in(crontab: str, key: str = "") -> str:
    """Our block of the crontab, "" where it has none."""
    found = _block(key).search(crontab)
    return found[0] if found else ""


def without_block(crontab: str, key: str = "") -> str:
    """The crontab as it was before."""
    return _block(key).sub("", crontab)


def _block(key: str) -> re.Pattern[str]:
    begin, end = (re.escape(line.format(name=entry_name(key))) for line in (_CRON_BEGIN, _CRON_END))
    return re.compile(rf"^{begin}\n.*?^{end}\n?", re.MULTILINE | re.DOTALL)


# --- launchd ----------------------------------------------------------------------------------


def launchd_plist(night: ScheduledNight) -> str:
    """Every hour and at each login, and the night is done once: launchd catches up after sleep, but not
    where the computer was off."""
    entry = {
        "Label": label_of(night.key),
        "ProgramArguments": list(night.command),
        "StartCalendarInterval": {"Minute": night.at.minute},
        "RunAtLoad": True,
        "ProcessType": "Background",
        "LowPriorityIO": True,
        "Umask": 0o077,
        "StandardOutPath": "/dev/null",
        "StandardErrorPath": "/dev/null",
    }
    return plistlib.dumps(entry, sort_keys=False).decode("utf-8")


# --- Windows ----------------------------------------------------------------------------------


def windows_task(night: ScheduledNight) -> str:
    """A task of the parent's own, without a stored password: it runs while they are signed in."""
    program, *arguments = night.command
    return f"""\
<?xml version="1.0" encoding="UTF-16"?>
<Task version="1.2" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">
  <RegistrationInfo>
    <Description>Reads the mail with the school every night (iep-mail).</Description>
  </RegistrationInfo>
  <Triggers>
    <CalendarTrigger>
      <StartBoundary>2026-01-01T{night.at:%H:%M}:00</StartBoundary>
      <RandomDelay>PT5M</RandomDelay>
      <ScheduleByDay>
        <DaysInterval>1</DaysInterval>
      </ScheduleByDay>
    </CalendarTrigger>
  </Triggers>
  <Principals>
    <Principal id="Author">
      <LogonType>InteractiveToken</LogonType>
      <RunLevel>LeastPrivilege</RunLevel>
    </Principal>
  </Principals>
  <Settings>
    <MultipleInstancesPolicy>IgnoreNew</MultipleInstancesPolicy>
    <DisallowStartIfOnBatteries>false</DisallowStartIfOnBatteries>
    <StopIfGoingOnBatteries>false</StopIfGoingOnBatteries>
    <StartWhenAvailable>true</StartWhenAvailable>
    <RunOnlyIfNetworkAvailable>true</RunOnlyIfNetworkAvailable>
    <WakeToRun>false</WakeToRun>
    <ExecutionTimeLimit>PT2H</ExecutionTimeLimit>
    <RestartOnFailure>
      <Interval>PT1H</Interval>
      <Count>5</Count>
    </RestartOnFailure>
  </Settings>
  <Actions Context="Author">
    <Exec>
      <Command>{escape(program)}</Command>
      <Arguments>{escape(_windows_words(arguments))}</Arguments>
    </Exec>
  </Actions>
</Task>
"""


def _windows_words(words: Sequence[str]) -> str:
    return subprocess.list2cmdline(words)
