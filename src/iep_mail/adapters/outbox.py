"""The outbox's journal: the third of the three kept truths, append-only and on disk when a call returns.

It keeps every version of a letter, the exact bytes that were approved, and each event on the way out.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
import zlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from iep_mail.adapters.sqlite_file import corrupt, explained, stored_text, transaction, utc_text
from iep_mail.errors import OutboxChanged
from iep_mail.model import Approval, Draft, Journal, LetterVersion, OutboxEntry, OutboxStep

_encode = msgspec.json.encode
_decode_draft = msgspec.json.Decoder(Draft).decode


class Outbox:
    """The journal in the store's file. Every method may raise StoreError."""

    def __init__(self, db: sqlite3.Connection, path: Path) -> None:
        self._db = db
        self._path = path

    # --- letters ------------------------------------------------------------------------------

    def keep_version(self, draft: Draft, origin: str, at: datetime) -> LetterVersion:
        """Appends the letter as it is now."""
        body = stored_text(_encode(draft).decode("utf-8"))
        with transaction(self._db, self._path) as db:
            number = db.execute(
                "INSERT INTO letter_versions (draft_id, at, origin, letter) VALUES (?, ?, ?, ?)",
                (draft.id, utc_text(at), origin, body),
            ).lastrowid
        return LetterVersion(int(number or 0), draft.id, at.astimezone(UTC), origin, draft)

    def keep_file(self, content: bytes) -> str:
        """Keeps an attachment's bytes; returns their SHA-256. The same bytes are kept once."""
        sha256 = hashlib.sha256(content).hexdigest()
        with transaction(self._db, self._path) as db:
            db.execute("INSERT OR IGNORE INTO letter_files VALUES (?, ?)", (sha256, zlib.compress(content)))
        return sha256

    def file(self, sha256: str) -> bytes:
        return self._content("SELECT content FROM letter_files WHERE sha256 = ?", sha256)

    # --- approvals ----------------------------------------------------------------------------

    def approve(self, approval: Approval, raw: bytes, last: int) -> OutboxEntry:
        """Keeps the bytes and the approval in one transaction. `last` as in `append`."""
        with transaction(self._db, self._path):
            self._db.execute(
                "INSERT OR IGNORE INTO approvals VALUES (?, ?, ?, ?, ?)",
                (
                    approval.binding,
                    approval.draft_id,
                    utc_text(approval.at),
                    _encode(approval).decode(),
                    zlib.compress(raw),
                ),
            )
            entry = OutboxEntry(
                id=0,
                draft_id=approval.draft_id,
                step=OutboxStep.APPROVED,
                at=approval.at,
                message_id=approval.message_id,
                account=approval.account,
                binding=approval.binding,
            )
            return self._append(entry, last)

    def raw(self, binding: str) -> bytes:
        """The approved bytes."""
        return self._content("SELECT raw FROM approvals WHERE binding = ?", binding)

    def _content(self, query: str, key: str) -> bytes:
        with explained(self._path):
            row = self._db.execute(query, (key,)).fetchone()
        try:
            return zlib.decompress(row[0])
        except (TypeError, zlib.error) as error:
            raise corrupt(self._path) from error

    # --- events -------------------------------------------------------------------------------

    def append(self, entry: OutboxEntry, last: int | None = None) -> OutboxEntry:
        """Appends one event; it is on disk when this returns. The id given in `entry` is ignored.

        With `last`, raises OutboxChanged unless that is still the id of the letter's newest event (0:
        it has none): two windows cannot both send, or one send what the other has taken back.
        """
        with transaction(self._db, self._path):
            return self._append(entry, last)

    def _append(self, entry: OutboxEntry, last: int | None) -> OutboxEntry:
        if last is not None and self._newest(entry.draft_id) != last:
            raise OutboxChanged(
                "This letter was changed, approved or sent from somewhere else a moment ago.",
                "Look at it again: iep-mail draft show " + entry.draft_id,
            )
        detail = {
            "reason": entry.reason,
            "binding": entry.binding,
            "sha256": entry.sha256,
            "not_before": utc_text(entry.not_before) if entry.not_before else "",
            "refused": list(entry.refused),
            "retry": entry.retry,
        }
        number = self._db.execute(
            "INSERT INTO outbox (draft_id, message_id, account, state, at, detail) VALUES (?, ?, ?, ?, ?, ?)",
            (
                *map(stored_text, (entry.draft_id, entry.message_id, entry.account, entry.step)),
                utc_text(entry.at),
                stored_text(json.dumps({k: v for k, v in detail.items() if v}, ensure_ascii=False)),
            ),
        ).lastrowid
        return replace(entry, id=int(number or 0))

    def _newest(self, draft_id: str) -> int:
        row = self._db.execute("SELECT max(id) FROM outbox WHERE draft_id = ?", (draft_id,)).fetchone()
        return int(row[0] or 0)

    # --- the whole ----------------------------------------------------------------------------

    def journal(self, draft_id: str | None = None) -> Journal:
        """All versions, approvals and events, of one letter or of all, the oldest first."""
        with explained(self._path):
            return Journal(self._versions(draft_id), self._entries(draft_id), self._approvals(draft_id))

    def _versions(self, draft_id: str | None) -> tuple[LetterVersion, ...]:
        rows = self._db.execute(
            "SELECT id, draft_id, at, origin, letter FROM letter_versions "
            "WHERE ?1 IS NULL OR draft_id = ?1 ORDER BY id",
            (draft_id,),
        )
        return tuple(
            LetterVersion(n, d, datetime.fromisoformat(at), origin, _decode_draft(letter))
            for n, d, at, origin, letter in rows
        )

    def _entries(self, draft_id: str | None) -> tuple[OutboxEntry, ...]:
        rows = self._db.execute(
            "SELECT id, draft_id, message_id, account, state, at, detail FROM outbox "
            "WHERE ?1 IS NULL OR draft_id = ?1 ORDER BY id",
            (draft_id,),
        )
        return tuple(_entry(row) for row in rows)

    def _approvals(self, draft_id: str | None) -> tuple[Approval, ...]:
        rows = self._db.execute(
            "SELECT approval FROM approvals WHERE ?1 IS NULL OR draft_id = ?1 ORDER BY at, binding",
            (draft_id,),
        )
        return tuple(msgspec.json.decode(row, type=Approval) for (row,) in rows)


def _entry(row: Sequence[Any]) -> OutboxEntry:
    number, draft_id, message_id, account, state, at, detail = row
    more = json.loads(detail)
    return OutboxEntry(
        id=number,
        draft_id=draft_id,
        step=OutboxStep(state),
        at=datetime.fromisoformat(at),
        message_id=message_id,
        account=account,
        reason=more.get("reason", ""),
        binding=more.get("binding", ""),
        sha256=more.get("sha256", ""),
        not_before=datetime.fromisoformat(more["not_before"]) if "not_before" in more else None,
        refused=tuple(more.get("refused", ())),
        retry=bool(more.get("retry")),
    )
