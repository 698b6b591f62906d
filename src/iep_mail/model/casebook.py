"""Everything computed, as of a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from iep_mail.model.cases import Case, Flag, Ladder, Resolution, SplitSuggestion
from iep_mail.model.decisions import DecisionReport
from iep_mail.model.drafts import Draft
from iep_mail.model.findings import Observation
from iep_mail.model.log import LogEntry, LogRow
from iep_mail.model.messages import FiledMessage, Thread, correspondence
from iep_mail.model.tracking import Commitment, Duty, ParentDeadline, Request


@dataclass(frozen=True, slots=True, kw_only=True)
class Casebook:
    """All that follows from messages and decisions, as of a day."""

    as_of: date
    messages: tuple[FiledMessage, ...]
    threads: tuple[Thread, ...]
    cases: tuple[Case, ...]
    requests: tuple[Request, ...]
    commitments: tuple[Commitment, ...]
    flags: tuple[Flag, ...]
    drafts: tuple[Draft, ...]
    observations: tuple[Observation, ...] = ()
    deadlines_of_parent: tuple[ParentDeadline, ...] = ()
    ladders: tuple[Ladder, ...] = ()  # one for each case, in their order
    duties: tuple[Duty, ...] = ()  # what the school owes without being asked
    resolutions: tuple[Resolution, ...] = ()
    notes: tuple[str, ...] = ()  # what the parent should know about how this was computed
    entries: tuple[LogEntry, ...] = ()
    log: tuple[LogRow, ...] = ()
    decisions: tuple[DecisionReport, ...] = ()
    suggestions: tuple[SplitSuggestion, ...] = ()

    def message(self, sha256: str) -> FiledMessage:
        return correspondence(self.messages).by_sha[sha256]
