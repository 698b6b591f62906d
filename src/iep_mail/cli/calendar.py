"""calendar: the deadlines for the parent's own calendar."""

from __future__ import annotations

from pathlib import Path

import click

from iep_mail.cli import output
from iep_mail.cli.output import page_of


@click.command()
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="The file, e.g. deadlines.ics; without it only the list is shown.",
)
@click.option(
    "--csv",
    "as_csv",
    is_flag=True,
    help="Print it as a table for a spreadsheet, or for Google Calendar's import.",
)
@click.pass_context
def calendar(context: click.Context, out: Path | None, as_csv: bool) -> None:
    """Write the school's open deadlines, and yours, into a file for your own calendar.

    Import it into Google, Apple or Outlook, or subscribe to it. Run it again with the same file: what has
    moved moves, and what is done is taken off. Titles show only your child's initials.

    \b
    Example:  iep-mail calendar --out deadlines.ics
    """
    from iep_mail.core.evidence.calendar import calendar_entries

    with page_of(context, None) as page:
        entries = calendar_entries(page)
        today = page.book.as_of
    if as_csv:
        from iep_mail.adapters.spreadsheets import csv_text

        header = ("Subject", "Start Date", "All Day Event", "Description")
        rows = [(e.title, f"{e.day:%m/%d/%Y}", "True", e.text) for e in entries]
        click.echo(csv_text(header, rows).replace("\r\n", "\n"), nl=False)
    elif out is None:
        for entry in entries:
            click.echo(output.paragraph(f"{output.long_day(entry.day)}: {entry.title}", "    ", ""))
        click.echo(
            "To put them into your calendar: iep-mail calendar --out deadlines.ics"
            if entries
            else "Nothing is open."
        )
    if out is not None:
        from iep_mail.adapters.calendar_out import write_calendar

        done = write_calendar(out, entries, today)
        said = f"{done.entries} day{'s' * (done.entries != 1)}, {done.changed} new or changed, {done.cancelled} taken off"
        click.echo(f"Written: {out} ({said})", err=as_csv)


COMMANDS = (calendar,)
