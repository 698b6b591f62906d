"""Headers and bodies of the selected folder, always with PEEK."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from imapclient.exceptions import IMAPClientError

from iep_mail.adapters.imap.connection import Session
from iep_mail.model import FetchedMessage

_FIELDS = "FROM TO CC BCC SENDER REPLY-TO SUBJECT MESSAGE-ID IN-REPLY-TO REFERENCES"
OF_LISTS = "LIST-ID LIST-UNSUBSCRIBE PRECEDENCE AUTO-SUBMITTED"  # by which mass mail is known
_HEADER_SIZE = 2_000  # what a usual header takes; only the time limit rests on it
_TEXT_PARTS = 10
_MIME_FIELDS = (b"content-type:", b"content-transfer-encoding:", b"mime-version:", b"content-disposition:")


@dataclass(frozen=True, slots=True)
class Header:
    uid: int
    raw: bytes
    size: int
    received_at: datetime | None


def fetch_headers(session: Session, uids: Sequence[int], *, more: str = "") -> dict[int, Header]:
    """What the server told of these UIDs, `more` fields too; one that it did not answer for is absent."""
    items = [f"BODY.PEEK[HEADER.FIELDS ({f'{_FIELDS} {more}'.strip()})]<0.{session.limits.header_bytes}>"]
    found = {}
    for uid, answer in _fetch(session, uids, ["RFC822.SIZE", "INTERNALDATE", *items], _HEADER_SIZE).items():
        raw = _section(answer, b"BODY[HEADER.FIELDS")
        if raw is not None:
            size = answer.get(b"RFC822.SIZE")
            found[uid] = Header(uid, raw, size if isinstance(size, int) else 0, _in_utc(answer))
    return found


def batches(headers: Sequence[Header], session: Session, limit: int) -> Iterator[tuple[Header, ...]]:
    """The headers in order, in groups of few enough messages and bytes for one command."""
    group: list[Header] = []
    for header in headers:
        total = sum(h.size for h in group) + header.size
        if group and (len(group) >= limit or total > session.limits.batch_bytes):
            yield tuple(group)
            group = []
        group.append(header)
    if group:
        yield tuple(group)


def fetch_bodies(session: Session, headers: Sequence[Header]) -> tuple[FetchedMessage, ...]:
    """The messages that the server gave whole, and the text of those over the size cap.

    A message with a NIL, empty or missing body is not in the result.
    """
    fit = [h for h in headers if h.size <= session.limits.message_bytes]
    size = sum(h.size for h in fit) // max(1, len(fit))
    answers = _fetch(session, [h.uid for h in fit], ["BODY.PEEK[]"], size)
    messages = []
    for header in headers:
        if header.size > session.limits.message_bytes:
            raw = _text_of(session, header.uid)
        else:
            raw = _section(answers.get(header.uid, {}), b"BODY[]")
        if raw:
            complete = header.size <= session.limits.message_bytes
            messages.append(FetchedMessage(header.uid, raw, header.received_at, complete))
    return tuple(messages)


def _fetch(session: Session, uids: Sequence[int], items: list[str], size: int) -> dict[int, dict[bytes, Any]]:
    if not uids:
        return {}
    try:
        answer = session.call(session.client.fetch, list(uids), items, size=size * len(uids))
        return {uid: data for uid, data in answer.items() if uid in set(uids)}
    except IMAPClientError:
        if len(uids) == 1:
            return {}
    # One answer that cannot be read must not hide the others.
    half = len(uids) // 2
    return _fetch(session, uids[:half], items, size) | _fetch(session, uids[half:], items, size)


def _section(answer: dict[bytes, Any], start: bytes) -> bytes | None:
    values = (value for key, value in answer.items() if key.upper().startswith(start))
    return next((value for value in values if isinstance(value, bytes)), None)


def _in_utc(answer: dict[bytes, Any]) -> datetime | None:
    value = answer.get(b"INTERNALDATE")
    if not isinstance(value, datetime):
        return None
    try:
        return value.astimezone(UTC)
    except (OverflowError, ValueError):
        return None


def _text_of(session: Session, uid: int) -> bytes | None:
    """Header and text parts of a message over the cap, as a message of its own."""
    structure = _fetch(session, [uid], ["BODYSTRUCTURE"], 0).get(uid, {}).get(b"BODYSTRUCTURE")
    limit = session.limits.part_bytes
    if structure is None or not structure.is_multipart:
        items = ["BODY.PEEK[HEADER]", f"BODY.PEEK[TEXT]<0.{limit}>"]
        answer = _fetch(session, [uid], items, limit).get(uid, {})
        header = _section(answer, b"BODY[HEADER]")
        return header and header + (_section(answer, b"BODY[TEXT]") or b"")
    numbers = tuple(_text_parts(structure))[:_TEXT_PARTS]
    items = ["BODY.PEEK[HEADER]"]
    for number in numbers:
        items += [f"BODY.PEEK[{number}.MIME]", f"BODY.PEEK[{number}]<0.{limit}>"]
    answer = _fetch(session, [uid], items, limit * len(numbers)).get(uid, {})
    header = _section(answer, b"BODY[HEADER]")
    return header and _assemble(header, answer, numbers)


def _text_parts(part: Any, number: str = "") -> Iterator[str]:
    if part.is_multipart:
        for index, child in enumerate(part[0], 1):
            yield from _text_parts(child, f"{number}.{index}" if number else str(index))
    elif isinstance(part[0], bytes) and part[0].lower() == b"text":
        yield number


def _assemble(header: bytes, answer: dict[bytes, Any], numbers: Sequence[str]) -> bytes:
    boundary = b"iep-mail-" + hashlib.sha256(header).hexdigest()[:32].encode()
    kept, keep = [], True
    for line in header.replace(b"\r\n", b"\n").split(b"\n"):
        if not line.startswith((b" ", b"\t")):
            keep = not line.lower().startswith(_MIME_FIELDS)
        if keep and line:
            kept.append(line)
    kept += [b"MIME-Version: 1.0", b'Content-Type: multipart/mixed; boundary="' + boundary + b'"', b""]
    chunks = [b"\r\n".join(kept)]
    for number in numbers:
        mime = _section(answer, f"BODY[{number}.MIME]".encode()) or b"\r\n"
        text = _section(answer, f"BODY[{number}]".encode()) or b""
        chunks.append(b"--" + boundary + b"\r\n" + mime.rstrip(b"\r\n") + b"\r\n\r\n" + text)
    return b"\r\n".join([*chunks, b"--" + boundary + b"--", b""])
