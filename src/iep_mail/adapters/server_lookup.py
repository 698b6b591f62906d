"""Which servers a mail domain names for itself (RFC 6186, RFC 8314), where dnspython is installed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from iep_mail.model import Server

_SECONDS = 6.0


@dataclass(frozen=True, slots=True)
class DomainRecords:
    """`exchangers` say at which provider a domain lives. `possible` is False where nothing was asked,
    because the extra package is not installed."""

    possible: bool = True
    imap: Server | None = None
    smtp: Server | None = None
    exchangers: tuple[str, ...] = ()


def look_up(domain: str, resolver: Any = None) -> DomainRecords:
    """What the domain's records say. The answers are not signed: the parent confirms the servers, and
    their certificates are checked before any password is sent."""
    try:
        import dns.exception
        import dns.resolver
    except ImportError:
        return DomainRecords(possible=False)
    if resolver is None:
        try:
            resolver = dns.resolver.Resolver()
        except dns.exception.DNSException:
            return DomainRecords()
        resolver.lifetime = _SECONDS

    silent = False

    def records(kind: str, name: str) -> list[Any]:
        nonlocal silent
        if silent:  # without a network every question would wait as long again
            return []
        try:
            return list(resolver.resolve(name, kind))
        except dns.exception.Timeout:
            silent = True
        except (dns.exception.DNSException, OSError, ValueError):
            pass
        return []

    def server(services: tuple[tuple[str, str], ...]) -> Server | None:
        for service, security in services:
            found = sorted(records("SRV", f"{service}._tcp.{domain}"), key=lambda r: (r.priority, -r.weight))
            # A single dot says that the service is not offered.
            hosts = [r for r in found if str(r.target) != "."]
            if hosts:
                return Server(str(hosts[0].target).rstrip(".").lower(), int(hosts[0].port), security)
        return None

    exchangers = sorted(records("MX", domain), key=lambda r: r.preference)
    return DomainRecords(
        imap=server((("_imaps", "tls"), ("_imap", "starttls"))),
        smtp=server((("_submissions", "tls"), ("_submission", "starttls"))),
        exchangers=tuple(str(r.exchange).rstrip(".").lower() for r in exchangers),
    )
