"""The questions of init: from a mail address to a config.toml, with proposals to say yes or no to."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from iep_mail.cli.output import paragraph

if TYPE_CHECKING:
    from iep_mail.core.accounts.config_text import Answers
    from iep_mail.core.accounts.proposals import DomainProposal, Proposal
    from iep_mail.model import Address, Child, Contact, Mailbox


def interview(address: str | None = None) -> Answers:
    """Asks everything that config.toml needs. Raises LoginError where no login works."""
    from iep_mail.cli.account import ask_for_mailbox
    from iep_mail.core.accounts.config_text import Answers
    from iep_mail.model import Parent

    click.echo(paragraph(
        "A few questions, and iep-mail does the rest. It reads mail without marking anything as read, and sends "
        "nothing by itself. You can stop with Ctrl-C at any time and begin again."
    ))  # fmt: skip
    _heading("Your mailbox")
    mailbox, password = ask_for_mailbox(address)
    found = _proposal(mailbox, password)
    _heading("The school")
    domains, people = _ask_school(found)
    contacts = _ask_contacts(people)
    calendar = _ask_calendar()
    _heading("Your family")
    name = click.prompt("Your name, as letters are signed", default=found.own_name or None).strip()
    own = tuple(dict.fromkeys((mailbox.address, *found.own_addresses)))
    children = _ask_children()
    timezone, state = _ask_place()
    _heading("How you like to work")
    drafts = click.confirm(
        "Put proposed letters into the Drafts folder of your mailbox too, so that you find them on your phone?",
        default=False,
    )
    return Answers(
        timezone=timezone,
        state=state,
        parents=(Parent(name, own),),
        children=children,
        domains=domains,
        contacts=contacts,
        calendar=calendar,
        mailboxes=(mailbox,),
        drafts="mailbox" if drafts else "store",
    )


def _heading(text: str) -> None:
    click.echo()
    click.echo(click.style(text, bold=True))


def _proposal(mailbox: Mailbox, password: str) -> Proposal:
    from iep_mail.core.accounts.proposals import Proposal
    from iep_mail.errors import IepMailError
    from iep_mail.jobs.accounts import school_proposals

    click.echo("Looking at the senders of your newest mail …")
    try:
        return school_proposals(mailbox, password)
    except IepMailError as error:
        click.echo(paragraph(f"They could not be looked at: {error.what}"), err=True)
        return Proposal((), "", ())


def _ask_school(found: Proposal) -> tuple[tuple[str, ...], tuple[Address, ...]]:
    """The school's domains, and the people at those of them that were proposed."""
    from iep_mail.adapters.config import checked_domains
    from iep_mail.errors import ConfigError

    if found.domains:
        click.echo("Mail comes from these places. Which of them are the school's and the district's?")
        for number, proposed in enumerate(found.domains, 1):
            click.echo(paragraph(_proposed(proposed), "     ", f"  {number:>2} "))
    likely = [str(n) for n, d in enumerate(found.domains, 1) if d.looks_like_a_school]
    question = "Numbers, or what follows the @, with commas between" if found.domains else (
        "What follows the @ in the school's addresses, with commas between"
    )  # fmt: skip
    while True:
        given = click.prompt(question, default=", ".join(likely) or None)
        try:
            domains = checked_domains(list(dict.fromkeys(_domain(part, found) for part in given.split(","))))
            break
        except ConfigError as error:
            click.echo(paragraph(f"{error.what.removeprefix('config.toml: ')} {error.remedy}"), err=True)
    people = tuple(a for d in found.domains if d.domain in domains for a in d.people)
    return domains, people


def _proposed(proposed: DomainProposal) -> str:
    names = ", ".join(p.name or p.email for p in proposed.people[:3])
    return f"{proposed.domain}: {proposed.received} mails to you, {proposed.sent} from you ({names})"


def _domain(part: str, found: Proposal) -> str:
    text = part.strip().lower().rpartition("@")[2]
    if text.isdigit() and 1 <= int(text) <= len(found.domains):
        return found.domains[int(text) - 1].domain
    return text


def _ask_contacts(people: Sequence[Address]) -> tuple[Contact, ...]:
    from iep_mail.model import Contact

    named = [p for p in people if p.name]
    if not named:
        return ()
    shown = ", ".join(f"{p.name}" for p in named)
    click.echo(paragraph(f"You have written with: {shown}."))
    if not click.confirm("Note their names, so that letters can use them?", default=True):
        return ()
    click.echo("What are they? For example: case manager. Leave it empty where you do not know.")
    return tuple(
        Contact(p.email, p.name, click.prompt(f"  {p.name}", default="", show_default=False).strip())
        for p in named
    )


def _ask_calendar() -> str | None:
    click.echo(paragraph(
        "The district's calendar makes the day counts right: snow days, breaks and all. It is a file that ends "
        "in .ics, or an address that begins with https://, on the district's website. You can add it later."
    ))  # fmt: skip
    while True:
        given = str(click.prompt("School calendar", default="", show_default=False)).strip()
        if not given:
            return None
        if given.lower().startswith("https://"):
            return given
        path = Path(given.strip("'\"")).expanduser()
        if path.is_file():
            return str(path.resolve())
        click.echo(f"There is no file {path}.", err=True)


def _ask_children() -> tuple[Child, ...]:
    from iep_mail.model import Child

    children: list[Child] = []
    while True:
        if children:
            name = click.prompt(
                "Another child with a plan (empty: no more)", default="", show_default=False
            ).strip()
            if not name:
                return tuple(children)
        else:
            name = click.prompt("Your child's full name").strip()
        called = click.prompt(
            f"  Other names for {name}, with commas between", default="", show_default=False
        )
        nicknames = tuple(n.strip() for n in called.split(",") if n.strip())
        children.append(Child(name, nicknames))


def _ask_place() -> tuple[str, str | None]:
    import tzlocal

    from iep_mail.adapters.config import checked_state, checked_timezone
    from iep_mail.errors import ConfigError

    try:
        here = tzlocal.get_localzone_name()
    except Exception:  # whatever is odd about the system's clock, the parent can say it
        here = ""
    if here.startswith(("Etc/", "UTC")):
        here = ""  # a computer that was never told where it stands
    while True:
        try:
            timezone = checked_timezone(
                click.prompt("Your time zone", default=here or "America/New_York").strip()
            )
            state = checked_state(
                click.prompt("Your state, two letters", default="", show_default=False).strip() or None
            )
        except ConfigError as error:
            click.echo(paragraph(f"{error.what} {error.remedy}"), err=True)
            continue
        return timezone, state
