"""What is known about mail providers."""

from __future__ import annotations

import re
from datetime import date

import pytest

from iep_mail.core.accounts.providers import (
    files_sent_itself,
    provider_by_exchangers,
    provider_for,
    provider_of,
    providers,
    unreachable,
)
from iep_mail.data import load
from iep_mail.model import Auth, Mailbox, Server


def test_every_row_is_complete_and_encrypted() -> None:
    seen: set[str] = set()
    for provider in providers():
        for server in (provider.imap, provider.smtp):
            assert server.security in ("tls", "starttls")
            assert 1 <= server.port <= 65535
        assert set(provider.auth) <= {"app_password", "password", "oauth2"}
        assert provider.auth
        assert ("oauth2" in provider.auth) == bool(provider.oauth)
        assert not provider.oauth or provider.oauth in load("providers")["oauth"]
        assert provider.source.startswith("https://")
        assert provider.how
        assert not seen & set(provider.domains)
        seen |= set(provider.domains)
    assert isinstance(load("providers")["checked_on"], date)
    assert all(re.fullmatch(r"[a-z0-9.-]+", d) for d in seen)


@pytest.mark.parametrize(
    ("address", "host"),
    [
        ("a@gmail.com", "imap.gmail.com"),
        ("a@Hotmail.com", "outlook.office365.com"),
        ("a@yahoo.com", "imap.mail.yahoo.com"),
        ("a@icloud.com", "imap.mail.me.com"),
        ("a@aol.com", "imap.aol.com"),
        ("a@comcast.net", "imap.comcast.net"),
        ("a@verizon.net", "imap.aol.com"),
        ("a@sbcglobal.net", "imap.mail.att.net"),
        ("a@fastmail.com", "imap.fastmail.com"),
        ("a@proton.me", "127.0.0.1"),
        ("a@gmx.com", "imap.gmx.com"),
        ("a@zoho.com", "imap.zoho.com"),
    ],
)
def test_the_common_providers_are_found_by_the_address(address: str, host: str) -> None:
    provider = provider_for(address)
    assert provider is not None
    assert provider.imap.host == host


def test_a_domain_of_ones_own_is_found_by_where_its_mail_goes() -> None:
    google = provider_by_exchangers(["aspmx.l.google.com."])
    assert google is not None
    assert google.name == "Gmail"
    office = provider_by_exchangers(["firm-com.mail.protection.outlook.com"])
    assert office is not None
    assert office.name == "Microsoft 365"
    assert provider_by_exchangers(["mx.evilgoogle.com", "mail.example.org"]) is None
    assert provider_for("a@example.org") is None


def test_what_no_program_can_read_is_said() -> None:
    assert "no IMAP" in unreachable("a@tuta.com")
    assert unreachable("a@gmail.com") == ""


def box(imap: str, smtp: str = "", address: str = "a@firm.example.com") -> Mailbox:
    outgoing = Server(smtp, 465) if smtp else None
    return Mailbox(address, Server(imap, 993), Auth("keyring"), "a", outgoing)


def test_google_and_microsoft_file_what_is_sent_themselves() -> None:
    assert files_sent_itself(box("imap.gmail.com", "smtp.gmail.com"))
    assert files_sent_itself(box("outlook.office365.com", "smtp.office365.com"))
    assert not files_sent_itself(box("imap.fastmail.com", "smtp.fastmail.com"))
    assert not files_sent_itself(box("mail.firm.example.com", "mail.firm.example.com"))


def test_only_a_proton_address_makes_a_server_on_this_computer_protons() -> None:
    assert provider_of(box("127.0.0.1", "127.0.0.1")) is None
    proton = provider_of(box("127.0.0.1", "127.0.0.1", "a@proton.me"))
    assert proton is not None
    assert proton.files_sent
