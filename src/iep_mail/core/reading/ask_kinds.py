"""What kind of thing a sentence asks for."""

from __future__ import annotations

import re
from functools import cache, lru_cache

from iep_mail.core.reading.ask_words import patterns, plain_words
from iep_mail.core.reading.sentences import content_words, split_sentences
from iep_mail.data import load
from iep_mail.model import RequestKind


@cache
def _kinds() -> tuple[tuple[RequestKind, re.Pattern[str], re.Pattern[str] | None], ...]:
    def either(patterns: list[str]) -> re.Pattern[str]:
        return re.compile("|".join(f"(?:{p})" for p in patterns), re.I)

    return tuple(
        (RequestKind(k["name"]), either(k["when"]), either(k["unless"]) if "unless" in k else None)
        for k in load("asks")["kind"]
    )


_PROVIDED = (RequestKind.ACCOMMODATION, RequestKind.SERVICE_DELIVERY)
_PAPERS = (RequestKind.RECORDS, RequestKind.PRIOR_WRITTEN_NOTICE, RequestKind.PROGRESS_DATA)
# "Where is the written notice?" asks for the notice, not for its place.
_WHERE_IS_IT = re.compile(
    r"^(?:\W*(?:and|so|but|ok|also)[, ]+)*where(?:'s| is| are) (?:the|my|our|his|her|that|those)\b", re.I
)
# What is handed to the parent is no service to the child, whatever it is about.
_TO_THE_PARENT = re.compile(
    r"\b(?:send|forward|e-?mail|mail|text|shoot|get|give|show|fax) (?:me|us|over|along|home|whatever)\b", re.I
)
_ON_PAPER = re.compile(
    r"\b(?:wrote|written|write.?up|notes?|summary|report|log|copy|copies|chart|sheet|form|plan|contract|file|in writing)s?\b",
    re.I,
)


def classify(sentence: str, context: str = "") -> RequestKind:
    """What kind of thing a sentence asks for; `context` decides where the sentence does not.

    A question of fact is `information` whatever it is about.
    """
    plain = plain_words(sentence)
    if plain.endswith("?") and ": " in plain:
        plain = plain.rpartition(": ")[2]
    core = patterns("aside").sub(" ", plain)
    core = _NAMED_FIRST.sub("", core)
    kind = kind_of(core)
    if kind is RequestKind.MAKE_UP_SERVICES and _WHEN_MADE_UP.search(core):
        return kind
    if kind in (RequestKind.MEETING, RequestKind.AMENDMENT) and asks_to_do(core):
        return kind
    if kind in _PAPERS and _WHERE_IS_IT.search(core):
        return kind
    if kind in _PROVIDED and _TO_THE_PARENT.search(core) and not _BY_PLAN.search(plain):
        return RequestKind.RECORDS if _ON_PAPER.search(core) else RequestKind.INFORMATION
    if patterns("fact").search(core) and not asks_to_do(core):
        when_to_meet = kind is RequestKind.MEETING and re.search(
            r"\b(?:we|you|team|everyone)\b.{0,30}\b(?:meet|available|free|schedule|sit|talk|come in|get together|have)",
            core,
            re.I,
        )
        return RequestKind.MEETING if when_to_meet else RequestKind.INFORMATION
    if kind is RequestKind.INFORMATION and _THAT_ONE.search(core) and _HAND_OVER.search(core):
        near = _kind_around(context, close=True)
        kind = near if near in _PAPERS else kind
    if kind is not None:
        return kind
    said = kind_of(plain)
    if said in _PROVIDED:
        return said
    return _by_what_stands_around(core, plain, context)


def _by_what_stands_around(core: str, plain: str, context: str) -> RequestKind:
    """The kind of a sentence whose own words name none."""
    around = _kind_around(context, close=bool(_THAT_ONE.search(core)))
    to_do, by_plan = asks_to_do(core), _names_plan(context)
    if to_do and around in _PROVIDED and (by_plan or _POINTS_BACK.search(core)):
        return around
    if (
        around
        and len(content_words(core)) <= 3
        and (around in _PROVIDED or not to_do or _HAND_OVER.search(core))
    ):
        return around
    if to_do and by_plan:
        return RequestKind.ACCOMMODATION
    if to_do and _HANDLING.search(core):
        return RequestKind.ACCOMMODATION
    return RequestKind.INFORMATION if plain.rstrip().endswith("?") and not to_do else RequestKind.OTHER


# "sam how did it go?": a name before the question.
_NAMED_FIRST = re.compile(
    r"^(?!(?:what|when|who|whom|where|why|how|which|whose|tell|ask|explain|know|see|confirm|share|say|remember|wonder|and|so|but|also)\b)(?:(?:mr|mrs|ms|dr)\.? )?[a-z'-]+,? "
    r"(?=(?:how|what|when|who|why|where|which|did|does)\b)",
    re.I,
)
_WHEN_MADE_UP = re.compile(
    r"\b(?:when|how|plan|proposal|schedule)\b.{0,60}\b(?:(?:mak(?:e|ing)|made) (?:\w+ )?up|(?:get(?:ting)?|giv(?:e|ing))\b.{0,40}\bback)\b",
    re.I,
)
_POINTS_BACK = re.compile(r"\b(?:it|this|that|these|those|them|same)\b", re.I)
_HAND_OVER = re.compile(
    r"\b(?:send|provide|forward|give|get|share|e-?mail|mail|have|see|receive|copy|schedule|set up|start|do)\b",
    re.I,
)
# How the child is handled through the day.
_HANDLING = re.compile(
    r"\b(?:make sure|ensure|see (?:to it )?that|let (?:him|her|them)|allow (?:him|her|them)|give (?:him|her|them)|have (?:him|her|them|everyone|someone|an adult))\b",
    re.I,
)
# The writer says that the plan already provides it (34 CFR 300.323(c)(2)).
_BY_PLAN = re.compile(
    r"\b(?:plan|504|iep|bip|accommodations?)\b \(?(?:page \d+\)? |p\.? ?\d+\)? )?(?:has|contains|names|promises|describes|says|states|requires|calls for|lists|provides|gives|is clear|specifies)"
    r"|\b(?:per|according to|under|as in) (?:his|her|the|their) (?:\w+ )?(?:plan|504|iep)\b|\b(?:in|on) (?:his|her|the|their) (?:plan|504|iep)\b",
    re.I,
)


def kind_of(plain: str) -> RequestKind | None:
    for kind, when, unless in _kinds():
        if when.search(plain) and not (unless and unless.search(plain)):
            return kind
    return None


_TO_DO = re.compile(
    r"(?:^|[,;:–—-] ?|\b(?:and|but|so|or|please|then|if|also|possible|(?-i:[A-Z]\w+)) )(?:can|could|would|will|may|cld) (?:you|u|we|i|someone|one of you|the \w+|he|she|they|bus \w+|it be possible|(?:mr|mrs|ms|dr)\.? \w+|[a-z]+)\b"
    r"(?! (?:please |pls |kindly |also |both )*(?:tell|let|confirm|clarify|explain|advise|inform|remind|check(?: (?:if|whether|when|what|that|on|with|in|to see|how|who|where|and)\b|$)|find|verify|say|be(?! (?:so kind|so good|able|willing|good enough|kind enough))|have (?:any|had|pe|speech|ot)|see (?:if|whether)|double))",
    re.I,
)
ORDER = re.compile(
    r"^(?:\W*(?:and|also|so|but|then|ok)[, ]+)*(?:please|pls|plz|kindly) (?!(?:also |do )?(?:tell|let|confirm|clarify|explain|advise|inform|remind|find out|verify|double))",
    re.I,
)
_WISH = re.compile(
    r"\b(?:request(?:ing)?|would like|'d like|want (?:you|the (?:team|school|district)|a|copies)|is it possible|would you mind|any chance|any way)\b",
    re.I,
)
_TELL = re.compile(
    r"\b(?:to know|to understand|explanation|clarification|whether|information (?:on|about|regarding))\b",
    re.I,
)
_WH = re.compile(
    r"^(?:\W*(?:and|also|so|but|ok|well|hi|hey)[, ]+)*(?:(?:on|in|at|by|for|to|from|with|since) (?=what|which|who))?(?:what|when|who|where|why|how|which|did|does|do|is|are|was|were|has|have|had)\b",
    re.I,
)


# "that paper", "the same": named in a sentence shortly before.
_THAT_ONE = re.compile(r"\b(?:that|this|those|these|the (?:same|other)) \w+", re.I)


@lru_cache(maxsize=256)
def _names_plan(context: str) -> bool:
    return bool(_BY_PLAN.search(plain_words(context)))


@lru_cache(maxsize=256)
def _kind_around(context: str, *, close: bool) -> RequestKind | None:
    """The kind of the whole message, or, where `close`, of the nearest sentence before that has one."""
    if not context:
        return None
    said = (
        [patterns("aside").sub(" ", plain_words(s.text)) for s in split_sentences(context)] if close else []
    )
    near = (kind for s in reversed(said) if (kind := kind_of(s)) not in (None, RequestKind.INFORMATION))
    return next(near, None) or kind_of(patterns("aside").sub(" ", plain_words(context)))


def asks_a_fact(plain: str) -> bool:
    return "?" in plain or bool(patterns("fact").search(plain))


def asks_to_do(plain: str) -> bool:
    """Whether something is to be done or handed over, and not only told."""
    if _TELL.search(plain) or (
        _WH.search(plain) and not re.search(r"\bis (?:it|there) (?:possible|any (?:way|chance))", plain, re.I)
    ):
        return False
    if re.match(r"^will (?!you\b|u\b|someone\b)", plain, re.I):
        return False
    return bool(_TO_DO.search(plain) or ORDER.search(plain) or _WISH.search(plain))
