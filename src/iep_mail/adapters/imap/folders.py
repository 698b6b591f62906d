"""Which folders of a mailbox are read, and where drafts belong."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

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
class Folder:
    name: str
    uses: frozenset[str]
    leaf: str
    top: str

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
    for flags, delimiter, name in session.call(session.client.list_folders):
        uses = frozenset(flag.decode("ascii", "replace").lower() for flag in flags)
        # A name that is no text, or holds a control character, cannot be sent back.
        if not isinstance(name, str) or uses & _UNREADABLE or not is_safe(name):
            continue
        mark = delimiter.decode("ascii", "replace") if delimiter else None
        parts = name.split(mark) if mark else [name]
        inside_inbox = len(parts) > 1 and parts[0].upper() == "INBOX"
        found.append(Folder(name, uses, parts[-1].casefold(), parts[1] if inside_inbox else parts[0]))
    return tuple(found)


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
