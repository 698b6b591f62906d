"""Everything that the parent said, brought together for one computation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from iep_mail.core.decisions.commitments import ABOUT_COMMITMENTS, CommitmentWord
from iep_mail.core.decisions.entries import answering, hand_messages, read_entries
from iep_mail.core.decisions.kinds import WRITTEN_DOWN, end_of_day, in_effect, until
from iep_mail.core.decisions.mail import mail_word, taught_family
from iep_mail.core.decisions.requests import RequestWord
from iep_mail.core.filing.correspondence import FilingWord
from iep_mail.model import Decision, Family, LogEntry, Message


@dataclass(frozen=True, slots=True)
class Word:
    """`messages` are the mail and what was entered by hand, `family` has the people that the parent
    counts to the school, `decided` are the decisions in effect, in their order."""

    messages: tuple[Message, ...]
    family: Family
    decided: tuple[Decision, ...]
    entries: tuple[LogEntry, ...]
    filing: FilingWord
    requests: RequestWord
    commitments: CommitmentWord
    made: tuple[Decision, ...]  # every decision up to that day, taken back or not


def hear(mail: Sequence[Message], decisions: Sequence[Decision], family: Family, today: date) -> Word:
    """The parent's word at the end of `today`, a day of the family's time zone.

    Decisions made later do not exist in it; what was written down counts from the day of the event.
    """
    zone = ZoneInfo(family.timezone)
    tomorrow = end_of_day(today.isoformat(), zone) + timedelta(microseconds=1)
    made = until(decisions, tomorrow)
    standing = in_effect(made)
    entries = tuple(e for e in read_entries(standing) if e.on <= today)
    decided = tuple(d for d in standing if d.kind not in WRITTEN_DOWN)
    said_of_mail = mail_word(mail, decided, family)
    by_hash = {e.sha256: e for e in entries}
    spoken = sorted((*decided, *answering(entries)), key=lambda d: d.id)
    return Word(
        messages=(*mail, *hand_messages(entries, family)),
        family=taught_family(family, mail, said_of_mail),
        decided=decided,
        entries=entries,
        filing=FilingWord(decided, said_of_mail, entries),
        requests=RequestWord(spoken, by_hash, zone),
        commitments=CommitmentWord(tuple(d for d in decided if d.kind in ABOUT_COMMITMENTS), by_hash),
        made=made,
    )
