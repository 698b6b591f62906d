"""The checks of doctor that ask servers, side by side, and wait no longer than they are given."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import TypeVar

from iep_mail.adapters.machine import server_time
from iep_mail.errors import ConfigError
from iep_mail.jobs.accounts import AccountCheck, check_account
from iep_mail.jobs.doctor_checks import CLOCK_OFF, Check
from iep_mail.jobs.workspace import calendar_of
from iep_mail.model import Config, Mailbox

Answer = TypeVar("Answer")


class Asked:
    """The calendar, the mailboxes and a clock, asked side by side while the rest is looked at."""

    def __init__(self, config: Config, data: Path, seconds: float) -> None:
        self._config = config
        self._seconds = seconds
        self._ends = time.monotonic() + seconds
        self._accounts = [_in_background(_asking(m, seconds)) for m in config.mailboxes]
        self._calendar = _in_background(lambda: _calendar_problem(config, data))
        place = config.calendar or ""
        self._server = place if place.startswith("https://") else ""
        self._clock = _in_background(lambda: server_time(self._server, seconds)) if self._server else None

    def calendar_problem(self) -> Check | None:
        """Why the calendar cannot be read; of one on the network a copy is enough."""
        found = self._calendar(self._left())
        if found is None:
            found = (
                "The school calendar's address did not answer in time.",
                "Check the internet connection.",
            )
        return Check("school calendar", "wrong", *found) if found[0] else None

    def mailboxes(self) -> Iterator[Check]:
        if not self._accounts:
            yield Check(
                "mailbox", "note", "config.toml names no mailbox.", "To add one: iep-mail account add"
            )
        for mailbox, answer in zip(self._config.mailboxes, self._accounts, strict=True):
            yield from check_mailbox(mailbox, answer(self._left()))

    def clock(self, now: datetime) -> Iterator[Check]:
        """Compared with the calendar's server, where there is one that answers."""
        told = self._clock(self._left()) if self._clock else None
        if told is None:
            return
        part, off = "clock, by a server", abs(told - now)
        if off > CLOCK_OFF + timedelta(seconds=self._seconds):
            minutes = off.total_seconds() / 60
            yield Check(
                part,
                "wrong",
                f"This computer's clock is {minutes:.0f} minutes off that of the calendar's server.",
                "Set this computer's clock: days are counted by it.",
            )
        else:
            yield Check(part, "well", "This computer's clock is right.")

    def _left(self) -> float:
        return max(0.0, self._ends - time.monotonic())


def _calendar_problem(config: Config, data: Path) -> tuple[str, str]:
    try:
        calendar_of(config, data)
    except ConfigError as error:
        return error.what, error.remedy
    return "", ""


def _asking(mailbox: Mailbox, seconds: float) -> Callable[[], AccountCheck]:
    return lambda: check_account(mailbox, seconds=seconds)


def _in_background(ask: Callable[[], Answer]) -> Callable[[float], Answer | None]:
    """Begins to ask; the function waits so many seconds for the answer and gives None without one."""
    answers: list[Answer] = []
    # A daemon, so that a name server that never answers does not keep the program from ending.
    thread = threading.Thread(target=lambda: answers.append(ask()), daemon=True)
    thread.start()

    def answer(seconds: float) -> Answer | None:
        thread.join(seconds)
        return answers[0] if answers else None

    return answer


def check_mailbox(mailbox: Mailbox, found: AccountCheck | None) -> Iterator[Check]:
    """Reading, the folders, sending; `found` is None where no answer came in time."""
    reading, sending = f"reading {mailbox.address}", f"sending from {mailbox.address}"
    if found is None:
        yield Check(
            reading,
            "wrong",
            f"{mailbox.imap.host} did not answer in time.",
            "Check the internet connection, then look again: iep-mail doctor",
        )
        return
    if found.reading:
        yield Check(reading, "wrong", found.reading, found.reading_remedy)
    else:
        yield Check(reading, "well", "The login works.")
        yield _folders(mailbox, found)
    if mailbox.smtp is None:
        yield Check(sending, "note", found.sending, found.sending_remedy)
    elif not found.sending:
        yield Check(sending, "well", "The login works; nothing was sent.")
    elif (found.sending, found.sending_remedy) != (found.reading, found.reading_remedy):
        yield Check(sending, "wrong", found.sending, found.sending_remedy)


def _folders(mailbox: Mailbox, found: AccountCheck) -> Check:
    part = f"folders of {mailbox.address}"
    if found.missing:
        return Check(
            part,
            "wrong",
            f"config.toml names folders that are not there: {', '.join(found.missing)}.",
            'Correct the names, or write folders = "auto".',
        )
    if mailbox.folders is None and not found.sent_folder:
        return Check(
            part,
            "wrong",
            f"{found.folders} folders, but none for sent mail was recognised: what you wrote may not be read.",
            'Name the folders in config.toml: folders = ["INBOX", "…"].',
        )
    sent = f", sent mail in {found.sent_folder}" if found.sent_folder else ""
    return Check(part, "well", f"{found.folders} folders{sent}.")
