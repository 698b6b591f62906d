"""A letter looked at before it is approved: its words, and what it says against the record."""

from __future__ import annotations

from iep_mail.core.letters.templates import LetterTemplate
from iep_mail.core.letters.tone import ToneFinding, check_tone, in_order
from iep_mail.core.letters.tone_record import Record, check_record
from iep_mail.model import Casebook, Draft, Family, SchoolCalendar

# Classes of words that show that something went wrong: then a letter has to say what it asks.
_OF_TROUBLE = frozenset({"blame", "absolute", "threat", "emotion", "overclaim"})


def review_text(
    text: str, record: Record, *, subject: str = "", letter: LetterTemplate | None = None
) -> tuple[ToneFinding, ...]:
    """Everything worth another look in a text, in its order. `letter` is the template it was written
    from: a complaint may state a violation, a thank-you need not ask for anything."""
    allows = letter.allows if letter else ()
    names = [name for child in record.family.children for name in child.names]
    words = check_tone(text, subject=subject, child_names=names, allow=allows)
    troubled = any(f.kind in _OF_TROUBLE for f in words)
    said = check_record(text, record, asks=letter.asks if letter else True, troubled=troubled)
    return in_order((*words, *(f for f in said if f.kind not in allows)))


def review_draft(
    draft: Draft, book: Casebook, family: Family, calendar: SchoolCalendar, letter: LetterTemplate | None
) -> tuple[ToneFinding, ...]:
    """The findings of one draft; its quotations and blanks are left alone."""
    case = next((c for c in book.cases if c.id == draft.case), None)
    child = case.child if case else None
    record = Record(book=book, family=family, calendar=calendar, child=child, to=draft.to)
    return review_text(draft.body, record, subject=draft.subject, letter=letter)
