"""How much speaks for a thread being about the matter of a case, and what.

A careful person looks at what is named (the service, the document, the day), at who is asked, at
what is answered or gone back to, and at how long ago it was. Each is a number; together they decide.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping
from datetime import date, datetime, timedelta

from iep_mail.core.filing.profiles import Profile, Weights

# Round numbers, found by leaving out one labelled family at a time: each may be half or one and a half
# times as large without a family's figure falling by much (docs/evaluation.md).
ENOUGH = 3.0  # from which a thread follows a case
_WEIGHTS: Mapping[str, float] = {
    "topic": 4.5,
    "other_topic": -2.2,
    "general": 1.0,
    "words": 3.0,
    "subject": 1.6,
    "partner": 1.1,
    "people": 1.0,
    "day": 2.0,
    "letter": 1.0,
    "reference": 0.8,
    "number": 3.5,
    "handed_on": 1.0,
    "only_theirs": 1.0,
    "goes_back": 0.8,
    "silence": -0.5,
    "size": -0.3,
}
APART_DAYS = 240  # the same matter after so long a silence is a new case: another school year
_SUBJECT_FULL = 10.0
_RECENT = 2  # threads of a case that count by themselves, besides its first
_BACK_DAYS = 30


class Gathering:
    """A case while threads are put to it; what is needed of its threads together is kept summed up."""

    def __init__(self, founder: Profile, number: int) -> None:
        self.number = number  # in the order of time
        self.threads: list[Profile] = []
        self.grounds: dict[str, str] = {}
        self.child: str | None = None
        self.last: datetime = founder.last
        self.people: set[str] = set()
        self.partners: set[str] = set()
        self.days: set[date] = set()
        self.sent: set[date] = set()
        self.ids: set[str] = set()
        self.references: set[str] = set()
        self.numbers: set[str] = set()
        self.names: set[str] = set()
        self.began_with: Counter[str] = Counter()  # how many of its threads began with whom
        self.topics: Counter[str] = Counter()
        self.words: Counter[str] = Counter()
        self.sure = 0.0
        self.add(founder, "")

    def add(self, thread: Profile, grounds: str) -> None:
        self.threads.append(thread)
        self.grounds[thread.thread.id] = grounds
        self.child = self.child or thread.child
        self.last = max(self.last, thread.last)
        self.people |= thread.people
        self.partners |= thread.partners
        self.began_with.update(thread.partners)
        self.days |= thread.every_day
        self.sent |= thread.sent
        self.ids |= thread.ids
        self.references |= thread.references
        self.numbers |= thread.numbers
        self.names |= thread.names
        self.sure += thread.sure
        for sums, values in ((self.topics, thread.topics), (self.words, thread.words)):
            for key, value in values.items():
                sums[key] += value  # type: ignore[assignment]

    def is_over(self, day: datetime) -> bool:
        """Whether so much time has passed that the same matter would be a new case."""
        return (day - self.last).days > APART_DAYS

    @property
    def founder(self) -> Profile:
        return self.threads[0]


def kinship(thread: Profile, case: Gathering, theirs: float = 0.0) -> Mapping[str, float] | None:
    """What speaks for and against, each weighted; None where it cannot be: another child, too long ago.

    `theirs` is the share of what the school person with whom `thread` began wrote about that lies in `case`.
    """
    if (thread.child and case.child and thread.child != case.child) or case.is_over(thread.first):
        return None
    silence = max((thread.first - case.last).days, 0)
    found = _common(thread, case)
    found |= {
        "partner": max((thread.rare_partners[p] for p in thread.partners & case.partners), default=0.0) / 3,
        "people": float(not thread.people.isdisjoint(case.people)),
        "day": float(not thread.days.isdisjoint(case.days)),
        "letter": float(any(d + timedelta(n) in case.sent for d in thread.wrote_on for n in (0, 1))),
        "reference": float(
            not thread.references.isdisjoint(case.ids) or not thread.ids.isdisjoint(case.references)
        ),
        "number": float(not thread.numbers.isdisjoint(case.numbers)),
        "handed_on": float(not thread.handed_on_by.isdisjoint(case.names)) * _lately(silence),
        "only_theirs": theirs * (1 - thread.sure),
        "goes_back": thread.goes_back * _lately(silence),
        "silence": math.log1p(silence) / 5,
        "size": math.log(len(case.threads)),
    }
    return {name: _WEIGHTS[name] * value for name, value in found.items()}


def _lately(silence: int) -> float:
    return max(0.0, 1 - silence / _BACK_DAYS)


def _common(thread: Profile, case: Gathering) -> dict[str, float]:
    """Topics and words, compared with the case's first thread, which names its matter, and with all."""
    founder, number = case.founder, len(case.threads)
    near = (founder, *case.threads[1:][-_RECENT:])
    topic = (_dot(thread.topics, founder.topics) + _dot(thread.topics, case.topics) / number) / 2
    sure = thread.sure * (founder.sure + case.sure / number) / 2
    words = _dot(thread.words, founder.words)
    every = _dot(thread.words, case.words) / number
    return {
        "topic": topic,
        "other_topic": sure - topic,
        "general": max(_dot(thread.general, other.general) for other in near),
        "words": (words + every) / 2,
        "subject": max(_subject(thread, other) for other in near),
    }


def _subject(one: Profile, other: Profile) -> float:
    """Rare words of the one's subject in the other: 0 to 1."""
    shared = sum([weight for word, weight in one.rare.items() if word in other.words])
    shared += sum([weight for word, weight in other.rare.items() if word in one.words])
    return min(shared / _SUBJECT_FULL, 1.0)


def _dot(one: Weights, other: Weights) -> float:
    return sum([v * other[k] for k, v in one.items() if k in other])
