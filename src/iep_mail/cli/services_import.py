"""services import: the school's own service log, column by column, with what was not understood."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from iep_mail.cli import output
from iep_mail.cli.output import paragraph, plain, workspace_of
from iep_mail.errors import UsageError

if TYPE_CHECKING:
    from iep_mail.adapters.service_logs import LogFile
    from iep_mail.core.services.log_rows import DayOrder, LogReading

_MOST_SHOWN = 20


@click.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--map",
    "mapping",
    metavar="date=COLUMN,…",
    help="Which column is which: date, service, minutes, status, reason, child.",
)
@click.option("--service", help="The service, where the file has no column for it.")
@click.option("--child", help="The child, where the file has no column for it.")
@click.option(
    "--dates",
    type=click.Choice(["month-first", "day-first"]),
    help="How 3/4/2026 is meant: March 4 (month-first) or April 3 (day-first).",
)
@click.option("--skip", is_flag=True, help="Leave out the rows that were not understood.")
@click.pass_context
def import_log(
    context: click.Context,
    file: Path,
    mapping: str | None,
    service: str | None,
    child: str | None,
    dates: str | None,
    skip: bool,
) -> None:
    """Read the school's service log from a CSV file.

    Columns are found by their usual names; name them yourself where that fails. Where a row is not
    understood, nothing is stored until you mend it or leave it out with --skip.

    \b
    Example:  iep-mail services import log.csv
              iep-mail services import log.csv --map "date=Serviced On,minutes=Dur." --service speech
    """
    from iep_mail.adapters.service_logs import read_service_log
    from iep_mail.core.services.log_rows import read_rows
    from iep_mail.jobs.services import child_named, import_sessions

    log = read_service_log(file)
    columns = _columns(log, mapping, service)
    order = _order(log, columns, dates)
    with workspace_of(context) as workspace:
        whose = child_named(workspace, child) if child else None
        read = read_rows(log.rows, columns, order, workspace.family, child=whose, service=service)
        _check(read, log, skip=skip, child_column="child" in columns)
        decision = import_sessions(workspace, log.name, log.raw, read.sessions, output.now())
    _report(read, log, decision.id)


def _columns(log: LogFile, mapping: str | None, service: str | None) -> dict[str, int]:
    from iep_mail.core.services.log_rows import map_columns

    wanted: dict[str, str] = {}
    for part in filter(None, (mapping or "").split(",")):
        name, equals, column = part.partition("=")
        if not equals:
            raise UsageError(
                f"“{part}” in --map names no column.", "Write it as: --map date=Serviced On,minutes=Dur."
            )
        wanted[name.strip().lower()] = column.strip()
    columns, problems = map_columns(log.header, wanted)
    if problems:
        raise UsageError(problems[0], "Copy the column's name from the file's first row.")
    missing = [
        name for name in ("date", "service") if name not in columns and not (name == "service" and service)
    ]
    if missing:
        raise UsageError(
            f"In {log.name} no column was found for: {', '.join(missing)}. It has: "
            f"{', '.join(filter(None, log.header))}.",
            f'Say which it is, e.g. --map "{missing[0]}=NAME OF THE COLUMN"'
            + (", or --service speech where all rows are of one service." if "service" in missing else "."),
        )
    if not {"minutes", "status"} & columns.keys():
        raise UsageError(
            f"In {log.name} no column tells how long a session was or whether it was held. It has: "
            f"{', '.join(filter(None, log.header))}.",
            'Say which it is, e.g. --map "status=NAME OF THE COLUMN".',
        )
    return columns


def _order(log: LogFile, columns: dict[str, int], said: str | None) -> DayOrder:
    """The order of month and day: as said, as the days themselves tell, or as the parent answers."""
    from iep_mail.core.services.log_rows import DayOrder, day_order, order_matters

    at = columns["date"]
    days = [cells[at] for _, cells in log.rows if at < len(cells)]
    found, contradiction = day_order(days)
    if contradiction:
        raise UsageError(
            f"{log.name} writes dates in two orders: “{contradiction[0]}” and “{contradiction[1]}”.",
            "Mend the dates in a spreadsheet program so that all are written alike; nothing was stored.",
        )
    if said:
        chosen = DayOrder(said)
        if found and found is not chosen:
            raise UsageError(
                f"The dates of {log.name} cannot be {said}.", f"They are {found}: leave --dates out."
            )
        return chosen
    if found or not order_matters(days):
        return found or DayOrder.MONTH_FIRST
    example = next(day for day in days if order_matters([day]))
    if not sys.stdin.isatty():
        raise UsageError(
            f"“{example}” in {log.name} can be read in two ways, and no date of the file settles it.",
            "Add --dates month-first (as in the United States) or --dates day-first.",
        )
    answer = click.prompt(
        f"How is “{example}” meant?", type=click.Choice(["month-first", "day-first"]), default="month-first"
    )
    return DayOrder(answer)


def _check(read: LogReading, log: LogFile, *, skip: bool, child_column: bool) -> None:
    for problem in read.problems[:_MOST_SHOWN]:
        click.echo(paragraph(f"Line {problem.line}: {problem.why}", "    ", "  "), err=True)
    if len(read.problems) > _MOST_SHOWN:
        click.echo(f"  … and {len(read.problems) - _MOST_SHOWN} more.", err=True)
    if read.problems and not skip:
        count = len(read.problems)
        raise UsageError(
            f"{count} row{'s' * (count != 1)} of {log.name} {'were' if count != 1 else 'was'} not understood; "
            "nothing was stored.",
            "Mend the file, name the columns with --map, or leave these rows out with --skip.",
        )
    if not read.sessions:
        why = (
            "every row is about another child"
            if read.others and child_column
            else "no row tells of a session"
        )
        raise UsageError(
            f"Nothing of {log.name} was stored: {why}.", "Name the child with --child, or check the columns."
        )


def _report(read: LogReading, log: LogFile, decision: int) -> None:
    from iep_mail.core.services.words import day_words
    from iep_mail.model import SessionStatus

    held = sum(s.status is SessionStatus.DELIVERED for s in read.sessions)
    missed = sum(s.status is SessionStatus.MISSED for s in read.sessions)
    made_up = sum(s.status is SessionStatus.MAKE_UP for s in read.sessions)
    count = "1 session" if len(read.sessions) == 1 else f"{len(read.sessions)} sessions"
    first, last = min(s.on for s in read.sessions), max(s.on for s in read.sessions)
    click.echo(
        paragraph(
            f"{plain(log.name)}: {count} from {day_words(first)} to {day_words(last)}: "
            f"{held} held, {missed} not held, {made_up} made up."
        )
    )
    if read.problems:
        click.echo(f"Left out: the {len(read.problems)} above that were not understood.")
    if read.others:
        rows = "1 row" if read.others == 1 else f"{read.others} rows"
        click.echo(f"Left out: {rows} about other children.")
    click.echo(f"See the ledger: iep-mail services. To take the import back: iep-mail undo {decision}")
