"""The hash chain: any change by another hand shows, and the first place is named."""

import sqlite3
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from iep_mail.adapters.chain import FIRST_LINK
from iep_mail.adapters.store import STORE_NAME, Store

NOW = datetime(2026, 2, 9, 9, 0, tzinfo=UTC)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    with Store.open(tmp_path) as store:
        store.add_files([(f"Subject: {n}\n\nhello".encode(), "INBOX", None) for n in range(3)])
        for n in range(3):
            store.append_decision("settle", f"r{n}", "", NOW)
    return tmp_path


@pytest.fixture
def tamper(folder: Path) -> Iterator[sqlite3.Connection]:
    """The store's file in the hands of somebody who takes the triggers away first."""
    db = sqlite3.connect(folder / STORE_NAME, isolation_level=None)
    for (name,) in db.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger'").fetchall():
        if not name.endswith("_no_delete"):
            db.execute(f"DROP TRIGGER {name}")
    yield db
    db.close()


def broken(folder: Path) -> str:
    with Store.open(folder) as store:
        return store.check_chain().broken


def test_closing_seals_and_nothing_is_sealed_twice(folder: Path) -> None:
    with Store.open(folder) as store:
        report = store.check_chain()
        assert (report.links, dict(report.kinds), report.broken) == (6, {"message": 3, "decision": 3}, "")
        assert store.seal() == 0
        store.append_decision("undo", "1", "", NOW)
        assert store.seal() == 1
        assert store.check_chain().last_link != report.last_link


def test_an_empty_store_holds(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store:
        assert store.check_chain().last_link == FIRST_LINK


def test_a_changed_decision_is_named(folder: Path, tamper: sqlite3.Connection) -> None:
    tamper.execute("UPDATE decisions SET subject = 'r9' WHERE id = 2")
    assert broken(folder) == "Link 5: decision 2 (settle, 2026-02-09) is not what was written down."


def test_a_changed_message_is_named(folder: Path, tamper: sqlite3.Connection) -> None:
    tamper.execute("UPDATE contents SET raw = ? WHERE rowid = 1", (zlib.compress(b"Subject: other\n\n"),))
    assert "Link 1: message " in broken(folder)
    assert broken(folder).endswith("is not what was written down.")


def test_a_row_taken_out_or_slipped_in_is_named(folder: Path, tamper: sqlite3.Connection) -> None:
    tamper.execute("DROP TRIGGER decisions_no_delete")
    tamper.execute("DELETE FROM decisions WHERE id = 3")
    tamper.execute(
        "CREATE TRIGGER decisions_no_delete BEFORE DELETE ON decisions BEGIN SELECT RAISE(ABORT, 'x'); END"
    )
    assert broken(folder) == "Link 6: decision 3 is gone or damaged."
    tamper.execute("INSERT INTO decisions VALUES (3, '2026-02-09T09:00:00.000000+00:00', 'settle', 'r2', '')")
    assert broken(folder) == ""
    tamper.execute("INSERT INTO decisions VALUES (-1, '2026', 'settle', 'r7', '')")
    assert "was put in by another program" in broken(folder)


def test_a_changed_link_is_named(folder: Path, tamper: sqlite3.Connection) -> None:
    tamper.execute("UPDATE chain SET digest = 'x' WHERE number = 4")
    assert broken(folder) == "Link 4 of the chain itself was changed."


def test_what_is_learned_later_about_a_message_breaks_nothing(folder: Path) -> None:
    with Store.open(folder) as store:
        store.add_files([(b"Subject: 0\n\nhello", "Sent", NOW)])
    assert broken(folder) == ""


def test_a_column_that_a_newer_schema_adds_breaks_nothing(folder: Path) -> None:
    db = sqlite3.connect(folder / STORE_NAME, isolation_level=None)
    db.execute("ALTER TABLE decisions ADD COLUMN more TEXT NOT NULL DEFAULT ''")
    db.close()
    assert broken(folder) == ""
