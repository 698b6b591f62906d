"""What a parent's message asks of the school, one `Ask` for each thing asked."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache

from iep_mail.core.reading.dates import find_due
from iep_mail.core.reading.sentences import Sentence, content_words, join_apostrophes, split_sentences
from iep_mail.core.remembering import remembered
from iep_mail.data import load
from iep_mail.model import Ask, DateSpan, RequestKind, SchoolCalendar

_STRONG, _WEAK, _ELABORATION, _REPLY, _CHASING = 5, 4, 3, 2, 1
_ONCE = frozenset(
    {
        RequestKind.MEETING,
        RequestKind.EVALUATION,
        RequestKind.IEE,
        RequestKind.PRIOR_WRITTEN_NOTICE,
        RequestKind.MAKE_UP_SERVICES,
        RequestKind.FACILITATION,
        RequestKind.MEDIATION,
    }
)
_FORMULA = re.compile(r"\b(?:consider|accept) this\b.{0,40}\brequest\b", re.I)
_QUOTED = re.compile(r'"[^"]*"')
_LEAD_IN = re.compile(r"\b(?:request|ask|need|would like|want|please|following|questions?)\b.*:\s*$", re.I)
_LIST_ITEM = re.compile(r"(?:^|\n)[ \t]*(?:[-*•·‣◦▪]|\(?\d{1,2}[.)]|\(?[a-hA-H]\))[ \t]+$")
_QUESTION_START = re.compile(
    r"^(?:\W*(?:and|also|so|but|ok|then|or|btw|hey|hi|well|quick question|question)[,: ]+)*"
    r"(?:when(?:'s| is| are| will| does| do| did| can| was)|what(?:'s| is| are| was| were| time| day| days| date"
    r"| will| does| do| did| happened| should)|who(?:'s| is| are| will| was| does| did)|where(?:'s| is| are| was)"
    r"|how (?:is|are|was|did|do|does|many|much|often|long|will)|why (?:is|are|was|were|did|does|do|has|wasn't|didn't)"
    r"|which \w+ (?:is|are|will|does|did)"
    r"|did (?:you|he|she|they|the|\w+ (?:have|get|go|eat|meet))|do you (?:have|know|need)|is there|are there"
    r"|will (?:there|he|she|they|the)|was there|has (?:he|she|the)|have you)\b",
    re.I,
)
_JOINT = re.compile(
    r"(?:,? and(?: also)?|;|,? also,?|,? then|,) (?=(?:(?:please|pls)(?!,)|could you|can you|can u|would you|will you|let me know"
    r"|let us know|i (?:would|'d|am also|also)|i am request|we (?:would|are|also)|tell (?:me|us)|schedule|send (?:me|us)"
    r"|provide|confirm|explain|to (?:schedule|send|provide|meet|receive|have|confirm|explain)\b|whether|when|who|what|how)\b)",
    re.I,
)


@dataclass(frozen=True, slots=True)
class _Found:
    sentence: Sentence
    level: int
    kind: RequestKind
    chasing: bool
    due: DateSpan | None
    listed: bool = False


@cache
def _patterns(name: str) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{p})" for p in load("asks")[name]), re.I)


@cache
def _kinds() -> tuple[tuple[RequestKind, re.Pattern[str], re.Pattern[str] | None], ...]:
    def either(patterns: list[str]) -> re.Pattern[str]:
        return re.compile("|".join(f"(?:{p})" for p in patterns), re.I)

    return tuple(
        (RequestKind(k["name"]), either(k["when"]), either(k["unless"]) if "unless" in k else None)
        for k in load("asks")["kind"]
    )


@remembered
def find_asks(text: str, sent_on: date, calendar: SchoolCalendar) -> tuple[Ask, ...]:
    """The requests in the new text of a parent's message, in its order.

    A request's date may stand in another sentence of the message ("I need to know by Friday").
    """
    sentences = split_sentences(text)
    found: list[_Found] = []
    in_list = False
    for index, sentence in enumerate(sentences):
        item = bool(_LIST_ITEM.search(text, max(0, sentence.start - 12), sentence.start))
        in_list = (in_list and item) or False
        for part in _parts(sentence):
            seen = _read(part, sentence, text, item, item and in_list, sent_on, calendar)
            if seen and not _answered_by_writer(sentences, index):
                found.append(seen)
        in_list = in_list or bool(_LEAD_IN.search(sentence.text))
    kept = _without_repeats(_chosen(_without_lead_ins(found, text)))
    spare = next((f.due for f in found if f.level in (_REPLY, _CHASING) and f.due), None)
    chasing = is_chasing(text)
    return tuple(
        Ask(
            f.sentence.text,
            f.sentence.start,
            f.kind,
            f.due or spare,
            f.chasing or (chasing and f.level in (_REPLY, _ELABORATION)),
        )
        for f in kept
    )


@remembered
def is_chasing(text: str) -> bool:
    """Whether a text reminds of something asked before."""
    return any(_patterns("chasing").search(_plain(s.text)) for s in split_sentences(text))


def classify(sentence: str, context: str = "") -> RequestKind:
    """What kind of thing a sentence asks for; `context` decides where the sentence does not.

    A question of fact is `information` whatever it is about.
    """
    plain = _plain(sentence)
    if plain.endswith("?") and ": " in plain:
        plain = plain.rpartition(": ")[2]
    core = _patterns("aside").sub(" ", plain)
    core = _NAMED_FIRST.sub("", core)
    kind = _kind_of(core)
    if kind is RequestKind.MAKE_UP_SERVICES and _WHEN_MADE_UP.search(core):
        return kind
    if kind in (RequestKind.MEETING, RequestKind.AMENDMENT) and _asks_to_do(core):
        return kind
    if _patterns("fact").search(core) and not _asks_to_do(core):
        when_to_meet = kind is RequestKind.MEETING and re.search(
            r"\b(?:we|you|team|everyone)\b.{0,30}\b(?:meet|available|free|schedule)", core, re.I
        )
        return RequestKind.MEETING if when_to_meet else RequestKind.INFORMATION
    if kind is not None:
        return kind
    said = _kind_of(plain)
    if said in (RequestKind.ACCOMMODATION, RequestKind.SERVICE_DELIVERY):
        return said
    around = _kind_of(_patterns("aside").sub(" ", _plain(context))) if context else None
    to_do, by_plan = _asks_to_do(core), bool(_BY_PLAN.search(_plain(context)))
    provided = (RequestKind.ACCOMMODATION, RequestKind.SERVICE_DELIVERY)
    if to_do and around in provided and (by_plan or _POINTS_BACK.search(core)):
        return around
    if (
        around
        and len(content_words(core)) <= 3
        and (around in provided or not to_do or _HAND_OVER.search(core))
    ):
        return around
    if to_do and by_plan:
        return RequestKind.ACCOMMODATION
    if _HANDLING.search(core) and _asks_to_do(core):
        return RequestKind.ACCOMMODATION
    return (
        RequestKind.INFORMATION
        if plain.rstrip().endswith("?") and not _asks_to_do(core)
        else RequestKind.OTHER
    )


# "sam how did it go?": a name before the question.
_NAMED_FIRST = re.compile(
    r"^(?!(?:what|when|who|whom|where|why|how|which|whose|tell|ask|explain|know|see|confirm|share|say|remember|wonder|and|so|but|also)\b)(?:(?:mr|mrs|ms|dr)\.? )?[a-z'-]+,? "
    r"(?=(?:how|what|when|who|why|where|which|did|does)\b)",
    re.I,
)
_WHEN_MADE_UP = re.compile(
    r"\b(?:when|how|plan|proposal)\b.{0,40}\b(?:mak(?:e|ing)|made) (?:\w+ )?up\b", re.I
)
_POINTS_BACK = re.compile(r"\b(?:it|this|that|these|those|them|same)\b", re.I)
_HAND_OVER = re.compile(
    r"\b(?:send|provide|forward|give|get|share|e-?mail|mail|have|see|receive|copy|schedule|set up|start|do)\b",
    re.I,
)
# "i just got a voicemail that he is suspended??": news, asked about in the sentences after it.
_TOLD_IN_WONDER = re.compile(
    r"\b(?:i|we) (?:just |also |only )?(?:got|heard|saw|read|received|found out|noticed)\b[^?]*\?+$", re.I
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


def _kind_of(plain: str) -> RequestKind | None:
    for kind, when, unless in _kinds():
        if when.search(plain) and not (unless and unless.search(plain)):
            return kind
    return None


_TO_DO = re.compile(
    r"(?:^|[,;:–—-] ?|\b(?:and|but|so|or|please|then|if|also|possible|(?-i:[A-Z]\w+)) )(?:can|could|would|will|may|cld) (?:you|u|we|i|someone|one of you|the \w+|he|she|they|bus \w+|it be possible|(?:mr|mrs|ms|dr)\.? \w+|[a-z]+)\b"
    r"(?! (?:please |pls |kindly |also |both )*(?:tell|let|confirm|clarify|explain|advise|inform|remind|check(?: (?:if|whether|when|what|that|on|with|in|to see|how|who|where|and)\b|$)|find|verify|say|be(?! (?:so kind|so good|able|willing|good enough|kind enough))|have (?:any|had|pe|speech|ot)|see (?:if|whether)|double))",
    re.I,
)
_ORDER = re.compile(
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


def _asks_a_fact(plain: str) -> bool:
    return "?" in plain or bool(_patterns("fact").search(plain))


def _asks_to_do(plain: str) -> bool:
    """Whether something is to be done or handed over, and not only told."""
    if _TELL.search(plain) or (
        _WH.search(plain) and not re.search(r"\bis (?:it|there) (?:possible|any (?:way|chance))", plain, re.I)
    ):
        return False
    if re.match(r"^will (?!you\b|u\b|someone\b)", plain, re.I):
        return False
    return bool(_TO_DO.search(plain) or _ORDER.search(plain) or _WISH.search(plain))


# "hi ginny what days …": a greeting run into the question that follows it.
_CALLED = re.compile(
    r"^(?:hi|hey|hello|good (?:morning|afternoon|evening)|morning)\b(?:[ ,]+(?!(?:what|when|who|where|why|how|can|could|would|will"
    r"|please|pls|do|does|did|is|are|was|has|have|which|any)\b)(?:(?:mr|mrs|ms|dr)\.? )?[a-z'-]+){0,3}[ ,!.–-]+"
    r"(?=(?:whats?|whens?|whos?|wheres?|why|hows?|can|could|would|will|please|pls|do|does|did|is|are|was|has|have|which|any|just|quick|need)\b)",
    re.I,
)


def _plain(text: str) -> str:
    return _CALLED.sub("", _QUOTED.sub('""', join_apostrophes(text)).strip())


def _parts(sentence: Sentence) -> Iterable[Sentence]:
    """The sentence, or its halves where each asks for something of its own."""
    for joint in _JOINT.finditer(sentence.text):
        left, right = sentence.text[: joint.start()], sentence.text[joint.end() :]
        if _is_pair(left, right):
            yield Sentence(left, sentence.start, sentence.start + len(left))
            yield from _parts(Sentence(right, sentence.start + joint.end(), sentence.end))
            return
    yield sentence


def _is_pair(left: str, right: str) -> bool:
    if len(left.split()) < 4 or len(right.split()) < 4 or re.search(r"\bif\b[^,]*$", left):
        return False
    if re.match(r"(?:whether|when|who|what|how)\b", right, re.I):
        return False
    if re.match(r"to \w", right, re.I) and not re.search(
        r"\b(?:request\w*|like|ask\w*|need|want)\b", left, re.I
    ):
        return False
    if (
        _level(left) < _STRONG
        or _patterns("reply_only").search(_plain(right))
        or _patterns("elaboration").search(_plain(right))
    ):
        return False
    return not _patterns("nothing").search(_plain(right))


def _read(
    part: Sentence,
    whole: Sentence,
    text: str,
    item: bool,
    listed: bool,
    sent_on: date,
    calendar: SchoolCalendar,
) -> _Found | None:
    level = _STRONG if part is not whole else _level(part.text)
    if item and level == _WEAK:
        level = _STRONG
    if listed and level == 0 and len(part.text.split()) > 1:
        level = _STRONG
    if not level:
        return None
    due = find_due(part.text, sent_on, calendar) or find_due(whole.text, sent_on, calendar)
    plain = _plain(part.text)
    kind = classify(part.text, text)
    if listed and kind in (RequestKind.OTHER, RequestKind.INFORMATION) and not _asks_a_fact(plain):
        kind = _kind_of(plain) or kind
    return _Found(part, level, kind, bool(_patterns("chasing").search(plain)), due, listed)


def _level(sentence: str) -> int:
    plain = _plain(sentence)
    if len(plain.split()) < 2 or _patterns("nothing").search(plain):
        return 0
    if _patterns("elaboration").search(plain):
        return _ELABORATION if _ORDER.search(plain) else 0
    if _patterns("reply_only").search(plain) and len(content_words(plain)) <= 6:
        return _REPLY
    if _FORMULA.search(plain):
        return _WEAK
    chasing = bool(_patterns("chasing").search(plain))
    if re.search(r"^did you (?:see|get|receive|read)\b", plain, re.I) or (
        chasing and len(content_words(plain)) <= 1
    ):
        return _CHASING
    if _TOLD_IN_WONDER.search(plain):
        return _WEAK
    question = plain.rstrip(' )*"').endswith("?") or ("?" in plain and len(plain.split()) > 4)
    if _patterns("strong").search(plain) and not _about_the_past(plain):
        return _STRONG
    if (
        question
        and len(plain.split()) > 3
        and not re.search(
            r"^(?:but |and |so )?(?:she|he|they|i|we|you|sorry|it) [a-z]+\b[^?]{0,40}, (?:right|huh|ok|no|yes)\?$",
            plain,
            re.I,
        )
    ):
        return _STRONG
    if (
        _QUESTION_START.search(plain)
        and len(plain.split()) > 3
        and "?" not in plain
        and not plain.endswith("!")
    ):
        return _STRONG if not re.search(r"^(?:when|what|who|how|where) [^,]{3,60}, ", plain, re.I) else 0
    if chasing:
        return _CHASING
    return _WEAK if _patterns("weak").search(plain) else 0


_PAST = re.compile(
    r"\b(?:i|we) (?:had |already |have |first |also |previously )*(?:asked|requested|wrote)\b"
    r"|\b(?:when|after|since|because|if) (?:i|we) (?:ask|request|need|want)\w*\b"
    r"|\b(?:(?:mr|mrs|ms|dr|miss)\.? \w+|she|he|they|who|someone|teacher|therapist|office|school|nurse)"
    r" (?:\w+ly |also |already |just )?let (?:me|us) know\b"
    r"|\b(?:she|he|they|someone|\w+ said|teacher) (?:asked|said|told|says|wants|asks)\b(?!.*\?)",
    re.I,
)


def _about_the_past(plain: str) -> bool:
    return bool(_PAST.search(plain)) and not re.search(
        r"\?|\bplease\b|\b(?:am|are) (?:now |again |still )?(?:request|ask)", plain, re.I
    )


def _answered_by_writer(sentences: Sequence[Sentence], index: int) -> bool:
    """A question that the writer answers at once is no question to the school."""
    following = sentences[index + 1].text if index + 1 < len(sentences) else ""
    return sentences[index].text.endswith("?") and bool(
        re.match(r"(?:because|nope|exactly|of course not)\b", following, re.I)
    )


def _without_lead_ins(found: Sequence[_Found], text: str) -> list[_Found]:
    """ "I am requesting the following:" is asked by the items under it."""
    items = [f for f in found if f.listed]
    return [
        f
        for f in found
        if not (_LEAD_IN.search(f.sentence.text) and any(i.sentence.start > f.sentence.start for i in items))
    ]


def _chosen(found: Sequence[_Found]) -> list[_Found]:
    """The real requests; what only stands beside them goes, unless there is nothing else."""
    for level in (_STRONG, _WEAK, _ELABORATION, _REPLY, _CHASING):
        chosen = [f for f in found if f.level == level]
        if chosen:
            return chosen if level in (_STRONG, _WEAK) else chosen[:1]
    return []


def _without_repeats(found: Sequence[_Found]) -> list[_Found]:
    kept: list[_Found] = []
    for one in found:
        same = next((k for k in kept if _repeats(one, k)), None)
        if same is None:
            kept.append(one)
        elif one.due and not same.due:
            kept[kept.index(same)] = replace(same, due=one.due)
    return kept


def _repeats(one: _Found, before: _Found) -> bool:
    if one.listed and before.listed:
        return False
    if one.kind is before.kind and one.kind in _ONCE:
        return True
    a, b = content_words(one.sentence.text), content_words(before.sentence.text)
    if not a:
        return not _QUESTION_START.search(_plain(one.sentence.text))
    shared = len(a & b) / len(a)
    return shared >= 0.8 or (one.kind is before.kind and shared >= 0.6)
