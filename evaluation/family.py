"""A labelled family mailbox, as it lies in its folder."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from email.parser import BytesHeaderParser
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Family:
    folder: Path
    config: dict[str, Any]
    gold: dict[str, Any]
    places: dict[str, str]  # file → mail folder
    sha256: dict[str, str]  # file → digest of its bytes
    message_id: dict[str, str]

    @property
    def messages(self) -> dict[str, dict[str, Any]]:
        """The labelled messages that count, by file; copies and those marked `ignore` do not."""
        return {
            bare(name): label
            for name, label in self.gold["messages"].items()
            if not label.get("ignore") and not label.get("duplicate_of")
        }

    def file_of(self, item: dict[str, Any]) -> str | None:
        """The labelled file that an item of a dump stands for."""
        labelled = self.messages
        for known, key in ((self.sha256, "sha256"), (self.message_id, "message_id")):
            wanted = str(item.get(key) or "").strip("<>")
            for name, value in known.items():
                if wanted and value == wanted and name in labelled:
                    return name
        return None


def bare(name: str) -> str:
    return name.removeprefix("mail/")


def load_family(folder: Path) -> Family:
    """Reads config.json, gold.json, folders.json and the digests of mail/*.eml."""
    raws = {path.name: path.read_bytes() for path in sorted((folder / "mail").glob("*.eml"))}
    places = {bare(k): v for k, v in _json(folder / "folders.json").items()}
    return Family(
        folder=folder,
        config=_json(folder / "config.json"),
        gold=_json(folder / "gold.json"),
        places={name: places.get(name, "INBOX") for name in raws},
        sha256={name: hashlib.sha256(raw).hexdigest() for name, raw in raws.items()},
        message_id={
            name: str(BytesHeaderParser().parsebytes(raw).get("Message-ID") or "").strip().strip("<>")
            for name, raw in raws.items()
        },
    )


def _json(path: Path) -> dict[str, Any]:
    value: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return value
