"""schedule: letting the computer run the night by itself."""

from __future__ import annotations

from datetime import datetime, time
from typing import TYPE_CHECKING, Any

import click

from iep_mail.cli.output import now, paragraph, places

if TYPE_CHECKING:
    from iep_mail.model import Config


class TimeOfDay(click.ParamType[time]):
    """A time of day as 02:30."""

    name = "time"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> time:
        if isinstance(value, time):
            return value
        hour, _, minute = str(value).partition(":")
        try:
            return time(int(hour), int(minute))
        except ValueError:
            self.fail(f"“{value}” is not a time of day: write it as 02:30.", param, ctx)


@click.group()
def schedule() -> None:
    """Let your computer run iep-mail every night by itself.

    \b
    Example:  iep-mail schedule install
    """


@schedule.command()
@click.option("--at", type=TimeOfDay(), help="The time of day, e.g. 02:30. Without it: some minute at night.")
@click.option("--show", is_flag=True, help="Only print what would be written, and write nothing.")
@click.option(
    "--with",
    "scheduler",
    type=click.Choice(["systemd", "cron", "launchd", "windows"]),
    help="Which scheduler. Without it: your system's own.",
)
@click.pass_context
def install(context: click.Context, at: time | None, show: bool, scheduler: str | None) -> None:
    """Run every night. A computer that was asleep or off catches up when it is on again.

    It needs no administrator, and no password is written anywhere. Whether the night went well, and what
    it found, you learn as config.toml says under [nightly] notice. Doing it again changes the time.

    \b
    Example:  iep-mail schedule install --at 02:30
    """
    from iep_mail.jobs import scheduling

    config, data = places(context)
    at = at or _some_minute_at_night()
    if show:
        night = scheduling.plan_night(config, data, at)
        for where, text in scheduling.chosen_scheduler(scheduler, night.key).entries(night).items():
            click.echo(click.style(where, bold=True))
            click.echo(text)
        return
    chosen, warnings = scheduling.install(config, data, at, scheduler)
    click.echo(f"iep-mail runs every night at {at:%H:%M} ({_BY[chosen.name]}).")
    click.echo(paragraph(_CATCHES_UP[chosen.name]))
    click.echo(paragraph(_told_by(context)))
    for warning in warnings:
        click.echo(paragraph(f"Please note: {warning}"), err=True)
    click.echo("To see how it goes: iep-mail schedule status. To stop it: iep-mail schedule remove")


@schedule.command()
@click.pass_context
def status(context: click.Context) -> None:
    """Say whether the nights run by themselves, when the next one is, and how the last one went.

    \b
    Example:  iep-mail schedule status
    """
    from iep_mail.jobs.scheduling import schedule_of

    found = schedule_of(*places(context), now().astimezone())
    if found is None:
        click.echo("iep-mail does not run by itself. To let it: iep-mail schedule install")
        return
    click.echo(f"iep-mail runs every night at {found.at:%H:%M} ({_BY[found.by]}).")
    click.echo(f"Next night:  {_moment(found.next)}")
    if found.last is None:
        click.echo("Last night:  none yet")
        return
    click.echo(
        f"Last night:  {_moment(found.last.ended.astimezone())}, {_RESULTS.get(found.last.result, 'it failed')}"
    )
    if found.last.problem:
        click.echo(paragraph(found.last.problem, " " * 13))


@schedule.command()
@click.pass_context
def remove(context: click.Context) -> None:
    """Let the nights no longer run by themselves. Nothing of the schedule is left in the system.

    What iep-mail has read, and the log of the nights in its data folder, is kept.

    \b
    Example:  iep-mail schedule remove
    """
    from iep_mail.jobs import scheduling

    names = scheduling.remove(*places(context))
    if not names:
        click.echo("iep-mail did not run by itself; there was nothing to remove.")
        return
    click.echo(
        f"iep-mail no longer runs by itself ({', '.join(_BY[n] for n in names)}). By hand: iep-mail nightly"
    )


_BY = {
    "systemd": "a timer of systemd",
    "cron": "a line in your crontab",
    "launchd": "an agent of launchd",
    "windows": "a task of the Task Scheduler",
}
_SESSION = "It runs while you are signed in to this computer, for only then is the keyring open."
_CATCHES_UP = {
    "systemd": f"If the computer sleeps or is off then, it runs as soon as it is on. {_SESSION}",
    "cron": "If the computer sleeps or is off then, it runs within the hour in which it is on again.",
    "launchd": f"If the Mac sleeps or is off then, it runs within the hour in which it is on again. {_SESSION}",
    "windows": f"If the computer sleeps or is off then, it runs as soon as it is on. {_SESSION}",
}
_RESULTS = {0: "done, nothing is due", 10: "done, something wants you: iep-mail digest"}
_WAYS = {
    "file": "What it finds is kept as a page: iep-mail digest. It can also be told on the desktop or mailed to "
    "yourself: [nightly] notice in config.toml.",
    "desktop": "Where something wants you, a notification on this computer says so.",
    "mail": "Where something wants you, the page is mailed to you, and to nobody else.",
}


def _told_by(context: click.Context) -> str:
    from iep_mail.adapters.config import load_config

    loaded: Config = load_config(places(context)[0])
    return _WAYS[loaded.notice]


def _some_minute_at_night() -> time:
    """Not the same for every family: mail servers get all their visitors at full hours."""
    import random

    return time(random.randint(1, 4), random.randint(1, 58))


def _moment(at: datetime) -> str:
    return f"{at:%A, %B} {at.day}, {at:%H:%M}"


COMMANDS = (schedule,)
