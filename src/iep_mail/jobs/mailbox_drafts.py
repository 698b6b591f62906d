"""Proposed letters in the mailbox's Drafts folder, each once."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from iep_mail.adapters.credentials import password_for
from iep_mail.adapters.imap import put_draft
from iep_mail.core.letters.mail import draft_bytes
from iep_mail.core.sending.binding import message_id
from iep_mail.core.sending.checks import sender_of, sending_mailbox
from iep_mail.core.sending.letters import PLACED, find_letter, latest_versions
from iep_mail.core.sending.states import Standing, standings
from iep_mail.errors import IepMailError, MailboxError, NotReady, StoreError
from iep_mail.jobs.workspace import Workspace
from iep_mail.model import Casebook, Draft, DraftStatus, Mailbox, OutboxEntry, OutboxStep


def place_drafts(
    workspace: Workspace, book: Casebook, now: datetime, unreachable: frozenset[str] = frozenset()
) -> tuple[str, ...]:
    """Puts every proposed letter into Drafts that never lay there; returns what went wrong, one
    sentence each. Does nothing where config.toml has `drafts = "store"`.

    `unreachable` are mailboxes (addresses) that did not answer tonight: they are not asked again, so
    that a changed password is not tried once for every letter.
    """
    if workspace.config.drafts != "mailbox":
        return ()
    states = standings(workspace.store.outbox.journal())
    problems: dict[str, str] = {}
    down, waiting = set(unreachable), 0
    for draft in book.drafts:
        if draft.status is not DraftStatus.DRAFTED or states.get(draft.id, Standing()).was_placed:
            continue
        mailbox = sending_mailbox(draft, book, workspace.family, workspace.config.mailboxes)
        if mailbox is None or mailbox.address in down:
            waiting += mailbox is not None
            continue
        try:
            _place(workspace, mailbox, draft, now)
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


def place_letter(workspace: Workspace, wanted: str, now: datetime) -> Draft:
    """Puts one letter into the Drafts folder because the parent asks for it, whatever config.toml says of
    the others. Raises NotReady for one that has left or lies there already, MailboxError where the mailbox
    cannot be reached."""
    book = workspace.casebook(workspace.day_of(now))
    draft = find_letter(book.drafts, wanted)
    state = standings(workspace.store.outbox.journal(draft.id)).get(draft.id, Standing())
    if draft.status is not DraftStatus.DRAFTED or state.placed_id:
        raise NotReady(f"“{draft.subject}” is not put into Drafts. {draft.standing}".strip())
    mailbox = sending_mailbox(draft, book, workspace.family, workspace.config.mailboxes)
    if mailbox is None:
        raise NotReady("config.toml names no mailbox.", "Add yours with: iep-mail account add")
    _place(workspace, mailbox, draft, now)
    return draft


def _place(workspace: Workspace, mailbox: Mailbox, draft: Draft, now: datetime) -> None:
    """Journalled before, searched for after any doubt: never a second copy."""
    sender, zone = sender_of(mailbox, workspace.family), ZoneInfo(workspace.family.timezone)
    known = message_id(draft.id, "draft", sender.email)
    outbox = workspace.store.outbox
    entry = OutboxEntry(
        id=0,
        draft_id=draft.id,
        step=OutboxStep.APPENDING,
        at=now,
        message_id=known,
        account=mailbox.address,
    )
    outbox.append(entry)
    if draft.id not in latest_versions(outbox.journal(draft.id)):
        outbox.keep_version(draft, PLACED, now)  # what lies there is what is shown from now on
    files = {a.sha256: outbox.file(a.sha256) for a in draft.attachments}
    put_draft(
        mailbox, password_for(mailbox), draft_bytes(draft, sender, known, now.astimezone(zone), files), known
    )
    outbox.append(replace(entry, step=OutboxStep.APPENDED))
