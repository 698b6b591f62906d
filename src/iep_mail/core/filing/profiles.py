"""What is known of one thread when its case is sought: its words, its topics, its people, its days."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from iep_mail.core.filing.children import recognise_child
from iep_mail.core.filing.matter import Matter
from iep_mail.core.filing.people import People, ReadMatter
from iep_mail.core.filing.threads import references
from iep_mail.core.filing.topics import general_topics, rival_topics
from iep_mail.core.reading.sentences import content_words
from iep_mail.data import load
from iep_mail.model import Direction, Family, Message, MessageKind, Thread

Filed = tuple[Message, Direction, MessageKind]
Weights = Mapping[str, float]

MASS = frozenset({MessageKind.PORTAL_NOTICE, MessageKind.BULK})
AUTOMATIC = frozenset({MessageKind.AUTO_REPLY, MessageKind.BOUNCE})

_SUBJECT, _ASKED, _TOLD = 2.0, 0.7, 0.6  # how much a word of the subject, of what is asked, of all says
_LATER_OURS, _LATER_THEIRS = 0.5, 0.35  # what answers say of the matter, beside the first message
_FULLY = 4.0  # the weight of a topic from which it is surely spoken of
_BRUSHED = 2.5  # how much stronger a general topic must be for the other one to be only brushed
_SPREAD = 4.0  # how rare a word of one thread counts; the same in a small and in a large mailbox


@dataclass(frozen=True, slots=True)
class Profile:
    """One thread. `topics` and `general` are as long as the topic is sure (at most 1), `words` of length 1.

    `partners` are the school people with whom it began, `days` those that its first message names.
    """

    thread: Thread
    first: datetime
    last: datetime
    child: str | None
    asked: bool
    automatic: bool  # nothing but automatic answers
    weights: Weights  # of every topic, as counted
    subject: frozenset[str]
    said: Weights  # its words, as counted
    people: frozenset[str]
    partners: frozenset[str]
    returned: frozenset[str]  # of automatic answers: whom they stand for
    ids: frozenset[str]
    references: frozenset[str]
    sent: frozenset[date]
    days: frozenset[date]
    every_day: frozenset[date]
    wrote_on: frozenset[date]
    goes_back: bool
    numbers: frozenset[str]
    handed_on_by: frozenset[str]  # names that its first message gives
    names: frozenset[str]  # of the school people in it
    topics: Weights
    general: Weights
    sure: float  # how surely a topic of its own is spoken of, 0 to 1
    words: Weights = field(default_factory=dict)
    rare: Weights = field(default_factory=dict)  # rarity of the words in the subject
    rare_partners: Weights = field(default_factory=dict)

    @property
    def topic(self) -> str | None:
        """The matter by its strongest topic; a general one only where there is no other."""
        enough = float(load("topics")["enough"])
        loud = {t: w for t, w in self.weights.items() if w >= enough}
        own = {t: w for t, w in loud.items() if t not in general_topics()}
        best = loud if _only_brushed(own, loud) < 1 else own or loud
        return min(best, key=lambda t: (-best[t], t)) if best else None


def profiles(
    threads: Sequence[Thread], filed: Iterable[Filed], family: Family, read: ReadMatter
) -> list[Profile]:
    """The threads that people wrote in, in time order; mass mail is left out."""
    by_sha = {m.sha256: (m, kind) for m, _, kind in filed}
    names = frozenset(s for c in family.children for n in c.names for s in content_words(n))
    messages = (by_sha[s] for t in threads for s in t.messages)
    people = People(family, [m for m, kind in messages if kind not in MASS], read)
    found = [
        _profile(t, [by_sha[s] for s in t.messages], _Reader(family, people, names, read))
        for t in threads
        if any(by_sha[s][1] not in MASS for s in t.messages)
    ]
    return _weigh(sorted(found, key=lambda p: (p.first, p.thread.id)))


@dataclass(frozen=True, slots=True)
class _Reader:
    family: Family
    people: People
    names: frozenset[str]  # stems of the children's names: they say nothing of the matter
    read: ReadMatter


def _profile(thread: Thread, mail: Sequence[tuple[Message, MessageKind]], by: _Reader) -> Profile:
    human = [m for m, kind in mail if kind not in MASS | AUTOMATIC]
    messages = human or [m for m, _ in mail]
    people, matters = by.people, [by.read(m) for m in messages]
    opener, first = messages[0], matters[0]
    partners = people.school(opener.to if people.is_own(opener.sender) else (opener.sender,))
    everybody = [a for m in messages for a in (m.sender, *m.recipients)]
    ids = frozenset(m.message_id for m, _ in mail if m.message_id)
    weights = _topic_weights(messages, matters, partners, people)
    own = {t: w for t, w in weights.items() if t not in general_topics()}
    general = {t: w for t, w in weights.items() if t in general_topics()}
    sure = _sure(own) * _only_brushed(own, general)
    return Profile(
        thread=thread,
        first=mail[0][0].date,
        last=mail[-1][0].date,
        child=recognise_child("\n".join((opener.subject, *(m.new_text for m in messages))), by.family),
        asked=any(
            matter.asks and people.is_own(m.sender) for m, matter in zip(messages, matters, strict=True)
        ),
        automatic=not human,
        weights=weights,
        topics=_unit(own, sure),
        general=_unit(general, _sure(general)),
        sure=sure,
        subject=first.subject - by.names,
        said=_word_weights(matters, by.names),
        people=people.school(everybody),
        partners=partners,
        returned=frozenset(e.lower() for m, _ in mail for e in (m.sender.email, *m.failed_recipients)),
        ids=ids,
        references=frozenset(r for m, _ in mail for r in references(m)) - ids,
        sent=frozenset(m.date.date() for m in messages),
        days=first.days,
        every_day=frozenset(d for matter in matters for d in matter.days),
        wrote_on=first.wrote_on,
        goes_back=first.goes_back,
        numbers=frozenset(n for matter in matters for n in matter.numbers),
        handed_on_by=first.handed_on_by,
        names=people.names(everybody),
    )


def _topic_weights(
    messages: Sequence[Message], matters: Sequence[Matter], partners: frozenset[str], people: People
) -> Weights:
    found: defaultdict[str, float] = defaultdict(float)
    for topic, weight in matters[0].subject_topics:
        found[topic] += weight * _SUBJECT
    for index, (message, matter) in enumerate(zip(messages, matters, strict=True)):
        later = _LATER_OURS if people.is_own(message.sender) else _LATER_THEIRS
        for topic, weight in matter.topics:
            found[topic] += weight * (later if index else 1.0)
    role_weight = float(load("topics")["role_weight"])
    for person in sorted(partners):
        for topic in people.work_of(person):
            found[topic] += role_weight / len(partners)
    return dict(sorted(found.items()))


def _word_weights(matters: Sequence[Matter], names: frozenset[str]) -> Weights:
    """How much each word says: the subject most, then what is asked, the first message before later ones."""
    found: dict[str, float] = dict.fromkeys(matters[0].subject, _SUBJECT)
    for index, matter in enumerate(matters):
        share = 0.5 if index else 1.0
        for word in matter.told:
            found[word] = found.get(word, 0.0) + _TOLD * share
        for word in matter.asked:
            found[word] = found.get(word, 0.0) + _ASKED * share
    return {w: math.sqrt(n) for w, n in sorted(found.items()) if w not in names}


def _weigh(found: Sequence[Profile]) -> list[Profile]:
    """Words and people weighted by how rare they are in this family's mail."""
    written = [p for p in found if not p.automatic]
    words = Counter(w for p in written for w in p.said)
    partners = Counter(a for p in written for a in p.partners)
    scale = _SPREAD / math.log(2 + len(written))

    def rarity(seen: int) -> float:
        return scale * math.log((1 + len(written)) / (1 + seen))

    return [
        replace(
            p,
            words=_unit({w: n * rarity(words[w]) for w, n in p.said.items()}),
            rare={w: rarity(words[w]) for w in sorted(p.subject)},
            rare_partners={a: rarity(max(partners[a], 1) - 1) for a in sorted(p.partners)},
        )
        for p in found
    ]


def _sure(weights: Weights) -> float:
    return min(1.0, max(weights.values(), default=0.0) / _FULLY)


def _only_brushed(own: Weights, others: Weights) -> float:
    """1 where a topic of its own is really spoken of; less where a general one is far louder."""
    rival = max((w for t, w in others.items() if t in rival_topics()), default=0.0)
    return min(1.0, _BRUSHED * max(own.values(), default=0.0) / rival) if rival else 1.0


def _unit(weights: Weights, length: float = 1.0) -> Weights:
    norm = math.sqrt(sum(v * v for v in weights.values()))
    return {k: v * length / norm for k, v in weights.items()} if norm else {}
