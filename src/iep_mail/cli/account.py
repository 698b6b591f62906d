"""account: mailboxes added, tried, signed in to, removed."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from iep_mail.cli.output import paragraph, places
from iep_mail.errors import IepMailError, LoginError, UsageError

if TYPE_CHECKING:
    from iep_mail.jobs.accounts import AccountCheck, Route
    from iep_mail.model import Mailbox, Server

_TRIES = 3
_VARIABLE = "IEP_MAIL_PASSWORD"
_METHODS = {
    "app_password": "An app password: a password for iep-mail alone, which you can take away again.",
    "password": "The mailbox's own password.",
    "oauth2": "Signing in on the provider's page; needs a client ID of your own.",
}


@click.group()
def account() -> None:
    """Your mail accounts: add one, try whether it works, sign in again, remove one.

    \b
    Example:  iep-mail account test
    """


@account.command("test")
@click.argument("address", required=False)
@click.pass_context
def try_account(context: click.Context, address: str | None) -> None:
    """Log in to your mailboxes, for reading and for sending, and say what works. Nothing is read or sent.

    \b
    Example:  iep-mail account test
    """
    from iep_mail.jobs.accounts import check_account

    works = True
    for mailbox in _chosen(context, address):
        check = check_account(mailbox)
        tell_check(check)
        works = works and check.works
    if not works:
        sys.exit(1)


@account.command()
@click.argument("address", required=False)
@click.pass_context
def add(context: click.Context, address: str | None) -> None:
    """Add a mailbox: iep-mail finds its servers, says how to sign in, and tries the login.

    \b
    Example:  iep-mail account add you@example.com
    """
    from iep_mail.adapters.config import load_config
    from iep_mail.jobs.accounts import add_account

    config, _ = places(context)
    if address and any(m.address.lower() == address.lower() for m in load_config(config).mailboxes):
        raise UsageError(f"{address} is in config.toml already.", "Try it with: iep-mail account test")
    mailbox, _password = ask_for_mailbox(address)
    add_account(config, mailbox)
    click.echo(f"{mailbox.address} was added to {config}. The next night reads it: iep-mail nightly")


@account.command()
@click.argument("address")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_context
def remove(context: click.Context, address: str, yes: bool) -> None:
    """Take a mailbox out of config.toml, and its password or consent out of the keyring.

    Mail that was read from it stays in iep-mail; nothing in the mailbox itself changes.

    \b
    Example:  iep-mail account remove old@example.com
    """
    from iep_mail.jobs.accounts import remove_account

    config, _ = places(context)
    if not yes:
        click.confirm(f"Take {address} out of iep-mail?", abort=True)
    removed = remove_account(config, address)
    click.echo(f"{removed.address} was taken out. What was read from it is kept.")


@account.command("sign-in")
@click.argument("address", required=False)
@click.pass_context
def sign_in(context: click.Context, address: str | None) -> None:
    """Give your consent on the provider's page, for the first time or again. For Google and Microsoft.

    \b
    Example:  iep-mail account sign-in you@example.com
    """
    boxes = [m for m in _chosen(context, address) if m.auth.method == "oauth2"]
    if not boxes:
        raise UsageError(
            "No mailbox of config.toml is signed in to on a provider's page.",
            "For a password: iep-mail password. To try what works: iep-mail account test",
        )
    for mailbox in boxes:
        give_consent(mailbox)
        click.echo(f"Signed in to {mailbox.address}.")


def _chosen(context: click.Context, address: str | None) -> Sequence[Mailbox]:
    from iep_mail.adapters.config import load_config

    config, _ = places(context)
    boxes = load_config(config).mailboxes
    found = [m for m in boxes if address is None or m.address.lower() == address.lower()]
    if not found:
        names = ", ".join(m.address for m in boxes) or "none"
        raise UsageError(
            f"config.toml has no mailbox {address}." if address else "config.toml has no mailbox.",
            f"The mailboxes in config.toml: {names}. To add one: iep-mail account add",
        )
    return found


def tell_check(check: AccountCheck) -> None:
    """A line for reading and one for sending, with what to do where one does not work."""
    click.echo(click.style(check.address, bold=True))
    if check.reading:
        _tell_problem("reading", check.reading, check.reading_remedy)
    else:
        extra = f", sent mail in {check.sent_folder}" if check.sent_folder else ", no Sent folder found"
        drafts = f", drafts in {check.drafts_folder}" if check.drafts_folder else ", no Drafts folder found"
        click.echo(click.style("  works  ", fg="green") + f"reading: {check.folders} folders{extra}{drafts}")
    if check.sending:
        if check.reading and check.refused:
            click.echo(click.style("  fails  ", fg="red") + "sending, too")
        elif (check.sending, check.sending_remedy) != (check.reading, check.reading_remedy):
            _tell_problem("sending", check.sending, check.sending_remedy)
    else:
        most = f": letters of up to {check.largest / 1e6:.0f} MB" if check.largest else ""
        click.echo(click.style("  works  ", fg="green") + f"sending{most}")


def _tell_problem(part: str, what: str, remedy: str) -> None:
    click.echo(click.style("  fails  ", fg="red") + f"{part}")
    click.echo(paragraph(what, " " * 9))
    if remedy:
        click.echo(paragraph(remedy, " " * 9))


# --- asking, shared with init -----------------------------------------------------------------


def ask_for_mailbox(address: str | None = None) -> tuple[Mailbox, str]:
    """Asks until a login works; the mailbox as it will stand in config.toml, and its password or token,
    which is kept already. Raises LoginError where the parent gives up."""
    from iep_mail.jobs.accounts import mailbox_of_route

    route = _ask_address(address)
    if route.known in ("records", "guess"):
        route = _confirm_servers(route)
    method = _ask_method(route)
    mailbox = mailbox_of_route(route, method)
    _explain(route, method)
    if method == "oauth2":
        give_consent(mailbox)
        return _tried(mailbox)
    what = "App password" if method == "app_password" else "Password"
    return _ask_password(route, mailbox, what)


def _ask_address(address: str | None) -> Route:
    from iep_mail.jobs.accounts import route_for

    for _ in range(_TRIES):
        given = address or click.prompt("Your mail address")
        try:
            return route_for(given)
        except UsageError as error:
            click.echo(paragraph(f"{error.what} {error.remedy}"), err=True)
            address = None
    raise click.Abort


def _confirm_servers(route: Route) -> Route:
    from dataclasses import replace

    domain = route.address.rpartition("@")[2]
    if route.known == "records":
        click.echo(f"{domain} says that its mail is at these servers.")
    else:
        click.echo(paragraph(
            f"{domain} is not a provider that iep-mail knows. Its help pages name two servers, for incoming "
            "(IMAP) and outgoing (SMTP) mail; these are guesses."
        ))  # fmt: skip
    imap = click.prompt("Server for incoming mail (IMAP)", default=route.imap.host)
    smtp = click.prompt("Server for outgoing mail (SMTP)", default=route.smtp.host)
    return replace(route, imap=_server(imap, route.imap), smtp=_server(smtp, route.smtp))


def _server(typed: str, proposed: Server) -> Server:
    """`mail.example.net` or `mail.example.net:587`; the port says how it is encrypted."""
    from iep_mail.model import Server

    host, _, port = typed.strip().partition(":")
    if not port.isdigit():
        return proposed if host == proposed.host else Server(host, proposed.port, proposed.security)
    here = host in ("127.0.0.1", "localhost")
    security = "none" if here else "starttls" if int(port) in (25, 143, 587) else "tls"
    return Server(host, int(port), security)


def _ask_method(route: Route) -> str:
    methods = route.methods
    if len(methods) == 1:
        return methods[0]
    click.echo(f"There are {len(methods)} ways to sign in to {route.address}:")
    for number, method in enumerate(methods, 1):
        click.echo(paragraph(_METHODS[method], "     ", f"  {number}  "))
    number = click.prompt("Which one", type=click.IntRange(1, len(methods)), default=1)
    return methods[number - 1]


def _explain(route: Route, method: str) -> None:
    provider = route.provider
    if provider is None:
        return
    click.echo()
    click.echo(click.style(provider.name, bold=True))
    if method == "app_password":
        click.echo(paragraph(
            "Here you need an app password: a second password, for iep-mail alone. The password of the "
            "website does not work."
        ))  # fmt: skip
    if method != "oauth2" or provider.auth == ("oauth2",):
        click.echo(paragraph(provider.how))
        if provider.where:
            click.echo(f"Where:  {provider.where}")


def _ask_password(route: Route, mailbox: Mailbox, what: str) -> tuple[Mailbox, str]:
    from dataclasses import replace

    from iep_mail.jobs.accounts import check_account

    for _ in range(_TRIES):
        password = click.prompt(f"{what} of {mailbox.address} (it is not shown)", hide_input=True).strip()
        if mailbox.auth.method == "keyring" and set(password) <= set("abcdefghijklmnopqrstuvwxyz "):
            password = password.replace(" ", "")  # app passwords are shown in groups of four
        click.echo("Trying it …")
        check = check_account(mailbox, password)
        if not check.reading:
            tell_check(check)
            if check.sending:
                click.echo(paragraph(
                    "Reading works, so you can go on; letters cannot be sent from here until sending works too: "
                    "iep-mail account test"
                ))  # fmt: skip
            return _kept(mailbox, password), password
        if check.refused:
            click.echo(paragraph(_not_taken(mailbox, route)))
            continue
        click.echo(paragraph(f"{check.reading} {check.reading_remedy}"))
        if route.known in ("records", "guess"):
            route = _confirm_servers(replace(route, imap=mailbox.imap, smtp=mailbox.smtp or route.smtp))
            mailbox = replace(mailbox, imap=route.imap, smtp=route.smtp)
    raise LoginError(
        f"The login of {mailbox.address} did not work.",
        "Nothing was kept. Run the same command again when you have the password.",
    )


def _not_taken(mailbox: Mailbox, route: Route) -> str:
    said = f"{mailbox.imap.host} did not take this password for {mailbox.user}."
    if route.methods[0] == "app_password":
        return (
            f"{said} It has to be the app password, not the one of the website; make a new one if in doubt."
        )
    return f"{said} Type it again. Some providers want an app password, made on their security page."


def _kept(mailbox: Mailbox, password: str) -> Mailbox:
    """The mailbox with its password in the keyring; where there is none, with the environment's."""
    from dataclasses import replace

    from iep_mail.jobs.accounts import keep_login
    from iep_mail.model import Auth

    try:
        keep_login(mailbox, password)
    except LoginError as error:
        click.echo(paragraph(error.what))
        click.echo(paragraph(
            f"So iep-mail takes the password from the environment variable {_VARIABLE}: set it where iep-mail is "
            "started, or name a command in config.toml that prints it."
        ))  # fmt: skip
        os.environ[_VARIABLE] = password
        return replace(mailbox, auth=Auth("environment", _VARIABLE))
    click.echo("The password is kept in this computer's keyring.")
    return mailbox


def _tried(mailbox: Mailbox) -> tuple[Mailbox, str]:
    from iep_mail.adapters.credentials import password_for
    from iep_mail.jobs.accounts import check_account

    token = password_for(mailbox)
    check = check_account(mailbox, token)
    tell_check(check)
    if check.reading:
        raise LoginError(check.reading, check.reading_remedy)
    return mailbox, token


def give_consent(mailbox: Mailbox) -> None:
    """Signs in on the provider's page, on this computer or another device."""
    from iep_mail.adapters.oauth import oauth_provider
    from iep_mail.jobs import accounts

    provider = oauth_provider(mailbox.auth.provider or "")
    client_id, secret = _known_client(mailbox)
    if not client_id:
        click.echo()
        click.echo(click.style(f"Signing in at {provider.name}", bold=True))
        click.echo(paragraph(provider.how))
        click.echo(f"Where:  {provider.client}")
        click.echo("Step by step: “A client ID of your own” in docs/guide.md")
        client_id = click.prompt("Client ID").strip()
        if provider.key == "google":
            secret = click.prompt(
                "Client secret (it is not shown)", hide_input=True, default="", show_default=False
            )
    elif not click.confirm(f"Use the client {client_id[:12]}… of last time?", default=True):
        client_id, secret = click.prompt("Client ID").strip(), ""
    on_device = bool(provider.device) and click.confirm(
        "Type a code on another device (no: open the page in this computer's browser)?", default=False
    )
    accounts.sign_in(
        mailbox,
        client_id,
        secret.strip(),
        on_device=on_device,
        show=lambda page: click.echo(f"The page opens in your browser. If it does not:\n  {page}"),
        show_code=lambda page, code: click.echo(f"Open {page} on any device and type the code {code}"),
    )


def _known_client(mailbox: Mailbox) -> tuple[str, str]:
    from iep_mail.jobs.accounts import known_client

    try:
        return known_client(mailbox)
    except IepMailError:
        return "", ""


COMMANDS = (account,)
