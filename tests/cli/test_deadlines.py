"""The parent's own deadlines on the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from iep_mail.cli.main import cli
from world import PARENT, TEACHER, at, mail

CONFIG = """\
[family]
timezone = "America/Chicago"
state = "WI"
[[parents]]
name = "Rosa Delgado"
addresses = ["rosa@delgado.example.net"]
[[children]]
name = "Mateo Delgado"
[school]
domains = ["maplehill.example.org"]
"""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "config.toml").write_text(CONFIG)
    folder = tmp_path / "in"
    folder.mkdir()
    text = "Speech was not held on January 15, 2026, because I was at a training.\n\nEllen Park"
    (folder / "1.eml").write_bytes(
        mail(TEACHER, PARENT, "Mateo: speech", text, at("2026-01-16 15:00"), number=1)
    )
    asked = "Could you tell me when the speech session of January 15 will be made up?\n\nRosa"
    (folder / "2.eml").write_bytes(
        mail(PARENT, TEACHER, "Re: Mateo: speech", asked, at("2026-01-17 15:00"), number=2, answers=1)
    )
    assert run(tmp_path, "import", str(folder)).exit_code == 0
    return tmp_path


def run(home: Path, *words: str) -> Result:
    base = ["--config", str(home / "config.toml"), "--data", str(home / "data")]
    return CliRunner().invoke(cli, [*base, *words])


def test_what_is_shown_and_what_the_parent_sets(home: Path) -> None:
    shown = run(home, "deadlines", "--as-of", "2026-02-01").output
    assert "Thu, January 14, 2027" in shown
    assert "A due process complaint" in shown
    assert "Speech was not held on January 15" in " ".join(shown.split())
    document = json.loads(run(home, "dump", "--as-of", "2026-02-01").output)
    by_clock = {d["clock"]: d for d in document["deadlines_of_parent"]}
    assert (by_clock["dp_file"]["due_on"], by_clock["dp_file"]["days_left"]) == ("2027-01-14", 347)
    why = run(home, "why", by_clock["sc_file"]["id"]).output
    assert "34 CFR 300.153(c)" in why


def test_a_day_that_the_parent_knows(home: Path) -> None:
    case = json.loads(run(home, "dump").output)["cases"][0]["id"]
    said = run(home, "deadlines", "set", case[:6], "--hearing-decision", "2026-11-02")
    assert "iep-mail undo 1" in said.output
    clocks = {d["clock"] for d in json.loads(run(home, "deadlines", "--json").output)}
    assert "civil_action" in clocks
    assert "No day was named" in str(run(home, "deadlines", "set", case[:6]).exception)


def test_what_the_school_owes_of_itself_and_the_parents_word_on_it(home: Path) -> None:
    (home / "iep.toml").write_text(
        'child = "Mateo Delgado"\neffective_from = 2025-03-18\nannual_review = 2026-03-17\n'
    )
    text = (home / "config.toml").read_text()
    (home / "config.toml").write_text(
        text.replace('name = "Mateo Delgado"\n', 'name = "Mateo Delgado"\niep = "iep.toml"\n')
    )
    day = ("--as-of", "2026-03-20")
    document = json.loads(run(home, "dump", *day).output)
    (duty,) = [d for d in document["duties"] if d["kind"] == "annual_review"]
    assert (duty["status"], duty["days_late"]) == ("late", 3)
    (flag,) = [f for f in document["flags"] if f["duty"] == duty["id"]]
    (draft,) = [d for d in document["drafts"] if d["id"] == flag["draft"]]
    assert draft["letter"] == "annual-review-due"
    assert "March 17, 2026" in draft["body"]
    assert "The annual review" in run(home, "deadlines", *day).output
    assert "stands in law" in run(home, "why", duty["id"], *day).output
