"""Mail from files: .eml files, folders of them, mbox, Maildir and Apple's .emlx."""

from __future__ import annotations

import plistlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from iep_mail.errors import UsageError

LARGEST_MESSAGE = 200 * 1024 * 1024
HEAD = 8192

_FROM_LINE = re.compile(rb"From \S.*\d\d:\d\d")
_QUOTED_FROM = re.compile(rb"^>(>*From )", re.MULTILINE)
_HEADER = re.compile(rb"[!-9;-~]+[ \t]*:")
_MAIL_HEADERS = re.compile(
    rb"^(?:from|to|cc|date|subject|message-id|received|return-path|delivered-to|mime-version|sender"
    rb"|reply-to|x-[!-9;-~]+)[ \t]*:",
    re.IGNORECASE | re.MULTILINE,
)
_MAIL_SUFFIXES = frozenset({".eml", ".emlx", ".mbox", ".mbx"})


@dataclass(frozen=True, slots=True)
class FileMessage:
    """One message of a file, or, where `problem` is not empty, what could not be read."""

    raw: bytes = b""
    folder: str = ""
    received_at: datetime | None = None
    problem: str = ""


def read_files(paths: Sequence[Path], folder: str | None = None) -> Iterator[FileMessage]:
    """The messages under `paths`, byte for byte, in the order of their names.

    What a file is, is told by its content. `folder` names where the mail is filed; without it the
    folder's own name does. A file's own time is when it was copied, so only Apple's date of receipt
    is believed. One unreadable file gives a problem and does not stop the rest. Raises UsageError for
    a path that does not exist and, at the end, where no mail was found at all.
    """
    for path in paths:
        if not path.exists():
            raise UsageError(f"There is no file or folder {path}.", "Check the spelling of the path.")
    found = False
    for path in paths:
        for message in _read_path(path, folder):
            found = True
            yield message
    if not found:
        raise UsageError(
            f"No mail was found in {', '.join(map(str, paths)) or 'nothing'}.",
            "Give .eml files, a folder of them, an mbox file or a Maildir folder.",
        )


def _read_path(path: Path, folder: str | None) -> Iterator[FileMessage]:
    if path.is_dir():
        yield from _read_folder(path, folder, _unescaped(path.resolve().name) or "imported")
    else:
        yield from _read_file(path, folder, "imported", named=True)


def _read_folder(path: Path, folder: str | None, name: str) -> Iterator[FileMessage]:
    try:
        entries = sorted(path.iterdir(), key=lambda p: p.name)
    except OSError as error:
        yield FileMessage(problem=f"The folder {path} could not be read: {error.strerror}.")
        return
    maildir = _is_maildir(path)
    for entry in entries:
        if entry.is_symlink() and entry.is_dir():
            continue  # it may lead back to here
        if entry.is_dir():
            if maildir and entry.name == "tmp":
                continue  # not yet delivered
            inside = name if maildir and entry.name in ("cur", "new") else _folder_name(entry)
            yield from _read_folder(entry, folder, inside)
        elif not maildir and not entry.name.startswith("."):
            yield from _read_file(entry, folder, name, named=False)


def _is_maildir(path: Path) -> bool:
    return (path / "cur").is_dir() and (path / "new").is_dir()


def _mbox_name(path: Path, name: str, named: bool) -> str:
    """The folder of an mbox file: its own name where the parent gave it or it ends in .mbox."""
    return _unescaped(path.stem) if named or path.suffix.lower() == ".mbox" else name


def _folder_name(path: Path) -> str:
    """Maildir++ names a subfolder `.Archive.2025`; Apple Mail `School.mbox/Messages`."""
    if path.name == "Messages" and path.parent.name.endswith(".mbox"):
        return path.parent.stem
    return _unescaped(path.name.lstrip(".")) or "imported"


def _unescaped(name: str) -> str:
    """A folder's name as `iep-mail export` wrote it: what a file's name cannot hold stands as %2F."""
    return re.sub(r"%([0-9A-F]{2})", lambda m: chr(int(m[1], 16)), name)


def _read_file(path: Path, folder: str | None, name: str, *, named: bool) -> Iterator[FileMessage]:
    """`named`: the parent gave this very file, so that it is said when it holds no mail."""
    try:
        with path.open("rb") as handle:
            head = handle.read(HEAD)
            handle.seek(0)
            body = head.lstrip(b"\xef\xbb\xbf\r\n \t")
            if _FROM_LINE.match(body.split(b"\n", 1)[0]):
                yield from _read_mbox(handle, path, folder or _mbox_name(path, name, named))
            elif path.suffix.lower() == ".emlx" or re.match(rb"\d+\s*\n", head):
                yield _read_emlx(handle.read(LARGEST_MESSAGE), path, folder or name)
            elif looks_like_mail(head):
                yield _read_eml(handle, path, folder or name)
            elif named or path.suffix.lower() in _MAIL_SUFFIXES:
                yield FileMessage(problem=f"{path} is empty." if not head else f"{path} is not mail.")
    except OSError as error:
        yield FileMessage(problem=f"{path} could not be read: {error.strerror or error}.")


def looks_like_mail(head: bytes) -> bool:
    """Whether the first bytes are header fields of a message (RFC 5322, section 2.2)."""
    lines = head.replace(b"\r\n", b"\n").removeprefix(b"\xef\xbb\xbf").lstrip(b"\n")
    fields = lines.split(b"\n\n", 1)[0]
    first = fields.split(b"\n", 1)[0]
    return b"\0" not in fields and bool(_HEADER.match(first) and _MAIL_HEADERS.search(fields))


def _read_eml(handle: BinaryIO, path: Path, folder: str) -> FileMessage:
    raw = handle.read(LARGEST_MESSAGE + 1)
    if len(raw) > LARGEST_MESSAGE:
        return FileMessage(problem=f"{path} is larger than {LARGEST_MESSAGE // 1024**2} MB and was left out.")
    return FileMessage(raw, folder)


def _read_emlx(content: bytes, path: Path, folder: str) -> FileMessage:
    """Apple Mail: a line with the count of bytes, the message, then a property list."""
    first, _, rest = content.partition(b"\n")
    if not first.strip().isdigit() or int(first) > len(rest) or not looks_like_mail(rest[:HEAD]):
        if looks_like_mail(content[:HEAD]):
            return FileMessage(content, folder)
        return FileMessage(problem=f"{path} is not mail.")
    length = int(first)
    received = None
    try:
        seconds = plistlib.loads(rest[length:].strip())["date-received"]
        received = datetime.fromtimestamp(float(seconds), UTC)
    except Exception:  # noqa: S110 - whatever is wrong with the list, the message itself is whole
        pass
    return FileMessage(rest[:length], folder, received)


def _read_mbox(handle: BinaryIO, path: Path, folder: str) -> Iterator[FileMessage]:
    """Each message of an mbox; a line `From …` begins one only after an empty line and before
    header fields, so that unquoted text does not cut a message in two."""
    lines: list[bytes] = []
    size, blank, inside = 0, True, False
    pending: bytes | None = None  # a From_ line, until the line after it is known
    for line in _lines(handle):
        if pending is not None:
            if _HEADER.match(line) or line.startswith(b">From "):
                if inside:
                    yield _mbox_message(lines, size, path, folder)
                lines, size, inside = [], 0, True
            else:
                lines.append(pending)
            pending = None
        if blank and _FROM_LINE.match(line):
            pending, blank = line, False
            continue
        blank = not line.strip(b"\r\n")
        size += len(line)
        if size <= LARGEST_MESSAGE:
            lines.append(line)
    if inside:
        yield _mbox_message(lines, size, path, folder)
    else:
        yield FileMessage(problem=f"{path} is not mail.")


def _lines(handle: BinaryIO) -> Iterator[bytes]:
    while line := handle.readline(1024 * 1024):
        yield line


def _mbox_message(lines: Sequence[bytes], size: int, path: Path, folder: str) -> FileMessage:
    if size > LARGEST_MESSAGE:
        limit = LARGEST_MESSAGE // 1024**2
        return FileMessage(problem=f"A message of {path} is larger than {limit} MB and was left out.")
    raw = b"".join(lines)
    # The empty line before the next From_ line is mbox's, not the message's.
    for end in (b"\r\n\r\n", b"\n\n"):
        if raw.endswith(end):
            raw = raw[: -len(end) // 2]
            break
    return FileMessage(_QUOTED_FROM.sub(rb"\1", raw), folder)
