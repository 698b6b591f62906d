"""config.toml read and checked; docs/data-formats.md describes every key."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import time
from importlib.resources import files
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

import msgspec

from iep_mail.adapters.config_file import ConfigText, Key, read_toml, suggestion
from iep_mail.adapters.config_schema import (
    EXAMPLES,
    TABLES,
    AuthTable,
    ChildTable,
    ContactTable,
    FileTable,
    MailboxTable,
    ParentTable,
    PortalTable,
    SchoolTable,
    SendingTable,
    ServerTable,
)
from iep_mail.data import load
from iep_mail.model import (
    Auth,
    Child,
    Config,
    Contact,
    DayKind,
    Duration,
    Family,
    Mailbox,
    Parent,
    RequestKind,
    School,
    SendingRules,
    Server,
)

CONFIG_NAME = "config.toml"
LONGEST = 1000  # days
LONGEST_DELAY = 24 * 60  # minutes

_EMAIL = re.compile(r"[^\s@<>,;:\"()\[\]\x00-\x1f\x7f]+@[A-Za-z0-9\-]+(?:\.[A-Za-z0-9\-]+)+")
_DOMAIN = re.compile(r"[A-Za-z0-9\-]+(?:\.[A-Za-z0-9\-]+)+")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_DURATION = re.compile(r"(\d+)\s+(school|business|calendar)?\s*days?", re.IGNORECASE)
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_WINDOW = re.compile(
    rf"(?:({'|'.join(_DAYS)})(?:\s*-\s*({'|'.join(_DAYS)}))?\s+)?(\d\d?:\d\d)\s*-\s*(\d\d?:\d\d)",
    re.IGNORECASE,
)
_TYPES = {
    "str": "text in quotation marks",
    "bool": "true or false, without quotation marks",
    "int": "a whole number without quotation marks",
    "array": "a list in square brackets",
    "object": "a table of keys",
    "str | null": "text in quotation marks",
    "int | null": "a whole number without quotation marks",
    "array | null": "a list in square brackets",
    "str | array": 'the word "auto" or a list of names in square brackets',
}
_GIVEN = {"str": "text", "int": "a number", "float": "a number with a point", "bool": "true or false"}
_GIVEN |= {"array": "a list", "object": "a table"}


def load_config(path: Path) -> Config:
    """The configuration in `path`, checked. Relative paths in it are taken from its folder.

    Raises ConfigError for the first mistake, with file, line, key and what would be right.
    """
    tables, text = read_toml(path)
    try:
        file = msgspec.convert(tables, FileTable)
    except msgspec.ValidationError as error:
        raise _shape_error(text, tables, str(error)) from None
    folder = path.resolve().parent
    family = _Checks(text).family(file, folder)
    return Config(
        family=family,
        mailboxes=_Checks(text).mailboxes(file.mailboxes),
        calendar=_calendar(file.school.calendar, folder, text),
        drafts=_Checks(text).choice(("nightly", "drafts"), file.nightly.drafts, ("store", "mailbox")),
        filing=_Checks(text).choice(("nightly", "filing"), file.nightly.filing, ("store", "folders")),
        citations=file.letters.citations,
        path=str(path.resolve()),
        sending=_Checks(text).sending(file.sending),
        notice=_Checks(text).notice(file, family),
    )


def find_config(option: str | Path | None = None) -> Path:
    """The configuration file: the option, else IEP_MAIL_CONFIG, else the platform's place."""
    if chosen := option or os.environ.get("IEP_MAIL_CONFIG"):
        return Path(chosen).expanduser()
    return default_config()


def default_config() -> Path:
    """The platform's place for config.toml."""
    import platformdirs

    return Path(platformdirs.user_config_dir("iep-mail", appauthor=False)) / CONFIG_NAME


def example_config() -> str:
    """The text of config.example.toml: from the wheel, or from the checkout of an editable install."""
    shipped = files("iep_mail").joinpath("config.example.toml")
    if shipped.is_file():
        return shipped.read_text(encoding="utf-8")
    return (Path(__file__).parents[3] / "config.example.toml").read_text(encoding="utf-8")


def data_dir(option: str | Path | None = None) -> Path:
    """The data folder: the option, else IEP_MAIL_DATA, else the platform's place."""
    if chosen := option or os.environ.get("IEP_MAIL_DATA"):
        return Path(chosen).expanduser()
    return default_data()


def default_data() -> Path:
    """The platform's place for the data folder."""
    import platformdirs

    return Path(platformdirs.user_data_dir("iep-mail", appauthor=False))


def parse_duration(text: str) -> Duration | None:
    """`5 school days`, `10 business days`, `45 days` (calendar days); None for anything else."""
    found = _DURATION.fullmatch(text.strip())
    if not found or not 1 <= int(found[1][:6]) <= LONGEST:
        return None
    kinds = {"school": DayKind.SCHOOL, "business": DayKind.BUSINESS}
    return Duration(int(found[1]), kinds.get((found[2] or "").lower(), DayKind.CALENDAR))


def parse_window(text: str) -> SendingRules | None:
    """`Mon-Fri 07:00-20:00`, `07:00-20:00`; None for anything else, an empty window too."""
    found = _WINDOW.fullmatch(text.strip())
    if not found:
        return None
    try:
        opens, closes = time.fromisoformat(found[3].zfill(5)), time.fromisoformat(found[4].zfill(5))
    except ValueError:
        return None
    if opens >= closes:
        return None
    if found[1] is None:
        return SendingRules(opens=opens, closes=closes)
    first = _DAYS.index(found[1].lower())
    last = _DAYS.index((found[2] or found[1]).lower())
    days = frozenset((first + n) % 7 for n in range((last - first) % 7 + 1))
    return SendingRules(opens=opens, closes=closes, days=days)


def checked_timezone(zone: str) -> str:
    """The time zone. Raises ConfigError for what is none."""
    return _Checks(ConfigText(Path(CONFIG_NAME), {})).timezone(zone)


def checked_domains(domains: list[str]) -> tuple[str, ...]:
    """The school's domains. Raises ConfigError for what is none, or where everybody can have an address."""
    _Checks(ConfigText(Path(CONFIG_NAME), {})).domains(domains)
    return tuple(domains)


def checked_state(state: str | None) -> str | None:
    """The state's two letters, also of its name. Raises ConfigError for what is no state."""
    by_name = {name.lower(): code for code, name in load("states")["codes"].items()}
    state = by_name.get(state.strip().lower(), state) if state else state
    return _Checks(ConfigText(Path(CONFIG_NAME), {})).state(state and state.upper())


def _calendar(value: str | None, folder: Path, text: ConfigText) -> str | None:
    if value is None or value.lower().startswith("https://"):
        return value
    if not value.strip() or "://" in value:
        raise text.error(
            ("school", "calendar"), f'is "{value}"', "Give a file's path or an address with https://."
        )
    return str(folder / Path(value).expanduser())


def _shape_error(text: ConfigText, tables: dict[str, Any], message: str) -> Exception:
    what, _, where = message.partition(" - at `$")
    key: Key = tuple(
        int(number) if number else word
        for word, number in re.findall(r"([A-Za-z_][\w\-]*)|\[(\d+)\]", where.replace("[...]", ""))
    )
    table = TABLES.get(tuple(p for p in key if isinstance(p, str)))
    if unknown := re.fullmatch(r"Object contains unknown field `(.*)`", what):
        names = table.__struct_fields__ if table else ()
        return text.error((*key, unknown[1]), "is not a key of config.toml", suggestion(unknown[1], names))
    if missing := re.fullmatch(r"Object missing required field `(.*)`", what):
        example = EXAMPLES.get(missing[1], "See config.example.toml.")
        return text.error((*key, missing[1]), "is missing", f"Add it: {example}")
    if wrong := re.fullmatch(r"Expected `(.*)`, got `(.*)`", what):
        if key == ("deadlines",):
            key = next(((*key, k) for k, v in tables["deadlines"].items() if not isinstance(v, str)), key)
        right = _TYPES.get(wrong[1], wrong[1])
        example = EXAMPLES.get(str(key[-1]) if key else "", "")
        return text.error(
            key, f"is {_GIVEN.get(wrong[2], wrong[2])}", f"It must be {right}. {example}".strip()
        )
    return text.error(key, f"is wrong ({what})", "See config.example.toml.")


class _Checks:
    """What types cannot say; each method raises ConfigError at the key that is wrong."""

    def __init__(self, text: ConfigText) -> None:
        self.text = text

    def family(self, file: FileTable, folder: Path) -> Family:
        return Family(
            timezone=self.timezone(file.family.timezone),
            parents=self.parents(file.parents),
            children=self.children(file.children, folder),
            school=self.school(file.school, file.parents),
            state=self.state(file.family.state),
            deadlines=self.deadlines(file.deadlines),
        )

    def timezone(self, zone: str) -> str:
        try:
            ZoneInfo(zone)
        except (KeyError, ValueError, OSError):
            right = suggestion(zone, ("America/New_York", "America/Chicago", "America/Denver"))
            folded = {name.lower(): name for name in available_timezones()}
            if right.startswith("Allowed"):
                right = suggestion(zone, folded)
            right = re.sub(r"mean (\S+)\?", lambda m: f"mean {folded.get(m[1].lower(), m[1])}?", right)
            if right.startswith("Allowed"):
                right = "Write, for example, America/New_York, America/Chicago or America/Los_Angeles."
            wrong = f'is "{zone}", which is no time zone'
            raise self.text.error(("family", "timezone"), wrong, right) from None
        return zone

    def state(self, state: str | None) -> str | None:
        codes = load("states")["codes"]
        if state is None or state in codes:
            return state
        by_name = {name.lower(): code for code, name in codes.items()}
        code = by_name.get(state.lower()) or (state.upper() if state.upper() in codes else None)
        right = f'Write state = "{code}".' if code else 'Write the two letters of the post: state = "PA".'
        raise self.text.error(("family", "state"), f'is "{state}", which is no state\'s code', right)

    def parents(self, parents: list[ParentTable]) -> tuple[Parent, ...]:
        if not parents:
            raise self.text.error(("parents",), "is empty", f"Add {EXAMPLES['parents']}.")
        seen: dict[str, Key] = {}
        for n, parent in enumerate(parents):
            self.named(("parents", n, "name"), parent.name)
            if not parent.addresses:
                raise self.text.error(
                    ("parents", n, "addresses"), "is empty", f"Write {EXAMPLES['addresses']}."
                )
            for i, address in enumerate(parent.addresses):
                self.email(("parents", n, "addresses", i), address)
                self.once(("parents", n, "addresses", i), address, seen)
        return tuple(Parent(p.name, tuple(p.addresses)) for p in parents)

    def children(self, children: list[ChildTable], folder: Path) -> tuple[Child, ...]:
        seen: dict[str, Key] = {}
        for n, child in enumerate(children):
            self.named(("children", n, "name"), child.name)
            self.once(("children", n, "name"), child.name, seen)
            for i, nickname in enumerate(child.nicknames):
                self.named(("children", n, "nicknames", i), nickname)
        return tuple(
            Child(c.name, tuple(c.nicknames), tuple(str(folder / Path(f).expanduser()) for f in c.iep_files))
            for c in children
        )

    def school(self, school: SchoolTable, parents: list[ParentTable]) -> School:
        if not (school.domains or school.contacts or school.portals):
            raise self.text.error(("school", "domains"), "is empty", f"Write {EXAMPLES['domains']}.")
        self.domains(school.domains)
        own = {a.lower() for p in parents for a in p.addresses}
        groups: dict[str, Sequence[ContactTable | PortalTable]] = {
            "contacts": school.contacts,
            "portals": school.portals,
        }
        for table, entries in groups.items():
            seen: dict[str, Key] = {}
            for n, entry in enumerate(entries):
                key: Key = ("school", table, n, "address")
                self.email(key, entry.address)
                self.once(key, entry.address, seen)
                if entry.address.lower() in own:
                    raise self.text.error(key, "is a parent's own address", "List it in one place only.")
        return School(
            domains=tuple(d.lower() for d in school.domains),
            contacts=tuple(Contact(c.address, c.name, c.role) for c in school.contacts),
            portals=tuple(p.address for p in school.portals),
        )

    def domains(self, domains: list[str]) -> None:
        seen: dict[str, Key] = {}
        for n, domain in enumerate(domains):
            key: Key = ("school", "domains", n)
            if not _DOMAIN.fullmatch(domain):
                right = f"Write what follows the @ of the school's addresses: {EXAMPLES['domains']}."
                raise self.text.error(key, f'is "{domain}", which is no domain', right)
            if domain.lower() in load("public_providers")["domains"]:
                right = "List each person with such an address under [[school.contacts]] instead."
                raise self.text.error(key, f"is {domain}, where everybody can have an address", right)
            self.once(key, domain, seen)

    def deadlines(self, deadlines: dict[str, str]) -> dict[str, Duration]:
        allowed = ("default", *RequestKind)
        found = {}
        for kind, value in deadlines.items():
            key: Key = ("deadlines", kind)
            if kind not in allowed:
                raise self.text.error(key, "is no kind of request", suggestion(kind, allowed))
            duration = parse_duration(value)
            if duration is None:
                right = 'Write "45 days", "10 business days" or "5 school days".'
                raise self.text.error(key, f'is "{value}", which is no count of days', right)
            found[kind] = duration
        return found

    def mailboxes(self, mailboxes: list[MailboxTable]) -> tuple[Mailbox, ...]:
        seen: dict[str, Key] = {}
        for n, mailbox in enumerate(mailboxes):
            self.email(("mailboxes", n, "address"), mailbox.address)
            self.once(("mailboxes", n, "address"), mailbox.address, seen)
        return tuple(self.mailbox(("mailboxes", n), m) for n, m in enumerate(mailboxes))

    def mailbox(self, key: Key, mailbox: MailboxTable) -> Mailbox:
        user = mailbox.user if mailbox.user is not None else mailbox.address
        self.named((*key, "user"), user)
        return Mailbox(
            address=mailbox.address,
            imap=self.server((*key, "imap"), mailbox.imap, {"tls": 993, "starttls": 143, "none": 143}),
            auth=self.auth((*key, "auth"), mailbox.auth),
            user=user,
            smtp=self.server((*key, "smtp"), mailbox.smtp, {"tls": 465, "starttls": 587, "none": 25})
            if mailbox.smtp
            else None,
            folders=self.folders((*key, "folders"), mailbox.folders),
        )

    def server(self, key: Key, server: ServerTable, ports: dict[str, int]) -> Server:
        if not server.host or re.search(r"[\s/@\x00-\x1f\x7f]", server.host):
            raise self.text.error((*key, "host"), f'is "{server.host}"', f"Write {EXAMPLES['host']}.")
        security = self.choice((*key, "security"), server.security, ("tls", "starttls", "none"))
        if security == "none" and not _is_loopback(server.host):
            right = 'Write security = "tls": without it anybody on the way can read the password.'
            raise self.text.error((*key, "security"), 'is "none" for a server on the network', right)
        port = ports[security] if server.port is None else server.port
        if not 1 <= port <= 65535:
            raise self.text.error((*key, "port"), f"is {port}", f"Most often it is {ports[security]}.")
        return Server(server.host, port, security)

    def auth(self, key: Key, auth: AuthTable) -> Auth:
        needs = {"keyring": None, "environment": "variable", "command": "command", "oauth2": "provider"}
        examples = {
            "variable": 'variable = "IEP_MAIL_PASSWORD"',
            "command": EXAMPLES["command"],
            "provider": 'provider = "google"',
        }
        needed = needs[self.choice((*key, "method"), auth.method, tuple(needs))]
        for name in ("variable", "command", "provider"):
            value = getattr(auth, name)
            if name == needed and (not value or (name == "command" and not all(value))):
                raise self.text.error(
                    (*key, name), f'is needed for method "{auth.method}"', f"Add {examples[name]}."
                )
            if name != needed and value is not None:
                raise self.text.error(
                    (*key, name), f'does not belong to method "{auth.method}"', f"Take {name} out."
                )
        if auth.provider is not None:
            self.choice((*key, "provider"), auth.provider, ("google", "microsoft"))
        return Auth(auth.method, auth.variable, tuple(auth.command or ()), auth.provider)

    def folders(self, key: Key, folders: str | list[str]) -> tuple[str, ...] | None:
        if folders == "auto":
            return None
        if isinstance(folders, str) or not folders:
            raise self.text.error(
                key, f"is {folders!r}", 'Write folders = "auto", or a list such as ["INBOX", "Sent"].'
            )
        seen: dict[str, Key] = {}
        for n, name in enumerate(folders):
            self.named((*key, n), name)
            self.once((*key, n), name, seen, fold=False)
        return tuple(folders)

    def notice(self, file: FileTable, family: Family) -> str:
        key: Key = ("nightly", "notice")
        way = self.choice(key, file.nightly.notice, ("file", "desktop", "mail"))
        able = any(m.smtp and m.address.lower() in family.own_addresses for m in file.mailboxes)
        if way == "mail" and not able:
            right = 'Add smtp to a mailbox whose address stands under [[parents]], or write notice = "file".'
            raise self.text.error(key, 'is "mail", but no mailbox of yours can send', right)
        return way

    def sending(self, sending: SendingTable) -> SendingRules:
        if not 0 <= sending.delay_minutes <= LONGEST_DELAY:
            wrong = f"is {sending.delay_minutes}"
            raise self.text.error(("sending", "delay_minutes"), wrong, f"Write 0 to {LONGEST_DELAY} minutes.")
        if sending.window is None:
            return SendingRules(sending.delay_minutes)
        rules = parse_window(sending.window)
        if rules is None:
            right = 'Write window = "07:00-20:00", or with days: window = "Mon-Fri 07:00-20:00".'
            raise self.text.error(("sending", "window"), f'is "{sending.window}"', right)
        return replace(rules, delay_minutes=sending.delay_minutes)

    def named(self, key: Key, value: str) -> None:
        if not value.strip() or _CONTROL.search(value):
            wrong = "is empty" if not value.strip() else "contains a line break or another control character"
            raise self.text.error(key, wrong, "Write one line of text in quotation marks.")

    def email(self, key: Key, value: str) -> None:
        if not _EMAIL.fullmatch(value):
            raise self.text.error(
                key, f'is "{value}", which is no mail address', "Write it like someone@example.org."
            )

    def once(self, key: Key, value: str, seen: dict[str, Key], *, fold: bool = True) -> None:
        folded = value.lower() if fold else value
        if folded in seen:
            raise self.text.error(key, f'is "{value}", which is listed twice', "Keep one of the two.")
        seen[folded] = key

    def choice(self, key: Key, value: str, allowed: Iterable[str]) -> str:
        if value not in allowed:
            raise self.text.error(key, f'is "{value}"', suggestion(value, allowed))
        return value


def _is_loopback(host: str) -> bool:
    return host.lower() in ("localhost", "::1") or bool(re.fullmatch(r"127(\.\d{1,3}){3}", host))
