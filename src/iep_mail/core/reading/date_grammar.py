"""The words with which people name days: one pattern for each way, all case folded.

Running text is never given to a date library, which finds dates in "we", "may" and "a second"; this
grammar finds the span, and only then is it resolved.
"""

from __future__ import annotations

import re

NUMBER_WORDS = {
    word: number
    for number, words in enumerate(
        [
            "zero",
            "one",
            "two",
            "three",
            "four",
            "five",
            "six",
            "seven",
            "eight",
            "nine",
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
            "twenty",
        ]
    )
    for word in (words,)
} | {"a": 1, "an": 1, "couple": 2, "few": 3, "thirty": 30, "forty-five": 45, "sixty": 60, "twenty-one": 21}

WEEKDAYS = {
    name: index
    for index, names in enumerate(
        ["monday mon", "tuesday tues tue", "wednesday weds wed", "thursday thurs thur thu", "friday fri",
         "saturday sat", "sunday sun"]
    )
    for name in names.split()
}  # fmt: skip
MONTHS = {
    name: index
    for index, names in enumerate(
        ["january jan", "february feb", "march mar", "april apr", "may", "june jun", "july jul", "august aug",
         "september sept sep", "october oct", "november nov", "december dec"],
        1,
    )
    for name in names.split()
}  # fmt: skip

_NUMBER = "|".join(sorted(map(re.escape, NUMBER_WORDS), key=len, reverse=True))
NUMBER = rf"(?:\d{{1,3}}|(?:a )?(?:{_NUMBER})(?: of)?)(?:\s*\(\s*\d{{1,3}}\s*\))?"
_ABBREVIATED = r"(?:mon|tues|tue|weds|wed|thurs|thur|thu|fri|sat|sun)(?=\.|,|\s+\d|\s*$|\s+the\b|\s*[?!;)]|\s+(?:at|and|or|if|so|when|during|morning|afternoon|w/)\b)\.?"
WEEKDAY = rf"(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day|{_ABBREVIATED})(?:'s)?(?!\w)"
# "may" and "march" are words too: these months are believed only before a number.
MONTH = (
    r"(?:january|february|march|april|may|june|july|august|september|october|november|december"
    r"|jan|feb|mar|apr|jun|jul|aug|sept|sep|oct|nov|dec)\.?"
)
YEAR = r"(?:,?\s*(?P<year>(?:19|20)\d\d)\b)"
DAY_NUMBER = r"(?:[12]?\d|3[01])(?:st|nd|rd|th)?(?![\d:%/])(?!\s*(?:a\.?m|p\.?m|minutes?|min|hours?|days?|weeks?|times?|pages?)\b)"

_WITH_WEEKDAY = rf"(?:(?P<weekday>{WEEKDAY}),?\s*(?:the\s+)?\(?)?"
PATTERNS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (name, re.compile(pattern, re.IGNORECASE))
    for name, pattern in (
        ("iso", r"(?<![\w/-])(?P<year>20\d\d)-(?P<month>0?[1-9]|1[0-2])-(?P<day>0[1-9]|[12]\d|3[01])(?![\w-])"),
        ("month_day", rf"{_WITH_WEEKDAY}(?<!\w)(?P<month>{MONTH})\s*(?:the\s+)?(?P<day>{DAY_NUMBER}){YEAR}?\)?"),
        ("day_month", rf"{_WITH_WEEKDAY}(?<![\w/.])(?P<day>{DAY_NUMBER})\s+(?:of\s+)?(?P<month>{MONTH})(?!\w){YEAR}?"),
        (
            "numeric",
            rf"{_WITH_WEEKDAY}(?<![\w/.$-])(?P<month>0?[1-9]|1[0-2])/(?P<day>0?[1-9]|[12]\d|3[01])"
            r"(?:/(?P<year>20\d\d|\d\d))?(?![\w/%])(?!\s*(?:hour|of a|cup|page|inch|mile))\)?",
        ),
        (
            "from_day",
            rf"(?P<count>{NUMBER})\s+weeks?\s+from\s+(?P<from>today|now|tomorrow|(?:this |next )?{WEEKDAY})",
        ),
        (
            "duration",
            rf"(?:the\s+)?(?:next\s+|following\s+|coming\s+)?(?P<count>{NUMBER})\s*[- ]?"
            r"(?P<unit>calendar|business|working|school|instructional)?\s*[- ]?(?P<span>day|week|month|hour)s?(?!\w)"
            r"(?!\s+(?:ago|before|earlier|old|early|late|in a row|a week|per|each|prior))",
        ),
        ("end_of_month", rf"(?:the\s+)?end\s+of\s+(?P<month>{MONTH})(?!\w)(?!\s*\d){YEAR}?"),
        ("part_of_month", rf"(?P<part>early|mid|the beginning of|beginning of|the start of|the middle of|late)[- ]\s*(?P<month>{MONTH})(?!\w)(?!\s*\d)"),
        (
            "end_of",
            r"(?:the\s+)?end\s+of\s+(?:the\s+|this\s+|our\s+)?(?P<which>next\s+|following\s+|coming\s+|current\s+)?"
            r"(?P<period>business\s+day|school\s+day|day|school\s+week|work\s*week|week|month|school\s+year|year|quarter"
            r"|marking\s+period|grading\s+period|trimester|semester)(?!\w)"
            rf"(?:,?\s+(?:on\s+|of\s+)?(?P<on>today|tomorrow|(?:this\s+|next\s+)?{WEEKDAY}))?",
        ),
        ("months_end", r"(?P<period>month|week|year)(?:'s|-|\s)\s*end(?!\w)"),
        (
            "business_close",
            r"(?:close\s+of\s+business|cob|eob|eod)(?!\w)"
            rf"(?:,?\s+(?:on\s+)?(?P<on>today|tomorrow|(?:this\s+|next\s+)?{WEEKDAY}))?",
        ),
        (
            "weekday_week",
            rf"(?:(?P<weekday>{WEEKDAY})\s*,?\s+(?:of\s+)?(?P<which>this|next|the\s+following)\s+week"
            rf"|(?P<which2>this|next|the\s+following)\s+week\s*,?\s+(?:on\s+)?(?P<weekday2>{WEEKDAY}))",
        ),
        (
            "weekday",
            rf"(?<!\w)(?:(?P<which>this\s+coming|this\s+past|the\s+following|next|this|last|past|coming|previous)\s+)?"
            rf"(?P<weekday>{WEEKDAY})(?:\s+the\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th))?",
        ),
        ("ordinal", r"(?:the\s+)(?P<day>(?:[12]?\d|3[01]))(?:st|nd|rd|th)(?!\w)(?!\s+(?:grade|grader|graders|century|of\s+\w+|time|period|floor|street|percentile|edition|session|week|day)\b)"),
        ("relative", r"(?<!\w)(?P<word>the\s+day\s+after\s+tomorrow|day\s+after\s+tomorrow|tomorrow|tonight|today|yesterday)(?:'s)?(?!\w)"),
        ("week", r"(?<!\w)(?P<part>early\s+|mid[- ]|the\s+beginning\s+of\s+|later\s+)?(?P<which>this|next|the\s+following|last|the\s+coming)\s+(?P<period>week|month)(?!\w)"),
        ("weekend", r"(?:the|this|next)\s+weekend(?!\w)"),
        (
            "break",
            r"(?:the\s+)?(?:start\s+of\s+|beginning\s+of\s+)?(?P<which>winter|spring|fall|thanksgiving|christmas|holiday|mid-?winter|february|april)\s+(?:break|recess|vacation|holidays?)(?!\w)",
        ),
        ("break_plain", r"(?:the\s+)?(?P<which>christmas|thanksgiving|new year's|holidays)(?!\w)"),
        ("month", r"(?P<month>January|February|March|April|May|June|July|August|September|October|November|December)(?!\w)(?!\s*\d)"),
    )
)  # fmt: skip


def number(words: str) -> int:
    """`ten`, `10`, `a couple of`, `ten (10)`; 0 where it is no number."""
    text = re.sub(r"\(.*?\)", "", words.lower()).replace(" of", "").strip()
    if text.startswith("a ") and len(text) > 2:
        text = text[2:].strip()
    return int(text) if text.isdigit() else NUMBER_WORDS.get(text, 0)


def month_number(word: str) -> int:
    return MONTHS[word.lower().rstrip(".")]


def weekday_number(word: str) -> int:
    return WEEKDAYS[word.lower().removesuffix("'s").rstrip(".")]
