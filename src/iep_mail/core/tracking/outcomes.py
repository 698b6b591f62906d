"""What a school message does to the open requests: nothing, unless it clearly does something."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from iep_mail.core.reading.replies import (
    Act,
    ReplySentence,
    fits_question,
    is_open_question,
    is_yes_no,
    read_reply,
    says,
)
from iep_mail.core.reading.sentences import content_words
from iep_mail.core.tracking.shares import HANDED, Nearness, Waiting, shared_out, weight
from iep_mail.data import load
from iep_mail.model import Basis, Effect, FiledMessage, Request, RequestKind, RequestStatus, SchoolCalendar

_TOLD = HANDED | {
    RequestKind.INFORMATION,
    RequestKind.MEETING,
}  # answered by what the parent is given or told
_NEEDS_AGREEMENT = frozenset(
    {RequestKind.EVALUATION, RequestKind.IEE, RequestKind.FACILITATION, RequestKind.MEDIATION}
)
_DONE_FOR_THE_CHILD = frozenset({RequestKind.ACCOMMODATION, RequestKind.SERVICE_DELIVERY})
_WILL_EVALUATE = re.compile(
    r"\b(?:consent|permission|agree\w*|approv\w+|yes|granted|proceed|(?:assessment|evaluation) plan"
    r"|(?:will|[’']ll|going to|mov(?:e|ing) forward) .{0,20}(?:evaluat|conduct|assess|test|fund|complet|with)\w*)",
    re.I,
)
_THAT_THING = re.compile(
    r"\b(?:it|its|that|them|those|these|there|this|one|both)\b|\bas of\b|\bfrom (?:here|now) on\b", re.I
)
_A_FEW_MORE = (
    3  # sentences of a reply that may answer a question to be answered with yes or no in other words
)
_A_FEW = 2  # sentences: who writes more and names nothing that was asked about writes of something else
_NEGATIVE = re.compile(
    r"\b(?:no|not|never|without|unable|short|vacan\w+|unfortunately|however|but)\b|n[’']t\b", re.I
)
_ASKS_BACK = re.compile(r"\b(?:which|what|when|where|do you mean|how (?:many|long|often))\b[^?]*\?", re.I)
_WHEN_TO_MEET = re.compile(r"\bwhen\b.{0,40}\b(?:meet|sit down|get together|talk|speak|come in)\b", re.I)
_DAYS_TO_COME = re.compile(
    r"\b(?:get back|let you know|know more|circle back|(?:with|send|have|share|offer)\b.{0,20}\b(?:dates|times|options))\b",
    re.I,
)
# No doubt about it, whatever else is to come.
_SAYS_NO = re.compile(
    r"\b(?:declin|den(?:y|ies|ied)|refus|reject|not eligible|not qualif|will not|won[’']t)", re.I
)
# Done on the way to what was asked, not itself what was asked.
_PREPARES = re.compile(
    r"\b(?:talked|spoke|spoken|met|posted|asked|called|reached out|e-?mailed|texted)\b", re.I
)
# Begins as an answer does, or speaks of what was spoken of.
_SPEAKS_OF_IT = re.compile(
    r"^(?:\W*(?:hi|hello|dear) [^,]{2,30}, ?|(?:mr|mrs|ms|dr)\.? \w+, ?)?"
    r"(?:yes|yep|yup|yeah|no|nope|not|correct|right|only|once|he|she|they|it|that|this|there|both|i|we|all|none)\b",
    re.I,
)
_LETTER = re.compile(r"\b(?:notice|pwn|letter)\b", re.I)
_CALL = re.compile(r"\b(?:call|phone|talk|speak|chat|ring)\b", re.I)


@dataclass(frozen=True, slots=True)
class Outcome:
    """`effect` None: it may be an answer, which the parent must judge."""

    effect: Effect | None
    quote: str = ""
    new_due_on: date | None = None
    reason: str = ""


def outcomes_of(
    reply: FiledMessage, waiting: Sequence[Waiting], calendar: SchoolCalendar
) -> Mapping[str, Outcome]:
    """What `reply` does to each of the requests waiting for one, by request id.

    Every sentence is given to the request that it shares words with; what shares words with none
    goes to the request that was alone in being asked. A request that gets nothing is left alone.
    """
    sentences = read_reply(reply.message.new_text, reply.sent_on, calendar)
    if not sentences:
        return _by_attachment(reply, waiting)
    outcomes = {}
    for one, mine in shared_out(reply, sentences, waiting):
        outcome = _outcome(reply, one, mine, sentences)
        if outcome:
            outcomes[one.request.id] = outcome
    return outcomes


def _by_attachment(reply: FiledMessage, waiting: Sequence[Waiting]) -> Mapping[str, Outcome]:
    """A reply of nothing but an attachment hands over what its request asked for, if it was only one."""
    direct = [w for w in waiting if w.nearness is Nearness.DIRECT and w.request.kind in HANDED]
    files = ", ".join(a.name for a in reply.message.attachments)
    return {direct[0].request.id: Outcome(Effect.ANSWERED, files)} if files and len(direct) == 1 else {}


def _outcome(
    reply: FiledMessage, one: Waiting, mine: Sequence[ReplySentence], sentences: Sequence[ReplySentence]
) -> Outcome | None:
    kind, topic = one.request.kind, content_words(one.request.quote)
    far = one.nearness is Nearness.CASE
    substance = [s for s in mine if s.substance]
    partly = any(s.act & Act.PARTIAL for s in sentences)
    near_enough = not far and kind not in _DONE_FOR_THE_CHILD
    handed = next((s for s in mine if s.act & Act.HANDED and (near_enough or s.words & topic)), None)
    put_off = _put_off(one, mine, topic)
    if put_off and partly:
        return _deferred(one, put_off)
    if kind is RequestKind.INFORMATION and (told := _told(one, substance)):
        return Outcome(Effect.REFUSED if told.act & Act.WITHHELD else Effect.ANSWERED, told.text)
    if _asks_to_meet(one.request) and (day := next(filter(_names_meeting_day, mine), None)):
        return Outcome(Effect.ANSWERED, day.text)
    if (given := _given_in_words(one, substance, topic)) and not partly and not put_off:
        return Outcome(Effect.ANSWERED, given.text)
    if any(s.act & Act.POINTER for s in mine):
        substance = [s for s in substance if s.words & topic]
    refused = next((s for s in mine if s.act & Act.REFUSAL and _clearly_about(s, one, topic)), None)
    if refused and refused.words & topic and kind not in _TOLD and not _only_for_now(refused, put_off):
        return _refused(kind, refused)
    by_word = kind not in _TOLD and kind is not RequestKind.MAKE_UP_SERVICES
    granted = _answer(one, substance, mine, topic) if by_word else None
    if granted and granted.act & Act.ASSENT and granted.words & topic:
        return Outcome(Effect.ANSWERED, granted.text)
    if put_off and (not handed or (put_off.act & Act.DELIVERY and put_off.words & topic)):
        return _deferred(one, put_off)
    if handed and not partly:
        return Outcome(Effect.ANSWERED, handed.text)
    if refused and not (handed and kind in HANDED):
        return _refused(kind, refused)
    if substance and (not far or one.alike) and reply.message.attachments and kind in HANDED and not partly:
        return Outcome(Effect.ANSWERED, substance[0].text)
    spoke = next((s for s in sentences if s.act & Act.SPOKE), None)
    if spoke and not far and _CALL.search(one.request.quote):
        return Outcome(Effect.ANSWERED, spoke.text)
    answer = _answer(one, substance, mine, topic)
    dated = (s for s in mine if s.act & Act.PROMISE and s.due and _later_than_asked(s.due.day, one.request))
    if answer and (later := next(dated, None)):
        return _deferred(one, later)
    answer = answer or _plain_answer(one, mine, topic)
    if answer:
        return Outcome(Effect.ANSWERED, answer.text)
    if far and one.looked_into:
        return _from_who_looked_into_it(one, mine, topic)
    return _without_answer(one, mine, substance)


def _asks_to_meet(request: Request) -> bool:
    when = request.kind is RequestKind.INFORMATION and _WHEN_TO_MEET.search(request.quote)
    return request.kind is RequestKind.MEETING or bool(when)


def _only_for_now(refused: ReplySentence, put_off: ReplySentence | None) -> bool:
    """Whether more than a letter of refusal is to come on a day that is named, and no plain no was said."""
    more = put_off and put_off.act & Act.DELIVERY and not _LETTER.search(put_off.text)
    return bool(more) and not _SAYS_NO.search(refused.text)


def _from_who_looked_into_it(
    one: Waiting, mine: Sequence[ReplySentence], topic: frozenset[str]
) -> Outcome | None:
    """What the one who had said to look into it writes in a thread of its own: it answers where it hands over,
    arranges or grants something; a plain statement may answer."""
    if any(s.act & (Act.PENDING | Act.PUT_OFF | Act.REFUSAL) for s in mine):
        return None
    told = [s for s in mine if s.substance]
    wanted = Act.HANDED if one.request.kind in HANDED else Act.ARRANGED | Act.ASSENT
    sure = next((s for s in told if s.act & wanted or (s.words & topic and s.act & Act.REPORTED)), None)
    if sure:
        return Outcome(Effect.ANSWERED, sure.text)
    return Outcome(None, told[0].text) if told else None


def _names_meeting_day(sentence: ReplySentence) -> bool:
    later = sentence.act & Act.PUT_OFF and _DAYS_TO_COME.search(sentence.text)
    return bool(sentence.act & Act.MEETING_DAY) and not later


def _given_in_words(
    one: Waiting, substance: Sequence[ReplySentence], topic: frozenset[str]
) -> ReplySentence | None:
    """Of papers or figures: the sentence that gives the figures themselves, or says that there are none."""
    if one.request.kind not in HANDED:
        return None
    waits = Act.PUT_OFF | Act.REFUSAL | Act.PROMISE
    close = one.nearness is Nearness.DIRECT
    figures = one.request.kind is RequestKind.PROGRESS_DATA
    for sentence in substance:
        wanted = sentence.act & (Act.NONE_EXIST | Act.FIGURES if figures else Act.NONE_EXIST)
        if wanted and not sentence.act & waits and (close or len(sentence.words & topic) >= 2):
            return sentence
    return None


def _plain_answer(one: Waiting, mine: Sequence[ReplySentence], topic: frozenset[str]) -> ReplySentence | None:
    """What a careful reader takes as the answer in a reply to the very message that asked.

    Nobody writes back to say something else: what is told there answers a question, and how things
    stand now answers what was to be done, unless the reply is only put off, passed on or doubtful.
    """
    kind = one.request.kind
    undecided = Act.LOOKING | Act.PENDING | Act.POINTER
    if one.nearness is not Nearness.DIRECT or any(_ASKS_BACK.search(s.text) for s in mine):
        return None
    about = topic | content_words(one.matter)
    doubtful = [s for s in mine if s.act & undecided]
    told = [s for s in mine if s.substance and not s.act & (Act.PUT_OFF | Act.REFUSAL)]
    if kind is RequestKind.INFORMATION:
        clear = told and not doubtful and len(told) <= _A_FEW_MORE and is_yes_no(one.request.quote)
        return told[0] if clear else None
    if kind in HANDED and not doubtful:
        return next((s for s in told if says("none", s.text)), None)
    if kind in _TOLD or kind in _NEEDS_AGREEMENT:
        return None
    if any(s.words & topic for s in doubtful):
        return None
    told = [s for s in told if s.words & topic or not _PREPARES.search(s.text)]
    reports = (s for s in told if s.act & Act.REPORT and not _NEGATIVE.search(s.text))
    return next(
        (s for s in reports if s.words & about or (_THAT_THING.search(s.text) and not doubtful)), None
    )


def _later_than_asked(day: date, request: Request) -> bool:
    return request.deadline.basis is Basis.EXPLICIT and day > request.due_on


def _deferred(one: Waiting, sentence: ReplySentence) -> Outcome:
    """Put off to a later day; a day that is not past the one it is due puts nothing off."""
    assert sentence.due is not None
    if sentence.due.day <= one.request.due_on and one.request.status is not RequestStatus.DEFERRED:
        far = one.nearness is Nearness.CASE
        return Outcome(None if far else Effect.ACKNOWLEDGED, sentence.text)
    return Outcome(Effect.DEFERRED, sentence.text, sentence.due.day)


def _without_answer(
    one: Waiting, mine: Sequence[ReplySentence], substance: Sequence[ReplySentence]
) -> Outcome | None:
    far = one.nearness is Nearness.CASE
    waits = Act.LOOKING | Act.RECEIPT | Act.HANDED
    if one.request.kind is RequestKind.MEETING:
        waits |= Act.ASSENT  # willing, but no day is named
    noted = next(
        (s for s in mine if s.act & waits or (s.act & Act.PROMISE and not s.act & Act.QUESTION)), None
    )
    if noted and not far:
        return Outcome(Effect.ACKNOWLEDGED, noted.text)
    return Outcome(None, substance[0].text) if substance else None


def _told(one: Waiting, substance: Sequence[ReplySentence]) -> ReplySentence | None:
    """The sentence that tells what was asked, being of the sort that was asked for."""
    quote = one.request.quote
    words = content_words(quote)
    told = [s for s in substance if not s.act & Act.PUT_OFF]
    withheld = next((s for s in told if s.act & Act.WITHHELD), None)
    on_topic = bool(one.subject & words) or one.nearness is Nearness.DIRECT or one.expected
    on_topic = on_topic or (one.alike and one.referred)
    if len(told) > _A_FEW and not any(s.words & (words | content_words(one.matter)) for s in told):
        return withheld
    fitting = (
        s
        for s in told
        if fits_question(quote, s.text)
        and (on_topic or s.words & words)
        and (s.words & words or not is_yes_no(quote) or _SPEAKS_OF_IT.search(s.text))
    )
    return withheld or next(fitting, None)


def _put_off(one: Waiting, mine: Sequence[ReplySentence], topic: frozenset[str]) -> ReplySentence | None:
    matter = content_words(one.matter)
    for sentence in mine:
        if not sentence.act & Act.PUT_OFF:
            continue
        about = bool(sentence.words & topic)
        delivery = bool(sentence.act & Act.DELIVERY)
        known = len(sentence.words & matter) >= 2 or len(sentence.words - matter) <= 2
        far, direct = one.nearness is Nearness.CASE, one.nearness is Nearness.DIRECT
        partly = bool(sentence.act & Act.PARTIAL)
        if one.request.kind not in _TOLD and not (delivery or partly):
            continue
        if (about and delivery) if far else (about or known or ((delivery or partly) and direct)):
            return sentence
    return None


def _clearly_about(sentence: ReplySentence, one: Waiting, topic: frozenset[str]) -> bool:
    return bool(sentence.words & topic) or one.nearness is Nearness.DIRECT or (one.alike and one.referred)


def _refused(kind: RequestKind, sentence: ReplySentence) -> Outcome:
    if kind is RequestKind.INFORMATION:
        return Outcome(Effect.ANSWERED, sentence.text)
    reasons: dict[str, str] = load("outcomes")["reasons"]
    reason = next((name for name, words in reasons.items() if re.search(words, sentence.text, re.I)), "")
    return Outcome(Effect.REFUSED, sentence.text, reason=reason)


def _answer(
    one: Waiting, substance: Sequence[ReplySentence], mine: Sequence[ReplySentence], topic: frozenset[str]
) -> ReplySentence | None:
    """The sentence that grants what was asked to be done, or reports it done."""
    kind, far = one.request.kind, one.nearness is Nearness.CASE
    if kind in HANDED or kind is RequestKind.MEETING:
        return None
    if kind is RequestKind.INFORMATION:
        return _about(one, substance, topic)
    no_yes = Act.LOOKING | Act.QUESTION | Act.PENDING | Act.PUT_OFF | Act.REFUSAL

    def enough(sentence: ReplySentence, least: int) -> bool:
        arranged = one.surely_alike and sentence.act & (Act.ARRANGED | Act.PROMISE)
        if arranged or sentence.act & Act.REFERS:
            least = 1
        return not far or weight(sentence.words & topic) >= least

    granted = [s for s in mine if s.act & Act.ASSENT and not s.act & no_yes and enough(s, 3)]
    if any(s.act & (Act.LOOKING | Act.PENDING) for s in mine):
        granted = [s for s in granted if s.words & topic or s.act & Act.PROMISE]
    granted = [s for s in granted if s.words & topic or not _PREPARES.search(s.text)]
    asks_back = any(_ASKS_BACK.search(s.text) for s in mine)
    if asks_back:
        granted = [s for s in granted if s.act & Act.PROMISE or says("plain_yes", s.text)]
    if kind in _NEEDS_AGREEMENT:
        return next((s for s in granted if _WILL_EVALUATE.search(s.text)), None)
    if granted:
        return granted[0]
    promised = next((s for s in substance if s.act & (Act.PROMISE | Act.ARRANGED) and enough(s, 2)), None)
    if far or promised or kind in (RequestKind.AMENDMENT, RequestKind.MAKE_UP_SERVICES):
        return promised
    if asks_back:
        return None
    told = Act.REPORTED if one.nearness is Nearness.DIRECT else Act.NOTHING
    return next(
        (
            s
            for s in substance
            if len(s.words & topic) >= (1 if s.act & told else 2) and not _NEGATIVE.search(s.text)
        ),
        None,
    )


def _about(one: Waiting, substance: Sequence[ReplySentence], topic: frozenset[str]) -> ReplySentence | None:
    """Of a question that any statement may answer: the statement that speaks of its words, or is the reply."""
    told = [s for s in substance if not s.act & Act.PUT_OFF]
    far = one.nearness is Nearness.CASE and not (one.alike and one.referred)
    least = 2 if far else 1
    about = next((s for s in told if len((s.words | one.subject) & topic) >= least and s.words & topic), None)
    if about and (is_open_question(one.request.quote) or is_yes_no(one.request.quote)):
        return about
    if one.nearness is Nearness.CASE:
        return None
    return told[0] if told and is_open_question(one.request.quote) else None
