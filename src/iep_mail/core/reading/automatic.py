"""What kind of mail a message is: a person's, or automatic in one of five ways."""

from __future__ import annotations

import re
from dataclasses import dataclass
from email.message import Message as Parsed
from functools import cache

from iep_mail.core.reading.body import part_text
from iep_mail.core.reading.headers import DELIVERY_STATUS, addresses, clean, ids_of, message_ids
from iep_mail.core.reading.tree import payload_of
from iep_mail.data import load
from iep_mail.model import MessageKind

_EMAIL = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]+@[\w-]+(?:\.[\w-]+)+")
_OPENING = 500  # characters of the text in which an automatic reply says what it is
_MOST_TEXT = 20_000  # characters of the text that are looked at


@dataclass(frozen=True, slots=True)
class Automatic:
    kind: MessageKind
    failed_recipients: tuple[str, ...] = ()
    returned_id: str = ""


def classify(parsed: Parsed, sender: str, subject: str, text: str, parts: list[Parsed]) -> Automatic:
    """The kind of a message by its header, then its subject and opening words.

    A bounce names who was not reached and which Message-ID came back. A notice that delivery is only
    delayed (RFC 3463, class 4) settles nothing and counts as an automatic reply.
    """
    types = [part.get_content_type() for part in parts]
    text = text[:_MOST_TEXT].replace("’", "'")
    if _is_receipt(types, parts, subject, text):
        return Automatic(MessageKind.AUTO_REPLY)
    if _is_bounce(parsed, sender, subject, text, types):
        report = _report_text(parts)
        if _is_delay(report, subject, text):
            return Automatic(MessageKind.AUTO_REPLY)
        return Automatic(MessageKind.BOUNCE, _failed(parsed, report, text), _returned(parts, text))
    if _is_auto_reply(parsed, subject, text, types):
        return Automatic(MessageKind.AUTO_REPLY)
    if _is_calendar(parsed, subject, text, parts):
        return Automatic(MessageKind.CALENDAR)
    if "message/feedback-report" in types or _is_bulk(parsed, sender, text):
        return Automatic(MessageKind.BULK)
    return Automatic(MessageKind.PERSONAL)


@cache
def _table(name: str) -> re.Pattern[str]:
    value = load("automatic")[name]
    return re.compile(value if isinstance(value, str) else "|".join(f"(?:{v})" for v in value), re.I | re.S)


def _says(name: str, text: str) -> bool:
    return bool(_table(name).search(text))


def _is_receipt(types: list[str], parts: list[Parsed], subject: str, text: str) -> bool:
    """A read receipt (RFC 8098) or a report that a message arrived (RFC 3464): neither reply nor failure."""
    if "message/disposition-notification" in types:
        return True
    actions = set(re.findall(r"^action:\s*(\w+)", _report_text(parts), re.I | re.M))
    if actions and {a.lower() for a in actions} <= {"delivered", "relayed", "expanded"}:
        return True
    return bool(_table("receipt_opening").match(text.strip())) and bool(
        re.match(
            r"\W*(?:read|not read|le[ií]do|delivered|relayed|return receipt|read receipt)\b", subject, re.I
        )
    )


def _is_bounce(parsed: Parsed, sender: str, subject: str, text: str, types: list[str]) -> bool:
    if parsed.get("X-Failed-Recipients") or DELIVERY_STATUS in types:
        return True
    by_system = (
        bool(_table("bounce_sender").match(sender)) or str(parsed.get("Return-Path", "")).strip() == "<>"
    )
    if by_system:
        return _says("bounce_subject", subject) or _says("bounce_body", text[:4000])
    # Old servers sign with ordinary addresses; then subject and text must both say it.
    return (
        not parsed.get("In-Reply-To")
        and _says("bounce_subject", subject)
        and not re.match(r"\s*(?:re|fwd?)\s*:", subject, re.IGNORECASE)
        and _says("bounce_body", text[:4000])
    )


def _report_text(parts: list[Parsed]) -> str:
    """The delivery-status fields (RFC 3464)."""
    found = [part for part in parts if part.get_content_type() == DELIVERY_STATUS][:20]
    return clean("\n".join(part_text(part)[:20_000] for part in found))


def _is_delay(report: str, subject: str, text: str) -> bool:
    if re.search(r"^action:\s*failed|^status:\s*5\.", report, re.I | re.M):
        return False
    if re.search(r"^action:\s*delayed|^status:\s*4\.", report, re.I | re.M):
        return True
    return (
        not report
        and _says("delayed", f"{subject}\n{text[:1500]}")
        and not re.search(r"\b5\d\d[ -]5\.|\bpermanent|gave up|giving up|failed", text[:3000], re.I)
    )


def _failed(parsed: Parsed, report: str, text: str) -> tuple[str, ...]:
    named = re.findall(r"^(?:final|original)-recipient:\s*(?:rfc822;)?\s*(\S+)", report, re.I | re.M)
    named += _EMAIL.findall(str(parsed.get("X-Failed-Recipients", "")))
    if not named:
        near = re.search(
            r"(?:deliver|recipient|address|user|failed|mailbox|undeliverable|could not)", text, re.I
        )
        named = _EMAIL.findall(text[max(0, near.start() - 200) : near.start() + 1200])[:1] if near else []
    return tuple(dict.fromkeys(a.strip("<>;,").lower() for a in named if "@" in a))[:20]


def _returned(parts: list[Parsed], text: str) -> str:
    """The Message-ID of what came back, from the returned header or its copy in the text."""
    for part in parts:
        kind = part.get_content_type()
        if kind == "message/rfc822" and part.is_multipart():
            inner = next(iter(payload_of(part)), None)
            found = ids_of(inner, "Message-ID") if isinstance(inner, Parsed) else ()
        elif kind in ("text/rfc822-headers", "message/rfc822-headers"):
            found = message_ids(
                re.findall(r"^message-id:.*(?:\n[ \t].*)?", str(payload_of(part)), re.I | re.M)
            )
        else:
            continue
        if found:
            return found[0]
    found = message_ids(re.findall(r"^[>\s]*message-id:.*", text, re.I | re.M))
    return (found or (ids_of(parts[0], "In-Reply-To") if parts else ()) or ("",))[0]


def _is_auto_reply(parsed: Parsed, subject: str, text: str, types: list[str]) -> bool:
    submitted = str(parsed.get("Auto-Submitted", "no")).strip().lower()
    precedence = {str(v).strip().lower() for v in parsed.get_all("Precedence", [])}
    if submitted.startswith("auto-") and not parsed.get("List-Unsubscribe"):
        return not _has_calendar_method(types)
    if any(parsed.get(name) is not None for name in ("X-Autoreply", "X-Autorespond", "X-Autoresponder")):
        return True
    if "auto_reply" in precedence or "autoresponder" in str(parsed.get("X-POST-MessageClass", "")).lower():
        return True
    if _says("reply_subject", subject):
        return not _says("answers_anyway", text[:_OPENING])
    return _opens_automatically(text)


_GREETING = re.compile(
    r"(?:hello|hi|hey|dear|greetings|good (?:morning|day|afternoon|evening)|hola|estimad[oa]s?|buen(?:os|as) (?:d[ií]as|tardes))"
    r"\b[^,.!:]{0,40}[,.!:]\s*",
    re.IGNORECASE,
)


def _opens_automatically(text: str) -> bool:
    """Whether a short text begins as automatic replies do, and answers nothing in particular."""
    if len(text) > 1500:
        return False
    opening = _GREETING.sub("", " ".join(text.split()), count=1)
    if not _table("reply_opening").match(opening):
        return False
    return not _says("answers_anyway", opening)


def _has_calendar_method(types: list[str]) -> bool:
    return "text/calendar" in types


def _is_calendar(parsed: Parsed, subject: str, text: str, parts: list[Parsed]) -> bool:
    if "calendarmessage" in str(parsed.get("Content-Class", "")).lower():
        return True
    for part in parts:
        if part.get_content_type() == "text/calendar":
            if part.get_param("method"):
                return True
            return _says("calendar_subject", subject)
    return _says("calendar_subject", subject) and _says("calendar_body", text[:4000])


def _is_bulk(parsed: Parsed, sender: str, text: str) -> bool:
    answers = parsed.get("In-Reply-To") is not None
    if parsed.get("List-Unsubscribe") and not answers:
        return True
    listed = parsed.get("List-Id") is not None or any(
        str(v).strip().lower() in ("bulk", "junk", "list") for v in parsed.get_all("Precedence", [])
    )
    campaign = any(
        parsed.get(n) is not None for n in ("X-Campaign-Id", "X-Campaign", "X-Mailgun-Tag", "X-MC-User")
    )
    # Amazon puts the field on every mail that passes through it, a teacher's too.
    campaign |= not str(parsed.get("Feedback-ID", "amazonses")).lower().strip().endswith("amazonses")
    if answers:
        return (listed or campaign) and bool(_table("bulk_answering").match(sender))
    if listed or campaign or _table("no_reply").match(sender):
        return True
    return bool(_table("bulk_greeting").match(text.strip()[:200])) and _to_nobody(parsed, sender)


def _to_nobody(parsed: Parsed, sender: str) -> bool:
    """Sent to hidden recipients: To is empty, names a group only, or is the sender's own address."""
    named = addresses(parsed, "To") + addresses(parsed, "Cc")
    return all(a.email == sender for a in named)
