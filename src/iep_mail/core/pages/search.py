"""What was searched for, where it stands in the mail and in its attachments."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from iep_mail.core.letters.entries import Page
from iep_mail.core.search.documents import NOTE
from iep_mail.model import SearchHit

_MARKED, _END = "\x02", "\x03"


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of a line; `found` is what was sought."""

    text: str
    found: bool


Line = tuple[Part, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class HitLine:
    """A message that was found. `files` are attachments in which it was found, with their lines."""

    place: str  # where the page shows it
    subject: str
    day: str
    who: str
    case: str
    case_title: str
    lines: tuple[Line, ...]
    files: tuple[tuple[str, tuple[Line, ...]], ...]
    attached: tuple[str, ...]  # the names of the others


def hit_lines(hits: Sequence[SearchHit], page: Page) -> tuple[HitLine, ...]:
    """The hits as they are shown, the best first."""
    return tuple(_line(hit, page) for hit in hits)


def _line(hit: SearchHit, page: Page) -> HitLine:
    found = {name for name, _ in hit.files}
    return HitLine(
        place=f"/log/l-{hit.sha256[:10]}" if hit.direction == NOTE else f"/message/{hit.sha256}",
        subject=hit.subject or "(no subject)",
        day=page.day(hit.sent_on),
        who=_who(hit, page),
        case=hit.case or "",
        case_title=hit.case_title,
        lines=tuple(parts(line) for line in hit.lines),
        files=tuple((name, tuple(parts(line) for line in lines)) for name, lines in hit.files),
        attached=tuple(name for name in hit.attached if name not in found),
    )


def _who(hit: SearchHit, page: Page) -> str:
    if hit.direction == NOTE:
        return "your own note"
    filed = page.message(hit.sha256)
    if hit.direction == "to_school":
        names = dict.fromkeys(page.name(a.email) for a in filed.message.to) if filed else ()
        return f"you to {', '.join(names) or 'unknown'}"
    return f"{page.name(filed.message.sender.email) if filed else hit.sender} to you"


def parts(line: str) -> Line:
    """A line of the index cut where what was sought begins and ends; joined again it is the same text."""
    found = []
    for piece in line.split(_MARKED):
        inside, mark, after = piece.partition(_END)
        found += [Part(inside, bool(mark)), Part(after, False)]
    return tuple(part for part in found if part.text)
