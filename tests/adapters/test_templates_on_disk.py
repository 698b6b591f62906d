"""Templates on disk: the package's letters, and the parent's own over them."""

from pathlib import Path

import pytest

from iep_mail.adapters.templates import (
    keep_own_copy,
    own_digest,
    own_letters,
    shipped_digest,
    shipped_letters,
)
from iep_mail.errors import UsageError


def test_the_package_brings_its_letters() -> None:
    shipped = shipped_letters()
    assert {"follow-up", "second-follow-up", "service-not-delivered", "records-follow-up"} <= set(shipped)
    assert all(text.startswith("+++") for text in shipped.values())
    assert "The one thing for today" in shipped_digest()


def test_the_parents_own_files_are_found_in_the_order_of_their_names(tmp_path: Path) -> None:
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "thanks.txt").write_text("new", encoding="utf-8")
    (tmp_path / "letters" / "follow-up.txt").write_text("mine", encoding="utf-8-sig")
    assert [(f.name, f.text) for f in own_letters(tmp_path)] == [("follow-up", "mine"), ("thanks", "new")]
    assert own_digest(tmp_path) is None
    assert own_letters(tmp_path / "nowhere") == ()


def test_the_parents_own_digest_is_found(tmp_path: Path) -> None:
    (tmp_path / "digest").mkdir()
    (tmp_path / "digest" / "digest.txt").write_text("{{ today }}", encoding="utf-8")
    own = own_digest(tmp_path)
    assert own is not None
    assert own.text == "{{ today }}"


@pytest.mark.parametrize(("content", "told"), [(b"\xff\xfe\x00", "UTF-8"), (b"x" * 100_001, "100 KB")])
def test_a_file_that_is_no_letter_is_told_and_stops_nothing(
    content: bytes, told: str, tmp_path: Path
) -> None:
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "follow-up.txt").write_bytes(content)
    (file,) = own_letters(tmp_path)
    assert file.problem is not None
    assert "follow-up.txt" in file.problem.what
    assert told in file.problem.why


def test_a_copy_to_change_is_written_once(tmp_path: Path) -> None:
    path = keep_own_copy(tmp_path, "follow-up", "text")
    assert path.read_text(encoding="utf-8") == "text"
    with pytest.raises(UsageError, match="there already"):
        keep_own_copy(tmp_path, "follow-up", "other")
