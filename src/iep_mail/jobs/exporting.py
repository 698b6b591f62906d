"""Taking everything elsewhere: mail as files, all of it as JSON, and backups that can be taken back."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from iep_mail.adapters.attachments import FOLDER as KEPT
from iep_mail.adapters.attachments import keep_content, kept_file, kept_files
from iep_mail.adapters.mail_files import read_json, write_eml, write_json, write_maildir, write_mbox
from iep_mail.adapters.portable import is_encrypted, read_backup, unpack, write_backup
from iep_mail.adapters.private_file import scratch_folder
from iep_mail.adapters.store import STORE_NAME, Store, run_lock
from iep_mail.errors import UsageError
from iep_mail.jobs.workspace import Workspace, identify
from iep_mail.model import RawMessage

_WRITERS = {"eml": write_eml, "maildir": write_maildir, "mbox": write_mbox}
FORMATS = (*_WRITERS, "json")
_KEPT = re.compile(rf"{KEPT}/([0-9a-f]{{64}})")


@dataclass(frozen=True, slots=True)
class Restored:
    messages: int
    kept: tuple[str, ...]  # configuration files that were there already and were left alone


def export(workspace: Workspace, form: str, out: Path, hashes: Sequence[str] | None = None) -> int:
    """Writes the messages with these hashes (all without them) to `out`; returns how many files or,
    for JSON, messages. Raises UsageError where `out` is there already."""
    if out.exists() and (out.is_file() or any(out.iterdir())):
        raise UsageError(f"{out} is there already.", "Name a new file or folder.")
    messages = _chosen(workspace, hashes)
    if form == "json":
        if hashes is not None:
            return write_json(out, messages, ())
        return write_json(out, messages, workspace.store.all_decisions(), kept_files(workspace.data))
    return _WRITERS[form](out, messages)


def _chosen(workspace: Workspace, hashes: Sequence[str] | None) -> Iterator[RawMessage]:
    wanted = None if hashes is None else set(hashes)
    return (m for m in workspace.store.raw_messages() if wanted is None or m.sha256 in wanted)


def back_up(workspace: Workspace, target: Path, passphrase: str | None = None) -> int:
    """Writes the store, the papers added by hand and the parent's own files (config.toml, plans,
    calendar, letters) into one file; returns how many."""
    if target.exists():
        raise UsageError(f"{target} is there already.", "Name a new file; backups are never written over.")
    workspace.store.seal()
    with run_lock(workspace.data), scratch_folder(workspace.data) as scratch:
        copy = scratch / STORE_NAME
        workspace.store.copy_to(copy)
        own = _own_files(workspace)
        files = {
            STORE_NAME: copy.read_bytes,
            **{f"config/{name}": path.read_bytes for name, path in own.items()},
            **{f"{KEPT}/{path.name}": path.read_bytes for path in kept_files(workspace.data)},
        }
        write_backup(target, files, passphrase, scratch)
    return len(files)


def _own_files(workspace: Workspace) -> dict[str, Path]:
    """The files beside config.toml that it names, and the parent's letters, by their place there."""
    config = Path(workspace.config.path)
    home = config.parent
    found = {"config.toml": config}
    named = [Path(path) for child in workspace.family.children for path in child.iep_paths]
    if workspace.config.calendar and "://" not in workspace.config.calendar:
        named.append(Path(workspace.config.calendar))
    named += sorted(path for path in workspace.own_templates.rglob("*") if path.is_file())
    for path in named:
        if path.is_file() and path.is_relative_to(home):
            found[path.relative_to(home).as_posix()] = path
    return found


def restore(source: Path, config: Path, data: Path, passphrase: str | None = None) -> Restored:
    """Takes a backup or a JSON export into an empty data folder. Configuration files that are there
    already are left alone. Raises UsageError and StoreError; then nothing was changed."""
    if (data / STORE_NAME).exists():
        with Store.open(data, identify) as store:
            empty = next(store.raw_messages(), None) is None and not store.all_decisions()
        if not empty:
            raise UsageError(
                f"{data} holds mail already.", "Name an empty data folder with --data; nothing was changed."
            )
    if source.suffix.lower() == ".json" and not is_encrypted(source):
        messages, decisions, papers = read_json(source)
        with run_lock(data), Store.open(data, identify) as store:
            for paper in papers:
                keep_content(paper, data)
            return Restored(store.restore(messages, decisions), ())
    return _restore_backup(source, config, data, passphrase)


def _restore_backup(source: Path, config: Path, data: Path, passphrase: str | None) -> Restored:
    with run_lock(data), scratch_folder(data) as scratch:
        with read_backup(source, passphrase, scratch) as archive:
            names = [n for n in archive.namelist() if n.startswith("config/") and ".." not in Path(n).parts]
            kept = []
            for name in names:
                place = config.parent / Path(name).relative_to("config")
                target = config if name == "config/config.toml" else place
                if target.exists():
                    kept.append(str(target))
                else:
                    unpack(archive, name, target)
            for ending in ("-wal", "-shm"):
                (data / (STORE_NAME + ending)).unlink(missing_ok=True)
            for name in archive.namelist():
                if found := _KEPT.fullmatch(name):
                    unpack(archive, name, kept_file(found[1], data))
            unpack(archive, STORE_NAME, data / STORE_NAME)
        with Store.open(data, identify) as store:
            return Restored(sum(1 for _ in store.raw_messages()), tuple(kept))
