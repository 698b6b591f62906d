"""Why a thread lies in its case, in words: “speaks of speech therapy and is with the same person”."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date, timedelta

from iep_mail.core.filing.kinship import Gathering
from iep_mail.core.filing.profiles import Profile
from iep_mail.core.filing.topics import topic_of
from iep_mail.core.reading.sentences import content_words

_SAID_FROM = 0.45  # what counted less is not worth a word
_AT_MOST = 3


def tell(thread: Profile, case: Gathering, reasons: Mapping[str, float]) -> str:
    """The strongest of what speaks for `thread` being in `case`, as a clause without its subject.

    `case` is as it was before the thread was put to it.
    """
    silent = {"people"} if reasons.get("partner", 0.0) >= _SAID_FROM else set[str]()
    loud = sorted(
        (n for n, v in reasons.items() if v >= _SAID_FROM and n not in silent), key=lambda n: -reasons[n]
    )
    clauses = list(dict.fromkeys(c for name in loud for c in _clauses(name, thread, case)))[:_AT_MOST]
    if not clauses:
        return "is closest to it in its words, people and time"
    return ", ".join(clauses[:-1]) + " and " * (len(clauses) > 1) + clauses[-1]


def _clauses(name: str, thread: Profile, case: Gathering) -> Iterator[str]:
    if name in ("topic", "general"):
        mine, theirs = (
            (thread.topics, case.topics) if name == "topic" else (thread.general, case.founder.general)
        )
        shared = {t: w * theirs[t] for t, w in mine.items() if theirs.get(t)}
        if shared:
            yield f"speaks of {topic_of(max(sorted(shared), key=lambda t: shared[t])).title}"
    elif name == "subject":
        words = _shared_subject_words(thread, case)
        yield f"shares “{words}” with it" if words else "has rare words in common with it"
    elif name == "letter":
        days = [d for d in thread.wrote_on for n in (0, 1) if d + timedelta(n) in case.sent]
        yield f"goes back to what was written on {_day(min(days))}"
    elif name == "day":
        yield f"names the same day ({_day(min(thread.days & case.days))})"
    else:
        yield from _PLAIN.get(name, ())


_PLAIN = {
    "words": ("uses the same uncommon words",),
    "partner": ("is with the same person",),
    "people": ("has people in common with it",),
    "reference": ("answers a message there",),
    "number": ("has the same number as it",),
    "handed_on": ("is from somebody to whom it was handed on",),
    "only_theirs": ("is with somebody who wrote about nothing else",),
    "goes_back": ("goes on with something written shortly before",),
    "automatic": ("answers by itself what was written just before",),
}


def _shared_subject_words(thread: Profile, case: Gathering) -> str:
    known = case.founder.words
    words = re.findall(r"[\w'’-]+", thread.thread.subject)
    shared = [w.lower() for w in words if content_words(w) & thread.subject & known.keys()]
    return " ".join(dict.fromkeys(shared))


def _day(day: date) -> str:
    return f"{day:%B} {day.day}"
