"""How plainly a sentence asks: a request, one that only stands beside another, a reminder."""

from __future__ import annotations

import re
from functools import lru_cache

from iep_mail.core.reading.ask_kinds import ORDER
from iep_mail.core.reading.ask_words import patterns, plain_words
from iep_mail.core.reading.sentences import content_words

STRONG, WEAK, ELABORATION, REPLY, CHASING = 5, 4, 3, 2, 1
_FORMULA = re.compile(r"\b(?:consider|accept) this\b.{0,40}\brequest\b", re.I)
QUESTION_START = re.compile(
    r"^(?:\W*(?:and|also|so|but|ok|then|or|btw|hey|hi|well|quick question|question)[,: ]+)*"
    r"(?:when(?:'s| is| are| will| does| do| did| can| was)|what(?:'s| is| are| was| were| time| day| days| date"
    r"| will| does| do| did| happened| should)|who(?:'s| is| are| will| was| does| did)|where(?:'s| is| are| was)"
    r"|how (?:is|are|was|did|do|does|many|much|often|long|will)|why (?:is|are|was|were|did|does|do|has|wasn't|didn't)"
    r"|which \w+ (?:is|are|will|does|did)"
    r"|did (?:you|he|she|they|the|\w+ (?:have|get|go|eat|meet))|do you (?:have|know|need)|is there|are there"
    r"|will (?:there|he|she|they|the)|was there|has (?:he|she|the)|have you)\b",
    re.I,
)

# "i just got a voicemail that he is suspended??": news, asked about in the sentences after it.
_TOLD_IN_WONDER = re.compile(
    r"\b(?:i|we) (?:just |also |only )?(?:got|heard|saw|read|received|found out|noticed)\b[^?]*\?+$", re.I
)


# Of words that come again and again nobody writes so many: a machine's line.
_MACHINE_WORDS, _MACHINE_SHARE = 60, 5


def _is_of_a_machine(words: list[str]) -> bool:
    return len(words) > _MACHINE_WORDS and len(set(words)) * _MACHINE_SHARE < len(words)


@lru_cache(maxsize=4_000)
def level_of(sentence: str) -> int:
    """How plainly a sentence asks, 0 where it asks for nothing."""
    if _is_of_a_machine(sentence.split()):
        return 0
    plain = plain_words(sentence)
    if len(plain.split()) < 2 or patterns("nothing").search(plain):
        return 0
    if patterns("elaboration").search(plain):
        return ELABORATION if ORDER.search(plain) else 0
    if patterns("reply_only").search(plain) and len(content_words(plain)) <= 6:
        return REPLY
    if _FORMULA.search(plain):
        return WEAK
    chasing = bool(patterns("chasing").search(plain))
    if re.search(r"^did you (?:see|get|receive|read)\b", plain, re.I) or (
        chasing and len(content_words(plain)) <= 1
    ):
        return CHASING
    if _TOLD_IN_WONDER.search(plain):
        return WEAK
    question = plain.rstrip(' )*"').endswith("?") or ("?" in plain and len(plain.split()) > 4)
    if patterns("strong").search(plain) and not _about_the_past(plain):
        return STRONG
    if (
        question
        and len(plain.split()) > 3
        and not re.search(
            r"^(?:but |and |so )?(?:she|he|they|i|we|you|sorry|it) [a-z]+\b[^?]{0,40}, (?:right|huh|ok|no|yes)\?$",
            plain,
            re.I,
        )
    ):
        return STRONG
    if (
        QUESTION_START.search(plain)
        and len(plain.split()) > 3
        and "?" not in plain
        and not plain.endswith("!")
    ):
        return STRONG if not re.search(r"^(?:when|what|who|how|where) [^,]{3,60}, ", plain, re.I) else 0
    if chasing:
        return CHASING
    return WEAK if patterns("weak").search(plain) else 0


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
