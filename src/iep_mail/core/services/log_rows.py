"""A school's service log, row by row, as sessions: which column is which, days, minutes, words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from iep_mail.core.plan.amounts import find_amount
from iep_mail.data import load
from iep_mail.model import Family, MissedReason, Session, SessionSource, SessionStatus

FIELDS = ("date", "service", "minutes", "status", "reason", "child")


class DayOrder(StrEnum):
    MONTH_FIRST = "month-first"
    DAY_FIRST = "day-first"


@dataclass(frozen=True, slots=True)
class RowProblem:
    """A row that was not understood: its line in the file, and why in one sentence."""

    line: int
    why: str


@dataclass(frozen=True, slots=True)
class LogReading:
    sessions: tuple[Session, ...]
    problems: tuple[RowProblem, ...] = ()
    others: int = 0  # rows about another child than the family's


Rows = Sequence[tuple[int, Sequence[str]]]


def guess_columns(header: Sequence[str]) -> dict[str, int]:
    """Which column holds what, by the names that such columns usually have."""
    plain = [_plain(name) for name in header]
    found: dict[str, int] = {}
    for name in FIELDS:
        for usual in load("services")["columns"][name]:
            if usual in plain and plain.index(usual) not in found.values():
                found[name] = plain.index(usual)
                break
    return found


def map_columns(header: Sequence[str], wanted: Mapping[str, str]) -> tuple[dict[str, int], tuple[str, ...]]:
    """The columns that `wanted` names (field → column name), over those guessed; and what is wrong."""
    plain = [_plain(name) for name in header]
    chosen = guess_columns(header)
    problems = []
    for name, column in wanted.items():
        if name not in FIELDS:
            problems.append(f"“{name}” is not one of: {', '.join(FIELDS)}.")
        elif _plain(column) in plain:
            chosen[name] = plain.index(_plain(column))
        else:
            problems.append(
                f"There is no column “{column}”; the file has: {', '.join(filter(None, header))}."
            )
    return chosen, tuple(problems)


def day_order(texts: Iterable[str]) -> tuple[DayOrder | None, tuple[str, str] | None]:
    """In which order the days are written, or None where both fit; and two days that contradict."""
    month_first = day_first = ""
    for text in texts:
        numbers = _numeric(text)
        if numbers and numbers[1] > 12 >= numbers[0]:
            month_first = month_first or text
        elif numbers and numbers[0] > 12 >= numbers[1]:
            day_first = day_first or text
    if month_first and day_first:
        return None, (month_first, day_first)
    if month_first or day_first:
        return (DayOrder.MONTH_FIRST if month_first else DayOrder.DAY_FIRST), None
    return None, None


def order_matters(texts: Iterable[str]) -> bool:
    """Whether a day is another one when read in the other order."""
    return any(n and n[0] != n[1] and n[0] <= 12 and n[1] <= 12 for n in map(_numeric, texts))


def read_rows(
    rows: Rows,
    columns: Mapping[str, int],
    order: DayOrder,
    family: Family,
    *,
    child: str | None = None,
    service: str | None = None,
) -> LogReading:
    """The sessions of a log. `child` and `service` stand for columns that it does not have.

    A row that cannot be understood becomes a problem with its line, never a guess.
    """
    sessions: list[Session] = []
    problems: list[RowProblem] = []
    others = 0
    for line, cells in rows:
        texts = {name: cells[at] if at < len(cells) else "" for name, at in columns.items()}
        whose = child or _child(texts.get("child", ""), family)
        if whose is None:
            others += 1
            continue
        try:
            sessions.append(_session(texts, order, whose, service))
        except _Unclear as unclear:
            problems.append(RowProblem(line, str(unclear)))
    return LogReading(tuple(sessions), tuple(problems), others)


class _Unclear(Exception):
    """A row that cannot be understood; the text is the sentence for the parent."""


def _session(texts: Mapping[str, str], order: DayOrder, child: str, service: str | None) -> Session:
    said = texts.get("reason", "")
    status = _status(texts.get("status", ""), said)
    minutes = parse_minutes(texts.get("minutes", ""))
    if status is SessionStatus.DELIVERED and minutes == 0:
        status, minutes = SessionStatus.MISSED, None
    if status is SessionStatus.MISSED and minutes == 0:
        minutes = None  # none were held; how many were missed, the plan says
    named = service or texts.get("service", "")
    if not named:
        raise _Unclear("no service is named.")
    return Session(
        child=child,
        service=named,
        on=_day(texts["date"], order),
        status=status,
        minutes=minutes,
        reason=reason_of(f"{texts.get('status', '')} {said}") if status is SessionStatus.MISSED else None,
        note=said,
        source=SessionSource.SCHOOL_LOG,
    )


def _child(text: str, family: Family) -> str | None:
    """The family's child that a cell names; an only child where the log names none."""
    if not text:
        return family.children[0].name if len(family.children) == 1 else None
    words = set(re.findall(r"[^\W\d_]+", text.casefold()))
    for child in family.children:
        own = set(re.findall(r"[^\W\d_]+", child.name.casefold()))
        if (
            own <= words
            or words in ({n.casefold()} for n in child.names)
            or _initials(text) == child.initials
        ):
            return child.name
    return None


def _initials(text: str) -> str:
    return re.sub(r"[^A-Z]", "", text) if re.fullmatch(r"(?:[A-Z]\.?\s*){2,4}", text) else ""


def _status(text: str, reason: str) -> SessionStatus:
    words = load("services")["status"]
    said = _plain(text)
    for name in ("make_up", "missed", "delivered"):
        if said in {_plain(word) for word in words[name]}:
            return SessionStatus(name)
    if re.search(r"\bmake ?up\b|\bcompensatory\b", said) and "need" not in said:
        return SessionStatus.MAKE_UP
    if re.search(r"\b(?:not|no|missed|cancel\w*|absent|unavailable|unable)\b", said):
        return SessionStatus.MISSED
    if re.search(r"\b(?:delivered|provided|held|completed|present|attended|seen|served)\b", said):
        return SessionStatus.DELIVERED
    if not said and not reason_found(reason):
        return SessionStatus.DELIVERED
    if not said:
        return SessionStatus.MISSED
    raise _Unclear(f"“{text}” does not say whether the session was held.")


def reason_of(text: str) -> MissedReason:
    """The reason that words tell; UNKNOWN where they tell none."""
    return reason_found(text) or MissedReason.UNKNOWN


def reason_found(text: str) -> MissedReason | None:
    for entry in load("services")["reason_words"]:
        if re.search(entry["words"], text.strip(), re.I):
            return MissedReason(entry["name"])
    return None


def parse_minutes(text: str) -> int | None:
    """“30”, “30 min”, “0:30”, “1 hr”, “half hour” as minutes; None where nothing stands there.

    Raises a row problem for anything else, for less than nothing and for more than a day.
    """
    plain = text.strip()
    if not plain or plain in ("-", "–", "—", "n/a", "N/A"):
        return None
    minutes: float | None = None
    if re.fullmatch(r"\d{1,4}(?:\.\d{1,2})?", plain):
        minutes = float(plain)
    elif clock := re.fullmatch(r"(\d{1,2}):(\d\d)(?::00)?(?:\s*h(?:rs?|ours?)?)?", plain):
        minutes = int(clock[1]) * 60 + int(clock[2])
    elif re.search(r"\d|half|hour", plain) and not plain.startswith("-"):
        found = find_amount(plain)
        minutes = found.minutes if found and found.start == 0 else None
    if minutes is None or not 0 <= minutes <= 24 * 60:
        raise _Unclear(f"“{text}” is not a number of minutes.")
    return round(minutes)


def is_minutes(text: str) -> bool:
    try:
        parse_minutes(text)
    except _Unclear:
        return False
    return True


_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


def _numeric(text: str) -> tuple[int, int, int] | None:
    found = re.match(r"\s*(\d{1,2})[/.-](\d{1,2})[/.-](\d{4}|\d\d)\b", text)
    return (int(found[1]), int(found[2]), int(found[3])) if found else None


def _day(text: str, order: DayOrder) -> date:
    try:
        if iso := re.match(r"\s*(\d{4})-(\d\d)-(\d\d)", text):
            return date(int(iso[1]), int(iso[2]), int(iso[3]))
        if numbers := _numeric(text):
            first, second, year = numbers
            month, day = (first, second) if order is DayOrder.MONTH_FIRST else (second, first)
            return date(year + 2000 if year < 100 else year, month, day)
        if named := re.search(r"([A-Za-z]{3})[a-z]*\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})", text):
            return date(int(named[3]), _MONTHS.index(named[1].lower()) + 1, int(named[2]))
        if named := re.search(r"(\d{1,2})[ -]([A-Za-z]{3})[a-z]*[ -](\d{4}|\d\d)", text):
            year = int(named[3])
            return date(
                year + 2000 if year < 100 else year, _MONTHS.index(named[2].lower()) + 1, int(named[1])
            )
    except ValueError:
        pass
    raise _Unclear(f"“{text}” is not a date." if text else "there is no date.")


def _plain(text: str) -> str:
    return " ".join(re.sub(r"[^\w]+", " ", text.casefold().replace("_", " ")).split())
