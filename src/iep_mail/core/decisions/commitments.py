"""The parent's word on commitments: kept, not held to it any more, open after all, or one added."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from types import MappingProxyType

from iep_mail.core.decisions.anchors import ALIKE, Anchor, anchor_of, find_item, same_sentence
from iep_mail.core.decisions.kinds import Said, details
from iep_mail.core.decisions.spoken import SPOKEN, spoken_promises
from iep_mail.core.reading.dates import find_due
from iep_mail.model import (
    Commitment,
    CommitmentStatus,
    DateSpan,
    Decision,
    FiledMessage,
    LogEntry,
    Promise,
    SchoolCalendar,
)

_STATUS = {
    Said.KEEP: CommitmentStatus.KEPT,
    Said.WITHDRAW_COMMITMENT: CommitmentStatus.WITHDRAWN,
    Said.REOPEN_COMMITMENT: CommitmentStatus.OPEN,
}
ABOUT_COMMITMENTS = frozenset(_STATUS) | {Said.ADD_COMMITMENT}


@dataclass(frozen=True, slots=True)
class CommitmentWord:
    """What the parent decided about commitments (standing, in order), and what was entered by hand."""

    decided: tuple[Decision, ...] = ()
    entries: Mapping[str, LogEntry] = field(default_factory=lambda: MappingProxyType({}))

    def promised(
        self, message: FiledMessage, promises: Sequence[Promise], calendar: SchoolCalendar
    ) -> tuple[Promise, ...]:
        """The promises of a message with those that the parent wrote down in their own words."""
        mail = message.message
        entry = self.entries.get(mail.sha256)
        found = list(promises)
        if entry is not None and entry.channel in SPOKEN:
            reported = spoken_promises(mail.new_text, message.sent_on, calendar)
            found = [*reported, *(p for p in found if p.quote not in {r.quote for r in reported})]
        own = dict.fromkeys(entry.promised if entry else (), "") | {
            str(details(d).get("quote") or ""): str(details(d).get("due") or "")
            for d in self.decided
            if d.kind == Said.ADD_COMMITMENT and anchor_of(d).on(mail.sha256, mail.message_id)
        }
        kept = [p for p in found if not any(same_sentence(w, p.quote) >= ALIKE for w in own)]
        added = [
            Promise(words, 0, _day(due) if due else find_due(words, message.sent_on, calendar, strict=False))
            for words, due in own.items()
            if words
        ]
        return (*kept, *added)

    def applied(
        self, commitments: Sequence[Commitment], filed: Mapping[str, FiledMessage]
    ) -> tuple[Commitment, ...]:
        """The commitments as the parent left them; the last word on each counts."""
        said: dict[str, Decision] = {}
        for decision in self.decided:
            if decision.kind in _STATUS and (found := find_item(decision, commitments)):
                said[found.id] = decision
        return tuple(_apply(c, said[c.id], filed) if c.id in said else c for c in commitments)


def _day(due: str) -> DateSpan:
    return DateSpan(due, 0, 0, date.fromisoformat(due))


def _apply(commitment: Commitment, decision: Decision, filed: Mapping[str, FiledMessage]) -> Commitment:
    status = _STATUS[Said(decision.kind)]
    if status is CommitmentStatus.OPEN and _shown_later(commitment, decision, filed):
        return commitment
    anchor = Anchor.of(details(decision).get("kept_by") or {})
    by = next((s for s, m in filed.items() if anchor.on(s, m.message.message_id)), None)
    return replace(commitment, status=status, kept_by=by if status is CommitmentStatus.KEPT else None)


def _shown_later(commitment: Commitment, decision: Decision, filed: Mapping[str, FiledMessage]) -> bool:
    """Whether it was kept by a message that came after the parent had called it open."""
    kept = filed.get(commitment.kept_by or "")
    return kept is not None and kept.message.date > decision.at
