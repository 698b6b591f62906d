"""case resolve, case reopen, case checked: what was agreed, and whether it holds."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

import click

from iep_mail.cli.case import case
from iep_mail.cli.output import Day, deciding, long_day, one_of, paragraph

if TYPE_CHECKING:
    from iep_mail.model import Case, Casebook, Decision, Request


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
    from iep_mail.jobs.agreeing import resolve as agree
    from iep_mail.jobs.agreeing import waiting_in
    from iep_mail.jobs.deciding import check_day

    with deciding(context) as (workspace, book, moment):
        chosen: Case = one_of(list(book.cases), case_id, "case", "cases")
        check_day(day, date.min, book.as_of, "")
        points = list(agreed) or _asked()
        waiting = waiting_in(book, chosen) if points else ()
        settled = waiting if _all_settled(waiting, settle) else ()
        done, *_ = agree(
            workspace, book, chosen, points, moment, on=day, weeks=weeks, every=every, settled=settled
        )
        after = workspace.casebook(book.as_of)
    click.echo(f"Noted for “{chosen.title}”. To take it back: iep-mail undo {done.id}")
    _show_letter(after, chosen.id)


def _asked() -> list[str]:
    click.echo("What was agreed? One point a line; an empty line ends it.")
    points: list[str] = []
    while line := click.prompt("  ", default="", show_default=False, prompt_suffix="").strip():
        points.append(line)
    return points


def _all_settled(waiting: Sequence[Request], settle: bool | None) -> bool:
    """Whether what is still open in the case is answered by what was agreed; asked where it was not said."""
    if not waiting:
        return False
    click.echo("Still open in this case:")
    for request in waiting:
        click.echo(paragraph(f"“{request.quote}”", "    ", "  • "))
    return click.confirm("Does what was agreed settle these?", default=True) if settle is None else settle


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
    from iep_mail.jobs.agreeing import not_settled

    with deciding(context) as (workspace, book, moment):
        chosen: Case = one_of(list(book.cases), case_id, "case", "cases")
        done = not_settled(workspace, book, chosen, moment)
    _echo(chosen, "open again.", done)


@case.command("checked")
@click.argument("case_id", metavar="CASE")
@click.option("--not-held", default="", help="What you saw that was agreed otherwise.")
@click.pass_context
def checked(context: click.Context, case_id: str, not_held: str) -> None:
    """You looked whether what was agreed holds: it does, or say what does not.

    \b
    Example:  iep-mail case checked 3f2a
              iep-mail case checked 3f2a --not-held "No speech on Tuesday"
    """
    from iep_mail.jobs.agreeing import looked

    with deciding(context) as (workspace, book, moment):
        chosen: Case = one_of(list(book.cases), case_id, "case", "cases")
        done = looked(workspace, book, chosen, moment, not_held)
    _echo(chosen, "open again, with what led to the agreement." if not_held else "it holds.", done)


def _echo(chosen: Case, said: str, done: Decision) -> None:
    click.echo(f"{chosen.title}: {said} To take it back: iep-mail undo {done.id}")


COMMANDS = (case,)
