"""The documents of a family: recognised among attachments, corrected by the parent, compared."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from iep_mail.adapters.iep_files import read_iep
from iep_mail.adapters.search_index import SearchIndex
from iep_mail.core.decisions.kinds import in_effect
from iep_mail.core.evidence.documents import SET_KIND, Document, Missing, documents, missing
from iep_mail.core.evidence.plan_changes import Beside, Change, beside, compare
from iep_mail.errors import UsageError
from iep_mail.jobs.searching import refresh
from iep_mail.jobs.workspace import Workspace
from iep_mail.model import Casebook, Decision, Iep


@dataclass(frozen=True, slots=True)
class Shelf:
    """The documents on record, and those that a parent should hold and does not."""

    documents: tuple[Document, ...]
    missing: tuple[Missing, ...]


@dataclass(frozen=True, slots=True)
class Compared:
    old: Iep
    new: Iep
    changes: tuple[Change, ...]
    beside: Beside


def shelf(
    workspace: Workspace, today: date, child: str | None = None, on_refresh: Callable[[], None] | None = None
) -> Shelf:
    """All documents, or those of one child; attachments are read where they have not been."""
    book = workspace.casebook(today)
    found = _documents(workspace, book, today, on_refresh)
    children = [child] if child else [c.name for c in workspace.family.children]
    first = min((m.sent_on for m in book.messages), default=today)
    lacking = missing(found, workspace.ieps, children, first, today)
    shown = tuple(d for d in found if child is None or d.child == child)
    return Shelf(shown, tuple(lacking))


def _documents(
    workspace: Workspace, book: Casebook, today: date, on_refresh: Callable[[], None] | None = None
) -> tuple[Document, ...]:
    with SearchIndex.open(workspace.data) as index:
        refresh(workspace, index, today, on_refresh)
        hashes = {a.sha256 for m in book.messages for a in m.message.attachments}
        words = {sha256: known[0] for sha256 in hashes if (known := index.attachment_text(sha256))}
    decided = in_effect(d for d in workspace.store.all_decisions() if workspace.day_of(d.at) <= today)
    return documents(book, words, workspace.family.children, decided)


def set_kind(
    workspace: Workspace, today: date, wanted: str, kind: str, now: datetime
) -> tuple[str, Decision]:
    """The parent's word on what an attachment is; returns its name. `wanted` begins its SHA-256."""
    book = workspace.casebook(today)
    hits = {
        a.sha256: a.name for m in book.messages for a in m.message.attachments if a.sha256.startswith(wanted)
    }
    if len(hits) != 1:
        raise UsageError(
            f"“{wanted}” fits more than one file." if hits else f"There is no attachment “{wanted}”.",
            "Its id is shown by: iep-mail documents --all",
        )
    ((sha256, name),) = hits.items()
    return name, workspace.decide(SET_KIND, sha256, kind, now)


def compare_plans(
    workspace: Workspace, today: date, files: tuple[Path, ...], child: str | None = None
) -> Compared:
    """Two plan files, or, without files, the child's last two plans. Raises UsageError where there are
    not two."""
    if files:
        plans = [plan for path in files for plan in _plans(path)]
        if len(files) != 2 or len(plans) < 2:
            raise UsageError(
                "Two plan files are needed.", "Name the older one first: iep-mail iep compare OLD NEW"
            )
        old, new = plans[0], plans[-1]
    else:
        mine = sorted(
            (p for p in workspace.ieps if child is None or p.child == child),
            key=lambda p: p.effective_from or date.min,
        )
        mine = [p for p in mine if (p.child, p.plan) == (mine[-1].child, mine[-1].plan)]
        if len(mine) < 2:
            raise UsageError(
                "Only one plan is on record, so there is nothing to compare.",
                "Read the older one in too (iep-mail iep import FILE.pdf), or name two files.",
            )
        old, new = mine[-2:]
    book = workspace.casebook(today)
    return Compared(old, new, compare(old, new), beside(new, book, _documents(workspace, book, today)))


def _plans(path: Path) -> tuple[Iep, ...]:
    file = read_iep(path)
    if file.mistakes:
        raise file.mistakes[0]
    return file.plans
