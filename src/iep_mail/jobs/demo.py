"""The whole night on a sample family's mailbox, served by a real IMAP server in this process."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

from iep_mail.demo.server import DEMO_DAY, PASSWORD, USER, demo_family, demo_messages, demo_server
from iep_mail.jobs.nightly import Night, Progress, run_night

PASSWORD_VARIABLE = "IEP_MAIL_DEMO_PASSWORD"  # noqa: S105 - the name of a variable


def run_demo(progress: Progress | None = None) -> Night:
    """A night on the demo mailbox in a scratch folder that is removed afterwards.

    Nothing of the parent's own configuration, data or mail is read or written.
    """
    with tempfile.TemporaryDirectory(prefix="iep-mail-demo-") as scratch, _password_set():
        home = Path(scratch)
        with demo_server(demo_messages(), USER, PASSWORD) as port:
            config = demo_family(port, home)
            morning = datetime.combine(DEMO_DAY, time(5, 30), ZoneInfo("America/Chicago"))
            return run_night(config, home / "data", now=morning, as_of=DEMO_DAY, progress=progress)


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
