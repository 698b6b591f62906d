"""What a parent does with a letter before it leaves: change it, fill it in, approve it, drop it.

Each is one function on an open workspace. Nothing here opens a connection. Every change is kept
beside the ones before it, and any change takes an approval back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from zoneinfo import ZoneInfo

from iep_mail.core.decisions.kinds import Said, in_effect
from iep_mail.core.letters.mail import draft_bytes
from iep_mail.core.letters.tone import ToneFinding
from iep_mail.core.sending import editing
from iep_mail.core.sending.attachments import attachment, content_of, in_case
from iep_mail.core.sending.binding import binding, fingerprint, message_id, recipients_of
from iep_mail.core.sending.checks import (
    MOST_BYTES,
    Recipient,
    cautions,
    obstacles,
    recipients,
    seen,
    sender_of,
    sending_mailbox,
    too_large,
)
from iep_mail.core.sending.letters import APPROVED, find_letter, latest_versions, letter_states
from iep_mail.core.sending.states import Standing
from iep_mail.core.sending.timing import leaves_at
from iep_mail.errors import NotReady, OutboxChanged, UsageError
from iep_mail.jobs.tone import tone_of_draft
from iep_mail.jobs.workspace import Workspace
from iep_mail.model import (
    Approval,
    Attachment,
    Casebook,
    Draft,
    DraftStatus,
    LetterVersion,
    Mailbox,
    OutboxEntry,
    OutboxStep,
)


@dataclass(frozen=True, slots=True)
class Changed:
    """A letter after a change. `voided`: an approval was taken back by it."""

    draft: Draft
    voided: bool = False


@dataclass(frozen=True, slots=True)
class Preview:
    """The mail as it will leave, and what to know first. `fingerprint` is what `approve` is given, so
    that only what was seen can be approved; `obstacles` is empty where it may be."""

    draft: Draft
    account: str
    recipients: tuple[Recipient, ...]
    headers: tuple[tuple[str, str], ...]
    size: int
    fingerprint: str
    obstacles: tuple[str, ...]
    cautions: tuple[str, ...]
    findings: tuple[ToneFinding, ...]
    raw: bytes


@dataclass(frozen=True, slots=True)
class Approved:
    draft: Draft
    approval: Approval
    already: bool = False  # the very same letter was approved before


@dataclass(frozen=True, slots=True)
class _Desk:
    """One letter with all that an action on it needs."""

    book: Casebook
    draft: Draft
    state: Standing
    version: LetterVersion | None


def _desk(workspace: Workspace, wanted: str, now: datetime) -> _Desk:
    book = workspace.casebook(workspace.day_of(now))
    draft = find_letter(book.drafts, wanted)
    journal = workspace.store.outbox.journal(draft.id)
    return _Desk(
        book,
        draft,
        letter_states(journal).get(draft.id, Standing()),
        latest_versions(journal).get(draft.id),
    )


# --- looking ----------------------------------------------------------------------------------


def preview_letter(workspace: Workspace, wanted: str, now: datetime) -> Preview:
    """The exact mail that approval would bind; only its Date may still move on."""
    return _preview(workspace, _desk(workspace, wanted, now), now)


def _preview(workspace: Workspace, desk: _Desk, now: datetime) -> Preview:
    draft, family = desk.draft, workspace.family
    mailbox = _mailbox(workspace, desk)
    sender = sender_of(mailbox, family)
    mark = fingerprint(draft, sender.email)
    zone = ZoneInfo(family.timezone)
    leaves = leaves_at(now, workspace.config.sending, zone).astimezone(zone)
    files = {a.sha256: workspace.store.outbox.file(a.sha256) for a in draft.attachments}
    raw = draft_bytes(draft, sender, message_id(draft.id, mark, sender.email), leaves, files)
    written = workspace.day_of(desk.version.at) if desk.version else None
    parsed = message_from_bytes(raw, policy=default)
    shown = ("From", "To", "Cc", "Subject", "Date", "In-Reply-To")
    return Preview(
        draft=draft,
        account=mailbox.address,
        recipients=recipients(draft, desk.book, family),
        headers=tuple((name, str(parsed[name])) for name in shown if parsed[name]),
        size=len(raw),
        fingerprint=mark,
        obstacles=obstacles(draft, len(raw)),
        cautions=cautions(draft, desk.book, family, written),
        findings=tone_of_draft(workspace, desk.book, draft),
        raw=raw,
    )


def _mailbox(workspace: Workspace, desk: _Desk) -> Mailbox:
    mailbox = sending_mailbox(desk.draft, desk.book, workspace.family, workspace.config.mailboxes)
    if mailbox is None:
        raise NotReady(
            "config.toml names no mailbox from which a letter could be sent.",
            "Add yours there, under [[mailboxes]].",
        )
    return mailbox


def open_letter(workspace: Workspace, wanted: str, now: datetime) -> Draft:
    """The letter, for an editor. Raises NotReady for one that can no longer be changed."""
    return _changeable(workspace, wanted, now).draft


# --- changing ---------------------------------------------------------------------------------


def edit_letter(
    workspace: Workspace, wanted: str, text: str, now: datetime, *, before: Draft | None = None
) -> Changed:
    """The letter as `core.sending.editing.as_text` gave it and a parent changed it.

    With `before`, the letter that the editor was opened on, raises OutboxChanged where it has been
    changed from somewhere else since; the edited text is then the caller's to keep.
    """
    desk = _changeable(workspace, wanted, now)
    if before is not None and _content(before) != _content(desk.draft):
        raise OutboxChanged(
            "This letter was changed from somewhere else while you were editing it.",
            f"Look at it and edit it again: iep-mail draft show {desk.draft.id}",
        )
    return _keep(workspace, desk, editing.from_text(text, desk.draft), "edited", now)


def undo_change(workspace: Workspace, wanted: str, now: datetime) -> Changed:
    """The letter as it was before its last change; done again, that change is back. Raises UsageError
    where it was never changed."""
    desk = _changeable(workspace, wanted, now)
    versions = workspace.store.outbox.journal(desk.draft.id).versions
    before = next((v for v in reversed(versions) if _content(v.draft) != _content(desk.draft)), None)
    if before is None:
        raise UsageError("This letter has not been changed.", "There is nothing to take back.")
    earlier = replace(desk.draft, **{name: getattr(before.draft, name) for name in _OF_A_LETTER})
    return _keep(workspace, desk, earlier, "edited", now)


_OF_A_LETTER = ("subject", "to", "cc", "body", "blanks", "attachments")


def fill_blanks(workspace: Workspace, wanted: str, values: Mapping[str, str], now: datetime) -> Changed:
    """The letter with the named blanks filled."""
    desk = _changeable(workspace, wanted, now)
    return _keep(workspace, desk, editing.fill(desk.draft, dict(values)), "filled", now)


def address_letter(
    workspace: Workspace,
    wanted: str,
    now: datetime,
    *,
    to: Sequence[str] | None = None,
    cc: Sequence[str] | None = None,
) -> Changed:
    """The letter to other people. Raises UsageError for what is no address; nothing is changed then."""
    desk = _changeable(workspace, wanted, now)
    new_to = editing.addresses(to) if to is not None else None
    new_cc = editing.addresses(cc) if cc is not None else None
    return _keep(workspace, desk, editing.edited(desk.draft, to=new_to, cc=new_cc), "addressed", now)


def attach_files(workspace: Workspace, wanted: str, paths: Sequence[Path], now: datetime) -> Changed:
    """The letter with these files attached; a file of the same name is replaced."""
    desk = _changeable(workspace, wanted, now)
    contents = [(path.name, _read(path)) for path in paths]
    return _attach(workspace, desk, contents, now)


def attach_contents(
    workspace: Workspace, wanted: str, contents: Sequence[tuple[str, bytes]], now: datetime
) -> Changed:
    """The letter with files attached that were handed over as (name, bytes)."""
    return _attach(workspace, _changeable(workspace, wanted, now), contents, now)


def attach_from_case(workspace: Workspace, wanted: str, name: str, now: datetime) -> Changed:
    """The letter with a file attached that came with the mail of its case, named by (part of) its name."""
    desk = _changeable(workspace, wanted, now)
    found = [(sha, a) for sha, a in in_case(desk.draft, desk.book) if name.lower() in a.name.lower()]
    if not found:
        raise UsageError(f"No mail of this case brought a file “{name}”.", "Nothing was attached.")
    if len({a.sha256 for _, a in found}) > 1:
        names = ", ".join(sorted({a.name for _, a in found}))
        raise UsageError(f"“{name}” fits several files: {names}.", "Write more of its name.")
    message, chosen = found[-1]
    raw = workspace.store.raw(message)
    content = content_of(raw, chosen.sha256)
    if content is None:
        raise UsageError(f"{chosen.name} cannot be taken out of its message.", "Attach it as a file instead.")
    return _attach(workspace, desk, [(chosen.name, content)], now)


def detach(workspace: Workspace, wanted: str, name: str, now: datetime) -> Changed:
    """The letter without the attachment of this name."""
    desk = _changeable(workspace, wanted, now)
    left = tuple(a for a in desk.draft.attachments if a.name != name)
    if len(left) == len(desk.draft.attachments):
        names = ", ".join(a.name for a in desk.draft.attachments) or "none"
        raise UsageError(f"No attachment of this letter is named “{name}”.", f"Attached: {names}.")
    changed = replace(editing.edited(desk.draft), attachments=left)
    return _keep(workspace, desk, changed, "attached", now)


def _read(path: Path) -> bytes:
    try:
        size = path.stat().st_size
        if size > MOST_BYTES:
            raise NotReady(f"{path.name}: {too_large(size * 4 // 3)}", "Nothing was attached.")
        return path.read_bytes()
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}.", "Nothing was attached.") from error


def _attach(
    workspace: Workspace, desk: _Desk, contents: Sequence[tuple[str, bytes]], now: datetime
) -> Changed:
    kept: dict[str, Attachment] = {a.name: a for a in desk.draft.attachments}
    total = sum(a.size for a in kept.values()) + sum(len(content) for _, content in contents)
    if total * 4 // 3 > MOST_BYTES:
        raise NotReady(too_large(total * 4 // 3), "Nothing was attached.")
    for name, content in contents:
        new = attachment(name, len(content), workspace.store.outbox.keep_file(content))
        kept[new.name] = new
    changed = replace(editing.edited(desk.draft), attachments=tuple(kept.values()))
    return _keep(workspace, desk, changed, "attached", now)


def _changeable(workspace: Workspace, wanted: str, now: datetime) -> _Desk:
    desk = _desk(workspace, wanted, now)
    _refuse_closed(desk.draft)
    return desk


def _refuse_closed(draft: Draft) -> None:
    if draft.status is DraftStatus.SENT:
        raise NotReady("This letter has been sent; it cannot be changed any more.", draft.standing)
    if draft.status in (DraftStatus.SENDING, DraftStatus.UNKNOWN):
        raise NotReady("It is not certain whether this letter has been sent.", draft.standing)
    if draft.status is DraftStatus.DISCARDED:
        raise NotReady("This letter was dropped.", f"To take it up again: iep-mail draft restore {draft.id}")


def _content(draft: Draft) -> str:
    return fingerprint(draft, "")


def _keep(workspace: Workspace, desk: _Desk, changed: Draft, origin: str, now: datetime) -> Changed:
    if _content(changed) == _content(desk.draft):
        return Changed(desk.draft)
    voided = desk.state.status is DraftStatus.APPROVED
    if voided:
        _void(workspace, desk, "the letter was changed", now)
    if desk.version is None:
        # As it was proposed: what the parent added to it can be told from it later.
        workspace.store.outbox.keep_version(desk.draft, "proposed", now)
    kept = replace(changed, status=DraftStatus.DRAFTED, standing="", edited=True)
    workspace.store.outbox.keep_version(kept, origin, now)
    return Changed(kept, voided)


def _void(workspace: Workspace, desk: _Desk, reason: str, now: datetime) -> None:
    entry = OutboxEntry(id=0, draft_id=desk.draft.id, step=OutboxStep.VOIDED, at=now, reason=reason)
    workspace.store.outbox.append(entry, desk.state.last)


# --- deciding ---------------------------------------------------------------------------------


def approve_letter(workspace: Workspace, wanted: str, now: datetime, *, shown: str | None = None) -> Approved:
    """Binds the exact bytes and envelope, and keeps them; nothing is sent by it.

    `shown` is the fingerprint of the preview that the parent saw: raises OutboxChanged where the
    letter is another one now. Raises NotReady where something is still to be filled in.
    """
    desk = _changeable(workspace, wanted, now)
    preview = _preview(workspace, desk, now)
    if shown is not None and shown != preview.fingerprint:
        raise OutboxChanged(
            "The letter is not the one that you saw: it was changed since, or counts other days today.",
            f"Look at it again before you approve it: iep-mail draft show {desk.draft.id}",
        )
    if preview.obstacles:
        raise NotReady(
            "The letter cannot be approved yet. " + " ".join(preview.obstacles), _remedy(desk.draft)
        )
    if desk.state.status is DraftStatus.APPROVED:
        known = workspace.store.outbox.journal(desk.draft.id).approvals
        same = next(a for a in known if a.binding == desk.state.binding)
        return Approved(desk.draft, same, already=True)
    version = desk.version
    if version is None or _content(version.draft) != _content(desk.draft):
        version = workspace.store.outbox.keep_version(desk.draft, APPROVED, now)
    approval = _approval(preview, version.id, desk.book, now)
    workspace.store.outbox.approve(approval, preview.raw, desk.state.last)
    return Approved(replace(desk.draft, status=DraftStatus.APPROVED), approval)


def _approval(preview: Preview, version: int, book: Casebook, now: datetime) -> Approval:
    draft, sender = preview.draft, preview.account
    people = recipients_of(draft)
    return Approval(
        binding=binding(preview.raw, sender, people),
        draft_id=draft.id,
        version=version,
        at=now,
        account=preview.account,
        message_id=message_id(draft.id, preview.fingerprint, sender),
        sender=sender,
        recipients=people,
        size=preview.size,
        seen=seen(draft, book),
    )


def _remedy(draft: Draft) -> str:
    if draft.blanks:
        name = draft.blanks[0].name
        return f"For example: iep-mail draft fill {draft.id} {name}=…, or: iep-mail draft edit {draft.id}"
    return f"Change it with: iep-mail draft edit {draft.id}"


def take_back_approval(workspace: Workspace, wanted: str, now: datetime) -> Changed:
    """The letter is a draft again. Raises NotReady where it has left, or may have."""
    desk = _changeable(workspace, wanted, now)
    voided = desk.state.status is DraftStatus.APPROVED
    if voided:
        _void(workspace, desk, "you took the approval back", now)
    return Changed(replace(desk.draft, status=DraftStatus.DRAFTED), voided)


def discard_letter(workspace: Workspace, wanted: str, now: datetime) -> Changed:
    """Drops the letter: a decision, which `undo` or `restore_letter` takes back."""
    desk = _desk(workspace, wanted, now)
    if desk.draft.status is DraftStatus.DISCARDED:
        return Changed(desk.draft)
    _refuse_closed(desk.draft)
    voided = desk.state.status is DraftStatus.APPROVED
    if voided:
        _void(workspace, desk, "you dropped the letter", now)
    if desk.version is None:
        workspace.store.outbox.keep_version(desk.draft, "discarded", now)
    workspace.decide(Said.DISCARD_DRAFT, desk.draft.id, "", now)
    return Changed(replace(desk.draft, status=DraftStatus.DISCARDED), voided)


def restore_letter(workspace: Workspace, wanted: str, now: datetime) -> Changed:
    """Takes a dropped letter up again, whether it was dropped here or deleted from Drafts."""
    desk = _desk(workspace, wanted, now)
    if desk.draft.status is not DraftStatus.DISCARDED:
        return Changed(desk.draft)
    for decision in in_effect(workspace.store.all_decisions()):
        if decision.kind == Said.DISCARD_DRAFT and decision.subject == desk.draft.id:
            workspace.decide(Said.UNDO, str(decision.id), "", now)
    if desk.state.status is DraftStatus.DISCARDED:
        entry = OutboxEntry(id=0, draft_id=desk.draft.id, step=OutboxStep.RESTORED, at=now)
        workspace.store.outbox.append(entry, desk.state.last)
    return Changed(replace(desk.draft, status=DraftStatus.DRAFTED))
