"""How flags, cases and letters look on a terminal; colours are dropped where there is none."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from iep_mail.cli.output import letter_text, paragraph, plain

if TYPE_CHECKING:
    from iep_mail.core.letters.entries import Entry, Page
    from iep_mail.core.timeline import Moment
    from iep_mail.model import Case, Draft

_MOST_TEXT = 600  # characters of a message, unless it is shown in full
_COLOURS = {
    "asked": "cyan",
    "reminder": "cyan",
    "answered": "green",
    "refused": "red",
    "possible_answer": "yellow",
    "observed": "yellow",
}


def show_entry(entry: Entry) -> None:
    """One flag: what it is, the sentence that was asked, how late, and what to do."""
    click.echo(paragraph(entry.title, "    ", "  • "))
    if entry.quote:
        click.echo(paragraph(f"“{entry.quote}”", "     ", "    "))
    for line in entry.lines:
        click.echo(paragraph(line, "    "))
    click.echo(click.style(paragraph(f"Next: {entry.next_step}", "    "), bold=True))
    if entry.draft:
        click.echo(f"    A letter is ready: {_command(f'iep-mail draft show {entry.draft}')}")
    click.echo(f"    How iep-mail came to it: {_command(f'iep-mail why {entry.flag}')}")
    click.echo()


def _command(text: str) -> str:
    return click.style(text, fg="cyan")


def heading(text: str) -> None:
    click.echo(click.style(paragraph(text), bold=True))


def show_case_line(case: Case, page: Page) -> None:
    """A case in two lines: its title, and how much of it is open."""
    from iep_mail.core.timeline import is_open

    book = page.book
    messages = [m for m in book.messages if m.case == case.id]
    waiting = [r for r in book.requests if r.case == case.id and is_open(r)]
    overdue = sum(r.days_overdue(book.as_of) > 0 for r in waiting)
    name = page.short[case.id]
    click.echo(f"{click.style(name, dim=True)}  {click.style(plain(case.title), bold=True)}")
    facts = [str(case.status), f"step {case.step} of 6"]
    if waiting:
        facts.append(f"{len(waiting)} unanswered" + (f", {overdue} overdue" if overdue else ""))
    if messages:
        count = "1 message" if len(messages) == 1 else f"{len(messages)} messages"
        facts.append(f"{count}, the last on {page.day(messages[-1].sent_on)}")
    indent = " " * (len(name) + 2)
    click.echo(paragraph(" · ".join(facts), indent))


def show_story(case: Case, page: Page, *, in_full: bool) -> None:
    """A case from its beginning, with where it stands on top."""
    from iep_mail.core.timeline import is_open, request_line, timeline
    from iep_mail.core.tracking.ladder import STEPS

    heading(case.title)
    click.echo(paragraph(f"{str(case.status).capitalize()}, at step {case.step} of 6: {STEPS[case.step]}."))
    if case.next_step:
        click.echo(paragraph(case.next_step))
    waiting = [r for r in page.book.requests if r.case == case.id and is_open(r)]
    if waiting:
        click.echo()
        heading("Not answered yet")
        for request in waiting:
            click.echo(paragraph(f"{request_line(request, page)} “{request.quote}”", "    ", "  • "))
    moments = timeline(case, page)
    click.echo()
    heading("What happened")
    for moment in moments:
        _show_moment(moment, page, in_full)


def _show_moment(moment: Moment, page: Page, in_full: bool) -> None:
    who = f"You to {moment.to}" if moment.ours else f"{moment.who} to you"
    click.echo()
    name = page.short.get(moment.sha256, moment.sha256)
    head = paragraph(f"{page.day(moment.on)}: {who or 'unknown'}", " " * (len(name) + 2), "")
    click.echo(f"{click.style(name, dim=True)}  {click.style(head, bold=True)}")
    click.echo(paragraph(moment.subject or "(no subject)", "  "))
    if moment.note:
        click.echo(click.style(f"  ({moment.note})", dim=True))
    left = None if in_full else _MOST_TEXT
    for text in moment.paragraphs:
        if left is not None and len(text) > left:
            click.echo(paragraph(text[:left].rsplit(" ", 1)[0] + " … (all of it: add --full)", "    "))
            break
        click.echo(paragraph(text, "    "))
        left = None if left is None else left - len(text)
        if left == 0:
            break
    for name in moment.attachments:
        click.echo(paragraph(f"Attached: {name}", "    "))
    for mark in moment.marks:
        click.echo(click.style(paragraph(mark.text, "      ", "    → "), fg=_COLOURS.get(mark.kind)))


def show_draft_line(draft: Draft, page: Page) -> None:
    """A letter in the list: its subject, to whom, why, and what is still missing."""
    name = page.short[draft.id]
    indent = " " * (len(name) + 2)
    click.echo(f"{click.style(name, dim=True)}  {click.style(plain(draft.subject), bold=True)}")
    to = ", ".join(page.name(email) for email in draft.to) or "nobody yet"
    copied = f", copy to {', '.join(page.name(email) for email in draft.cc)}" if draft.cc else ""
    click.echo(paragraph(f"to {to}{copied}", indent))
    if reason := _why(draft, page):
        click.echo(paragraph(reason, indent))
    if draft.status != "drafted" or draft.standing:
        click.echo(paragraph(draft.standing or str(draft.status), indent))
    if draft.blanks:
        missing = "1 blank" if len(draft.blanks) == 1 else f"{len(draft.blanks)} blanks"
        click.echo(click.style(f"{indent}{missing} to fill in", fg="yellow"))


def _why(draft: Draft, page: Page) -> str:
    from iep_mail.core.letters.entries import entry

    flag = next((f for f in page.book.flags if f.id == draft.flag), None)
    return entry(flag, page).title if flag else ""


def show_draft(draft: Draft, page: Page) -> None:
    """A letter as it would go out, with what is still to be filled in."""
    for name, people in (("To", draft.to), ("Cc", draft.cc)):
        if people or name == "To":
            shown = (_addressed(email, page) for email in people)
            click.echo(paragraph(", ".join(shown) or "(still to be filled in)", " " * 9, f"{name + ':':<8} "))
    click.echo(paragraph(draft.subject, " " * 9, f"{'Subject:':<8} "))
    for attachment in draft.attachments:
        click.echo(paragraph(f"{attachment.name} ({file_size(attachment.size)})", " " * 9, f"{'With:':<8} "))
    click.echo()
    click.echo(letter_text(draft.body))
    click.echo()
    if draft.note:
        click.echo(paragraph(draft.note))
    if draft.blanks:
        heading("To fill in before it can be approved:")
        for blank in draft.blanks:
            click.echo(paragraph(f"{blank.name}: {blank.question}", "    ", "  • "))
    name = page.short[draft.id]
    click.echo(paragraph(draft.standing or "It has not been sent."))
    if draft.status == "drafted":
        click.echo(
            paragraph(
                f"To change it: iep-mail draft edit {name}. To approve it: iep-mail draft approve {name}"
            )
        )
        click.echo(paragraph(f"Why it is proposed: iep-mail why {name}"))


def file_size(size: int) -> str:
    return f"{size / 1e6:.1f} MB" if size >= 100_000 else f"{max(1, round(size / 1000))} kB"


def _addressed(email: str, page: Page) -> str:
    name = page.name(email)
    return email if name == email else f"{name} <{email}>"
