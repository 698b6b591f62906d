"""The readable text of a message: the best text part, in whatever charset it claims to be."""

from __future__ import annotations

import binascii
import hashlib
import html
import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_string
from email.message import Message as Parsed

from iep_mail.core.reading.colours import COLOURS
from iep_mail.core.reading.headers import CAPPED, DELIVERY_STATUS, clean, decoded
from iep_mail.core.reading.html_text import MAX_HTML, answers_in_colour, html_texts
from iep_mail.core.reading.quotes import MOST_CHARACTERS, new_text
from iep_mail.core.reading.tree import parse, payload_of
from iep_mail.model import Attachment

MAX_PARTS = 400
MAX_TEXT = 2_000_000  # characters of one text part

_WINDOWS = {
    "iso-8859-1",
    "latin-1",
    "latin1",
    "us-ascii",
    "ascii",
    "ansi",
    "x-unknown",
    "unknown-8bit",
    "unknown",
    "",
}
_UNREADABLE = {
    "application/ms-tnef": "a winmail.dat file, which only Outlook can open",
    "application/vnd.ms-tnef": "a winmail.dat file, which only Outlook can open",
    "application/pkcs7-mime": "an encrypted message",
    "application/x-pkcs7-mime": "an encrypted message",
    "multipart/encrypted": "an encrypted message",
}


_FIELDS_ONLY = (DELIVERY_STATUS, "text/rfc822-headers")  # parts of a report, for programs


@dataclass(frozen=True, slots=True)
class Body:
    plain: str  # the text/plain view, "" where there is none
    html: str  # the HTML source, "" where there is none
    parts: tuple[Parsed, ...]
    attachments: tuple[Attachment, ...]
    problems: tuple[str, ...]
    part_by_part: bool = False  # mail-parser could not be relied on; the standard library's tree was read


def read_body(parsed: Parsed) -> Body:
    """Text, HTML and attachments of a parsed message. Messages and calendars inside it are
    attachments: what somebody forwarded is not what the sender says."""
    parts, problems = _parts(parsed)
    plain: list[str] = []
    html: list[str] = []
    attachments: list[Attachment] = []
    for part in parts:
        kind = part.get_content_type()
        if part.is_multipart() and not kind.startswith("message/"):
            continue
        if _is_text(part, kind):
            text = part_text(part)
            (html if kind == "text/html" else plain).append(text)
        elif kind not in _FIELDS_ONLY:
            attachments.append(_attachment(part, kind))
        if kind in _UNREADABLE:
            problems.append(f"It holds {_UNREADABLE[kind]}.")
    whole = _by_mail_parser(parsed, parts)
    plain, html = whole or (plain, html)
    if any(len(text) > MOST_CHARACTERS for text in plain) or any(len(page) > MAX_HTML for page in html):
        problems.append("It is so long that only its beginning was read.")
    return Body(
        "\n\n".join(plain),
        "\n".join(html),
        tuple(parts),
        tuple(attachments),
        tuple(dict.fromkeys(problems)),
        whole is None,
    )


_TRUSTED_CHARSETS = frozenset({"utf-8", "us-ascii", "windows-1252", "iso-8859-1"})
_PLAIN_TYPES = frozenset({"text/plain", "text/html"})


def _by_mail_parser(parsed: Parsed, parts: list[Parsed]) -> tuple[list[str], list[str]] | None:
    """mail-parser's texts for a message of an everyday shape; None where it cannot be relied on.

    It loses bytes of charsets it does not know, folds attached messages and calendars into the text,
    leaves flowed lines broken and may raise; such messages are read part by part instead.
    """
    leaves = [part for part in parts if not part.is_multipart()]
    everyday = len(leaves) <= 3 and all(
        part.get_content_type() in _PLAIN_TYPES
        and (part.get_content_charset() or "us-ascii") in _TRUSTED_CHARSETS
        and part.get_param("format") is None
        and not part.get("Content-Disposition")
        for part in leaves
    )
    if not everyday or sum(len(payload_of(part)) for part in leaves) > MAX_TEXT:
        return None
    from mailparser import MailParser

    logging.getLogger("mailparser").setLevel(logging.CRITICAL)  # it would tell of mail on standard error
    try:
        found = MailParser(_body_alone(parsed))
        plain, html = list(found.text_plain), list(found.text_html)
    except Exception:
        return None
    doubtful = any("\ufffd" in text or "--- mail_boundary ---" in text for text in (*plain, *html))
    if doubtful or len(plain) + len(html) != len(leaves):
        return None
    return [clean(text) for text in plain], [clean(text) for text in html]


def _body_alone(parsed: Parsed) -> Parsed:
    """The message without the fields that mail-parser would read for nothing, addresses above all."""
    body = Parsed(policy=CAPPED)
    for name in ("MIME-Version", "Content-Type", "Content-Transfer-Encoding"):
        if parsed.get(name) is not None:
            body[name] = parsed[name]
    payload = payload_of(parsed)
    body.set_payload(payload if isinstance(payload, str) else [*payload])
    return body


def _parts(parsed: Parsed) -> tuple[list[Parsed], list[str]]:
    """The parts in order, not descending into attached messages."""
    found: list[Parsed] = []
    stack, rescues = [parsed], 3
    while stack and len(found) < MAX_PARTS:
        part = stack.pop()
        found.append(part)
        payload = payload_of(part)
        if isinstance(payload, str) and part.get_content_maintype() == "multipart" and rescues:
            rescues -= 1
            payload = _rescued(payload[:MAX_TEXT])
        if isinstance(payload, list) and not part.get_content_type().startswith("message/"):
            stack.extend(reversed(payload))
    return found, [f"It has more than {MAX_PARTS} parts; the rest was left unread."] if stack else []


_BOUNDARY = re.compile(r"^--([^\s-][^\s]{0,68}|-{1,30}[^\s-][^\s]{0,68})[ \t]*\r?$", re.MULTILINE)


def _rescued(payload: str) -> list[Parsed] | str:
    """The parts of a multipart whose boundary the header lost, told by the first line that looks like one."""
    found = _BOUNDARY.search(payload[:20_000])
    if found is None:
        return payload
    head = f'Content-Type: multipart/mixed; boundary="{found[1]}"\n\n'
    parts = payload_of(message_from_string(head + payload, policy=CAPPED))
    return parts if isinstance(parts, list) else payload


def _is_text(part: Parsed, kind: str) -> bool:
    if kind not in ("text/plain", "text/html"):
        return (
            kind.startswith("text/")
            and kind
            not in (
                "text/calendar",
                "text/rfc822-headers",
                DELIVERY_STATUS,
                "text/csv",
                "text/x-vcard",
                "text/vcard",
            )
            and not part.get_filename()
        )
    return str(part.get("Content-Disposition", "")).strip().lower().split(";")[0] != "attachment" and not (
        part.get_filename()
        and kind == "text/plain"
        and "attachment" in str(part.get("Content-Disposition", "")).lower()
    )


def part_text(part: Parsed) -> str:
    """A text part decoded: its own charset, else UTF-8, else Windows-1252; flowed lines joined (RFC 3676)."""
    text = decode_bytes(_payload(part)[: MAX_TEXT * 4], part.get_content_charset() or "")[:MAX_TEXT]
    if part.get_content_type() == "text/plain" and str(part.get_param("format", "")).lower() == "flowed":
        text = _unflowed(text, str(part.get_param("delsp", "")).lower() == "yes")
    return text


def decode_bytes(raw: bytes, charset: str) -> str:
    """Bytes as text whatever their charset claims; never raises, NUL and surrogates scrubbed."""
    name = charset.strip("\"' ").lower()
    tries = ["utf-8", "cp1252"] if name in _WINDOWS else [name, "utf-8", "cp1252"]
    for attempt in tries:
        try:
            return clean(raw.decode(attempt))
        except (LookupError, UnicodeError, ValueError):
            continue
    return clean(raw.decode("latin-1"))


def _payload(part: Parsed) -> bytes:
    plain = payload_of(part)
    if isinstance(plain, str) and str(part.get("Content-Transfer-Encoding", "")).strip().lower() == "base64":
        try:  # the library takes base64 apart line by line, at many times its size
            return binascii.a2b_base64(plain.encode("ascii", "surrogateescape"))
        except ValueError:
            pass
    try:
        payload = part.get_payload(decode=True)
    except (ValueError, binascii.Error, LookupError, AssertionError, TypeError):
        payload = None
    if isinstance(payload, bytes):
        return payload
    raw = payload_of(part)
    return raw.encode("utf-8", "surrogateescape") if isinstance(raw, str) else b""


def _unflowed(text: str, delete_space: bool) -> str:
    lines: list[list[str]] = []
    joining = False
    for line in text.replace("\r\n", "\n").split("\n"):
        soft = line.endswith(" ") and line != "-- " and not line.startswith(">")
        content = line[:-1] if soft and delete_space else line
        if joining and not line.startswith(">") and line != "-- ":
            lines[-1].append(content)
        else:
            lines.append([content])
        joining = soft
    return "\n".join("".join(pieces) for pieces in lines)


def attachment_contents(parsed: Parsed) -> tuple[tuple[Attachment, bytes], ...]:
    """The attachments of a parsed message with their decoded bytes, as `read_body` lists them."""
    found = []
    for part in _parts(parsed)[0]:
        kind = part.get_content_type()
        if part.is_multipart() and not kind.startswith("message/"):
            continue
        if not _is_text(part, kind) and kind not in _FIELDS_ONLY:
            found.append((_attachment(part, kind), _content(part, kind)))
    return tuple(found)


def every_text(raw: bytes) -> Iterator[str]:
    """Every header and every text part of a message as plain words, also those that are not shown: what a
    reader of the original could find in it."""
    for part in parse(raw).walk():
        yield from (decoded(str(value)) for value in part.values())
        if part.get_content_maintype() == "text":
            text = decode_bytes(_payload(part), part.get_content_charset() or "")
            yield html.unescape(re.sub(r"<[^<>]{0,2000}>", "", text))


def _content(part: Parsed, kind: str) -> bytes:
    if not kind.startswith("message/"):
        return _payload(part)
    inner = payload_of(part)
    return _flat(inner[0]) if isinstance(inner, list) and inner else _payload(part)


def _attachment(part: Parsed, kind: str) -> Attachment:
    raw = _content(part, kind)
    name = "attached message" if kind.startswith("message/") else ""
    try:
        shown = decoded(part.get_filename() or "")
    except Exception:
        shown = ""
    return Attachment(
        shown or name or f"attachment ({kind})",
        kind,
        len(raw),
        hashlib.sha256(raw).hexdigest(),
        kind not in _UNREADABLE and not (shown or "").lower().endswith("winmail.dat"),
    )


def _flat(message: object) -> bytes:
    try:
        return message.as_bytes()  # type: ignore[attr-defined, no-any-return]
    except Exception:
        return repr(message).encode()


def best_texts(body: Body, sender_name: str = "") -> tuple[str, str]:
    """The text to show, and the text from which quotes are still to be stripped.

    Plain text is preferred; where it is missing or only says that HTML is wanted, the page is read,
    for the second without what it marks as quoted. Answers that the sender says are in a colour
    ("see below in red") are taken from the page, whatever else is quoted there.
    """
    answers = _coloured_answers(body, sender_name)
    stub = len(body.plain.split()) < 12 and len(body.html) > 400
    if not body.html or (body.plain.strip() and not answers and not (stub and _only_a_stub(body))):
        return body.plain, body.plain
    shown, own = html_texts(body.html)
    if not answers:
        return shown, own or shown
    if answers[0] in own:
        return shown, _without_copied_questions(own, answers)
    return shown, "\n\n".join((new_text(own, sender_name), *answers)).strip()


_IN_COLOUR = re.compile(rf"\bin\s+(?:\w+\s+)?(?P<colour>{'|'.join(COLOURS)})\b", re.I)


def _coloured_answers(body: Body, sender_name: str) -> tuple[str, ...]:
    """The answers that stand under the sender's own words in the colour that those name."""
    if not body.html or not _IN_COLOUR.search(body.plain[:2000] or body.html):
        return ()
    own = new_text(html_texts(body.html)[1], sender_name)
    named = _IN_COLOUR.search(own[:1000])
    if named is None:
        return ()
    answers = answers_in_colour(body.html, named["colour"].lower())
    above = own[: named.end()]
    return tuple(answer for answer in answers if len(answer) > 1 and answer not in above)


_GREETS = re.compile(r"\s*(?:hi|hey|hello|dear|good (?:morning|afternoon|evening))\b", re.I)


def _without_copied_questions(own: str, answers: tuple[str, ...]) -> str:
    """What was written over questions copied without any mark, the answers in colour, and what follows them.

    Of the text over the first answer only its question goes, and from a second greeting on all.
    """
    above, _, _ = own.partition(answers[0])
    lines = above.rstrip("\n").split("\n")
    named = next((n for n, line in enumerate(lines) if _IN_COLOUR.search(line)), len(lines) - 1)
    greeting = next((n for n in range(named + 1, len(lines)) if _GREETS.match(lines[n])), None)
    kept = lines[: greeting if greeting is not None else max(named + 1, len(lines) - 1)]
    below = own.rpartition(answers[-1])[2]
    return "\n\n".join(("\n".join(kept), *answers, below)).strip()


def _only_a_stub(body: Body) -> bool:
    plain = body.plain.lower()
    if re.search(r"html|view (?:it|this)|browser|not supported", plain):
        return True
    shown = html_texts(body.html)[0]
    return " ".join(plain.split()) not in " ".join(shown.lower().split()) or not plain.strip()
