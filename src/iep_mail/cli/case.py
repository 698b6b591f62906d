"""cases and case: looking at them, and arranging them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import click

from iep_mail.cli.output import (
    Day,
    as_of_option,
    deciding,
    echo_json,
    echo_told,
    json_option,
    page_of,
    paragraph,
)
from iep_mail.cli.story import heading, show_case_line, show_story

if TYPE_CHECKING:
    from iep_mail.core.letters.entries import Page
    from iep_mail.jobs.deciding import Target
    from iep_mail.model import Case, Casebook, FiledMessage, Thread

_LONG_AGO = datetime(1, 1, 1, tzinfo=UTC)

_title_option = click.option("--title", default="", help="The name of the new case.")


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
        book = page.book
        if as_json:
            from iep_mail.core.dump import dump_casebook

            echo_json(dump_casebook(book)["cases"])
            return
        if not book.cases:
            click.echo("No cases yet. Run a night first: iep-mail nightly")
        for one in _open_first(book):
            show_case_line(one, page)
            if any(s.case == one.id for s in book.suggestions):
                name = page.short[one.id]
                hint = f"A thread in it may turn to another matter: iep-mail case show {name}"
                click.echo(paragraph(hint, " " * (len(name) + 2)))


def _open_first(book: Casebook) -> list[Case]:
    """Open cases before those that are watched or resolved, the latest mail first."""
    last = {m.case: m.message.date for m in book.messages}
    order = {"open": 0, "monitoring": 1, "resolved": 2}
    latest = sorted(book.cases, key=lambda case: (last.get(case.id, _LONG_AGO), case.id), reverse=True)
    return sorted(latest, key=lambda case: order.get(case.status, 0))


@click.group()
def case() -> None:
    """One case: its whole story, and putting it right.

    \b
    Example:  iep-mail case show c-3f2a
    """


@case.command("show")
@click.argument("case_id", metavar="CASE")
@as_of_option
@click.option("--full", is_flag=True, help="Show every message to its end.")
@click.option("--threads", "with_threads", is_flag=True, help="Also its threads, with their ids.")
@click.pass_context
def show(context: click.Context, case_id: str, as_of: date | None, full: bool, with_threads: bool) -> None:
    """The timeline of a case: who wrote what and when, what was asked, when it is due.

    CASE is what iep-mail cases shows; its first letters are enough. The letters before each day are
    the id of that message, for iep-mail why, message move and case split.

    \b
    Example:  iep-mail case show c-3f2a
    """
    from iep_mail.core.lookup import find_case

    with page_of(context, as_of) as page:
        chosen = find_case(page.book, case_id)
        show_story(chosen, page, in_full=full)
        if with_threads:
            _show_threads(page, chosen)
        _show_suggestions(page, chosen)


def _show_threads(page: Page, chosen: Case) -> None:
    click.echo()
    heading("Its threads")
    for thread in (t for t in page.book.threads if t.id in chosen.threads):
        click.echo(paragraph(f"{page.short[thread.id]}  “{thread.subject}”", "    ", "  "))


def _show_suggestions(page: Page, chosen: Case) -> None:
    book = page.book
    for suggestion in (s for s in book.suggestions if s.case == chosen.id):
        thread = next(t for t in book.threads if t.id == suggestion.thread)
        name, day = page.short[thread.id], page.day(book.message(suggestion.sha256).sent_on)
        click.echo()
        heading("A thread that may turn to another matter")
        said = f"“{thread.subject}” on {day} (message {page.short[suggestion.sha256]})."
        click.echo(paragraph(f"{said} {suggestion.reason}", "  "))
        click.echo(f"  To split it there:       iep-mail case split {name}")
        click.echo(f"  If it belongs together:  iep-mail case keep-together {name}")


# --- arranging ------------------------------------------------------------------------------


def target_of(book: Casebook, wanted: str, title: str = "") -> Target:
    """The case that a parent names as the place to go to: an id, “new” or “none”."""
    from iep_mail.core.lookup import find_case
    from iep_mail.errors import UsageError
    from iep_mail.jobs.deciding import Target

    if wanted.lower() == "new":
        return Target(new=True, title=" ".join(title.split()))
    if title:
        raise UsageError("A title is for a new case.", "Write “new” for the case, or leave the title out.")
    return Target() if wanted.lower() == "none" else Target(find_case(book, wanted))


@case.command("rename")
@click.argument("case_id", metavar="CASE")
@click.argument("title")
@click.pass_context
def rename(context: click.Context, case_id: str, title: str) -> None:
    """Give a case another name.

    \b
    Example:  iep-mail case rename c-3f2a "Speech, spring"
    """
    from iep_mail.core.lookup import find_case
    from iep_mail.jobs.deciding import rename_case

    with deciding(context) as (workspace, book, moment):
        told = rename_case(workspace, find_case(book, case_id), title, moment)
    echo_told(told)


@case.command("merge")
@click.argument("case_id", metavar="CASE")
@click.argument("into", metavar="INTO")
@click.pass_context
def merge(context: click.Context, case_id: str, into: str) -> None:
    """Put a case into another one: they are about the same matter. Its old id leads there too.

    \b
    Example:  iep-mail case merge c-3f2a c-81b0
    """
    from iep_mail.core.lookup import find_case
    from iep_mail.jobs.deciding import merge_cases

    with deciding(context) as (workspace, book, moment):
        told = merge_cases(workspace, find_case(book, case_id), find_case(book, into), moment)
    echo_told(told)


@case.command("split")
@click.argument("some_id", metavar="THREAD|MESSAGE|CASE")
@click.option("--only", "only", metavar="MESSAGE", multiple=True, help="Only this message; may be repeated.")
@click.option("--to", "into", metavar="CASE", default="new", help="Into this case instead of a new one.")
@_title_option
@click.pass_context
def split(context: click.Context, some_id: str, only: tuple[str, ...], into: str, title: str) -> None:
    """Divide a thread that turned to another matter.

    With a message: from that message on. With a thread (or a case) for which iep-mail suggests a
    place: there. With any other thread: all of it leaves its case. What is split off becomes a case
    of its own. Later answers go with the message they answer.

    \b
    Example:  iep-mail case split 9f31 --title "Bus"
    """
    from iep_mail.core.lookup import find_message
    from iep_mail.jobs.deciding import split_thread

    with deciding(context) as (workspace, book, moment):
        named = [find_message(book, m) for m in only]
        thread, first = _where(book, some_id, named)
        told = split_thread(workspace, book, thread, first, target_of(book, into, title), moment, named)
    echo_told(told)


def _where(book: Casebook, some_id: str, only: list[FiledMessage]) -> tuple[Thread, FiledMessage]:
    """The thread to divide, and the first message that leaves."""
    from iep_mail.core.lookup import find_thread, what_is
    from iep_mail.errors import UsageError

    suggested = [s for s in book.suggestions if s.thread.startswith(some_id) or s.case.startswith(some_id)]
    kind = (what_is(book, some_id) or ("",))[0]
    if kind == "case" and len(suggested) != 1:
        raise UsageError(
            "A case is divided thread by thread.", f"Its threads and messages: iep-mail case show {some_id}"
        )
    thread = find_thread(book, suggested[0].thread if kind == "case" else some_id)
    apart = [m for m in only if m.thread != thread.id]
    if apart:
        raise UsageError(f"“{apart[0].message.subject}” is not in that thread.", "Nothing was changed.")
    if only:
        return thread, only[0]
    if kind == "message":
        return thread, next(m for m in book.messages if m.message.sha256.startswith(some_id))
    at = suggested[0].sha256 if suggested else thread.messages[0]
    return thread, book.message(at)


@case.command("keep-together")
@click.argument("thread_id", metavar="THREAD")
@click.pass_context
def keep_together(context: click.Context, thread_id: str) -> None:
    """This thread is about one matter: do not suggest dividing it.

    \b
    Example:  iep-mail case keep-together t-51aa
    """
    from iep_mail.core.lookup import find_thread
    from iep_mail.jobs import deciding as jobs

    with deciding(context) as (workspace, book, moment):
        told = jobs.keep_together(workspace, book, find_thread(book, thread_id), moment)
    echo_told(told)


@case.command("move")
@click.argument("thread_id", metavar="THREAD")
@click.argument("case_id", metavar="CASE")
@_title_option
@click.pass_context
def move(context: click.Context, thread_id: str, case_id: str, title: str) -> None:
    """Put a thread into another case. Later threads of the same subject and people follow it.

    CASE is an id, or “new” for a case of its own, or “none” where it is about no case.

    \b
    Example:  iep-mail case move t-51aa c-81b0
    """
    from iep_mail.core.lookup import find_thread
    from iep_mail.jobs.deciding import followed_by, move_thread

    with deciding(context) as (workspace, book, moment):
        target = target_of(book, case_id, title)
        told = move_thread(workspace, book, find_thread(book, thread_id), target, moment)
        like = followed_by(workspace, told.decision, book.as_of)
    if like:
        click.echo(f"It is followed for {like} more message{'s' * (like != 1)} like it.")
    echo_told(told)


@case.command("child")
@click.argument("case_id", metavar="CASE")
@click.argument("child")
@click.pass_context
def child(context: click.Context, case_id: str, child: str) -> None:
    """Say which child a case is about.

    \b
    Example:  iep-mail case child c-3f2a Sofia
    """
    from iep_mail.core.lookup import find_case
    from iep_mail.jobs.deciding import set_child

    with deciding(context) as (workspace, book, moment):
        told = set_child(workspace, find_case(book, case_id), child, moment)
    echo_told(told)


@case.command("note")
@click.argument("case_id", metavar="CASE")
@click.argument("text", required=False)
@click.option("--on", type=Day(), help="The day it was, e.g. 2026-03-01, if it was not today.")
@click.option(
    "--kind",
    type=click.Choice(("note", "incident", "impact", "child-said")),
    default="note",
    show_default=True,
    help="An incident, how it affects your child, or what your child said.",
)
@click.option(
    "--attach", "files", multiple=True, type=click.Path(), help="A photo or paper; may be repeated."
)
@click.option("--not-private", is_flag=True, help="It may go into exports and the case file.")
@click.pass_context
def note(
    context: click.Context,
    case_id: str,
    text: str | None,
    on: date | None,
    kind: str,
    files: tuple[str, ...],
    not_private: bool,
) -> None:
    """Write down what happened: an incident, how it affects your child, what your child said.

    A note is private unless you say otherwise: it stays out of letters and exports. Without TEXT
    your editor opens. Stick to what was seen and heard, in the child's own words.

    \b
    Example:  iep-mail case note c-3f2a "Came home in tears: nobody came for speech" --kind child-said
    """
    from pathlib import Path

    from iep_mail.cli.log import text_of
    from iep_mail.core.lookup import find_case
    from iep_mail.jobs.entering import Written, add_entry
    from iep_mail.model import EntryKind

    with deciding(context) as (workspace, book, moment):
        chosen = find_case(book, case_id)
        written = Written(
            on=on,
            kind=EntryKind(kind.replace("-", "_")),
            text=text_of(text),
            case=chosen,
            child=chosen.child,
            private=not not_private,
            files=tuple(map(Path, files)),
        )
        told = add_entry(workspace, book, written, moment)
    echo_told(told)


COMMANDS = (cases, case)
