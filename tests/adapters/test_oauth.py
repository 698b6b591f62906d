"""Signing in on a provider's page, against an authorisation server on this machine."""

from __future__ import annotations

import socket
import time
from urllib.parse import parse_qs, urlsplit

import keyring
import pytest

from iep_mail.adapters import oauth
from iep_mail.adapters.credentials import password_for
from iep_mail.adapters.oauth import (
    Consent,
    access_token,
    begin_on_device,
    keep_consent,
    kept_consent,
    oauth_provider,
    sign_in_here,
    wait_for_device,
)
from iep_mail.errors import IepMailError, LoginError, MailboxError
from iep_mail.model import Auth, Mailbox, Server
from servers.oauth import CLIENT, Authority
from servers.ports import free_port

BOX = Mailbox(
    "parent@example.net", Server("imap.example.net", 993), Auth("oauth2", provider="google"), "parent"
)


@pytest.fixture(autouse=True)
def kept(monkeypatch: pytest.MonkeyPatch) -> dict[tuple[str, str], str]:
    """A keyring in a dictionary, and permission for the library to talk to this machine without TLS."""
    store: dict[tuple[str, str], str] = {}
    monkeypatch.setattr(keyring, "get_password", lambda service, user: store.get((service, user)))
    monkeypatch.setattr(
        keyring, "set_password", lambda service, user, text: store.update({(service, user): text})
    )
    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")
    monkeypatch.setattr(oauth, "_tokens", {})
    return store


@pytest.fixture
def authority(monkeypatch: pytest.MonkeyPatch):
    with Authority() as server:
        monkeypatch.setattr(oauth, "oauth_provider", server.provider)
        yield server


def signed_in(authority: Authority) -> Consent:
    refresh = str(authority.tokens()["refresh_token"])
    consent = Consent(CLIENT, "", refresh)
    keep_consent(BOX, consent)
    return consent


def test_consent_in_the_browser_of_this_computer(authority: Authority) -> None:
    shown: list[str] = []
    consent = sign_in_here(
        authority.provider(),
        CLIENT,
        hint="parent@example.net",
        show=shown.append,
        open_page=authority.browser,
    )
    assert consent.refresh_token in authority.refresh
    asked = authority.asked[0]
    assert asked["code_challenge_method"] == "S256"
    assert asked["redirect_uri"].startswith("http://127.0.0.1:")
    assert asked["login_hint"] == "parent@example.net"
    assert "code_verifier" not in shown[0]


def test_somebody_elses_answer_is_not_taken(authority: Authority) -> None:
    def forged(address: str) -> None:
        start, _, rest = address.partition("state=")
        authority.browser(start + "state=forged" + rest[rest.index("&") :])

    with pytest.raises(LoginError, match="did not accept the sign-in"):
        sign_in_here(authority.provider(), CLIENT, show=lambda a: None, open_page=forged)
    assert not any("code_verifier" in form for form in authority.asked)


def test_a_parent_who_says_no_is_understood(authority: Authority) -> None:
    authority.denies = True
    with pytest.raises(LoginError, match="You did not give consent"):
        sign_in_here(authority.provider(), CLIENT, show=lambda a: None, open_page=authority.browser)
    code = begin_on_device(authority.provider(), CLIENT)
    with pytest.raises(LoginError, match="You did not give consent"):
        wait_for_device(authority.provider(), CLIENT, code, sleep=lambda s: None)


@pytest.mark.slow
def test_nobody_at_the_page_ends_the_waiting(authority: Authority) -> None:
    with pytest.raises(LoginError, match="in time"):
        sign_in_here(authority.provider(), CLIENT, show=lambda a: None, open_page=lambda a: None, seconds=0.1)


def test_consent_by_a_code_on_another_device(authority: Authority) -> None:
    waited: list[float] = []
    code = begin_on_device(authority.provider(), CLIENT)
    assert (code.user_code, code.address) == ("ABCD-EFGH", "https://example.net/device")
    consent = wait_for_device(authority.provider(), CLIENT, code, sleep=waited.append)
    assert consent.refresh_token in authority.refresh
    assert len(waited) == 2


def test_a_token_is_renewed_once_and_then_used_until_it_runs_out(authority: Authority) -> None:
    signed_in(authority)
    first = access_token(BOX)
    assert first in authority.access
    assert password_for(BOX) == first
    assert len(authority.asked) == 1


def test_a_new_refresh_token_takes_the_place_of_the_old(authority: Authority, kept, monkeypatch) -> None:
    before = signed_in(authority)
    access_token(BOX)
    after = kept_consent(BOX)
    assert after is not None
    assert after.refresh_token != before.refresh_token
    monkeypatch.setattr(oauth, "_tokens", {})
    assert access_token(BOX) in authority.access


def test_the_keyring_holds_no_access_token_and_nothing_else_holds_any(authority: Authority, kept) -> None:
    signed_in(authority)
    token = access_token(BOX)
    assert token not in "".join(kept.values())


@pytest.mark.parametrize(
    ("refused", "kind", "told"),
    [
        ("invalid_grant", LoginError, "no longer accepts your consent"),
        ("invalid_client", LoginError, "does not know the client"),
        ("temporarily_unavailable", MailboxError, "just now"),
    ],
)
def test_what_the_provider_refuses_is_said_with_what_to_do(
    authority: Authority, refused: str, kind: type[IepMailError], told: str
) -> None:
    consent = signed_in(authority)
    authority.refuses = refused
    with pytest.raises(kind, match=told) as caught:
        access_token(BOX)
    assert caught.value.__cause__ is None
    assert consent.refresh_token not in str(caught.value)
    assert caught.value.remedy


def test_a_google_client_in_testing_is_named_as_a_reason(authority: Authority) -> None:
    signed_in(authority)
    authority.refresh.clear()
    with pytest.raises(LoginError, match="7 days") as caught:
        access_token(BOX)
    assert "iep-mail account sign-in parent@example.net" in caught.value.remedy


def test_a_parent_who_never_signed_in_is_told_how(authority: Authority) -> None:
    with pytest.raises(LoginError, match="not signed in") as caught:
        access_token(BOX)
    assert "account sign-in" in caught.value.remedy


def test_a_provider_that_cannot_be_reached_is_no_reason_to_sign_in_again(monkeypatch) -> None:
    authority = Authority()
    authority.port = free_port()
    monkeypatch.setattr(oauth, "oauth_provider", authority.provider)
    keep_consent(BOX, Consent(CLIENT, "", "r"))
    with pytest.raises(MailboxError, match="could not be reached"):
        access_token(BOX)


def test_the_table_names_both_large_providers() -> None:
    for key in ("google", "microsoft"):
        provider = oauth_provider(key)
        assert provider.authorize.startswith("https://")
        assert provider.token.startswith("https://")
        assert provider.scopes
    assert oauth_provider("microsoft").device.startswith("https://")
    with pytest.raises(LoginError):
        oauth_provider("nobody")


def test_the_page_of_a_hotels_network_is_no_reason_to_sign_in_again(
    authority: Authority, monkeypatch
) -> None:
    signed_in(authority)
    monkeypatch.setattr(oauth, "_post", lambda address, body: "<html>Welcome, please accept our terms</html>")
    with pytest.raises(MailboxError, match="just now") as caught:
        access_token(BOX)
    assert not isinstance(caught.value, LoginError)


def test_a_connection_on_which_a_browser_says_nothing_holds_nothing_up(
    authority: Authority, monkeypatch
) -> None:
    """Browsers open connections ahead of time."""
    monkeypatch.setattr(oauth._Answer, "timeout", 0.1)
    silent: list[socket.socket] = []

    def browser(page: str) -> None:
        asked = parse_qs(urlsplit(page).query)
        port = urlsplit(asked["redirect_uri"][0]).port
        silent.append(socket.create_connection(("127.0.0.1", port)))
        authority.browser(page)

    try:
        consent = sign_in_here(authority.provider(), CLIENT, show=lambda a: None, open_page=browser)
    finally:
        for each in silent:
            each.close()
    assert consent.refresh_token in authority.refresh


def test_a_token_that_ran_out_while_the_laptop_slept_is_renewed(authority: Authority, monkeypatch) -> None:
    """Some systems' monotonic clock stands still in sleep, and the token is dead all the same."""
    signed_in(authority)
    first = access_token(BOX)
    later = time.time() + 8 * 3600
    monkeypatch.setattr(oauth.time, "time", lambda: later)
    assert access_token(BOX) != first
    assert len(authority.asked) == 2
