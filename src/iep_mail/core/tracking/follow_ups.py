"""Whether what a parent writes reminds of a request that is still open."""

from __future__ import annotations

import re
from collections.abc import Sequence

from iep_mail.core.reading.sentences import content_words
from iep_mail.model import Ask, FiledMessage, Request, RequestKind

_ONE_MATTER = frozenset(
    {
        RequestKind.MEETING,
        RequestKind.EVALUATION,
        RequestKind.IEE,
        RequestKind.PRIOR_WRITTEN_NOTICE,
        RequestKind.MAKE_UP_SERVICES,
    }
)

_REFERS_BACK = re.compile(
    r"\bfollowing up\b|\bchecking (?:in|back)\b|\bcircling back\b|\btouching base\b|\breminder\b"
    r"|\b(?:my|our) (?:e-?mails?|letters?|messages?|notes?|requests?|questions?) (?:of|from|on|dated)\b",
    re.I,
)


def reminded_by_ask(
    ask: Ask, message: FiledMessage, chasing: bool, requests: Sequence[Request]
) -> Request | None:
    """The open request that an ask repeats, if any."""
    near = [r for r in requests if _near(r, message)]
    return max(
        (r for r in near if _repeats(ask, r, chasing)),
        key=lambda r: (r.thread == message.thread, _likeness(ask.quote, r.quote), r.asked_on),
        default=None,
    )


def reminded_by_message(message: FiledMessage, requests: Sequence[Request]) -> tuple[Request, ...]:
    """The open requests that a chasing message is about: in its thread, else the likest of its case."""
    near = [r for r in requests if _near(r, message)]
    in_thread = tuple(r for r in near if r.thread == message.thread)
    if in_thread or not near:
        return in_thread
    dated = tuple(r for r in near if _names_day(message.message.new_text, r))
    if dated:
        return dated
    likest = max(near, key=lambda r: (_likeness(message.message.new_text, r.quote), r.asked_on))
    shared = content_words(message.message.new_text) & content_words(likest.quote)
    return (likest,) if len(shared) >= 2 else ()


def _near(request: Request, message: FiledMessage) -> bool:
    if request.sha256 == message.message.sha256:
        return False
    return request.thread == message.thread or (message.case is not None and request.case == message.case)


def _repeats(ask: Ask, request: Request, chasing: bool) -> bool:
    if ask.chasing and not _different(ask, request):
        return True
    if chasing and not content_words(ask.quote):
        return True
    if ask.kind is not request.kind:
        return False
    likeness = _likeness(ask.quote, request.quote)
    return likeness >= (0.25 if chasing else 0.6) or ask.kind in _ONE_MATTER


def _different(ask: Ask, request: Request) -> bool:
    if _REFERS_BACK.search(ask.quote):
        return False
    plain = (RequestKind.INFORMATION, RequestKind.OTHER)
    return len(content_words(ask.quote)) > 3 and ask.kind not in plain and ask.kind is not request.kind


def _likeness(text: str, quote: str) -> float:
    a, b = content_words(text), content_words(quote)
    return len(a & b) / min(len(a), len(b)) if a and b else 0.0


def _names_day(text: str, request: Request) -> bool:
    day = request.asked_on
    return f"{day:%B} {day.day}" in text or f"{day.month}/{day.day}" in text
