"""A parent's mailbox with a letter to send, for the tests of what leaves and what does not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from home import EVENING, PASSWORD, ROSA, Home
from iep_mail.adapters.smtp import SmtpLimits
from iep_mail.jobs.approving import approve_letter, fill_blanks
from iep_mail.jobs.sending import SendResult, queue_letters, send_due
from iep_mail.jobs.workspace import Workspace, open_workspace
from iep_mail.model import Draft
from servers.box import Box

QUICK = SmtpLimits(connect_seconds=2, command_seconds=1, final_seconds=1)


@dataclass
class Desk:
    """One family's program as the jobs see it. Every call opens it anew, as a new process would."""

    config: Path
    data: Path
    now: datetime = EVENING
    clock: list[datetime] = field(default_factory=list)

    @contextmanager
    def open(self) -> Iterator[Workspace]:
        with open_workspace(self.config, self.data) as workspace:
            yield workspace

    def tick(self) -> datetime:
        self.now += timedelta(milliseconds=1)
        return self.now

    def drafts(self) -> tuple[Draft, ...]:
        with self.open() as workspace:
            return workspace.casebook(workspace.day_of(self.now)).drafts

    def draft(self, draft_id: str) -> Draft:
        return next(d for d in self.drafts() if d.id == draft_id)

    def first(self) -> Draft:
        """The letter about the speech question, ready to be approved."""
        return next(d for d in self.drafts() if "Speech" in d.subject)

    def approve(self, draft_id: str) -> None:
        with self.open() as workspace:
            draft = next(d for d in workspace.casebook(workspace.day_of(self.now)).drafts if d.id == draft_id)
            if draft.blanks:
                fill_blanks(workspace, draft_id, {b.name: "January 12" for b in draft.blanks}, self.tick())
            approve_letter(workspace, draft_id, self.tick())

    def send(self, *ids: str, **options: object) -> Sequence[SendResult]:
        with self.open() as workspace:
            if ids:
                queue_letters(workspace, ids, self.tick(), at_once=True)
            return send_due(workspace, self.tick, limits=QUICK, **options)  # type: ignore[arg-type]


def desk_of(home: Home, box: Box, **nightly: str) -> Desk:
    """The story of tests/world.py imported, and the mailbox configured."""
    home.import_story()
    home.configure(box, **nightly)
    return Desk(home.config, home.data)


__all__ = ["PASSWORD", "QUICK", "ROSA", "Desk", "desk_of"]
