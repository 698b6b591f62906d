"""decisions, undo and why."""

from __future__ import annotations

from datetime import date

import click

from iep_mail.cli.output import (
    as_of_option,
    casebook_of,
    deciding,
    echo_json,
    echo_told,
    json_option,
    paragraph,
    short_day,
)


@click.command()
@click.option("--all", "everything", is_flag=True, help="Also those that were taken back.")
@as_of_option
@json_option
@click.pass_context
def decisions(context: click.Context, everything: bool, as_of: date | None, as_json: bool) -> None:
    """Everything you said, with its number, the newest last.

    One that says “without effect” is about something that is there no longer; it does no harm.

    \b
    Example:  iep-mail decisions --all
    """
    book = casebook_of(context, as_of)
    if as_json:
        from iep_mail.core.dump import dump_casebook

        echo_json(dump_casebook(book)["decisions"])
        return
    shown = [
        r for r in book.decisions if everything or (r.state != "taken back" and r.decision.kind != "undo")
    ]
    if not shown:
        click.echo("You have decided nothing yet.")
    for report in shown:
        state = "" if report.state == "stands" else f" [{report.state}]"
        like = f" Followed for {len(report.followed)} more like it." if report.followed else ""
        head = f"{report.decision.id:>4}  {short_day(report.decision.at.date())}  "
        click.echo(paragraph(f"{report.says}{like}{state}", " " * len(head), head))


@click.command()
@click.argument("decision_id", required=False, type=int)
@click.pass_context
def undo(context: click.Context, decision_id: int | None) -> None:
    """Take back your last decision, or the one with this number; also an undo.

    \b
    Example:  iep-mail undo
    """
    from iep_mail.jobs import deciding as jobs

    with deciding(context) as (workspace, _, moment):
        told = jobs.undo(workspace, decision_id, moment)
    echo_told(told)


@click.command()
@click.argument("some_id", metavar="ID")
@as_of_option
@click.pass_context
def why(context: click.Context, some_id: str, as_of: date | None) -> None:
    """Explain anything iep-mail says: a request, a due date, a flag, a letter, a case, a message.

    ID is what the other commands print; its first letters are enough.

    \b
    Example:  iep-mail why 5b1c
    """
    from iep_mail.core.why import why as explain_id
    from iep_mail.errors import UsageError

    lines = explain_id(casebook_of(context, as_of), some_id)
    if lines is None:
        raise UsageError(
            f"Nothing has the id “{some_id}”.",
            "Ids are shown by: iep-mail flags, cases, case show, request list, drafts, log --all",
        )
    click.echo(click.style(paragraph(lines[0]), bold=True))
    for line in lines[1:]:
        click.echo(paragraph(line, "    ", "  • "))


COMMANDS = (decisions, undo, why)
