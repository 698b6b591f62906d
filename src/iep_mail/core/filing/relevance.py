"""Which messages are the school's correspondence, and which way they went."""

from __future__ import annotations

import re
from collections.abc import Sequence

from iep_mail.model import Direction, Envelope, Family, Message, MessageKind

Sorted = tuple[Message, Direction, MessageKind]

_MAILER = re.compile(r"^(mailer-daemon|postmaster|mail-?daemon|bounces?|maildelivery|mailerdaemon)\b", re.I)
_BOUNCE_SUBJECT = re.compile(
    r"undeliver|returned mail|returned to sender|delivery (status|failure|has failed|notification)"
    r"|failure notice|mail delivery|could not be delivered|not delivered",
    re.I,
)
_ADDRESS = re.compile(r"[\w.+'-]+@[\w-]+(?:\.[\w-]+)+")
_MASS_SENDER = re.compile(r"^(no-?reply|do-?not-?reply|notif\w*|alerts?|messages?|mailer)\b", re.I)
_ANSWERING = frozenset({MessageKind.PERSONAL, MessageKind.AUTO_REPLY, MessageKind.CALENDAR})


def is_school_envelope(envelope: Envelope, family: Family) -> bool:
    """Whether a school address is among From, Sender, Reply-To, To, Cc and Bcc."""
    return any(family.is_school(address) for address in envelope.addresses)


def is_possible_bounce(envelope: Envelope) -> bool:
    """Whether the header looks like a mail server's: such mail must be read to know whose it is."""
    return bool(_MAILER.match(envelope.sender) or _BOUNCE_SUBJECT.search(envelope.subject))


def school_correspondence(messages: Sequence[Message], family: Family) -> tuple[Sorted, ...]:
    """The school's messages with direction and kind, ordered by date and hash.

    The order of `messages` does not matter: replies from unknown addresses are added until nothing
    more answers what is already there.
    """
    ordered = sorted(messages, key=lambda m: (m.date, m.sha256))
    ours = {m.sha256: m for m in ordered if _has_school_address(m, family)}
    outsiders: set[str] = set()
    grew = True
    while grew:
        by_id = {m.message_id: m for m in ours.values() if m.message_id}
        new = [m for m in ordered if m.sha256 not in ours and _belongs(m, by_id, outsiders, family)]
        ours.update({m.sha256: m for m in new})
        outsiders.update(
            m.sender.email.lower()
            for m in new
            if m.kind is MessageKind.PERSONAL and not family.is_own(m.sender.email)
        )
        grew = bool(new)
    return tuple((m, direction_of(m, family), _kind(m, family)) for m in ordered if m.sha256 in ours)


def _addresses(message: Message) -> set[str]:
    people = (message.sender, *message.recipients, *message.reply_to)
    return {a.email.lower() for a in people if a.email}


def _has_school_address(message: Message, family: Family) -> bool:
    return any(family.is_school(email) for email in _addresses(message))


def _belongs(message: Message, by_id: dict[str, Message], outsiders: set[str], family: Family) -> bool:
    if message.kind is MessageKind.BOUNCE:
        return _is_school_bounce(message, by_id, family)
    answered = _answered(message, by_id)
    if answered is None:
        return False
    sender = message.sender.email.lower()
    if family.is_own(sender):
        # The parents between themselves are not the school; an answer to a teacher who wrote from a
        # private address is.
        return any(a.email.lower() in outsiders for a in message.recipients)
    if message.kind not in _ANSWERING or message.forwarded:
        return False
    # Somebody whom the family itself had copied in (a grandmother, an advocate) is not the school.
    was_copied_in = sender in {a.email.lower() for a in answered.recipients}
    return sender in outsiders or not was_copied_in


def _answered(message: Message, by_id: dict[str, Message]) -> Message | None:
    """The message that this one answers directly: a reply to a forward of school mail carries the
    school's Message-ID too, further up in References."""
    direct = message.in_reply_to[-1:] or message.references[-1:]
    return by_id.get(direct[0]) if direct else None


def _is_school_bounce(message: Message, by_id: dict[str, Message], family: Family) -> bool:
    failed = [email.lower() for email in message.failed_recipients]
    if any(family.is_school(email) for email in failed):
        return True
    if failed and all(family.is_own(email) for email in failed):
        return False
    if any(i in by_id for i in (message.returned_id, *message.in_reply_to, *message.references) if i):
        return True
    return not failed and any(family.is_school(a) for a in _ADDRESS.findall(message.full_text))


def direction_of(message: Message, family: Family) -> Direction:
    """By the address it comes from."""
    return Direction.TO_SCHOOL if family.is_own(message.sender.email) else Direction.FROM_SCHOOL


def _kind(message: Message, family: Family) -> MessageKind:
    if message.kind in (MessageKind.BOUNCE, MessageKind.CALENDAR) or family.is_own(message.sender.email):
        return message.kind
    sender = message.sender.email.lower()
    if sender in family.portal_addresses:
        return MessageKind.PORTAL_NOTICE
    host = sender.rpartition("@")[2]
    on_school_domain = any(host == d or host.endswith("." + d) for d in map(str.lower, family.school.domains))
    if not on_school_domain and (message.kind is MessageKind.BULK or _MASS_SENDER.match(sender)):
        return MessageKind.PORTAL_NOTICE
    return message.kind
