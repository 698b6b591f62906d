"""From a mail address to a first night, and accounts afterwards, as a parent answers."""

from __future__ import annotations

import os
import webbrowser
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import click
import keyring
import keyring.errors
import pytest
from click.testing import CliRunner, Result

from home import CALENDAR, ROSA, Home, fill
from iep_mail.adapters import oauth
from iep_mail.adapters.config import load_config
from iep_mail.adapters.server_lookup import DomainRecords
from iep_mail.cli.main import cli
from iep_mail.core.accounts.providers import Provider
from iep_mail.model import Auth, Server
from servers.box import Box
from servers.oauth import CLIENT, Authority
from servers.ports import free_port
from servers.pymap_server import pymap
from servers.smtp import Smtp
from world import speech_story


@pytest.fixture
def kept(monkeypatch: pytest.MonkeyPatch) -> dict[tuple[str, str], str]:
    store: dict[tuple[str, str], str] = {}

    def forget(service: str, user: str) -> None:
        store.pop((service, user))

    monkeypatch.setattr(keyring, "get_password", lambda service, user: store.get((service, user)))
    monkeypatch.setattr(
        keyring, "set_password", lambda service, user, text: store.update({(service, user): text})
    )
    monkeypatch.setattr(keyring, "delete_password", forget)
    return store


@pytest.fixture
def rosas(monkeypatch: pytest.MonkeyPatch) -> Iterator[Box]:
    """Rosa's mailbox, on servers that nobody's table knows."""
    with Smtp(user=ROSA) as postbox, pymap(ROSA) as port:
        box = Box("127.0.0.1", port, ROSA, address=ROSA, smtp=postbox.port)
        fill(box, speech_story())
        box.fill("Drafts")
        monkeypatch.setattr("iep_mail.jobs.accounts.look_up", lambda domain: DomainRecords(possible=False))
        monkeypatch.setattr("iep_mail.cli.setup.is_terminal", lambda: True)
        yield box


def run(home: Home, *words: str, answers: str = "") -> Result:
    places = ["--config", str(home.config), "--data", str(home.data)]
    return CliRunner().invoke(cli, [*places, *words], input=answers)


def servers(box: Box) -> str:
    return f"127.0.0.1:{box.port}\n127.0.0.1:{box.smtp}\n"


def told(result: Result) -> str:
    return " ".join(result.output.split())


def test_from_an_address_to_the_first_night(home: Home, rosas: Box, kept) -> None:
    home.config.unlink()
    (home.folder / "calendar.ics").unlink()
    downloads = home.folder / "downloads"
    downloads.mkdir()
    calendar = downloads / "district.ics"
    calendar.write_text(CALENDAR, newline="")
    answers = [
        ROSA,
        servers(rosas).rstrip("\n"),
        "wrong", "secret",          # the password is tried until it works
        "1",                        # the school's domain
        "", "case manager", "director of special education",
        str(home.folder / "no.ics"), str(calendar),
        "",                         # the name as mail is signed
        "Mateo Delgado", "Teo", "",
        "Central", "America/Chicago", "Texass", "Texas",
        "n",                        # no letters into Drafts
        "f", "", "Mateo Delgado", "Teo", "", "America/Chicago", "TX", "n",  # the family again
        "y",                        # all is right
        "n",                        # no schedule
        "y",                        # the first night
    ]  # fmt: skip
    result = run(home, "init", answers="\n".join(answers) + "\n")
    assert result.exit_code == 10, result.output
    shown = told(result)
    assert "did not take this password for rosa@delgado.example.net. Type it again." in shown
    assert "Its people Ellen Park (case manager), Victor Shaw (director of special education)" in shown
    assert "Central" in shown
    assert "maplehill.example.org: 2 mails to you, 3 from you (Ellen Park, Victor Shaw)" in shown
    assert "no.ics does not exist. Try another" in shown
    assert "Could you tell me whether speech was held on January 12?" in shown
    config = load_config(home.config)
    assert config.family.parents[0].name == "Rosa Delgado"
    assert (config.family.timezone, config.family.state) == ("America/Chicago", "TX")
    assert config.calendar == str(home.folder / "calendar.ics")  # a copy beside config.toml
    assert (home.folder / "calendar.ics").read_bytes() == CALENDAR.encode()
    assert [(c.name, c.role) for c in config.family.school.contacts] == [
        ("Ellen Park", "case manager"),
        ("Victor Shaw", "director of special education"),
    ]
    assert config.family.children[0].nicknames == ("Teo",)
    assert kept == {("iep-mail", ROSA): "secret"}
    assert "secret" not in home.config.read_text()
    assert "secret" not in result.output


def test_without_a_keyring_the_parent_is_told_where_the_password_comes_from(
    home: Home, rosas: Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    def none(*_: str) -> None:
        raise keyring.errors.NoKeyringError

    for name in ("get_password", "set_password"):
        monkeypatch.setattr(keyring, name, none)
    monkeypatch.setattr(os, "environ", os.environ.copy())
    result = run(home, "account", "add", ROSA, answers=servers(rosas) + "secret\n")
    assert result.exit_code == 0, result.output
    assert "environment variable IEP_MAIL_PASSWORD" in told(result)
    assert load_config(home.config).mailboxes[0].auth == Auth("environment", "IEP_MAIL_PASSWORD")


def test_an_account_is_added_tried_and_removed(home: Home, rosas: Box, kept) -> None:
    before = home.config.read_text()
    added = run(home, "account", "add", ROSA, answers=servers(rosas) + "secret\n")
    assert added.exit_code == 0, added.output
    assert before.split("[nightly]")[0].strip() in home.config.read_text()  # what stood there stays
    (mailbox,) = load_config(home.config).mailboxes
    assert (mailbox.imap, mailbox.smtp) == (
        Server("127.0.0.1", rosas.port, "none"),
        Server("127.0.0.1", rosas.smtp, "none"),
    )
    tried = run(home, "account", "test")
    assert tried.exit_code == 0
    assert "works reading: 3 folders, sent mail in Sent, drafts in Drafts" in told(tried)
    assert "works sending: letters of up to 36 MB" in told(tried)
    again = home.run("account", "add", ROSA)
    assert (again.code, "is in config.toml already" in again.err) == (2, True)
    kept[("iep-mail", ROSA)] = "changed meanwhile"
    failing = run(home, "account", "test")
    assert failing.exit_code == 1
    assert "did not accept the login" in told(failing)
    assert "app password" in told(failing)
    gone = home.run("account", "remove", ROSA, "--yes")
    assert gone.code == 0
    assert load_config(home.config).mailboxes == ()
    assert kept == {}
    assert home.run("account", "remove", ROSA, "--yes").code == 2


@pytest.mark.slow
def test_a_password_that_never_works_leaves_nothing_behind(home: Home, rosas: Box, kept) -> None:
    before = home.config.read_text()
    result = run(home, "account", "add", ROSA, answers=servers(rosas) + "a\nb\nc\n")
    assert result.exit_code != 0
    assert "did not work" in str(result.exception)
    assert (home.config.read_text(), kept) == (before, {})


def test_what_cannot_be_an_address_is_asked_again(home: Home, rosas: Box, kept) -> None:
    result = run(home, "account", "add", answers=f"rosa\nrosa@tuta.com\n{ROSA}\n{servers(rosas)}secret\n")
    assert result.exit_code == 0, result.output
    assert "is not a mail address" in told(result)
    assert "Tuta has no IMAP" in told(result)


def test_where_nobody_can_be_asked_the_file_is_written_for_filling_in(home: Home) -> None:
    home.config.unlink()
    assert "Wrote" in home.run("init").out
    assert "Replace the invented names" in home.config.read_text()
    assert home.run("init", "--plain").code == 2


def provider_of(box: Box, *auth: str) -> Provider:
    return Provider(
        name="Testmail", domains=("delgado.example.net",), imap=Server("127.0.0.1", box.port, "none"),
        smtp=Server("127.0.0.1", box.smtp, "none"), auth=auth, how="Make it on the security page.",
        source="https://example.net", where="https://example.net/security", oauth="google",
    )  # fmt: skip


def test_a_known_provider_needs_no_servers_and_says_where_the_app_password_is_made(
    home: Home, rosas: Box, kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = provider_of(rosas, "app_password", "oauth2")
    monkeypatch.setattr("iep_mail.jobs.accounts.provider_for", lambda address: known)
    result = run(home, "account", "add", ROSA, answers="1\nse cr et\n")
    assert result.exit_code == 0, result.output
    assert "https://example.net/security" in result.output
    assert "you need an app password" in told(result)
    assert kept == {("iep-mail", ROSA): "secret"}  # shown in groups, typed without


def test_consent_is_given_on_a_page_and_kept(
    home: Home, rosas: Box, kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = provider_of(rosas, "oauth2")
    monkeypatch.setattr("iep_mail.jobs.accounts.provider_for", lambda address: known)
    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")
    with Authority() as authority:
        monkeypatch.setattr(oauth, "oauth_provider", lambda key: replace(authority.provider(key), device=""))
        monkeypatch.setattr(webbrowser, "open", authority.browser)
        result = run(home, "account", "add", ROSA, answers=f"{CLIENT}\nclient-secret\n")
    # pymap knows no tokens: the consent is kept, and the login that fails is told.
    assert "The page opens in your browser" in result.output
    assert "iep-mail account sign-in" in told(result)
    ((service, user),) = kept
    assert (service, user) == ("iep-mail-oauth", ROSA)
    assert "client-secret" in kept[service, user]
    assert "client-secret" not in result.output


def test_signing_in_is_for_mailboxes_of_such_providers(home: Home, kept) -> None:
    home.configure(Box("127.0.0.1", 1, "rosa", address=ROSA))
    refused = home.run("account", "sign-in")
    assert refused.code == 2
    assert "iep-mail password" in refused.err


def test_a_config_that_is_there_is_not_replaced(home: Home) -> None:
    assert home.run("init", ROSA).code == 2
    assert Path(home.config).exists()


@pytest.mark.slow
def test_servers_that_cannot_be_reached_are_asked_for_again(home: Home, rosas: Box, kept) -> None:
    nobody = f"127.0.0.1:{free_port()}\n127.0.0.1:{free_port()}\n"
    result = run(home, "account", "add", ROSA, answers=f"{nobody}secret\n{servers(rosas)}secret\n")
    assert result.exit_code == 0, result.output
    assert "could not be reached on port" in told(result)
    (mailbox,) = load_config(home.config).mailboxes
    assert (mailbox.imap.port, mailbox.smtp and mailbox.smtp.port) == (rosas.port, rosas.smtp)


@pytest.mark.slow
def test_sending_that_does_not_work_stops_nothing_and_is_said(home: Home, rosas: Box, kept) -> None:
    half = f"127.0.0.1:{rosas.port}\n127.0.0.1:{free_port()}\n"
    result = run(home, "account", "add", ROSA, answers=f"{half}secret\n")
    assert result.exit_code == 0, result.output
    assert "letters cannot be sent from here until sending works too" in told(result)


def test_nobody_is_named_twice(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """A parent who types their own name, or one child again, is asked once more."""

    @click.command()
    def children() -> None:
        from iep_mail.cli.interview import _ask_children

        click.echo([c.name for c in _ask_children("Rosa Delgado")])

    answers = "rosa delgado\nMateo\n\nMATEO\nLucia\n\n\n"
    result = CliRunner().invoke(children, input=answers)
    assert "['Mateo', 'Lucia']" in result.output
    assert result.output.count("was named already") == 2


@pytest.mark.parametrize(
    "address", ["rosa@delgado.example.net\nRCPT TO:<x@y.z>", "rosa@delgado.example.net\x00"]
)
def test_an_address_with_a_hidden_character_reaches_no_server(
    home: Home, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    monkeypatch.setattr("iep_mail.jobs.accounts.look_up", asked.append)
    before = home.config.read_text()
    result = run(home, "account", "add", address)
    assert result.exit_code != 0
    assert "is not a mail address" in told(result)
    assert (asked, home.config.read_text()) == ([], before)
