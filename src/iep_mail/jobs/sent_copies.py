"""After the sending: what was interrupted, what is in doubt, and the copy in the Sent folder.

Nothing here sends; the night does it too.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from iep_mail.adapters.credentials import password_for
from iep_mail.adapters.imap import lies_in_sent, put_sent
from iep_mail.core.accounts.providers import files_sent_itself
from iep_mail.core.sending.letters import OWN_COPY, latest_versions
from iep_mail.core.sending.states import Standing, standings
from iep_mail.errors import IepMailError, StoreError
from iep_mail.jobs.workspace import Workspace
from iep_mail.model import Approval, DraftStatus, Journal, Mailbox, OutboxEntry, OutboxStep


def tidy_outbox(
    workspace: Workspace, now: datetime, unreachable: frozenset[str] = frozenset()
) -> tuple[str, ...]:
    """Settles what an earlier run left open; returns what is still open, one sentence each.

    `unreachable` are mailboxes (addresses) that did not answer and are not asked again. The caller
    holds the run's lock, so a letter that is being sent was interrupted. Whether one that is in doubt
    was sent is looked up in Sent and in what the school wrote, and never guessed.
    """
    journal = workspace.store.outbox.journal()
    approvals = {a.binding: a for a in journal.approvals}
    for draft_id, state in standings(journal).items():
        if state.status is DraftStatus.SENDING:
            _interrupted(workspace, draft_id, state, now)
    problems = []
    journal = workspace.store.outbox.journal()
    for draft_id, state in standings(journal).items():
        approval = approvals.get(state.binding)
        if approval is None or state.by_app:
            continue
        subject = _subject(journal, draft_id)
        asked = approval.account not in unreachable
        if state.status is DraftStatus.UNKNOWN and not _was_sent(workspace, approval, state, now, asked):
            problems.append(
                f"It is not certain whether “{subject}” was sent. Look into your Sent folder, then tell "
                f"iep-mail: iep-mail send --it-was-sent {draft_id}, or --it-was-not {draft_id}"
            )
        elif state.status is DraftStatus.SENT:
            keep_own_copy(workspace, approval, state.handed_over_at or now)
            if not state.filed and asked and (problem := file_in_sent(workspace, approval, now)):
                problems.append(f"“{subject}” was sent, but is not in your Sent folder yet: {problem}")
    return tuple(problems)


def _subject(journal: Journal, draft_id: str) -> str:
    version = latest_versions(journal).get(draft_id)
    return version.draft.subject if version else draft_id


def _interrupted(workspace: Workspace, draft_id: str, state: Standing, now: datetime) -> None:
    entry = OutboxEntry(id=0, draft_id=draft_id, step=OutboxStep.FAILED, at=now, binding=state.binding)
    if state.handed_over:
        reason = "iep-mail was stopped at the very end of sending it."
        entry = replace(entry, step=OutboxStep.UNKNOWN, reason=reason)
    else:
        reason = "iep-mail was stopped before the letter was handed over. Nothing was sent."
        entry = replace(entry, reason=reason, retry=True)
    workspace.store.outbox.append(entry, state.last)


def _was_sent(workspace: Workspace, approval: Approval, state: Standing, now: datetime, look: bool) -> bool:
    """Proof that a letter in doubt has left: it lies in Sent, or somebody answered or returned it."""
    if not (_mentioned(workspace, approval.message_id) or (look and _in_sent(workspace, approval))):
        return False
    note_sent(workspace, approval, state, now)
    return True


def note_sent(
    workspace: Workspace,
    approval: Approval,
    state: Standing,
    now: datetime,
    refused: tuple[str, ...] = (),
    reason: str = "",
) -> None:
    """Journals that the letter has left, keeps our own copy of it, and sees to the one in Sent."""
    entry = OutboxEntry(
        id=0,
        draft_id=approval.draft_id,
        step=OutboxStep.SENT,
        at=now,
        message_id=approval.message_id,
        account=approval.account,
        binding=approval.binding,
        refused=refused,
        reason=reason,
    )
    workspace.store.outbox.append(entry, state.last)
    keep_own_copy(workspace, approval, state.handed_over_at or now)
    file_in_sent(workspace, approval, now)


def keep_own_copy(workspace: Workspace, approval: Approval, at: datetime) -> None:
    """The mail is part of the correspondence from the moment it was sent."""
    if not workspace.store.known_message_ids([approval.message_id]):
        raw = workspace.store.outbox.raw(approval.binding)
        workspace.store.add_files([(raw, OWN_COPY, at)])


def _mentioned(workspace: Workspace, message_id: str) -> bool:
    return any(
        message_id in (*m.in_reply_to, *m.references, m.returned_id, m.message_id)
        for m in workspace.messages()
    )


def _in_sent(workspace: Workspace, approval: Approval) -> bool:
    mailbox = mailbox_of(workspace, approval.account)
    if mailbox is None:
        return False
    try:
        return lies_in_sent(mailbox, password_for(mailbox), approval.message_id)
    except StoreError:
        raise
    except IepMailError:
        return False


def mailbox_of(workspace: Workspace, account: str) -> Mailbox | None:
    return next((m for m in workspace.config.mailboxes if m.address == account), None)


def file_in_sent(workspace: Workspace, approval: Approval, now: datetime) -> str:
    """Puts the copy into Sent, once, unless the provider does that itself; returns what went wrong."""
    mailbox = mailbox_of(workspace, approval.account)
    outbox = workspace.store.outbox
    entry = OutboxEntry(
        id=0,
        draft_id=approval.draft_id,
        step=OutboxStep.FILED,
        at=now,
        message_id=approval.message_id,
        account=approval.account,
        binding=approval.binding,
    )
    if mailbox is None:
        return f"config.toml no longer names the mailbox {approval.account}."
    if not files_sent_itself(mailbox):
        try:
            put_sent(mailbox, password_for(mailbox), outbox.raw(approval.binding), approval.message_id)
        except StoreError:
            raise
        except IepMailError as error:
            known = standings(outbox.journal(approval.draft_id))[approval.draft_id]
            if known.reason != error.what:
                outbox.append(replace(entry, step=OutboxStep.UNFILED, reason=error.what))
            return error.what
    outbox.append(entry)
    return ""
