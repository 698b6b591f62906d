"""Importing a plan as a parent does: fact by fact, or all at once by a script."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from iep_mail.adapters.iep_files import load_iep
from iep_mail.cli.main import cli
from plans.pdf_samples import grid

CONFIG = """\
# Our family
[family]
timezone = "America/New_York"
[[parents]]
name = "Ines Castellano"
addresses = ["ines@castellano.example.net"]
[[children]]
name = "Wren Castellano"  # third grade
[school]
domains = ["plumhollow.example.org"]
"""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "config.toml").write_text(CONFIG)
    grid(tmp_path / "plan.pdf")
    return tmp_path


def run(home: Path, *words: str, answers: str | None = None) -> Result:
    base = ["--config", str(home / "config.toml"), "iep", "import"]
    return CliRunner().invoke(cli, [*base, *words], input=answers)


def test_all_facts_at_once_with_a_remark_that_nobody_compared_them(home: Path) -> None:
    result = run(home, str(home / "plan.pdf"), "--yes")
    assert result.exit_code == 0
    path = home / "iep-wren.toml"
    assert "Not yet compared" in path.read_text()
    (plan,) = load_iep(path)
    assert (plan.services[0].minutes, plan.services[0].page) == (30, 5)
    assert plan.services[0].quote.startswith("Speech and Language Therapy")
    config = (home / "config.toml").read_text()
    assert "# third grade" in config
    assert tomllib.loads(config)["children"][0]["iep"] == "iep-wren.toml"
    assert (home / "config.toml.old").read_text() == CONFIG


def test_a_second_plan_gets_a_file_of_its_own_and_both_are_named(home: Path) -> None:
    run(home, str(home / "plan.pdf"), "--yes")
    run(home, str(home / "plan.pdf"), "--yes")
    assert (home / "iep-wren-2025-10-27.toml").exists()
    named = tomllib.loads((home / "config.toml").read_text())["children"][0]["iep"]
    assert named == ["iep-wren.toml", "iep-wren-2025-10-27.toml"]


def test_a_dry_run_writes_nothing(home: Path) -> None:
    before = sorted(home.iterdir())
    result = run(home, str(home / "plan.pdf"), "--dry-run")
    assert tomllib.loads(result.stdout)["services"][0]["page"] == 5
    assert sorted(home.iterdir()) == before


def test_line_by_line_keep_edit_leave_out(home: Path) -> None:
    # Kept; changed to another day; left out; then the rest, and it is not named in config.toml.
    answers = "y\ne\n2026-10-18\nn\na\nn\n"
    result = run(home, str(home / "plan.pdf"), answers=answers)
    assert result.exit_code == 0
    (plan,) = load_iep(home / "iep-wren.toml")
    assert str(plan.effective_from) == "2025-10-27"
    assert str(plan.effective_to) == "2026-10-18"
    assert plan.meeting_on is None
    assert len(plan.services) == 3
    assert (home / "config.toml").read_text() == CONFIG
    assert "page 5" in result.output


def test_quitting_keeps_nothing(home: Path) -> None:
    result = run(home, str(home / "plan.pdf"), answers="y\nq\n")
    assert "Nothing was kept" in result.output
    assert not (home / "iep-wren.toml").exists()


def test_a_service_is_edited_field_by_field(home: Path) -> None:
    # Six dates kept; the first service: name kept, minutes corrected after a slip, the page cleared.
    answers = "y\n" * 6 + "e\n\nhalf\n45\n\n\n\n-\n\n\n" + "a\nn\n"
    run(home, str(home / "plan.pdf"), answers=answers)
    (plan,) = load_iep(home / "iep-wren.toml")
    assert (plan.services[0].minutes, plan.services[0].page) == (45, None)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--pages", "three"), "names no pages"),
        (("--pages", "9-2"), "names no pages"),
        (("--pages", "40-50"), "no page 40"),
        (("--child", "Kim", "--yes"), "no child “Kim”"),
        (("--out", "{home}/config.toml", "--yes"), "is there already"),
    ],
)
def test_bad_options_are_said(home: Path, words: tuple[str, ...], said: str) -> None:
    result = run(home, str(home / "plan.pdf"), *(w.format(home=home) for w in words))
    assert said in str(result.exception)
    assert (home / "config.toml").read_text() == CONFIG
