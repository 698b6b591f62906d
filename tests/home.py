"""A parent's computer for tests: a configuration, a data folder, a calendar, and the command line."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from iep_mail.cli.main import main
from servers.box import Box
from world import speech_story

PASSWORD = "IEP_MAIL_TEST_PASSWORD"
ROSA = "rosa@delgado.example.net"
EVENING = datetime(2026, 2, 9, 9, 0, tzinfo=UTC)  # 3 in the morning of February 9 in Chicago

_FAMILY = f"""\
[family]
timezone = "America/Chicago"

[[parents]]
name = "Rosa Delgado"
addresses = ["{ROSA}"]

[[children]]
name = "Mateo Delgado"
nicknames = ["Teo"]

[school]
domains = ["maplehill.example.org"]
calendar = "calendar.ics"

[[school.contacts]]
name = "Ms. Ellen Park"
role = "case manager"
address = "epark@maplehill.example.org"

[[school.contacts]]
name = "Mr. Victor Shaw"
role = "director of special education"
address = "vshaw@maplehill.example.org"

[deadlines]
default = "5 school days"
records = "45 days"
"""


def event(first: str, after: str, summary: str) -> str:
    return (
        f"BEGIN:VEVENT\r\nDTSTART;VALUE=DATE:{first}\r\nDTEND;VALUE=DATE:{after}\r\n"
        f"SUMMARY:{summary}\r\nUID:{first}-{summary.replace(' ', '-')}\r\nEND:VEVENT\r\n"
    )


CALENDAR = (
    "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//test//EN\r\n"
    + event("20250825", "20250826", "First Day of School")
    + event("20251222", "20260103", "Winter Break - No School")
    + event("20260119", "20260120", "Martin Luther King Jr. Day - No School")
    + event("20260605", "20260606", "Last Day of School")
    + "END:VCALENDAR\r\n"
)


def config_text(*boxes: Box, more: str = "", family: str = _FAMILY, **nightly: str) -> str:
    """The config.toml of this family with these mailboxes."""
    tables = [family, more]
    for box in boxes:
        tables.append(
            f'[[mailboxes]]\naddress = "{box.address}"\nuser = "{box.user}"\n'
            f'imap = {{ host = "{box.host}", port = {box.port}, security = "{box.security}" }}\n'
            + (
                f'smtp = {{ host = "{box.host}", port = {box.smtp}, security = "none" }}\n'
                if box.smtp
                else ""
            )
            + f'auth = {{ method = "environment", variable = "{PASSWORD}" }}\n'
        )
    tables.append("[nightly]\n" + "".join(f'{key} = "{value}"\n' for key, value in nightly.items()))
    return "\n".join(tables)


@dataclass
class Printed:
    """What a command said and the exit code it gave."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@dataclass
class Home:
    """`run` is the command line with this home's configuration and data."""

    folder: Path
    monkeypatch: pytest.MonkeyPatch
    capsys: pytest.CaptureFixture[str]
    now: datetime = EVENING
    data_folder: Path | None = None

    def __post_init__(self) -> None:
        self.folder.mkdir(exist_ok=True)
        (self.folder / "calendar.ics").write_text(CALENDAR, newline="")
        self.monkeypatch.setenv(PASSWORD, "secret")
        for module in (
            "output",
            "night",
            "drafts",
            "letters",
            "send",
            "review",
            "review_words",
            "schedule",
            "doctor",
        ):
            self.monkeypatch.setattr(f"iep_mail.cli.{module}.now", lambda: self.now)
        self.configure()

    @property
    def config(self) -> Path:
        return self.folder / "config.toml"

    @property
    def data(self) -> Path:
        return self.data_folder or self.folder / "data"

    @property
    def command(self) -> list[str]:
        """The program with this home's places, as a process of its own is started."""
        places = ["--config", str(self.config), "--data", str(self.data)]
        return [sys.executable, "-m", "iep_mail", *places]

    def configure(self, *boxes: Box, more: str = "", family: str = _FAMILY, **nightly: str) -> None:
        self.config.write_text(config_text(*boxes, more=more, family=family, **nightly))

    def run(self, *words: str) -> Printed:
        argv = ["iep-mail", *self.command[3:], *words]
        self.monkeypatch.setattr("sys.argv", argv)
        self.capsys.readouterr()
        with pytest.raises(SystemExit) as left:
            main()
        printed = self.capsys.readouterr()
        return Printed(int(left.value.code or 0), printed.out, printed.err)

    def dump(self, day: date | None = None) -> dict[str, Any]:
        printed = self.run("dump", *(["--as-of", day.isoformat()] if day else []))
        assert printed.code == 0, printed.err
        found: dict[str, Any] = printed.json
        return found

    def import_story(self) -> None:
        """The story of tests/world.py, as files."""
        mail = self.folder / "mail"
        mail.mkdir(exist_ok=True)
        for number, raw in enumerate(speech_story()):
            (mail / f"{number}.eml").write_bytes(raw)
        assert self.run("import", str(mail)).code == 0


def story_by_folder(raws: Sequence[bytes]) -> Mapping[str, list[bytes]]:
    """What the parent wrote lies in Sent, the rest in INBOX."""
    ours = f"<{ROSA}>".encode()
    folders: dict[str, list[bytes]] = {"INBOX": [], "Sent": []}
    for raw in raws:
        mine = ours in next(line for line in raw.splitlines() if line.startswith(b"From:"))
        folders["Sent" if mine else "INBOX"].append(raw)
    return folders


def fill(box: Box, raws: Sequence[bytes]) -> None:
    for folder, items in story_by_folder(raws).items():
        box.fill(folder, *(raw.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n") for raw in items))


def demo_home(home: Home) -> None:
    """The sample family's configuration, calendar and plan in place of the tests' family; no mailbox."""
    here = files("iep_mail.demo")
    for name in ("calendar.ics", "iep-theo.toml"):
        (home.folder / name).write_bytes(here.joinpath(name).read_bytes())
    text = here.joinpath("config.toml").read_text(encoding="utf-8")
    home.config.write_text(text[: text.index("[[mailboxes]]")])
    shutil.copytree(str(here.joinpath("mail")), home.folder / "mail", dirs_exist_ok=True)
    assert home.run("import", str(home.folder / "mail")).code == 0
