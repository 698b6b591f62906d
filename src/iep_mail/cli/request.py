"""request and commitment: looking at them, and the parent's word on them."""

from __future__ import annotations

from datetime import date
from typing import Any

import click

from iep_mail.cli.output import (
    Day,
    as_of_option,
    casebook_of,
    deciding,
    echo_told,
    echo_why,
    paragraph,
    short_day,
)

KINDS = (
    "records",
    "meeting",
    "evaluation",
    "iee",
    "prior_written_notice",
    "progress_data",
    "make_up_services",
    "service_delivery",
    "accommodation",
    "information",
    "amendment",
    "facilitation",
    "mediation",
    "other",
)
note_option = click.option("--note", default="", help="A word of your own about it; it is kept with it.")
_on_option = click.option("--on", type=Day(), help="The day it was, e.g. 2026-03-01, if it was not today.")
_case_option = click.option("--case", "case_id", help="Only those of this case.")


@click.group()
def request() -> None:
    """What you asked of the school: look at it, or correct what iep-mail understood.

    Every change can be taken back with iep-mail undo.

    \b
    Example:  iep-mail request list
    """


@request.command("list")
@click.option("--all", "everything", is_flag=True, help="Also those that are settled.")
@_case_option
@as_of_option
@click.pass_context
def list_requests(context: click.Context, everything: bool, case_id: str | None, as_of: date | None) -> None:
    """The requests that are open, the longest overdue first.

    \b
    Example:  iep-mail request list --all
    """
    from iep_mail.core.lookup import find_case

    book = casebook_of(context, as_of)
    case = find_case(book, case_id) if case_id else None
    shown = [
        r
        for r in sorted(book.requests, key=lambda r: (r.status.settled, r.due_on, r.id))
        if (everything or not r.status.settled) and (case is None or r.case == case.id)
    ]
    if not shown:
        click.echo("No request is open." if book.requests else "No requests yet.")
    for one in shown:
        late = one.days_overdue(book.as_of)
        state = f"{late} day{'s' * (late != 1)} overdue" if late else f"{one.status}"
        click.echo(
            f"{click.style(one.id, dim=True)}  {short_day(one.asked_on)}  due {short_day(one.due_on)}  {state}"
        )
        click.echo(paragraph(f"“{one.quote}”", " " * 12))


@request.command("show")
@click.argument("request_id")
@as_of_option
@click.pass_context
def show_request(context: click.Context, request_id: str, as_of: date | None) -> None:
    """One request with everything that it rests on.

    \b
    Example:  iep-mail request show 5b1c
    """
    from iep_mail.core.lookup import find_request

    book = casebook_of(context, as_of)
    echo_why(book, find_request(book, request_id).id)


@request.command()
@click.argument("request_id")
@click.option("--answered-by", metavar="MESSAGE", help="The message (or log entry) that answers it.")
@click.option("--refused", is_flag=True, help="They said no.")
@_on_option
@note_option
@click.pass_context
def settle(
    context: click.Context,
    request_id: str,
    answered_by: str | None,
    refused: bool,
    on: date | None,
    note: str,
) -> None:
    """It was answered: by phone, on paper, or in a mail that iep-mail did not recognise.

    \b
    Example:  iep-mail request settle 5b1c --on 2026-03-02 --note "She told me at pick-up"
    """
    from iep_mail.core.lookup import find_message, find_request
    from iep_mail.jobs import deciding as jobs

    with deciding(context) as (workspace, book, moment):
        answer = find_message(book, answered_by) if answered_by else None
        told = jobs.settle(
            workspace,
            book,
            find_request(book, request_id),
            moment,
            answered_by=answer,
            refused=refused,
            on=on,
            note=note,
        )
    echo_told(told)


def _of_request(context: click.Context, request_id: str, said: str, **values: Any) -> None:
    from iep_mail.core.decisions.kinds import Said
    from iep_mail.core.lookup import find_request
    from iep_mail.jobs.deciding import say_of_request

    with deciding(context) as (workspace, book, moment):
        told = say_of_request(workspace, Said(said), find_request(book, request_id), moment, values)
    echo_told(told)


@request.command()
@click.argument("request_id")
@click.option("--not-by", metavar="MESSAGE", help="This message does not answer it, though it may look so.")
@note_option
@click.pass_context
def reopen(context: click.Context, request_id: str, not_by: str | None, note: str) -> None:
    """It was not answered after all. A later answer will settle it again.

    With --not-by, a message that is shown as a possible answer is no longer shown as one.

    \b
    Example:  iep-mail request reopen 5b1c
              iep-mail request reopen 5b1c --not-by 9f31
    """
    if not_by is None:
        _of_request(context, request_id, "reopen", note=note)
        return
    from iep_mail.core.lookup import find_message, find_request
    from iep_mail.jobs.deciding import does_not_answer

    with deciding(context) as (workspace, book, moment):
        message = find_message(book, not_by)
        told = does_not_answer(workspace, find_request(book, request_id), message, moment, note)
    echo_told(told)


@request.command()
@click.argument("request_id")
@note_option
@click.pass_context
def withdraw(context: click.Context, request_id: str, note: str) -> None:
    """You no longer ask for it.

    \b
    Example:  iep-mail request withdraw 5b1c
    """
    _of_request(context, request_id, "withdraw", note=note)


@request.command("set-due")
@click.argument("request_id")
@click.argument("day", type=Day())
@note_option
@click.pass_context
def set_due(context: click.Context, request_id: str, day: date, note: str) -> None:
    """It is due on another day. Your date wins over every counted one.

    \b
    Example:  iep-mail request set-due 5b1c 2026-03-20
    """
    from iep_mail.core.lookup import find_request
    from iep_mail.jobs import deciding as jobs

    with deciding(context) as (workspace, book, moment):
        told = jobs.set_due(workspace, find_request(book, request_id), day, moment, note)
    echo_told(told)


@request.command("set-kind")
@click.argument("request_id")
@click.argument("kind", type=click.Choice(KINDS))
@click.pass_context
def set_kind(context: click.Context, request_id: str, kind: str) -> None:
    """It asks for something else than iep-mail thought; its due date is counted anew.

    \b
    Example:  iep-mail request set-kind 5b1c records
    """
    _of_request(context, request_id, "set_kind", kind=kind)


@request.command("not-a-request")
@click.argument("request_id")
@click.pass_context
def not_a_request(context: click.Context, request_id: str) -> None:
    """This sentence asks for nothing.

    \b
    Example:  iep-mail request not-a-request 5b1c
    """
    _of_request(context, request_id, "not_request")


@request.command("add")
@click.argument("message_id", metavar="MESSAGE")
@click.argument("words")
@click.option("--kind", type=click.Choice(KINDS), help="What it asks for, if the words do not say it.")
@click.option("--due", type=Day(), help="The day it is due, e.g. 2026-03-20.")
@click.pass_context
def add_request(
    context: click.Context, message_id: str, words: str, kind: str | None, due: date | None
) -> None:
    """A request in one of your messages that iep-mail did not see.

    WORDS is the sentence that asks, or what you asked for in your own words. For what you asked by
    phone or in person, write it down with iep-mail log add --asked.

    \b
    Example:  iep-mail request add 9f31 "the speech log for January" --due 2026-03-20
    """
    from iep_mail.core.lookup import find_message
    from iep_mail.jobs import deciding as jobs
    from iep_mail.model import RequestKind

    with deciding(context) as (workspace, book, moment):
        told = jobs.add_request(
            workspace,
            book,
            find_message(book, message_id),
            words,
            moment,
            kind=RequestKind(kind) if kind else None,
            due=due,
        )
    echo_told(told)
    click.echo(f"Its id is {told.decision.subject}.")


# --- commitments ----------------------------------------------------------------------------


@click.group()
def commitment() -> None:
    """What the school said it would do: look at it, or say what became of it.

    \b
    Example:  iep-mail commitment list
    """


@commitment.command("list")
@click.option("--all", "everything", is_flag=True, help="Also those that were kept.")
@_case_option
@as_of_option
@click.pass_context
def list_commitments(
    context: click.Context, everything: bool, case_id: str | None, as_of: date | None
) -> None:
    """What they said they would do and what has not been seen done.

    \b
    Example:  iep-mail commitment list
    """
    from iep_mail.core.lookup import find_case

    book = casebook_of(context, as_of)
    case = find_case(book, case_id) if case_id else None
    shown = [
        c
        for c in sorted(book.commitments, key=lambda c: (c.due_on or date.max, c.said_on, c.id))
        if (everything or c.status == "open") and (case is None or c.case == case.id)
    ]
    if not shown:
        click.echo("Nothing that they said they would do is open.")
    for one in shown:
        due = f"by {short_day(one.due_on)}" if one.due_on else "no date"
        state = "overdue" if one.overdue(book.as_of) else str(one.status)
        click.echo(f"{click.style(one.id, dim=True)}  {short_day(one.said_on)}  {due}  {state}  {one.by}")
        click.echo(paragraph(f"“{one.quote}”", " " * 12))


@commitment.command("show")
@click.argument("commitment_id")
@as_of_option
@click.pass_context
def show_commitment(context: click.Context, commitment_id: str, as_of: date | None) -> None:
    """One thing they said they would do, with everything it rests on.

    \b
    Example:  iep-mail commitment show 77ab
    """
    from iep_mail.core.lookup import find_commitment

    book = casebook_of(context, as_of)
    echo_why(book, find_commitment(book, commitment_id).id)


def _of_commitment(context: click.Context, commitment_id: str, said: str, **values: Any) -> None:
    from iep_mail.core.decisions.kinds import Said
    from iep_mail.core.lookup import find_commitment
    from iep_mail.jobs.deciding import say_of_commitment

    with deciding(context) as (workspace, book, moment):
        found = find_commitment(book, commitment_id)
        told = say_of_commitment(workspace, Said(said), found, moment, values)
    echo_told(told)


@commitment.command()
@click.argument("commitment_id")
@click.option("--by", metavar="MESSAGE", help="The message (or log entry) that shows it done.")
@_on_option
@note_option
@click.pass_context
def keep(context: click.Context, commitment_id: str, by: str | None, on: date | None, note: str) -> None:
    """They did it.

    \b
    Example:  iep-mail commitment keep 77ab --on 2026-03-02
    """
    from iep_mail.core.decisions.kinds import Said
    from iep_mail.core.lookup import find_commitment, find_message
    from iep_mail.jobs.deciding import anchor, check_day, say_of_commitment

    with deciding(context) as (workspace, book, moment):
        found = find_commitment(book, commitment_id)
        check_day(on, found.said_on, book.as_of, "they said it")
        kept_by = anchor(find_message(book, by)) if by else {}
        values = {"kept_by": kept_by, "on": on.isoformat() if on else "", "note": note}
        told = say_of_commitment(workspace, Said.KEEP, found, moment, values)
    echo_told(told)


@commitment.command("reopen")
@click.argument("commitment_id")
@click.pass_context
def reopen_commitment(context: click.Context, commitment_id: str) -> None:
    """It has not been done after all.

    \b
    Example:  iep-mail commitment reopen 77ab
    """
    _of_commitment(context, commitment_id, "reopen_commitment")


@commitment.command("withdraw")
@click.argument("commitment_id")
@note_option
@click.pass_context
def withdraw_commitment(context: click.Context, commitment_id: str, note: str) -> None:
    """You no longer wait for it, or it is no promise at all.

    \b
    Example:  iep-mail commitment withdraw 77ab
    """
    _of_commitment(context, commitment_id, "withdraw_commitment", note=note)


@commitment.command("add")
@click.argument("message_id", metavar="MESSAGE")
@click.argument("words")
@click.option("--due", type=Day(), help="The day by which they said they would, e.g. 2026-03-20.")
@click.pass_context
def add_commitment(context: click.Context, message_id: str, words: str, due: date | None) -> None:
    """Something they said they would do that iep-mail did not see.

    \b
    Example:  iep-mail commitment add 9f31 "send the data sheets" --due 2026-03-20
    """
    from iep_mail.core.lookup import find_message
    from iep_mail.jobs import deciding as jobs

    with deciding(context) as (workspace, book, moment):
        told = jobs.add_commitment(workspace, book, find_message(book, message_id), words, moment, due)
    echo_told(told)
    click.echo(f"Its id is {told.decision.subject}.")


COMMANDS = (request, commitment)
