"""case resolve, checked and reopen, from the agreement to the new miss."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import time_machine
from click.testing import CliRunner, Result

from iep_mail.cli.main import cli
from world import PARENT, TEACHER, at, mail, speech_story

CONFIG = """\
[family]
timezone = "America/Chicago"
[[parents]]
name = "Rosa Delgado"
addresses = ["rosa@delgado.example.net"]
[[children]]
name = "Mateo Delgado"
nicknames = ["Teo"]
[school]
domains = ["maplehill.example.org"]
[[school.contacts]]
name = "Ms. Ellen Park"
role = "case manager"
address = "epark@maplehill.example.org"
"""


def run(home: Path, *words: str, answers: str | None = None) -> Result:
    base = ["--config", str(home / "config.toml"), "--data", str(home / "data")]
    return CliRunner().invoke(cli, [*base, *words], input=answers)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "config.toml").write_text(CONFIG)
    (tmp_path / "in").mkdir()
    for number, raw in enumerate(speech_story()):
        (tmp_path / "in" / f"{number}.eml").write_bytes(raw)
    assert run(tmp_path, "import", str(tmp_path / "in")).exit_code == 0
    return tmp_path


def document(home: Path) -> dict[str, Any]:
    return json.loads(run(home, "dump").output)


def speech(home: Path) -> dict[str, Any]:
    return next(c for c in document(home)["cases"] if "speech" in c["title"].lower())


@time_machine.travel("2026-02-09 18:00", tick=False)
def test_a_resolution_proposes_its_letter_and_settles_what_is_open(home: Path) -> None:
    case = speech(home)["id"][:8]
    # Two points, an empty line, and yes: it settles what is open.
    said = run(home, "case", "resolve", case, answers="Two make-up sessions\nA mail on the same day\n\ny\n")
    assert said.exit_code == 0, said.output
    assert "A letter that confirms it is ready" in said.output
    known = document(home)
    now = next(c for c in known["cases"] if c["id"].startswith(case))
    assert now["status"] == "monitoring"
    assert now["resolution"]["agreed"] == ["Two make-up sessions", "A mail on the same day"]
    mine = [r for r in known["requests"] if r["case"] == now["id"]]
    assert {r["status"] for r in mine} == {"answered"}
    (draft,) = [d for d in known["drafts"] if d["letter"] == "confirmation-after-resolution"]
    assert "Two make-up sessions" in draft["body"]
    assert draft["to"] == ["epark@maplehill.example.org"]


def test_check_ins_a_new_miss_and_taking_it_back(home: Path) -> None:
    with time_machine.travel("2026-02-09 18:00", tick=False):
        case = speech(home)["id"][:8]
        run(home, "case", "resolve", case, "--agreed", "Speech twice a week", "--settle", "--weeks", "4")
    with time_machine.travel("2026-02-17 18:00", tick=False):
        kinds = {f["kind"] for f in document(home)["flags"]}
        assert "check_in" in kinds
        run(home, "case", "checked", case)
        assert "check_in" not in {f["kind"] for f in document(home)["flags"]}
    with time_machine.travel("2026-02-26 18:00", tick=False):
        text = "Speech was not held on February 24, 2026.\n\nEllen Park"
        raw = mail(
            TEACHER, PARENT, "Re: Speech on Monday?", text, at("2026-02-25 15:00"), number=9, answers=3
        )
        (home / "in" / "9.eml").write_bytes(raw)
        run(home, "import", str(home / "in"))
        again = speech(home)
        assert again["status"] == "open"
        assert again["resolution"]["reopened_on"] == "2026-02-24"
        assert [e["on"] for e in again["resolution"]["trail"]] == ["2026-01-13", "2026-01-27"]
        assert "does not hold" in again["next_step"]
        run(home, "case", "reopen", case)
        assert speech(home)["resolution"] is None


@time_machine.travel("2026-02-09 18:00", tick=False)
def test_what_cannot_be_noted_is_said(home: Path) -> None:
    case = speech(home)["id"][:8]
    assert "Nothing was said" in str(run(home, "case", "resolve", case, answers="\n").exception)
    future = run(home, "case", "resolve", case, "--agreed", "x", "--on", "2026-03-01")
    assert "has not come yet" in str(future.exception)
    assert "Nothing is noted" in str(run(home, "case", "checked", case).exception)
