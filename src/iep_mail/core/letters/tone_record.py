"""What a letter says against what is on record: days, names, other children, and what it asks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from difflib import SequenceMatcher
from functools import cache

from iep_mail.core.letters.people import plain_name, titled_name
from iep_mail.core.letters.tone import ToneFinding, finding_at, own_words
from iep_mail.core.letters.wording import long_date
from iep_mail.core.reading.asks import find_asks, is_chasing
from iep_mail.core.reading.dates import find_due
from iep_mail.core.reading.sentences import split_sentences
from iep_mail.core.tracking.mentioned_days import mentioned_days
from iep_mail.core.tracking.observations import service_of, states_missed
from iep_mail.data import load
from iep_mail.model import Casebook, Direction, Family, MessageKind, RequestKind, SchoolCalendar

# Requests in which a day for the answer is worth naming; a question of fact is answered without one.
_WANT_A_DAY = frozenset(RequestKind) - {RequestKind.INFORMATION, RequestKind.OTHER}
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MONTHS = ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october",
           "november", "december")  # fmt: skip
_NAMED_DAY = re.compile(
    rf"\b({'|'.join(_WEEKDAYS)}),?\s+(?:({'|'.join(_MONTHS)})\s+(\d{{1,2}})(?:st|nd|rd|th)?(?:,?\s+(20\d\d))?|(\d{{1,2}})/(\d{{1,2}})(?:/(20\d\d|\d\d))?)\b",
    re.I,
)  # fmt: skip
_TITLED = re.compile(r"\b(Mr|Mrs|Ms|Miss|Mx|Dr|Prof)\b\.?\s+([A-Z][\w'’-]+)(?!\w)")
_GREETING = re.compile(
    r"^\s*(?:dear|hi|hello|good (?:morning|afternoon|evening))\b([^\n]{1,80}?)[,:!\n]", re.I
)
_UP_TO_MARK = re.compile(r"[^,.;?!\n]*?(?= and |[,.;?!\n]|$)")
_ASKING = re.compile(
    r"\?|\b(?:not|\w+n't|no|never|still|please|pls|again|waiting|await\w*|would|could|can|like to|need|since)\b",
    re.I,
)
_WANTS = re.compile(
    r"\b(?:please|pls|need|needs|want|request|ask|asking|could|can|would|let (?:me|us) know)\b", re.I
)
_NEAR = 0.75
_YEAR = timedelta(days=366)


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """What is known when a letter is looked at. `to` are the addresses that it goes to."""

    book: Casebook
    family: Family
    calendar: SchoolCalendar
    child: str | None = None
    to: tuple[str, ...] = ()

    @property
    def today(self) -> date:
        return self.book.as_of


def check_record(
    text: str, record: Record, *, asks: bool = True, troubled: bool = False
) -> Iterator[ToneFinding]:
    """What does not agree with the record, and what a reader would look for and not find.

    `asks` False for a letter that asks for nothing, such as a thank-you; `troubled` where its words
    show that something went wrong.
    """
    own = own_words(text)
    yield from _weekdays(own, text, record.today)
    yield from _days_written(own, text, record)
    yield from _names(own, text, record)
    yield from _other_children(own, text, record.family, record.child)
    yield from _undated_trouble(own, text, record.today)
    if asks:
        yield from _without_ask(own, record, troubled)


def _weekdays(own: str, text: str, today: date) -> Iterator[ToneFinding]:
    """“Tuesday, March 6” where March 6 is a Friday."""
    for match in _NAMED_DAY.finditer(own):
        days = list(_days_meant(match, today))
        wanted = _WEEKDAYS.index(match[1].lower())
        if days and all(day.weekday() != wanted for day in days):
            right = min(days, key=lambda d: abs(d - today))
            yield finding_at(
                "date",
                text,
                match.start(),
                match.end(),
                f"{right:%B} {right.day}, {right.year} is a {right:%A}",
            )


def _days_meant(match: re.Match[str], today: date) -> Iterator[date]:
    month = _MONTHS.index(match[2].lower()) + 1 if match[2] else int(match[5])
    day = int(match[3] or match[6])
    year = match[4] or match[7]
    years = (
        [int(year) + (2000 if len(year) == 2 else 0)]
        if year
        else [today.year - 1, today.year, today.year + 1]
    )
    for number in years:
        try:
            found = date(number, month, day)
        except ValueError:
            continue
        if year or abs(found - today) <= _YEAR / 1.9:
            yield found


def _days_written(own: str, text: str, record: Record) -> Iterator[ToneFinding]:
    """“I wrote on March 5” where nothing of that day is on record, but something of a day nearby is."""
    written = [m for m in record.book.messages if m.kind is MessageKind.PERSONAL]
    mine = {m.sent_on for m in written if m.direction is Direction.TO_SCHOOL}
    theirs = {m.sent_on for m in written if m.direction is Direction.FROM_SCHOOL}
    for sentence in split_sentences(own):
        for pattern, known, whose in (
            (_pattern("i_wrote"), mine, "you"),
            (_pattern("you_wrote"), theirs, "the school"),
        ):
            said = pattern.search(sentence.text)
            if not said:
                continue
            for mention in mentioned_days(sentence.text, record.today):
                near = [d for d in known if abs((d - mention.day).days) <= 3]
                if said.end() <= mention.start <= said.end() + 30 and mention.day not in known and near:
                    right = min(near, key=lambda d: (abs(d - mention.day), d))
                    start = sentence.start + mention.start
                    named = _UP_TO_MARK.match(own, start)
                    end = named.end() if named else start + 1
                    suggestion = f"the nearest on record from {whose} is of {long_date(right)}"
                    yield finding_at("date", text, start, end, suggestion)


def _names(own: str, text: str, record: Record) -> Iterator[ToneFinding]:
    people = _surnames(record)
    for match in _TITLED.finditer(own):
        name = match[2].removesuffix("'s")
        if name.lower() in people:
            continue
        close = [
            p
            for p in people
            if SequenceMatcher(None, p, name.lower()).ratio() >= _NEAR and p[0] == name[0].lower()
        ]
        if close:
            right = people[max(close, key=lambda p: SequenceMatcher(None, p, name.lower()).ratio())]
            yield finding_at("name", text, match.start(), match.end(), f"on record is {right}")
    yield from _greeting(own, text, record)


def _greeting(own: str, text: str, record: Record) -> Iterator[ToneFinding]:
    """A greeting to somebody whom the letter does not go to."""
    greeted = _GREETING.match(own)
    known = [titled_name(a, record.family, record.book.messages) for a in record.to]
    if not greeted or not record.to or not all(known):
        return
    titled = _TITLED.search(greeted[1])
    surnames = {plain_name(name).split()[-1].lower() for name in known}
    if titled and titled[2].lower() not in surnames and titled[2].lower() in _surnames(record):
        start = greeted.start(1) + titled.start()
        yield finding_at(
            "name", text, start, start + len(titled[0]), f"the letter goes to {' and '.join(known)}"
        )


def _surnames(record: Record) -> dict[str, str]:
    names = [c.name for c in record.family.school.contacts]
    names += [
        a.name
        for m in record.book.messages
        for a in (m.message.sender, *m.message.recipients)
        if record.family.is_school(a.email) and "@" not in a.name
    ]
    plain = [plain_name(name) for name in dict.fromkeys(names) if name.strip()]
    return {name.split()[-1].lower(): name for name in reversed(plain) if len(name.split()) > 1}


def _other_children(own: str, text: str, family: Family, child: str | None) -> Iterator[ToneFinding]:
    mine = {n.lower() for c in family.children if child in (None, c.name) for n in c.names}
    grown = {w.lower() for p in family.parents for w in p.name.split()}
    for pattern in _others():
        for match in pattern.finditer(own):
            if match[1].lower() not in mine | grown:
                start = match.start(1)
                yield finding_at(
                    "privacy", text, start, start + len(match[1]), "another student, without a name"
                )
    for sibling in (c for c in family.children if child is not None and c.name != child):
        for name in sibling.names:
            for match in re.finditer(rf"\b{re.escape(name)}\b", own):
                why = "It belongs to another child's matter; letters about each child are best kept apart."
                yield finding_at("privacy", text, match.start(), match.end(), "a letter of its own", why)


def _undated_trouble(own: str, text: str, today: date) -> Iterator[ToneFinding]:
    """Sessions that were missed, said without a single day in the whole letter."""
    sentences = split_sentences(own)
    if any(mentioned_days(s.text, today) for s in sentences):
        return
    for sentence in sentences:
        if states_missed(sentence.text) and service_of(sentence.text):
            end = sentence.start + len(sentence.text)
            yield finding_at("record", text, sentence.start, end, "add the days: on [dates]")
            return


def _without_ask(own: str, record: Record, troubled: bool) -> Iterator[ToneFinding]:
    """A letter about something that went wrong without a request, or a request without a day."""
    asks = find_asks(own, record.today, record.calendar)
    chasing = any(a.chasing and _ASKING.search(a.quote) for a in asks)
    if not asks and not is_chasing(own):
        trouble = any(states_missed(s.text) and service_of(s.text) for s in split_sentences(own))
        if (trouble or troubled) and not _WANTS.search(own):
            yield _whole("no request", "Please tell me by [date] …")
        return
    formal = chasing or any(a.kind in _WANT_A_DAY for a in asks)
    if formal and not _names_a_day(own, record):
        yield _whole("no day for the answer", "Please reply by [a weekday and its date].")


def _names_a_day(own: str, record: Record) -> bool:
    return any(
        find_due(s.text, record.today, record.calendar, strict=False)
        or any(m.day >= record.today for m in mentioned_days(s.text, record.today))
        for s in split_sentences(own)
    )


def _whole(what: str, suggestion: str) -> ToneFinding:
    return ToneFinding("ask", what, -1, 1, 1, str(load("tone")["classes"]["ask"]), suggestion)


@cache
def _pattern(name: str) -> re.Pattern[str]:
    return re.compile(load("tone")["record"][name], re.I)


@cache
def _others() -> tuple[re.Pattern[str], ...]:
    """Capital letters tell a name, so case counts here."""
    return tuple(re.compile(p) for p in load("tone")["record"]["other_child"])
