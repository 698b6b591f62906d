"""The letters: letters, letter show|new, templates check|copy, tone."""

from __future__ import annotations

import sys
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from iep_mail.cli.output import (
    as_of_option,
    echo_json,
    json_option,
    now,
    one_of,
    paragraph,
    places,
    workspace_of,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from iep_mail.core.letters.templates import LetterTemplate
    from iep_mail.core.letters.tone import ToneFinding


def _own_templates(context: click.Context) -> Path:
    config, _ = places(context)
    return config.resolve().parent / "templates"


def _all_letters(context: click.Context) -> Mapping[str, LetterTemplate]:
    from iep_mail.jobs.letters import letters_of

    found, notes = letters_of(_own_templates(context))
    for note in notes:
        click.echo(paragraph(note), err=True)
    return found


def _one_letter(context: click.Context, name: str) -> LetterTemplate:
    from difflib import get_close_matches

    from iep_mail.errors import UsageError

    found = _all_letters(context)
    if name in found:
        return found[name]
    near = get_close_matches(name, found, 1)
    hint = f"Did you mean {near[0]}? " if near else ""
    raise UsageError(f"There is no letter “{name}”.", f"{hint}See them all with: iep-mail letters")


@click.command()
@click.option("--all", "everything", is_flag=True, help="Also those that your child's plan does not give.")
@json_option
@click.pass_context
def letters(context: click.Context, everything: bool, as_json: bool) -> None:
    """All letters, by step, with when to use each.

    \b
    Example:  iep-mail letters
    """
    from iep_mail.core.letters.catalogue import by_step, offered

    found = _all_letters(context)
    if as_json:
        echo_json([_as_json(letter) for letter in found.values()])
        return
    kinds = _plan_kinds(context)
    fitting = [f for f in found.values() if everything or any(offered(f, kind) for kind in kinds)]
    for heading, group in by_step(fitting):
        click.echo(click.style(heading, bold=True))
        for letter in group:
            click.echo(f"\n  {click.style(letter.name, fg='cyan')}  {letter.title}")
            click.echo(paragraph(letter.when, "      "))
        click.echo()
    if left := len(found) - len(fitting):
        click.echo(f"{left} more are for children with an IEP: iep-mail letters --all")
    click.echo("To read one:   iep-mail letter show follow-up")
    click.echo("To write one:  iep-mail letter new follow-up --case ID")


def _plan_kinds(context: click.Context) -> frozenset[str]:
    """The kinds of plan of the family's children; every kind where there is no configuration yet."""
    from iep_mail.jobs.letters import plan_kinds

    config, _ = places(context)
    return plan_kinds(config, now().date()) if config.exists() else frozenset({"IEP", "504"})


def _as_json(letter: LetterTemplate) -> dict[str, Any]:
    return {
        "name": letter.name,
        "title": letter.title,
        "when": letter.when,
        "step": letter.step,
        "kinds": list(letter.kinds),
        "plans": list(letter.plans),
        "required": dict(letter.required),
        "optional": dict(letter.optional),
        "citation": letter.citation,
        "to": list(letter.to),
        "cc": list(letter.cc),
        "advice": letter.advice,
        "own": letter.own,
    }


@click.group()
def letter() -> None:
    """One letter: read it, or write one.

    \b
    Example:  iep-mail letter show records-request
    """


@letter.command("show")
@click.argument("name")
@click.option("--source", is_flag=True, help="Print the file itself, to make a copy of your own.")
@click.pass_context
def letter_show(context: click.Context, name: str, source: bool) -> None:
    """A letter with its blanks, when to use it, and what it needs to know.

    \b
    Example:  iep-mail letter show records-request
    """
    from iep_mail.core.letters.catalogue import with_blanks
    from iep_mail.jobs.letters import source_of

    chosen = _one_letter(context, name)
    if source:
        click.echo(source_of(name, _own_templates(context)), nl=False)
        return
    click.echo(click.style(chosen.title, bold=True))
    click.echo(paragraph(chosen.when))
    if chosen.advice:
        click.echo("\n" + paragraph(f"First: {chosen.advice}"))
    subject, body = with_blanks(chosen)
    click.echo(f"\nSubject: {subject}\n\n{body.rstrip()}")
    _tell_facts("\nIt asks for", chosen.required)
    _tell_facts("\nIt can also use", {n: w for n, w in chosen.optional.items() if w})


@letter.command("new")
@click.argument("name")
@click.option("--case", "case_id", help="The case it is about; see iep-mail cases.")
@click.option("--request", "request_id", help="The request it is about; see iep-mail case show.")
@click.option("--child", help="The child it is about, where that does not follow from the case.")
@click.option("--to", multiple=True, help="A mail address it goes to, instead of the usual person.")
@click.option(
    "--set",
    "facts",
    multiple=True,
    metavar="FACT=VALUE",
    help="What you know, such as call_on=2026-03-04. Several lines: parted by “; ”.",
)
@click.pass_context
def letter_new(
    context: click.Context,
    name: str,
    case_id: str | None,
    request_id: str | None,
    child: str | None,
    to: tuple[str, ...],
    facts: tuple[str, ...],
) -> None:
    """Write a letter from what is known; what is missing stays a blank for you to fill in.

    Nothing is sent. The letter waits among your drafts.

    \b
    Example:  iep-mail letter new after-call-understanding --case 3f2a --set call_on=2026-03-04
    """
    from iep_mail.cli.story import show_draft
    from iep_mail.core.letters.entries import Page
    from iep_mail.core.letters.started import LetterStart
    from iep_mail.jobs.start_letter import start_letter

    with workspace_of(context) as workspace:
        moment = now()
        book = workspace.casebook(workspace.day_of(moment))
        case = one_of(list(book.cases), case_id, "case", "cases") if case_id else None
        request = one_of(list(book.requests), request_id, "request", "case show CASE") if request_id else None
        start = LetterStart(
            letter=name,
            case=case.id if case else request.case if request else None,
            request=request.id if request else None,
            child=child,
            to=tuple(address.lower() for address in to),
            facts=_given(facts),
        )
        decision = start_letter(workspace, start, moment)
        book = workspace.casebook(workspace.day_of(moment))
        page = Page.of(book, workspace.family, workspace.calendar)
        show_draft(next(d for d in book.drafts if d.id == decision.subject), page)
    click.echo(f"Kept among your drafts: iep-mail draft show {page.short[decision.subject]}")
    click.echo(f"To take it back:        iep-mail undo {decision.id}")


def _given(facts: tuple[str, ...]) -> dict[str, str]:
    from iep_mail.errors import UsageError

    found = {}
    for fact in facts:
        name, sign, value = fact.partition("=")
        if not sign or not name.strip():
            raise UsageError(f"“{fact}” says no fact.", "Write it like --set call_on=2026-03-04.")
        found[name.strip()] = value.strip()
    return found


def _tell_facts(heading: str, facts: Mapping[str, str]) -> None:
    if facts:
        click.echo(click.style(heading, bold=True))
    for name, question in facts.items():
        click.echo(paragraph(f"{name}: {question}", "      ", "  • "))


@click.group()
def templates() -> None:
    """Your own versions of letters.

    They lie in templates/letters/ beside your config.toml, one file for each letter. A file with the
    name of a built-in letter takes its place; another name adds a letter.

    \b
    Example:  iep-mail templates check
    """


@templates.command("check")
@click.pass_context
def templates_check(context: click.Context) -> None:
    """Say what is wrong in your own letters, with file and line.

    A letter with a mistake is not used: the built-in one takes its place until it is mended.

    \b
    Example:  iep-mail templates check
    """
    from iep_mail.jobs.letters import check_own_templates

    folder = _own_templates(context)
    checked = check_own_templates(folder)
    if not checked:
        click.echo(f"You have no letters of your own in {folder / 'letters'}.")
        click.echo("To change one: iep-mail templates copy follow-up")
    for file in checked:
        if not file.mistakes:
            click.echo(f"{file.path}: in order" + (" (a letter of your own)" if file.new else ""))
        for mistake in file.mistakes:
            line = f", line {mistake.line}" if mistake.line else ""
            click.echo(paragraph(f"{file.path}{line}: {mistake.why}.", "    ", ""))
        for word in file.words:
            text = f"{file.path}, line {word.line}: “{word.phrase}” is worth another look. {word.why} Better: {word.suggestion}"
            click.echo(paragraph(text, "    ", ""))
    if any(file.mistakes for file in checked):
        sys.exit(1)


@templates.command("copy")
@click.argument("name")
@click.pass_context
def templates_copy(context: click.Context, name: str) -> None:
    """Make a copy of a letter that you can change.

    \b
    Example:  iep-mail templates copy follow-up
    """
    from iep_mail.jobs.letters import copy_letter

    path = copy_letter(name, _own_templates(context))
    click.echo(f"Wrote {path}")
    click.echo("Change it in a text editor; then: iep-mail templates check")


@click.command()
@click.argument("what", metavar="[FILE|DRAFT-ID|-]", required=False)
@as_of_option
@json_option
@click.pass_context
def tone(context: click.Context, what: str | None, as_of: date | None, as_json: bool) -> None:
    """Look a letter over before it goes: words that weaken it, days and names that do not match, no
    request or no day for the answer.

    Give a text file, the id of a draft, or - for what you paste. Without anything it looks at every
    letter that waits. Quotations are left alone, and nothing is changed.

    \b
    Example:  iep-mail tone 81cc
    """
    from iep_mail.jobs.tone import tone_of_draft, tone_of_text

    with workspace_of(context) as workspace:
        today = workspace.day_of(now())
        book = workspace.casebook(as_of or today, past=as_of is not None and as_of < today)
        text = _text_of(what) if what else None
        if text is not None:
            looked_at = [("Your text", tone_of_text(workspace, book, text))]
        else:
            drafts = [one_of(list(book.drafts), what, "draft", "drafts")] if what else list(book.drafts)
            looked_at = [(d.subject, tone_of_draft(workspace, book, d)) for d in drafts]
    if as_json:
        echo_json([{"subject": name, "findings": [asdict(f) for f in found]} for name, found in looked_at])
        return
    for name, found in looked_at:
        click.echo(click.style(name, bold=True))
        show_findings(found)
    if not looked_at:
        click.echo("No letter waits. To look at a text of your own: iep-mail tone FILE")


def show_findings(found: Sequence[ToneFinding]) -> None:
    """Each place with why, and a better wording; one line where there is none."""
    if not found:
        click.echo("  Nothing stands out: it says what it asks, by when, and no more than it can show.")
    for finding in found:
        whole = finding.start < 0 and finding.line > 0
        place = "subject" if finding.line == 0 else f"line {finding.line}, column {finding.column}"
        head = "The whole letter" if whole else f"{place[0].upper()}{place[1:]}: “{finding.phrase}”"
        said = f"{head}: {finding.phrase}." if whole else f"{head}."
        click.echo(paragraph(f"{said} {finding.why}", "    ", "  • "))
        click.echo(paragraph(f"Better: {finding.suggestion}", "      ", "    → "))


def _text_of(what: str) -> str | None:
    """What stands in a file or comes in, None where the name is not that of a file."""
    from iep_mail.errors import UsageError

    if what == "-":
        return sys.stdin.buffer.read(_LONGEST_TEXT).decode("utf-8", "replace")
    path = Path(what).expanduser()
    if not path.is_file():
        return None
    if path.stat().st_size > _LONGEST_TEXT:
        raise UsageError(f"{path} is too long for a letter.", "Give a text of at most 100 KB.")
    return path.read_text(encoding="utf-8-sig", errors="replace")


_LONGEST_TEXT = 100_000  # bytes

COMMANDS = (letters, letter, templates, tone)
