"""init and password: what a parent fills in once."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path

import click

from iep_mail.errors import UsageError


@click.command()
@click.argument("address", required=False)
@click.option("--force", is_flag=True, help="Replace a config.toml that is already there (a copy is kept).")
@click.option("--plain", is_flag=True, help="Ask nothing: write a file with every setting explained.")
@click.pass_context
def init(context: click.Context, address: str | None, force: bool, plain: bool) -> None:
    """Set iep-mail up for your family: a few questions, a login that is tried, and a first night.

    It finds your provider's servers by your mail address, says where to make an app password, looks
    through the senders of your mail for the school, and writes config.toml with every setting
    explained. With --plain, or where nobody can be asked, it only writes the file for you to fill in.

    \b
    Example:  iep-mail init you@example.com
    """
    from iep_mail.adapters.config import find_config

    path: Path = find_config(context.obj["config"])
    if path.exists() and not force:
        raise UsageError(f"{path} is there already.", "Edit it, or use --force for a fresh one.")
    if plain or not is_terminal():
        _write_example(path, context.obj["family"])
        return
    from iep_mail.cli.interview import interview
    from iep_mail.jobs.accounts import write_config

    answers = interview(address)
    write_config(path, answers)
    click.echo()
    click.echo(click.style(f"Wrote {path}", bold=True))
    click.echo("Everything in it can be changed in a text editor.")
    _offer_schedule(context)
    if not click.confirm("\nRead your mail now, for the first time? It can take a while.", default=True):
        click.echo(f"Whenever you like: {_program(context.obj['family'])} nightly")
        return
    from iep_mail.cli.night import nightly

    try:
        context.invoke(nightly)
    finally:
        click.echo(_AFTER_FIRST_NIGHT.format(command=_program(context.obj["family"])))


def _offer_schedule(context: click.Context) -> None:
    from iep_mail.cli.schedule import install
    from iep_mail.errors import IepMailError

    click.echo()
    if not click.confirm("Let this computer run iep-mail every night by itself?", default=True):
        click.echo(f"Whenever you like: {_program(context.obj['family'])} schedule install")
        return
    try:
        context.invoke(install)
    except IepMailError as error:
        click.echo(f"{error.what} {error.remedy}", err=True)


_AFTER_FIRST_NIGHT = """
What to do next

    {command} web                   the same in your browser, with buttons
    {command} iep import "IEP.pdf"  so that letters can quote the plan with its page
    {command} doctor                whether every part works
"""


def is_terminal() -> bool:
    """Whether there is somebody to ask."""
    return sys.stdin.isatty()


def _program(family: str | None) -> str:
    """How a parent starts iep-mail for this family."""
    return f"iep-mail --family {shlex.quote(family)}" if family else "iep-mail"


def _write_example(path: Path, family: str | None) -> None:
    from iep_mail.adapters.config import example_config
    from iep_mail.adapters.private_file import write_private

    if path.exists():
        path.replace(path.with_suffix(".toml.old"))
    write_private(path, example_config())
    click.echo(f"Wrote {path}")
    click.echo(_AFTER_INIT.format(command=_program(family)))


_AFTER_INIT = """
What to do next

    Open that file in a text editor and fill in your mail address, your child and
    what follows the @ in the school's addresses. Every setting is explained there.

    {command} password          keeps your mail password in this computer's keyring
    {command} account test      tries the login
    {command} nightly           reads your mail with the school, for the first time
    {command} schedule install  lets this computer do so every night
"""


@click.command()
@click.argument("address", required=False)
@click.pass_context
def password(context: click.Context, address: str | None) -> None:
    """Keep a mailbox's password in this computer's keyring.

    You are asked for it; it is not shown, and no file of iep-mail ever holds it. Gmail, Yahoo,
    iCloud, AOL and Fastmail want an app password, made on their security page. ADDRESS is needed
    only where config.toml has several mailboxes.

    \b
    Example:  iep-mail password
    """
    from iep_mail.adapters.config import find_config, load_config
    from iep_mail.adapters.credentials import keep_password

    mailboxes = load_config(find_config(context.obj["config"])).mailboxes
    chosen = [m for m in mailboxes if address is None or m.address.lower() == address.lower()]
    if len(chosen) != 1:
        names = ", ".join(m.address for m in mailboxes) or "none"
        raise UsageError(
            f"config.toml has no mailbox {address}." if address else "Say for which mailbox.",
            f"The mailboxes in config.toml: {names}.",
        )
    mailbox = chosen[0]
    typed = click.prompt(f"Password of {mailbox.address}", hide_input=True)
    keep_password(mailbox, typed)
    click.echo("Kept in the keyring. Next: iep-mail nightly")


COMMANDS = (init, password)
