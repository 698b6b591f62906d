"""The tables of config.toml and the types of their keys."""

from __future__ import annotations

import msgspec


class Table(msgspec.Struct, forbid_unknown_fields=True):
    pass


class FamilyTable(Table):
    timezone: str
    state: str | None = None


class ParentTable(Table):
    name: str
    addresses: list[str]


class ChildTable(Table):
    name: str
    nicknames: list[str] = []
    iep: str | list[str] | None = None

    @property
    def iep_files(self) -> list[str]:
        return [self.iep] if isinstance(self.iep, str) else self.iep or []


class ContactTable(Table):
    address: str
    name: str = ""
    role: str = ""


class PortalTable(Table):
    address: str
    name: str = ""


class SchoolTable(Table):
    domains: list[str] = []
    calendar: str | None = None
    contacts: list[ContactTable] = []
    portals: list[PortalTable] = []


class ServerTable(Table):
    host: str
    port: int | None = None
    security: str = "tls"


class AuthTable(Table):
    method: str
    variable: str | None = None
    command: list[str] | None = None
    provider: str | None = None


class MailboxTable(Table):
    address: str
    imap: ServerTable
    auth: AuthTable
    smtp: ServerTable | None = None
    user: str | None = None
    folders: str | list[str] = "auto"


class NightlyTable(Table):
    drafts: str = "store"
    filing: str = "store"
    notice: str = "file"


class LettersTable(Table):
    citations: bool = True


class SendingTable(Table):
    delay_minutes: int = 0
    window: str | None = None


class FileTable(Table):
    family: FamilyTable
    parents: list[ParentTable]
    school: SchoolTable
    children: list[ChildTable] = []
    deadlines: dict[str, str] = {}
    mailboxes: list[MailboxTable] = []
    nightly: NightlyTable = msgspec.field(default_factory=NightlyTable)
    letters: LettersTable = msgspec.field(default_factory=LettersTable)
    sending: SendingTable = msgspec.field(default_factory=SendingTable)


# The keys of each table, by its path without numbers.
TABLES: dict[tuple[str, ...], type[Table]] = {
    (): FileTable,
    ("family",): FamilyTable,
    ("parents",): ParentTable,
    ("children",): ChildTable,
    ("school",): SchoolTable,
    ("school", "contacts"): ContactTable,
    ("school", "portals"): PortalTable,
    ("mailboxes",): MailboxTable,
    ("mailboxes", "imap"): ServerTable,
    ("mailboxes", "smtp"): ServerTable,
    ("mailboxes", "auth"): AuthTable,
    ("nightly",): NightlyTable,
    ("letters",): LettersTable,
    ("sending",): SendingTable,
}

# What a missing or mistyped key may look like.
EXAMPLES = {
    "family": '[family] with timezone = "America/New_York"',
    "timezone": 'timezone = "America/New_York"',
    "parents": "[[parents]] with your name and addresses",
    "addresses": 'addresses = ["you@example.net"]',
    "school": '[school] with domains = ["school.example.org"]',
    "domains": 'domains = ["school.example.org"]',
    "name": 'name = "Maria Rivera"',
    "address": 'address = "someone@example.org"',
    "imap": 'imap = { host = "imap.example.net", port = 993, security = "tls" }',
    "smtp": 'smtp = { host = "smtp.example.net", port = 465, security = "tls" }',
    "auth": 'auth = { method = "keyring" }',
    "method": 'method = "keyring"',
    "host": 'host = "imap.example.net"',
    "port": "port = 993",
    "nicknames": 'nicknames = ["Sofi"]',
    "folders": 'folders = "auto"',
    "delay_minutes": "delay_minutes = 2",
    "window": 'window = "Mon-Fri 07:00-20:00"',
    "command": 'command = ["pass", "show", "mail"]',
    "citations": "citations = true",
}
