"""Who we are: the family's configuration."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time

from iep_mail.model.kinds import DayKind


@dataclass(frozen=True, slots=True)
class Address:
    """One mail address; `email` is lower case, `name` as written, both without control characters."""

    name: str
    email: str

    def __str__(self) -> str:
        return f"{self.name} <{self.email}>" if self.name and self.email else self.name or self.email


@dataclass(frozen=True, slots=True)
class Duration:
    """`5 school days`: a count of one kind of day."""

    count: int
    day_kind: DayKind

    def __str__(self) -> str:
        unit = str(self.day_kind)
        return f"{self.count} {unit[:-1] if self.count == 1 else unit}"


@dataclass(frozen=True, slots=True)
class Parent:
    name: str
    addresses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Child:
    name: str
    nicknames: tuple[str, ...] = ()
    iep_paths: tuple[str, ...] = ()  # the files that hold the plan's facts, one or several

    @property
    def names(self) -> tuple[str, ...]:
        """Every name that letters may use for the child, the full name first, no repeats."""
        return tuple(dict.fromkeys((self.name, self.name.split()[0], *self.nicknames)))

    @property
    def initials(self) -> str:
        return "".join(part[0] for part in self.name.split() if part).upper()


@dataclass(frozen=True, slots=True)
class Contact:
    """A school-side person."""

    address: str
    name: str = ""
    role: str = ""


@dataclass(frozen=True, slots=True)
class School:
    domains: tuple[str, ...] = ()
    contacts: tuple[Contact, ...] = ()
    portals: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Family:
    timezone: str
    parents: tuple[Parent, ...]
    children: tuple[Child, ...]
    school: School
    state: str | None = None
    deadlines: Mapping[str, Duration] = field(default_factory=dict)

    @property
    def own_addresses(self) -> frozenset[str]:
        return frozenset(a.lower() for p in self.parents for a in p.addresses)

    @property
    def portal_addresses(self) -> frozenset[str]:
        return frozenset(a.lower() for a in self.school.portals)

    def contact(self, email: str) -> Contact | None:
        return next((c for c in self.school.contacts if c.address.lower() == email.lower()), None)

    def is_own(self, email: str) -> bool:
        return email.lower() in self.own_addresses

    def is_school(self, email: str) -> bool:
        """Whether an address is the school's: a contact, a portal, or on a school domain or a
        subdomain of one. A parent's own address never is."""
        email = email.lower()
        if self.is_own(email):
            return False
        if email in self.portal_addresses or self.contact(email):
            return True
        host = email.rpartition("@")[2]
        return any(host == d or host.endswith("." + d) for d in map(str.lower, self.school.domains))


@dataclass(frozen=True, slots=True)
class Server:
    host: str
    port: int
    security: str = "tls"  # tls | starttls | none


@dataclass(frozen=True, slots=True)
class Auth:
    method: str  # keyring | environment | command | oauth2
    variable: str | None = None
    command: tuple[str, ...] = ()
    provider: str | None = None


@dataclass(frozen=True, slots=True)
class Mailbox:
    address: str
    imap: Server
    auth: Auth
    user: str
    smtp: Server | None = None
    folders: tuple[str, ...] | None = None  # None: found by SPECIAL-USE and known names


@dataclass(frozen=True, slots=True)
class SendingRules:
    """When an approved letter leaves. `days`: 0 is Monday; times are the family's time zone's."""

    delay_minutes: int = 0
    opens: time | None = None
    closes: time | None = None
    days: frozenset[int] = frozenset(range(7))


@dataclass(frozen=True, slots=True)
class Config:
    family: Family
    mailboxes: tuple[Mailbox, ...]
    calendar: str | None  # a path (absolute after loading) or an https URL
    drafts: str = "store"  # store | mailbox
    filing: str = "store"  # store | folders
    citations: bool = True  # letters have a line that names the rule they rest on
    path: str = ""
    sending: SendingRules = SendingRules()
    notice: str = "file"  # file | desktop | mail: how the parent is told after a night

    @property
    def notice_mailbox(self) -> Mailbox | None:
        """The mailbox through which the parent writes to themselves."""
        own = self.family.own_addresses
        return next((m for m in self.mailboxes if m.smtp and m.address.lower() in own), None)
