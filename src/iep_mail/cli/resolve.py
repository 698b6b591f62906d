"""case resolve, case reopen, case checked: what was agreed, and whether it holds."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

import click

from iep_mail.cli.case import case
from iep_mail.cli.output import Day, long_day, now, one_of, paragraph, workspace_of

if TYPE_CHECKING:
    from iep_mail.jobs.workspace import Workspace
    from iep_mail.model import Case, Casebook


@case.command("resolve")
@click.argument("case_id", metavar="CASE")
@click.option("--agreed", multiple=True, help="What was agreed; repeat it for several points.")
@click.option("--on", "day", type=Day(), help="The day on which it was agreed, if not today.")
@click.option("--weeks", type=click.IntRange(0, 52), default=6, show_default=True, help="How long to watch.")
@click.option(
    "--every", type=click.IntRange(1, 60), default=7, show_default=True, help="Days between check-ins."
)
@click.option("--settle/--keep-open", default=None, help="Count what is still open in the case as answered.")
@click.pass_context
def resolve(
    context: click.Context,
    case_id: str,
    agreed: tuple[str, ...],
    day: date | None,
    weeks: int,
    every: int,
    settle: bool | None,
) -> None:
    """The matter is settled: say what was agreed.

    A letter that confirms it in writing is proposed. For the first weeks iep-mail asks every few days
    whether it holds; a new miss opens the case again, with everything that led here.

    \b
    Example:  iep-mail case resolve 3f2a --agreed "Two make-up sessions by May 15" --on 2026-02-12
    """
    from iep_mail.core.tracking.monitoring import RESOLVE, as_value
    from iep_mail.errors import UsageError

    with workspace_of(context) as workspace:
        moment = now()
        today = workspace.day_of(moment)
        book = workspace.casebook(today)
        chosen: Case = one_of(list(book.cases), case_id, "case", "cases")
        points = list(agreed) or _asked()
        if not points:
            raise UsageError("Nothing was said to be agreed.", "Say it with --agreed, or type it when asked.")
        if day and day > today:
            raise UsageError(f"{day} has not come yet.", "Write the day on which it was agreed.")
        decision = workspace.decide(RESOLVE, chosen.id, as_value(day or today, points, weeks, every), moment)
        _settle_open(workspace, book, chosen, settle)
        after = workspace.casebook(today)
    click.echo(f"Noted for “{chosen.title}”. To take it back: iep-mail undo {decision.id}")
    _show_letter(after, chosen.id)


def _asked() -> list[str]:
    click.echo("What was agreed? One point a line; an empty line ends it.")
    points: list[str] = []
    while line := click.prompt("  ", default="", show_default=False, prompt_suffix="").strip():
        points.append(line)
    return points


def _settle_open(workspace: Workspace, book: Casebook, chosen: Case, settle: bool | None) -> None:
    """Asks whether what is still open in the case is answered by what was agreed."""
    waiting = [r for r in book.requests if r.case == chosen.id and not r.status.settled]
    if not waiting:
        return
    click.echo("Still open in this case:")
    for request in waiting:
        click.echo(paragraph(f"“{request.quote}”", "    ", "  • "))
    if settle is None:
        settle = click.confirm("Does what was agreed settle these?", default=True)
    for request in waiting if settle else ():
        workspace.decide("settle", request.id, "", now())


def _show_letter(book: Casebook, case_id: str) -> None:
    resolution = next((r for r in book.resolutions if r.case == case_id), None)
    flag = next((f for f in book.flags if f.case == case_id and f.kind == "confirm_resolution"), None)
    if flag and flag.draft:
        click.echo(f"A letter that confirms it is ready: iep-mail draft show {flag.draft}")
    if resolution and resolution.checks:
        click.echo(
            f"First look: {long_day(resolution.checks[0])}; watched until {long_day(resolution.until)}."
        )


@case.command("reopen")
@click.argument("case_id", metavar="CASE")
@click.pass_context
def reopen(context: click.Context, case_id: str) -> None:
    """It was not settled after all: the resolution no longer counts.

    \b
    Example:  iep-mail case reopen 3f2a
    """
    from iep_mail.core.tracking.monitoring import UNRESOLVE

    _decide(context, case_id, UNRESOLVE, "", "open again.")


@case.command("checked")
@click.argument("case_id", metavar="CASE")
@click.option("--not-held", help="What you saw that was agreed otherwise.")
@click.pass_context
def checked(context: click.Context, case_id: str, not_held: str | None) -> None:
    """You looked whether what was agreed holds: it does, or say what does not.

    \b
    Example:  iep-mail case checked 3f2a
              iep-mail case checked 3f2a --not-held "No speech on Tuesday"
    """
    from iep_mail.core.tracking.monitoring import CHECKED, NOT_HELD

    if not_held:
        _decide(context, case_id, NOT_HELD, not_held, "open again, with what led to the agreement.")
    else:
        _decide(context, case_id, CHECKED, "", "it holds.")


def _decide(context: click.Context, case_id: str, kind: str, value: str, said: str) -> None:
    from iep_mail.errors import UsageError

    with workspace_of(context) as workspace:
        moment = now()
        book = workspace.casebook(workspace.day_of(moment))
        chosen: Case = one_of(list(book.cases), case_id, "case", "cases")
        if not any(r.case == chosen.id for r in book.resolutions):
            raise UsageError(
                f"Nothing is noted as agreed in “{chosen.title}”.", "Say it with: iep-mail case resolve"
            )
        decision = workspace.decide(kind, chosen.id, value, moment)
    click.echo(f"{chosen.title}: {said} To take it back: iep-mail undo {decision.id}")


# The commands belong to the group `case`.
COMMANDS: Sequence[click.Command] = ()
