"""Templates on disk: the package's letters, and the parent's own over them."""

from pathlib import Path

import pytest

from iep_mail.adapters.templates import load_digest, load_letters
from iep_mail.errors import TemplateError


def test_the_package_brings_its_letters() -> None:
    shipped = load_letters(None)
    assert {"follow-up", "second-follow-up", "service-not-delivered", "records-follow-up"} <= set(shipped)
    assert all(text.startswith("+++") for text in shipped.values())
    assert "The one thing for today" in load_digest(None)


def test_the_parents_own_file_wins_and_the_rest_stays(tmp_path: Path) -> None:
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "follow-up.txt").write_text("mine", encoding="utf-8-sig")
    (tmp_path / "letters" / "thanks.txt").write_text("new", encoding="utf-8")
    letters = load_letters(tmp_path)
    assert letters["follow-up"] == "mine"
    assert letters["thanks"] == "new"
    assert letters["meeting-request"] == load_letters(None)["meeting-request"]
    assert load_digest(tmp_path) == load_digest(None)


def test_the_parents_own_digest_wins(tmp_path: Path) -> None:
    (tmp_path / "digest").mkdir()
    (tmp_path / "digest" / "digest.txt").write_text("{{ today }}", encoding="utf-8")
    assert load_digest(tmp_path) == "{{ today }}"


def test_a_file_that_is_no_text_is_told_by_name(tmp_path: Path) -> None:
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "follow-up.txt").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(TemplateError, match="follow-up"):
        load_letters(tmp_path)
