"""What a message itself adds: its text without quotes, signature and office notices.

The original is kept; this is a view. Over-stripping loses an answer, so in doubt a line stays.
"""

from __future__ import annotations

import re
from functools import cache

from iep_mail.core.reading.notices import RULE, without_banner, without_notices
from iep_mail.core.reading.signature import without_signature
from iep_mail.data import load

_QUOTE_MARK = re.compile(r"\s{0,3}(?:>|&gt;)(?!\s?=?\s?\d+(?:\.\d+)?\s?(?:%|percent\b))")
_INVISIBLE = dict.fromkeys(map(ord, "\ufeff\u200b\u200c\u200d\u2060\u00ad\u200e\u200f"))
_TIME_OF_DAY = re.compile(r"\d{1,2}[:.]\d\d")
# "Rosa Delgado wrote:" introduces a quote only where marked lines follow.
_BARE_ATTRIBUTION = re.compile(r"(?:[A-Z][\w.'’-]{0,30},?\s+){1,4}(?:wrote|writes|said|escribi[óo])\s*:")
_GROUPWISE = re.compile(r"(?:>>>|&gt;&gt;&gt;)\s*\S.{2,120}\d.{0,30}(?:>>>|&gt;&gt;&gt;)")
# What stands in plain text for a picture of the page.
_PICTURE = re.compile(r"\[(?:cid:|image:|inline image|logo:)[^\]\n]{0,200}\]|<image\d{1,4}\.\w{2,5}>", re.I)
# Of a text that is longer nobody wrote the rest.
MOST_LINES = 10_000
MOST_CHARACTERS = 200_000
_LONGEST_ATTRIBUTION = 320  # characters, over at most four lines


def new_text(text: str, sender_name: str = "") -> str:
    """The text that a message adds, greeting included; paragraphs are parted by one empty line.

    `sender_name` helps to know a signature. Answers written between quoted lines stay.
    """
    lines = without_banner(_lines(text))
    lines = _without_quotes(lines)
    lines = without_notices(lines)
    lines = without_signature(lines, sender_name)
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def is_forward(text: str, subject: str = "") -> bool:
    """Whether it hands on somebody else's message: a forwarding line, or an FW: subject over a quote."""
    lines = _lines(text)
    marked = any(_matches("forwarded", line) for line in lines if len(line) < 200)
    return marked or bool(
        re.match(r"\s*(?:fw|fwd|wg|rv)\s*:", subject, re.IGNORECASE) and _cut_at(lines) is not None
    )


def _lines(text: str) -> list[str]:
    plain = (
        text[:MOST_CHARACTERS]
        .replace("\r\n", "\n")
        .replace("\r", "\n")
        .replace("\u00a0", " ")
        .translate(_INVISIBLE)
    )
    plain = _PICTURE.sub("", plain)
    return [line.rstrip() for line in plain.split("\n", MOST_LINES)[:MOST_LINES]]


@cache
def _pattern(table: str) -> re.Pattern[str]:
    return re.compile("(?:" + "|".join(load("quoting")[table]) + ")", re.IGNORECASE | re.DOTALL)


def _matches(table: str, line: str) -> bool:
    return bool(_pattern(table).fullmatch(line.strip(" \t*")))


# --- an earlier message below, unmarked -----------------------------------------------------


def _without_quotes(lines: list[str]) -> list[str]:
    cut = _cut_at(lines)
    if cut is not None:
        kept = lines[:cut]
        while kept and (RULE.match(kept[-1]) or not kept[-1].strip()):
            kept.pop()
        lines = kept
    return _without_marked(lines)


def _cut_at(lines: list[str]) -> int | None:
    """The line where an unmarked earlier message begins: a divider, a header block, an attribution."""
    above = False  # whether anything stands above
    for index, line in enumerate(lines):
        if len(line) < 400 and _GROUPWISE.fullmatch(line.strip()):
            return index
        if not line.strip() or _QUOTE_MARK.match(line):
            continue
        if len(line) < 400:
            if _matches("divider", line) or (above and _matches("reply_above", line)):
                return index
            start = _header_block(lines, index)
            if start is not None:
                return start
        if _is_unmarked_attribution(lines, index):
            return index
        above = True
    return None


_FIELDS = {
    "from": "from|author|de|von|remitente",
    "sent": "sent|enviado(?: el)?|enviada(?: el)?|gesendet",
    "date": "date|fecha|datum",
    "to": "to|para|an",
    "cc": "cc|bcc|cco?|importance|reply-to|attachments?|sent by|archivos adjuntos|importancia",
    "subject": "subject|asunto|betreff",
}
_FIELD = re.compile(
    r"\W{0,6}(?:" + "|".join(f"(?P<{name}>{words})" for name, words in _FIELDS.items()) + r")\b\W{0,3}?:",
    re.I,
)
_MOST_BLOCK_LINES = 40


def _header_block(lines: list[str], index: int) -> int | None:
    """Where the head of a copied message begins, if its first field stands at `index`.

    A letter may carry From, To, Date and Subject too: a copied head has an hour, an address or a "Sent".
    """
    first = _FIELD.match(lines[index])
    if first is None or first.lastgroup not in ("from", "to", "sent", "date", "subject"):
        return None
    fields, end = _fields_from(lines, index)
    start = index if first.lastgroup != "to" else _lotus_start(lines, index)
    if first.lastgroup == "from":
        needed = len(fields) >= 3
    else:
        needed = "subject" in fields and (bool({"from", "sent"} & fields) or start < index)
    block = "\n".join(lines[start:end])
    copied = "sent" in fields or "@" in block or _TIME_OF_DAY.search(block)
    return start if needed and copied else None


def _fields_from(lines: list[str], index: int) -> tuple[set[str], int]:
    fields: set[str] = set()
    blank = continued = 0
    end = index
    for number in range(index, min(len(lines), index + _MOST_BLOCK_LINES)):
        line = lines[number]
        found = _FIELD.match(line) if len(line) < 2000 else None
        if found is not None:
            fields.add(str(found.lastgroup))
            end, blank, continued = number + 1, 0, 0
        elif not line.strip():
            blank += 1
            if blank > 1:
                break
        elif blank or continued > 12 or "subject" in fields or not _continues(line):
            break
        else:
            continued += 1
    return fields, end


def _continues(line: str) -> bool:
    """A wrapped list of addresses."""
    return line[:1] in " \t" or bool(re.search(r"[@;<>/]|,\s*$", line)) or len(line) < 40


def _lotus_start(lines: list[str], index: int) -> int:
    """Notes puts the sender and the hour on lines above "To:"; `index` where there are none."""
    for number in range(index - 1, max(-1, index - 4), -1):
        if re.search(
            r"\d{1,2}/\d{1,2}/\d{2,4}\b.{0,6}\d{1,2}:\d\d|^\s*\d{1,2}:\d\d:\d\d\s*[AP]M", lines[number]
        ):
            start = number
            while (
                start
                and number - start < 3
                and lines[start - 1].strip()
                and not lines[start - 1].strip().endswith((".", "?", "!"))
            ):
                start -= 1
            return start
        if lines[number].strip() and not re.match(r"\s*sent by", lines[number], re.I):
            break
    return index


def _is_unmarked_attribution(lines: list[str], index: int) -> bool:
    """ "On …, … wrote:" with nothing marked below: that program quotes without marks, all below is old.

    "On March 3 you wrote:" is a person's own sentence; a program gives an hour or an address.
    """
    end = _attribution_end(lines, index)
    if end is None:
        started = _pattern("attribution_start").match(lines[index].strip()[:_LONGEST_ATTRIBUTION])
        return bool(started and _TIME_OF_DAY.search(started[0]) and "@" in started[0])
    words = " ".join(lines[index : end + 1])
    exact = _TIME_OF_DAY.search(words) or "@" in words
    return bool(exact) and not _marked_below(lines, end)


def _attribution_end(lines: list[str], index: int) -> int | None:
    """The last line of an attribution that begins here and may be wrapped over four lines."""
    words = ""
    for number in range(index, min(index + 4, len(lines))):
        if not lines[number].strip():
            return None
        words = f"{words} {lines[number].strip()}".strip()
        if len(words) > _LONGEST_ATTRIBUTION:
            return None
        if words.endswith(":") and _matches("attribution", words) and re.search(r"\d|@|<", words):
            return number
    return None


def _marked_below(lines: list[str], end: int) -> bool:
    found = 0
    for line in lines[end + 1 :]:
        if line.strip():
            if _QUOTE_MARK.match(line):
                return True
            found += 1
            if found == 3:
                break
    return False


# --- lines marked as quoted -----------------------------------------------------------------


def _without_marked(lines: list[str]) -> list[str]:
    """Without lines marked by `>` and what introduces them; answers between them stay."""
    kept: list[str] = []
    index = 0
    while index < len(lines):
        if _QUOTE_MARK.match(lines[index]) or _is_wrapped_quote(lines, index):
            index += 1
            if kept and kept[-1]:
                kept.append("")
            continue
        end = _attribution_end(lines, index) if lines[index].strip() else None
        if end is None and _BARE_ATTRIBUTION.fullmatch(lines[index].strip()):
            end = index
        if end is not None and _marked_below(lines, end):
            index = end + 1
            continue
        kept.append(lines[index])
        index += 1
    return kept


def _is_wrapped_quote(lines: list[str], index: int) -> bool:
    """The rest of a quoted line that a program broke: a few words in small letters between marked lines."""
    if not 0 < index < len(lines) - 1:
        return False
    before, line, after = lines[index - 1 : index + 2]
    return (
        len(before) > 64
        and bool(_QUOTE_MARK.match(before) and _QUOTE_MARK.match(after))
        and 0 < len(line.strip()) < 26
        and line.strip()[0].islower()
    )
