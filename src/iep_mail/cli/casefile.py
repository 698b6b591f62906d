"""casefile: the evidence of a case for somebody who has to read it, and checking that it is whole."""

from __future__ import annotations

import functools
import shlex
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from iep_mail.cli import output
from iep_mail.cli.output import Day, paragraph, workspace_of
from iep_mail.errors import UsageError

if TYPE_CHECKING:
    from iep_mail.jobs.casefile import Prepared
    from iep_mail.jobs.workspace import Workspace

PURPOSES = ["advocate", "meeting", "state-complaint", "records"]


class CaseFileGroup(click.Group):
    """`casefile CASE` makes one; `casefile verify` is a command of its own."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if args and args[0] not in self.commands and args[0] not in ("-h", "--help"):
            args = ["make", *args]
        return super().parse_args(ctx, args)


@click.group(cls=CaseFileGroup, subcommand_metavar="CASE… [OPTIONS]")
def casefile() -> None:
    """Put a case together for an advocate, a meeting, a state complaint or your own records.

    One PDF with a summary, every request with its dates, the services, a timeline and every message as a
    numbered exhibit; as a folder or ZIP also Word, Excel and CSV tables, the original messages and
    attachments, and a list of checksums. All options: iep-mail casefile make --help

    \b
    Example:  iep-mail casefile 3f21 --for meeting --out meeting.pdf
    """


def _choices(command: Callable[..., None]) -> Callable[..., None]:
    """What goes into a case file and what is taken out."""
    options = (
        click.option("--all", "everything", is_flag=True, help="All cases."),
        click.option(
            "--for",
            "purpose",
            type=click.Choice(PURPOSES),
            default="advocate",
            show_default=True,
            help="Whom it is for.",
        ),
        click.option("--from", "first", type=Day(), help="Leave out what is earlier than this day."),
        click.option("--to", "last", type=Day(), help="Leave out what is later than this day."),
        click.option("--as-of", type=Day(), help="Everything as it stood at the end of this day."),
        click.option(
            "--hide",
            multiple=True,
            metavar="NAME",
            help="A name to take out, such as another child's; may be repeated.",
        ),
        click.option(
            "--hide-addresses",
            is_flag=True,
            help="Take out e-mail addresses, telephone numbers and street addresses.",
        ),
        click.option(
            "--leave-out",
            multiple=True,
            metavar="ID",
            help="A message to leave out, by the beginning of its SHA-256.",
        ),
        click.option("--with-private", is_flag=True, help="Put in what you marked as private."),
        click.option(
            "--with-unchecked",
            is_flag=True,
            help="Put in attachments that could not be checked for hidden names.",
        ),
    )
    return functools.reduce(lambda made, option: option(made), reversed(options), command)


@casefile.command("make")
@click.argument("cases", nargs=-1, metavar="CASE…")
@_choices
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="Where to: a name ending in .pdf or .zip, or else a new folder.",
)
@click.option("--no-pdf", is_flag=True, help="Leave the PDF out (it needs the package typst).")
@click.option("--yes", is_flag=True, help="Write it without asking.")
@click.pass_context
def make(
    context: click.Context,
    /,
    cases: tuple[str, ...],
    out: Path | None,
    no_pdf: bool,
    yes: bool,
    **choices: Any,
) -> None:
    """Write the case file of one or several cases.

    What is taken out is shown before anything is written. Names of your other children are always taken
    out; private notes stay out.

    \b
    Example:  iep-mail casefile 3f21 --for state-complaint --out complaint.zip
              iep-mail casefile 3f21 7a90 --hide "Ann Smith" --hide-addresses
    """
    from iep_mail.jobs.casefile_package import write

    _check(cases, out, no_pdf, **choices)
    with workspace_of(context) as workspace:
        prepared = _prepared(workspace, cases, **choices)
        target = out or Path(_usual_name(prepared, choices["purpose"]))
        _show(prepared)
        if (prepared.removed or prepared.kept_back) and not yes:
            _ask()
        write(workspace, prepared, target, pdf=not no_pdf)
    click.echo(f"Written: {target}")
    if target.suffix.lower() != ".pdf":
        click.echo(f"To check it later: iep-mail casefile verify {shlex.quote(str(target))}")


def _check(cases: tuple[str, ...], out: Path | None, no_pdf: bool, **choices: Any) -> None:
    first, last = choices["first"], choices["last"]
    if not cases and not choices["everything"]:
        raise UsageError("Which case?", "Name one or several (see them with: iep-mail cases), or add --all.")
    if first and last and first > last:
        raise UsageError(f"The range ends on {last} before it begins on {first}.", "Swap --from and --to.")
    if no_pdf and out and out.suffix.lower() == ".pdf":
        raise UsageError("A PDF without the PDF is nothing.", "Name a folder or a .zip with --out.")


def _prepared(workspace: Workspace, cases: tuple[str, ...], **choices: Any) -> Prepared:
    from iep_mail.core.evidence.desk import Wanted
    from iep_mail.core.evidence.redaction import Choice
    from iep_mail.jobs.casefile import find_cases, prepare

    today = workspace.day_of(output.now())
    day = choices["as_of"] or today
    book = workspace.casebook(day, past=day < today)
    chosen = find_cases(book, cases, everything=choices["everything"])
    wanted = Wanted(
        cases=tuple(c.id for c in chosen),
        purpose=choices["purpose"],
        first=choices["first"],
        last=choices["last"],
        left_out=choices["leave_out"],
    )
    choice = Choice(
        names=choices["hide"], addresses=choices["hide_addresses"], private=choices["with_private"]
    )
    return prepare(workspace, book, wanted, choice, with_unchecked=choices["with_unchecked"])


def _usual_name(prepared: Prepared, purpose: str) -> str:
    initials = "".join(word[0] for name in prepared.file.children for word in name.split() if word)
    return f"case-file-{initials or 'all'}-{purpose}-{prepared.file.as_of.isoformat()}"


def _ask() -> None:
    if not sys.stdin.isatty():
        raise UsageError(
            "Something was taken out or kept back (above); nothing was written yet.",
            "Look at it, then run the command again with --yes.",
        )
    click.confirm("Write it like this?", abort=True)


def _show(prepared: Prepared) -> None:
    """What the file holds and what was taken out, before anything is written."""
    file = prepared.file
    click.echo(click.style(paragraph(f"{file.title}: {', '.join(file.matters)}"), bold=True))
    click.echo(paragraph(file.summary))
    if prepared.removed:
        click.echo()
        click.echo(click.style("Taken out", bold=True))
        for where, found in prepared.removed.items():
            what = ", ".join(f"“{text}”{f' {n} times' if n > 1 else ''}" for text, n in sorted(found.items()))
            click.echo(paragraph(f"{where}: {what}", "    ", "  • "))
    if prepared.kept_back:
        click.echo()
        click.echo(click.style("Not in the package", bold=True))
        for sentence in prepared.kept_back:
            click.echo(paragraph(sentence, "    ", "  • "))
    if count := prepared.unconfirmed:
        click.echo()
        click.echo(
            paragraph(
                f"{count} missed session{'s' * (count != 1)} that these messages tell of "
                f"{'waits' if count == 1 else 'wait'} for your word and {'is' if count == 1 else 'are'} not counted: "
                "iep-mail services"
            )
        )
    for note in (*file.complaint_notes, *file.advice):
        click.echo(paragraph(note))
    click.echo()


@casefile.command("verify")
@click.argument("package", type=click.Path(path_type=Path))
def verify(package: Path) -> None:
    """Check a case file's folder or ZIP: is every file there, and is every byte as it was?

    \b
    Exit code   0  everything is as it was written
                1  something is missing, changed or added

    \b
    Example:  iep-mail casefile verify complaint.zip
    """
    from iep_mail.adapters.archive import verify as compare

    found = compare(package)
    for what, paths in (("Missing", found.missing), ("Changed", found.changed), ("Added", found.added)):
        for path in paths:
            click.echo(paragraph(f"{what}: {path}", "    ", "  "))
    if found.good:
        click.echo(f"{found.whole} files: every one is there and as it was written.")
        return
    click.echo(f"{found.whole} files are as they were written; the ones above are not.")
    sys.exit(1)


COMMANDS = (casefile,)
