"""config.toml written from a parent's answers, with every setting explained."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from iep_mail.model import Auth, Child, Contact, Mailbox, Parent, Server


@dataclass(frozen=True, slots=True)
class Answers:
    """What a parent said. `calendar` is a path or an https address."""

    timezone: str
    parents: tuple[Parent, ...]
    children: tuple[Child, ...]
    domains: tuple[str, ...]
    mailboxes: tuple[Mailbox, ...]
    state: str | None = None
    calendar: str | None = None
    contacts: tuple[Contact, ...] = ()
    drafts: str = "store"
    filing: str = "store"
    notice: str = "file"


def config_text(answers: Answers) -> str:
    """The file's text; it loads as what was answered."""
    blocks = [
        _FIRST,
        _family(answers),
        *(_parent(parent) for parent in answers.parents),
        *(_child(child) for child in answers.children),
        _school(answers),
        *(_contact(contact) for contact in answers.contacts),
        _PORTALS,
        _DEADLINES,
        *(mailbox_block(mailbox) for mailbox in answers.mailboxes),
        _NIGHTLY.format(
            drafts=_text(answers.drafts), filing=_text(answers.filing), notice=_text(answers.notice)
        ),
        _LETTERS,
        _SENDING,
    ]
    return "\n".join(blocks)


_FIRST = """\
# The configuration of iep-mail, written by `iep-mail init` from your answers. Change it as you like:
# everything after a # is an explanation, and a setting with a # before it is switched off.
# iep-mail keeps no password in this file.
"""
_PORTALS = """\
# Systems that send mass mail for the school.
#[[school.portals]]
#address = "notify@portal.example.com"
"""
_DEADLINES = """\
# How long you give the school to answer, where your message names no date. Without a line here the
# built-in deadlines count: those that the law sets, and habits where it sets none.
# "days" are calendar days, "business days" Monday to Friday without federal holidays, "school days"
# days on which school is in session.
[deadlines]
#default = "5 school days"
#records = "45 days"
"""
_NIGHTLY = """\
[nightly]
# store: proposed letters wait in iep-mail. mailbox: they are also put into your Drafts folder.
drafts = {drafts}
# store: cases live in iep-mail. folders: messages are also copied into IEP folders of the mailbox.
filing = {filing}
# How you are told after a night that ran by itself: file (a page, iep-mail digest), desktop (a notification
# that names nobody) or mail (the page is mailed from your own mailbox to yourself, and to nobody else).
notice = {notice}
"""
_LETTERS = """\
[letters]
# true: a letter ends with one line that names the rule it rests on. false: letters name no law.
citations = true
"""
_SENDING = """\
[sending]
# Minutes in which a letter that you sent can still be stopped: iep-mail send --cancel
delay_minutes = 2
# When letters may leave. Outside of it they wait for the next opening.
#window = "Mon-Fri 07:00-20:00"
"""


def _family(answers: Answers) -> str:
    state = f"state = {_text(answers.state)}" if answers.state else '#state = "PA"'
    return (
        "[family]\n"
        "# All dates and deadlines are counted in this time zone.\n"
        f"timezone = {_text(answers.timezone)}\n"
        "# Your state, two letters. It adds the state's own deadlines and holidays.\n"
        f"{state}\n"
    )


def _parent(parent: Parent) -> str:
    return (
        "# Mail from any of these addresses counts as written by you: list them all, old ones too.\n"
        "[[parents]]\n"
        f"name = {_text(parent.name)}\n"
        f"addresses = {_list(parent.addresses)}\n"
    )


def _child(child: Child) -> str:
    plan = f"iep = {_list(child.iep_paths)}" if child.iep_paths else '#iep = "iep.toml"'
    return (
        "[[children]]\n"
        f"name = {_text(child.name)}\n"
        "# Other names that letters use.\n"
        f"nicknames = {_list(child.nicknames)}\n"
        "# The facts of the plan: `iep-mail iep import FILE` writes them into a file of this name.\n"
        f"{plan}\n"
    )


def _school(answers: Answers) -> str:
    calendar = f"calendar = {_text(answers.calendar)}" if answers.calendar else '#calendar = "calendar.ics"'
    return (
        "[school]\n"
        "# What follows the @ in the school's and the district's addresses.\n"
        f"domains = {_list(answers.domains)}\n"
        "# The district's calendar: a file beside this one, or an address that begins with https://.\n"
        "# Without it school days are estimated.\n"
        f"{calendar}\n"
    )


def _contact(contact: Contact) -> str:
    role = f"role = {_text(contact.role)}" if contact.role else '#role = "case manager"'
    name = f"name = {_text(contact.name)}\n" if contact.name else ""
    return f"[[school.contacts]]\n{name}{role}\naddress = {_text(contact.address)}\n"


def mailbox_block(mailbox: Mailbox) -> str:
    """One [[mailboxes]] table."""
    lines = [
        "# iep-mail reads this mailbox without marking, moving or deleting anything.",
        "[[mailboxes]]",
        f"address = {_text(mailbox.address)}",
        f"imap = {_server(mailbox.imap)}",
    ]
    if mailbox.smtp:
        lines.append(f"smtp = {_server(mailbox.smtp)}")
    lines.append(f"auth = {_auth(mailbox.auth)}")
    if mailbox.user != mailbox.address:
        lines.append(f"user = {_text(mailbox.user)}")
    folders = _list(mailbox.folders) if mailbox.folders is not None else '"auto"'
    lines += [
        '# "auto" finds inbox, sent and archive; or a list of names: ["INBOX", "Sent", "School"].',
        f"folders = {folders}",
    ]
    return "\n".join(lines) + "\n"


def _server(server: Server) -> str:
    return f"{{ host = {_text(server.host)}, port = {server.port}, security = {_text(server.security)} }}"


def _auth(auth: Auth) -> str:
    parts = [f"method = {_text(auth.method)}"]
    for name, value in (("variable", auth.variable), ("provider", auth.provider)):
        if value:
            parts.append(f"{name} = {_text(value)}")
    if auth.command:
        parts.append(f"command = {_list(auth.command)}")
    return f"{{ {', '.join(parts)} }}"


def _list(values: Sequence[str]) -> str:
    return f"[{', '.join(map(_text, values))}]"


def _text(value: str | None) -> str:
    """A TOML basic string: JSON's escapes are a part of TOML's, but for DEL."""
    return json.dumps(value or "", ensure_ascii=False).replace("\x7f", "\\u007f")
