"""Header fields of hostile mail: capped before they are parsed, decoded without ever raising."""

from __future__ import annotations

import re
from collections.abc import Iterable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from email._policybase import Compat32
from email.header import decode_header
from email.message import Message as Parsed
from email.utils import getaddresses, parsedate_to_datetime

from iep_mail.model import Address

MAX_BLOCK = 256 * 1024  # bytes of the whole header block that are looked at
MAX_FIELD = 16 * 1024  # bytes of one field; the standard library is slow beyond all measure on longer ones
MAX_CONTENT_FIELD = 4 * 1024  # characters of a field that describes a part
MAX_FIELDS = 500
MAX_ADDRESS_TEXT = 32 * 1024  # characters of all fields of one name that are read for addresses
MAX_ADDRESSES = 500
_MOST_SIGNS = 400  # brackets and quotation marks in a field that a person or a program wrote
MAX_IDS = 200

EARLIEST = datetime(1995, 1, 1, tzinfo=UTC)
UNKNOWN_DATE = datetime(1970, 1, 1, tzinfo=UTC)

_CONTROL = re.compile(r"[\x00-\x1f\x7f]+")
_SURROGATE = re.compile("[\ud800-\udfff]")
_ID = re.compile(r"<([^<>\s]{1,900})>")


_BLOCK = re.compile(
    rb"(?:From [^\n]*(?:\n|\Z))?(?:[!-9;-~]{1,300}[ \t]*:[^\n]*(?:\n|\Z)|[ \t][^\n]*(?:\n|\Z))*(?:\r?\n)?"
)
_EMPTY_LINE = re.compile(rb"\n\r?\n")
_LEADING = re.compile(rb"[\r\n]{1,1000}(?=[!-9;-~]{1,80}:)")


def split_block(raw: bytes) -> tuple[bytes, bytes]:
    """The header block and the rest: at the first empty line (RFC 5322, 2.1), or at a line that is no field."""
    found = _BLOCK.match(raw, 0, MAX_BLOCK)
    end = found.end() if found else 0
    if end == MAX_BLOCK < len(raw):  # more than is looked at; where the header ends is still to be known
        blank = _EMPTY_LINE.search(raw, end - 4)
        end = blank.end() if blank else len(raw)
    return raw[:end], raw[end:]


def without_leading_lines(raw: bytes) -> bytes:
    """Without empty lines that a program left above the header."""
    found = _LEADING.match(raw)
    return raw[found.end() :] if found else raw


def capped_block(block: bytes) -> bytes:
    """The header block with overlong fields cut and surplus fields dropped."""
    if len(block) <= MAX_FIELD and block.count(b"\n") <= MAX_FIELDS:
        return block
    fields = re.split(rb"\r?\n(?![ \t])", block[:MAX_BLOCK].rstrip(b"\r\n"))
    return b"\r\n".join(field[:MAX_FIELD] for field in fields[:MAX_FIELDS]) + b"\r\n\r\n"


DELIVERY_STATUS = "text/x-delivery-status"  # as which a report's fields are read


class CappedPolicy(Compat32):
    """The standard library's plain policy with every field of every part cut: it reads parameters in a
    time that grows with the square of their number. The parts of a delivery report (RFC 3464) are kept
    as text, where it would make a message of every paragraph."""

    def header_source_parse(self, sourcelines: list[str]) -> tuple[str, str]:
        name, value = super().header_source_parse(sourcelines)
        if name[:12].lower() == "content-type":
            value = re.sub(r"^\s*message/delivery-status", DELIVERY_STATUS, str(value), flags=re.I)
        return name, str(value).replace("\x00", "")[
            : MAX_CONTENT_FIELD if name[:8].lower() == "content-" else MAX_FIELD
        ]

    def header_fetch_parse(self, name: str, value: str) -> str:
        """As it stands: raw 8-bit bytes are told apart below, where the library gives them up."""
        return value


CAPPED = CappedPolicy()


def clean(text: str) -> str:
    """Without NUL and lone surrogates, which no database and no JSON takes."""
    return _SURROGATE.sub("\ufffd", text.replace("\x00", ""))


def header_text(parsed: Parsed, name: str) -> str:
    """The first field of that name, decoded, on one line; "" where there is none."""
    value = parsed.get(name)
    return "" if value is None else decoded(str(value))


def decoded(value: str) -> str:
    """RFC 2047 words decoded, folding and control characters turned into single spaces."""
    value = _CONTROL.sub(" ", value[:MAX_FIELD])
    try:
        parts = [
            _bytes_text(part, charset) if isinstance(part, bytes) else part
            for part, charset in decode_header(value)
        ]
        value = "".join(parts) or value
    except Exception:  # noqa: S110 - an undecodable header stays as it stands
        pass
    return " ".join(_CONTROL.sub(" ", clean(_eight_bit(value))).split())


def _eight_bit(value: str) -> str:
    """Raw 8-bit bytes in a header arrive as surrogates: UTF-8, else Windows-1252."""
    if not _SURROGATE.search(value):
        return value
    raw = value.encode("utf-8", "surrogateescape")
    return _bytes_text(raw, "utf-8")


def _bytes_text(raw: bytes, charset: str | None) -> str:
    for name in (charset or "utf-8", "utf-8", "cp1252"):
        try:
            return raw.decode(name)
        except (LookupError, UnicodeError, ValueError):
            continue
    return raw.decode("latin-1")


_NAMED = re.compile(r"([^<>]{0,200})<\s{0,9}([^<>\s@]{1,200}@[^<>\s@]{1,200})\s{0,9}>")
_BARE = re.compile(r"[^\s<>,;:\"()\[\]]{1,200}@[^\s<>,;:\"()\[\]]{1,200}")


def addresses(parsed: Parsed, name: str) -> tuple[Address, ...]:
    """The addresses of every field of that name, in order, without repeats."""
    values, left = [], MAX_ADDRESS_TEXT
    for value in parsed.get_all(name, [])[:MAX_FIELDS]:
        values.append(_CONTROL.sub(" ", str(value)[:MAX_FIELD])[: max(0, left)])
        left -= len(values[-1])
    pairs = [pair for value in values for pair in _pairs(value)]
    found: dict[str, Address] = {}
    for shown, email in pairs[:MAX_ADDRESSES]:
        email = clean(email).strip().lower()
        if "@" in email and not re.search(r"\s", email):
            found.setdefault(email, Address(decoded(shown).strip("\"' ,;"), email))
    return tuple(found.values())


def _pairs(value: str) -> list[tuple[str, str]]:
    """Names and addresses of one field.

    Newer Pythons give nothing at all for a field with one mistake in it, such as the bare comma of
    `Smith, John <john@school.org>` (CVE-2023-27043); then what stands in angle brackets counts. So it
    does in a field built to keep a parser busy.
    """
    pairs: list[tuple[str, str]] = []
    if max(map(value.count, '(["\\')) <= _MOST_SIGNS:
        with suppress(Exception):
            pairs = getaddresses([value])
    if any("@" in email for _, email in pairs) or "@" not in value:
        return pairs
    return _NAMED.findall(value) or [("", email) for email in _BARE.findall(value)]


def message_ids(values: Iterable[str]) -> tuple[str, ...]:
    """Every `<id>` in the fields, in order; `null`, words and control characters are no ids."""
    found = [f"<{i}>" for value in values for i in _ID.findall(_CONTROL.sub(" ", clean(value))[:MAX_FIELD])]
    return tuple(dict.fromkeys(found))[-MAX_IDS:]


def ids_of(parsed: Parsed, name: str) -> tuple[str, ...]:
    return message_ids(str(v) for v in parsed.get_all(name, []))


def date_of(value: str | None) -> datetime | None:
    """A Date field as UTC; None where it is missing or cannot be."""
    if not value:
        return None
    try:
        moment = parsedate_to_datetime(_CONTROL.sub(" ", value[:200]))
        moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except Exception:
        return None
    return moment if moment >= EARLIEST else None


def received_date(parsed: Parsed) -> datetime | None:
    """When the last server took it, by the topmost Received field (RFC 5321, 4.4)."""
    for value in parsed.get_all("Received", [])[:1]:
        return date_of(str(value).rpartition(";")[2])
    return None


def believable_date(parsed: Parsed, received_at: datetime | None) -> datetime:
    """When it was sent: the Date field is a claim, held against the time it was received."""
    claimed = date_of(parsed.get("Date"))
    received = received_at or received_date(parsed)
    if claimed is None:
        return received or UNKNOWN_DATE
    stamped = received_date(parsed)
    if received is not None and claimed > received + timedelta(days=1):
        return received
    if stamped is not None and claimed < stamped - timedelta(days=7):
        return stamped
    return claimed
