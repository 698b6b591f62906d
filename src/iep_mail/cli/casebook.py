"""Looking at the casebook: dump, flags, cases, case show."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import click

from iep_mail.cli.output import (
    as_of_option,
    casebook_of,
    echo_json,
    echo_part,
    json_option,
    one_of,
    page_of,
)
from iep_mail.cli.story import heading, show_case_line, show_entry, show_story

if TYPE_CHECKING:
    from iep_mail.core.letters.entries import Entry
    from iep_mail.model import Case, Casebook

_LONG_AGO = datetime(1, 1, 1, tzinfo=UTC)


@click.command()
@as_of_option
@click.pass_context
def dump(context: click.Context, as_of: date | None) -> None:
    """Print everything iep-mail knows as one JSON document, for other programs.

    \b
    Example:  iep-mail dump --as-of 2026-03-01
    """
    from iep_mail.core.dump import dump_casebook

    echo_json(dump_casebook(casebook_of(context, as_of)))


@click.command()
@as_of_option
@json_option
@click.pass_context
def flags(context: click.Context, as_of: date | None, as_json: bool) -> None:
    """What wants your eye, the most urgent first.

    \b
    Example:  iep-mail flags
    """
    from iep_mail.core.letters.entries import entry, visible_flags

    with page_of(context, as_of) as page:
        if as_json:
            echo_part(page, "flags")
            return
        if not page.book.flags:
            click.echo("Nothing wants you today.")
        groups: dict[str, list[Entry]] = {}
        for flag in visible_flags(page.book):
            words = entry(flag, page)
            groups.setdefault(words.heading, []).append(words)
        for title, entries in groups.items():
            heading(title)
            for words in entries:
                show_entry(words)


@click.command()
@as_of_option
@json_option
@click.pass_context
def cases(context: click.Context, as_of: date | None, as_json: bool) -> None:
    """Your cases: one matter about one child each.

    \b
    Example:  iep-mail cases
    """
    with page_of(context, as_of) as page:
        if as_json:
            echo_part(page, "cases")
            return
        if not page.book.cases:
            click.echo("No cases yet. Run a night first: iep-mail nightly")
        for case in _open_first(page.book):
            show_case_line(case, page)


def _open_first(book: Casebook) -> list[Case]:
    """Open cases before those that are watched or resolved, the latest mail first."""
    last = {m.case: m.message.date for m in book.messages}
    order = {"open": 0, "monitoring": 1, "resolved": 2}
    latest = sorted(book.cases, key=lambda case: (last.get(case.id, _LONG_AGO), case.id), reverse=True)
    return sorted(latest, key=lambda case: order.get(case.status, 0))


@click.group()
def case() -> None:
    """One case: its whole story.

    \b
    Example:  iep-mail case show 3f2a
    """


@case.command("show")
@click.argument("case_id")
@as_of_option
@click.option("--full", is_flag=True, help="Show every message to its end.")
@click.pass_context
def case_show(context: click.Context, case_id: str, as_of: date | None, full: bool) -> None:
    """The timeline of a case: who wrote what and when, what was asked, when it is due.

    CASE_ID is what `iep-mail cases` shows; its first letters are enough.

    \b
    Example:  iep-mail case show 3f2a
    """
    with page_of(context, as_of) as page:
        show_story(one_of(list(page.book.cases), case_id, "case", "cases"), page, in_full=full)


COMMANDS = (dump, flags, cases, case)
