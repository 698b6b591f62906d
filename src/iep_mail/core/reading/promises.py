"""What a school person's message promises: future acts, dated or not."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from functools import cache

from iep_mail.core.reading.dates import find_due
from iep_mail.core.reading.sentences import Sentence, join_apostrophes, split_sentences
from iep_mail.core.remembering import remembered
from iep_mail.data import load
from iep_mail.model import DateSpan, Promise, SchoolCalendar

_GOING = re.compile(r"\b(\w+)'s (?:going to|gonna)\b", re.I)
_QUOTED = re.compile(r'"[^"]*"')
_CLAUSE = re.compile(r";\s+|\s+[–—-]+\s+|, (?:and|but|so) (?=(?:i|we|you)(?:'|’|\b))", re.I)

# From then on: the day something begins is not the day by which it is done.
_STARTS = re.compile(r"\b(?:starting|beginning|effective|from|as of|going forward)(?: on)? $", re.I)


_PART = re.compile(r"<<(\w+)>>")


def _whole(pattern: str) -> str:
    """A pattern of the word list with its named parts put in."""
    parts: dict[str, str] = load("promises")["parts"]
    while _PART.search(pattern):
        pattern = _PART.sub(lambda part: parts[part[1]], pattern)
    return pattern


@cache
def _patterns(name: str) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{_whole(p)})" for p in load("promises")[name]), re.I)


@remembered
def find_promises(text: str, sent_on: date, calendar: SchoolCalendar) -> tuple[Promise, ...]:
    """The promises in the new text of a school person's message, in its order.

    Offers ("if you like, I can"), invitations, pleasantries and what pupils will do are none.
    """
    found = []
    for sentence in split_sentences(text):
        if is_promise(sentence.text):
            clause = _promising_clause(sentence)
            due = find_due(clause.text, sent_on, calendar, strict=False)
            if due and _STARTS.search(clause.text[: due.start]):
                due = None
            found.append(Promise(clause.text, clause.start, due and _last_of(due, clause.text)))
    return tuple(found)


# "on the 9th, 16th and 19th": all of it is done on the last of them.
_MORE_DAYS = re.compile(
    r"(?:,? ?(?:and |& |, )?(?:the )?(\d{1,2})(?:st|nd|rd|th)?\b(?![/:-]|\s*(?:am|pm|minutes?|sessions?)\b))+",
    re.I,
)


def _last_of(due: DateSpan, clause: str) -> DateSpan:
    more = _MORE_DAYS.match(clause, due.start + len(due.text))
    if not more or not 1 <= int(more[1]) <= 31:
        return due
    try:
        last = due.day.replace(day=int(more[1]))
    except ValueError:
        return due
    return replace(due, day=last, text=due.text + more[0]) if last > due.day else due


def is_promise(sentence: str) -> bool:
    plain = _GOING.sub(r"\1 is going to", _QUOTED.sub('""', join_apostrophes(sentence)).strip())
    if _patterns("nothing").search(plain):
        return False
    plain = _patterns("masked").sub("…", plain)
    return any(_binds(match, plain) for match in _patterns_each(plain))


def is_delivery(sentence: str) -> bool:
    """Whether a promise is to hand over or to tell something."""
    return bool(re.search(load("promises")["deliver"], join_apostrophes(sentence), re.I))


@cache
def _single() -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(_whole(p), re.I) for p in load("promises")["promise"])


def _patterns_each(plain: str) -> list[re.Match[str]]:
    return [m for p in _single() for m in p.finditer(plain)]


def _binds(match: re.Match[str], plain: str) -> bool:
    groups = match.groupdict()
    verb = (groups.get("verb") or groups.get("verb3") or "").lower()
    if verb not in load("promises")["idle"]:
        return True
    return bool(_patterns("unless").search(plain[match.start() :]))


def _promising_clause(sentence: Sentence) -> Sentence:
    """The part of a long sentence that promises, where it stands apart from the rest."""
    start = 0
    for cut in _CLAUSE.finditer(sentence.text):
        rest = sentence.text[cut.end() :]
        if not is_promise(sentence.text[start : cut.start()]) and is_promise(rest):
            start = cut.end()
    return Sentence(sentence.text[start:], sentence.start + start, sentence.end)
