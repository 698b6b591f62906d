"""A notification by what each system has; its words are never part of a script."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from iep_mail.adapters.desktop import desktop_command, notify
from iep_mail.errors import IepMailError

NASTY = "'; touch /tmp/x; \" $(id) -e"


@pytest.mark.parametrize("platform", ["linux", "darwin", "win32"])
def test_the_words_are_values(platform: str) -> None:
    words, extra = desktop_command(NASTY, NASTY, platform)
    holding = [word for word in [*words, *extra.values()] if NASTY in word]
    assert holding == [NASTY, NASTY]


def test_it_is_handed_over_as_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "notify-send"
    program.write_text(f'#!/bin/sh\nprintf "%s\\n" "$@" > {tmp_path}/shown\n')
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    monkeypatch.setattr("sys.platform", "linux")
    notify("iep-mail", NASTY)
    assert (tmp_path / "shown").read_text().splitlines()[-2:] == ["iep-mail", NASTY]


def test_a_computer_without_notifications_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(IepMailError, match="notify-send is missing"):
        notify("iep-mail", "text")
