"""Which servers a domain names for itself, asked of a name server on this machine."""

from __future__ import annotations

import builtins
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import dns.message
import dns.rcode
import dns.resolver
import dns.rrset
import pytest

from iep_mail.adapters.server_lookup import DomainRecords, look_up
from iep_mail.model import Server


@contextmanager
def name_server(records: dict[tuple[str, str], list[str]]) -> Iterator[dns.resolver.Resolver]:
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.bind(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                data, peer = sock.recvfrom(2048)
            except OSError:
                return
            query = dns.message.from_wire(data)
            question = query.question[0]
            name, kind = question.name.to_text().rstrip("."), dns.rdatatype.to_text(question.rdtype)
            answer = dns.message.make_response(query)
            found = records.get((name, kind))
            if found:
                answer.answer.append(dns.rrset.from_text(question.name, 60, "IN", kind, *found))
            else:
                answer.set_rcode(dns.rcode.NXDOMAIN)
            sock.sendto(answer.to_wire(), peer)

    threading.Thread(target=serve, daemon=True).start()
    resolver = dns.resolver.Resolver(configure=False)
    resolver.nameservers, resolver.port, resolver.lifetime = ["127.0.0.1"], sock.getsockname()[1], 2
    try:
        yield resolver
    finally:
        sock.close()


def test_a_domain_that_names_its_servers() -> None:
    records = {
        ("_imaps._tcp.firm.example", "SRV"): ["20 1 993 backup.firm.example.", "10 1 993 Mail.firm.example."],
        ("_submission._tcp.firm.example", "SRV"): ["0 1 587 out.firm.example."],
        ("firm.example", "MX"): ["20 b.firm.example.", "10 a.firm.example."],
    }
    with name_server(records) as resolver:
        found = look_up("firm.example", resolver)
    assert found.imap == Server("mail.firm.example", 993, "tls")
    assert found.smtp == Server("out.firm.example", 587, "starttls")
    assert found.exchangers == ("a.firm.example", "b.firm.example")


def test_a_service_that_is_said_not_to_be_offered_is_not_used() -> None:
    with name_server({("_imaps._tcp.firm.example", "SRV"): ["0 0 0 ."]}) as resolver:
        assert look_up("firm.example", resolver) == DomainRecords()


def test_a_name_server_that_does_not_answer_is_no_error() -> None:
    resolver = dns.resolver.Resolver(configure=False)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent:
        silent.bind(("127.0.0.1", 0))
        resolver.nameservers, resolver.port, resolver.lifetime = ["127.0.0.1"], silent.getsockname()[1], 0.05
        assert look_up("firm.example", resolver) == DomainRecords()


def test_without_the_extra_package_nothing_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def absent(name: str, *arguments: object) -> object:
        if name.startswith("dns"):
            raise ImportError(name)
        return real(name, *arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(builtins, "__import__", absent)
    assert look_up("firm.example") == DomainRecords(possible=False)


def test_a_name_server_that_is_silent_is_asked_one_question() -> None:
    asked: list[str] = []

    class Silent:
        def resolve(self, name: str, kind: str) -> list[object]:
            asked.append(kind)
            raise dns.resolver.LifetimeTimeout(timeout=6, errors=[])

    assert look_up("firm.example", Silent()) == DomainRecords()
    assert len(asked) == 1
