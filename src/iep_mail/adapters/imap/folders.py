"""Which folders of a mailbox are read, and where drafts belong."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from imapclient import IMAPClient
from imapclient.imap_utf7 import decode as decode_utf7
from imapclient.response_parser import parse_response

from iep_mail.adapters.imap.connection import Session
from iep_mail.adapters.imap.safety import is_safe

_UNREADABLE = {"\\noselect", "\\nonexistent"}
_UNREAD_USES = {"\\junk", "\\trash", "\\drafts"}
# Names that mail programs give these folders; SPECIAL-USE (RFC 6154) goes before them.
_UNREAD_NAMES = {
    "junk", "junk e-mail", "junk email", "junk mail", "spam", "bulk", "bulk mail", "trash", "bin", "deleted",
    "deleted items", "deleted messages", "outbox", "templates", "spamverdacht", "papierkorb",
    "gelöschte elemente", "postausgang", "vorlagen", "papelera", "elementos eliminados", "correo no deseado",
    "bandeja de salida", "corbeille", "éléments supprimés", "indésirables", "courrier indésirable",
    "cestino", "posta indesiderata", "lixeira", "lixo eletrônico", "prullenbak", "ongewenste e-mail",
}  # fmt: skip
_DRAFT_NAMES = {
    "drafts", "draft", "entwürfe", "borradores", "brouillons", "bozze", "rascunhos", "concepten",
}  # fmt: skip
_SENT_NAMES = {
    "sent", "sent items", "sent messages", "sent mail", "gesendet", "gesendete elemente", "gesendete objekte",
    "enviados", "elementos enviados", "correo enviado", "envoyés", "éléments envoyés", "messages envoyés",
    "posta inviata", "itens enviados", "verzonden items",
}  # fmt: skip
OWN_FOLDER = "IEP"


@dataclass(frozen=True, slots=True)
class Status:
    messages: int
    uidnext: int
    uidvalidity: int


@dataclass(frozen=True, slots=True)
class Folder:
    name: str
    uses: frozenset[str]
    leaf: str
    top: str
    status: Status | None = None  # where the server tells it with the list (RFC 5819)

    @property
    def is_inbox(self) -> bool:
        return self.name.upper() == "INBOX"

    @property
    def is_draft(self) -> bool:
        return "\\drafts" in self.uses or self.leaf in _DRAFT_NAMES

    @property
    def is_sent(self) -> bool:
        return "\\sent" in self.uses or self.leaf in _SENT_NAMES

    @property
    def is_correspondence(self) -> bool:
        if self.is_inbox:
            return True
        unread = self.uses & _UNREAD_USES or self.leaf in _UNREAD_NAMES or self.is_draft
        return not unread and self.top != OWN_FOLDER


def list_folders(session: Session) -> tuple[Folder, ...]:
    """The folders that can be opened, with what the server says they are for."""
    found = []
    listed, statuses = session.call(_list, session.client)
    for flags, delimiter, name in listed:
        uses = frozenset(flag.decode("ascii", "replace").lower() for flag in flags)
        # A name that is no text, or holds a control character, cannot be sent back.
        if not isinstance(name, str) or uses & _UNREADABLE or not is_safe(name):
            continue
        mark = delimiter.decode("ascii", "replace") if delimiter else None
        parts = name.split(mark) if mark else [name]
        inside_inbox = len(parts) > 1 and parts[0].upper() == "INBOX"
        found.append(Folder(name, uses, parts[-1].casefold(), parts[1] if inside_inbox else parts[0]))
    return tuple(replace(folder, status=statuses.get(folder.name)) for folder in found)


def _list(client: IMAPClient) -> tuple[list[Any], dict[str, Status]]:
    """The folders, and how they stand: in one answer where the server can (RFC 5819), else only the list."""
    if not client.has_capability("LIST-STATUS"):
        return client.list_folders(), {}
    uses = "SPECIAL-USE " if client.has_capability("SPECIAL-USE") else ""
    told = f"RETURN ({uses}STATUS (MESSAGES UIDNEXT UIDVALIDITY))"
    client._imap.untagged_responses.pop("STATUS", None)
    kind, data = client._imap._simple_command("LIST", '""', '"*"', told)
    client._checkok("LIST", kind, data)
    listed = client._imap._untagged_response(kind, data, "LIST")[1]
    answers = client._imap._untagged_response(kind, [None], "STATUS")[1]
    return client._proc_folder_list(listed), dict(_statuses(client, answers))


def _statuses(client: IMAPClient, answers: list[Any]) -> Iterator[tuple[str, Status]]:
    told = parse_response([answer for answer in answers if answer])
    for name, values in zip(told[::2], told[1::2], strict=False):
        known = dict(zip(values[::2], values[1::2], strict=False))
        numbers: list[Any] = [known.get(key) for key in (b"MESSAGES", b"UIDNEXT", b"UIDVALIDITY")]
        if all(isinstance(number, int) for number in numbers):
            yield decode_utf7(str(name) if isinstance(name, int) else name), Status(*numbers)


def folders_to_read(listed: Sequence[Folder]) -> tuple[str, ...]:
    """Sent mail, INBOX, then every folder that may hold correspondence.

    Sent mail is first, so that a reply from an unknown address finds its thread the same night.
    Where all mail is one folder (\\All, as at Gmail), the folders beside it are labels and left out.
    """
    folders = [f for f in listed if f.is_correspondence]
    sent = [f.name for f in folders if f.is_sent and not f.is_inbox]
    everything = [f.name for f in folders if "\\all" in f.uses]
    rest = everything or [f.name for f in folders if not f.is_inbox]
    return tuple(dict.fromkeys([*sent, "INBOX", *rest]))


def drafts_folder(session: Session) -> str | None:
    """The folder marked \\Drafts, else one with a known name, else None."""
    drafts = [f for f in list_folders(session) if f.is_draft]
    drafts.sort(key=lambda f: "\\drafts" not in f.uses)
    return drafts[0].name if drafts else None


def sent_folder(session: Session) -> str | None:
    """The folder marked \\Sent, else one with a known name, else None."""
    sent = [f for f in list_folders(session) if f.is_sent and not f.is_inbox]
    sent.sort(key=lambda f: "\\sent" not in f.uses)
    return sent[0].name if sent else None
