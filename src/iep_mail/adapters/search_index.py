"""The full-text index of mail and attachments: a file of its own, which may be dropped at any time.

SQLite's FTS5, with the words' stems; what a parent types is only ever text, never an operator.
"""

from __future__ import annotations

import hashlib
import sqlite3
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from pathlib import Path
from types import TracebackType
from typing import Self

from iep_mail.adapters.sqlite_file import connect, explained, make_private_folder, transaction
from iep_mail.model import Attachment, SearchDocument, SearchHit, SearchQuery, SearchTerm

INDEX_NAME = "search.sqlite3"
_VERSION = 2
_COMMON = 3_000  # parts from which matches are not ranked
_BATCH = 500
_MARKS = ("\x02", "\x03")
_MOST_LINES = 3
_LINE = 160  # characters

_SCHEMA = (
    "CREATE TABLE about (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT",
    """CREATE TABLE messages (
        sha256 TEXT PRIMARY KEY, digest TEXT NOT NULL, sent_on TEXT NOT NULL, sender TEXT NOT NULL,
        recipients TEXT NOT NULL, subject TEXT NOT NULL, direction TEXT NOT NULL, kinds TEXT NOT NULL,
        case_id TEXT, case_title TEXT NOT NULL, child TEXT, attachments INTEGER NOT NULL) STRICT""",
    """CREATE TABLE parts (
        id INTEGER PRIMARY KEY, sha256 TEXT NOT NULL, file TEXT NOT NULL,
        sent_on TEXT NOT NULL, weight REAL NOT NULL) STRICT""",
    "CREATE INDEX parts_by_message ON parts (sha256)",
    """CREATE TABLE files (
        sha256 TEXT NOT NULL, name TEXT NOT NULL, content TEXT NOT NULL,
        PRIMARY KEY (sha256, name, content)) STRICT, WITHOUT ROWID""",
    """CREATE TABLE attachment_texts (
        sha256 TEXT PRIMARY KEY, text TEXT NOT NULL, problem TEXT NOT NULL) STRICT""",
    """CREATE VIRTUAL TABLE words USING fts5(
        subject, people, file, text, tokenize = "porter unicode61 remove_diacritics 2")""",
)
_WEIGHTS = "6.0, 2.0, 4.0, 3.0"  # subject, people, file, text

ReadAttachments = Callable[[SearchDocument], Sequence[tuple[Attachment, str, str]]]


class SearchIndex:
    """Use it as a context manager; every method may raise StoreError."""

    def __init__(self, db: sqlite3.Connection, path: Path) -> None:
        self._db = db
        self._path = path

    @classmethod
    def open(cls, data_dir: Path) -> SearchIndex:
        """Opens the index, made anew where it is absent or of another version."""
        make_private_folder(data_dir)
        path = data_dir / INDEX_NAME
        db = connect(path)
        with explained(path):
            # It can be rebuilt, so it need not survive a power cut.
            db.execute("PRAGMA synchronous=NORMAL")
            if db.execute("PRAGMA user_version").fetchone()[0] != _VERSION:
                db.close()
                drop_index(data_dir)
                db = connect(path)
                with transaction(db, path):
                    for statement in _SCHEMA:
                        db.execute(statement)
                    db.execute(f"PRAGMA user_version = {_VERSION}")
        db.create_function("folded", 1, _folded, deterministic=True)
        return cls(db, path)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._db.close()

    @property
    def stamp(self) -> str:
        """What the index was last brought up to date with; "" where it never was."""
        with explained(self._path):
            row = self._db.execute("SELECT value FROM about WHERE name = 'stamp'").fetchone()
        return str(row[0]) if row else ""

    def update(
        self,
        documents: Iterable[SearchDocument],
        stamp: str,
        read: ReadAttachments,
    ) -> int:
        """Makes the index hold exactly `documents`; returns how many were new or changed.

        `read` gives the words, and what is wrong, of a document's attachments.
        """
        wanted = {document.sha256: document for document in documents}
        with explained(self._path):
            known = dict(self._db.execute("SELECT sha256, digest FROM messages"))
        gone = [sha256 for sha256 in known if sha256 not in wanted]
        changed = [d for d in wanted.values() if known.get(d.sha256) != _digest(d)]
        for start in range(0, len(changed), _BATCH):
            # Attachments are read outside the transaction.
            batch = [(d, read(d) if d.attachments else ()) for d in changed[start : start + _BATCH]]
            with transaction(self._db, self._path):
                for document, texts in batch:
                    self._forget(document.sha256)
                    self._keep(document, texts)
        with transaction(self._db, self._path) as db:
            for sha256 in gone:
                self._forget(sha256)
            db.execute("INSERT OR REPLACE INTO about VALUES ('stamp', ?)", (stamp,))
            if len(changed) > _BATCH:
                db.execute("INSERT INTO words (words) VALUES ('optimize')")
        return len(changed)

    def attachment_text(self, sha256: str) -> tuple[str, str] | None:
        """The words and the problem of an attachment that was read before."""
        with explained(self._path):
            row = self._db.execute(
                "SELECT text, problem FROM attachment_texts WHERE sha256 = ?", (sha256,)
            ).fetchone()
        return (row[0], row[1]) if row else None

    def unsearchable(self) -> tuple[tuple[str, str, str, date], ...]:
        """The attachments without words of theirs in the index: name, why, sender, day."""
        with explained(self._path):
            rows = self._db.execute(
                "SELECT f.name, t.problem, m.sender, m.sent_on FROM files f "
                "JOIN messages m ON m.sha256 = f.sha256 JOIN attachment_texts t ON t.sha256 = f.content "
                "WHERE t.problem <> '' ORDER BY m.sent_on DESC, f.name"
            )
            return tuple((n, p, s, date.fromisoformat(d)) for n, p, s, d in rows)

    def _keep(self, d: SearchDocument, texts: Sequence[tuple[Attachment, str, str]]) -> None:
        db = self._db
        db.execute(
            "INSERT INTO messages VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                d.sha256,
                _digest(d),
                d.sent_on.isoformat(),
                d.sender,
                d.recipients,
                d.subject,
                d.direction,
                f" {' '.join(d.kinds)} ",
                d.case,
                d.case_title,
                d.child,
                len(d.attachments),
            ),
        )
        people = f"{d.sender} {d.recipients}"
        names = " ".join(a.name for a in d.attachments)
        self._part(d, "", (d.subject, people, names, d.text))
        for attachment, text, problem in texts:
            db.execute(
                "INSERT OR REPLACE INTO attachment_texts VALUES (?, ?, ?)", (attachment.sha256, text, problem)
            )
            if text:
                name = attachment.name or "an attachment"
                self._part(d, name, (d.subject, people, name, text))
        db.executemany(
            "INSERT OR IGNORE INTO files VALUES (?, ?, ?)",
            [(d.sha256, a.name, a.sha256) for a in d.attachments],
        )

    def _part(self, d: SearchDocument, file: str, words: tuple[str, str, str, str]) -> None:
        # An automatic reply repeats a subject and says nothing about it.
        weight = 0.2 if "auto_reply" in d.kinds else 1.0
        number = self._db.execute(
            "INSERT INTO parts (sha256, file, sent_on, weight) VALUES (?, ?, ?, ?)",
            (d.sha256, file, d.sent_on.isoformat(), weight),
        ).lastrowid
        self._db.execute(
            "INSERT INTO words (rowid, subject, people, file, text) VALUES (?, ?, ?, ?, ?)",
            (number, *(_storable(w) for w in words)),
        )

    def _forget(self, sha256: str) -> None:
        self._db.execute(
            "DELETE FROM words WHERE rowid IN (SELECT id FROM parts WHERE sha256 = ?)", (sha256,)
        )
        self._db.execute("DELETE FROM parts WHERE sha256 = ?", (sha256,))
        self._db.execute("DELETE FROM messages WHERE sha256 = ?", (sha256,))
        self._db.execute("DELETE FROM files WHERE sha256 = ?", (sha256,))

    # --- asking -------------------------------------------------------------------------------

    def search(self, query: SearchQuery, limit: int = 20) -> tuple[tuple[SearchHit, ...], int]:
        """The best `limit` messages, best first, and how many there are in all."""
        match = match_expression(query.terms)
        where, values = _filters(query)
        with explained(self._path):
            if match:
                joined = "JOIN messages m ON m.sha256 = p.sha256" if where != "1" else ""
                rank = "" if self._is_common(match) else f"bm25(words, {_WEIGHTS}) * p.weight, "
                order_by = f"{rank}p.sent_on DESC, p.sha256"
                ranked = self._db.execute(
                    "SELECT p.sha256, p.id FROM words JOIN parts p ON p.id = words.rowid "  # noqa: S608
                    f"{joined} WHERE words MATCH ? AND {where} ORDER BY {order_by}",
                    (match, *values),
                ).fetchall()
            else:
                ranked = self._db.execute(
                    f"SELECT m.sha256, NULL FROM messages m WHERE {where} "  # noqa: S608
                    "ORDER BY m.sent_on DESC, m.sha256",
                    values,
                ).fetchall()
            order = list(dict.fromkeys(sha256 for sha256, _ in ranked))
            chosen = order[:limit]
            parts: dict[str, list[int]] = {sha256: [] for sha256 in chosen}
            for sha256, part in ranked:
                if sha256 in parts and part is not None:
                    parts[sha256].append(part)
            return tuple(self._hit(sha256, parts[sha256], match) for sha256 in chosen), len(order)

    def _is_common(self, match: str) -> bool:
        """Whether so much matches that ranking it would take long and tell little: the newest come first."""
        found = self._db.execute(
            "SELECT count(*) FROM (SELECT 1 FROM words WHERE words MATCH ? LIMIT ?)", (match, _COMMON)
        )
        return bool(found.fetchone()[0] >= _COMMON)

    def _hit(self, sha256: str, parts: Sequence[int], match: str) -> SearchHit:
        row = self._db.execute(
            "SELECT sent_on, sender, recipients, subject, direction, case_id, case_title, child "
            "FROM messages WHERE sha256 = ?",
            (sha256,),
        ).fetchone()
        lines: tuple[str, ...] = ()
        files: list[tuple[str, tuple[str, ...]]] = []
        for part in parts:
            file, text, short = self._db.execute(
                f"SELECT p.file, CASE WHEN length(words.text) < 20000 THEN highlight(words, 3, '{_MARKS[0]}', "  # noqa: S608
                f"'{_MARKS[1]}') END, snippet(words, 3, '{_MARKS[0]}', '{_MARKS[1]}', ' … ', 32) "
                "FROM words JOIN parts p ON p.id = words.rowid WHERE words MATCH ? AND words.rowid = ?",
                (match, part),
            ).fetchone()
            found = _marked_lines(text if text is not None else short)
            if file:
                files.append((file, found))
            else:
                lines = found
        names = self._db.execute("SELECT name FROM files WHERE sha256 = ? ORDER BY name", (sha256,))
        return SearchHit(
            sha256=sha256,
            attached=tuple(name for (name,) in names),
            sent_on=date.fromisoformat(row[0]),
            sender=row[1],
            recipients=row[2],
            subject=row[3],
            direction=row[4],
            case=row[5],
            case_title=row[6],
            child=row[7],
            lines=lines,
            files=tuple(files),
        )


def drop_index(data_dir: Path) -> None:
    """Removes the index; it comes back by itself with the next search."""
    for ending in ("", "-wal", "-shm"):
        path = data_dir / (INDEX_NAME + ending)
        with explained(path):
            path.unlink(missing_ok=True)


def match_expression(terms: Sequence[SearchTerm]) -> str:
    """The terms as FTS5 asks for them; every word is a quoted string. "" where there is none to find."""
    groups: list[list[str]] = []
    for term in (t for t in terms if not t.negated):
        if term.either and groups:
            groups[-1].append(_quoted(term))
        else:
            groups.append([_quoted(term)])
    if not groups:
        return ""
    wanted = " AND ".join(f"({' OR '.join(group)})" for group in groups)
    unwanted = [_quoted(t) for t in terms if t.negated]
    return f"({wanted})" + "".join(f" NOT {term}" for term in unwanted)


def _quoted(term: SearchTerm) -> str:
    text = _storable(term.text).replace('"', '""')
    column = f"{term.column} : " if term.column else ""
    return f'{column}"{text}"{" *" if term.prefix else ""}'


def _folded(text: str) -> str:
    """Without case and accents, as the words of the index are."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in plain if not unicodedata.combining(letter))


def _storable(text: str) -> str:
    return text.replace("\0", "\ufffd").encode("utf-8", "replace").decode("utf-8")


def _filters(query: SearchQuery) -> tuple[str, tuple[str, ...]]:
    pieces: list[str] = ["1"]
    values: list[str] = []
    for column, wanted in (
        ("sender", query.senders),
        ("recipients", query.recipients),
        ("child", query.children),
    ):
        for text in wanted:
            pieces.append(f"instr(folded(m.{column}), ?)")
            values.append(_folded(text))
    for text in query.cases:
        pieces.append("(instr(folded(m.case_title), ?) OR instr(m.case_id, ?) = 1)")
        values += [_folded(text), text]
    for kind in query.kinds:
        pieces.append("(instr(m.kinds, ' ' || ? || ' ') OR m.direction = ?)")
        values += [kind, kind]
    if query.after:
        pieces.append("m.sent_on >= ?")
        values.append(query.after.isoformat())
    if query.before:
        pieces.append("m.sent_on < ?")
        values.append(query.before.isoformat())
    if query.attachment:
        pieces.append("m.attachments > 0")
    return " AND ".join(pieces), tuple(values)


def _digest(d: SearchDocument) -> str:
    return hashlib.sha256(repr(d).encode("utf-8", "replace")).hexdigest()


def _marked_lines(text: str) -> tuple[str, ...]:
    """The lines that hold a match, each cut to the words around its first."""
    found = []
    for line in text.splitlines():
        if _MARKS[0] in line:
            found.append(_around(" ".join(line.split(" "))))
        if len(found) == _MOST_LINES:
            break
    return tuple(found)


def _around(line: str) -> str:
    at = line.index(_MARKS[0])
    if len(line) <= _LINE:
        return line.strip()
    start = max(0, at - _LINE // 3)
    end = min(len(line), start + _LINE)
    start = line.rfind(" ", 0, start) + 1 if start else 0
    end = line.find(" ", end) if end < len(line) and line.find(" ", end) != -1 else len(line)
    piece = line[start:end].strip()
    if piece.count(_MARKS[0]) > piece.count(_MARKS[1]):
        piece += _MARKS[1]
    return ("… " if start else "") + piece + (" …" if end < len(line) else "")
