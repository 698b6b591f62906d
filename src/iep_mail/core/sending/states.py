"""Where a letter stands: its events folded into one state."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from iep_mail.model import DraftStatus, Journal, OutboxEntry, OutboxStep

# In these a letter has surely not left, and may still.
OPEN = frozenset({DraftStatus.DRAFTED, DraftStatus.APPROVED})


@dataclass(frozen=True, slots=True)
class Standing:
    """One letter's state. `last` is the id of its newest event, 0 where there is none."""

    status: DraftStatus = DraftStatus.DRAFTED
    last: int = 0
    binding: str = ""  # the approval in force, or the one that was sent
    approved_at: datetime | None = None
    not_before: datetime | None = None  # set while it is queued
    handed_over: bool = False  # of one that is being sent: the final dot may have gone
    handed_over_at: datetime | None = None
    at: datetime | None = None  # when it came to this state
    reason: str = ""  # of a failure, or of an unknown outcome
    retry: bool = False
    refused: tuple[str, ...] = ()
    by_app: bool = False  # sent or discarded in a mail app
    sha256: str = ""  # the message in the store that it became, where that is known
    filed: bool = False  # its copy is known to lie in Sent
    placed_id: str = ""  # the Message-ID under which it lies in the Drafts folder
    placed_at: datetime | None = None
    account: str = ""
    was_placed: bool = False  # and may not be put there again

    @property
    def queued(self) -> bool:
        return self.not_before is not None


def standing(entries: Iterable[OutboxEntry]) -> Standing:
    """The state after these events of one letter, the oldest first."""
    state = Standing()
    for entry in entries:
        state = replace(_after(state, entry), last=entry.id)
    return state


def standings(journal: Journal) -> Mapping[str, Standing]:
    """The state of every letter that has an event."""
    events: dict[str, list[OutboxEntry]] = {}
    for entry in journal.entries:
        events.setdefault(entry.draft_id, []).append(entry)
    return {draft_id: standing(found) for draft_id, found in events.items()}


def _after(state: Standing, entry: OutboxEntry) -> Standing:
    step = entry.step
    if step in _PLACING:
        return _placed(state, entry)
    if step is OutboxStep.FILED:
        return replace(state, filed=True)
    if step is OutboxStep.UNFILED:
        return replace(state, reason=entry.reason)
    moved = replace(
        state,
        status=_STATUS[step],
        at=entry.at,
        not_before=entry.not_before,
        reason=entry.reason,
        retry=entry.retry,
        refused=entry.refused,
        sha256=entry.sha256 or state.sha256,
        handed_over=step is OutboxStep.TRANSMITTING,
    )
    if step is OutboxStep.TRANSMITTING:
        return replace(moved, handed_over_at=entry.at)
    if step is OutboxStep.APPROVED:
        return replace(moved, binding=entry.binding, approved_at=entry.at, account=entry.account)
    if step in (OutboxStep.VOIDED, OutboxStep.RESTORED):
        return replace(moved, binding="", approved_at=None, by_app=False)
    if step is OutboxStep.SENT_THERE:
        return replace(moved, by_app=True, filed=True, placed_id="")
    if step is OutboxStep.DELETED_THERE:
        return replace(moved, by_app=True, placed_id="")
    return moved


_STATUS = {
    OutboxStep.APPROVED: DraftStatus.APPROVED,
    OutboxStep.VOIDED: DraftStatus.DRAFTED,
    OutboxStep.RESTORED: DraftStatus.DRAFTED,
    OutboxStep.QUEUED: DraftStatus.APPROVED,
    OutboxStep.CANCELLED: DraftStatus.APPROVED,
    OutboxStep.FAILED: DraftStatus.APPROVED,
    OutboxStep.SENDING: DraftStatus.SENDING,
    OutboxStep.TRANSMITTING: DraftStatus.SENDING,
    OutboxStep.UNKNOWN: DraftStatus.UNKNOWN,
    OutboxStep.SENT: DraftStatus.SENT,
    OutboxStep.SENT_THERE: DraftStatus.SENT,
    OutboxStep.DELETED_THERE: DraftStatus.DISCARDED,
}
_PLACING = frozenset(
    {OutboxStep.APPENDING, OutboxStep.APPENDED, OutboxStep.CHANGED_THERE, OutboxStep.TAKEN_BACK}
)


def _placed(state: Standing, entry: OutboxEntry) -> Standing:
    if entry.step is OutboxStep.APPENDING:
        return state  # until it is known to lie there, the night tries again
    if entry.step is OutboxStep.TAKEN_BACK:
        return replace(state, placed_id="", was_placed=False)
    first = state.placed_at or entry.at
    return replace(
        state,
        placed_id=entry.message_id or state.placed_id,
        placed_at=first,
        account=entry.account,
        was_placed=True,
    )


def sentence(state: Standing, zone: ZoneInfo) -> str:
    """Where it stands, in words; "" for a letter that only waits."""
    status = state.status
    if status is DraftStatus.APPROVED:
        return _approved_sentence(state, zone)
    if status is DraftStatus.SENDING:
        return "It is being sent, or was when iep-mail stopped. `iep-mail send` finds out which."
    if status is DraftStatus.UNKNOWN:
        return (
            "It may or may not have been sent: the connection broke at the very end. It is not sent again "
            "by itself. Look into your Sent folder, or ask the school, and then say so."
        )
    if status is DraftStatus.SENT:
        if state.by_app:
            return f"Sent from your mail app on {_when(state.at, zone)}."
        refused = f" The mail server refused {', '.join(state.refused)}." if state.refused else ""
        missing = "" if state.filed else " Its copy is not in your Sent folder yet; iep-mail tries again."
        return f"Sent on {_when(state.at, zone)}.{refused}{missing}"
    if status is DraftStatus.DISCARDED and state.by_app:
        return f"Deleted from your Drafts folder, noticed on {_when(state.at, zone)}."
    if state.placed_id:
        return "It lies in your Drafts folder."
    return ""


def _approved_sentence(state: Standing, zone: ZoneInfo) -> str:
    if state.not_before is not None:
        return f"Approved; it goes out at {_when(state.not_before, zone)}, unless you stop it."
    if state.reason:
        return f"Approved, but not sent: {state.reason}"
    return f"Approved on {_when(state.approved_at, zone)}; not sent yet."


def _when(at: datetime | None, zone: ZoneInfo) -> str:
    """“March 2, 10:04 AM” in the family's time zone."""
    if at is None:
        return "an unknown day"
    local = at.astimezone(zone)
    return f"{local:%B} {local.day}, {local.hour % 12 or 12}:{local:%M %p}"
