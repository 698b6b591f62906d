"""To whom a letter goes, and where in a thread it stands."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cache

from iep_mail.core.letters.people import with_role
from iep_mail.data import load
from iep_mail.model import Direction, Effect, Family, FiledMessage, MessageKind, Request, correspondence

# A mistyped address and the right one of the same person are nearly the same string.
_LIKELY_MEANT = 0.85
_MOST_COPIES = 2


@dataclass(frozen=True, slots=True)
class ThreadPosition:
    """What a reply needs from the message that it answers (RFC 5322 section 3.6.4)."""

    subject: str
    in_reply_to: str
    references: tuple[str, ...]


def conversation(thread: str, messages: Sequence[FiledMessage]) -> tuple[FiledMessage, ...]:
    """What people wrote in a thread, in time order: no automatic mail."""
    found = [m for m in correspondence(messages).of_thread(thread) if m.kind is MessageKind.PERSONAL]
    return tuple(sorted(found, key=lambda m: (m.message.date, m.message.sha256)))


def thread_position(thread: str, messages: Sequence[FiledMessage]) -> ThreadPosition | None:
    """The last message of the thread that a person wrote and that has a Message-ID."""
    written = conversation(thread, messages)
    last = next((m.message for m in reversed(written) if m.message.message_id), None)
    if last is None:
        # What was written down by hand has no subject that the other side knows.
        subject = written[-1].message.subject if written and not written[-1].message.by_hand else ""
        return ThreadPosition(_base(subject), "", ()) if subject else None
    chain = tuple(dict.fromkeys((*(last.references or last.in_reply_to), last.message_id)))
    return ThreadPosition(_base(last.subject), last.message_id, chain)


def asked_people(request: Request, family: Family, messages: Sequence[FiledMessage]) -> tuple[str, ...]:
    """Who should answer: whoever took it over last, then those of whom it was asked.

    School addresses only; no mass-mail system, no address that nobody reads, none that bounced.
    """
    gone = {a.lower() for a in request.undelivered_to}
    people = (*_took_over(request, messages), *map(str.lower, request.asked_of))
    return tuple(a for a in dict.fromkeys(people) if writable(a, family) and a not in gone)


def resend_people(
    request: Request, roles: Sequence[str], family: Family, messages: Sequence[FiledMessage]
) -> tuple[str, ...]:
    """Whom to write instead of an address that bounced.

    The address that was probably meant; else others who were asked; else the first contact with one of
    `roles`; () where there is nobody.
    """
    gone = {a.lower() for a in request.undelivered_to}
    known = _known_addresses(family, messages) - gone
    meant = tuple(dict.fromkeys(filter(None, (_nearest(a, known) for a in sorted(gone)))))
    if meant:
        return meant
    if others := asked_people(request, family, messages):
        return others
    return tuple(a for a in by_role(roles, family) if a not in gone)[:1]


def by_role(roles: Sequence[str], family: Family) -> tuple[str, ...]:
    """The addresses of the contacts with these roles, in the order of the roles, each once."""
    contacts = (with_role(family, role) for role in roles)
    return tuple(dict.fromkeys(c.address.lower() for c in contacts if c and writable(c.address, family)))


def copies(roles: Sequence[str], to: Sequence[str], family: Family) -> tuple[str, ...]:
    """Up to two people who have the letter's copy roles and are not already addressed."""
    return tuple(email for email in by_role(roles, family) if email not in to)[:_MOST_COPIES]


def writable(email: str, family: Family) -> bool:
    """Whether a person at the school reads this address."""
    email = email.lower()
    return family.is_school(email) and email not in family.portal_addresses and not _unread().search(email)


@cache
def _unread() -> re.Pattern[str]:
    return re.compile(rf"(?i)^(?:{load('letters')['unread']['local_part']})@")


def _took_over(request: Request, messages: Sequence[FiledMessage]) -> tuple[str, ...]:
    """Who wrote last that they have it or will answer later."""
    waiting = (Effect.ACKNOWLEDGED, Effect.DEFERRED)
    event = next((e for e in reversed(request.events) if e.effect in waiting), None)
    if event is None:
        return ()
    return tuple(m.message.sender.email for m in messages if m.message.sha256 == event.sha256)


def _known_addresses(family: Family, messages: Sequence[FiledMessage]) -> set[str]:
    """Addresses that are real: the contacts, and those from which the school has written."""
    seen = {c.address.lower() for c in family.school.contacts}
    seen |= {
        m.message.sender.email
        for m in messages
        if m.direction is Direction.FROM_SCHOOL and m.kind is MessageKind.PERSONAL
    }
    return {a for a in seen if writable(a, family)}


def _nearest(email: str, known: set[str]) -> str | None:
    scored = sorted(((SequenceMatcher(None, email, k).ratio(), k) for k in known), reverse=True)
    # The domain is shared by everyone, so the part before the @ has to be like it as well.
    for score, candidate in scored:
        local = SequenceMatcher(None, email.partition("@")[0], candidate.partition("@")[0]).ratio()
        if score >= _LIKELY_MEANT and local >= _LIKELY_MEANT:
            return candidate
    return None


def _base(subject: str) -> str:
    """The subject without the marks that replies and gateways put before it."""
    marks = ("re:", "fw:", "fwd:", "aw:", "rv:", "[external]", "[ext]", "external:")
    text = " ".join(subject.split())
    while text.lower().startswith(marks):
        mark = next(m for m in marks if text.lower().startswith(m))
        text = text[len(mark) :].strip()
    return text
