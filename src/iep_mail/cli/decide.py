"""The parent's word (settle, reopen, withdraw, set a date, not a request, undo), and why."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import click

from iep_mail.cli.output import Day, as_of_option, casebook_of, now, one_of, paragraph, workspace_of

if TYPE_CHECKING:
    from iep_mail.model import Request


@click.group()
def request() -> None:
    """Correct what iep-mail understood about one request. Everything can be undone.

    \b
    Example:  iep-mail request settle 5b1c
    """


def _decide(context: click.Context, request_id: str, kind: str, value: str, said: str) -> None:
    with workspace_of(context) as workspace:
        moment = now()
        book = workspace.casebook(workspace.day_of(moment))
        chosen: Request = one_of(list(book.requests), request_id, "request", "case show CASE")
        decision = workspace.decide(kind, chosen.id, value, moment)
    click.echo(paragraph(f"“{chosen.quote}”"))
    click.echo(f"{said} To take it back: iep-mail undo {decision.id}")


@request.command()
@click.argument("request_id")
@click.pass_context
def settle(context: click.Context, request_id: str) -> None:
    """It was answered: by phone, on paper, or in a mail that iep-mail did not recognise.

    \b
    Example:  iep-mail request settle 5b1c
    """
    _decide(context, request_id, "settle", "", "Settled.")


@request.command()
@click.argument("request_id")
@click.pass_context
def reopen(context: click.Context, request_id: str) -> None:
    """It was not answered after all.

    \b
    Example:  iep-mail request reopen 5b1c
    """
    _decide(context, request_id, "reopen", "", "Open again.")


@request.command()
@click.argument("request_id")
@click.pass_context
def withdraw(context: click.Context, request_id: str) -> None:
    """You no longer ask for it.

    \b
    Example:  iep-mail request withdraw 5b1c
    """
    _decide(context, request_id, "withdraw", "", "Withdrawn.")


@request.command("set-due")
@click.argument("request_id")
@click.argument("day", type=Day())
@click.pass_context
def set_due(context: click.Context, request_id: str, day: date) -> None:
    """It is due on another day.

    \b
    Example:  iep-mail request set-due 5b1c 2026-03-20
    """
    _decide(context, request_id, "set_due", day.isoformat(), f"Due on {day.isoformat()}.")


@request.command("not-a-request")
@click.argument("request_id")
@click.pass_context
def not_a_request(context: click.Context, request_id: str) -> None:
    """This sentence asks for nothing.

    \b
    Example:  iep-mail request not-a-request 5b1c
    """
    _decide(context, request_id, "not_request", "", "No longer followed as a request.")


@click.command()
@click.argument("decision_id", required=False, type=int)
@click.pass_context
def undo(context: click.Context, decision_id: int | None) -> None:
    """Take back your last decision, or the one with this number.

    \b
    Example:  iep-mail undo
    """
    from iep_mail.core.tracking.decided import in_effect
    from iep_mail.errors import UsageError

    with workspace_of(context) as workspace:
        standing = in_effect(workspace.store.all_decisions())
        hits = [d for d in standing if decision_id is None or d.id == decision_id]
        if not hits:
            raise UsageError("There is no such decision to take back.", "Nothing was changed.")
        workspace.decide("undo", str(hits[-1].id), "", now())
    click.echo(f"Taken back: decision {hits[-1].id} ({hits[-1].kind.replace('_', ' ')}).")


@click.command()
@click.argument("some_id", metavar="ID")
@as_of_option
@click.pass_context
def why(context: click.Context, some_id: str, as_of: date | None) -> None:
    """Explain anything iep-mail says: a request, a due date, a flag, a letter, a case.

    ID is what the other commands print; its first letters are enough.

    \b
    Example:  iep-mail why 5b1c
    """
    from iep_mail.core.why import why as explain_id
    from iep_mail.errors import UsageError

    lines = explain_id(casebook_of(context, as_of), some_id)
    if lines is None:
        raise UsageError(
            f"Nothing has the id “{some_id}”.", "Ids are shown by: iep-mail flags, cases, drafts"
        )
    click.echo(click.style(paragraph(lines[0]), bold=True))
    for line in lines[1:]:
        click.echo(paragraph(line, "    ", "  • "))


COMMANDS = (request, undo, why)
