import hashlib
import stat
from pathlib import Path

import pytest

from iep_mail.adapters.attachments import keep_file, kept_file
from iep_mail.errors import UsageError


def test_a_photo_is_kept_by_its_content_and_its_name_is_only_told(tmp_path: Path) -> None:
    photo = tmp_path / "note from Mx. Ö.jpg"
    photo.write_bytes(b"not really a photo")
    data = tmp_path / "data"
    kept = keep_file(photo, data)
    assert kept.sha256 == hashlib.sha256(b"not really a photo").hexdigest()
    assert (kept.name, kept.content_type, kept.size) == ("note from Mx. Ö.jpg", "image/jpeg", 18)
    path = kept_file(kept.sha256, data)
    assert path.read_bytes() == b"not really a photo"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert [p.name for p in path.parent.iterdir()] == [kept.sha256]


def test_the_same_content_twice_is_one_file(tmp_path: Path) -> None:
    for name in ("a.pdf", "b.pdf"):
        (tmp_path / name).write_bytes(b"%PDF")
        keep_file(tmp_path / name, tmp_path / "data")
    assert len(list((tmp_path / "data" / "attachments").iterdir())) == 1


@pytest.mark.parametrize("name", ["absent.jpg", "."])
def test_what_cannot_be_read_is_named(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        keep_file(tmp_path / name, tmp_path / "data")
