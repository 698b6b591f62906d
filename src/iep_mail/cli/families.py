"""families: all families of an advocate, each in a folder of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from iep_mail.cli import output
from iep_mail.cli.output import echo_json, json_option, paragraph

if TYPE_CHECKING:
    from iep_mail.jobs.families import FamilyState


@click.command()
@json_option
def families(as_json: bool) -> None:
    """Your families, if you help several: who waits for what.

    Each family has a folder of its own with its configuration, mail and letters; nothing of one is ever
    seen in another. Set one up with its name, then name it with every command:

    \b
    Example:  iep-mail families
              iep-mail --family rivera init
              iep-mail --family rivera nightly

    The folders lie in one place, which the environment variable IEP_MAIL_FAMILIES can name.
    IEP_MAIL_FAMILY names the family for all commands of a session.
    """
    from iep_mail.adapters.families import families_root
    from iep_mail.jobs.families import family_states

    states = list(family_states(output.now()))
    if as_json:
        echo_json([_as_json(state) for state in states])
        return
    if not states:
        click.echo(f"No family is set up in {families_root()}.")
        click.echo("Set one up with: iep-mail --family NAME init")
        return
    for state in states:
        click.echo(click.style(state.name, bold=True))
        click.echo(paragraph(_told(state), "    "))


def _told(state: FamilyState) -> str:
    if state.problem:
        return state.problem
    read = f"{state.read_at.astimezone():%Y-%m-%d %H:%M}" if state.read_at else "never to the end"
    open_cases = f"{state.open_cases} open case{'s' * (state.open_cases != 1)}"
    waits = f"{state.waiting} thing{'s' * (state.waiting != 1)} to look at, {state.overdue} overdue"
    return f"{', '.join(state.children)} · {open_cases} · {waits} · mail read {read}"


def _as_json(state: FamilyState) -> dict[str, object]:
    return {
        "name": state.name,
        "children": list(state.children),
        "read_at": state.read_at.isoformat() if state.read_at else None,
        "open_cases": state.open_cases,
        "waiting": state.waiting,
        "overdue": state.overdue,
        "problem": state.problem,
    }


COMMANDS = (families,)
