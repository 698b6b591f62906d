"""nightly, demo and import."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from iep_mail.cli.output import as_of_option, echo_json, json_option, now, places

if TYPE_CHECKING:
    from iep_mail.jobs.nightly import Night


@click.command()
@as_of_option
@json_option
@click.option("--demo", is_flag=True, help="Run on a sample family's mailbox instead of yours.")
@click.pass_context
def nightly(context: click.Context, as_of: date | None, as_json: bool, demo: bool) -> None:
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

    config, data = places(context)
    night = run_night(config, data, now=now(), as_of=as_of, progress=_progress)
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
This was a sample family: invented people, a mail server inside this program, and a
folder that is already gone. Nothing of yours was read.

What to do next
  1.  iep-mail init              writes a config.toml; fill in your mailbox, your child, the school
  2.  iep-mail nightly           reads your own mail, for the first time
  3.  iep-mail flags             what wants you          iep-mail drafts    the letters
"""


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
        click.echo(styled_digest(night.digest))
    for report in night.reports:
        if not report.complete:
            click.echo(f"{report.account}: {report.problem}", err=True)
            if report.remedy:
                click.echo(report.remedy, err=True)
    for problem in night.problems:
        click.echo(problem, err=True)


def styled_digest(digest: str) -> str:
    """The digest with its headings in bold; click drops the style where there is no terminal."""
    lines = digest.splitlines()
    heads = {
        i - 1 for i, line in enumerate(lines) if i and line and set(line) <= set("─━=-") and len(line) > 3
    }
    return "\n".join(
        click.style(line, bold=True) if i in heads or line.isupper() else line for i, line in enumerate(lines)
    )


def _progress(what: str, done: int, total: int) -> None:
    if sys.stderr.isatty():
        of = f" of {total:,}" if total else ""
        click.echo(f"\r\033[K{what}: {done:,}{of}", nl=False, err=True)


def _clear_progress() -> None:
    if sys.stderr.isatty():
        click.echo("\r\033[K", nl=False, err=True)


COMMANDS = (nightly, demo_command, import_command)
