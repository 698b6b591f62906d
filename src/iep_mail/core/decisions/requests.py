"""The parent's word on requests, heard where the mail of that time is read.

A settled request must not swallow what is asked anew afterwards, and one that was called open again
must stay open through the mail that had seemed to settle it. So the word is not laid over the result:
`track_requests` hears it in time order.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from types import MappingProxyType
from zoneinfo import ZoneInfo

from iep_mail.core.decisions.anchors import ALIKE, Anchor, anchor_of, find_item, same_sentence
from iep_mail.core.decisions.kinds import Said, details, end_of_day
from iep_mail.core.decisions.spoken import SPOKEN, spoken_asks
from iep_mail.core.reading.ask_kinds import classify
from iep_mail.core.reading.dates import find_due
from iep_mail.core.tracking.ids import item_id
from iep_mail.model import (
    Ask,
    Basis,
    Decision,
    Effect,
    FiledMessage,
    LogEntry,
    Request,
    RequestEvent,
    RequestKind,
    RequestStatus,
    SchoolCalendar,
)

_STATUS = frozenset({Said.SETTLE, Said.REOPEN, Said.WITHDRAW, Said.NOT_REQUEST})
_SETTLING = frozenset({Said.SETTLE, Said.WITHDRAW})
ABOUT_REQUESTS = _STATUS | {Said.SET_DUE, Said.SET_KIND, Said.ADD_REQUEST}

Timeline = tuple[tuple[datetime, Decision], ...]


@dataclass(frozen=True, slots=True)
class _Heard:
    """An ask as something that a decision may be about."""

    id: str
    sha256: str
    message_id: str
    quote: str


class RequestWord:
    """What the parent decided about requests (standing, in order), and what was entered by hand."""

    def __init__(
        self,
        decided: Sequence[Decision] = (),
        entries: Mapping[str, LogEntry] = MappingProxyType({}),
        zone: ZoneInfo = ZoneInfo("UTC"),  # noqa: B008 - immutable
    ) -> None:
        self._decided = [d for d in decided if d.kind in ABOUT_REQUESTS]
        self._entries = entries
        self._zone = zone
        # By the message they are about, so that a long record of decisions costs little to consult.
        self._on: dict[str, list[Decision]] = {}
        for decision in self._decided:
            anchor = anchor_of(decision)
            for key in {anchor.sha256, anchor.message_id} - {""} or {""}:
                self._on.setdefault(key, []).append(decision)

    def heard(self, message: FiledMessage, asks: Sequence[Ask]) -> tuple[Ask, ...]:
        """The asks of a message as the parent left them: none that was said to be none or that they
        wrote down in their own words, each of the kind that was set."""
        own = self._own_words(message)
        said = self._said_of(message, asks)
        return tuple(
            corrected
            for ask in asks
            if not any(same_sentence(words, ask.quote) >= ALIKE for words in own)
            and (corrected := _corrected(ask, said.get(ask.quote, [])))
        )

    def added(self, message: FiledMessage, calendar: SchoolCalendar) -> tuple[Ask, ...]:
        """What the parent wrote down as asked in a message: by decision, or in an entry of their own."""
        entry = self._entries.get(message.message.sha256)
        found: tuple[Ask, ...] = ()
        if entry is not None and entry.channel in SPOKEN:
            found = self.heard(message, spoken_asks(message.message.new_text, message.sent_on, calendar))
        own = [_in_words(words, message.sent_on, calendar) for words in self._own_words(message)]
        said = self._said_of(message, own)
        return found + tuple(c for ask in own if (c := _corrected(ask, said.get(ask.quote, []))))

    def _about(self, sha256: str, message_id: str) -> list[Decision]:
        """The decisions about what was asked in a message, in their order."""
        found = {d.id: d for key in (sha256, message_id, "") for d in self._on.get(key, ())}
        return [found[number] for number in sorted(found)]

    def _own_words(self, message: FiledMessage) -> tuple[str, ...]:
        mail = message.message
        entry = self._entries.get(mail.sha256)
        added = [
            str(details(d).get("quote") or "")
            for d in self._about(mail.sha256, mail.message_id)
            if d.kind == Said.ADD_REQUEST
        ]
        return tuple(dict.fromkeys(filter(None, (*(entry.asked if entry else ()), *added))))

    def _said_of(self, message: FiledMessage, asks: Sequence[Ask]) -> dict[str, list[Decision]]:
        """The decisions about each ask, by its quote."""
        mail = message.message
        items = [
            _Heard(item_id(mail.message_id or mail.sha256, a.quote), mail.sha256, mail.message_id, a.quote)
            for a in asks
        ]
        said: dict[str, list[Decision]] = {}
        for decision in self._about(mail.sha256, mail.message_id):
            if item := find_item(decision, items):
                said.setdefault(item.quote, []).append(decision)
        return said

    def in_time(self, filed: Mapping[str, FiledMessage]) -> Timeline:
        """The decisions that settle something, the earliest first, with the moment they hold from."""
        settling = [(self._moment(d, filed), d) for d in self._decided if d.kind in _SETTLING]
        return tuple(sorted(settling, key=lambda said: (said[0], said[1].id)))

    def settled(
        self,
        requests: Sequence[Request],
        waiting: Timeline,
        before: datetime | None,
        filed: Mapping[str, FiledMessage],
    ) -> tuple[list[Request], Timeline]:
        """The requests with what holds from before `before` (None: all of it) carried out, and what of
        `waiting` is still to come."""
        result = list(requests)
        count = 0
        for moment, decision in waiting:
            if before is not None and moment >= before:
                break
            count += 1
            request = find_item(decision, result)
            if request and request.decided_on is None and self._status_of(request, result) == decision:
                on = max(moment.astimezone(self._zone).date(), request.asked_on)
                result[result.index(request)] = _settle(request, decision, on, filed)
        return result, waiting[count:] if before is not None else waiting

    def reviewed(
        self, old: Sequence[Request], new: Sequence[Request], message: FiledMessage
    ) -> list[Request]:
        """`new` without what `message` seemed to settle, where the parent later said that it did not."""
        was = {r.id: r for r in old}
        result = []
        for request in new:
            before = was.get(request.id)
            if before and request.status.settled and not before.status.settled:
                decision = self._status_of(request, new)
                if decision and decision.kind == Said.REOPEN and decision.at >= message.message.date:
                    request = before
            result.append(request)
        return result

    def dated(self, requests: Sequence[Request]) -> tuple[Request, ...]:
        """The requests with the dates that the parent set, at the end of all reading."""
        due: dict[str, Decision] = {}
        for decision in self._decided:
            dates = decision.kind in (Said.SET_DUE, Said.ADD_REQUEST) and details(decision).get("due")
            if dates and (request := find_item(decision, requests)):
                due[request.id] = decision
        dated = tuple(_due_on(r, due[r.id]) if r.id in due else r for r in requests)
        return self._without_denied(dated)

    def _without_denied(self, requests: Sequence[Request]) -> tuple[Request, ...]:
        """The requests without the possible answers of which the parent said that they are none."""
        denied: dict[str, set[str]] = {}
        for decision in self._decided:
            by = details(decision).get("not_by") if decision.kind == Said.REOPEN else None
            if isinstance(by, dict) and (request := find_item(decision, requests)):
                denied.setdefault(request.id, set()).add(str(by.get("sha256")))
        return tuple(
            replace(r, candidates=tuple(c for c in r.candidates if c.sha256 not in denied[r.id]))
            if r.id in denied
            else r
            for r in requests
        )

    def _status_of(self, request: Request, requests: Sequence[Request]) -> Decision | None:
        """The last word on whether a request is open."""
        siblings = [r for r in requests if r.sha256 == request.sha256]
        for decision in reversed(self._about(request.sha256, request.message_id)):
            if decision.kind in _STATUS and find_item(decision, siblings) == request:
                return decision
        return None

    def _moment(self, decision: Decision, filed: Mapping[str, FiledMessage]) -> datetime:
        said = details(decision)
        answer = _answer(decision, filed)
        if answer is not None:
            return answer.message.date
        return min(end_of_day(said["on"], self._zone), decision.at) if said.get("on") else decision.at


def _corrected(ask: Ask, said: Sequence[Decision]) -> Ask | None:
    status = next((d for d in reversed(said) if d.kind in _STATUS), None)
    if status and status.kind == Said.NOT_REQUEST:
        return None
    kinds = [details(d).get("kind") for d in said if d.kind in (Said.SET_KIND, Said.ADD_REQUEST)]
    known = [kind for kind in kinds if kind in set(RequestKind)]
    return replace(ask, kind=RequestKind(known[-1])) if known else ask


def _in_words(words: str, on: date, calendar: SchoolCalendar) -> Ask:
    """An ask in the parent's own words, of the kind and with the day that they name."""
    return Ask(words, 0, classify(words), find_due(words, on, calendar, strict=False))


def _answer(decision: Decision, filed: Mapping[str, FiledMessage]) -> FiledMessage | None:
    """The message that the parent named as the answer."""
    by = details(decision).get("answered_by")
    anchor = Anchor.of(by) if isinstance(by, dict) else Anchor()
    if anchor.sha256 in filed:
        return filed[anchor.sha256]
    return next((m for m in filed.values() if anchor.on(m.message.sha256, m.message.message_id)), None)


def _settle(request: Request, decision: Decision, on: date, filed: Mapping[str, FiledMessage]) -> Request:
    said = details(decision)
    note = str(said.get("note") or "")
    if decision.kind == Said.WITHDRAW:
        return replace(request, status=RequestStatus.WITHDRAWN, decided_on=on, note=note)
    effect = Effect.REFUSED if said.get("outcome") == Effect.REFUSED else Effect.ANSWERED
    events = request.events
    answer = _answer(decision, filed)
    if answer:
        sha256, by = answer.message.sha256, str(answer.message.sender)
        same = next((e for e in events if e.sha256 == sha256 and e.effect is effect), None)
        event = same or RequestEvent(sha256, effect, answer.sent_on, by)
        events = (*(e for e in events if e.sha256 != sha256), event)
    status = RequestStatus(effect.value)
    return replace(request, status=status, events=events, decided_on=on, note=note)


def _due_on(request: Request, decision: Decision) -> Request:
    deadline = replace(
        request.deadline,
        due_on=date.fromisoformat(details(decision)["due"]),
        basis=Basis.EXPLICIT,
        rule="the date you set",
        skipped=(),
        estimated=False,
        first_due_on=None,
        note="",
    )
    return replace(request, deadline=deadline)
