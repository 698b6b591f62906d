"""The reader's mark: every change of what reading rests on is another mark."""

import shutil
from pathlib import Path

import pytest

import iep_mail
from iep_mail.jobs.reader_mark import mark_of, reader_mark

PACKAGE = Path(iep_mail.__file__).parent


@pytest.mark.parametrize("changed", ["core/reading/asks.py", "data/outcomes.toml", "model/messages.py"])
def test_a_changed_file_changes_the_mark(tmp_path: Path, changed: str) -> None:
    copy = tmp_path / "iep_mail"
    for room in ("core", "data", "model"):
        shutil.copytree(PACKAGE / room, copy / room, ignore=shutil.ignore_patterns("__pycache__"))
    assert mark_of(copy) == reader_mark()
    (copy / changed).write_text((copy / changed).read_text(encoding="utf-8") + "\n", encoding="utf-8")
    assert mark_of(copy) != reader_mark()
