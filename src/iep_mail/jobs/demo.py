"""The whole night on a sample family's mailbox, served by a real IMAP server in this process."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

from iep_mail.demo.outgoing import demo_outgoing
from iep_mail.demo.server import DEMO_DAY, PASSWORD, USER, demo_family, demo_messages, demo_server
from iep_mail.jobs.gathering import Progress
from iep_mail.jobs.nightly import Night, run_night

PASSWORD_VARIABLE = "IEP_MAIL_DEMO_PASSWORD"  # noqa: S105 - the name of a variable
_MORNING = datetime.combine(DEMO_DAY, time(5, 30), ZoneInfo("America/Chicago"))


@dataclass(frozen=True, slots=True)
class DemoHome:
    """The sample family's computer. Its clock goes on from the morning of the sample day."""

    config: Path
    data: Path
    began: datetime
    night: Night

    def clock(self) -> datetime:
        return _MORNING.astimezone(UTC) + (datetime.now(UTC) - self.began)


@contextmanager
def demo_home(progress: Progress | None = None) -> Iterator[DemoHome]:
    """The demo mailbox after one night, in a scratch folder that is removed afterwards.

    Nothing of the parent's own configuration, data or mail is read or written.
    """
    with (
        tempfile.TemporaryDirectory(prefix="iep-mail-demo-") as scratch,
        _password_set(),
        demo_server(demo_messages(), USER, PASSWORD) as port,
        demo_outgoing(USER, PASSWORD) as outgoing,
    ):
        home = Path(scratch)
        config, data = demo_family(port, home, outgoing), home / "data"
        config.chmod(0o600)
        night = run_night(config, data, now=_MORNING, as_of=DEMO_DAY, progress=progress)
        yield DemoHome(config, data, datetime.now(UTC), night)


@contextmanager
def _password_set() -> Iterator[None]:
    """The sample mailbox's password where its configuration says, for as long as it is needed."""
    before = os.environ.get(PASSWORD_VARIABLE)
    os.environ[PASSWORD_VARIABLE] = PASSWORD
    try:
        yield
    finally:
        if before is None:
            del os.environ[PASSWORD_VARIABLE]
        else:
            os.environ[PASSWORD_VARIABLE] = before


def run_demo(progress: Progress | None = None) -> Night:
    """A night on the demo mailbox, and nothing left of it."""
    with demo_home(progress) as home:
        return home.night
