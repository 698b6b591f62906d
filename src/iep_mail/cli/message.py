"""message: looking at one, and saying what it is and where it belongs."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import click

from iep_mail.cli.output import (
    as_of_option,
    casebook_of,
    deciding,
    echo_told,
    long_day,
    paragraph,
    short_day,
)

if TYPE_CHECKING:
    from iep_mail.model import MessageKind

KINDS = ("personal", "auto_reply", "bounce", "portal_notice", "calendar", "bulk")


@click.group()
def message() -> None:
    """One message: read it, say what kind it is, put it where it belongs.

    \b
    Example:  iep-mail message show 9f31
    """


@message.command("show")
@click.argument("message_id", metavar="MESSAGE")
@as_of_option
@click.pass_context
def show(context: click.Context, message_id: str, as_of: date | None) -> None:
    """A message as iep-mail read it, and why it lies where it does.

    \b
    Example:  iep-mail message show 9f31
    """
    from iep_mail.core.lookup import find_message
    from iep_mail.core.why import why

    book = casebook_of(context, as_of)
    filed = find_message(book, message_id)
    mail = filed.message
    click.echo(f"From:    {mail.sender}")
    click.echo(f"To:      {', '.join(map(str, mail.recipients))}")
    click.echo(f"Date:    {long_day(filed.sent_on)}")
    click.echo(f"Subject: {mail.subject}\n")
    entry = next((e for e in book.entries if mail.by_hand and e.id == mail.by_hand.id), None)
    click.echo(entry.text if entry else mail.new_text.strip() or mail.full_text.strip())
    for attachment in mail.attachments:
        click.echo(f"Attached: {attachment.name}")
    click.echo()
    for line in why(book, mail.sha256) or ():
        click.echo(paragraph(line))


@message.command("kind")
@click.argument("message_id", metavar="MESSAGE")
@click.argument("kind", type=click.Choice(KINDS))
@click.pass_context
def set_kind(context: click.Context, message_id: str, kind: str) -> None:
    """Say what kind of mail it is; mail like it from the same sender is read so too.

    personal: a person wrote it. auto_reply: an automatic answer. bounce: returned mail.
    portal_notice: a mass notice. calendar: an invitation. bulk: a newsletter.

    \b
    Example:  iep-mail message kind 9f31 auto_reply
    """
    from iep_mail.model import MessageKind

    _say(context, message_id, "message_kind", MessageKind(kind))


@message.command("not-school")
@click.argument("message_id", metavar="MESSAGE")
@click.pass_context
def not_school(context: click.Context, message_id: str) -> None:
    """It is not the school's mail: leave it out, and the same newsletter or notice in future.

    \b
    Example:  iep-mail message not-school 9f31
    """
    _say(context, message_id, "not_school")


@message.command("school")
@click.argument("message_id", metavar="MESSAGE")
@click.pass_context
def school(context: click.Context, message_id: str) -> None:
    """It is the school's mail after all; so is what its sender writes from now on.

    MESSAGE is the beginning of its SHA-256, or its Message-ID, as your mail program shows it.

    \b
    Example:  iep-mail message school 9f31
    """
    from iep_mail.core.decisions.kinds import Said
    from iep_mail.core.lookup import find_message
    from iep_mail.jobs.deciding import say_of_message
    from iep_mail.jobs.left_out import find_left_out

    with deciding(context) as (workspace, book, moment):
        found = find_left_out(workspace, book, message_id) or find_message(book, message_id)
        told = say_of_message(workspace, Said.IS_SCHOOL, found, moment)
    echo_told(told)


@message.command("left-out")
@click.pass_context
def left_out(context: click.Context) -> None:
    """Mail that was looked at and is not counted to the school's, the newest first.

    \b
    Example:  iep-mail message left-out
    """
    from iep_mail.jobs.left_out import left_out_mail

    with deciding(context) as (workspace, book, _):
        found = left_out_mail(workspace, book)
    if not found:
        click.echo("No stored mail is left out.")
    for filed in found[:40]:
        sender = filed.message.sender.name or filed.message.sender.email
        click.echo(
            f"{filed.message.sha256[:8]}  {short_day(filed.sent_on)}  {sender}: {filed.message.subject}"
        )
    if found:
        click.echo("If one of them is the school's: iep-mail message school MESSAGE")


def _say(context: click.Context, message_id: str, said: str, kind: MessageKind | None = None) -> None:
    from iep_mail.core.decisions.kinds import Said
    from iep_mail.core.lookup import find_message
    from iep_mail.jobs.deciding import followed_by, say_of_message

    with deciding(context) as (workspace, book, moment):
        told = say_of_message(workspace, Said(said), find_message(book, message_id), moment, kind)
        like = followed_by(workspace, told.decision, book.as_of)
    if like:
        click.echo(f"It is followed for {like} more message{'s' * (like != 1)} like it.")
    echo_told(told)


@message.command("move")
@click.argument("message_id", metavar="MESSAGE")
@click.argument("case_id", metavar="CASE")
@click.option("--title", default="", help="The name of the new case, with CASE “new”.")
@click.pass_context
def move(context: click.Context, message_id: str, case_id: str, title: str) -> None:
    """Take a message (and the answers to it) out of its thread and put it into another case.

    CASE is an id, or “new” for a case of its own, or “none” where it is about no case.

    \b
    Example:  iep-mail message move 9f31 none
    """
    from iep_mail.cli.case import target_of
    from iep_mail.core.lookup import find_message
    from iep_mail.jobs.deciding import split_thread

    with deciding(context) as (workspace, book, moment):
        found = find_message(book, message_id)
        thread = next(t for t in book.threads if t.id == found.thread)
        target = target_of(book, case_id, title)
        told = split_thread(workspace, book, thread, found, target, moment, only=(found,))
    echo_told(told)


COMMANDS = (message,)
