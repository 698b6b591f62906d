"""Which module holds which command, and what `iep-mail --help` says of it, so that asking for help loads
no command."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module

import click

COMMANDS: dict[str, tuple[str, str]] = {
    "account": ("account", "Your mail accounts: add one, try whether it works, sign in again, remove one."),
    "backup": (
        "export",
        "Write everything into one file: mail, decisions, letters, your configuration and plans.",
    ),
    "calendar": (
        "calendar",
        "Write the school's open deadlines, and yours, into a file for your own calendar.",
    ),
    "case": ("resolve", "One case: its whole story, and putting it right."),
    "casefile": (
        "casefile",
        "Put a case together for an advocate, a meeting, a state complaint or your own records.",
    ),
    "cases": ("case", "Your cases: one matter about one child each."),
    "commitment": ("request", "What the school said it would do: look at it, or say what became of it."),
    "deadlines": ("deadlines", "Days to know of: yours, should you want to go further, and the school's."),
    "decisions": ("decide", "Everything you said, with its number, the newest last."),
    "demo": ("night", "See a whole night on a sample family's mailbox."),
    "digest": ("night", "Show the morning page again, from what is already read."),
    "doctor": ("doctor", "Look over everything: does it work, and what to do where it does not."),
    "documents": (
        "documents",
        "The documents that came with your mail, by child and school year, and what you should hold too.",
    ),
    "draft": ("drafts", "One letter: read it, change it, approve it."),
    "drafts": ("drafts", "The letters that iep-mail proposes, and where each stands."),
    "dump": ("casebook", "Print everything iep-mail knows as one JSON document, for other programs."),
    "duty": (
        "deadlines",
        "What the school owes of itself (`iep-mail deadlines` lists it): say what you know of it.",
    ),
    "explain": ("ladder", "A word of special education in plain words."),
    "export": ("export", "Write your mail to files that any mail program reads, or everything as JSON."),
    "families": ("families", "Your families, if you help several: who waits for what."),
    "flags": ("casebook", "What wants your eye, the most urgent first."),
    "iep": ("plan", "The facts of your child's IEP or Section 504 plan."),
    "import": ("night", "Add mail from files: .eml, folders of them, mbox, Maildir."),
    "init": (
        "setup",
        "Set iep-mail up for your family: a few questions, a login that is tried, and a first night.",
    ),
    "letter": ("letters", "One letter: read it, or write one."),
    "letters": ("letters", "All letters, by step, with when to use each."),
    "log": ("log", "The documentation log: date, issue, person, response, follow-up needed."),
    "message": ("message", "One message: read it, say what kind it is, put it where it belongs."),
    "next": (
        "ladder",
        "The one thing worth doing today; or, for a case, the next step that could work and why.",
    ),
    "nightly": ("night", "Read your mailboxes, find what is unanswered, draft the follow-ups."),
    "password": ("setup", "Keep a mailbox's password in this computer's keyring."),
    "rebuild": (
        "export",
        "Throw away everything that was computed and compute it anew from mail and decisions.",
    ),
    "request": ("request", "What you asked of the school: look at it, or correct what iep-mail understood."),
    "restore": ("export", "Take a backup, or an export in JSON, into an empty data folder."),
    "review": ("review", "Go through what wants you, one matter at a time, with single keys."),
    "schedule": ("schedule", "Let your computer run iep-mail every night by itself."),
    "search": ("search", "Find words in your mail with the school and in its PDF and Word attachments."),
    "send": ("send", "Send letters that you have approved."),
    "services": (
        "services",
        "What the plan grants against what was held, missed and made up, by service and month.",
    ),
    "stats": ("stats", "Numbers: how soon answers came, how many in time, what is open and since when."),
    "step": ("ladder", "Say at which of the six steps a case is: set it, hold it, or leave one out."),
    "templates": ("letters", "Your own versions of letters."),
    "tone": (
        "letters",
        "Look a letter over before it goes: words that weaken it, days and names that do not match, no request or "
        "no day for the answer.",
    ),
    "undo": ("decide", "Take back your last decision, or the one with this number; also an undo."),
    "verify": ("export", "Check that nothing that was kept has been changed or taken out since."),
    "web": ("web", "Open your cases and letters as a page in your browser."),
    "why": (
        "decide",
        "Explain anything iep-mail says: a request, a due date, a flag, a letter, a case, a message.",
    ),
}

# In the order in which a family meets them.
SECTIONS: dict[str, tuple[str, ...]] = {
    "Begin": ("demo", "init", "account", "password", "import", "schedule", "doctor"),
    "Every morning": ("nightly", "digest", "web", "review", "next", "flags", "why"),
    "Letters": ("drafts", "draft", "send", "letters", "letter", "tone", "templates"),
    "Your cases": ("cases", "case", "request", "commitment", "message", "step", "deadlines", "duty"),
    "Your word": ("log", "decisions", "undo"),
    "The plan and its services": ("iep", "services", "documents", "explain"),
    "The evidence": ("search", "casefile", "calendar", "stats", "verify"),
    "Keep it safe": ("backup", "restore", "export", "rebuild", "dump", "families"),
}


class Commands(click.Group):
    """The commands of the table, each loaded when it is run or asked about."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name in COMMANDS and cmd_name not in self.commands:
            for command in import_module(f"iep_mail.cli.{COMMANDS[cmd_name][0]}").COMMANDS:
                self.add_command(command)
        return self.commands.get(cmd_name)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        widest = max(map(len, COMMANDS))
        helps = dict(short_helps(formatter.width - 6 - widest))
        for heading, names in SECTIONS.items():
            with formatter.section(heading):
                formatter.write_dl([(name.ljust(widest), helps[name]) for name in names])


def short_helps(limit: int) -> Iterator[tuple[str, str]]:
    """Each command with its first sentence, cut at a word to `limit` letters as click cuts it."""
    for name, (_, text) in sorted(COMMANDS.items()):
        yield name, click.Command(name, help=text).get_short_help_str(limit)
