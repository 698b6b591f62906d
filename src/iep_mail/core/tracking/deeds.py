"""Whether a later message of the school's shows that a promise was kept: handed over, told, or done."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from iep_mail.core.reading.promises import is_delivery
from iep_mail.core.reading.replies import Act, ReplySentence, read_reply, says
from iep_mail.core.reading.sentences import content_words, join_apostrophes
from iep_mail.core.remembering import remembered
from iep_mail.core.tracking.observations import service_of
from iep_mail.data import load
from iep_mail.model import Commitment, FiledMessage, SchoolCalendar

_OTHER_CLAUSE = re.compile(r",? and (?=[A-Z])")
_OF = re.compile(r"\bnumber \w+ (?:out )?of \w+\b|\b(\w+) (?:out )?of \1\b", re.I)
_NUMBERS = ("two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_SUBJECT_SIGNS = re.compile(r"^(?:\s*(?:re|fw|fwd|aw|sv|rv)\s*:|\s*\[[^\]]{0,30}\])+", re.I)
_ALIKE = 4  # words that two messages of one person share where they are about one thing
_NO_DEED = Act.PENDING | Act.LOOKING | Act.PROMISE
_COULD_NOT = re.compile(
    r"\b(?:i|we) (?:could(?: not|n't)|was(?: not|n't) able|were(?: not|n't) able|did(?: not|n't) get a chance|forgot)\b",
    re.I,
)
_BRIEF = 5  # sentences, with the subject
_NOT_YET_TOLD = Act.IDLE | Act.RECEIPT | Act.LOOKING | Act.PENDING | Act.POINTER | Act.QUESTION | Act.PUT_OFF


@dataclass(frozen=True, slots=True)
class _Seen:
    """A promise beside a later message, with what joins them."""

    promise: str
    words: frozenset[str]  # of the promise
    context: frozenset[str]  # of the message that made it
    subject: frozenset[str]  # of the later message
    sentences: tuple[ReplySentence, ...]
    same_matter: bool
    same_thread: bool
    same_person: bool
    files: frozenset[str] | None  # the words of the files' names, None where there are no files
    relayed: bool

    def shared(self, sentence: ReplySentence) -> int:
        return len(self.words & (sentence.words | self.subject))


def shows_deed(
    promise: Commitment, origin: FiledMessage, message: FiledMessage, calendar: SchoolCalendar
) -> bool:
    """Whether `message` shows the promise kept.

    What is only under way, put off or told of another thing does not. From outside the matter only a file
    that fits or the last of a number of sessions does.
    """
    if _any("standing", promise.quote):
        return False  # what is to be done again and again is not kept by doing it once
    if origin.child and message.child and origin.child != message.child:
        return False
    services = service_of(promise.quote), _service(message)
    if all(services) and services[0] != services[1]:
        return False
    seen = _seen(promise, origin, message, calendar)
    services = services[0] or _service(origin), services[1]
    if not seen.same_matter:
        return _handed_over_elsewhere(seen) or _completed_elsewhere(seen) or _begun_elsewhere(seen, services)
    return _handed_over(seen) or _told(seen) or _done(seen)


def _seen(
    promise: Commitment, origin: FiledMessage, message: FiledMessage, calendar: SchoolCalendar
) -> _Seen:
    mail = message.message
    subject = _SUBJECT_SIGNS.sub("", mail.subject)
    names = " ".join(re.sub(r"[_.\W]+", " ", file.name) for file in mail.attachments)
    return _Seen(
        promise=promise.quote,
        words=content_words(promise.quote) - _empty(),
        context=content_words(f"{origin.message.subject}\n{origin.message.new_text}") - _empty(),
        subject=content_words(subject) - _empty(),
        sentences=read_reply(f"{subject}.\n\n{mail.new_text}", message.sent_on, calendar),
        same_matter=promise.thread == message.thread
        or (message.case is not None and promise.case == message.case),
        same_thread=promise.thread == message.thread,
        same_person=promise.by in (mail.sender.name, mail.sender.email) or _same(origin, message),
        files=content_words(names) if mail.attachments else None,
        relayed=_any("relays", mail.new_text),
    )  # fmt: skip


def _same(origin: FiledMessage, message: FiledMessage) -> bool:
    return origin.message.sender.email.lower() == message.message.sender.email.lower()


def _service(message: FiledMessage) -> str:
    return service_of(f"{message.message.subject}\n{message.message.new_text}")


def _begun_elsewhere(seen: _Seen, services: tuple[str, str]) -> bool:
    """The new therapist writes that she saw the child: the service that was to begin has begun."""
    if not _any("begins", seen.promise) or not services[0] or services[0] != services[1]:
        return False
    return any(_any("begun", s.text) and not _any("not_yet", s.text) for s in seen.sentences)


def _handed_over(seen: _Seen) -> bool:
    """A file or an enclosure of what was to be sent."""
    if not is_delivery(seen.promise) and not _any("anything", seen.promise):
        return False
    enclosed = [
        s
        for s in seen.sentences
        if says("enclosed", s.text) and not s.act & Act.LOOKING and not _any("not_yet", s.text)
    ]
    if seen.files is None and not enclosed:
        return False
    if seen.same_thread:
        return bool(enclosed) or seen.files is not None
    told = frozenset[str]().union(seen.subject, seen.files or (), *(s.words for s in enclosed))
    shared = len(seen.words & told)
    if seen.same_person or seen.relayed:
        return shared >= 1 or len(seen.context & told) >= 2
    return shared >= 2


def _handed_over_elsewhere(seen: _Seen) -> bool:
    if seen.files is None or not is_delivery(seen.promise):
        return False
    told = seen.subject | seen.files
    whole = told.union(*(s.words for s in seen.sentences))
    return len(seen.words & told) >= 2 or (seen.same_person and len(seen.context & whole) >= _ALIKE)


def _completed_elsewhere(seen: _Seen) -> bool:
    return _any("counts", seen.promise) and any(
        _completes(seen, s.text)
        and not _any("not_yet", s.text)
        and len(seen.words & (s.words | seen.subject)) >= 2
        for s in seen.sentences
    )


def _told(seen: _Seen) -> bool:
    """What was to be told is told: some substance of the matter, no mere receipt and no new delay."""
    if not _any("tells", _OTHER_CLAUSE.split(seen.promise)[0]):
        return False
    told = [s for s in seen.sentences[1:] if s.substance and not s.act & _NOT_YET_TOLD]
    if not told or any(_puts_off(s) for s in seen.sentences):
        return False
    text = " ".join(s.text for s in seen.sentences)
    decided = _any("decides", text) or _any("at_last", text)
    near = frozenset[str]().union(seen.subject, *(s.words for s in told))
    if seen.same_thread:
        asks = any(s.act & Act.QUESTION for s in seen.sentences)
        brief = len(seen.sentences) <= _BRIEF and bool(re.search(r"\d", text)) and not asks
        about = frozenset[str]().union(*(s.words for s in told)) & (seen.words | seen.context)
        return (seen.same_person and (brief or decided or bool(about))) or (decided and bool(about or brief))
    if seen.same_person:
        return decided and len(near & seen.context) >= 1
    named = _any("decides", seen.sentences[0].text) or bool(seen.subject & seen.words)
    return decided and (named or len(near & (seen.context | seen.words)) >= 2)


def _completes(seen: _Seen, text: str) -> bool:
    """Whether the last of as many as were promised is done: nine of nine are not the three."""
    counts = [m[0] for s in seen.sentences for m in _OF.finditer(s.text)]
    owed, told = _numbers(seen.promise), _numbers(" ".join(counts))
    return _any("completes", text) and not (owed and told and not owed & told)


def _numbers(text: str) -> frozenset[str]:
    counted = re.sub(r"\b\d{1,2}[:/]\d{1,2}\b|\b[A-Z]\w+ \d{1,2}\b", " ", text)
    words = re.findall(r"\d+|[a-z]+", counted.lower())
    return frozenset(w for w in words if w.isdigit() or w in _NUMBERS)


def _puts_off(sentence: ReplySentence) -> bool:
    promised = Act.PROMISE in sentence.act and Act.PUT_OFF in sentence.act
    return promised or bool(sentence.act & (Act.PENDING | Act.LOOKING))


def _done(seen: _Seen) -> bool:
    """A sentence says that the deed is done, and is about it."""
    for sentence in seen.sentences:
        text = sentence.text
        if sentence.act & _NO_DEED or text.endswith("?") or _any("not_yet", text):
            continue
        if _any("counts", seen.promise):
            if _completes(seen, text) and (
                seen.same_thread or seen.shared(sentence) >= 1 or seen.same_person
            ):
                return True
            continue
        if _says_done(seen, text) and _about(seen, sentence):
            return True
    return False


def _says_done(seen: _Seen, text: str) -> bool:
    begun = _any("begins", seen.promise) and _any("begun", text)
    return begun or _any("done", text) or (_any("completes", text) and not re.search(r"\bonly\b", text, re.I))


def _about(seen: _Seen, sentence: ReplySentence) -> bool:
    shared = seen.shared(sentence)
    if seen.same_thread:
        hands = is_delivery(seen.promise) and not _any("delivered", sentence.text)
        return shared >= 1 or (
            not hands and (seen.same_person or len(seen.context & (sentence.words | seen.subject)) >= 1)
        )
    if seen.same_person or _any("begins", seen.promise):
        return shared >= 1
    return shared >= 2


@remembered
def reaches_far(text: str) -> bool:
    """Whether a text may show a promise of another matter kept: the last of a number of things, or a beginning."""
    return _any("completes", text) or _any("begun", text)


def could_not(sentence: str) -> bool:
    """Whether somebody says that they did not manage it: "I could not reach her"."""
    return bool(_COULD_NOT.search(join_apostrophes(sentence)))


def _any(name: str, text: str) -> bool:
    return bool(_pattern(name).search(join_apostrophes(text)))


@cache
def _pattern(name: str) -> re.Pattern[str]:
    listed: str | Sequence[str] = load("deeds")[name]
    patterns = [listed] if isinstance(listed, str) else listed
    return re.compile("|".join(f"(?:{p})" for p in patterns), re.I)


@cache
def _empty() -> frozenset[str]:
    return content_words(load("deeds")["empty"])
