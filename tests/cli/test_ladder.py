"""next, step and explain as a parent uses them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from iep_mail.cli.main import cli
from world import speech_story

CONFIG = """\
[family]
timezone = "America/Chicago"
state = "IL"
[[parents]]
name = "Rosa Delgado"
addresses = ["rosa@delgado.example.net"]
[[children]]
name = "Mateo Delgado"
nicknames = ["Teo"]
[school]
domains = ["maplehill.example.org"]
"""


def run(home: Path, *words: str) -> Result:
    base = ["--config", str(home / "config.toml"), "--data", str(home / "data")]
    return CliRunner().invoke(cli, [*base, *words])


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "config.toml").write_text(CONFIG)
    (tmp_path / "in").mkdir()
    for number, raw in enumerate(speech_story()):
        (tmp_path / "in" / f"{number}.eml").write_bytes(raw)
    assert run(tmp_path, "import", str(tmp_path / "in")).exit_code == 0
    return tmp_path


def speech_case(home: Path, *more: str) -> dict:
    cases = json.loads(run(home, "dump", *more).output)["cases"]
    return next(c for c in cases if "speech" in c["title"].lower())


def test_today_has_one_step_and_a_case_its_next_one(home: Path) -> None:
    day = ("--as-of", "2026-02-09")
    today = run(home, "next", *day).output
    assert today.count("iep-mail next") == 1
    assert today.startswith("You have written twice")
    shown = run(home, "next", speech_case(home, *day)["id"][:8], *day).output
    assert "Step 1 of 6: a written concern" in shown
    assert "You asked on January 13, 2026" in shown
    assert "You reminded them on January 27, 2026" in shown
    assert "Step 2: an IEP meeting" in shown
    assert "In your state: 10 days" in " ".join(shown.split())


def test_the_parent_sets_holds_skips_and_takes_it_back(home: Path) -> None:
    case = speech_case(home)["id"][:8]
    assert "undo 1" in run(home, "step", "set", case, "4").output
    assert speech_case(home)["step"] == 4
    run(home, "step", "hold", case)
    assert speech_case(home)["ladder"]["held"] is True
    run(home, "step", "hold", case, "--off")
    run(home, "step", "skip", case, "5")
    assert speech_case(home)["ladder"]["next"] in (6, None)
    run(home, "undo", "1")
    assert speech_case(home)["step"] == 1


def test_a_word_is_explained_without_any_configuration(tmp_path: Path) -> None:
    shown = run(tmp_path, "explain", "state", "complaint").output
    assert "within a year" in shown
    assert "Cost: nothing" in shown
    assert "parentcenterhub.org" in shown
    assert "is not in the word list" in str(run(tmp_path, "explain", "banana").exception)
    assert "prior written notice" in " ".join(run(tmp_path, "explain").output.split())


def test_where_help_is_found_follows_the_state(home: Path) -> None:
    assert "Equip for Equality" in " ".join(run(home, "explain", "P&A").output.split())
