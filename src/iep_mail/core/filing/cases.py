"""Threads gathered into cases: one matter about one child, however often the subject changes.

The working is a score anyone can follow: the topic words of a thread (a subject counts double, the
roles of the people count as words), and where they are too few, its likeness to threads near in time.
"""

from __future__ import annotations

import hashlib
import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache

from iep_mail.core.filing.threads import base_subject
from iep_mail.data import load
from iep_mail.model import Case, Child, Direction, Family, Message, MessageKind, Thread

Filed = tuple[Message, Direction, MessageKind]

ALIKE = 0.22  # likeness from which a thread without topic words follows another
NEAR_DAYS = 45
APART_DAYS = 240  # the same matter after so long a silence is a new case: another school year

_MASS = frozenset({MessageKind.PORTAL_NOTICE, MessageKind.BULK})
_AUTOMATIC = frozenset({MessageKind.AUTO_REPLY, MessageKind.BOUNCE})
_WORD = re.compile(r"[a-z][a-z'’-]{2,}")
_OWN = "thread:"  # the topic of a thread that is a matter of its own
_ASKED = re.compile(r"\b(?:please|pls|could you|can you|would you|request\w*|need|would like)\b", re.I)
_MISSED = re.compile(
    r"\bmiss(?:ed|ing)\b|\bnot (?:held|meet|met|receiv\w+|happen\w*)|\bno (?:speech|ot|pt|therapy)\b"
    r"|\bmake.?up\b|\bdid(?:n[’']t| not) (?:meet|come|happen)",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Topic:
    name: str
    title: str
    missed: str
    words: tuple[tuple[re.Pattern[str], float], ...]
    role: re.Pattern[str] | None
    general: bool


@dataclass(frozen=True, slots=True)
class _Facts:
    """What is known of one thread."""

    thread: Thread
    first: datetime
    last: datetime
    subject: str
    texts: tuple[str, ...]
    people: frozenset[str]
    partners: frozenset[str]  # those whom the first message is from, or written to
    child: str | None
    asked: bool  # a parent asks something in it
    mass: bool  # nothing but notices, newsletters and automatic mail
    words: Mapping[str, float]


def recognise_child(text: str, family: Family) -> str | None:
    """The full name of the child whom a text is about; None where none or several are named.

    A family with one child never asks.
    """
    if len(family.children) == 1:
        return family.children[0].name
    named = [c.name for c in family.children if any(_has_word(text, n) for n in c.names)]
    return named[0] if len(named) == 1 else None


def build_cases(threads: Sequence[Thread], filed: Sequence[Filed], family: Family) -> tuple[Case, ...]:
    """The cases, ordered by their first message; threads without a matter are in none."""
    by_sha = {m.sha256: (m, kind) for m, _, kind in filed}
    facts = sorted((_facts(t, by_sha, family) for t in threads), key=lambda f: (f.first, f.thread.id))
    weighted = _weigh([f for f in facts if not f.mass])
    topics = _assign(weighted, family)
    topics |= {f.thread.id: f"{_OWN}{f.thread.id}" for f in weighted if f.thread.id not in topics and f.asked}
    children = _assign_children(weighted, topics)
    groups: defaultdict[tuple[str, str | None], list[_Facts]] = defaultdict(list)
    for fact in weighted:
        if fact.thread.id in topics:
            groups[topics[fact.thread.id], children[fact.thread.id]].append(fact)
    cases = [
        _case(topic, child, part, family)
        for (topic, child), group in groups.items()
        for part in _split_by_time(group)
    ]
    return tuple(sorted((c for c, _ in cases), key=lambda c: (str(c.opened_on), c.id)))


def topic_scores(subject: str, texts: Sequence[str], roles: Iterable[str] = ()) -> dict[str, float]:
    """How strongly each topic is spoken of: word weights, the subject double, repeats ever less."""
    text = "\n".join(texts)
    scores: dict[str, float] = {}
    for topic in _topics():
        score = 0.0
        for pattern, weight in topic.words:
            hits = len(pattern.findall(text))
            score += weight * (2.0 if pattern.search(subject) else 0.0)
            score += weight * 0.5 * math.log2(1 + hits)
        if topic.role and any(topic.role.search(role) for role in roles):
            score += float(load("topics")["role_weight"])
        if score:
            scores[topic.name] = score
    return scores


def topic_title(name: str) -> str:
    """What a topic is called in a sentence."""
    return next(t.title for t in _topics() if t.name == name)


def general_topics() -> frozenset[str]:
    """Topics that any matter touches."""
    return frozenset(t.name for t in _topics() if t.general)


@cache
def _topics() -> tuple[Topic, ...]:
    return tuple(
        Topic(
            name=t["name"],
            title=t["title"],
            missed=t.get("missed", ""),
            words=tuple(
                (re.compile(rf"(?<![\w-])(?:{w})(?!\w)", re.I), float(weight))
                for w, weight in t["words"].items()
            ),
            role=re.compile(t["role"], re.I) if "role" in t else None,
            general=t.get("general", False),
        )
        for t in load("topics")["topic"]
    )


def _has_word(text: str, name: str) -> bool:
    return bool(re.search(rf"(?<!\w){re.escape(name)}(?:['’]?s)?(?!\w)", text, re.I))


def _facts(thread: Thread, by_sha: Mapping[str, tuple[Message, MessageKind]], family: Family) -> _Facts:
    mail = [by_sha[s] for s in thread.messages]
    human = [m for m, kind in mail if kind not in _MASS | _AUTOMATIC]
    messages = human or [m for m, _ in mail]
    subject = base_subject(thread.subject)
    texts = tuple(m.new_text for m in messages)
    people = {a.email.lower() for m in messages for a in (m.sender, *m.recipients)}
    names = {n.lower() for c in family.children for n in c.names} | {"subject"}
    words = Counter(w for t in (subject, subject, *texts) for w in _WORD.findall(t.lower()) if w not in names)
    opener = messages[0]
    partners = (opener.sender,) if not family.is_own(opener.sender.email) else opener.to
    return _Facts(
        thread=thread,
        first=mail[0][0].date,
        last=mail[-1][0].date,
        subject=subject,
        texts=texts,
        asked=any(
            family.is_own(m.sender.email) and ("?" in m.new_text or _ASKED.search(m.new_text))
            for m in messages
        ),
        people=frozenset(p for p in people if not family.is_own(p)),
        partners=frozenset(p.email.lower() for p in partners) if len(partners) <= 2 else frozenset(),
        child=recognise_child("\n".join((subject, *texts)), family),
        mass=all(kind in _MASS for _, kind in mail),
        words={w: 1 + math.log(n) for w, n in words.items()},
    )


def _weigh(facts: Sequence[_Facts]) -> list[_Facts]:
    """Words weighted by how rare they are in this family's mail, each thread to length one."""
    seen = Counter(word for f in facts for word in f.words)
    result = []
    for fact in facts:
        raw = {w: n * math.log((1 + len(facts)) / (1 + seen[w])) for w, n in sorted(fact.words.items())}
        length = math.sqrt(sum(v * v for v in raw.values())) or 1.0
        unit = {w: v / length for w, v in raw.items()}
        result.append(replace(fact, words=unit))
    return result


def _assign(facts: Sequence[_Facts], family: Family) -> dict[str, str]:
    """The topic of each thread that has one."""
    enough = float(load("topics")["enough"])
    general = general_topics()
    found: dict[str, str] = {}
    for fact in facts:
        roles = [c.role for p in sorted(fact.partners) if (c := family.contact(p))]
        scores = topic_scores(fact.subject, fact.texts, roles)
        special = {t: s for t, s in scores.items() if t not in general and s >= enough}
        loose = {t: s for t, s in scores.items() if s >= enough}
        best = _best(special)
        # A matter of its own wins over a general one unless it is only brushed.
        top = _best(loose)
        if best and top and scores[top] > 2.5 * scores[best]:
            best = top
        choice = best or top
        if choice:
            found[fact.thread.id] = choice
    for fact in facts:
        if fact.thread.id not in found or found[fact.thread.id] in general:
            follows = _most_alike(fact, [f for f in facts if f.thread.id in found], found)
            if follows:
                found = {**found, fact.thread.id: follows}
    return found


def _best(scores: Mapping[str, float]) -> str | None:
    return min(scores, key=lambda t: (-scores[t], t)) if scores else None


def _most_alike(fact: _Facts, others: Iterable[_Facts], topics: Mapping[str, str]) -> str | None:
    best, topic = ALIKE, None
    for other in others:
        if other is fact or (fact.child and other.child and fact.child != other.child):
            continue
        gap = max((fact.first - other.last).days, (other.first - fact.last).days, 0)
        if gap > NEAR_DAYS:
            continue
        cosine = sum(v * other.words.get(w, 0.0) for w, v in fact.words.items())
        shared = bool(fact.people & other.people)
        score = cosine + (0.08 if shared else 0.0) + 0.08 * (1 - gap / NEAR_DAYS)
        if cosine > 0.06 and score > best:
            best, topic = score, topics[other.thread.id]
    return topic


def _assign_children(facts: Sequence[_Facts], topics: Mapping[str, str]) -> dict[str, str | None]:
    """The child of each thread; one that names none follows the only child with that matter."""
    of_topic: defaultdict[str, set[str]] = defaultdict(set)
    for fact in facts:
        if fact.child and fact.thread.id in topics:
            of_topic[topics[fact.thread.id]].add(fact.child)
    result = {}
    for fact in facts:
        only = of_topic.get(topics.get(fact.thread.id, ""), set())
        result[fact.thread.id] = fact.child or (min(only) if len(only) == 1 else None)
    return result


def _split_by_time(group: Sequence[_Facts]) -> list[list[_Facts]]:
    parts: list[list[_Facts]] = []
    last: datetime | None = None
    for fact in group:
        if last is None or (fact.first - last).days > APART_DAYS:
            parts.append([])
            last = fact.last
        parts[-1].append(fact)
        last = max(last, fact.last)
    return parts


def _plain_title(fact: _Facts) -> str:
    """The subject as the title of a matter that has no topic: “the summer”."""
    return fact.subject or "other questions"


def _case(topic: str, child: str | None, group: Sequence[_Facts], family: Family) -> tuple[Case, datetime]:
    first = group[0]
    known = next(
        (t for t in _topics() if t.name == topic), Topic(topic, _plain_title(first), "", (), None, False)
    )
    missed = known.missed and sum(bool(_MISSED.search("\n".join((f.subject, *f.texts)))) for f in group) >= 2
    what = known.missed if missed else known.title
    case = Case(
        id=case_id(first.thread.id),
        title=titled(what, child, family),
        topic=topic,
        child=child,
        threads=tuple(f.thread.id for f in group),
        opened_on=first.first.date(),
    )
    return case, first.first


def case_id(thread: str) -> str:
    """The id of the case that a thread founds."""
    return "c-" + hashlib.sha256(thread.encode()).hexdigest()[:12]


def titled(title: str, child: str | None, family: Family) -> str:
    """A title with the short name of its child before it, in place of another child's."""
    before, colon, what = title.partition(": ")
    shorts = {_short_name(c): c.name for c in family.children}
    what = what if colon and before in shorts else title
    who = next((short for short, name in shorts.items() if name == child), "")
    return f"{who}: {what}" if who else what[:1].upper() + what[1:]


def _short_name(child: Child) -> str:
    return child.nicknames[0] if child.nicknames else child.name.split()[0]
