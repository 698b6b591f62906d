"""The words of a page with buttons and links, where a terminal would name a command or an id."""

from __future__ import annotations

import re
from collections import Counter

from iep_mail.core.letters.entries import Page
from iep_mail.data import load
from iep_mail.model import Casebook, Family, Request, SchoolCalendar

# Where iep-mail itself does something, no command is named.
_VERB = r"(?:does|did|is|was|has|had|can|cannot|could|will|would|looks|asks|reads|sends|finds|then|itself)\b"
_COMMAND = (
    rf"iep-mail(?! {_VERB})(?: [a-z][a-z-]+)+"
    r"(?: (?:--[a-z-]+|ID|NAME|[a-z]-[0-9a-f]{4,}|[0-9a-f]{4,}))*"
)
_SENTENCE_OF_A_COMMAND = re.compile(rf"(?:^|(?<=[.?!] )){_COMMAND} tells more\.\s*")
_ASIDE = re.compile(rf"\s*\({_COMMAND}\)")
_POINTED_AT = re.compile(rf"(?:\s+(?:with|run))?[:;,]?\s*`?{_COMMAND}`?(?=[.;,]|\s*$)")
_UNSAFE = re.compile(r"[\x00-\x1f\x7f-\x9f<>:\"|?*\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_LONGEST_NAME = 120


def without_commands(text: str) -> str:
    """A sentence without the command that it points to: on a page there is a button instead."""
    found = _SENTENCE_OF_A_COMMAND.sub("", text)
    found = _POINTED_AT.sub("", _ASIDE.sub("", found)).strip()
    return found if not found or found[-1] in ".!?:”…)" else f"{found}."


def spoken_page(book: Casebook, family: Family, calendar: SchoolCalendar) -> Page:
    """A `Page` that names requests by their day, not by an id: “the request of January 14”."""
    days = Counter((r.case, r.asked_on) for r in book.requests)
    page = Page(book, family, calendar, {})
    names = {r.id: _name(r, page, alone=days[r.case, r.asked_on] == 1) for r in book.requests}
    return Page(book, family, calendar, names)


def _name(request: Request, page: Page, *, alone: bool) -> str:
    day = page.day(request.asked_on).partition(", ")[2]
    return f"the request of {day}" + ("" if alone else f" about {what(request)}")


def what(request: Request) -> str:
    """“records”, “a meeting”: what kind of thing is asked for."""
    words = str(load("page")["what"][str(request.kind)])
    return words[0].lower() + words[1:]


def kinds_of_request() -> dict[str, str]:
    """What can be asked for, by kind, in words for a choice."""
    return {kind: f"{text[0].lower()}{text[1:]}" for kind, text in load("page")["what"].items()}


def safe_name(name: str) -> str:
    """A file name of somebody else's as this computer may keep it: no path, no hidden or command letter."""
    last = re.split(r"[/\\]", name)[-1]
    plain = _UNSAFE.sub("_", last).strip(" .")
    return plain[-_LONGEST_NAME:] or "attachment"


def megabytes(size: int) -> str:
    """“1.2 MB”, “34 kB”."""
    return f"{size / 1e6:.1f} MB" if size >= 100_000 else f"{max(1, round(size / 1000))} kB"
