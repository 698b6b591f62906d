"""Whether every part of iep-mail works on this computer, and what to do where one does not.

Each check is a function of its own that says what it found; none of them changes anything outside of a
temporary place, and none waits longer than its time for a network that does not answer.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from iep_mail.adapters.config import load_config
from iep_mail.adapters.night_log import night_runs
from iep_mail.adapters.store import STORE_NAME, Store
from iep_mail.errors import ConfigError, IepMailError
from iep_mail.jobs.doctor_checks import (
    Check,
    check_backup,
    check_calendar,
    check_disk,
    check_kept,
    check_keyring,
    check_last_night,
    check_permissions,
    check_plans,
    check_received,
    check_schedule,
    check_templates,
    check_time_zone,
)
from iep_mail.jobs.doctor_network import Asked
from iep_mail.jobs.workspace import Workspace, identify
from iep_mail.model import Config

__all__ = ["Check", "examine"]

SECONDS = 12.0  # for everything on the network together


def examine(config_path: Path, data: Path, *, now: datetime, seconds: float = SECONDS) -> Iterator[Check]:
    """Every check, in the order in which a parent would mend things. `now` is aware; within `seconds` the
    servers have answered or are said not to have."""
    try:
        config = load_config(config_path)
    except ConfigError as error:
        yield Check("configuration", "wrong", error.what, error.remedy)
        yield Check("the rest", "note", "What depends on the configuration could not be looked at.")
        yield from _of_the_computer(None, config_path, data, now)
        return
    children = ", ".join(child.name for child in config.family.children) or "no child"
    yield Check("configuration", "well", f"{config_path}: {children}.")
    asked = Asked(config, data, seconds)
    yield from _of_the_family(config, config_path, data, now, asked)
    yield from _of_the_computer(config, config_path, data, now)
    yield check_keyring(config)
    yield from asked.mailboxes()
    yield from asked.clock(now)


def _of_the_computer(config: Config | None, config_path: Path, data: Path, now: datetime) -> Iterator[Check]:
    yield check_permissions(config_path, data)
    yield check_disk(data)
    yield check_schedule(config, config_path, data, now)


def _of_the_family(
    config: Config, config_path: Path, data: Path, now: datetime, asked: Asked
) -> Iterator[Check]:
    yield check_templates(config_path)
    yield check_time_zone(config, now)
    today = now.astimezone(ZoneInfo(config.family.timezone)).date()
    if problem := asked.calendar_problem():
        yield problem
        config = replace(config, calendar=None)  # the rest can be looked at without it
    else:
        yield check_calendar(config, data, today)
    yield from check_plans(config, today)
    if not (data / STORE_NAME).is_file():
        yield Check("last night", "wrong", "No mail was read yet.", "Read it now: iep-mail nightly")
        return
    try:
        with Store.open(data, identify) as store:
            workspace = Workspace(config, data, store)
            yield check_last_night(workspace, night_runs(data), now)
            yield check_received(workspace, now)
            yield check_kept(workspace)
            yield check_backup(workspace, today)
    except IepMailError as error:
        yield Check("what is kept", "wrong", error.what, error.remedy)
