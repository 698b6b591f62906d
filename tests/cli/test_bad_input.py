"""What goes wrong at a parent's computer: one sentence, what to do, the exit code, and nothing lost."""

from __future__ import annotations

import os
import resource
import shutil
import sqlite3
import stat
import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from email.message import EmailMessage
from pathlib import Path

import pytest
import trustme

from home import CALENDAR, ROSA, Home, Printed, event, fill
from iep_mail.adapters.store import STORE_NAME
from servers.box import Box
from servers.ports import free_port
from servers.pymap_server import pymap
from servers.scripted import Scripted
from world import PARENT, TEACHER, speech_story


@pytest.fixture
def filled(home: Home) -> Home:
    """A home that has already read mail, so that there is something to lose."""
    home.import_story()
    return home


@pytest.fixture
def rosas() -> Iterator[Box]:
    with pymap("rosa") as port:
        box = Box("127.0.0.1", port, "rosa", address=ROSA)
        fill(box, speech_story())
        yield box


def one_sentence(printed: Printed, code: int, *words: str) -> None:
    """The sentence and its remedy on stderr, no traceback, nothing on stdout that looks like success."""
    told = " ".join(printed.err.split())
    for word in words:
        assert word in told, told
    assert printed.code == code, told
    assert "Traceback" not in told
    assert len(printed.err.strip().splitlines()) <= 3, told


# --- the configuration ----------------------------------------------------------------------


def test_a_mistake_in_the_configuration_names_file_line_key_and_remedy(filled: Home) -> None:
    before = filled.dump()
    filled.configure(more='[deadlines]\ndefalt = "5 school days"\n', family=_without_deadlines(filled))
    night = filled.run("nightly")
    one_sentence(night, 2, str(filled.config), "line", "deadlines.defalt", "Did you mean default?")
    assert night.out == ""
    filled.configure()
    assert filled.dump() == before


def _without_deadlines(home: Home) -> str:
    return home.config.read_text().split("[deadlines]")[0]


def test_no_configuration_says_how_to_make_one(home: Home) -> None:
    home.config.unlink()
    one_sentence(home.run("nightly"), 2, str(home.config), "iep-mail init")


def test_a_missing_calendar_names_the_key(filled: Home) -> None:
    (filled.folder / "calendar.ics").unlink()
    one_sentence(filled.run("nightly"), 2, "calendar.ics does not exist", "[school] calendar in config.toml")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"<html>Page not found</html>", "is not a calendar that can be read"),
        (b"", "is not a calendar that can be read"),
        (b"\xff\xfe\x00garbage", "is not a calendar that can be read"),
        (b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nEND:VCALENDAR\r\n", "holds no event that can be read"),
    ],
)
def test_an_unreadable_calendar_is_said(filled: Home, content: bytes, words: str) -> None:
    (filled.folder / "calendar.ics").write_bytes(content)
    one_sentence(filled.run("flags"), 2, words, "[school] calendar")


def test_one_broken_event_does_not_spoil_the_calendar(filled: Home) -> None:
    before = [r["due_on"] for r in filled.dump()["requests"]]
    broken = event("20260210", "20260211", "Snow day").replace("20260210", "someday")
    (filled.folder / "calendar.ics").write_text(
        CALENDAR.replace("END:VCALENDAR", broken + "END:VCALENDAR"), newline=""
    )
    dump = filled.dump()
    assert [r["due_on"] for r in dump["requests"]] == before
    assert "1 of 5 events in the school calendar could not be read." in dump["notes"]


def test_a_mistake_in_the_plans_facts_names_its_file(filled: Home) -> None:
    (filled.folder / "iep.toml").write_text('child = "Mateo Delgado"\nservces = []\n')
    text = filled.config.read_text().replace('nicknames = ["Teo"]', 'nicknames = ["Teo"]\niep = "iep.toml"')
    filled.config.write_text(text)
    night = filled.run("nightly")
    one_sentence(night, 1, "iep.toml, line 2", "servces", "Did you mean services?")
    assert "The one thing for today" in night.out  # the night itself goes on


# --- the mailbox ----------------------------------------------------------------------------


def test_an_unreachable_server(filled: Home) -> None:
    before = filled.dump()["messages"]
    port = free_port()
    filled.configure(Box("127.0.0.1", port, "rosa", address=ROSA))
    night = filled.run("nightly")
    one_sentence(night, 1, f"{ROSA}: 127.0.0.1 could not be reached on port {port}.", "internet connection")
    assert "Please note: rosa@delgado.example.net was not yet read to its end." in " ".join(night.out.split())
    assert filled.dump()["messages"] == before


def test_a_refused_login(filled: Home, rosas: Box) -> None:
    filled.configure(rosas)
    filled.monkeypatch.setenv("IEP_MAIL_TEST_PASSWORD", "wrong-horse")
    night = filled.run("nightly")
    one_sentence(night, 1, "127.0.0.1 did not accept the login of rosa.", "app password")
    assert "wrong-horse" not in night.out + night.err


def test_a_password_that_is_nowhere(filled: Home, rosas: Box) -> None:
    filled.configure(rosas)
    filled.monkeypatch.delenv("IEP_MAIL_TEST_PASSWORD")
    one_sentence(filled.run("nightly"), 1, "IEP_MAIL_TEST_PASSWORD", "is not set")


def test_a_refused_login_is_not_tried_once_for_every_letter(filled: Home) -> None:
    def refuse(server: Scripted, name: str, rest: str, tag: str, sock) -> bool:
        if name == "LOGIN":
            sock.sendall(f"{tag} NO [AUTHENTICATIONFAILED] no\r\n".encode())
        return name == "LOGIN"

    with Scripted({}, refuse) as server:
        filled.configure(Box("127.0.0.1", server.port, "rosa", address=ROSA), drafts="mailbox")
        assert filled.run("nightly").code == 1
        assert sum(command.startswith("LOGIN") for command in server.commands) == 1


@pytest.mark.servers
def test_a_certificate_that_nobody_vouches_for(filled: Home, tmp_path: Path) -> None:
    from servers.dovecot import dovecot

    pem = tmp_path / "server.pem"
    trustme.CA().issue_cert("127.0.0.1").private_key_and_cert_chain_pem.write_to_path(str(pem))
    with dovecot(pem) as (_, port):
        filled.configure(Box("127.0.0.1", port, "rosa", address=ROSA, security="tls"))
        night = filled.run("nightly")
    one_sentence(night, 1, "The identity of 127.0.0.1 could not be checked, so no password was sent.")


# --- the disk and the store -----------------------------------------------------------------


@pytest.fixture
def big(tmp_path: Path) -> Path:
    """A message that needs about 2 MB in the store: its attachment cannot be made smaller."""
    attached = EmailMessage()
    attached["From"], attached["To"], attached["Subject"] = TEACHER, PARENT, "Pictures"
    attached["Date"], attached["Message-ID"] = "Sun, 01 Feb 2026 10:00:00 +0000", "<m50@mail.example.net>"
    attached.set_content("Pictures of the field day.")
    attached.add_attachment(os.urandom(2_000_000), maintype="image", subtype="jpeg", filename="day.jpg")
    path = tmp_path / "big.eml"
    path.write_bytes(attached.as_bytes())
    return path


@pytest.mark.slow
def test_a_store_that_cannot_grow_keeps_what_was_there(filled: Home, big: Path) -> None:
    before = filled.dump()
    room = (filled.data / STORE_NAME).stat().st_size + 100_000

    def limited() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (room, room))

    told = outside(filled, "import", str(big), before=limited)
    one_sentence(told, 1, "The disk reported an error", "nothing that was stored is lost")
    assert filled.dump() == before
    assert filled.run("import", str(big)).code == 0


@pytest.mark.slow
def test_a_full_disk_keeps_what_was_there(filled: Home, big: Path, tmp_path: Path) -> None:
    """On a disk of its own that has a megabyte; where one can be had."""
    small = tmp_path / "small"
    small.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=1200k,mode=700", "none", small], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("no small disk can be mounted here")
    try:
        shutil.copytree(filled.data, small / "data")
        disk = replace_data(filled, small / "data")
        before = disk.dump()
        one_sentence(
            outside(disk, "import", str(big)), 1, "The disk is full", "nothing that was stored is lost"
        )
        assert disk.dump() == before
    finally:
        subprocess.run(["umount", small], check=True)


def replace_data(home: Home, data: Path) -> Home:
    other = Home(home.folder, home.monkeypatch, home.capsys)
    other.data_folder = data
    return other


def outside(home: Home, *words: str, before: Callable[[], None] | None = None) -> Printed:
    """The command in a process of its own."""
    done = subprocess.run(
        [*home.command, *words], capture_output=True, text=True, preexec_fn=before, check=False
    )
    return Printed(done.returncode, done.stdout, done.stderr)


def test_a_disk_that_is_full_at_the_backup_still_shows_the_page(filled: Home) -> None:
    def full(source: object, *arguments: object) -> None:
        raise OSError(28, "No space left on device")

    filled.monkeypatch.setattr("iep_mail.adapters.backup.make_private_file", full)
    night = filled.run("nightly")
    assert night.code == 1
    assert "Tonight's backup could not be made. The disk is full" in " ".join(night.err.split())
    assert "Your page for Monday, February 9, 2026" in night.out


def test_a_store_that_another_program_holds(filled: Home) -> None:
    before = filled.dump()
    request = before["requests"][0]["id"]
    filled.monkeypatch.setattr("iep_mail.adapters.sqlite_file.BUSY_TIMEOUT_MS", 50)
    with closing(sqlite3.connect(filled.data / STORE_NAME, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        one_sentence(
            filled.run("request", "settle", request), 1, "Another program is writing to", "try again"
        )
    assert filled.dump() == before


def test_a_store_of_a_newer_version_is_not_touched(filled: Home) -> None:
    store = filled.data / STORE_NAME
    with closing(sqlite3.connect(store)) as db:
        db.execute("PRAGMA user_version = 999")
    content = store.read_bytes()
    one_sentence(filled.run("nightly"), 1, "was written by a newer iep-mail", "Install the newest iep-mail")
    assert store.read_bytes() == content


@pytest.mark.parametrize("damage", ["noise", "cut", "text"])
def test_a_damaged_store_names_the_backup(filled: Home, damage: str) -> None:
    filled.run("nightly")
    before = filled.dump()
    store = filled.data / STORE_NAME
    for suffix in ("-wal", "-shm"):
        Path(f"{store}{suffix}").unlink(missing_ok=True)
    whole = store.read_bytes()
    store.write_bytes(
        {
            "noise": whole[:200] + os.urandom(len(whole) - 200),
            "cut": whole[: len(whole) // 3],
            "text": b"Dear diary, " * 900,
        }[damage]
    )
    told = filled.run("dump")
    one_sentence(told, 1, "is damaged", str(filled.data / "backups"))
    assert told.out == ""
    store.unlink()
    shutil.copy(next((filled.data / "backups").iterdir()), store)
    assert filled.dump() == before


@pytest.mark.slow
def test_a_data_folder_of_somebody_else_is_not_written(filled: Home) -> None:
    if os.geteuid() != 0 or not shutil.which("setpriv"):
        pytest.skip("only root can make a folder that belongs to somebody else")
    for path in (*filled.data.iterdir(), filled.data):
        path.chmod(0o555 if path.is_dir() else 0o444)
        os.chown(path, 65534, 65534)
    # Root without the rights that make it root: what belongs to another user is closed to it.
    powerless = ["setpriv", "--bounding-set=-dac_override,-dac_read_search,-fowner"]
    done = subprocess.run(
        [*powerless, *filled.command, "nightly"], capture_output=True, text=True, check=False
    )
    told = Printed(done.returncode, done.stdout, done.stderr)
    one_sentence(told, 1, str(filled.data), "belongs to you")
    assert told.out == ""


def test_a_folder_that_others_can_read_is_closed_to_them(filled: Home) -> None:
    filled.data.chmod(0o755)
    (filled.data / STORE_NAME).chmod(0o644)
    filled.run("nightly")
    assert stat.S_IMODE(filled.data.stat().st_mode) == 0o700
    assert stat.S_IMODE((filled.data / STORE_NAME).stat().st_mode) == 0o600


# --- what is asked for ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("case", "show", "nosuch"), "There is no case “nosuch”."),
        (("draft", "show", "nosuch"), "There is no draft “nosuch”."),
        (("why", "nosuch"), "Nothing has the id “nosuch”."),
        (("request", "settle", "nosuch"), "There is no request “nosuch”."),
        (("flags", "--as-of", "March 1"), "“March 1” is not a date: write it as 2026-03-01."),
        (("undo",), "There is nothing to take back."),
        (("import", "/nowhere/mail"), "There is no file or folder /nowhere/mail."),
        (("nightli",), "No such command 'nightli'"),
    ],
)
def test_what_cannot_be_used_is_told_with_exit_code_2(
    filled: Home, words: tuple[str, ...], told: str
) -> None:
    printed = filled.run(*words)
    assert printed.code == 2
    assert told in printed.err
    assert "Traceback" not in printed.err


def test_a_fault_of_ours_is_no_traceback_and_verbose_shows_it(filled: Home) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError

    filled.monkeypatch.setattr("iep_mail.core.dump.dump_casebook", broken)
    one_sentence(
        filled.run("dump"), 1, "Something went wrong inside iep-mail (ZeroDivisionError).", "--verbose"
    )
    with pytest.raises(ZeroDivisionError):
        filled.run("--verbose", "dump")


def test_reading_only_plain_text_on_the_network_is_refused_before_connecting(home: Home) -> None:
    home.configure(replace(Box("imap.example.net", 143, "rosa", address=ROSA), security="none"))
    one_sentence(home.run("nightly"), 2, "imap.security", "tls")
