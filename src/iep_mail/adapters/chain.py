"""The hash chain over everything that is kept for ever: a change of any row, or one taken out, shows.

Each link holds the SHA-256 of one row and of the link before. It shows that nothing was changed since
it was written down, as long as the last link is known from elsewhere too (a case file names it).
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from iep_mail.adapters.sqlite_file import explained, transaction

SCHEMA = (
    """CREATE TABLE chain (
        number INTEGER PRIMARY KEY AUTOINCREMENT, source TEXT NOT NULL, row INTEGER NOT NULL,
        columns TEXT NOT NULL, digest TEXT NOT NULL, link TEXT NOT NULL, UNIQUE (source, row)) STRICT""",
)
FIRST_LINK = "0" * 64

# What of a row may change is not part of it: where and when a message was received is learned later.
_LASTING = {"contents": ("sha256", "raw")}
_NAMES = {
    "contents": "message",
    "decisions": "decision",
    "outbox": "journal entry",
    "letter_versions": "version of a letter",
    "letter_files": "file of a letter",
    "approvals": "approval",
}


@dataclass(frozen=True, slots=True)
class ChainReport:
    """`broken` says in one sentence where the chain breaks first; "" where it holds."""

    links: int
    kinds: tuple[tuple[str, int], ...]
    last_link: str
    broken: str = ""


def seal(db: sqlite3.Connection, path: Path) -> int:
    """Adds a link for every row that has none; returns how many. Raises StoreError."""
    with explained(path):
        if not any(_unsealed(db, table) for table in _tables(db)):
            return 0
    added = 0
    with transaction(db, path):
        link = last_link(db)
        for table in _tables(db):
            columns = _columns(db, table)
            for row in _new_rows(db, table):
                digest = _digest(db, table, row, columns)
                link = _link(link, table, row, columns, digest)
                db.execute(
                    "INSERT INTO chain (source, row, columns, digest, link) VALUES (?, ?, ?, ?, ?)",
                    (table, row, " ".join(columns), digest, link),
                )
                added += 1
    return added


def check(db: sqlite3.Connection, path: Path) -> ChainReport:
    """Compares every link with its row. Raises StoreError where the file cannot be read."""
    with explained(path):
        link, count = FIRST_LINK, 0
        kinds: Counter[str] = Counter()
        known: dict[str, set[int]] = {}
        rows = db.execute("SELECT number, source, row, columns, digest, link FROM chain ORDER BY number")
        for number, source, row, columns, digest, written in rows:
            names = columns.split(" ")
            link = _link(link, source, row, names, digest)
            if link != written:
                return _report(count, kinds, link, f"Link {number} of the chain itself was changed.")
            what = _NAMES.get(source, source)
            try:
                found = _digest(db, source, row, names)
            except (LookupError, zlib.error, sqlite3.OperationalError):
                found = ""
            if found != digest:
                state = "is not what was written down" if found else "is gone or damaged"
                return _report(count, kinds, link, f"Link {number}: {_named(db, source, row, what)} {state}.")
            known.setdefault(source, set()).add(row)
            kinds[what] += 1
            count += 1
        slipped = _slipped_in(db, known)
    return _report(count, kinds, link, slipped)


def _report(count: int, kinds: Counter[str], link: str, broken: str) -> ChainReport:
    return ChainReport(count, tuple(sorted(kinds.items())), link, broken)


def _tables(db: sqlite3.Connection) -> Sequence[str]:
    """The tables whose rows are never taken out: each has a trigger that forbids it."""
    found = db.execute(
        "SELECT tbl_name FROM sqlite_schema WHERE type = 'trigger' AND name = tbl_name || '_no_delete' "
        "AND tbl_name <> 'chain' ORDER BY tbl_name"
    )
    return [name for (name,) in found]


def _columns(db: sqlite3.Connection, table: str) -> Sequence[str]:
    if table in _LASTING:
        return _LASTING[table]
    return [row[1] for row in db.execute(f"PRAGMA table_info({table})")]


def _unsealed(db: sqlite3.Connection, table: str) -> bool:
    newest = db.execute(f"SELECT max(rowid) FROM {table}").fetchone()[0]  # noqa: S608 - a table's own name
    sealed = db.execute("SELECT max(row) FROM chain WHERE source = ?", (table,)).fetchone()[0]
    return bool((newest or 0) > (sealed or 0))


def _new_rows(db: sqlite3.Connection, table: str) -> list[int]:
    rows = db.execute(
        f"SELECT rowid FROM {table} WHERE rowid > "  # noqa: S608 - a table's own name
        "coalesce((SELECT max(row) FROM chain WHERE source = ?), 0) ORDER BY rowid",
        (table,),
    )
    return [row for (row,) in rows]


def _digest(db: sqlite3.Connection, table: str, row: int, columns: Sequence[str]) -> str:
    values = db.execute(
        f"SELECT {', '.join(columns)} FROM {table} WHERE rowid = ?",  # noqa: S608 - names of the schema
        (row,),
    ).fetchone()
    if values is None:
        raise LookupError(row)
    if table == "contents":
        # The packed form may differ; what counts is the message.
        values = (values[0], zlib.decompress(values[1]))
    plain = [hashlib.sha256(v).hexdigest() if isinstance(v, bytes) else v for v in values]
    return hashlib.sha256(json.dumps(plain, ensure_ascii=True).encode()).hexdigest()


def _link(before: str, source: str, row: int, columns: Sequence[str], digest: str) -> str:
    text = "\n".join((before, source, str(row), " ".join(columns), digest))
    return hashlib.sha256(text.encode()).hexdigest()


def last_link(db: sqlite3.Connection) -> str:
    """The link that stands for everything sealed so far."""
    row = db.execute("SELECT link FROM chain ORDER BY number DESC LIMIT 1").fetchone()
    return str(row[0]) if row else FIRST_LINK


def _named(db: sqlite3.Connection, source: str, row: int, what: str) -> str:
    if source == "contents":
        found = db.execute("SELECT sha256 FROM contents WHERE rowid = ?", (row,)).fetchone()
        return f"message {found[0][:12]}" if found else f"message number {row}"
    if source == "decisions":
        found = db.execute("SELECT at, kind FROM decisions WHERE id = ?", (row,)).fetchone()
        return (
            f"decision {row} ({found[1].replace('_', ' ')}, {found[0][:10]})" if found else f"decision {row}"
        )
    return f"{what} {row}"


def _slipped_in(db: sqlite3.Connection, known: dict[str, set[int]]) -> str:
    """A row below the last sealed one that has no link was put in by another hand."""
    for table in _tables(db):
        sealed = known.get(table, set())
        rows: Iterator[tuple[int]] = db.execute(
            f"SELECT rowid FROM {table} WHERE rowid <= ? ORDER BY rowid",  # noqa: S608
            (max(sealed, default=0),),
        )
        for (row,) in rows:
            if row not in sealed:
                return (
                    f"The {_named(db, table, row, _NAMES.get(table, table))} was put in by another program."
                )
    return ""
