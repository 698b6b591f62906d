"""One family's data, opened: configuration, store, calendar, IEP facts, letters."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from zoneinfo import ZoneInfo

from iep_mail.adapters.calendar_file import CalendarRead, read_calendar
from iep_mail.adapters.config import load_config
from iep_mail.adapters.remembered import remembered_answers
from iep_mail.adapters.store import Store
from iep_mail.core.casebook import Rules, build_casebook
from iep_mail.core.reading.message import READER_VERSION, read_envelope, read_message
from iep_mail.core.remembering import calendar_mark, recalling
from iep_mail.core.tracking.school_days import build_calendar
from iep_mail.jobs.letters import letters_of
from iep_mail.jobs.plan import plans_of
from iep_mail.jobs.reader_mark import reader_mark
from iep_mail.model import (
    Casebook,
    Config,
    Decision,
    Family,
    Iep,
    MailboxState,
    Message,
    RawMessage,
    SchoolCalendar,
)

_HEADER = 1_000_000  # bytes: what follows is no header that anybody reads
_Books = dict[tuple[date, bool], tuple[tuple[int, int], Casebook]]


@dataclass
class Workspace:
    """What every job works on. `config` is checked on opening, so a mistake in it or in the calendar
    raises ConfigError before anything is read or written. A mistake in an IEP file stops nothing: that
    file's facts are left out, and `plan_problems` says so."""

    config: Config
    data: Path
    store: Store
    refresh: bool = False  # whether a calendar on the network is fetched anew
    _books: _Books = field(default_factory=dict, init=False, repr=False)

    @property
    def family(self) -> Family:
        return self.config.family

    @cached_property
    def calendar(self) -> SchoolCalendar:
        return build_calendar(self._calendar.events) if self.config.calendar else SchoolCalendar()

    @cached_property
    def _calendar(self) -> CalendarRead:
        return calendar_of(self.config, self.data, refresh=self.refresh)

    @property
    def ieps(self) -> tuple[Iep, ...]:
        return self._plans[0]

    @property
    def plan_problems(self) -> tuple[str, ...]:
        """What is wrong in the IEP files, with file and line; letters leave blanks where it is."""
        return self._plans[1]

    @cached_property
    def _plans(self) -> tuple[tuple[Iep, ...], tuple[str, ...]]:
        return plans_of(self.family)

    @cached_property
    def rules(self) -> Rules:
        letters, unused = letters_of(self.own_templates)
        notes = (*self.plan_problems, *unused, *filter(None, [self._calendar.note]))
        return Rules(self.family, letters, notes, self.config.citations)

    @property
    def own_templates(self) -> Path:
        """The parent's own letters: a `templates` folder beside config.toml, file by file."""
        return Path(self.config.path).parent / "templates"

    def messages(self) -> list[Message]:
        return self.store.readings(READER_VERSION, read_raw)

    def casebook(self, today: date, *, past: bool = False) -> Casebook:
        """The casebook as of `today`; `past` leaves out what is only known of the present."""
        known = self._books.get((today, past))
        if known is None or known[0] != self.store.changes():
            book = self._build(today, past)  # which may itself put readings into the store
            known = (self.store.changes(), book)
            self._books = {(today, past): known}
        return known[1]

    def _build(self, today: date, past: bool) -> Casebook:
        mailboxes = () if past else self.mailboxes()
        # With another calendar most days count otherwise, so what was remembered begins anew.
        version = f"{reader_mark()} {calendar_mark(self.calendar).hex()}"
        with remembered_answers(self.data, version) as answers, recalling(answers):
            return build_casebook(
                self.messages(),
                self.store.all_decisions(),
                self.ieps,
                self.calendar,
                self.rules,
                today,
                mailboxes,
                self.store.outbox.journal(),
            )

    def mailboxes(self) -> tuple[MailboxState, ...]:
        """When each configured mailbox was last read to its end; one since removed says nothing."""
        configured = {mailbox.address for mailbox in self.config.mailboxes}
        return tuple(state for state in self.store.mailbox_states() if state.account in configured)

    def decide(self, kind: str, subject: str, value: str, at: datetime) -> Decision:
        return self.store.append_decision(kind, subject, value, at)

    def day_of(self, now: datetime) -> date:
        """The family's day at `now`."""
        return now.astimezone(ZoneInfo(self.family.timezone)).date()


def read_raw(raw: RawMessage) -> Message:
    return read_message(raw.raw, raw.received_at, complete=raw.complete)


def identify(raw: bytes) -> tuple[str, ...]:
    """The Message-ID of raw bytes, for the store's index of known messages."""
    message_id = read_envelope(raw[:_HEADER]).message_id
    return (message_id,) if message_id else ()


def calendar_of(config: Config, data: Path, *, refresh: bool = False) -> CalendarRead:
    """The school calendar's events; of one on the network a copy is kept. Raises ConfigError."""
    place = config.calendar
    if place is None:
        return CalendarRead(())
    name = hashlib.sha256(place.encode()).hexdigest()[:8]
    return read_calendar(place, data / f"calendar-{name}.ics", refresh=refresh)


@contextmanager
def open_workspace(config_path: Path, data: Path, *, refresh: bool = False) -> Iterator[Workspace]:
    """Loads and checks everything the parent wrote, then opens the store.

    With `refresh` a school calendar on the network is fetched anew; else the last copy of it is enough.
    Raises ConfigError for a mistake in config.toml or the calendar; StoreError where the data
    folder cannot be used.
    """
    config = load_config(config_path)
    with Store.open(data, identify) as store:
        workspace = Workspace(config, data, store, refresh)
        _ = workspace.calendar, workspace.rules
        yield workspace
