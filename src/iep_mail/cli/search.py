"""search: words, phrases, people, days, in mail and in attachments."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from iep_mail.cli import output
from iep_mail.cli.output import echo_json, json_option, long_day, paragraph, plain, workspace_of

if TYPE_CHECKING:
    from iep_mail.jobs.searching import Found
    from iep_mail.model import SearchHit


@click.command(context_settings={"ignore_unknown_options": True})
@click.argument("words", nargs=-1, required=True, type=click.UNPROCESSED)
@click.option(
    "--limit", type=click.IntRange(1, 1000), default=20, show_default=True, help="Show at most so many."
)
@json_option
@click.pass_context
def search(context: click.Context, words: tuple[str, ...], limit: int, as_json: bool) -> None:
    """Find words in your mail with the school and in its PDF and Word attachments.

    All words must be there; the best matches come first. Put a phrase into quotes (and the whole search
    into another kind of quotes, so that your shell keeps them). speech* finds words that begin so,
    -bus leaves out, OR finds either.

    \b
    from:park          who wrote it           before:2026-03-01   before this day
    to:shaw            who received it        after:2026-01       from this day or month on
    case:speech        the case               has:attachment      with a file
    child:sofia        the child              kind:records        what kind of mail or request
    subject:transport  word of the subject    file:iep            word of a file's name

    \b
    Example:  iep-mail search 'from:park "make-up sessions" after:2026-01'
    """
    from iep_mail.jobs.searching import search as find

    # The shell has taken quotes away where a phrase was given as a word of its own.
    text = " ".join(f'"{w}"' if " " in w and '"' not in w and len(words) > 1 else w for w in words)
    with workspace_of(context) as workspace:
        found = find(workspace, text, workspace.day_of(output.now()), limit, _say_refreshing)
    if as_json:
        echo_json(_as_json(found))
        return
    if found.loose:
        click.echo("Nothing has all of these words. With some of them:\n")
    for hit in found.hits:
        _show(hit)
    _show_count(found)


def _say_refreshing() -> None:
    click.echo("Bringing the search up to date …", err=True)


def _show(hit: SearchHit) -> None:
    sender = plain(hit.sender).partition(" <")[0]
    who = {"to_school": "You: ", "note": ""}.get(hit.direction, f"{sender}: ")
    title = f"{long_day(hit.sent_on)}: {who}{hit.subject or '(no subject)'}"
    click.echo(click.style(paragraph(title, "    ", ""), bold=True))
    kind = "log" if hit.direction == "note" else "message"
    where = f"in {hit.case_title} · " if hit.case_title else ""
    click.echo(paragraph(f"{where}{kind} {_short_id(hit)}", "    "))
    for line in hit.lines:
        click.echo(_marked(line, "    "))
    others = [name for name in hit.attached if name not in {file for file, _ in hit.files}]
    if others:
        click.echo(paragraph(f"attached: {', '.join(others)}", "    "))
    for name, lines in hit.files:
        click.echo(paragraph(f"in the file {name}:", "    "))
        for line in lines:
            click.echo(_marked(line, "      "))
    click.echo()


def _short_id(hit: SearchHit) -> str:
    return f"l-{hit.sha256[:10]}" if hit.direction == "note" else hit.sha256[:8]


def _marked(line: str, indent: str) -> str:
    """The line, wrapped; what matched stands out where the terminal shows colours."""
    start, end = "\ue000", "\ue001"
    text = paragraph(line.replace("\x02", start).replace("\x03", end), indent)
    opening, closing = click.style("|", fg="yellow", bold=True).split("|")
    return text.replace(start, opening).replace(end, closing)


def _show_count(found: Found) -> None:
    if found.hits:
        noun = "log" if found.hits[0].direction == "note" else "message"
        click.echo(f"Read one: iep-mail {noun} show {_short_id(found.hits[0])}")
    if not found.total:
        click.echo("Nothing was found. Fewer words, or a word with * at its end, find more.")
    elif found.total > len(found.hits):
        click.echo(f"{len(found.hits)} of {found.total} are shown; see more with --limit {found.total}.")
    else:
        click.echo(f"{found.total} message{'s' * (found.total != 1)}.")
    if found.unsearchable:
        count = len(found.unsearchable)
        first = found.unsearchable[0]
        more = f", and {count - 1} more" if count > 1 else ""
        click.echo(
            paragraph(
                f"Not searched: “{first.name}” of {long_day(first.on)} {first.why}{more} (see them with --json)."
            )
        )


def _as_json(found: Found) -> dict[str, object]:
    marks = str.maketrans("\x02\x03", "[]")
    return {
        "total": found.total,
        "all_words": not found.loose,
        "messages": [
            {
                "sha256": hit.sha256,
                "date": hit.sent_on.isoformat(),
                "from": hit.sender,
                "to": hit.recipients,
                "subject": hit.subject,
                "case": hit.case,
                "child": hit.child,
                "lines": [line.translate(marks) for line in hit.lines],
                "files": [
                    {"name": name, "lines": [line.translate(marks) for line in lines]}
                    for name, lines in hit.files
                ],
            }
            for hit in found.hits
        ],
        "not_searched": [
            {"name": u.name, "why": u.why, "from": u.sender, "date": u.on.isoformat()}
            for u in found.unsearchable
        ],
    }


COMMANDS = (search,)
