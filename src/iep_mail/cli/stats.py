"""stats: the numbers of a case or of all."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import click

from iep_mail.cli.output import as_of_option, echo_json, json_option, page_of, paragraph, plain

if TYPE_CHECKING:
    from iep_mail.core.evidence.stats import Stats


@click.command()
@click.argument("case", required=False)
@as_of_option
@json_option
@click.pass_context
def stats(context: click.Context, case: str | None, as_of: date | None, as_json: bool) -> None:
    """Numbers: how soon answers came, how many in time, what is open and since when.

    They count what is on record and judge nobody.

    \b
    Example:  iep-mail stats 3f21
    """
    from iep_mail.core.evidence.stats import build_stats
    from iep_mail.jobs.casefile import find_cases

    with page_of(context, as_of) as page:
        chosen = find_cases(page.book, [case])[0] if case else None
        found = build_stats(page.book, chosen.id if chosen else None, page.name)
    if as_json:
        echo_json(_as_json(found))
        return
    _show(found, chosen.title if chosen else "All cases")


def _show(found: Stats, title: str) -> None:
    from iep_mail.core.evidence.rows import what_words
    from iep_mail.core.evidence.stats import NO_JUDGEMENT, count_sentence, count_words

    click.echo(click.style(plain(title), bold=True))
    total = found.total
    if not total.asked:
        click.echo("No request is on record.")
        return
    click.echo(paragraph(count_sentence(total)))
    if found.reminders:
        click.echo(f"{found.reminders} reminder{'s' * (found.reminders != 1)} sent.")
    if found.commitments:
        click.echo(
            f"{found.commitments} thing{'s' * (found.commitments != 1)} the school said it would do: {found.kept} done, "
            f"{found.commitments_overdue} open past the day named."
        )
    if total.still_open:
        click.echo("\nOpen, by age")
        for words, count in found.open_by_age:
            if count:
                click.echo(f"    {words:<20} {'█' * min(count, 40)} {count}")
    for heading, counts, name in (
        ("By what was asked", found.by_kind, what_words),
        ("By who was asked", found.by_person, str),
    ):
        click.echo(f"\n{heading}")
        for one in sorted(counts, key=lambda c: (-c.asked, c.name)):
            click.echo(paragraph(f"{name(one.name)}: {count_words(one)}", "        ", "    "))
    click.echo()
    click.echo(paragraph(NO_JUDGEMENT))


def _as_json(found: Stats) -> dict[str, Any]:
    from dataclasses import asdict

    values = asdict(found)
    values["open_by_age"] = dict(found.open_by_age)
    return values


COMMANDS = (stats,)
