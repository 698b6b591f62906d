"""schedule install, status and remove, as a parent types them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import time

import pytest

from home import ROSA, Home
from iep_mail.adapters import scheduler
from iep_mail.adapters.night_log import NightRun, note_run
from iep_mail.adapters.scheduler import Cron
from iep_mail.jobs.scheduling import key_of
from servers.box import Box


class Crontab:
    """A crontab of this test alone."""

    def __init__(self) -> None:
        self.table: str | None = None

    def __call__(self, words: Sequence[str], given: str) -> tuple[int, str]:
        if words[0] != "crontab":
            return 127, ""
        if words[1] == "-l":
            return (1, "no crontab") if self.table is None else (0, self.table)
        self.table = given if words[1] == "-" else None
        return 0, ""


@pytest.fixture
def crontab(monkeypatch: pytest.MonkeyPatch) -> Crontab:
    table = Crontab()
    monkeypatch.setattr("iep_mail.jobs.scheduling.scheduler_here", lambda key: Cron(key, table))
    monkeypatch.setattr(scheduler, "Cron", lambda key: Cron(key, table))
    monkeypatch.setattr(scheduler, "Systemd", lambda key: Nothing())
    return table


class Nothing:
    def installed(self) -> time | None:
        return None


def test_installed_looked_at_and_removed(home: Home, crontab: Crontab) -> None:
    home.configure(Box("127.0.0.1", 1, "rosa", address=ROSA))
    assert "does not run by itself" in home.run("schedule", "status").out
    installed = home.run("schedule", "install", "--at", "2:37")
    assert installed.code == 0
    assert "runs every night at 02:37 (a line in your crontab)" in installed.out
    assert "environment variable IEP_MAIL_TEST_PASSWORD, which is not set at night" in " ".join(
        installed.err.split()
    )
    assert f"--config {home.config} --data {home.data} nightly --scheduled 02:37" in (crontab.table or "")
    assert "secret" not in (crontab.table or "")
    status = home.run("schedule", "status")
    assert "Last night:  none yet" in status.out
    note_run(home.data, NightRun(home.now, 10, home.now.date()))
    assert "something wants you" in home.run("schedule", "status").out
    assert "no longer runs by itself" in home.run("schedule", "remove").out
    assert crontab.table is None
    assert "nothing to remove" in home.run("schedule", "remove").out


def test_what_would_be_written_is_shown_and_not_written(home: Home, crontab: Crontab) -> None:
    for name, sign in (
        ("systemd", "Persistent=true"),
        ("launchd", "RunAtLoad"),
        ("windows", "StartWhenAvailable"),
    ):
        shown = home.run("schedule", "install", "--show", "--with", name)
        assert (shown.code, sign in shown.out) == (0, True)
    assert crontab.table is None


def test_some_minute_at_night_where_none_is_named(home: Home, crontab: Crontab) -> None:
    assert home.run("schedule", "install").code == 0
    at = Cron(key_of(home.config, home.data), crontab).installed()
    assert at is not None
    assert 1 <= at.hour <= 4


@pytest.mark.parametrize("wrong", ["25:00", "noon", "2:99", ""])
def test_what_is_no_time_of_day_is_said(home: Home, crontab: Crontab, wrong: str) -> None:
    refused = home.run("schedule", "install", "--at", wrong)
    assert (refused.code, "write it as 02:30" in refused.err) == (2, True)


def test_a_broken_configuration_is_not_scheduled(home: Home, crontab: Crontab) -> None:
    home.config.write_text("[family\n")
    assert home.run("schedule", "install").code == 2
    assert crontab.table is None


def test_a_page_by_mail_wants_a_mailbox_that_can_send(home: Home) -> None:
    home.configure(Box("127.0.0.1", 1, "rosa", address=ROSA), notice="mail")
    refused = home.run("flags")
    assert (refused.code, "nightly.notice" in refused.err) == (2, True)
    home.configure(notice="pigeon")
    assert "Allowed: file, desktop, mail" in home.run("flags").err


def test_a_folder_named_with_a_line_break_is_refused(home: Home, crontab: Crontab) -> None:
    home.data_folder = home.folder / "da\nta"
    refused = home.run("schedule", "install", "--at", "2:37")
    assert (refused.code, "line break" in refused.err) == (2, True)
    assert crontab.table is None


def test_each_family_has_a_night_of_its_own(home: Home, crontab: Crontab) -> None:
    assert home.run("schedule", "install", "--at", "2:37").code == 0
    first = home.data
    home.data_folder = home.folder / "another family"
    assert "does not run by itself" in home.run("schedule", "status").out
    assert home.run("schedule", "install", "--at", "3:05").code == 0
    assert (crontab.table or "").count("--scheduled") == 2
    assert "03:05" in home.run("schedule", "status").out
    assert home.run("schedule", "remove").code == 0
    home.data_folder = first
    assert "02:37" in home.run("schedule", "status").out
