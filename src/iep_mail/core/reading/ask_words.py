"""A sentence of a request as the word lists of data/asks.toml are matched against it."""

from __future__ import annotations

import re
from functools import cache

from iep_mail.core.reading.sentences import join_apostrophes
from iep_mail.data import load

_QUOTED = re.compile(r'"[^"]*"')


@cache
def patterns(name: str) -> re.Pattern[str]:
    """One word list of data/asks.toml; a word between tildes stands for its expression under [words]."""
    asks = load("asks")
    words: dict[str, str] = asks["words"]
    joined = "|".join(f"(?:{p})" for p in asks[name])
    return re.compile(re.sub(r"~(\w+)~", lambda m: words[m[1]], joined), re.I)


# "hi ginny what days …": a greeting run into the question that follows it.
_CALLED = re.compile(
    r"^(?:hi|hey|hello|good (?:morning|afternoon|evening)|morning)\b(?:[ ,]+(?!(?:what|when|who|where|why|how|can|could|would|will"
    r"|please|pls|do|does|did|is|are|was|has|have|which|any)\b)(?:(?:mr|mrs|ms|dr)\.? )?[a-z'-]+){0,3}[ ,!.–-]+"
    r"(?=(?:whats?|whens?|whos?|wheres?|why|hows?|can|could|would|will|please|pls|do|does|did|is|are|was|has|have|which|any|just|quick|need)\b)",
    re.I,
)


def plain_words(text: str) -> str:
    """A sentence as the word lists want it: no quotation, no greeting before a question, no shorthand."""
    plain = _CALLED.sub("", _QUOTED.sub('""', join_apostrophes(text)).strip())
    return _shorthand().sub(lambda m: load("asks")["shorthand"][m[0].lower()], plain)


@cache
def _shorthand() -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(load('asks')['shorthand'])})\b", re.I)
