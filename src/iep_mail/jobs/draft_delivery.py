"""Proposed letters put into the mailbox's Drafts folder, each once.

Before a draft goes out it is journalled; after any doubt the folder is searched before anything is
written again. So a night may be repeated, or stopped anywhere, without a second copy.
"""

from __future__ import annotations

from datetime import datetime

from iep_mail.adapters.credentials import password_for
from iep_mail.adapters.imap import put_draft
from iep_mail.core.letters.mail import draft_bytes
from iep_mail.errors import IepMailError, MailboxError, StoreError
from iep_mail.jobs.workspace import Workspace
from iep_mail.model import Address, Casebook, Draft, DraftStatus, Mailbox, Parent

APPENDING, APPENDED = "appending", "appended"


def deliver_drafts(
    workspace: Workspace, book: Casebook, now: datetime, unreachable: frozenset[str] = frozenset()
) -> tuple[str, ...]:
    """Puts what is new into Drafts where `[nightly] drafts` says so; returns what went wrong, in words.

    `unreachable` are mailboxes (addresses) that did not answer tonight: they are not asked again, so
    that a changed password is not tried once for every letter.
    """
    if workspace.config.drafts != "mailbox" or not workspace.config.mailboxes:
        return ()
    problems: dict[str, str] = {}
    down, waiting = set(unreachable), 0
    for draft in book.drafts:
        if draft.status is not DraftStatus.DRAFTED or workspace.store.draft_delivered(draft.id):
            continue
        mailbox = _mailbox_of(draft, book, workspace)
        if mailbox.address in down:
            waiting += 1
            continue
        try:
            _deliver(workspace, draft, mailbox, now)
        except StoreError:
            raise
        except IepMailError as error:
            problems[error.what] = f"“{draft.subject}” is not in your Drafts folder yet. {error.what}"
            if isinstance(error, MailboxError):
                down.add(mailbox.address)
    if waiting:
        letters = "1 letter is" if waiting == 1 else f"{waiting} letters are"
        problems["waiting"] = (
            f"{letters} not in your Drafts folder yet; iep-mail tries again on its next run."
        )
    return tuple(problems.values())


def _deliver(workspace: Workspace, draft: Draft, mailbox: Mailbox, now: datetime) -> None:
    message_id = f"<iep-mail.{draft.id}@{mailbox.address.rpartition('@')[2]}>"
    owner = _owner(mailbox, workspace)
    raw = draft_bytes(draft, Address(owner.name if owner else "", mailbox.address), message_id, now)
    store = workspace.store
    store.journal_draft(draft.id, message_id, mailbox.address, APPENDING, now)
    put_draft(mailbox, password_for(mailbox), raw, message_id)
    store.journal_draft(draft.id, message_id, mailbox.address, APPENDED, now)


def _mailbox_of(draft: Draft, book: Casebook, workspace: Workspace) -> Mailbox:
    """The mailbox of the parent whose matter it is: who asked, or to whom the school wrote."""
    request = next((r for r in book.requests if r.id == draft.request), None)
    flag = next((f for f in book.flags if f.id == draft.flag), None)
    sha256 = request.sha256 if request else flag.message if flag else None
    about = next((m.message for m in book.messages if m.message.sha256 == sha256), None)
    mailboxes = workspace.config.mailboxes
    for address in (about.sender, *about.recipients) if about else ():
        for mailbox in mailboxes:
            owner = _owner(mailbox, workspace)
            owned = {a.lower() for a in owner.addresses} if owner else {mailbox.address.lower()}
            if address.email.lower() in owned:
                return mailbox
    return mailboxes[0]


def _owner(mailbox: Mailbox, workspace: Workspace) -> Parent | None:
    address = mailbox.address.lower()
    return next((p for p in workspace.family.parents if address in map(str.lower, p.addresses)), None)
