"""A consent that has ended or a token that has run out: said with what to do, and nothing lost or sent twice."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict

import keyring
import pytest

from home import PASSWORD, ROSA, Home, fill
from iep_mail.adapters import oauth
from iep_mail.adapters.oauth import Consent
from iep_mail.model import DraftStatus
from sending_world import Desk, desk_of
from servers.box import Box
from servers.oauth import CLIENT, Authority
from servers.pymap_server import pymap
from servers.smtp import Smtp
from world import speech_story

TABLE = f'{{ method = "environment", variable = "{PASSWORD}" }}'


@pytest.fixture
def authority(monkeypatch: pytest.MonkeyPatch) -> Iterator[Authority]:
    with Authority(user="rosa") as server:
        kept = {("iep-mail-oauth", "rosa"): json.dumps(asdict(Consent(CLIENT, "", "consent-of-may")))}
        monkeypatch.setattr(keyring, "get_password", lambda service, user: kept.get((service, user)))
        monkeypatch.setattr(keyring, "set_password", lambda s, u, text: kept.update({(s, u): text}))
        monkeypatch.setattr(oauth, "oauth_provider", server.provider)
        monkeypatch.setattr(oauth, "_tokens", {})
        monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")
        yield server


@pytest.fixture
def postbox() -> Iterator[Smtp]:
    with Smtp(user="rosa") as server:
        yield server


@pytest.fixture
def desk(home: Home, postbox: Smtp) -> Iterator[Desk]:
    with pymap("rosa") as port:
        box = Box("127.0.0.1", port, "rosa", address=ROSA, smtp=postbox.port)
        fill(box, speech_story())
        yield desk_of(home, box)


def sign_in_by_consent(home: Home) -> None:
    text = home.config.read_text()
    assert TABLE in text
    home.config.write_text(text.replace(TABLE, '{ method = "oauth2", provider = "google" }'))


@pytest.mark.slow
def test_a_night_after_the_consent_ended_says_how_to_sign_in_and_keeps_what_was_read(
    home: Home, desk: Desk, authority: Authority
) -> None:
    assert home.run("nightly").code == 10
    before = home.dump()["messages"]
    sign_in_by_consent(home)
    authority.refuses = "invalid_grant"
    night = home.run("nightly")
    assert night.code == 1
    assert "no longer accepts your consent" in " ".join(night.err.split())
    assert f"iep-mail account sign-in {ROSA}" in night.err
    assert "consent-of-may" not in night.out + night.err
    assert home.dump()["messages"] == before


@pytest.mark.slow
@pytest.mark.parametrize("refused", ["invalid_grant", "temporarily_unavailable"])
def test_a_letter_whose_token_cannot_be_renewed_stays_approved_and_is_sent_once_later(
    home: Home, desk: Desk, postbox: Smtp, authority: Authority, refused: str
) -> None:
    draft = desk.first()
    desk.approve(draft.id)
    sign_in_by_consent(home)
    authority.refuses = refused
    (held,) = desk.send(draft.id)
    assert not held.sent
    assert ("sign-in" in f"{held.sentence} {held.remedy}") is True
    assert (postbox.delivered, desk.draft(draft.id).status) == ([], DraftStatus.APPROVED)
    home.config.write_text(
        home.config.read_text().replace('{ method = "oauth2", provider = "google" }', TABLE)
    )
    (sent,) = desk.send(draft.id)
    assert sent.sent
    assert len(postbox.delivered) == 1
