"""The checks of doctor that look at this computer alone; each says what one part is like."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from iep_mail.adapters.machine import free_bytes, keyring_problem, open_to_others, zone_offset
from iep_mail.adapters.night_log import NightRun
from iep_mail.adapters.store import STORE_NAME
from iep_mail.core.letters.iep import facts_in_force
from iep_mail.core.tracking.school_days import build_calendar
from iep_mail.jobs.backup_trial import try_backup
from iep_mail.jobs.integrity import check as check_store
from iep_mail.jobs.letters import check_own_templates
from iep_mail.jobs.plan import plans_of
from iep_mail.jobs.scheduling import schedule_of, unattended
from iep_mail.jobs.workspace import Workspace, calendar_of
from iep_mail.model import Config, Mailbox

CLOCK_OFF = timedelta(minutes=5)

_COVERED_DAYS = 30
_LEAST_FREE = 500_000_000  # bytes
_STALE = timedelta(hours=48)
_BACKUP_DAYS = 7


@dataclass(frozen=True, slots=True)
class Check:
    """What one part is like. `state`: well, wrong, or note, which wants nothing but is worth knowing."""

    part: str
    state: str
    says: str
    remedy: str = ""


# --- what the family wrote --------------------------------------------------------------------


def check_calendar(config: Config, data: Path, today: date) -> Check:
    part, calendar = "school calendar", build_calendar(calendar_of(config, data).events)
    remedy = "Get the district's calendar as an .ics file or address: [school] calendar in config.toml."
    if not config.calendar:
        return Check(part, "wrong", "None is named, so school days are estimated.", remedy)
    if calendar.last_day is None or calendar.first_day is None:
        return Check(
            part,
            "wrong",
            "It does not say when school begins and ends, so school days are estimated.",
            remedy,
        )
    days, last = (
        len(calendar.closed),
        f"{calendar.last_day:%B} {calendar.last_day.day}, {calendar.last_day:%Y}",
    )
    if (calendar.last_day - today).days < _COVERED_DAYS:
        ends = "ended" if calendar.last_day < today else "ends"
        return Check(
            part,
            "wrong",
            f"It {ends} on {last}; days after that are estimated.",
            "When the next school year's is out, put it in its place: [school] calendar in config.toml.",
        )
    return Check(part, "well", f"It reaches to {last}, with {days} days without school.")


def check_plans(config: Config, today: date) -> Iterator[Check]:
    plans, problems = plans_of(config.family)
    for problem in problems:
        yield Check("plan", "wrong", problem, "iep-mail iep check names every mistake.")
    for child in config.family.children:
        part = f"plan of {child.name}"
        found = facts_in_force(plans, child.name, today)
        if found:
            granted = ", ".join(
                _counted(sum(len(getattr(plan, f"{what}s")) for plan in found), what)
                for what in ("service", "accommodation", "goal")
            )
            yield Check(part, "well", f"In force today: {granted}.")
        elif child.iep_paths:
            yield Check(
                part,
                "wrong",
                "None of its facts is in force today, so no letter can quote it.",
                "Read the newest plan in: iep-mail iep import FILE",
            )
        else:
            yield Check(
                part,
                "note",
                "No plan is named, so letters leave a blank where they would quote it.",
                "If there is one: iep-mail iep import FILE",
            )


def check_templates(config_path: Path) -> Check:
    part = "letters"
    checked = check_own_templates(config_path.resolve().parent / "templates")
    wrong = [file.path.name for file in checked if file.mistakes]
    if wrong:
        return Check(
            part,
            "wrong",
            f"{', '.join(wrong)}: cannot be used, so the built-in one is.",
            "iep-mail templates check names the mistakes.",
        )
    own = f"{len(checked)} of your own, without a mistake." if checked else "The built-in ones are used."
    return Check(part, "well", own)


def check_time_zone(config: Config, now: datetime) -> Check:
    zone = config.family.timezone
    hours = zone_offset(zone, now).total_seconds() / 3600
    if hours:
        ahead = f"{_counted(abs(hours), 'hour')} {'ahead of' if hours > 0 else 'behind'}"
        return Check(
            "time zone",
            "note",
            f"This computer's clock is set {ahead} {zone}, in which days are counted.",
            "If you are not travelling: set the computer's time zone, or [family] timezone in config.toml.",
        )
    return Check("time zone", "well", f"Days are counted in {zone}, as this computer does.")


# --- what is kept -----------------------------------------------------------------------------


def check_last_night(workspace: Workspace, runs: Sequence[NightRun], now: datetime) -> Check:
    part, last = "last night", runs[-1] if runs else None
    unread = [m for m in workspace.config.mailboxes if not _fresh(workspace, m, now)]
    if last and not last.done:
        return Check(
            part,
            "wrong",
            f"It ran on {_moment(last.ended)} and did not go well. {last.problem}".strip(),
            "Once what is marked here is mended: iep-mail nightly",
        )
    if unread:
        names = ", ".join(m.address for m in unread)
        return Check(
            part, "wrong", f"Not read to the end within two days: {names}.", "Read it now: iep-mail nightly"
        )
    if last is None:
        return Check(part, "note", "No night is on record.", "iep-mail nightly")
    found = "something wants you: iep-mail digest" if last.result == 10 else "nothing was due"
    return Check(part, "well", f"It ran on {_moment(last.ended)}; {found}.")


def _fresh(workspace: Workspace, mailbox: Mailbox, now: datetime) -> bool:
    read = [s.read_at for s in workspace.mailboxes() if s.account == mailbox.address]
    return any(at is not None and now - at < _STALE for at in read)


def check_received(workspace: Workspace, now: datetime) -> Check:
    newest = workspace.store.newest_received()
    if newest is not None and newest - now > CLOCK_OFF:
        return Check(
            "clock",
            "wrong",
            f"Mail came in at {_moment(newest)} by the mail server's clock, which lies ahead of this computer's.",
            "Set this computer's clock: days are counted by it.",
        )
    return Check("clock", "well", "It does not lie behind the mail server's.")


def check_kept(workspace: Workspace) -> Check:
    checked = check_store(workspace)
    if checked.good:
        return Check(
            "what is kept", "well", f"Whole: {checked.chain.links} links of the chain are as written."
        )
    said = " ".join(filter(None, [checked.chain.broken, *checked.problems[:2]]))
    remedy = f"Do not delete anything; the copies of {workspace.data / 'backups'} are older states of it."
    return Check("what is kept", "wrong", said, remedy)


def check_backup(workspace: Workspace, today: date) -> Check:
    part, trial = "backup", try_backup(workspace, today)
    if trial is None:
        return Check(part, "wrong", "There is none yet.", "Each night makes one: iep-mail nightly")
    if trial.problem:
        return Check(
            part,
            "wrong",
            f"The newest, of {trial.day}, is no good. {trial.problem}",
            "The next night makes a new one: iep-mail nightly. Keep the older ones until then.",
        )
    if (today - trial.day).days > _BACKUP_DAYS:
        return Check(
            part, "wrong", f"The newest is of {trial.day}.", "Each night makes one: iep-mail nightly"
        )
    return Check(
        part,
        "well",
        f"The newest, of {trial.day}, was restored to a temporary place: {trial.messages} messages, and the "
        "same follows from them.",
    )


# --- the computer -----------------------------------------------------------------------------


def check_permissions(config_path: Path, data: Path) -> Check:
    part, wide = "permissions", open_to_others(config_path, data)
    if wide:
        more = f" and {len(wide) - 1} more" if len(wide) > 1 else ""
        return Check(
            part,
            "wrong",
            f"Others on this computer may read {wide[0]}{more}.",
            "Close it to them: iep-mail doctor --close",
        )
    return Check(part, "well", "Only you can read what iep-mail keeps.")


def check_disk(data: Path) -> Check:
    try:
        free = free_bytes(data)
    except OSError as error:
        return Check(
            "disk", "wrong", f"{data} cannot be looked at: {error.strerror}.", "Name another with --data."
        )
    store = data / STORE_NAME
    needed = max(_LEAST_FREE, 3 * store.stat().st_size if store.is_file() else 0)
    said = f"{free / 1e9:.1f} GB free where {data} lies"
    if free < needed:
        return Check("disk", "wrong", f"Only {said}.", f"Make room: {needed / 1e9:.1f} GB is safe.")
    return Check("disk", "well", f"{said}.")


def check_schedule(config: Config | None, config_path: Path, data: Path, now: datetime) -> Check:
    part, found = "schedule", schedule_of(config_path, data, now.astimezone())
    if found is None:
        return Check(
            part, "wrong", "iep-mail does not run by itself.", "To let it: iep-mail schedule install"
        )
    said = f"Every night at {found.at:%H:%M}, by {found.by}"
    lacking = unattended(config) if config else ()
    if lacking:
        return Check(part, "wrong", f"{said}, but: {lacking[0]}", "Change auth for it in config.toml.")
    if found.last is None:
        return Check(part, "note", f"{said}; it has not run yet.", f"Next: {_moment(found.next)}.")
    if now - found.last.ended > _STALE:
        return Check(
            part,
            "wrong",
            f"{said}, but it last ran on {_moment(found.last.ended)}.",
            "If the computer was on since, enter it anew: iep-mail schedule install",
        )
    return Check(part, "well", f"{said}; it last ran on {_moment(found.last.ended)}.")


def check_keyring(config: Config) -> Check:
    wanted = [m.address for m in config.mailboxes if m.auth.method in ("keyring", "oauth2")]
    problem = keyring_problem()
    if not problem:
        return Check("keyring", "well", "It can be used.")
    if wanted:
        remedy = "Install one (for example gnome-keyring), or name a command that prints the password, in config.toml."
        return Check("keyring", "wrong", f"{problem} {', '.join(wanted)} needs it.", remedy)
    return Check("keyring", "note", f"{problem} No mailbox of yours needs it.")


def _counted(number: float, what: str) -> str:
    return f"{number:g} {what}{'' if number == 1 else 's'}"


def _moment(at: datetime) -> str:
    local = at.astimezone()
    return f"{local:%B} {local.day}, {local:%H:%M}"
