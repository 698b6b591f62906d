"""export, backup, restore, verify and rebuild: the record, whole and yours to take elsewhere."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from iep_mail.cli import output
from iep_mail.cli.output import paragraph, places, workspace_of
from iep_mail.errors import UsageError

_FORMATS = ["eml", "mbox", "maildir", "json"]


@click.command()
@click.option(
    "--format", "form", type=click.Choice(_FORMATS), default="eml", show_default=True, help="What to write."
)
@click.option(
    "--out", type=click.Path(path_type=Path), required=True, help="The new folder, or for JSON the file."
)
@click.option("--case", "case_id", help="Only the messages of this case.")
@click.option("--child", help="Only the messages about this child.")
@click.pass_context
def export(context: click.Context, form: str, out: Path, case_id: str | None, child: str | None) -> None:
    """Write your mail to files that any mail program reads, or everything as JSON.

    JSON also holds what you decided; iep-mail restore reads it back. The other formats are read back
    with iep-mail import.

    \b
    Example:  iep-mail export --format mbox --out my-school-mail
    """
    from iep_mail.jobs.casefile import find_cases
    from iep_mail.jobs.exporting import export as write
    from iep_mail.jobs.services import child_named

    with workspace_of(context) as workspace:
        hashes = None
        if case_id or child:
            book = workspace.casebook(workspace.day_of(output.now()))
            cases = {c.id for c in find_cases(book, [case_id])} if case_id else None
            whose = child_named(workspace, child) if child else None
            hashes = [
                m.message.sha256
                for m in book.messages
                if (cases is None or m.case in cases) and (whose is None or m.child == whose)
            ]
        count = write(workspace, form, out, hashes)
    click.echo(f"Written: {count} message{'s' * (count != 1)} to {out}")
    if form == "json" and hashes is None:
        click.echo("It holds everything, your private notes too: keep it where nobody else can read it.")


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--passphrase", is_flag=True, help="Ask for a passphrase and encrypt the file with it.")
@click.pass_context
def backup(context: click.Context, file: Path, passphrase: bool) -> None:
    """Write everything into one file: mail, decisions, letters, your configuration and plans.

    With --passphrase it is encrypted (in the age format). Without the passphrase nobody can open it,
    you neither: write it down.

    \b
    Example:  iep-mail backup /media/stick/iep-mail-backup.zip
              iep-mail backup iep-mail.age --passphrase
    """
    from iep_mail.jobs.exporting import back_up

    secret = _asked(confirm=True) if passphrase else None
    with workspace_of(context) as workspace:
        count = back_up(workspace, file, secret)
    click.echo(f"Written: {count} files into {file}")
    if secret:
        click.echo("It is encrypted. Keep the passphrase in a safe place.")
    else:
        click.echo(
            "It is not encrypted and holds your child's records: keep it where nobody else can read it."
        )


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--passphrase", is_flag=True, help="Ask for the passphrase of an encrypted backup.")
@click.pass_context
def restore(context: click.Context, file: Path, passphrase: bool) -> None:
    """Take a backup, or an export in JSON, into an empty data folder.

    Files of your configuration that are there already are left alone.

    \b
    Example:  iep-mail restore /media/stick/iep-mail-backup.zip
    """
    from iep_mail.jobs.exporting import restore as take

    config, data = places(context)
    found = take(file, config, data, _asked(confirm=False) if passphrase else None)
    click.echo(f"Taken back: {found.messages} message{'s' * (found.messages != 1)} into {data}")
    for path in found.kept:
        click.echo(f"Left as it was: {path}")
    click.echo("Check it with: iep-mail verify")


def _asked(*, confirm: bool) -> str:
    secret: str = click.prompt("Passphrase", hide_input=True, confirmation_prompt=confirm)
    if len(secret) < 8:
        raise UsageError(
            "The passphrase is shorter than 8 letters.", "Choose a longer one, such as five words."
        )
    return secret


@click.command()
@click.pass_context
def verify(context: click.Context) -> None:
    """Check that nothing that was kept has been changed or taken out since.

    Every message, decision and journal entry is a link of a chain of checksums. The last link, written
    down elsewhere, proves the whole record up to it.

    \b
    Exit code   0  everything is as it was written down
                1  something is not; the first place is named

    \b
    Example:  iep-mail verify
    """
    from iep_mail.jobs.integrity import check

    with workspace_of(context) as workspace:
        found = check(workspace)
    kinds = ", ".join(f"{count} {name}{'s' * (count != 1)}" for name, count in found.chain.kinds)
    for problem in found.problems:
        click.echo(paragraph(problem, "    ", "  • "))
    if found.chain.broken:
        click.echo(click.style(paragraph(found.chain.broken), bold=True))
        click.echo(
            paragraph(f"Up to there {found.chain.links} links hold. Restore a backup: iep-mail restore FILE")
        )
    if not found.good:
        sys.exit(1)
    click.echo(f"Everything is as it was written down: {kinds or 'nothing is kept yet'}.")
    click.echo(f"The last link: {found.chain.last_link}")


@click.command()
@click.pass_context
def rebuild(context: click.Context) -> None:
    """Throw away everything that was computed and compute it anew from mail and decisions.

    Nothing that was kept is touched. The result must be the same; if it is not, that is said.

    \b
    Exit code   0  the result is the same
                1  it differs

    \b
    Example:  iep-mail rebuild
    """
    from iep_mail.jobs.integrity import rebuild as anew

    with workspace_of(context) as workspace:
        same = anew(workspace, workspace.day_of(output.now()), lambda said: click.echo(said, err=True))
    if same:
        click.echo("Everything was computed anew, and it is the same.")
        return
    click.echo(
        "Everything was computed anew, and some of it differs: what was kept of it before was out of date. "
        "Please report this."
    )
    sys.exit(1)


COMMANDS = (export, backup, restore, verify, rebuild)
