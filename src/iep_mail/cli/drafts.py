"""Letters before they leave: see, edit, fill in, address, approve, drop."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from iep_mail.cli.letters import show_findings
from iep_mail.cli.output import as_of_option, echo_part, json_option, now, page_of, paragraph, workspace_of
from iep_mail.cli.story import file_size, show_draft, show_draft_line
from iep_mail.errors import IepMailError, UsageError

if TYPE_CHECKING:
    from iep_mail.jobs.approving import Changed, Preview


@click.command()
@click.option("--all", "everything", is_flag=True, help="Also those that were sent or dropped.")
@as_of_option
@json_option
@click.pass_context
def drafts(context: click.Context, everything: bool, as_of: date | None, as_json: bool) -> None:
    """The letters that iep-mail proposes, and where each stands. None is sent without you.

    \b
    Example:  iep-mail drafts
    """
    with page_of(context, as_of) as page:
        if as_json:
            echo_part(page, "drafts")
            return
        book = page.book
        shown = [d for d in book.drafts if everything or d.status not in ("sent", "discarded")]
        if not shown:
            click.echo("No letters are proposed today.")
        for draft in shown:
            show_draft_line(draft, page)
        if len(shown) < len(book.drafts):
            click.echo(f"{len(book.drafts) - len(shown)} sent or dropped: iep-mail drafts --all")


@click.group()
def draft() -> None:
    """One letter: read it, change it, approve it. Sending is a step of its own: iep-mail send

    ID is what `iep-mail drafts` shows; its first characters are enough.

    \b
    Example:  iep-mail draft show 81cc
    """


_draft_id = click.argument("draft_id", metavar="ID")


@draft.command("show")
@_draft_id
@as_of_option
@click.pass_context
def show(context: click.Context, draft_id: str, as_of: date | None) -> None:
    """The letter in full, with what is still to be filled in.

    \b
    Example:  iep-mail draft show 81cc
    """
    from iep_mail.core.sending.letters import find_letter

    with page_of(context, as_of) as page:
        show_draft(find_letter(page.book.drafts, draft_id), page)


@draft.command()
@_draft_id
@click.pass_context
def edit(context: click.Context, draft_id: str) -> None:
    """Change the letter in your text editor (the one that EDITOR names).

    Every version is kept. Changing a letter that was approved takes the approval back.

    \b
    Example:  iep-mail draft edit 81cc
    """
    from iep_mail.core.sending.editing import as_text
    from iep_mail.jobs.approving import edit_letter, open_letter

    with workspace_of(context) as workspace:
        before = open_letter(workspace, draft_id, now())
    text = click.edit(as_text(before), extension=".txt", require_save=True)
    if text is None:
        click.echo("Nothing was changed.")
        return
    with workspace_of(context) as workspace:
        try:
            changed = edit_letter(workspace, before.id, text, now(), before=before)
        except IepMailError as error:
            kept = workspace.data / f"edited-{before.id}.txt"
            _keep(kept, text)
            raise type(error)(error.what, f"{error.remedy}\nYour text is kept in {kept}") from error
    _tell(changed, "Changed.")


def _keep(path: Path, text: str) -> None:
    path.touch(mode=0o600)
    path.write_text(text, encoding="utf-8")


@draft.command()
@_draft_id
@click.argument("values", nargs=-1, required=True, metavar="NAME=VALUE…")
@click.pass_context
def fill(context: click.Context, draft_id: str, values: tuple[str, ...]) -> None:
    """Fill in what the letter leaves blank; `draft show` names the blanks.

    \b
    Example:  iep-mail draft fill 81cc missed_dates="January 12 and 14"
    """
    from iep_mail.jobs.approving import fill_blanks

    pairs = [value.partition("=") for value in values]
    wrong = next((name for name, equals, _ in pairs if not equals), None)
    if wrong is not None:
        raise UsageError(
            f"“{wrong}” does not say what to fill in.",
            "Write NAME=VALUE, with quotes round a VALUE with spaces.",
        )
    with workspace_of(context) as workspace:
        changed = fill_blanks(workspace, draft_id, {name: value for name, _, value in pairs}, now())
    _tell(changed, "Filled in.")


@draft.command("to")
@_draft_id
@click.argument("addresses", nargs=-1, required=True, metavar="ADDRESS…")
@click.pass_context
def to(context: click.Context, draft_id: str, addresses: tuple[str, ...]) -> None:
    """Say to whom the letter goes, instead of those it names now.

    \b
    Example:  iep-mail draft to 81cc dana.smith@school.example.org
    """
    _address(context, draft_id, to=addresses)


@draft.command("cc")
@_draft_id
@click.argument("addresses", nargs=-1, metavar="[ADDRESS…]")
@click.pass_context
def cc(context: click.Context, draft_id: str, addresses: tuple[str, ...]) -> None:
    """Say who gets a copy, instead of those it names now; without an address nobody does.

    \b
    Example:  iep-mail draft cc 81cc principal@school.example.org
    """
    _address(context, draft_id, cc=addresses)


def _address(
    context: click.Context, draft_id: str, to: Sequence[str] | None = None, cc: Sequence[str] | None = None
) -> None:
    from iep_mail.jobs.approving import address_letter

    with workspace_of(context) as workspace:
        changed = address_letter(workspace, draft_id, now(), to=to, cc=cc)
    _tell(changed, f"To: {', '.join(changed.draft.to)}\nCc: {', '.join(changed.draft.cc) or '(nobody)'}")


@draft.command()
@_draft_id
@click.argument("files", nargs=-1, type=click.Path(path_type=Path), metavar="[FILE…]")
@click.option("--from-case", "named", help="A file that came with the case's mail, by (part of) its name.")
@click.pass_context
def attach(context: click.Context, draft_id: str, files: tuple[Path, ...], named: str | None) -> None:
    """Attach files to the letter, from your computer or from the mail of its case.

    \b
    Example:  iep-mail draft attach 81cc service-log.pdf
              iep-mail draft attach 81cc --from-case "progress report"
    """
    from iep_mail.jobs.approving import attach_files, attach_from_case

    if bool(files) == bool(named):
        raise UsageError("Name files, or one with --from-case.", "Nothing was attached.")
    with workspace_of(context) as workspace:
        changed = (
            attach_from_case(workspace, draft_id, named, now())
            if named
            else attach_files(workspace, draft_id, files, now())
        )
    _tell(
        changed,
        "Attached: " + ", ".join(f"{a.name} ({file_size(a.size)})" for a in changed.draft.attachments),
    )


@draft.command("detach")
@_draft_id
@click.argument("name")
@click.pass_context
def detach(context: click.Context, draft_id: str, name: str) -> None:
    """Take an attachment off again.

    \b
    Example:  iep-mail draft detach 81cc service-log.pdf
    """
    from iep_mail.jobs.approving import detach as take_off

    with workspace_of(context) as workspace:
        changed = take_off(workspace, draft_id, name, now())
    _tell(changed, "Taken off.")


def _tell(changed: Changed, said: str) -> None:
    click.echo(said)
    if changed.voided:
        click.echo(f"It has to be approved again: iep-mail draft approve {changed.draft.id}")
    for blank in changed.draft.blanks:
        click.echo(paragraph(f"Still to fill in: {blank.question}", "    ", "  • "))


@draft.command()
@_draft_id
@click.option("--yes", is_flag=True, help="Do not ask; approve what is shown.")
@click.pass_context
def approve(context: click.Context, draft_id: str, yes: bool) -> None:
    """See the exact mail and everybody who gets it, and say that it may go.

    It is not sent by this. What you approve is bound to the last letter: any change takes the approval
    back.

    \b
    Example:  iep-mail draft approve 81cc
    """
    from iep_mail.jobs.approving import approve_letter, preview_letter

    with workspace_of(context) as workspace:
        preview = preview_letter(workspace, draft_id, now())
        show_preview(preview)
        if not preview.obstacles and not yes:
            click.confirm("\nMay it go like this?", abort=True)
        done = approve_letter(workspace, preview.draft.id, now(), shown=preview.fingerprint)
    click.echo("It was approved before." if done.already else "Approved.")
    click.echo(f"To send it: iep-mail send {done.draft.id}")


def show_preview(preview: Preview) -> None:
    """The mail as it will leave, and what to know first."""
    for name, value in preview.headers:
        click.echo(f"{name + ':':<13}{' '.join(value.split())}")
    click.echo(f"\n{preview.draft.body.rstrip()}\n")
    click.echo(click.style("Goes to", bold=True))
    for person in preview.recipients:
        who = ", ".join(filter(None, (person.name, person.role)))
        known = "" if person.school else click.style("  not known as the school's", fg="yellow")
        click.echo(f"  {person.field}  {person.address}{f'  ({who})' if who else ''}{known}")
    for attachment in preview.draft.attachments:
        click.echo(f"  with {attachment.name} ({file_size(attachment.size)})")
    if preview.cautions:
        click.echo(click.style("\nPlease note", bold=True))
    for caution in preview.cautions:
        click.echo(paragraph(caution, "    ", "  • "))
    if preview.findings:
        click.echo(click.style("\nWorth another look", bold=True))
        show_findings(preview.findings)


@draft.command("take-back")
@_draft_id
@click.pass_context
def take_back(context: click.Context, draft_id: str) -> None:
    """Take an approval back, as long as the letter has not left.

    \b
    Example:  iep-mail draft take-back 81cc
    """
    from iep_mail.jobs.approving import take_back_approval

    with workspace_of(context) as workspace:
        changed = take_back_approval(workspace, draft_id, now())
    click.echo("It is a draft again." if changed.voided else "It was not approved.")


@draft.command()
@_draft_id
@click.pass_context
def discard(context: click.Context, draft_id: str) -> None:
    """Drop the letter. It can be taken up again.

    \b
    Example:  iep-mail draft discard 81cc
    """
    from iep_mail.jobs.approving import discard_letter

    with workspace_of(context) as workspace:
        changed = discard_letter(workspace, draft_id, now())
    click.echo(f"Dropped. To take it up again: iep-mail draft restore {changed.draft.id}")


@draft.command()
@_draft_id
@click.pass_context
def restore(context: click.Context, draft_id: str) -> None:
    """Take up a letter again that was dropped.

    \b
    Example:  iep-mail draft restore 81cc
    """
    from iep_mail.jobs.approving import restore_letter

    with workspace_of(context) as workspace:
        changed = restore_letter(workspace, draft_id, now())
    click.echo(f"It is a draft again: iep-mail draft show {changed.draft.id}")


COMMANDS = (drafts, draft)
