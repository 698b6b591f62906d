"""Decisions about letters, documents, duties, sessions, steps and resolutions, as sentences.

Their values are what their own rooms keep; one that an older iep-mail kept otherwise still reads.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from iep_mail.data import load

Values = Mapping[str, Any]
Tell = Callable[[Values, str], str]

_STATUS = {"delivered": "held", "missed": "not held", "make_up": "held in place of one that was missed"}
_EVENTS = {
    "happened": "it happened",
    "knew": "you knew of it",
    "hearing_decision": "the hearing was decided",
    "leaving": "your child leaves for a private school",
    "iep_received": "you received the IEP",
    "change_notice": "you received the notice of a change",
}


def _day(day: Any) -> str:
    try:
        when = date.fromisoformat(str(day))
    except ValueError:
        return str(day)
    return f"{when:%B} {when.day}, {when.year}"


def _start_letter(values: Values, _: str) -> str:
    name = str(values.get("letter") or "")
    return f"You began a letter: {name.replace('-', ' ') or 'of your own'}."


def _document_kind(values: Values, subject: str) -> str:
    kind = str(values.get("value") or "other")
    title = next((k["title"] for k in load("documents")["kind"] if k["name"] == kind), "something else")
    return f"You said that the document {_short(subject)} is: {title}."


def _arrived(values: Values, subject: str) -> str:
    on = f" on {_day(values['value'])}" if values.get("value") else ""
    return f"You said that this has come{on}: {subject}."


def _session(values: Values) -> str:
    minutes = f"{values['minutes']} minutes of " if values.get("minutes") else ""
    return f"{minutes}{values.get('service') or 'a service'} on {_day(values.get('on') or 'an unknown day')}"


def _add_session(values: Values, _: str) -> str:
    status = _STATUS.get(str(values.get("status")), str(values.get("status")))
    return f"You wrote down a session: {_session(values)}, {status}{_reason(values)}."


def _reason(values: Values) -> str:
    words = load("services")["reason"].get(str(values.get("reason")))
    return f" ({words})" if words else ""


def _import_sessions(values: Values, _: str) -> str:
    rows = values.get("sessions") or ()
    count = f" ({len(rows)} session{'s' * (len(rows) != 1)})" if rows else ""
    return f"You took in the school's log {values.get('file') or ''}".rstrip() + f"{count}."


def _confirm(values: Values, _: str) -> str:
    quote = " ".join(str(values.get("note") or "").split())
    told = f": “{quote}”" if quote else "."
    return f"You confirmed what mail tells of: {_session(values)} was not held{_reason(values)}{told}"


def _step(values: Values) -> str:
    number = str(values.get("value") or "")
    step = load("steps").get(number)
    return f"step {number} ({step['title']})" if step else f"step {number}"


def _resolve(values: Values, subject: str) -> str:
    agreed = "; ".join(str(point).strip().rstrip(".") for point in values.get("agreed") or ())
    on = f" on {_day(values['on'])}" if values.get("on") else ""
    return f"You said that {subject} was resolved{on}" + (f": {agreed}." if agreed else ".")


def _not_held(values: Values, subject: str) -> str:
    what = str(values.get("value") or "").strip().rstrip(".")
    return f"You said that what was agreed in {subject} does not hold" + (f": {what}." if what else ".")


def _set_day(values: Values, subject: str) -> str:
    event, _, day = str(values.get("value") or "").partition(" ")
    what = _EVENTS.get(event)
    if not what or not day:
        return f"You said from which day your own deadlines of {subject} are counted."
    return f"You said that {what} on {_day(day)}, for your own deadlines of {subject}."


def _short(subject: str) -> str:
    """A hash is cut; a name stays."""
    return subject[:8] if len(subject) == 64 and " " not in subject else subject


ROOM_WORDS: Mapping[str, Tell] = {
    "start_letter": _start_letter,
    "document_kind": _document_kind,
    "duty_arrived": _arrived,
    "duty_not_owed": lambda _, s: f"You said that this is not owed: {s}.",
    "set_step": lambda v, s: f"You said that {s} is at {_step(v)}.",
    "hold_step": lambda v, s: (
        f"You {'no longer hold' if v.get('value') == 'off' else 'hold'} {s} at its step."
    ),
    "skip_step": lambda v, s: f"You said that {_step(v)} is not for {s}.",
    "resolve_case": _resolve,
    "reopen_case": lambda _, s: f"You said that {s} is not resolved after all.",
    "case_holds": lambda _, s: f"You said that what was agreed in {s} holds.",
    "case_does_not_hold": _not_held,
    "add_session": _add_session,
    "import_sessions": _import_sessions,
    "confirm_missed": _confirm,
    "reject_missed": lambda _, s: f"You said that the session seen in mail ({s}) was held after all.",
    "set_day": _set_day,
}
"""What each kind of decision of the other rooms says; a name stands where its subject is known by one."""
