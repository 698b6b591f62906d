"""What one message says of its matter: pure, of the message alone, so that it can be kept from night to night.

No family, no neighbour and no clock enters: what `read_matter` finds may be stored beside the message
under the reader's version.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import takewhile

from iep_mail.core.filing.threads import base_subject
from iep_mail.core.filing.topics import topics_named, topics_of_role
from iep_mail.core.reading.sentences import Sentence, content_words, split_sentences
from iep_mail.core.remembering import remembered
from iep_mail.core.tracking.mentioned_days import mentioned_days
from iep_mail.model import Message

# Where a topic is named tells how much it is the matter: asked for, said at the start, or told besides.
ASKED, OPENING, TOLD = 1.0, 0.7, 0.4
_OPENING_SENTENCES = 3
_QUOTED = re.compile(r"^\s*[>|]|^\W*(?:on|from|sent|to|cc|subject|le|el|am)\b.*:|wrote:\s*$|^-{3,}", re.I)
_SIGNATURE_LINE, _LINES = 80, 400
_NAME = re.compile(r"[^\W\d_][\w'’-]+")
_DATED = re.compile(r"\d|\byesterday\b", re.I)

_ASKS = re.compile(
    r"\?|\b(?:please|pls|kindly|requests?|requesting|ask(?:ing)?|needs?|propose|want|wonder(?:ing)?|grateful)\b"
    r"|\b(?:could|can|would|will) (?:you|u|we)\b|(?:\bwould|['’]d) (?:like|love|appreciate)\b",
    re.I,
)
_IDLE = re.compile(r"\b(?:any questions|let me know if|thank(?:s| you) for|how are you|hope)\b", re.I)
_WROTE = re.compile(
    r"\b(?:wrote|written|asked|requested|letter|note|message|e-?mail(?:ed)?|request|refer|dated|promised|said|told)\b",
    re.I,
)
_BACK = re.compile(
    r"\b(?:follow(?:ing)?[ -]?up|circling back|again|as (?:i|we) (?:wrote|said|asked|mentioned)|reminder"
    r"|still (?:waiting|no|not)|(?:my|our|your) (?:\w+ )?(?:letter|note|request|e-?mail|message|question)"
    r"|passed (?:on|along|it|your)|asked me to|shared (?:your|with me))\b",
    re.I,
)
_HANDED_ON = re.compile(
    r"\b(?P<name>[A-Z][\w'’-]{1,30}) (?:has |had |kindly )?"
    r"(?:(?:passed|forwarded|shared|handed|sent|gave) (?:on |along |over )?(?:me |to me )?(?:that |your |this |it\b|with )"
    r"|(?:passed|forwarded) (?:on|along|it)\b|(?:asked|wanted|told) (?:me|us) (?:to\b|that you|you)"
    r"|asked that I|(?:\w+ ){0,6}said (?:that )?I (?:could|should|can)\b)"
)
# "No. 25-0388", "R-2291", "#5520": not a date, a year or a telephone number.
_NUMBER = re.compile(
    r"(?<![\w-])(?:#\s?\d{3,8}|[A-Z]{1,4}-?\d{3,8}|[A-Z]{1,4}-\d{2,4}-\d{2,6}|(?!20\d\d-)\d{2}-\d{3,6})(?![\w-])"
)


@dataclass(frozen=True, slots=True)
class Matter:
    """`subject`, `asked` and `told` are stems of words; `subject_topics` and `topics` (of the text) say
    how strongly each topic is spoken of.

    `days` are the days that are named, `wrote_on` those of them on which something was written or
    asked; `goes_back` whether it says that it goes on with something. `numbers` are those under which
    somebody keeps it, `handed_on_by` the last names (or first ones) of those who gave it to the writer,
    `signed_as` the topics that are the writer's work by what stands under the name.
    """

    subject: frozenset[str] = frozenset()
    asked: frozenset[str] = frozenset()
    told: frozenset[str] = frozenset()
    subject_topics: tuple[tuple[str, float], ...] = ()
    topics: tuple[tuple[str, float], ...] = ()
    days: frozenset[date] = frozenset()
    wrote_on: frozenset[date] = frozenset()
    asks: bool = False
    goes_back: bool = False
    numbers: frozenset[str] = frozenset()
    handed_on_by: frozenset[str] = frozenset()
    signed_as: frozenset[str] = frozenset()


def read_matter(message: Message) -> Matter:
    """The matter of a message; days without a year are taken near the day it was sent (its own clock)."""
    return _read(
        message.subject,
        message.new_text,
        message.date.date(),
        f"{message.sender.name}\n{_under_the_name(message)}",
    )


@remembered
def _read(subject: str, text: str, day: date, signature: str) -> Matter:
    base = base_subject(subject)
    sentences = split_sentences(text)
    asking = [bool(_ASKS.search(s.text)) and not _IDLE.search(s.text) for s in sentences]
    named = [(s, _days(s, day)) for s in (subject, *(s.text for s in sentences))]
    return Matter(
        subject=content_words(base),
        asked=_words(s for s, asks in zip(sentences, asking, strict=True) if asks),
        told=content_words(text),
        subject_topics=tuple(sorted(topics_named(base).items())),
        topics=_topics(sentences, asking),
        days=frozenset(d for _, days in named for d in days),
        wrote_on=frozenset(d for s, days in named if _WROTE.search(s) for d in days if d < day),
        asks=any(asking),
        goes_back=any(_BACK.search(s) for s, _ in named),
        numbers=frozenset(n.replace(" ", "") for n in _NUMBER.findall(f"{subject}\n{text}")),
        signed_as=topics_of_role(signature),
        handed_on_by=frozenset(m["name"].lower() for m in _HANDED_ON.finditer(text)),
    )


def _under_the_name(message: Message) -> str:
    """The line with the writer's name and the two after it: “Kim Vale / School Counselor / Room 4”."""
    names = [w for w in _NAME.findall(message.sender.name.lower()) if len(w) > 2]
    lines = message.full_text.splitlines()[:_LINES]
    for number, line in enumerate(lines if names else ()):
        if _QUOTED.search(line):
            break
        if len(line) <= _SIGNATURE_LINE and all(n in line.lower() for n in names[-2:]):
            below = takewhile(lambda x: not _QUOTED.search(x), lines[number : number + 3])
            return "\n".join(x for x in below if len(x) <= _SIGNATURE_LINE)
    return ""


def _days(sentence: str, sent: date) -> frozenset[date]:
    """The other days that a sentence names as dates; “on Friday” is too common to tell two matters apart."""
    dated = _DATED.search(sentence)
    return frozenset(m.day for m in mentioned_days(sentence, sent)) - {sent} if dated else frozenset()


def _words(sentences: Iterable[Sentence]) -> frozenset[str]:
    return frozenset[str]().union(*(content_words(s.text) for s in sentences))


def _topics(sentences: Sequence[Sentence], asking: Sequence[bool]) -> tuple[tuple[str, float], ...]:
    """Each further sentence on the same topic counts ever less."""
    said: dict[str, list[float]] = {}
    for index, (sentence, asks) in enumerate(zip(sentences, asking, strict=True)):
        focus = ASKED if asks else OPENING if index < _OPENING_SENTENCES else TOLD
        for topic, weight in topics_named(sentence.text).items():
            said.setdefault(topic, []).append(weight * focus)
    return tuple(
        (topic, sum(w / (1 + i) for i, w in enumerate(sorted(weights, reverse=True))))
        for topic, weights in sorted(said.items())
    )
