"""One whole night: gather the mail, decide what it means, apply what follows.

It never sends. What it does outside the store (drafts into the Drafts folder) is journalled
first, so that a repeated or interrupted night has no second effect.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from iep_mail.adapters.credentials import password_for
from iep_mail.adapters.imap import poll_mailbox, put_draft
from iep_mail.adapters.store import Store, run_lock
from iep_mail.core.filing.relevance import is_possible_bounce, is_school_envelope
from iep_mail.core.letters.digest import render_digest
from iep_mail.core.letters.mail import draft_bytes
from iep_mail.core.reading.message import read_envelope
from iep_mail.errors import IepMailError
from iep_mail.jobs.workspace import Workspace, open_workspace
from iep_mail.model import (
    Address,
    Casebook,
    Draft,
    DraftStatus,
    Envelope,
    Family,
    FlagKind,
    Mailbox,
    MailboxReport,
    MailboxState,
)

DONE, SOMETHING_DUE, FAILED_IN_PART = 0, 10, 1

# Flags that only inform: a night with nothing else needs nothing of the parent.
QUIET = frozenset({FlagKind.DUE_SOON})

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Night:
    """How a night went. `exit_code` is that of `iep-mail nightly` (docs/data-formats.md)."""

    casebook: Casebook
    reports: tuple[MailboxReport, ...]
    mailboxes: tuple[MailboxState, ...]
    digest: str
    problems: tuple[str, ...] = ()

    @property
    def exit_code(self) -> int:
        if self.problems or not all(report.complete for report in self.reports):
            return FAILED_IN_PART
        return SOMETHING_DUE if any(f.kind not in QUIET for f in self.casebook.flags) else DONE


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
    with run_lock(data), open_workspace(config_path, data) as workspace:
        reports = tuple(_gather(workspace, mailbox, now, progress) for mailbox in workspace.config.mailboxes)
        today = as_of or workspace.day_of(now)
        book = workspace.casebook(today)
        problems = (*workspace.plan_problems, *_apply(workspace, book, now))
        mailboxes = workspace.mailboxes()
        digest = render_digest(
            book, workspace.family, mailboxes, workspace.digest_template(), calendar=workspace.calendar
        )
        _keep_digest(data, today, digest)
        workspace.store.backup(today)
        return Night(book, reports, mailboxes, digest, problems)


def _gather(
    workspace: Workspace, mailbox: Mailbox, now: datetime, progress: Progress | None
) -> MailboxReport:
    family = workspace.family

    def wanted(envelope: Envelope) -> bool:
        return is_school_envelope(envelope, family) or is_possible_bounce(envelope)

    try:
        report = poll_mailbox(
            mailbox,
            password_for(mailbox),
            workspace.store,
            terms=search_terms(family),
            wanted=wanted,
            read_envelope=read_envelope,
            progress=progress,
        )
    except IepMailError as error:
        report = MailboxReport(mailbox.address, False, problem=error.what, remedy=error.remedy)
    # The night's beginning is what is noted: mail that came in while it ran may not have been seen.
    workspace.store.note_mailbox_run(mailbox.address, now, now, report.complete, report.problem)
    return report


def search_terms(family: Family) -> tuple[str, ...]:
    """What a server is asked for: the school's domains, and addresses that lie on none of them."""
    domains = tuple(domain.lower() for domain in family.school.domains)
    others = [c.address.lower() for c in family.school.contacts] + sorted(family.portal_addresses)
    outside = [a for a in others if not any(a.endswith(("@" + d, "." + d)) for d in domains)]
    return tuple(dict.fromkeys((*domains, *outside)))


def _apply(workspace: Workspace, book: Casebook, now: datetime) -> tuple[str, ...]:
    if workspace.config.drafts != "mailbox":
        return ()
    problems = []
    for draft in book.drafts:
        if draft.status is DraftStatus.DRAFTED and not workspace.store.draft_delivered(draft.id):
            try:
                _deliver(workspace, draft, now)
            except IepMailError as error:
                problems.append(f"The draft “{draft.subject}” is not in your Drafts folder yet: {error.what}")
    return tuple(problems)


def _deliver(workspace: Workspace, draft: Draft, now: datetime) -> None:
    """Puts one draft into the Drafts folder, once: journalled before, searched for after any doubt."""
    mailbox = workspace.config.mailboxes[0]
    message_id = f"<iep-mail.{draft.id}@{mailbox.address.rpartition('@')[2]}>"
    sender = _sender(workspace.family, mailbox)
    store: Store = workspace.store
    store.journal_draft(draft.id, message_id, mailbox.address, "appending", now)
    put_draft(mailbox, password_for(mailbox), draft_bytes(draft, sender, message_id, now), message_id)
    store.journal_draft(draft.id, message_id, mailbox.address, "appended", now)


def _sender(family: Family, mailbox: Mailbox) -> Address:
    name = next(
        (p.name for p in family.parents if mailbox.address.lower() in map(str.lower, p.addresses)), ""
    )
    return Address(name, mailbox.address)


def _keep_digest(data: Path, today: date, digest: str) -> None:
    folder = data / "digests"
    folder.mkdir(mode=0o700, exist_ok=True)
    path = folder / f"{today.isoformat()}.txt"
    path.touch(mode=0o600)
    path.write_text(digest, encoding="utf-8")
