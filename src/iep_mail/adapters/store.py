"""What is kept for ever: the mail as it came, the parent's decisions, the journal of drafts.

One SQLite file in the data folder. What is computed from it is a cache and may be dropped.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from datetime import UTC, date, datetime
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import Self

from iep_mail.adapters import backup as backup_files
from iep_mail.adapters import chain
from iep_mail.adapters.attachments import FOLDER as KEPT_FOLDER
from iep_mail.adapters.attachments import kept_files
from iep_mail.adapters.filed_copies import FiledCopies
from iep_mail.adapters.lock import run_lock
from iep_mail.adapters.migrations import migrate
from iep_mail.adapters.outbox import Outbox
from iep_mail.adapters.readings import Readings
from iep_mail.adapters.sqlite_file import (
    connect,
    corrupt,
    explained,
    make_private_file,
    make_private_folder,
    stored_text,
    transaction,
    utc_text,
)
from iep_mail.errors import StoreError
from iep_mail.model import (
    Channel,
    Decision,
    FetchedBatch,
    FolderPosition,
    MailboxState,
    Message,
    RawMessage,
)

__all__ = ["Store", "run_lock"]

STORE_NAME = "iep-mail.sqlite3"
BATCH = 200

Identify = Callable[[bytes], tuple[str, ...]]


def _no_ids(raw: bytes) -> tuple[str, ...]:
    return ()


class Store:
    """The store of one family. Use it as a context manager; every method may raise StoreError."""

    def __init__(self, db: sqlite3.Connection, path: Path, identify: Identify) -> None:
        self._db = db
        self._identify = identify
        self._readings = Readings(db, path)
        self.outbox = Outbox(db, path)
        self.filed = FiledCopies(db, path)
        self.path = path

    @classmethod
    def open(cls, data_dir: Path, identify: Identify = _no_ids) -> Store:
        """Opens (or creates) the store in `data_dir` and brings it to the newest schema.

        `identify` gives the Message-IDs of raw bytes, for `known_message_ids`.
        """
        make_private_folder(data_dir)
        path = data_dir / STORE_NAME
        db = connect(path)
        try:
            migrate(db, path)
        except BaseException:
            db.close()
            raise
        return cls(db, path, identify)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Seals what was added, and closes. What cannot be sealed now is sealed by the next run."""
        with suppress(StoreError):
            self.seal()
        self._db.close()

    # --- mail ---------------------------------------------------------------------------------

    def position(self, account: str, folder: str) -> FolderPosition | None:
        with explained(self.path):
            row = self._db.execute(
                "SELECT uidvalidity, last_uid FROM positions WHERE account = ? AND folder = ?",
                (stored_text(account), stored_text(folder)),
            ).fetchone()
            if row is None:
                return None
            terms = self._db.execute(
                "SELECT term FROM searches WHERE account = ? AND folder = ? AND uidvalidity = ?",
                (stored_text(account), stored_text(folder), row[0]),
            )
            return FolderPosition(row[0], row[1], frozenset(term for (term,) in terms))

    def known_uids(self, account: str, folder: str, uidvalidity: int) -> frozenset[int]:
        with explained(self.path):
            rows = self._db.execute(
                "SELECT uid FROM locations WHERE account = ? AND folder = ? AND uidvalidity = ?",
                (stored_text(account), stored_text(folder), uidvalidity),
            )
            return frozenset(uid for (uid,) in rows)

    def known_folders(self, account: str) -> frozenset[str]:
        with explained(self.path):
            rows = self._db.execute("SELECT folder FROM positions WHERE account = ?", (stored_text(account),))
            return frozenset(folder for (folder,) in rows)

    def places(self, account: str) -> dict[str, tuple[str, int, int]]:
        """Where each content was last seen in a mailbox: folder, UIDVALIDITY, UID; one place of several."""
        with explained(self.path):
            rows = self._db.execute(
                "SELECT l.sha256, l.folder, l.uidvalidity, l.uid FROM locations l JOIN positions p "
                "ON p.account = l.account AND p.folder = l.folder AND p.uidvalidity = l.uidvalidity "
                "WHERE l.account = ? ORDER BY l.folder DESC, l.uid DESC",
                (stored_text(account),),
            )
            return {sha256: (folder, validity, uid) for sha256, folder, validity, uid in rows}

    def forget_folder(self, account: str, folder: str) -> None:
        with transaction(self._db, self.path) as db:
            for table in ("positions", "searches"):
                db.execute(
                    f"DELETE FROM {table} WHERE account = ? AND folder = ?",  # noqa: S608 - a name above
                    (stored_text(account), stored_text(folder)),
                )

    def known_message_ids(self, ids: Iterable[str]) -> frozenset[str]:
        wanted = {stored_text(i): i for i in ids}
        with explained(self.path):
            rows = self._db.execute(
                "SELECT DISTINCT message_id FROM message_ids "
                "WHERE message_id IN (SELECT value FROM json_each(?))",
                (json.dumps(list(wanted)),),
            )
            return frozenset(wanted[i] for (i,) in rows)

    def keep(self, batch: FetchedBatch) -> int:
        """Stores messages and position in one transaction; returns how many contents were new.

        After a change of UIDVALIDITY a message that is met again takes its new UID; one that is not
        met again stays where it was last seen.
        """
        account, folder = stored_text(batch.account), stored_text(batch.folder)
        validity, new = batch.position.uidvalidity, 0
        with transaction(self._db, self.path) as db:
            for fetched in batch.messages:
                sha256, fresh = self._keep_content(fetched.raw, fetched.received_at, fetched.complete)
                new += fresh
                db.execute(
                    "DELETE FROM locations WHERE account = ? AND folder = ? AND sha256 = ? "
                    "AND uidvalidity <> ?",
                    (account, folder, sha256, validity),
                )
                db.execute(
                    "INSERT OR IGNORE INTO locations VALUES (?, ?, ?, ?, ?)",
                    (account, folder, validity, fetched.uid, sha256),
                )
            self._keep_position(account, folder, batch.position)
        return new

    def _keep_position(self, account: str, folder: str, position: FolderPosition) -> None:
        key = (account, folder, position.uidvalidity)
        self._db.execute(
            "INSERT INTO positions VALUES (?, ?, ?, ?) ON CONFLICT (account, folder) DO UPDATE SET "
            "last_uid = CASE WHEN uidvalidity = excluded.uidvalidity "
            "THEN max(last_uid, excluded.last_uid) ELSE excluded.last_uid END, "
            "uidvalidity = excluded.uidvalidity",
            (*key, position.last_uid),
        )
        # What the poller no longer names was taken out of the configuration: mail that came
        # meanwhile was passed by, so it must be searched again should it come back.
        self._db.execute("DELETE FROM searches WHERE account = ? AND folder = ?", (account, folder))
        self._db.executemany(
            "INSERT INTO searches VALUES (?, ?, ?, ?)",
            [(*key, stored_text(t)) for t in sorted(position.searched)],
        )

    def add_files(self, messages: Iterable[tuple[bytes, str, datetime | None]]) -> int:
        """Stores mail from files: (raw bytes, folder, received). Returns how many were new."""
        new, rest = 0, iter(messages)
        # The files are read outside the transaction, so that a slow disk holds up nobody.
        while batch := list(islice(rest, BATCH)):
            with transaction(self._db, self.path) as db:
                for raw, folder, received_at in batch:
                    sha256, fresh = self._keep_content(raw, received_at, complete=True)
                    new += fresh
                    db.execute("INSERT OR IGNORE INTO imports VALUES (?, ?)", (sha256, stored_text(folder)))
        return new

    def _keep_content(self, raw: bytes, received_at: datetime | None, complete: bool) -> tuple[str, bool]:
        sha256 = hashlib.sha256(raw).hexdigest()
        received = utc_text(received_at) if received_at else None
        old = self._db.execute(
            "SELECT received_at, complete FROM contents WHERE sha256 = ?", (sha256,)
        ).fetchone()
        if old is None:
            self._db.execute(
                "INSERT INTO contents VALUES (?, ?, ?, ?, ?)",
                (sha256, zlib.compress(raw), received, complete, Channel.EMAIL),
            )
            self._db.executemany(
                "INSERT OR IGNORE INTO message_ids VALUES (?, ?)",
                [(stored_text(i), sha256) for i in self._identify(raw)],
            )
            return sha256, True
        known = (min(filter(None, (old[0], received)), default=None), int(old[1] or complete))
        if known != old:
            self._db.execute(
                "UPDATE contents SET received_at = ?, complete = ? WHERE sha256 = ?", (*known, sha256)
            )
            self._readings.forget(sha256)
        return sha256, False

    def raw_messages(self) -> Iterator[RawMessage]:
        """All mail in the order of its hashes; folders are sorted and name each once."""
        with explained(self.path):
            hashes = [sha for (sha,) in self._db.execute("SELECT sha256 FROM contents ORDER BY sha256")]
        yield from self._raw(hashes)

    def raw(self, sha256: str) -> bytes:
        """One message's bytes. Raises StoreError where there is none with this hash."""
        with explained(self.path):
            row = self._db.execute("SELECT raw FROM contents WHERE sha256 = ?", (sha256,)).fetchone()
        try:
            return zlib.decompress(row[0])
        except (TypeError, zlib.error) as error:
            raise corrupt(self.path) from error

    def marks(self) -> str:
        """How much mail and how many decisions there are: another text after any change of them."""
        with explained(self.path):
            row = self._db.execute(
                "SELECT (SELECT count(*) FROM contents), (SELECT count(*) FROM locations), "
                "(SELECT count(*) FROM imports), (SELECT coalesce(max(id), 0) FROM decisions)"
            ).fetchone()
        return " ".join(map(str, row))

    def _raw(self, hashes: Sequence[str]) -> Iterator[RawMessage]:
        folders = self._folders()
        for sha256 in hashes:
            with explained(self.path):
                raw, received, complete, channel = self._db.execute(
                    "SELECT raw, received_at, complete, channel FROM contents WHERE sha256 = ?", (sha256,)
                ).fetchone()
            try:
                content = zlib.decompress(raw)
            except zlib.error as error:
                raise corrupt(self.path) from error
            yield RawMessage(
                sha256=sha256,
                raw=content,
                received_at=datetime.fromisoformat(received) if received else None,
                folders=folders.get(sha256, ()),
                complete=bool(complete),
                channel=Channel(channel),
            )

    def _folders(self) -> dict[str, tuple[str, ...]]:
        with explained(self.path):
            rows = self._db.execute(
                "SELECT sha256, folder FROM locations UNION SELECT sha256, folder FROM imports ORDER BY 1, 2"
            )
            found: dict[str, list[str]] = {}
            for sha256, folder in rows:
                found.setdefault(sha256, []).append(folder)
        return {sha256: tuple(names) for sha256, names in found.items()}

    # --- what reading costs -------------------------------------------------------------------

    def readings(self, version: str | int, read: Callable[[RawMessage], Message]) -> list[Message]:
        """All messages as `read` understands them, in the order of their hashes.

        What was read by the same `version` is not read again.
        """
        missing = iter(self._readings.missing(str(version)))
        while batch := list(islice(missing, BATCH)):
            self._readings.keep(str(version), [read(raw) for raw in self._raw(batch)])
        return self._readings.all(str(version), self._folders())

    def state(self) -> tuple[tuple[str, int], ...]:
        """How much is kept, table by table: another one after everything that is added."""
        with explained(self.path):
            names = [
                name
                for (name,) in self._db.execute(
                    "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'search%' "
                    "AND name NOT LIKE 'sqlite%' AND name <> 'readings' ORDER BY name"
                )
            ]
            counts = [
                (name, self._db.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0])  # noqa: S608
                for name in names
            ]
            whole = self._db.execute("SELECT total(complete), count(received_at) FROM contents").fetchone()
        return (*counts, ("complete", int(whole[0])), ("received", int(whole[1])))

    def changes(self) -> tuple[int, int]:
        """Another one after any change, by us or by another program, for as long as the store is open."""
        with explained(self.path):
            return self._db.total_changes, int(self._db.execute("PRAGMA data_version").fetchone()[0])

    def clear_computed(self) -> None:
        """Drops the cache of readings; it comes back by itself."""
        self._readings.clear()

    # --- decisions ----------------------------------------------------------------------------

    def append_decision(self, kind: str, subject: str, value: str, at: datetime) -> Decision:
        row = (utc_text(at), stored_text(kind), stored_text(subject), stored_text(value))
        with transaction(self._db, self.path) as db:
            number = db.execute(
                "INSERT INTO decisions (at, kind, subject, value) VALUES (?, ?, ?, ?)", row
            ).lastrowid
        return Decision(int(number or 0), at.astimezone(UTC), *row[1:])

    def all_decisions(self) -> tuple[Decision, ...]:
        """Every decision in the order in which it was made."""
        with explained(self.path):
            rows = self._db.execute("SELECT id, at, kind, subject, value FROM decisions ORDER BY id")
            return tuple(Decision(n, datetime.fromisoformat(at), *rest) for n, at, *rest in rows)

    # --- how the mailboxes went ---------------------------------------------------------------

    def note_mailbox_run(
        self, account: str, started: datetime, finished: datetime, complete: bool, problem: str = ""
    ) -> None:
        row = (
            stored_text(account),
            utc_text(started),
            utc_text(finished),
            int(complete),
            stored_text(problem),
        )
        with transaction(self._db, self.path) as db:
            db.execute(
                "INSERT INTO mailbox_runs (account, started_at, finished_at, complete, problem) "
                "VALUES (?, ?, ?, ?, ?)",
                row,
            )

    def mailbox_states(self) -> tuple[MailboxState, ...]:
        """For each mailbox ever read: when it was last read to its end, and the last run's problem."""
        with explained(self.path):
            rows = self._db.execute(
                "SELECT account, max(CASE WHEN complete THEN finished_at END), "
                "(SELECT problem FROM mailbox_runs l WHERE l.account = r.account ORDER BY id DESC LIMIT 1) "
                "FROM mailbox_runs r GROUP BY account ORDER BY account"
            )
            return tuple(MailboxState(a, datetime.fromisoformat(t) if t else None, p) for a, t, p in rows)

    # --- integrity and moving -----------------------------------------------------------------

    def seal(self) -> int:
        """Adds what is new to the hash chain; returns how many links."""
        return chain.seal(self._db, self.path)

    def last_link(self) -> str:
        """The last link of the hash chain, which stands for everything up to it."""
        with explained(self.path):
            return chain.last_link(self._db)

    def holds_link(self, link: str) -> bool:
        """Whether the chain passes through this link, as that of a later copy does through an earlier's last."""
        with explained(self.path):
            found = self._db.execute("SELECT 1 FROM chain WHERE link = ?", (link,)).fetchone()
        return found is not None or link == chain.FIRST_LINK

    def newest_received(self) -> datetime | None:
        """When the mail server took the newest message, by its clock."""
        with explained(self.path):
            (newest,) = self._db.execute("SELECT max(received_at) FROM contents").fetchone()
        return datetime.fromisoformat(newest) if newest else None

    def check_chain(self) -> chain.ChainReport:
        """Whether everything is as it was written down, and the first place where it is not."""
        return chain.check(self._db, self.path)

    def copy_to(self, path: Path) -> None:
        """Writes a complete copy of the store (0600) to `path`, which must not exist."""
        with explained(path):
            make_private_file(path)
            self._db.execute("VACUUM INTO ?", (str(path),))

    def restore(self, messages: Iterable[RawMessage], decisions: Iterable[Decision]) -> int:
        """Fills an empty store with an export, all or nothing; returns how many messages.

        Raises StoreError where something is kept in it already.
        """
        count = 0
        with transaction(self._db, self.path) as db:
            if db.execute("SELECT 1 FROM contents UNION SELECT 1 FROM decisions").fetchone():
                raise StoreError(
                    f"The store {self.path} is not empty.", "Name another data folder with --data."
                )
            for message in messages:
                sha256, _ = self._keep_content(message.raw, message.received_at, message.complete)
                if sha256 != message.sha256:
                    raise StoreError(
                        f"Message {message.sha256[:12]} of the export is damaged.",
                        "Use another export; nothing was stored.",
                    )
                db.executemany(
                    "INSERT OR IGNORE INTO imports VALUES (?, ?)",
                    [(sha256, stored_text(f)) for f in message.folders],
                )
                count += 1
            db.executemany(
                "INSERT INTO decisions (id, at, kind, subject, value) VALUES (?, ?, ?, ?, ?)",
                [(d.id, utc_text(d.at), d.kind, d.subject, d.value) for d in decisions],
            )
        return count

    # --- care ---------------------------------------------------------------------------------

    def backup(self, day: date, keep: int = 7) -> Path:
        """Copies the store to DATA/backups as of `day`, with the papers added by hand; the `keep` newest
        copies of the store stay."""
        folder = self.path.parent / "backups"
        copy = backup_files.backup(self._db, folder, day, keep)
        backup_files.backup_kept(kept_files(self.path.parent), folder / KEPT_FOLDER)
        return copy

    def integrity(self) -> tuple[str, ...]:
        """What is wrong with the file, one sentence each; () where all is well."""
        with explained(self.path):
            found = [row[0] for row in self._db.execute("PRAGMA integrity_check") if row[0] != "ok"]
            found += [
                f"A row of {row[0]} points nowhere." for row in self._db.execute("PRAGMA foreign_key_check")
            ]
        found += [
            f"Message {raw.sha256[:12]} differs from what arrived."
            for raw in self.raw_messages()
            if hashlib.sha256(raw.raw).hexdigest() != raw.sha256
        ]
        return tuple(found)
