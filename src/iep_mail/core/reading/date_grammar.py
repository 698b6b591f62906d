"""The words with which people name days: one pattern for each way, all case folded.

Running text is never given to a date library, which finds dates in "we", "may" and "a second"; this
grammar finds the span, and only then is it resolved.
"""

from __future__ import annotations

import re

from iep_mail.data import load

_ONES = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
_TEENS = [
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
NUMBER_WORDS: dict[str, int] = (
    {word: index for index, word in enumerate(_ONES + _TEENS, 1)}
    | {word: 10 * index for index, word in enumerate(_TENS, 2)}
    | {f"{t} {o}": 10 * i + j for i, t in enumerate(_TENS, 2) for j, o in enumerate(_ONES, 1)}
    | {"a": 1, "an": 1, "couple": 2, "few": 3}
)
_UNDER_20TH = [
    "first",
    "second",
    "third",
    "fourth",
    "fifth",
    "sixth",
    "seventh",
    "eighth",
    "ninth",
    "tenth",
    "eleventh",
    "twelfth",
    "thirteenth",
    "fourteenth",
    "fifteenth",
    "sixteenth",
    "seventeenth",
    "eighteenth",
    "nineteenth",
]
ORDINAL_WORDS: dict[str, int] = (
    {word: index for index, word in enumerate(_UNDER_20TH, 1)}
    | {f"twenty {word}": 20 + index for index, word in enumerate(_UNDER_20TH[:9], 1)}
    | {"twentieth": 20, "thirtieth": 30, "thirty first": 31}
)
WEEKDAYS = {
    name: index
    for index, names in enumerate(
        ["monday mon", "tuesday tues tue tueday tusday", "wednesday weds wed wensday wendsday wednsday",
         "thursday thurs thur thu thrusday thursdy", "friday fri firday", "saturday sat", "sunday sun"]
    )
    for name in names.split()
}  # fmt: skip
MONTHS = {
    name: index
    for index, names in enumerate(
        ["january jan", "february feb febuary", "march mar", "april apr", "may", "june jun", "july jul",
         "august aug", "september sept sep", "october oct", "november nov", "december dec"],
        1,
    )
    for name in names.split()
}  # fmt: skip


def _one_of(words: dict[str, int]) -> str:
    longest_first = sorted(words, key=len, reverse=True)
    return "|".join(re.escape(word).replace(r"\ ", r"[-\s]") for word in longest_first)


NUMBER = rf"(?:\d{{1,3}}|(?:a\s+)?(?:{_one_of(NUMBER_WORDS)})(?:\s+of)?)(?!\w)(?:\s*\(\s*\d{{1,3}}\s*\))?"
WEEKDAY = (
    rf"(?:(?:{_one_of({w: 0 for w in WEEKDAYS if w.endswith('day')})})(?!\w)|(?:{_one_of({w: 0 for w in WEEKDAYS if not w.endswith('day')})})(?!\w)\.?)"
    r"(?:'s)?(?!\w)"
)
_WHOLE_MONTHS = {m: 0 for m in MONTHS if len(m) > 5 or m in ("march", "april", "june", "july", "may")}
MONTH = (
    rf"(?:(?:{_one_of(_WHOLE_MONTHS)})|(?:{_one_of({m: 0 for m in MONTHS if m not in _WHOLE_MONTHS})})\.?)"
)
_CARDINALS = {w: n for w, n in NUMBER_WORDS.items() if n <= 31 and w not in ("a", "an", "couple", "few")}
# A number before one of these counts something and is no day of a month.
_COUNTED = (
    r"(?!\s*(?:a\.?m|p\.?m|minutes?|mins?|hours?|hrs?|days?|weeks?|months?|years?|yrs?|times?|pages?|points?|trials?|"
    r"percent|pct|sessions?|students?|kids|children|pupils|people|adults|goals?|graders?|questions?|words?|of\s+\d)\b)"
)
_NUMERAL = rf"(?:3[01]|[12]\d|0?[1-9])(?:st|nd|rd|th)?(?![\d:%a-z])(?![./]\d){_COUNTED}"
_ORDINAL = r"(?:3[01]|[12]\d|0?[1-9])(?:st|nd|rd|th)"
_WORD_ORDINAL = rf"(?:{_one_of(ORDINAL_WORDS)})(?!\w)(?!\s*(?:grad|of\s+all|thing))"
_WORDED = rf"(?:{_WORD_ORDINAL}|(?:{_one_of(_CARDINALS)})(?!\w)(?![-\s]+(?:of|hundred|thousand)){_COUNTED})"
_YEAR = r"(?:19|20)\d\d"
YEAR = rf"(?:\s*,?\s*(?P<year>{_YEAR})(?![\d/-]))"
_WITH_WEEKDAY = rf"(?:(?P<weekday>{WEEKDAY})(?:\s+(?:morning|afternoon|evening|night))?\s*[,-]?\s*(?:the\s+)?\(?)?(?<![\w/.$:-])"
_M, _D = r"(?:1[0-2]|0?[1-9])", r"(?:3[01]|[12]\d|0?[1-9])"
_TO = r"\s*(?:-|to|through|thru)\s*"
# A fraction or a score: what follows says that no day is meant.
_SCORE = (
    r"(?!\s*(?:hours?|hrs?|of\b|cups?|pages?|inch|miles?|trials?|opportunit|times|sessions?|correct|points?|questions?|"
    r"problems?|attempts|words|days|weeks|accura|students?|items|goals?|data|probes?|graders?|grades?|split|on\s+(?:the|his|her|a)\s+"
    r"(?:\w+\s+)?(?:test|quiz|probe|exam|assessment|rubric|scale)))"
)
UNIT = r"(?:calendar|consecutive|business|biz|working|work|school|instructional)"
_SPAN = r"(?P<span>day|week|wk|month|hour|hr)s?(?!\w)"
_PERIOD_NUMBER = (
    r"(?:(?P<nth>first|second|third|fourth|1st|2nd|3rd|4th|fall|spring)\s+)?(?P<period>quarter|marking\s+period|grading\s+"
    r"period|reporting\s+period|nine\s+weeks|six\s+weeks|trimester|semester|term)(?:\s+(?P<nth2>[1-6]))?"
)
_ON_DAY = rf"(?:\s*,?\s+(?:on\s+|of\s+)?(?P<on>today|tomorrow|(?:this\s+|next\s+)?{WEEKDAY})(?!\s*,?\s*(?:the\s+)?(?:\d|{MONTH}\s+\d)))?"
_BREAKS = r"(?:winter|spring|fall|autumn|summer|thanksgiving|christmas|holiday|easter|mid-?winter|february|april|new\s+year'?s?)"
_NAMED = _one_of(dict.fromkeys(load("calendar_words")["named_days"], 0)).replace("'", "'?")
_WHICH = (
    r"this\s+coming|this\s+past|the\s+following|the\s+coming|next|this|last|past|coming|upcoming|previous"
)

# Cheap signs without which a pattern cannot match, so that most sentences cost little.
_SIGNS = {
    sign: re.compile(pattern, re.IGNORECASE)
    for sign, pattern in {
        "w": r"mon|tue|tus|we[dn]|thu|thr|fri|sat|sun",
        "m": r"jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec",
        "d": r"\d",
        "s": r"day|week|wk|month|hour|hr",
        "e": r"end|close|cob|eo[bdwm]",
        "t": r"\bthe\b",
        "r": r"tom|tmr|tmw|tonight|today|yesterday|morning|afternoon|evening",
        "b": r"break|recess|vacation|holiday",
        "c": r"school",
        "n": _NAMED,
    }.items()
}

PATTERNS: tuple[tuple[str, str, re.Pattern[str]], ...] = tuple(
    (name, signs, re.compile(pattern, re.IGNORECASE))
    for name, signs, pattern in (
        # What looks like a day and names none: consumed, so that no later pattern takes a part of it.
        ("none", "w", rf"(?:every|each|most)\s+(?:other\s+|single\s+)?{WEEKDAY}(?:(?:\s*,\s*|\s*,?\s+and\s+|\s*[/&]\s*){WEEKDAY}){{0,5}}"),
        ("none", "w", rf"(?<!\w){WEEKDAY}\s*(?:-|through|thru|to|/)\s*{WEEKDAY}(?:\s*/\s*{WEEKDAY}){{0,4}}"),
        ("none", "w", rf"(?<!\w){WEEKDAY}\s+(?:folders?|schedules?|groups?|club|mornings|afternoons|nights|evenings|packets?)(?!\w)"),
        ("none", "d", r"(?<!\w)\(?\d{3}\)?[ .-]\d{3}[ .-]\d{4}(?!\d)"),
        ("iso", "d", rf"(?<![\w/.-])(?P<year>{_YEAR})(?P<sep>[-/.])(?P<month>{_M}|{MONTH})(?P=sep)(?P<day>{_D})(?![\w-])"),
        (
            "month_day",
            "m",
            rf"{_WITH_WEEKDAY}(?<!\w)(?P<month>{MONTH})\s*[-/]?\s*(?:the\s+)?(?P<day>{_NUMERAL}|{_WORDED})"
            rf"(?:{_TO}(?P<day2>{_NUMERAL})(?!\s*[a-z]+s\b))?{YEAR}?\)?",
        ),
        (
            "day_month",
            "m",
            rf"(?:the\s+)?{_WITH_WEEKDAY}(?P<day>{_NUMERAL}|{_WORD_ORDINAL})(?:\s+(?:of\s+)?|[-/])(?P<month>{MONTH})(?!\w)(?:[-/](?P<year4>{_YEAR})|{YEAR})?",
        ),
        (
            "numeric",
            "d",
            rf"{_WITH_WEEKDAY}(?P<month>{_M})/(?P<day>{_D})(?:/(?P<year>{_YEAR}|\d\d))?"
            rf"(?:{_TO}(?:(?P<month2>{_M})/)?(?P<day2>{_D})(?:/(?:{_YEAR}|\d\d))?(?![\w/%:]))?(?![\w/%]){_SCORE}\)?",
        ),
        ("numeric", "d", rf"{_WITH_WEEKDAY}(?P<day>1[3-9]|2\d|3[01])/(?P<month>{_M})/(?P<year>{_YEAR}|\d\d)(?![\w/%])\)?"),
        ("numeric", "d", rf"{_WITH_WEEKDAY}(?P<month>{_M})-(?P<day>{_D})-(?P<year>{_YEAR}|\d\d)(?![\w-])"),
        ("numeric", "d", rf"{_WITH_WEEKDAY}(?P<day>1[3-9]|2\d|3[01])-(?P<month>{_M})-(?P<year>{_YEAR})(?![\w-])"),
        ("numeric", "d", rf"{_WITH_WEEKDAY}(?P<month>{_M})\.(?P<day>{_D})\.(?P<year>{_YEAR})(?![\w.]\d)"),
        ("numeric", "d", rf"(?<!\w)(?P<weekday>{WEEKDAY})\s*,?\s*(?P<month>{_M})[-.](?P<day>{_D})(?![\w:%-])(?!\s*(?:am|pm|a\.m|p\.m)\b)"),
        ("dashed", "d", rf"(?<![\w/.$:-])(?P<month>{_M})[-](?P<day>{_D})(?=\s*(?:[.,;?!)]|$|so\b|and\b|please\b|at\s+the\s+latest)){_COUNTED}"),
        (
            "ordinal_of_month",
            "s",
            rf"(?:the\s+)?(?P<day>{_ORDINAL}|{_WORD_ORDINAL})\s+(?:of|in)\s+(?P<which>the|this|next|the\s+following|each|every)\s+month(?!\w)",
        ),
        (
            "ago",
            "s",
            rf"(?<![\w-])(?P<count>{NUMBER})\s*[- ]?(?P<unit>{UNIT})?\s*[- ]?{_SPAN}\s+(?:ago|back|earlier)(?!\w)",
        ),
        (
            "duration",
            "s",
            rf"(?:the\s+)?(?:next\s+|following\s+|coming\s+|first\s+)?(?<![\w.:/$-])(?P<count>{NUMBER})"
            rf"(?:\s*(?:-|to|or)\s*(?P<most>{NUMBER}))?\s*[- ]?(?P<unit>{UNIT})?\.?\s*[- ]?{_SPAN}"
            r"(?:\s+or\s+(?:so|two|less|sooner|fewer))?(?:\s+(?P<from>from\s+(?:now|today)|out|hence)(?!\w))?"
            r"(?!\s+(?:before|earlier|old|early|late|in\s+a\s+row|a\s+(?:week|day|month)|per|each|prior|behind|worth|of\s+(?!the|my|this|receipt|receiving|your|our|today|when|getting|it|being)))",
        ),
        (
            "coming_span",
            "s",
            rf"(?:the\s+)(?:next|coming)\s+(?P<unit>{UNIT})?\s*(?P<span>day|week|month)(?:\s+or\s+(?:so|two))?(?!\w)",
        ),
        ("end_of_month", "em", rf"(?:the\s+)?(?:very\s+)?end\s+of\s+(?P<month>{MONTH})(?!\w)(?!\s*\d){YEAR}?"),
        (
            "part_of_month",
            "m",
            rf"(?P<part>early|mid|(?:the\s+)?(?:beginning|start|middle|first\s+half|first\s+part)\s+of|late)[- ]\s*(?:in\s+)?(?P<month>{MONTH})(?!\w)(?!\s*\d)",
        ),
        (
            "nth_of_month",
            "",
            rf"(?:the\s+)?(?P<nth>first|second|third|fourth|last|1st|2nd|3rd|4th|final)\s+(?:full\s+)?(?P<what>{WEEKDAY}|week|day|school\s+day)\s+"
            rf"(?:of|in)\s+(?:(?P<month>{MONTH})(?!\w)(?!\s*\d{{1,2}}\b){YEAR}?|(?P<which>the|this|next|the\s+following)\s+month)",
        ),
        ("end_of_period", "e", rf"(?:the\s+)?(?:very\s+)?end\s+of\s+(?:the\s+|this\s+|our\s+)?(?:current\s+)?{_PERIOD_NUMBER}(?!\w)"),
        (
            "end_of",
            "e",
            r"(?:the\s+)?(?:very\s+)?end\s+of\s+(?:the\s+|this\s+|our\s+|his\s+|her\s+)?(?P<which>next\s+|following\s+|coming\s+|current\s+)?"
            r"(?P<period>business\s+day|school\s+day|work\s*day|day|school\s+week|work\s*week|week|month|school\s+year|calendar\s+year|year)"
            r"(?!\w)" + _ON_DAY,
        ),
        ("months_end", "e", r"(?<!\w)(?:this\s+)?(?P<period>month|week|year)(?:'s|-|\s)\s*end(?!\w)"),
        ("end_short", "e", r"(?<!\w)(?P<period>eow|eom)(?!\w)"),
        ("business_close", "e", r"(?<!\w)(?:(?:the\s+)?close\s+of\s+(?:business|school)|cob|eob|eod|(?:the\s+)?end\s+of\s+business)(?!\w)" + _ON_DAY),
        (
            "weekday_week",
            "ws",
            rf"(?<!\w)(?:(?P<weekday>{WEEKDAY})\s*,?\s+(?:of\s+)?(?P<which>this|next|the\s+following|last)\s+week"
            rf"|(?P<which2>this|next|the\s+following|last)\s+week\s*,?\s+(?:on\s+)?(?P<weekday2>{WEEKDAY}))(?!\w)",
        ),
        ("this_time", "s", r"(?<!\w)this\s+time\s+next\s+week(?!\w)"),
        ("week_out", "s", r"(?<!\w)(?:the|this)\s+week\s+is\s+(?:out|over|up)(?!\w)"),
        ("weekdays_on", "w", rf"(?<!\w)(?P<count>{NUMBER})\s+(?P<weekday>{WEEKDAY}|(?:mon|tues|wednes|thurs|fri|satur|sun)days)\s+from\s+(?:now|today)(?!\w)"),
        ("after_next", "", rf"(?<!\w)(?:the\s+)?(?P<what>{WEEKDAY}|week)\s+after\s+next(?!\w)"),
        (
            "weekday",
            "w",
            rf"(?<!\w)(?:(?P<which>{_WHICH})\s+)?(?P<weekday>{WEEKDAY})(?:\s*,?\s+(?:the\s+)?(?P<day>{_ORDINAL}|(?<=the\s)(?:{_WORDED}|{_D})(?=\s*[.,;:?!)]|\s*$)|(?<=the\s){_WORD_ORDINAL}|(?:1\d|2\d|3[01])(?=\s*[.,;?!)]|\s*$))(?!\s*(?:grad|period|hour|floor)))?",
        ),
        (
            "ordinal",
            "d",
            rf"(?<!\w)the\s+(?P<day>{_ORDINAL})(?!\w)(?!\s*-\s*\d)(?!\s+(?:grade|grader|graders|century|of\s+\w+|time|period|floor|street|percentile|edition|"
            r"session|week|day|month|quarter|marking|chance|attempt|birthday|hour|year|page|goal|one|request|email|e-mail|letter|street|ave|avenue|step|through|meeting)s?\b)",
        ),
        ("plain_number", "t", rf"(?<!\w)the\s+(?P<day>{_D}|{_WORD_ORDINAL})(?=\s*(?:[.,;?!)]|$|at\s+the\s+latest|so\b|and\s+(?:i|we|let|please)\b|please\b))"),
        (
            "relative",
            "r",
            r"(?<!\w)(?P<word>(?:the\s+)?day\s+(?:after|before)\s+(?:tomorrow|tmrw|yesterday)|tomorr?ow|tommorr?ow|tmrw|tmr|tmw|tonight|today"
            r"|yesterday|this\s+(?:very\s+)?(?:morning|afternoon|evening)|later\s+today)(?:'s)?(?!\w)",
        ),
        (
            "week",
            "s",
            r"(?<!\w)(?P<part>early\s+(?:in\s+)?|late(?:r)?\s+(?:in\s+)?|mid[- ]|(?:the\s+)?(?:beginning|start|first(?:\s+part)?|early\s+part|middle|first\s+half)\s+of\s+)?"
            r"(?P<which>this|next|the\s+following|last|the\s+coming|the)\s+(?P<period>school\s+week|week|month)(?!\w)(?!\s*-)",
        ),
        ("midweek", "s", r"(?<!\w)mid-?week(?!\w)"),
        ("weekend", "s", r"(?<!\w)(?:the|this|next|this\s+coming|last)\s+weekend(?!\w)"),
        (
            "break",
            "b",
            rf"(?<!\w)(?:the\s+)?(?:(?P<edge>start|beginning|end|first\s+day|last\s+day)\s+of\s+)?(?:(?:the|our)\s+)?(?P<which>{_BREAKS})\s+(?:break|recess|vacation|holidays?)(?!\w)",
        ),
        ("school_edge", "c", r"(?<!\w)(?:the\s+)?(?P<edge>(?:first|last|final)\s+day|start|beginning|end)\s+of\s+(?:the\s+)?(?:(?P<next>next|new|coming)\s+)?school(?:\s+year)?(?!\s*(?:day|week)|\w)"),
        ("named_day", "n", rf"(?<!\w)(?P<which>{_NAMED})(?:\s+day)?(?!\w)"),
        ("break_plain", "b", r"(?<!\w)(?:(?:the|our)\s+)?(?P<which>holidays|break)(?!\w)"),
        ("month", "m", rf"(?<!\w)(?:(?P<which>this|next|last)\s+)?(?P<month>{MONTH})(?!\w)(?!\s*\d{{1,2}}(?!\d)){YEAR}?"),
    )
)  # fmt: skip


def patterns_for(text: str) -> list[tuple[str, re.Pattern[str]]]:
    """The patterns that can match in `text`, in the order in which they are to be tried."""
    absent = {sign for sign, pattern in _SIGNS.items() if not pattern.search(text)}
    return [(name, pattern) for name, signs, pattern in PATTERNS if not absent.intersection(signs)]


def number(words: str) -> int:
    """`ten`, `10`, `a couple of`, `ten (10)`; 0 where it is no number."""
    text = " ".join(re.sub(r"\(.*?\)", "", words.lower()).replace("-", " ").split())
    text = text.removesuffix(" of")
    if text.startswith("a ") and len(text) > 2:
        text = text[2:].strip()
    return int(text) if text.isdigit() else NUMBER_WORDS.get(text, 0)


def day_number(words: str) -> int:
    """`14`, `14th`, `fourteenth`, `twenty-first`; 0 where it is no day."""
    text = " ".join(words.lower().replace("-", " ").split())
    digits = re.match(r"\d+", text)
    return int(digits[0]) if digits else ORDINAL_WORDS.get(text) or NUMBER_WORDS.get(text, 0)


def month_number(word: str) -> int:
    return int(word) if word.isdigit() else MONTHS[word.lower().rstrip(".")]


def weekday_number(word: str) -> int:
    return WEEKDAYS[word.lower().removesuffix("'s").rstrip(".")]
