"""A MailMemory in a dictionary, and the two readers that the poller is given."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from email.parser import BytesHeaderParser
from email.utils import getaddresses

from iep_mail.model import Envelope, FetchedBatch, FetchedMessage, FolderPosition


def read_envelope(raw: bytes) -> Envelope:
    headers = BytesHeaderParser().parsebytes(raw)
    fields = [
        str(v) for k, v in headers.items() if k.lower() in {"from", "sender", "reply-to", "to", "cc", "bcc"}
    ]
    addresses = tuple(address.lower() for _, address in getaddresses(fields) if address)
    sender = getaddresses([str(headers.get("From", ""))])[0][1].lower()
    related = f"{headers.get('In-Reply-To', '')} {headers.get('References', '')}".split()
    return Envelope(addresses, sender, str(headers.get("Message-ID", "")), tuple(related))


def of_the_school(*domains: str):
    def wanted(envelope: Envelope) -> bool:
        return any(a.endswith(("@" + d, "." + d)) for a in envelope.addresses for d in domains)

    return wanted


class Memory:
    def __init__(self) -> None:
        self.positions: dict[tuple[str, str], FolderPosition] = {}
        self.places: dict[tuple[str, str, int, int], str] = {}
        self.messages: dict[str, FetchedMessage] = {}
        self.batches: list[FetchedBatch] = []

    def position(self, account: str, folder: str) -> FolderPosition | None:
        return self.positions.get((account, folder))

    def known_uids(self, account: str, folder: str, uidvalidity: int) -> frozenset[int]:
        return frozenset(u for a, f, v, u in self.places if (a, f, v) == (account, folder, uidvalidity))

    def known_folders(self, account: str) -> frozenset[str]:
        return frozenset(folder for owner, folder in self.positions if owner == account)

    def forget_folder(self, account: str, folder: str) -> None:
        del self.positions[account, folder]

    def known_message_ids(self, ids: Iterable[str]) -> frozenset[str]:
        return frozenset(ids) & {read_envelope(m.raw).message_id for m in self.messages.values()}

    def keep(self, batch: FetchedBatch) -> int:
        self.batches.append(batch)
        before = len(self.messages)
        for message in batch.messages:
            digest = hashlib.sha256(message.raw).hexdigest()
            self.messages.setdefault(digest, message)
            self.places[batch.account, batch.folder, batch.position.uidvalidity, message.uid] = digest
        self.positions[batch.account, batch.folder] = batch.position
        return len(self.messages) - before

    @property
    def ids(self) -> list[str]:
        return sorted(
            read_envelope(m.raw).message_id.split("@")[0].strip("<") for m in self.messages.values()
        )

    @property
    def folders(self) -> set[str]:
        return {folder for _, folder, _, _ in self.places}
