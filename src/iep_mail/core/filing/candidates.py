"""Which cases come into question for a thread: an index, so that each thread is compared with a few only."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import timedelta
from heapq import nsmallest

from iep_mail.core.filing.kinship import Gathering
from iep_mail.core.filing.profiles import Profile

_TELLING_WORDS = 12  # the rarest words of a thread under which it is kept and sought
_FAINT = 0.15  # a topic below this is not sought
_LATEST = 12  # cases under one key; older ones with nothing else in common do not come into question
_COMPARED = 6

_Key = tuple[str, object]


class Candidates:
    """Cases by what they have in common with a thread, the latest first; time grows with the mail, not
    with its square."""

    def __init__(self) -> None:
        self._held: defaultdict[_Key, dict[int, Gathering]] = defaultdict(dict)
        self._began_with: Counter[str] = Counter()

    def put(self, case: Gathering, thread: Profile) -> None:
        self._began_with.update(thread.partners)
        for key, _ in _kept_under(thread):
            held = self._held[key]
            held.pop(id(case), None)
            held[id(case)] = case
            if len(held) > _LATEST:
                del held[next(iter(held))]

    def share(self, thread: Profile, case: Gathering) -> float:
        """How much of what the people of `thread` write about lies in `case`: 0 to 1, of few threads little."""
        shares = (case.began_with[p] / (1 + self._began_with[p]) for p in thread.partners)
        return max(shares, default=0.0)

    def of(self, thread: Profile) -> list[Gathering]:
        """The cases that share most with `thread`; those that were touched last before others."""
        score: defaultdict[int, float] = defaultdict(float)
        found: dict[int, Gathering] = {}
        for key, weight in _sought_under(thread):
            held = self._held.get(key)
            for number, case in list(held.items()) if held else ():
                if case.is_over(thread.first):  # for every later thread too
                    del self._held[key][number]
                    continue
                score[number] += weight
                found[number] = case
        return nsmallest(_COMPARED, found.values(), key=lambda c: (-score[id(c)], -c.number))


def _common_keys(thread: Profile) -> Iterator[tuple[_Key, float]]:
    for topic, weight in thread.topics.items():
        if weight >= _FAINT:
            yield ("topic", topic), 4 * weight
    for topic, weight in thread.general.items():
        if weight >= _FAINT:
            yield ("topic", topic), weight
    for person in sorted(thread.people):
        yield ("person", person), 2.0 if person in thread.partners else 1.0
    telling = sorted(thread.words.items(), key=lambda item: (-item[1], item[0]))[:_TELLING_WORDS]
    for word, weight in telling:
        yield ("word", word), 3 * weight
    for number in sorted(thread.numbers):
        yield ("number", number), 2.0
    for day in sorted(thread.every_day):
        yield ("day", day), 0.9


def _kept_under(thread: Profile) -> Iterator[tuple[_Key, float]]:
    yield from _common_keys(thread)
    for name in sorted(thread.ids | thread.references):
        yield ("id", name), 0.0
    for day in sorted(thread.sent):
        yield ("sent", day), 0.0


def _sought_under(thread: Profile) -> Iterator[tuple[_Key, float]]:
    yield from _common_keys(thread)
    for name in sorted(thread.ids | thread.references):
        yield ("id", name), 1.0
    for day in sorted(thread.wrote_on):
        for late in (0, 1):
            yield ("sent", day + timedelta(late)), 1.0
