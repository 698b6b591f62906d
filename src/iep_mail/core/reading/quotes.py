"""What a message itself adds: its text without quotes, signature and office notices.

The original is kept; this is a view. Over-stripping loses an answer, so in doubt a line stays.
"""

from __future__ import annotations

import re
from functools import cache

from iep_mail.data import load

_ORIGINAL_HEADER = re.compile(r"^\W*(?:from|de|von)\W*:\W*\S.*$", re.IGNORECASE)
_HEADER_LINE = re.compile(
    r"^\W*(?:sent|date|to|cc|subject|importance|enviado|fecha|para|asunto|gesendet|an|betreff|reply-to|attachments)\W*:",
    re.IGNORECASE,
)
_QUOTE_MARK = re.compile(r"^\s{0,3}(?:>|&gt;|\|\s)")
_RULE = re.compile(r"^\s*(?:[_\-=*~]\s?){5,}\s*$")
_SIGNATURE_MARK = re.compile(r"^-- ?$")
_POSTSCRIPT = re.compile(r"\s*p\.?\s?s\.?\b[\s:.,-]", re.IGNORECASE)
_MOST_SIGNATURE_LINES = 14


def new_text(text: str, sender_name: str = "") -> str:
    """The text that a message adds, greeting included; paragraphs are parted by one empty line.

    `sender_name` helps to know a signature. Answers written between quoted lines stay.
    """
    lines = [line.rstrip() for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n")]
    lines = _without_banner(lines)
    lines = _without_quotes(lines)
    lines = _without_notices(lines)
    lines = _without_signature(lines, sender_name)
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def is_forward(text: str, subject: str = "") -> bool:
    """Whether it hands on somebody else's message: a forwarding line, or an FW: subject over a quote."""
    marked = any(_matches("forwarded", line) for line in text.splitlines())
    return marked or bool(
        re.match(r"\s*(?:fw|fwd|wg|rv)\s*:", subject, re.IGNORECASE)
        and _cut_at(text.splitlines()) is not None
    )


@cache
def _pattern(table: str) -> re.Pattern[str]:
    return re.compile("(?:" + "|".join(load("quoting")[table]) + ")", re.IGNORECASE | re.DOTALL)


def _matches(table: str, line: str) -> bool:
    return bool(_pattern(table).fullmatch(line.strip(" \t*\u200b")))


def _begins(table: str, line: str) -> bool:
    return bool(_pattern(table).match(line.strip()))


# --- quotes ---------------------------------------------------------------------------------


def _without_quotes(lines: list[str]) -> list[str]:
    cut = _cut_at(lines)
    if cut is not None:
        kept = lines[:cut]
        while kept and _RULE.match(kept[-1]):
            kept.pop()
        lines = kept
    return _without_marked(lines)


def _cut_at(lines: list[str]) -> int | None:
    """The line where an unmarked earlier message begins: a divider, or Outlook's header block."""
    for index, line in enumerate(lines):
        if not line.strip() or _QUOTE_MARK.match(line):
            continue
        if _matches("divider", line):
            return index
        if _ORIGINAL_HEADER.match(line) and _is_header_block(lines[index + 1 : index + 9]):
            return index
        end = _attribution_end(lines, index)
        if end is not None and not _marked_below(lines, end):
            # Nothing below is marked as quoted: the program quotes without marks, all below is old.
            return index
    return None


def _is_header_block(following: list[str]) -> bool:
    found = [line for line in following if _HEADER_LINE.match(line)]
    return len(found) >= 2


def _attribution_end(lines: list[str], index: int) -> int | None:
    """The last line of an attribution that begins here and may be wrapped over three lines."""
    for count in (1, 2, 3, 4):
        words = " ".join(line.strip() for line in lines[index : index + count])
        if len(words) > 320:
            return None
        if not lines[index + count - 1 : index + count]:
            return None
        if _matches("attribution", words) and re.search(r"\d|@|<", words):
            return index + count - 1
    return None


def _marked_below(lines: list[str], end: int) -> bool:
    following = [line for line in lines[end + 1 :] if line.strip()]
    return bool(following) and any(_QUOTE_MARK.match(line) for line in following[:3])


def _without_marked(lines: list[str]) -> list[str]:
    """Without lines marked by `>` and what introduces them; answers between them stay."""
    kept: list[str] = []
    index = 0
    while index < len(lines):
        if _QUOTE_MARK.match(lines[index]):
            index += 1
            if kept and kept[-1]:
                kept.append("")
            continue
        end = _attribution_end(lines, index) if lines[index].strip() else None
        if end is not None and _marked_below(lines, end):
            index = end + 1
            continue
        kept.append(lines[index])
        index += 1
    return kept


# --- notices --------------------------------------------------------------------------------


def _without_banner(lines: list[str]) -> list[str]:
    index = 0
    while index < len(lines) and not lines[index].strip():
        index += 1
    end = index
    while end < len(lines) and lines[end].strip():
        end += 1
    first = " ".join(line.strip() for line in lines[index:end])
    if _matches("banner", first) and re.search(r"external|outside|often get|caution", first, re.IGNORECASE):
        return lines[end:]
    if (
        index < end
        and _matches("banner", lines[index])
        and re.search("external|outside|often get", lines[index], re.IGNORECASE)
    ):
        return lines[index + 1 :]
    return lines


def _without_notices(lines: list[str]) -> list[str]:
    """Without mobile signatures, and without office notices that only notices follow."""
    lines = [line for line in lines if not _matches("mobile_signature", line)]
    starts = [
        i
        for i, line in enumerate(lines)
        if line.strip() and (i == 0 or not lines[i - 1].strip() or _RULE.match(lines[i - 1]))
    ]
    for start in starts:
        if _begins("disclaimer", lines[start]) and start > 0 and len(" ".join(lines[start:])) > 60:
            kept = lines[:start]
            while kept and (not kept[-1].strip() or _RULE.match(kept[-1])):
                kept.pop()
            return kept
    return lines


# --- signatures -----------------------------------------------------------------------------


def _without_signature(lines: list[str], sender_name: str) -> list[str]:
    for index, line in enumerate(lines):
        if _SIGNATURE_MARK.match(line) and len(_filled(lines[index:])) <= _MOST_SIGNATURE_LINES + 4:
            lines = lines[:index] + _postscript(lines[index:])
            break
    cut = _closing_at(lines, sender_name)
    return lines if cut is None else lines[:cut] + _postscript(lines[cut:])


def _filled(lines: list[str]) -> list[str]:
    return [line for line in lines if line.strip()]


def _postscript(lines: list[str]) -> list[str]:
    """A P.S. under the name is part of the message."""
    for index, line in enumerate(lines):
        if _POSTSCRIPT.match(line):
            return ["", *lines[index:]]
    return []


def _closing_at(lines: list[str], sender_name: str) -> int | None:
    """Where the closing and the signature begin: everything below is short and no sentence."""
    names = [
        n for n in re.findall(r"[^\W\d_]{2,}", sender_name.lower()) if n not in ("mr", "mrs", "ms", "dr")
    ]
    best = None
    for index in range(len(lines) - 1, -1, -1):
        below = _filled(lines[index + 1 :])
        stop = next((i for i, text in enumerate(below) if _POSTSCRIPT.match(text)), None)
        below = below if stop is None else below[:stop]
        if len(below) > _MOST_SIGNATURE_LINES:
            break
        line = lines[index].strip()
        if not line or not all(map(_signature_like, below)):
            if line and below and not all(map(_signature_like, below)):
                break
            continue
        if (_is_closing(line) and (index > 0 or below)) or (index > 0 and _is_name(line, names)):
            best = index
    return best


def _is_closing(line: str) -> bool:
    return (
        len(line) < 60 and bool(_pattern("closing").fullmatch(line.rstrip(" ,.!-–—~:)\t\u2764")))
    ) or bool(
        re.fullmatch(
            r"(?:thanks|thank you|thx|best|regards)[,.! ]+[-–—~]*\s*[A-Z][\w.'’-]*(?:\s+[A-Z][\w.'’-]*)?[.!]?",
            line,
        )
    )


def _is_name(line: str, names: list[str]) -> bool:
    """The sender's name on a line of its own, with or without a title, initials or a dash before it."""
    if len(line) > 60 or not names:
        return False
    bare = line.strip(" -–—~*,.")
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
    return (bool(known) and len(known) == len(plain)) or (len(plain) <= 4 and len(known) >= 2)


def _signature_like(line: str) -> bool:
    """Short and no sentence: a name, a title, a school, a telephone number, an address."""
    text = line.strip()
    if len(text) > 95:
        return bool(re.search(r"https?://|www\.|@|\|", text)) and len(text) < 200
    if text.endswith("?"):
        return False
    if re.search(
        r"\b(?:I|I'm|I’m|I'll|I’ll|we|you|your|please|will|would|could|can|was|were|is|are|have|has)\b", text
    ) and not re.search(r"[|@]|\bhttps?://|^[\"“*].*[\"”*]$|^(?:she|he|they)/", text):
        return bool(_pattern("closing").fullmatch(text.rstrip(" ,.!-–—~:"))) or bool(
            re.match(r"[\"“”'‘*]", text)
        )
    return not (text.endswith(".") and len(text.split()) > 6)
