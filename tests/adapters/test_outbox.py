"""The outbox's journal: append-only, and two windows cannot both move one letter on."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from iep_mail.adapters.store import Store
from iep_mail.errors import OutboxChanged, StoreError
from iep_mail.model import Approval, Attachment, Blank, Draft, OutboxEntry, OutboxStep

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
LETTER = Draft(
    id="d1", case="c-1", request="r1", letter="follow-up", subject="Speech – März", to=("t@school.example.org",),
    cc=(), body="Dear Ms. Park,\n\nIs “speech” held?\n", references=("<m1@example.net>",),
    blanks=(Blank("day", "which day"),), attachments=(Attachment("log.pdf", "application/pdf", 3, "ab"),),
)  # fmt: skip


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path) as opened:
        yield opened


def event(step: OutboxStep, draft_id: str = "d1") -> OutboxEntry:
    return OutboxEntry(id=0, draft_id=draft_id, step=step, at=NOON)


def approval() -> Approval:
    return Approval(
        binding="b" * 64, draft_id="d1", version=1, at=NOON, account="me@example.net",
        message_id="<d1.x@example.net>", sender="me@example.net", recipients=("t@school.example.org",), size=9,
        seen=("<m1@example.net>",),
    )  # fmt: skip


def test_what_is_kept_comes_back_as_it_was(store: Store) -> None:
    first = store.outbox.keep_version(LETTER, "edited", NOON)
    second = store.outbox.keep_version(replace(LETTER, body="Shorter.\n"), "edited", NOON)
    entry = store.outbox.append(
        replace(
            event(OutboxStep.FAILED), reason="“550 no”", refused=("a@b.example",), retry=True, not_before=NOON
        )
    )
    store.outbox.approve(approval(), b"From: me\r\n\r\nHello\r\n", entry.id)
    journal = store.outbox.journal()
    assert journal.versions == (first, second)
    assert journal.versions[0].draft == LETTER
    assert journal.entries[0] == entry
    assert [e.step for e in journal.entries] == [OutboxStep.FAILED, OutboxStep.APPROVED]
    assert journal.approvals == (approval(),)
    assert store.outbox.raw("b" * 64) == b"From: me\r\n\r\nHello\r\n"
    assert store.outbox.journal("d2").entries == ()


def test_of_two_windows_that_saw_the_same_letter_one_is_told_that_it_moved_on(store: Store) -> None:
    seen = store.outbox.append(event(OutboxStep.APPROVED)).id
    store.outbox.append(event(OutboxStep.SENDING), seen)
    for late in (OutboxStep.SENDING, OutboxStep.VOIDED, OutboxStep.CANCELLED):
        with pytest.raises(OutboxChanged, match="a moment ago"):
            store.outbox.append(event(late), seen)
    assert len(store.outbox.journal("d1").entries) == 2


def test_a_letter_without_events_is_at_zero(store: Store) -> None:
    store.outbox.append(event(OutboxStep.APPENDED, "other"))
    store.outbox.append(event(OutboxStep.APPENDED), 0)
    with pytest.raises(OutboxChanged):
        store.outbox.append(event(OutboxStep.APPENDED), 0)


def test_nothing_in_it_can_be_changed_or_removed(store: Store) -> None:
    store.outbox.keep_version(LETTER, "edited", NOON)
    store.outbox.keep_file(b"%PDF")
    store.outbox.approve(approval(), b"raw", 0)
    statements = [f"DELETE FROM {t}" for t in ("outbox", "letter_versions", "letter_files", "approvals")]
    statements += ["UPDATE outbox SET state = 'sent'", "UPDATE approvals SET raw = x'00'"]
    for statement in statements:
        with sqlite3.connect(store.path) as db, pytest.raises(sqlite3.IntegrityError):
            db.execute(statement)


def test_a_file_is_kept_once_by_its_content(store: Store) -> None:
    first, second = store.outbox.keep_file(b"%PDF-1"), store.outbox.keep_file(b"%PDF-1")
    assert first == second
    assert store.outbox.file(first) == b"%PDF-1"
    with pytest.raises(StoreError):
        store.outbox.file("0" * 64)


def test_an_event_is_on_disk_when_the_call_returns(store: Store) -> None:
    assert store._db.execute("PRAGMA synchronous").fetchone() == (2,)  # FULL: the log is synced at commit
    store.outbox.append(event(OutboxStep.SENDING))
    with sqlite3.connect(f"file:{store.path}?mode=ro", uri=True) as other:
        assert other.execute("SELECT state FROM outbox").fetchall() == [("sending",)]
