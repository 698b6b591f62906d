"""log: the documentation log, and writing down what was not mail."""

from __future__ import annotations

import shutil
import sys
import textwrap
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from iep_mail.cli.output import (
    Day,
    as_of_option,
    casebook_of,
    deciding,
    echo_json,
    echo_told,
    echo_why,
    json_option,
    long_day,
    paragraph,
    short_day,
    workspace_of,
)

if TYPE_CHECKING:
    from iep_mail.jobs.entering import Written
    from iep_mail.jobs.workspace import Workspace
    from iep_mail.model import Casebook, LogRow

CHANNELS = ("call", "letter", "meeting", "portal", "text", "talk")
_NARROWEST, _WIDEST = 100, 150  # columns of a terminal that a table is laid out for


@click.group(invoke_without_command=True)
@click.option("--case", "case_id", metavar="CASE", help="Only this case.")
@click.option("--child", help="Only this child.")
@click.option("--person", default="", help="Only with this person: a name, or a part of it.")
@click.option("--from", "first", type=Day(), help="From this day on, e.g. 2026-01-01.")
@click.option("--to", "last", type=Day(), help="Up to this day.")
@click.option("--all", "everything", is_flag=True, help="Also messages that ask and answer nothing.")
@click.option("--csv", "csv_file", type=click.Path(path_type=Path), help="Write it to a CSV file.")
@click.option("--xlsx", "xlsx_file", type=click.Path(path_type=Path), help="Write it to an Excel file.")
@click.option("--pdf", "pdf_file", type=click.Path(path_type=Path), help="Write it to a PDF, to print.")
@click.option("--with-private", is_flag=True, help="Put private entries into the file too.")
@as_of_option
@json_option
@click.pass_context
def log(
    context: click.Context,
    /,
    case_id: str | None,
    child: str | None,
    person: str,
    first: date | None,
    last: date | None,
    everything: bool,
    with_private: bool,
    as_of: date | None,
    as_json: bool,
    **files: Path | None,
) -> None:
    """The documentation log: date, issue, person, response, follow-up needed.

    It fills itself from your mail. Calls, meetings and letters by post you add with iep-mail log add.

    \b
    Example:  iep-mail log --case c-3f2a --csv speech.csv
              iep-mail log --child Sofia --pdf log.pdf
    """
    if context.invoked_subcommand:
        return
    from iep_mail.core.log import filter_log
    from iep_mail.core.lookup import find_case
    from iep_mail.jobs.deciding import known_child

    with workspace_of(context) as workspace:
        name = known_child(workspace, child) if child else None
        parents = [parent.name for parent in workspace.family.parents]
    book = casebook_of(context, as_of)
    case = find_case(book, case_id) if case_id else None
    rows = filter_log(
        book.log, case=case.id if case else None, child=name, person=person, first=first, last=last
    )
    rows = tuple(r for r in rows if everything or not r.minor)
    if any(files.values()):
        about = _about(case.title if case else "", name or "", person, first, last)
        _export([r for r in rows if with_private or not r.private], book, parents, about, **files)
        _say_hidden(sum(r.private for r in rows) if not with_private else 0)
    elif as_json:
        from iep_mail.core.dump import dump_log_row

        echo_json([dump_log_row(r) for r in rows])
    else:
        _table(rows)


def _about(case: str, child: str, person: str, first: date | None, last: date | None) -> list[str]:
    """Which part of the log a page holds, a sentence for each limit."""
    limits = (
        (case, f"Case: {case}."),
        (child, f"Child: {child}."),
        (person, f"Only with {person}."),
        (first, f"From {first and long_day(first)} on."),
        (last, f"Up to {last and long_day(last)}."),
    )
    return [sentence for given, sentence in limits if given]


def _export(
    rows: Sequence[LogRow],
    book: Casebook,
    parents: Sequence[str],
    about: Sequence[str],
    /,
    **files: Path | None,
) -> None:
    from iep_mail.adapters.private_file import write_private
    from iep_mail.adapters.spreadsheets import Table, csv_bytes, xlsx_bytes
    from iep_mail.core.evidence.log_tables import log_page, log_table

    header, cells = log_table(rows, book)
    if csv_file := files["csv_file"]:
        write_private(csv_file, csv_bytes(header, cells))
    if xlsx_file := files["xlsx_file"]:
        write_private(xlsx_file, xlsx_bytes([Table("Documentation log", header, cells)]))
    if pdf_file := files["pdf_file"]:
        from iep_mail.adapters.casefile_pdf import pdf_bytes
        from iep_mail.adapters.templates import shipped_log

        write_private(pdf_file, pdf_bytes(log_page(rows, book, parents, about), shipped_log(), book.as_of))
    written = " and ".join(str(path) for path in (csv_file, xlsx_file, pdf_file) if path)
    click.echo(f"Wrote {len(rows)} row{'s' * (len(rows) != 1)} to {written}.")


def _say_hidden(hidden: int) -> None:
    if hidden:
        entries = f"{hidden} private entr{'y' if hidden == 1 else 'ies'}"
        click.echo(f"Left out: {entries}. To put them in: --with-private")


def _table(rows: Sequence[LogRow]) -> None:
    if not rows:
        click.echo("Nothing is in the log for that.")
        return
    from iep_mail.core.evidence.log_tables import HEADER

    columns = min(shutil.get_terminal_size((80, 24)).columns, _WIDEST)
    if columns < _NARROWEST:
        for row in rows:
            _block(row)
        return
    sizes = _sizes(columns)
    head = [_wrapped(h, size) for h, size in zip(HEADER, sizes, strict=True)]
    click.echo(click.style(_line(head, sizes), bold=True))
    click.echo("  ".join("─" * size for size in sizes))
    for row in rows:
        click.echo(_line([_wrapped(c, size) for c, size in zip(_cells(row), sizes, strict=True)], sizes))
        click.echo()


def _cells(row: LogRow) -> tuple[str, ...]:
    marks = ["private"] if row.private else []
    if row.entered_on is not None and (row.entered_on - row.on).days > 1:
        marks.append(f"noted {short_day(row.entered_on)}")
    issue = f"{row.issue} ({', '.join(marks)})" if marks else row.issue
    return (short_day(row.on), issue, row.person, row.response, row.follow_up)


def _sizes(columns: int) -> tuple[int, ...]:
    rest = columns - 12 - 8
    shares = (0.32, 0.18, 0.29, 0.21)
    return (12, *(int(rest * share) for share in shares))


def _wrapped(text: str, size: int) -> list[str]:
    return textwrap.wrap(text, size) or [""]


def _line(cells: Sequence[list[str]], sizes: Sequence[int]) -> str:
    height = max(len(c) for c in cells)
    lines = (
        "  ".join(
            (c[n] if n < len(c) else "").ljust(size) for c, size in zip(cells, sizes, strict=True)
        ).rstrip()
        for n in range(height)
    )
    return "\n".join(lines)


def _block(row: LogRow) -> None:
    day, issue, person, response, follow_up = _cells(row)
    click.echo(click.style(f"{day}  {person}", bold=True))
    for label, text in (("Issue", issue), ("Response", response), ("Follow-up", follow_up)):
        if text:
            click.echo(paragraph(text, " " * 12, f"  {label:<10}"))
    click.echo()


# --- writing down ---------------------------------------------------------------------------

_WRITING = (
    click.option("--on", type=Day(), help="The day it was, e.g. 2026-03-01; today if left out."),
    click.option("--at", "clock", help="The time, e.g. 14:30, if you know it."),
    click.option(
        "--channel", type=click.Choice(CHANNELS), help="How: call, letter, meeting, portal, text, talk."
    ),
    click.option(
        "--with", "people", multiple=True, help="With whom: a name, a role or an address; may be repeated."
    ),
    click.option(
        "--direction",
        type=click.Choice(("to-school", "from-school")),
        help="to-school: you asked or told them. from-school: they told you.",
    ),
    click.option("--case", "case_id", metavar="CASE", help="The case it belongs to."),
    click.option("--child", help="The child it is about."),
    click.option("--about", help="What was said, in plain words; “-” reads it from standard input."),
    click.option("--asked", multiple=True, help="What you asked for there; it is followed as a request."),
    click.option("--promised", multiple=True, help="What they said they would do; it is followed too."),
    click.option(
        "--attach", "files", multiple=True, type=click.Path(path_type=Path), help="A photo or paper."
    ),
    click.option("--answers", metavar="REQUEST", help="The request of yours that it answers."),
    click.option("--refused", is_flag=True, help="With --answers: they said no."),
)


def _writing(command: Any) -> Any:
    for option in reversed(_WRITING):
        command = option(command)
    return command


@log.command("add")
@_writing
@click.option("--private", is_flag=True, help="For you alone: nothing of it is read, quoted or exported.")
@click.pass_context
def add(context: click.Context, /, **given: Any) -> None:
    """Write down a call, a meeting, a letter by post, a text, a talk at the door.

    It counts like a mail: what you asked and what they said they would do is followed, and it can
    answer a request. Write “I asked for …” and “She said she will …”; stick to what was said.
    Without --about your editor opens.

    \b
    Example:  iep-mail log add --on 2026-03-02 --channel call --with "Ms. Park" --direction from-school
                --about "She said she will send the speech log by Friday."
    """
    from iep_mail.errors import UsageError
    from iep_mail.jobs.entering import add_entry

    if not given["channel"] or not given["direction"]:
        missing = "how it was (--channel)" if not given["channel"] else "who spoke (--direction)"
        raise UsageError(
            f"It is not said {missing}.",
            f"Channels: {', '.join(CHANNELS)}. Direction: to-school (you told them) or from-school (they told you).",
        )
    given["private"] = given["private"] or None
    with deciding(context) as (workspace, book, moment):
        given["about"] = text_of(
            given["about"], needed=not (given["asked"] or given["promised"] or given["answers"])
        )
        told = add_entry(workspace, book, _written(workspace, book, given), moment)
    echo_told(told)
    click.echo(
        f"Its id is {told.decision.subject}. To correct it: iep-mail log correct {told.decision.subject}"
    )
    _tell_found(context, told.decision.subject)


def _tell_found(context: click.Context, entry_id: str) -> None:
    """What was found in an entry, so that the parent sees at once whether it was understood."""
    book = casebook_of(context, None)
    entry = next((e for e in book.entries if e.id == entry_id), None)
    sha = entry.sha256 if entry else ""
    for request in (r for r in book.requests if r.sha256 == sha):
        click.echo(
            paragraph(
                f"Followed as a request, due {long_day(request.due_on)}: “{request.quote}”", "    ", "  • "
            )
        )
    for commitment in (c for c in book.commitments if c.sha256 == sha):
        due = f", by {long_day(commitment.due_on)}" if commitment.due_on else ""
        click.echo(paragraph(f"They said they would{due}: “{commitment.quote}”", "    ", "  • "))


@log.command("correct")
@click.argument("entry_id", metavar="ENTRY")
@_writing
@click.option("--private/--not-private", default=None, help="For you alone, or not.")
@click.pass_context
def correct(context: click.Context, /, entry_id: str, **given: Any) -> None:
    """Correct an entry. What you wrote first stays on record, with the day of the correction.

    \b
    Example:  iep-mail log correct l-51aa --on 2026-03-03
    """
    from iep_mail.core.lookup import find_entry
    from iep_mail.jobs.entering import correct_entry

    with deciding(context) as (workspace, book, moment):
        entry = find_entry(book, entry_id)
        if given["about"] == "-":
            given["about"] = text_of("-")
        told = correct_entry(workspace, book, entry, _written(workspace, book, given), moment)
    echo_told(told)


@log.command("show")
@click.argument("entry_id", metavar="ENTRY")
@click.pass_context
def show(context: click.Context, entry_id: str) -> None:
    """One entry in full, with its corrections and attachments.

    \b
    Example:  iep-mail log show l-51aa
    """
    from iep_mail.adapters.attachments import kept_file
    from iep_mail.cli.output import places
    from iep_mail.core.lookup import find_entry

    book = casebook_of(context, None)
    entry = find_entry(book, entry_id)
    echo_why(book, entry.id)
    for attachment in entry.attachments:
        click.echo(f"Attached: {attachment.name}\n  {kept_file(attachment.sha256, places(context)[1])}")


def _written(workspace: Workspace, book: Casebook, given: dict[str, Any]) -> Written:
    from datetime import time

    from iep_mail.core.lookup import find_case, find_request
    from iep_mail.errors import UsageError
    from iep_mail.jobs.deciding import known_child
    from iep_mail.jobs.entering import Written, people_named
    from iep_mail.model import Channel, Direction

    try:
        clock = time.fromisoformat(given["clock"]) if given["clock"] else None
    except ValueError as error:
        raise UsageError(f"“{given['clock']}” is not a time.", "Write it as 14:30.") from error
    return Written(
        on=given["on"],
        clock=clock,
        channel=Channel(given["channel"]) if given["channel"] else None,
        direction=Direction(given["direction"].replace("-", "_")) if given["direction"] else None,
        people=people_named(given["people"], workspace.family, book),
        text=given["about"],
        case=find_case(book, given["case_id"]) if given["case_id"] else None,
        child=known_child(workspace, given["child"]) if given["child"] else None,
        private=given["private"],
        files=given["files"],
        answers=find_request(book, given["answers"]) if given["answers"] else None,
        refused=given["refused"],
        asked=given["asked"],
        promised=given["promised"],
    )


def text_of(given: str | None, needed: bool = True) -> str:
    """The text of an entry: as given, from standard input, or from the parent's editor."""
    from iep_mail.errors import UsageError

    if given == "-":
        return sys.stdin.read()
    if given is not None or not needed:
        return given or ""
    if not sys.stdin.isatty():
        raise UsageError("There is nothing written in it.", "Say what it was about, with --about.")
    return click.edit("", extension=".txt") or ""


COMMANDS = (log,)
