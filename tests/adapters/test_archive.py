"""A package of files and the manifest that shows any change."""

import subprocess
import zipfile
from pathlib import Path

import pytest

from iep_mail.adapters.archive import MANIFEST, verify, write_folder, write_zip
from iep_mail.errors import UsageError

FILES = {"a.txt": lambda: b"one", "exhibits/001.eml": lambda: b"two", "ü.csv": lambda: b""}


@pytest.fixture(params=["folder", "zip"])
def package(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    if request.param == "folder":
        write_folder(tmp_path / "p", FILES)
        return tmp_path / "p"
    write_zip(tmp_path / "p.zip", FILES)
    return tmp_path / "p.zip"


def test_a_package_as_written_is_good(package: Path) -> None:
    found = verify(package)
    assert (found.good, found.whole) == (True, 3)
    assert package.stat().st_mode & 0o077 == 0


def test_the_same_files_give_the_same_zip(tmp_path: Path) -> None:
    write_zip(tmp_path / "1.zip", FILES)
    write_zip(tmp_path / "2.zip", dict(reversed(FILES.items())))
    assert (tmp_path / "1.zip").read_bytes() == (tmp_path / "2.zip").read_bytes()


def test_missing_changed_and_added_files_are_named(tmp_path: Path) -> None:
    folder = tmp_path / "p"
    write_folder(folder, FILES)
    (folder / "a.txt").write_bytes(b"0ne")
    (folder / "exhibits/001.eml").unlink()
    (folder / "extra.txt").write_bytes(b"")
    found = verify(folder)
    assert (found.missing, found.changed, found.added, found.whole) == (
        ("exhibits/001.eml",), ("a.txt",), ("extra.txt",), 1
    )  # fmt: skip


def test_a_zip_with_a_damaged_entry_names_it(tmp_path: Path) -> None:
    path = tmp_path / "p.zip"
    write_zip(path, {"big.txt": lambda: b"hello " * 1000, "a.txt": lambda: b"one"})
    with zipfile.ZipFile(path) as archive:
        offset = archive.getinfo("big.txt").header_offset
    raw = bytearray(path.read_bytes())
    raw[offset + 45] ^= 0xFF
    path.write_bytes(raw)
    assert verify(path).changed == ("big.txt",)


def test_the_manifest_is_that_of_sha256sum(tmp_path: Path) -> None:
    write_folder(tmp_path / "p", FILES)
    done = subprocess.run(
        ["sha256sum", "-c", "--quiet", MANIFEST], cwd=tmp_path / "p", capture_output=True, text=True
    )
    assert (done.returncode, done.stdout) == (0, "")


def test_what_is_no_package_is_told(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "text.zip").write_text("hello")
    with zipfile.ZipFile(tmp_path / "bare.zip", "w") as archive:
        archive.writestr("a", "b")
    (tmp_path / "bad").mkdir()
    (tmp_path / "bad" / MANIFEST).write_text("nonsense\n")
    for name, said in (
        ("absent", "There is no file or folder"),
        ("empty", "has no manifest-sha256.txt"),
        ("text.zip", "is no folder and no ZIP"),
        ("bare.zip", "has no manifest-sha256.txt"),
        ("bad", "Line 1 of manifest-sha256.txt"),
    ):
        with pytest.raises(UsageError, match=said):
            verify(tmp_path / name)


def test_nothing_is_written_over(tmp_path: Path) -> None:
    write_folder(tmp_path / "p", FILES)
    with pytest.raises(UsageError, match="is there already and is not empty"):
        write_folder(tmp_path / "p", FILES)


def test_a_zip_that_fails_half_way_leaves_what_was_there(tmp_path: Path) -> None:
    def broken() -> bytes:
        raise RuntimeError

    (tmp_path / "p.zip").write_bytes(b"before")
    with pytest.raises(RuntimeError):
        write_zip(tmp_path / "p.zip", {"a": lambda: b"1", "b": broken})
    assert [(p.name, p.read_bytes()) for p in tmp_path.iterdir()] == [("p.zip", b"before")]
