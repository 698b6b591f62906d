"""Reading a mailbox with a token, on a Dovecot that asks an authorisation server about it."""

from __future__ import annotations

from collections.abc import Iterator

import keyring
import pytest

from iep_mail.adapters import oauth
from iep_mail.adapters.credentials import password_for
from iep_mail.adapters.imap import put_draft
from iep_mail.adapters.imap.connection import IMAPClient
from iep_mail.adapters.oauth import Consent, keep_consent
from iep_mail.errors import LoginError
from iep_mail.model import Auth, Mailbox, Server
from servers.box import letter
from servers.dovecot import dovecot
from servers.oauth import CLIENT, Authority

pytestmark = pytest.mark.servers


@pytest.fixture
def authority(monkeypatch: pytest.MonkeyPatch) -> Iterator[Authority]:
    store: dict[tuple[str, str], str] = {}
    monkeypatch.setattr(keyring, "get_password", lambda service, user: store.get((service, user)))
    monkeypatch.setattr(
        keyring, "set_password", lambda service, user, text: store.update({(service, user): text})
    )
    monkeypatch.setattr(oauth, "_tokens", {})
    with Authority(user="parent") as server:
        monkeypatch.setattr(oauth, "oauth_provider", server.provider)
        yield server


@pytest.mark.parametrize("only", ["XOAUTH2", "OAUTHBEARER"])
def test_a_token_opens_the_mailbox_and_one_that_was_withdrawn_does_not(
    authority: Authority, monkeypatch: pytest.MonkeyPatch, only: str
) -> None:
    capable = IMAPClient.has_capability
    hidden = {"XOAUTH2": "AUTH=OAUTHBEARER", "OAUTHBEARER": "AUTH=XOAUTH2"}[only]
    monkeypatch.setattr(
        IMAPClient, "has_capability", lambda self, name: name != hidden and capable(self, name)
    )
    with dovecot(oauth_port=authority.port) as (port, _):
        box = Mailbox(
            "parent@example.net",
            Server("127.0.0.1", port, "none"),
            Auth("oauth2", provider="google"),
            "parent",
        )
        keep_consent(box, Consent(CLIENT, "", str(authority.tokens()["refresh_token"])))
        assert put_draft(box, password_for(box), letter(1), "<1@maple.example.org>") == "appended"
        authority.access.clear()
        with pytest.raises(LoginError) as caught:
            put_draft(box, password_for(box), letter(2), "<2@maple.example.org>")
        assert caught.value.remedy == "Sign in again: iep-mail account sign-in parent@example.net"
        authority.refresh.clear()
        monkeypatch.setattr(oauth, "_tokens", {})
        with pytest.raises(LoginError, match="no longer accepts your consent"):
            password_for(box)
