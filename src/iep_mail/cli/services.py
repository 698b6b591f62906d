"""services: what the plan grants against what was held and missed."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from iep_mail.cli import output
from iep_mail.cli.output import Day, echo_json, json_option, long_day, paragraph, plain, workspace_of
from iep_mail.cli.services_import import import_log

if TYPE_CHECKING:
    from iep_mail.core.services.ledger import Ledger
    from iep_mail.jobs.services import ServiceReport
    from iep_mail.jobs.workspace import Workspace
    from iep_mail.model import PossibleMiss

REASONS = ["provider_absent", "vacancy", "school_event", "child_absent", "closure", "unknown"]
child_option = click.option("--child", help="The child, where there are several.")
minutes_option = click.option(
    "--minutes", type=click.IntRange(1, 1440), help="How long, if it is not the plan's usual."
)
reason_option = click.option(
    "--reason", type=click.Choice([r.replace("_", "-") for r in REASONS]), help="Why it was not held."
)


@click.group(invoke_without_command=True)
@child_option
@click.option("--from", "first", type=Day(), help="The first day; without it, July 1 of the school year.")
@click.option("--to", "last", type=Day(), help="The last day; without it, today.")
@click.option("--csv", "as_csv", is_flag=True, help="Print it as a table for a spreadsheet.")
@click.option("--svg", "svg_file", type=click.Path(path_type=Path), help="Also draw it into this file (SVG).")
@json_option
@click.pass_context
def services(
    context: click.Context,
    child: str | None,
    first: date | None,
    last: date | None,
    as_csv: bool,
    svg_file: Path | None,
    as_json: bool,
) -> None:
    """What the plan grants against what was held, missed and made up, by service and month.

    It counts what is on record: sessions you enter, the school's own log, and missed sessions that mail
    tells of, once you confirm them. It is a starting point for the team, not a sum that is due.

    \b
    Example:  iep-mail services
              iep-mail services --from 2025-09-01 --to 2026-01-31 --csv
              iep-mail services add speech 2026-01-12 --missed --reason provider-absent
              iep-mail services import log.csv
    """
    if context.invoked_subcommand:
        return
    from iep_mail.jobs.services import child_named, service_report

    with workspace_of(context) as workspace:
        children = [child_named(workspace, child)] if child else [c.name for c in workspace.family.children]
        report = service_report(workspace, workspace.day_of(output.now()), children, first, last)
    if svg_file:
        _draw(report.ledger, svg_file)
    if as_csv:
        _print_csv(report.ledger)
    elif as_json:
        echo_json(_as_json(report))
    else:
        _show(report)
        if svg_file:
            click.echo(f"\nDrawn into {svg_file}.")


def _draw(ledger: Ledger, path: Path) -> None:
    from iep_mail.adapters.private_file import write_private
    from iep_mail.core.services.picture import svg

    write_private(path, svg(ledger))


def _print_csv(ledger: Ledger) -> None:
    from iep_mail.adapters.spreadsheets import csv_text
    from iep_mail.core.services.tables import LEDGER_HEADER, ledger_rows

    click.echo(csv_text(LEDGER_HEADER, ledger_rows(ledger)).replace("\r\n", "\n"), nl=False)


def _as_json(report: ServiceReport) -> dict[str, object]:
    from iep_mail.core.services.tables import ledger_json, miss_json

    return {**ledger_json(report.ledger), "waiting": [miss_json(miss) for miss in report.waiting]}


def _show(report: ServiceReport) -> None:
    from iep_mail.core.services.picture import LEGEND, text_bars
    from iep_mail.core.services.words import (
        STARTING_POINT,
        disagreement_words,
        line_sentences,
        line_title,
    )

    ledger = report.ledger
    last_child = None
    for line in ledger.lines:
        if line.child != last_child:
            span = f"{long_day(ledger.first)} to {long_day(ledger.last)}"
            click.echo(click.style(f"{plain(line.child)}: services, {span}", bold=True))
            last_child = line.child
        click.echo()
        click.echo(click.style(paragraph(line_title(line)), bold=True))
        for row in text_bars(line):
            click.echo(f"    {row}")
        for sentence in line_sentences(line, ledger.last):
            click.echo(paragraph(sentence, "    "))
    if ledger.lines:
        click.echo(f"\n{LEGEND}")
        click.echo(paragraph(STARTING_POINT))
    else:
        click.echo(
            paragraph(
                "In these days no plan grants anything and nothing is on record. Is the plan missing? Read it in "
                "with: iep-mail iep import FILE.pdf"
            )
        )
    for one in ledger.disagreements:
        click.echo(paragraph(disagreement_words(one), "  ", "• "))
    if ledger.unknown_minutes:
        click.echo(
            paragraph(
                "The minutes of "
                + (
                    "1 session are"
                    if ledger.unknown_minutes == 1
                    else f"{ledger.unknown_minutes} sessions are"
                )
                + " not known and count as none."
            )
        )
    for note in ledger.notes:
        click.echo(paragraph(note))
    _show_waiting(report.waiting)


def _show_waiting(waiting: tuple[PossibleMiss, ...]) -> None:
    if not waiting:
        return
    click.echo()
    click.echo(click.style("Seen in your mail, not counted until you say so", bold=True))
    for miss in waiting:
        day = long_day(miss.on) if miss.on else "no day named"
        click.echo(
            paragraph(f"{miss.id}  {miss.service or 'a service'}, {day}: “{miss.quote}”", " " * 14, "  • ")
        )
    click.echo(paragraph("It was missed: iep-mail services confirm ID --reason provider-absent"))
    click.echo(paragraph("It was held after all: iep-mail services reject ID"))


@services.command("add")
@click.argument("service")
@click.argument("day", type=Day())
@click.option(
    "--held", "status", flag_value="delivered", default=True, help="It was held (this is the default)."
)
@click.option("--missed", "status", flag_value="missed", help="It was not held.")
@click.option("--make-up", "status", flag_value="make_up", help="It was held in place of a missed one.")
@minutes_option
@reason_option
@child_option
@click.option("--note", default="", help="What else you want to remember of it.")
@click.pass_context
def add(
    context: click.Context,
    service: str,
    day: date,
    status: str,
    minutes: int | None,
    reason: str | None,
    child: str | None,
    note: str,
) -> None:
    """Enter one session by hand: held, missed or made up.

    SERVICE is its name or a part of it.

    \b
    Example:  iep-mail services add speech 2026-01-12 --missed --reason provider-absent
              iep-mail services add speech 2026-02-03 --make-up --minutes 30
    """
    from iep_mail.core.services.words import session_words
    from iep_mail.errors import UsageError
    from iep_mail.jobs.services import add_session, child_named, sessions
    from iep_mail.model import MissedReason, Session, SessionStatus

    if reason and status != "missed":
        raise UsageError("A reason belongs to a missed session.", "Add --missed, or leave --reason out.")
    with workspace_of(context) as workspace:
        session = Session(
            child=child_named(workspace, child),
            service=service,
            on=day,
            status=SessionStatus(status),
            minutes=minutes,
            reason=MissedReason(reason.replace("-", "_")) if reason else None,
            note=note,
        )
        moment = output.now()
        decision = add_session(workspace, session, moment)
        kept = [s for s in sessions(workspace, workspace.day_of(moment)) if s.decision == decision.id]
    click.echo(paragraph(f"Noted: {session_words(kept[0])}."))
    click.echo(f"To take it back: iep-mail undo {decision.id}")


@services.command("list")
@child_option
@click.option("--from", "first", type=Day(), help="The first day.")
@click.option("--to", "last", type=Day(), help="The last day.")
@click.pass_context
def list_sessions(context: click.Context, child: str | None, first: date | None, last: date | None) -> None:
    """Every session on record, with where it comes from.

    \b
    Example:  iep-mail services list --from 2026-01-01
    """
    from iep_mail.core.services.words import session_words
    from iep_mail.jobs.services import child_named, sessions

    said = {"hand": "you entered it", "school_log": "the school's log", "mail": "mail, confirmed by you"}
    with workspace_of(context) as workspace:
        whose = child_named(workspace, child) if child else None
        found = sessions(workspace, workspace.day_of(output.now()))
    chosen = [
        s
        for s in found
        if (not whose or s.child == whose) and (not first or s.on >= first) and (not last or s.on <= last)
    ]
    for session in chosen:
        source = f"{said[str(session.source)]}; undo: {session.decision}"
        click.echo(paragraph(f"{session_words(session)} · {session.child} · {source}", "    ", ""))
    if not chosen:
        click.echo("No session is on record. Enter one with: iep-mail services add SERVICE DAY")


@services.command("confirm")
@click.argument("miss_id", metavar="ID")
@click.option(
    "--service", default="", help="The service or a part of its name, where the message names none."
)
@click.option("--on", "day", type=Day(), help="The day, where the message names none.")
@minutes_option
@reason_option
@child_option
@click.pass_context
def confirm(
    context: click.Context,
    miss_id: str,
    service: str,
    day: date | None,
    minutes: int | None,
    reason: str | None,
    child: str | None,
) -> None:
    """A missed session that was seen in your mail: yes, it was missed.

    \b
    Example:  iep-mail services confirm 3fa1 --reason provider-absent
    """
    from iep_mail.jobs.services import child_named, confirm_miss
    from iep_mail.model import MissedReason

    with workspace_of(context) as workspace:
        miss = _waiting_one(workspace, miss_id)
        decision = confirm_miss(
            workspace,
            miss,
            output.now(),
            child=child_named(workspace, child) if child else None,
            service=service,
            on=day,
            minutes=minutes,
            reason=MissedReason(reason.replace("-", "_")) if reason else None,
        )
    click.echo(f"Counted as missed. To take it back: iep-mail undo {decision.id}")


@services.command("reject")
@click.argument("miss_id", metavar="ID")
@click.pass_context
def reject(context: click.Context, miss_id: str) -> None:
    """A missed session that was seen in your mail: no, it was held, or none is meant.

    \b
    Example:  iep-mail services reject 3fa1
    """
    from iep_mail.jobs.services import reject_miss

    with workspace_of(context) as workspace:
        decision = reject_miss(workspace, _waiting_one(workspace, miss_id), output.now())
    click.echo(f"Not counted. To take it back: iep-mail undo {decision.id}")


def _waiting_one(workspace: Workspace, wanted: str) -> PossibleMiss:
    from iep_mail.errors import UsageError
    from iep_mail.jobs.services import waiting

    hits = [m for m in waiting(workspace, workspace.day_of(output.now())) if m.id.startswith(wanted)]
    if len(hits) == 1:
        return hits[0]
    if hits:
        raise UsageError(f"“{wanted}” fits more than one session.", "Write a few more letters of it.")
    raise UsageError(f"No missed session “{wanted}” waits for your word.", "See them with: iep-mail services")


services.add_command(import_log)

COMMANDS = (services,)
