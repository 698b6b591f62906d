"""The day by which a sentence wants something done, or says that it will be done."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

from iep_mail.core.reading.date_absolute import LONG_PAST
from iep_mail.core.reading.date_meaning import safe
from iep_mail.core.reading.date_spans import NamedDay, find_dates, folded, named_days
from iep_mail.model import DateSpan, SchoolCalendar

__all__ = ["find_dates", "find_due"]

_WINDOW = 160  # characters before a day in which the word that governs it is looked for

_TIME = (
    r"(?:(?:\d{1,2}(?::\d\d)?\s*(?:a\.?m\.?|p\.?m\.?)?|noon|midday|lunch(?:time)?|midnight|dismissal|the\s+(?:last\s+|final\s+)?bell|"
    r"(?:the\s+)?(?:start|end|close)\s+of\s+(?:the\s+)?(?:business|school|classes)(?:\s+day)?|cob|eod|(?:the\s+)?end\s+of\s+"
    r"(?:the\s+)?(?:business\s+|school\s+)?day)\s*,?\s*(?:on\s+|of\s+)?)?"
)
_LED = (
    r"(?:no\s+later\s+than|not\s+later\s+than|at\s+the\s+latest(?:\s+by)?|on\s+or\s+before|by\s+or\s+before|by\s+no\s+later\s+than|by|before|b4|between\s+now\s+and"
    r"|prior\s+to|ahead\s+of|in\s+advance\s+of|due(?:\s+(?:on|by|back(?:\s+(?:on|by))?|in))?|deadline(?:\s+(?:is|of|for\s+\w+\s+is))?:?|rsvp"
    r"|in\s+time\s+for|(?:have|has|give\s+\w+|need|needs|take|wait)\s+(?:until|till|til|through))"
)
_UP_TO = re.compile(
    rf"(?<!\w)(?P<lead>{_LED})\s+(?:about\s+|around\s+|maybe\s+|probably\s+|say\s+|at\s+the\s+latest\s+|the\s+latest\s+)?{_TIME}"
    r"(?:on\s+)?(?:the\s+|this\s+|our\s+|my\s+|his\s+|her\s+|their\s+|your\s+|or\s+on\s+|or\s+before\s+|at\s+)?\(?$",
    re.IGNORECASE,
)
_WITHIN = re.compile(
    r"(?<!\w)(?P<lead>within|in|no\s+later\s+than|not\s+more\s+than|no\s+more\s+than|inside\s+of|inside|by|over|during)\s+"
    r"(?:about\s+|just\s+|at\s+most\s+|approximately\s+|less\s+than\s+|under\s+|another\s+)?$",
    re.IGNORECASE,
)
# "before our meeting on 4/2", "before we meet Tuesday": an event between the word and its date.
_EVENT = re.compile(
    r"(?<!\w)(?P<lead>by|before|prior\s+to|ahead\s+of|in\s+advance\s+of|in\s+time\s+for)\s+"
    r"(?:(?:the|our|my|his|her|their|your|this|next|that)\s+)?(?P<event>(?:[\w'-]+\s+){1,6}?)(?:on|of|scheduled\s+for|set\s+for|\()\s*(?:the\s+)?$"
    r"|(?<!\w)(?P<lead3>by)\s+the\s+time\s+(?P<event3>(?:[\w'-]+\s+){1,6}?)(?:on\s+)?$"
    r"|(?<!\w)(?P<lead2>by|before|prior\s+to|ahead\s+of|in\s+time\s+for)\s+(?P<event2>(?:[\w'-]+\s+){0,4}?(?:meeting|conference|review|hearing|call|appointment|"
    r"evaluation|visit|iep|school|class|meet|talk|speak)\s+)\(?$",
    re.IGNORECASE,
)
# "Give me a couple of days", "it will take two weeks": how long somebody needs.
_TAKES = re.compile(
    r"\b(?:give\s+(?:me|us)|allow(?:\s+(?:me|us))?|need|needs|takes?|will\s+be|'ll\s+be)\s+(?:about\s+|around\s+|another\s+|up\s+to\s+|at\s+least\s+|just\s+)?$",
    re.I,
)
_PAST_EVENT = re.compile(r"\b(?:was|were|had|did|went|\w{3,}ed)\s", re.I)
_AGENT = re.compile(
    r"(?:written|sent|signed|taught|given|made|done|read|approved|run|provided)\s+$", re.IGNORECASE
)
_EARLIER = re.compile(r"\b(?:from|for|since)\s+$", re.I)
_LATEST = re.compile(
    r"\s*,?\s*\(?(?:at\s+the\s+(?:very\s+)?latest|latest|or\s+(?:sooner|earlier)|is\s+(?:the|my|our)\s+deadline)\b",
    re.I,
)
_REPORTS = re.compile(
    r"\b(?:was|were|had|said|told|promised|asked|agreed|wrote|due\s+back|supposed|would\s+(?:be|have|send|get))\b[^.;]*$",
    re.I,
)
_NOT_BARE = re.compile(
    r"(?<!\w)(?:every|each|from|since|of|about|dated|last|past|until|till|through|after|to|between|and|as\s+of|your|my|'s|week\s+of|missed"
    r"|(?<!ready\s)(?<!done\s)for)\s+(?:on\s+)?$",
    re.IGNORECASE,
)
# In a request a bare day counts only right after what is to be done.
_DO_IT = re.compile(
    r"\b(?:send|e-?mail|reply|respond|answer|confirm|provide|forward|share|get\s+back|let\s+(?:me|us)\s+know|call|write)\b"
    r"(?:(?!\b(?:was|were|did|had|went|is|are|held|happened|happens|will|does)\b)[^.?!;])*$",
    re.IGNORECASE,
)
_PROMPT = re.compile(r"(?:this\s+week|today|tomorrow|tonight)", re.IGNORECASE)
_PLEASE = re.compile(
    r"\b(?:please|kindly|(?:can|could|would|will)\s+(?:you|u|someone))\b[^.?!;]{0,60}\b(?:send|e-?mail|reply|respond|answer|forward|get\s+back|let\s+(?:me|us)\s+know|"
    r"call|return|write\s+back)\b(?P<between>[^.?!;]{0,70})$",
    re.I,
)
_ELSEWHERE = re.compile(
    r"\b(?:meeting|conference|happen\w*|scheduled|what|whether|if|who|how|why|when|where|that|about|for|\w{3,}ed|did|does|do|is|are|was|were|has|have|had)\b",
    re.I,
)


def find_due(
    sentence: str, sent_on: date, calendar: SchoolCalendar, *, strict: bool = True
) -> DateSpan | None:
    """The day by which a sentence wants something done, or None.

    Strict, for requests: only a day that "by", "before", "no later than", "within" or the like governs.
    Not strict, for what people say they will do: a plain day ahead counts as well ("on Monday").
    Days before `sent_on` are never due.
    """
    spans = named_days(sentence, sent_on, calendar)
    plain = folded(sentence)
    for named in spans:
        due = _governed(named, plain, sent_on)
        if due is not None and due.period.day >= sent_on:
            return due.span(sentence)
    for named in spans:
        if not strict and _takes(named, plain):
            return named.span(sentence)
        if (not strict and _bare(named, plain, sent_on)) or _asked_for(named, plain, strict=strict):
            ahead = _forward(named, plain, sent_on)
            if ahead.period.day >= sent_on:
                return ahead.span(sentence)
    return None


def _governed(named: NamedDay, sentence: str, sent_on: date) -> NamedDay | None:
    before = sentence[max(0, named.start - _WINDOW) : named.start]
    offset = named.start - len(before)
    if named.period.count is not None or named.shifted:
        led = _WITHIN.search(before)
        if led is not None:
            return replace(named, start=offset + led.start("lead"))
        if named.period.count is not None:
            return None
        if named.ahead:
            return named
    led = _UP_TO.search(before)
    if led is not None:
        return _led(named, sentence, before, led.start("lead"), led["lead"], sent_on)
    led = _EVENT.search(before)
    if led is not None:
        which = next(name for name in ("", "2", "3") if led[f"event{name}"])
        if not _PAST_EVENT.search(led[f"event{which}"]):
            lead = f"lead{which}"
            return _led(
                _before_event(named, led[lead]), sentence, before, led.start(lead), led[lead], sent_on
            )
    if _LATEST.match(sentence[named.end : named.end + 30]):
        return _forward(named, sentence, sent_on)
    return None


def _before_event(named: NamedDay, lead: str) -> NamedDay:
    """What happens some time next week may be on its Monday."""
    earlier = named.period.before
    if lead.lower() == "by" or earlier is None:
        return named
    return replace(named, period=replace(named.period, day=earlier))


def _led(
    named: NamedDay, sentence: str, before: str, start: int, lead: str, sent_on: date
) -> NamedDay | None:
    words = sentence[named.start : named.end]
    if words.isalpha() and _AGENT.search(before[:start]):
        return None  # "written by April"
    if lead.lower() in ("before", "prior to") and _EARLIER.search(before[:start]):
        return None  # "the notes from before winter break"
    ahead = _forward(named, sentence, sent_on)
    return replace(ahead, start=named.start - len(before) + start)


def _takes(named: NamedDay, sentence: str) -> bool:
    """ "It will take two weeks"; "give me a few days" is no number and binds to none."""
    words = sentence[named.start : named.end]
    if named.period.count is None or re.search(r"\b(?:few|couple)\b", words, re.I):
        return False
    return bool(_TAKES.search(sentence[max(0, named.start - 40) : named.start]))


def _bare(named: NamedDay, sentence: str, sent_on: date) -> bool:
    before = sentence[max(0, named.start - _WINDOW) : named.start]
    words = sentence[named.start : named.end].lower()
    if re.search(r"\d\s*(?:-|to|through|thru)\s*\d", words) and re.search(
        r"\b(?:between|from)\s+$", before, re.I
    ):
        return True
    if (
        (named.period.count is not None and not named.shifted)
        or _NOT_BARE.search(before)
        or words.startswith(("last", "past"))
    ):
        return False
    return not words.endswith("'s")


def _asked_for(named: NamedDay, sentence: str, *, strict: bool) -> bool:
    """ "Please send it Monday.": a bare day, right after what is to be done and at the end."""
    before = sentence[max(0, named.start - _WINDOW) : named.start]
    rest = sentence[named.end : named.end + 40].strip(" .?!,;)")
    if _PROMPT.fullmatch(sentence[named.start : named.end]):
        return bool(_DO_IT.search(before)) and (not rest or not strict)
    asked = _PLEASE.search(before)
    if asked is None or _NOT_BARE.search(before) or named.period.count is not None:
        return False
    ends = (
        not rest or re.match(r"(?:so|please|and\s+let|if\s+possible|thanks|thank)\b", rest, re.I) is not None
    )
    return ends and not _ELSEWHERE.search(asked["between"])


def _forward(named: NamedDay, sentence: str, sent_on: date) -> NamedDay:
    """A day without a year that is long past is next year's, where it is about what is to come."""
    period = named.period
    if not period.yearless or period.day >= sent_on - LONG_PAST:
        return named
    if _REPORTS.search(sentence[max(0, named.start - _WINDOW) : named.start]):
        return named
    ahead = safe(period.day.year + 1, period.day.month, period.day.day)
    return replace(named, period=replace(period, day=ahead)) if ahead else named
