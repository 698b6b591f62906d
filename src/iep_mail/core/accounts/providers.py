"""What is known about mail providers (data/providers.toml)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from iep_mail.data import load
from iep_mail.model import Mailbox, Server


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """How mailboxes of a provider are reached, and how a parent signs in."""

    name: str
    domains: tuple[str, ...]
    imap: Server
    smtp: Server
    auth: tuple[str, ...]  # app_password | password | oauth2, the easiest first
    how: str
    source: str
    mx: tuple[str, ...] = ()
    where: str = ""
    oauth: str = ""
    files_sent: bool = False
    largest: int = 0  # bytes, 0 where it is not said


@cache
def providers() -> tuple[Provider, ...]:
    return tuple(_provider(row) for row in load("providers")["provider"])


def _provider(row: Mapping[str, Any]) -> Provider:
    return Provider(
        name=row["name"],
        domains=tuple(row["domains"]),
        imap=Server(**row["imap"]),
        smtp=Server(**row["smtp"]),
        auth=tuple(row["auth"]),
        how=row["how"],
        source=row["source"],
        mx=tuple(row.get("mx", ())),
        where=row.get("where", ""),
        oauth=row.get("oauth", ""),
        files_sent=row.get("files_sent", False),
        largest=row.get("largest", 0) * 1_000_000,
    )


def provider_for(address: str) -> Provider | None:
    """The provider of an address by its domain."""
    domain = address.rpartition("@")[2].lower()
    return next((p for p in providers() if domain in p.domains), None)


def provider_by_exchangers(hosts: Iterable[str]) -> Provider | None:
    """The provider behind a domain of its own, by the domain's mail exchangers."""
    names = [host.lower().rstrip(".") for host in hosts]
    return next(
        (p for p in providers() for mx in p.mx if any(n == mx or n.endswith("." + mx) for n in names)), None
    )


def unreachable(address: str) -> str:
    """Why mailboxes at this domain cannot be read by any other program, "" where they can."""
    domain = address.rpartition("@")[2].lower()
    return next((row["why"] for row in load("providers")["without"] if domain in row["domains"]), "")


def provider_of(mailbox: Mailbox) -> Provider | None:
    """The provider of a configured mailbox, by the servers that it names."""
    hosts = {mailbox.imap.host.lower()} | ({mailbox.smtp.host.lower()} if mailbox.smtp else set())
    public = [p for p in providers() if not p.imap.host.startswith("127.")]
    return next((p for p in public if {p.imap.host, p.smtp.host} & hosts), None) or (
        provider_for(mailbox.address) if all(h.startswith("127.") for h in hosts) else None
    )


def files_sent_itself(mailbox: Mailbox) -> bool:
    """Whether the provider puts a copy of what is sent into Sent by itself."""
    provider = provider_of(mailbox)
    return provider is not None and provider.files_sent
