"""What doctor finds: every red line, by causing it; and that it neither hangs nor changes anything."""

from __future__ import annotations

import shutil
import socket
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, date, datetime, timedelta

import keyring
import pytest
from keyring.backends import fail

from home import CALENDAR, EVENING, PASSWORD, ROSA, Home, event, fill
from iep_mail.adapters.config import load_config
from iep_mail.adapters.night_log import NightRun, note_run
from iep_mail.adapters.store import STORE_NAME
from iep_mail.jobs import doctor_checks as checks
from iep_mail.jobs.doctor import examine
from iep_mail.jobs.doctor_checks import Check
from iep_mail.jobs.doctor_network import Asked, check_mailbox
from iep_mail.jobs.workspace import Workspace, open_workspace
from servers.box import Box
from servers.ports import free_port
from servers.pymap_server import pymap
from servers.smtp import Smtp
from world import speech_story

TODAY = date(2026, 2, 9)
_PLAN = """\
child = "Mateo Delgado"
effective_from = 2025-09-01
effective_to = 2026-08-31
document = "IEP of September 2025"

[[services]]
name = "Speech therapy"
minutes = 30
frequency = "2 times per week"
page = 6
"""


@pytest.fixture
def filled(home: Home) -> Home:
    home.import_story()
    return home


@contextmanager
def opened(home: Home) -> Iterator[Workspace]:
    with open_workspace(home.config, home.data) as workspace:
        yield workspace


def red(check: Check, *words: str) -> None:
    assert check.state == "wrong", check
    assert check.remedy
    for word in words:
        assert word in f"{check.says} {check.remedy}", check


def all_of(home: Home, seconds: float = 5.0) -> dict[str, Check]:
    return {check.part: check for check in examine(home.config, home.data, now=home.now, seconds=seconds)}


# --- all is well ------------------------------------------------------------------------------


@pytest.mark.slow
def test_where_all_is_well_every_line_says_so(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    home.now = datetime(2026, 3, 3, 9, tzinfo=UTC)  # the mail of the box came in on March 2
    with Smtp(user="rosa") as postbox, pymap("rosa") as port:
        box = Box("127.0.0.1", port, "rosa", address=ROSA, smtp=postbox.port)
        fill(box, speech_story())
        (home.folder / "iep.toml").write_text(_PLAN)
        home.configure(box)
        text = home.config.read_text().replace('nicknames = ["Teo"]', 'nicknames = ["Teo"]\niep = "iep.toml"')
        in_environment = f'{{ method = "environment", variable = "{PASSWORD}" }}'
        text = text.replace(in_environment, '{ method = "command", command = ["echo", "secret"] }')
        home.config.write_text(text)
        home.config.chmod(0o600)
        assert home.run("nightly").code == 10
        monkeypatch.setattr(
            "iep_mail.jobs.scheduling.installed_anywhere",
            lambda key: (type("Timer", (), {"name": "systemd"})(), datetime(2026, 1, 1, 2, 30).time()),
        )
        monkeypatch.setattr(checks, "keyring_problem", lambda: "")
        note_run(home.data, NightRun(home.now, 10, home.now.date()))
        before = {path: path.read_bytes() for path in home.folder.rglob("*.eml")}
        found = all_of(home)
        assert [c for c in found.values() if c.state == "wrong"] == []
        assert found[f"reading {ROSA}"].says == "The login works."
        assert found[f"sending from {ROSA}"].says == "The login works; nothing was sent."
        assert found[f"folders of {ROSA}"].says == "2 folders, sent mail in Sent."
        assert "restored to a temporary place: 5 messages" in found["backup"].says
        assert "In force today: 1 service, 0 accommodations, 0 goals." in found["plan of Mateo Delgado"].says
        assert postbox.delivered == []
        assert before == {path: path.read_bytes() for path in home.folder.rglob("*.eml")}
        assert not list(home.data.glob("doctor-*"))
        done = home.run("doctor")
        assert (done.code, "All is well." in done.out) == (0, True)
        assert "✓ well" in done.out
        as_json = home.run("doctor", "--json")
        assert as_json.json["well"] is True
        assert {"part", "state", "says", "remedy"} == set(as_json.json["checks"][0])


# --- what the family wrote --------------------------------------------------------------------


def test_a_mistake_in_the_configuration_still_shows_the_rest(home: Home) -> None:
    home.configure(more="[nightly]\n")  # twice
    found = all_of(home)
    red(found["configuration"], str(home.config))
    assert {"permissions", "disk", "schedule"} <= set(found)
    assert home.run("doctor").code == 1


@pytest.mark.slow
def test_a_calendar_that_is_missing_ended_or_about_to_end(home: Home) -> None:
    def on(day: date) -> Check:
        return checks.check_calendar(load_config(home.config), home.data, day)

    assert on(TODAY).state == "well"
    red(on(date(2026, 5, 20)), "It ends on June 5, 2026")
    red(on(date(2026, 9, 1)), "It ended on June 5, 2026")
    (home.folder / "calendar.ics").write_text("nonsense")
    red(all_of(home)["school calendar"], "is not a calendar")
    only_breaks = event("20251222", "20260103", "Winter Break - No School")
    (home.folder / "calendar.ics").write_text(
        CALENDAR.split("BEGIN:VEVENT")[0] + only_breaks + "END:VCALENDAR\r\n", newline=""
    )
    red(on(TODAY), "estimated")
    home.config.write_text(home.config.read_text().replace('calendar = "calendar.ics"\n', ""))
    red(on(TODAY), "None is named")


def test_a_plan_that_has_run_out_or_holds_a_mistake(home: Home) -> None:
    (found,) = checks.check_plans(load_config(home.config), TODAY)
    assert found.state == "note"  # a family may have no plan yet
    text = home.config.read_text().replace('nicknames = ["Teo"]', 'nicknames = ["Teo"]\niep = "iep.toml"')
    home.config.write_text(text)
    plan = home.folder / "iep.toml"
    plan.write_text(_PLAN)
    (found,) = checks.check_plans(load_config(home.config), TODAY)
    assert (found.part, found.state) == ("plan of Mateo Delgado", "well")
    (gone,) = checks.check_plans(load_config(home.config), date(2026, 9, 1))
    red(gone, "None of its facts is in force today")
    plan.write_text(_PLAN + "colour = 3\n")
    red(next(checks.check_plans(load_config(home.config), TODAY)), "iep.toml, line", "iep-mail iep check")


def test_a_letter_of_the_parents_own_with_a_mistake(home: Home) -> None:
    assert checks.check_templates(home.config).state == "well"
    letters = home.folder / "templates" / "letters"
    letters.mkdir(parents=True)
    (letters / "follow-up.txt").write_text("{{ no such thing")
    red(checks.check_templates(home.config), "follow-up.txt", "iep-mail templates check")


def test_another_time_zone_is_worth_knowing_and_not_wrong(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZ", "America/New_York")
    time.tzset()
    try:
        found = checks.check_time_zone(load_config(home.config), EVENING)
    finally:
        monkeypatch.undo()
        time.tzset()
    assert (found.state, "1 hour ahead of America/Chicago" in found.says) == ("note", True)


# --- what is kept -----------------------------------------------------------------------------


def test_nothing_read_yet(home: Home) -> None:
    found = all_of(home)
    red(found["last night"], "iep-mail nightly")
    assert not (home.data / STORE_NAME).exists()


def test_a_night_that_went_badly_or_is_long_ago(filled: Home) -> None:
    filled.configure(Box("127.0.0.1", 1, "rosa", address=ROSA))
    bad = NightRun(EVENING, 1, problem="imap.example.net did not accept the login of rosa.")
    with opened(filled) as workspace:
        red(checks.check_last_night(workspace, [bad], EVENING), "did not accept the login")
        red(checks.check_last_night(workspace, [NightRun(EVENING, 0)], EVENING), ROSA)  # never read
        workspace.store.note_mailbox_run(ROSA, EVENING, EVENING, True)
        assert checks.check_last_night(workspace, [NightRun(EVENING, 0)], EVENING).state == "well"
        red(checks.check_last_night(workspace, [NightRun(EVENING, 0)], EVENING + timedelta(days=3)), ROSA)


def test_mail_from_the_future_means_a_wrong_clock(filled: Home) -> None:
    with opened(filled) as workspace:
        assert checks.check_received(workspace, EVENING).state == "well"
    with closing(sqlite3.connect(filled.data / STORE_NAME)) as db:
        db.execute("UPDATE contents SET received_at = '2026-02-09T11:00:00.000000+00:00'")
        db.commit()
    with opened(filled) as workspace:
        red(
            checks.check_received(workspace, EVENING), "ahead of this computer's", "Set this computer's clock"
        )


def test_something_that_was_changed_by_another_hand(filled: Home) -> None:
    assert filled.run("request", "list").code == 0
    with closing(sqlite3.connect(filled.data / STORE_NAME)) as db:
        db.execute("DROP TRIGGER contents_no_update")
        db.execute("UPDATE contents SET raw = (SELECT raw FROM contents ORDER BY sha256 LIMIT 1)")
        db.commit()
    with opened(filled) as workspace:
        red(checks.check_kept(workspace), "is not what was written down", "Do not delete anything")


@pytest.mark.slow
def test_a_backup_is_restored_and_compared(filled: Home) -> None:
    with opened(filled) as workspace:
        red(checks.check_backup(workspace, TODAY), "There is none yet")
        workspace.store.seal()
        path = workspace.store.backup(TODAY)
    request = filled.dump()["requests"][0]["id"]
    assert filled.run("request", "settle", request).code == 0  # the store goes on
    with opened(filled) as workspace:
        assert checks.check_backup(workspace, TODAY).state == "well"
        red(checks.check_backup(workspace, TODAY + timedelta(days=30)), "The newest is of 2026-02-09")
    whole = path.read_bytes()
    with closing(sqlite3.connect(path)) as db:
        db.execute("DROP TRIGGER decisions_no_update")
        db.execute(
            "INSERT INTO decisions (at, kind, subject, value) VALUES ('2026-02-09T00:00:00+00:00', 'settle', ?, '')",
            (request,),
        )
        db.commit()
    with opened(filled) as workspace:
        red(checks.check_backup(workspace, TODAY), "is no good")
    path.write_bytes(whole[:5000])
    with opened(filled) as workspace:
        red(checks.check_backup(workspace, TODAY), "is no good")


@pytest.mark.slow
def test_a_backup_of_something_else_is_no_backup(filled: Home) -> None:
    assert filled.run("request", "settle", filled.dump()["requests"][0]["id"]).code == 0
    with opened(filled) as workspace:
        workspace.store.seal()
        path = workspace.store.backup(TODAY)
    filled.data_folder = filled.folder / "another"
    filled.import_story()
    shutil.copytree(path.parent, filled.data / "backups")
    with opened(filled) as workspace:
        red(checks.check_backup(workspace, TODAY), "is not an earlier state of what iep-mail keeps now")


def test_a_store_that_is_no_store_still_shows_the_rest(filled: Home) -> None:
    (filled.data / STORE_NAME).write_bytes(b"not a database at all" * 100)
    for ending in ("-wal", "-shm"):
        (filled.data / (STORE_NAME + ending)).unlink(missing_ok=True)
    found = all_of(filled)
    red(found["what is kept"], "is damaged", "backups")
    assert {"configuration", "school calendar", "permissions", "disk"} <= set(found)


# --- the computer -----------------------------------------------------------------------------


def test_files_that_others_may_read_are_named_and_closed(filled: Home) -> None:
    filled.config.chmod(0o600)
    assert checks.check_permissions(filled.config, filled.data).state == "well"
    filled.config.chmod(0o644)
    (filled.data / STORE_NAME).chmod(0o640)
    red(checks.check_permissions(filled.config, filled.data), str(filled.config), "and 1 more", "--close")
    filled.run("doctor", "--close")
    assert checks.check_permissions(filled.config, filled.data).state == "well"


def test_a_full_disk(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    assert checks.check_disk(home.data).state == "well"
    monkeypatch.setattr(checks, "free_bytes", lambda folder: 90_000_000)
    red(checks.check_disk(home.data), "Only 0.1 GB free", "Make room")


def test_a_schedule_that_is_missing_or_does_not_run(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("iep_mail.jobs.scheduling.installed_anywhere", lambda key: None)
    red(checks.check_schedule(None, home.config, home.data, EVENING), "iep-mail schedule install")
    timer = (type("Timer", (), {"name": "cron"})(), datetime(2026, 1, 1, 2, 30).time())
    monkeypatch.setattr("iep_mail.jobs.scheduling.installed_anywhere", lambda key: timer)
    assert checks.check_schedule(None, home.config, home.data, EVENING).state == "note"
    note_run(home.data, NightRun(EVENING, 0, TODAY))
    assert checks.check_schedule(None, home.config, home.data, EVENING).state == "well"
    red(
        checks.check_schedule(None, home.config, home.data, EVENING + timedelta(days=4)),
        "it last ran on February 9",
    )
    home.configure(Box("127.0.0.1", 1, "rosa", address=ROSA))  # its password is in the environment
    lacking = checks.check_schedule(load_config(home.config), home.config, home.data, EVENING)
    red(lacking, f"environment variable {PASSWORD}, which is not set at night")


def test_a_keyring_that_is_missing_is_wrong_where_it_is_needed(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keyring, "get_keyring", fail.Keyring)
    home.configure(Box("127.0.0.1", 1, "rosa", address=ROSA))
    assert checks.check_keyring(load_config(home.config)).state == "note"
    text = home.config.read_text()
    table = f'{{ method = "environment", variable = "{PASSWORD}" }}'
    home.config.write_text(text.replace(table, '{ method = "keyring" }'))
    red(checks.check_keyring(load_config(home.config)), "no keyring", ROSA)


# --- the network ------------------------------------------------------------------------------


def mailbox_checks(home: Home, seconds: float = 5.0) -> dict[str, Check]:
    return {check.part: check for check in Asked(load_config(home.config), home.data, seconds).mailboxes()}


@pytest.mark.slow
def test_a_changed_password_and_folders_that_are_gone(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    with Smtp(user="rosa") as postbox, pymap("rosa") as port:
        home.configure(Box("127.0.0.1", port, "rosa", address=ROSA, smtp=postbox.port))
        red(mailbox_checks(home)[f"folders of {ROSA}"], "none for sent mail was recognised")
        text = home.config.read_text()
        home.config.write_text(text.replace("auth =", 'folders = ["INBOX", "School"]\nauth ='))
        red(mailbox_checks(home)[f"folders of {ROSA}"], "that are not there: School")
        monkeypatch.setenv(PASSWORD, "changed meanwhile")
        found = mailbox_checks(home)
        red(found[f"reading {ROSA}"], "did not accept the login", "app password")
        red(found[f"sending from {ROSA}"], "did not accept the login")
        monkeypatch.delenv(PASSWORD)
        assert list(mailbox_checks(home)) == [f"reading {ROSA}"]  # one cause, said once


def test_without_a_network_it_says_so_at_once(home: Home) -> None:
    home.configure(Box("127.0.0.1", free_port(), "rosa", address=ROSA, smtp=free_port()))
    found = mailbox_checks(home)
    red(found[f"reading {ROSA}"], "could not be reached", "internet connection")
    red(found[f"sending from {ROSA}"], "could not be reached", "internet connection")


def test_a_server_that_never_answers_is_not_waited_for(home: Home) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as silent:
        home.configure(Box("127.0.0.1", silent.getsockname()[1], "rosa", address=ROSA))
        begun = time.monotonic()
        found = mailbox_checks(home, seconds=0.3)
        assert time.monotonic() - begun < 2
    red(found[f"reading {ROSA}"], "127.0.0.1")


def test_a_calendars_address_that_cannot_be_had_is_one_line_and_not_waited_for(
    filled: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = filled.config.read_text()
    filled.config.write_text(text.replace('"calendar.ics"', '"https://district.example.org/calendar.ics"'))
    monkeypatch.setattr("iep_mail.jobs.doctor_network.server_time", lambda a, s: None)
    monkeypatch.setattr("iep_mail.adapters.calendar_file._download", lambda place: time.sleep(60))
    begun = time.monotonic()
    found = all_of(filled, seconds=0.3)
    assert time.monotonic() - begun < 10
    red(found["school calendar"], "did not answer in time")
    assert found["what is kept"].state == "well"


def test_no_mailbox_is_worth_a_note(home: Home) -> None:
    assert mailbox_checks(home)["mailbox"].state == "note"


def test_a_clock_that_is_off_from_a_servers(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    text = home.config.read_text().replace('"calendar.ics"', '"https://district.example.org/calendar.ics"')
    home.config.write_text(text)
    for off, state in ((timedelta(seconds=20), "well"), (timedelta(hours=-2), "wrong")):
        monkeypatch.setattr("iep_mail.jobs.doctor_network.server_time", lambda a, s, o=off: EVENING + o)
        (found,) = Asked(load_config(home.config), home.data, 5.0).clock(EVENING)
        assert found.state == state
    red(found, "120 minutes off")
    monkeypatch.setattr("iep_mail.jobs.doctor_network.server_time", lambda a, s: None)
    assert list(Asked(load_config(home.config), home.data, 5.0).clock(EVENING)) == []


def test_a_mailbox_without_a_server_for_sending_is_worth_a_note(home: Home) -> None:
    home.configure(Box("127.0.0.1", free_port(), "rosa", address=ROSA))
    (mailbox,) = load_config(home.config).mailboxes
    assert [c.part for c in check_mailbox(mailbox, None)] == [f"reading {ROSA}"]
    assert mailbox_checks(home)[f"sending from {ROSA}"].state == "note"
