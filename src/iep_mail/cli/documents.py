"""documents: the IEPs, notices, evaluations and reports among the attachments, and what is missing."""

from __future__ import annotations

import shlex
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

import click

from iep_mail.cli import output
from iep_mail.cli.output import echo_json, json_option, long_day, paragraph, plain, workspace_of

if TYPE_CHECKING:
    from iep_mail.core.evidence.documents import Missing
    from iep_mail.jobs.evidence_documents import Compared, Shelf

_KINDS = (
    "iep", "draft_plan", "amendment", "plan_504", "prior_written_notice", "evaluation", "progress_report", "service_log",
    "report_card", "meeting_notice", "consent", "behavior_plan", "letter", "other",
)  # fmt: skip


@click.group(invoke_without_command=True)
@click.option("--child", help="Only this child's.")
@json_option
@click.pass_context
def documents(context: click.Context, child: str | None, as_json: bool) -> None:
    """The documents that came with your mail, by child and school year, and what you should hold too.

    IEPs, amendments, prior written notices, evaluations, progress reports, service logs and report cards
    are recognised by their words. Correct one with: iep-mail documents set ID KIND

    \b
    Example:  iep-mail documents --child Sofia
    """
    if context.invoked_subcommand:
        return
    from iep_mail.jobs.evidence_documents import shelf
    from iep_mail.jobs.services import child_named

    with workspace_of(context) as workspace:
        whose = child_named(workspace, child) if child else None
        found = shelf(workspace, workspace.day_of(output.now()), whose, _say_reading)
    if as_json:
        echo_json(_as_json(found))
        return
    _show(found)


def _say_reading() -> None:
    click.echo("Reading the attachments …", err=True)


def _show(found: Shelf) -> None:
    for (child, year), group in groupby(found.documents, key=lambda d: (d.child, d.year)):
        click.echo(click.style(f"{plain(child or 'No child named')}, school year {_span(year)}", bold=True))
        for document in group:
            way = "from" if document.from_school else "sent by"
            click.echo(
                paragraph(
                    f"{document.title}: {document.name}, {way} {document.sender}, {long_day(document.arrived_on)} "
                    f"({document.sha256[:8]})",
                    "      ",
                    "  • ",
                )
            )
    if not found.documents:
        click.echo("No document was recognised among the attachments.")
    if found.missing:
        click.echo()
        click.echo(click.style("Not among your mail", bold=True))
        click.echo(paragraph("You may hold these on paper. If not, each letter below asks for it."))
    for (child, year), group_missing in groupby(found.missing, key=lambda m: (m.child, m.year)):
        _show_missing(child, year, list(group_missing))


def _show_missing(child: str, year: int, lacking: list[Missing]) -> None:
    click.echo(f"  {plain(child)}, {_span(year)}")
    for one in lacking:
        click.echo(paragraph(f"{one.title}: {one.why}.", "        ", "    • "))
        click.echo(f"        iep-mail letter new {one.letter} --child {shlex.quote(child.split()[0])}")


def _span(year: int) -> str:
    return f"{year}-{(year + 1) % 100:02}"


@documents.command("set")
@click.argument("document_id", metavar="ID")
@click.argument("kind", type=click.Choice(_KINDS))
@click.pass_context
def set_kind(context: click.Context, document_id: str, kind: str) -> None:
    """Say what an attachment is. ID is the beginning of its SHA-256, as the list shows it.

    \b
    Example:  iep-mail documents set 3fa1 progress_report
    """
    from iep_mail.jobs.evidence_documents import set_kind as decide

    with workspace_of(context) as workspace:
        moment = output.now()
        name, decision = decide(workspace, workspace.day_of(moment), document_id, kind, moment)
    click.echo(paragraph(f"{name} is kept as: {kind.replace('_', ' ')}."))
    click.echo(f"To take it back: iep-mail undo {decision.id}")


@click.command("compare")
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@click.option("--child", help="The child, where there are several and no files are named.")
@click.pass_context
def compare_plans(context: click.Context, files: tuple[Path, ...], child: str | None) -> None:
    """What changed from one plan to the next, and whether a meeting or notice stands beside it.

    Without files: your child's last two plans. With files: the older one first.

    \b
    Example:  iep-mail iep compare iep-sofia-2024.toml iep-sofia-2025.toml
    """
    from iep_mail.jobs.evidence_documents import compare_plans as compared
    from iep_mail.jobs.services import child_named

    with workspace_of(context) as workspace:
        whose = child_named(workspace, child) if child else None
        found = compared(workspace, workspace.day_of(output.now()), files, whose)
    since = f", in force from {long_day(found.new.effective_from)}" if found.new.effective_from else ""
    click.echo(
        click.style(
            paragraph(f"{found.old.document or 'Older plan'} → {found.new.document or 'newer plan'}{since}"),
            bold=True,
        )
    )
    if not found.changes:
        click.echo("The two state the same.")
        return
    _show_changes(found)
    click.echo()
    _show_beside(found)


def _show_changes(found: Compared) -> None:
    for change in found.changes:
        mark = " (less than before)" if change.less and change.after else ""
        if not change.before:
            click.echo(paragraph(f"Added, {change.what}: {change.after}", "      ", "  + "))
        elif not change.after:
            click.echo(paragraph(f"No longer there, {change.what}: {change.before}", "      ", "  - "))
        else:
            click.echo(paragraph(f"Changed, {change.what}{mark}: {change.before}", "      ", "  ~ "))
            click.echo(paragraph(f"now: {change.after}", "      ", "      "))


def _show_beside(found: Compared) -> None:
    """The meetings and notices on record around the day of the change, and which of them are not."""
    for kind, seen in (("Meeting", found.beside.meetings), ("Prior written notice", found.beside.notices)):
        for day, words in seen:
            click.echo(paragraph(f"{kind} on record: {long_day(day)}, {words}", "      ", "  • "))
    if found.beside.since and not found.beside.notices:
        click.echo(
            paragraph(
                "No prior written notice is among your mail around that day. It explains a change and comes before "
                "it (34 CFR 300.503). To ask for it: iep-mail letter new prior-written-notice-request"
            )
        )
    if found.beside.since and not found.beside.meetings:
        click.echo(
            paragraph(
                "No meeting is on record around that day. A plan may be amended without one if you agreed to it "
                "in writing (34 CFR 300.324(a)(4))."
            )
        )


def _as_json(found: Shelf) -> dict[str, object]:
    from dataclasses import asdict

    return {
        "documents": [{**asdict(d), "arrived_on": d.arrived_on.isoformat()} for d in found.documents],
        "missing": [asdict(m) for m in found.missing],
    }


COMMANDS = (documents,)
