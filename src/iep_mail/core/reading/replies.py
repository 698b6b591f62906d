"""What each sentence of a school's reply does: hands over, agrees, says no, puts off, looks into it …"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from enum import Flag, auto
from functools import cache

from iep_mail.core.reading.dates import find_due
from iep_mail.core.reading.promises import is_delivery, is_promise
from iep_mail.core.reading.sentences import content_words, join_apostrophes, split_sentences
from iep_mail.core.remembering import remembered
from iep_mail.data import load
from iep_mail.model import DateSpan, SchoolCalendar

_GREETING = re.compile(
    r"^(?:(?:hi|hello|hey|dear|good \w+) (?:(?:mr|mrs|ms|dr|miss)\. )?[^,!?:.]{1,30}[,!:.-]+ ?)(?=\S)", re.I
)
# "Oh no, …" denies nothing.
_EXCLAMATION = re.compile(
    r"^(?:oh (?:no|my(?: (?:goodness|gosh|word))?|dear|gosh|wow|boy|man)|wow|ugh|yikes|oops|argh)\b[,.! –-]+(?=\S)",
    re.I,
)
_LIST_ITEM = re.compile(r"(?:^|\n)[ \t>]*\(?(\d{1,2})[.):][ \t]+$")
_ORDINALS = ("first", "second", "third", "fourth", "fifth")
_COUNTS = ("one", "two", "three", "four", "five")
_POINT = re.compile(
    rf"\b(?:number|no\.|point|question|item|request)s? (?:#? ?([1-5])|({'|'.join(_COUNTS)}))\b|#([1-5])\b"
    rf"|\b(?:your|the|on|as for|to) (?:your |the )?({'|'.join(_ORDINALS)}) (?:one|point|question|item|request|part|thing|matter|concern)\b",
    re.I,
)


_PLAIN_ANSWER = re.compile(r"(?:yes|yep|yup|no|nope|none|done|correct)\b", re.I)
_QUOTED = re.compile(r'"[^"]*"')


class Act(Flag):
    """What a sentence may do; one sentence can do several."""

    NOTHING = 0
    IDLE = auto()  # greeting, thanks, wishes, apology
    RECEIPT = auto()  # the mail came
    LOOKING = auto()  # will look into it, ask, pass it on
    PENDING = auto()  # not ready, not decided, still waited for
    POINTER = auto()  # does not know, is not the one to ask
    QUESTION = auto()  # asks the parent something
    HANDED = auto()  # attached, enclosed, sent home
    PARTIAL = auto()  # only a part
    ASSENT = auto()  # yes, done, agreed
    REFUSAL = auto()
    PROMISE = auto()
    PUT_OFF = auto()  # a later day by which it will come or be told
    MEETING_DAY = auto()  # names a day to meet
    SPOKE = auto()  # looks back on a talk with the parent
    DELIVERY = auto()  # something for the parent comes on that later day
    WITHHELD = auto()  # may not be told
    ARRANGED = auto()  # says when it takes place
    REPORT = auto()  # how it stands now, what is done from now on
    REFERS = auto()  # names the request: "your question of January 15"
    NONE_EXIST = auto()  # there is none of what was asked for
    FIGURES = auto()  # gives the figures themselves
    REPORTED = auto()  # tells of a past act


@dataclass(frozen=True, slots=True)
class ReplySentence:
    text: str
    act: Act
    words: frozenset[str]
    due: DateSpan | None  # of a PUT_OFF: the day named
    item: int | None = None  # its number in a numbered list of answers
    paragraph: int = 0

    @property
    def substance(self) -> bool:
        """Whether it says something of the matter and is no mere courtesy, question or pointer."""
        empty = Act.IDLE | Act.RECEIPT | Act.LOOKING | Act.PENDING | Act.POINTER | Act.QUESTION
        said = len(self.text.split()) > 1 or bool(_PLAIN_ANSWER.match(self.text))
        return said and not self.act & empty


def says(name: str, sentence: str) -> bool:
    """Whether a sentence fits one of the word lists of data/outcomes.toml."""
    return bool(_pattern(name).search(_plain(sentence)))


@cache
def _pattern(name: str) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{p})" for p in load("outcomes")[name]).replace(".ll", "'ll"), re.I)


def _plain(sentence: str) -> str:
    plain = _QUOTED.sub('""', join_apostrophes(sentence)).strip()
    return _EXCLAMATION.sub("", _GREETING.sub("", plain)) or plain


@remembered
def read_reply(text: str, sent_on: date, calendar: SchoolCalendar) -> tuple[ReplySentence, ...]:
    """The sentences of a reply's new text with what each does, in order."""
    found = []
    item: int | None = None
    paragraph = end = 0
    for sentence in split_sentences(text):
        paragraph += "\n\n" in text[end : sentence.start]
        end = sentence.end
        number = _LIST_ITEM.search(text, max(0, sentence.start - 12), sentence.start)
        point = _POINT.search(sentence.text)
        if number:
            item = int(number[1])
        elif point:
            item = _point(point)
        elif "\n\n" in text[max(0, sentence.start - 3) : sentence.start]:
            item = None
        due = find_due(sentence.text, sent_on, calendar, strict=False)
        act = _act(sentence.text, due, sent_on)
        found.append(ReplySentence(sentence.text, act, content_words(sentence.text), due, item, paragraph))
    return tuple(found)


def _point(match: re.Match[str]) -> int:
    digit, count, hashed, ordinal = (g.lower() if g else "" for g in match.groups())
    if digit or hashed:
        return int(digit or hashed)
    return _COUNTS.index(count) + 1 if count else _ORDINALS.index(ordinal) + 1


_NAME = (
    r"\b(?:Mr|Mrs|Ms|Miss|Dr|Coach|Sr|Prof)\b\.? ?[A-Z]|\b(?:is|be|by|with|has|have|had|from|it[’']s|that[’']s|was|will be) [A-Z][a-z]+"
    r"|^[A-Z][a-z]+ [A-Z][a-z]+\W*$|, [A-Z][a-z]+ [A-Z][a-z]+\b|\b(?:named|called|a|our|the) (?:\w+ ){0,3}[A-Z][a-z]+ [A-Z][a-z]+\b|^(?:[Nn]obody|[Nn]o one)\b|\b(?:[Ii]t[’']ll be|[Ii]t will be|[Tt]hat would be|[Ii]t[’']s) me\b"
)
_DAY = r"(?i:\b(?:mon|tues|wednes|thurs|fri)days?\b|\bthe \d{1,2}(?:st|nd|rd|th)\b|\bas soon as\b|\b(?:today|tomorrow|yesterday|every day|daily|week)\b|\d{1,2}/\d{1,2}|\d:\d\d|\b(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)\w*\.? \d)"
_NUMBER = (
    r"(?i:\d|\b(?:two|three|four|five|six|seven|eight|nine|ten|once|twice|half)\b|^(?:none|one|all|zero)\b"
    r"|\b(?:there (?:was|were|is|are)|had|only|just) (?:none|no\b|one))"
)
_YES_NO = r"(?i:^(?:yes|no|yep|nope|yeah|correct|right|not|he|she|they|it|there)\b|^(?:i|we|that|this|(?:mr|mrs|ms|dr)\.? \w+|\w+) (?:do|does|did|is|are|was|were|has|have|had|will|can|could)(?: not|n't|n’t)?[.!,]|\b(?:yes|no|not|n't)\b)"
_ANSWERS = (
    (
        re.compile(
            r"\bwho(?:se|m)?\b|\bwhich (?:teacher|person|therapist|aide|staff|adult|one of|grown)|\bnames? of\b",
            re.I,
        ),
        re.compile(_NAME),
    ),
    (
        re.compile(
            r"\bwhen\b|\bwhat (?:days?|time|date)|\bwhich days?\b|\bdates?\b|\b(?:which|what) (?:block|period|hour|room)",
            re.I,
        ),
        re.compile(_DAY + r"|(?i:\b(?:block|period|room|hour)\b)"),
    ),
    (re.compile(r"\bhow (?:many|much|long|often)\b|\bnumber of\b", re.I), re.compile(_NUMBER)),
    (
        re.compile(
            r"^(?!(?:i|we|my|it|when|what|who|where|why|how|which|whose)\b|(?:can|could|would|will) (?:you|u|someone|we|i)\b)(?:\W*\w+,? )?(?:is|are|was|were|did|does|do|has|have|had|will|would|can|could)\b|\b(?:if|whether)\b",
            re.I,
        ),
        re.compile(_YES_NO),
    ),
)


_WHY = re.compile(r"\bwhy\b|\breasons?\b|\bhow come\b", re.I)
_BECAUSE = re.compile(r"\b(?:because|since|due to|as a result|the reason|so that|reasons?)\b", re.I)


def fits_question(question: str, sentence: str) -> bool:
    """Whether a sentence is of the sort that a question asks for: a name for who, a day for when …"""
    if _WHY.search(question) and _BECAUSE.search(sentence):
        return True
    either = " or " in question
    return any((either or asks.search(question)) and answer.search(sentence) for asks, answer in _ANSWERS)


def is_yes_no(question: str) -> bool:
    """Whether a yes or a no answers."""
    return bool(_ANSWERS[-1][0].search(question))


def is_open_question(question: str) -> bool:
    """Whether any statement may answer: a why, what or how has no sort of answer of its own."""
    return " or " in question or not any(asks.search(question) for asks, _ in _ANSWERS)


_SIMPLE = (
    ("idle", Act.IDLE),
    ("receipt", Act.RECEIPT),
    ("looking", Act.LOOKING),
    ("pending", Act.PENDING),
    ("pointer", Act.POINTER),
    ("question", Act.QUESTION),
    ("enclosed", Act.HANDED),
    ("partial", Act.PARTIAL),
    ("agreed", Act.ASSENT),
    ("met", Act.MEETING_DAY),
    ("spoke", Act.SPOKE),
    ("arranged", Act.ARRANGED),
    ("report", Act.REPORT),
    ("withheld", Act.WITHHELD),
    ("refers", Act.REFERS),
    ("none_exist", Act.NONE_EXIST),
    ("figures", Act.FIGURES),
    ("reported", Act.REPORTED),
)


def _act(text: str, due: DateSpan | None, sent_on: date) -> Act:
    act = Act.NOTHING
    for name, flag in _SIMPLE:
        if says(name, text):
            act |= flag
    promise = is_promise(text)
    if promise:
        act |= Act.PROMISE
    later = due is not None and due.day > sent_on and not says("meanwhile", text)
    if later and ((promise and is_delivery(text)) or says("put_off", text)):
        act |= Act.PUT_OFF
        act &= ~Act.HANDED
        if says("delivery", text):
            act |= Act.DELIVERY
    if not act & (Act.PUT_OFF | Act.QUESTION) and says("refusal", text) and not says("no_refusal", text):
        act |= Act.REFUSAL
    if promise and not later and says("delivery", text) and not says("enclosed", text):
        act |= Act.LOOKING
    if act & Act.LOOKING and act & Act.HANDED and says("passed_on", text):
        act &= ~Act.HANDED
    if act & Act.PROMISE and act & Act.LOOKING and says("concrete", text):
        act &= ~Act.LOOKING
    if act & (Act.HANDED | Act.REFUSAL | Act.MEETING_DAY | Act.PUT_OFF) and act & Act.IDLE:
        act &= ~Act.IDLE
    return act
