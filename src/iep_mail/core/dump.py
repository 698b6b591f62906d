"""The casebook as the JSON document that other programs rely on (docs/data-formats.md)."""

from __future__ import annotations

from datetime import date
from typing import Any

from iep_mail.model import (
    Case,
    Casebook,
    Commitment,
    Deadline,
    DecisionReport,
    Draft,
    Duty,
    Evidence,
    FiledMessage,
    Flag,
    HandEntry,
    Ladder,
    LogEntry,
    LogRow,
    Observation,
    ParentDeadline,
    Request,
    Resolution,
)

FORMAT = 1


def dump_casebook(book: Casebook) -> dict[str, Any]:
    """Plain values in a fixed order: the same casebook gives the same document."""
    ladders = {ladder.case: ladder for ladder in book.ladders}
    resolutions = {resolution.case: resolution for resolution in book.resolutions}
    return {
        "format": FORMAT,
        "as_of": book.as_of.isoformat(),
        "messages": [_message(m) for m in book.messages],
        "threads": [
            {"id": t.id, "subject": t.subject, "messages": list(t.messages)}
            for t in sorted(book.threads, key=lambda t: t.id)
        ],
        "cases": [
            _case(c, ladders.get(c.id), resolutions.get(c.id)) for c in sorted(book.cases, key=lambda c: c.id)
        ],
        "requests": [_request(r, book.as_of) for r in book.requests],
        "commitments": [_commitment(c, book.as_of) for c in book.commitments],
        "flags": [_flag(f) for f in book.flags],
        "drafts": [_draft(d) for d in book.drafts],
        "observations": [_observation(o) for o in book.observations],
        "duties": [_duty(d, book.as_of) for d in book.duties],
        "deadlines_of_parent": [_parent_deadline(d, book.as_of) for d in book.deadlines_of_parent],
        "notes": list(book.notes),
        "decisions": [_decision(d) for d in book.decisions],
        "entries": [_entry(e) for e in book.entries],
        "log": [dump_log_row(r) for r in book.log],
        "suggestions": [
            {"thread": s.thread, "sha256": s.sha256, "case": s.case, "reason": s.reason}
            for s in book.suggestions
        ],
    }


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _message(filed: FiledMessage) -> dict[str, Any]:
    message = filed.message
    return {
        "sha256": message.sha256,
        "message_id": message.message_id,
        "date": message.date.isoformat(),
        "sent_on": filed.sent_on.isoformat(),
        "direction": filed.direction,
        "kind": filed.kind,
        "channel": message.channel,
        "thread": filed.thread,
        "case": filed.case,
        "child": filed.child,
        "from": message.sender.email,
        "to": [a.email for a in message.recipients],
        "subject": message.subject,
        "new_text": message.new_text,
        "folders": list(message.folders),
        "attachments": [
            {"name": a.name, "type": a.content_type, "size": a.size, "sha256": a.sha256}
            for a in message.attachments
        ],
        "problems": list(message.problems),
        "because": list(filed.because),
        "by_hand": _by_hand(message.by_hand),
    }


def _by_hand(hand: HandEntry | None) -> dict[str, Any] | None:
    if hand is None:
        return None
    return {"entry": hand.id, "entered_at": hand.entered_at.isoformat(), "private": hand.private}


def _case(case: Case, ladder: Ladder | None, resolution: Resolution | None) -> dict[str, Any]:
    return {
        "id": case.id,
        "title": case.title,
        "child": case.child,
        "status": case.status,
        "step": case.step,
        "attempts": case.attempts,
        "next_step": case.next_step,
        "threads": list(case.threads),
        "former_ids": list(case.former_ids),
        "ladder": _ladder(ladder) if ladder else None,
        "resolution": _resolution(resolution) if resolution else None,
    }


def _resolution(resolution: Resolution) -> dict[str, Any]:
    return {
        "on": resolution.on.isoformat(),
        "agreed": list(resolution.agreed),
        "until": resolution.until.isoformat(),
        "checks": [day.isoformat() for day in resolution.checks],
        "confirmed_on": _day(resolution.confirmed_on),
        "checked_on": _day(resolution.checked_on),
        "reopened_on": _day(resolution.reopened_on),
        "because": resolution.because,
        "message": resolution.message,
        "trail": [_evidence(e) for e in resolution.trail],
    }


def _ladder(ladder: Ladder) -> dict[str, Any]:
    return {
        "step": ladder.step,
        "title": ladder.title,
        "set_by_parent": ladder.set_by_parent,
        "held": ladder.held,
        "attempts": [_evidence(e) for e in ladder.attempts],
        "reasons": [_evidence(e) for e in ladder.reasons],
        "why": ladder.why,
        "next": ladder.next,
        "next_title": ladder.next_title,
        "how": ladder.how,
        "takes": list(ladder.takes),
        "clock": ladder.clock,
        "cost": ladder.cost,
        "commits": ladder.commits,
        "help": list(ladder.help),
        "where": list(ladder.where),
    }


def _evidence(evidence: Evidence) -> dict[str, Any]:
    return {
        "kind": evidence.kind,
        "on": evidence.on.isoformat(),
        "what": evidence.what,
        "sha256": evidence.sha256,
    }


def _deadline(deadline: Deadline) -> dict[str, Any]:
    return {
        "rule": deadline.rule,
        "class": deadline.clock_class,
        "counted_from": deadline.counted_from.isoformat(),
        "skipped": [{"day": s.day.isoformat(), "reason": s.reason} for s in deadline.skipped],
        "estimated": deadline.estimated,
        "note": deadline.note,
    }


def _request(request: Request, as_of: date) -> dict[str, Any]:
    late = request.days_overdue(as_of)
    return {
        "id": request.id,
        "sha256": request.sha256,
        "message_id": request.message_id,
        "quote": request.quote,
        "kind": request.kind,
        "child": request.child,
        "case": request.case,
        "asked_of": list(request.asked_of),
        "asked_on": request.asked_on.isoformat(),
        "due_on": request.recorded_due_on.isoformat(),
        "basis": request.deadline.basis,
        "citation": request.deadline.citation,
        "deadline": _deadline(request.deadline),
        "status": request.status,
        "overdue": late > 0,
        "days_overdue": late,
        "events": [
            {"sha256": e.sha256, "effect": e.effect, "new_due_on": _day(e.new_due_on), "reason": e.reason}
            for e in request.events
        ],
        "follow_ups": list(request.follow_ups),
        "candidates": [{"sha256": c.sha256, "reason": c.reason} for c in request.candidates],
        "undelivered_to": list(request.undelivered_to),
        "decided_on": _day(request.decided_on),
        "note": request.note,
    }


def _commitment(commitment: Commitment, as_of: date) -> dict[str, Any]:
    return {
        "id": commitment.id,
        "sha256": commitment.sha256,
        "message_id": commitment.message_id,
        "quote": commitment.quote,
        "by": commitment.by,
        "case": commitment.case,
        "due_on": _day(commitment.due_on),
        "status": commitment.status,
        "kept_by": commitment.kept_by,
        "overdue": commitment.overdue(as_of),
    }


def _flag(flag: Flag) -> dict[str, Any]:
    return {
        "id": flag.id,
        "kind": flag.kind,
        "case": flag.case,
        "request": flag.request,
        "commitment": flag.commitment,
        "duty": flag.duty,
        "message": flag.message,
        "since": flag.since.isoformat(),
        "reason": flag.reason,
        "next_step": flag.next_step,
        "draft": flag.draft,
    }


def _draft(draft: Draft) -> dict[str, Any]:
    return {
        "id": draft.id,
        "case": draft.case,
        "request": draft.request,
        "requests": list(draft.requests),
        "letter": draft.letter,
        "status": draft.status,
        "subject": draft.subject,
        "to": list(draft.to),
        "cc": list(draft.cc),
        "body": draft.body,
        "in_reply_to": draft.in_reply_to,
        "blanks": [blank.name for blank in draft.blanks],
        "attachments": [{"name": a.name, "size": a.size, "sha256": a.sha256} for a in draft.attachments],
        "edited": draft.edited,
        "standing": draft.standing,
    }


def _observation(observation: Observation) -> dict[str, Any]:
    return {
        "sha256": observation.sha256,
        "kind": observation.kind,
        "quote": observation.quote,
        "on": _day(observation.on),
        "detail": observation.detail,
    }


def _parent_deadline(deadline: ParentDeadline, as_of: date) -> dict[str, Any]:
    return {
        "id": deadline.id,
        "clock": deadline.clock,
        "title": deadline.title,
        "case": deadline.case,
        "child": deadline.child,
        "due_on": deadline.due_on.isoformat(),
        "runs_out_on": deadline.runs_out_on.isoformat(),
        "days_left": deadline.days_left(as_of),
        "counted_from": deadline.counted_from.isoformat(),
        "because": deadline.because,
        "rule": deadline.rule,
        "starts_from": deadline.starts_from,
        "citation": deadline.citation,
        "note": deadline.note,
        "passed": deadline.passed,
        "message": deadline.message,
    }


def _duty(duty: Duty, as_of: date) -> dict[str, Any]:
    return {
        "id": duty.id,
        "kind": duty.kind,
        "child": duty.child,
        "title": duty.title,
        "expected_on": duty.expected_on.isoformat(),
        "late_after": duty.late_after.isoformat(),
        "status": duty.status,
        "days_late": duty.days_late(as_of),
        "arrived_on": _day(duty.arrived_on),
        "because": duty.because,
        "citation": duty.citation,
        "class": duty.clock_class,
        "message": duty.message,
        "meeting_on": _day(duty.meeting_on),
        "service": duty.service.name if duty.service else None,
        "estimated": duty.estimated,
    }


def _decision(report: DecisionReport) -> dict[str, Any]:
    decision = report.decision
    return {
        "id": decision.id,
        "at": decision.at.isoformat(),
        "kind": decision.kind,
        "subject": decision.subject,
        "says": report.says,
        "state": report.state,
        "about": list(report.about),
        "followed": list(report.followed),
    }


def _entry(entry: LogEntry) -> dict[str, Any]:
    return {
        "id": entry.id,
        "sha256": entry.sha256,
        "kind": entry.kind,
        "on": entry.on.isoformat(),
        "time": entry.time or None,
        "entered_at": entry.entered_at.isoformat(),
        "channel": entry.channel,
        "direction": entry.direction,
        "people": [{"name": p.name, "role": p.role, "address": p.address} for p in entry.people],
        "text": entry.text,
        "case": entry.case,
        "child": entry.child,
        "private": entry.private,
        "attachments": [
            {"name": a.name, "type": a.content_type, "size": a.size, "sha256": a.sha256}
            for a in entry.attachments
        ],
        "asked": list(entry.asked),
        "promised": list(entry.promised),
        "answers": dict(entry.answers) or None,
        "corrections": [{"at": c.at.isoformat(), "before": c.before} for c in entry.corrections],
    }


def dump_log_row(row: LogRow) -> dict[str, Any]:
    return {
        "id": row.id,
        "on": row.on.isoformat(),
        "issue": row.issue,
        "person": row.person,
        "response": row.response,
        "follow_up": row.follow_up,
        "channel": row.channel,
        "case": row.case,
        "child": row.child,
        "messages": list(row.messages),
        "by_hand": row.by_hand,
        "private": row.private,
        "entered_on": _day(row.entered_on),
        "minor": row.minor,
    }
