"""Whether a later message shows that something promised was done, or puts it off to another day."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from iep_mail.core.reading.promises import is_delivery
from iep_mail.core.reading.replies import Act, ReplySentence, fits_question, read_reply, says
from iep_mail.core.reading.sentences import content_words
from iep_mail.core.tracking.deeds import could_not
from iep_mail.model import Commitment, Effect, FiledMessage, Request, SchoolCalendar

_SOON_DAYS = 21
_LONGEST_DAYS = 60
_TO_FIND_OUT = re.compile(
    r"\b(?:check|find out|look|ask|talk|speak|follow up|investigate|verify|inquire|report back|get back|circle back"
    r"|touch base|let you know|hear from|answer|know)\b",
    re.I,
)
_TO_RESUME = re.compile(r"\b(?:resume|re-?start|start|begin|return)\w*\b", re.I)
_TO_CALL = re.compile(r"\b(?:call|phone|ring)\b", re.I)
_DAYS_WANTED = re.compile(r"\b(?:dates?|times?|days|schedule|calendar|options)\b", re.I)
_NAMES_DAY = re.compile(
    r"\b(?:mon|tues|wednes|thurs|fri)days?\b|\b\d{1,2}/\d{1,2}\b|\b\d{1,2}(?:st|nd|rd|th)\b|\d:\d\d", re.I
)


def near(commitment: Commitment, message: FiledMessage) -> bool:
    """In the same thread, or of the same case."""
    return commitment.thread == message.thread or (
        message.case is not None and commitment.case == message.case
    )


def shows_kept(
    c: Commitment, message: FiledMessage, settled: Sequence[Request], calendar: SchoolCalendar
) -> bool:
    """Whether a school `message`, later than the promise, does or tells what was promised; `settled` are the
    requests that it answered."""
    if _answers_what_was_put_off(c, settled):
        return True
    sentences = read_reply(message.message.new_text, message.sent_on, calendar)
    if not near(c, message):
        return _says_done(c, message, sentences, 3) or _completes(c, message, sentences)
    return (
        _says_done(c, message, sentences)
        or _answers_whether_done(c, message, settled)
        or _hands_over(c, message, sentences)
        or _comes_late(c, message, sentences)
        or _tells(c, message, sentences)
        or _sessions_held(c, sentences)
    )


def moved_to(c: Commitment, message: FiledMessage, calendar: SchoolCalendar) -> date | None:
    """The later day to which a `message` puts off what was promised, in words that promise nothing."""
    if c.due_on is None or not near(c, message):
        return None
    words = content_words(c.quote)
    for s in read_reply(message.message.new_text, message.sent_on, calendar):
        about = bool(words & s.words)
        if about and s.due and s.due.day > c.due_on and says("postponed", s.text):
            return s.due.day
    return None


def tells_of_doing(message: FiledMessage) -> bool:
    """Whether a message may show a promise kept that was made in another matter's thread."""
    return says("done", message.message.new_text)


def _same_person(c: Commitment, message: FiledMessage) -> bool:
    return c.by in (message.message.sender.name, message.message.sender.email)


def _answers_what_was_put_off(c: Commitment, settled: Sequence[Request]) -> bool:
    waiting = (Effect.DEFERRED, Effect.ACKNOWLEDGED)
    put_off = any(e.sha256 == c.sha256 and e.effect in waiting for r in settled for e in r.events)
    return put_off and is_delivery(c.quote)


def _answers_whether_done(c: Commitment, message: FiledMessage, settled: Sequence[Request]) -> bool:
    """The parent asked whether it was done, and the answer says so."""
    words = content_words(c.quote)
    asked = any(r.asked_on >= c.said_on and len(words & content_words(r.quote)) >= 2 for r in settled)
    return asked and says("done", message.message.new_text)


def _says_done(
    c: Commitment, message: FiledMessage, sentences: Sequence[ReplySentence], least: int | None = None
) -> bool:
    """Whether a sentence says that it was done; `least` words of the promise must stand in it."""
    words = content_words(c.quote)
    recent = _same_person(c, message) and (message.sent_on - c.said_on).days <= _SOON_DAYS
    enough = least or (1 if c.thread == message.thread or recent else 2)
    return any(
        len(words & s.words) >= enough and says("done", s.text) and not _not_done(s) for s in sentences
    )


def _not_done(sentence: ReplySentence) -> bool:
    waits = Act.PUT_OFF | Act.PENDING
    return bool(sentence.act & waits or says("undone", sentence.text) or sentence.text.endswith("?"))


def _hands_over(c: Commitment, message: FiledMessage, sentences: Sequence[ReplySentence]) -> bool:
    """Whether what was to be sent is handed over: in the same thread in however few words, elsewhere in the
    case under its own name."""
    if not is_delivery(c.quote):
        return False
    handed = [s for s in sentences if s.act & Act.HANDED and not says("undone", s.text)]
    if c.thread == message.thread:
        return bool(message.message.attachments or handed)
    words = content_words(c.quote)
    return any(s.words & words for s in handed)


def _comes_late(c: Commitment, message: FiledMessage, sentences: Sequence[ReplySentence]) -> bool:
    """ "Finally!", "the last of the three", "a week behind what I told you": it comes, and names itself by its
    lateness or its being complete. Nothing in the message may put it off again."""
    if (message.sent_on - c.said_on).days > _LONGEST_DAYS or any(_puts_off(s) for s in sentences):
        return False
    words = content_words(c.quote)
    told = [s for s in sentences if not _not_done(s)]
    late = any(says("late", s.text) for s in told)
    complete = any(says("complete", s.text) and _about(c, message, s, words) for s in told)
    if c.thread != message.thread and not _same_person(c, message):
        return complete
    substance = any(s.substance for s in told)
    past = c.due_on is not None and message.sent_on >= c.due_on
    return complete or (late and substance and (past or any(s.words & words for s in told)))


def _completes(c: Commitment, message: FiledMessage, sentences: Sequence[ReplySentence]) -> bool:
    """The same person sends, in a thread of another matter, what they say ends it."""
    if not (is_delivery(c.quote) and _same_person(c, message) and message.message.attachments):
        return False
    recent = (message.sent_on - c.said_on).days <= _LONGEST_DAYS
    return recent and any(says("complete", s.text) for s in sentences)


def _sessions_held(c: Commitment, sentences: Sequence[ReplySentence]) -> bool:
    """Of a service that was to start again: it was held, whoever says so."""
    return bool(_TO_RESUME.search(c.quote)) and any(
        says("held", s.text) and not _not_done(s) for s in sentences
    )


def _about(c: Commitment, message: FiledMessage, s: ReplySentence, words: frozenset[str]) -> bool:
    return bool(s.words & words) or _same_person(c, message)


def _puts_off(sentence: ReplySentence) -> bool:
    return bool(sentence.act & Act.PUT_OFF and sentence.act & Act.DELIVERY)


def _tells(c: Commitment, message: FiledMessage, sentences: Sequence[ReplySentence]) -> bool:
    """Whether the same person tells in the same thread what they said they would find out, name or say."""
    if c.thread != message.thread or not _same_person(c, message):
        return False
    if _TO_CALL.search(c.quote) and any(s.act & Act.SPOKE for s in sentences):
        return True
    if any(_puts_off(s) for s in sentences):
        return False
    words = content_words(c.quote)
    if _DAYS_WANTED.search(c.quote) and any(_NAMES_DAY.search(s.text) for s in sentences):
        return True
    waits = Act.PUT_OFF | Act.PENDING | Act.PROMISE
    told = [s for s in sentences if s.substance and not s.act & waits and not could_not(s.text)]
    if any(s.words & words and fits_question(c.quote, s.text) for s in told):
        return True
    found_out = Act.REPORTED | Act.ASSENT | Act.REFUSAL | Act.NONE_EXIST
    return bool(_TO_FIND_OUT.search(c.quote)) and any(
        s.act & found_out or says("done", s.text) or s.words & words for s in told
    )
