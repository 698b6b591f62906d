"""Raw bytes as the standard library's tree of parts, at a cost that follows their size."""

from __future__ import annotations

import re
from email import message_from_bytes
from email.message import Message as Parsed

from iep_mail.core.reading.headers import CAPPED, capped_block, split_block, without_leading_lines

_LARGE = 2_000_000  # bytes from which a multipart is cut at its boundaries here
_DEEPEST = 10
_MOST_PIECES = 1_000


def parse(raw: bytes) -> Parsed:
    """The tree of parts (RFC 2046). Headers are capped before anything looks at them.

    The library's parser makes an object of every line. That is right for small messages; a text that is no
    multipart, and the parts of a large message, are taken whole instead.
    """
    return _parse(without_leading_lines(raw), 0)


def _parse(raw: bytes, depth: int) -> Parsed:
    block, rest = split_block(raw)
    block = capped_block(block)
    parsed = message_from_bytes(block, policy=CAPPED)
    kind = parsed.get_content_maintype()
    if kind == "multipart" and len(raw) > _LARGE and depth < _DEEPEST:
        pieces = _pieces(rest, parsed.get_boundary())
        if pieces:
            del rest  # one copy less while the parts are read
            parsed.set_payload([_parse(piece, depth + 1) for piece in pieces])
            return parsed
    if kind in ("multipart", "message") or payload_of(parsed):
        return message_from_bytes(block + rest, policy=CAPPED)
    parsed.set_payload(rest.decode("ascii", "surrogateescape"))
    return parsed


def _pieces(rest: bytes, boundary: str | None) -> list[bytes]:
    """What stands between the boundary lines; [] where they cannot be told."""
    if not boundary:
        return []
    mark = re.escape(b"--" + boundary.encode("ascii", "surrogateescape"))
    found = re.finditer(mark + rb"(--)?[ \t]*(?:\r?\n|\Z)", rest)
    lines = [line for line in found if not line.start() or rest[line.start() - 1 : line.start()] == b"\n"]
    if not 0 < len(lines) <= _MOST_PIECES:
        return []
    ends = [line.start() for line in lines[1:]] + [len(rest)]
    return [
        rest[line.end() : end].removesuffix(b"\n").removesuffix(b"\r")
        for line, end in zip(lines, ends, strict=True)
        if not line[1]
    ]


def payload_of(part: Parsed) -> list[Parsed] | str:
    """The parts inside, or the undecoded text; the library raises on some charsets that cannot be."""
    try:
        payload = part.get_payload()
    except (LookupError, ValueError, TypeError, AssertionError):
        raw = part.get_payload(decode=True)
        return raw.decode("ascii", "surrogateescape") if isinstance(raw, bytes) else ""
    if isinstance(payload, list):
        return [inner for inner in payload if isinstance(inner, Parsed)]
    return payload if isinstance(payload, str) else ""
