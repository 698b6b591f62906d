"""nightly, demo and import."""

from __future__ import annotations

import re
import sys
from datetime import date, time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from iep_mail.cli.output import as_of_option, echo_json, json_option, now, places, plain, workspace_of
from iep_mail.cli.schedule import TimeOfDay

if TYPE_CHECKING:
    from iep_mail.jobs.nightly import Night


@click.command()
@as_of_option
@json_option
@click.option("--demo", is_flag=True, help="Run on a sample family's mailbox instead of yours.")
@click.option(
    "--scheduled",
    type=TimeOfDay(),
    help="As `iep-mail schedule` runs it: only where the night since this time of day is not done, without a "
    "word here, and you are told as config.toml says.",
)
@click.pass_context
def nightly(
    context: click.Context, as_of: date | None, as_json: bool, demo: bool, scheduled: time | None
) -> None:
    """Read your mailboxes, find what is unanswered, draft the follow-ups.

    This is the whole run, the one that happens every night. It reads your mail without marking
    anything as read, and never sends.

    \b
    Exit code   0  done, nothing is due
               10  done, something needs you
                1  done in part: a mailbox could not be read
                2  a mistake in the configuration

    \b
    Example:  iep-mail nightly
    """
    if demo:
        context.invoke(demo_command, as_json=as_json)
        return
    from iep_mail.jobs.nightly import run_night
    from iep_mail.jobs.scheduling import record_by_hand, run_scheduled

    config, data = places(context)
    if scheduled is not None:
        sys.exit(run_scheduled(config, data, now=now().astimezone(), at=scheduled))
    night = run_night(config, data, now=now(), as_of=as_of, progress=_progress)
    record_by_hand(data, night, now())
    _show(night, as_json)
    sys.exit(night.exit_code)


@click.command("demo")
@json_option
def demo_command(as_json: bool) -> None:
    """See a whole night on a sample family's mailbox.

    Starts a mail server inside this program with an invented family's school year, and runs the
    real night on it. Your own mail and data are not touched.

    \b
    Example:  iep-mail demo
    """
    from iep_mail.jobs.demo import run_demo

    night = run_demo(progress=_progress)
    _show(night, as_json)
    if not as_json:
        click.echo(_AFTER_DEMO)


_AFTER_DEMO = """\

This was a sample family: invented people, a mail server inside this program,
and a folder that is already gone. Nothing of yours was read or changed. The
commands on the page will work for your own mail.

What to do next, for your own family

    iep-mail init              asks for your mail address and does the rest
                               it can, as far as a first night
    iep-mail schedule install  lets this computer run it every night
    iep-mail web               everything in your browser, with buttons
    iep-mail doctor            whether every part works
"""


@click.command()
@as_of_option
@click.pass_context
def digest(context: click.Context, as_of: date | None) -> None:
    """Show the morning page again, from what is already read.

    The pages of past nights are also kept as files, in the folder `digests` of the data folder.

    \b
    Example:  iep-mail digest
    """
    from iep_mail.jobs.page import morning_page

    with workspace_of(context) as workspace:
        today = workspace.day_of(now())
        book = workspace.casebook(as_of or today, past=as_of is not None and as_of < today)
        text, problems = morning_page(workspace, book, workspace.plan_problems)
    click.echo(styled_digest(text), nl=False)
    for problem in problems:
        click.echo(problem, err=True)


@click.command("import")
@click.option("--folder", help="The mail folder that these messages come from, e.g. Sent.")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.pass_context
def import_command(context: click.Context, folder: str | None, paths: tuple[Path, ...]) -> None:
    """Add mail from files: .eml, folders of them, mbox, Maildir.

    Use it for mail that is no longer in your mailbox. A message that is already known is not added
    twice, and importing again does no harm.

    \b
    Example:  iep-mail import ~/Downloads/school-mail.mbox
    """
    from iep_mail.jobs.importing import import_mail

    config, data = places(context)
    done = import_mail(config, data, paths, folder, progress=lambda n: _progress("Reading files", n, 0))
    _clear_progress()
    messages = "1 message" if done.read == 1 else f"{done.read:,} messages"
    click.echo(f"Read {messages}; {done.new:,} new.")
    if done.read:
        theirs = f"{done.filed:,} of all that is kept {'is' if done.filed == 1 else 'are'} the school's mail or yours to it"
        click.echo(f"{theirs}. See what it means: iep-mail digest")
    for problem in done.problems:
        click.echo(problem, err=True)
    if done.problems:
        sys.exit(1)


def _show(night: Night, as_json: bool) -> None:
    _clear_progress()
    if as_json:
        from iep_mail.core.dump import dump_casebook

        document = dump_casebook(night.casebook)
        document["mailboxes"] = [
            {"account": r.account, "complete": r.complete, "new": r.new, "problem": r.problem}
            for r in night.reports
        ]
        document["problems"] = list(night.problems)
        echo_json(document)
    else:
        click.echo(styled_digest(night.digest), nl=False)
    for report in night.reports:
        if not report.complete:
            click.echo(f"{report.account}: {report.problem}", err=True)
            if report.remedy:
                click.echo(report.remedy, err=True)
    for problem in night.problems:
        click.echo(problem, err=True)


_COMMAND = re.compile(r"iep-mail(?: [a-z][a-z-]*){1,3}(?: (?:f-|c-)?[0-9a-f]{4,})?$")


_STYLES: dict[str, dict[str, Any]] = {
    "title": {"bold": True},
    "heading": {"bold": True},
    "group": {"bold": True},
    "step": {"bold": True, "fg": "green"},
    "rule": {"dim": True},
    "notice": {"fg": "yellow"},
    "quote": {"italic": True},
}


def styled_digest(text: str) -> str:
    """The page with what matters brought out; click drops the styles where there is no terminal."""
    from iep_mail.core.letters.digest import digest_lines

    return "".join(
        click.style(line.text, **_STYLES[line.kind]) + "\n"
        if line.kind in _STYLES
        else _COMMAND.sub(lambda found: click.style(found[0], fg="cyan"), line.text) + "\n"
        for line in digest_lines(plain(text))
    )


def _progress(what: str, done: int, total: int) -> None:
    if sys.stderr.isatty():
        of = f" of {total:,}" if total else ""
        click.echo(f"\r\033[K{what}: {done:,}{of}", nl=False, err=True)


def _clear_progress() -> None:
    if sys.stderr.isatty():
        click.echo("\r\033[K", nl=False, err=True)


COMMANDS = (nightly, digest, demo_command, import_command)
