"""The configuration as it is checked, and the school's people added to it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from iep_mail.adapters import config_writer
from iep_mail.adapters.config import load_config
from iep_mail.core.pages.people import Unknown, unknown_people
from iep_mail.errors import ConfigError, UsageError
from iep_mail.jobs.plan import Finding, check_plans
from iep_mail.jobs.workspace import Workspace
from iep_mail.model import Contact, FiledMessage, Iep

_ADDRESS = re.compile(r"[^\s@<>,;\"]+@[^\s@<>,;\"]+\.[^\s@<>,;\".]+")
_LONGEST = 200


@dataclass(frozen=True, slots=True)
class Settings:
    """What is wrong or doubtful in the parent's files, and who is not in them yet."""

    plans: tuple[tuple[Path, tuple[Iep, ...], tuple[Finding, ...]], ...]
    notes: tuple[str, ...]
    unknown: tuple[Unknown, ...]


def settings_of(workspace: Workspace, messages: Sequence[FiledMessage]) -> Settings:
    return Settings(
        check_plans(workspace.family),
        tuple(n for n in workspace.rules.notes if n not in workspace.plan_problems),
        unknown_people(messages, workspace.family),
    )


def add_contact(config_path: Path, contact: Contact) -> None:
    """Adds somebody of the school to config.toml. Raises UsageError where they are there already or the
    address is none, ConfigError where the file would no longer be right; nothing is changed then."""
    clean = Contact(
        *(" ".join(part.split())[:_LONGEST] for part in (contact.address, contact.name, contact.role))
    )
    clean = Contact(clean.address.lower(), clean.name, clean.role)
    if not _ADDRESS.fullmatch(clean.address) or not clean.address.isprintable():
        raise UsageError(f"“{clean.address}” is not a mail address.", "Nothing was changed.")
    if load_config(config_path).family.contact(clean.address):
        raise UsageError(f"{clean.address} is among the contacts already.", "Nothing was changed.")
    if not config_writer.add_contact(config_path, clean):
        raise ConfigError(
            f"{config_path.name} could not be changed by itself.", "Add the contact in a text editor."
        )


def remove_contact(config_path: Path, address: str) -> None:
    """Takes a contact out of config.toml. Raises UsageError where there is none with this address."""
    if not config_writer.remove_contact(config_path, address.strip().lower()):
        raise UsageError(f"No contact has the address {address}.", "Nothing was changed.")
