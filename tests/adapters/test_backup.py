from __future__ import annotations

import sqlite3
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from iep_mail.adapters.attachments import keep_content
from iep_mail.adapters.backup import backups
from iep_mail.adapters.store import STORE_NAME, Store
from iep_mail.errors import StoreError

DAY = date(2026, 3, 2)


def test_a_copy_is_a_whole_store(tmp_path: Path):
    with Store.open(tmp_path / "data") as store:
        store.append_decision("settle", "req-1", "", datetime(2026, 3, 2, tzinfo=UTC))
        copy = store.backup(DAY)
        assert copy.name == "iep-mail-2026-03-02.sqlite3"
    other = tmp_path / "other"
    other.mkdir()
    copy.rename(other / STORE_NAME)
    with Store.open(other) as store:
        assert [d.subject for d in store.all_decisions()] == ["req-1"]


def test_the_newest_seven_stay_and_foreign_files_too(tmp_path: Path):
    with Store.open(tmp_path) as store:
        store.backup(DAY)
        keepsake = tmp_path / "backups" / "before-the-move.sqlite3"
        keepsake.write_bytes(b"")
        for n in range(1, 10):
            store.backup(DAY + timedelta(days=n))
        store.backup(DAY + timedelta(days=9))  # the same day again
    found = backups(tmp_path / "backups")
    assert len(found) == 7
    assert found[0].name == "iep-mail-2026-03-11.sqlite3"
    assert keepsake.exists()


def test_a_copy_that_fails_leaves_the_copy_before(tmp_path: Path, monkeypatch):
    with Store.open(tmp_path) as store:
        good = store.backup(DAY)
        monkeypatch.setattr("os.fsync", lambda handle: (_ for _ in ()).throw(OSError(28, "No space left")))
        with pytest.raises(StoreError, match="disk is full"):
            store.backup(DAY)
    assert sqlite3.connect(good).execute("PRAGMA user_version").fetchone() != (0,)
    assert list((tmp_path / "backups").iterdir()) == [good]


def test_papers_added_by_hand_are_copied_once(tmp_path: Path):
    data = tmp_path / "data"
    with Store.open(data) as store:
        sha256 = keep_content(b"a photo", data)
        (data / "attachments" / "notes.txt").write_text("not one of ours")
        store.backup(DAY)
        copy = data / "backups" / "attachments" / sha256
        assert [p.name for p in copy.parent.iterdir()] == [sha256]
        before = copy.stat().st_mtime_ns
        store.backup(DAY + timedelta(days=1))
    assert (copy.read_bytes(), copy.stat().st_mode & 0o777) == (b"a photo", 0o600)
    assert copy.stat().st_mtime_ns == before
