"""“Read my mail now”: the night's run in a thread of its own, once at a time, while the page stays usable."""

from __future__ import annotations

import threading
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime

from iep_mail.core.pages.reading import how_it_ended
from iep_mail.errors import IepMailError, StoreLocked
from iep_mail.jobs.nightly import run_night
from iep_mail.jobs.scheduling import record_by_hand
from iep_mail.jobs.viewing import Viewer

_BUSY = (
    "Your mail is being read already by another run of iep-mail, perhaps the nightly one.",
    "Look again in a few minutes.",
)


@dataclass(frozen=True, slots=True)
class Reading:
    """How the last run stands. `done` of `total` messages of `folder` were looked at, 0 where that is not
    known; `told` are sentences once it has ended, `trouble` (what, what to do) what went wrong."""

    running: bool = False
    folder: str = ""
    done: int = 0
    total: int = 0
    began: datetime | None = None
    ended: datetime | None = None
    told: tuple[str, ...] = ()
    trouble: tuple[tuple[str, str], ...] = ()


class MailReader:
    """Runs the night when the parent asks for it. The run's own lock keeps two processes apart."""

    def __init__(self, viewer: Viewer) -> None:
        self._viewer = viewer
        self._lock = threading.Lock()
        self._state = Reading()

    @property
    def state(self) -> Reading:
        with self._lock:
            return self._state

    def start(self) -> bool:
        """Begins a run; False where one is under way, which is then left alone."""
        with self._lock:
            if self._state.running:
                return False
            self._state = Reading(running=True, began=self._viewer.clock())
        threading.Thread(target=self._run, name="iep-mail reader", daemon=True).start()
        return True

    def _run(self) -> None:
        try:
            ended = self._read()
        except StoreLocked:
            ended = Reading(trouble=(_BUSY,))
        except IepMailError as error:
            ended = Reading(trouble=((error.what, error.remedy),))
        except Exception as error:
            what = f"Your mail could not be read to its end ({type(error).__name__})."
            ended = Reading(trouble=((what, "Nothing stored was lost. Try again later."),))
        with self._lock:
            self._state = replace(ended, ended=self._viewer.clock())

    def _read(self) -> Reading:
        viewer = self._viewer
        before = {flag.id for flag in viewer.look().book.flags}
        night = run_night(viewer.config_path, viewer.data, now=viewer.clock(), progress=self._progress)
        with suppress(OSError):  # the mail is read all the same
            record_by_hand(viewer.data, night, viewer.clock())
        told, trouble = how_it_ended(night.reports, night.casebook, before)
        more = tuple((problem, "") for problem in (*night.problems, *night.doubts))
        return Reading(told=(*told, *night.notices), trouble=(*trouble, *more))

    def _progress(self, folder: str, done: int, total: int) -> None:
        with self._lock:
            self._state = replace(self._state, folder=folder, done=done, total=total)
