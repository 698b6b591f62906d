"""What a message itself adds: its text without quotes, signature and office notices.

The original is kept; this is a view. Over-stripping loses an answer, so in doubt a line stays.
"""

from __future__ import annotations

import re
from functools import cache

from iep_mail.core.reading.inline_answers import inline_answers
from iep_mail.core.reading.notices import RULE, without_banner, without_notices
from iep_mail.core.reading.signature import without_signature
from iep_mail.data import load

_QUOTE_MARK = re.compile(r"\s{0,3}(?:>|&gt;)(?!\s?=?\s?\d+(?:\.\d+)?\s?(?:%|percent\b))")
_INVISIBLE = dict.fromkeys(
    map(
        ord,
        "\ufeff\u200b\u200c\u200d\u2060\u00ad\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069",
    )
)
_TIME_OF_DAY = re.compile(r"\d{1,2}[:.]\d\d")
# "Rosa Delgado wrote:" introduces a quote only where marked lines follow.
_BARE_ATTRIBUTION = re.compile(r"(?:[A-Z][\w.'’-]{0,30},?\s+){1,4}(?:wrote|writes|said|escribi[óo])\s*:")
_ADDRESS = re.compile(r"[^\s<>@]+@[^\s<>@]+\.[^\s<>@]+")
_HOUR_OR_YEAR = re.compile(r"\d{1,2}[:.]\d\d|\b20\d\d\b|\d{4}年")
_SHORTEST_WRAPPED = 40  # characters of a line that a program would wrap
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
    lines = _without_quotes(lines, sender_name)
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


def _without_quotes(lines: list[str], sender_name: str) -> list[str]:
    cut = _cut_at(lines)
    below = None if cut is None else _answered_below(lines, cut)
    if below is not None:
        return _without_marked(below)
    if cut is not None:
        kept = lines[:cut]
        while kept and (RULE.match(kept[-1]) or not kept[-1].strip()):
            kept.pop()
        answers = inline_answers(kept, lines[cut:], sender_name)
        lines = [*kept, "", *answers] if answers else kept
    return _without_marked(lines)


def _answered_below(lines: list[str], cut: int) -> list[str] | None:
    """The lines under the head of an earlier message at the top, where answers stand between its marked lines."""
    if any(line.strip() for line in lines[:cut]):
        return None
    end = cut
    while end < min(len(lines), cut + _MOST_BLOCK_LINES) and not _QUOTE_MARK.match(lines[end]):
        end += 1
    fields = [line for line in lines[cut:end] if line.strip()]
    if end == len(lines) or not all(_FIELD.match(line) or _matches("divider", line) for line in fields):
        return None
    written = [line for line in lines[end:] if line.strip() and not _QUOTE_MARK.match(line)]
    return lines[end:] if written else None


def _cut_at(lines: list[str]) -> int | None:
    """The line where an unmarked earlier message begins: a divider, a header block, an attribution."""
    above = False  # whether anything stands above
    for index, line in enumerate(lines):
        if _opens_groupwise(lines, index):
            return index
        if not line.strip() or _QUOTE_MARK.match(line):
            continue
        if len(line) < 400:
            if _matches("divider", line) or (above and _matches("reply_above", line)):
                return index
            if _ADDRESS.search(line) and _TIME_OF_DAY.search(line) and _lotus_head(lines, index):
                return index
            start = _header_block(lines, index)
            if start is not None:
                return start
        if _is_unmarked_attribution(lines, index):
            return index
        above = True
    return None


_FIELDS = {
    "from": "from|author|de|von|remitente|da|od|van|от(?: кого)?|від|发件人|寄件者|寄件人|發件人|보낸 ?사람|差出人|từ|người gửi|soti(?: nan)?|من|mula(?: kay)?",
    "sent": "sent|enviado(?: el| em)?|enviada(?: el| em)?|gesendet|envoyé(?: le)?|inviato|wysłano|verzonden|отправлено|надіслано|发送时间|發送時間|傳送時間|寄件日期|보낸 ?날짜|送信日時|đã gửi|voye|تم الإرسال|ipinadala",
    "date": "date|fecha|datum|data|дата|日期|날짜|日付|ngày|dat|التاريخ|petsa",
    "to": "to|para|an|à|a|do|aan|кому|收件人|收件者|받는 ?사람|宛先|đến|tới|người nhận|pou|إلى|kay",
    "cc": "cc|bcc|cco?|importance|reply-to|attachments?|sent by|archivos adjuntos|importancia|копия|копія|抄送|副本|참조|đồng gửi|نسخة",
    "subject": "subject|asunto|betreff|objet|assunto|oggetto|temat|onderwerp|тема|主题|主題|主旨|제목|件名|chủ đề|tiêu đề|sijè|الموضوع|paksa",
}
_FIELD = re.compile(
    r"\W{0,6}(?:" + "|".join(f"(?P<{name}>{words})" for name, words in _FIELDS.items()) + r")\b\W{0,3}?[:：]",
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


def _opens_groupwise(lines: list[str], index: int) -> bool:
    """ ">>> Rosa 3/3/2026 3:15 PM >>>", perhaps over two lines."""
    return any(
        len(words) < 400 and _GROUPWISE.fullmatch(words)
        for words in (" ".join(lines[index : index + count]).strip() for count in (1, 2))
    )


def _lotus_head(lines: list[str], index: int) -> bool:
    """Notes of old: the sender and the hour on a line, and under it "To", alone."""
    below = [line.strip().lower() for line in lines[index + 1 : index + 12] if line.strip()]
    return below[:1] == ["to"] and "subject" in below


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
    return bool(exact) and (not _marked_below(lines, end) or _indented_below(lines, end))


def _attribution_end(lines: list[str], index: int) -> int | None:
    """The last line of an attribution that begins here and may be wrapped over four lines."""
    named = _named_attribution_end(lines, index)
    return _foreign_attribution_end(lines, index) if named is None else named


def _foreign_attribution_end(lines: list[str], index: int) -> int | None:
    """In whatever language: a line (or two) with an address and an hour or a year, and a colon at its end.

    Over marked lines an address alone will do.
    """
    for number in (index, index + 1):
        if number >= len(lines) or not lines[number].strip():
            return None
        words = " ".join(line.strip() for line in lines[index : number + 1])
        if len(words) > _LONGEST_ATTRIBUTION:
            return None
        if words.endswith((":", "：")) and _ADDRESS.search(words):
            if _HOUR_OR_YEAR.search(_ADDRESS.sub("", words)) or _marked_next(lines, number):
                return number
            return None
        if len(words) < _SHORTEST_WRAPPED or words.endswith((".", "?", "!")):
            return None
    return None


def _marked_next(lines: list[str], end: int) -> bool:
    below = next((line for line in lines[end + 1 :] if line.strip()), "")
    return bool(_QUOTE_MARK.match(below))


def _named_attribution_end(lines: list[str], index: int) -> int | None:
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


def _indented_below(lines: list[str], end: int) -> bool:
    """Some programs set the whole of the earlier message in by a space, with the marks that it had."""
    below = [line for line in lines[end + 1 :] if line.strip()]
    return bool(below) and all(line[0] == " " for line in below)


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
