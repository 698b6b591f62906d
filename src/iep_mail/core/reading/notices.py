"""What offices and programs add to mail: banners, mobile signatures, confidentiality notices."""

from __future__ import annotations

import re
from functools import cache

from iep_mail.core.reading.signature import is_signature_line
from iep_mail.data import load

RULE = re.compile(r"^\s*(?:[_\-=*~#]\s?){5,}\s*$")
_MOST_BANNER_LINES = 12
_PERSONAL = re.compile(r"\b(?:I|I'm|I’m|I'll|I’ll|I've|I’ve|my|we|p\.?\s?s)\b", re.IGNORECASE)


@cache
def _pattern(table: str) -> re.Pattern[str]:
    return re.compile("(?:" + "|".join(load("quoting")[table]) + ")", re.IGNORECASE | re.DOTALL)


def _matches(table: str, text: str) -> bool:
    return bool(_pattern(table).fullmatch(text.strip(" \t*")))


def without_banner(lines: list[str]) -> list[str]:
    """Without what a mail gateway puts above the text of mail from outside."""
    for _ in range(4):
        start = next((i for i, line in enumerate(lines) if line.strip() and not RULE.match(line)), len(lines))
        end = next(
            (i for i in range(start, len(lines)) if not lines[i].strip() or RULE.match(lines[i])), len(lines)
        )
        paragraph = lines[start : min(end, start + _MOST_BANNER_LINES)]
        count = next((n for n in range(len(paragraph), 0, -1) if _is_banner(paragraph[:n])), 0)
        if not count:
            break
        lines = lines[start + count :]
        below = next((i for i, line in enumerate(lines) if line.strip()), 0)
        if lines and RULE.match(lines[below]):
            lines = lines[below + 1 :]
    return lines


def _is_banner(lines: list[str]) -> bool:
    text = " ".join(line.strip() for line in lines)
    return len(text) < 600 and _matches("banner", text)


def without_notices(lines: list[str]) -> list[str]:
    """Without mobile signatures, and without office notices; what a person wrote under one stays."""
    lines = [line for i, line in enumerate(lines) if not _is_mobile_signature(lines, i)]
    paragraphs = _paragraphs(lines)
    first = next((n for n, p in enumerate(paragraphs) if n and _is_notice(p)), None)
    if first is None:
        return lines
    kept = [p for p in paragraphs[first:] if _is_personal(p)]
    return [line for paragraph in paragraphs[:first] + kept for line in (*paragraph, "")]


def _is_mobile_signature(lines: list[str], index: int) -> bool:
    line = lines[index]
    if len(line) > 200 or not _matches("mobile_signature", line):
        return False
    before = lines[index - 1].strip() if index else ""
    after = lines[index + 1].strip() if index + 1 < len(lines) else ""
    alone = not before or not after or _matches("mobile_signature", after) or RULE.match(after)
    return bool(alone) and not (before and before[-1].isalnum() and line.strip()[0].islower())


def _paragraphs(lines: list[str]) -> list[list[str]]:
    """Groups of lines, parted by empty lines and rules; the rules are gone."""
    found: list[list[str]] = [[]]
    for line in lines:
        if not line.strip() or RULE.match(line):
            found.append([])
        else:
            found[-1].append(line)
    return [paragraph for paragraph in found if paragraph]


def _is_notice(paragraph: list[str]) -> bool:
    text = " ".join(line.strip() for line in paragraph)[:3000].strip(" *_")
    legal = {found[0].lower() for found in _pattern("legal_words").finditer(text)}
    if legal and _pattern("disclaimer").match(text):
        return True
    begun = any(_pattern("disclaimer").match(sentence) for sentence in re.split(r"(?<=[.!])\s+", text)[1:4])
    return begun and len(legal) > 1 and not _PERSONAL.search(text)


def _is_personal(paragraph: list[str]) -> bool:
    text = " ".join(line.strip() for line in paragraph)[:3000]
    if _pattern("legal_words").search(text) or _is_notice(paragraph):
        return False
    return bool(_PERSONAL.search(text)) and not all(map(is_signature_line, paragraph))
