"""The plan's facts as a parent sees them on the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from iep_mail.cli.main import cli

CONFIG = """\
[family]
timezone = "America/Chicago"
[[parents]]
name = "Rosa Delgado"
addresses = ["rosa@delgado.example.net"]
[[children]]
name = "Mateo Delgado"
nicknames = ["Teo"]
iep = ["iep-2024.toml", "iep-2025.toml"]
[school]
domains = ["maplehill.example.org"]
"""
OLD = """\
child = "Teo"
effective_from = 2024-09-03
effective_to = 2025-09-01
[[services]]
name = "Speech therapy"
minutes = 20
frequency = "1 time per week"
page = 5
"""
NEW = OLD.replace("2025-09-01", "2026-09-01").replace("2024-09-03", "2025-09-02")
NEW = NEW.replace("20\n", "30\n", 1).replace("1 time", "2 times")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "config.toml").write_text(CONFIG)
    (tmp_path / "iep-2024.toml").write_text(OLD)
    (tmp_path / "iep-2025.toml").write_text(NEW)
    return tmp_path


def run(home: Path, *words: str) -> Result:
    return CliRunner().invoke(
        cli, ["--config", str(home / "config.toml"), "--data", str(home / "data"), *words]
    )


def test_a_question_about_a_day_is_answered_from_the_plan_in_force_that_day(home: Path) -> None:
    assert "20 minutes, 1 time per week" in run(home, "iep", "show", "--on", "2025-09-01").output
    later = run(home, "iep", "show", "teo", "--on", "2025-09-02").output
    assert "30 minutes, 2 times per week" in later
    assert "page 5" in later
    assert "No plan is in force" in run(home, "iep", "show", "--on", "2026-09-02").output


def test_the_plan_as_json(home: Path) -> None:
    (plan,) = json.loads(run(home, "iep", "show", "--on", "2026-01-10", "--json").output)
    assert (plan["child"], plan["services"][0]["minutes"]) == ("Mateo Delgado", 30)
    assert plan["effective_from"] == "2025-09-02"


def test_an_unknown_child_is_said(home: Path) -> None:
    result = run(home, "iep", "show", "Kim")
    assert "Mateo Delgado" in str(result.exception)


def test_check_is_quiet_about_sound_files_and_names_file_and_line_of_a_mistake(home: Path) -> None:
    sound = run(home, "iep", "check")
    assert (sound.exit_code, sound.output.count("Nothing is wrong")) == (0, 2)
    (home / "iep-2025.toml").write_text(NEW.replace("page =", "pgae ="))
    broken = run(home, "iep", "check")
    assert broken.exit_code == 2
    assert "iep-2025.toml: not used" in broken.output
    assert "line 8: `services[0].pgae` is not known here" in " ".join(broken.output.split())


def test_a_mistake_in_a_plan_file_does_not_stop_the_casebook_and_is_told(home: Path) -> None:
    (home / "iep-2025.toml").write_text(NEW.replace("2026-09-01", "2024-09-01"))
    document = json.loads(run(home, "dump").output)
    (note,) = [n for n in document["notes"] if "iep-2025.toml" in n]
    assert "line 3" in note
    assert "Check both dates" in note
