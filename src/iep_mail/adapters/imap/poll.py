"""One night's reading of one mailbox; nothing in the mailbox ever changes by it."""

from __future__ import annotations

import ssl
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from imapclient.exceptions import IMAPClientError

from iep_mail.adapters.imap.connection import TRY_LATER, Dropped, Limits, Session, Stopped, connected
from iep_mail.adapters.imap.fetch import Header, batches, fetch_bodies, fetch_headers
from iep_mail.adapters.imap.folders import Status, folders_to_read, list_folders
from iep_mail.adapters.imap.safety import safe
from iep_mail.adapters.imap.search import all_uids, search_terms
from iep_mail.errors import MailboxError
from iep_mail.model import (
    Envelope,
    FetchedBatch,
    FolderPosition,
    FolderReport,
    Mailbox,
    MailboxReport,
    MailMemory,
)

_TRIES = 4
_TRIES_OF_A_FOLDER = 2
_LIST = "(folders)"  # stands for the list of folders itself
_UNFETCHED = "The mail server did not hand over every message of {}; iep-mail asks again next time."


@dataclass(frozen=True, slots=True)
class _Job:
    account: str
    memory: MailMemory
    terms: frozenset[str]
    wanted: Callable[[Envelope], bool]
    read_envelope: Callable[[bytes], Envelope]
    limits: Limits
    progress: Callable[[str, int, int], None]


@dataclass(slots=True)
class _Tally:
    """What became of one folder so far, over all tries."""

    new: int = 0
    unfetched: int = 0
    problem: str = ""
    tries: int = 0
    done: bool = False


def poll_mailbox(
    mailbox: Mailbox,
    password: str,
    memory: MailMemory,
    *,
    terms: Sequence[str],
    wanted: Callable[[Envelope], bool],
    read_envelope: Callable[[bytes], Envelope],
    limits: Limits = Limits(),
    progress: Callable[[str, int, int], None] | None = None,
    ssl_context: ssl.SSLContext | None = None,
) -> MailboxReport:
    """Brings the school's new mail into `memory`, folder by folder, batch by batch.

    `terms` (domains, addresses) are for the server's own search; `wanted` decides by the header.
    Raises LoginError, CertificateError and MailboxError where the first connection fails; whatever
    happens later is told in the report, and what was kept stays kept.
    """
    found = frozenset(term.lower() for term in terms)
    quiet = progress or (lambda folder, done, total: None)
    job = _Job(mailbox.address, memory, found, wanted, read_envelope, limits, quiet)
    tallies: dict[str, _Tally] = {}
    problem, run_end = "", time.monotonic() + limits.run_seconds
    for attempt in range(_TRIES):
        try:
            with connected(mailbox, password, limits, run_end, ssl_context) as session:
                _read_mailbox(session, mailbox, job, tallies, attempt)
            problem = ""
            break
        except Stopped as stop:
            problem = str(stop)
            break
        except (Dropped, MailboxError) as error:
            if attempt == 0 and isinstance(error, MailboxError):
                raise
            problem = "The connection to the mail server broke before everything was read."
        if attempt < _TRIES - 1 and limits.backoff_seconds:
            time.sleep(limits.backoff_seconds[min(attempt, len(limits.backoff_seconds) - 1)])
    return _report(mailbox.address, tallies, problem)


def _report(account: str, tallies: dict[str, _Tally], problem: str) -> MailboxReport:
    folders = tuple(FolderReport(name, t.new, t.unfetched, t.problem) for name, t in tallies.items())
    open_folders = [t for t in tallies.values() if not t.done or t.unfetched]
    problem = problem or next((t.problem for t in open_folders if t.problem), "")
    complete = not problem and not open_folders
    return MailboxReport(account, complete, folders, problem, "" if complete else TRY_LATER)


def _read_mailbox(
    session: Session, mailbox: Mailbox, job: _Job, tallies: dict[str, _Tally], attempt: int
) -> None:
    for name, status in _folders(session, mailbox, job, tallies).items():
        tally = tallies.setdefault(name, _Tally())
        if tally.done or tally.tries >= _TRIES_OF_A_FOLDER:
            continue
        if status and _unchanged(job, name, status):
            tally.done = True
            continue
        tally.tries += 1
        tally.unfetched = 0
        try:
            # After a break smaller steps: what broke it then stands in nobody's way.
            _FolderReading(session, job, name, tally, max(1, job.limits.batch // 10**attempt)).run()
            tally.done = True
            tally.problem = tally.problem or (_UNFETCHED.format(name) if tally.unfetched else "")
        except IMAPClientError:
            tally.tries = _TRIES_OF_A_FOLDER
            tally.problem = f"The folder {name} could not be read; nothing of it was deleted here."
        except Dropped:
            tally.problem = f"The connection broke while the folder {name} was read."
            raise
    for tally in tallies.values():
        if tally.done and not tally.unfetched and tally.problem.startswith("The connection broke"):
            tally.problem = ""


def _unchanged(job: _Job, name: str, status: Status) -> bool:
    """Whether a folder was read up to its last UID, for all that is looked for, and is not suddenly empty."""
    before = job.memory.position(job.account, name)
    if before is None or before.uidvalidity != status.uidvalidity or job.terms - before.searched:
        return False
    if status.uidnext <= 0 or status.uidnext - 1 > before.last_uid:
        return False
    return status.messages > 0 or not job.memory.known_uids(job.account, name, before.uidvalidity)


def _folders(
    session: Session, mailbox: Mailbox, job: _Job, tallies: dict[str, _Tally]
) -> dict[str, Status | None]:
    """The configured folders, else what the server lists, with how each stands where that is known; one
    that was read before and is gone is told, once."""
    if mailbox.folders is not None:
        return {safe(name): None for name in mailbox.folders}
    try:
        listed = list_folders(session)
    except IMAPClientError:
        told = "The server did not list the folders of the mailbox, so only the inbox was read."
        tallies[_LIST] = _Tally(problem=told)
        return {"INBOX": None}
    tallies.pop(_LIST, None)
    for gone in sorted(job.memory.known_folders(job.account) - {folder.name for folder in listed}):
        told = f"The folder {gone} is gone; its mail is still kept by iep-mail."
        tallies[gone] = _Tally(problem=told, done=True)
        job.memory.forget_folder(job.account, gone)
    statuses = {folder.name: folder.status for folder in listed}
    return {name: statuses.get(name) for name in folders_to_read(listed)}


class _FolderReading:
    """The reading of one folder. `position` is what the last batch kept, or the memory's."""

    def __init__(self, session: Session, job: _Job, name: str, tally: _Tally, batch: int) -> None:
        self.session, self.job, self.name, self.tally, self.batch = session, job, name, tally, batch

    def run(self) -> None:
        client, job = self.session.client, self.job
        answer = self.session.call(client.select_folder, self.name, readonly=True)
        validity = _number(answer.get(b"UIDVALIDITY"))
        before = job.memory.position(job.account, self.name)
        same = before is not None and validity > 0 and before.uidvalidity == validity
        self.known = job.memory.known_uids(job.account, self.name, validity) if same else frozenset()
        self.position = before if before is not None and same else FolderPosition(validity, 0)
        next_uid = _number(answer.get(b"UIDNEXT"))
        if self.known and _number(answer.get(b"EXISTS")) == 0:
            self.tally.problem = f"The folder {self.name} is empty now; its mail is still kept by iep-mail."
        if not self.position.searched and self.position.last_uid == 0:
            self._first_time(next_uid)
        else:
            start = self.position.last_uid
            self._later(start, next_uid)
            self._new_terms(start)

    def _first_time(self, next_uid: int) -> None:
        """By the server's search. Until its end the position stays 0, so a break repeats the search."""
        top = next_uid - 1 if next_uid else max(all_uids(self.session), default=0)
        hits = search_terms(self.session, sorted(self.job.terms), bounces=True)
        missing = self._take([uid for uid in hits if uid <= top], moving=False)
        last = min(missing, default=top + 1) - 1
        self._keep(replace(self.position, last_uid=last, searched=self.job.terms))

    def _later(self, start: int, next_uid: int) -> None:
        """By the header of every UID above the position, which stops before what is missing."""
        if next_uid and next_uid - 1 <= start:
            return
        new = all_uids(self.session, start)
        self._take(new, moving=True)

    def _new_terms(self, start: int) -> None:
        """A term that was never searched here: once through everything up to where the night began."""
        terms = self.job.terms - self.position.searched
        if not terms:
            return
        hits = search_terms(self.session, sorted(terms), bounces=False) if start else []
        missing = self._take([uid for uid in hits if uid <= start], moving=False)
        if not missing:
            self._keep(replace(self.position, searched=self.position.searched | terms))

    def _take(self, uids: Sequence[int], *, moving: bool) -> frozenset[int]:
        """Reads headers, then bodies of what is wanted; returns the UIDs that were not handed over."""
        missing: set[int] = set()
        size = self.job.limits.header_batch
        uids = [uid for uid in uids if moving or uid not in self.known]
        for begin in range(0, len(uids), size):
            chunk = uids[begin : begin + size]
            headers = fetch_headers(self.session, chunk)
            missing.update(uid for uid in chunk if uid not in headers)
            chosen = self._choose([headers[uid] for uid in chunk if uid in headers])
            for group in batches(chosen, self.session, self.batch):
                messages = fetch_bodies(self.session, group)
                missing.update({h.uid for h in group} - {m.uid for m in messages})
                self._keep(self._moved(group[-1].uid, missing, moving), messages)
            if moving:
                self._keep(self._moved(chunk[-1], missing, moving))
            self.job.progress(self.name, begin + len(chunk), len(uids))
        self.tally.unfetched += len(missing)
        return frozenset(missing)

    def _choose(self, headers: Sequence[Header]) -> list[Header]:
        job = self.job
        envelopes = [(h, job.read_envelope(h.raw)) for h in headers if h.uid not in self.known]
        related = {i for _, e in envelopes for i in e.related}
        threads = set(job.memory.known_message_ids(related)) if related else set()
        chosen = []
        for header, envelope in envelopes:
            if job.wanted(envelope) or threads.intersection(envelope.related):
                chosen.append(header)
                threads.update([envelope.message_id] if envelope.message_id else [])
        return chosen

    def _moved(self, uid: int, missing: Iterable[int], moving: bool) -> FolderPosition:
        if not moving:
            return self.position
        reached = min([uid, *(m - 1 for m in missing)])
        return replace(self.position, last_uid=max(self.position.last_uid, reached))

    def _keep(self, position: FolderPosition, messages: Sequence = ()) -> None:  # type: ignore[type-arg]
        if (
            messages
            or position != self.position
            or self.job.memory.position(self.job.account, self.name) is None
        ):
            batch = FetchedBatch(self.job.account, self.name, position, tuple(messages))
            self.tally.new += self.job.memory.keep(batch)
        self.position = position


def _number(value: object) -> int:
    """A number of the EXAMINE answer, 0 where it is absent or no number."""
    if isinstance(value, list | tuple):
        value = value[0] if value else 0
    try:
        return int(value)  # type: ignore[call-overload, no-any-return]
    except (TypeError, ValueError):
        return 0
