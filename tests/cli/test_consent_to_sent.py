"""From consent on the provider's page to a night and a sent letter, by token alone, on real servers."""

from __future__ import annotations

import webbrowser
from collections.abc import Iterator
from dataclasses import replace

import keyring
import pytest
from click.testing import CliRunner

from home import ROSA, Home, fill
from iep_mail.adapters import oauth
from iep_mail.cli.main import cli
from iep_mail.core.accounts.providers import Provider
from iep_mail.model import Server
from servers.box import Box
from servers.dovecot import dovecot
from servers.oauth import CLIENT, Authority
from servers.smtp import Smtp
from world import speech_story

pytestmark = [pytest.mark.servers, pytest.mark.slow]


@pytest.fixture
def authority(monkeypatch: pytest.MonkeyPatch) -> Iterator[Authority]:
    store: dict[tuple[str, str], str] = {}
    monkeypatch.setattr(keyring, "get_password", lambda service, user: store.get((service, user)))
    monkeypatch.setattr(keyring, "set_password", lambda s, user, text: store.update({(s, user): text}))
    monkeypatch.setattr(keyring, "delete_password", lambda service, user: store.pop((service, user)))
    monkeypatch.setattr(oauth, "_tokens", {})
    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")
    with Authority(user=ROSA) as server:
        monkeypatch.setattr(webbrowser, "open", server.browser)
        yield server


@pytest.mark.parametrize("by", ["browser", "device"])
def test_consent_a_night_a_letter_and_the_end_of_the_consent(
    home: Home, authority: Authority, monkeypatch: pytest.MonkeyPatch, by: str
) -> None:
    device = by == "device"
    monkeypatch.setattr(
        oauth,
        "oauth_provider",
        lambda key: authority.provider(key) if device else replace(authority.provider(key), device=""),
    )
    with dovecot(oauth_port=authority.port) as (port, _), Smtp(user=ROSA, tokens=authority.access) as postbox:
        postbox.extensions = ("AUTH XOAUTH2", "8BITMIME")
        fill(Box("127.0.0.1", port, ROSA), speech_story())
        known = Provider(
            name="Testmail", domains=("delgado.example.net",), imap=Server("127.0.0.1", port, "none"),
            smtp=Server("127.0.0.1", postbox.port, "none"), auth=("oauth2",), how="Allow IMAP first.",
            source="https://example.net", oauth="google", files_sent=False,
        )  # fmt: skip
        monkeypatch.setattr("iep_mail.jobs.accounts.provider_for", lambda address: known)
        places = ["--config", str(home.config), "--data", str(home.data)]
        answers = f"{CLIENT}\n\n" + ("y\n" if device else "")
        added = CliRunner().invoke(cli, [*places, "account", "add", ROSA], input=answers)
        assert added.exit_code == 0, added.output
        assert "Allow IMAP first." in added.output
        assert ("ABCD-EFGH" in added.output) is device
        assert "works  reading: 4 folders" in added.output
        assert "works  sending" in added.output
        assert home.run("nightly").code == 10
        draft = next(d for d in home.run("drafts", "--json").json if "Speech" in d["subject"])
        shown = home.run("draft", "show", draft["id"])
        assert shown.code == 0
        approved = home.run("draft", "approve", draft["id"], "--yes")
        assert approved.code == 0, approved.err + approved.out
        sent = home.run("send", draft["id"], "--now")
        assert sent.code == 0, sent.err + sent.out
        assert len(postbox.delivered) == 1
        monkeypatch.setattr(oauth, "_tokens", {})
        authority.refresh.clear()
        gone = home.run("nightly")
        assert (gone.code, "no longer accepts your consent" in " ".join(gone.err.split())) == (1, True)
        assert home.run("account", "remove", ROSA, "--yes").code == 0
        assert oauth.kept_secret("iep-mail-oauth", ROSA, ROSA) is None
