"""One mail to the mail server: what became of it is always said for sure, or said to be unknown."""

from __future__ import annotations

import ssl
from dataclasses import replace
from pathlib import Path

import pytest
import trustme

from iep_mail.adapters.smtp import Delivery, Outcome, SmtpLimits, check_login, send_mail
from iep_mail.errors import CertificateError, LoginError, OutboxChanged, SendError
from iep_mail.model import Auth, Mailbox, Server
from servers.bridge import own_certificate
from servers.ports import free_port
from servers.smtp import DELIVERED, STEPS, Smtp

pytestmark = pytest.mark.slow

ME = "rosa@delgado.example.net"
PARK, SHAW = "epark@maplehill.example.org", "vshaw@maplehill.example.org"
RAW = b"From: rosa@delgado.example.net\r\nSubject: Speech\r\n\r\nHello\r\n.\r\n.. dots\r\n\r\nRosa\r\n"
QUICK = SmtpLimits(connect_seconds=2, command_seconds=0.4, final_seconds=0.4)


def mailbox(port: int, **changes: object) -> Mailbox:
    smtp = Server(str(changes.pop("host", "127.0.0.1")), port, str(changes.pop("security", "none")))
    plain = Mailbox(ME, Server("127.0.0.1", 1, "none"), Auth("keyring"), "parent", smtp)
    return replace(plain, **changes)  # type: ignore[arg-type]


def send(server: Smtp, *recipients: str, raw: bytes = RAW, password: str = "secret", **options) -> Delivery:
    to = mailbox(server.port, **options.pop("mailbox", {}))
    options.setdefault("before_final_dot", lambda: None)
    options.setdefault("limits", QUICK)
    return send_mail(to, password, raw, ME, recipients or (PARK, SHAW), **options)


def test_a_mail_arrives_byte_for_byte_at_everybody() -> None:
    with Smtp() as server:
        assert send(server) == Delivery(Outcome.SENT)
    (mail,) = server.delivered
    assert (mail.sender, mail.recipients, mail.raw) == (ME, (PARK, SHAW), RAW)
    assert server.commands[0] == "ehlo [127.0.0.1]"  # the computer's name stays at home


@pytest.mark.parametrize("step", STEPS)
def test_a_connection_lost_at_any_step_is_told_truly(step: str) -> None:
    passed = []
    with Smtp(breaks=step) as server:
        outcome = send(server, before_final_dot=lambda: passed.append("dot")).outcome
    if step in ("after_250", "quit"):
        assert outcome is Outcome.SENT
    elif step in ("lost_with_the_dot", "delivered_unsaid"):
        assert outcome is Outcome.UNKNOWN
    elif step in ("after_354", "in_the_body"):
        # The end of the connection may be seen before the final dot goes, or not until after it.
        assert outcome in (Outcome.LATER, Outcome.UNKNOWN)
    else:
        assert outcome is Outcome.LATER
    assert len(server.delivered) == (step in DELIVERED)
    assert not server.delivered or passed  # nothing is ever delivered before it is journalled


@pytest.mark.parametrize(
    ("step", "outcome"),
    [
        ("before_banner", Outcome.LATER),
        ("auth", Outcome.LATER),
        ("in_the_body", Outcome.UNKNOWN),  # the letter and its dot wait in the system's buffer
        ("delivered_unsaid", Outcome.UNKNOWN),
    ],
)
@pytest.mark.slow
def test_a_server_that_falls_silent_does_not_hold_the_parent_up(step: str, outcome: Outcome) -> None:
    with Smtp(breaks=step, stall=True) as server:
        assert send(server).outcome is outcome


def test_the_answer_to_the_final_dot_may_take_ten_minutes() -> None:
    assert SmtpLimits().final_seconds >= 600


def test_what_the_journal_refuses_is_not_sent() -> None:
    def refuse() -> None:
        raise OutboxChanged("moved on")

    with Smtp() as server:
        with pytest.raises(OutboxChanged):
            send(server, before_final_dot=refuse)
        assert send(server).outcome is Outcome.SENT
    assert len(server.delivered) == 1


def test_one_refused_recipient_stops_the_letter_for_all_and_is_named() -> None:
    with Smtp(answers={f"RCPT TO:<{SHAW}": "550 5.1.1 no such user here"}) as server:
        delivery = send(server)
        assert delivery.outcome is Outcome.REFUSED
        assert f"{SHAW} (“5.1.1 no such user here”)" in delivery.reason
        assert [r.address for r in delivery.refusals] == [SHAW]
        assert "--to-the-others" in delivery.remedy
        assert server.delivered == []
        again = send(server, others_too=True)
    assert again.outcome is Outcome.SENT
    assert [r.address for r in again.refusals] == [SHAW]
    assert server.delivered[0].recipients == (PARK,)


def test_a_recipient_refused_for_now_is_tried_again_later() -> None:
    with Smtp(answers={"RCPT": "450 4.2.1 greylisted, come back"}) as server:
        assert send(server).outcome is Outcome.LATER


@pytest.mark.parametrize(
    ("command", "answer", "outcome"),
    [
        ("banner", "421 4.3.2 too busy", Outcome.LATER),
        ("banner", "554 5.7.1 not you", Outcome.REFUSED),
        ("MAIL", "452 4.5.3 too many messages, slow down", Outcome.LATER),
        ("MAIL", "550 5.4.5 Daily user sending limit exceeded", Outcome.LATER),
        ("MAIL", "552 5.3.4 message too big", Outcome.REFUSED),
        ("DATA", "451 4.3.0 try later", Outcome.LATER),
        ("final dot", "554 5.7.1 looks like spam", Outcome.REFUSED),
        ("final dot", "451 4.7.1 rate limit", Outcome.LATER),
        ("final dot", "hello there", Outcome.UNKNOWN),
    ],
)
def test_what_the_server_says_decides(command: str, answer: str, outcome: Outcome) -> None:
    with Smtp(answers={command: answer}) as server:
        delivery = send(server)
    assert delivery.outcome is outcome
    assert server.delivered == []
    assert delivery.remedy


def test_a_letter_over_the_servers_limit_is_not_even_begun() -> None:
    with Smtp(size=2_000_000) as server:
        delivery = send(server, raw=RAW + b"x" * 3_000_000)
    assert delivery.outcome is Outcome.REFUSED
    assert delivery.reason == "The letter is 3.0 MB as mail; the mail server takes 2.0 MB."
    assert not any(c.startswith("mail") for c in server.commands)


def test_a_wrong_password_is_told_and_nothing_is_sent() -> None:
    with Smtp() as server, pytest.raises(LoginError, match="did not accept the login") as caught:
        send(server, password="old")
    assert "iep-mail password" in caught.value.remedy
    with Smtp(answers={"AUTH": "454 4.7.0 later"}) as server, pytest.raises(SendError, match="just now"):
        send(server)


def test_a_password_with_umlauts_works_and_one_with_a_line_break_is_never_sent() -> None:
    with Smtp(password="grün") as server:
        assert send(server, password="grün").outcome is Outcome.SENT
        with pytest.raises(LoginError, match="hidden character"):
            send(server, password="se\r\ncret")
    assert len(server.delivered) == 1


def test_an_address_with_a_line_break_never_reaches_the_server() -> None:
    with Smtp() as server:
        for evil in ("a@b.example>\r\nRCPT TO:<thief@example.com", "a\nb@c.example", "ä@b.example"):
            with pytest.raises(SendError, match="address"):
                send(server, evil)
    assert server.commands == []


def test_nobody_at_the_port_is_nothing_sent() -> None:
    delivery = send_mail(
        mailbox(free_port()), "secret", RAW, ME, [PARK], before_final_dot=lambda: None, limits=QUICK
    )
    assert delivery.outcome is Outcome.LATER
    assert "Nothing was sent" in delivery.remedy


def test_without_a_configured_server_the_parent_is_told_what_to_add() -> None:
    with pytest.raises(SendError, match="names no server"):
        send_mail(mailbox(1, smtp=None), "secret", RAW, ME, [PARK], before_final_dot=lambda: None)


def test_plain_text_goes_to_this_computer_alone() -> None:
    with pytest.raises(SendError, match="without encryption"):
        send_mail(mailbox(25, host="mail.example.net"), "x", RAW, ME, [PARK], before_final_dot=lambda: None)


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


def contexts(authority: trustme.CA) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    server, client = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), ssl.create_default_context()
    authority.issue_cert("127.0.0.1", "localhost").configure_cert(server)
    authority.configure_trust(client)
    return server, client


@pytest.mark.parametrize("implicit", [True, False])
def test_encrypted_from_the_start_or_by_starttls(authority: trustme.CA, implicit: bool) -> None:
    own, trusting = contexts(authority)
    box = {"security": "tls" if implicit else "starttls", "host": "localhost"}
    with Smtp(tls=own, implicit_tls=implicit) as server:
        assert send(server, mailbox=dict(box), ssl_context=trusting).outcome is Outcome.SENT
        with pytest.raises(CertificateError, match="no password and no letter"):
            send(server, mailbox=dict(box))
    assert len(server.delivered) == 1
    assert not any(c.startswith("AUTH") and i < 1 for i, c in enumerate(server.commands))


def test_a_server_without_starttls_gets_neither_password_nor_letter() -> None:
    with Smtp() as server, pytest.raises(SendError, match="does not offer encryption"):
        send(server, mailbox={"security": "starttls"})
    assert not any(c.upper().startswith("AUTH") for c in server.commands)


@pytest.mark.parametrize("mechanism", ["XOAUTH2", "OAUTHBEARER"])
def test_a_token_logs_in_by_either_mechanism(mechanism: str) -> None:
    by_token = {"auth": Auth("oauth2", provider="google")}
    with Smtp(extensions=(f"AUTH {mechanism}",), tokens={"good"}) as server:
        assert send(server, password="good", mailbox=dict(by_token)).outcome is Outcome.SENT
        with pytest.raises(LoginError) as caught:
            send(server, password="expired", mailbox=dict(by_token))
    assert "account sign-in" in caught.value.remedy


def test_a_login_can_be_tried_without_sending() -> None:
    with Smtp(size=25_000_000) as server:
        assert check_login(mailbox(server.port), "secret", limits=QUICK) == 25_000_000
        with pytest.raises(LoginError):
            check_login(mailbox(server.port), "wrong", limits=QUICK)
    assert server.delivered == []


def test_a_program_on_this_computer_may_sign_its_certificate_itself(tmp_path: Path) -> None:
    own = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    own.load_cert_chain(own_certificate(tmp_path / "bridge.pem"))
    with Smtp(tls=own) as server:
        assert send(server, mailbox={"security": "starttls"}).outcome is Outcome.SENT
    with Smtp(tls=own, implicit_tls=True) as server, pytest.raises(CertificateError):
        send(server, mailbox={"security": "tls"})
    assert len(server.delivered) == 0
