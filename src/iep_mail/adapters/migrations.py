"""The store's schema, as ordered steps that are only ever added to."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from iep_mail.adapters import chain, filed_copies
from iep_mail.adapters.sqlite_file import corrupt, explained, transaction
from iep_mail.errors import NewerStore


@dataclass(frozen=True, slots=True)
class Migration:
    """One step; its position in MIGRATIONS, counted from 1, is the `user_version` it leads to."""

    name: str
    statements: tuple[str, ...]


def _append_only(table: str, what: str) -> tuple[str, ...]:
    return tuple(
        f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
        f"BEGIN SELECT RAISE(ABORT, '{what} are never changed'); END"
        for verb in ("UPDATE", "DELETE")
    )


_MAIL = (
    """CREATE TABLE contents (
        sha256 TEXT PRIMARY KEY, raw BLOB NOT NULL, received_at TEXT,
        complete INTEGER NOT NULL, channel TEXT NOT NULL) STRICT""",
    """CREATE TRIGGER contents_no_delete BEFORE DELETE ON contents
        BEGIN SELECT RAISE(ABORT, 'mail is never discarded'); END""",
    """CREATE TRIGGER contents_no_update BEFORE UPDATE OF sha256, raw ON contents
        BEGIN SELECT RAISE(ABORT, 'mail is never changed'); END""",
    """CREATE TABLE message_ids (
        message_id TEXT NOT NULL, sha256 TEXT NOT NULL REFERENCES contents,
        PRIMARY KEY (message_id, sha256)) STRICT, WITHOUT ROWID""",
    """CREATE TABLE locations (
        account TEXT NOT NULL, folder TEXT NOT NULL, uidvalidity INTEGER NOT NULL, uid INTEGER NOT NULL,
        sha256 TEXT NOT NULL REFERENCES contents,
        PRIMARY KEY (account, folder, uidvalidity, uid)) STRICT, WITHOUT ROWID""",
    "CREATE INDEX locations_by_content ON locations (sha256)",
    """CREATE TABLE imports (
        sha256 TEXT NOT NULL REFERENCES contents, folder TEXT NOT NULL,
        PRIMARY KEY (sha256, folder)) STRICT, WITHOUT ROWID""",
    """CREATE TABLE positions (
        account TEXT NOT NULL, folder TEXT NOT NULL, uidvalidity INTEGER NOT NULL, last_uid INTEGER NOT NULL,
        PRIMARY KEY (account, folder)) STRICT, WITHOUT ROWID""",
    """CREATE TABLE searches (
        account TEXT NOT NULL, folder TEXT NOT NULL, uidvalidity INTEGER NOT NULL, term TEXT NOT NULL,
        PRIMARY KEY (account, folder, uidvalidity, term)) STRICT, WITHOUT ROWID""",
    """CREATE TABLE mailbox_runs (
        id INTEGER PRIMARY KEY, account TEXT NOT NULL, started_at TEXT NOT NULL, finished_at TEXT NOT NULL,
        complete INTEGER NOT NULL, problem TEXT NOT NULL) STRICT""",
)
_COMPUTED = (
    """CREATE TABLE readings (
        id INTEGER PRIMARY KEY, sha256 TEXT NOT NULL UNIQUE REFERENCES contents,
        reader_version TEXT NOT NULL, message BLOB NOT NULL) STRICT""",
    "CREATE VIRTUAL TABLE search USING fts5(subject, sender, new_text, full_text)",
)
_DECIDED = (
    """CREATE TABLE decisions (
        id INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT NOT NULL, kind TEXT NOT NULL,
        subject TEXT NOT NULL, value TEXT NOT NULL) STRICT""",
    *_append_only("decisions", "decisions"),
    """CREATE TABLE outbox (
        id INTEGER PRIMARY KEY AUTOINCREMENT, draft_id TEXT NOT NULL, message_id TEXT NOT NULL,
        account TEXT NOT NULL, state TEXT NOT NULL, at TEXT NOT NULL) STRICT""",
    "CREATE INDEX outbox_by_draft ON outbox (draft_id)",
    *_append_only("outbox", "journal entries"),
)

_PUT_OUT = (
    "ALTER TABLE outbox ADD COLUMN detail TEXT NOT NULL DEFAULT '{}'",
    """CREATE TABLE letter_versions (
        id INTEGER PRIMARY KEY AUTOINCREMENT, draft_id TEXT NOT NULL, at TEXT NOT NULL,
        origin TEXT NOT NULL, letter TEXT NOT NULL) STRICT""",
    "CREATE INDEX letter_versions_by_draft ON letter_versions (draft_id)",
    *_append_only("letter_versions", "versions of a letter"),
    """CREATE TABLE letter_files (
        sha256 TEXT PRIMARY KEY, content BLOB NOT NULL) STRICT""",
    *_append_only("letter_files", "attachments"),
    """CREATE TABLE approvals (
        binding TEXT PRIMARY KEY, draft_id TEXT NOT NULL, at TEXT NOT NULL,
        approval TEXT NOT NULL, raw BLOB NOT NULL) STRICT""",
    *_append_only("approvals", "approved mails"),
)

_CHAIN = (
    *chain.SCHEMA,
    *_append_only("chain", "links of the chain"),
)

MIGRATIONS: tuple[Migration, ...] = (
    Migration("what arrived, what was decided, what was drafted", (*_MAIL, *_DECIDED, *_COMPUTED)),
    Migration("letters in their versions, what was approved, what was sent", _PUT_OUT),
    Migration("the hash chain over what is kept for ever", _CHAIN),
    Migration("what was copied into which folder of the mailbox", filed_copies.SCHEMA),
    Migration("the search index lies in a file of its own", ("DROP TABLE search",)),
)


def schema_version(db: sqlite3.Connection) -> int:
    return int(db.execute("PRAGMA user_version").fetchone()[0])


def migrate(db: sqlite3.Connection, path: Path, migrations: Sequence[Migration] = MIGRATIONS) -> None:
    """Brings the store to the newest schema, each step in its own transaction.

    Raises NewerStore for a schema that this program does not know, and StoreCorrupt for a database
    of another program.
    """
    with explained(path):
        if schema_version(db) == 0 and db.execute("SELECT 1 FROM sqlite_schema").fetchone():
            raise corrupt(path)
        _refuse_newer(schema_version(db), len(migrations), path)
    while schema_version(db) < len(migrations):
        with transaction(db, path):
            version = schema_version(db)  # another process may have been quicker
            if version < len(migrations):
                for statement in migrations[version].statements:
                    db.execute(statement)
                db.execute(f"PRAGMA user_version = {version + 1}")


def _refuse_newer(version: int, known: int, path: Path) -> None:
    if version > known:
        raise NewerStore(
            f"The store {path} was written by a newer iep-mail (schema {version}; this one knows {known}).",
            "Install the newest iep-mail, or name another data folder with --data.",
        )
