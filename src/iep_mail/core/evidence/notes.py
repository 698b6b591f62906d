"""What the parent wrote down beside the mail, as the case file shows it: the log, and their own notes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import count
from zoneinfo import ZoneInfo

from iep_mail.core.decisions.entries import NOTE_WORDS, person_words
from iep_mail.core.evidence.contents import Exhibit, ExhibitFile, LogLine, NoteRow
from iep_mail.core.evidence.desk import Desk, listed


def note_rows(desk: Desk, exhibits: Sequence[Exhibit]) -> tuple[NoteRow, ...]:
    """The notes of the matters, the oldest first; their papers are numbered after the exhibits'."""
    numbers = count(1 + sum(len(e.files) for e in exhibits))
    zone = ZoneInfo(desk.page.family.timezone)
    rows = []
    for number, entry in enumerate(desk.notes, 1):
        where = f"note {number}"
        rows.append(
            NoteRow(
                label=f"N{number}",
                on=entry.on,
                entered_on=entry.entered_at.astimezone(zone).date(),
                what=NOTE_WORDS[entry.kind],
                text=desk.clean(entry.text, where),
                people=desk.clean(", ".join(person_words(p) for p in entry.people), where),
                corrected_on=tuple(dict.fromkeys(c.at.astimezone(zone).date() for c in entry.corrections)),
                files=tuple(
                    ExhibitFile(
                        label=f"A{next(numbers)}",
                        note=number,
                        name=desk.clean(a.name, where),
                        content_type=a.content_type,
                        size=a.size,
                        sha256=a.sha256,
                    )
                    for a in entry.attachments
                ),
            )
        )
    return tuple(rows)


def log_lines(desk: Desk) -> Iterator[LogLine]:
    """The documentation log of the matters: what is told there of messages and notes that are in the file."""
    notes = {entry.id: f"N{number}" for number, entry in enumerate(desk.notes, 1)}
    for row in desk.page.book.log:
        exhibits = [desk.number[s] for s in row.messages if s in desk.number]
        if row.minor or not (row.id in notes or (row.messages and row.messages[0] in desk.number)):
            continue
        where = f"note {notes[row.id][1:]}" if row.id in notes else f"exhibit {exhibits[0]}"
        numbers = [str(number) for number in dict.fromkeys(exhibits)]
        yield LogLine(
            on=row.on,
            issue=desk.clean(row.issue, where),
            person=desk.clean(row.person, where),
            response=desk.clean(row.response, where),
            follow_up=desk.clean(row.follow_up, where),
            exhibits=tuple(dict.fromkeys(exhibits)),
            source=notes.get(row.id) or f"exhibit{'s' * (len(numbers) != 1)} {listed(numbers)}",
        )
