"""review: what wants the parent, one matter at a time, with single keys."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING

import click

from iep_mail.cli.output import letter_text, now, paragraph, width, workspace_of
from iep_mail.errors import IepMailError

if TYPE_CHECKING:
    from iep_mail.core.letters.entries import Page
    from iep_mail.jobs.workspace import Workspace
    from iep_mail.model import Draft, Flag

KEYS = {
    "l": "the letter",
    "e": "edit the letter",
    "f": "fill in what is missing",
    "a": "approve and send",
    "d": "drop the letter",
    "m": "the message",
    "w": "why",
    "s": "skip",
    "u": "undo",
    "q": "quit",
}
_WITH_LETTER = frozenset("lefad")


@click.command()
@click.pass_context
def review(context: click.Context) -> None:
    """Go through what wants you, one matter at a time, with single keys.

    For each you can read the letter, change it in your text editor (the one that EDITOR names), approve
    and send it, say what became of it (it was answered, they did it, it was missed, it was agreed …),
    write down a call, or skip it. What you say is taken back with u. Nothing is sent before you have seen the exact mail
    and said yes to it twice.

    \b
    Example:  iep-mail review
    """
    with workspace_of(context) as workspace:
        _Review(workspace).run()


class _Review:
    """One sitting: what was skipped in it, and what can be taken back."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self.passed: set[str] = set()
        self.undoable: list[tuple[int, ...]] = []  # each what was decided by one key
        self.shown = ""

    def run(self) -> None:
        while True:
            page, flags = self._waiting()
            if not flags:
                click.echo(
                    "That was all for today." if self.passed or self.undoable else "Nothing wants you today."
                )
                if not self.undoable or _key({"u": KEYS["u"], "q": KEYS["q"]}) == "q":
                    return
                self._undo()
                continue
            flag = flags[0]
            if self.shown != flag.id:
                self._show(flag, page, len(flags))
            try:
                if self._act(_key(self._keys(flag, page)), flag, page) == "quit":
                    click.echo(
                        f"{_matters(len(flags))} still wait{'s' * (len(flags) == 1)} for you, and will be here again."
                    )
                    return
            except IepMailError as error:
                # Wrapped here, so that the sitting goes on.
                click.echo(paragraph(f"{error.what} {error.remedy}".strip()))

    def _waiting(self) -> tuple[Page, list[Flag]]:
        from iep_mail.core.letters.entries import Page, visible_flags

        workspace = self.workspace
        book = workspace.casebook(workspace.day_of(now()))
        flags = [f for f in visible_flags(book) if f.id not in self.passed]
        return Page.of(book, workspace.family, workspace.calendar), flags

    def _show(self, flag: Flag, page: Page, left: int) -> None:
        from iep_mail.core.letters.entries import entry
        from iep_mail.core.pages.words import without_commands

        self.shown = flag.id
        words = entry(flag, page)
        click.echo()
        click.echo(click.style(f"{words.heading}  ({_matters(left)} left)", bold=True))
        click.echo(paragraph(words.title, "  "))
        if words.quote:
            click.echo(paragraph(f"“{words.quote}”", "   ", "  "))
        for line in words.lines:
            click.echo(paragraph(without_commands(line), "  "))
        click.echo(click.style(paragraph(f"Next: {words.next_step}", "  "), bold=True))
        if draft := self._draft(flag, page):
            missing = f", with {len(draft.blanks)} to fill in" if draft.blanks else ""
            click.echo(f"  A letter is ready{missing}: press l")

    def _keys(self, flag: Flag, page: Page) -> dict[str, str]:
        """The keys that mean something here, each with what it does."""
        from iep_mail.cli.review_words import Matter, words_for

        draft = self._draft(flag, page)
        left_out = set(_WITH_LETTER) if not draft else set() if draft.blanks else {"f"}
        left_out |= set() if flag.message or flag.request else {"m"}
        left_out |= set() if self.undoable else {"u"}
        general = {key: text for key, text in KEYS.items() if key not in left_out}
        words = {key: text for key, (text, _) in words_for(Matter(self.workspace, page, flag)).items()}
        last = {key: general.pop(key) for key in "wsuq" if key in general}
        return {**general, **words, **last}

    def _draft(self, flag: Flag, page: Page) -> Draft | None:
        return next((d for d in page.book.drafts if d.id == flag.draft), None)

    def _act(self, key: str, flag: Flag, page: Page) -> str:
        draft = self._draft(flag, page)
        if key == "q":
            return "quit"
        if key == "s":
            self.passed.add(flag.id)
        elif key == "u":
            self._undo()
        elif key == "w":
            self._why(flag, page)
        elif key == "m":
            self._message(flag, page)
        elif key in _WITH_LETTER and draft:
            self._letter(key, draft, flag, page)
        else:
            self._word(key, flag, page)
        return ""

    def _word(self, key: str, flag: Flag, page: Page) -> None:
        """The parent's word on the matter, told in a sentence."""
        from iep_mail.cli.review_words import Matter, words_for

        matter = Matter(self.workspace, page, flag)
        _, act = words_for(matter)[key]
        done = act(matter)
        if done:
            self.undoable.append(done)
        click.echo(paragraph(f"{self._told(done)} To take it back: u" if done else "Nothing was changed."))

    def _told(self, done: tuple[int, ...]) -> str:
        from iep_mail.core.pages.said import said

        workspace = self.workspace
        book = workspace.casebook(workspace.day_of(now()))
        told = said(workspace.store.all_decisions(), done, book)
        return told.sentence if told else ""

    def _undo(self) -> None:
        from iep_mail.jobs.deciding import undo

        for number in self.undoable.pop():
            undo(self.workspace, number, now())
        click.echo("Taken back.")
        self.shown = ""

    def _why(self, flag: Flag, page: Page) -> None:
        from iep_mail.core.pages.words import without_commands
        from iep_mail.core.why import why

        for line in why(page.book, flag.id) or ():
            click.echo(paragraph(without_commands(line), "    ", "  • "))

    def _message(self, flag: Flag, page: Page) -> None:
        request = page.request(flag)
        sha256 = flag.message or (request.sha256 if request else "")
        message = page.book.message(sha256).message
        click.echo(click.style(paragraph(f"{message.sender}: {message.subject}", "  "), bold=True))
        click.echo(letter_text(message.new_text, "    "))

    def _letter(self, key: str, draft: Draft, flag: Flag, page: Page) -> None:
        from iep_mail.cli.story import show_draft

        if key == "l":
            show_draft(draft, page)
        elif key == "e":
            self._edit(draft)
        elif key == "f":
            self._fill(draft)
        elif key == "d":
            from iep_mail.jobs.approving import discard_letter

            discard_letter(self.workspace, draft.id, now())
            click.echo(f"Dropped. To take it up again: iep-mail draft restore {page.short[draft.id]}")
            self.passed.add(flag.id)
        elif self._approve(draft):
            self.passed.add(flag.id)

    def _edit(self, draft: Draft) -> None:
        from iep_mail.core.sending.editing import as_text
        from iep_mail.jobs.approving import edit_letter, open_letter

        before = open_letter(self.workspace, draft.id, now())
        text = as_text(before)
        while (edited := click.edit(text, extension=".txt", require_save=True)) is not None:
            try:
                edit_letter(self.workspace, draft.id, edited, now(), before=before)
                click.echo("Changed.")
                return
            except IepMailError as error:
                click.echo(paragraph(f"{error.what} {error.remedy}".strip()))
                text = edited  # nothing that was typed is lost
                if not click.confirm("Open your text again?", default=True):
                    return
        click.echo("Nothing was changed.")

    def _fill(self, draft: Draft) -> None:
        from iep_mail.jobs.approving import fill_blanks

        values = {
            blank.name: click.prompt(paragraph(blank.question, "  "), default="", show_default=False)
            for blank in draft.blanks
        }
        given = {name: value.strip() for name, value in values.items() if value.strip()}
        if given:
            fill_blanks(self.workspace, draft.id, given, now())
        click.echo("Filled in." if given else "Nothing is missing." if not values else "Nothing was changed.")

    def _approve(self, draft: Draft) -> bool:
        """Whether the letter was approved."""
        from iep_mail.cli.drafts import show_preview
        from iep_mail.jobs.approving import approve_letter, preview_letter

        preview = preview_letter(self.workspace, draft.id, now())
        show_preview(preview)
        if preview.obstacles:
            for obstacle in preview.obstacles:
                click.echo(paragraph(obstacle, "    ", "  • "))
            click.echo("It cannot be approved yet: press f to fill in, e to edit.")
            return False
        if not click.confirm("\nMay it go like this?"):
            click.echo("Not approved. It waits among your drafts.")
            return False
        approve_letter(self.workspace, draft.id, now(), shown=preview.fingerprint)
        if click.confirm("Approved. Send it now?"):
            self._send(draft)
        else:
            click.echo("It waits, approved, for: iep-mail send")
        return True

    def _send(self, draft: Draft) -> None:
        from iep_mail.cli.send import deliver

        deliver(self.workspace, [draft.id])


def _matters(count: int) -> str:
    return "1 matter" if count == 1 else f"{count} matters"


_GROUPS = (("The letter", "lefad"), ("You say", "ytrvgnxo"), ("The matter", "hcb"), ("More", "mwsuq"))


def _help(known: Mapping[str, str]) -> list[str]:
    """The keys in lines that fit, by what they are about, each with its meaning."""
    lines: list[str] = []
    for title, keys in _GROUPS:
        items = [f"[{key}] {known[key]}" for key in keys if key in known]
        if items:
            indent = f"{title + ':':<13}" if len(known) > len("uq") else ""
            lines.append(indent)
        for number, item in enumerate(items):
            if number and len(lines[-1]) + len(item) + 3 > width():
                lines.append(" " * len(indent))
                number = 0
            lines[-1] += ("   " if number else "") + item
    return lines


def _key(known: Mapping[str, str]) -> str:
    """One of these keys: at once at a terminal, with Enter where it cannot give single keys."""
    single = sys.stdin.isatty() and os.environ.get("TERM", "dumb") != "dumb"
    while True:
        click.echo()
        for line in _help(known):
            click.echo(click.style(line, dim=True))
        click.echo("> ", nl=False)
        if single:
            key = click.getchar().lower()
            click.echo(key if key.isprintable() else "")
        else:
            line = sys.stdin.readline()
            if not line:
                return "q"
            key = line.strip()[:1].lower()
            if not sys.stdin.isatty():
                click.echo()
        if key in ("\x03", "\x04", "\x1b"):
            return "q"
        if key in known:
            return key
        if key:
            click.echo("That key means nothing here." if key != "?" else "Press one of these keys.")


COMMANDS = (review,)
