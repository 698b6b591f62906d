"""What a school message does to an open request: nothing, unless it clearly does something."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import cache

from iep_mail.core.reading.promises import find_promises, is_delivery, is_promise
from iep_mail.core.reading.sentences import content_words, join_apostrophes, split_sentences
from iep_mail.data import load
from iep_mail.model import Effect, FiledMessage, Request, RequestKind, SchoolCalendar

_HANDED = frozenset({RequestKind.RECORDS, RequestKind.PROGRESS_DATA, RequestKind.PRIOR_WRITTEN_NOTICE})
_GREETING_YES = re.compile(r"^(?:(?:hi|hello|hey|dear|good \w+) [^,!?:]{1,30}[,!:] ?)(?=\S)", re.I)


@dataclass(frozen=True, slots=True)
class Outcome:
    """`effect` None: it may be an answer, which the parent must judge."""

    effect: Effect | None
    quote: str = ""
    new_due_on: date | None = None
    reason: str = ""


@cache
def _pattern(name: str) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{p})" for p in load("outcomes")[name]), re.I)


def says(name: str, sentence: str) -> bool:
    plain = join_apostrophes(sentence).strip()
    return bool(_pattern(name).search(_GREETING_YES.sub("", plain) or plain))


def outcome_of(
    reply: FiledMessage, request: Request, matter: str, near: bool, alone: bool, calendar: SchoolCalendar
) -> Outcome | None:
    """What `reply` does to `request`; None where it is about something else.

    `matter` is the text of the message that asked, `near` says that the reply stands in the request's
    thread, `alone` that no other request there is open.
    """
    text = reply.message.new_text
    topic = content_words(request.quote)
    sentences = [s.text for s in split_sentences(text)]
    shared = {s: len(content_words(s) & topic) for s in sentences}
    total = len(content_words(text) & topic)
    if _refers_to(text, request, sentences, shared):
        near = True
    elif near and not alone and not total:
        return _receipt(sentences)
    elif not near and total < 2:
        return None

    def about(sentence: str, least: int = 1) -> bool:
        return (near and alone) or shared[sentence] >= least

    for sentence in sentences:
        plain_no = says("strong_refusal", sentence) and near and alone
        handed = says("enclosed", sentence) and request.kind in _HANDED
        if (
            says("refusal", sentence)
            and (shared[sentence] or plain_no)
            and not handed
            and "?" not in sentence
        ):
            return _refused(request, sentence)
    put_off = _deferral(reply, request, matter, near, alone, calendar)
    if put_off:
        return put_off
    substance = [
        s for s in sentences if about(s, 1 if near else 2) and not says("idle", s) and len(s.split()) > 1
    ]
    if any(says("unsure", s) for s in sentences):
        substance = [s for s in substance if shared[s]]
    answer = _answer(reply, request, substance, near)
    if answer:
        return Outcome(Effect.ANSWERED, answer)
    for sentence in sentences:
        if near and (
            says("acknowledged", sentence) or (near and is_promise(sentence) and is_delivery(sentence))
        ):
            return Outcome(Effect.ACKNOWLEDGED, sentence)
    return Outcome(None, substance[0]) if substance else None


def _refers_to(text: str, request: Request, sentences: list[str], shared: dict[str, int]) -> bool:
    """Whether a reply names the request: "the log you asked for", "your question of January 15"."""
    day = request.asked_on
    named = re.search(rf"\b{day:%B} {day.day}\b|\b{day.month}/{day.day}\b", text)
    return any(says("refers", s) and (shared[s] or (named and named.group() in s)) for s in sentences)


def _receipt(sentences: list[str]) -> Outcome | None:
    """A message that says no more than that the mail came."""
    rest = [s for s in sentences if not says("idle", s)]
    receipt = next((s for s in sentences if says("acknowledged", s)), "")
    return (
        Outcome(Effect.ACKNOWLEDGED, receipt)
        if receipt and all(says("acknowledged", s) for s in rest)
        else None
    )


def _refused(request: Request, sentence: str) -> Outcome:
    if request.kind is RequestKind.INFORMATION:
        return Outcome(Effect.ANSWERED, sentence)
    reasons: dict[str, str] = load("outcomes")["reasons"]
    reason = next((name for name, words in reasons.items() if re.search(words, sentence, re.I)), "")
    return Outcome(Effect.REFUSED, sentence, reason=reason)


def _deferral(
    reply: FiledMessage, request: Request, matter: str, near: bool, alone: bool, calendar: SchoolCalendar
) -> Outcome | None:
    text = reply.message.new_text
    handed_now = says("enclosed", text) and not says("partial", text)
    for promise in find_promises(text, reply.sent_on, calendar):
        words = content_words(promise.quote)
        on_topic = len(words & content_words(request.quote)) or len(words & content_words(matter)) >= 2
        if not promise.due or not is_delivery(promise.quote) or not (on_topic or (near and alone)):
            continue
        if promise.due.day > reply.sent_on and not (handed_now and not on_topic):
            return Outcome(Effect.DEFERRED, promise.quote, promise.due.day)
    return None


def _answer(reply: FiledMessage, request: Request, substance: list[str], near: bool) -> str:
    """The sentence that answers, or ""."""
    handed = next((s for s in substance if says("enclosed", s)), "")
    if handed or (near and reply.message.attachments and substance):
        return handed or substance[0]
    if request.kind in _HANDED:
        return ""
    agreed = next((s for s in substance if says("agreed", s)), "")
    if request.kind is RequestKind.MEETING:
        return next((s for s in substance if says("met", s)), "")
    if request.kind is RequestKind.INFORMATION:
        plain = [
            s for s in substance if not says("acknowledged", s) and not (is_promise(s) and is_delivery(s))
        ]
        return plain[0] if plain else ""
    if request.kind is RequestKind.MAKE_UP_SERVICES and not agreed:
        return next((s for s in substance if is_promise(s)), "")
    done_by_us = (
        s for s in substance if is_promise(s) and not is_delivery(s) and not says("acknowledged", s)
    )
    return agreed or next(done_by_us, "")
