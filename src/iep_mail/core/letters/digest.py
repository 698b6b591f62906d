"""The page that the parent reads in the morning: first the one thing for today, then the rest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import StrictUndefined

from iep_mail.core.letters.entries import Entry, Page, entry, visible_flags
from iep_mail.core.letters.facts import trimmed
from iep_mail.core.letters.people import plain_name
from iep_mail.core.letters.sandbox import bounded, compiled, environment, long_date
from iep_mail.core.sending.letters import answers_flag
from iep_mail.core.tracking.ladder import STEPS, TRIES
from iep_mail.core.wrapping import wrapped
from iep_mail.data import load
from iep_mail.model import (
    Casebook,
    CommitmentStatus,
    Draft,
    Family,
    Flag,
    FlagKind,
    MailboxState,
    SchoolCalendar,
)

# What is due later than this is not tonight's worry.
AHEAD_DAYS = 14
_IN_FULL = 6
_FIRST = "The one thing for today"  # the heading in the built-in template
# What is less urgent informs or asks for a look: a possible answer, a message that could not be read.
MAJOR = 40


@dataclass(frozen=True, slots=True)
class DigestLine:
    """One line of the page. `kind`: title, heading, group (a case's name over its items), rule, step
    (the one thing), quote, item, notice, text or blank."""

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
        "paras": partial(_paragraphs, width=width),
        "item": partial(_item, width=width),
        "quote": partial(_quote, width=width),
        "letter": partial(_letter, width=width),
        "header": partial(_header, width=width),
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


def digest_lines(page: str) -> list[DigestLine]:
    """A rendered page line by line with what each line is, for a reader that styles it."""
    lines = page.splitlines()
    padded = [*lines, "", ""]
    kinds = [_kind(padded[i : i + 3], i) for i in range(len(lines))]
    for i, line in enumerate(lines):
        if kinds[i] == "text" and i and kinds[i - 1] == "quote" and not lines[i - 1].endswith("”"):
            kinds[i] = "quote"  # it goes on
        if line == _FIRST:
            step = range(i + 3, padded.index("", i + 3))
            kinds[step.start : step.stop] = ["step"] * len(step)
    return [DigestLine(kind, line) for kind, line in zip(kinds, lines, strict=True)]


def _page(
    book: Casebook, family: Family, mailboxes: Sequence[MailboxState], calendar: SchoolCalendar
) -> dict[str, object]:
    page = Page.of(book, family, calendar)
    visible = visible_flags(book)
    major = [f for f in visible if f.urgency >= MAJOR]
    first = entry(major[0], page, in_full=True) if major else None
    rest = [entry(flag, page) for flag in major[1:]]
    return {
        "today": long_date(book.as_of),
        "summary": _summary(len(major), sum(map(answers_flag, book.drafts))),
        "first": first,
        "matter": _matter(major[0], book) if major else None,
        "letter": _letter_of(major[0], page) if major else None,
        "more": _by_case(rest[: _IN_FULL - 1]),
        "short": [_in_a_line(each) for each in rest[_IN_FULL - 1 :]],
        "minor": [entry(f, page) for f in visible if f.urgency < MAJOR and f.kind is not FlagKind.DUE_SOON],
        "coming": _coming(page),
        "promises": _promises(page),
        "mailboxes": mailbox_words(mailboxes, book.as_of, family),
        "notes": list(book.notes),
        "count": len(major),
    }


def _in_a_line(each: Entry) -> str:
    return f"{each.title} “{each.quote}”" if each.quote else each.title


def _summary(matters: int, letters: int) -> str:
    words = load("page")["lines"]
    parts = [words["summary_one" if matters == 1 else "summary"].format(count=matters)] if matters else []
    parts += [words["letters_one" if letters == 1 else "letters"].format(count=letters)] if letters else []
    return " ".join(parts)


def _matter(flag: Flag, book: Casebook) -> dict[str, Any] | None:
    """Where the flag's case stands on the ladder, with the next step where a higher one is in question."""
    case = next((c for c in book.cases if c.id == flag.case), None)
    if case is None:
        return None
    higher = case.next_step if case.attempts >= TRIES else ""
    return {"title": case.title, "step": case.step, "what": STEPS[case.step], "higher": higher}


def _letter_of(flag: Flag, page: Page) -> dict[str, Any] | None:
    book = page.book
    about = (d for d in book.drafts if d.id == flag.draft or d.flag == flag.id)
    draft: Draft | None = next(filter(answers_flag, about), None)
    if draft is None:
        return None
    return {
        "id": page.short[draft.id],
        "to": _addressed(draft.to, page),
        "cc": _addressed(draft.cc, page),
        "subject": draft.subject,
        "body": draft.body,
        "note": draft.note,
        "blanks": [blank.question for blank in draft.blanks],
    }


def _addressed(emails: Sequence[str], page: Page) -> str:
    """People and addresses, so that a slip in either is seen."""
    names = ((page.name(email), email) for email in emails)
    return ", ".join(email if name == email else f"{name} <{email}>" for name, email in names)


def _by_case(entries: Sequence[Entry]) -> list[dict[str, Any]]:
    """The entries under their case, cases in the order of their most urgent entry."""
    groups: dict[str, list[Entry]] = {}
    for each in entries:
        groups.setdefault(each.heading, []).append(each)
    return [{"title": title, "entries": inside} for title, inside in groups.items()]


def _coming(page: Page) -> list[str]:
    book = page.book
    until = book.as_of + timedelta(days=AHEAD_DAYS)
    due = [r for r in book.requests if not r.status.settled and book.as_of <= r.due_on <= until]
    return [
        f"{page.day(r.due_on)}, from {page.people(r)}: “{trimmed(r.quote)}”"
        for r in sorted(due, key=lambda r: (r.due_on, r.id))
    ]


def _promises(page: Page) -> list[str]:
    today = page.book.as_of
    ahead = [
        (c.due_on, c)
        for c in page.book.commitments
        if c.status is CommitmentStatus.OPEN and c.due_on is not None and c.due_on >= today
    ]
    return [
        f"{page.day(due)}, {plain_name(c.by) or 'the school'}: “{trimmed(c.quote)}”"
        for due, c in sorted(ahead, key=lambda pair: (pair[0], pair[1].id))
    ]


def mailbox_words(mailboxes: Sequence[MailboxState], today: date, family: Family) -> list[dict[str, str]]:
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


# --- how lines are laid out -----------------------------------------------------------------


def _wrapped(text: object, indent: int = 0, *, width: int, first: str | None = None) -> str:
    pad = " " * indent
    return wrapped(str(text), width, first=pad if first is None else first, rest=pad)


def _paragraphs(texts: Sequence[object], indent: int = 0, *, width: int) -> str:
    return "\n".join(_wrapped(text, indent, width=width) for text in texts)


def _heading(text: object, *, width: int) -> str:
    title = str(text)
    return f"{title}\n{'─' * min(width, max(4, len(title)))}"


def _item(text: object, indent: int = 2, *, width: int) -> str:
    return _wrapped(text, indent + 2, width=width, first=f"{' ' * indent}• ")


def _quote(text: object, indent: int = 2, *, width: int) -> str:
    return _wrapped(f"“{text}”", indent + 1, width=width, first=" " * indent) if text else ""


def _header(text: object, name: str, *, width: int) -> str:
    """`To:      …` of a letter, set in."""
    return _wrapped(text, 13, width=width, first=f"    {name + ':':<8} ")


def _letter(text: object, indent: int = 4, *, width: int) -> str:
    """A letter's body, its paragraphs and list lines kept, set in."""
    lines = str(text).strip().split("\n")
    pad = " " * indent
    return "\n".join(
        _wrapped(line, indent + (2 if line.startswith("- ") else 0), width=width, first=pad) if line else ""
        for line in lines
    )


def _kind(lines: Sequence[str], index: int) -> str:
    """What the first of three lines is."""
    line, following, third = lines
    stripped = line.strip()
    if not stripped:
        return "blank"
    if set(stripped) == {"─"}:
        return "rule"
    if following and set(following) == {"─"}:
        return "heading" if index else "title"
    if line.startswith("Please note: "):
        return "notice"
    if not following and third.startswith("  • "):
        return "group"
    return "quote" if stripped.startswith("“") else "item" if stripped.startswith("• ") else "text"
