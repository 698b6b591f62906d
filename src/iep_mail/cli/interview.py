"""The questions of init: from a mail address to a config.toml, with proposals to say yes or no to."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from iep_mail.cli.output import paragraph

if TYPE_CHECKING:
    from iep_mail.core.accounts.config_text import Answers
    from iep_mail.core.accounts.proposals import DomainProposal, Proposal
    from iep_mail.model import Address, Child, Contact, Mailbox

Answer = TypeVar("Answer")
_MOST_CONTACTS = 10


def interview(address: str | None = None) -> Answers:
    """Asks everything that config.toml needs. Raises LoginError where no login works."""
    from iep_mail.cli.account import ask_for_mailbox
    from iep_mail.core.accounts.config_text import Answers

    click.echo(paragraph(
        "A few questions, and iep-mail does the rest. It reads mail without marking anything as read, and sends "
        "nothing by itself. You can stop with Ctrl-C at any time and begin again."
    ))  # fmt: skip
    _heading("Your mailbox")
    mailbox, password = ask_for_mailbox(address)
    found = _proposal(mailbox, password)
    answers = Answers("", (), (), (), (mailbox,))
    answers = _ask_about_family(_ask_about_school(answers, found), found)
    while True:
        _show_answers(answers)
        right = click.prompt(
            "Is that right? (y: yes, s: ask about the school again, f: about your family again)",
            type=click.Choice(["y", "s", "f"]),
            default="y",
            show_choices=False,
        )
        if right == "y":
            return answers
        answers = _ask_about_school(answers, found) if right == "s" else _ask_about_family(answers, found)


def _ask_about_school(answers: Answers, found: Proposal) -> Answers:
    from dataclasses import replace

    _heading("The school")
    domains, people = _ask_school(found)
    contacts = _ask_contacts(people)
    return replace(answers, domains=domains, contacts=contacts, calendar=_ask_calendar())


def _ask_about_family(answers: Answers, found: Proposal) -> Answers:
    from dataclasses import replace

    from iep_mail.model import Parent

    _heading("Your family")
    name = click.prompt("Your name, as letters are signed", default=found.own_name or None).strip()
    own = tuple(dict.fromkeys((answers.mailboxes[0].address, *found.own_addresses)))
    children = _ask_children(name)
    timezone, state = _ask_place()
    _heading("How you like to work")
    drafts = click.confirm(
        "Put proposed letters into the Drafts folder of your mailbox too, so that you find them on your phone?",
        default=False,
    )
    return replace(
        answers,
        timezone=timezone,
        state=state,
        parents=(Parent(name, own),),
        children=children,
        drafts="mailbox" if drafts else "store",
    )


def _show_answers(answers: Answers) -> None:
    """Everything that was said, before anything is written: a slip of the hand is seen here."""
    _heading("What will be written down")
    children = "; ".join(" or ".join((c.name, *c.nicknames)) for c in answers.children)
    contacts = ", ".join(f"{c.name}{f' ({c.role})' if c.role else ''}" for c in answers.contacts)
    rows = (
        ("You", answers.parents[0].name),
        ("Your mail", ", ".join(answers.parents[0].addresses)),
        ("Your child" if len(answers.children) == 1 else "Your children", children),
        ("The school", ", ".join(answers.domains)),
        ("Its people", contacts or "none noted"),
        ("Its calendar", answers.calendar or "none yet, so school days are estimated"),
        ("You live in", ", ".join(filter(None, (answers.state, answers.timezone)))),
    )
    for name, value in rows:
        click.echo(paragraph(value, " " * 16, f"  {name:<14}"))


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

    named = [p for p in people if p.name][:_MOST_CONTACTS]
    if not named:
        return ()
    shown = ", ".join(f"{p.name}" for p in named)
    click.echo(paragraph(f"You have written with: {shown}."))
    if not click.confirm("Note their names, so that letters can use them?", default=True):
        return ()
    click.echo(paragraph(
        "What are they? For example: case manager. Leave it empty where you do not know; a full stop (.) leaves "
        "out the rest."
    ))  # fmt: skip
    contacts: list[Contact] = []
    asking = True
    for person in named:
        role = ""
        if asking:
            role = click.prompt(f"  {person.name}", default="", show_default=False).strip()
            asking = role != "."
        contacts.append(Contact(person.email, person.name, role if asking else ""))
    return tuple(contacts)


def _ask_calendar() -> str | None:
    from iep_mail.errors import ConfigError
    from iep_mail.jobs.accounts import check_calendar_place

    click.echo(paragraph(
        "The district's calendar makes the day counts right: snow days, breaks and all. It is a file that ends "
        "in .ics, or an address that begins with https://, on the district's website. You can add it later."
    ))  # fmt: skip
    while True:
        given = str(click.prompt("School calendar", default="", show_default=False)).strip()
        if not given:
            return None
        place = given if "://" in given else str(Path(given.strip("'\"")).expanduser().resolve())
        try:
            note = check_calendar_place(place)
        except ConfigError as error:
            click.echo(paragraph(f"{error.what} Try another, or leave it empty for now."), err=True)
            continue
        if note:
            click.echo(paragraph(note))
        return place


def _ask_children(parent: str) -> tuple[Child, ...]:
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
        if name.casefold() in (parent.casefold(), *(c.name.casefold() for c in children)):
            click.echo(f"{name} was named already.", err=True)
            continue
        called = click.prompt(
            f"  Other names for {name}, with commas between", default="", show_default=False
        )
        nicknames = tuple(n.strip() for n in called.split(",") if n.strip())
        children.append(Child(name, nicknames))


def _ask_place() -> tuple[str, str | None]:
    import tzlocal

    from iep_mail.adapters.config import checked_state, checked_timezone

    try:
        here = tzlocal.get_localzone_name()
    except Exception:  # whatever is odd about the system's clock, the parent can say it
        here = ""
    if here.startswith(("Etc/", "UTC")):
        here = ""  # a computer that was never told where it stands
    timezone = _until_right(
        lambda: checked_timezone(click.prompt("Your time zone", default=here or "America/New_York").strip())
    )
    state = _until_right(
        lambda: checked_state(
            click.prompt("Your state, two letters", default="", show_default=False).strip() or None
        )
    )
    return timezone, state


def _until_right(ask: Callable[[], Answer]) -> Answer:
    from iep_mail.errors import ConfigError

    while True:
        try:
            return ask()
        except ConfigError as error:
            click.echo(paragraph(f"{error.what.removeprefix('config.toml: ')} {error.remedy}"), err=True)
