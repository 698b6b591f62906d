"""Telling the parent after a night: as a file, on the desktop, or by mail to themselves; once at most."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from pathlib import Path

from iep_mail.adapters.config import load_config
from iep_mail.adapters.desktop import notify
from iep_mail.adapters.private_file import write_private
from iep_mail.core.notice import Notice, notice_bytes
from iep_mail.errors import ConfigError, IepMailError
from iep_mail.jobs.sending import mail_to_oneself
from iep_mail.model import Address, Config

FILE, DESKTOP, MAIL = "file", "desktop", "mail"


def way_of_telling(config_path: Path) -> str:
    """What config.toml says; where it cannot be read, the desktop, which needs nothing of it."""
    try:
        return load_config(config_path).notice
    except ConfigError:
        return DESKTOP


def tell(config_path: Path, data: Path, notice: Notice, way: str, now: datetime) -> str:
    """Tells it; "" where that worked, else why not, in a sentence. The page is kept as a file in any case,
    unless the night has kept its own. What surely was not mailed is shown on the desktop instead: a password
    that was changed keeps the mail from being read and the parent from being told of it."""
    _keep(data, notice)
    if way == MAIL:
        try:
            return _by_mail(load_config(config_path), notice, now)
        except IepMailError as error:
            return f"{error.what} {error.remedy} {_on_the_desktop(notice)}".strip()
    return _on_the_desktop(notice) if way == DESKTOP else ""


def _on_the_desktop(notice: Notice) -> str:
    try:
        notify(notice.title, notice.line)
    except IepMailError as error:
        return f"{error.what} {error.remedy}".strip()
    return ""


def _keep(data: Path, notice: Notice) -> None:
    path = data / "digests" / f"{notice.night.isoformat()}.txt"
    if notice.page and not path.exists():
        with suppress(OSError):  # a full disk is no reason to keep silent
            write_private(path, notice.page)


def _by_mail(config: Config, notice: Notice, now: datetime) -> str:
    mailbox = config.notice_mailbox
    if mailbox is None:
        raise IepMailError(
            "No mailbox of yours can send, so the page was not mailed.",
            "Add smtp to a mailbox in config.toml.",
        )
    name = next(
        (p.name for p in config.family.parents if mailbox.address.lower() in map(str.lower, p.addresses)), ""
    )
    sent = mail_to_oneself(config, mailbox, notice_bytes(notice, Address(name, mailbox.address), now))
    return "" if sent else "It is not certain whether the page was mailed to you; it is not mailed again."
