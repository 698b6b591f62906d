"""What the schedulers are given, and that nothing of it is left behind."""

from __future__ import annotations

import os
import plistlib
import shlex
import shutil
import subprocess
import xml.etree.ElementTree as ET
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iep_mail.adapters.scheduler import Cron, Launchd, Systemd, Windows, run_program
from iep_mail.adapters.scheduler_files import (
    ScheduledNight,
    cron_block,
    launchd_plist,
    systemd_service,
    systemd_timer,
    time_of,
    windows_task,
    without_block,
)
from iep_mail.errors import UsageError
from servers.box import unavailable

GOLDEN = Path(__file__).parents[1] / "golden" / "schedule"
AT = time(2, 37)


def night(python: str, config: str, data: str, at: time = AT) -> ScheduledNight:
    return ScheduledNight((python, "-m", "iep_mail", "--config", config, "--data", data, "nightly"), at, 1000)


LINUX = night(
    "/home/rosa/.local/share/pipx/venvs/iep-mail/bin/python",
    "/home/rosa/My Files/config.toml",
    "/home/rosa/50% done",
)
MAC = night(
    "/Users/rosa/.local/pipx/venvs/iep-mail/bin/python",
    "/Users/rosa/Library/Application Support/iep-mail/config.toml",
    "/Users/rosa/Library/Application Support/iep-mail",
)
PC = night(
    r"C:\Users\Rosa & Ana\pipx\venvs\iep-mail\Scripts\pythonw.exe",
    r"C:\Users\Rosa & Ana\AppData\Local\iep-mail\config.toml",
    r"C:\Users\Rosa & Ana\AppData\Local\iep-mail",
)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("iep-mail.service", systemd_service(LINUX)),
        ("iep-mail.timer", systemd_timer(LINUX)),
        ("crontab", cron_block(LINUX)),
        ("org.iep-mail.nightly.plist", launchd_plist(MAC)),
        ("task.xml", windows_task(PC)),
    ],
)
def test_the_entries_are_as_they_were_agreed(name: str, text: str) -> None:
    assert text == (GOLDEN / name).read_text(encoding="utf-8")


words = st.text(st.characters(max_codepoint=0x2FF, exclude_categories=["Cc"]), min_size=1)


@given(words, words, st.times().map(lambda t: t.replace(second=0, microsecond=0)))
def test_any_path_comes_through_whole_and_the_time_is_found_again(config: str, data: str, at: time) -> None:
    asked = night("/usr/bin/python3", config, data, at)
    line = cron_block(asked).split("\n")[1].replace("\\%", "%")
    assert shlex.split(line.partition("/bus ")[2])[:-2] == [*asked.command[:-2], "--scheduled", f"{at:%H:%M}"]
    assert tuple(plistlib.loads(launchd_plist(asked).encode())["ProgramArguments"]) == asked.command
    ET.fromstring(windows_task(asked).partition("\n")[2])
    for text in (systemd_service(asked), cron_block(asked), launchd_plist(asked), windows_task(asked)):
        assert time_of(text) == at


@pytest.mark.slow
def test_systemd_finds_nothing_wrong_with_the_units(tmp_path: Path) -> None:
    if shutil.which("systemd-analyze") is None:
        unavailable("systemd-analyze is not installed (Debian: systemd)")
    python = shutil.which("python3") or "/usr/bin/python3"
    asked = night(python, "/home/rosa/My $HOME Files/config.toml", '/home/rosa/50% "done"')
    paths = [tmp_path / "iep-mail.service", tmp_path / "iep-mail.timer"]
    for path, text in zip(paths, (systemd_service(asked), systemd_timer(asked)), strict=True):
        path.write_text(text)
    done = subprocess.run(
        ["systemd-analyze", "verify", "--user", *map(str, paths)],
        env={**os.environ, "XDG_RUNTIME_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


@dataclass
class Machine:
    """Stands in for the system's programs. `refuses`: the beginning of a command that fails."""

    refuses: str = "nothing"
    ran: list[str] = field(default_factory=list)
    crontab: str | None = None
    tasks: dict[str, str] = field(default_factory=dict)

    def __call__(self, words: Sequence[str], given: str) -> tuple[int, str]:
        line = " ".join(words)
        self.ran.append(line)
        if line.startswith(self.refuses):
            return 1, "Access denied"
        if line == "crontab -l":
            return (1, "no crontab for rosa") if self.crontab is None else (0, self.crontab)
        if line == "crontab -":
            self.crontab = given
        if line == "crontab -r":
            self.crontab = None
        if line.startswith("schtasks"):
            return self.schtasks(words)
        return 0, ""

    def schtasks(self, words: Sequence[str]) -> tuple[int, str]:
        if words[1] == "/Create":
            self.tasks[words[3]] = Path(words[5]).read_bytes().decode("utf-16")
            return 0, "SUCCESS"
        if words[3] not in self.tasks:
            return 1, "ERROR: The system cannot find the file specified."
        return (0, self.tasks[words[3]]) if words[1] == "/Query" else (0, str(self.tasks.pop(words[3])))


def everything_under(folder: Path) -> list[Path]:
    return [p for p in folder.rglob("*") if p.is_file()]


def test_a_timer_of_systemd_comes_and_goes(tmp_path: Path) -> None:
    machine = Machine()
    systemd = Systemd("", tmp_path / "config", tmp_path / "state", machine)
    systemd.install(LINUX)
    assert machine.ran == ["systemctl --user daemon-reload", "systemctl --user enable --now iep-mail.timer"]
    assert systemd.installed() == AT
    stamp = tmp_path / "state" / "systemd" / "timers" / "stamp-iep-mail.timer"
    stamp.parent.mkdir(parents=True)
    stamp.touch()
    assert systemd.remove()
    assert everything_under(tmp_path) == []
    assert systemd.installed() is None
    assert not systemd.remove()


def test_a_timer_that_systemd_does_not_take_leaves_nothing_and_is_said(tmp_path: Path) -> None:
    systemd = Systemd("", tmp_path, tmp_path, Machine(refuses="systemctl --user enable"))
    with pytest.raises(UsageError, match="Access denied"):
        systemd.install(LINUX)
    assert everything_under(tmp_path) == []


def test_a_timer_that_is_switched_off_is_not_taken_for_one_in_force(tmp_path: Path) -> None:
    machine = Machine()
    systemd = Systemd("", tmp_path, tmp_path, machine)
    systemd.install(LINUX)
    machine.refuses = "systemctl --user is-enabled"
    assert systemd.installed() is None


@pytest.mark.parametrize("before", ["", "MAILTO=rosa\n5 4 * * * backup\n", "5 4 * * * no line end"])
def test_other_lines_of_a_crontab_stay(before: str) -> None:
    machine = Machine(crontab=before)
    cron = Cron("", machine)
    cron.install(LINUX)
    cron.install(night("/usr/bin/python3", "/c", "/d", time(3, 5)))
    assert machine.crontab is not None
    assert machine.crontab.count("iep_mail") == 1
    assert cron.installed() == time(3, 5)
    assert cron.remove()
    assert (machine.crontab or "").rstrip("\n") == before.rstrip("\n")
    assert not cron.remove()


def test_a_crontab_that_held_nothing_else_is_gone_afterwards() -> None:
    machine = Machine()
    cron = Cron("", machine)
    cron.install(LINUX)
    cron.remove()
    assert machine.crontab is None


@given(st.text(), st.text())
def test_taking_the_block_out_gives_back_what_was_around_it(before: str, after: str) -> None:
    before += "\n"
    assert without_block(before + cron_block(LINUX) + after) == before + after


def test_an_agent_of_launchd_comes_and_goes(tmp_path: Path) -> None:
    machine = Machine()
    launchd = Launchd("", tmp_path, 501, machine)
    launchd.install(MAC)
    assert launchd.installed() == AT
    assert machine.ran == [f"launchctl bootstrap gui/501 {tmp_path}/org.iep-mail.nightly.plist"]
    assert launchd.remove()
    assert machine.ran[-1] == "launchctl bootout gui/501/org.iep-mail.nightly"
    assert everything_under(tmp_path) == []
    with pytest.raises(UsageError, match="Access denied"):
        Launchd("", tmp_path, 501, Machine(refuses="launchctl bootstrap")).install(MAC)
    assert everything_under(tmp_path) == []


def test_a_task_of_windows_comes_and_goes() -> None:
    machine = Machine()
    windows = Windows("", machine)
    assert windows.installed() is None
    windows.install(PC)
    assert machine.tasks["iep-mail"].startswith('<?xml version="1.0" encoding="UTF-16"?>\r\n')
    assert windows.installed() == AT
    assert windows.remove()
    assert machine.tasks == {}
    with pytest.raises(UsageError, match="Access denied"):
        Windows("", Machine(refuses="schtasks /Create")).install(PC)


@pytest.mark.slow
@pytest.mark.servers
def test_a_real_crontab_takes_the_line_and_gives_it_back() -> None:
    cron = Cron()
    if not cron.available():
        unavailable("cron is not installed (Debian: cron)")
    if run_program(["crontab", "-l"])[0] == 0:
        pytest.skip("this user has a crontab of their own, which is left alone")
    try:
        cron.install(LINUX)
        assert cron.installed() == AT
    finally:
        cron.remove()
    assert run_program(["crontab", "-l"])[0] != 0


def test_what_windows_says_in_utf_16_is_understood() -> None:
    said = windows_task(PC).encode("utf-16-le").hex()
    words = [
        "sh",
        "-c",
        f"printf '%s' {said} | python3 -c 'import sys; sys.stdout.buffer.write(bytes.fromhex(sys.stdin.read()))'",
    ]
    assert time_of(run_program(words)[1]) == AT


def test_a_program_that_is_not_there_is_no_accident() -> None:
    assert run_program(["/no/such/program"]) == (127, "")
