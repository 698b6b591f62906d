"""Looking at the casebook: dump, flags."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import click

from iep_mail.cli.output import (
    as_of_option,
    casebook_of,
    echo_json,
    echo_part,
    json_option,
    page_of,
)
from iep_mail.cli.story import heading, show_entry

if TYPE_CHECKING:
    from iep_mail.core.letters.entries import Entry


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


COMMANDS = (dump, flags)
