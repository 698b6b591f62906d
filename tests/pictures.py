"""The pictures of docs/guide.md, taken of the sample family: python tests/pictures.py docs/pictures"""

from __future__ import annotations

import sys
from datetime import date, timedelta
from pathlib import Path

from iep_mail.jobs.demo import demo_home
from iep_mail.jobs.services import add_session
from iep_mail.jobs.viewing import Viewer
from iep_mail.model import MissedReason, Session, SessionStatus
from iep_mail.web.serving import served
from servers.chromium import chromium

WIDE, PHONE = {"width": 1100, "height": 860}, {"width": 390, "height": 780}


def take(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with demo_home() as home, served(Viewer(home.config, home.data, home.clock), demo=True) as guard:
        viewer = Viewer(home.config, home.data, home.clock)
        note_sessions(viewer)
        book = viewer.look().book
        letter = next(d for d in book.drafts if d.cc)
        here = f"http://127.0.0.1:{guard.port}"
        with chromium(viewport=WIDE, reduced_motion="reduce") as context:
            page = context.new_page()
            page.goto(guard.new_link())
            for name, path, size in (
                ("today", "/", WIDE),
                ("case", f"/case/{letter.case}", WIDE),
                ("letter", f"/draft/{letter.id}", WIDE),
                ("check", f"/draft/{letter.id}/check", WIDE),
                ("calendar", "/calendar", WIDE),
                ("services", "/services#line-2", WIDE),
                ("today-phone", "/", PHONE),
            ):
                page.set_viewport_size(size)
                page.goto(here + path)
                page.screenshot(path=folder / f"{name}.png")


def note_sessions(viewer: Viewer) -> None:
    """Sessions of the sample family as a school's log would tell them, so that there is a picture to see."""
    name = "Instruction by a teacher of the deaf"
    with viewer.workspace() as workspace:
        for week in range(8):
            for weekday in (1, 3):
                held = week != 4 and (week, weekday) != (6, 3)
                session = Session(
                    child="Theo Okafor",
                    service=name,
                    on=date(2026, 1, 5) + timedelta(weeks=week, days=weekday),
                    status=SessionStatus.DELIVERED if held else SessionStatus.MISSED,
                    reason=None if held else MissedReason.PROVIDER_ABSENT,
                )
                add_session(workspace, session, viewer.clock())


if __name__ == "__main__":
    take(Path(sys.argv[1]))
