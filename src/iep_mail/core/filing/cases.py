"""Threads gathered into cases: one matter about one child, however often subject and people change.

The threads are taken in the order of time. Each follows the case with which most speaks for it
(core/filing/kinship), or founds one: the first message of a case names its matter, and what comes
later refers to it. What a thread has in common with its case is kept, so that it can be told.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import timedelta

from iep_mail.core.filing.candidates import Candidates
from iep_mail.core.filing.children import short_name
from iep_mail.core.filing.grounds import tell
from iep_mail.core.filing.kinship import ENOUGH, Gathering, kinship
from iep_mail.core.filing.matter import read_matter
from iep_mail.core.filing.people import ReadMatter
from iep_mail.core.filing.profiles import Filed, Profile, profiles
from iep_mail.core.filing.topics import topic_of
from iep_mail.model import Case, Family, Thread

_SURE = 0.3  # of a topic on average, from which it gives the case its name
_LONG_SUBJECT = 48
_SMALL = "and|or|with|is|was|has|had|in|at|on|to|the|needs?|says?|does|did|will"
_OWN = "thread:"  # the topic of a matter that has none of the topics
_ANSWERED_WITHIN = timedelta(days=3)  # an automatic answer belongs to what was written just before
_MISSED = re.compile(
    r"\bmiss(?:ed|ing)\b|\bnot (?:held|meet|met|receiv\w+|happen\w*)|\bno (?:speech|ot|pt|therapy)\b"
    r"|\bmake.?up\b|\bdid(?:n[’']t| not) (?:meet|come|happen)",
    re.I,
)


def build_cases(
    threads: Sequence[Thread], filed: Sequence[Filed], family: Family, read: ReadMatter = read_matter
) -> tuple[Case, ...]:
    """The cases, ordered by their first message; threads without a matter are in none.

    `read` gives what one message says of its matter; hand in what was kept from another night.
    """
    found: list[Gathering] = []
    candidates = Candidates()
    for thread in profiles(threads, filed, family, read):
        case, reasons = _place(thread, candidates)
        if case is None and (thread.automatic or not (thread.topic or thread.asked)):
            continue
        if case is None:
            case = Gathering(thread, len(found))
            found.append(case)
        else:
            case.add(thread, tell(thread, case, reasons))
        candidates.put(case, thread)
    texts = {m.sha256: f"{m.subject}\n{m.new_text}" for m, _, _ in filed}
    return _named(found, texts, family)


def _place(thread: Profile, candidates: Candidates) -> tuple[Gathering | None, Mapping[str, float]]:
    """The case that a thread follows, and what speaks for it."""
    possible = candidates.of(thread)
    if thread.automatic:
        return next((c for c in possible if _just_wrote(c, thread)), None), {"automatic": 1.0}
    best: tuple[Gathering | None, Mapping[str, float]] = (None, {})
    most = ENOUGH
    for case in possible:
        reasons = kinship(thread, case, candidates.share(thread, case))
        total = sum(reasons.values()) if reasons else 0.0
        if reasons and total > most:
            best, most = (case, reasons), total
    return best


def _just_wrote(case: Gathering, answer: Profile) -> bool:
    latest = [t for t in case.threads if not t.automatic and not answer.returned.isdisjoint(t.people)]
    return any(timedelta() <= answer.first - t.last <= _ANSWERED_WITHIN for t in latest) or any(
        timedelta() <= answer.first - t.first <= _ANSWERED_WITHIN for t in latest
    )


def _named(found: Sequence[Gathering], texts: Mapping[str, str], family: Family) -> tuple[Case, ...]:
    cases, taken = [], set[str]()
    for case in found:
        topic, what = _topic_and_title(case, texts, family)
        title = titled(what, case.child, family)
        subject = _plain(case.founder.thread.subject, family)
        if title in taken:
            title = f"{title} (“{_shortened(subject)}”)"
        taken.add(title)
        cases.append(
            Case(
                id=case_id(case.founder.thread.id),
                title=title,
                topic=topic,
                child=case.child,
                threads=tuple(t.thread.id for t in case.threads),
                opened_on=case.founder.first.date(),
                grounds=tuple((t, why) for t, why in case.grounds.items() if why),
            )
        )
    return tuple(sorted(cases, key=lambda c: (str(c.opened_on), c.id)))


def _topic_and_title(case: Gathering, texts: Mapping[str, str], family: Family) -> tuple[str, str]:
    """The matter that the first message names, or else most of the case; its own subject where no topic
    is spoken of."""
    counted = Counter({t: 2 * w for t, w in case.founder.topics.items()})
    for thread in case.threads:
        counted.update(thread.topics)
    sure = {t: w for t, w in counted.items() if w >= _SURE * (len(case.threads) + 2)}
    name = min(sure, key=lambda t: (-sure[t], t)) if sure else case.founder.topic
    if name is None:
        return f"{_OWN}{case.founder.thread.id}", _plain(case.founder.thread.subject, family)
    topic = topic_of(name)
    missed = topic.missed and sum(_speaks_of_missed(t.thread, texts) for t in case.threads) >= 2
    return name, topic.missed if missed else topic.title


def _speaks_of_missed(thread: Thread, texts: Mapping[str, str]) -> bool:
    return any(_MISSED.search(texts[s]) for s in thread.messages)


def _plain(subject: str, family: Family) -> str:
    """The subject without a child's name before it: the title names the child already."""
    names = sorted((n for c in family.children for n in (c.name, *c.names)), key=len, reverse=True)
    before = (
        rf"^(?:{'|'.join(map(re.escape, names))})(?:['’]s)?(?:\s*[-–:,]\s*|\s+(?!(?:{_SMALL})\b))(?=\w)"
        if names
        else r"(?!)"
    )
    return re.sub(before, "", subject, flags=re.I) or "other questions"


def _shortened(subject: str) -> str:
    words = subject.split()
    return subject if len(subject) <= _LONG_SUBJECT else " ".join(words[:6]).rstrip(",:;-–") + " …"


def case_id(thread: str) -> str:
    """The id of the case that a thread founds."""
    return "c-" + hashlib.sha256(thread.encode()).hexdigest()[:12]


def titled(title: str, child: str | None, family: Family) -> str:
    """A title with the short name of its child before it, in place of another child's."""
    before, colon, what = title.partition(": ")
    shorts = {short_name(c): c.name for c in family.children}
    what = what if colon and before in shorts else title
    who = next((short for short, name in shorts.items() if name == child), "")
    return f"{who}: {what}" if who else what[:1].upper() + what[1:]
