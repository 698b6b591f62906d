"""Letters in the mailbox's Drafts folder: put there once, and what the parent does with them there.

A letter that is sent from any mail app is recognised and closed; one deleted there is taken as
dropped; one changed there is what iep-mail shows from then on, and is never overwritten.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from iep_mail.adapters.credentials import password_for
from iep_mail.adapters.imap import put_draft, read_drafts, take_back_draft
from iep_mail.core.letters.mail import draft_bytes
from iep_mail.core.reading.message import read_envelope, read_message
from iep_mail.core.sending.attachments import content_of
from iep_mail.core.sending.binding import fingerprint, message_id
from iep_mail.core.sending.checks import sender_of, sending_mailbox
from iep_mail.core.sending.letters import (
    MAIL_APP,
    PLACED,
    find_letter,
    latest_versions,
    letter_states,
    lying_versions,
)
from iep_mail.core.sending.placed import Placed, adopted, is_same, match_drafts
from iep_mail.core.sending.recognise import recognised
from iep_mail.core.sending.states import OPEN, Standing
from iep_mail.errors import IepMailError, MailboxError, NotReady, StoreError
from iep_mail.jobs.sent_copies import mailbox_of
from iep_mail.jobs.workspace import Workspace
from iep_mail.model import (
    Casebook,
    Draft,
    DraftStatus,
    FiledMessage,
    Journal,
    Mailbox,
    Message,
    OutboxEntry,
    OutboxStep,
)

# --- putting ----------------------------------------------------------------------------------


def place_drafts(
    workspace: Workspace, book: Casebook, now: datetime, unreachable: frozenset[str] = frozenset()
) -> tuple[str, ...]:
    """Puts every proposed letter into Drafts that never lay there; returns what went wrong, one
    sentence each. Does nothing where config.toml has `drafts = "store"`, or for a past day.

    `unreachable` are mailboxes (addresses) that did not answer tonight: they are not asked again, so
    that a changed password is not tried once for every letter.
    """
    if workspace.config.drafts != "mailbox" or book.as_of < workspace.day_of(now):
        return ()
    states = letter_states(workspace.store.outbox.journal())
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
    state = letter_states(workspace.store.outbox.journal(draft.id)).get(draft.id, Standing())
    if draft.status is not DraftStatus.DRAFTED or state.placed_id:
        raise NotReady(f"“{draft.subject}” is not put into Drafts. {draft.standing}".strip())
    mailbox = sending_mailbox(draft, book, workspace.family, workspace.config.mailboxes)
    if mailbox is None:
        raise NotReady("config.toml names no mailbox.", "Add yours there, under [[mailboxes]].")
    _place(workspace, mailbox, draft, now)
    return draft


def _place(workspace: Workspace, mailbox: Mailbox, draft: Draft, now: datetime) -> None:
    """Journalled before, searched for after any doubt: never a second copy."""
    outbox, zone = workspace.store.outbox, ZoneInfo(workspace.family.timezone)
    lying = lying_versions(outbox.journal(draft.id)).get(draft.id)
    if lying is None or fingerprint(lying.draft, "") != fingerprint(draft, ""):
        # What lies there is what is shown from now on, whatever day it counts to.
        outbox.keep_version(draft, PLACED, now)
    sender = sender_of(mailbox, workspace.family)
    known = message_id(draft.id, fingerprint(draft, sender.email), sender.email)
    entry = OutboxEntry(
        id=0,
        draft_id=draft.id,
        step=OutboxStep.APPENDING,
        at=now,
        message_id=known,
        account=mailbox.address,
    )
    outbox.append(entry)
    files = {a.sha256: outbox.file(a.sha256) for a in draft.attachments}
    raw = draft_bytes(draft, sender, known, now.astimezone(zone), files)
    put_draft(mailbox, password_for(mailbox), raw, known)
    outbox.append(replace(entry, step=OutboxStep.APPENDED))


# --- what became of them ----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Letter:
    """One letter with where it stands, what lies in Drafts of it, and every Message-ID it ever had."""

    draft: Draft  # its newest version
    lying: Draft | None
    state: Standing
    ids: frozenset[str]
    since: datetime
    wanted: bool  # it may still be sent; False: dropped, sent, or no longer proposed


def follow_drafts(
    workspace: Workspace, now: datetime, unreachable: frozenset[str] = frozenset()
) -> tuple[str, ...]:
    """Sees what the parent did in their mail app with the letters that are open; returns what could not
    be seen, one sentence each. The mail has been gathered before, Sent above all."""
    journal = workspace.store.outbox.journal()
    if not journal.versions:
        return ()  # no letter was ever begun
    book = workspace.casebook(workspace.day_of(now))
    letters = _letters(journal, book)
    problems: list[str] = []
    there: dict[str, bool] = {}
    for account in sorted({x.state.account for x in letters.values() if x.state.placed_id}):
        mailbox = mailbox_of(workspace, account)
        if mailbox is None or account in unreachable:
            continue
        placed = {d: x for d, x in letters.items() if x.state.placed_id and x.state.account == account}
        try:
            there |= _in_drafts(workspace, mailbox, placed, now)
        except StoreError:
            raise
        except IepMailError as error:
            problems.append(
                f"What became of the letters in your Drafts folder could not be seen. {error.what}"
            )
    _close_sent(workspace, book, letters, there, now)
    return tuple(problems)


def _letters(journal: Journal, book: Casebook) -> dict[str, _Letter]:
    states, newest, lying = letter_states(journal), latest_versions(journal), lying_versions(journal)
    first = {v.draft_id: v.at for v in reversed(journal.versions)}
    shown = {d.id: d for d in book.drafts}
    ids: dict[str, set[str]] = {}
    named = [(e.draft_id, e.message_id) for e in journal.entries]
    for draft_id, known in (*named, *((a.draft_id, a.message_id) for a in journal.approvals)):
        ids.setdefault(draft_id, set()).update({known} - {""})
    return {
        draft_id: _Letter(
            version.draft,
            lying[draft_id].draft if draft_id in lying else None,
            states.get(draft_id, Standing()),
            frozenset(ids.get(draft_id, ())),
            first[draft_id],
            draft_id in shown and shown[draft_id].status in OPEN,
        )
        for draft_id, version in newest.items()
    }


def _in_drafts(
    workspace: Workspace, mailbox: Mailbox, letters: Mapping[str, _Letter], now: datetime
) -> dict[str, bool]:
    """Draft id → whether it still lies in Drafts; what was changed there is taken over."""
    ids = {i for x in letters.values() for i in x.ids}
    answered = {x.draft.in_reply_to for x in letters.values()} - {""}
    people = {email for x in letters.values() for email in x.draft.to}

    def wanted(header: bytes) -> bool:
        found = read_envelope(header)
        return (
            found.message_id in ids
            or bool(answered.intersection(found.related))
            or bool(people.intersection(found.addresses))
        )

    fetched = [f.raw for f in read_drafts(mailbox, password_for(mailbox), wanted)]
    messages = [read_message(raw) for raw in fetched]
    raws = {m.sha256: raw for m, raw in zip(messages, fetched, strict=True)}
    placed = {d: Placed(x.lying or x.draft, x.ids) for d, x in letters.items()}
    found = match_drafts(placed, messages)
    for draft_id, letter in letters.items():
        if draft_id in found:
            message = found[draft_id]
            _found(workspace, mailbox, letter, message, raws[message.sha256], now)
    return {draft_id: draft_id in found for draft_id in letters}


def _found(
    workspace: Workspace, mailbox: Mailbox, letter: _Letter, message: Message, raw: bytes, now: datetime
) -> None:
    lying = letter.lying or letter.draft
    untouched = is_same(message, lying)
    if not letter.wanted or (untouched and fingerprint(lying, "") != fingerprint(letter.draft, "")):
        # Sent, dropped, no longer needed, or changed in iep-mail: our own copy goes, if it is still ours.
        if untouched:
            _take_back(workspace, mailbox, letter, message, now)
        return
    entry = _entry(letter, OutboxStep.CHANGED_THERE, now, message_id=message.message_id)
    if untouched:
        if message.message_id and message.message_id != letter.state.placed_id:
            workspace.store.outbox.append(entry)
        return
    if letter.state.status is DraftStatus.APPROVED:
        reason = "it was changed in your Drafts folder"
        workspace.store.outbox.append(_entry(letter, OutboxStep.VOIDED, now, reason=reason))
    for attachment in message.attachments:
        workspace.store.outbox.keep_file(content_of(raw, attachment.sha256) or b"")
    workspace.store.outbox.keep_version(adopted(message, letter.draft), MAIL_APP, now)
    workspace.store.outbox.append(entry)


def _take_back(
    workspace: Workspace, mailbox: Mailbox, letter: _Letter, message: Message, now: datetime
) -> None:
    lying = letter.lying or letter.draft

    def untouched(raw: bytes) -> bool:
        return is_same(read_message(raw), lying)

    if message.message_id and take_back_draft(mailbox, password_for(mailbox), message.message_id, untouched):
        workspace.store.outbox.append(_entry(letter, OutboxStep.TAKEN_BACK, now))


def _close_sent(
    workspace: Workspace,
    book: Casebook,
    letters: Mapping[str, _Letter],
    there: Mapping[str, bool],
    now: datetime,
) -> None:
    """Letters that were sent from a mail app, and those that are gone from Drafts without that."""
    used = {x.state.sha256 for x in letters.values() if x.state.sha256}
    ours = {i for x in letters.values() if x.state.status is DraftStatus.SENT for i in x.ids}
    open_mail = [
        m for m in book.messages if m.message.sha256 not in used and m.message.message_id not in ours
    ]
    for draft_id, letter in letters.items():
        gone = there.get(draft_id) is False
        still_open = letter.state.status in OPEN and (letter.wanted or gone)
        sent = _sent(open_mail, letter, gone) if still_open else None
        if sent is not None:
            open_mail.remove(sent)
            found = sent.message
            entry = _entry(letter, OutboxStep.SENT_THERE, now, found.message_id, sha256=found.sha256)
            workspace.store.outbox.append(entry)
        elif gone:
            step = OutboxStep.DELETED_THERE if letter.wanted else OutboxStep.TAKEN_BACK
            workspace.store.outbox.append(_entry(letter, step, now))


def _sent(messages: Sequence[FiledMessage], letter: _Letter, gone: bool) -> FiledMessage | None:
    since = letter.state.placed_at or letter.since
    versions = (letter.draft, letter.lying) if letter.lying else (letter.draft,)
    found = (recognised(messages, version, letter.ids, since, gone=gone) for version in versions)
    return next(filter(None, found), None)


def _entry(
    letter: _Letter,
    step: OutboxStep,
    at: datetime,
    message_id: str = "",
    *,
    reason: str = "",
    sha256: str = "",
) -> OutboxEntry:
    return OutboxEntry(
        id=0,
        draft_id=letter.draft.id,
        step=step,
        at=at,
        message_id=message_id,
        account=letter.state.account,
        reason=reason,
        sha256=sha256,
    )
