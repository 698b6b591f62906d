"""The casebook for a page that is looked at again and again: computed once, until something changes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from importlib.resources.abc import Traversable
from pathlib import Path
from threading import Lock

from iep_mail.adapters.attachments import kept_content
from iep_mail.adapters.templates import shipped_pages
from iep_mail.core.letters.entries import Page
from iep_mail.core.letters.templates import LetterTemplate
from iep_mail.core.pages.words import spoken_page
from iep_mail.core.sending.attachments import content_of
from iep_mail.jobs.workspace import Workspace, open_workspace
from iep_mail.model import Casebook, Config, Family, FiledMessage, Iep, LogEntry, MailboxState, SchoolCalendar

Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class Look:
    """One family's matters at one moment, ready to be put into words."""

    page: Page
    config: Config
    mailboxes: tuple[MailboxState, ...]
    ieps: tuple[Iep, ...]
    letters: Mapping[str, LetterTemplate]
    now: datetime

    @property
    def book(self) -> Casebook:
        return self.page.book

    @property
    def family(self) -> Family:
        return self.page.family

    @property
    def calendar(self) -> SchoolCalendar:
        return self.page.calendar


class Memory:
    """The last casebook that was computed, for as long as nothing that it is made from changes."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._last: tuple[object, Casebook] | None = None

    def casebook(self, workspace: RememberingWorkspace, today: date) -> Casebook:
        with self._lock:
            state = (today, workspace.store.state(), _state_of_files(workspace))
            if self._last is None or self._last[0] != state:
                self._last = (state, workspace.computed(today))
            return self._last[1]


@dataclass
class RememberingWorkspace(Workspace):
    """A workspace that computes no casebook twice."""

    memory: Memory = field(default_factory=Memory)

    def casebook(self, today: date, *, past: bool = False) -> Casebook:
        return super().casebook(today, past=True) if past else self.memory.casebook(self, today)

    def computed(self, today: date) -> Casebook:
        return super().casebook(today)


class Viewer:
    """Looks at one family's data as of now. May be used from several threads."""

    def __init__(self, config_path: Path, data: Path, clock: Clock) -> None:
        self.config_path = config_path
        self.data = data
        self.clock = clock
        self._memory = Memory()
        self._lock = Lock()
        self._last: Look | None = None

    @contextmanager
    def workspace(self) -> Iterator[Workspace]:
        with open_workspace(self.config_path, self.data) as workspace:
            yield RememberingWorkspace(
                workspace.config, workspace.data, workspace.store, workspace.refresh, memory=self._memory
            )

    def look(self) -> Look:
        """The matters of today; the last look where nothing has changed since and it is the same day."""
        with self.workspace() as workspace:
            now = self.clock()
            book = workspace.casebook(workspace.day_of(now))
            with self._lock:
                if self._last is None or self._last.book is not book:
                    self._last = _look(workspace, book, now)
                return self._last


def _look(workspace: Workspace, book: Casebook, now: datetime) -> Look:
    page = spoken_page(book, workspace.family, workspace.calendar)
    return Look(page, workspace.config, workspace.mailboxes(), workspace.ieps, workspace.rules.letters, now)


def _state_of_files(workspace: Workspace) -> tuple[tuple[str, int, int], ...]:
    """Size and time of every file that a casebook is made from besides the store."""
    plans = [Path(p) for child in workspace.family.children for p in child.iep_paths]
    calendar = [Path(workspace.config.calendar)] if workspace.config.calendar else []
    places = [Path(workspace.config.path), *plans, *calendar]
    places += sorted(workspace.own_templates.glob("*/*.txt"))
    return tuple(_stamp(place) for place in places)


def _stamp(place: Path) -> tuple[str, int, int]:
    try:
        stat = place.stat()
    except OSError:
        return str(place), 0, 0
    return str(place), stat.st_mtime_ns, stat.st_size


def page_templates() -> dict[str, str]:
    """The text of every page of `iep-mail web` by its file name."""
    folder: Traversable = shipped_pages()
    return {e.name: e.read_text(encoding="utf-8") for e in folder.iterdir() if e.name.endswith(".html")}


def kept_with(workspace: Workspace, entry: LogEntry, sha256: str) -> tuple[str, bytes] | None:
    """Name and bytes of what the parent kept with an entry; None where nothing such is there."""
    found = next((a for a in entry.attachments if a.sha256 == sha256), None)
    content = kept_content(sha256, workspace.data) if found else None
    return (found.name, content) if found and content is not None else None


def attachment_of(workspace: Workspace, filed: FiledMessage, sha256: str) -> tuple[str, bytes] | None:
    """Name and bytes of an attachment of a message; None where it has none such, or it cannot be taken out."""
    found = next((a for a in filed.message.attachments if a.sha256 == sha256), None)
    content = content_of(workspace.store.raw(filed.message.sha256), sha256) if found else None
    return (found.name, content) if found and content is not None else None
