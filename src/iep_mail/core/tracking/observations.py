"""Problems recognised in messages, each with the sentence that it rests on."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache

from iep_mail.core.remembering import remembered
from iep_mail.core.tracking.mentioned_days import DayMention, mentioned_days
from iep_mail.data import load
from iep_mail.model import Direction, Family, FiledMessage, MessageKind, Observation, SchoolCalendar

_READ = frozenset({MessageKind.PERSONAL, MessageKind.CALENDAR})
_END = re.compile(r"(?<=[.!?])[\"”’)]*\s+(?=[\"“(A-Z0-9¿¡])|\n\s*\n|\n(?=\s*(?:[-*•]|\d+[.)])\s)")
_ABBREVIATION = re.compile(r"\b(?:mr|mrs|ms|mx|dr|st|prof|no|vs|approx|e\.g|i\.e|[a-z])\.$", re.I)
_DAY_LINE = re.compile(
    r"^\s*(?:[-*•]\s*)?(?:(?:mon|tue|wed|thu|fri)\w*\.?,?\s+)?\d{1,2}/\d{1,2}\b", re.I | re.M
)
_MINUTES = re.compile(
    r"\b(\d{2,3}|fifteen|twenty|twenty-five|thirty|forty|forty-five|fifty|sixty)[ -]?min(?:ute)?s?\b", re.I
)
_SPELLED = {
    "fifteen": 15, "twenty": 20, "twenty-five": 25, "thirty": 30, "forty": 40, "forty-five": 45, "fifty": 50,
    "sixty": 60,
}  # fmt: skip
_GOES_ON = re.compile(r"(?:,|\b(?:and|or|on|of|from|until|through|to|since))\s*$", re.I)
_LISTS = re.compile(r":\s*$|\b(?:these|the following) (?:days|dates|sessions)\b", re.I)
_SINCE_THEY = re.compile(r"\bsince(?= [\d/ ,&]+(?:and [\d/]+ )?(?:did|were|was|never|had)\b)", re.I)
_NOTE = re.compile(r"no \w+(?: \w+)?\W*", re.I)  # "March 3. No speech."
_LONGEST_NOTE = 25  # characters of it
_SAME_DAY = re.compile(r"\bthat (?:day|morning|afternoon|date)\b|\bthose (?:days|dates)\b", re.I)


@dataclass(frozen=True, slots=True)
class _Kind:
    name: str
    patterns: tuple[re.Pattern[str], ...]
    not_it: tuple[re.Pattern[str], ...]
    side: str


def observe(
    messages: Sequence[FiledMessage], family: Family, calendar: SchoolCalendar
) -> tuple[Observation, ...]:
    """The problems told of in people's messages, in time order; a missed session once for each date.

    `on` is the day a session was not held (a day not after the message); None for other kinds and
    where the sentence names none. A question whether a session was held is no statement.
    """
    spoken = _thread_services(messages)
    minutes = _thread_minutes(messages)
    names = tuple(sorted({n for c in family.children for n in c.names}))
    found: list[Observation] = []
    spoke_up: date | None = None
    for filed in sorted(messages, key=lambda m: (m.sent_on, m.message.date, m.message.sha256)):
        mail, ours = filed.message, filed.direction is Direction.TO_SCHOOL
        if filed.kind in _READ and mail.new_text and not mail.forwarded:
            service, length = spoken.get(filed.thread, ""), minutes.get(filed.thread)
            service = service or _service_of_person(filed, family)
            told = (
                *_missed(mail.subject, mail.new_text, filed.sent_on, service, length),
                *_others(mail.new_text, "parent" if ours else "school", names),
                *_adverse(mail.new_text, filed.sent_on, spoke_up, names),
            )
            found += [replace(seen, sha256=mail.sha256) for seen in told]
            if ours and _spoke_up(mail.new_text):
                spoke_up = filed.sent_on
    return tuple(dict.fromkeys(found))


def split(text: str) -> Iterator[str]:
    """Sentences; lines that begin with a day (a log of sessions) each stand for themselves."""
    held = ""
    for block in _blocks(text):
        sentence = " ".join(f"{held} {block}".split())
        held = sentence if _ABBREVIATION.search(sentence) else ""
        if sentence and not held:
            yield sentence
    if held:
        yield held


def _blocks(text: str) -> Iterator[str]:
    rest: list[str] = []
    for line in text.splitlines():
        # A list of days that goes on in the next line is one sentence.
        goes_on = bool(rest) and bool(_GOES_ON.search(rest[-1]))
        if _DAY_LINE.match(line) and not goes_on:
            yield from _END.split("\n".join(rest))
            rest = []
            yield line
        else:
            rest.append(line)
    yield from _END.split("\n".join(rest))


@cache
def _any(patterns: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{p})" for p in patterns), re.I)


@cache
def _services() -> tuple[tuple[str, re.Pattern[str]], ...]:
    # OT and PT are words only in capitals.
    return tuple(
        (s["name"], re.compile(s["words"] if "T\\b" in s["words"] else f"(?i:{s['words']})"))
        for s in load("observations")["service"]
    )


@remembered
def service_of(text: str) -> str:
    """The service spoken of most, "" where there is none."""
    counts = Counter({name: len(pattern.findall(text)) for name, pattern in _services()})
    name, hits = max(counts.items(), key=lambda item: item[1])
    return name if hits else ""


def _thread_services(messages: Sequence[FiledMessage]) -> dict[str, str]:
    texts: dict[str, list[str]] = {}
    for filed in messages:
        texts.setdefault(filed.thread, []).append(f"{filed.message.subject}\n{filed.message.new_text}")
    return {thread: service_of("\n".join(parts)) for thread, parts in texts.items()}


def _service_of_person(filed: FiledMessage, family: Family) -> str:
    """The service that the school person of a message gives, by the role that the family noted."""
    mail = filed.message
    people = [mail.sender] if filed.direction is Direction.FROM_SCHOOL else list(mail.to)
    roles = [contact.role for person in people if (contact := family.contact(person.email))]
    return next((found for role in roles if role and (found := service_of(role))), "")


def _thread_minutes(messages: Sequence[FiledMessage]) -> dict[str, int]:
    """The minutes of a session, for threads that name only one number of them."""
    named: dict[str, set[int]] = {}
    for filed in messages:
        named.setdefault(filed.thread, set()).update(_minutes_in(filed.message.new_text))
    return {thread: next(iter(found)) for thread, found in named.items() if len(found) == 1}


def _minutes_in(text: str) -> list[int]:
    return [_SPELLED.get(m[1].lower()) or int(m[1]) for m in _MINUTES.finditer(text)]


@remembered
def _missed(
    subject: str, new_text: str, sent_on: date, thread_service: str, thread_minutes: int | None
) -> tuple[Observation, ...]:
    table = load("observations")["missed"]
    text = f"{subject}\n{new_text}"
    minutes = next(iter(_minutes_in(new_text)), thread_minutes)
    unnamed = re.compile(table["unnamed"], re.I)
    found: list[Observation] = []
    before: list[DayMention] = []
    listing = ""  # the statement over a list of days
    for line in split(new_text):
        mentions = mentioned_days(line, sent_on)
        listing = listing if mentions and _is_day_alone(line) else ""
        sentence = f"{listing} {line}".strip()
        if listing:
            mentions = mentioned_days(sentence, sent_on)
        service = service_of(sentence) or service_of(text) or thread_service
        if (service or unnamed.search(sentence)) and states_missed(sentence):
            listing = sentence if _LISTS.search(sentence) and not mentions else listing
            same_day = _SAME_DAY.search(sentence) or _NOTE.fullmatch(sentence)
            days = _missed_days(sentence, mentions) or (before if same_day and not mentions else [])
            own = next(iter(_minutes_in(sentence)), minutes)
            detail = f"{service}; {own} minutes" if own else service
            past = sorted({m.day for m in days if m.day <= sent_on})
            found += [Observation("", "missed_service", sentence, day, detail) for day in past]
            bare = (
                not mentions
                and not days
                and service_of(sentence)
                and not re.search(table["later"], sentence, re.I)
            )
            if bare:
                found.append(Observation("", "missed_service", sentence, None, detail))
        before = mentions or before
    return _dated_once(found)


def _is_day_alone(line: str) -> bool:
    """A line of a list that names a day and says no more of it."""
    return len(line) < _LONGEST_NOTE + 15 and not re.search(
        r"\b(?:held|seen|made up|present|attended)\b", line, re.I
    )


def _dated_once(found: Sequence[Observation]) -> tuple[Observation, ...]:
    """One for each day; an undated statement only where the message dates none."""
    dated: dict[date, Observation] = {}
    for seen in found:
        if seen.on is not None:
            dated.setdefault(seen.on, seen)
    return tuple(dated.values()) or tuple(found[:1])


def states_missed(sentence: str) -> bool:
    table = load("observations")["missed"]
    if not _any(tuple(table["not_held"])).search(sentence):
        return False
    return not _any(tuple(table["not_said"])).search(sentence)


def _missed_days(sentence: str, mentions: Sequence[DayMention]) -> list[DayMention]:
    """The days that the statement is about: not "since …", and not the day of the make-up session."""
    table = load("observations")["missed"]
    said = _any(tuple(table["not_held"])).search(sentence)
    later = next(
        (
            m
            for m in re.finditer(table["later"], sentence, re.I)
            if said and m.start() >= said.start() and m[0].strip()
        ),
        None,
    )
    # "Six by my count, since 3/4 and 3/6 did not happen either": because, not from then on.
    because = _SINCE_THEY.sub("as   ", sentence)
    limit = later.start() if later else len(sentence)
    other = re.compile(table["unrelated_date"], re.I)
    message = re.compile(table["message_of"], re.I)
    near = [
        m
        for m in mentions
        if not other.search(because[max(0, m.start - 40) : m.start])
        and not message.match(sentence[m.start :])
    ]
    return [m for m in near if m.start < limit]


@remembered
def _others(new_text: str, side: str, names: tuple[str, ...]) -> tuple[Observation, ...]:
    return tuple(
        Observation("", kind.name, sentence)
        for sentence in split(new_text)
        for kind in _kinds(names)
        if kind.side in ("", side)
        and not sentence.endswith("?")
        and any(p.search(sentence) for p in kind.patterns)
        and not any(p.search(sentence) for p in kind.not_it)
    )


@remembered
def _spoke_up(new_text: str) -> bool:
    return bool(re.search(load("observations")["adverse"]["spoke_up"], new_text, re.I))


def _adverse(
    new_text: str, sent_on: date, spoke_up: date | None, names: tuple[str, ...]
) -> tuple[Observation, ...]:
    """Something adverse that happened to the child soon after the parent spoke up, with the days between."""
    if spoke_up is None or not 0 <= (sent_on - spoke_up).days <= load("observations")["adverse"]["days"]:
        return ()
    days = (sent_on - spoke_up).days
    detail = f"{days} day{'s' * (days != 1)} after your message of {spoke_up.isoformat()}"
    told = _adverse_sentences(new_text, names)
    return tuple(Observation("", "possible_retaliation", sentence, None, detail) for sentence in told)


@remembered
def _adverse_sentences(new_text: str, names: tuple[str, ...]) -> tuple[str, ...]:
    table = load("observations")["adverse"]
    child = "|".join(re.escape(n) for n in names) or "(?!)"
    happened = re.compile(table["happened"].replace("{child}", child), re.I)
    return tuple(
        sentence
        for sentence in split(new_text)
        if happened.search(sentence)
        and not re.search(table["not"], sentence, re.I)
        and not sentence.endswith("?")
    )


@cache
def _kinds(names: tuple[str, ...]) -> tuple[_Kind, ...]:
    child = "|".join(re.escape(n) for n in names) or "(?!)"
    return tuple(
        _Kind(
            k["name"],
            tuple(re.compile(p.replace("{child}", child), re.I) for p in k["patterns"]),
            tuple(re.compile(p.replace("{child}", child), re.I) for p in k.get("not", ())),
            k.get("side", ""),
        )
        for k in load("observations")["kind"]
    )
