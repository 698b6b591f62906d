"""Mail accounts: how an address is reached, whether the login works, who the school may be."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from iep_mail.adapters import config_writer, oauth
from iep_mail.adapters.calendar_file import read_calendar
from iep_mail.adapters.config import load_config
from iep_mail.adapters.credentials import SERVICE, keep_password, password_for
from iep_mail.adapters.imap import Limits
from iep_mail.adapters.imap.survey import Survey, survey
from iep_mail.adapters.keyring_store import forget_secret
from iep_mail.adapters.private_file import write_private
from iep_mail.adapters.server_lookup import look_up
from iep_mail.core.accounts.config_text import Answers, config_text
from iep_mail.core.accounts.proposals import Correspondence, Proposal, propose
from iep_mail.core.accounts.providers import (
    Provider,
    provider_by_exchangers,
    provider_for,
    unreachable,
)
from iep_mail.core.reading.message import read_message
from iep_mail.core.sending.editing import address as checked_address
from iep_mail.errors import ConfigError, IepMailError, LoginError, UsageError
from iep_mail.jobs.sending import check_smtp
from iep_mail.model import Auth, Mailbox, MessageKind, Server


@dataclass(frozen=True, slots=True)
class Route:
    """How a mailbox is reached. `known` says from where that is known: the table, the domain's mail
    servers, its own records, or a guess that the parent has to confirm."""

    address: str
    known: str  # table | exchangers | records | guess
    imap: Server
    smtp: Server
    provider: Provider | None = None
    lookup_possible: bool = True

    @property
    def methods(self) -> tuple[str, ...]:
        return self.provider.auth if self.provider else ("password",)


@dataclass(frozen=True, slots=True)
class AccountCheck:
    """How trying an account went: "" where a part works, else what is wrong. `largest` in bytes."""

    address: str
    reading: str = ""
    reading_remedy: str = ""
    sending: str = ""
    sending_remedy: str = ""
    folders: int = 0
    missing: tuple[str, ...] = ()  # folders that config.toml names and the mailbox does not have
    sent_folder: str = ""
    drafts_folder: str = ""
    largest: int = 0
    refused: bool = False  # the server was reached, and did not take the login for reading

    @property
    def works(self) -> bool:
        return not self.reading and not self.sending


def route_for(address: str) -> Route:
    """How the mailbox of an address is reached. Raises UsageError for what is no address, or where no
    other program can read the mailbox at all."""
    try:
        address = checked_address(address.strip())
    except UsageError as error:
        raise UsageError(
            f"“{address.strip()}” is not a mail address.", "Write it like you@example.net."
        ) from error
    domain = address.rpartition("@")[2]
    if why := unreachable(address):
        raise UsageError(why, "Nothing was set up.")
    if provider := provider_for(address):
        return Route(address, "table", provider.imap, provider.smtp, provider)
    found = look_up(domain)
    if provider := provider_by_exchangers(found.exchangers):
        return Route(address, "exchangers", provider.imap, provider.smtp, provider)
    imap = found.imap or Server(f"imap.{domain}", 993, "tls")
    smtp = found.smtp or Server(f"smtp.{domain}", 465, "tls")
    known = "records" if found.imap else "guess"
    return Route(address, known, imap, smtp, lookup_possible=found.possible)


def mailbox_of_route(route: Route, method: str, *, user: str = "") -> Mailbox:
    """The mailbox as it will stand in config.toml; `method` is one of the route's."""
    auth = Auth("keyring")
    if method == "oauth2" and route.provider:
        auth = Auth("oauth2", provider=route.provider.oauth)
    return Mailbox(route.address, route.imap, auth, user or route.address, route.smtp)


def check_account(mailbox: Mailbox, password: str | None = None, *, seconds: float = 60.0) -> AccountCheck:
    """Logs in to both servers, with the password given or the one that is kept; never raises for what is
    wrong with the account. No step of it may take longer than `seconds`."""
    problem: tuple[str, str] = ("", "")
    seen, refused = Survey((), "", ""), False
    try:
        password = password_for(mailbox) if password is None else password
        seen = survey(
            mailbox, password, headers=False, limits=Limits(command_seconds=seconds, run_seconds=seconds)
        )
    except IepMailError as error:
        problem, refused = (error.what, error.remedy), isinstance(error, LoginError)
    sending, largest = ("", ""), 0
    if mailbox.smtp is None:
        sending = (
            "No outgoing server is set, so letters cannot be sent.",
            "Add smtp to the mailbox in config.toml.",
        )
    elif password is not None:
        try:
            largest = check_smtp(mailbox, password, seconds)
        except IepMailError as error:
            sending = (error.what, error.remedy)
    else:
        sending = problem
    there = frozenset(seen.folders)
    missing = tuple(name for name in mailbox.folders or () if there and name not in there)
    return AccountCheck(
        mailbox.address,
        *problem,
        *sending,
        len(there),
        missing,
        seen.sent_folder,
        seen.drafts_folder,
        largest,
        refused,
    )


def school_proposals(mailbox: Mailbox, password: str) -> Proposal:
    """Who the school may be, by the headers of the newest mail. Raises LoginError, MailboxError …"""
    seen = survey(mailbox, password)
    mail = [_correspondence(raw, mailbox.address, sent=False) for raw in seen.received]
    mail += [_correspondence(raw, mailbox.address, sent=True) for raw in seen.sent]
    return propose(mail, mailbox.address)


def _correspondence(raw: bytes, own: str, *, sent: bool) -> Correspondence:
    message = read_message(raw)
    mine = sent or message.sender.email == own.lower()
    personal = message.kind is MessageKind.PERSONAL and not message.list_id
    return Correspondence(message.sender, message.recipients, mine, personal)


# --- signing in -------------------------------------------------------------------------------


def keep_login(mailbox: Mailbox, password: str) -> None:
    """Keeps the password in the keyring. Raises LoginError where there is none."""
    keep_password(mailbox, password)


def sign_in(
    mailbox: Mailbox,
    client_id: str,
    client_secret: str,
    *,
    on_device: bool,
    show: Callable[[str], None],
    show_code: Callable[[str, str], None],
) -> None:
    """Lets the parent give consent, here or on another device, and keeps it in the keyring.

    `show` is given the address of the page, `show_code` an address and the code to type there. Raises
    LoginError and MailboxError.
    """
    provider = oauth.oauth_provider(mailbox.auth.provider or "")
    if on_device and provider.device:
        code = oauth.begin_on_device(provider, client_id)
        show_code(code.address, code.user_code)
        consent = oauth.wait_for_device(provider, client_id, code)
    else:
        consent = oauth.sign_in_here(provider, client_id, client_secret, hint=mailbox.address, show=show)
    oauth.keep_consent(mailbox, consent)


def known_client(mailbox: Mailbox) -> tuple[str, str]:
    """Client ID and secret of an earlier consent, "" where there was none."""
    consent = oauth.kept_consent(mailbox)
    return (consent.client_id, consent.client_secret) if consent else ("", "")


# --- config.toml ------------------------------------------------------------------------------


def check_calendar_place(place: str) -> str:
    """Reads the calendar at a path or an https address; a sentence where something of it could not be read.
    Raises ConfigError where it is no calendar, or cannot be had."""
    return read_calendar(place).note


def _kept_calendar(folder: Path, place: str | None) -> str | None:
    """A calendar file is copied beside config.toml, for a folder of downloads is cleared one day."""
    if place is None or "://" in place or Path(place).resolve().parent == folder.resolve():
        return place
    write_private(folder / "calendar.ics", Path(place).read_bytes())
    return "calendar.ics"


def write_config(path: Path, answers: Answers) -> None:
    """Writes config.toml (0600) from the answers; a file that was there is kept as config.toml.old, and a
    calendar file from elsewhere is copied beside it.

    Raises ConfigError where an answer cannot stand in it; nothing is changed then.
    """
    answers = replace(answers, calendar=_kept_calendar(path.parent, answers.calendar))
    trial = path.with_name(path.name + ".new")
    write_private(trial, config_text(answers))
    try:
        load_config(trial)
    except ConfigError as error:
        raise ConfigError(error.what.replace(str(trial), path.name), error.remedy) from error
    else:
        if path.exists():
            path.replace(path.with_suffix(".toml.old"))
        trial.replace(path)
    finally:
        trial.unlink(missing_ok=True)


def add_account(config_path: Path, mailbox: Mailbox) -> None:
    """Adds a mailbox to config.toml, and its address to the first parent's where it is nobody's yet."""
    family = load_config(config_path)
    if any(m.address.lower() == mailbox.address.lower() for m in family.mailboxes):
        raise UsageError(
            f"{mailbox.address} is in config.toml already.", "Try it with: iep-mail account test"
        )
    if not config_writer.add_mailbox(config_path, mailbox):
        raise ConfigError(
            f"{config_path.name} could not be changed by itself.", "Add the mailbox in a text editor."
        )


def remove_account(config_path: Path, address: str) -> Mailbox:
    """Takes a mailbox out of config.toml and its secrets out of the keyring. Mail that was read stays."""
    mailboxes = load_config(config_path).mailboxes
    chosen = next((m for m in mailboxes if m.address.lower() == address.strip().lower()), None)
    if chosen is None:
        names = ", ".join(m.address for m in mailboxes) or "none"
        raise UsageError(f"config.toml has no mailbox {address}.", f"The mailboxes in config.toml: {names}.")
    if not config_writer.remove_mailbox(config_path, chosen.address):
        raise ConfigError(
            f"{config_path.name} could not be changed by itself.", "Take the mailbox out in a text editor."
        )
    for service in (SERVICE, oauth.SERVICE):
        forget_secret(service, chosen.user)
    return chosen
