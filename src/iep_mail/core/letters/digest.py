"""The page that the parent reads in the morning: first the one thing for today, then the rest."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import StrictUndefined

from iep_mail.core.filing.threads import base_subject
from iep_mail.core.letters.facts import late, trimmed
from iep_mail.core.letters.people import name_of, plain_name
from iep_mail.core.letters.sandbox import bounded, compiled, environment, long_date
from iep_mail.core.tracking.deadlines import explain
from iep_mail.model import (
    Casebook,
    CommitmentStatus,
    Draft,
    Family,
    Flag,
    FlagKind,
    MailboxState,
    Request,
    SchoolCalendar,
)

# What is due later than this is not tonight's worry.
AHEAD_DAYS = 14
_IN_FULL = 6
# These inform or ask for a look; they are listed in a line each.
_MINOR = frozenset({FlagKind.DUE_SOON, FlagKind.POSSIBLE_ANSWER, FlagKind.UNREADABLE_MESSAGE})


@dataclass(frozen=True, slots=True)
class DigestLine:
    """One line of the page. `kind`: title, heading, rule, quote, item, text or blank."""

    kind: str
    text: str


def render_digest(
    casebook: Casebook,
    family: Family,
    mailboxes: Sequence[MailboxState],
    template: str,
    width: int = 78,
    *,
    calendar: SchoolCalendar | None = None,
    problems: Sequence[str] = (),
) -> str:
    """The page as plain text, at most `width` columns wide. Raises TemplateError.

    Headings are underlined with ─. Times are shown in the family's time zone. Mail text is only ever
    a value of the template. With `calendar` late requests also count school days. `problems` is what
    went wrong beside the reading of mailboxes, one sentence each.
    """
    filters = {
        "heading": partial(_heading, width=width),
        "para": partial(_wrapped, width=width),
        "item": partial(_item, width=width),
        "quote": partial(_quote, width=width),
        "letter": partial(_letter, width=width),
    }
    env = environment(StrictUndefined, filters)
    text = bounded(
        compiled(env, template, "digest.txt"),
        _page(casebook, family, mailboxes, calendar or SchoolCalendar()) | {"problems": list(problems)},
        "digest.txt",
    )
    lines = [line.rstrip() for line in text.strip().split("\n")]
    kept = [line for i, line in enumerate(lines) if line or (i and lines[i - 1])]
    return "\n".join(kept) + "\n"


def digest_lines(
    casebook: Casebook,
    family: Family,
    mailboxes: Sequence[MailboxState],
    template: str,
    width: int = 78,
    *,
    calendar: SchoolCalendar | None = None,
) -> list[DigestLine]:
    """The same page line by line with what each line is, for a reader that styles it."""
    lines = render_digest(casebook, family, mailboxes, template, width, calendar=calendar).splitlines()
    return [
        DigestLine(_kind(line, lines[i + 1] if i + 1 < len(lines) else "", i), line)
        for i, line in enumerate(lines)
    ]


def _page(
    book: Casebook, family: Family, mailboxes: Sequence[MailboxState], calendar: SchoolCalendar
) -> dict[str, object]:
    ordered = sorted(book.flags, key=lambda f: (-f.urgency, f.since, f.id))
    major = [f for f in ordered if f.kind not in _MINOR]
    entries = [_entry(flag, book, family, calendar) for flag in major]
    first = entries[0] if entries else None
    rest = entries[1:]
    return {
        "today": long_date(book.as_of),
        "first": first,
        "letter": _letter_of(major[0], book) if major else None,
        "more": _by_case(rest[: _IN_FULL - 1]),
        "short": [entry["reason"] for entry in rest[_IN_FULL - 1 :]],
        "minor": [f.reason for f in ordered if f.kind in _MINOR and f.kind is not FlagKind.DUE_SOON],
        "coming": _coming(book, family),
        "promises": _promises(book),
        "mailboxes": _mailboxes(mailboxes, book.as_of, family),
        "letters_waiting": len(book.drafts),
        "notes": list(book.notes),
        "count": len(major),
    }


def _entry(flag: Flag, book: Casebook, family: Family, calendar: SchoolCalendar) -> dict[str, Any]:
    """One flag as the template shows it; texts that do not apply are empty."""
    request = next((r for r in book.requests if r.id == flag.request), None)
    case = next((c for c in book.cases if c.id == flag.case), None)
    entry: dict[str, Any] = {
        "kind": str(flag.kind),
        "reason": flag.reason,
        "next_step": flag.next_step,
        "case": case.title if case else "",
        "heading": case.title if case else _subject(flag, book),
        "step": case.step if case else 0,
        "case_next": case.next_step if case and case.next_step != flag.next_step else "",
        "draft": flag.draft or "",
        "quote": "",
    }
    return entry | (
        _asked(request, book, family, calendar) if request else {"whom": "", "late": "", "how": ""}
    )


def _subject(flag: Flag, book: Casebook) -> str:
    """What the message of a flag without a case is about."""
    about = next((m.message.subject for m in book.messages if m.message.sha256 == flag.message), "")
    return base_subject(about) or "Other mail"


def _asked(request: Request, book: Casebook, family: Family, calendar: SchoolCalendar) -> dict[str, Any]:
    days = (book.as_of - request.due_on).days
    times = "" if request.attempts == 1 else f"{request.attempts} times in writing"
    return {
        "quote": trimmed(request.quote),
        "whom": _people(request, book, family),
        "asked_on": long_date(request.asked_on),
        "due_on": long_date(request.due_on),
        "late": late(request.due_on, book.as_of, calendar) if days > 0 and not request.status.settled else "",
        "how": explain(request.deadline),
        "times": times,
    }


def _letter_of(flag: Flag, book: Casebook) -> dict[str, Any] | None:
    draft: Draft | None = next((d for d in book.drafts if d.id == flag.draft or d.flag == flag.id), None)
    if draft is None:
        return None
    return {
        "id": draft.id,
        "to": ", ".join(draft.to),
        "cc": ", ".join(draft.cc),
        "subject": draft.subject,
        "body": draft.body,
        "note": draft.note,
        "blanks": [blank.question for blank in draft.blanks],
    }


def _by_case(entries: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The entries under their case, cases in the order of their most urgent entry."""
    groups: dict[str, list[dict[str, Any]]] = {}
    for entry in entries:
        groups.setdefault(entry["heading"], []).append(entry)
    return [{"title": title, "entries": inside} for title, inside in groups.items()]


def _coming(book: Casebook, family: Family) -> list[str]:
    until = book.as_of + timedelta(days=AHEAD_DAYS)
    due = [r for r in book.requests if not r.status.settled and book.as_of <= r.due_on <= until]
    return [
        f"{long_date(r.due_on)}: {_people(r, book, family)}: “{trimmed(r.quote)}”"
        for r in sorted(due, key=lambda r: (r.due_on, r.id))
    ]


def _promises(book: Casebook) -> list[str]:
    ahead = [
        c
        for c in book.commitments
        if c.status is CommitmentStatus.OPEN and c.due_on is not None and c.due_on >= book.as_of
    ]
    return [
        f"{long_date(c.due_on)}: {plain_name(c.by) or 'the school'}: “{trimmed(c.quote)}”"
        for c in sorted(ahead, key=lambda c: (c.due_on or date.max, c.id))
    ]


def _mailboxes(mailboxes: Sequence[MailboxState], today: date, family: Family) -> list[dict[str, str]]:
    return [_mailbox(state, today, ZoneInfo(family.timezone)) for state in mailboxes]


def _mailbox(state: MailboxState, today: date, zone: ZoneInfo) -> dict[str, str]:
    if state.read_at is None:
        return {
            "account": state.account,
            "read": "not yet read to its end",
            "problem": state.problem,
            "stale": "yes",
        }
    read = state.read_at.astimezone(zone)
    hour = read.hour % 12 or 12
    clock = f"{hour}:{read.minute:02} {'am' if read.hour < 12 else 'pm'}"
    stale = "yes" if (today - read.date()).days > 1 or state.problem else ""
    when = f"read to its end on {long_date(read.date())} at {clock}"
    return {"account": state.account, "read": when, "problem": state.problem, "stale": stale}


def _people(request: Request, book: Casebook, family: Family) -> str:
    return ", ".join(_shown(email, book, family) for email in request.asked_of)


def _shown(email: str, book: Casebook, family: Family) -> str:
    return plain_name(name_of(email, family, book.messages)) or email


# --- how lines are laid out -----------------------------------------------------------------


def _wrapped(text: object, indent: int = 0, *, width: int, first: str | None = None) -> str:
    pad = " " * indent
    return textwrap.fill(
        " ".join(str(text).split()),
        width,
        initial_indent=pad if first is None else first,
        subsequent_indent=pad,
        break_long_words=False,
        break_on_hyphens=False,
    )


def _heading(text: object, *, width: int) -> str:
    title = str(text)
    return f"{title}\n{'─' * min(width, max(4, len(title)))}"


def _item(text: object, indent: int = 2, *, width: int) -> str:
    return _wrapped(text, indent + 2, width=width, first=f"{' ' * indent}• ")


def _quote(text: object, indent: int = 2, *, width: int) -> str:
    return _wrapped(f"“{text}”", indent + 1, width=width, first=" " * indent) if text else ""


def _letter(text: object, indent: int = 4, *, width: int) -> str:
    """A letter's body, its paragraphs and list lines kept, set in."""
    lines = str(text).strip().split("\n")
    pad = " " * indent
    return "\n".join(
        _wrapped(line, indent + (2 if line.startswith("- ") else 0), width=width, first=pad) if line else ""
        for line in lines
    )


def _kind(line: str, following: str, index: int) -> str:
    stripped = line.strip()
    if not stripped:
        return "blank"
    if set(stripped) == {"─"}:
        return "rule"
    if following and set(following) == {"─"}:
        return "heading" if index else "title"
    return "quote" if stripped.startswith("“") else "item" if stripped.startswith("• ") else "text"
