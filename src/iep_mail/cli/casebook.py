"""Looking at the casebook: dump, flags, cases, case show, drafts, draft show, why."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import click

from iep_mail.cli.output import (
    as_of_option,
    casebook_of,
    echo_json,
    json_option,
    one_of,
    paragraph,
    short_day,
)

if TYPE_CHECKING:
    from iep_mail.model import Case, Casebook, Draft, FiledMessage


@click.command()
@as_of_option
@click.pass_context
def dump(context: click.Context, as_of: date | None) -> None:
    """Print everything iep-mail knows as one JSON document, for other programs.

    \b
    Example:  iep-mail dump --as-of 2026-03-01
    """
    from iep_mail.core.dump import dump_casebook

    echo_json(dump_casebook(casebook_of(context, as_of)))


@click.command()
@as_of_option
@json_option
@click.pass_context
def flags(context: click.Context, as_of: date | None, as_json: bool) -> None:
    """What wants your eye, the most urgent first.

    \b
    Example:  iep-mail flags
    """
    book = casebook_of(context, as_of)
    if as_json:
        from iep_mail.core.dump import dump_casebook

        echo_json(dump_casebook(book)["flags"])
        return
    if not book.flags:
        click.echo("Nothing wants you today.")
    titles = {case.id: case.title for case in book.cases}
    for flag in book.flags:
        click.echo(click.style(titles.get(flag.case or "", "Your mail"), bold=True))
        click.echo(paragraph(flag.reason, "  "))
        click.echo(paragraph(flag.next_step, "    ", "  → "))
        if flag.draft:
            click.echo(f"  Letter: iep-mail draft show {flag.draft}")
        click.echo()


@click.command()
@as_of_option
@json_option
@click.pass_context
def cases(context: click.Context, as_of: date | None, as_json: bool) -> None:
    """Your cases: one matter about one child each.

    \b
    Example:  iep-mail cases
    """
    book = casebook_of(context, as_of)
    if as_json:
        from iep_mail.core.dump import dump_casebook

        echo_json(dump_casebook(book)["cases"])
        return
    if not book.cases:
        click.echo("No cases yet. Run a night first: iep-mail nightly")
    for case in sorted(book.cases, key=_latest(book), reverse=True):
        messages = [m for m in book.messages if m.case == case.id]
        open_requests = [r for r in book.requests if r.case == case.id and not r.status.settled]
        late = [r for r in open_requests if r.days_overdue(book.as_of)]
        click.echo(f"{click.style(case.id, dim=True)}  {click.style(case.title, bold=True)}")
        facts = [f"{len(messages)} messages", f"last {short_day(messages[-1].sent_on)}", str(case.status)]
        if open_requests:
            facts.append(f"{len(open_requests)} unanswered" + (f", {len(late)} overdue" if late else ""))
        click.echo(f"{' ' * len(case.id)}  {' · '.join(facts)}")


def _latest(book: Casebook):  # type: ignore[no-untyped-def]
    last = {m.case: m.message.date for m in book.messages}
    return lambda case: last[case.id]


@click.group()
def case() -> None:
    """One case: its whole story.

    \b
    Example:  iep-mail case show 3f2a
    """


@case.command("show")
@click.argument("case_id")
@as_of_option
@click.pass_context
def case_show(context: click.Context, case_id: str, as_of: date | None) -> None:
    """The timeline of a case: who wrote what and when, what was asked, when it is due.

    CASE_ID is what `iep-mail cases` shows; its first letters are enough.

    \b
    Example:  iep-mail case show 3f2a
    """
    book = casebook_of(context, as_of)
    chosen: Case = one_of(list(book.cases), case_id, "case", "cases")
    click.echo(click.style(chosen.title, bold=True))
    click.echo(f"Step {chosen.step} of 6, {chosen.status}. {chosen.next_step}".strip())
    for filed in book.messages:
        if filed.case == chosen.id:
            _show_message(book, filed)


def _show_message(book: Casebook, filed: FiledMessage) -> None:
    message = filed.message
    who = message.sender.name or message.sender.email
    arrow = "You wrote" if filed.direction == "to_school" else "From"
    click.echo()
    head = (
        f"{short_day(filed.sent_on)}  {arrow}{'' if arrow == 'You wrote' else ' ' + who}: {message.subject}"
    )
    click.echo(click.style(head, bold=True))
    if filed.kind != "personal":
        click.echo(f"  ({_KINDS[filed.kind]})")
    text = " ".join(message.new_text.split())
    if text:
        click.echo(paragraph(text if len(text) <= 420 else text[:400].rsplit(" ", 1)[0] + " …", "  "))
    for attachment in message.attachments:
        click.echo(f"  Attached: {attachment.name}")
    for line in _marks(book, filed):
        click.echo(click.style(paragraph(line, "      ", "    • "), fg="cyan"))


_KINDS = {
    "auto_reply": "automatic reply; it settles nothing",
    "bounce": "returned mail: it was not delivered",
    "portal_notice": "mass notice",
    "calendar": "calendar invitation",
    "bulk": "newsletter",
}


def _marks(book: Casebook, filed: FiledMessage) -> list[str]:
    from iep_mail.core.tracking.deadlines import explain

    sha = filed.message.sha256
    lines = []
    for request in book.requests:
        if request.sha256 == sha:
            lines.append(
                f"Request {request.id} ({request.status}): “{request.quote}” {explain(request.deadline)}"
            )
        if sha in request.follow_ups:
            lines.append(f"Reminder of request {request.id}")
        lines += [f"Request {request.id}: {e.effect}" for e in request.events if e.sha256 == sha]
        lines += [
            f"May be an answer to request {request.id}: {c.reason}"
            for c in request.candidates
            if c.sha256 == sha
        ]
    for commitment in book.commitments:
        if commitment.sha256 == sha:
            due = f", by {short_day(commitment.due_on)}" if commitment.due_on else ""
            lines.append(f"They said they would ({commitment.status}{due}): “{commitment.quote}”")
    return lines


@click.command()
@as_of_option
@json_option
@click.pass_context
def drafts(context: click.Context, as_of: date | None, as_json: bool) -> None:
    """The letters that iep-mail proposes. None is sent without you.

    \b
    Example:  iep-mail drafts
    """
    book = casebook_of(context, as_of)
    if as_json:
        from iep_mail.core.dump import dump_casebook

        echo_json(dump_casebook(book)["drafts"])
        return
    if not book.drafts:
        click.echo("No letters are proposed today.")
    for draft in book.drafts:
        click.echo(f"{click.style(draft.id, dim=True)}  {click.style(draft.subject, bold=True)}")
        blanks = f" · {len(draft.blanks)} to fill in" if draft.blanks else ""
        click.echo(
            f"{' ' * len(draft.id)}  to {', '.join(draft.to) or '(nobody yet)'} · {draft.status}{blanks}"
        )


@click.group()
def draft() -> None:
    """One proposed letter.

    \b
    Example:  iep-mail draft show 81cc
    """


@draft.command("show")
@click.argument("draft_id")
@as_of_option
@click.pass_context
def draft_show(context: click.Context, draft_id: str, as_of: date | None) -> None:
    """The letter in full, with what is still to be filled in.

    \b
    Example:  iep-mail draft show 81cc
    """
    book = casebook_of(context, as_of)
    chosen: Draft = one_of(list(book.drafts), draft_id, "draft", "drafts")
    click.echo(f"To:      {', '.join(chosen.to)}")
    if chosen.cc:
        click.echo(f"Cc:      {', '.join(chosen.cc)}")
    click.echo(f"Subject: {chosen.subject}\n")
    click.echo(chosen.body.rstrip())
    if chosen.note:
        click.echo("\n" + paragraph(chosen.note))
    if chosen.blanks:
        click.echo(click.style("\nTo fill in before it can be approved:", bold=True))
        for blank in chosen.blanks:
            click.echo(paragraph(blank.question, "    ", "  • "))


COMMANDS = (dump, flags, cases, case, drafts, draft)
