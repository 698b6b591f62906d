"""The school's messages copied into a folder for each case, where config.toml asks for it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from iep_mail.adapters.credentials import password_for
from iep_mail.adapters.filed_copies import FiledCopy
from iep_mail.adapters.imap.filing import CaseFolders, Mark, case_folders
from iep_mail.core.filing.case_folders import FolderPlan, folder_names, plan_folders
from iep_mail.errors import IepMailError, StoreError
from iep_mail.jobs.workspace import Workspace
from iep_mail.model import Casebook, Mailbox


def file_in_folders(
    workspace: Workspace, book: Casebook, now: datetime, unreachable: frozenset[str] = frozenset()
) -> tuple[str, ...]:
    """Copies what was not copied yet, and follows cases that were renamed, merged or moved; returns what
    could not be done, one sentence each. Does nothing where config.toml has `filing = "store"`, or for a
    past day: what lies in the folders stays then.
    """
    if workspace.config.filing != "folders" or book.as_of < workspace.day_of(now):
        return ()
    problems = []
    for mailbox in workspace.config.mailboxes:
        if mailbox.address in unreachable:
            continue
        try:
            _file(workspace, book, mailbox)
        except StoreError:
            raise
        except IepMailError as error:
            problems.append(
                f"Not every message is in its IEP folder yet. {error.what} {error.remedy}".strip()
            )
    return tuple(problems)


def _file(workspace: Workspace, book: Casebook, mailbox: Mailbox) -> None:
    account, kept = mailbox.address, workspace.store.filed
    places = _places(workspace, book, account)
    filed, had = kept.copies(account), kept.folders(account)
    known = {sha for sha in filed if sha in {m.message.sha256 for m in book.messages if m.case}}
    cases = {m.message.sha256: m.case for m in book.messages if m.case}
    wanted = {sha: case for sha, case in cases.items() if case and (sha in places or sha in known)}
    names = {c: n for c, n in folder_names(book.cases).items() if c in set(wanted.values()) or c in had}
    lies = {sha: copy.folder for sha, copy in filed.items()}
    if not _anything(plan_folders(names, wanted, had, lies, set(had.values()))) and names == had:
        return
    with case_folders(mailbox, password_for(mailbox)) as folders:
        plan = plan_folders(names, wanted, had, lies, folders.names)
        for old, new in plan.renames:
            folders.rename(old, new)
            kept.note_rename(account, old, new)
        for (old, new), messages in plan.moves.items():
            marks = [Mark(filed[sha].message_id, filed[sha].size) for sha in messages]
            folders.move(marks, old, new)
            moved = {sha: FiledCopy(sha, new, filed[sha].message_id, filed[sha].size) for sha in messages}
            kept.note_copies(account, moved)
        for name, messages in plan.copies.items():
            _copy(workspace, account, folders, name, {sha: places[sha] for sha in messages})
        for name in plan.left:
            folders.remove_empty(name)
    kept.note_folders(account, names)


def _anything(plan: FolderPlan) -> bool:
    return bool(plan.renames or plan.moves or plan.copies or plan.left)


def _copy(
    workspace: Workspace,
    account: str,
    folders: CaseFolders,
    name: str,
    places: Mapping[str, tuple[str, int, int]],
) -> None:
    by_folder: dict[tuple[str, int], dict[int, str]] = {}
    for sha, (folder, uidvalidity, uid) in places.items():
        by_folder.setdefault((folder, uidvalidity), {})[uid] = sha
    for (folder, uidvalidity), shas in by_folder.items():
        done = folders.copy(folder, uidvalidity, sorted(shas), name)
        copies = {
            shas[uid]: FiledCopy(shas[uid], name, mark.message_id, mark.size) for uid, mark in done.items()
        }
        workspace.store.filed.note_copies(account, copies)


def _places(workspace: Workspace, book: Casebook, account: str) -> dict[str, tuple[str, int, int]]:
    """Where each message of a case lies in this mailbox: folder, UIDVALIDITY, UID.

    Of a message in several folders one is enough; a copy with other bytes has the same Message-ID.
    """
    places = workspace.store.places(account)
    by_id: dict[str, str] = {}
    for message in workspace.messages():
        if message.message_id and message.sha256 in places:
            by_id.setdefault(message.message_id, message.sha256)
    found = {}
    for filed in book.messages:
        sha = filed.message.sha256
        other = sha if sha in places else by_id.get(filed.message.message_id, "")
        if filed.case and other in places:
            found[sha] = places[other]
    return found
