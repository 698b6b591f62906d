"""The night as the schedule runs it: once, caught up where it was missed, told once, and logged.

It prints nothing. Whatever happens is in the record of the nights and in a log without mail's words.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path

import msgspec

from iep_mail.adapters.config import default_config, default_data, load_config
from iep_mail.adapters.night_log import NightRun, night_runs, note_run, note_told, write_log
from iep_mail.adapters.scheduler import (
    SCHEDULERS,
    Scheduler,
    installed_anywhere,
    scheduler_here,
    this_program,
    user_id,
)
from iep_mail.adapters.scheduler_files import ScheduledNight
from iep_mail.core.notice import Notice, notice_of_failure, notice_of_night
from iep_mail.errors import IepMailError, StoreError, StoreLocked, UsageError
from iep_mail.jobs.nightly import FAILED_IN_PART, QUIET, Night, run_night
from iep_mail.jobs.notices import tell, way_of_telling
from iep_mail.model import Config

# A mailbox that cannot be reached just now is tried again every hour; the parent hears of it after so many.
PATIENCE = 3


def last_time(now: datetime, at: time) -> datetime:
    """The newest moment at or before `now` (aware) with this time of day, in now's zone."""
    today = now.replace(hour=at.hour, minute=at.minute, second=0, microsecond=0)
    return today if today <= now else today - timedelta(days=1)


def next_time(now: datetime, at: time) -> datetime:
    return last_time(now, at) + timedelta(days=1)


def is_due(runs: Sequence[NightRun], since: datetime) -> bool:
    """Whether no run since then was good, or failed for a reason that another try does not mend."""
    return not any(run.ended >= since and (run.done or not run.again) for run in runs)


def run_scheduled(config: Path, data: Path, *, now: datetime, at: time) -> int:
    """Runs the night that was due at this time of day, unless it is done. `now` is aware and local.

    0 where it is done, 1 where another try may help or it failed; never raises for what the parent can mend.
    """
    since = last_time(now, at)
    earlier = night_runs(data)
    if not is_due(earlier, since):
        return 0
    run, notice = _one_run(config, data, since.date(), now)
    try:
        run = _noted_and_told(config, data, run, notice, earlier, now)
    except (OSError, StoreError):
        # Without a record nobody can know what was told, so only the night's first hour tells.
        if notice and now - since < timedelta(hours=1):
            tell(config, data, notice, way_of_telling(config), now)
        return FAILED_IN_PART
    return 0 if run.done else FAILED_IN_PART


def _noted_and_told(
    config: Path,
    data: Path,
    run: NightRun,
    notice: Notice | None,
    earlier: Sequence[NightRun],
    now: datetime,
) -> NightRun:
    tries = 1 + sum(r.night == run.night for r in earlier)
    note_run(data, run)
    told = any(r.told for r in earlier if r.night == run.night)
    if notice and not told and not (run.again and tries < PATIENCE):
        run = _told(config, data, run, notice, now)
    write_log(data, _line(run, tries))
    return run


def record_by_hand(data: Path, night: Night, now: datetime) -> None:
    """Notes that the parent ran a night; where that cannot be kept, the night's page still counts."""
    with suppress(OSError):
        note_run(data, NightRun(now, night.exit_code, problem=_problem(night)))


def _one_run(config: Path, data: Path, day: date, now: datetime) -> tuple[NightRun, Notice | None]:
    try:
        night = run_night(config, data, now=now)
    except IepMailError as error:
        again = isinstance(error, StoreLocked)
        run = NightRun(now, error.exit_code, day, error.what, again)
        return run, notice_of_failure(day, error.what, error.remedy)
    except OSError as error:
        what = f"The system reported: {error.strerror or error}."
        return NightRun(now, 1, day, what, True), notice_of_failure(day, what, "")
    except Exception as error:  # nobody sits before a screen that could show it
        what = f"Something went wrong inside iep-mail ({type(error).__name__}). Nothing stored was lost."
        remedy = "Run it by hand and report what it says: iep-mail --verbose nightly"
        return NightRun(now, 1, day, what), notice_of_failure(day, what, remedy)
    unread = [r for r in night.reports if not r.complete]
    again = bool(unread) and not all(r.lasting for r in unread)
    matters = sum(f.kind not in QUIET for f in night.casebook.flags)
    notice = notice_of_night(
        day,
        matters,
        len(night.doubts),
        [r.account for r in unread],
        len(night.problems),
        night.digest,
    )
    return NightRun(now, night.exit_code, day, _problem(night), again), notice


def _problem(night: Night) -> str:
    """Of mailboxes in full; of the rest only that there is something, for it may quote a letter."""
    said = [f"{r.account}: {r.problem}" for r in night.reports if not r.complete]
    if night.problems:
        said.append("Something was not done; the page of that night says what.")
    return " ".join(said)


def _told(config: Path, data: Path, run: NightRun, notice: Notice, now: datetime) -> NightRun:
    way = way_of_telling(config)
    run = msgspec.structs.replace(run, told=way)
    note_told(data, run)  # before it is told: a second time would be worse than none
    if failed := tell(config, data, notice, way, now):
        run = msgspec.structs.replace(run, problem=f"{run.problem} {failed}".strip())
        note_told(data, run)
    return run


def _line(run: NightRun, tries: int) -> str:
    state = (
        "done" if run.result == 0 else "done, something wants the parent" if run.result == 10 else "failed"
    )
    told = f"; told: {run.told}" if run.told else ""
    more = f"; try {tries}" if tries > 1 else ""
    return (
        f"{run.ended.isoformat(timespec='seconds')} night of {run.night}: {state}{more}{told}. {run.problem}"
    )


# --- the system's scheduler -------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Schedule:
    """The entry in force: by what, at what local time of day, when next, and the last run of it."""

    by: str
    at: time
    next: datetime
    last: NightRun | None


def schedule_of(config: Path, data: Path, now: datetime) -> Schedule | None:
    """What is installed here for these places, None where nothing is. `now` is aware and local."""
    found = installed_anywhere(key_of(config, data))
    if found is None:
        return None
    scheduler, at = found
    last = next((r for r in reversed(night_runs(data)) if r.night), None)
    return Schedule(scheduler.name, at, next_time(now, at), last)


def key_of(config: Path, data: Path) -> str:
    """What tells the entry of these places from that of another family; "" for the usual places."""
    usual = (default_config(), default_data())
    if (config.resolve(), data.resolve()) == tuple(place.resolve() for place in usual):
        return ""
    places = f"{config.resolve()}\0{data.resolve()}"
    return hashlib.sha256(places.encode("utf-8", "surrogateescape")).hexdigest()[:8]


def plan_night(config: Path, data: Path, at: time) -> ScheduledNight:
    """Raises UsageError for a path that no scheduler takes."""
    places = ("--config", str(config.resolve()), "--data", str(data.resolve()))
    if any(ord(letter) < 32 for place in places for letter in place):
        raise UsageError(
            "The name of a folder holds a line break, which no scheduler takes.", "Give it another name."
        )
    return ScheduledNight((*this_program(), *places, "nightly"), at, user_id(), key_of(config, data))


def chosen_scheduler(name: str | None, key: str = "") -> Scheduler:
    """The one named, else the system's own. Raises UsageError where there is none."""
    return SCHEDULERS[name](key) if name else scheduler_here(key)


def install(config: Path, data: Path, at: time, name: str | None = None) -> tuple[Scheduler, tuple[str, ...]]:
    """Enters the night into the scheduler, in place of every earlier entry; with what will not work at
    night, one sentence each. Raises ConfigError where config.toml cannot be read, and UsageError."""
    warnings = unattended(load_config(config))
    night = plan_night(config, data, at)
    scheduler = chosen_scheduler(name, night.key)
    remove(config, data)
    scheduler.install(night)
    return scheduler, warnings


def remove(config: Path, data: Path) -> tuple[str, ...]:
    """Takes every entry for these places out; the names of the schedulers that had one."""
    found: list[str] = []
    while (entry := installed_anywhere(key_of(config, data))) and entry[0].name not in found:
        entry[0].remove()
        found.append(entry[0].name)
    return tuple(found)


def unattended(config: Config) -> tuple[str, ...]:
    """What a run that nobody starts will lack."""
    mailboxes = config.mailboxes
    said = [
        f"{m.address} takes its password from the environment variable {m.auth.variable}, which is not set at "
        "night. Keep it in the keyring, or name a command that prints it."
        for m in mailboxes
        if m.auth.method == "environment"
    ]
    if not mailboxes:
        said.append("config.toml names no mailbox, so a night has nothing to read: iep-mail account add")
    return tuple(said)
