"""Which folders of a mailbox are read."""

from __future__ import annotations

from imapclient import IMAPClient

from iep_mail.adapters.imap.safety import safe
from iep_mail.model import Mailbox

_SKIPPED_USES = {b"\\junk", b"\\trash", b"\\drafts", b"\\noselect", b"\\nonexistent"}
_SKIPPED_NAMES = {
    "junk", "junk e-mail", "junk email", "spam", "bulk mail", "trash", "deleted items", "deleted messages",
    "drafts", "outbox", "templates", "papierkorb", "entwürfe", "papelera", "borradores", "corbeille", "brouillons",
}  # fmt: skip
DRAFT_NAMES = {"drafts", "draft", "entwürfe", "borradores", "brouillons", "bozze", "rascunhos"}


def _leaf(name: str, delimiter: bytes | None) -> str:
    mark = (delimiter or b"").decode("ascii", "replace")
    return (name.rsplit(mark, 1)[-1] if mark else name).casefold()


def folders_to_read(client: IMAPClient, mailbox: Mailbox) -> tuple[str, ...]:
    """The configured folders; else INBOX and every other but junk, trash, drafts and our own."""
    if mailbox.folders is not None:
        return tuple(safe(name) for name in mailbox.folders)
    names = ["INBOX"]
    for flags, delimiter, name in client.list_folders():
        own = name.split((delimiter or b"/").decode("ascii", "replace"))[0] == "IEP"
        skipped = {f.lower() for f in flags} & _SKIPPED_USES or _leaf(name, delimiter) in _SKIPPED_NAMES
        if not own and not skipped and name.upper() != "INBOX":
            names.append(safe(name))
    return tuple(names)


def drafts_folder(client: IMAPClient) -> str | None:
    """The folder marked \\Drafts (RFC 6154), else one with a known name, else None."""
    listed = client.list_folders()
    marked = [n for flags, _, n in listed if b"\\drafts" in {f.lower() for f in flags}]
    named = [n for _, delimiter, n in listed if _leaf(n, delimiter) in DRAFT_NAMES]
    return next(iter(marked + named), None)
