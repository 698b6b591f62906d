"""The newest backup, restored to a temporary place and compared with the store."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from iep_mail.adapters.backup import backups
from iep_mail.adapters.sqlite_file import explained, make_private_file, make_private_folder
from iep_mail.adapters.store import STORE_NAME, Store
from iep_mail.core.casebook import build_casebook
from iep_mail.core.dump import dump_casebook
from iep_mail.core.reading.message import READER_VERSION
from iep_mail.errors import StoreError
from iep_mail.jobs.workspace import Workspace, identify, read_raw
from iep_mail.model import Decision, Journal, Message


@dataclass(frozen=True, slots=True)
class BackupTrial:
    """`problem` says in one sentence why the backup is no good, "" where it is."""

    path: Path
    day: date
    messages: int = 0
    problem: str = ""


def try_backup(workspace: Workspace, today: date) -> BackupTrial | None:
    """Restores the newest backup beside the store, checks its hash chain, and computes from it what the
    store gives for the same mail and decisions. None where there is no backup."""
    newest = next(iter(backups(workspace.data / "backups")), None)
    if newest is None:
        return None
    trial = BackupTrial(newest, date.fromisoformat(newest.stem.removeprefix("iep-mail-")))
    try:
        with tempfile.TemporaryDirectory(dir=workspace.data, prefix="doctor-") as scratch:
            place = Path(scratch) / "restored"
            make_private_folder(place)
            with explained(newest):
                make_private_file(place / STORE_NAME)
                shutil.copyfile(newest, place / STORE_NAME)
            with Store.open(place, identify) as restored:
                return _compared(trial, restored, workspace, today)
    except (StoreError, OSError) as error:
        return replace(trial, problem=error.what if isinstance(error, StoreError) else str(error))


def _compared(trial: BackupTrial, restored: Store, workspace: Workspace, today: date) -> BackupTrial:
    chain = restored.check_chain()
    if chain.broken:
        return replace(trial, problem=f"Its hash chain is broken: {chain.broken}")
    workspace.store.seal()
    if not workspace.store.holds_link(restored.last_link()):
        return replace(trial, problem="It is not an earlier state of what iep-mail keeps now.")
    messages = restored.readings(READER_VERSION, read_raw)
    decisions, journal = restored.all_decisions(), restored.outbox.journal()
    known = {message.sha256: message for message in messages}
    now = [replace(m, folders=known[m.sha256].folders) for m in workspace.messages() if m.sha256 in known]
    if len(now) != len(known):
        return replace(trial, problem="It holds mail that iep-mail no longer has.")
    taken = {decision.id for decision in decisions}
    kept = tuple(d for d in workspace.store.all_decisions() if d.id in taken)
    then, since = (
        (messages, decisions, journal),
        (now, kept, _as_of(workspace.store.outbox.journal(), journal)),
    )
    # What follows is computed by a pure function: from the same it is the same, without computing it.
    if then != since and _dump(workspace, *then, today) != _dump(workspace, *since, today):
        return replace(trial, problem="What follows from it is not what follows from the store.")
    return replace(trial, messages=len(known))


def _as_of(journal: Journal, earlier: Journal) -> Journal:
    """The journal with only what the earlier one holds too."""
    versions, entries = ({item.id for item in items} for items in (earlier.versions, earlier.entries))
    approvals = {approval.binding for approval in earlier.approvals}
    return Journal(
        tuple(v for v in journal.versions if v.id in versions),
        tuple(e for e in journal.entries if e.id in entries),
        tuple(a for a in journal.approvals if a.binding in approvals),
    )


def _dump(
    workspace: Workspace,
    messages: Sequence[Message],
    decisions: Sequence[Decision],
    journal: Journal,
    today: date,
) -> object:
    book = build_casebook(
        messages, decisions, workspace.ieps, workspace.calendar, workspace.rules, today, (), journal
    )
    return dump_casebook(book)
