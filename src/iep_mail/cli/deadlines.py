"""deadlines: what is due by when, the parent's own days first."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import click

from iep_mail.cli.output import (
    Day,
    as_of_option,
    casebook_of,
    echo_json,
    json_option,
    long_day,
    now,
    one_of,
    paragraph,
    workspace_of,
)

if TYPE_CHECKING:
    from iep_mail.model import Casebook, ParentDeadline


@click.group(invoke_without_command=True)
@as_of_option
@click.option("--all", "everything", is_flag=True, help="Those of resolved cases too.")
@json_option
@click.pass_context
def deadlines(context: click.Context, as_of: date | None, everything: bool, as_json: bool) -> None:
    """Days to know of: yours, should you want to go further, and the school's.

    Yours are shown early, and to be safe: nothing has to be filed. They are estimates; check what
    matters with your state's parent center or a lawyer.

    \b
    Example:  iep-mail deadlines
    """
    if context.invoked_subcommand is not None:
        return
    book = casebook_of(context, as_of)
    if as_json:
        from iep_mail.core.dump import dump_casebook

        echo_json(dump_casebook(book)["deadlines_of_parent"])
        return
    _show_own(book, everything)
    _show_duties(book, everything)
    _show_requests(book)


def _show_own(book: Casebook, everything: bool) -> None:
    titles = {case.id: case.title for case in book.cases}
    over = {case.id for case in book.cases if case.status == "resolved"} if not everything else set()
    mine = [d for d in book.deadlines_of_parent if d.case not in over]
    ahead = [d for d in mine if d.days_left(book.as_of) >= 0]
    gone = len(mine) - len(ahead)
    click.echo(click.style("Yours, should you want to go that way", bold=True))
    if not ahead:
        click.echo("  Nothing is written down from which such a day would be counted.")
    by_case: dict[str, list[ParentDeadline]] = {}
    for deadline in ahead:
        by_case.setdefault(titles.get(deadline.case or "", "Not part of a case"), []).append(deadline)
    for title, entries in by_case.items():
        click.echo(f"\n  {title}")
        for deadline in entries:
            days = deadline.days_left(book.as_of)
            click.echo(f"    {long_day(deadline.due_on):<24} {deadline.title} ({days} days)")
        for because in dict.fromkeys(d.because for d in entries):
            click.echo(paragraph(because, "      "))
    if gone:
        click.echo(
            paragraph(
                f"For {gone} more the time seems to have run out. There are exceptions: ask before you give one up.",
                "  ",
            )
        )
    click.echo()


_STANDING = {
    "soon": "near",
    "late": "late",
    "arrived": "came",
    "expected": "expected",
    "not_owed": "not owed",
}


def _show_duties(book: Casebook, everything: bool) -> None:
    duties = [d for d in book.duties if everything or d.status in ("soon", "late", "expected")]
    click.echo(click.style("The school's, without being asked", bold=True))
    if not duties:
        click.echo(
            "  Nothing is near or late. (It is counted from the dates in the plan's file and the calendar.)"
        )
    for duty in duties:
        name = f"{duty.child.split()[0]}: {duty.title}"
        service = f" ({duty.service.name})" if duty.service else ""
        click.echo(
            f"  {long_day(duty.expected_on):<24} {name}{service}: {_STANDING[duty.status]}  {duty.id[:8]}"
        )
        click.echo(paragraph(duty.because, "      "))
    click.echo()


def _show_requests(book: Casebook) -> None:
    waiting = sorted((r for r in book.requests if not r.status.settled), key=lambda r: (r.due_on, r.id))
    click.echo(click.style("The school's: what you asked for", bold=True))
    if not waiting:
        click.echo("  Nothing you asked for is open.")
    for request in waiting:
        late = request.days_overdue(book.as_of)
        legal = ", a legal deadline" if request.deadline.clock_class == "LEGAL" else ""
        how = f"{late} days late" if late else "due"
        click.echo(f"  {long_day(request.due_on):<24} {how}{legal}")
        click.echo(paragraph(f"“{request.quote}”", "      "))
    click.echo()


@deadlines.command("set")
@click.argument("case_id", metavar="CASE")
@click.option("--happened", type=Day(), help="The day on which it happened.")
@click.option("--knew", type=Day(), help="The day on which you learned of it.")
@click.option("--hearing-decision", type=Day(), help="The day of a hearing decision.")
@click.option(
    "--leaving", type=Day(), help="The day on which you plan to move your child to a private school."
)
@click.option("--iep-received", type=Day(), help="The day on which a proposed IEP came.")
@click.option("--change-notice", type=Day(), help="The day on which the notice of a change came.")
@click.pass_context
def set_day(context: click.Context, /, case_id: str, **days: date | None) -> None:
    """Say from which day your own deadlines of a case are counted.

    CASE is what `iep-mail cases` shows; its first letters are enough.

    \b
    Example:  iep-mail deadlines set 3f2a --happened 2026-01-15
    """
    from iep_mail.core.tracking.parent_deadlines import SET_DAY
    from iep_mail.errors import UsageError

    given = {event: day for event, day in days.items() if day is not None}
    if not given:
        raise UsageError("No day was named.", "Example: iep-mail deadlines set 3f2a --happened 2026-01-15")
    with workspace_of(context) as workspace:
        moment = now()
        book = workspace.casebook(workspace.day_of(moment))
        case = one_of(list(book.cases), case_id, "case", "cases")
        for event, day in given.items():
            decision = workspace.decide(SET_DAY, case.id, f"{event} {day.isoformat()}", moment)
            click.echo(f"Noted for “{case.title}”. To take it back: iep-mail undo {decision.id}")


@click.group()
def duty() -> None:
    """What the school owes of itself (`iep-mail deadlines` lists it): say what you know of it.

    \b
    Example:  iep-mail duty arrived o-3f2a
    """


def _decide(context: click.Context, duty_id: str, kind: str, value: str, said: str) -> None:
    with workspace_of(context) as workspace:
        moment = now()
        book = workspace.casebook(workspace.day_of(moment))
        chosen = one_of(list(book.duties), duty_id, "duty", "deadlines --all")
        decision = workspace.decide(kind, chosen.id, value, moment)
    click.echo(f"{chosen.title}: {said} To take it back: iep-mail undo {decision.id}")


@duty.command()
@click.argument("duty_id", metavar="ID")
@click.option("--on", "day", type=Day(), help="The day on which it came, if not today.")
@click.pass_context
def arrived(context: click.Context, duty_id: str, day: date | None) -> None:
    """It has come: on paper, in the backpack, in the portal.

    \b
    Example:  iep-mail duty arrived o-3f2a --on 2026-02-06
    """
    from iep_mail.core.tracking.duties import DUTY_ARRIVED

    _decide(context, duty_id, DUTY_ARRIVED, day.isoformat() if day else "", "it has come.")


@duty.command("not-owed")
@click.argument("duty_id", metavar="ID")
@click.pass_context
def not_owed(context: click.Context, duty_id: str) -> None:
    """It is not owed: you agreed otherwise, or it does not apply.

    \b
    Example:  iep-mail duty not-owed o-3f2a
    """
    from iep_mail.core.tracking.duties import DUTY_NOT_OWED

    _decide(context, duty_id, DUTY_NOT_OWED, "", "no longer expected.")


COMMANDS = (deadlines, duty)
