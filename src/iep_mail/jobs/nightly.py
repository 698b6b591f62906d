"""One whole night: gather the mail, decide what it means, apply what follows.

It never sends. What it does outside the store (drafts into the Drafts folder, the copy of a sent
letter into Sent) is journalled, so that a repeated or interrupted night has no second effect.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from iep_mail.adapters.private_file import clear_scratch, write_private
from iep_mail.adapters.store import run_lock
from iep_mail.errors import CertificateError, IepMailError, LoginError, StoreError
from iep_mail.jobs.case_folders import file_in_folders
from iep_mail.jobs.gathering import Progress, poll
from iep_mail.jobs.mailbox_drafts import follow_drafts, place_drafts
from iep_mail.jobs.page import morning_page
from iep_mail.jobs.sent_copies import tidy_outbox
from iep_mail.jobs.workspace import Workspace, open_workspace
from iep_mail.model import Casebook, FlagKind, Mailbox, MailboxReport, MailboxState

DONE, SOMETHING_DUE, FAILED_IN_PART = 0, 10, 1

# Flags that only inform: a night with nothing else needs nothing of the parent.
QUIET = frozenset({FlagKind.DUE_SOON})


@dataclass(frozen=True, slots=True)
class Night:
    """How a night went. `exit_code` is that of `iep-mail nightly` (docs/data-formats.md)."""

    casebook: Casebook
    reports: tuple[MailboxReport, ...]
    mailboxes: tuple[MailboxState, ...]
    digest: str
    problems: tuple[str, ...] = ()  # what was not done
    notices: tuple[str, ...] = ()  # what was done and is still worth knowing
    doubts: tuple[str, ...] = ()  # letters of which it is not certain whether, or how, they left

    @property
    def exit_code(self) -> int:
        if self.problems or not all(report.complete for report in self.reports):
            return FAILED_IN_PART
        due = self.doubts or any(f.kind not in QUIET for f in self.casebook.flags)
        return SOMETHING_DUE if due else DONE


def run_night(
    config_path: Path,
    data: Path,
    *,
    now: datetime,
    as_of: date | None = None,
    progress: Progress | None = None,
) -> Night:
    """The whole run. `now` is an aware time; `as_of` computes for another day than today's.

    Raises ConfigError, StoreError and StoreLocked; a mailbox that cannot be read does not raise but
    is told in the digest, and the rest of the night is done.
    """
    with run_lock(data), open_workspace(config_path, data, refresh=True) as workspace:
        clear_scratch(data)
        reports = tuple(_gather(workspace, mailbox, now, progress) for mailbox in workspace.config.mailboxes)
        down = frozenset(report.account for report in reports if not report.folders)
        doubts = tidy_outbox(workspace, now, down)
        unseen = follow_drafts(workspace, now, down)
        book = workspace.casebook(as_of or workspace.day_of(now))
        problems = (
            *unseen,
            *place_drafts(workspace, book, now, down),
            *file_in_folders(workspace, book, now, down),
            *_back_up(workspace, now),
        )
        notices = tuple(n for report in reports for n in _notices(report))
        digest, problems = morning_page(workspace, book, problems, (*doubts, *notices))
        problems = (*workspace.plan_problems, *problems, *_keep_digest(workspace, book.as_of, digest))
        return Night(book, reports, workspace.mailboxes(), digest, problems, notices, doubts)


def _gather(
    workspace: Workspace, mailbox: Mailbox, now: datetime, progress: Progress | None
) -> MailboxReport:
    try:
        report = poll(workspace, mailbox, progress=progress)
    except StoreError:
        raise  # what cannot be kept must not be read
    except IepMailError as error:
        lasting = isinstance(error, LoginError | CertificateError)
        report = MailboxReport(mailbox.address, False, (), error.what, error.remedy, lasting)
    # The night's beginning is what is noted: mail that came in while it ran may not have been seen.
    workspace.store.note_mailbox_run(mailbox.address, now, now, report.complete, report.problem)
    return report


def _notices(report: MailboxReport) -> tuple[str, ...]:
    """What is odd about folders that were read all the same: suddenly empty, or gone."""
    odd = (folder.problem for folder in report.folders if folder.problem and folder.problem != report.problem)
    return tuple(f"{report.account}: {problem}" for problem in odd)


def _back_up(workspace: Workspace, now: datetime) -> tuple[str, ...]:
    """A copy of the store under the day of the run, whatever day it looks at."""
    try:
        workspace.store.seal()
        workspace.store.backup(workspace.day_of(now))
    except StoreError as error:
        return (f"Tonight's backup could not be made. {error.what} {error.remedy}",)
    return ()


def _keep_digest(workspace: Workspace, day: date, digest: str) -> tuple[str, ...]:
    path = workspace.data / "digests" / f"{day.isoformat()}.txt"
    try:
        write_private(path, digest)
    except OSError as error:
        return (f"This page could not be kept as {path}: {error.strerror or error}.",)
    return ()
