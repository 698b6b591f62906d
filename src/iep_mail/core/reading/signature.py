"""Where a letter's closing and signature begin."""

from __future__ import annotations

import re
from functools import cache

from iep_mail.data import load

_MARK = re.compile(r"^-- ?$")
_POSTSCRIPT = re.compile(r"\s*p\.?\s?s\.?\b[\s:.,-]", re.IGNORECASE)
_MOST_LINES = 14


@cache
def _closing() -> re.Pattern[str]:
    return re.compile("(?:" + "|".join(load("quoting")["closing"]) + ")", re.IGNORECASE)


def without_signature(lines: list[str], sender_name: str) -> list[str]:
    """The lines above the closing or the signature, and a P.S. below it."""
    mark = _mark_at(lines)
    if mark is not None:
        lines = lines[:mark] + _postscript(lines[mark:])
    start = next((i for i in range(len(lines) - 1, 0, -1) if _POSTSCRIPT.match(lines[i])), None)
    if start is None:
        return _cut(lines, sender_name)
    return [*_cut(lines[:start], sender_name), "", *_cut(lines[start:], sender_name)]


def _cut(lines: list[str], sender_name: str) -> list[str]:
    names = _names(sender_name)
    lines = lines[: _signed_at(lines, names)]
    lines = lines[: _block_at(lines, names)]
    return lines[: _closing_at(lines, names)]


def _names(sender_name: str) -> list[str]:
    found = re.findall(r"[^\W\d_]{2,}", sender_name.lower())
    return [name for name in found if name not in ("mr", "mrs", "ms", "dr")]


def _signed_at(lines: list[str], names: list[str]) -> int | None:
    """Where a closing stands over the sender's whole name: what an office lets follow says nothing more.

    A notice, a motto or the hours of an office end there too; what the sender goes on to say does not.
    """
    for index in range(1, len(lines)):
        if not _is_closing(lines[index].strip()):
            continue
        below = [line.strip() for line in lines[index + 1 :] if line.strip()]
        known = below and sum(name in below[0].lower() for name in names) >= 2 and _is_name(below[0], names)
        if known and not any(_GOES_ON.search(line) for line in below[1:]):
            return index
    return None


def _block_at(lines: list[str], names: list[str]) -> int | None:
    """Where the sender's whole name stands over an office: what follows in its paragraph is signature too,

    and so is a saying or a motto under it that speaks to nobody.
    """
    for index in range(len(lines) - 1, 0, -1):
        line = lines[index].strip()
        known = sum(name in line.lower() for name in names)
        if known < 2 or not _is_name(line, names):
            continue
        below = "\n".join(lines[index + 1 :]).strip("\n").split("\n\n")
        office = bool(_OFFICE.search(below[0].split("\n")[0]))
        short = len([text for text in lines[index:] if text.strip()]) <= _MOST_LINES
        speaks = any(_NO_SLOGAN.search(text) and not _MOTTO.search(text) for text in below[1:])
        return index if office and short and not speaks and not _CONTENT.search(below[0]) else None
    return None


# Who goes on below the own name says I, asks, or tells of days and amounts.
_GOES_ON = re.compile(r"\b(?:I|I['’]\w+|my|me)\b|\?\s*$|^(?:also|one more|by the way|btw|oh and)\b", re.I)
_MOTTO = re.compile(
    r"^\W*(?i:our |the )?(?i:mission|vision|motto)\b|(?:[~–—-]|―)\s*[A-Z][\w.]*(?:\s+[A-Z][\w.]*){0,3}\s*$"
)


def _mark_at(lines: list[str]) -> int | None:
    """The line "-- " above a signature that is not too long to be one."""
    found, below = None, 0
    for index in range(len(lines) - 1, -1, -1):
        below += bool(lines[index].strip())
        if below > _MOST_LINES + 4:
            break
        if _MARK.match(lines[index]):
            found = index
    return found


def _postscript(lines: list[str]) -> list[str]:
    """A P.S. under the name is part of the message."""
    for index, line in enumerate(lines):
        if _POSTSCRIPT.match(line):
            return ["", *lines[index:]]
    return []


def _closing_at(lines: list[str], names: list[str]) -> int | None:
    """Where the closing and the signature begin: everything below is short and no sentence."""
    first = max(0, len(lines) - _MOST_LINES * 6)
    sayings = _sayings(lines, first)
    best, below, slogan = None, list[str](), False
    for index in range(len(lines) - 1, first - 1, -1):
        line = lines[index].strip()
        if not line or index in sayings:
            continue
        if (_is_closing(line) and (index > 0 or below)) or (index > 0 and _is_name(line, names)):
            if slogan and not any(map(_OFFICE.search, below)):
                break
            best = index
        below.append(line)
        if len(below) > _MOST_LINES:
            break
        if not is_signature_line(line):
            # "We are Wildcats!" may stand once under a name and an office, never above them.
            if best is not None or slogan or not _is_slogan(line):
                break
            slogan = True
    return best


_SAYING = re.compile(r"[\"“'‘*_]{1,3}\w.{10,390}?[\"”'’*_]{1,3}(?:\W{0,6}[-–—~].{2,60}|\W{0,3})", re.DOTALL)


def _sayings(lines: list[str], first: int) -> set[int]:
    """The lines of a quotation under a signature, with its author, over several lines too."""
    found: set[int] = set()
    start = first
    for index in range(first, len(lines) + 1):
        if index < len(lines) and lines[index].strip():
            continue
        if 0 < index - start <= 5 and _SAYING.fullmatch("\n".join(lines[start:index]).strip()):
            found.update(range(start, index))
        start = index + 1
    return found


_NO_SLOGAN = re.compile(
    r"\b(?:I|I'm|I’m|my|please|he|she|his|her|today|tomorrow|not|you|your|will|would|could)\b|\?|n['’]t\b",
    re.I,
)
_OFFICE = re.compile(
    r"\b(?:principal|teacher|psychologist|pathologist|therapist|coordinator|director|counselor|specialist|case manager|"
    r"superintendent|secretary|social worker|case ?manager|liaison|slp|clerk|nurse|registrar|diagnostician|paraprofessional|bcba|elementary|middle school|high school|district)\b|@|https?:|\d{3}[-.) ]+\d{4}",
    re.I,
)


def _is_slogan(line: str) -> bool:
    return len(line) < 70 and not _NO_SLOGAN.search(line) and not _CONTENT.search(line)


_THANKS_FOR = re.compile(r"(?:many\s+|again,?\s+)?(?:thanks|thank\s+you|thx|gracias)\b.{0,60}[,!]", re.I)


def _is_closing(line: str) -> bool:
    if line.endswith(".") and re.search(r"\bfor your\b", line, re.I):
        return False
    if line.endswith(",") and _THANKS_FOR.fullmatch(line):
        return True
    return (len(line) < 60 and bool(_closing().fullmatch(line.rstrip(" ,.!-–—~:)\t\u2764，،。！")))) or bool(
        re.fullmatch(
            r"(?i:thanks|thank you|thx|best|regards)[,.! ]+[-–—~]*\s*[A-Z][\w.'’-]*(?:\s+[A-Z][\w.'’-]*)?[.!]?",
            line,
        )
    )


def _is_name(line: str, names: list[str]) -> bool:
    """The sender's name on a line of its own, with or without a title, initials or a dash before it."""
    if len(line) > 60 and line.count("|") > 1 and len(names) > 1:
        return line.lower().startswith(" ".join(names))
    if len(line) > 60 or not names:
        return False
    bare = line.strip(" -–—~*,.").removeprefix("/s/")
    words = re.findall(r"[^\W\d_]+", bare.lower())
    if not words or len(words) > 7 or re.search(r"[?!:;]", bare):
        return False
    titled = re.split(r",|\|| - |\(| and | & ", bare)[0]
    plain = [
        w
        for w in re.findall(r"[^\W\d_]+", titled.lower())
        if w not in ("mr", "mrs", "ms", "miss", "dr", "and", "coach")
    ]
    known = [
        w
        for w in plain
        if w in names
        or any(len(w) == 1 and n.startswith(w) for n in names)
        or any(len(w) > 2 and n.startswith(w) for n in names)
    ]
    short_for = len(plain) in (2, 3) and plain[-1] == names[-1] and titled.strip(" -–—~*")[:1].isupper()
    return (bool(known) and len(known) == len(plain)) or (len(plain) <= 4 and len(known) >= 2) or short_for


# What an office lets stand under every message: its hours, its places, its wishes.
_STANDING = re.compile(
    r"\b(?:(?:office|work(?:ing)?|regular|school|contract) (?:hours|days|schedule)|(?:may|do|will) not (?:reply|respond|check|be able"
    r" to (?:reply|respond))|(?:reply|respond) (?:to e-?mails? )?(?:within|during)|part[- ]time|i am (?:at|only|available|in (?:the )?"
    r"(?:building|office))\b|in the (?:office|building) (?:on )?[a-z]+days?|follow us|like us on|connect with us|visit (?:us|our)"
    r"|book (?:a|an|time)|schedule an? \w+ (?:with me|here)|consider the environment|before printing|pronouns|mailbox is (?:not )?(?:monitored|checked|read))",
    re.I,
)


_SPEAKS = re.compile(
    r"\b(?:I|I'm|I’m|I'll|I’ll|we|you|your|please|will|would|could|can|was|were|is|are|have|has)\b"
)
_SIGNED = re.compile(r"[|@]|\bhttps?://|^[\"“*].*[\"”*]$|^(?:she|he|they)/")
# What an answer is made of: days, hours, amounts, items of a list.
_CONTENT = re.compile(
    r"\b(?:mon|tues|wednes|thurs|fri|satur|sun)day\b|(?<![\d/-])\d{1,2}/\d{1,2}(?![\d/-])|\b\d{1,2}:\d\d\b|\d\s*%"
    r"|\b\d+\s*(?:sessions?|minutes?|mins?|days?|weeks?|times|trials?|points?|percent)\b|^\s*(?:[-•*]\s+\w|\d{1,2}[.)]\s)"
    r"|^(?:yes|no|yep|nope|sí|not yet)\b|\b(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]*\.?\s+\d{1,2}(?!\d)",
    re.I,
)
_OF_AN_OFFICE = re.compile(
    r"\b(?:hours|office|phone|cell|fax|tel|ext|planning|prep|conference period)\b|@|https?:", re.I
)


def is_signature_line(line: str) -> bool:
    """Short and no sentence: a name, a title, a school, a telephone number, an address."""
    text = line.strip()
    if len(text) < 120 and _STANDING.search(text) and not text.endswith("?"):
        return True
    if len(text) > 95:
        return bool(re.search(r"https?://|www\.|@|\|", text)) and len(text) < 200
    if text.endswith("?") or (_CONTENT.search(text) and not _OF_AN_OFFICE.search(text)):
        return False
    if _SPEAKS.search(text) and not _SIGNED.search(text):
        closes = _closing().fullmatch(text.rstrip(" ,.!-–—~:"))
        return bool(closes or re.match(r"[\"“”'‘*]", text))
    return not (text.endswith(".") and len(text.split()) > 6)
