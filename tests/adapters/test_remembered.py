"""The file of remembered answers: a help when it is there, no harm when it is not."""

import stat
from pathlib import Path

import pytest

from iep_mail.adapters.remembered import REMEMBERED_NAME, forget_answers, remembered_answers


def put(folder: Path, version: str = "1", **answers: bytes) -> None:
    with remembered_answers(folder, version) as kept:
        kept.update({key.encode(): answer for key, answer in answers.items()})


def found(folder: Path, version: str = "1") -> dict[bytes, bytes]:
    with remembered_answers(folder, version) as kept:
        return {key: kept[key] for key in list(kept)}


def test_answers_are_there_the_next_time_and_for_nobody_else(tmp_path: Path) -> None:
    put(tmp_path, a=b"one", b=b"two")
    put(tmp_path, b=b"three")
    assert found(tmp_path) == {b"a": b"one", b"b": b"three"}
    assert stat.S_IMODE((tmp_path / REMEMBERED_NAME).stat().st_mode) == 0o600


def test_another_version_of_the_reader_begins_anew(tmp_path: Path) -> None:
    put(tmp_path, a=b"one")
    assert found(tmp_path, "2") == {}
    put(tmp_path, "2", c=b"three")
    assert found(tmp_path, "2") == {b"c": b"three"}
    assert found(tmp_path, "1") == {}


@pytest.mark.parametrize("harm", [b"", b"not a database at all" * 300])
def test_a_damaged_file_is_forgotten(tmp_path: Path, harm: bytes) -> None:
    put(tmp_path, a=b"one")
    forget_answers(tmp_path)
    (tmp_path / REMEMBERED_NAME).write_bytes(harm)
    assert found(tmp_path) == {}
    put(tmp_path, a=b"one")
    assert found(tmp_path) == {b"a": b"one"}


def test_a_folder_that_cannot_be_written_only_costs_time(tmp_path: Path) -> None:
    (tmp_path / REMEMBERED_NAME).mkdir()
    put(tmp_path, a=b"one")
    assert found(tmp_path) == {}
