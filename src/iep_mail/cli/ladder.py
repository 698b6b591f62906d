"""next, step and explain: what could be done now, one step at a time, in plain words."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import click

from iep_mail.cli.output import (
    as_of_option,
    casebook_of,
    long_day,
    now,
    one_of,
    paragraph,
    places,
    workspace_of,
)

if TYPE_CHECKING:
    from iep_mail.core.glossary import Term
    from iep_mail.model import Case, Casebook, Ladder


@click.command("next")
@click.argument("case_id", required=False, metavar="[CASE]")
@as_of_option
@click.pass_context
def next_step(context: click.Context, case_id: str | None, as_of: date | None) -> None:
    """The one thing worth doing today; or, for a case, the next step that could work and why.

    CASE is what `iep-mail cases` shows; its first letters are enough.

    \b
    Example:  iep-mail next
              iep-mail next 3f2a
    """
    book = casebook_of(context, as_of)
    if case_id is None:
        _show_today(book)
        return
    case: Case = one_of(list(book.cases), case_id, "case", "cases")
    ladder = next(ladder for ladder in book.ladders if ladder.case == case.id)
    _show_ladder(case, ladder)


def _show_today(book: Casebook) -> None:
    if not book.flags:
        click.echo("Nothing wants you today. Rest well.")
        return
    flag = book.flags[0]
    click.echo(click.style(paragraph(flag.next_step), bold=True))
    click.echo(paragraph(flag.reason, "  "))
    if flag.draft:
        click.echo(f"  A letter is ready: iep-mail draft show {flag.draft}")
    if flag.case:
        click.echo(f"  The whole picture: iep-mail next {flag.case}")
    more = len(book.flags) - 1
    if more:
        click.echo(f"\n{more} more can wait their turn: iep-mail flags")


def _show_ladder(case: Case, ladder: Ladder) -> None:
    click.echo(click.style(case.title, bold=True))
    by_you = ", where you put it" if ladder.set_by_parent else ""
    click.echo(paragraph(f"Step {ladder.step} of 6: {ladder.title}{by_you} ({case.status})."))
    _list("On record without a real answer", [e.what for e in ladder.attempts])
    _list("Also on record", _reasons(ladder))
    if ladder.next is None:
        click.echo(paragraph(case.next_step or "Nothing to do now."))
    else:
        click.echo(paragraph(f"{ladder.why}."))
        click.echo(click.style(f"\nStep {ladder.next}: {ladder.next_title}", bold=True))
        click.echo(paragraph(f"{ladder.how[:1].upper()}{ladder.how[1:]}.", "  "))
        _list("What it takes", list(ladder.takes))
        _facts(ladder.clock, ladder.cost, ladder.commits)
        click.echo(
            paragraph(
                "You decide: stay with `iep-mail step hold`, leave one out with `iep-mail step skip`, or say where "
                "you are with `iep-mail step set`."
            )
        )
    if ladder.help:
        click.echo(click.style("\nHelp would be wise now", bold=True))
        _list("", [f"{reason[:1].upper()}{reason[1:]}." for reason in ladder.help])
        _list("Where", list(ladder.where))


def _reasons(ladder: Ladder) -> list[str]:
    """What is on record, missed sessions in one line."""
    missed = [long_day(e.on) for e in ladder.reasons if e.kind == "missed"]
    lines = [e.what for e in ladder.reasons if e.kind != "missed"]
    return [f"Sessions were missed on {'; '.join(missed)}.", *lines] if missed else lines


def _facts(clock: str, cost: str, commits: str) -> None:
    for label, text in (("Time", clock), ("Cost", cost), ("What it commits you to", commits)):
        if text:
            click.echo(paragraph(f"{label}: {text}", "    ", "  "))


def _list(title: str, lines: list[str]) -> None:
    if title and lines:
        click.echo(f"{title}:")
    for line in lines:
        click.echo(paragraph(line, "    ", "  • "))


@click.group()
def step() -> None:
    """Say at which of the six steps a case is: set it, hold it, or leave one out.

    \b
    Example:  iep-mail step hold 3f2a
    """


def _decide(context: click.Context, case_id: str, kind: str, value: str, said: str) -> None:
    with workspace_of(context) as workspace:
        moment = now()
        book = workspace.casebook(workspace.day_of(moment))
        case: Case = one_of(list(book.cases), case_id, "case", "cases")
        decision = workspace.decide(kind, case.id, value, moment)
    click.echo(f"{case.title}: {said} To take it back: iep-mail undo {decision.id}")


_NUMBER = click.IntRange(1, 6)


@step.command("set")
@click.argument("case_id", metavar="CASE")
@click.argument("number", type=_NUMBER)
@click.pass_context
def step_set(context: click.Context, case_id: str, number: int) -> None:
    """The case is at this step, 1 to 6, whatever the mail shows.

    \b
    Example:  iep-mail step set 3f2a 4
    """
    from iep_mail.core.tracking.ladder import SET_STEP, STEPS

    _decide(context, case_id, SET_STEP, str(number), f"now at step {number}, {STEPS[number]}.")


@step.command("hold")
@click.argument("case_id", metavar="CASE")
@click.option("--off", is_flag=True, help="No longer hold it.")
@click.pass_context
def step_hold(context: click.Context, case_id: str, off: bool) -> None:
    """Stay at the present step: nothing further is suggested until you say so.

    \b
    Example:  iep-mail step hold 3f2a
    """
    from iep_mail.core.tracking.ladder import HOLD_STEP

    said = "no longer held." if off else "held at its step."
    _decide(context, case_id, HOLD_STEP, "off" if off else "", said)


@step.command("skip")
@click.argument("case_id", metavar="CASE")
@click.argument("number", type=_NUMBER)
@click.pass_context
def step_skip(context: click.Context, case_id: str, number: int) -> None:
    """Leave a step out, because it is not offered or not for you.

    \b
    Example:  iep-mail step skip 3f2a 3
    """
    from iep_mail.core.tracking.ladder import SKIP_STEP, STEPS

    _decide(context, case_id, SKIP_STEP, str(number), f"step {number}, {STEPS[number]}, is left out.")


@click.command()
@click.argument("term", nargs=-1)
@click.pass_context
def explain(context: click.Context, term: tuple[str, ...]) -> None:
    """A word of special education in plain words. Without a word: all of them.

    \b
    Example:  iep-mail explain prior written notice
    """
    from iep_mail.core.glossary import find_term, terms
    from iep_mail.errors import UsageError

    asked = " ".join(term).strip()
    if not asked:
        click.echo(paragraph("Ask about any of these: " + "; ".join(t.name for t in terms()) + "."))
        return
    found, others = find_term(asked)
    if found is None:
        near = f"Did you mean: {'; '.join(others)}?" if others else "See all words with: iep-mail explain"
        raise UsageError(f"“{asked}” is not in the word list.", near)
    _show_term(found, _state(context))
    if others:
        click.echo(paragraph(f"Or did you mean: {'; '.join(others)}?"))


def _state(context: click.Context) -> str | None:
    """The family's state, where there is a configuration that can be read."""
    from iep_mail.adapters.config import load_config
    from iep_mail.errors import IepMailError

    try:
        return load_config(places(context)[0]).family.state
    except IepMailError:
        return None


def _show_term(term: Term, state: str | None) -> None:
    from iep_mail.core.tracking.finding_help import centers
    from iep_mail.data import load

    click.echo(click.style(term.name, bold=True))
    click.echo(paragraph(term.say, "  "))
    if term.step:
        row = load("steps")[str(term.step)]
        _list("  What it takes", row["takes"])
        _facts(row["clock"], row["cost"], row["commits"])
    if term.cite:
        click.echo(paragraph(f"The rule: {term.cite}", "  "))
    if term.where or (term.step or 0) >= 4:
        _list("  Where help is found", list(centers(state, legal=bool(term.step))))
    if term.see:
        click.echo(paragraph(f"See also: {'; '.join(term.see)}", "  "))
    click.echo(paragraph("This is not legal advice.", "  "))


COMMANDS = (next_step, step, explain)
