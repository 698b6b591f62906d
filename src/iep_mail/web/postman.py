"""Letters that the parent told to leave, on their way while the page is open."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from datetime import datetime

from iep_mail.errors import IepMailError, StoreLocked
from iep_mail.jobs.sending import send_due
from iep_mail.jobs.viewing import Viewer

_NAP_SECONDS = 0.2
_TRIES_SECONDS = 120.0  # as long as another run may keep the store


@dataclass(frozen=True, slots=True)
class Errand:
    draft_id: str
    leaves: datetime
    anyway: bool = False
    others_too: bool = False


class Postman:
    """Sends each letter at its time, in a thread of its own. What became of it stands in the journal;
    `trouble` holds what kept one from being tried at all."""

    def __init__(self, viewer: Viewer) -> None:
        self._viewer = viewer
        self._busy: set[str] = set()
        self._lock = threading.Lock()
        self.trouble: dict[str, tuple[str, str]] = {}

    def busy(self, draft_id: str) -> bool:
        with self._lock:
            return draft_id in self._busy

    def send(self, errand: Errand) -> None:
        """Begins the errand, unless one for this letter is under way."""
        with self._lock:
            if errand.draft_id in self._busy:
                return
            self._busy.add(errand.draft_id)
        self.trouble.pop(errand.draft_id, None)
        threading.Thread(target=self._run, args=(errand,), name="iep-mail postman", daemon=True).start()

    def _run(self, errand: Errand) -> None:
        try:
            self._wait(errand)
            self._deliver(errand)
        except IepMailError as error:
            self.trouble[errand.draft_id] = (error.what, error.remedy)
        except Exception as error:
            self.trouble[errand.draft_id] = (
                f"It was not sent ({type(error).__name__}).",
                "Look at it again.",
            )
        finally:
            with self._lock:
                self._busy.discard(errand.draft_id)

    def _wait(self, errand: Errand) -> None:
        pause = threading.Event()
        while (left := (errand.leaves - self._viewer.clock()).total_seconds()) > 0:
            pause.wait(min(left, 1.0))

    def _deliver(self, errand: Errand) -> None:
        pause, waited = threading.Event(), 0.0
        while True:
            try:
                with self._viewer.workspace() as workspace:
                    send_due(
                        workspace,
                        self._viewer.clock,
                        only=[errand.draft_id],
                        anyway=errand.anyway,
                        others_too=errand.others_too,
                    )
                return
            except StoreLocked:
                if waited >= _TRIES_SECONDS:
                    raise
                pause.wait(_NAP_SECONDS)
                waited += _NAP_SECONDS
