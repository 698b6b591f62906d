"""The file to read first: everything that iep-mail says is computed here, as of a day.

    build_casebook(messages, decisions, ieps, calendar, rules, today) -> Casebook

What arrived, what the parent decided and what was put out go in; threads, cases, requests, due
dates, flags and proposed letters come out. Nothing is remembered between two calls, so a late
message, a changed school calendar or a better rule simply gives another casebook.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from zoneinfo import ZoneInfo

from iep_mail.core.decisions.cases import on_present_cases
from iep_mail.core.decisions.report import report
from iep_mail.core.decisions.word import Word, hear
from iep_mail.core.filing.copies import fold_copies
from iep_mail.core.filing.correspondence import Filing, arrange
from iep_mail.core.filing.turns import suggest_splits
from iep_mail.core.letters.drafting import propose_letters
from iep_mail.core.letters.facts import Desk
from iep_mail.core.letters.own_wording import OwnWording
from iep_mail.core.letters.started import started_letters
from iep_mail.core.letters.templates import LetterTemplate
from iep_mail.core.log import build_log
from iep_mail.core.sending.letters import answers_flag, sent_letters, until, with_journal
from iep_mail.core.tracking.commitments import track_commitments
from iep_mail.core.tracking.flags import build_flags, by_urgency
from iep_mail.core.tracking.observations import observe
from iep_mail.core.tracking.requests import track_requests
from iep_mail.core.tracking.watch import Known, Watch, watch
from iep_mail.model import (
    Casebook,
    Decision,
    Draft,
    Family,
    FiledMessage,
    Flag,
    Iep,
    Journal,
    MailboxState,
    Message,
    SchoolCalendar,
    SentLetter,
    correspondence,
)


@dataclass(frozen=True, slots=True)
class Rules:
    """What the computation goes by besides the mail: the family's configuration and the letters.

    `notes` are sentences on what could not be used, for the parent to mend.
    """

    family: Family
    letters: Mapping[str, LetterTemplate]
    notes: tuple[str, ...] = ()
    cite: bool = True  # letters have a line that names the rule they rest on


def build_casebook(
    messages: Sequence[Message],
    decisions: Sequence[Decision],
    ieps: Sequence[Iep],
    calendar: SchoolCalendar,
    rules: Rules,
    today: date,
    mailboxes: Sequence[MailboxState] = (),
    journal: Journal = Journal(),
) -> Casebook:
    """The casebook at the end of `today` (a day of the family's time zone).

    Messages, decisions and what was put out later do not exist in it. The order of `messages` does
    not matter.
    `mailboxes` says when each was last read to its end; leave it out when asking about the past.
    """
    zone = ZoneInfo(rules.family.timezone)
    journal = until(journal, today, zone)
    own, sent = sent_letters(fold_copies(_up_to(messages, today, zone)), journal)
    word = hear(own, decisions, rules.family, today)
    filing = arrange(word.messages, word.family, word.filing)
    known = _found(filing, word, sent, ieps, calendar, rules, today)
    watched = watch(filing.cases, known)
    flags = _flags(known, watched, mailboxes)
    desk = _desk(known, watched, word.family, rules)
    proposals = propose_letters(flags, desk)
    written = (*proposals.drafts, *started_letters(word.decided, desk))
    drafts = with_journal(written, journal, word.decided, zone)
    book = _book(filing, known, watched, word, _with_drafts(flags, drafts, proposals.waiting), drafts, rules)
    return replace(book, log=build_log(book, word.entries, word.family), decisions=report(book, word, filing))


def _found(
    filing: Filing,
    word: Word,
    sent: Mapping[str, SentLetter],
    ieps: Sequence[Iep],
    calendar: SchoolCalendar,
    rules: Rules,
    today: date,
) -> Known:
    """What was asked, promised and told of in the filed mail."""
    filed, family = correspondence(filing.messages), word.family
    requests = track_requests(filed, family, calendar, today, OwnWording(rules.letters), sent, word.requests)
    return Known(
        messages=filed,
        requests=requests,
        commitments=track_commitments(filed, requests, family, calendar, today, word.commitments),
        observations=observe(filed, family, calendar),
        ieps=ieps,
        decided=on_present_cases(word.decided, filing.cases),
        state=family.state,
        calendar=calendar,
        today=today,
    )


def _flags(known: Known, watched: Watch, mailboxes: Sequence[MailboxState]) -> tuple[Flag, ...]:
    own = build_flags(
        known.requests,
        known.commitments,
        known.observations,
        known.messages,
        mailboxes,
        known.today,
        known.calendar,
    )
    return by_urgency((*own, *watched.flags))


def _desk(known: Known, watched: Watch, family: Family, rules: Rules) -> Desk:
    return Desk(
        family,
        known.ieps,
        known.messages,
        watched.cases,
        known.observations,
        rules.letters,
        known.calendar,
        known.today,
        rules.cite,
        known.requests,
        known.commitments,
        watched.deadlines_of_parent,
        watched.duties,
        watched.resolutions,
    )


def _book(
    filing: Filing,
    known: Known,
    watched: Watch,
    word: Word,
    flags: tuple[Flag, ...],
    drafts: tuple[Draft, ...],
    rules: Rules,
) -> Casebook:
    return Casebook(
        as_of=known.today,
        messages=correspondence(known.messages),
        threads=filing.threads,
        cases=watched.cases,
        requests=tuple(known.requests),
        commitments=tuple(known.commitments),
        flags=flags,
        drafts=drafts,
        observations=tuple(known.observations),
        deadlines_of_parent=watched.deadlines_of_parent,
        ladders=watched.ladders,
        duties=watched.duties,
        resolutions=watched.resolutions,
        notes=(
            *_no_mail(known.messages, word.family),
            *rules.notes,
            *_notes(known.calendar, known.today),
        ),
        entries=word.entries,
        suggestions=suggest_splits(filing, word.family, word.decided),
    )


def _up_to(messages: Sequence[Message], today: date, zone: ZoneInfo) -> list[Message]:
    return [m for m in messages if m.date.astimezone(zone).date() <= today]


def _with_drafts(
    flags: Sequence[Flag], drafts: Sequence[Draft], waiting: Mapping[str, str]
) -> tuple[Flag, ...]:
    """The flags with the letter that answers each, or with the reason why to wait instead."""
    by_flag = {flag: d.id for d in drafts if answers_flag(d) for flag in (*d.flags, d.flag) if flag}
    return tuple(replace(f, draft=by_flag.get(f.id), next_step=waiting.get(f.id, f.next_step)) for f in flags)


def _no_mail(filed: Sequence[FiledMessage], family: Family) -> tuple[str, ...]:
    if filed:
        return ()
    domains = ", ".join(family.school.domains) or "none yet"
    return (
        "No mail with the school was found up to this day. If that surprises you: [school] domains in "
        f"config.toml must be what follows the @ in the school's addresses (now: {domains}).",
    )


def _notes(calendar: SchoolCalendar, today: date) -> tuple[str, ...]:
    if calendar.first_day is None or calendar.last_day is None:
        return (
            "No school calendar is configured, so school days are estimated as weekdays less federal "
            "holidays. Put the district's calendar file into config.toml under [school] calendar.",
        )
    if today > calendar.last_day:
        return (
            f"The school calendar ends on {calendar.last_day:%B} {calendar.last_day.day}, "
            f"{calendar.last_day.year}. Days after it are estimated: please add the new calendar.",
        )
    return ()
