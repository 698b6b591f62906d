from __future__ import annotations

import hashlib
import os
import sqlite3
import stat
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from iep_mail.adapters.lock import LOCK_NAME
from iep_mail.adapters.sqlite_file import StoreCorrupt, StoreFull, StoreReadOnly
from iep_mail.adapters.store import STORE_NAME, Store, run_lock
from iep_mail.errors import StoreError, StoreLocked
from iep_mail.model import Address, FetchedBatch, FetchedMessage, FolderPosition, Message, RawMessage

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
ME = "parent@example.net"


def identify(raw: bytes) -> tuple[str, ...]:
    return tuple(line[12:].decode() for line in raw.splitlines() if line.startswith(b"Message-ID: "))


def mail(number: int) -> bytes:
    return f"Message-ID: <{number}@school.example.org>\r\n\r\nHello {number}\r\n".encode()


def batch(
    *uids: int, folder: str = "INBOX", validity: int = 7, last: int | None = None, received=NOON, searched=()
) -> FetchedBatch:
    messages = tuple(FetchedMessage(uid, mail(uid), received) for uid in uids)
    return FetchedBatch(
        ME,
        folder,
        FolderPosition(validity, last or max(uids, default=0), frozenset(searched)),
        messages,
    )


def read(raw: RawMessage) -> Message:
    return Message(
        sha256=raw.sha256,
        message_id=identify(raw.raw)[0],
        date=raw.received_at or NOON,
        sender=Address("Dana Smith", "dana@school.example.org"),
        subject="Speech sessions",
        new_text=raw.raw.decode(),
        full_text=raw.raw.decode(),
        folders=raw.folders,
    )


@pytest.fixture
def store(tmp_path: Path):
    with Store.open(tmp_path / "data", identify) as opened:
        yield opened


def test_a_batch_and_its_position_are_kept_together(store: Store):
    assert store.position(ME, "INBOX") is None
    assert store.keep(batch(1, 2, last=9, searched={"school.example.org"})) == 2
    assert store.position(ME, "INBOX") == FolderPosition(7, 9, frozenset({"school.example.org"}))
    assert store.known_uids(ME, "INBOX", 7) == {1, 2}
    assert store.known_uids(ME, "INBOX", 8) == frozenset()
    assert store.known_message_ids(["<1@school.example.org>", "<9@school.example.org>"]) == {
        "<1@school.example.org>"
    }


def test_the_position_never_goes_back_under_one_uidvalidity(store: Store):
    store.keep(batch(last=9))
    store.keep(batch(last=4))
    assert store.position(ME, "INBOX") == FolderPosition(7, 9)
    store.keep(batch(last=3, validity=8))
    assert store.position(ME, "INBOX") == FolderPosition(8, 3)


def test_a_search_that_the_poller_no_longer_names_is_forgotten(store: Store):
    store.keep(batch(last=1, searched={"a.example.org", "b.example.org"}))
    store.keep(batch(last=1, searched={"b.example.org"}))
    assert store.position(ME, "INBOX") == FolderPosition(7, 1, frozenset({"b.example.org"}))


def test_one_message_in_two_folders_is_one_content(store: Store):
    assert store.keep(batch(1)) == 1
    assert store.keep(batch(1, folder="Archive")) == 0
    assert store.add_files([(mail(1), "imported", None)]) == 0
    (raw,) = store.raw_messages()
    assert raw.folders == ("Archive", "INBOX", "imported")
    assert raw.sha256 == hashlib.sha256(mail(1)).hexdigest()
    assert raw.raw == mail(1)


def test_a_new_uidvalidity_drops_nothing_and_doubles_nothing(store: Store):
    store.keep(batch(1, 2))
    moved = FetchedMessage(50, mail(1), NOON)
    assert store.keep(FetchedBatch(ME, "INBOX", FolderPosition(8, 50), (moved,))) == 0
    assert store.known_uids(ME, "INBOX", 8) == {50}
    assert store.known_uids(ME, "INBOX", 7) == {2}  # not met again: stays where it was last seen
    assert [raw.folders for raw in store.raw_messages()] == [("INBOX",), ("INBOX",)]


def test_the_earliest_time_of_receipt_counts_and_is_read_again(store: Store):
    store.keep(batch(1, received=NOON))
    assert store.readings("1", read)[0].date == NOON
    early = (NOON - timedelta(days=2)).astimezone(timezone(timedelta(hours=-5)))
    store.keep(batch(1, folder="Sent", received=early))
    store.keep(batch(1, folder="Archive", received=None))
    (raw,) = store.raw_messages()
    assert raw.received_at == early
    assert store.readings("1", read)[0].date == early


def test_an_error_inside_a_batch_leaves_nothing_half_stored(tmp_path: Path):
    def fails_on_two(raw: bytes) -> tuple[str, ...]:
        if raw == mail(2):
            raise RuntimeError("the power went out")
        return ()

    with Store.open(tmp_path, fails_on_two) as store:
        store.keep(batch(1))
        with pytest.raises(RuntimeError):
            store.keep(batch(5, 2, 3))
        assert store.position(ME, "INBOX") == FolderPosition(7, 1)
        assert store.known_uids(ME, "INBOX", 7) == {1}
        assert len(list(store.raw_messages())) == 1


PIECES = st.lists(
    st.tuples(st.integers(1, 6), st.sampled_from(["INBOX", "Sent"]), st.integers(0, 3)),
    min_size=1,
    max_size=8,
)


def snapshot(folder: Path, pieces, size: int, again: bool = False) -> list[RawMessage]:
    with Store.open(folder, identify) as store:
        for name in ("INBOX", "Sent"):
            mine = [
                FetchedMessage(uid, mail(uid), NOON + timedelta(days=d)) for uid, f, d in pieces if f == name
            ]
            for start in range(0, len(mine), size):
                for _ in range(1 + again):
                    part = tuple(mine[start : start + size])
                    store.keep(FetchedBatch(ME, name, FolderPosition(7, 6), part))
        return list(store.raw_messages())


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(pieces=PIECES, shuffled=st.randoms(use_true_random=False), size=st.integers(1, 4))
@pytest.mark.slow
def test_order_and_batching_do_not_matter(tmp_path_factory, pieces, shuffled, size):
    other = list(pieces)
    shuffled.shuffle(other)
    first = snapshot(tmp_path_factory.mktemp("a"), pieces, 8)
    assert first == snapshot(tmp_path_factory.mktemp("b"), other, size, again=True)


def test_readings_are_cached_by_version_and_folders_are_fresh(store: Store):
    seen: list[str] = []

    def counting(raw: RawMessage) -> Message:
        seen.append(raw.sha256)
        return read(raw)

    store.keep(batch(1, 2))
    first = store.readings("1", counting)
    assert first == [read(raw) for raw in store.raw_messages()]
    store.keep(batch(1, 2, folder="Archive"))
    assert [m.folders for m in store.readings("1", counting)] == [("Archive", "INBOX")] * 2
    assert len(seen) == 2
    store.readings("2", counting)
    assert len(seen) == 4
    store.clear_computed()
    assert store.readings("2", counting) == [read(raw) for raw in store.raw_messages()]
    assert len(seen) == 6


def test_text_that_sqlite_cannot_hold_is_scrubbed(store: Store):
    store.keep(batch(1, folder="Sch\udc81ool\0"))
    bad = store.readings("1", lambda raw: replace(read(raw), subject="R\ud800union\0", new_text="a\udcffb"))
    assert bad[0].subject == "R?union\ufffd"
    assert bad[0].new_text == "a?b"
    assert store.position(ME, "Sch\udc81ool\0") == FolderPosition(7, 1)


def test_decisions_are_appended_and_never_changed(store: Store):
    first = store.append_decision("settle", "req-1", "", NOON)
    second = store.append_decision("undo", str(first.id), "", NOON + timedelta(hours=1))
    assert store.all_decisions() == (first, second)
    for statement in ("DELETE FROM decisions", "UPDATE decisions SET kind='x'"):
        with sqlite3.connect(store.path) as db, pytest.raises(sqlite3.IntegrityError):
            db.execute(statement)
    with pytest.raises(sqlite3.IntegrityError):
        store._db.execute("INSERT OR REPLACE INTO decisions SELECT * FROM decisions")


def test_a_decision_needs_a_zone(store: Store):
    with pytest.raises(ValueError):
        store.append_decision("settle", "req-1", "", datetime(2026, 3, 2))


def test_mail_is_never_discarded(store: Store):
    store.keep(batch(1))
    with sqlite3.connect(store.path) as db, pytest.raises(sqlite3.IntegrityError):
        db.execute("DELETE FROM contents")


def test_a_mailbox_remembers_when_it_was_last_read_to_its_end(store: Store):
    later = NOON + timedelta(days=1)
    store.note_mailbox_run(ME, NOON, NOON, True, "")
    store.note_mailbox_run(ME, later, later, False, "The server did not answer.")
    store.note_mailbox_run("other@example.net", later, later, False, "No password.")
    other, mine = store.mailbox_states()
    assert (mine.read_at, mine.problem) == (NOON, "The server did not answer.")
    assert other.read_at is None


@pytest.mark.skipif(os.name != "posix", reason="modes of POSIX")
def test_only_the_parent_can_read_the_files(tmp_path: Path):
    old = os.umask(0)
    try:
        data = tmp_path / "data"
        with run_lock(data), Store.open(data) as store:
            store.keep(batch(1))
            store.backup(NOON.date())
            assert stat.S_IMODE(data.stat().st_mode) == 0o700
            files = [p for p in data.rglob("*") if p.is_file()]
            assert {p.name for p in files} > {STORE_NAME, STORE_NAME + "-wal", LOCK_NAME}
            assert {stat.S_IMODE(p.stat().st_mode) for p in files} == {0o600}
    finally:
        os.umask(old)


def test_two_runs_at_once_are_refused_in_words(tmp_path: Path):
    with run_lock(tmp_path):
        with pytest.raises(StoreLocked, match="Another run of iep-mail"), run_lock(tmp_path):
            pass
        with Store.open(tmp_path) as store:  # reading needs no lock
            assert store.all_decisions() == ()
    with run_lock(tmp_path):
        pass


def test_another_writer_is_said_in_words(tmp_path: Path):
    with Store.open(tmp_path) as store, sqlite3.connect(store.path, isolation_level=None) as other:
        store._db.execute("PRAGMA busy_timeout=10")
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreLocked, match="Another program"):
            store.keep(batch(1))


def test_a_full_disk_is_said_in_words_and_loses_nothing(tmp_path: Path):
    with Store.open(tmp_path, identify) as store:
        store.keep(batch(1))
        pages = store._db.execute("PRAGMA page_count").fetchone()[0]
        store._db.execute(f"PRAGMA max_page_count={pages}")
        big = FetchedMessage(2, os.urandom(200_000), NOON)
        with pytest.raises(StoreFull, match="disk is full"):
            store.keep(FetchedBatch(ME, "INBOX", FolderPosition(7, 2), (big,)))
        assert store.position(ME, "INBOX") == FolderPosition(7, 1)
        assert len(list(store.raw_messages())) == 1


@pytest.mark.parametrize("content", [b"this is no database " * 400, b"SQLite format 3\0" + b"\xff" * 5000])
def test_a_damaged_file_is_said_in_words(tmp_path: Path, content: bytes):
    (tmp_path / STORE_NAME).write_bytes(content)
    with pytest.raises(StoreCorrupt, match="damaged") as caught:
        Store.open(tmp_path)
    assert "backups" in caught.value.remedy


def test_a_database_of_another_program_is_left_alone(tmp_path: Path):
    with sqlite3.connect(tmp_path / STORE_NAME) as db:
        db.execute("CREATE TABLE theirs (x)")
    db.close()
    with pytest.raises(StoreCorrupt):
        Store.open(tmp_path)


def test_a_read_only_store_is_said_in_words(tmp_path: Path):
    with Store.open(tmp_path) as store:
        store._db.execute("PRAGMA query_only=ON")
        with pytest.raises(StoreReadOnly, match="may not be opened"):
            store.keep(batch(1))


def test_a_data_folder_that_is_a_file(tmp_path: Path):
    (tmp_path / "data").write_text("x")
    with pytest.raises(StoreError, match="cannot be used"):
        Store.open(tmp_path / "data")


def test_integrity_notices_a_changed_byte(store: Store):
    store.keep(batch(1))
    assert store.integrity() == ()
    store._db.execute("DROP TRIGGER contents_no_update")
    import zlib

    store._db.execute("UPDATE contents SET raw = ?", (zlib.compress(b"other"),))
    assert "differs" in store.integrity()[0]
