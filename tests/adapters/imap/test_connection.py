from __future__ import annotations

import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest
import trustme

from iep_mail.adapters.imap import poll_mailbox
from iep_mail.errors import CertificateError, IepMailError, LoginError, MailboxError
from iep_mail.model import Mailbox, MailboxReport
from servers.box import Box, letter
from servers.bridge import own_certificate
from servers.dovecot import dovecot
from servers.memory import Memory, of_the_school, read_envelope
from servers.ports import free_port
from servers.scripted import Scripted

SCHOOL = "maple.example.org"


def read(mailbox: Mailbox, context: ssl.SSLContext | None = None, password: str = "secret") -> MailboxReport:
    return poll_mailbox(
        mailbox, password, Memory(), terms=(SCHOOL,), wanted=of_the_school(SCHOOL),
        read_envelope=read_envelope, ssl_context=context,
    )  # fmt: skip


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def trusting(authority: trustme.CA) -> ssl.SSLContext:
    context = ssl.create_default_context()
    authority.configure_trust(context)
    return context


@pytest.fixture(scope="module")
def ports(authority: trustme.CA, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[int, int]]:
    pem: Path = tmp_path_factory.mktemp("certificate") / "server.pem"
    authority.issue_cert("localhost", "127.0.0.1").private_key_and_cert_chain_pem.write_to_path(str(pem))
    with dovecot(pem) as both:
        yield both


@pytest.mark.servers
@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_mail_is_read_over_a_checked_connection(
    security: str, ports: tuple[int, int], trusting: ssl.SSLContext
) -> None:
    tls_box = Box("127.0.0.1", ports[1], f"user-{security}", security="tls")
    with tls_box.client(trusting) as client:
        client.append("INBOX", letter(1))
    box = Box("127.0.0.1", ports[security == "tls"], f"user-{security}", security=security)
    assert read(box.mailbox(), trusting).new == 1


@pytest.mark.slow
@pytest.mark.servers
def test_a_program_on_this_computer_may_sign_its_certificate_itself(tmp_path: Path) -> None:
    with dovecot(own_certificate(tmp_path / "bridge.pem")) as (plain, tls):
        assert read(Box("127.0.0.1", plain, "parent", security="starttls").mailbox()).complete
        with pytest.raises(CertificateError):
            read(Box("127.0.0.1", tls, "parent", security="tls").mailbox())


@pytest.mark.servers
@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_a_certificate_nobody_vouches_for_ends_it(security: str, ports: tuple[int, int]) -> None:
    box = Box("127.0.0.1", ports[security == "tls"], "parent", security=security)
    with pytest.raises(CertificateError) as caught:
        read(box.mailbox())
    assert caught.value.remedy


@pytest.mark.servers
def test_a_certificate_of_another_name_ends_it(
    authority: trustme.CA, trusting: ssl.SSLContext, tmp_path: Path
) -> None:
    pem = tmp_path / "other.pem"
    authority.issue_cert("elsewhere.example.net").private_key_and_cert_chain_pem.write_to_path(str(pem))
    with dovecot(pem) as (_, port), pytest.raises(CertificateError):
        read(Box("127.0.0.1", port, "parent", security="tls").mailbox(), trusting)


def test_a_refused_login_is_told_with_what_to_do(box: Box) -> None:
    if not _checks_passwords(box):
        pytest.skip("this server takes any password")
    with pytest.raises(LoginError) as caught:
        read(box.mailbox(), password="wrong")
    assert "password" in caught.value.remedy
    assert "wrong" not in str(caught.value)


def _checks_passwords(box: Box) -> bool:
    try:
        with Box(box.host, box.port, box.user, "wrong").client():
            return False
    except Exception:
        return True


def test_an_unreachable_port_is_told_with_what_to_do() -> None:
    with pytest.raises(MailboxError, match="could not be reached") as caught:
        read(Box("127.0.0.1", free_port(), "parent").mailbox())
    assert caught.value.remedy


def test_without_encryption_no_other_computer_is_asked() -> None:
    with pytest.raises(MailboxError, match="without encryption"):
        read(Box("imap.example.net", 143, "parent").mailbox())


def test_where_starttls_was_stripped_no_password_is_sent() -> None:
    with Scripted({1: letter(1)}) as server:
        with pytest.raises(MailboxError, match="does not offer encryption"):
            read(Box("127.0.0.1", server.port, "parent", security="starttls").mailbox())
        assert not any("LOGIN" in command for command in server.commands)


@pytest.mark.parametrize("security", ["none", "starttls"])
def test_a_server_that_asks_for_no_password_is_refused(security: str) -> None:
    with Scripted(
        {1: letter(1)}, greeting=b"* PREAUTH welcome\r\n", capabilities="IMAP4rev1 STARTTLS"
    ) as server:
        with pytest.raises(MailboxError, match="without a password"):
            read(Box("127.0.0.1", server.port, "parent", security=security).mailbox())
        assert server.commands in ([], ["CAPABILITY"])


def test_a_password_with_a_line_break_is_not_sent() -> None:
    with Scripted({}) as server:
        with pytest.raises(IepMailError, match="hidden character"):
            read(Box("127.0.0.1", server.port, "parent").mailbox(), password="a\r\nX DELETE INBOX")
        assert not any("DELETE" in command for command in server.commands)
