"""doctor: whether every part works, and what to do where one does not."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from iep_mail.cli.output import echo_json, json_option, now, paragraph, places

if TYPE_CHECKING:
    from iep_mail.jobs.doctor import Check

_MARKS = {"well": ("✓ well ", "green"), "wrong": ("✗ wrong", "red"), "note": ("– note ", "yellow")}
_INDENT = " " * 9


@click.command()
@click.option("--close", is_flag=True, help="First make files that others may read yours alone.")
@json_option
@click.pass_context
def doctor(context: click.Context, close: bool, as_json: bool) -> None:
    """Look over everything: does it work, and what to do where it does not.

    It logs in to your mailboxes and reads and sends nothing. The newest backup is restored to a temporary
    place and compared. Without the internet it says so and does not wait long.

    \b
    Exit code   0  all is well
                1  something is wrong

    \b
    Example:  iep-mail doctor
    """
    from iep_mail.jobs.doctor import examine

    config, data = places(context)
    if close:
        _close(context)
    checks = []
    for check in examine(config, data, now=now()):
        checks.append(check)
        if not as_json:
            _tell(check)
    wrong = sum(check.state == "wrong" for check in checks)
    if as_json:
        rows = [{"part": c.part, "state": c.state, "says": c.says, "remedy": c.remedy} for c in checks]
        echo_json({"well": not wrong, "checks": rows})
    elif wrong:
        click.echo(f"\n{wrong} {'part wants' if wrong == 1 else 'parts want'} you. Nothing stored is lost.")
    else:
        click.echo("\nAll is well.")
    sys.exit(1 if wrong else 0)


def _tell(check: Check) -> None:
    mark, colour = _MARKS[check.state]
    first = click.style(mark, fg=colour) + "  "
    click.echo(first + click.style(check.part, bold=True))
    click.echo(paragraph(check.says, _INDENT))
    if check.remedy and check.state != "well":
        click.echo(paragraph(f"What to do: {check.remedy}", _INDENT))


def _close(context: click.Context) -> None:
    from iep_mail.adapters.machine import close_to_others, open_to_others

    config, data = places(context)
    for path in close_to_others(open_to_others(config, data)):
        click.echo(f"{path} could not be closed to others: it is not yours.", err=True)


COMMANDS = (doctor,)
