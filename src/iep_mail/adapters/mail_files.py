"""Mail written to files that any mail program reads: .eml, mbox, Maildir; and all of it as JSON."""

from __future__ import annotations

import base64
import json
import os
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

from iep_mail.adapters.private_file import private_target, write_private
from iep_mail.errors import UsageError
from iep_mail.model import Channel, Decision, RawMessage

FORMAT = "iep-mail export"
_FROM = re.compile(rb"^(>*From )", re.MULTILINE)


def write_eml(folder: Path, messages: Iterable[RawMessage]) -> int:
    """A folder for each mail folder, in it a file for each message, byte for byte."""
    return sum(
        _write(folder / folder_name(name) / f"{message.sha256[:20]}.eml", message.raw)
        for message in messages
        for name in message.folders or ("imported",)
    )


def write_maildir(folder: Path, messages: Iterable[RawMessage]) -> int:
    """A Maildir for each mail folder; every message is in `cur` as seen."""
    count = 0
    for message in messages:
        for name in message.folders or ("imported",):
            box = folder / folder_name(name)
            for part in ("cur", "new", "tmp"):
                (box / part).mkdir(mode=0o700, parents=True, exist_ok=True)
            count += _write(box / "cur" / f"{message.sha256[:20]}.iep-mail:2,S", message.raw)
    return count


def write_mbox(folder: Path, messages: Iterable[RawMessage]) -> int:
    """An mbox file for each mail folder (mboxrd: lines that begin with From are quoted)."""
    files: dict[str, IO[bytes]] = {}
    count = 0
    try:
        for message in messages:
            for name in message.folders or ("imported",):
                if name not in files:
                    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
                    path = folder / f"{folder_name(name)}.mbox"
                    files[name] = os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb")
                files[name].write(_mbox_entry(message))
                count += 1
    finally:
        for file in files.values():
            file.close()
    return count


def _mbox_entry(message: RawMessage) -> bytes:
    end = b"\r\n" if b"\r\n" in message.raw[:2000] else b"\n"
    received = message.received_at or datetime(1970, 1, 1, tzinfo=UTC)
    line = f"From iep-mail {received.astimezone(UTC):%a %b %d %H:%M:%S %Y}".encode() + end
    body = _FROM.sub(rb">\1", message.raw)
    return line + body + (b"" if body.endswith(b"\n") else end) + end


def _write(path: Path, content: bytes) -> int:
    write_private(path, content)
    return 1


def folder_name(name: str) -> str:
    """A mail folder's name as one that every file system takes; `iep-mail import` reads it back."""
    plain = re.sub(r'[%/\\:*?"<>|\x00-\x1f]', lambda m: f"%{ord(m[0]):02X}", name) or "imported"
    plain = "%2E" + plain[1:] if plain.startswith(".") else plain
    return "%63ur" if plain == "cur" else "%6Eew" if plain == "new" else plain


def write_json(
    target: Path, messages: Iterable[RawMessage], decisions: Iterable[Decision], files: Iterable[Path] = ()
) -> int:
    """Everything that is kept for ever of mail and decisions, in one JSON document, a message a line;
    `files` are the papers added by hand, each named by its hash."""
    count = 0
    with private_target(target) as out:
        out.write(f'{{"format": "{FORMAT}", "version": 1,\n"messages": ['.encode())
        for message in messages:
            out.write(("," * bool(count) + "\n" + json.dumps(_as_json(message))).encode())
            count += 1
        told = json.dumps([_decision(d) for d in decisions], ensure_ascii=False)
        out.write(f'\n],\n"decisions": {told},\n"attachments": {{'.encode())
        for number, path in enumerate(files):
            content = base64.b64encode(path.read_bytes()).decode("ascii")
            out.write(("," * bool(number) + f'\n"{path.name}": "{content}"').encode())
        out.write(b"}}\n")
    return count


def _as_json(message: RawMessage) -> dict[str, Any]:
    return {
        "sha256": message.sha256,
        "received_at": message.received_at.isoformat() if message.received_at else None,
        "folders": list(message.folders),
        "complete": message.complete,
        "channel": str(message.channel),
        "raw": base64.b64encode(message.raw).decode("ascii"),
    }


def _decision(d: Decision) -> dict[str, Any]:
    return {"id": d.id, "at": d.at.isoformat(), "kind": d.kind, "subject": d.subject, "value": d.value}


def read_json(path: Path) -> tuple[list[RawMessage], list[Decision], list[bytes]]:
    """What `write_json` wrote: messages, decisions, papers. Raises UsageError for anything else."""
    try:
        found = json.loads(path.read_bytes())
        if not isinstance(found, Mapping) or found.get("format") != FORMAT or found.get("version") != 1:
            raise ValueError
        messages = [_message(item) for item in found["messages"]]
        decisions = [
            Decision(int(d["id"]), datetime.fromisoformat(d["at"]), d["kind"], d["subject"], d["value"])
            for d in found["decisions"]
        ]
        papers = [base64.b64decode(text, validate=True) for text in found.get("attachments", {}).values()]
    except OSError as error:
        raise UsageError(
            f"{path} cannot be read: {error.strerror}.", "Check the spelling of the path."
        ) from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise UsageError(
            f"{path} is no export of iep-mail, or it is damaged.",
            "Name a file that `iep-mail export --format json` wrote; nothing was changed.",
        ) from error
    return messages, decisions, papers


def _message(item: Mapping[str, Any]) -> RawMessage:
    return RawMessage(
        sha256=item["sha256"],
        raw=base64.b64decode(item["raw"], validate=True),
        received_at=datetime.fromisoformat(item["received_at"]) if item["received_at"] else None,
        folders=tuple(item["folders"]),
        complete=bool(item["complete"]),
        channel=Channel(item["channel"]),
    )
