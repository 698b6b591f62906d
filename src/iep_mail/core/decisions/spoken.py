"""Asks and promises in what a parent notes of a call, a meeting or a talk: reported, not written.

"I asked her to send the log by Friday" and "She said they would make up both sessions" are turned
into what was said, and that is read like any other sentence. The note's own sentence stays the quote.
"""

from __future__ import annotations

import re
from datetime import date

from iep_mail.core.reading.asks import find_asks
from iep_mail.core.reading.promises import find_promises
from iep_mail.core.reading.sentences import Sentence, join_apostrophes, split_sentences
from iep_mail.model import Ask, Channel, Promise, RequestKind, SchoolCalendar

SPOKEN = frozenset({Channel.CALL, Channel.MEETING, Channel.TALK})

_PERSON = (
    r"(?:him|her|them|you|us|me|it|she|he|they|(?:mr|mrs|ms|miss|dr)\.? [\w'-]+(?: [\w'-]+)?"
    r"|the (?:[\w-]+ ){0,2}?[\w-]+|[A-Z][\w'-]+(?: [A-Z][\w'-]+)?)"
)
_ASKED = re.compile(
    r"\b(?:[Ii]|[Ww]e)(?: (?:called|phoned|rang|met|spoke|talked|went|wrote)\b[^.;?!]{0,60}?,? and)?"
    r"(?: then| also| again)? (?P<verb>asked|requested)"
    rf"(?:(?: (?i:{_PERSON}))?(?P<link> (?:to|for|when|whether|if|how|why|what|who|which|where|that))\b|(?= an? | the ))"
    r"(?P<what>.*)",
    re.S,
)
_TO_DO = frozenset({"to", "for", "that", ""})
_SAID = re.compile(
    rf"\b(?i:{_PERSON}) (?:then |also |again )?(?P<verb>said|says|told (?:me|us)|promised(?: me| us)?"
    r"|agreed|confirmed|assured (?:me|us)|offered|committed)(?: that|,)? (?P<what>.*)",
    re.S,
)
_WILL = re.compile(
    rf"^(?P<who>(?i:{_PERSON}))(?:'ll| will| would|'d| is going to| are going to| was going to| were going to)\b(?! be \w)",
)


def spoken_asks(text: str, on: date, calendar: SchoolCalendar) -> tuple[Ask, ...]:
    """What the parent says they asked for, in the note's order. Days are counted from `on`."""
    found = []
    for sentence in split_sentences(text):
        said = _ASKED.search(join_apostrophes(sentence.text))
        asks = find_asks(_direct_ask(said), on, calendar) if said else ()
        fact = said is not None and (said["link"] or "").strip() not in _TO_DO
        found += [_as_noted(sentence, ask, number, fact) for number, ask in enumerate(asks)]
    return tuple(found)


def _as_noted(sentence: Sentence, ask: Ask, number: int, fact: bool) -> Ask:
    """The first ask keeps the note's sentence as its quote, a second one in it its own words."""
    kind = RequestKind.INFORMATION if fact and not number else ask.kind
    return Ask(ask.quote if number else sentence.text, sentence.start, kind, ask.due)


def _direct_ask(said: re.Match[str]) -> str:
    link, what = (said["link"] or "").strip(), said["what"].strip().rstrip(".!")
    if link == "to":
        return f"Could you please {what}?"
    if link in ("for", "that", ""):
        return f"I am requesting {link + ' ' if link == 'that' else ''}{what}."
    return f"Could you tell me {link} {what}?"


def spoken_promises(text: str, on: date, calendar: SchoolCalendar) -> tuple[Promise, ...]:
    """What the parent says a school person said they would do."""
    found = []
    for sentence in split_sentences(text):
        direct = _direct_promise(join_apostrophes(sentence.text))
        promises = find_promises(direct, on, calendar) if direct else ()
        if promises:
            found.append(Promise(sentence.text, sentence.start, promises[0].due))
    return tuple(found)


def _direct_promise(plain: str) -> str:
    said = _SAID.search(plain)
    if not said:
        return ""
    what = said["what"].strip()
    if what.startswith("to ") and said["verb"].split()[0] not in ("said", "says", "told"):
        return f"I will {what[3:]}"
    return _WILL.sub("I will", what, count=1)
