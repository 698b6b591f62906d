"""send: approved letters leave, and only those."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import click

from iep_mail.cli.output import now, paragraph, workspace_of
from iep_mail.errors import UsageError

if TYPE_CHECKING:
    from iep_mail.jobs.sending import Queued, SendResult
    from iep_mail.jobs.workspace import Workspace

_LONGEST_WAIT = timedelta(minutes=30)


@click.command()
@click.argument("draft_ids", nargs=-1, metavar="[ID…]")
@click.option("--all-approved", is_flag=True, help="Send every letter that is approved.")
@click.option(
    "--now", "at_once", is_flag=True, help="Do not wait for the delay or the window of config.toml."
)
@click.option("--anyway", is_flag=True, help="Send even if the school has written since you approved it.")
@click.option(
    "--to-the-others", is_flag=True, help="If the mail server refuses some addresses, send to the rest."
)
@click.option("--cancel", is_flag=True, help="Stop what is waiting to leave; it stays approved.")
@click.option(
    "--it-was-sent", metavar="ID", help="A letter in doubt was sent: you found it, or they have it."
)
@click.option("--it-was-not", metavar="ID", help="A letter in doubt was not sent.")
@click.pass_context
def send(
    context: click.Context,
    draft_ids: tuple[str, ...],
    all_approved: bool,
    at_once: bool,
    anyway: bool,
    to_the_others: bool,
    cancel: bool,
    it_was_sent: str | None,
    it_was_not: str | None,
) -> None:
    """Send letters that you have approved. Nothing else ever leaves.

    Before a letter leaves, iep-mail looks whether the school has written in the meantime. Without an ID
    it shows what is waiting.

    \b
    Example:  iep-mail send 81cc
              iep-mail send --all-approved
              iep-mail send --cancel
    """
    word = it_was_sent or it_was_not
    if (
        sum(map(bool, (word, cancel, all_approved))) > 1
        or (word and draft_ids)
        or (all_approved and draft_ids)
    ):
        raise UsageError("These options do not go together.", "See: iep-mail send --help")
    with workspace_of(context) as workspace:
        if word:
            _settle(workspace, word, sent=it_was_sent is not None)
        elif cancel:
            _cancel(workspace, draft_ids)
        elif draft_ids or all_approved:
            ids = draft_ids or None
            if not deliver(workspace, ids, at_once=at_once, anyway=anyway, others=to_the_others):
                sys.exit(1)
        else:
            _show_waiting(workspace)


def _settle(workspace: Workspace, draft_id: str, *, sent: bool) -> None:
    from iep_mail.jobs.sending import it_was_not_sent
    from iep_mail.jobs.sending import it_was_sent as noted_as_sent

    done = (noted_as_sent if sent else it_was_not_sent)(workspace, draft_id, now())
    click.echo(" ".join(filter(None, (done.sentence, done.remedy))))


def _cancel(workspace: Workspace, draft_ids: Sequence[str]) -> None:
    from iep_mail.jobs.sending import cancel_sending

    stopped = cancel_sending(workspace, draft_ids or None, now())
    for draft in stopped:
        click.echo(f"Stopped, and still approved: {draft.subject}")
    if not stopped:
        click.echo("Nothing was waiting to leave.")


def deliver(
    workspace: Workspace,
    draft_ids: Sequence[str] | None,
    *,
    at_once: bool = False,
    anyway: bool = False,
    others: bool = False,
) -> bool:
    """Sends approved letters at their time and tells what became of each; False where one was not sent."""
    from iep_mail.jobs.sending import queue_letters, send_due

    queued = queue_letters(workspace, draft_ids, now(), at_once=at_once)
    if not queued:
        click.echo("No letter is approved. See: iep-mail drafts")
        return True
    leaves = max(q.not_before for q in queued)
    if leaves - now() > _LONGEST_WAIT:
        _tell_later(workspace, queued)
        return True
    _wait(workspace, queued, leaves)
    results = send_due(workspace, now, anyway=anyway, others_too=others)
    for result in results:
        _tell(result)
    return all(result.sent for result in results)


def _wait(workspace: Workspace, queued: Sequence[Queued], leaves: datetime) -> None:
    """Until the letters may leave; Ctrl-C in this time stops them."""
    seconds = (leaves - now()).total_seconds()
    if seconds <= 0:
        return
    at = leaves.astimezone(ZoneInfo(workspace.family.timezone))
    click.echo(f"Leaves at {at:%H:%M:%S}. To stop it press Ctrl-C, or elsewhere: iep-mail send --cancel")
    try:
        while (left := (leaves - now()).total_seconds()) > 0:
            time.sleep(min(1.0, left))
    except KeyboardInterrupt:
        _cancel(workspace, [q.draft.id for q in queued])
        sys.exit(130)


def _tell_later(workspace: Workspace, queued: Sequence[Queued]) -> None:
    for each in queued:
        at = each.not_before.astimezone(ZoneInfo(workspace.family.timezone))
        click.echo(f"{each.draft.subject}: may leave from {at:%A, %B} {at.day}, {at:%H:%M}.")
    click.echo(
        "That is outside of the window in config.toml. Send it then with: iep-mail send --all-approved"
    )
    click.echo("Or now: add --now. To stop it: iep-mail send --cancel")


def _tell(result: SendResult) -> None:
    where = sys.stdout if result.sent else sys.stderr
    mark = "" if result.sent else "Not sent: " if result.status == "approved" else ""
    click.echo(click.style(f"{mark}{result.draft.subject}", bold=True), file=where)
    click.echo(paragraph(result.sentence, "  "), file=where)
    for line in filter(None, result.remedy.split("\n")):
        click.echo(paragraph(line, "  "), file=where)


def _show_waiting(workspace: Workspace) -> None:
    book = workspace.casebook(workspace.day_of(now()))
    waiting = [d for d in book.drafts if d.status in ("approved", "sending", "unknown")]
    waiting += [d for d in book.drafts if d.status == "sent" and "not in your Sent folder" in d.standing]
    if not waiting:
        click.echo("Nothing is waiting to be sent. Letters to look at: iep-mail drafts")
    for draft in waiting:
        click.echo(f"{click.style(draft.id, dim=True)}  {click.style(draft.subject, bold=True)}")
        click.echo(paragraph(draft.standing, " " * (len(draft.id) + 2)))
    if any(d.status == "approved" for d in waiting):
        click.echo("\nTo send: iep-mail send ID, or iep-mail send --all-approved")


COMMANDS = (send,)
