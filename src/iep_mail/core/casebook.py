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
from iep_mail.core.decisions.word import hear
from iep_mail.core.filing.copies import fold_copies
from iep_mail.core.filing.correspondence import arrange
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
from iep_mail.core.tracking.watch import Known, watch
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
    family, decided = word.family, word.decided

    filing = arrange(word.messages, family, word.filing)
    filed, threads, cases = correspondence(filing.messages), filing.threads, filing.cases
    requests = track_requests(filed, family, calendar, today, OwnWording(rules.letters), sent, word.requests)
    commitments = track_commitments(filed, requests, family, calendar, today, word.commitments)
    observations = observe(filed, family, calendar)
    watched = watch(
        cases,
        Known(
            messages=filed,
            requests=requests,
            commitments=commitments,
            observations=observations,
            ieps=ieps,
            decided=on_present_cases(decided, cases),
            state=family.state,
            calendar=calendar,
            today=today,
        ),
    )
    flags = by_urgency(
        (
            *build_flags(requests, commitments, observations, filed, mailboxes, today, calendar),
            *watched.flags,
        )
    )
    desk = Desk(
        family,
        ieps,
        filed,
        watched.cases,
        observations,
        rules.letters,
        calendar,
        today,
        rules.cite,
        requests,
        commitments,
        watched.deadlines_of_parent,
        watched.duties,
        watched.resolutions,
    )
    proposals = propose_letters(flags, desk)
    drafts = with_journal((*proposals.drafts, *started_letters(decided, desk)), journal, decided, zone)
    book = Casebook(
        as_of=today,
        messages=filed,
        threads=threads,
        cases=watched.cases,
        requests=requests,
        commitments=commitments,
        flags=_with_drafts(flags, drafts, proposals.waiting),
        drafts=drafts,
        observations=observations,
        deadlines_of_parent=watched.deadlines_of_parent,
        ladders=watched.ladders,
        duties=watched.duties,
        resolutions=watched.resolutions,
        notes=(*_no_mail(filed, family), *rules.notes, *_notes(calendar, today)),
        entries=word.entries,
        suggestions=suggest_splits(filing, family, decided),
    )
    return replace(book, log=build_log(book, word.entries, family), decisions=report(book, word, filing))


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
