from __future__ import annotations

import subprocess
import sys
import traceback

import keyring
import keyring.errors
import pytest

from iep_mail.adapters.credentials import keep_password, password_for
from iep_mail.errors import LoginError, UsageError
from iep_mail.model import Auth, Mailbox, Server

SECRET = "hunter2-very-secret"


def mailbox(auth: Auth) -> Mailbox:
    return Mailbox("robin@example.net", Server("imap.example.net", 993), auth, "robin")


def command(code: str) -> Mailbox:
    return mailbox(Auth("command", command=(sys.executable, "-S", "-c", code)))


def refused(box: Mailbox) -> LoginError:
    with pytest.raises(LoginError) as caught:
        password_for(box)
    error = caught.value
    assert error.remedy
    assert SECRET not in "".join(traceback.format_exception(error))
    assert error.__cause__ is None
    assert error.__context__ is None  # nothing that was being handled hangs on it
    return error


def test_from_the_keyring(monkeypatch):
    monkeypatch.setattr(keyring, "get_password", lambda service, user: f"{service}/{user}")
    assert password_for(mailbox(Auth("keyring"))) == "iep-mail/robin"


@pytest.mark.parametrize(
    ("error", "words"),
    [(keyring.errors.NoKeyringError, "has no keyring"), (keyring.errors.KeyringLocked, "did not give out")],
)
def test_a_keyring_that_fails(monkeypatch, error, words):
    def fails(service: str, user: str) -> str:
        raise error(SECRET)

    monkeypatch.setattr(keyring, "get_password", fails)
    assert words in refused(mailbox(Auth("keyring"))).what


def test_an_empty_keyring(monkeypatch):
    monkeypatch.setattr(keyring, "get_password", lambda service, user: None)
    assert "iep-mail password robin@example.net" in refused(mailbox(Auth("keyring"))).remedy


def test_the_first_line_of_a_command():
    assert password_for(command("print('one two ')\nprint('user: x')")) == "one two "


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (f"print('{SECRET}'); raise SystemExit(3)", "exit code 3"),
        ("", "printed nothing"),
        ("print()", "printed nothing"),
    ],
)
def test_a_command_that_fails_never_shows_what_it_printed(code, words, capfd):
    assert words in refused(command(code)).what
    assert SECRET not in "".join(capfd.readouterr())


def test_a_command_that_does_not_answer(monkeypatch):
    monkeypatch.setattr("iep_mail.adapters.credentials.COMMAND_SECONDS", 0.3)
    code = f"import time; print('{SECRET}', flush=True); time.sleep(20)"
    assert "did not answer" in refused(command(code)).what


@pytest.mark.parametrize("words", [(), ("no-such-program-here",), ("a\0b",)])
def test_a_command_that_cannot_be_started(words):
    assert "could not be started" in refused(mailbox(Auth("command", command=words))).what


def test_a_command_goes_through_no_shell(monkeypatch):
    seen = {}

    def run(words, **options):
        seen.update(options, words=words)
        return subprocess.CompletedProcess(words, 0, b"pw\n")

    monkeypatch.setattr(subprocess, "run", run)
    password_for(mailbox(Auth("command", command=("pass", "show", "a; rm b"))))
    assert seen["words"] == ("pass", "show", "a; rm b")
    assert not seen.get("shell")


def test_from_the_environment(monkeypatch):
    box = mailbox(Auth("environment", variable="IEP_MAIL_TEST_PASSWORD"))
    monkeypatch.setenv("IEP_MAIL_TEST_PASSWORD", SECRET)
    assert password_for(box) == SECRET
    monkeypatch.delenv("IEP_MAIL_TEST_PASSWORD")
    assert "IEP_MAIL_TEST_PASSWORD" in refused(box).what


def test_oauth2_says_what_to_do_now(monkeypatch):
    monkeypatch.setattr(keyring, "get_password", lambda service, user: None)
    refusal = refused(mailbox(Auth("oauth2", provider="google")))
    assert "iep-mail account sign-in robin@example.net" in refusal.remedy


def test_what_was_kept_is_found_again(monkeypatch):
    kept: dict[tuple[str, str], str] = {}
    monkeypatch.setattr(
        keyring, "set_password", lambda service, user, word: kept.update({(service, user): word})
    )
    monkeypatch.setattr(keyring, "get_password", lambda service, user: kept.get((service, user)))
    box = mailbox(Auth("keyring"))
    keep_password(box, "oak and elm")
    assert kept == {("iep-mail", "robin"): "oak and elm"}
    assert password_for(box) == "oak and elm"


def test_a_keyring_that_takes_nothing_never_shows_the_password(monkeypatch):
    def refuse(service, user, word):
        raise RuntimeError(f"cannot store {word}")

    monkeypatch.setattr(keyring, "set_password", refuse)
    with pytest.raises(LoginError) as caught:
        keep_password(mailbox(Auth("keyring")), SECRET)
    assert SECRET not in "".join(traceback.format_exception(caught.value))


def test_a_password_that_comes_from_elsewhere_is_not_kept(monkeypatch):
    with pytest.raises(UsageError, match="does not come from the keyring"):
        keep_password(mailbox(Auth("environment", variable="X")), "oak and elm")
