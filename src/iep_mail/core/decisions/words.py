"""Every decision as one plain sentence to the parent who made it.

The sentence is told from what the decision itself holds, so that one about something that no longer
exists still reads.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from iep_mail.core.decisions.entries import NOTE_WORDS
from iep_mail.core.decisions.kinds import Said, details
from iep_mail.core.decisions.mail import kind_words
from iep_mail.core.decisions.room_words import ROOM_WORDS
from iep_mail.model import Channel, Decision, EntryKind, MessageKind

Values = Mapping[str, Any]


def sentence(
    decision: Decision,
    others: Mapping[int, Decision] | None = None,
    names: Mapping[str, str] | None = None,
) -> str:
    """What was said, beginning with “You”. `others` are all decisions by number, for an undo; `names` say
    what an id is called, such as “the case “Theo: speech””."""
    if decision.kind == Said.UNDO:
        return _undo(decision, others or {}, names or {})
    told = _plain(decision, names or {})
    note = str(details(decision).get("note") or "").strip() if decision.kind not in _TELL_THE_NOTE else ""
    return f"{told} Your note: “{note}”" if note else told


# What stands under `note` there is a sentence of mail, which the sentence quotes itself.
_TELL_THE_NOTE = frozenset({"confirm_missed"})


def _plain(decision: Decision, names: Mapping[str, str]) -> str:
    """The sentence without a note."""
    tell = _TOLD.get(decision.kind)
    subject = names.get(decision.subject, decision.subject)
    if tell is None:
        return f"You decided: {decision.kind.replace('_', ' ')} {subject}".strip() + "."
    return tell(details(decision), subject)


def day_words(day: str | date) -> str:
    """“March 3, 2026”; a text that is no day stays."""
    try:
        when = date.fromisoformat(day) if isinstance(day, str) else day
    except ValueError:
        return str(day)
    return f"{when:%B} {when.day}, {when.year}"


def short(text: str, limit: int = 90) -> str:
    words = " ".join(text.split())
    return words if len(words) <= limit else words[: limit - 1].rsplit(" ", 1)[0] + "…"


def _undo(decision: Decision, others: Mapping[int, Decision], names: Mapping[str, str]) -> str:
    number = int(decision.subject) if decision.subject.isdecimal() else 0
    taken = others.get(number)
    if taken is None or number >= decision.id:
        return f"You took back decision {decision.subject}."
    first = int(taken.subject) if taken.kind == Said.UNDO and taken.subject.isdecimal() else 0
    if first and first < number and first in others:
        return f"You let decision {first} stand again: {_bare(others[first], others, names)}"
    return f"You took back decision {number}: {_bare(taken, others, names)}"


def _bare(decision: Decision, others: Mapping[int, Decision], names: Mapping[str, str]) -> str:
    """The sentence without a note, to follow a colon."""
    undo = decision.kind == Said.UNDO
    said = sentence(decision, others, names) if undo else _plain(decision, names)
    return said[0].lower() + said[1:]


def _quote(values: Values, subject: str) -> str:
    return f"“{short(str(values['quote']))}”" if values.get("quote") else subject


def _settle(values: Values, subject: str) -> str:
    how = "refused" if values.get("outcome") == "refused" else "answered"
    by = values.get("answered_by") or {}
    by_whom = (
        f" by the message of {by['from']} of {day_words(by['on'])}" if by.get("from") and by.get("on") else ""
    )
    on = f" on {day_words(values['on'])}" if values.get("on") and not by_whom else ""
    return f"You said that the request {_quote(values, subject)} was {how}{by_whom or on}."


def _reopen(values: Values, subject: str) -> str:
    by = values.get("not_by") or {}
    if by.get("from") and by.get("on"):
        whose = f"the message of {by['from']} of {day_words(by['on'])}"
        return f"You said that {whose} does not answer the request {_quote(values, subject)}."
    return f"You said that the request {_quote(values, subject)} is still open."


def _set_due(values: Values, subject: str) -> str:
    due = day_words(values["due"]) if values.get("due") else "another day"
    return f"You set the due date of the request {_quote(values, subject)} to {due}."


def _set_kind(values: Values, subject: str) -> str:
    return f"You said that {_quote(values, subject)} asks for {_kind(values)}."


def _kind(values: Values) -> str:
    return str(values.get("kind", "something")).replace("_", " ")


def _add_request(values: Values, subject: str) -> str:
    due = f", due on {day_words(values['due'])}" if values.get("due") else ""
    return f"You added a request{_of_message(values)}: {_quote(values, subject)}{due}."


def _of_message(values: Values) -> str:
    if not values.get("from") or not values.get("day"):
        return ""
    return f" to the message of {values['from']} of {day_words(values['day'])}"


def _add_commitment(values: Values, subject: str) -> str:
    due = f", by {day_words(values['due'])}" if values.get("due") else ""
    return f"You added something that the school said it would do: {_quote(values, subject)}{due}."


def _keep(values: Values, subject: str) -> str:
    on = f" on {day_words(values['on'])}" if values.get("on") else ""
    return f"You said that they did what they had said: {_quote(values, subject)}{on}."


def _mail(values: Values, subject: str) -> str:
    return (
        f"the message “{short(str(values['title']), 60)}”"
        if values.get("title")
        else f"message {subject[:8]}"
    ) + (f" of {day_words(values['day'])}" if values.get("day") else "")


def _message_kind(values: Values, subject: str) -> str:
    kind = values.get("kind")
    known = MessageKind(kind) if kind in set(MessageKind) else None
    return f"You said that {_mail(values, subject)} is {kind_words(known)}."


def _move(values: Values, subject: str) -> str:
    what = f"the thread “{short(str(values.get('thread') or subject), 60)}”"
    return f"You moved {what} {_target(values)}."


def _target(values: Values) -> str:
    if values.get("case") == "none":
        return "out of its case"
    if values.get("case") in (None, "new"):
        named = values.get("title")
        return f"into a case of its own, “{named}”" if named else "into a case of its own"
    return f"to the case “{values.get('case_title') or values['case']}”"


def _split(values: Values, subject: str) -> str:
    first = _mail({**values, "title": values.get("first")}, subject)
    part = f"only {first}" if values.get("only") else f"from {first} on"
    return f"You split the thread “{short(str(values.get('thread') or ''), 60)}”: {part}, {_target(values)}."


def _merge(values: Values, subject: str) -> str:
    return f"You put the case “{values.get('was') or subject}” into the case “{values.get('into_title') or values.get('into')}”."


def _log(values: Values, subject: str) -> str:
    kind = values.get("kind")
    if kind in set(EntryKind) - {EntryKind.COMMUNICATION}:
        note = NOTE_WORDS[EntryKind(str(kind))].lower()
        text = short(values.get("text", ""))
        return f"You wrote down a note ({note}) for {day_words(values['on'])}: “{text}”"
    what = {
        Channel.CALL: "a phone call",
        Channel.LETTER: "a letter",
        Channel.MEETING: "a meeting",
        Channel.PORTAL: "a portal message",
        Channel.TEXT: "a text message",
        Channel.TALK: "a talk",
    }.get(Channel(values.get("channel") or Channel.TALK), "a message")
    people = ", ".join(p.get("name") or p.get("role") or p.get("address") for p in values.get("people", ()))
    return f"You wrote down {what} of {day_words(values['on'])}{f' with {people}' if people else ''}."


def _said_of_request(what: str) -> Callable[[Values, str], str]:
    return lambda values, subject: f"You {what.format(_quote(values, subject))}."


_TOLD: Mapping[str, Callable[[Values, str], str]] = {
    Said.SETTLE: _settle,
    Said.REOPEN: _reopen,
    Said.WITHDRAW: _said_of_request("withdrew the request {}"),
    Said.SET_DUE: _set_due,
    Said.SET_KIND: _set_kind,
    Said.NOT_REQUEST: _said_of_request("said that {} asks for nothing"),
    Said.ADD_REQUEST: _add_request,
    Said.KEEP: _keep,
    Said.REOPEN_COMMITMENT: _said_of_request("said that this has not been done yet: {}"),
    Said.WITHDRAW_COMMITMENT: _said_of_request("no longer wait for what they said: {}"),
    Said.ADD_COMMITMENT: _add_commitment,
    Said.MESSAGE_KIND: _message_kind,
    Said.NOT_SCHOOL: lambda v, s: f"You said that {_mail(v, s)} is not the school's mail.",
    Said.IS_SCHOOL: lambda v, s: f"You said that {_mail(v, s)} is the school's mail.",
    Said.MOVE_THREAD: _move,
    Said.SPLIT: _split,
    Said.KEEP_TOGETHER: lambda v, s: f"You said that the thread “{v.get('thread') or s}” belongs together.",
    Said.MERGE: _merge,
    Said.RENAME: lambda v, s: f"You renamed the case “{v.get('was') or s}” to “{v.get('title')}”.",
    Said.SET_CHILD: lambda v, s: f"You said that the case “{v.get('was') or s}” is about {v.get('child')}.",
    Said.LOG: _log,
    Said.CORRECT_LOG: lambda v, s: f"You corrected the log entry {s}: {', '.join(sorted(v))}.",
    Said.DISCARD_DRAFT: lambda v, s: f"You discarded the letter {s}.",
    **ROOM_WORDS,
}
