"""Nights that run by themselves: caught up, done once, told once, and nothing of the mail in the log."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from home import PASSWORD, ROSA, Home, fill
from iep_mail.adapters.config import load_config
from iep_mail.adapters.night_log import NightRun, log_path, night_runs, write_log
from iep_mail.adapters.store import run_lock
from iep_mail.errors import SendError
from iep_mail.jobs.scheduling import is_due, last_time, next_time, run_scheduled
from iep_mail.jobs.sending import mail_to_oneself
from servers.box import Box
from servers.ports import free_port
from servers.pymap_server import pymap
from servers.smtp import Smtp
from world import speech_story

CHICAGO = ZoneInfo("America/Chicago")
AT = time(2, 37)
NIGHT = datetime(2026, 2, 9, 2, 37, tzinfo=CHICAGO)
HOUR = timedelta(hours=1)


class Told(list[tuple[str, str]]):
    """The notifications that were shown."""


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> Told:
    told = Told()
    monkeypatch.setattr("iep_mail.jobs.notices.notify", lambda title, text: told.append((title, text)))
    return told


@pytest.fixture
def postbox() -> Iterator[Smtp]:
    with Smtp(user="rosa") as server:
        yield server


@pytest.fixture
def rosas(postbox: Smtp) -> Iterator[Box]:
    with pymap("rosa") as port:
        box = Box("127.0.0.1", port, "rosa", address=ROSA, smtp=postbox.port)
        fill(box, speech_story())
        yield box


def at_night(home: Home, now: datetime) -> int:
    return run_scheduled(home.config, home.data, now=now, at=AT)


moments = st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31)).map(lambda d: d.replace(tzinfo=UTC))


@given(moments, st.times().map(lambda t: t.replace(second=0, microsecond=0)))
def test_the_last_night_is_never_ahead_and_never_older_than_a_day(now: datetime, at: time) -> None:
    assert timedelta(0) <= now - last_time(now, at) < timedelta(days=1)
    assert next_time(now, at) > now


def test_a_night_is_due_until_it_went_well() -> None:
    yesterday, tonight = NIGHT - timedelta(days=1), NIGHT
    failed = NightRun(tonight, 1, again=True)
    assert is_due([], tonight)
    assert is_due([NightRun(yesterday, 10)], tonight)
    assert is_due([failed], tonight)
    assert not is_due([failed, NightRun(tonight + HOUR, 0)], tonight)
    assert not is_due([NightRun(tonight, 2)], tonight)  # another try does not mend it


def test_the_night_is_done_once_and_told_once(home: Home, rosas: Box, shown: Told) -> None:
    home.configure(rosas, notice="desktop")
    assert at_night(home, NIGHT) == 0
    assert at_night(home, NIGHT + HOUR) == 0
    assert [run.told for run in night_runs(home.data)] == ["desktop"]
    ((title, line),) = shown
    assert title == "iep-mail: something wants you"
    assert line == "1 matter wants you. See it with: iep-mail web"
    assert not {"Mateo", "Teo", "Park"} & set((title + line).split())
    assert at_night(home, NIGHT + 24 * HOUR) == 0
    assert len(shown) == 2


@pytest.mark.slow
def test_a_computer_that_was_off_catches_up(home: Home, rosas: Box, shown: Told) -> None:
    home.configure(rosas)
    assert at_night(home, NIGHT) == 0
    assert at_night(home, NIGHT + 33 * HOUR) == 0  # the next night was slept through
    assert [run.night.isoformat() for run in night_runs(home.data) if run.night] == [
        "2026-02-09",
        "2026-02-10",
    ]


@pytest.mark.slow
def test_what_a_parent_ran_by_hand_is_not_run_again(home: Home, rosas: Box) -> None:
    home.configure(rosas)
    home.now = NIGHT + HOUR
    assert home.run("nightly").code == 10
    assert at_night(home, NIGHT + 2 * HOUR) == 0
    assert [run.night for run in night_runs(home.data)] == [None]


@pytest.mark.slow
def test_a_server_out_of_reach_is_tried_every_hour_and_told_at_the_third_try(home: Home, shown: Told) -> None:
    home.configure(Box("127.0.0.1", free_port(), "rosa", address=ROSA), notice="desktop")
    told = []
    for hour in range(5):
        assert at_night(home, NIGHT + hour * HOUR) == 1
        told.append(len(shown))
    assert told == [0, 0, 1, 1, 1]
    assert shown[0][0] == "iep-mail: the night did not go well"
    assert "could not be reached" in log_path(home.data).read_text()


@pytest.mark.slow
def test_after_a_bad_night_that_was_told_the_good_one_is_not_told_again(
    home: Home, rosas: Box, shown: Told
) -> None:
    home.configure(Box("127.0.0.1", free_port(), "rosa", address=ROSA), notice="desktop")
    for hour in range(3):
        at_night(home, NIGHT + hour * HOUR)
    home.configure(rosas, notice="desktop")
    assert at_night(home, NIGHT + 3 * HOUR) == 0
    assert len(shown) == 1


@pytest.mark.slow
def test_a_changed_password_is_told_at_once_and_not_tried_until_the_account_is_locked(
    home: Home, rosas: Box, shown: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    home.configure(rosas, notice="desktop")
    monkeypatch.setenv(PASSWORD, "changed meanwhile")
    assert at_night(home, NIGHT) == 1
    assert at_night(home, NIGHT + HOUR) == 0
    assert len(shown) == len(night_runs(home.data)) == 1
    assert "did not accept the login" in night_runs(home.data)[0].problem
    assert "changed meanwhile" not in log_path(home.data).read_text()


@pytest.mark.slow
def test_the_page_is_mailed_to_the_parent_alone(home: Home, rosas: Box, postbox: Smtp) -> None:
    home.configure(rosas, notice="mail")
    assert at_night(home, NIGHT) == 0
    assert at_night(home, NIGHT + HOUR) == 0
    (mail,) = postbox.delivered
    assert (mail.sender, mail.recipients) == (ROSA, (ROSA,))
    head, _, body = mail.raw.decode().partition("\r\n\r\n")
    assert "Auto-Submitted: auto-generated" in head
    assert f"To: {ROSA}" in head
    assert "Cc:" not in head
    assert "Subject: iep-mail: something wants you (February 9)" in head
    assert "Teo" not in head
    assert "The one thing for today" in body
    before = home.dump()
    rosas.fill("INBOX", mail.raw)
    assert at_night(home, NIGHT + 24 * HOUR) == 0
    assert home.dump()["messages"] == before["messages"]  # it is nobody's mail with the school


@pytest.mark.slow
def test_a_page_that_was_perhaps_mailed_is_neither_mailed_nor_shown_again(
    home: Home, rosas: Box, postbox: Smtp, shown: Told
) -> None:
    home.configure(rosas, notice="mail")
    postbox.breaks = "delivered_unsaid"
    at_night(home, NIGHT)
    postbox.breaks = ""
    at_night(home, NIGHT + HOUR)
    assert len(postbox.delivered) == 1
    assert "not certain whether the page was mailed" in night_runs(home.data)[-1].problem
    assert shown == []


@pytest.mark.slow
def test_where_the_password_was_changed_the_page_is_shown_on_the_desktop_instead(
    home: Home, rosas: Box, postbox: Smtp, shown: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    home.configure(rosas, notice="mail")
    monkeypatch.setenv(PASSWORD, "changed meanwhile")
    assert at_night(home, NIGHT) == 1
    assert at_night(home, NIGHT + HOUR) == 0
    assert postbox.delivered == []
    assert [title for title, _ in shown] == ["iep-mail: the night did not go well"]


def test_a_broken_configuration_is_told_on_the_desktop_and_kept_as_a_page(home: Home, shown: Told) -> None:
    home.config.write_text("[family\n")
    assert at_night(home, NIGHT) == 1
    assert at_night(home, NIGHT + HOUR) == 0
    assert len(shown) == 1
    page = (home.data / "digests" / "2026-02-09.txt").read_text()
    assert "config.toml" in page
    assert "iep-mail doctor" in page


@pytest.mark.slow
def test_a_night_while_the_parent_is_at_work_is_tried_later(home: Home, rosas: Box, shown: Told) -> None:
    home.configure(rosas, notice="desktop")
    with run_lock(home.data):
        assert at_night(home, NIGHT) == 1
    assert shown == []
    assert at_night(home, NIGHT + HOUR) == 0
    assert len(shown) == 1


@pytest.mark.slow
def test_nothing_of_the_mail_is_in_the_log(home: Home, rosas: Box, shown: Told) -> None:
    home.configure(rosas)
    at_night(home, NIGHT)
    log = log_path(home.data)
    assert (
        log.read_text()
        == "2026-02-09T02:37:00-06:00 night of 2026-02-09: done, something wants the parent; told: file.\n"
    )
    assert log.stat().st_mode & 0o777 == 0o600


def test_the_log_begins_anew_when_it_is_full(tmp_path: Path) -> None:
    write_log(tmp_path, "first")
    log_path(tmp_path).write_text("x" * 200_001)
    write_log(tmp_path, "one\nline")
    assert log_path(tmp_path).read_text() == "one line\n"
    assert [p.name for p in sorted(log_path(tmp_path).parent.iterdir())] == ["nightly.log", "nightly.log.1"]


def test_a_damaged_record_is_set_aside(tmp_path: Path) -> None:
    (tmp_path / "nights.json").write_text("[{]")
    assert night_runs(tmp_path) == ()
    assert (tmp_path / "nights.damaged").exists()


def test_the_page_goes_to_no_address_that_is_not_the_parents_own(home: Home) -> None:
    """Refused before any password is looked up or any connection opened."""
    config = load_config(home.config)
    with pytest.raises(SendError, match="is no address of yours"):
        mail_to_oneself(
            config, Box("127.0.0.1", 1, "x", address="epark@maplehill.example.org").mailbox(), b""
        )


def test_a_full_disk_is_told_though_nothing_can_be_noted(
    home: Home, shown: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    home.configure(notice="desktop")
    for place in ("scheduling.note_run", "scheduling.run_night", "notices.write_private"):
        monkeypatch.setattr(f"iep_mail.jobs.{place}", full)
    assert [at_night(home, NIGHT + hour * HOUR) for hour in range(3)] == [1, 1, 1]
    assert [title for title, _ in shown] == ["iep-mail: the night did not run"]


def test_a_fault_of_the_program_itself_is_told_without_a_word_of_mail(
    home: Home, shown: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise TypeError("Teo was not there on Monday")

    home.configure(notice="desktop")
    monkeypatch.setattr("iep_mail.jobs.scheduling.run_night", broken)
    assert at_night(home, NIGHT) == 1
    assert at_night(home, NIGHT + HOUR) == 0
    assert len(shown) == 1
    assert "(TypeError)" in night_runs(home.data)[0].problem
    assert "Teo" not in log_path(home.data).read_text()


@pytest.mark.slow
def test_a_page_is_shown_though_the_night_could_not_be_noted(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("iep_mail.jobs.scheduling.note_run", full)
    home.import_story()
    night = home.run("nightly")
    assert (night.code, "The one thing for today" in night.out) == (10, True)
