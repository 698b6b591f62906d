"""Sending approved letters, and nothing else. The only user of the SMTP adapter.

approved → queued → sending → (the final dot) → sent, failed or unknown: each step is on disk before
the next begins, so whatever stops the computer, a letter is never sent twice, and never lost from view.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from iep_mail.adapters.credentials import password_for
from iep_mail.adapters.imap import Limits
from iep_mail.adapters.smtp import Delivery, Outcome, SmtpLimits, check_login, send_mail
from iep_mail.adapters.store import run_lock
from iep_mail.core.sending.binding import binding
from iep_mail.core.sending.checks import news, request_of
from iep_mail.core.sending.letters import find_letter, latest_versions, letter_states
from iep_mail.core.sending.states import Standing, sentence
from iep_mail.core.sending.timing import APPROVAL_DAYS, leaves_at
from iep_mail.errors import IepMailError, NotReady, SendError, StoreError, StoreLocked
from iep_mail.jobs.gathering import poll
from iep_mail.jobs.mailbox_drafts import follow_drafts
from iep_mail.jobs.sent_copies import mailbox_of, note_sent, tidy_outbox
from iep_mail.jobs.workspace import Workspace
from iep_mail.model import (
    Approval,
    Casebook,
    Config,
    Draft,
    DraftStatus,
    Mailbox,
    OutboxEntry,
    OutboxStep,
)

Clock = Callable[[], datetime]

_LOOK_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Queued:
    """A letter that goes out at `not_before`, unless it is cancelled."""

    draft: Draft
    not_before: datetime


@dataclass(frozen=True, slots=True)
class SendResult:
    """What became of one letter: its new status, in one sentence, and what to do."""

    draft: Draft
    status: DraftStatus
    sentence: str
    remedy: str = ""
    refused: tuple[str, ...] = ()

    @property
    def sent(self) -> bool:
        return self.status is DraftStatus.SENT


@dataclass(frozen=True, slots=True)
class _Letter:
    draft: Draft
    state: Standing
    approval: Approval


class _Held(Exception):
    """The letter is not sent now; `retry` says that the same may work later."""

    def __init__(self, sentence: str, remedy: str = "", *, retry: bool = False) -> None:
        super().__init__(sentence)
        self.sentence, self.remedy, self.retry = sentence, remedy, retry


# --- before -----------------------------------------------------------------------------------


def queue_letters(
    workspace: Workspace, wanted: Sequence[str] | None, now: datetime, *, at_once: bool = False
) -> tuple[Queued, ...]:
    """Notes that these approved letters are to go out (None: all that are approved), after the delay and
    in the window of config.toml unless `at_once`. Raises NotReady for one that is not approved."""
    _settle_interrupted(workspace, now)
    book = workspace.casebook(workspace.day_of(now))
    if wanted is None:
        drafts = [d for d in book.drafts if d.status is DraftStatus.APPROVED]
    else:
        drafts = [_approved(find_letter(book.drafts, each)) for each in wanted]
    zone = ZoneInfo(workspace.family.timezone)
    leaves = now if at_once else leaves_at(now, workspace.config.sending, zone)
    queued = []
    for draft in drafts:
        letter = _letter(workspace, draft)
        if wanted is None and letter.state.reason and not letter.state.retry and not letter.state.queued:
            continue  # it would only fail again; the parent names it to try
        entry = _entry(letter, OutboxStep.QUEUED, now)
        workspace.store.outbox.append(replace(entry, not_before=leaves), letter.state.last)
        queued.append(Queued(draft, leaves))
    return tuple(queued)


def _settle_interrupted(workspace: Workspace, now: datetime) -> None:
    """A letter that a stopped run left as being sent is approved again, or in doubt."""
    states = letter_states(workspace.store.outbox.journal()).values()
    if any(state.status is DraftStatus.SENDING for state in states):
        with suppress(StoreLocked), run_lock(workspace.data):  # where another run sends, it is being sent
            tidy_outbox(workspace, now)


def _approved(draft: Draft) -> Draft:
    if draft.status is DraftStatus.DRAFTED:
        raise NotReady(
            f"“{draft.subject}” has not been approved.",
            f"Look at it and approve it first: iep-mail draft approve {draft.id}",
        )
    if draft.status is not DraftStatus.APPROVED:
        raise NotReady(f"“{draft.subject}” is not waiting to be sent. {draft.standing}".strip())
    return draft


def cancel_sending(workspace: Workspace, wanted: Sequence[str] | None, now: datetime) -> tuple[Draft, ...]:
    """Stops queued letters (None: all of them) before they leave; they stay approved.

    Raises OutboxChanged for one whose sending has begun in that moment.
    """
    book = workspace.casebook(workspace.day_of(now))
    drafts = book.drafts if wanted is None else [find_letter(book.drafts, each) for each in wanted]
    stopped = []
    for draft in drafts:
        if draft.status is not DraftStatus.APPROVED:
            if wanted is not None:
                raise NotReady(f"“{draft.subject}” is not waiting to be sent. {draft.standing}".strip())
            continue
        letter = _letter(workspace, draft)
        if letter.state.queued:
            workspace.store.outbox.append(_entry(letter, OutboxStep.CANCELLED, now), letter.state.last)
            stopped.append(draft)
    return tuple(stopped)


def _letter(workspace: Workspace, draft: Draft) -> _Letter:
    journal = workspace.store.outbox.journal(draft.id)
    state = letter_states(journal).get(draft.id, Standing())
    approval = next((a for a in journal.approvals if a.binding == state.binding), None)
    newest = latest_versions(journal).get(draft.id)
    if approval is None or newest is None or newest.id != approval.version:
        raise NotReady(
            f"“{draft.subject}” was changed after it was approved.",
            f"Look at it and approve it again: iep-mail draft approve {draft.id}",
        )
    return _Letter(draft, state, approval)


def _entry(letter: _Letter, step: OutboxStep, at: datetime) -> OutboxEntry:
    return OutboxEntry(
        id=0,
        draft_id=letter.draft.id,
        step=step,
        at=at,
        message_id=letter.approval.message_id,
        account=letter.approval.account,
        binding=letter.approval.binding,
    )


# --- sending ----------------------------------------------------------------------------------


def send_due(
    workspace: Workspace,
    clock: Clock,
    *,
    only: Sequence[str] | None = None,
    anyway: bool = False,
    others_too: bool = False,
    limits: SmtpLimits = SmtpLimits(),
) -> tuple[SendResult, ...]:
    """Sends every queued letter (of `only`, by id) whose time has come; one that is held back stays approved.

    Before each it looks whether the school has written in the matter since the approval, and holds it
    back if so; `anyway` leaves that out. `others_too` sends to the recipients that the server takes
    where it refuses some. Raises StoreLocked where another run is at work.
    """
    with run_lock(workspace.data):
        tidy_outbox(workspace, clock())
        now = clock()
        book = workspace.casebook(workspace.day_of(now))
        letters = [d for d in book.drafts if only is None or d.id in only]
        due = [d for d in letters if d.status is DraftStatus.APPROVED and _is_due(workspace, d, now)]
        results = tuple(_send(workspace, d, clock, anyway, others_too, limits) for d in due)
        if any(result.sent for result in results):
            follow_drafts(workspace, clock())  # a copy in Drafts would only be sent a second time
        return results


def _is_due(workspace: Workspace, draft: Draft, now: datetime) -> bool:
    state = letter_states(workspace.store.outbox.journal(draft.id))[draft.id]
    return state.not_before is not None and state.not_before <= now


def _send(
    workspace: Workspace, draft: Draft, clock: Clock, anyway: bool, others_too: bool, limits: SmtpLimits
) -> SendResult:
    letter = _letter(workspace, draft)
    try:
        mailbox, raw = _checked(workspace, letter, clock(), anyway)
        letter = _letter(workspace, draft)  # the look may have noted where its copy in Drafts lies now
        password = password_for(mailbox)
        return _transmit(workspace, letter, mailbox, password, raw, clock, others_too, limits)
    except _Held as held:
        return _hold(workspace, letter, held, clock())
    except StoreError:
        raise  # what was journalled so far tells the next run where it stands
    except IepMailError as error:
        return _hold(workspace, letter, _Held(error.what, error.remedy, retry=True), clock())


def _hold(workspace: Workspace, letter: _Letter, held: _Held, now: datetime) -> SendResult:
    step = OutboxStep.FAILED if held.retry else OutboxStep.CANCELLED
    state = letter_states(workspace.store.outbox.journal(letter.draft.id))[letter.draft.id]
    if state.status is DraftStatus.APPROVED or (
        state.status is DraftStatus.SENDING and not state.handed_over
    ):
        entry = replace(_entry(letter, step, now), reason=held.sentence, retry=held.retry)
        workspace.store.outbox.append(entry, state.last)
        return SendResult(letter.draft, DraftStatus.APPROVED, held.sentence, held.remedy)
    return SendResult(letter.draft, state.status, held.sentence, held.remedy)


def _checked(workspace: Workspace, letter: _Letter, now: datetime, anyway: bool) -> tuple[Mailbox, bytes]:
    """The mailbox and the approved bytes. Raises _Held where the letter should not go out now."""
    draft, approval = letter.draft, letter.approval
    again = f"Look at it again: iep-mail draft show {draft.id}"
    mailbox = mailbox_of(workspace, approval.account)
    if mailbox is None:
        raise _Held(f"config.toml no longer names the mailbox {approval.account}.", again)
    raw = workspace.store.outbox.raw(approval.binding)
    if binding(raw, approval.sender, approval.recipients) != approval.binding:
        raise _Held("What is stored is not what you approved, so it was not sent.", again)
    if anyway:
        return mailbox, raw
    insist = f"{again}\nTo send it all the same: iep-mail send {draft.id} --anyway"
    if now - approval.at > timedelta(days=APPROVAL_DAYS):
        day = approval.at.astimezone(ZoneInfo(workspace.family.timezone))
        raise _Held(
            f"You approved it on {day:%B} {day.day}; the days that it counts are no longer right.", insist
        )
    book = _look(workspace, letter, mailbox, now, insist)
    _refuse_moved(workspace, letter, again)
    if told := _since(book, letter):
        raise _Held(told, insist)
    return mailbox, raw


def _refuse_moved(workspace: Workspace, letter: _Letter, again: str) -> None:
    """The letter may have been sent or changed in the parent's mail app since it was approved."""
    state = letter_states(workspace.store.outbox.journal(letter.draft.id))[letter.draft.id]
    if state.status is DraftStatus.SENT:
        raise _Held("It was sent from your mail app already, so it was not sent again.")
    if state.binding != letter.state.binding or state.status is not DraftStatus.APPROVED:
        raise _Held("It was changed or deleted in your Drafts folder since you approved it.", again)


def _look(workspace: Workspace, letter: _Letter, mailbox: Mailbox, now: datetime, insist: str) -> Casebook:
    """The casebook after a quick look into the folders where an answer would lie."""
    try:
        report = poll(
            workspace,
            mailbox,
            folders=_folders(workspace, letter, mailbox, now),
            limits=Limits(run_seconds=_LOOK_SECONDS, backoff_seconds=(1.0,)),
        )
    except StoreError:
        raise
    except IepMailError as error:
        raise _Held(
            f"It could not be seen whether the school has answered meanwhile: {error.what}",
            f"{error.remedy}\n{insist}".strip(),
            retry=True,
        ) from error
    if not report.complete:
        raise _Held(
            f"It could not be seen whether the school has answered meanwhile: {report.problem}",
            insist,
            retry=True,
        )
    if problems := follow_drafts(workspace, now):
        raise _Held(problems[0], insist, retry=True)
    return workspace.casebook(workspace.day_of(now))


def _folders(workspace: Workspace, letter: _Letter, mailbox: Mailbox, now: datetime) -> tuple[str, ...]:
    """INBOX, and where else mail of this mailbox in the matter lies, Sent as a rule."""
    places = workspace.store.known_folders(mailbox.address)
    book = workspace.casebook(workspace.day_of(now))
    answered = {m.thread for m in book.messages if m.message.message_id == letter.draft.in_reply_to}
    found = {folder for m in book.messages if m.thread in answered for folder in m.message.folders}
    known = tuple(f for f in sorted(found) if f in places and f.upper() != "INBOX")
    return ("INBOX", *known)


def _since(book: Casebook, letter: _Letter) -> str:
    """What has happened in the matter since the approval, in a sentence; "" where nothing has."""
    new = news(letter.draft, book, letter.approval.seen)
    if new:
        last = new[-1]
        who = last.message.sender.name or last.message.sender.email
        day = f"{last.sent_on:%B} {last.sent_on.day}"
        return f"The school has written since you approved it: {who} on {day}, “{last.message.subject}”."
    request = request_of(letter.draft, book)
    if request is not None and request.status.settled:
        return f"What it asks about counts as {request.status} now."
    return ""


def _transmit(
    workspace: Workspace,
    letter: _Letter,
    mailbox: Mailbox,
    password: str,
    raw: bytes,
    clock: Clock,
    others_too: bool,
    limits: SmtpLimits,
) -> SendResult:
    outbox, approval = workspace.store.outbox, letter.approval
    # On disk before the connection is opened: whoever finds this entry alone knows that nothing has left.
    last = outbox.append(_entry(letter, OutboxStep.SENDING, clock()), letter.state.last)

    def before_final_dot() -> None:
        nonlocal last
        last = outbox.append(_entry(letter, OutboxStep.TRANSMITTING, clock()), last.id)

    delivery = send_mail(
        mailbox,
        password,
        raw,
        approval.sender,
        approval.recipients,
        before_final_dot=before_final_dot,
        others_too=others_too,
        limits=limits,
    )
    return _noted(workspace, letter, delivery, last.id, clock())


def _noted(workspace: Workspace, letter: _Letter, delivery: Delivery, last: int, now: datetime) -> SendResult:
    outbox = workspace.store.outbox
    refused = tuple(r.address for r in delivery.refusals)
    if delivery.outcome is Outcome.SENT:
        note_sent(
            workspace, letter.approval, replace(letter.state, last=last, handed_over_at=now), now, refused
        )
        state = letter_states(outbox.journal(letter.draft.id))[letter.draft.id]
        told = sentence(state, ZoneInfo(workspace.family.timezone))
        return SendResult(letter.draft, DraftStatus.SENT, told, delivery.remedy, refused)
    unknown = delivery.outcome is Outcome.UNKNOWN
    entry = replace(
        _entry(letter, OutboxStep.UNKNOWN if unknown else OutboxStep.FAILED, now),
        reason=delivery.reason,
        refused=refused,
        retry=delivery.outcome is Outcome.LATER,
    )
    outbox.append(entry, last)
    remedy = delivery.remedy.replace(" ID", f" {letter.draft.id}")
    if unknown:
        tidy_outbox(workspace, now)
        state = letter_states(outbox.journal(letter.draft.id))[letter.draft.id]
        if state.status is DraftStatus.SENT:
            told = (
                "The connection broke at the very end, but the letter lies in your Sent folder: it was sent."
            )
            return SendResult(letter.draft, DraftStatus.SENT, told)
        return SendResult(letter.draft, DraftStatus.UNKNOWN, delivery.reason, remedy)
    return SendResult(letter.draft, DraftStatus.APPROVED, delivery.reason, remedy, refused)


# --- the parent's word on one that is in doubt ------------------------------------------------


def it_was_sent(workspace: Workspace, wanted: str, now: datetime) -> SendResult:
    """The parent found it in Sent, or the school has it: it counts as sent."""
    with run_lock(workspace.data):
        letter = _in_doubt(workspace, wanted, now)
        note_sent(workspace, letter.approval, letter.state, now, reason="you said so")
    return SendResult(letter.draft, DraftStatus.SENT, "Noted as sent.")


def it_was_not_sent(workspace: Workspace, wanted: str, now: datetime) -> SendResult:
    """The parent says that it never left: it is approved again and can be sent.

    It keeps its Message-ID, so that a mail server that has it after all can know it for the same.
    """
    with run_lock(workspace.data):
        letter = _in_doubt(workspace, wanted, now)
        entry = replace(_entry(letter, OutboxStep.FAILED, now), reason="you said that it was not sent")
        workspace.store.outbox.append(replace(entry, retry=True), letter.state.last)
    told = "Noted as not sent. It is still approved."
    return SendResult(
        letter.draft, DraftStatus.APPROVED, told, f"To send it: iep-mail send {letter.draft.id}"
    )


def _in_doubt(workspace: Workspace, wanted: str, now: datetime) -> _Letter:
    tidy_outbox(workspace, now)
    book = workspace.casebook(workspace.day_of(now))
    draft = find_letter(book.drafts, wanted)
    if draft.status is not DraftStatus.UNKNOWN:
        raise NotReady(f"There is no doubt about “{draft.subject}”: it is {draft.status}.", draft.standing)
    return _letter(workspace, draft)


def mail_to_oneself(config: Config, mailbox: Mailbox, raw: bytes) -> bool:
    """Mails `raw` to the mailbox's own address and to nobody else; False where it is not certain whether it
    was sent. Raises LoginError, CertificateError and SendError where it surely was not. It is never tried
    again by itself."""
    if mailbox.address.lower() not in config.family.own_addresses:
        raise SendError(f"{mailbox.address} is no address of yours.", "List it under [[parents]].")
    delivery = send_mail(
        mailbox,
        password_for(mailbox),
        raw,
        mailbox.address,
        (mailbox.address,),
        before_final_dot=lambda: None,
        limits=SmtpLimits(command_seconds=60, final_seconds=120),
    )
    if delivery.outcome in (Outcome.REFUSED, Outcome.LATER):
        raise SendError("The page could not be mailed to you.", delivery.reason)
    return delivery.outcome is Outcome.SENT


def check_smtp(mailbox: Mailbox, password: str, seconds: float = 60.0) -> int:
    """Logs in to the mailbox's outgoing server and sends nothing; returns the largest mail it takes, in
    bytes, 0 where it does not say. No step may take longer than `seconds`. Raises LoginError, CertificateError and SendError."""
    if mailbox.smtp is None:
        raise SendError(f"No outgoing server is known for {mailbox.address}.", "Add smtp to the mailbox.")
    return check_login(mailbox, password, limits=SmtpLimits(min(30.0, seconds), seconds))
